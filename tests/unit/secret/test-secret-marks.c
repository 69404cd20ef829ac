/* What a chat remembers for its user: verified, seen, missed, left to another device. */
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
    g_autoptr (GError) error = NULL;

    g_assert_false (pair_info (alice).verified);
    g_assert_true (secret_chat_set_verified (alice->chat, TRUE, pair->now, NULL));
    pair_restart (alice);
    g_assert_true (pair_info (alice).verified);
    g_assert_false (pair_info (bob_of (pair)).verified);

    secret_chat_rekey (alice->chat, pair->now, NULL); /* the same chat, SC-K1 */
    pair_run (pair);
    g_assert_true (pair_info (alice).verified);

    secret_chat_close (alice->chat, FALSE, SECRET_CLOSED_BY_US, pair->now);
    pair_run (pair);
    pair_restart (alice);
    g_assert_false (pair_info (alice).verified);
    g_assert_true (pair_info (alice).was_verified);
    g_assert_false (secret_chat_set_verified (alice->chat, TRUE, pair->now, &error));
    g_assert_error (error, SECRET_ERROR, SECRET_ERROR_CLOSED);
    g_assert_true (secret_chat_set_verified (alice->chat, FALSE, pair->now, NULL));
    pair_restart (alice);
    g_assert_false (pair_info (alice).was_verified);
}

static void
an_unready_chat_cannot_be_verified (void)
{
    g_autoptr (Pair) pair = pair_new (2);
    g_autoptr (GError) error = NULL;

    bob_of (pair)->manual_accept = TRUE;
    pair_start (pair);
    pair_run (pair);
    g_assert_false (
        secret_chat_set_verified (alice_of (pair)->chat, TRUE, pair->now, &error));
    g_assert_error (error, SECRET_ERROR, SECRET_ERROR_NOT_READY);
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
    g_assert_cmpint (pair_info (bob).closed, ==, SECRET_CLOSED_ELSEWHERE);
    g_assert_cmpuint (bob->kinds->len, ==, 0);
    g_assert_cmpint (pair_info (alice_of (pair)).state, ==, SECRET_STATE_WAITING);
}

/* SC-A25, SC-A26: ended together with its history, by either side: its entry goes */
static void
what_was_erased_is_gone (void)
{
    for (int erase = 0; erase < 2; erase++) {
        g_autoptr (Pair) pair = pair_ready (7);
        secret_chat_close (alice_of (pair)->chat, erase, SECRET_CLOSED_BY_US, pair->now);
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
    secret_chat_close (alice->chat, TRUE, SECRET_CLOSED_BY_US, pair->now);
    secret_chat_close (alice->chat, FALSE, SECRET_CLOSED_BY_US, pair->now);
    pair_restart (alice);
    pair_run (pair);
    g_assert_true (pair_info (bob).gone);

    g_autoptr (Pair) other = pair_ready (9);
    secret_chat_close (alice_of (other)->chat, FALSE, SECRET_CLOSED_BY_US, other->now);
    pair_run (other);
    g_free (pair_events (bob_of (other)));
    secret_chat_close (bob_of (other)->chat, TRUE, SECRET_CLOSED_BY_US, other->now);
    pair_restart (bob_of (other));
    g_autofree char *events = pair_events (bob_of (other));
    g_assert_true (pair_info (bob_of (other)).gone);
    g_assert_nonnull (strstr (events, "state"));
}

static unsigned
texts_stored (PairEnd *end)
{
    unsigned n = 0;
    GHashTableIter iter;
    gpointer value;

    pair_restart (end);
    g_hash_table_iter_init (&iter, end->chat->notes);
    while (g_hash_table_iter_next (&iter, NULL, &value))
        n += ((SecretNote *)value)->text != NULL;
    return n;
}

/* DECISIONS 2 and 3, SC-G2, SC-G8: a line whose window went unseen is forgotten: no text
 * is kept, nothing is reported as read, its time runs; one that still stands waits */
static void
missed_lines_are_forgotten (void)
{
    g_autoptr (Pair) pair = pair_ready (4);
    PairEnd *alice = alice_of (pair), *bob = bob_of (pair);

    secret_chat_set_ttl (alice->chat, 30, pair->now, NULL);
    pair_say (alice, "gone with its window");
    pair_say (alice, "still stands");
    pair_run (pair);
    int64_t first = g_array_index (bob->shown, int64_t, 0);
    int64_t second = g_array_index (bob->shown, int64_t, 1);
    g_autoptr (GArray) none = secret_chat_unseen (bob->chat);
    g_assert_cmpuint (none->len, ==, 0); /* not yet displayed */
    secret_chat_displayed (bob->chat, first);
    secret_chat_displayed (bob->chat, second);
    pair_restart (bob);
    g_assert_cmpuint (bob->shown->len, ==, 2); /* DECISIONS 2 */
    g_autoptr (GArray) unseen = secret_chat_unseen (bob->chat);
    g_assert_cmpuint (unseen->len, ==, 2);
    g_assert_cmpint (g_array_index (unseen, int64_t, 0), ==, first);

    secret_chat_missed (bob->chat, &first, 1, pair->now);
    pair_run (pair);
    g_assert_cmpuint (bob->reads, ==, 0);
    g_assert_cmpuint (texts_stored (bob), ==, 1);
    g_free (pair_events (bob));
    pair_advance (pair, 31000);
    g_autofree char *events = pair_events (bob);
    g_assert_cmpstr (events, ==, "expired 1 us\n");
    secret_chat_seen (bob->chat, &second, 1, pair->now);
    pair_run (pair);
    g_assert_cmpuint (bob->reads, ==, 1);
    g_assert_cmpuint (texts_stored (bob), ==, 0);
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

    store_each (end->store, STORE_MESSAGE, TRUE, 0, count_record, &n, NULL);
    g_assert_cmpuint (n, ==, g_hash_table_size (end->chat->notes));
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
    secret_chat_delete (alice->chat, &first, 1, pair->now, NULL);
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

    secret_chat_set_ttl (alice->chat, 30, pair->now, NULL);
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
    g_test_add_func ("/secret/marks/missed-lines-are-forgotten",
                     missed_lines_are_forgotten);
    g_test_add_func ("/secret/marks/settled-ones-are-forgotten",
                     settled_messages_are_forgotten);
    g_test_add_func ("/secret/marks/countdowns-go-on-offline",
                     countdowns_go_on_before_the_account_is_online);
    return g_test_run ();
}
