/* The queue of turns: what an input changed is written first; only when that is on the
 * disk do the turn's effects leave, in the order of the turns (ARCHITECTURE.md, "Turns").
 *
 * While nothing is written, turns without records run at once. Else all turns that wait,
 * TG_GROUP_TURNS or TG_GROUP_BYTES at most, are one group and one write. A turn whose
 * records are STORE_LATE marks does not wait for them: they go with the next group, or
 * after TG_LATE_MS; what was STORE_WRITTEN is made durable as late. What is durable is a
 * prefix of the turns, but for such marks, and what got out is a prefix of that.
 *
 * It knows no client and no file: effects are its owner's. */
#pragma once

#include "host.h"
#include "store.h"

#define TG_GROUP_TURNS 256
#define TG_GROUP_BYTES ((size_t)1 << 20)
#define TG_LATE_MS 500

typedef struct TgTurns TgTurns;

/* The first parameter is the owner. */
typedef struct {
    /* Writes `batch`, which now is the callee's, all of it or nothing, and then, never from
     * inside, calls tg_turns_written(). FALSE: there is nowhere to write to; the records
     * are forgotten. */
    gboolean (*write) (void *user, StoreBatch *take_batch);
    /* One effect of a durable turn. How many ordinary ones it was as much work as. */
    unsigned (*run) (void *user, void *effect);
    /* A write failed; these effects, in order, and everything else of all turns that
     * waited are over (DECISIONS 1). A turn of the owner's own may follow. */
    void (*failed) (void *user, GPtrArray *effects);
    /* tg_turns_free() came while effects ran; now they do not any more. */
    void (*gone) (void *user);
    GDestroyNotify effect_free;
} TgTurnOps;

TgTurns *tg_turns_new (const Host *host, const TgTurnOps *ops, void *user);
/* Nothing that waits leaves or is written. FALSE: gone() follows. */
gboolean tg_turns_free (TgTurns *turns);

void tg_turns_begin (TgTurns *turns);
void tg_turns_end (TgTurns *turns);
/* Of the running turn. */
StoreBatch *tg_turns_batch (TgTurns *turns);
void tg_turns_add (TgTurns *turns, void *take_effect);

/* For an owner that calls others in a loop: to the end of the scope no turn runs but what the owner
 * does itself, and the owner stays, even where one of those called ends it. */
typedef struct {
    TgTurns *turns; /* NULL: a turn ran already, and goes on afterwards */
} TgWalk;
TgWalk tg_turns_walk (TgTurns *turns);
void tg_walk_clear (TgWalk *walk);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TgWalk, tg_walk_clear)

void tg_turns_written (TgTurns *turns, gboolean good);
/* All that is not written yet, for the end; NULL when there is nothing. */
StoreBatch *tg_turns_take (TgTurns *turns);
void tg_turns_drop (TgTurns *turns); /* the running turn, too */

unsigned tg_turns_number (const TgTurns *turns);  /* of the last that began */
unsigned tg_turns_waiting (const TgTurns *turns); /* that have ended */
