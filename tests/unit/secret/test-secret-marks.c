/* What a chat remembers for its user: verified, settled, left to another device. */
#include "story.h"
#include "secret-private.h"

#include <string.h>

/* SC-K4: the mark is stored, needs a key, ends with the chat, and says afterwards only
 * that there was one */
static void
verified_is_a_mark_of_this_chat (void)
{
    g_autoptr (World) w = world_ready_at (1);
    End *alice = w->alice;

    g_assert_false (end_info (alice).verified);
    g_assert_cmpint (secret_chat_set_verified (alice->chat, TRUE, w->now), ==, TALK_DONE);
    end_restarts (alice, NULL, NULL);
    g_assert_true (end_info (alice).verified);
    g_assert_false (end_info (w->bob).verified);

    secret_chat_rekey (alice->chat, w->now); /* the same chat, SC-K1 */
    world_run (w);
    g_assert_true (end_info (alice).verified);

    secret_chat_close (alice->chat, FALSE, TALK_CLOSED_BY_US, w->now);
    world_run (w);
    end_restarts (alice, NULL, NULL);
    g_assert_false (end_info (alice).verified);
    g_assert_true (end_info (alice).was_verified);
    g_assert_cmpint (secret_chat_set_verified (alice->chat, TRUE, w->now), ==,
                     TALK_IS_CLOSED);
    g_assert_cmpint (secret_chat_set_verified (alice->chat, FALSE, w->now), ==,
                     TALK_DONE);
    end_restarts (alice, NULL, NULL);
    g_assert_false (end_info (alice).was_verified);
}

static void
an_unready_chat_cannot_be_verified (void)
{
    g_autoptr (World) w = world_new (2, WORLD_TOY);

    w->bob->thinks = TRUE;
    end_asks (w->alice);
    world_run (w);
    g_assert_cmpint (secret_chat_set_verified (w->alice->chat, TRUE, w->now), ==,
                     TALK_NOT_READY);
}

/* SC-A15, SC-A16: closed here, not a word to the server, and it stays so */
static void
a_request_is_left_to_another_device (void)
{
    g_autoptr (World) w = world_new (3, WORLD_TOY);
    End *bob = w->bob;

    bob->thinks = TRUE;
    end_asks (w->alice);
    world_run (w);
    secret_chat_leave (bob->chat, w->now);
    world_run (w);
    end_restarts (bob, NULL, NULL);
    world_run (w);
    g_assert_cmpint (end_info (bob).closed, ==, TALK_CLOSED_ELSEWHERE);
    g_assert_cmpuint (bob->kinds->len, ==, 0);
    g_assert_cmpint (end_info (w->alice).state, ==, TALK_STATE_WAITING);
}

/* SC-A25, SC-A26: ended together with its history, by either side: its entry goes */
static void
what_was_erased_is_gone (void)
{
    for (int erase = 0; erase < 2; erase++) {
        g_autoptr (World) w = world_ready_at (7);
        secret_chat_close (w->alice->chat, erase, TALK_CLOSED_BY_US, w->now);
        world_run (w);
        for (int e = 0; e < 2; e++) {
            End *end = &w->ends[e];
            g_assert_cmpint (end_info (end).gone, ==, erase);
            end_restarts (end, NULL, NULL);
            g_assert_cmpint (end_info (end).gone, ==, erase);
        }
    }
}

/* SC-A24: the promise to delete is not taken back by a second word; an ended chat can
 * still be erased here */
static void
an_ended_chat_can_be_erased (void)
{
    g_autoptr (World) w = world_ready_at (8);
    End *alice = w->alice, *bob = w->bob;

    secret_chat_suspend (alice->chat);
    secret_chat_close (alice->chat, TRUE, TALK_CLOSED_BY_US, w->now);
    secret_chat_close (alice->chat, FALSE, TALK_CLOSED_BY_US, w->now);
    end_restarts (alice, NULL, NULL);
    world_run (w);
    g_assert_true (end_info (bob).gone);

    g_autoptr (World) other = world_ready_at (9);
    secret_chat_close (other->alice->chat, FALSE, TALK_CLOSED_BY_US, other->now);
    world_run (other);
    g_free (end_events (other->bob));
    secret_chat_close (other->bob->chat, TRUE, TALK_CLOSED_BY_US, other->now);
    end_restarts (other->bob, NULL, NULL);
    g_autofree char *events = end_events (other->bob);
    g_assert_true (end_info (other->bob).gone);
    g_assert_nonnull (strstr (events, "state"));
}

static void
count_record (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    ++*(unsigned *)user;
}

static unsigned
remembered (End *end)
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
    g_autoptr (World) w = world_ready_at (6);
    End *alice = w->alice, *bob = w->bob;
    int64_t first = end_says (alice, "the first");

    for (int i = 0; i < 3000; i++) {
        end_says (i % 2 == 0 ? alice : bob, "and so on");
        world_run (w);
        for (int e = 0; e < 2; e++) {
            End *end = &w->ends[e];
            if (end->shown->len > 0)
                secret_chat_seen (end->chat, (const int64_t *)(void *)end->shown->data,
                                  end->shown->len, w->now);
            g_array_set_size (end->shown, 0);
        }
    }
    world_run (w);
    g_assert_cmpuint (remembered (alice), <=, 1300);
    g_assert_cmpuint (remembered (bob), <=, 1300);
    end_restarts (bob, NULL, NULL);
    g_assert_null (secret_note_find (bob->chat, first));
    g_free (end_events (bob));
    secret_chat_delete (alice->chat, &first, 1, w->now);
    world_run (w);
    g_autofree char *events = end_events (bob);
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
    g_autoptr (World) w = world_ready_at (5);
    End *alice = w->alice, *bob = w->bob;
    int64_t left = 0;

    secret_chat_set_ttl (alice->chat, 30, w->now);
    end_says (alice, "burns");
    world_run (w);
    secret_chat_seen (bob->chat, (const int64_t *)(void *)bob->shown->data, 1, w->now);
    world_run (w);
    w->now.wall += 10000;
    w->now.mono += 10000;
    secret_chat_each_countdown (bob->chat, w->now, take_countdown, &left);
    g_assert_cmpint (left, ==, 20000);

    w->now.mono = 50; /* another process */
    end_restarts (bob, NULL, NULL);
    g_free (end_events (bob));
    secret_chat_suspend (bob->chat);
    g_assert_cmpint (secret_chat_deadline (bob->chat, w->now), ==, 50 + 20000);
    w->now.wall -= 86400000; /* set back: no longer than it had */
    w->now.mono += 20000;
    secret_chat_tick (bob->chat, w->now);
    assert_events (bob, "expired 1 us\n");
}

/* --- what is told on demand --- */

static TalkKnown
known (End *end, int64_t id)
{
    TalkKnown found = { 0 };

    g_assert_true (secret_chat_known (end->chat, id, end->world->now, &found));
    g_assert_cmpint (found.id, ==, id);
    return found;
}

static gboolean
newest_two (const TalkKnown *what, void *user)
{
    GArray *ids = user;

    g_array_append_val (ids, what->id);
    return ids->len < 2;
}

/* SC-J9 SC-G3: waiting, at the server, read: told with the ids, also of those that the end of
 * the process came between; what is left of a timer */
static void
where_own_messages_are (void)
{
    g_autoptr (World) w = world_ready_at (7);
    End *alice = w->alice, *bob = w->bob;
    g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (int64_t));
    TalkKnown none;

    int64_t first = end_says (alice, "first");
    g_assert_cmpint (known (alice, first).own, ==, TALK_OWN_WAITING);
    world_run (w);
    g_assert_cmpint (known (alice, first).own, ==, TALK_OWN_SENT);
    secret_chat_set_ttl (alice->chat, 30, w->now);
    int64_t second = end_says (alice, "second");
    world_run (w);
    g_assert_cmpint (known (alice, second).left, ==, -1);
    g_assert_cmpint (known (alice, second).ttl, ==, 30);
    end_restarts (alice, NULL, NULL);
    g_assert_cmpint (known (alice, first).own, ==, TALK_OWN_SENT);
    g_array_set_size (alice->read, 0);
    secret_chat_seen (bob->chat, (const int64_t *)(void *)bob->shown->data,
                      bob->shown->len, w->now);
    world_run (w);
    g_assert_cmpuint (alice->read->len, ==, 2);
    g_assert_cmpint (known (alice, first).own, ==, TALK_OWN_READ);
    g_assert_cmpint (known (alice, first).left, ==, -1);
    world_advance (w, 10000);
    g_assert_cmpint (known (alice, second).left, ==, 20000);
    g_assert_cmpint (known (bob, second).left, ==, 20000);
    g_assert_false (known (bob, second).outgoing);
    int64_t third = end_says (alice, "third");
    secret_chat_each_known (alice->chat, w->now, newest_two, ids);
    g_assert_cmpuint (ids->len, ==, 2);
    g_assert_cmpint (g_array_index (ids, int64_t, 0), ==, third);
    g_assert_cmpint (g_array_index (ids, int64_t, 1), ==, second);
    g_assert_false (secret_chat_known (alice->chat, third + 1, w->now, &none));
}

/* --- what the server says of time --- */

static int64_t
say_timed (World *w, End *end, int32_t ttl)
{
    if (end_info (end).ttl != ttl)
        secret_chat_set_ttl (end->chat, ttl, w->now);
    int64_t id = end_says (end, "burns");
    world_run (w);
    return id;
}

static gboolean
stands (End *end, int64_t id)
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
        g_autoptr (World) w = world_ready_at (61);
        End *alice = w->alice;
        int32_t date = forged[i] != 0 ? forged[i] : w->date + 3600;

        secret_chat_peer_read (alice->chat, date, date, w->now); /* nothing sent yet */
        g_assert_cmpint (alice->chat->reading.peer_date, ==, 0);
        int64_t first = say_timed (w, alice, 30);
        secret_chat_peer_read (alice->chat, date, date, w->now);
        end_turn (alice);
        g_assert_cmpint (alice->chat->reading.peer_date, ==, w->date);
        end_restarts (alice, NULL, NULL);
        world_advance (w, 30 * 1000);
        g_assert_false (stands (alice, first)); /* from now on, not from then on */
        int64_t second = say_timed (w, alice, 30);
        secret_chat_peer_read (alice->chat, w->date, w->date, w->now);
        world_advance (w, 30 * 1000);
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
        g_autoptr (World) w = world_ready_at (62);
        End *alice = w->alice;
        int64_t id = say_timed (w, alice, 30);
        int32_t sent = w->date;
        w->date += 10; /* ten seconds later */
        w->now.wall += 10000;
        w->now.mono += 10000;
        secret_chat_peer_read (alice->chat, sent, dates[i], w->now);
        g_assert_true (stands (alice, id));
        world_advance (w, dates[i] == 1 ? 19999 : 29999);
        g_assert_true (stands (alice, id));
        world_advance (w, 1);
        g_assert_false (stands (alice, id));
    }
}

/* SC-G3: a clock that is wrong by an hour, either way, changes no life */
static void
a_wrong_clock_changes_no_life (void)
{
    for (int hours = -1; hours <= 1; hours++) {
        g_autoptr (World) w = world_ready_at (63);
        End *alice = w->alice;
        int64_t id = say_timed (w, alice, 30);
        w->now.wall += hours * 3600 * 1000; /* w->date is the server's */
        secret_chat_peer_read (alice->chat, w->date, w->date, w->now);
        SecretNote *note = secret_note_find (alice->chat, id);
        g_assert_cmpint (note->expires, ==, w->now.wall + 30000);
        g_assert_cmpint (note->expires_mono, ==, w->now.mono + 30000);
    }
}

/* SC-I4 SC-E14: a message dated far ahead, or without a date, has the present one: the
 * marks for what comes after it still go out */
static void
a_date_far_ahead_stops_no_marks (void)
{
    static const int32_t dates[] = { G_MAXINT32, 0, -1, G_MININT32 };

    for (size_t i = 0; i < G_N_ELEMENTS (dates); i++) {
        g_autoptr (World) w = world_ready_at (64);
        End *alice = w->alice, *bob = w->bob;
        int32_t present = w->date;
        w->hold = TRUE;
        end_says (alice, "dated by an enemy");
        world_run (w);
        size_t len;
        const uint8_t *data =
            g_bytes_get_data (alice->wire->pdata[alice->wire->len - 1], &len);
        secret_chat_receive (bob->chat, dates[i], TL_BYTES (data, len), NULL, TRUE,
                             w->now);
        end_turn (bob);
        int64_t id = g_array_index (bob->shown, int64_t, 0);
        int32_t date = secret_note_find (bob->chat, id)->date;
        g_assert_cmpint (date, >=, present);
        g_assert_cmpint (date, <=, w->date + 5);
        secret_chat_seen (bob->chat, &id, 1, w->now);
        world_run (w);
        g_assert_cmpint (bob->last_read, ==, date);
        w->hold = FALSE;
        world_advance (w, 10 * 1000);
        end_says (alice, "a later one");
        world_run (w);
        id = g_array_index (bob->shown, int64_t, bob->shown->len - 1);
        secret_chat_seen (bob->chat, &id, 1, w->now);
        world_run (w);
        g_assert_cmpint (bob->last_read, ==, secret_note_find (bob->chat, id)->date);
        g_assert_cmpint (bob->last_read, >, date);
    }
}

/* SC-E3 SC-G3: an answer dated far ahead: the message can be read all the same */
static void
an_answer_far_ahead_can_be_read (World *w)
{
    End *alice = w->alice;
    SecretAnswer answer = { .u.sent.date = G_MAXINT32 };

    secret_chat_set_ttl (alice->chat, 30, w->now);
    world_run (w);
    w->hold = TRUE;
    int64_t id = end_says (alice, "burns");
    server_answers_with (alice, &answer);
    g_assert_true (secret_note_find (alice->chat, id)->sent);
    g_assert_cmpint (secret_note_find (alice->chat, id)->date, <=, w->date + 5);
    world_advance (w, 10 * 1000);
    secret_chat_peer_read (alice->chat, w->date, w->date, w->now);
    world_advance (w, 30 * 1000);
    g_assert_false (stands (alice, id));
}

/* SC-J9 SC-E14: what an earlier version stored of such a date is cut when it is read */
static void
a_stored_mark_far_ahead_is_cut (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    int64_t id = say_timed (w, alice, 30);

    alice->chat->reading.peer_date = G_MAXINT32;
    secret_note_find (alice->chat, id)->date = G_MAXINT32;
    secret_save_note (alice->chat, secret_note_find (alice->chat, id));
    bob->chat->reading.date = bob->chat->reading.sent = G_MAXINT32;
    for (int i = 0; i < 2; i++) {
        w->ends[i].chat->end.save = TRUE;
        secret_settle (w->ends[i].chat, w->now);
        end_restarts (&w->ends[i], NULL, NULL);
    }
    world_advance (w, (int64_t)25 * 3600 * 1000);
    secret_chat_peer_read (alice->chat, w->date, w->date, w->now);
    world_advance (w, 30 * 1000);
    g_assert_false (stands (alice, id));
    end_says (alice, "seen");
    world_run (w);
    id = g_array_index (bob->shown, int64_t, bob->shown->len - 1);
    secret_chat_seen (bob->chat, (const int64_t *)(void *)bob->shown->data,
                      bob->shown->len, w->now);
    world_run (w);
    g_assert_cmpint (bob->last_read, ==, secret_note_find (bob->chat, id)->date);
}

/* SC-A12: nor does a chat begin in the future */
static void
a_chat_begins_now_at_the_latest (World *w)
{
    End *bob = w->bob;
    uint8_t g_a[256] = { 1 };
    SecretRemote remote = { .state = SECRET_REMOTE_REQUESTED,
                            .id = 4712,
                            .date = G_MAXINT32,
                            .admin_id = 1001,
                            .participant_id = 1002,
                            .g_a_or_b = TL_BYTES (g_a, sizeof g_a) };
    g_autoptr (SecretChat) chat = secret_chat_new_incoming (&bob->env, &remote, w->now);

    g_assert_nonnull (chat);
    g_assert_cmpint (chat->date, <=, w->date + 5);
}

static const Story stories[] = {
    STORY (an_answer_far_ahead_can_be_read, PLAIN),
    STORY (a_stored_mark_far_ahead_is_cut, PLAIN),
    STORY (a_chat_begins_now_at_the_latest, PLAIN),
};

int
main (int argc, char **argv)
{
    stories_init (&argc, &argv);
    stories_add ("marks", stories, G_N_ELEMENTS (stories));
#define ADD(f) g_test_add_func ("/secret/marks/" #f, f)
    ADD (verified_is_a_mark_of_this_chat);
    ADD (an_unready_chat_cannot_be_verified);
    ADD (a_request_is_left_to_another_device);
    ADD (what_was_erased_is_gone);
    ADD (an_ended_chat_can_be_erased);
    ADD (settled_messages_are_forgotten);
    ADD (countdowns_go_on_before_the_account_is_online);
    ADD (where_own_messages_are);
    ADD (a_read_mark_does_not_reach_into_the_future);
    ADD (nothing_is_read_before_it_is_sent);
    ADD (a_wrong_clock_changes_no_life);
    ADD (a_date_far_ahead_stops_no_marks);
    return g_test_run ();
}
