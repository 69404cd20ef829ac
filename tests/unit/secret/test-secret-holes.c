/* What is asked for again, when, and from which number; what cannot be healed, and how a
 * chat goes on then (DECISIONS 26). */
#include "spell.h"

#include <string.h>

#define SECOND ((int64_t)1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* The range that a ciphertext of ours asks for, as "2-6 ". */
static void
add_request (GString *text, const SecretChat *chat, gboolean by_creator, GBytes *data)
{
    size_t len;
    const uint8_t *bytes = g_bytes_get_data (data, &len);
    g_autoptr (TlMessage) message = forge_opens (chat, by_creator, TL_BYTES (bytes, len));
    const SecretDecryptedMessageLayer *layer =
        message != NULL ? TL_AS (tl_message_root (message), SecretDecryptedMessageLayer)
                        : NULL;
    const SecretDecryptedMessageService *service =
        layer != NULL ? TL_AS (layer->message, SecretDecryptedMessageService) : NULL;
    const SecretDecryptedMessageActionResend *resend =
        service != NULL ? TL_AS (service->action, SecretDecryptedMessageActionResend)
                        : NULL;

    if (resend == NULL)
        return;
    g_assert_cmpint (resend->start_seq_no, >=, layer->in_seq_no - 1);
    g_string_append_printf (text, "%d-%d ", resend->start_seq_no, resend->end_seq_no);
}

/* Those in `wire` from `from` on. */
static char *
asked_since (const SecretChat *chat, gboolean by_creator, GPtrArray *wire, unsigned from)
{
    GString *text = g_string_new (NULL);

    for (unsigned i = from; i < wire->len; i++)
        add_request (text, chat, by_creator, wire->pdata[i]);
    return g_string_free (text, FALSE);
}

#define assert_asked(end, from, expected)                                                \
    do {                                                                                 \
        g_autofree char *asked_ =                                                        \
            asked_since ((end)->chat, (end)->index == 0, (end)->wire, (from));           \
        g_assert_cmpstr (asked_, ==, (expected));                                        \
    } while (0)

/* How many Resends `end` has sent. */
static unsigned
requests (End *end)
{
    g_autofree char *asked = asked_since (end->chat, end->index == 0, end->wire, 0);
    unsigned n = 0;

    for (const char *p = asked; *p != '\0'; p++)
        n += *p == ' ';
    return n;
}

/* --- when --- */

/* Bob has asked for Alice's number 1, and nothing answers. */
static World *
with_hole (uint64_t seed)
{
    World *w = world_ready_at (seed);

    w->hold = TRUE; /* Alice is played by hand */
    world_run (w);
    inject_text (w->alice, 2, 1, 5, "behind");
    world_run (w);
    g_free (end_events (w->bob));
    g_assert_cmpuint (requests (w->bob), ==, 1);
    return w;
}

/* DECISIONS 26: after 10 s, 30 s, 2 min, 10 min, then hourly, at most 12 a day; whether
 * the process lives on or is started anew each time */
static void
the_repeats_come_in_growing_pauses (void)
{
    static const int64_t pauses[] = { 10 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE,
                                      HOUR,        HOUR,        HOUR };

    for (int restarts = 0; restarts < 2; restarts++) {
        g_autoptr (World) w = with_hole (1);
        End *bob = w->bob;
        for (size_t i = 0; i < G_N_ELEMENTS (pauses); i++) {
            if (restarts) { /* only where it is no second reconnect after 10 s */
                secret_chat_suspend (bob->chat);
                end_restarts (bob, NULL, NULL);
                bob->chat->holes.ask_again = FALSE;
            }
            g_assert_cmpint (secret_chat_deadline (bob->chat, w->now), ==,
                             w->now.mono + pauses[i]);
            world_advance (w, pauses[i] - 1);
            g_assert_cmpuint (requests (bob), ==, 1 + i);
            world_advance (w, 1);
            g_assert_cmpuint (requests (bob), ==, 2 + i);
            g_assert_cmpint (secret_chat_deadline (bob->chat, w->now), >, w->now.mono);
        }
        for (int i = 0; i < 23 - 3; i++)
            world_advance (w, HOUR);
        g_assert_cmpuint (requests (bob), ==, 1 + 12);
        for (int i = 0; i < 24; i++)
            world_advance (w, HOUR);
        g_assert_cmpuint (requests (bob), <=, 1 + 24);
        g_assert_cmpuint (requests (bob), >, 1 + 20);
        inject_text (w->alice, 1, 1, 4, "at last");
        world_run (w);
        unsigned n = requests (bob);
        for (int i = 0; i < 5; i++)
            world_advance (w, DAY);
        g_assert_cmpuint (requests (bob), ==, n);
    }
}

/* DECISIONS 26: once after each reconnect, never two within 10 s, and not more than 12 a
 * day however often the connection breaks */
static void
a_reconnect_asks_once (void)
{
    g_autoptr (World) w = with_hole (2);
    End *bob = w->bob;

    end_reconnects (bob);
    world_run (w);
    world_advance (w, 9 * SECOND);
    g_assert_cmpuint (requests (bob), ==, 1);
    world_advance (w, SECOND); /* the reconnect's and the clock's are one */
    g_assert_cmpuint (requests (bob), ==, 2);
    world_advance (w, 12 * SECOND);
    g_assert_cmpuint (requests (bob), ==, 2);
    secret_chat_caught_up (bob->chat, w->now);
    end_turn (bob);
    g_assert_cmpuint (requests (bob), ==, 2 + 0); /* on its way */
    world_run (w);
    g_assert_cmpuint (requests (bob), ==, 3);
    for (int i = 0; i < 200; i++) {
        unsigned before = requests (bob);
        end_reconnects (bob);
        world_advance (w, 5 * SECOND);
        g_assert_cmpuint (requests (bob), <=, before + 1);
    }
    g_assert_cmpuint (requests (bob), ==, 1 + 12);
    end_restarts (bob, NULL, NULL);
    world_advance (w, HOUR);
    g_assert_cmpuint (requests (bob), ==, 1 + 12);
    world_advance (w, DAY);
    g_assert_cmpuint (requests (bob), ==, 1 + 13);
}

/* DECISIONS 26: a machine that slept, a clock that was set: by whichever clock says more,
 * also over a restart; a record that knows nothing of repeats asks at once */
static void
both_clocks_count (void)
{
    g_autoptr (World) w = with_hole (3);
    End *bob = w->bob;

    w->now.wall += 10 * SECOND; /* asleep */
    g_assert_cmpint (secret_chat_deadline (bob->chat, w->now), <=, w->now.mono);
    secret_chat_tick (bob->chat, w->now);
    end_turn (bob);
    world_run (w);
    g_assert_cmpuint (requests (bob), ==, 2);
    w->now.wall -= 30 * DAY; /* set back */
    w->now.mono += 30 * SECOND;
    secret_chat_tick (bob->chat, w->now);
    end_turn (bob);
    world_run (w);
    g_assert_cmpuint (requests (bob), ==, 3);
    w->now.wall -= 30 * DAY;
    end_restarts (bob, NULL, NULL);
    bob->chat->holes.ask_again = FALSE;
    world_advance (w, 2 * MINUTE);
    g_assert_cmpuint (requests (bob), ==, 4);

    bob->chat->holes.ask_at = 0; /* as in a record of an earlier version */
    bob->chat->holes.ask_today = 0;
    bob->chat->end.save = TRUE;
    secret_settle (bob->chat, w->now);
    end_restarts (bob, NULL, NULL);
    world_run (w);
    g_assert_cmpuint (requests (bob), ==, 5);
}

/* DECISIONS 26: with three of ours not acknowledged a repeat waits for an acknowledgement,
 * except at a peer whose messages have 31 random bytes; TDLib and we have, others not */
static void
a_repeat_waits_for_an_acknowledgement (void)
{
    for (int long_random = 0; long_random < 2; long_random++) {
        g_autoptr (World) w = with_hole (4);
        End *alice = w->alice, *bob = w->bob;
        g_assert_true (bob->chat->holes.long_random);
        end_says (bob, "one");
        world_run (w);
        g_assert_cmpuint (end_info (bob).unacknowledged, ==, 3); /* and the Resend */
        end_restarts (bob, NULL, NULL);
        g_assert_true (bob->chat->holes.long_random); /* it is stored */
        bob->chat->numbers.peer_in = 0;
        bob->chat->holes.long_random = long_random;
        ((SecretQueued *)g_ptr_array_index (bob->chat->holes.queue, 0))->in_seq_no = 1;
        world_advance (w, 11 * SECOND);
        g_assert_cmpuint (requests (bob), ==, 1 + (unsigned)long_random);
        if (long_random)
            continue;
        g_assert_cmpint (secret_chat_deadline (bob->chat, w->now), >,
                         w->now.mono + HOUR); /* no loop that turns for nothing */
        g_autoptr (GByteArray) body = spell ("91cc4674 i0 l6 i0 'has one'");
        g_autoptr (GBytes) data = forge_raw (alice, 144, 2, 7, body->data, body->len);
        inject (bob, data); /* behind the hole, but a word all the same */
        bob->chat->holes.long_random = FALSE;
        world_advance (w, 0);
        g_assert_cmpuint (requests (bob), ==, 2);
    }
}

/* --- from which number --- */

/* DECISIONS 26: of five that are missing two arrive and are acknowledged before the
 * repeat: it begins at the third, and ends with the last; what arrived behind the hole is
 * no part of its end */
static void
the_repeat_begins_where_we_are (void)
{
    for (int role = 0; role < 2; role++) {
        g_autoptr (World) w = world_ready_at (5);
        End *from = &w->ends[role], *to = &w->ends[1 - role];
        w->hold = TRUE;
        inject_text (from, 6, 1, 106, "behind");
        inject_text (from, 8, 1, 108, "behind a second one");
        inject_text (from, 9, 1, 109, "behind it as well");
        world_run (w);
        assert_asked (to, 0, role == 0 ? "3-11 15-15 " : "2-10 14-14 ");
        inject_text (from, 1, 1, 101, "one");
        inject_text (from, 2, 1, 102, "two");
        end_says (to, "acknowledges them");
        world_run (w);
        unsigned sent = to->wire->len;
        world_advance (w, 10 * SECOND);
        assert_asked (to, sent, role == 0 ? "7-15 " : "6-14 ");
        inject_text (from, 7, 1, 107, "the second one");
        world_advance (w, 30 * SECOND);
        assert_asked (to, sent, role == 0 ? "7-15 7-11 " : "6-14 6-10 ");
    }
}

/* --- with other clients --- */

/* Five texts of the peer are lost, we ask for them, and of what comes the first `n` get
 * here; the peer knows that we have those. */
static void
five_and_some (World *w, unsigned n)
{
    static const char *const texts[] = { "a", "b", "c", "d", "e" };
    US_AND_THEM (w);

    they_say (w, "0");
    world_run (w);
    we_say (w, "0"); /* Android counts one behind */
    world_run (w);
    for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
        they_say (w, texts[i]);
    server_loses_all (us);
    they_say (w, "f");
    run_to (us); /* the request is on its way */
    g_assert_cmpuint (end_info (us).queued, ==, 1);
    g_assert_cmpuint (end_info (us).missing, ==, 5);
    while (model_brings (them, 0))
        ;
    for (unsigned i = 0; i < n; i++)
        g_assert_true (model_brings (us, 0));
    server_loses_all (us);
    we_say (w, "acknowledges");
    world_run (w);
    they_say (w, "g"); /* says that it has that */
    world_run (w);
    g_assert_cmpuint (end_info (us).missing, ==, 5 - n);
    assert_lives (w);
}

/* DECISIONS 26 SC-D13 SC-D23: with each of the others: two of five arrive and are
 * acknowledged by a text; nobody closes, and the repeat heals what is left */
static void
a_lost_repeat_heals_with_everybody (World *w)
{
    US_AND_THEM (w);
    gboolean ours = us == w->alice;

    five_and_some (w, 2);
    g_assert_cmpint (us->chat->holes.long_random, ==, them->model->traits == &peer_tdlib);
    int32_t third = (int32_t)end_info (us).raw_in;
    unsigned sent = us->wire->len;
    world_advance (w, 10 * SECOND);
    g_autofree char *asked = asked_since (us->chat, ours, us->wire, sent);
    g_autofree char *expected =
        g_strdup_printf ("%d-%d ", 2 * third + !ours, 2 * (third + 2) + !ours);
    g_assert_cmpstr (asked, ==, expected);
    world_run (w);
    g_assert_cmpstr (us->texts->str, ==, "0 a b c d e f g ");
    g_assert_cmpuint (end_info (us).queued, ==, 0);
    assert_talks (w);
}

/* DECISIONS 26: nothing of five arrives. TDLib and iOS answer the repeat. Android does
 * not answer a range that begins where an answered one began: there only the user can go
 * on, and everything after that is as it was */
static void
what_android_does_not_send_twice (World *w)
{
    US_AND_THEM (w);

    five_and_some (w, 0);
    for (int n = 0; n < 30; n++)
        world_advance (w, HOUR);
    assert_lives (w);
    if (them->model->traits != &peer_android) {
        g_assert_cmpstr (us->texts->str, ==, "0 a b c d e f g ");
        assert_talks (w);
        return;
    }
    g_assert_cmpuint (end_info (us).missing, ==, 5);
    g_assert_cmpint (secret_chat_skip (us->chat, w->now), ==, TALK_DONE);
    end_turn (us);
    g_assert_cmpstr (us->texts->str, ==, "0 f g ");
    assert_talks (w);
    assert_talks (w);
}

/* DECISIONS 26: our request is lost: the repeat heals it with all of them */
static void
a_lost_request_heals_with_everybody (World *w)
{
    US_AND_THEM (w);

    they_say (w, "a");
    server_loses_all (us);
    they_say (w, "b");
    run_to (us);
    server_loses_all (them);
    for (int n = 0; n < 4; n++)
        world_advance (w, HOUR);
    g_assert_cmpstr (us->texts->str, ==, "a b ");
    assert_talks (w);
}

/* SC-D13: our answer is lost: who asks once for a hole goes on waiting, iOS asks with each
 * message that comes */
static void
what_a_lost_answer_of_ours_means (World *w)
{
    US_AND_THEM (w);

    we_say (w, "a");
    server_answers (us);
    server_loses_all (them);
    we_say (w, "b");
    server_answers (us);
    g_assert_true (model_brings (them, 0));
    run_to (us);
    g_assert_cmpuint (server_on_the_way (them), ==, 1);
    server_loses_all (them);
    for (int n = 0; n < 2; n++) {
        world_advance (w, HOUR);
        we_say (w, "c");
        world_run (w);
    }
    assert_lives (w);
    if (them->model->traits == &peer_ios)
        g_assert_cmpstr (them->texts->str, ==, "a b c c ");
    else
        g_assert_cmpuint (them->model->waiting->len, >, 0);
}

/* SC-D15 SC-D18: both lose something at once */
static void
what_holes_both_ways_mean (World *w)
{
    US_AND_THEM (w);

    we_say (w, "a");
    server_answers (us);
    they_say (w, "1");
    server_loses_all (them);
    server_loses_all (us);
    we_say (w, "b");
    they_say (w, "2");
    for (int n = 0; n < 4; n++)
        world_advance (w, HOUR);
    g_assert_cmpstr (us->texts->str, ==, "1 2 ");
    g_assert_cmpstr (them->texts->str, ==, "a b ");
    assert_talks (w);
}

/* DECISIONS 26: an Android peer that has a hole of its own does not get a fifth message
 * behind it because of our repeats */
static void
repeats_do_not_fill_androids_queue (World *w)
{
    US_AND_THEM (w);

    five_and_some (w, 0);
    we_say (w, "lost");
    server_answers (us);
    server_loses_all (them); /* its hole: it answers nothing while it stands */
    for (int n = 0; n < 40; n++) {
        w->now.wall += HOUR;
        w->now.mono += HOUR;
        secret_chat_tick (us->chat, w->now);
        end_turn (us);
        run_to (them);
        server_loses_all (us);
    }
    assert_lives (w);
    g_assert_cmpuint (them->model->waiting->len, <, 4);
}

/* DECISIONS 26 SC-D23: our repeat is lost, the answer to the first request comes late, we
 * acknowledge it; an iOS peer asks for the lost repeat at each of its passes and acts on
 * every copy: what has no hole any more is sent as Noop under its number */
static void
a_stale_request_is_not_sent_twice (World *w)
{
    US_AND_THEM (w);

    they_say (w, "a");
    they_say (w, "b");
    server_loses_all (us);
    they_say (w, "c");
    run_to (us);
    while (model_brings (them, 0))
        ; /* the answer is slow */
    w->now.wall += 10 * SECOND;
    w->now.mono += 10 * SECOND;
    secret_chat_tick (us->chat, w->now);
    end_turn (us);
    server_answers (us);
    server_loses_all (them); /* our repeat */
    run_to (us);
    g_assert_cmpstr (us->texts->str, ==, "a b c ");
    for (int i = 0; i < 4; i++) { /* each causes a pass, and a request of it */
        we_say (w, "x");
        server_answers (us);
    }
    while (model_brings (them, 0))
        ;
    world_run (w);
    g_assert_cmpstr (them->texts->str, ==, "x x x x ");
    assert_talks (w);
}

/* SC-F14: the same where the key that it was sealed with is gone: its bytes stay */
static void
a_stale_request_under_a_lost_key_stays (void)
{
    g_autoptr (World) w = with_hole (6);
    End *alice = w->alice, *bob = w->bob;
    g_autoptr (GBytes) request = g_bytes_ref (newest (bob));

    inject_text (alice, 1, 1, 4, "fills");
    world_run (w);
    SecretOut *out =
        g_ptr_array_index (bob->chat->outbox.list, bob->chat->outbox.list->len - 1);
    g_assert_cmpint (out->asks_from, ==, 1);
    end_restarts (bob, NULL, NULL);
    out = g_ptr_array_index (bob->chat->outbox.list, bob->chat->outbox.list->len - 1);
    g_assert_cmpint (out->asks_from, ==, 1); /* it is stored */
    out->fingerprint ^= 1;
    g_assert_true (
        secret_outbox_resend (bob->chat, 2 * out->raw_out, 2 * out->raw_out, w->now));
    g_assert_false (out->replaced);
    out->fingerprint ^= 1;
    g_assert_true (
        secret_outbox_resend (bob->chat, 2 * out->raw_out, 2 * out->raw_out, w->now));
    g_assert_true (out->replaced);
    g_assert_cmpint (out->asks_from, <, 0);
    g_assert_cmpuint (out->data->len, >, 0);
}

/* --- what the user hears and says --- */

/* SC-D17 DECISIONS 26: told after a day with its numbers, once, over restarts, by either
 * clock; the next hole has a day of its own */
static void
a_hole_is_told_after_a_day (void)
{
    g_autoptr (World) w = with_hole (51);
    End *alice = w->alice, *bob = w->bob;

    inject_text (alice, 5, 1, 8, "behind a second one");
    world_run (w);
    world_advance (w, DAY - 1);
    assert_events (bob, "");
    end_restarts (bob, NULL, NULL);
    world_advance (w, 1);
    assert_events (bob, "gap 3 missing, 2 wait\n");
    for (int i = 0; i < 3; i++) {
        world_advance (w, DAY);
        end_restarts (bob, NULL, NULL);
        world_run (w);
    }
    assert_events (bob, "");
    inject_text (alice, 1, 1, 4, "fills the first");
    g_free (end_events (bob));
    w->now.wall += DAY - 1; /* asleep */
    secret_chat_tick (bob->chat, w->now);
    assert_events (bob, "");
    w->now.wall += 1;
    g_assert_cmpint (secret_chat_deadline (bob->chat, w->now), <=, w->now.mono);
    secret_chat_tick (bob->chat, w->now);
    assert_events (bob, "gap 2 missing, 1 wait\n");
    world_run (w);
}

/* DECISIONS 26: the chat goes on without them; what comes late is a duplicate, and what
 * is said next acknowledges them all, so that the peer keeps nothing for us */
static void
a_hole_can_be_given_up (void)
{
    g_autoptr (World) w = with_hole (52);
    End *alice = w->alice, *bob = w->bob;

    inject_text (alice, 5, 1, 8, "behind a second one");
    world_run (w);
    g_assert_cmpint (secret_chat_skip (bob->chat, w->now), ==, TALK_DONE);
    end_turn (bob);
    assert_events (bob, "message 'behind' ttl 0 content 0\n"
                        "message 'behind a second one' ttl 0 content 0\n");
    g_assert_cmpuint (end_info (bob).raw_in, ==, 6);
    g_assert_cmpuint (end_info (bob).queued + end_info (bob).missing, ==, 0);
    end_restarts (bob, NULL, NULL);
    Look before = look_at (bob);
    for (int late = 1; late < 5; late++)
        inject_text (alice, late, 1, 20 + late, "late");
    assert_untouched (bob, &before);
    unsigned n = requests (bob);
    for (int i = 0; i < 3; i++)
        world_advance (w, DAY);
    g_assert_cmpuint (requests (bob), ==, n);
    g_assert_cmpint (secret_chat_skip (bob->chat, w->now), ==, TALK_NOTHING);
    inject_text (alice, 6, 2, 30, "goes on");
    assert_events (bob, "message 'goes on' ttl 0 content 0\n");
}

/* DECISIONS 26: only in a chat that is ready */
static void
nothing_can_be_given_up_in_a_closed_chat (void)
{
    g_autoptr (World) w = with_hole (53);
    End *bob = w->bob;

    secret_chat_close (bob->chat, FALSE, TALK_CLOSED_BY_US, w->now);
    g_assert_cmpint (secret_chat_skip (bob->chat, w->now), ==, TALK_IS_CLOSED);
}

static const Story stories[] = {
    STORY (a_lost_repeat_heals_with_everybody, EVERY_MODEL),
    STORY (what_android_does_not_send_twice, EVERY_MODEL),
    STORY (a_lost_request_heals_with_everybody, EVERY_MODEL),
    STORY (what_a_lost_answer_of_ours_means, EVERY_MODEL),
    STORY (what_holes_both_ways_mean, EVERY_MODEL),
    STORY (repeats_do_not_fill_androids_queue, ANDROID),
    STORY (a_stale_request_is_not_sent_twice, IOS),
};

int
main (int argc, char **argv)
{
    stories_init (&argc, &argv);
    stories_add ("holes", stories, G_N_ELEMENTS (stories));
#define ADD(f) g_test_add_func ("/secret/holes/" #f, f)
    ADD (the_repeats_come_in_growing_pauses);
    ADD (a_reconnect_asks_once);
    ADD (both_clocks_count);
    ADD (a_repeat_waits_for_an_acknowledgement);
    ADD (the_repeat_begins_where_we_are);
    ADD (a_stale_request_under_a_lost_key_stays);
    ADD (a_hole_is_told_after_a_day);
    ADD (a_hole_can_be_given_up);
    ADD (nothing_can_be_given_up_in_a_closed_chat);
    return g_test_run ();
}
