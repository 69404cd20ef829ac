/* Acts and windows of crash-pair.h, and what must be true at the end. */
#include "crash-private.h"

#include <string.h>

/* --- windows --- */

static CrashText *
find_text (CrashSide *side, int64_t id, int *index)
{
    for (unsigned i = 0; i < side->said->len; i++) {
        CrashText *text = &g_array_index (side->said, CrashText, i);
        if (text->id != id)
            continue;
        if (index != NULL)
            *index = (int)i;
        return text;
    }
    return NULL;
}

/* Each text once and in order; again only by another process, if it was not seen, and
 * before anything newer (DECISIONS 2, 23). */
static void
show (CrashSide *side, const CrashTold *e)
{
    CrashSide *other = &side->crash->sides[1 - side->index];
    int index = -1;
    CrashText *text = find_text (other, e->id, &index);

    g_assert_nonnull (text);
    g_assert_cmpstr (text->text, ==, e->text);
    g_assert_false (text->seen);
    if (text->shown > 0)
        g_assert_cmpuint (text->life, <, side->life);
    g_assert_cmpint (index, >, side->last_shown);
    side->last_shown = index;
    text->shown++;
    text->life = side->life;
    g_array_append_val (side->unread, e->id);
}

void
crash_told (CrashSide *side, const CrashTold *e)
{
    if (e->kind == TALK_EVENT_MESSAGE)
        show (side, e);
}

void
crash_settled (CrashSide *side, const CrashTold *e)
{
    if (e->kind == TALK_EVENT_FAILED) {
        CrashText *text = find_text (side, e->id, NULL);
        if (text != NULL)
            text->excused = TRUE;
    }
    if (e->kind != TALK_EVENT_GONE)
        return;
    side->flushed |= e->gone == TALK_GONE_FLUSHED;
    for (unsigned i = 0; i < e->ids->len; i++) {
        int64_t id = g_array_index (e->ids, int64_t, i);
        for (int s = 0; s < 2; s++) {
            CrashText *text = find_text (&side->crash->sides[s], id, NULL);
            if (text != NULL)
                text->gone = text->excused = TRUE;
        }
        for (unsigned k = side->unread->len; k > 0; k--)
            if (g_array_index (side->unread, int64_t, k - 1) == id)
                g_array_remove_index (side->unread, k - 1);
    }
}

/* --- acts --- */

void
crash_act (CrashSide *side, CrashAct act, void *data)
{
    do {
        crash_enter (side);
        act (side, data);
    } while (!crash_act_turn (side));
}

static void
start_act (CrashSide *side, void *data)
{
    side->chat = secret_chat_new_outgoing (&side->env, 1002, NULL, 0, side->crash->now);
    g_assert_nonnull (side->chat);
    secret_chat_set_typing_action (side->chat, TRUE);
}

void
crash_start (Crash *crash)
{
    crash_act (&crash->sides[0], start_act, NULL);
}

static void
accept_act (CrashSide *side, void *data)
{
    secret_chat_accept (side->chat, side->crash->now);
}

void
crash_accept (CrashSide *side)
{
    crash_act (side, accept_act, NULL);
}

static void
reject_act (CrashSide *side, void *data)
{
    secret_chat_reject (side->chat, side->crash->now);
}

void
crash_reject (CrashSide *side)
{
    crash_act (side, reject_act, NULL);
}

static void
close_act (CrashSide *side, void *data)
{
    secret_chat_close (side->chat, GPOINTER_TO_INT (data), TALK_CLOSED_BY_US,
                       side->crash->now);
}

void
crash_close (CrashSide *side, gboolean delete_history)
{
    crash_act (side, close_act, GINT_TO_POINTER (delete_history));
}

static void
say_act (CrashSide *side, void *data)
{
    CrashText *said = data;

    said->id = 0;
    secret_chat_send_text (side->chat, said->text, 0, FALSE, side->crash->now, &said->id);
}

int64_t
crash_say (CrashSide *side, const char *text)
{
    CrashText said = { .text = g_strdup (text) };
    unsigned at = side->said->len;

    /* it may fail within the turn that says it */
    crash_act (side, say_act, &said);
    if (said.id == 0) {
        g_free (said.text);
        return 0;
    }
    g_array_insert_val (side->said, at, said);
    return said.id;
}

static void
see_act (CrashSide *side, void *data)
{
    const GArray *ids = data;
    secret_chat_seen (side->chat, (const int64_t *)(const void *)ids->data, ids->len,
                      side->crash->now);
}

void
crash_see (CrashSide *side)
{
    g_autoptr (GArray) ids = g_array_copy (side->unread);

    crash_act (side, see_act, ids);
    g_array_set_size (side->unread, 0);
    for (unsigned i = 0; i < ids->len; i++)
        find_text (&side->crash->sides[1 - side->index], g_array_index (ids, int64_t, i),
                   NULL)
            ->seen = TRUE;
}

static void
take_waiting (const TalkMessage *message, void *user)
{
    CrashTold told = { .kind = TALK_EVENT_MESSAGE,
                       .id = message->id,
                       .text = g_strdup (message->text) };
    g_array_append_val (user, told);
}

static gboolean
stands (CrashSide *side, int64_t id)
{
    for (unsigned i = 0; i < side->unread->len; i++)
        if (g_array_index (side->unread, int64_t, i) == id)
            return TRUE;
    return FALSE;
}

static void
displayed_act (CrashSide *side, void *data)
{
    secret_chat_displayed (side->chat, *(int64_t *)data);
}

void
crash_open (CrashSide *side)
{
    g_autoptr (GArray) waiting = g_array_new (FALSE, FALSE, sizeof (CrashTold));

    secret_chat_each_waiting (side->chat, take_waiting, waiting);
    for (unsigned i = 0; i < waiting->len; i++) {
        CrashTold *told = &g_array_index (waiting, CrashTold, i);
        while (crash_write (side))
            ;
        if (!stands (side, told->id)) { /* a new process has shown it */
            show (side, told);
            crash_act (side, displayed_act, &told->id);
        }
        g_free (told->text);
    }
}

static void
let_go_act (CrashSide *side, void *data)
{
    const GArray *ids = data;

    for (unsigned i = 0; i < ids->len; i++)
        secret_chat_let_go (side->chat, g_array_index (ids, int64_t, i));
}

/* Its text is in no store any more, so nobody shows it again. */
void
crash_let_go (CrashSide *side)
{
    g_autoptr (GArray) ids = g_array_copy (side->unread);

    crash_act (side, let_go_act, ids);
    for (unsigned i = 0; i < ids->len; i++)
        find_text (&side->crash->sides[1 - side->index], g_array_index (ids, int64_t, i),
                   NULL)
            ->seen = TRUE;
}

static void
log_out_act (CrashSide *side, void *data)
{
    secret_chat_suspend (side->chat);
    secret_chat_close (side->chat, FALSE, TALK_CLOSED_LOGGED_OUT, side->crash->now);
}

void
crash_log_out (CrashSide *side)
{
    crash_act (side, log_out_act, NULL);
}

static void
delete_act (CrashSide *side, void *data)
{
    secret_chat_delete (side->chat, data, 1, side->crash->now);
}

void
crash_delete (CrashSide *side, int64_t id)
{
    crash_act (side, delete_act, &id);
}

static void
flush_act (CrashSide *side, void *data)
{
    secret_chat_flush (side->chat, side->crash->now);
}

void
crash_flush (CrashSide *side)
{
    for (int s = 0; s < 2; s++) /* what is on its way may come or not */
        for (unsigned i = 0; i < side->crash->sides[s].said->len; i++)
            g_array_index (side->crash->sides[s].said, CrashText, i).excused = TRUE;
    crash_act (side, flush_act, NULL);
}

static void
ttl_act (CrashSide *side, void *data)
{
    secret_chat_set_ttl (side->chat, GPOINTER_TO_INT (data), side->crash->now);
}

void
crash_set_ttl (CrashSide *side, int32_t seconds)
{
    crash_act (side, ttl_act, GINT_TO_POINTER (seconds));
}

static void
typing_act (CrashSide *side, void *data)
{
    secret_chat_set_typing (side->chat, GPOINTER_TO_INT (data), side->crash->now);
}

void
crash_typing (CrashSide *side, gboolean typing)
{
    crash_act (side, typing_act, GINT_TO_POINTER (typing));
}

static void
rekey_act (CrashSide *side, void *data)
{
    secret_chat_rekey (side->chat, side->crash->now);
}

void
crash_rekey (CrashSide *side)
{
    crash_act (side, rekey_act, NULL);
}

const CrashText *
crash_find_text (CrashSide *side, const char *text)
{
    for (unsigned i = 0; i < side->said->len; i++) {
        const CrashText *said = &g_array_index (side->said, CrashText, i);
        if (g_str_equal (said->text, text))
            return said;
    }
    return NULL;
}

const CrashText *
crash_text (CrashSide *side, const char *text)
{
    const CrashText *said = crash_find_text (side, text);

    g_assert_nonnull (said);
    return said;
}

void
crash_advance (Crash *crash, int64_t ms)
{
    crash->now.wall += ms;
    crash->now.mono += ms;
    crash->date = MAX (crash->date, (int32_t)(crash->now.wall / 1000));
    for (int i = 0; i < 2; i++) {
        CrashSide *side = &crash->sides[i];
        if (side->chat == NULL)
            continue;
        crash_enter (side);
        secret_chat_tick (side->chat, crash->now);
        crash_turn (side, NULL, FALSE);
        if (ms >= 500)
            crash_write_late (side);
    }
    crash_run (crash);
}

/* --- the end --- */

typedef struct {
    GByteArray *all; /* every value, one behind the other */
    unsigned records[STORE_PENDING + 1];
} Scan;

static void
scan_cb (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    Scan *scan = user;

    g_assert_nonnull (value);
    scan->records[key.kind]++;
    g_byte_array_append (scan->all, value, (unsigned)len);
}

static Scan
scan_store (CrashSide *side)
{
    Scan scan = { .all = g_byte_array_new () };

    for (StoreKind kind = STORE_ACCOUNT; kind <= STORE_PENDING; kind++)
        g_assert_true (any_store_each (side->store, kind, TRUE, 0, scan_cb, &scan, NULL));
    return scan;
}

static gboolean
has (const Scan *scan, const void *what, size_t len)
{
    return memmem (scan->all->data, scan->all->len, what, len) != NULL;
}

/* Nothing of what was deleted, expired, refused or is done with stands in the store, nor
 * any key but the ones in use (SC-D19, D25, F20, G7; DECISIONS 3). */
static void
check_store (CrashSide *side)
{
    g_assert_cmpuint (side->turns.length + side->late.length, ==, 0);
    crash_check_turns (side);
    Scan scan = scan_store (side);
    const SecretChat *chat = side->chat;

    for (int s = 0; s < 2; s++) {
        const GArray *said = side->crash->sides[s].said;
        for (unsigned i = 0; i < said->len; i++) {
            const CrashText *text = &g_array_index (said, CrashText, i);
            if ((text->gone || s == side->index || text->seen) &&
                has (&scan, text->text, strlen (text->text)))
                g_error ("\"%s\" is still in the store of %d", text->text, side->index);
            if (text->gone) /* nor what was known of it */
                g_assert_null (secret_note_find (chat, text->id));
        }
    }
    for (unsigned i = 0; i < side->keys->len; i++) {
        const uint8_t *key = g_bytes_get_data (side->keys->pdata[i], NULL);
        if (!chat->key.used || memcmp (key, chat->key.key, 256) != 0)
            g_assert_false (has (&scan, key, 256));
    }
    g_assert_cmpuint (scan.records[STORE_GAP], ==, 0);
    g_assert_cmpuint (scan.records[STORE_PENDING], ==, 0);
    g_assert_cmpuint (scan.records[STORE_CHAT], ==, 1);
    if (chat->state == TALK_STATE_CLOSED)
        g_assert_cmpuint (scan.records[STORE_OUTBOX], ==, 0);
    g_byte_array_unref (scan.all);
}

/* What a new process shows again. */
static unsigned
unseen_texts (CrashSide *side)
{
    const GArray *said = side->crash->sides[1 - side->index].said;
    unsigned n = 0;

    for (unsigned i = 0; i < said->len; i++) {
        const CrashText *text = &g_array_index (said, CrashText, i);
        if (text->shown > 0 && !text->seen && !text->gone) {
            n++;
            g_assert_cmpuint (text->life + 1, ==, side->life); /* as every one before */
        }
    }
    return n;
}

/* What is stored is what is in memory. */
static void
check_reload (CrashSide *side)
{
    TalkSecret before, after;

    secret_chat_info (side->chat, &before);
    g_clear_pointer (&side->chat, secret_chat_free);
    side->life++;
    side->last_shown = -1;
    g_array_set_size (side->unread, 0);
    crash_load (side);
    g_assert_cmpuint (side->asked->len, ==, 0); /* nothing is left to do */
    g_assert_cmpuint (side->told->len, ==, unseen_texts (side)); /* but to show */
    g_assert_true (store_batch_is_empty (side->batch));
    secret_chat_info (side->chat, &after);
    g_assert_cmpint (before.state, ==, after.state);
    g_assert_cmpint (before.closed, ==, after.closed);
    g_assert_cmpint (before.ttl, ==, after.ttl);
    g_assert_cmpint (before.peer_layer, ==, after.peer_layer);
    g_assert_cmpuint (before.raw_in, ==, after.raw_in);
    g_assert_cmpuint (before.raw_out, ==, after.raw_out);
    g_assert_cmpuint (before.acknowledged, ==, after.acknowledged);
    g_assert_cmpuint (before.unacknowledged, ==, after.unacknowledged);
    g_assert_cmpuint (before.key_messages, ==, after.key_messages);
    g_assert_cmpmem (before.key_hash, 36, after.key_hash, 36);
    crash_turn (side, NULL, FALSE);
}

static void
check_texts (CrashSide *side)
{
    for (unsigned i = 0; i < side->said->len; i++) {
        const CrashText *text = &g_array_index (side->said, CrashText, i);
        if (!text->excused && text->shown == 0)
            g_error ("\"%s\" was never shown", text->text);
    }
}

/* Nothing waits any more, and no mark is put off. */
static void
settle_all (Crash *crash)
{
    CrashSide *alice = &crash->sides[0], *bob = &crash->sides[1];

    do {
        crash_run (crash);
        crash_write_late (alice);
        crash_write_late (bob);
        crash_run (crash);
    } while (alice->late.length + bob->late.length > 0);
}

static void
reconnect (Crash *crash)
{
    for (int i = 0; i < 2; i++) {
        CrashSide *side = &crash->sides[i];
        side->hold = FALSE;
        side->lose = 0;
        side->weak = FALSE;
        crash_enter (side);
        secret_chat_suspend (side->chat);
        secret_chat_resume (side->chat, crash->now);
        crash_turn (side, NULL, FALSE);
    }
    crash_run (crash);
}

void
crash_end_ready (Crash *crash)
{
    CrashSide *alice = &crash->sides[0], *bob = &crash->sides[1];

    for (int round = 0; round < 4; round++) {
        static const char *const last[2][4] = { { "A-0", "A-1", "A-2", "A-3" },
                                                { "B-0", "B-1", "B-2", "B-3" } };
        reconnect (crash);
        for (int i = 0; i < 2; i++) {
            g_assert_cmpint (crash_say (&crash->sides[i], last[i][round]), !=, 0);
            crash_run (crash);
            crash_see (&crash->sides[1 - i]);
        }
        crash_run (crash);
        crash_advance (crash, 30000);
    }
    for (int i = 0; i < 2; i++) { /* the last word is acknowledged, too */
        crash_set_ttl (&crash->sides[i], 0);
        crash_run (crash);
    }
    settle_all (crash);
    g_assert_cmpint (alice->chat->state, ==, TALK_STATE_READY);
    g_assert_cmpint (bob->chat->state, ==, TALK_STATE_READY);
    g_assert_cmpmem (alice->chat->key.key, 256, bob->chat->key.key, 256);
    g_assert_cmpint (alice->chat->raw_out, ==, bob->chat->raw_in);
    g_assert_cmpint (bob->chat->raw_out, ==, alice->chat->raw_in);
    for (int i = 0; i < 2; i++) {
        CrashSide *side = &crash->sides[i];
        g_assert_cmpint (side->chat->rekey.step, ==, SECRET_REKEY_IDLE);
        g_assert_false (side->chat->other.used);
        g_assert_cmpint (side->chat->ttl, ==, 0);
        g_assert_cmpint (side->chat->peer_layer, ==, SECRET_LAYER_MAX);
        g_assert_cmpint (side->chat->told_layer, ==, SECRET_LAYER_MAX); /* SC-L8 */
        g_assert_cmpuint (side->discards, ==, 0);
        check_texts (side);
    }
    for (int i = 0; i < 2; i++) {
        check_store (&crash->sides[i]);
        check_reload (&crash->sides[i]);
    }
}

void
crash_end_logged_out (CrashSide *side)
{
    settle_all (side->crash);
    g_assert_cmpint (side->chat->state, ==, TALK_STATE_CLOSED);
    g_assert_cmpint (side->chat->closed, ==, TALK_CLOSED_LOGGED_OUT);
    g_assert_cmpuint (side->discards, ==, 0);
    check_store (side);
    check_reload (side);
}

void
crash_end_closed (Crash *crash, TalkClosed alice, TalkClosed bob)
{
    reconnect (crash);
    crash_advance (crash, 120000);
    settle_all (crash);
    for (int i = 0; i < 2; i++) {
        CrashSide *side = &crash->sides[i], *other = &crash->sides[1 - i];
        TalkClosed why = i == 0 ? alice : bob;
        g_assert_cmpint (side->chat->state, ==, TALK_STATE_CLOSED);
        g_assert_cmpint (side->chat->closed, ==, why);
        g_assert_false (side->chat->discard_pending);
        /* who was told does not tell (SC-A25) */
        g_assert_cmpint (side->discards > 0, ==,
                         why != TALK_CLOSED_BY_PEER && why != TALK_CLOSED_ELSEWHERE);
        g_autoptr (GArray) left = secret_chat_last_text (side->chat);
        g_assert_cmpint (left->len == 0 || !other->discard_history, ==, TRUE);
        g_assert_cmpint (crash_say (side, "too late"), ==, 0);
    }
    for (int i = 0; i < 2; i++) {
        check_store (&crash->sides[i]);
        check_reload (&crash->sides[i]);
    }
}
