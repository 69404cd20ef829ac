/* Calls that wait: over an outage, behind a pause of the server's, for one that says nothing,
 * and what becomes of them when who asked, or the account, goes (MTPROTO.md sections D and E). */
#include "mt-bench.h"
#include "mt-private.h"

#include "tl-encode.h"

#include <string.h>

#define SECOND 1000
#define MINUTE (60 * SECOND)

static void
expect (GString *string, const char *want)
{
    g_autofree char *got = mb_take (string);
    g_assert_cmpstr (got, ==, want);
}

/* Time without any connection. */
static void
outage (MtBench *b, int seconds)
{
    mt_session_closed (b->session, 0, b->now);
    for (int i = 0; i < seconds; i++) {
        if (mt_session_state (b->session) == MT_STATE_CONNECTING)
            mt_session_closed (b->session, 0, b->now);
        mb_advance (b, SECOND);
    }
}

static void
tell_states (MtBench *b, const char *states, size_t n)
{
    MtHeard *asked = mb_find (b, MtpMsgsStateReq_ID);

    g_assert_nonnull (asked);
    g_assert_cmpuint (asked->len, ==, 12 + 8 * n);
    MtpMsgsStateInfo info = TL_NEW (MtpMsgsStateInfo, .req_msg_id = asked->msg_id,
                                    .info = TL_BYTES (states, n));
    mb_say (b, TL_OBJ (&info), FALSE);
}

/* MT-E25: ten minutes without a network fail no call and send none twice: what was under way is
 * asked about, and has its time from then on; what was not goes, in its order */
static void
an_outage_fails_nothing (void)
{
    g_autoptr (MtBench) b = mb_ready ();

    mb_give_pong (b);
    mb_call (b, 1, 0);
    mb_call (b, 2, MT_CALL_PATIENT);
    mb_call (b, 3, 0);
    int64_t session = b->session_id;
    outage (b, 600);
    for (int n = 4; n < 7; n++)
        mb_call (b, n, 0);
    mb_reconnect (b);
    mb_advance (b, 3 * SECOND);
    expect (b->answers, "");
    g_assert_cmpint (b->session_id, ==, session);
    tell_states (b, "\x04\x04\x01", 3);
    mb_give_pong (b);
    mb_advance (b, 3 * SECOND);
    for (int n = 1; n < 7; n++)
        g_assert_cmpuint (mb_count_call (b, n), ==, n == 3 ? 2 : 1);
    for (int n = 5; n < 7; n++)
        g_assert_cmpint (mb_find_call (b, n)->msg_id, >, mb_find_call (b, n - 1)->msg_id);
    for (int n = 1; n < 7; n++)
        mb_answer (b, mb_find_call (b, n));
    expect (b->answers, "ok ok ok ok ok ok");
}

/* MT-E25: nor does a machine that slept on a connection that stands: what was under way is asked
 * about before anybody is told that it had no answer */
static void
a_sleep_fails_nothing (void)
{
    g_autoptr (MtBench) b = mb_ready ();

    mb_give_pong (b);
    mb_call (b, 1, 0);
    b->now.mono += 60 * MINUTE;
    b->now.wall += 60 * MINUTE;
    mb_forget (b);
    mb_advance (b, 5 * SECOND);
    expect (b->answers, "");
    tell_states (b, "\x04", 1);
    mb_give_pong (b);
    mb_advance (b, 20 * SECOND); /* and now somebody is told */
    expect (b->answers, "error -10003 TIMEOUT -1");
}

/* MT-E8: the answer that comes after all, when its time was over, is acknowledged, and nothing
 * else */
static void
a_late_answer_is_nothing (void)
{
    g_autoptr (MtBench) b = mb_ready ();
    g_auto (TlWriter) result = { 0 };

    mb_give_pong (b);
    mb_call (b, 1, 0);
    mb_write_result (&result, mb_find_call (b, 1)->msg_id);
    for (int i = 0; i < 25; i++) { /* asked about after a minute, told after another */
        mb_advance (b, 5 * SECOND);
        mb_give_pong (b);
        if (i == 12)
            tell_states (b, "\x04", 1);
    }
    expect (b->answers, "error -10003 TIMEOUT -1");
    expect (b->events, "connect ready");
    mb_forget (b);
    int64_t late = mb_say_bytes (b, result.data, result.len, TRUE);
    mb_advance (b, 31 * SECOND);
    expect (b->answers, "");
    expect (b->events, "");
    const MtHeard *ack = mb_find (b, MtpMsgsAck_ID);
    g_assert_nonnull (ack);
    g_assert_cmpuint (ack->len, ==, 12 + 8);
    g_assert_cmpmem (ack->body + 12, 8, &late, 8);
}

static unsigned
pings (MtBench *b)
{
    unsigned n = 0;

    for (unsigned i = 0; i < b->heard->len; i++)
        n += ((MtHeard *)b->heard->pdata[i])->id == MtpPingDelayDisconnect_ID;
    return n;
}

/* MT-B33 MT-B34: a call without an answer is a reason to ask soon whether anybody is there, one
 * that was answered is none: an idle account has a ping each minute and no more */
static void
only_silence_hurries_a_ping (void)
{
    for (int answered = 0; answered < 2; answered++) {
        g_autoptr (MtBench) b = mb_ready ();
        mb_give_pong (b);
        mb_advance (b, SECOND);
        mb_forget (b);
        mb_call (b, 1, 0);
        mb_advance (b, SECOND);
        if (answered)
            mb_answer (b, mb_find_call (b, 1));
        mb_advance (b, 15 * SECOND);
        g_assert_cmpuint (pings (b), ==, !answered);
        mb_advance (b, 50 * SECOND);
        if (answered)
            g_assert_cmpuint (pings (b), ==, 1);
    }
}

/* --- who is told --- */

typedef enum { QUEUED, UNDER_WAY, ASKED, PAUSED, N_PLACES } Place;

/* A call that has come so far; the session has nothing else. */
static MtBench *
with_call_at (Place place, MtCall **call)
{
    MtBench *b = mb_ready ();
    ApiMessagesGetDhConfig request = TL_NEW (ApiMessagesGetDhConfig, .version = 1);

    mb_give_pong (b);
    *call = mb_ask (b, TL_OBJ (&request), MT_CALL_PATIENT);
    g_assert_cmpuint (b->answers->len, ==, 0);
    if (place == QUEUED)
        return b;
    mb_flush (b);
    if (place == ASKED)
        mt_session_closed (b->session, 0, b->now);
    if (place == ASKED)
        mb_reconnect (b);
    if (place == PAUSED)
        mb_answer_error (b, mb_find_call (b, 1), 420, "FLOOD_WAIT_30");
    return b;
}

/* MT-E9: a call that is cancelled is told nothing, however far it came, and not sent any more;
 * one that is not is told once that the account was closed, by an error of its own */
static void
each_is_told_once (void)
{
    for (int place = 0; place < N_PLACES; place++) {
        MtCall *call;
        g_autoptr (MtBench) b = with_call_at ((Place)place, &call);
        unsigned sent = mb_count_call (b, 1);
        g_test_message ("%d", place);
        mt_session_cancel (b->session, call);
        for (int i = 0; i < 15; i++) {
            mb_advance (b, 5 * SECOND);
            mb_give_pong (b);
        }
        outage (b, 2);
        mb_reconnect (b);
        expect (b->answers, "");
        g_assert_cmpuint (mb_count_call (b, 1), ==, sent);

        g_autoptr (MtBench) closed = with_call_at ((Place)place, &call);
        mt_session_free (g_steal_pointer (&closed->session));
        expect (closed->answers, "error -10001 CLOSED -1");
    }
}

/* MT-E9: nobody is told anything while he asks, not even where the answer is known: a method
 * that waits, no connection */
static void
nobody_is_told_while_asking (void)
{
    for (int kind = 0; kind < 2; kind++) {
        g_autoptr (MtBench) b = mb_ready ();
        ApiMessagesGetDhConfig request = TL_NEW (ApiMessagesGetDhConfig, .version = 1);
        mb_give_pong (b);
        if (kind == 0) {
            mb_call (b, 1, MT_CALL_PATIENT);
            mb_answer_error (b, mb_find_call (b, 1), 420, "FLOOD_WAIT_300");
        } else {
            mt_session_closed (b->session, 0, b->now);
        }
        mb_ask (b, TL_OBJ (&request), MT_CALL_DROPPABLE);
        g_assert_cmpuint (b->answers->len, ==, 0);
        mb_flush (b);
        expect (b->answers,
                kind == 0 ? "error 420 FLOOD_WAIT 300" : "error -10001 OFFLINE -1");
    }
}

/* MT-D42: what a server says of an answer that is not wanted any more, in a result or bare, is
 * nothing; the answer, if it comes, is acknowledged; others get theirs */
static void
nobody_waits_for_it (void)
{
    MtpRpcAnswerUnknown unknown = TL_NEW (MtpRpcAnswerUnknown);
    MtpRpcAnswerDroppedRunning running = TL_NEW (MtpRpcAnswerDroppedRunning);
    MtpRpcAnswerDropped dropped =
        TL_NEW (MtpRpcAnswerDropped, .msg_id = 5, .seq_no = 1, .bytes = 1 << 30);
    const TlObject *said[] = { TL_OBJ (&unknown), TL_OBJ (&running), TL_OBJ (&dropped) };
    g_autoptr (MtBench) b = mb_ready ();

    mb_give_pong (b);
    MtCall *call = mb_call (b, 1, 0);
    mb_call (b, 2, 0);
    int64_t id = mb_find_call (b, 1)->msg_id, other = mb_find_call (b, 2)->msg_id;
    mt_session_cancel (b->session, call);
    expect (b->events, "connect ready");
    for (size_t i = 0; i < G_N_ELEMENTS (said); i++) {
        g_auto (TlWriter) body = { 0 };
        g_assert_true (tl_encode (&tl_mtproto_schema, said[i], &body));
        mb_say (b, said[i], TRUE);
        mb_answer_bytes (b, id, body.data, body.len);
    }
    g_auto (TlWriter) result = { 0 };
    mb_write_result (&result, id);
    mb_forget (b);
    mb_say_bytes (b, result.data, result.len, TRUE);
    mb_advance (b, 31 * SECOND);
    const MtHeard *ack = mb_find (b, MtpMsgsAck_ID);
    g_assert_nonnull (ack);
    g_assert_cmpuint (ack->len, ==, 12 + 7 * 8);
    expect (b->answers, "");
    expect (b->events, "");
    mb_answer (b, &(MtHeard){ .msg_id = other });
    expect (b->answers, "ok");
}

/* --- who is logged out --- */

/* MT-E17: six words under 401 end a login, and say why; before it they are refusals like
 * others, and so are other words under 401, other codes with these words, and those that
 * only begin so */
static void
few_words_end_a_login (void)
{
    static const struct {
        int code;
        const char *text, *events; /* while logged in */
    } rows[] = {
        { 401, "AUTH_KEY_UNREGISTERED", "failed0" },
        { 401, "AUTH_KEY_INVALID", "failed0" },
        { 401, "SESSION_REVOKED", "failed0" },
        { 401, "SESSION_EXPIRED", "failed0" },
        { 401, "USER_DEACTIVATED", "failed1" },
        { 401, "USER_DEACTIVATED_BAN", "failed1" },
        { 401, "ACTIVE_USER_REQUIRED", "" },
        { 401, "USER_INVALID", "" },
        { 401, "SESSION_PASSWORD_NEEDED", "" },
        { 401, "AUTH_KEY_UNREGISTERED_X", "" },
        { 401, "auth_key_unregistered", "" },
        { 400, "AUTH_KEY_UNREGISTERED", "" },
        { 403, "USER_DEACTIVATED", "" },
        { 401, "", "" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
        for (int before = 0; before < 2; before++) {
            g_autoptr (MtBench) b = mb_ready ();
            uint8_t key[256];
            gboolean ends = !before && rows[i].events[0] != '\0';
            memcpy (key, b->session->key->key, sizeof key);
            g_test_message ("%d %s %d", rows[i].code, rows[i].text, before);
            mb_give_pong (b);
            expect (b->events, "connect ready");
            mt_session_set_logged_in (b->session, !before);
            mb_call (b, 1, MT_CALL_BEFORE_LOGIN);
            mb_answer_error (b, mb_find_call (b, 1), rows[i].code, rows[i].text);
            g_autofree char *end = g_strconcat ("disconnect ", rows[i].events, NULL);
            expect (b->events, ends ? end : "");
            g_assert_cmpint (b->answers->len > 0, ==, !ends);
            g_assert_cmpint (mt_session_state (b->session), ==,
                             ends ? MT_STATE_FAILED : MT_STATE_READY);
            /* the key goes where the account's state does, and nowhere here */
            g_assert_true (b->session->key->known);
            g_assert_cmpmem (key, sizeof key, b->session->key->key, sizeof key);
        }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
#define ADD(f) g_test_add_func ("/waits/" #f, f)
    ADD (an_outage_fails_nothing);
    ADD (a_sleep_fails_nothing);
    ADD (a_late_answer_is_nothing);
    ADD (only_silence_hurries_a_ping);
    ADD (each_is_told_once);
    ADD (nobody_is_told_while_asking);
    ADD (nobody_waits_for_it);
    ADD (few_words_end_a_login);
    return g_test_run ();
}
