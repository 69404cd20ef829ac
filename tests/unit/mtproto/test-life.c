/* What a session does with signs of life, and with what is none. */
#include "mt-bench.h"

#include "tl-encode.h"

#include <string.h>

#define SECOND 1000

static void
expect (GString *string, const char *want)
{
    g_autofree char *got = mb_take (string);
    g_assert_cmpstr (got, ==, want);
}

/* A session whose last pong took so long. */
static MtBench *
ready_after (int64_t round_trip)
{
    MtBench *b = mb_ready ();

    mb_advance (b, round_trip);
    mb_give_pong (b);
    expect (b->events, "connect ready");
    return b;
}

/* MT-B32: the network is another one: a connection that stands is asked at once, and left if nothing comes in three
 * times as long as usual; what was asked on it is asked again, and nothing else is lost */
static void
another_network (void)
{
    static const struct {
        int64_t took, waits;
    } rows[] = { { 100, 2000 }, { 1500, 4500 }, { 9000, 10000 } };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (MtBench) b = ready_after (rows[i].took);
        mb_call (b, 1, 0);
        mb_forget (b);
        mt_session_wake (b->session, b->now);
        g_assert_nonnull (mb_find (b, MtpPingDelayDisconnect_ID));
        mb_advance (b, rows[i].waits - 100);
        expect (b->events, "");
        mb_forget (b);
        mb_advance (b, 200);
        expect (b->events, "disconnect");
        mb_advance (b, 2 * SECOND);
        expect (b->events, "connect");
        mb_connected (b);
        mb_give_pong (b);
        MtHeard *asked = mb_find (b, MtpMsgsStateReq_ID);
        g_assert_nonnull (asked);
        MtpMsgsStateInfo unknown = TL_NEW (MtpMsgsStateInfo, .req_msg_id = asked->msg_id,
                                           .info = TL_BYTES ("\x01", 1));
        mb_say (b, TL_OBJ (&unknown), FALSE);
        g_assert_cmpuint (mb_count_call (b, 1), ==, 1);
        mb_answer (b, mb_find_call (b, 1));
        expect (b->answers, "ok");
        expect (b->events, "ready");
    }
}

/* MT-B32: one that answers stays, be it slowly; one whose usual time is not known yet is given ten seconds; another
 * question that was out already puts nothing off */
static void
the_same_network (void)
{
    g_autoptr (MtBench) b = ready_after (100);

    for (int i = 0; i < 3; i++) {
        mt_session_wake (b->session, b->now);
        mb_advance (b, 1900);
        mb_give_pong (b);
    }
    mb_advance (b, 30 * SECOND);
    expect (b->events, "");
    g_autoptr (MtBench) other = mb_ready (); /* its first ping is out */
    mb_advance (other, SECOND);
    mt_session_wake (other->session, other->now);
    mb_advance (other, 9900);
    expect (other->events, "connect ready");
    mb_advance (other, 200);
    expect (other->events, "disconnect");
}

static void
pong_to (MtBench *b, int64_t msg_id, int64_t ping_id)
{
    MtpPong pong = TL_NEW (MtpPong, .msg_id = msg_id, .ping_id = ping_id);

    mb_say (b, TL_OBJ (&pong), FALSE);
}

/* MT-B32: what the network before took says nothing of this one, and neither does a pong that lay here when it
 * changed; what is large and goes up may be before the ping */
static void
what_says_nothing (void)
{
    g_autoptr (MtBench) b = ready_after (100);

    mt_session_reconnect (b->session, "a test", b->now);
    mb_advance (b, 3 * SECOND);
    mb_connected (b);
    g_free (mb_take (b->events));
    mt_session_wake (b->session, b->now);
    mb_advance (b, 3 * SECOND);
    g_assert_null (strstr (b->events->str, "disconnect"));
    mb_give_pong (b);
    mb_advance (b, 20 * SECOND);
    g_assert_null (strstr (b->events->str, "disconnect"));

    g_autoptr (MtBench) other = ready_after (100);
    mb_forget (other);
    mt_session_wake (other->session, other->now);
    const MtHeard *ping = mb_find (other, MtpPingDelayDisconnect_ID);
    int64_t msg_id = ping->msg_id, ping_id;
    memcpy (&ping_id, ping->body + 4, sizeof ping_id);
    mt_session_wake (other->session, other->now);
    pong_to (other, msg_id, GINT64_FROM_LE (ping_id));
    mb_advance (other, 5100); /* bytes are life, for a while */
    expect (other->events, "disconnect");
}

/* MT-D19: no two sessions have one number, be they begun in the same moment, with one key, or behind each other */
static void
sessions_have_numbers (void)
{
    g_autoptr (MtBench) one = mb_ready (), two = mb_ready ();
    int64_t first = 0;

    mb_call (one, 1, 0);
    mb_call (two, 1, 0);
    g_assert_cmpint (one->now.mono, ==, two->now.mono);
    g_assert_cmpint (one->session_id, !=, two->session_id);
    first = one->session_id;
    mb_restart (one);
    mb_call (one, 2, 0);
    g_assert_cmpint (one->session_id, !=, first);
    g_assert_cmpint (mb_find_call (one, 2)->seq_no, ==, 1); /* neither goes on */
}

/* So many messages of the server, of which nothing follows. */
static void
server_says (MtBench *b, unsigned n, gboolean content)
{
    MtpDestroySessionNone none = TL_NEW (MtpDestroySessionNone, .session_id = 4711);

    for (unsigned i = 0; i < n; i++)
        mb_say (b, TL_OBJ (&none), content);
}

static unsigned
acked (MtBench *b)
{
    unsigned n = 0;

    for (unsigned i = 0; i < b->heard->len; i++) {
        const MtHeard *heard = g_ptr_array_index (b->heard, i);
        if (heard->id == MtpMsgsAck_ID)
            n += (unsigned)(heard->len - 12) / 8;
    }
    return n;
}

/* MT-D28: what has an odd number is acknowledged, what cannot be read, too: with what goes out next, after half a
 * minute, or when sixteen wait; what has an even one never is */
static void
acknowledgements (void)
{
    g_autoptr (MtBench) b = ready_after (100);

    mb_forget (b);
    server_says (b, 15, TRUE);
    mb_say_bytes (b, (const uint8_t *)"????", 4, FALSE);
    mb_advance (b, 29 * SECOND);
    g_assert_cmpuint (acked (b), ==, 0);
    mb_advance (b, 2 * SECOND);
    g_assert_cmpuint (acked (b), ==, 15);
    mb_forget (b);
    server_says (b, 15, TRUE);
    mb_say_bytes (b, (const uint8_t *)"????", 4, TRUE); /* the sixteenth */
    mb_flush (b);
    g_assert_cmpuint (acked (b), ==, 16);
    mb_forget (b);
    server_says (b, 1, TRUE);
    mb_call (b, 1, 0);
    g_assert_cmpuint (acked (b), ==, 1);
    mb_answer (b, mb_find_call (b, 1));
    mb_advance (b, 31 * SECOND);
    mb_forget (b);
    server_says (b, 40, FALSE);
    mb_advance (b, 50 * SECOND);
    g_assert_cmpuint (acked (b), ==, 0);
}

/* MT-D47: what fails a check is not answered and changes nothing: key, salt, time, numbers, state; and it does not make
 * us connect more often than once a second */
static void
nothing_is_changed (void)
{
    g_autoptr (MtBench) b = ready_after (100);

    mb_call (b, 1, 0);
    mb_answer (b, mb_find_call (b, 1));
    expect (b->answers, "ok");
    MtpNewSessionCreated news =
        TL_NEW (MtpNewSessionCreated, .first_msg_id = G_MAXINT64 - 3, .unique_id = 5,
                .server_salt = 4711);
    g_auto (TlWriter) body = { 0 };
    g_assert_true (tl_encode (&tl_mtproto_schema, TL_OBJ (&news), &body));
    for (int i = 0; i < 5; i++) {
        mb_call (b, 10 + i, 0);
        MtHeard *before = mb_find_call (b, 10 + i);
        int64_t session = before->session_id, salt = before->salt;
        int32_t seq_no = before->seq_no;
        MtPacket bad = { .session_id = b->session_id,
                         .msg_id = mb_next_id (b, FALSE),
                         .seq_no = 1,
                         .body = body.data,
                         .len = body.len };
        uint8_t garbage[88];
        memset (garbage, 40 + i, sizeof garbage);
        mb_forget (b);
        if (i == 0)
            bad.session_id ^= 1;
        else if (i == 1)
            bad.msg_id &= ~1;
        else if (i == 2)
            bad.msg_id -= 400LL << 32;
        else if (i == 3)
            bad.msg_id += 60LL << 32;
        if (i < 4)
            mb_say_packet (b, &bad);
        else
            mb_say_raw (b, garbage, sizeof garbage); /* no msg_key of it is right */
        g_autofree char *events = mb_take (b->events);
        g_assert_null (strstr (events, "update"));
        g_assert_null (strstr (events, "gap"));
        g_assert_cmpuint (b->heard->len, ==, 0);
        if (strstr (events, "disconnect") != NULL) {
            mb_advance (b, 900);
            expect (b->events, "");
            mb_advance (b, 2 * SECOND);
            expect (b->events, "connect");
            mb_connected (b);
            mb_give_pong (b);
            expect (b->events, "ready");
        }
        mb_call (b, 20 + i, 0);
        MtHeard *after = mb_find_call (b, 20 + i);
        g_assert_cmpint (after->session_id, ==, session);
        g_assert_cmpint (after->salt, ==, salt);
        g_assert_cmpint (after->seq_no, >, seq_no);
        g_assert_cmpint (ABS ((after->msg_id >> 32) - b->now.wall / 1000), <=, 1);
        mb_answer (b, after);
        g_free (mb_take (b->answers));
    }
}

/* MT-B33: ten minutes of nothing: ten pings, each in time for a server that hangs up 75 seconds after
 * the one before */
static void
ten_minutes (void)
{
    g_autoptr (MtBench) b = ready_after (100);
    int64_t last = b->now.mono;
    unsigned pings = 0;

    mb_forget (b);
    for (int i = 0; i < 600 * 10 + 10; i++) {
        mb_advance (b, 100);
        if (mb_find (b, MtpPingDelayDisconnect_ID) == NULL)
            continue;
        pings++;
        g_assert_cmpint (b->now.mono - last, <, 75 * SECOND);
        last = b->now.mono;
        mb_give_pong (b);
        mb_forget (b);
    }
    g_assert_cmpuint (pings, ==, 10);
    expect (b->events, "");
}

/* MT-B5: a connection that ends inside a packet tells nothing of it, wherever it ends; the rest on the
 * next one is a packet's beginning and no rest, and what is said there whole counts */
static void
an_end_inside_a_packet (void)
{
    for (unsigned cut = 1; cut < 60; cut += 7) {
        g_autoptr (MtBench) b = ready_after (100);
        g_auto (TlWriter) body = { 0 };
        g_auto (TlWriter) sealed = { 0 };
        g_autoptr (GByteArray) wire = g_byte_array_new ();
        mb_call (b, 1, 0);
        mb_write_result (&body, mb_find_call (b, 1)->msg_id);
        MtPacket packet = { .session_id = b->session_id,
                            .msg_id = mb_next_id (b, TRUE),
                            .seq_no = 1,
                            .body = body.data,
                            .len = body.len };
        g_assert_true (
            mt_packet_seal (b->key, 8, &packet, crypto_random_system (), &sealed));
        uint32_t length = GUINT32_TO_LE ((uint32_t)sealed.len);
        g_byte_array_append (wire, (const uint8_t *)&length, 4);
        g_byte_array_append (wire, sealed.data, (unsigned)sealed.len);
        g_assert_cmpuint (cut, <, wire->len);
        g_byte_array_set_size (wire, wire->len - cut);
        mb_say_wire (b, wire);
        mt_session_closed (b->session, 0, b->now);
        expect (b->answers, "");
        mb_advance (b, 3 * SECOND);
        mb_connected (b);
        expect (b->events, "connect ready");
        expect (b->answers, "");
        mb_say_raw (b, sealed.data, sealed.len);
        expect (b->answers, "ok");
        expect (b->events, "");
    }
}

/* MT-C26: the server's time is known once and goes on with the time that no one sets: a clock on the
 * wall that is set, by a day or by years, changes no number of a message */
static void
a_clock_that_is_set (void)
{
    static const int64_t steps[] = { -86400, 86400, 10 * 365 * 86400, -20 * 365 * 86400 };
    g_autoptr (MtBench) b = ready_after (100);
    int64_t server = b->now.wall, last = 0;

    for (unsigned i = 0; i < G_N_ELEMENTS (steps); i++) {
        int64_t own = b->now.wall;
        b->now.wall += steps[i] * SECOND;
        mb_forget (b);
        mb_call (b, (int)i, 0);
        const MtHeard *call = mb_find_call (b, (int)i);
        g_assert_cmpint (call->msg_id, >, last);
        g_assert_cmpint (ABS ((call->msg_id >> 32) - server / SECOND), <=, 1);
        g_assert_cmpint (mt_session_server_time (b->session, b->now), ==,
                         server / SECOND);
        last = call->msg_id;
        b->now.wall = own; /* the server's, of which its own numbers are made */
        mb_answer (b, call);
        expect (b->answers, "ok");
        b->now.wall = own + steps[i] * SECOND;
        mb_advance (b, SECOND);
        server += SECOND;
        b->now.wall = server;
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/life/another-network", another_network);
    g_test_add_func ("/life/the-same-network", the_same_network);
    g_test_add_func ("/life/what-says-nothing", what_says_nothing);
    g_test_add_func ("/life/ten-minutes", ten_minutes);
    g_test_add_func ("/life/an-end-inside-a-packet", an_end_inside_a_packet);
    g_test_add_func ("/life/a-clock-that-is-set", a_clock_that_is_set);
    g_test_add_func ("/life/sessions-have-numbers", sessions_have_numbers);
    g_test_add_func ("/life/acknowledgements", acknowledgements);
    g_test_add_func ("/life/nothing-is-changed", nothing_is_changed);
    return g_test_run ();
}
