/* Small input never makes unbounded work: what a server can put into a packet, against what
 * the session makes of it (DECISIONS 32). */
#include "mt-bench.h"
#include "mt-private.h"

#include "tl-encode.h"
#include "tl-reader.h"

#include <string.h>
#include <zlib.h>

#define TIMES 8 /* entries of a hostile container */

static void
expect (GString *string, const char *want)
{
    g_autofree char *got = mb_take (string);
    g_assert_cmpstr (got, ==, want);
}

/* gzip_packed of `data` */
static void
pack (TlWriter *out, const uint8_t *data, size_t len)
{
    z_stream stream = { 0 };
    g_autofree uint8_t *packed = g_malloc (len + 1024);

    g_assert_cmpint (deflateInit2 (&stream, 9, Z_DEFLATED, 31, 8, 0), ==, Z_OK);
    stream.next_in = (uint8_t *)data;
    stream.avail_in = (unsigned)len;
    stream.next_out = packed;
    stream.avail_out = (unsigned)len + 1024;
    g_assert_cmpint (deflate (&stream, Z_FINISH), ==, Z_STREAM_END);
    tl_writer_int (out, (int32_t)MtpGzipPacked_ID);
    tl_writer_bytes (out, packed, len + 1024 - stream.avail_out);
    deflateEnd (&stream);
}

/* An Updates of `n` users without anything but an id. */
static void
write_users (TlWriter *out, size_t n)
{
    tl_writer_int (out, (int32_t)ApiUpdates_ID);
    tl_writer_int (out, (int32_t)TlVectorObject_ID);
    tl_writer_int (out, 0);
    tl_writer_int (out, (int32_t)TlVectorObject_ID);
    tl_writer_int (out, (int32_t)n);
    for (size_t i = 0; i < n; i++) {
        tl_writer_int (out, (int32_t)ApiUser_ID);
        for (int k = 0; k < 4; k++)
            tl_writer_int (out, 0);
    }
    tl_writer_int (out, (int32_t)TlVectorObject_ID);
    tl_writer_int (out, 0);
    tl_writer_int (out, 0);
    tl_writer_int (out, 0);
}

static void
write_packed_users (TlWriter *out, size_t n)
{
    g_auto (TlWriter) plain = { 0 };

    write_users (&plain, n);
    pack (out, plain.data, plain.len);
}

/* The same message `n` times in one packet. */
static void
say_container (MtBench *b, const TlWriter *body, unsigned n)
{
    g_auto (TlWriter) out = { 0 };

    tl_writer_int (&out, (int32_t)MtpMsgContainer_ID);
    tl_writer_int (&out, (int32_t)n);
    for (unsigned i = 0; i < n; i++) {
        tl_writer_long (&out, mb_next_id (b, TRUE));
        tl_writer_int (&out, 1);
        tl_writer_int (&out, (int32_t)body->len);
        tl_writer_raw (&out, body->data, body->len);
    }
    mb_say_bytes (b, out.data, out.len, FALSE);
}

static size_t
resident (void)
{
    g_autofree char *text = NULL;
    g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
    return (size_t)g_ascii_strtoull (strchr (text, ' ') + 1, NULL, 10) * 4096;
}

/* DECISIONS 32 MT-A22 MT-D45: a small update that unpacks to 64 MB is given up at 4 MB; the
 * difference is asked for, which can be had in slices */
static void
a_packed_update_is_bounded (void)
{
    g_autoptr (MtBench) b = mb_ready ();
    g_auto (TlWriter) bomb = { 0 };

    write_packed_users (&bomb, 3 << 20);
    g_assert_cmpuint (bomb.len, <, 170000);
    expect (b->events, "connect ready");
    size_t before = resident ();
    mb_say_bytes (b, bomb.data, bomb.len, TRUE);
    expect (b->events, "gap");
    g_assert_cmpuint (b->session->budget.unpacked, ==, 0);
    g_assert_cmpuint (b->session->budget.objects, ==, TL_OBJECTS_MAX);
    mb_say_bytes (b, bomb.data, bomb.len, TRUE); /* every input has a budget of its own */
    expect (b->events, "gap");
    g_assert_cmpuint (resident () - before, <, 256 << 20);
}

/* DECISIONS 32: what unpacks to little enough may still decode to too much */
static void
objects_are_bounded (void)
{
    g_autoptr (MtBench) b = mb_ready ();
    g_auto (TlWriter) many = { 0 };
    g_auto (TlWriter) some = { 0 };

    write_packed_users (&many, 150000);
    write_packed_users (&some, 5000);
    expect (b->events, "connect ready");
    mb_say_bytes (b, many.data, many.len, TRUE);
    expect (b->events, "gap");
    mb_say_bytes (b, some.data, some.len, TRUE);
    expect (b->events, "update");
}

/* DECISIONS 32: the entries of a container have one budget together; once it is used up,
 * the others cost nothing */
static void
a_container_has_one_budget (void)
{
    g_autoptr (MtBench) b = mb_ready ();
    g_auto (TlWriter) bomb = { 0 };
    g_auto (TlWriter) fair = { 0 };

    write_packed_users (&bomb, 3 << 20);
    expect (b->events, "connect ready");
    size_t before = resident ();
    say_container (b, &bomb, TIMES);
    expect (b->events, "gap gap gap gap gap gap gap gap");
    g_assert_cmpuint (b->session->budget.unpacked, ==, 0);
    g_assert_cmpuint (resident () - before, <, 256 << 20);

    write_packed_users (&fair, 25000); /* 500 kB each: three and a bit have room */
    say_container (b, &fair, TIMES);
    expect (b->events, "update update update gap gap gap gap gap");
}

/* MT-A21: packed in packed is nothing, and is found out by the first four bytes */
static void
nested_packing_is_refused (void)
{
    g_autoptr (MtBench) b = mb_ready ();
    g_auto (TlWriter) inner = { 0 };
    g_auto (TlWriter) outer = { 0 };

    write_packed_users (&inner, 3 << 20);
    pack (&outer, inner.data, inner.len);
    expect (b->events, "connect ready");
    mb_say_bytes (b, outer.data, outer.len, TRUE);
    expect (b->events, "gap");
    g_assert_cmpuint (TL_UNPACKED_MAX - b->session->budget.unpacked, ==, inner.len);
}

/* What is wrong with something packed. */
enum { NOTHING, EMPTY, TURNED, TRAILER_TURNED, CUT, HEADLESS, FLAWS };

static void
write_flawed (TlWriter *out, const TlWriter *plain, int flaw)
{
    g_auto (TlWriter) packed = { 0 };
    TlReader in;

    pack (&packed, plain->data, flaw == EMPTY ? 0 : plain->len);
    tl_reader_init (&in, packed.data, packed.len);
    tl_reader_int (&in);
    TlBytes bytes = tl_reader_bytes (&in);
    g_autofree uint8_t *copy = g_memdup2 (bytes.data, bytes.len);
    if (flaw == TURNED)
        copy[bytes.len / 2] ^= 0x21;
    if (flaw == TRAILER_TURNED)
        copy[bytes.len - 6] ^= 1; /* the checksum of what is in it */
    if (flaw == HEADLESS)
        copy[0] ^= 1;
    tl_writer_int (out, (int32_t)MtpGzipPacked_ID);
    tl_writer_bytes (out, copy, bytes.len - (flaw == CUT ? 8 : 0));
}

/* MT-A21 MT-A22 MT-A23: packed nothing, damage anywhere and a missing end are an error of that message
 * and of no other, be it an answer, an update, or one beside another in a container; the connection
 * stays */
static void
packed_and_damaged (void)
{
    for (int flaw = NOTHING; flaw < FLAWS; flaw++) {
        g_autoptr (MtBench) b = mb_ready ();
        g_auto (TlWriter) result = { 0 };
        g_auto (TlWriter) update = { 0 };
        g_auto (TlWriter) plain = { 0 };
        g_auto (TlWriter) container = { 0 };
        g_auto (TlWriter) good = { 0 };
        ApiMessagesDhConfigNotModified object =
            TL_NEW (ApiMessagesDhConfigNotModified, .random = TL_BYTES ("1234", 4));
        g_test_message ("flaw %d", flaw);
        mb_call (b, 1, 0);
        mb_call (b, 2, 0);
        expect (b->events, "connect ready");
        g_assert_true (tl_encode (&tl_api_schema, TL_OBJ (&object), &plain));
        tl_writer_int (&result, (int32_t)MtpRpcResult_ID);
        tl_writer_long (&result, mb_find_call (b, 1)->msg_id);
        write_flawed (&result, &plain, flaw);
        mb_say_bytes (b, result.data, result.len, TRUE);
        expect (b->answers, flaw == NOTHING ? "ok" : "error -10002 UNDECODABLE -1");
        g_free (mb_take (b->events));
        tl_writer_clear (&plain);
        write_users (&plain, 3);
        write_flawed (&update, &plain, flaw);
        mb_say_bytes (b, update.data, update.len, TRUE);
        expect (b->events, flaw == NOTHING ? "update" : "gap");
        mb_write_result (&good, mb_find_call (b, 2)->msg_id);
        tl_writer_int (&container, (int32_t)MtpMsgContainer_ID);
        tl_writer_int (&container, 2);
        for (int i = 0; i < 2; i++) {
            const TlWriter *entry = i == 0 ? &update : &good;
            tl_writer_long (&container, mb_next_id (b, TRUE));
            tl_writer_int (&container, 1);
            tl_writer_int (&container, (int32_t)entry->len);
            tl_writer_raw (&container, entry->data, entry->len);
        }
        mb_say_bytes (b, container.data, container.len, FALSE);
        expect (b->events, flaw == NOTHING ? "update" : "gap");
        expect (b->answers, "ok");
        g_assert_cmpuint (b->connects, ==, 1);
    }
}

/* DECISIONS 32: several frames in one read are several pieces of work, once the first ones
 * took a quarter of a budget; none is lost, their order stays */
static void
frames_wait_for_another_turn (void)
{
    g_autoptr (MtBench) b = mb_ready ();
    g_auto (TlWriter) fair = { 0 };
    g_autoptr (GByteArray) wire = g_byte_array_new ();

    write_packed_users (&fair, 30000);
    expect (b->events, "connect ready");
    for (int i = 0; i < TIMES; i++) {
        g_auto (TlWriter) payload = { 0 };
        MtPacket packet = { .session_id = b->session_id,
                            .msg_id = mb_next_id (b, TRUE),
                            .seq_no = 2 * i + 1,
                            .body = fair.data,
                            .len = fair.len };
        g_assert_true (
            mt_packet_seal (b->key, 8, &packet, crypto_random_system (), &payload));
        uint32_t length = GUINT32_TO_LE ((uint32_t)payload.len);
        g_byte_array_append (wire, (const uint8_t *)&length, 4);
        g_byte_array_append (wire, payload.data, (unsigned)payload.len);
    }
    mb_say_wire (b, wire);
    expect (b->events, "update");
    for (int i = 1; i < TIMES; i++) {
        g_assert_cmpint (mt_session_deadline (b->session), <=, b->now.mono);
        mt_session_tick (b->session, b->now);
        expect (b->events, "update");
    }
    mt_session_tick (b->session, b->now); /* finds nothing more */
    expect (b->events, "");
    g_assert_cmpint (mt_session_deadline (b->session), >, b->now.mono);
}

/* A message of the server, in a frame of its own. */
static void
append_frame (MtBench *b, GByteArray *wire, const TlWriter *body)
{
    g_auto (TlWriter) payload = { 0 };
    MtPacket packet = { .session_id = b->session_id,
                        .msg_id = mb_next_id (b, TRUE),
                        .body = body->data,
                        .len = body->len };

    g_assert_true (
        mt_packet_seal (b->key, 8, &packet, crypto_random_system (), &payload));
    uint32_t length = GUINT32_TO_LE ((uint32_t)payload.len);
    g_byte_array_append (wire, (const uint8_t *)&length, 4);
    g_byte_array_append (wire, payload.data, (unsigned)payload.len);
}

/* A frame of 1 MB that fills a turn: a packed update, and much that is nothing. */
static void
append_full_turn (MtBench *b, GByteArray *wire)
{
    static const uint8_t nothing[1 << 20];
    g_auto (TlWriter) fair = { 0 };
    g_auto (TlWriter) body = { 0 };

    write_packed_users (&fair, 100000);
    const struct {
        const uint8_t *data;
        size_t len;
    } entries[] = { { fair.data, fair.len }, { nothing, sizeof nothing } };
    tl_writer_int (&body, (int32_t)MtpMsgContainer_ID);
    tl_writer_int (&body, (int32_t)G_N_ELEMENTS (entries));
    for (size_t i = 0; i < G_N_ELEMENTS (entries); i++) {
        tl_writer_long (&body, mb_next_id (b, TRUE));
        tl_writer_int (&body, 1);
        tl_writer_int (&body, (int32_t)entries[i].len);
        tl_writer_raw (&body, entries[i].data, entries[i].len);
    }
    append_frame (b, wire, &body);
}

/* DECISIONS 32: frames that arrive faster than turns take them do not pile up without end:
 * the connection goes, and with it what waited */
static void
frames_that_wait_are_bounded (void)
{
    g_autoptr (MtBench) b = mb_ready ();

    for (int i = 0; i < 10 && b->session->frame != NULL; i++) {
        g_autoptr (GByteArray) wire = g_byte_array_new ();
        for (int k = 0; k < 4; k++)
            append_full_turn (b, wire);
        mb_say_wire (b, wire); /* four come, one is taken */
        g_assert_true (b->session->frame == NULL ||
                       mt_frame_waiting (b->session->frame) <= 3 * MT_FRAME_PAYLOAD_MAX);
    }
    g_assert_null (b->session->frame);
    g_assert_nonnull (strstr (b->events->str, "disconnect"));
    g_assert_cmpint (b->pause.trouble, ==, MT_TROUBLE_CLOSED);
}

/* One frame with a container of so many entries, each acknowledged, and none of them a message. */
static void
append_entries (MtBench *b, GByteArray *wire, int n)
{
    g_auto (TlWriter) body = { 0 };

    tl_writer_int (&body, (int32_t)MtpMsgContainer_ID);
    tl_writer_int (&body, n);
    for (int i = 0; i < n; i++) {
        tl_writer_long (&body, mb_next_id (b, TRUE));
        tl_writer_int (&body, 2 * i + 1);
        tl_writer_int (&body, 4);
        tl_writer_raw (&body, "????", 4);
    }
    append_frame (b, wire, &body);
}

/* Twice in one packet: that one of ours was not taken. */
static void
refuse_twice (MtBench *b, int64_t msg_id)
{
    g_auto (TlWriter) bad = { 0 };
    g_auto (TlWriter) body = { 0 };
    MtpBadMsgNotification refused =
        TL_NEW (MtpBadMsgNotification, .bad_msg_id = msg_id, .error_code = 20);

    g_assert_true (tl_encode (&tl_mtproto_schema, TL_OBJ (&refused), &bad));
    tl_writer_int (&body, (int32_t)MtpMsgContainer_ID);
    tl_writer_int (&body, 2);
    for (int i = 0; i < 2; i++) {
        tl_writer_long (&body, mb_next_id (b, TRUE));
        tl_writer_int (&body, 0);
        tl_writer_int (&body, (int32_t)bad.len);
        tl_writer_raw (&body, bad.data, bad.len);
    }
    mb_say_bytes (b, body.data, body.len, FALSE);
}

/* MT-D28: at most 8192 ids are acknowledged in one message, however many came before it, and however
 * often it was refused */
static void
acknowledgements_are_bounded (void)
{
    g_autoptr (MtBench) b = mb_ready ();
    g_autoptr (GByteArray) wire = g_byte_array_new ();

    mb_give_pong (b);
    for (int i = 0; i < 9; i++)
        append_entries (b, wire, 1024);
    mb_forget (b);
    mb_say_wire (b, wire);
    for (int again = 0; again < 2; again++) {
        const MtHeard *acks = mb_find (b, MtpMsgsAck_ID);
        g_assert_nonnull (acks);
        g_assert_cmpuint (acks->len, ==, 12 + 8192 * 8);
        int64_t msg_id = acks->msg_id;
        mb_forget (b);
        if (!again)
            refuse_twice (b, msg_id);
    }
}

/* DECISIONS 32 DECISIONS 7: an answer that is too large fails the call that asked; a secret
 * message goes again, three times in all, with growing pauses, because its answer may have
 * shared a packet with something large */
static void
a_large_answer_is_refused (void)
{
    for (int patient = 0; patient < 2; patient++) {
        g_autoptr (MtBench) b = mb_ready ();
        g_auto (TlWriter) bomb = { 0 };

        write_packed_users (&bomb, 3 << 20);
        mb_call (b, 1, patient ? MT_CALL_PATIENT : MT_CALL_DEFAULT);
        for (unsigned i = 0; i < (patient ? 3 : 1); i++) {
            static const int64_t pauses[] = { 0, 1000, 4000 };
            if (i > 0) {
                mb_forget (b);
                mb_advance (b, pauses[i] - 1);
                g_assert_null (mb_find_call (b, 1));
                mb_advance (b, 2);
            }
            g_assert_nonnull (mb_find_call (b, 1));
            expect (b->answers, "");
            mb_answer_bytes (b, mb_find_call (b, 1)->msg_id, bomb.data, bomb.len);
        }
        expect (b->answers, "error -10004 TOO_LARGE -1");
        expect (b->events, "connect ready"); /* no getDifference for it */
    }
}

/* Sealing what is due at once, the parts of a file when the connection is there again, does not
 * hold the loop (DECISIONS 32): 256 KiB in 4 ms, in order, and nothing is left lying. */
static void
calls_wait_for_another_turn (void)
{
    enum { CALLS = 8, SIZE = 100000 };
    g_autofree uint8_t *data = g_malloc0 (SIZE);
    g_autoptr (MtBench) b = mb_ready ();

    mb_give_pong (b);
    mb_call (b, 1, 0);
    mb_answer (b, mb_find_call (b, 1));
    mb_advance (b, 35000);
    mb_forget (b);
    for (int i = 0; i < CALLS; i++) {
        ApiMessagesSendEncrypted request =
            TL_NEW (ApiMessagesSendEncrypted,
                    .peer = TL_OBJ (&TL_NEW (ApiInputEncryptedChat, .chat_id = 1)),
                    .random_id = i, .data = TL_BYTES (data, SIZE));
        mb_ask (b, TL_OBJ (&request), MT_CALL_PATIENT);
    }
    mb_flush (b);
    g_assert_cmpuint (b->heard->len, ==, 3);
    mb_flush (b); /* in the same turn, of another cause */
    g_assert_cmpuint (b->heard->len, ==, 3);
    for (unsigned left = CALLS - 3; left > 0; left -= MIN (left, 3)) {
        g_assert_cmpint (mt_session_deadline (b->session), ==, b->now.mono + 4);
        mb_advance (b, 4);
        g_assert_cmpuint (b->heard->len, ==, CALLS - left + MIN (left, 3));
    }
    g_assert_cmpint (mt_session_deadline (b->session), >, b->now.mono + 4);
    for (unsigned i = 1; i < CALLS; i++)
        g_assert_cmpint (((MtHeard *)g_ptr_array_index (b->heard, i))->msg_id, >,
                         ((MtHeard *)g_ptr_array_index (b->heard, i - 1))->msg_id);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
#define ADD(f) g_test_add_func ("/session/budget/" #f, f)
    ADD (a_packed_update_is_bounded);
    ADD (acknowledgements_are_bounded);
    ADD (objects_are_bounded);
    ADD (a_container_has_one_budget);
    ADD (nested_packing_is_refused);
    ADD (packed_and_damaged);
    ADD (frames_wait_for_another_turn);
    ADD (frames_that_wait_are_bounded);
    ADD (a_large_answer_is_refused);
    ADD (calls_wait_for_another_turn);
    return g_test_run ();
}
