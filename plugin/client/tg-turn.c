/* The queue of tg-turn.h. */
#include "tg-turn.h"

#define EFFECTS_AT_ONCE                                                                  \
    50                   /* events and bytes let out before the loop has its turn: what
                            * a window does with each is some 0.2 ms of work */
#define EFFECTS_MS 4     /* or so long: a window with much in it takes longer with each */
#define EFFECTS_PAUSE 10 /* ms: a window draws, keys are heard */

typedef struct {
    StoreBatch *batch; /* empty: durable, or nothing to write */
    GPtrArray *effects;
    unsigned next; /* effect to run */
} Turn;

struct TgTurns {
    const Host *host;
    const TgTurnOps *ops;
    void *user;
    Turn *turn;   /* the running one */
    GQueue queue; /* Turn, ended, not yet let out */
    unsigned number;
    gboolean writing; /* the first of the queue */
    gboolean running; /* effects are being run, or it is held */
    gboolean freed;   /* while they were */
    gboolean broken;  /* a write failed: what comes after it is never written */
    unsigned pause;   /* timer: the rest of the effects */
    /* marks: */
    StoreBatch *late; /* of turns that were let out; NULL: none */
    gboolean unsynced;
    unsigned due; /* timer: of both */
    gboolean is_due;
};

static void
turn_free (TgTurns *turns, Turn *turn)
{
    store_batch_free (turn->batch);
    g_ptr_array_unref (turn->effects);
    g_free (turn);
}

TgTurns *
tg_turns_new (const Host *host, const TgTurnOps *ops, void *user)
{
    TgTurns *turns = g_new0 (TgTurns, 1);

    turns->host = host;
    turns->ops = ops;
    turns->user = user;
    g_queue_init (&turns->queue);
    return turns;
}

static void
stop_timer (TgTurns *turns, unsigned *timer)
{
    if (*timer != 0)
        turns->host->ops->timer_remove (turns->host->self, *timer);
    *timer = 0;
}

gboolean
tg_turns_free (TgTurns *turns)
{
    tg_turns_drop (turns);
    if (turns->running) {
        turns->freed = TRUE;
        return FALSE;
    }
    g_free (turns);
    return TRUE;
}

void
tg_turns_begin (TgTurns *turns)
{
    g_return_if_fail (turns->turn == NULL);
    turns->turn = g_new0 (Turn, 1);
    turns->number++;
    turns->turn->batch = store_batch_new ();
    turns->turn->effects = g_ptr_array_new_with_free_func (turns->ops->effect_free);
}

StoreBatch *
tg_turns_batch (TgTurns *turns)
{
    return turns->turn->batch;
}

void
tg_turns_add (TgTurns *turns, void *take_effect)
{
    g_ptr_array_add (turns->turn->effects, take_effect);
}

unsigned
tg_turns_number (const TgTurns *turns)
{
    return turns->number;
}

unsigned
tg_turns_waiting (const TgTurns *turns)
{
    return turns->queue.length;
}

/* --- writing --- */

static void let_out (TgTurns *turns);

static StoreBatch *
take_batch (Turn *turn)
{
    StoreBatch *batch = turn->batch;

    turn->batch = store_batch_new ();
    return batch;
}

/* Marks first: they are of turns before all others. */
static StoreBatch *
take_late (TgTurns *turns)
{
    return turns->late != NULL ? g_steal_pointer (&turns->late) : store_batch_new ();
}

static void
due_cb (void *user)
{
    TgTurns *turns = user;

    turns->due = 0;
    turns->is_due = TRUE;
    let_out (turns);
}

static void
arm (TgTurns *turns)
{
    if (turns->due == 0 && !turns->is_due)
        turns->due =
            turns->host->ops->timer_add (turns->host->self, TG_LATE_MS, due_cb, turns);
}

static void
write_batch (TgTurns *turns, StoreBatch *batch)
{
    if (store_batch_need (batch) == STORE_DURABLE) { /* it takes all marks along */
        stop_timer (turns, &turns->due);
        turns->is_due = FALSE;
        turns->unsynced = FALSE;
    } else {
        turns->unsynced = TRUE;
        arm (turns);
    }
    turns->writing = turns->ops->write (turns->user, batch);
}

/* What waits, from the first turn on. */
static void
write_group (TgTurns *turns)
{
    StoreBatch *batch = take_late (turns);
    unsigned n = 0;

    for (GList *l = turns->queue.head; l != NULL && n < TG_GROUP_TURNS;
         l = l->next, n++) {
        Turn *turn = l->data;
        if (n > 0 &&
            store_batch_size (batch) + store_batch_size (turn->batch) > TG_GROUP_BYTES)
            break;
        store_batch_join (batch, take_batch (turn));
    }
    write_batch (turns, batch);
}

/* The first turn need not wait for its own marks. */
static void
put_off (TgTurns *turns, Turn *turn)
{
    StoreBatch *batch = take_late (turns);

    store_batch_join (batch, take_batch (turn));
    turns->late = batch;
    arm (turns);
}

static void
write_marks (TgTurns *turns)
{
    StoreBatch *batch = take_late (turns);

    turns->is_due = FALSE;
    store_batch_require (batch, STORE_DURABLE);
    write_batch (turns, batch);
}

StoreBatch *
tg_turns_take (TgTurns *turns)
{
    StoreBatch *batch = take_late (turns);

    for (GList *l = turns->queue.head; l != NULL && !turns->broken; l = l->next)
        store_batch_join (batch, take_batch (l->data));
    if (store_batch_is_empty (batch))
        g_clear_pointer (&batch, store_batch_free);
    return batch;
}

void
tg_turns_drop (TgTurns *turns)
{
    Turn *turn;

    while ((turn = g_queue_pop_head (&turns->queue)) != NULL)
        turn_free (turns, turn);
    if (turns->turn != NULL)
        turn_free (turns, g_steal_pointer (&turns->turn));
    g_clear_pointer (&turns->late, store_batch_free);
    turns->unsynced = turns->is_due = FALSE;
    stop_timer (turns, &turns->pause);
    stop_timer (turns, &turns->due);
}

/* Everything that was not let out is over. */
static void
fail (TgTurns *turns)
{
    g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (turns->ops->effect_free);

    turns->broken = TRUE;
    for (GList *l = turns->queue.head; l != NULL; l = l->next)
        g_ptr_array_extend_and_steal (all, g_ptr_array_ref (((Turn *)l->data)->effects));
    tg_turns_drop (turns);
    turns->ops->failed (turns->user, all);
}

void
tg_turns_written (TgTurns *turns, gboolean good)
{
    turns->writing = FALSE;
    if (good)
        let_out (turns);
    else
        fail (turns);
}

/* --- letting out --- */

static void
pause_cb (void *user)
{
    TgTurns *turns = user;

    turns->pause = 0;
    let_out (turns);
}

static int64_t
now_ms (const TgTurns *turns)
{
    return turns->host->ops->now (turns->host->self).mono;
}

/* Runs effects of a durable turn; FALSE: enough for this time. */
static gboolean
run_effects (TgTurns *turns, Turn *turn, int64_t began, unsigned *done)
{
    while (turn->next < turn->effects->len && !turns->freed) {
        if (*done >= EFFECTS_AT_ONCE || now_ms (turns) - began >= EFFECTS_MS)
            return FALSE;
        *done += turns->ops->run (turns->user,
                                  g_ptr_array_index (turn->effects, turn->next++));
    }
    return TRUE;
}

/* FALSE: the first turn has to wait. */
static gboolean
is_ready (TgTurns *turns, Turn *turn)
{
    if (store_batch_is_empty (turn->batch))
        return TRUE;
    if (turns->broken)
        fail (turns);
    else if (store_batch_need (turn->batch) == STORE_LATE)
        put_off (turns, turn);
    else
        write_group (turns);
    return !turns->writing && !turns->broken;
}

static void
let_out_some (TgTurns *turns)
{
    int64_t began = now_ms (turns);
    unsigned done = 0;

    while (!turns->freed && !turns->writing && !g_queue_is_empty (&turns->queue)) {
        if (!is_ready (turns, g_queue_peek_head (&turns->queue)))
            continue;
        Turn *turn = g_queue_pop_head (&turns->queue);
        if (!run_effects (turns, turn, began, &done)) {
            g_queue_push_head (&turns->queue, turn);
            turns->pause = turns->host->ops->timer_add (turns->host->self, EFFECTS_PAUSE,
                                                        pause_cb, turns);
            return;
        }
        turn_free (turns, turn);
    }
}

static gboolean
stop_running (TgTurns *turns)
{
    turns->running = FALSE;
    if (!turns->freed)
        return TRUE;
    turns->ops->gone (turns->user);
    g_free (turns);
    return FALSE;
}

/* Lets out what is durable, in order; stops at the first turn that must be written, and
 * when it was much: the rest follows from the loop, and nothing overtakes it. */
static void
let_out (TgTurns *turns)
{
    if (turns->running)
        return; /* who runs goes on */
    turns->running = TRUE;
    if (turns->pause == 0)
        let_out_some (turns);
    if (!turns->freed && !turns->writing && turns->is_due)
        write_marks (turns);
    stop_running (turns);
}

void
tg_turns_end (TgTurns *turns)
{
    Turn *turn = g_steal_pointer (&turns->turn);

    if (turn->effects->len == 0 && store_batch_is_empty (turn->batch))
        turn_free (turns, turn); /* nothing came of it */
    else
        g_queue_push_tail (&turns->queue, turn);
    let_out (turns);
}

TgWalk
tg_turns_walk (TgTurns *turns)
{
    gboolean ran = turns->running;

    turns->running = TRUE;
    return (TgWalk){ ran ? NULL : turns };
}

void
tg_walk_clear (TgWalk *walk)
{
    if (walk->turns != NULL && stop_running (walk->turns))
        let_out (walk->turns);
}
