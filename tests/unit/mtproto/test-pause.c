/* A session and somebody without its key: what they say makes it wait, and ends nothing. */
#include "mt-bench.h"

#include "crypto-aes-ctr.h"
#include "mt-pause.h"

#include <string.h>

#define SECOND 1000

static void
expect (GString *string, const char *want)
{
    g_autofree char *got = mb_take (string);
    g_assert_cmpstr (got, ==, want);
}

static void
say_code (MtBench *b, int32_t code)
{
    uint32_t wire = GUINT32_TO_LE ((uint32_t)code);
    mb_say_raw (b, (const uint8_t *)&wire, 4);
}

/* MT-B20: what is too short for a message, with every padding that a transport may put
 * behind it: nothing, an acknowledgement nobody asked for, or an error; a number that is
 * none of these ends the connection, too */
static void
test_control (void)
{
    static const struct {
        int32_t code;
        size_t len; /* without padding */
        MtTrouble want;
    } rows[] = { { 0, 4, MT_TROUBLE_NONE },       { -1, 8, MT_TROUBLE_NONE },
                 { -1, 4, MT_TROUBLE_REFUSED },   { -404, 4, MT_TROUBLE_KEY_UNKNOWN },
                 { -429, 4, MT_TROUBLE_BUSY },    { -444, 4, MT_TROUBLE_WRONG_DC },
                 { -500, 4, MT_TROUBLE_REFUSED }, { 1, 4, MT_TROUBLE_REFUSED } };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        /* with more than three bytes behind it -1 is an acknowledgement */
        size_t most = rows[i].code == -1 && rows[i].len == 4 ? 3 : 19 - rows[i].len;
        for (size_t pad = 0; pad <= most; pad++) {
            g_autoptr (MtBench) b = mb_ready ();
            uint8_t payload[20];
            uint32_t wire = GUINT32_TO_LE ((uint32_t)rows[i].code);
            memset (payload, 0xa5, sizeof payload);
            memcpy (payload, &wire, 4);
            mb_give_pong (b);
            mb_say_raw (b, payload, rows[i].len + pad);
            g_assert_cmpint (b->pause.trouble, ==, rows[i].want);
            g_assert_cmpint (mt_session_state (b->session), ==,
                             rows[i].want == MT_TROUBLE_NONE ? MT_STATE_READY
                                                             : MT_STATE_OFFLINE);
        }
    }
}

/* MT-B21 MT-B22 MT-B23 MT-B24 MT-C37 DECISIONS 24: what the transport says ends nothing;
 * the pauses grow to a quarter of an hour, and a session that is made anew keeps them */
static void
test_transport_errors (void)
{
    static const struct {
        int32_t code;
        MtTrouble trouble;
        int64_t quiet; /* ms without a new attempt */
    } rows[] = { { -404, MT_TROUBLE_KEY_UNKNOWN, 4 * SECOND },
                 { -429, MT_TROUBLE_BUSY, 7 * SECOND },
                 { -444, MT_TROUBLE_WRONG_DC, 4 * SECOND },
                 { -500, MT_TROUBLE_REFUSED, 4 * SECOND } };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (MtBench) b = mb_ready ();
        expect (b->events, "connect ready");
        say_code (b, rows[i].code);
        g_assert_cmpint (b->pause.trouble, ==, rows[i].trouble);
        mb_advance (b, rows[i].quiet - 1);
        g_assert_cmpuint (b->connects, ==, 1);
        mb_advance (b, 14 * SECOND);
        expect (b->events, "disconnect connect");
        int64_t end = b->now.mono + 24 * 3600 * SECOND, last = b->now.mono;
        int64_t longest = 0;
        while (b->now.mono < end) {
            unsigned before = b->connects;
            if (mt_session_state (b->session) == MT_STATE_CONNECTING) {
                mb_connected (b);
                say_code (b, rows[i].code);
                last = b->now.mono;
            }
            mb_advance (b, SECOND);
            if (b->connects != before)
                longest = MAX (longest, b->now.mono - last);
        }
        g_assert_cmpint (longest, >, 880 * SECOND);
        g_assert_cmpint (longest, <=, 901 * SECOND);
        g_assert_cmpuint (b->connects, <, 110);
        g_assert_null (strstr (b->events->str, "failed"));
        g_assert_cmpint (b->pause.unknown_since != 0, ==, rows[i].code == -404);
        while (mt_session_state (b->session) != MT_STATE_CONNECTING)
            mb_advance (b, SECOND);
        mb_connected (b); /* the real server again, and the same key */
        mb_give_pong (b);
        g_assert_cmpint (b->pause.trouble, ==, MT_TROUBLE_NONE);
        g_assert_cmpint (b->pause.until, ==, 0);
    }
}

/* DECISIONS 24: a pause that was stored counts, however often somebody starts; a clock set
 * back makes it no longer than a pause can be */
static void
test_stored_pause (void)
{
    for (int back = 0; back <= 1; back++) {
        g_autoptr (MtBench) b = mb_new ();
        MtPause pause = { .trouble = MT_TROUBLE_KEY_UNKNOWN,
                          .failures = 1000000,
                          .refusals = -5,
                          .until = b->now.wall + (back ? 1000000 : 100) * SECOND };
        mt_session_set_pause (b->session, &pause);
        mt_session_start (b->session, b->now);
        mb_advance (b, (back ? 890 : 99) * SECOND);
        g_assert_cmpuint (b->connects, ==, 0);
        g_assert_cmpint (b->pause.trouble, ==, MT_TROUBLE_KEY_UNKNOWN);
        mb_advance (b, 11 * SECOND);
        g_assert_cmpuint (b->connects, ==, 1);
    }
}

/* MT-B30 DECISIONS 24: a recording of what the server once said is no sign of life */
static void
test_recordings (void)
{
    g_autoptr (MtBench) b = mb_ready ();
    g_auto (TlWriter) sealed = { 0 };
    g_auto (TlWriter) body = { 0 };

    mb_give_pong (b);
    mb_call (b, 1, 0);
    mb_write_result (&body, mb_find_call (b, 1)->msg_id);
    MtPacket packet = { .session_id = b->session_id,
                        .msg_id = mb_next_id (b, TRUE),
                        .seq_no = 1,
                        .body = body.data,
                        .len = body.len };
    g_assert_true (mt_packet_seal (b->key, 8, &packet, crypto_random_system (), &sealed));
    mb_say_raw (b, sealed.data, sealed.len);
    expect (b->answers, "ok");
    for (int i = 0; i < 6; i++) {
        mt_session_closed (b->session, 0, b->now);
        g_assert_cmpint (b->pause.failures, ==, i + 1);
        while (mt_session_state (b->session) != MT_STATE_CONNECTING)
            mb_advance (b, 100);
        mb_connected (b);
        mb_say_raw (b, sealed.data, sealed.len);
    }
    /* nor are bytes that never become a packet: the ping ends it */
    unsigned before = b->connects;
    int64_t started = b->now.mono;
    uint8_t head[4] = { 0, 0, 10, 0 }, more = 0;
    crypto_ctr_apply (b->down_ctr, head, head, sizeof head);
    mt_session_receive (b->session, 0, head, sizeof head, b->now);
    while (b->connects == before && b->now.mono - started < 3600 * SECOND) {
        mt_session_receive (b->session, 0, &more, 1, b->now);
        mb_advance (b, 2 * SECOND);
    }
    g_assert_cmpint (b->now.mono - started, <, 300 * SECOND);
}

/* DECISIONS 24: the day of nothing but -404 begins now where it was said to begin in the
 * future, by a clock that was wrong; silence does not end it, any other word does */
static void
test_day_of_doubt (void)
{
    const CryptoRandom *random = crypto_random_system ();
    HostTime now = { .wall = 1700000000000, .mono = 1000 };
    MtPause pause = { .unknown_since = now.wall + 3600 * SECOND };

    mt_pause_count (&pause, MT_TROUBLE_KEY_UNKNOWN, random, now);
    g_assert_cmpint (pause.unknown_since, ==, now.wall);
    int64_t since = now.wall;
    now.wall += 600 * SECOND;
    mt_pause_count (&pause, MT_TROUBLE_SILENT, random, now);
    mt_pause_count (&pause, MT_TROUBLE_CLOSED, random, now);
    mt_pause_count (&pause, MT_TROUBLE_KEY_UNKNOWN, random, now);
    g_assert_cmpint (pause.unknown_since, ==, since);
    mt_pause_count (&pause, MT_TROUBLE_BUSY, random, now);
    g_assert_cmpint (pause.unknown_since, ==, 0);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/pause/control", test_control);
    g_test_add_func ("/pause/transport-errors", test_transport_errors);
    g_test_add_func ("/pause/stored", test_stored_pause);
    g_test_add_func ("/pause/day-of-doubt", test_day_of_doubt);
    g_test_add_func ("/pause/recordings", test_recordings);
    return g_test_run ();
}
