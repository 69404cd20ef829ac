/* Schedules from seeds, as in draw.h, of one SecretChat of ours against the model
 * of another client. It aborts with seed and story where an invariant breaks:
 *
 *   each text is shown exactly once and in order, on both sides, or was taken back;
 *   nothing that its author deleted stands in the other's window; both sides share a key
 *   and their counters agree; we did not close the chat, and did nothing for which that
 *   client would close it, or could not read. */
#pragma once

#include "peer-model.h"

typedef struct {
    unsigned steps;
    unsigned said;
    unsigned shown;
    unsigned deaths;
    unsigned restarts; /* of the peer */
    unsigned rekeyed;
    unsigned collisions;
    unsigned lost;
    unsigned forged;
} PeerSimStats;

/* `ours`: we created the chat. Adds to *stats. */
void peer_sim (const PeerTraits *traits, gboolean ours, uint64_t seed, unsigned steps,
               PeerSimStats *stats);
