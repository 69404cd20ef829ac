/* A secret chat whose server is the enemy: a schedule of sends, deletes, timers,
 * re-keyings, losses, copies, replays, corruption, crashes and reconnects, drawn from a
 * seed or from the bytes of a fuzzer. It aborts where an invariant breaks:
 *
 *   each message is shown exactly once and in order, or was taken back, or is reported as
 *   failed; nothing that was deleted or has expired is left in a window, a store or the
 *   log; both sides share a key and their counters agree; no chat was closed. */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef struct {
    unsigned steps;
    unsigned said;
    unsigned shown;
    unsigned deaths;
    unsigned rekeyed;
    unsigned lost;
    unsigned forged;
    unsigned expired;
} SimStats;

/* Adds to *stats. `steps` moves before everything is healed and checked. `folder`: with
 * the real group, and with stores in files there; NULL: with the toy ones. */
void sim_seed (uint64_t seed, unsigned steps, const char *folder, SimStats *stats);
void sim_bytes (const uint8_t *data, size_t len, SimStats *stats);
