/* Two chats against each other: life cycle, order, holes, actions, timers, keys. */
#include "forge.h"

#include "secret.tl.h"
#include "tl-encode.h"

#include <string.h>

#define assert_state(end, expected) g_assert_cmpint (end_info (end).state, ==, (expected))

/* SC-A8, SC-A9, SC-A18, SC-A23, SC-K1 */
static void
both_become_ready_with_one_key (World *w)
{
    TalkSecret a = end_info (w->alice), b = end_info (w->bob);

    g_assert_cmpmem (a.key_hash, 36, b.key_hash, 36);
    g_assert_cmpint (a.raw_out, ==, 1); /* NotifyLayer */
    g_assert_cmpint (b.raw_out, ==, 1);
    g_assert_cmpint (a.peer_layer, ==, 144);
    g_assert_cmpint (b.peer_layer, ==, 144);
}

/* SC-A11, SC-A17 */
static void
a_restart_between_any_two_calls_of_the_handshake_ends_ready (void)
{
    for (int who = 0; who < 2; who++) {
        g_autoptr (World) w = world_new (2, WORLD_TOY);
        end_asks (w->alice);
        for (int i = 0; i < 20; i++) {
            if (w->ends[who].chat != NULL)
                end_restarts (&w->ends[who], NULL, NULL);
            world_run (w);
        }
        assert_state (w->alice, TALK_STATE_READY);
        assert_state (w->bob, TALK_STATE_READY);
        end_says (w->alice, "after");
        world_run (w);
        g_assert_cmpuint (w->bob->shown->len, ==, 1);
    }
}

/* SC-A15, SC-A26 */
static void
a_request_waits_for_the_user_and_can_be_rejected (World *w)
{
    End *bob = w->bob;

    bob->thinks = TRUE;
    end_asks (w->alice);
    world_run (w);
    assert_state (bob, TALK_STATE_REQUESTED);
    end_restarts (bob, NULL, NULL); /* durable (DECISIONS 15) */
    assert_state (bob, TALK_STATE_REQUESTED);
    assert_state (w->alice, TALK_STATE_WAITING);
    secret_chat_reject (bob->chat, w->now);
    world_run (w);
    g_assert_cmpint (end_info (bob).closed, ==, TALK_CLOSED_REJECTED);
    g_assert_cmpint (end_info (w->alice).closed, ==, TALK_CLOSED_DECLINED);
}

/* SC-A14, SC-A20, SC-M19 */
static void
a_second_chat_or_request_changes_nothing (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    uint8_t g[256];
    TalkSecret before = end_info (alice);

    memset (g, 0x55, sizeof g);
    for (int state = SECRET_REMOTE_EMPTY; state <= SECRET_REMOTE_CHAT; state++) {
        SecretRemote remote = { .state = (SecretRemoteState)state,
                                .id = w->server.chat_id,
                                .access_hash = 5,
                                .admin_id = 7,
                                .participant_id = 8,
                                .g_a_or_b = TL_BYTES (g, 256),
                                .key_fingerprint = 3 };
        secret_chat_update (alice->chat, &remote, w->now);
        secret_chat_update (bob->chat, &remote, w->now);
    }
    TalkSecret after = end_info (alice);
    g_assert_cmpmem (&before, sizeof before, &after, sizeof after);
    end_says (alice, "still here");
    world_run (w);
    assert_events (bob, "message 'still here' ttl 0 content 0\n");
}

/* SC-A18, SC-M17 */
static void
another_fingerprint_closes_the_chat (void)
{
    g_assert_cmpint (world_answered (6, NULL, 12345), ==, TALK_CLOSED_BAD_KEY);
}

/* SC-A6, SC-M15 */
static void
weak_public_values_are_refused (World *w)
{
    uint8_t zero[256] = { 0 };
    End *bob = w->bob;
    SecretRemote remote = { .state = SECRET_REMOTE_REQUESTED,
                            .id = 5,
                            .access_hash = 1,
                            .admin_id = 1001,
                            .participant_id = 1002,
                            .g_a_or_b = TL_BYTES (zero, 256) };

    zero[255] = 1;
    bob->chat = secret_chat_new_incoming (&bob->env, &remote, w->now);
    w->ends[0].chat = NULL;
    secret_chat_accept (bob->chat, w->now);
    world_run (w);
    g_assert_cmpint (end_info (bob).closed, ==, TALK_CLOSED_BAD_KEY);
    remote.id = 6;
    remote.participant_id = 999; /* SC-A14 */
    g_assert_null (secret_chat_new_incoming (&bob->env, &remote, w->now));
}

/* SC-D1, SC-D2, SC-E2, SC-E3 */
static void
texts_go_both_ways_in_order (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    end_says (alice, "one");
    end_says (alice, "two");
    end_says (bob, "three");
    world_run (w);
    assert_events (
        bob, "sent\nmessage 'one' ttl 0 content 0\nmessage 'two' ttl 0 content 0\n");
    g_assert_cmpuint (alice->shown->len, ==, 1);
    g_assert_cmpuint (end_info (alice).unacknowledged, <=, 2);
}

static gboolean
lose_3 (World *w, End *from, unsigned n)
{
    return from->index != 0 || n != 3;
}

/* SC-D6, SC-D12, SC-D16, SC-D20, SC-D25 */
static void
a_hole_is_asked_for_once_and_filled_with_identical_bytes (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    w->lets = lose_3;
    for (int i = 0; i < 6; i++) {
        g_autofree char *text = g_strdup_printf ("%d", i);
        end_says (alice, text);
        world_run (w);
    }
    assert_events (bob, "message '0' ttl 0 content 0\nmessage '1' ttl 0 content 0\n"
                        "message '2' ttl 0 content 0\nmessage '3' ttl 0 content 0\n"
                        "message '4' ttl 0 content 0\nmessage '5' ttl 0 content 0\n");
    g_assert_cmpuint (end_info (bob).queued, ==, 0);
    unsigned equal = 0;
    for (unsigned i = 4; i < alice->wire->len; i++)
        equal += g_bytes_equal (g_ptr_array_index (alice->wire, 3),
                                g_ptr_array_index (alice->wire, i));
    g_assert_cmpuint (equal, ==, 1);
    g_assert_cmpuint (bob->wire->len, ==, 2); /* NotifyLayer, one Resend (SC-D13) */
}

/* SC-D11, SC-D13, SC-L2 */
static void
messages_behind_a_hole_survive_a_restart (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    w->lets = lose_3;
    end_says (alice, "a");
    end_says (alice, "b");
    world_run (w); /* wire 1, 2 */
    w->hold = TRUE;
    end_says (alice, "lost");
    end_says (alice, "c");
    world_run (w);
    w->hold = FALSE;
    /* Bob takes "c" and dies before he hears an answer */
    secret_chat_suspend (alice->chat);
    world_run (w);
    g_assert_cmpuint (end_info (bob).queued, ==, 1);
    end_restarts (bob, NULL, NULL);
    g_assert_cmpuint (end_info (bob).queued, ==, 1);
    secret_chat_resume (alice->chat, w->now);
    world_run (w);
    g_assert_cmpuint (end_info (bob).queued, ==, 0);
    g_assert_cmpuint (bob->shown->len, >=, 4);
}

static gboolean
lose_some (World *w, End *from, unsigned n)
{
    for (unsigned i = 0; i < n; i++) /* what is sent again arrives */
        if (g_bytes_equal (g_ptr_array_index (from->wire, i),
                           g_ptr_array_index (from->wire, n)))
            return TRUE;
    return n % 5 != 3;
}

/* SC-D15, SC-D18 */
static void
holes_in_both_directions_heal (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    w->lets = lose_some;
    for (int i = 0; i < 12; i++) {
        end_says (alice, "from alice");
        end_says (bob, "from bob");
        if (i % 3 == (int)(w->first_seed % 3))
            world_run (w);
    }
    world_run (w);
    w->lets = NULL;
    end_says (alice, "end");
    end_says (bob, "end");
    world_run (w);
    assert_state (alice, TALK_STATE_READY);
    assert_state (bob, TALK_STATE_READY);
    g_assert_cmpuint (alice->shown->len, ==, 13);
    g_assert_cmpuint (bob->shown->len, ==, 13);
}

/* SC-D6, SC-D7, SC-M1, SC-M2, SC-B6, SC-B7 */
static void
duplicates_reflections_and_foreign_messages_change_nothing (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    size_t len;

    end_says (alice, "once");
    world_run (w);
    g_free (end_events (alice));
    g_free (end_events (bob));
    TalkSecret a = end_info (alice), b = end_info (bob);
    for (unsigned i = 0; i < alice->wire->len; i++) {
        const uint8_t *data = g_bytes_get_data (g_ptr_array_index (alice->wire, i), &len);
        server_injects (bob, TL_BYTES (data, len));
        server_injects (alice, TL_BYTES (data, len));
    }
    world_run (w);
    TalkSecret a2 = end_info (alice), b2 = end_info (bob);
    g_assert_cmpmem (&a, sizeof a, &a2, sizeof a2);
    g_assert_cmpmem (&b, sizeof b, &b2, sizeof b2);
    assert_events (alice, "");
    assert_events (bob, "");
}

/* SC-B8, SC-B9, SC-B11, SC-M7, SC-M8 */
static void
flipped_and_cut_messages_are_dropped (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    size_t len;

    w->hold = TRUE;
    end_says (alice, "good");
    world_run (w);
    const uint8_t *data =
        g_bytes_get_data (g_ptr_array_index (alice->wire, alice->wire->len - 1), &len);
    TalkSecret before = end_info (bob);
    for (size_t i = 0; i < len; i++) {
        g_autofree uint8_t *copy = g_memdup2 (data, len);
        copy[i] ^= 1u << (i % 8);
        server_injects (bob, TL_BYTES (copy, len));
        server_injects (bob, TL_BYTES (data, i));
    }
    TalkSecret after = end_info (bob);
    g_assert_cmpmem (&before, sizeof before, &after, sizeof after);
    w->hold = FALSE;
    world_run (w);
    assert_events (bob, "message 'good' ttl 0 content 0\n");
}

static void
forge_noop (End *from, End *to, int32_t in_seq_no, int32_t out_seq_no)
{
    SecretDecryptedMessageActionNoop noop = TL_NEW (SecretDecryptedMessageActionNoop);
    SecretDecryptedMessageService service =
        TL_NEW (SecretDecryptedMessageService, .random_id = 1, .action = TL_OBJ (&noop));
    g_autoptr (GBytes) data = forge (from, 144, in_seq_no, out_seq_no, TL_OBJ (&service));
    size_t len;
    const uint8_t *bytes = g_bytes_get_data (data, &len);
    server_injects (to, TL_BYTES (bytes, len));
}

/* SC-D4, SC-D5, SC-D8, SC-M26 */
static void
numbers_that_break_the_rules_end_the_chat (void)
{
    static const struct {
        int32_t in, out;
        TalkClosed closed;
    } cases[] = {
        { 2, 3, TALK_CLOSED_NOT },       /* right: the peer has processed one */
        { 2, 2, TALK_CLOSED_VIOLATION }, /* wrong parity */
        { 3, 3, TALK_CLOSED_VIOLATION },
        { 4, 3, TALK_CLOSED_ROLLED_BACK }, /* acknowledges more than was sent */
        { 0, 3, TALK_CLOSED_VIOLATION },   /* goes back */
        { -2, 3, TALK_CLOSED_NOT },
        { 2, -1, TALK_CLOSED_NOT },
        { 2, 0x7fffffff, TALK_CLOSED_NOT },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (World) w = world_ready_at (13);
        /* creator's numbers: out 2n + 1, in 2n */
        w->ends[1].chat = w->ends[1].chat;
        end_says (w->alice, "x"); /* out 3 */
        world_run (w);
        forge_noop (w->alice, w->bob, cases[i].in, cases[i].out == 3 ? 5 : cases[i].out);
        g_test_message ("case %zu", i);
        g_assert_cmpint (end_info (w->bob).closed, ==, cases[i].closed);
    }
}

/* SC-D22, SC-M24 */
static void
a_resend_of_an_impossible_range_ends_the_chat (void)
{
    static const struct {
        int32_t start, end;
        gboolean good;
    } cases[] = { { 0, 0, TRUE },
                  { 2, 0, FALSE },
                  { 0, 2000, FALSE },
                  { 1, 1, FALSE },
                  { -2, 0, FALSE } };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (World) w = world_ready_at (14);
        SecretDecryptedMessageActionResend resend =
            TL_NEW (SecretDecryptedMessageActionResend, .start_seq_no = cases[i].start,
                    .end_seq_no = cases[i].end);
        SecretDecryptedMessageService service = TL_NEW (
            SecretDecryptedMessageService, .random_id = 9, .action = TL_OBJ (&resend));
        g_autoptr (GBytes) data = forge (w->alice, 144, 2, 3, TL_OBJ (&service));
        size_t len;
        const uint8_t *bytes = g_bytes_get_data (data, &len);
        server_injects (w->bob, TL_BYTES (bytes, len));
        assert_state (w->bob, cases[i].good ? TALK_STATE_READY : TALK_STATE_CLOSED);
    }
}

/* SC-E4, SC-G1, SC-G2, SC-G3, SC-G7 */
static void
a_timer_counts_from_reading_on_both_sides (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    g_assert_cmpint (secret_chat_set_ttl (alice->chat, 10, w->now), ==, TALK_DONE);
    world_run (w);
    assert_events (alice, "ttl 10 us\n");
    assert_events (bob, "ttl 10 peer\n");
    int64_t id = end_says (alice, "burns");
    world_run (w);
    assert_events (bob, "message 'burns' ttl 10 content 0\n");
    g_free (end_events (alice));
    world_advance (w, 60000);
    assert_events (bob, ""); /* not seen: no countdown */
    assert_events (alice, "");
    secret_chat_seen (bob->chat, &id, 1, w->now);
    world_run (w);
    g_assert_cmpuint (bob->reads, ==, 1);
    assert_events (alice, "read\n");
    world_advance (w, 9000);
    assert_events (bob, "");
    end_restarts (bob, NULL, NULL); /* SC-G8 */
    world_advance (w, 1001);
    assert_events (bob, "expired 1 us\n");
    assert_events (alice, "expired 1 us\n");
}

/* SC-E7, SC-E8, SC-D19 */
static void
deleting_removes_on_both_sides_and_leaves_no_text_to_resend (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    int64_t first = end_says (alice, "first");
    world_run (w);
    g_assert_cmpint (secret_chat_delete (alice->chat, &first, 1, w->now), ==, TALK_DONE);
    world_run (w);
    assert_events (alice, "sent\ndeleted 1 us\n");
    assert_events (bob, "message 'first' ttl 0 content 0\ndeleted 1 peer\n");

    w->hold = TRUE;
    int64_t second = end_says (alice, "second");
    secret_chat_delete (alice->chat, &second, 1, w->now);
    w->hold = FALSE;
    world_run (w);
    /* the first sending may have left; what is asked for again carries the deletion */
    g_autoptr (GArray) left = secret_chat_last_text (alice->chat);
    g_assert_cmpuint (left->len, ==, 0);
    assert_state (bob, TALK_STATE_READY);
}

/* SC-E10 */
static void
flushing_empties_both_sides (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    end_says (alice, "1");
    end_says (bob, "2");
    world_run (w);
    g_free (end_events (alice));
    g_free (end_events (bob));
    g_assert_cmpint (secret_chat_flush (bob->chat, w->now), ==, TALK_DONE);
    world_run (w);
    assert_events (bob, "flushed 2 us\n");
    assert_events (alice, "flushed 2 peer\n");
    end_says (alice, "3");
    world_run (w);
    assert_events (bob, "message '3' ttl 0 content 0\n");
}

/* SC-E12, SC-E13 */
static void
typing_goes_both_ways_and_is_rate_limited (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    unsigned calls = 0, actions = alice->wire->len;

    secret_chat_set_typing_action (alice->chat, TRUE);
    for (int i = 0; i < 60; i++) { /* 12 s */
        secret_chat_set_typing (alice->chat, TRUE, w->now);
        world_advance (w, 200);
    }
    for (unsigned i = 0; i < alice->kinds->len; i++)
        calls += g_str_equal (g_ptr_array_index (alice->kinds, i), "typing");
    g_assert_cmpuint (calls, ==, 3);
    g_assert_cmpuint (alice->wire->len - actions, ==, 2);
    assert_events (bob, "typing on\n");
    secret_chat_set_typing (alice->chat, FALSE, w->now);
    world_run (w);
    assert_events (bob, "typing off\n");
    secret_chat_set_typing (alice->chat, TRUE, w->now);
    world_run (w);
    assert_events (bob, "typing on\n");
    end_says (alice, "done");
    world_run (w);
    assert_events (bob, "typing off\nmessage 'done' ttl 0 content 0\n");
}

/* SC-E14 */
static void
read_marks_never_go_back_and_survive_a_restart (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    int64_t one = end_says (alice, "1"), two;

    world_run (w);
    two = end_says (alice, "2");
    world_run (w);
    secret_chat_seen (bob->chat, &two, 1, w->now);
    secret_chat_seen (bob->chat, &one, 1, w->now);
    int32_t mark = 0;
    end_turn (bob);
    end_restarts (bob, NULL, NULL); /* before the call was answered */
    world_run (w);
    mark = bob->last_read;
    g_assert_cmpint (mark, >, 0);
    secret_chat_seen (bob->chat, &one, 1, w->now);
    world_run (w);
    g_assert_cmpint (bob->last_read, ==, mark);
}

/* SC-E9 */
static void
a_screenshot_is_told (World *w)
{
    g_assert_cmpint (secret_chat_screenshot (w->alice->chat, NULL, 0, w->now), ==,
                     TALK_DONE);
    world_run (w);
    assert_events (w->alice, "shot us\n");
    assert_events (w->bob, "shot peer\n");
}

/* SC-E18, SC-D28 */
static void
refusals_of_the_server_have_their_reactions (void)
{
    static const struct {
        const char *type;
        gboolean service;
        TalkClosed closed;
        const char *events;
    } cases[] = {
        { "DATA_INVALID", FALSE, TALK_CLOSED_NOT, "failed DATA_INVALID\n" },
        { "DATA_TOO_LONG", FALSE, TALK_CLOSED_NOT, "failed DATA_TOO_LONG\n" },
        { "ENCRYPTION_DECLINED", FALSE, TALK_CLOSED_BY_PEER,
          "failed CLOSED\nstate 5 3\n" },
        { "ENCRYPTION_ID_INVALID", FALSE, TALK_CLOSED_ID_INVALID,
          "failed CLOSED\nstate 5 5\n" },
        { "USER_IS_BLOCKED", FALSE, TALK_CLOSED_NOT, "failed USER_IS_BLOCKED\n" },
        { "USER_DELETED", FALSE, TALK_CLOSED_NOT, "failed USER_DELETED\n" },
        { "DATA_INVALID", TRUE, TALK_CLOSED_DATA_INVALID, "shot us\nstate 5 8\n" },
        { "USER_IS_BLOCKED", TRUE, TALK_CLOSED_USER_BLOCKED, "shot us\nstate 5 6\n" },
        { "USER_DELETED", TRUE, TALK_CLOSED_USER_DELETED, "shot us\nstate 5 7\n" },
        { "ENCRYPTION_DECLINED", TRUE, TALK_CLOSED_BY_PEER, "shot us\nstate 5 3\n" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (World) w = world_ready_at (21);
        End *alice = w->alice, *bob = w->bob;
        alice->policy.fail_type = cases[i].type;
        alice->policy.fail_count = 1;
        if (cases[i].service)
            secret_chat_screenshot (alice->chat, NULL, 0, w->now);
        else
            end_says (alice, "refused");
        world_run (w);
        g_test_message ("case %zu", i);
        assert_events (alice, cases[i].events);
        g_assert_cmpint (end_info (alice).closed, ==, cases[i].closed);
        if (cases[i].closed != TALK_CLOSED_NOT)
            continue;
        end_says (alice, "next"); /* no hole was left (SC-D28) */
        world_run (w);
        assert_events (bob, "message 'next' ttl 0 content 0\n");
    }
}

/* DECISIONS 7: MSG_WAIT_* is waited out */
static void
a_wait_is_repeated_and_nothing_fails (World *w)
{
    End *alice = w->alice;

    alice->policy.fail_type = "MSG_WAIT_FAILED";
    alice->policy.fail_count = 2;
    end_says (alice, "patience");
    world_run (w);
    assert_events (alice, "");
    world_advance (w, 5001);
    world_advance (w, 5001);
    assert_events (alice, "sent\n");
    assert_events (w->bob, "message 'patience' ttl 0 content 0\n");
}

/* SC-F2, SC-F5, SC-F7, SC-F11, SC-F12, SC-F20 */
static void
the_key_changes_after_a_hundred_messages_and_again (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    TalkSecret before = end_info (alice);
    unsigned rekeyed = 0;

    for (int i = 0; i < 400; i++) {
        end_says (i % 3 == 0 ? bob : alice, "x");
        world_run (w);
        if (i % 50 == 7) /* survives restarts anywhere */
            end_restarts (i % 100 == 7 ? alice : bob, NULL, NULL);
        world_run (w);
        g_autofree char *events = end_events (alice);
        rekeyed += strstr (events, "rekeyed") != NULL;
        g_free (end_events (bob));
    }
    assert_state (alice, TALK_STATE_READY);
    assert_state (bob, TALK_STATE_READY);
    g_assert_cmpuint (rekeyed, >=, 3);
    TalkSecret after = end_info (alice);
    g_assert_cmpmem (before.key_hash, 36, after.key_hash, 36);
    g_assert_cmpuint (alice->shown->len + bob->shown->len, >=, 400);
}

/* SC-F15 */
static void
two_requests_for_a_key_at_once_end_with_one_key (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    g_assert_cmpint (secret_chat_rekey (alice->chat, w->now), ==, TALK_DONE);
    g_assert_cmpint (secret_chat_rekey (bob->chat, w->now), ==, TALK_DONE);
    world_run (w);
    end_says (alice, "a");
    end_says (bob, "b");
    world_run (w);
    end_says (alice, "c");
    world_run (w);
    assert_state (alice, TALK_STATE_READY);
    assert_state (bob, TALK_STATE_READY);
    g_assert_false (end_info (alice).rekeying);
    g_assert_false (end_info (bob).rekeying);
    g_assert_cmpuint (bob->shown->len, ==, 2);
    g_assert_cmpuint (alice->shown->len, ==, 1);
}

/* Bob says n things by hand and has had `had` of Alice's. */
static void
bob_talks (World *w, int n, int32_t had)
{
    End *alice = w->alice;

    while (n-- > 0)
        forge_noop (w->bob, alice, 2 * had + 1, 2 * (int32_t)end_info (alice).raw_in);
}

/* SC-F18: who has our request and nothing after it may still answer (TDLib does so at its
 * next event); who has had more and says twenty things will not */
static void
a_request_is_given_up_with_proof_only (World *w)
{
    End *alice = w->alice;
    int32_t request = (int32_t)end_info (alice).raw_out;

    w->hold = TRUE;
    g_assert_cmpint (secret_chat_rekey (alice->chat, w->now), ==, TALK_DONE);
    end_says (alice, "more");
    bob_talks (w, 40, request);
    g_assert_true (end_info (alice).rekeying);
    bob_talks (w, 40, request + 1);
    end_restarts (alice, NULL, NULL);
    g_assert_true (end_info (alice).rekeying);
    bob_talks (w, 20, request + 2);
    g_assert_true (end_info (alice).rekeying);
    bob_talks (w, 1, request + 2);
    g_assert_false (end_info (alice).rekeying);
    assert_state (alice, TALK_STATE_READY);
}

/* SC-C13 */
static void
content_of_the_future_is_shown_as_unsupported (World *w)
{
    SecretDecryptedMessageMediaWebPage page =
        TL_NEW (SecretDecryptedMessageMediaWebPage, .url = TL_STR ("abc"));
    SecretDecryptedMessage message =
        TL_NEW (SecretDecryptedMessage, .random_id = 5, .message = TL_STR ("x"),
                .media = TL_OBJ (&page));
    g_auto (TlWriter) writer = { 0 };
    g_assert_true (tl_encode (&tl_secret_schema, TL_OBJ (&message), &writer));
    memset (writer.data + writer.len - 8, 0x77, 4); /* an id nobody knows */
    g_autoptr (GBytes) data = forge_raw (w->alice, 144, 2, 3, writer.data, writer.len);
    size_t len;
    const uint8_t *bytes = g_bytes_get_data (data, &len);

    server_injects (w->bob, TL_BYTES (bytes, len));
    assert_events (w->bob, "message '' ttl 0 content 1\n");
    g_assert_cmpuint (end_info (w->bob).raw_in, ==, 2);
}

/* SC-A24, SC-D30 */
static void
closing_is_durable_and_told_once (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    secret_chat_close (alice->chat, FALSE, TALK_CLOSED_BY_US, w->now);
    end_restarts (alice, NULL, NULL); /* before the call went out */
    world_run (w);
    g_assert_cmpint (end_info (bob).closed, ==, TALK_CLOSED_BY_PEER);
    end_restarts (alice, NULL, NULL);
    unsigned discards = 0;
    world_run (w);
    for (unsigned i = 0; i < alice->kinds->len; i++)
        discards += g_str_equal (g_ptr_array_index (alice->kinds, i), "discard");
    g_assert_cmpuint (discards, ==, 1);
    int64_t id;
    g_assert_cmpint (secret_chat_send_text (bob->chat, "x", 0, FALSE, w->now, &id), ==,
                     TALK_IS_CLOSED);
}

/* SC-D31, SC-D32, SC-L1, SC-L3: restarts everywhere, every text shown exactly once */
static void
restarts_at_random_lose_and_double_nothing (World *w)
{
    g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32)w->first_seed);
    int said[2] = { 0, 0 };

    for (int i = 0; i < 150; i++) {
        int who = g_rand_int_range (rand, 0, 2);
        switch (g_rand_int_range (rand, 0, 4)) {
        case 0:
        case 1:
            end_says (&w->ends[who], "t");
            said[who]++;
            break;
        case 2:
            end_restarts (&w->ends[who], NULL, NULL);
            break;
        default:
            world_run (w);
            break;
        }
    }
    world_run (w);
    for (int who = 0; who < 2; who++) {
        End *end = &w->ends[who];
        g_autoptr (GHashTable) set = g_hash_table_new (g_int64_hash, g_int64_equal);
        for (unsigned i = 0; i < end->shown->len; i++)
            g_hash_table_add (set, &g_array_index (end->shown, int64_t, i));
        assert_state (end, TALK_STATE_READY);
        g_assert_cmpuint (g_hash_table_size (set), ==, (unsigned)said[1 - who]);
    }
}

static const Story stories[] = {
    STORY (both_become_ready_with_one_key, PLAIN),
    STORY (a_request_waits_for_the_user_and_can_be_rejected, PLAIN | FROM_BIRTH),
    STORY (a_second_chat_or_request_changes_nothing, PLAIN),
    STORY (weak_public_values_are_refused, PLAIN | FROM_BIRTH),
    STORY (texts_go_both_ways_in_order, PLAIN),
    STORY (a_hole_is_asked_for_once_and_filled_with_identical_bytes, PLAIN),
    STORY (messages_behind_a_hole_survive_a_restart, PLAIN),
    STORY (duplicates_reflections_and_foreign_messages_change_nothing, PLAIN),
    STORY (flipped_and_cut_messages_are_dropped, PLAIN),
    STORY (a_timer_counts_from_reading_on_both_sides, PLAIN),
    STORY (deleting_removes_on_both_sides_and_leaves_no_text_to_resend, PLAIN),
    STORY (flushing_empties_both_sides, PLAIN),
    STORY (typing_goes_both_ways_and_is_rate_limited, PLAIN),
    STORY (read_marks_never_go_back_and_survive_a_restart, PLAIN),
    STORY (a_screenshot_is_told, PLAIN),
    STORY (a_wait_is_repeated_and_nothing_fails, PLAIN),
    STORY (the_key_changes_after_a_hundred_messages_and_again, PLAIN),
    STORY (a_request_is_given_up_with_proof_only, PLAIN),
    STORY (content_of_the_future_is_shown_as_unsupported, PLAIN),
    STORY (closing_is_durable_and_told_once, PLAIN),
    STORY (holes_in_both_directions_heal, PLAIN, .seeds = 20),
    STORY (two_requests_for_a_key_at_once_end_with_one_key, PLAIN, .seeds = 20),
    STORY (restarts_at_random_lose_and_double_nothing, PLAIN, .seeds = 20),
};

int
main (int argc, char **argv)
{
    stories_init (&argc, &argv);
    stories_add ("chat", stories, G_N_ELEMENTS (stories));
#define ADD(f) g_test_add_func ("/secret/" #f, f)
    ADD (a_restart_between_any_two_calls_of_the_handshake_ends_ready);
    ADD (another_fingerprint_closes_the_chat);
    ADD (numbers_that_break_the_rules_end_the_chat);
    ADD (a_resend_of_an_impossible_range_ends_the_chat);
    ADD (refusals_of_the_server_have_their_reactions);
    return g_test_run ();
}
