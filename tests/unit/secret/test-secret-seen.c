/* What was not seen is kept (DECISIONS 23): secret-seen.c. */
#include "secret-pair.h"
#include "secret-private.h"

#include <string.h>

#define assert_events(end, expected)                                                     \
    do {                                                                                 \
        g_autofree char *events_ = pair_events (end);                                    \
        g_assert_cmpstr (events_, ==, (expected));                                       \
    } while (0)

static int64_t
say (Pair *pair, const char *text)
{
    int64_t id = pair_say (alice_of (pair), text);

    pair_run (pair);
    return id;
}

static int64_t
say_shown (Pair *pair, const char *text)
{
    int64_t id = say (pair, text);

    secret_chat_displayed (bob_of (pair)->chat, id);
    pair_commit (bob_of (pair));
    return id;
}

static void
take_text (const TalkMessage *message, void *user)
{
    g_string_append_printf (user, "%s%s;", message->text, message->again ? "*" : "");
}

static char *
waiting (PairEnd *end)
{
    GString *all = g_string_new (NULL);

    secret_chat_each_waiting (end->chat, take_text, all);
    return g_string_free (all, FALSE);
}

#define assert_waiting(end, expected)                                                    \
    do {                                                                                 \
        g_autofree char *waiting_ = waiting (end);                                       \
        g_assert_cmpstr (waiting_, ==, (expected));                                      \
    } while (0)

typedef struct {
    const char *text;
    unsigned found;
} Scan;

static void
scan_cb (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    Scan *scan = user;
    scan->found += memmem (value, len, scan->text, strlen (scan->text)) != NULL;
}

static unsigned
stored (PairEnd *end, const char *text)
{
    Scan scan = { .text = text };

    pair_commit (end);
    any_store_each (end->store, STORE_MESSAGE, TRUE, 0, scan_cb, &scan, NULL);
    return scan.found;
}

/* DECISIONS 2, 3, 23, SC-G2, SC-E14, SC-L1: shown and not seen: kept, sealed, not
 * burning, not reported; every start reports it once, before newer ones; seen it is gone
 */
static void
what_was_not_seen_is_kept (void)
{
    g_autoptr (Pair) pair = pair_ready (1);
    PairEnd *alice = alice_of (pair), *bob = bob_of (pair);

    secret_chat_set_ttl (alice->chat, 30, pair->now);
    pair_run (pair);
    say_shown (pair, "first");
    say_shown (pair, "second");
    int64_t ids[] = { g_array_index (bob->shown, int64_t, 0),
                      g_array_index (bob->shown, int64_t, 1) };
    g_free (pair_events (bob));
    for (int start = 0; start < 3; start++) {
        pair_advance (pair, 3600 * 1000);
        assert_events (bob, "");
        pair_restart (bob);
        assert_events (bob, "message 'first' ttl 30 content 0\n"
                            "message 'second' ttl 30 content 0\n");
        pair_reconnect (bob); /* the same process */
        assert_events (bob, "");
        assert_waiting (bob, "first*;second*;");
    }
    g_assert_cmpuint (bob->reads, ==, 0);
    pair->hold = TRUE; /* arrives in a new process */
    pair_say (alice, "third");
    pair_commit (alice);
    pair_restart (bob);
    pair->hold = FALSE;
    pair_run (pair);
    assert_events (bob, "message 'first' ttl 30 content 0\n"
                        "message 'second' ttl 30 content 0\n"
                        "message 'third' ttl 30 content 0\n");
    assert_waiting (bob, "first*;second*;"); /* the third is on its way to the screen */

    secret_chat_seen (bob->chat, ids, 2, pair->now);
    pair_run (pair);
    g_assert_cmpuint (bob->reads, ==, 1);
    g_assert_cmpuint (stored (bob, "first") + stored (bob, "second"), ==, 0);
    pair_advance (pair, 31000);
    assert_events (bob, "expired 2 us\n");
    pair_restart (bob);
    assert_events (bob, "message 'third' ttl 30 content 0\n");
}

/* DECISIONS 23, SC-E14: what is unseen, with a line or without, is below every date that
 * is reported; once it was seen, or is gone, the rest is told */
static void
the_peer_hears_of_nothing_unseen (void)
{
    for (int how = 0; how < 4; how++) {
        g_autoptr (Pair) pair = pair_ready (2);
        PairEnd *alice = alice_of (pair), *bob = bob_of (pair);
        gboolean gone = how % 2 == 1;
        int64_t one = say_shown (pair, "read");
        int64_t two = (how < 2 ? say_shown : say) (pair, "not seen");
        int64_t three = say_shown (pair, "read before it");

        secret_chat_seen (bob->chat, &three, 1, pair->now);
        pair_run (pair);
        g_assert_cmpuint (bob->reads, ==, 0);
        secret_chat_seen (bob->chat, &one, 1, pair->now);
        pair_run (pair);
        g_assert_cmpint (bob->last_read, ==, secret_note_find (bob->chat, one)->date);
        if (gone)
            secret_chat_delete (alice->chat, &two, 1, pair->now);
        else
            secret_chat_seen (bob->chat, &two, 1, pair->now);
        pair_run (pair);
        g_assert_cmpint (bob->last_read, ==, secret_note_find (bob->chat, three)->date);
        g_assert_cmpuint (bob->reads, ==, 2);
    }
}

static unsigned unseen_told;

static void
count_unseen (Pair *pair, PairEnd *end, const TalkEvent *e)
{
    if (end == bob_of (pair) && e->kind == TALK_EVENT_GONE)
        unseen_told += e->u.gone.n_unseen;
}

/* DECISIONS 23, SC-E8, SC-E10, SC-A25: the peer's deletion, a flush, the end with its
 * history remove it, and say how much of it nobody had seen */
static void
what_is_taken_back_unseen_is_told (void)
{
    for (int how = 0; how < 5; how++) {
        g_autoptr (Pair) pair = pair_ready (3);
        PairEnd *alice = alice_of (pair), *bob = bob_of (pair);
        int64_t seen = say_shown (pair, "seen");

        secret_chat_seen (bob->chat, &seen, 1, pair->now);
        int64_t ids[] = { seen, say_shown (pair, "shown"), say (pair, "never shown") };
        pair->watch = count_unseen;
        unseen_told = 0;
        if (how == 0)
            secret_chat_delete (alice->chat, ids, 3, pair->now);
        else if (how == 1)
            secret_chat_flush (alice->chat, pair->now);
        else if (how == 2)
            secret_chat_close (alice->chat, TRUE, TALK_CLOSED_BY_US, pair->now);
        else if (how == 3)
            secret_chat_flush (bob->chat, pair->now);
        else
            secret_chat_close (bob->chat, TRUE, TALK_CLOSED_BY_US, pair->now);
        pair_run (pair);
        g_assert_cmpuint (unseen_told, ==, 2);
        assert_waiting (bob, "");
        g_assert_cmpuint (stored (bob, "shown"), ==, 0);
    }
}

/* DECISIONS 23, SC-D30, SC-A29: the end of a chat leaves it, also for the next start; the
 * end of the login erases it and says how much that was, an ended chat's as well */
static void
the_end_of_the_login_erases_it (void)
{
    for (int ended = 0; ended < 2; ended++) {
        g_autoptr (Pair) pair = pair_ready (4);
        PairEnd *alice = alice_of (pair), *bob = bob_of (pair);

        say_shown (pair, "shown");
        say (pair, "never shown");
        if (ended)
            secret_chat_close (alice->chat, FALSE, TALK_CLOSED_BY_US, pair->now);
        pair_run (pair);
        g_free (pair_events (bob));
        pair_restart (bob);
        assert_events (bob, "message 'shown' ttl 0 content 0\n"
                            "message 'never shown' ttl 0 content 0\n");
        pair->watch = count_unseen;
        unseen_told = 0;
        secret_chat_close (bob->chat, FALSE, TALK_CLOSED_LOGGED_OUT, pair->now);
        pair_commit (bob);
        g_assert_cmpuint (unseen_told, ==, 2);
        g_assert_cmpuint (stored (bob, "shown"), ==, 0);
        g_free (pair_events (bob));
        pair_restart (bob);
        assert_events (bob, "");
    }
}

/* DECISIONS 23: handed over for the last time: no text anywhere, not shown again; not
 * read and not burning until it, or a newer one, is seen */
static void
what_was_let_go_is_read_later (void)
{
    for (int newer = 0; newer < 2; newer++) {
        g_autoptr (Pair) pair = pair_ready (5);
        PairEnd *bob = bob_of (pair);

        secret_chat_set_ttl (alice_of (pair)->chat, 5, pair->now);
        int64_t id = say_shown (pair, "let go");
        secret_chat_let_go (bob->chat, id);
        g_assert_cmpuint (stored (bob, "let go"), ==, 0);
        g_free (pair_events (bob));
        pair_restart (bob);
        pair_advance (pair, 60000);
        assert_events (bob, "");
        assert_waiting (bob, "");
        g_assert_cmpuint (bob->reads, ==, 0);
        g_autoptr (GArray) unseen = secret_chat_unseen (bob->chat);
        g_assert_cmpuint (unseen->len, ==, 1);
        if (newer)
            id = say_shown (pair, "newer");
        secret_chat_seen (bob->chat, &id, 1, pair->now);
        pair_run (pair);
        g_assert_cmpuint (bob->reads, ==, 1);
        pair_advance (pair, 6000);
        g_assert_cmpuint (g_hash_table_size (bob->chat->notes.table), ==, 0);
    }
}

static int64_t
say_hidden (Pair *pair, const char *text)
{
    int64_t id = say (pair, text);

    secret_chat_hidden (bob_of (pair)->chat, id, pair->now);
    pair_commit (bob_of (pair));
    return id;
}

/* DECISIONS 23: without a line nothing is let go, nor can it be seen: it waits; and an
 * older line that is seen says nothing of a newer one that was let go */
static void
only_lines_are_let_go (void)
{
    g_autoptr (Pair) pair = pair_ready (9);
    PairEnd *bob = bob_of (pair);
    int64_t older = say_shown (pair, "older"), id = say_hidden (pair, "newer");

    secret_chat_let_go (bob->chat, id);
    g_assert_cmpuint (stored (bob, "newer"), ==, 1);
    assert_waiting (bob, "older*;newer;");
    g_autoptr (GArray) lines = secret_chat_unseen (bob->chat);
    g_assert_cmpuint (lines->len, ==, 1);

    secret_chat_displayed (bob->chat, id);
    secret_chat_let_go (bob->chat, id);
    g_assert_cmpuint (stored (bob, "newer"), ==, 0);
    secret_chat_seen (bob->chat, &older, 1, pair->now);
    pair_run (pair);
    g_autoptr (GArray) left = secret_chat_unseen (bob->chat);
    g_assert_cmpuint (left->len, ==, 1);
}

/* SC-G8, DECISIONS 23: what is overdue at a start is not shown before it goes */
static void
what_is_overdue_is_not_shown_again (void)
{
    g_autoptr (Pair) pair = pair_ready (10);
    PairEnd *bob = bob_of (pair);
    SecretNote *note = secret_note_find (bob->chat, say_shown (pair, "overdue"));

    note->ttl = 5;
    note->expires = pair->now.wall - 1;
    secret_save_note (bob->chat, note);
    pair_commit (bob);
    g_free (pair_events (bob));
    pair_restart (bob);
    assert_events (bob, "expired 1 us\n");
}

/* SC-G8: so it is where only that asks, whatever else looks at clocks before */
static void
showing_looks_at_the_clock (void)
{
    g_autoptr (Pair) pair = pair_ready (11);
    PairEnd *bob = bob_of (pair);
    SecretNote *note = secret_note_find (bob->chat, say_shown (pair, "overdue"));

    say_shown (pair, "in time");
    note->ttl = 5;
    note->expires = pair->now.wall - 1;
    note->expires_mono = pair->now.mono - 1;
    bob->chat->notes.counting = TRUE;
    bob->chat->notes.loaded = TRUE;
    g_free (pair_events (bob));
    secret_show_waiting (bob->chat, pair->now);
    pair_commit (bob);
    assert_events (bob, "expired 1 us\n"
                        "message 'in time' ttl 0 content 0\n");
}

/* DECISIONS 23: a chat does not grow with its messages, but however many come behind it,
 * what was not seen is not among those that are forgotten */
static void
the_unseen_outlive_a_thousand (void)
{
    enum { KEPT = 1000, MANY = 2500, FIRST = 5000 };
    g_autoptr (Pair) pair = pair_ready (12);
    PairEnd *bob = bob_of (pair);

    say_shown (pair, "had a line");
    say_hidden (pair, "had none");
    for (int64_t id = FIRST; id < FIRST + MANY; id++) {
        SecretNote *note = secret_note_new (bob->chat, id);
        note->displayed = note->seen = TRUE;
        secret_save_note (bob->chat, note);
        g_assert_cmpuint (g_hash_table_size (bob->chat->notes.table), <=,
                          KEPT + KEPT / 2);
    }
    pair_commit (bob);
    assert_waiting (bob, "had a line*;had none;");
    g_assert_null (secret_note_find (bob->chat, FIRST)); /* the oldest go, ... */
    for (int64_t id = FIRST + MANY - KEPT; id < FIRST + MANY; id++)
        g_assert_nonnull (secret_note_find (bob->chat, id)); /* ... the newest stay */
    g_free (pair_events (bob));
    pair_restart (bob);
    assert_events (bob, "message 'had a line' ttl 0 content 0\n"
                        "message 'had none' ttl 0 content 0\n");
}

/* DECISIONS 23: what left no line is kept like what was not displayed, but only so much of
 * it: 200 messages, or 1 MiB; the oldest go and are counted, over a restart as well */
static void
little_is_kept_of_what_left_no_line (void)
{
    g_autoptr (Pair) pair = pair_ready (6);
    PairEnd *bob = bob_of (pair);
    int64_t shown = say_shown (pair, "had a line");

    for (int i = 0; i < 205; i++) {
        g_autofree char *text = g_strdup_printf ("hidden %d;", i);
        say_hidden (pair, text);
    }
    secret_chat_hidden (bob->chat, shown, pair->now); /* that is no limit for it */
    g_assert_cmpuint (pair_info (bob).lost, ==, 5);
    g_free (pair_events (bob));
    pair_restart (bob);
    g_assert_cmpuint (pair_info (bob).lost, ==, 5);
    g_assert_cmpuint (stored (bob, "had a line"), ==, 1);
    g_assert_cmpuint (stored (bob, "hidden 4;"), ==, 0);
    g_assert_cmpuint (stored (bob, "hidden 5;"), ==, 1);
    g_autofree char *events = pair_events (bob);
    g_assert_nonnull (strstr (events, "hidden 204;"));
    g_assert_null (strstr (events, "hidden 4;"));
    g_assert_cmpuint (bob->reads, ==, 0);
    secret_chat_lost_told (bob->chat, pair->now);
    pair_restart (bob);
    g_assert_cmpuint (pair_info (bob).lost, ==, 0);

    g_autoptr (Pair) other = pair_ready (7);
    g_autofree char *big = g_strnfill (4096, 'x');
    for (int i = 0; i < 199; i++)
        say_hidden (other, big);
    g_assert_cmpuint (pair_info (bob_of (other)).lost, ==, 0);
    GHashTableIter iter; /* what comes is not cut: made large by hand */
    gpointer value;
    g_hash_table_iter_init (&iter, bob_of (other)->chat->notes.table);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        SecretNote *note = value;
        if (note->text == NULL || note->outgoing)
            continue;
        g_free (note->text);
        note->text = g_strnfill (100000, 'x');
    }
    say_hidden (other, "one more");
    g_assert_cmpuint (pair_info (bob_of (other)).lost, ==, 189);
}

/* SC-G7, SC-I3: what a timer takes away stands in no other line */
static void
a_timed_message_is_not_quoted (void)
{
    for (int timed = 0; timed < 2; timed++) {
        g_autoptr (Pair) pair = pair_ready (8);
        PairEnd *alice = alice_of (pair), *bob = bob_of (pair);
        int64_t id, reply;

        secret_chat_set_ttl (alice->chat, timed ? 30 : 0, pair->now);
        id = say_shown (pair, "quoted");
        secret_chat_set_ttl (alice->chat, 0, pair->now);
        g_assert_cmpint (
            secret_chat_send_text (alice->chat, "reply", id, FALSE, pair->now, &reply),
            ==, TALK_DONE);
        pair_run (pair);
        const SecretNote *note = secret_note_find (bob->chat, reply);
        g_assert_cmpint (note->reply_to, ==, id);
        g_assert_cmpstr (secret_note_message (bob->chat, note).reply_text, ==,
                         timed ? NULL : "quoted");
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    pair_quiet ();
    g_test_add_func ("/secret/seen/unseen-is-kept", what_was_not_seen_is_kept);
    g_test_add_func ("/secret/seen/unseen-is-not-reported",
                     the_peer_hears_of_nothing_unseen);
    g_test_add_func ("/secret/seen/taken-back-is-told",
                     what_is_taken_back_unseen_is_told);
    g_test_add_func ("/secret/seen/log-out-erases", the_end_of_the_login_erases_it);
    g_test_add_func ("/secret/seen/let-go-is-read-later", what_was_let_go_is_read_later);
    g_test_add_func ("/secret/seen/only-lines-are-let-go", only_lines_are_let_go);
    g_test_add_func ("/secret/seen/overdue-is-not-shown",
                     what_is_overdue_is_not_shown_again);
    g_test_add_func ("/secret/seen/the-clock-is-looked-at", showing_looks_at_the_clock);
    g_test_add_func ("/secret/seen/outlives-a-thousand", the_unseen_outlive_a_thousand);
    g_test_add_func ("/secret/seen/little-without-a-line",
                     little_is_kept_of_what_left_no_line);
    g_test_add_func ("/secret/seen/timed-is-not-quoted", a_timed_message_is_not_quoted);
    return g_test_run ();
}
