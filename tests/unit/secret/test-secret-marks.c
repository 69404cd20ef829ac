/* What a chat remembers for its user: verified, settled, left to another device. */
#include "secret-pair.h"
#include "secret-private.h"

#include <string.h>

/* SC-K4: the mark is stored, needs a key, ends with the chat, and says afterwards only
 * that there was one */
static void
verified_is_a_mark_of_this_chat (void)
{
    g_autoptr (Pair) pair = pair_ready (1);
    PairEnd *alice = alice_of (pair);

    g_assert_false (pair_info (alice).verified);
    g_assert_cmpint (secret_chat_set_verified (alice->chat, TRUE, pair->now), ==,
                     TALK_DONE);
    pair_restart (alice);
    g_assert_true (pair_info (alice).verified);
    g_assert_false (pair_info (bob_of (pair)).verified);

    secret_chat_rekey (alice->chat, pair->now); /* the same chat, SC-K1 */
    pair_run (pair);
    g_assert_true (pair_info (alice).verified);

    secret_chat_close (alice->chat, FALSE, TALK_CLOSED_BY_US, pair->now);
    pair_run (pair);
    pair_restart (alice);
    g_assert_false (pair_info (alice).verified);
    g_assert_true (pair_info (alice).was_verified);
    g_assert_cmpint (secret_chat_set_verified (alice->chat, TRUE, pair->now), ==,
                     TALK_IS_CLOSED);
    g_assert_cmpint (secret_chat_set_verified (alice->chat, FALSE, pair->now), ==,
                     TALK_DONE);
    pair_restart (alice);
    g_assert_false (pair_info (alice).was_verified);
}

static void
an_unready_chat_cannot_be_verified (void)
{
    g_autoptr (Pair) pair = pair_new (2);

    bob_of (pair)->manual_accept = TRUE;
    pair_start (pair);
    pair_run (pair);
    g_assert_cmpint (secret_chat_set_verified (alice_of (pair)->chat, TRUE, pair->now),
                     ==, TALK_NOT_READY);
}

/* SC-A15, SC-A16: closed here, not a word to the server, and it stays so */
static void
a_request_is_left_to_another_device (void)
{
    g_autoptr (Pair) pair = pair_new (3);
    PairEnd *bob = bob_of (pair);

    bob->manual_accept = TRUE;
    pair_start (pair);
    pair_run (pair);
    secret_chat_leave (bob->chat, pair->now);
    pair_run (pair);
    pair_restart (bob);
    pair_run (pair);
    g_assert_cmpint (pair_info (bob).closed, ==, TALK_CLOSED_ELSEWHERE);
    g_assert_cmpuint (bob->kinds->len, ==, 0);
    g_assert_cmpint (pair_info (alice_of (pair)).state, ==, TALK_STATE_WAITING);
}

/* SC-A25, SC-A26: ended together with its history, by either side: its entry goes */
static void
what_was_erased_is_gone (void)
{
    for (int erase = 0; erase < 2; erase++) {
        g_autoptr (Pair) pair = pair_ready (7);
        secret_chat_close (alice_of (pair)->chat, erase, TALK_CLOSED_BY_US, pair->now);
        pair_run (pair);
        for (int e = 0; e < 2; e++) {
            PairEnd *end = &pair->ends[e];
            g_assert_cmpint (pair_info (end).gone, ==, erase);
            pair_restart (end);
            g_assert_cmpint (pair_info (end).gone, ==, erase);
        }
    }
}

/* SC-A24: the promise to delete is not taken back by a second word; an ended chat can
 * still be erased here */
static void
an_ended_chat_can_be_erased (void)
{
    g_autoptr (Pair) pair = pair_ready (8);
    PairEnd *alice = alice_of (pair), *bob = bob_of (pair);

    secret_chat_suspend (alice->chat);
    secret_chat_close (alice->chat, TRUE, TALK_CLOSED_BY_US, pair->now);
    secret_chat_close (alice->chat, FALSE, TALK_CLOSED_BY_US, pair->now);
    pair_restart (alice);
    pair_run (pair);
    g_assert_true (pair_info (bob).gone);

    g_autoptr (Pair) other = pair_ready (9);
    secret_chat_close (alice_of (other)->chat, FALSE, TALK_CLOSED_BY_US, other->now);
    pair_run (other);
    g_free (pair_events (bob_of (other)));
    secret_chat_close (bob_of (other)->chat, TRUE, TALK_CLOSED_BY_US, other->now);
    pair_restart (bob_of (other));
    g_autofree char *events = pair_events (bob_of (other));
    g_assert_true (pair_info (bob_of (other)).gone);
    g_assert_nonnull (strstr (events, "state"));
}

static void
count_record (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    ++*(unsigned *)user;
}

static unsigned
remembered (PairEnd *end)
{
    unsigned n = 0;

    any_store_each (end->store, STORE_MESSAGE, TRUE, 0, count_record, &n, NULL);
    g_assert_cmpuint (n, ==, g_hash_table_size (end->chat->notes.table));
    return n;
}

/* A chat does not grow with its messages, in memory and on disk; what stands in a window
 * for long can still be deleted from afar (SC-E8) */
static void
settled_messages_are_forgotten (void)
{
    g_autoptr (Pair) pair = pair_ready (6);
    PairEnd *alice = alice_of (pair), *bob = bob_of (pair);
    int64_t first = pair_say (alice, "the first");

    for (int i = 0; i < 3000; i++) {
        pair_say (i % 2 == 0 ? alice : bob, "and so on");
        pair_run (pair);
        for (int e = 0; e < 2; e++) {
            PairEnd *end = &pair->ends[e];
            if (end->shown->len > 0)
                secret_chat_seen (end->chat, (const int64_t *)(void *)end->shown->data,
                                  end->shown->len, pair->now);
            g_array_set_size (end->shown, 0);
        }
    }
    pair_run (pair);
    g_assert_cmpuint (remembered (alice), <=, 1300);
    g_assert_cmpuint (remembered (bob), <=, 1300);
    pair_restart (bob);
    g_assert_null (secret_note_find (bob->chat, first));
    g_free (pair_events (bob));
    secret_chat_delete (alice->chat, &first, 1, pair->now);
    pair_run (pair);
    g_autofree char *events = pair_events (bob);
    g_assert_nonnull (strstr (events, "deleted 1 peer"));
}

static void
take_countdown (int32_t chat_id, int64_t id, int64_t left, void *user)
{
    int64_t *sum = user;
    *sum += left;
}

/* SC-G8: loaded, but offline: what is overdue goes at once, what runs goes on */
static void
countdowns_go_on_before_the_account_is_online (void)
{
    g_autoptr (Pair) pair = pair_ready (5);
    PairEnd *alice = alice_of (pair), *bob = bob_of (pair);
    int64_t left = 0;

    secret_chat_set_ttl (alice->chat, 30, pair->now);
    pair_say (alice, "burns");
    pair_run (pair);
    secret_chat_seen (bob->chat, (const int64_t *)(void *)bob->shown->data, 1, pair->now);
    pair_run (pair);
    pair->now.wall += 10000;
    pair->now.mono += 10000;
    secret_chat_each_countdown (bob->chat, pair->now, take_countdown, &left);
    g_assert_cmpint (left, ==, 20000);

    pair->now.mono = 50; /* another process */
    pair_restart (bob);
    g_free (pair_events (bob));
    secret_chat_suspend (bob->chat);
    g_assert_cmpint (secret_chat_deadline (bob->chat, pair->now), ==, 50 + 20000);
    pair->now.wall -= 86400000; /* set back: no longer than it had */
    pair->now.mono += 20000;
    secret_chat_tick (bob->chat, pair->now);
    g_autofree char *events = pair_events (bob);
    g_assert_cmpstr (events, ==, "expired 1 us\n");
}

/* --- what the server says of time --- */

static int64_t
say_timed (Pair *pair, PairEnd *end, int32_t ttl)
{
    if (pair_info (end).ttl != ttl)
        secret_chat_set_ttl (end->chat, ttl, pair->now);
    int64_t id = pair_say (end, "burns");
    pair_run (pair);
    return id;
}

static gboolean
stands (PairEnd *end, int64_t id)
{
    return secret_note_find (end->chat, id) != NULL;
}

/* SC-J9 SC-G3 SC-M21: one forged mark, as far ahead as can be, moves nothing beyond what
 * was sent: what is sent and read later expires all the same, also after a restart */
static void
a_read_mark_does_not_reach_into_the_future (void)
{
    static const int32_t forged[] = { G_MAXINT32, 0 /* an hour ahead */ };

    for (size_t i = 0; i < G_N_ELEMENTS (forged); i++) {
        g_autoptr (Pair) pair = pair_ready (61);
        PairEnd *alice = alice_of (pair);
        int32_t date = forged[i] != 0 ? forged[i] : pair->date + 3600;

        secret_chat_peer_read (alice->chat, date, date, pair->now); /* nothing sent yet */
        g_assert_cmpint (alice->chat->reading.peer_date, ==, 0);
        int64_t first = say_timed (pair, alice, 30);
        secret_chat_peer_read (alice->chat, date, date, pair->now);
        pair_commit (alice);
        g_assert_cmpint (alice->chat->reading.peer_date, ==, pair->date);
        pair_restart (alice);
        pair_advance (pair, 30 * 1000);
        g_assert_false (stands (alice, first)); /* from now on, not from then on */
        int64_t second = say_timed (pair, alice, 30);
        secret_chat_peer_read (alice->chat, pair->date, pair->date, pair->now);
        pair_advance (pair, 30 * 1000);
        g_assert_false (stands (alice, second));
    }
}

/* SC-G3: a mark from before the message was sent begins its time when it was sent; one
 * without a date now */
static void
nothing_is_read_before_it_is_sent (void)
{
    static const int32_t dates[] = { 1, -5, 0, G_MININT32 };

    for (size_t i = 0; i < G_N_ELEMENTS (dates); i++) {
        g_autoptr (Pair) pair = pair_ready (62);
        PairEnd *alice = alice_of (pair);
        int64_t id = say_timed (pair, alice, 30);
        int32_t sent = pair->date;
        pair->date += 10; /* ten seconds later */
        pair->now.wall += 10000;
        pair->now.mono += 10000;
        secret_chat_peer_read (alice->chat, sent, dates[i], pair->now);
        g_assert_true (stands (alice, id));
        pair_advance (pair, dates[i] == 1 ? 19999 : 29999);
        g_assert_true (stands (alice, id));
        pair_advance (pair, 1);
        g_assert_false (stands (alice, id));
    }
}

/* SC-G3: a clock that is wrong by an hour, either way, changes no life */
static void
a_wrong_clock_changes_no_life (void)
{
    for (int hours = -1; hours <= 1; hours++) {
        g_autoptr (Pair) pair = pair_ready (63);
        PairEnd *alice = alice_of (pair);
        int64_t id = say_timed (pair, alice, 30);
        pair->now.wall += hours * 3600 * 1000; /* pair->date is the server's */
        secret_chat_peer_read (alice->chat, pair->date, pair->date, pair->now);
        SecretNote *note = secret_note_find (alice->chat, id);
        g_assert_cmpint (note->expires, ==, pair->now.wall + 30000);
        g_assert_cmpint (note->expires_mono, ==, pair->now.mono + 30000);
    }
}

/* SC-I4 SC-E14: a message dated far ahead, or without a date, has the present one: the
 * marks for what comes after it still go out */
static void
a_date_far_ahead_stops_no_marks (void)
{
    static const int32_t dates[] = { G_MAXINT32, 0, -1, G_MININT32 };

    for (size_t i = 0; i < G_N_ELEMENTS (dates); i++) {
        g_autoptr (Pair) pair = pair_ready (64);
        PairEnd *alice = alice_of (pair), *bob = bob_of (pair);
        int32_t present = pair->date;
        pair->hold = TRUE;
        pair_say (alice, "dated by an enemy");
        pair_run (pair);
        size_t len;
        const uint8_t *data =
            g_bytes_get_data (alice->wire->pdata[alice->wire->len - 1], &len);
        secret_chat_receive (bob->chat, dates[i], TL_BYTES (data, len), FALSE, TRUE,
                             pair->now);
        int64_t id = g_array_index (bob->shown, int64_t, 0);
        int32_t date = secret_note_find (bob->chat, id)->date;
        g_assert_cmpint (date, >=, present);
        g_assert_cmpint (date, <=, pair->date + 5);
        secret_chat_seen (bob->chat, &id, 1, pair->now);
        pair_run (pair);
        g_assert_cmpint (bob->last_read, ==, date);
        pair->hold = FALSE;
        pair_advance (pair, 10 * 1000);
        pair_say (alice, "a later one");
        pair_run (pair);
        id = g_array_index (bob->shown, int64_t, bob->shown->len - 1);
        secret_chat_seen (bob->chat, &id, 1, pair->now);
        pair_run (pair);
        g_assert_cmpint (bob->last_read, ==, secret_note_find (bob->chat, id)->date);
        g_assert_cmpint (bob->last_read, >, date);
    }
}

/* SC-E3 SC-G3: an answer dated far ahead: the message can be read all the same */
static void
an_answer_far_ahead_can_be_read (void)
{
    g_autoptr (Pair) pair = pair_ready (65);
    PairEnd *alice = alice_of (pair);
    SecretAnswer answer = { .u.sent.date = G_MAXINT32 };

    secret_chat_set_ttl (alice->chat, 30, pair->now);
    pair_run (pair);
    pair->hold = TRUE;
    int64_t id = pair_say (alice, "burns");
    pair_answer_with (alice, &answer);
    g_assert_true (secret_note_find (alice->chat, id)->sent);
    g_assert_cmpint (secret_note_find (alice->chat, id)->date, <=, pair->date + 5);
    pair_advance (pair, 10 * 1000);
    secret_chat_peer_read (alice->chat, pair->date, pair->date, pair->now);
    pair_advance (pair, 30 * 1000);
    g_assert_false (stands (alice, id));
}

/* SC-J9 SC-E14: what an earlier version stored of such a date is cut when it is read */
static void
a_stored_mark_far_ahead_is_cut (void)
{
    g_autoptr (Pair) pair = pair_ready (66);
    PairEnd *alice = alice_of (pair), *bob = bob_of (pair);
    int64_t id = say_timed (pair, alice, 30);

    alice->chat->reading.peer_date = G_MAXINT32;
    secret_note_find (alice->chat, id)->date = G_MAXINT32;
    secret_save_note (alice->chat, secret_note_find (alice->chat, id));
    bob->chat->reading.date = bob->chat->reading.sent = G_MAXINT32;
    for (int i = 0; i < 2; i++) {
        pair->ends[i].chat->end.save = TRUE;
        secret_settle (pair->ends[i].chat, pair->now);
        pair_restart (&pair->ends[i]);
    }
    pair_advance (pair, (int64_t)25 * 3600 * 1000);
    secret_chat_peer_read (alice->chat, pair->date, pair->date, pair->now);
    pair_advance (pair, 30 * 1000);
    g_assert_false (stands (alice, id));
    pair_say (alice, "seen");
    pair_run (pair);
    id = g_array_index (bob->shown, int64_t, bob->shown->len - 1);
    secret_chat_seen (bob->chat, (const int64_t *)(void *)bob->shown->data,
                      bob->shown->len, pair->now);
    pair_run (pair);
    g_assert_cmpint (bob->last_read, ==, secret_note_find (bob->chat, id)->date);
}

/* SC-A12: nor does a chat begin in the future */
static void
a_chat_begins_now_at_the_latest (void)
{
    g_autoptr (Pair) pair = pair_ready (67);
    PairEnd *bob = bob_of (pair);
    uint8_t g_a[256] = { 1 };
    SecretRemote remote = { .state = SECRET_REMOTE_REQUESTED,
                            .id = 4712,
                            .date = G_MAXINT32,
                            .admin_id = 1001,
                            .participant_id = 1002,
                            .g_a_or_b = TL_BYTES (g_a, sizeof g_a) };
    g_autoptr (SecretChat) chat =
        secret_chat_new_incoming (&bob->env, &remote, pair->now);

    g_assert_nonnull (chat);
    g_assert_cmpint (chat->date, <=, pair->date + 5);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    pair_quiet ();
    g_test_add_func ("/secret/marks/verified-is-of-this-chat",
                     verified_is_a_mark_of_this_chat);
    g_test_add_func ("/secret/marks/verified-needs-a-key",
                     an_unready_chat_cannot_be_verified);
    g_test_add_func ("/secret/marks/left-to-another-device",
                     a_request_is_left_to_another_device);
    g_test_add_func ("/secret/marks/erased-is-gone", what_was_erased_is_gone);
    g_test_add_func ("/secret/marks/ended-can-be-erased", an_ended_chat_can_be_erased);
    g_test_add_func ("/secret/marks/settled-ones-are-forgotten",
                     settled_messages_are_forgotten);
    g_test_add_func ("/secret/marks/countdowns-go-on-offline",
                     countdowns_go_on_before_the_account_is_online);
#define ADD(f) g_test_add_func ("/secret/marks/" #f, f)
    ADD (a_read_mark_does_not_reach_into_the_future);
    ADD (nothing_is_read_before_it_is_sent);
    ADD (a_wrong_clock_changes_no_life);
    ADD (a_date_far_ahead_stops_no_marks);
    ADD (an_answer_far_ahead_can_be_read);
    ADD (a_stored_mark_far_ahead_is_cut);
    ADD (a_chat_begins_now_at_the_latest);
    return g_test_run ();
}
