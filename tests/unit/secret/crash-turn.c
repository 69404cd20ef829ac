/* Turns and deaths of crash-pair.h: what waits for a write, what gets out after it, and
 * what is left of it when the process ends. */
#include "crash-private.h"

#include <string.h>

typedef struct {
    unsigned number;
    StoreBatch *batch;
    GPtrArray *asked, *told;
    CrashItem *item; /* acknowledged when the turn is durable; may be NULL */
} CrashTurn;

static void
turn_free (CrashTurn *turn)
{
    g_clear_pointer (&turn->batch, store_batch_free);
    g_ptr_array_unref (turn->asked);
    g_ptr_array_unref (turn->told);
    g_clear_pointer (&turn->item, crash_item_free);
    g_free (turn);
}

void
crash_forget_turns (CrashSide *side)
{
    g_queue_clear_full (&side->turns, (GDestroyNotify)turn_free);
    g_queue_clear_full (&side->late, (GDestroyNotify)turn_free);
}

/* --- the turns that the store knows: each leaves a record, and the last its number --- */

static void
leave_number (CrashTurn *turn)
{
    StoreKey own = { STORE_UPDATES, turn->number, 0 }, last = { STORE_DC, 0, 0 };

    store_batch_put_mark (turn->batch, own, &turn->number, sizeof turn->number,
                          STORE_LATE);
    store_batch_put_mark (turn->batch, last, &turn->number, sizeof turn->number,
                          STORE_LATE);
}

typedef struct {
    unsigned n, highest, last;
} Numbers;

static void
number_cb (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    Numbers *numbers = user;

    g_assert_cmpuint (len, ==, sizeof numbers->last);
    if (key.kind == STORE_DC) {
        memcpy (&numbers->last, value, len);
    } else {
        numbers->n++;
        numbers->highest = MAX (numbers->highest, (unsigned)key.owner);
    }
}

/* What got out may be further only by turns whose marks were put off. */
void
crash_check_turns (CrashSide *side)
{
    Numbers numbers = { 0 };

    g_assert_true (
        any_store_each (side->store, STORE_UPDATES, TRUE, 0, number_cb, &numbers, NULL));
    g_assert_true (
        any_store_each (side->store, STORE_DC, TRUE, 0, number_cb, &numbers, NULL));
    g_assert_cmpuint (numbers.n, ==, side->durable);
    g_assert_cmpuint (numbers.highest, ==, side->durable);
    g_assert_cmpuint (numbers.last, ==, side->durable); /* joined in their order */
    g_assert_cmpuint (side->out, <=, side->durable + side->late.length);
}

/* --- death --- */

static void
give_back (CrashSide *side, GQueue *turns)
{
    CrashTurn *turn;

    while ((turn = g_queue_pop_tail (turns)) != NULL) {
        CrashItem *item = g_steal_pointer (&turn->item);
        if (item != NULL && item->kind != CRASH_ITEM_TYPING)
            g_queue_push_head (&side->inbox, g_steal_pointer (&item));
        g_clear_pointer (&item, crash_item_free);
        turn_free (turn);
    }
}

static void
die (CrashSide *side)
{
    side->crash->died = TRUE;
    side->life++;
    g_clear_pointer (&side->chat, secret_chat_free);
    crash_check_turns (side);
    give_back (side, &side->turns); /* nobody acknowledged what they were of */
    give_back (side, &side->late);
    side->ended = side->out = side->kept = side->durable;
    side->letting = FALSE;
    store_batch_free (side->batch);
    side->batch = store_batch_new ();
    g_ptr_array_set_size (side->asked, 0);
    g_ptr_array_set_size (side->told, 0);
    g_array_set_size (side->unread, 0); /* the window is gone */
    side->last_shown = -1;
    if (side->folder != NULL) {
        any_store_close (side->store);
        crash_open_store (side);
    }
    crash_load (side);
    crash_turn (side, NULL, FALSE);
}

static gboolean
dies (CrashSide *side, CrashKind kind)
{
    Crash *crash = side->crash;

    if (!crash->armed)
        return FALSE;
    unsigned n = side->counts[kind]++;
    return !crash->died && crash->side == side->index && crash->kind == kind &&
           crash->at == n;
}

/* --- writing --- */

static void
look (CrashSide *side)
{
    const SecretChat *chat = side->chat;
    CrashSeen *seen = &side->crash->seen;

    if (!side->crash->armed || chat == NULL)
        return;
    seen->states |= 1u << chat->state;
    seen->steps |= 1u << chat->rekey.step;
    seen->records |= 1u << STORE_CHAT;
    seen->records |= (unsigned)(chat->outbox->len > 0) << STORE_OUTBOX;
    seen->records |= (unsigned)(chat->gaps->len > 0) << STORE_GAP;
    seen->records |= (unsigned)(chat->early->len > 0) << STORE_PENDING;
    seen->records |= (unsigned)(g_hash_table_size (chat->notes) > 0) << STORE_MESSAGE;
    for (unsigned i = 0; i < side->asked->len; i++)
        seen->calls |= 1u << ((CrashCall *)side->asked->pdata[i])->call.kind;
}

static void
join (CrashSide *side, StoreBatch *batch, GQueue *turns)
{
    for (GList *l = turns->head; l != NULL; l = l->next) {
        CrashTurn *turn = l->data;
        side->durable = turn->number;
        store_batch_join (batch, g_steal_pointer (&turn->batch));
    }
}

/* One write: what was put off, then what waits, each in its order. */
static void
commit (CrashSide *side, GQueue *turns)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (StoreBatch) batch = store_batch_new ();

    side->groups += turns->length > 1;
    join (side, batch, &side->late);
    join (side, batch, turns);
    any_store_commit (side->store, batch, &error);
    g_assert_no_error (error);
    g_queue_clear_full (&side->late, (GDestroyNotify)turn_free);
    if (side->chat != NULL && side->chat->key.used)
        g_ptr_array_add (side->keys, g_bytes_new (side->chat->key.key, 256));
    for (GList *l = turns->head; l != NULL; l = l->next) {
        CrashTurn *turn = l->data;
        g_clear_pointer (&turn->item, crash_item_free);
        for (unsigned i = 0; i < turn->told->len; i++) /* settled, seen or not */
            crash_settled (side, g_ptr_array_index (turn->told, i));
    }
}

/* --- letting out --- */

/* A shown message is marked in its own turn (DECISIONS 2). */
static void
see_events (CrashSide *side, GPtrArray *told)
{
    unsigned life = side->life;

    for (unsigned i = 0; i < told->len && side->life == life; i++) {
        const CrashTold *e = g_ptr_array_index (told, i);
        if (e->kind != TALK_EVENT_MESSAGE) {
            crash_settled (side, e);
            continue;
        }
        if (side->blind) {
            secret_chat_hidden (side->chat, e->id, side->crash->now);
        } else {
            crash_told (side, e);
            if (dies (side, CRASH_MARK)) {
                die (side);
                return;
            }
            secret_chat_displayed (side->chat, e->id);
        }
        crash_turn (side, NULL, FALSE);
    }
}

/* FALSE: the process died. */
static gboolean
let_out (CrashSide *side, CrashTurn *turn)
{
    unsigned life = side->life;

    g_assert_cmpuint (turn->number, ==, side->out + 1);
    g_assert_cmpuint (turn->number, <=, side->durable + side->late.length);
    side->out = turn->number;
    while (turn->asked->len > 0) {
        g_queue_push_tail (&side->calls, g_ptr_array_steal_index (turn->asked, 0));
        if (dies (side, CRASH_CALL)) {
            die (side);
            return FALSE;
        }
    }
    see_events (side, turn->told);
    return side->life == life;
}

/* Marks at the head do not wait for their write. */
static gboolean
put_off (CrashSide *side)
{
    CrashTurn *turn = g_queue_peek_head (&side->turns);

    if (side->crash->gather == 1 || turn == NULL ||
        store_batch_need (turn->batch) != STORE_LATE)
        return FALSE;
    g_queue_push_tail (&side->late, g_queue_pop_head (&side->turns));
    for (unsigned i = 0; i < turn->told->len; i++)
        crash_settled (side, g_ptr_array_index (turn->told, i));
    side->letting = TRUE;
    if (let_out (side, turn))
        side->letting = FALSE;
    return TRUE;
}

/* FALSE: the process died before it was stored. */
static gboolean
write_turns (CrashSide *side, gboolean counted)
{
    GQueue turns = G_QUEUE_INIT;
    unsigned life = side->life;

    while (side->life == life && put_off (side))
        ;
    if (side->life != life || side->turns.length + side->late.length == 0)
        return TRUE;
    if (!counted && dies (side, CRASH_BEFORE)) {
        die (side);
        return FALSE;
    }
    turns = side->turns;
    g_queue_init (&side->turns);
    commit (side, &turns);
    if (dies (side, CRASH_AFTER))
        die (side);
    side->letting = side->life == life && side->crash->gather > 1;
    for (CrashTurn *turn; (turn = g_queue_pop_head (&turns)) != NULL; turn_free (turn))
        if (side->life == life)
            let_out (side, turn);
    if (side->life == life)
        side->letting = FALSE;
    return TRUE;
}

gboolean
crash_write (CrashSide *side)
{
    if (g_queue_is_empty (&side->turns))
        return FALSE;
    crash_enter (side);
    write_turns (side, FALSE);
    return TRUE;
}

void
crash_write_late (CrashSide *side)
{
    crash_enter (side);
    while (side->turns.length + side->late.length > 0)
        write_turns (side, FALSE);
}

/* --- ending --- */

/* FALSE: nothing came of it. */
static gboolean
end_turn (CrashSide *side, CrashItem *take_item)
{
    if (store_batch_is_empty (side->batch) && side->asked->len == 0 &&
        side->told->len == 0 && (take_item == NULL || side->turns.length == 0)) {
        g_clear_pointer (&take_item, crash_item_free);
        return FALSE;
    }
    look (side);
    CrashTurn *turn = g_new0 (CrashTurn, 1);
    turn->number = ++side->ended;
    turn->batch = g_steal_pointer (&side->batch);
    turn->asked = g_steal_pointer (&side->asked);
    turn->told = g_steal_pointer (&side->told);
    turn->item = take_item;
    leave_number (turn);
    side->batch = store_batch_new ();
    side->asked = g_ptr_array_new_with_free_func ((GDestroyNotify)crash_call_free);
    side->told = g_ptr_array_new_with_free_func ((GDestroyNotify)crash_told_free);
    g_queue_push_tail (&side->turns, turn);
    return TRUE;
}

gboolean
crash_turn (CrashSide *side, CrashItem *take_item, gboolean answer)
{
    gboolean stored = TRUE;

    if (!end_turn (side, take_item))
        return TRUE;
    if (answer && dies (side, CRASH_ANSWER)) {
        die (side);
        return FALSE;
    }
    while (stored && !side->letting && side->turns.length >= side->crash->gather) {
        stored = write_turns (side, answer && side->crash->gather == 1);
        answer = FALSE;
    }
    return stored;
}

/* A person waits for it. */
gboolean
crash_act_turn (CrashSide *side)
{
    unsigned life = side->life;

    if (!end_turn (side, NULL))
        return TRUE;
    unsigned number = side->ended;
    while (side->life == life && side->turns.length > 0)
        write_turns (side, FALSE);
    return side->life == life || number <= side->kept;
}
