/* Every number of a service message, at its limits and at what it names: none overflows (UBSan
 * looks on), none asks for more work than its message is worth, and the session goes on. */
#include "mt-bench.h"
#include "mt-call.h"
#include "mt-clock.h"
#include "mt-private.h"

#include <string.h>

#define SECOND 1000

static const int64_t longs[] = { G_MININT64, -1, 0, 1, 4, G_MAXINT64 - 3, G_MAXINT64 };
static const int32_t ints[] = { G_MININT32, -1, 0, 1, 16, 17, 19, 64, G_MAXINT32 };

/* A new session, if one was wanted, and a question that is answered. */
static void
assert_goes_on (MtBench *b)
{
    static int n = 100;

    mb_advance (b, 11 * SECOND);
    for (int i = 0; i < 200 && mt_session_state (b->session) != MT_STATE_READY; i++) {
        if (mt_session_state (b->session) == MT_STATE_CONNECTING)
            mb_connected (b);
        else
            mb_advance (b, SECOND);
    }
    mb_give_pong (b);
    mb_call (b, ++n, 0);
    const MtHeard *call = mb_find_call (b, n);
    g_assert_nonnull (call);
    g_free (mb_take (b->answers));
    mb_answer (b, call);
    g_assert_cmpstr (b->answers->str, ==, "ok ");
    g_assert_null (strstr (b->events->str, "failed"));
}

static MtBench *
with_a_call (int64_t *msg_id)
{
    MtBench *b = mb_ready ();

    mb_give_pong (b);
    mb_call (b, 1, 0);
    *msg_id = mb_find_call (b, 1)->msg_id;
    return b;
}

/* MT-D20 MT-D31: codes and numbers of complaints, about what was sent and what was not */
static void
complaints (void)
{
    for (size_t i = 0; i < G_N_ELEMENTS (ints); i++)
        for (int ours = 0; ours < 2; ours++) {
            int64_t id;
            g_autoptr (MtBench) b = with_a_call (&id);
            MtpBadMsgNotification bad =
                TL_NEW (MtpBadMsgNotification, .bad_msg_id = ours ? id : longs[i % 7],
                        .bad_msg_seqno = ints[(i + 4) % G_N_ELEMENTS (ints)],
                        .error_code = ints[i]);
            MtpBadServerSalt salt =
                TL_NEW (MtpBadServerSalt, .bad_msg_id = ours ? id : longs[i % 7],
                        .bad_msg_seqno = ints[i], .error_code = ints[i],
                        .new_server_salt = longs[i % 7]);
            g_test_message ("%d %d", ints[i], ours);
            mb_say (b, TL_OBJ (&salt), FALSE);
            mb_say (b, TL_OBJ (&bad), FALSE);
            assert_goes_on (b);
        }
}

/* MT-D23 MT-D33 MT-D37: sessions, answers and lengths that are told of */
static void
news (void)
{
    for (size_t i = 0; i < G_N_ELEMENTS (longs); i++)
        for (size_t k = 0; k < G_N_ELEMENTS (longs); k++) {
            int64_t id;
            g_autoptr (MtBench) b = with_a_call (&id);
            MtpNewSessionCreated created =
                TL_NEW (MtpNewSessionCreated, .first_msg_id = longs[i],
                        .unique_id = longs[k], .server_salt = longs[i]);
            MtpMsgDetailedInfo detailed =
                TL_NEW (MtpMsgDetailedInfo, .msg_id = k % 2 ? id : longs[k],
                        .answer_msg_id = longs[i], .bytes = ints[k], .status = ints[i]);
            MtpMsgNewDetailedInfo other =
                TL_NEW (MtpMsgNewDetailedInfo, .answer_msg_id = longs[i],
                        .bytes = ints[k], .status = ints[i]);
            MtpPong pong = TL_NEW (MtpPong, .msg_id = longs[i], .ping_id = longs[k]);
            g_test_message ("%zu %zu", i, k);
            mb_say (b, TL_OBJ (&created), TRUE);
            mb_say (b, TL_OBJ (&detailed), FALSE);
            mb_say (b, TL_OBJ (&other), FALSE);
            mb_say (b, TL_OBJ (&pong), FALSE);
            assert_goes_on (b);
        }
}

/* MT-D21: moments of salts, and how many there are */
static void
salts (void)
{
    for (unsigned n = 0; n <= MT_SALTS_MAX + 1; n += n < 9 ? 1 : 8) {
        g_autoptr (MtBench) b = mb_ready ();
        MtpFutureSalt all[MT_SALTS_MAX + 8];
        const TlObject *items[MT_SALTS_MAX + 8];
        mb_give_pong (b);
        mb_advance (b, SECOND);
        MtHeard *asked = mb_find (b, MtpGetFutureSalts_ID);
        for (unsigned i = 0; i < n; i++) {
            all[i] = TL_NEW (MtpFutureSalt, .valid_since = ints[(n + i) % 9],
                             .valid_until = ints[(n + 2 * i) % 9], .salt = longs[i % 7]);
            items[i] = TL_OBJ (&all[i]);
        }
        MtpFutureSalts told = TL_NEW (MtpFutureSalts, .req_msg_id = asked->msg_id,
                                      .now = ints[n % 9], .salts = { items, n });
        mb_say (b, TL_OBJ (&told), FALSE);
        g_assert_cmpuint (b->session->key->salts->len, <=,
                          n > MT_SALTS_MAX ? 0 : MT_SALTS_MAX);
        for (unsigned i = 0; i < b->session->key->salts->len; i++) {
            const MtSalt *salt = &g_array_index (b->session->key->salts, MtSalt, i);
            g_assert_cmpuint (salt->since, <, salt->until);
        }
        assert_goes_on (b);
    }
}

/* MT-D34 MT-D35 MT-D36: lists of ids: more than are answered, none, states of another
 * length than was asked about */
static void
lists (void)
{
    static int64_t ids[8193];
    static uint8_t states[8193];

    for (size_t i = 0; i < G_N_ELEMENTS (ids); i++)
        ids[i] = longs[i % 7];
    for (int n = 0; n < 3; n++) {
        static const size_t counts[] = { 0, 8192, 8193 };
        int64_t id;
        g_autoptr (MtBench) b = with_a_call (&id);
        MtpMsgsStateReq req = TL_NEW (MtpMsgsStateReq, .msg_ids = { ids, counts[n] });
        MtpMsgResendReq again = TL_NEW (MtpMsgResendReq, .msg_ids = { ids, counts[n] });
        MtpMsgsStateInfo info = TL_NEW (MtpMsgsStateInfo, .req_msg_id = id,
                                        .info = TL_BYTES (states, counts[n]));
        MtpMsgsAllInfo all = TL_NEW (MtpMsgsAllInfo, .msg_ids = { ids, counts[n] },
                                     .info = TL_BYTES (states, 8192 - n));
        MtpMsgsAck ack = TL_NEW (MtpMsgsAck, .msg_ids = { ids, counts[n] });
        mb_forget (b);
        mb_say (b, TL_OBJ (&req), TRUE);
        g_assert_cmpint (mb_find (b, MtpMsgsStateInfo_ID) != NULL, ==, n == 1);
        mb_forget (b);
        mb_say (b, TL_OBJ (&again), TRUE);
        g_assert_cmpint (mb_find (b, MtpMsgsStateInfo_ID) != NULL, ==, n == 1);
        mb_say (b, TL_OBJ (&info), FALSE);
        mb_say (b, TL_OBJ (&all), FALSE);
        mb_say (b, TL_OBJ (&ack), FALSE);
        assert_goes_on (b);
    }
}

/* MT-E10 MT-E13 MT-D41: numbers in errors, and their codes: none waits longer than a week,
 * none is taken for an error of our own */
static void
errors (void)
{
    static const struct {
        int32_t code;
        const char *text;
        int64_t number, delay;
    } rows[] = {
        { 420, "FLOOD_WAIT_0", 0, 1 },
        { 420, "FLOOD_WAIT_-5", -1, 1 },
        { 420, "FLOOD_WAIT_604800", 604800, 604800 },
        { 420, "FLOOD_WAIT_604801", 604801, 604800 },
        { 420, "FLOOD_WAIT_99999999999999999999999", G_MAXINT64, 604800 },
        { 420, "FLOOD_WAIT_", -1, 1 },
        { 420, "_1", 1, 1 },
    };
    static const int32_t codes[] = { G_MININT32, -10004, -10003, -10001,    -10000,
                                     0,          10000,  10001,  G_MAXINT32 };
    MtErrorText parsed;

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        MtCall call = { .flags = MT_CALL_PATIENT };
        int64_t delay = 0;
        mt_error_parse (rows[i].code, TL_STR (rows[i].text), &parsed);
        g_test_message ("%s", rows[i].text);
        g_assert_cmpint (parsed.error.number, ==, rows[i].number);
        g_assert_cmpint (mt_call_judge (&call, &parsed.error, TRUE, &delay), ==,
                         MT_RETRY_LATER);
        g_assert_cmpint (delay, ==, rows[i].delay * 1000);
    }
    for (size_t i = 0; i < G_N_ELEMENTS (codes); i++) {
        mt_error_parse (codes[i], TL_STR ("X"), &parsed);
        g_assert_cmpint (parsed.error.code, ==, 500);
    }
}

/* MT-C26 MT-D11 MT-D14: the server's time, from 1970 to 2106: own ids grow, its own are
 * taken, and what is out of the window is not */
static void
times (void)
{
    static const uint32_t seconds[] = { 0, 1, 0x7fffffff, 0x80000000, 0xffffffff };

    for (size_t i = 0; i < G_N_ELEMENTS (seconds); i++) {
        HostTime now = { .wall = 1700000000000, .mono = 5000 };
        MtClock clock = { .known = TRUE,
                          .offset = (int64_t)seconds[i] * 1000 - now.mono };
        int64_t last = 0;
        g_test_message ("%u", seconds[i]);
        for (int n = 0; n < 1000; n++) {
            int64_t id = mt_clock_next_id (&clock, crypto_random_system (), now);
            g_assert_cmpint (id & 3, ==, 0);
            if (n > 0 && seconds[i] != 0xffffffff)
                g_assert_true (mt_id_before (last, id));
            last = id;
            now.mono += n % 3;
        }
        int64_t present = (int64_t)((uint64_t)seconds[i] << 32 | 1);
        g_assert_true (mt_clock_accepts (&clock, present, now));
        for (size_t k = 0; k < G_N_ELEMENTS (longs); k++) {
            MtClock copy = clock;
            mt_clock_accepts (&copy, longs[k], now);
            mt_clock_learn (&copy, longs[k], now);
            mt_clock_reset (&copy, longs[k], now);
            mt_clock_next_id (&copy, crypto_random_system (), now);
        }
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
#define ADD(f) g_test_add_func ("/session/numbers/" #f, f)
    ADD (complaints);
    ADD (news);
    ADD (salts);
    ADD (lists);
    ADD (errors);
    ADD (times);
    return g_test_run ();
}
