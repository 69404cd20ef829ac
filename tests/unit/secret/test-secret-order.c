/* Numbers, holes, acknowledgements (SECRET-CHATS.md section D). */
#include "spell.h"

#include <stdio.h>
#include <string.h>

#define HOUR ((int64_t)3600 * 1000)
#define DAY (24 * HOUR)

/* The ranges that `end` has asked to be sent again, as "3-3 6-7 ". */
static char *
requests (End *end)
{
    GString *text = g_string_new (NULL);

    for (unsigned i = 0; i < end->wire->len; i++) {
        Wrapper opened;
        int32_t words[6];
        g_autoptr (GBytes) plain = unwrap (end, end->wire->pdata[i], &opened);
        memcpy (words, opened.body.data, MIN (sizeof words, opened.body.len));
        if (opened.body.len == 24 && words[3] == 0x511110b0)
            g_string_append_printf (text, "%d-%d ", GINT32_FROM_LE (words[4]),
                                    GINT32_FROM_LE (words[5]));
    }
    return g_string_free (text, FALSE);
}

/* --- sending --- */

/* The out_seq_no of everything in `wire`, first sendings only, must be 0, 1, 2 ... */
static void
assert_ascending (End *end)
{
    int32_t next = 0;

    for (unsigned i = 0; i < end->wire->len; i++) {
        Wrapper opened;
        g_autoptr (GBytes) plain = unwrap (end, end->wire->pdata[i], &opened);
        int32_t raw = opened.out_seq_no / 2;
        g_assert_cmpint (opened.out_seq_no, ==, 2 * raw + 1 - end->index);
        g_assert_cmpint (raw, <=, next); /* again, or the next; never ahead */
        next = MAX (next, raw + 1);
    }
    g_assert_cmpint (next, ==, (int32_t)end_info (end).raw_out);
}

/* SC-D1 SC-D2 SC-D3 MT-E5: 50 messages, one in flight, answers late, a wait that failed, a lost
 * connection: the server sees the numbers in order and without a hole */
static void
the_server_sees_ascending_numbers (World *w)
{
    End *alice = w->alice;
    g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32)w->first_seed);
    int said = 0;

    w->hold = TRUE;
    alice->policy.fail_type = "MSG_WAIT_FAILED";
    while (said < 50 || alice->calls.length > 0 || alice->chat->outbox.retry_at != 0) {
        int what = g_rand_int_range (rand, 0, 10);
        if (what < 4 && said < 50) {
            end_says (alice, "x");
            said++;
            alice->policy.fail_count = said == 20;
        } else if (what < 7) {
            server_answers (alice);
        } else if (what == 7 && said == 30) {
            end_reconnects (alice);
        } else {
            w->now.mono += 2000;
            secret_chat_tick (alice->chat, w->now);
            end_turn (alice);
        }
        g_assert_cmpuint (alice->calls.length, <=, 1);
    }
    g_assert_cmpint (alice->policy.fail_count, ==, 0);
    assert_ascending (alice);
    w->hold = FALSE;
    world_run (w);
    g_assert_cmpuint (w->bob->shown->len, ==, 50);
}

/* SC-D5: numbers at the limit: one more goes out, then the chat ends and says why; the
 * same when the peer's are used up */
static void
used_up_numbers_end_the_chat (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    int64_t id;

    alice->chat->numbers.raw_out = SECRET_RAW_MAX - 1;
    g_assert_cmpint (2 * SECRET_RAW_MAX + 1, <=, 1 << 30);
    end_says (alice, "the last one");
    g_assert_cmpint (end_info (alice).state, ==, TALK_STATE_READY);
    g_assert_cmpint (secret_chat_send_text (alice->chat, "x", 0, FALSE, w->now, &id), ==,
                     TALK_IS_CLOSED);
    g_assert_cmpint (end_info (alice).closed, ==, TALK_CLOSED_VIOLATION);
    g_assert_nonnull (strstr (alice->chat->detail, "used up"));

    alice->chat->keys.now = bob->chat->keys.now;
    bob->chat->numbers.raw_in = SECRET_RAW_MAX - 1;
    inject_text (alice, SECRET_RAW_MAX - 1, 1, 5, "the last one");
    g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_READY);
    g_assert_cmpuint (bob->shown->len, ==, 1);
    inject_text (alice, SECRET_RAW_MAX, 1, 6, "one too many");
    g_assert_cmpint (end_info (bob).closed, ==, TALK_CLOSED_VIOLATION);
    g_assert_cmpuint (bob->shown->len, ==, 1);
}

/* SC-D5: on receipt above 2^30, or negative: dropped, in either number */
static void
absurd_numbers_are_dropped (World *w)
{
    static const int32_t absurd[] = {
        -1, -2, -2147483647 - 1, (1 << 30) + 1, (1 << 30) + 2, 0x7ffffffe, 0x7fffffff
    };
    End *alice = w->alice, *bob = w->bob;
    g_autoptr (GByteArray) body = spell ("91cc4674 i0 l5 i0 'x'");
    Look before = look_at (bob);

    for (size_t i = 0; i < G_N_ELEMENTS (absurd); i++) {
        g_autoptr (GBytes) one =
            forge_raw (alice, 144, 2, absurd[i], body->data, body->len);
        g_autoptr (GBytes) two =
            forge_raw (alice, 144, absurd[i], 3, body->data, body->len);
        inject (bob, one);
        inject (bob, two);
        assert_untouched (bob, &before);
    }
}

/* --- receiving --- */

/* SC-D4: wrong parity ends the chat, in its turn and in a gap, for both roles */
static void
wrong_parity_ends_the_chat_anywhere (void)
{
    for (int role = 0; role < 2; role++) {
        for (int raw = 1; raw < 8; raw += 5) {
            for (int wrong = 1; wrong < 4; wrong++) {
                g_autoptr (World) w = world_ready_at (8);
                End *from = &w->ends[role], *to = &w->ends[1 - role];
                g_autoptr (GByteArray) body = spell ("91cc4674 i0 l5 i0 'x'");
                g_autoptr (GBytes) data = forge_raw (from, 144, (2 + role) ^ (wrong & 1),
                                                     (2 * raw + 1 - role) ^ (wrong >> 1),
                                                     body->data, body->len);
                inject (to, data);
                g_assert_cmpint (end_info (to).closed, ==, TALK_CLOSED_VIOLATION);
                g_assert_nonnull (strstr (to->chat->detail, "SC-D4"));
            }
        }
    }
}

/* SC-D6 SC-D7: a second copy changes nothing, whatever is in it: text, numbers, a body
 * that acknowledges what was never sent */
static void
a_second_copy_changes_nothing (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    w->hold = TRUE; /* Alice is played by hand */
    inject_text (alice, 1, 1, 5, "first");
    inject_text (alice, 4, 1, 8, "in the queue");
    world_run (w);
    Look before = look_at (bob);
    inject_text (alice, 1, 1, 6, "other text");
    inject_text (alice, 1, 100, 7, "other acknowledgement");
    inject_text (alice, 0, 0, 7, "other acknowledgement");
    inject_text (alice, 4, 100, 9, "another one for the queue");
    assert_untouched (bob, &before);
    inject_text (alice, 2, 1, 10, "two");
    inject_text (alice, 3, 1, 11, "three");
    assert_events (bob, "message 'two' ttl 0 content 0\n"
                        "message 'three' ttl 0 content 0\n"
                        "message 'in the queue' ttl 0 content 0\n");
}

/* SC-D8 SC-D9: an iOS-like peer counts its acknowledgements anew when it sends again: in
 * the range that was asked for they may be higher than those of its successors, which in
 * turn are no step back; outside, and above what was sent, the rule holds */
static void
what_was_asked_for_may_acknowledge_in_any_order (World *w)
{
    static const struct {
        int raw, ack;
    } steps[] = {
        { 1, 2 }, { 5, 2 }, { 6, 2 }, /* 2, 3, 4 are missing: asked for */
        { 2, 3 },                     /* higher than 5 has */
        { 3, 1 },                     /* and lower than 1 has */
        { 4, 3 },                     /* 5 and 6 follow with 2 */
    };
    End *alice = w->alice, *bob = w->bob;

    end_says (bob, "one");
    end_says (bob, "two");
    world_run (w);
    for (size_t i = 0; i < G_N_ELEMENTS (steps); i++) {
        inject_text (alice, steps[i].raw, steps[i].ack, 10 + (int64_t)i, "x");
        if (i == 3)
            end_restarts (bob, NULL,
                          NULL); /* the range and what waits behind it are kept */
        g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_READY);
    }
    g_assert_cmpuint (end_info (bob).raw_in, ==, 7);
    inject_text (alice, 7, 1, 30, "went back"); /* 6 had 2 */
    g_assert_cmpint (end_info (bob).closed, ==, TALK_CLOSED_VIOLATION);
}

/* SC-D9: a message that waited in the queue while holes on both sides of it were asked
 * for was not asked for itself; nor may what was asked for acknowledge the future */
static void
only_what_was_asked_for_is_exempt (void)
{
    for (int future = 0; future < 2; future++) {
        g_autoptr (World) w = world_ready_at (11);
        End *alice = w->alice, *bob = w->bob;
        end_says (bob, "one");
        end_says (bob, "two");
        world_run (w);
        inject_text (alice, 1, 3, 10, "x");
        inject_text (alice, 3, future ? 3 : 2, 11, "a step back"); /* asks for 2 */
        inject_text (alice, 5, 3, 12, "x");                        /* asks for 4 */
        g_assert_cmpuint (end_info (bob).queued, ==, 2);
        inject_text (alice, 2, future ? 200 : 2, 13, "asked for");
        g_assert_cmpint (end_info (bob).closed, ==,
                         future ? TALK_CLOSED_ROLLED_BACK : TALK_CLOSED_VIOLATION);
        g_assert_nonnull (
            strstr (bob->chat->detail, future ? "never sent" : "went back"));
    }
}

/* SC-D10: acknowledgements that go back are judged when a message's turn comes; but one
 * of what was never sent cannot become right, and tells of an older copy at once (SC-L9)
 */
static void
a_message_in_a_gap_is_judged_in_its_turn (void)
{
    g_autoptr (World) w = world_ready_at (12);
    End *alice = w->alice, *bob = w->bob;

    inject_text (alice, 1, 1, 10, "in order");
    inject_text (alice, 3, 0, 11, "goes back");
    g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_READY);
    inject_text (alice, 2, 1, 12, "fills");
    g_assert_cmpint (end_info (bob).closed, ==, TALK_CLOSED_VIOLATION);

    g_autoptr (World) other = world_ready_at (13);
    inject_text (other->alice, 2, 90, 13, "from a time to come");
    g_assert_cmpint (end_info (other->bob).closed, ==, TALK_CLOSED_ROLLED_BACK);
}

/* SC-D12 SC-D13 SC-D15 SC-D16: exact ranges for both roles, each hole once at first,
 * whatever comes behind it and over restarts */
static void
holes_are_asked_for_exactly_once (void)
{
    for (int role = 0; role < 2; role++) {
        static const int arrives[] = { 2, 10, 12, 11, 20 };
        g_autoptr (World) w = world_ready_at (13);
        End *from = &w->ends[role], *to = &w->ends[1 - role];
        w->hold = TRUE; /* `from` is played by hand */
        for (size_t i = 0; i < G_N_ELEMENTS (arrives); i++) {
            inject_text (from, arrives[i], 1, 100 + arrives[i], "x");
            world_run (w);
        }
        for (int more = 21; more < 41; more++) {
            inject_text (from, more, 1, 100 + more, "x");
            if (more % 5 == 0)
                end_restarts (to, NULL, NULL);
            world_run (w);
        }
        /* holes {1}, {3..9}, {11}, {13..19}; the creator's numbers are odd */
        g_autofree char *asked = requests (to);
        g_assert_cmpstr (asked, ==,
                         role == 0 ? "3-3 7-19 23-23 27-39 " : "2-2 6-18 22-22 26-38 ");
        for (int raw = 19; raw >= 1; raw--)
            inject_text (from, raw, 1, 100 + raw, "x");
        g_assert_cmpuint (end_info (to).raw_in, ==, 41);
        g_assert_cmpuint (end_info (to).queued, ==, 0);
        for (unsigned i = 0; i < to->shown->len; i++) /* each once, in order */
            g_assert_cmpint (g_array_index (to->shown, int64_t, i), ==, 101 + i);
        g_assert_cmpuint (to->shown->len, ==, 40);
    }
}

static unsigned lost_number;
static End *lost_end;

static gboolean
lose_one (World *w, End *from, unsigned n)
{
    return from != lost_end || n != lost_number;
}

/* SC-D14: a Resend is a message like others: it takes a number, is kept, and is sent
 * again when it is itself missing */
static void
a_lost_resend_is_asked_for_itself (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    w->lets = lose_one;
    lost_end = alice;
    lost_number = alice->wire->len;
    end_says (alice, "lost");
    world_run (w);
    lost_end = bob;
    lost_number = bob->wire->len; /* Bob's Resend */
    uint32_t raw_out = end_info (bob).raw_out;
    end_says (alice, "next");
    world_run (w);
    g_assert_cmpuint (bob->shown->len, ==, 0);
    g_assert_cmpuint (end_info (bob).raw_out, ==, raw_out + 1);
    g_assert_cmpuint (bob->wire->len, ==, lost_number + 1);
    end_says (bob, "shows the hole to Alice");
    world_run (w);
    assert_events (bob, "sent\nmessage 'lost' ttl 0 content 0\n"
                        "message 'next' ttl 0 content 0\n");
    g_assert_cmpuint (alice->shown->len, ==, 1);
    g_assert_cmpuint (end_info (bob).queued + end_info (alice).queued, ==, 0);
    assert_alive (w);
}

/* SC-D17: at most 16 MiB wait */
static void
what_waits_has_its_limits (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    g_autoptr (GByteArray) big = spell ("91cc4674 i0 l5 i0 b900000");
    int n = 0;

    for (; n < 40 && end_info (bob).state == TALK_STATE_READY; n++) {
        g_autoptr (GBytes) data =
            forge_raw (alice, 144, 2, 2 * (5 + n) + 1, big->data, big->len);
        inject (bob, data);
    }
    g_assert_cmpint (end_info (bob).closed, ==, TALK_CLOSED_VIOLATION);
    g_assert_nonnull (strstr (bob->chat->detail, "SC-D17"));
    g_assert_cmpint (n, ==, (16 << 20) / (int)big->len + 1);
}

/* SC-D17 SC-D22: a hole that no single Resend can name ends the chat; one that it just
 * can does not */
static void
a_hole_of_more_than_a_thousand_ends_the_chat (void)
{
    for (int more = 0; more < 2; more++) {
        g_autoptr (World) w = world_ready_at (17);
        End *bob = w->bob;
        inject_text (w->alice, 1001 + more, 1, 5, "far ahead");
        g_assert_cmpint (end_info (bob).closed, ==,
                         more ? TALK_CLOSED_VIOLATION : TALK_CLOSED_NOT);
    }
}

/* --- sending again --- */

/* SC-D22: the longest range and one more, the last number and one more */
static void
ranges_have_exact_limits (void)
{
    static const struct {
        int raw_out, from, to;
        gboolean good;
    } rows[] = { { 2000, 0, 999, TRUE },     { 2000, 0, 1000, FALSE },
                 { 2000, 1000, 1999, TRUE }, { 2000, 1000, 2000, FALSE },
                 { 2000, 5, 5, TRUE },       { 2000, 5, 4, FALSE } };

    for (int x = 0; x < 2; x++) {
        for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
            SecretRange range;
            int32_t from = 2 * rows[i].from + 1 - x, to = 2 * rows[i].to + 1 - x;
            g_assert_cmpint (secret_seq_resend (x, rows[i].raw_out, from, to, &range), ==,
                             rows[i].good);
            if (rows[i].good)
                g_assert_cmpint (range.to - range.from, ==,
                                 rows[i].to - rows[i].from + 1);
            g_assert_false (secret_seq_resend (x, rows[i].raw_out, from ^ 1, to, &range));
            g_assert_false (secret_seq_resend (x, rows[i].raw_out, from, to ^ 1, &range));
        }
    }
}

/* SC-D23 SC-D25: of a range that is acknowledged by half only the other half is sent
 * again; a deletion of what was never known, Android's stand-in, is taken */
static void
what_was_acknowledged_is_not_sent_again (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    w->hold = TRUE;
    for (int i = 0; i < 4; i++)
        end_says (bob, "one of four"); /* Bob's 1 to 4 */
    world_run (w);
    g_assert_cmpuint (end_info (bob).unacknowledged, ==, 5);
    inject_text (alice, 1, 3, 5, "has three"); /* 0, 1, 2 */
    g_assert_cmpuint (end_info (bob).unacknowledged, ==, 2);
    unsigned sent = bob->wire->len;
    g_autoptr (GByteArray) resend = spell ("73164160 l6 511110b0 i0 i6");
    g_autoptr (GBytes) data = forge_raw (alice, 144, 6, 5, resend->data, resend->len);
    inject (bob, data); /* 0 to 3 */
    world_run (w);
    g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_READY);
    g_assert_cmpuint (bob->wire->len, ==, sent + 1);
    Wrapper opened;
    g_autoptr (GBytes) plain = unwrap (bob, newest (bob), &opened);
    g_assert_cmpint (opened.out_seq_no, ==, 6);
    g_free (end_events (bob));
    g_autoptr (GByteArray) gone = spell ("73164160 l7 65614304 v1 l987654321");
    g_autoptr (GBytes) stand_in = forge_raw (alice, 144, 6, 7, gone->data, gone->len);
    inject (bob, stand_in);
    assert_events (bob, "");
    g_assert_cmpuint (end_info (bob).raw_in, ==, 4);
}

/* SC-D23 SC-L9: a retained message is missing from the store: the chat ends rather than
 * leave a number that cannot be produced */
static void
a_store_with_a_hole_ends_the_chat (void)
{
    for (int32_t raw = 1; raw <= 3; raw++) { /* first, middle, last */
        g_autoptr (World) w = world_ready_at (19);
        End *bob = w->bob;
        w->hold = TRUE;
        for (int i = 0; i < 3; i++)
            end_says (bob, "kept");
        world_run (w);
        end_restarts (bob, NULL, NULL);
        g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_READY);
        store_batch_delete (end_batch (bob),
                            (StoreKey){ STORE_OUTBOX, w->server.chat_id, raw });
        end_restarts (bob, NULL, NULL);
        g_assert_cmpint (end_info (bob).closed, ==, TALK_CLOSED_CORRUPT);
    }
}

/* SC-D24: the same number six times an hour, and again in the next one */
static void
repeated_requests_are_limited_by_the_hour (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    w->hold = TRUE;
    bob->env.current_g = 7; /* no new key meanwhile (SC-F4) */
    end_says (bob, "wanted");
    world_run (w);
    unsigned sent = bob->wire->len;
    for (int hour = 1; hour <= 2; hour++) {
        for (int i = 0; i < 500; i++) {
            send_spelled (w, alice, "73164160 l%d 511110b0 i2 i2", 1000 * hour + i);
            world_run (w);
        }
        g_assert_cmpuint (bob->wire->len, ==, sent + 6u * (unsigned)hour);
        g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_READY);
        end_restarts (bob, NULL, NULL);
        world_advance (w, HOUR);
    }
}

/* SC-D25 SC-L4: nothing but the peer's number releases a message: not the server's
 * answer, not a read mark */
static void
only_the_peers_number_releases (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    w->hold = TRUE;
    end_says (bob, "kept until acknowledged"); /* Bob's 1 */
    world_run (w);
    secret_chat_peer_read (bob->chat, 0x7fffffff, (int32_t)(w->now.wall / 1000), w->now);
    end_turn (bob);
    end_restarts (bob, NULL, NULL);
    assert_events (bob, "sent\nread\n");
    inject_text (alice, 1, 1, 5, "has only the first");
    g_assert_cmpuint (end_info (bob).unacknowledged, ==, 1);
    inject_text (alice, 2, 2, 6, "has it");
    g_assert_cmpuint (end_info (bob).unacknowledged, ==, 0);
}

/* SC-D26: an Android-like peer acknowledges one less than it has: 200 messages, and not
 * more is kept than is under way and that one */
static void
a_peer_that_counts_one_behind_is_fine (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    g_autoptr (GByteArray) noop = spell ("73164160 l1 a82fdd63");

    w->hold = TRUE;         /* Alice is played by hand */
    bob->env.current_g = 7; /* no new key meanwhile (SC-F4) */
    for (int i = 0; i < 200; i++) {
        end_says (bob, "x");
        world_run (w);
        int32_t has = (int32_t)end_info (bob).raw_out;
        g_autoptr (GBytes) data =
            forge_raw (alice, 144, 2 * (has - 1), 2 * (1 + i) + 1, noop->data, noop->len);
        inject (bob, data);
        world_run (w);
        g_assert_cmpuint (end_info (bob).unacknowledged, <=, 2);
        world_advance (w, HOUR);
    }
    g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_READY);
    g_assert_cmpuint (end_info (bob).raw_in, ==, 201);
}

/* --- identity, order on the screen --- */

/* SC-D27: a message is who its inner random_id says; the server may bring a service
 * message again under another one of its own */
static void
the_inner_id_is_the_message (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    Shown shown;

    watch_shown (w, &shown);
    inject_text (alice, 1, 1, 4711, "x");
    g_assert_cmpint (shown.random_id, ==, 4711);
    send_spelled (w, alice, "73164160 l4711 a1733aec i9"); /* its id is known: so what */
    g_assert_cmpint (end_info (bob).ttl, ==, 9);
    g_assert_cmpuint (end_info (bob).raw_in, ==, 3);
    inject_text (alice, 3, 1, 4711, "the same identity");
    g_assert_cmpuint (shown.n, ==, 1);
    send_spelled (w, alice, "73164160 l9 65614304 v1 l4711");
    g_free (end_events (bob));
    g_assert_null (secret_note_find (bob->chat, 4711));
}

static GString *screen[2];

static void
screen_cb (World *w, End *end, const TalkEvent *event)
{
    if (event->kind == TALK_EVENT_MESSAGE)
        g_string_append_printf (screen[end->index], "%s ", event->u.message.text);
}

/* SC-D29 SC-D16: what a side shows is causal: a message stands behind all that its writer
 * had seen, in the order in which it was written, whatever was lost on the way */
static void
both_screens_are_causal (void)
{
    static const int loss[] = { 0, 3, 5 };

    for (size_t k = 0; k < G_N_ELEMENTS (loss); k++) {
        g_autoptr (World) w = world_ready_at (24 + k);
        g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32)k);
        int said[2] = { 0, 0 };
        for (int i = 0; i < 2; i++)
            screen[i] = g_string_new (NULL);
        w->watch = screen_cb;
        for (int i = 0; i < 200; i++) {
            int who = g_rand_int_range (rand, 0, 2);
            End *end = &w->ends[who];
            int what = g_rand_int_range (rand, 0, 3);
            if (what == 0) {
                /* a text tells how far its writer has seen: a3:2 = third, saw two */
                g_autofree char *text =
                    g_strdup_printf ("%c%d:%u", "ab"[who], ++said[who], end->shown->len);
                end_says (end, text);
                g_string_append_printf (screen[who], "%s ", text);
            } else if (what == 1 && loss[k] != 0 && i % loss[k] == 0) {
                server_loses (end);
            } else {
                while (server_answers (end))
                    ;
                server_delivers (end);
            }
        }
        world_run (w);
        for (int i = 0; i < 4; i++)
            world_advance (w, 120 * 1000); /* what was lost twice */
        end_says (w->alice, "end");
        end_says (w->bob, "end");
        world_run (w);
        for (int side = 0; side < 2; side++) {
            g_auto (GStrv) lines = g_strsplit (screen[side]->str, " ", -1);
            int next[2] = { 1, 1 };
            for (char **line = lines; **line != '\0' && **line != 'e'; line++) {
                int who = **line - 'a', n, saw;
                g_assert_cmpint (sscanf (*line + 1, "%d:%d", &n, &saw), ==, 2);
                g_assert_cmpint (n, ==, next[who]++);    /* its writer's order */
                g_assert_cmpint (saw, <, next[1 - who]); /* behind what it saw */
            }
            g_assert_cmpint (next[0], ==, said[0] + 1);
            g_assert_cmpint (next[1], ==, said[1] + 1);
        }
        for (int i = 0; i < 2; i++)
            g_string_free (screen[i], TRUE);
    }
}

static const Story stories[] = {
    STORY (the_server_sees_ascending_numbers, PLAIN, .seeds = 10),
    STORY (used_up_numbers_end_the_chat, PLAIN),
    STORY (absurd_numbers_are_dropped, PLAIN),
    STORY (a_second_copy_changes_nothing, PLAIN),
    STORY (what_was_asked_for_may_acknowledge_in_any_order, PLAIN),
    STORY (a_lost_resend_is_asked_for_itself, PLAIN),
    STORY (what_waits_has_its_limits, PLAIN),
    STORY (what_was_acknowledged_is_not_sent_again, PLAIN),
    STORY (repeated_requests_are_limited_by_the_hour, PLAIN),
    STORY (only_the_peers_number_releases, PLAIN),
    STORY (a_peer_that_counts_one_behind_is_fine, PLAIN),
    STORY (the_inner_id_is_the_message, PLAIN),
};

int
main (int argc, char **argv)
{
    stories_init (&argc, &argv);
    stories_add ("order", stories, G_N_ELEMENTS (stories));
#define ADD(f) g_test_add_func ("/secret/order/" #f, f)
    ADD (wrong_parity_ends_the_chat_anywhere);
    ADD (only_what_was_asked_for_is_exempt);
    ADD (a_message_in_a_gap_is_judged_in_its_turn);
    ADD (holes_are_asked_for_exactly_once);
    ADD (a_hole_of_more_than_a_thousand_ends_the_chat);
    ADD (ranges_have_exact_limits);
    ADD (a_store_with_a_hole_ends_the_chat);
    ADD (both_screens_are_causal);
    return g_test_run ();
}
