/* What a server says of our messages, and asks about its own: every code, every state, about what
 * was sent and what was not; each call is answered once all the same (MTPROTO.md section D). */
#include "mt-bench.h"
#include "mt-private.h"

#include "tl-encode.h"

#include <string.h>

#define SECOND 1000

static void
expect (GString *string, const char *want)
{
    g_autofree char *got = mb_take (string);
    g_assert_cmpstr (got, ==, want);
}

/* A session of some age, whose time is known, with calls 1 and 2 under way in one container. */
static MtBench *
with_two_calls (void)
{
    MtBench *b = mb_ready ();
    ApiMessagesGetDhConfig request = TL_NEW (ApiMessagesGetDhConfig, .version = 1);

    mb_give_pong (b);
    mb_advance (b, 11 * SECOND);
    expect (b->events, "connect ready");
    mb_ask (b, TL_OBJ (&request), 0);
    request.version = 2;
    mb_ask (b, TL_OBJ (&request), 0);
    mb_flush (b);
    g_assert_cmpint (mb_find_call (b, 1)->outer_id, ==, mb_find_call (b, 2)->outer_id);
    return b;
}

static unsigned
count (MtBench *b, uint32_t id)
{
    unsigned n = 0;

    for (unsigned i = 0; i < b->heard->len; i++)
        n += ((MtHeard *)b->heard->pdata[i])->id == id;
    return n;
}

/* --- numbers --- */

/* MT-D18: calls are odd, and count; acknowledgements, pings and questions about states, salts and
 * answers are even, and do not, in whatever order they come */
static void
numbers_count_what_is_content (void)
{
    static const uint32_t others[] = { MtpMsgsAck_ID,        MtpPingDelayDisconnect_ID,
                                       MtpGetFutureSalts_ID, MtpMsgsStateReq_ID,
                                       MtpMsgsStateInfo_ID,  MtpMsgResendReq_ID };
    g_autoptr (MtBench) b = mb_ready ();
    unsigned seen = 0;
    int32_t content = 0;

    for (int n = 0; n < 8; n++) {
        int64_t id = 1;
        mb_call (b, n, 0);
        mb_answer (b, mb_find_call (b, n));
        MtpMsgsStateReq states = TL_NEW (MtpMsgsStateReq, .msg_ids = { &id, 1 });
        MtpMsgNewDetailedInfo news =
            TL_NEW (MtpMsgNewDetailedInfo, .answer_msg_id = mb_next_id (b, TRUE));
        mb_say (b, TL_OBJ (&states), TRUE);
        mb_say (b, TL_OBJ (&news), FALSE);
        mb_call (b, 100 + n, 0);
        for (int i = 0; i < 7; i++) {
            mb_advance (b, 5 * SECOND);
            mb_give_pong (b);
        }
        if (n == 4) {
            mt_session_closed (b->session, 0, b->now);
            mb_reconnect (b);
            mb_give_pong (b);
        }
        mb_answer (b, mb_find_call (b, 100 + n));
    }
    for (unsigned i = 0; i < b->heard->len; i++) {
        const MtHeard *heard = b->heard->pdata[i];
        gboolean is_content = TRUE;
        for (size_t k = 0; k < G_N_ELEMENTS (others); k++)
            if (heard->id == others[k]) {
                is_content = FALSE;
                seen |= 1u << k;
            }
        g_assert_cmpint (heard->session_id, ==, b->session_id);
        g_assert_cmpint (heard->seq_no, ==, 2 * content + is_content);
        content += is_content;
    }
    g_assert_cmpuint (seen, ==, (1u << G_N_ELEMENTS (others)) - 1);
}

/* --- complaints --- */

static const struct {
    int code;
    gboolean renews; /* a new session, from clean counters */
} codes[] = {
    { 16, FALSE }, { 17, TRUE }, { 18, TRUE }, { 19, TRUE },
    { 20, FALSE }, { 32, TRUE }, { 33, TRUE }, { 34, TRUE },
    { 35, TRUE },  { 64, TRUE }, { 48, TRUE }, /* that of bad_server_salt, and here none */
    { 0, TRUE },   { -1, TRUE }, { 7, TRUE },  { 9999, TRUE },
};

/* MT-D15 MT-D18 MT-D31 MT-D32: each code, said of the container or of what is in it: what it
 * names goes once more, in a new session but where only the id was wrong, and is answered once;
 * an answer to what went before is none */
static void
every_code (void)
{
    for (size_t i = 0; i < G_N_ELEMENTS (codes); i++)
        for (int named = 0; named < 2; named++) { /* 0 the container, 1 a call in it */
            g_autoptr (MtBench) b = with_two_calls ();
            MtHeard *first = mb_find_call (b, 1);
            int64_t session = b->session_id, old = first->msg_id;
            MtpBadMsgNotification bad = TL_NEW (
                MtpBadMsgNotification, .bad_msg_id = named ? old : first->outer_id,
                .bad_msg_seqno = first->seq_no, .error_code = codes[i].code);
            gboolean both = codes[i].renews || !named;
            g_test_message ("%d %d", codes[i].code, named);
            mb_say (b, TL_OBJ (&bad), FALSE);
            g_assert_cmpuint (mb_count_call (b, 1), ==, 2);
            g_assert_cmpuint (mb_count_call (b, 2), ==, both ? 2 : 1);
            g_assert_cmpint (b->session_id != session, ==, codes[i].renews);
            expect (b->events, codes[i].renews ? "gap" : "");
            g_assert_cmpint (mt_session_state (b->session), ==, MT_STATE_READY);
            if (codes[i].renews)
                g_assert_cmpint (mb_find_call (b, 1)->seq_no, ==, 1);
            g_assert_cmpint (mb_find_call (b, 1)->msg_id, !=, old);
            mb_answer (b, &(MtHeard){ .msg_id = old });
            expect (b->answers, "");
            mb_answer (b, mb_find_call (b, 1));
            mb_answer (b, mb_find_call (b, 2));
            expect (b->answers, "ok ok");
        }
}

/* MT-D20 MT-D31: of what was never sent they say nothing: no salt, no time, no session is other
 * than before, and nothing goes again */
static void
strangers (void)
{
    for (size_t i = 0; i <= G_N_ELEMENTS (codes); i++) {
        g_autoptr (MtBench) b = with_two_calls ();
        int64_t session = b->session_id, offset = b->session->clock.offset;
        unsigned heard = b->heard->len;
        const int64_t ids[] = { mb_find_call (b, 2)->outer_id + 4, 4, 0, -1, 999 };
        for (size_t k = 0; k < G_N_ELEMENTS (ids); k++) {
            MtpBadMsgNotification bad = { 0 };
            MtpBadServerSalt salt = TL_NEW (MtpBadServerSalt, .bad_msg_id = ids[k],
                                            .error_code = 48, .new_server_salt = 5);
            if (i < G_N_ELEMENTS (codes))
                bad = TL_NEW (MtpBadMsgNotification, .bad_msg_id = ids[k],
                              .error_code = codes[i].code);
            mb_say (b, i < G_N_ELEMENTS (codes) ? TL_OBJ (&bad) : TL_OBJ (&salt), FALSE);
        }
        expect (b->events, "");
        g_assert_cmpuint (b->heard->len, ==, heard);
        g_assert_cmpint (b->session->problems, ==, 0);
        g_assert_cmpint (b->session->session_id, ==, session);
        g_assert_cmpint (b->session->clock.offset, ==, offset);
        mb_call (b, 3, 0);
        g_assert_cmpint (mb_find_call (b, 3)->salt, ==, 77);
    }
}

/* MT-D20: a server that has another salt each time is not asked for ever */
static void
endless_salts (void)
{
    g_autoptr (MtBench) b = with_two_calls ();
    int n = 0;

    for (; n < 20 && b->events->len == 0; n++) {
        MtpBadServerSalt bad =
            TL_NEW (MtpBadServerSalt, .bad_msg_id = mb_find_call (b, 1)->outer_id,
                    .error_code = 48, .new_server_salt = 1000 + n);
        mb_say (b, TL_OBJ (&bad), FALSE);
    }
    expect (b->events, "disconnect");
    g_assert_cmpint (n, ==, MT_PROBLEMS_MAX);
    g_assert_cmpuint (mb_count_call (b, 1), ==, MT_PROBLEMS_MAX);
    g_assert_cmpint (b->pause.until - b->now.wall, >=, 3 * SECOND);
    mb_reconnect (b);
    g_assert_cmpuint (mb_count_call (b, 1), ==, MT_PROBLEMS_MAX + 1);
    mb_answer (b, mb_find_call (b, 1));
    mb_answer (b, mb_find_call (b, 2));
    expect (b->answers, "ok ok");
}

/* --- new sessions --- */

/* MT-D23 MT-D37: the same news again, later, brings no old salt back, sends nothing again and is no
 * gap; a first_msg_id of the future sends once what waits, not for ever */
static void
news_of_a_session_is_heard_once (void)
{
    g_autoptr (MtBench) b = with_two_calls ();
    MtpNewSessionCreated news =
        TL_NEW (MtpNewSessionCreated, .first_msg_id = G_MAXINT64 - 3, .unique_id = 4711,
                .server_salt = 99);

    mb_say (b, TL_OBJ (&news), TRUE);
    expect (b->events, "gap");
    g_assert_cmpuint (mb_count_call (b, 1), ==, 2);
    MtpBadServerSalt bad =
        TL_NEW (MtpBadServerSalt, .error_code = 48, .new_server_salt = 100,
                .bad_msg_id = mb_find_call (b, 1)->outer_id);
    mb_say (b, TL_OBJ (&bad), FALSE);
    g_assert_cmpint (mb_find_call (b, 1)->salt, ==, 100);
    for (int i = 0; i < 3; i++)
        mb_say (b, TL_OBJ (&news), TRUE);
    mb_advance (b, 5 * SECOND);
    expect (b->events, "");
    g_assert_cmpuint (mb_count_call (b, 1), ==, 3);
    g_assert_cmpuint (mb_count_call (b, 2), ==, 3);
    mb_call (b, 3, 0);
    g_assert_cmpint (mb_find_call (b, 3)->salt, ==, 100);
    for (int n = 1; n <= 3; n++)
        mb_answer (b, mb_find_call (b, n));
    expect (b->answers, "ok ok ok");
}

/* --- answers that lie ready --- */

/* MT-D33: an answer that is told of is asked for once on a connection, however often and however
 * large; not where nobody asked, nor where it is here; the news itself is not acknowledged */
static void
answers_are_fetched_once (void)
{
    g_autoptr (MtBench) b = with_two_calls ();
    int64_t id = mb_find_call (b, 1)->msg_id, there = mb_next_id (b, TRUE);
    MtpMsgDetailedInfo info =
        TL_NEW (MtpMsgDetailedInfo, .msg_id = mb_find_call (b, 1)->outer_id + 4,
                .answer_msg_id = there, .bytes = G_MAXINT32, .status = -1);
    MtpMsgNewDetailedInfo other =
        TL_NEW (MtpMsgNewDetailedInfo, .answer_msg_id = there, .bytes = G_MININT32);

    mb_say (b, TL_OBJ (&info), FALSE); /* of a question of nobody's */
    g_assert_cmpuint (count (b, MtpMsgResendReq_ID), ==, 0);
    info.msg_id = id;
    for (int i = 0; i < 20; i++) {
        mb_say (b, i % 2 == 0 ? TL_OBJ (&info) : TL_OBJ (&other), FALSE);
        mb_advance (b, SECOND);
    }
    g_assert_cmpuint (count (b, MtpMsgResendReq_ID), ==, 1);
    /* not taken, it goes again; on the next connection as well */
    MtpBadServerSalt bad =
        TL_NEW (MtpBadServerSalt, .error_code = 48, .new_server_salt = 100,
                .bad_msg_id = mb_find (b, MtpMsgResendReq_ID)->outer_id);
    mb_say (b, TL_OBJ (&bad), FALSE);
    g_assert_cmpuint (count (b, MtpMsgResendReq_ID), ==, 2);
    mb_say (b, TL_OBJ (&info), FALSE);
    g_assert_cmpuint (count (b, MtpMsgResendReq_ID), ==, 2);
    mt_session_closed (b->session, 0, b->now);
    mb_reconnect (b);
    mb_say (b, TL_OBJ (&info), FALSE);
    mb_say (b, TL_OBJ (&info), FALSE);
    g_assert_cmpuint (count (b, MtpMsgResendReq_ID), ==, 3);
    g_assert_cmpuint (b->session->acks->len, ==, 0);

    g_auto (TlWriter) result = { 0 }; /* it comes, under the id that was told */
    mb_write_result (&result, id);
    MtPacket packet = { .session_id = b->session_id,
                        .msg_id = there,
                        .seq_no = 1,
                        .body = result.data,
                        .len = result.len };
    mb_say_packet (b, &packet);
    expect (b->answers, "ok");
    mb_say (b, TL_OBJ (&other), FALSE);
    g_assert_cmpuint (count (b, MtpMsgResendReq_ID), ==, 3);
    g_assert_cmpuint (b->session->acks->len, ==, 2); /* acknowledged again instead */
}

/* --- states --- */

/* MT-D35: four says that it is there, whatever else is said with it; all others that it is not;
 * what is said unasked counts for what is ours, and a list of another length for nothing */
static void
every_state (void)
{
    static const struct {
        const char *states; /* of calls 1 and 2 */
        size_t len;
        gboolean again[2];
    } rows[] = {
        { "\x01\x04", 2, { TRUE, FALSE } },      { "\x02\x03", 2, { TRUE, TRUE } },
        { "\x04\x04", 2, { FALSE, FALSE } },     { "\x0c\x14", 2, { FALSE, FALSE } },
        { "\x84\xfc", 2, { FALSE, FALSE } },     { "\x00\x05", 2, { TRUE, TRUE } },
        { "\x06\x07", 2, { TRUE, TRUE } },       { "\x09\x81", 2, { TRUE, TRUE } },
        { "\x01", 1, { FALSE, FALSE } },         { "", 0, { FALSE, FALSE } },
        { "\x01\x01\x01", 3, { FALSE, FALSE } },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
        for (int kind = 0; kind < 3;
             kind++) { /* asked for, unasked, of another question */
            g_autoptr (MtBench) b = with_two_calls ();
            mt_session_closed (b->session, 0, b->now);
            mb_reconnect (b);
            const MtHeard *asked = mb_find (b, MtpMsgsStateReq_ID);
            int64_t ids[] = { mb_find_call (b, 1)->msg_id, mb_find_call (b, 2)->msg_id };
            TlBytes states = TL_BYTES (rows[i].states, rows[i].len);
            MtpMsgsStateInfo info =
                TL_NEW (MtpMsgsStateInfo,
                        .req_msg_id = kind == 0 ? asked->msg_id : ids[0], .info = states);
            MtpMsgsAllInfo all =
                TL_NEW (MtpMsgsAllInfo, .msg_ids = { ids, 2 }, .info = states);
            g_test_message ("%zu %d", i, kind);
            mb_say (b, kind == 1 ? TL_OBJ (&all) : TL_OBJ (&info), FALSE);
            for (int n = 0; n < 2; n++)
                g_assert_cmpuint (mb_count_call (b, n + 1), ==,
                                  rows[i].again[n] && kind != 2 ? 2 : 1);
            expect (b->answers, "");
        }
}

/* MT-D35: of ids that are not ours nothing follows */
static void
states_of_strangers (void)
{
    g_autoptr (MtBench) b = with_two_calls ();
    const MtHeard *call = mb_find_call (b, 1);
    int64_t ids[] = { call->outer_id + 4, 4, -1, mb_next_id (b, TRUE) };
    unsigned heard = b->heard->len;
    MtpMsgsAllInfo all = TL_NEW (MtpMsgsAllInfo, .msg_ids = { ids, 4 },
                                 .info = TL_BYTES ("\x01\x01\x01\x01", 4));

    mb_say (b, TL_OBJ (&all), FALSE);
    g_assert_cmpuint (b->heard->len, ==, heard);
    expect (b->events, "");
}

/* MT-D36: ids that were never sent are answered by the states of all that were asked for; a flood
 * of wishes in one packet sends once what they name, under its old id, in a container */
static void
wishes_are_bounded (void)
{
    g_autoptr (MtBench) b = with_two_calls ();
    int64_t ids[] = { 4, mb_find_call (b, 1)->msg_id };
    MtpMsgResendReq wish = TL_NEW (MtpMsgResendReq, .msg_ids = { ids, 2 });

    mb_forget (b);
    int64_t asked = mb_say (b, TL_OBJ (&wish), FALSE);
    const MtHeard *told = mb_find (b, MtpMsgsStateInfo_ID);
    g_assert_nonnull (told);
    g_assert_cmpmem (told->body + 4, 8, &asked, 8);
    g_assert_cmpmem (told->body + 12, 3, "\x02\x01\x04", 3);
    mb_forget (b);
    g_auto (TlWriter) out = { 0 };
    g_auto (TlWriter) one = { 0 };
    wish.msg_ids = (TlVector){ ids + 1, 1 };
    g_assert_true (tl_encode (&tl_mtproto_schema, TL_OBJ (&wish), &one));
    tl_writer_int (&out, (int32_t)MtpMsgContainer_ID);
    tl_writer_int (&out, 1000);
    for (int i = 0; i < 1000; i++) {
        tl_writer_long (&out, mb_next_id (b, FALSE));
        tl_writer_int (&out, 0);
        tl_writer_int (&out, (int32_t)one.len);
        tl_writer_raw (&out, one.data, one.len);
    }
    mb_say_bytes (b, out.data, out.len, FALSE);
    g_assert_cmpuint (mb_count_call (b, 1), ==, 1);
    g_assert_cmpint (mb_find_call (b, 1)->msg_id, ==, ids[1]);
    g_assert_cmpint (mb_find_call (b, 1)->outer_id, !=, ids[1]);
    g_assert_cmpuint (b->heard->len, ==, 1);
    mb_answer (b, mb_find_call (b, 1));
    expect (b->answers, "ok");
}

/* --- acknowledgements --- */

static unsigned
acked (MtBench *b, int64_t msg_id)
{
    unsigned n = 0;

    for (unsigned i = 0; i < b->heard->len; i++) {
        const MtHeard *heard = b->heard->pdata[i];
        for (size_t at = 12; heard->id == MtpMsgsAck_ID && at + 8 <= heard->len; at += 8)
            n += memcmp (heard->body + at, &msg_id, 8) == 0;
    }
    return n;
}

/* MT-D30: what was to be acknowledged when the connection went is acknowledged on the next one, with
 * what goes out first; and what was lost on the way is said again, and has no other effect */
static void
acknowledgements_outlive_a_connection (void)
{
    g_autoptr (MtBench) b = with_two_calls ();
    g_auto (TlWriter) result = { 0 };

    mb_write_result (&result, mb_find_call (b, 1)->msg_id);
    MtPacket packet = { .session_id = b->session_id,
                        .msg_id = mb_next_id (b, TRUE),
                        .seq_no = 1,
                        .body = result.data,
                        .len = result.len };
    mb_say_packet (b, &packet);
    expect (b->answers, "ok");
    g_assert_cmpuint (acked (b, packet.msg_id), ==, 0);
    mt_session_closed (b->session, 0, b->now);
    mb_forget (b);
    mb_reconnect (b);
    g_assert_cmpuint (acked (b, packet.msg_id), ==, 1);
    /* that one was lost, too: the server says it again, as an old one in a new container */
    mt_session_closed (b->session, 0, b->now);
    mb_forget (b);
    mb_reconnect (b);
    g_assert_cmpuint (acked (b, packet.msg_id), ==, 0);
    g_auto (TlWriter) again = { 0 };
    tl_writer_int (&again, (int32_t)MtpMsgContainer_ID);
    tl_writer_int (&again, 1);
    tl_writer_long (&again, packet.msg_id);
    tl_writer_int (&again, 1);
    tl_writer_int (&again, (int32_t)result.len);
    tl_writer_raw (&again, result.data, result.len);
    mb_say_bytes (b, again.data, again.len, FALSE);
    mb_call (b, 3, 0);
    g_assert_cmpuint (acked (b, packet.msg_id), ==, 1);
    expect (b->answers, "");
    g_assert_null (strstr (b->events->str, "gap"));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
#define ADD(f) g_test_add_func ("/complaints/" #f, f)
    ADD (numbers_count_what_is_content);
    ADD (every_code);
    ADD (strangers);
    ADD (endless_salts);
    ADD (news_of_a_session_is_heard_once);
    ADD (answers_are_fetched_once);
    ADD (every_state);
    ADD (states_of_strangers);
    ADD (wishes_are_bounded);
    ADD (acknowledgements_outlive_a_connection);
    return g_test_run ();
}
