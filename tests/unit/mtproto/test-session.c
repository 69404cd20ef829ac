/* The encrypted session against a server that the test writes line by line. */
#include "mt-bench.h"

#include "tl-encode.h"

#include <string.h>
#include <zlib.h>

#define SECOND 1000

static void
expect (GString *string, const char *want)
{
    g_autofree char *got = mb_take (string);
    g_assert_cmpstr (got, ==, want);
}

static MtpPong
pong_for (const MtHeard *ping)
{
    int64_t id;

    memcpy (&id, ping->body + 4, 8);
    return TL_NEW (MtpPong, .msg_id = ping->msg_id, .ping_id = GINT64_FROM_LE (id));
}

/* MT-E1 MT-D30 MT-D40: wrapped until the first answer; odd sequence numbers of content */
static void
test_first_call (void)
{
    g_autoptr (MtBench) b = mb_ready ();

    expect (b->events, "connect ready");
    mb_call (b, 1, 0);
    mb_call (b, 2, 0);
    MtHeard *first = mb_find_call (b, 1), *second = mb_find_call (b, 2);
    g_assert_cmpmem (first->body, 4, "WRAP", 4);
    g_assert_cmpmem (second->body, 4, "WRAP", 4);
    g_assert_cmpint (first->seq_no & 1, ==, 1);
    g_assert_cmpint (second->seq_no, ==, first->seq_no + 2); /* MT-D18 */
    g_assert_cmpint (second->msg_id, >, first->msg_id);
    g_assert_cmpint (first->salt, ==, 77); /* MT-D22: that of the record */
    mb_answer (b, first);
    mb_call (b, 3, 0);
    g_assert_cmpmem (mb_find_call (b, 3)->body, 2, "\x50\x89", 2);
    mb_answer (b, mb_find_call (b, 3));
    mb_answer (b, second);
    expect (b->answers, "ok ok ok");
}

/* MT-D28 MT-D39: an answer twice is one answer; each is acknowledged */
static void
test_duplicates (void)
{
    g_autoptr (MtBench) b = mb_ready ();
    g_auto (TlWriter) writer = { 0 };

    mb_call (b, 1, 0);
    mb_write_result (&writer, mb_find_call (b, 1)->msg_id);
    MtPacket packet = { .session_id = b->session_id,
                        .msg_id = mb_next_id (b, TRUE),
                        .seq_no = 1,
                        .body = writer.data,
                        .len = writer.len };
    mb_say_packet (b, &packet);
    mb_say_packet (b, &packet);
    expect (b->answers, "ok");
    mb_answer_bytes (b, 12345678, writer.data + 12, writer.len - 12); /* nobody's */
    mb_answer_bytes (b, 0, writer.data + 12, writer.len - 12);
    mb_answer_bytes (b, mb_find (b, MtpPingDelayDisconnect_ID)->msg_id, writer.data + 12,
                     writer.len - 12); /* no call's */
    expect (b->answers, "");
    mb_advance (b, 40 * SECOND);
    MtHeard *ack = mb_find (b, MtpMsgsAck_ID);
    g_assert_nonnull (ack);
    unsigned acks = 0;
    for (size_t at = 12; at + 8 <= ack->len; at += 8) {
        int64_t id;
        memcpy (&id, ack->body + at, 8);
        acks += GINT64_FROM_LE (id) == packet.msg_id;
    }
    g_assert_cmpuint (acks, >=, 1);
}

/* MT-D20 MT-D23: the new salt, the same call again, once; strangers do not set it */
static void
test_bad_salt (void)
{
    g_autoptr (MtBench) b = mb_ready ();

    mb_call (b, 1, 0);
    MtHeard *call = mb_find_call (b, 1);
    MtpBadServerSalt bad = TL_NEW (MtpBadServerSalt, .bad_msg_id = 999, .error_code = 48,
                                   .new_server_salt = 5);
    mb_say (b, TL_OBJ (&bad), FALSE);
    g_assert_cmpuint (mb_count_call (b, 1), ==, 1);
    bad.bad_msg_id = call->outer_id;
    bad.bad_msg_seqno = call->seq_no;
    bad.new_server_salt = 88;
    mb_say (b, TL_OBJ (&bad), FALSE);
    g_assert_cmpuint (mb_count_call (b, 1), ==, 2);
    MtHeard *again = mb_find_call (b, 1);
    g_assert_cmpint (again->salt, ==, 88);
    mb_say (b, TL_OBJ (&bad), FALSE); /* the same news twice */
    g_assert_cmpuint (mb_count_call (b, 1), ==, 2);
    mb_answer (b, again);
    expect (b->answers, "ok");
    g_assert_false (store_batch_is_empty (b->batch)); /* the salt is kept (MT-D22) */
}

/* MT-D31: 16 corrects the clock and sends again */
static void
test_bad_msg_clock (void)
{
    g_autoptr (MtBench) b = mb_ready ();

    mb_call (b, 1, 0);
    MtHeard *call = mb_find_call (b, 1);
    b->now.wall += 3000 * SECOND; /* the server's clock is ahead of ours */
    MtpBadMsgNotification bad =
        TL_NEW (MtpBadMsgNotification, .bad_msg_id = 4, .error_code = 16);
    mb_say (b, TL_OBJ (&bad), FALSE);
    g_assert_cmpuint (mb_count_call (b, 1), ==, 1); /* not ours: nothing */
    bad.bad_msg_id = call->outer_id;
    mb_say (b, TL_OBJ (&bad), FALSE);
    g_assert_cmpuint (mb_count_call (b, 1), ==, 2);
    MtHeard *again = mb_find_call (b, 1);
    g_assert_cmpint (again->msg_id >> 32, >=, b->now.wall / 1000 - 2);
    g_assert_cmpint (again->session_id, ==, call->session_id);
    mb_answer (b, again);
    expect (b->answers, "ok");
}

/* MT-D19 MT-D32: counters out of step begin a new session; not every second */
static void
test_bad_msg_session (void)
{
    g_autoptr (MtBench) b = mb_ready ();

    mb_advance (b, 11 * SECOND);
    mb_give_pong (b);
    mb_call (b, 1, 0);
    MtHeard *call = mb_find_call (b, 1);
    int64_t session = call->session_id;
    MtpBadMsgNotification bad =
        TL_NEW (MtpBadMsgNotification, .bad_msg_id = call->outer_id, .error_code = 32);
    expect (b->events, "connect ready");
    mb_say (b, TL_OBJ (&bad), FALSE);
    expect (b->events, "gap");
    MtHeard *again = mb_find_call (b, 1);
    g_assert_cmpint (again->session_id, !=, session);
    g_assert_cmpint (again->seq_no, ==, 1); /* clean counters */
    g_assert_cmpmem (again->body, 4, "WRAP", 4);
    bad.bad_msg_id = again->outer_id;
    mb_say (b, TL_OBJ (&bad), FALSE);
    expect (b->events, "gap disconnect");
    mb_advance (b, 9 * SECOND);
    expect (b->events, "");
    mb_advance (b, 17 * SECOND);
    g_assert_true (g_str_has_prefix (b->events->str, "connect"));
}

/* MT-D37: calls below first_msg_id go out again, the others do not, be it the container
 * that is named; the same news twice is one */
static void
test_new_session (void)
{
    for (int named = 0; named < 3; named++) { /* 0 inner id, 1 container, 2 a later one */
        g_autoptr (MtBench) b = mb_ready ();
        mb_call (b, 1, 0);
        MtHeard *call = mb_find_call (b, 1);
        g_assert_nonnull (call);
        MtpNewSessionCreated created =
            TL_NEW (MtpNewSessionCreated,
                    .first_msg_id = named == 0   ? call->msg_id
                                    : named == 1 ? call->outer_id
                                                 : call->outer_id + 4,
                    .unique_id = 4711, .server_salt = 99);
        expect (b->events, "connect ready");
        mb_say (b, TL_OBJ (&created), TRUE);
        expect (b->events, "gap");
        g_assert_cmpuint (mb_count_call (b, 1), ==, named == 2 ? 2 : 1);
        mb_say (b, TL_OBJ (&created), TRUE);
        expect (b->events, "");
        g_assert_cmpuint (mb_count_call (b, 1), ==, named == 2 ? 2 : 1);
        mb_call (b, 2, 0);
        g_assert_cmpint (mb_find_call (b, 2)->salt, ==, 99);
    }
}

/* MT-D15: ping and call leave together at the start: a container around both */
static void
test_container_named (void)
{
    g_autoptr (MtBench) b = mb_new ();

    mt_session_set_logged_in (b->session, TRUE);
    mt_session_start (b->session, b->now);
    mb_call (b, 1, 0);
    mb_connected (b);
    MtHeard *call = mb_find_call (b, 1);
    g_assert_nonnull (call);
    g_assert_cmpint (call->outer_id, >, call->msg_id);
    MtpNewSessionCreated created =
        TL_NEW (MtpNewSessionCreated, .first_msg_id = call->outer_id, .unique_id = 1,
                .server_salt = 77);
    mb_say (b, TL_OBJ (&created), TRUE);
    g_assert_cmpuint (mb_count_call (b, 1), ==, 1);
}

static void
begin_container (TlWriter *writer, int32_t count)
{
    tl_writer_int (writer, (int32_t)MtpMsgContainer_ID);
    tl_writer_int (writer, count);
}

static void
add_entry (MtBench *b, TlWriter *writer, int32_t seq_no, const TlWriter *body,
           int32_t length)
{
    tl_writer_long (writer, mb_next_id (b, TRUE));
    tl_writer_int (writer, seq_no);
    tl_writer_int (writer, length);
    tl_writer_raw (writer, body->data, body->len);
}

/* MT-D24 MT-D25: nothing of a container whose frame is wrong is handled */
static void
test_bad_containers (void)
{
    for (int kind = 0; kind < 7; kind++) {
        g_autoptr (MtBench) b = mb_ready ();
        g_auto (TlWriter) result = { 0 };
        g_auto (TlWriter) other = { 0 };
        g_auto (TlWriter) writer = { 0 };
        mb_call (b, 1, 0);
        expect (b->events, "connect ready");
        mb_write_result (&result, mb_find_call (b, 1)->msg_id);
        begin_container (&writer, kind == 1 ? 3 : kind == 2 ? -1 : kind == 3 ? 1 : 2);
        add_entry (b, &writer, 1, &result, (int32_t)result.len);
        tl_writer_int (&other, (int32_t)MtpMsgContainer_ID);
        tl_writer_int (&other, 0);
        if (kind == 0) { /* a good one, for comparison: an unknown update behind it */
            other.data[0] ^= 0xff;
            add_entry (b, &writer, 2, &other, 8);
        } else if (kind == 4) { /* an entry longer than the rest */
            add_entry (b, &writer, 2, &other, 12);
        } else if (kind == 5) { /* a length that is no multiple of 4 */
            add_entry (b, &writer, 2, &other, 7);
        } else { /* 6: a container in it; 1, 2, 3: the count lies */
            if (kind != 6)
                other.data[0] ^= 0xff;
            add_entry (b, &writer, 2, &other, 8);
        }
        mb_say_bytes (b, writer.data, writer.len, FALSE);
        expect (b->answers, kind == 0 ? "ok" : "");
        expect (b->events, "gap"); /* MT-D45, and what a broken one may have held */
        mb_answer (b, mb_find_call (b, 1)); /* it is not too late */
        expect (b->answers, kind == 0 ? "" : "ok");
    }
}

static void
gzip (TlWriter *out, const uint8_t *data, size_t len)
{
    uint8_t packed[4096];
    z_stream stream = { 0 };

    g_assert_cmpint (deflateInit2 (&stream, 9, Z_DEFLATED, 31, 8, 0), ==, Z_OK);
    stream.next_in = (uint8_t *)data;
    stream.avail_in = (unsigned)len;
    stream.next_out = packed;
    stream.avail_out = sizeof packed;
    g_assert_cmpint (deflate (&stream, Z_FINISH), ==, Z_STREAM_END);
    deflateEnd (&stream);
    tl_writer_int (out, (int32_t)MtpGzipPacked_ID);
    tl_writer_bytes (out, packed, stream.total_out);
}

/* MT-A21 MT-A22 MT-A23: packed answers; corrupt ones fail that call and no other */
static void
test_gzip (void)
{
    g_autoptr (MtBench) b = mb_ready ();
    g_auto (TlWriter) plain = { 0 };
    g_auto (TlWriter) packed = { 0 };
    g_auto (TlWriter) twice = { 0 };
    ApiMessagesDhConfigNotModified object =
        TL_NEW (ApiMessagesDhConfigNotModified, .random = TL_BYTES ("1234", 4));

    tl_encode (&tl_api_schema, TL_OBJ (&object), &plain);
    gzip (&packed, plain.data, plain.len);
    gzip (&twice, packed.data, packed.len);
    for (int n = 1; n <= 4; n++)
        mb_call (b, n, 0);
    mb_answer_bytes (b, mb_find_call (b, 1)->msg_id, packed.data, packed.len);
    expect (b->answers, "ok");
    mb_answer_bytes (b, mb_find_call (b, 2)->msg_id, twice.data, twice.len);
    expect (b->answers, "error -10002 UNDECODABLE -1");
    packed.data[packed.len / 2] ^= 0x40;
    mb_answer_bytes (b, mb_find_call (b, 3)->msg_id, packed.data, packed.len);
    expect (b->answers, "error -10002 UNDECODABLE -1");
    mb_answer (b, mb_find_call (b, 4));
    expect (b->answers, "ok");
    /* MT-D40: an answer of a foreign type is none */
    mb_call (b, 5, 0);
    mb_answer_bytes (b, mb_find_call (b, 5)->msg_id, (const uint8_t *)"\xb5\x75\x72\x99",
                     4);
    expect (b->answers, "error -10002 UNDECODABLE -1");
}

/* MT-D33 MT-D36: an answer that did not arrive is asked for; ours are sent again */
static void
test_resends (void)
{
    g_autoptr (MtBench) b = mb_ready ();

    mb_call (b, 1, 0);
    MtHeard *call = mb_find_call (b, 1);
    MtpMsgDetailedInfo info = TL_NEW (MtpMsgDetailedInfo, .msg_id = call->msg_id,
                                      .answer_msg_id = mb_next_id (b, TRUE));
    mb_say (b, TL_OBJ (&info), FALSE);
    MtHeard *wish = mb_find (b, MtpMsgResendReq_ID);
    g_assert_nonnull (wish);
    g_assert_cmpmem (wish->body + 12, 8, &info.answer_msg_id, 8);

    int64_t ids[] = { call->msg_id, 4 };
    mb_forget (b);
    MtpMsgResendReq resend = TL_NEW (MtpMsgResendReq, .msg_ids = { ids, 2 });
    mb_say (b, TL_OBJ (&resend), FALSE);
    g_assert_cmpuint (mb_count_call (b, 1), ==, 1);
    MtHeard *again = mb_find_call (b, 1);
    g_assert_cmpint (again->msg_id, ==, ids[0]); /* or it would be carried out twice */
    g_assert_cmpint (again->outer_id, !=, again->msg_id); /* only inside a container */
    mb_answer (b, again);
    expect (b->answers, "ok");
}

/* MT-D34: one byte per id */
static void
test_state_questions (void)
{
    g_autoptr (MtBench) b = mb_ready ();
    MtpPong pong = pong_for (mb_find (b, MtpPingDelayDisconnect_ID));
    int64_t known = mb_say (b, TL_OBJ (&pong), FALSE);
    int64_t ids[] = { known, known + (1000LL << 32), 1 };
    MtpMsgsStateReq request = TL_NEW (MtpMsgsStateReq, .msg_ids = { ids, 3 });
    int64_t asked = mb_say (b, TL_OBJ (&request), FALSE);
    MtHeard *info = mb_find (b, MtpMsgsStateInfo_ID);

    g_assert_nonnull (info);
    g_assert_cmpmem (info->body + 4, 8, &asked, 8);
    g_assert_cmpuint (info->body[12], ==, 3);
    g_assert_cmpuint (info->body[13], ==, 4);
    g_assert_cmpuint (info->body[14], ==, 3);
    g_assert_cmpuint (info->body[15], ==, 1);
}

/* MT-D35 MT-D38 MT-B30: after a reconnect the server is asked; 1 sends again, 4 waits */
static void
test_reconnect (void)
{
    g_autoptr (MtBench) b = mb_ready ();

    mb_call (b, 1, 0);
    mb_call (b, 2, 0);
    int64_t first = mb_find_call (b, 1)->msg_id;
    mt_session_closed (b->session, 0, b->now);
    mb_forget (b);
    expect (b->events, "connect ready");
    mb_advance (b, 2 * SECOND);
    expect (b->events, "connect");
    mb_connected (b);
    MtHeard *asked = mb_find (b, MtpMsgsStateReq_ID);
    g_assert_nonnull (asked);
    g_assert_cmpuint (asked->len, ==, 12 + 16);
    g_assert_cmpmem (asked->body + 12, 8, &first, 8);
    g_assert_cmpuint (mb_count_call (b, 1) + mb_count_call (b, 2), ==, 0);
    MtpMsgsStateInfo info = TL_NEW (MtpMsgsStateInfo, .req_msg_id = asked->msg_id,
                                    .info = TL_BYTES ("\x01\x04\x04", 3));
    mb_say (b, TL_OBJ (&info), FALSE); /* a wrong length: nothing */
    g_assert_cmpuint (mb_count_call (b, 1), ==, 0);
    info.info.len = 2;
    mb_say (b, TL_OBJ (&info), FALSE);
    g_assert_cmpuint (mb_count_call (b, 1), ==, 1);
    g_assert_cmpuint (mb_count_call (b, 2), ==, 0);
}

/* MT-B29 MT-B30: back-off grows, addresses take turns */
static void
test_back_off (void)
{
    g_autoptr (MtBench) b = mb_new ();
    int64_t last = b->now.mono, pauses[8];

    mt_session_start (b->session, b->now);
    for (unsigned i = 0; i < 8; i++) {
        unsigned before = b->connects;
        mt_session_closed (b->session, 0, b->now);
        last = b->now.mono;
        while (b->connects == before)
            mb_advance (b, 100);
        pauses[i] = b->now.mono - last;
    }
    g_assert_cmpint (pauses[0], >=, 900);
    g_assert_cmpint (pauses[0], <=, 1700);
    for (unsigned i = 1; i < 6; i++)
        g_assert_cmpint (pauses[i], >, pauses[i - 1]);
    g_assert_cmpint (pauses[7], <=, 100 * SECOND);
    g_assert_cmpint (pauses[7], >=, 60 * SECOND);
    mt_session_closed (b->session, 0, b->now); /* MT-B32: waking forgets the back-off */
    unsigned before = b->connects;
    mt_session_wake (b->session, b->now);
    mb_advance (b, 100);
    g_assert_cmpuint (b->connects, ==, before + 1);
}

/* MT-D8 MT-D9 MT-D10 MT-D11 MT-D13: packets that are not for us */
static void
test_refused_packets (void)
{
    g_autoptr (MtBench) b = mb_ready ();
    g_auto (TlWriter) body = { 0 };

    mb_give_pong (b); /* the time is known from here */
    mb_call (b, 1, 0);
    mb_write_result (&body, mb_find_call (b, 1)->msg_id);
    const MtPacket good = { .session_id = b->session_id,
                            .msg_id = mb_next_id (b, TRUE),
                            .seq_no = 1,
                            .body = body.data,
                            .len = body.len };
    MtPacket bad = good;
    bad.session_id ^= 1;
    mb_say_packet (b, &bad);
    bad = good;
    bad.msg_id &= ~1;
    mb_say_packet (b, &bad);
    bad = good;
    bad.msg_id -= 400LL << 32;
    mb_say_packet (b, &bad);
    bad.msg_id = good.msg_id + (60LL << 32);
    mb_say_packet (b, &bad);
    expect (b->answers, "");
    mb_say_packet (b, &good);
    expect (b->answers, "ok");
}

/* MT-D6 MT-D47: a packet that does not open drops the connection, once a second */
static void
test_garbage (void)
{
    g_autoptr (MtBench) b = mb_ready ();
    uint8_t garbage[88];

    expect (b->events, "connect ready");
    memset (garbage, 7, sizeof garbage);
    mb_say_raw (b, garbage, sizeof garbage);
    expect (b->events, "disconnect");
    mb_advance (b, 2 * SECOND);
    expect (b->events, "connect");
    mb_connected (b);
    expect (b->events, "ready");
}

/* MT-B33 MT-B34 MT-B35: a ping each minute; without its pong the connection goes */
static void
test_pings (void)
{
    g_autoptr (MtBench) b = mb_ready ();

    mb_give_pong (b);
    mb_forget (b);
    mb_advance (b, 61 * SECOND);
    MtHeard *ping = mb_find (b, MtpPingDelayDisconnect_ID);
    g_assert_nonnull (ping);
    expect (b->events, "connect ready");
    MtpPong wrong = pong_for (ping);
    wrong.ping_id ^= 1;
    mb_say (b, TL_OBJ (&wrong), FALSE);
    wrong = pong_for (ping);
    wrong.msg_id += 4; /* that of nothing of ours */
    mb_say (b, TL_OBJ (&wrong), FALSE);
    mb_advance (b, 31 * SECOND);
    g_assert_nonnull (strstr (b->events->str, "disconnect"));
}

/* MT-E3: not initialised, or another layer's: once more inside the wrapper, then an error */
static void
test_not_inited (void)
{
    static const char *const words[] = { "CONNECTION_NOT_INITED",
                                         "CONNECTION_LAYER_INVALID" };

    for (size_t i = 0; i < G_N_ELEMENTS (words); i++) {
        g_autoptr (MtBench) b = mb_ready ();
        g_autofree char *want = g_strdup_printf ("ok error 400 %s -1", words[i]);
        mb_call (b, 1, 0);
        mb_answer (b, mb_find_call (b, 1));
        mb_call (b, 2, 0);
        mb_answer_error (b, mb_find_call (b, 2), 400, words[i]);
        g_assert_cmpuint (mb_count_call (b, 2), ==, 2);
        g_assert_cmpmem (mb_find_call (b, 2)->body, 4, "WRAP", 4);
        mb_answer_error (b, mb_find_call (b, 2), 400, words[i]);
        expect (b->answers, want);
        mb_advance (b, 5 * SECOND);
        g_assert_cmpuint (mb_count_call (b, 2), ==, 2);
    }
}

/* MT-E13: pauses the server asks for: up to a minute in all */
static void
test_pauses (void)
{
    g_autoptr (MtBench) b = mb_ready ();

    mb_give_pong (b);
    mb_call (b, 1, 0);
    mb_answer_error (b, mb_find_call (b, 1), 420, "FLOOD_WAIT_30");
    mb_advance (b, 29 * SECOND);
    g_assert_cmpuint (mb_count_call (b, 1), ==, 1);
    mb_advance (b, 2 * SECOND);
    g_assert_cmpuint (mb_count_call (b, 1), ==, 2);
    mb_answer_error (b, mb_find_call (b, 1), 420, "FLOOD_WAIT_40");
    expect (b->answers, "error 420 FLOOD_WAIT 40"); /* over a minute in all */
}

/* MT-E13 MT-E14: who waits for as long as it takes, and who does not at all */
static void
test_patience (void)
{
    g_autoptr (MtBench) b = mb_ready ();

    mb_give_pong (b);
    mb_call (b, 2, MT_CALL_PATIENT);
    mb_answer_error (b, mb_find_call (b, 2), 420, "FLOOD_WAIT_100");
    for (int i = 0; i < 12; i++) {
        mb_give_pong (b);
        mb_advance (b, 10 * SECOND);
    }
    g_assert_cmpuint (mb_count_call (b, 2), ==, 2);
    for (int i = 0; i < 4; i++) {
        unsigned before = mb_count_call (b, 2);
        mb_answer_error (b, mb_find_call (b, 2), 500, "INTERNAL");
        mb_advance (b, ((1 << i) * SECOND) - 100);
        g_assert_cmpuint (mb_count_call (b, 2), ==, before);
        mb_give_pong (b);
        mb_advance (b, 200);
        g_assert_cmpuint (mb_count_call (b, 2), ==, before + 1);
    }
    expect (b->answers, "");
    mb_answer (b, mb_find_call (b, 2));
    expect (b->answers, "ok");
    mb_call (b, 3, 0);
    mb_answer_error (b, mb_find_call (b, 3), 400, "USER_IS_BLOCKED");
    mb_call (b, 4, MT_CALL_DROPPABLE);
    mb_answer_error (b, mb_find_call (b, 4), 420, "FLOOD_WAIT_3");
    expect (b->answers, "error 400 USER_IS_BLOCKED -1 error 420 FLOOD_WAIT 3");
}

/* MT-E8: no answer on a living connection: asked about, then told, or sent once more */
static void
test_silence (void)
{
    g_autoptr (MtBench) b = mb_ready ();

    mb_call (b, 1, 0);
    mb_call (b, 2, MT_CALL_PATIENT);
    int64_t session = b->session_id;
    for (int i = 0; i < 6; i++) {
        mb_give_pong (b);
        mb_advance (b, 11 * SECOND);
    }
    MtHeard *asked = mb_find (b, MtpMsgsStateReq_ID);
    g_assert_nonnull (asked);
    g_assert_cmpuint (asked->len, ==, 12 + 16);
    MtpMsgsStateInfo info = TL_NEW (MtpMsgsStateInfo, .req_msg_id = asked->msg_id,
                                    .info = TL_BYTES ("\x04\x04", 2));
    mb_say (b, TL_OBJ (&info), FALSE);
    expect (b->answers, "");
    for (int i = 0; i < 12; i++) {
        mb_give_pong (b);
        mb_advance (b, 11 * SECOND);
    }
    expect (b->answers, "error -10003 TIMEOUT -1");
    g_assert_cmpuint (mb_count_call (b, 1), ==, 1);
    g_assert_cmpuint (mb_count_call (b, 2), ==, 2);
    g_assert_cmpint (b->session_id, !=, session);
    mb_answer (b, mb_find_call (b, 2));
    expect (b->answers, "ok");
}

/* MT-E10 MT-D41: how errors are read */
static void
test_error_texts (void)
{
    static const struct {
        int code;
        const char *text;
        const char *want;
    } rows[] = {
        { 400, "PHONE_MIGRATE_2", "error 400 PHONE_MIGRATE 2" },
        { 400, "ENCRYPTION_ID_INVALID", "error 400 ENCRYPTION_ID_INVALID -1" },
        { 20000, "WHAT", "error 500 MALFORMED_ERROR -1" },
        { 0, "NOTHING", "error 500 MALFORMED_ERROR -1" },
        { 400, "\xff\xfe", "error 500 MALFORMED_ERROR -1" },
        { 400, "%s%n", "error 400 %s%n -1" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (MtBench) b = mb_ready ();
        mb_give_pong (b);
        mb_call (b, 1, 0);
        for (int k = 0; k < 40 && b->answers->len == 0; k++) { /* 500 is tried for 60 s */
            mb_answer_error (b, mb_find_call (b, 1), rows[i].code, rows[i].text);
            if (b->answers->len == 0) {
                unsigned before = mb_count_call (b, 1);
                while (mb_count_call (b, 1) == before) {
                    mb_advance (b, 1000);
                    mb_give_pong (b);
                }
            }
        }
        expect (b->answers, rows[i].want);
    }
}

/* MT-E17: the account is logged out elsewhere */
static void
test_logged_out (void)
{
    g_autoptr (MtBench) b = mb_ready ();

    mb_call (b, 1, 0);
    mb_answer_error (b, mb_find_call (b, 1), 401, "AUTH_KEY_UNREGISTERED");
    g_assert_nonnull (strstr (b->events->str, "failed0"));
}

/* MT-E7 MT-E25 MT-D42: at most 100 in flight; cancelled calls are not sent; what waits
 * survives a reconnect in order */
static void
test_queue (void)
{
    g_autoptr (MtBench) b = mb_ready ();
    MtCall *calls[130];

    for (int n = 0; n < 130; n++)
        calls[n] = mb_call (b, 1000 + n, 0);
    g_assert_nonnull (mb_find_call (b, 1099));
    g_assert_null (mb_find_call (b, 1100));
    mt_session_cancel (b->session, calls[100]);
    for (int n = 0; n < 20; n++)
        mb_answer (b, mb_find_call (b, 1000 + n));
    g_assert_null (mb_find_call (b, 1100));
    g_assert_nonnull (mb_find_call (b, 1101));
    g_assert_nonnull (mb_find_call (b, 1120));
    g_assert_null (mb_find_call (b, 1121));
}

/* MT-E9: nothing is sent before the login that may not be */
static void
test_before_login (void)
{
    g_autoptr (MtBench) b = mb_new ();

    mt_session_start (b->session, b->now);
    mb_connected (b);
    mb_call (b, 1, 0);
    mb_call (b, 2, MT_CALL_BEFORE_LOGIN); /* MT-E28 */
    g_assert_null (mb_find_call (b, 1));
    g_assert_nonnull (mb_find_call (b, 2));
    mt_session_set_logged_in (b->session, TRUE);
    mb_flush (b);
    g_assert_nonnull (mb_find_call (b, 1));
}

/* MT-D21: a salt of the future is used when its time comes, strangers' lists are not */
static void
test_future_salts (void)
{
    g_autoptr (MtBench) b = mb_ready ();

    mb_give_pong (b);
    mb_advance (b, SECOND);
    MtHeard *asked = mb_find (b, MtpGetFutureSalts_ID);
    g_assert_nonnull (asked);
    int32_t server = (int32_t)(b->now.wall / 1000);
    MtpFutureSalt one = TL_NEW (MtpFutureSalt, .valid_since = server + 20,
                                .valid_until = server + 3600, .salt = 1234);
    TlObject *items[] = { TL_OBJ (&one) };
    MtpFutureSalts salts =
        TL_NEW (MtpFutureSalts, .req_msg_id = 4, .now = server, .salts = { items, 1 });
    mb_say (b, TL_OBJ (&salts), FALSE);
    mb_advance (b, 22 * SECOND);
    mb_call (b, 50, 0);
    g_assert_cmpint (mb_find_call (b, 50)->salt, ==, 77);
    salts.req_msg_id = asked->msg_id;
    mb_say (b, TL_OBJ (&salts), FALSE);
    mb_call (b, 51, 0);
    g_assert_cmpint (mb_find_call (b, 51)->salt, ==, 1234);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/session/first-call", test_first_call);
    g_test_add_func ("/session/duplicates", test_duplicates);
    g_test_add_func ("/session/bad-salt", test_bad_salt);
    g_test_add_func ("/session/bad-msg-clock", test_bad_msg_clock);
    g_test_add_func ("/session/bad-msg-session", test_bad_msg_session);
    g_test_add_func ("/session/new-session", test_new_session);
    g_test_add_func ("/session/container-named", test_container_named);
    g_test_add_func ("/session/bad-containers", test_bad_containers);
    g_test_add_func ("/session/gzip", test_gzip);
    g_test_add_func ("/session/resends", test_resends);
    g_test_add_func ("/session/state-questions", test_state_questions);
    g_test_add_func ("/session/reconnect", test_reconnect);
    g_test_add_func ("/session/back-off", test_back_off);
    g_test_add_func ("/session/refused-packets", test_refused_packets);
    g_test_add_func ("/session/garbage", test_garbage);
    g_test_add_func ("/session/pings", test_pings);
    g_test_add_func ("/session/not-inited", test_not_inited);
    g_test_add_func ("/session/pauses", test_pauses);
    g_test_add_func ("/session/patience", test_patience);
    g_test_add_func ("/session/silence", test_silence);
    g_test_add_func ("/session/error-texts", test_error_texts);
    g_test_add_func ("/session/logged-out", test_logged_out);
    g_test_add_func ("/session/queue", test_queue);
    g_test_add_func ("/session/before-login", test_before_login);
    g_test_add_func ("/session/future-salts", test_future_salts);
    return g_test_run ();
}
