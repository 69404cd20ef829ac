/* A schedule that is drawn, from a seed or from the bytes of a fuzzer: sends, deletes,
 * timers, re-keyings, losses, copies, replays, corruption, deaths and reconnects, with the
 * server as the enemy. Then everything is healed, and besides the rules of rules.h:
 *
 *   each message was shown, or was taken back, or is reported as failed; nothing that was
 *   deleted or has expired is left in a window, a store or the log; both ends share a key
 *   and their numbers agree; no chat was closed. What is broken ends the test, with the
 *   seed and the last moves. */
#pragma once

#include "model.h"

typedef struct {
    unsigned steps;
    unsigned said;
    unsigned shown, photos;
    unsigned deaths;
    unsigned rekeyed;
    unsigned restarts;   /* of another client */
    unsigned collisions; /* ... and of its re-keyings with ours */
    unsigned lost;
    unsigned forged;
    unsigned expired;
} DrawStats;

/* Adds to *stats. `steps` moves before everything is healed and looked at; `gather` as
 * World's. */
void draw_seed (uint64_t seed, unsigned steps, WorldFlags flags, unsigned gather,
                DrawStats *stats);
void draw_bytes (const uint8_t *data, size_t len, DrawStats *stats);
/* A chat of ours against another client; `ours`: we created it. Healed, and besides: we did
 * nothing for which that client would close the chat, or could not read. */
void draw_model (const PeerTraits *traits, gboolean ours, uint64_t seed, unsigned steps,
                 unsigned gather, DrawStats *stats);
