/* Packets that are larger than any is kept: the server's, which are told from a stranger's
 * without being kept either; and ours, which are not made. */
#include "mt-bench.h"
#include "mt-private.h"

#include "tl-encode.h"

#include <string.h>

#define LARGE ((size_t)5 << 20)

static void
expect (GString *string, const char *want)
{
    g_autofree char *got = mb_take (string);
    g_assert_cmpstr (got, ==, want);
}

/* rpc_result of `len` bytes to call `n` */
static void
write_result (MtBench *b, int n, size_t len, TlWriter *out)
{
    g_autofree uint8_t *nothing = g_malloc0 (len - 12);

    tl_writer_int (out, (int32_t)MtpRpcResult_ID);
    tl_writer_long (out, mb_find_call (b, n)->msg_id);
    tl_writer_raw (out, nothing, len - 12);
}

static void
append_entry (MtBench *b, TlWriter *out, const TlWriter *body)
{
    tl_writer_long (out, mb_next_id (b, TRUE));
    tl_writer_int (out, 1);
    tl_writer_int (out, (int32_t)body->len);
    tl_writer_raw (out, body->data, body->len);
}

/* The frame of a packet. */
static void
append_frame (MtBench *b, GByteArray *wire, const TlWriter *body, int64_t session_id)
{
    g_auto (TlWriter) payload = { 0 };
    MtPacket packet = { .session_id = session_id,
                        .msg_id = mb_next_id (b, TRUE),
                        .seq_no = 1,
                        .body = body->data,
                        .len = body->len };

    g_assert_true (
        mt_packet_seal (b->key, 8, &packet, crypto_random_system (), &payload));
    uint32_t length = GUINT32_TO_LE ((uint32_t)payload.len + 3);
    g_byte_array_append (wire, (const uint8_t *)&length, 4);
    g_byte_array_append (wire, payload.data, (unsigned)payload.len);
    g_byte_array_append (wire, (const uint8_t *)"pad", 3);
}

/* In pieces, as a socket gives them. What is kept never grows with the frame. */
static void
say_slowly (MtBench *b, const GByteArray *wire, unsigned piece)
{
    for (unsigned at = 0; at < wire->len; at += piece) {
        g_autoptr (GByteArray) part = g_byte_array_new ();
        g_byte_array_append (part, wire->data + at, MIN (piece, wire->len - at));
        mb_say_wire (b, part);
        if (b->session->frame != NULL)
            g_assert_cmpuint (mt_frame_waiting (b->session->frame), <=,
                              MT_FRAME_PAYLOAD_MAX);
        while (mt_session_deadline (b->session) <= b->now.mono)
            mt_session_tick (b->session, b->now);
    }
}

static void
say_large (MtBench *b, const TlWriter *body)
{
    g_autoptr (GByteArray) wire = g_byte_array_new ();

    append_frame (b, wire, body, b->session_id);
    say_slowly (b, wire, 65521);
}

/* DECISIONS 32 MT-B6 MT-A23: an answer in a frame above the limit fails the call that asked;
 * the connection lives, the message is acknowledged, the next call is answered */
static void
its_call_is_told (void)
{
    static const size_t sizes[] = { MT_FRAME_PAYLOAD_MAX, LARGE, 17 << 20 };

    for (size_t i = 0; i < G_N_ELEMENTS (sizes); i++) {
        g_autoptr (MtBench) b = mb_ready ();
        g_auto (TlWriter) body = { 0 };
        mb_call (b, 1, 0);
        mb_call (b, 2, 0);
        write_result (b, 1, sizes[i], &body);
        expect (b->events, "connect ready");
        say_large (b, &body);
        expect (b->answers, "error -10004 TOO_LARGE -1");
        expect (b->events, "");
        mb_answer (b, mb_find_call (b, 2));
        expect (b->answers, "ok");
        g_assert_cmpuint (b->session->acks->len, ==, 2);
    }
}

/* MT-B6: the largest that is kept is handled as any */
static void
the_largest_honest_one_passes (void)
{
    g_autoptr (MtBench) b = mb_ready ();
    g_auto (TlWriter) body = { 0 };
    g_autofree uint8_t *text = g_malloc0 (MT_FRAME_PAYLOAD_MAX);
    size_t room = MT_FRAME_PAYLOAD_MAX - 24 - 32 - 12 - 64 - 24;
    ApiMessagesDhConfigNotModified object =
        TL_NEW (ApiMessagesDhConfigNotModified, .random = TL_BYTES (text, room / 4 * 4));

    mb_call (b, 1, 0);
    tl_writer_int (&body, (int32_t)MtpRpcResult_ID);
    tl_writer_long (&body, mb_find_call (b, 1)->msg_id);
    g_assert_true (tl_encode (&tl_api_schema, TL_OBJ (&object), &body));
    g_assert_cmpuint (body.len, >, (4 << 20) + 512);
    say_large (b, &body);
    expect (b->answers, "ok");
    expect (b->events, "connect ready");
}

/* DECISIONS 32: in a container, what is small is handled, before it and behind it */
static void
a_container_is_gone_through (void)
{
    g_autoptr (MtBench) b = mb_ready ();
    g_auto (TlWriter) large = { 0 };
    g_auto (TlWriter) before = { 0 };
    g_auto (TlWriter) behind = { 0 };
    g_auto (TlWriter) body = { 0 };

    for (int n = 1; n <= 3; n++)
        mb_call (b, n, 0);
    write_result (b, 2, LARGE, &large);
    mb_write_result (&before, mb_find_call (b, 1)->msg_id);
    mb_write_result (&behind, mb_find_call (b, 3)->msg_id);
    tl_writer_int (&body, (int32_t)MtpMsgContainer_ID);
    tl_writer_int (&body, 3);
    append_entry (b, &body, &before);
    append_entry (b, &body, &large);
    append_entry (b, &body, &behind);
    say_large (b, &body);
    expect (b->answers, "ok error -10004 TOO_LARGE -1 ok");
    expect (b->events, "connect ready");
}

/* MT-D24: entries that do not fit are no container */
static void
a_malformed_container_is_a_gap (void)
{
    static const uint32_t counts[] = { 0, 2, 1025, 0xffffffff };

    for (size_t i = 0; i < G_N_ELEMENTS (counts); i++) {
        g_autoptr (MtBench) b = mb_ready ();
        g_auto (TlWriter) large = { 0 };
        g_auto (TlWriter) body = { 0 };
        mb_call (b, 1, 0);
        write_result (b, 1, LARGE, &large);
        tl_writer_int (&body, (int32_t)MtpMsgContainer_ID);
        tl_writer_int (&body, (int32_t)counts[i]);
        append_entry (b, &body, &large);
        say_large (b, &body);
        expect (b->answers, "");
        expect (b->events, "connect ready gap");
    }
}

/* MT-D10 MT-D25: nor does a container count of which an entry is one, or a copy, or that itself is
 * below the memory of ids: what is small in it is not handled then */
static void
a_large_container_is_whole_or_none (void)
{
    static const uint32_t nested[] = { MtpMsgContainer_ID, MtpMsgCopy_ID, 0 };

    for (size_t i = 0; i < G_N_ELEMENTS (nested); i++) {
        g_autoptr (MtBench) b = mb_ready ();
        g_auto (TlWriter) result = { 0 };
        g_auto (TlWriter) inner = { 0 };
        g_auto (TlWriter) large = { 0 };
        g_auto (TlWriter) body = { 0 };
        mb_give_pong (b);
        mb_advance (b, 11000); /* a session of some age */
        mb_call (b, 1, 0);
        mb_call (b, 2, 0);
        mb_write_result (&result, mb_find_call (b, 1)->msg_id);
        write_result (b, 2, LARGE, &large);
        tl_writer_int (&inner, (int32_t)nested[i]);
        tl_writer_int (&inner, 0);
        tl_writer_int (&body, (int32_t)MtpMsgContainer_ID);
        tl_writer_int (&body, nested[i] != 0 ? 3 : 2);
        append_entry (b, &body, &result);
        append_entry (b, &body, &large);
        if (nested[i] != 0)
            append_entry (b, &body, &inner);
        expect (b->events, "connect ready");
        for (int64_t k = 1; nested[i] == 0 && k <= MT_SEEN_MAX; k++)
            mt_seen_add (&b->session->seen, b->last_id + 1000 + 4 * k + 1);
        say_large (b, &body);
        expect (b->answers, "");
        expect (b->events, "gap");
    }
}

/* DECISIONS 32 MT-G33: an update that is too large comes by the difference */
static void
an_update_is_a_gap (void)
{
    g_autoptr (MtBench) b = mb_ready ();
    g_auto (TlWriter) body = { 0 };
    g_autofree uint8_t *nothing = g_malloc0 (LARGE);

    tl_writer_int (&body, (int32_t)ApiUpdates_ID);
    tl_writer_raw (&body, nothing, LARGE);
    say_large (b, &body);
    expect (b->events, "connect ready gap");
}

/* DECISIONS 24 MT-D6 MT-D8: one bit of it flipped, or another session's: nobody is told
 * anything; a flipped one ends the connection, as any */
static void
a_forged_one_tells_nothing (void)
{
    static const unsigned places[] = { 4, 20, 4 + 24 + 50, 3 << 20, LARGE };

    for (size_t i = 0; i <= G_N_ELEMENTS (places); i++) {
        g_autoptr (MtBench) b = mb_ready ();
        g_auto (TlWriter) body = { 0 };
        g_autoptr (GByteArray) wire = g_byte_array_new ();
        gboolean flip = i < G_N_ELEMENTS (places);
        mb_call (b, 1, 0);
        write_result (b, 1, LARGE, &body);
        append_frame (b, wire, &body, b->session_id + !flip);
        if (flip)
            wire->data[places[i]] ^= 1;
        expect (b->events, "connect ready");
        say_slowly (b, wire, 65536);
        expect (b->answers, "");
        expect (b->events, flip ? "disconnect" : "");
    }
}

/* DECISIONS 32: a frame that never ends is not kept, and is given up with its connection
 * when the server has not answered for two minutes (MT-B34) */
static void
an_endless_one_costs_nothing (void)
{
    g_autoptr (MtBench) b = mb_ready ();
    g_autoptr (GByteArray) wire = g_byte_array_new ();
    uint32_t length = GUINT32_TO_LE ((uint32_t)MT_FRAME_PASSING_MAX);
    static uint8_t nothing[65536];

    g_byte_array_append (wire, (const uint8_t *)&length, 4);
    mb_say_wire (b, wire);
    for (int i = 0; i < 400 && b->session->frame != NULL; i++) {
        g_byte_array_set_size (wire, 0);
        g_byte_array_append (wire, nothing, sizeof nothing);
        mb_say_wire (b, wire);
        if (b->session->frame != NULL)
            g_assert_cmpuint (mt_frame_waiting (b->session->frame), ==, 0);
        mb_advance (b, 1000);
    }
    g_assert_null (b->session->frame);
    g_assert_cmpint (b->pause.trouble, ==, MT_TROUBLE_SILENT);
    g_assert_cmpint (b->now.mono, <, 100000 + 200 * 1000);
}

static void
answer_cb (void *user, TlMessage *answer, const MtError *error)
{
    g_assert_not_reached ();
}

/* A part of a file that goes up, of that length. NULL: it was refused, and `error` set. */
static MtCall *
ask_large (MtBench *b, size_t len, GError **error)
{
    g_autofree uint8_t *nothing = g_malloc0 (len);
    ApiUploadSaveFilePart request =
        TL_NEW (ApiUploadSaveFilePart, .file_id = 1, .bytes = TL_BYTES (nothing, len));

    return mt_session_call (b->session, TL_OBJ (&request), 0, answer_cb, b, error);
}

/* MT-B7: a part of 512 KiB goes, and what is just small enough; more is an error of who asks,
 * who is told nothing later, and the connection knows nothing of it */
static void
calls_have_an_end (void)
{
    static const struct {
        size_t len;
        gboolean goes;
    } rows[] = {
        { 512 << 10, TRUE },         { MT_CALL_MAX - 20, TRUE },
        { MT_CALL_MAX - 16, FALSE }, { MT_CALL_MAX + 1, FALSE },
        { (16 << 20) - 1, FALSE },   { 16 << 20, FALSE }
    }; /* TL has no longer string */
    g_autoptr (MtBench) b = mb_ready ();

    mb_give_pong (b);
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (GError) error = NULL;
        MtCall *call = ask_large (b, rows[i].len, &error);
        g_assert_cmpint (call != NULL, ==, rows[i].goes);
        g_assert_cmpint (error == NULL, ==, rows[i].goes);
        mb_forget (b);
        mb_advance (b, 4); /* behind a long one the loop is others' so long */
        if (call == NULL) {
            g_assert_error (error, TL_ERROR, TL_ERROR_MALFORMED);
            g_assert_cmpuint (b->heard->len, ==, 0);
            continue;
        }
        const MtHeard *heard = b->heard->pdata[b->heard->len - 1];
        g_assert_cmpuint (heard->len, >=, rows[i].len);
        mt_session_cancel (b->session, call);
    }
    mb_call (b, 1, 0);
    mb_answer (b, mb_find_call (b, 1));
    expect (b->answers, "ok");
    g_assert_null (strstr (b->events->str, "disconnect"));
    /* what comes encoded is measured, too, before it could be a packet that never goes */
    g_autofree uint8_t *body = g_malloc0 (MT_CALL_MAX + 4);
    g_test_expect_message ("mtp-mtproto", G_LOG_LEVEL_CRITICAL, "*MT_CALL_MAX*");
    g_assert_null (mt_session_call_encoded (b->session, ApiUploadSaveFilePart_ID,
                                            TL_BYTES (body, MT_CALL_MAX + 4), 0,
                                            answer_cb, b));
    g_test_assert_expected_messages ();
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
#define ADD(f) g_test_add_func ("/session/large/" #f, f)
    ADD (its_call_is_told);
    ADD (the_largest_honest_one_passes);
    ADD (a_container_is_gone_through);
    ADD (a_malformed_container_is_a_gap);
    ADD (a_large_container_is_whole_or_none);
    ADD (an_update_is_a_gap);
    ADD (a_forged_one_tells_nothing);
    ADD (an_endless_one_costs_nothing);
    ADD (calls_have_an_end);
    return g_test_run ();
}
