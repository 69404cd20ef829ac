/* What comes in a genuine packet and is no message: a container that is none, kinds that nobody knows,
 * errors of nobody's call (MTPROTO.md section D). */
#include "mt-bench.h"
#include "mt-private.h"

#include "tl-encode.h"

#include <string.h>
#include <zlib.h>

static void
expect (GString *string, const char *want)
{
    g_autofree char *got = mb_take (string);
    g_assert_cmpstr (got, ==, want);
}

static void
pack (TlWriter *out, const TlWriter *in)
{
    uint8_t packed[512];
    z_stream stream = { 0 };

    g_assert_cmpint (deflateInit2 (&stream, 9, Z_DEFLATED, 31, 8, 0), ==, Z_OK);
    stream.next_in = in->data;
    stream.avail_in = (unsigned)in->len;
    stream.next_out = packed;
    stream.avail_out = sizeof packed;
    g_assert_cmpint (deflate (&stream, Z_FINISH), ==, Z_STREAM_END);
    deflateEnd (&stream);
    tl_writer_int (out, (int32_t)MtpGzipPacked_ID);
    tl_writer_bytes (out, packed, stream.total_out);
}

typedef enum {
    RIGHT,
    NOTHING,       /* no entries */
    FULL,          /* 1024 */
    PACKED_RESULT, /* the entry is gzip_packed, which is fine */
    N_RIGHT,
    TOO_MANY = N_RIGHT, /* 1025, all there */
    ONE_MORE,           /* than there are */
    ONE_LESS,           /* something is left behind the last */
    MINUS_ONE,
    LONGER,     /* than the rest */
    ODD_LENGTH, /* no multiple of 4 */
    NO_BODY,
    ID_OF_THE_CONTAINER,
    ID_ABOVE_IT,
    EVEN_ID,
    NESTED,
    COPY, /* msg_copy */
    CUT_COUNT,
    N_FRAMES
} Frame;

/* A container with the answer `result` and behind it what is wrong. */
static void
write_container (MtBench *b, Frame frame, const TlWriter *result, int64_t *own_id,
                 TlWriter *out)
{
    static const uint8_t nested[] = { 0xdc, 0xf8, 0xf1, 0x73, 0, 0, 0, 0 };
    static const uint8_t copy[] = {
        0xb2, 0x46, 0x60, 0xe0, 1, 0, 0, 0, 1, 0,   0,   0,
        1,    0,    0,    0,    4, 0, 0, 0, 1, '?', '?', '?'
    };
    static const uint8_t acks[] = { 0x59, 0xb4, 0xd6, 0x62, 0x15, 0xc4,
                                    0xb5, 0x1c, 0,    0,    0,    0 };
    g_auto (TlWriter) packed = { 0 };
    int32_t filler = frame == FULL ? 1023 : frame == TOO_MANY ? 1024 : 1;
    int32_t count = frame == ONE_MORE    ? 3
                    : frame == ONE_LESS  ? 1
                    : frame == MINUS_ONE ? -1
                                         : 1 + filler;

    tl_writer_int (out, (int32_t)MtpMsgContainer_ID);
    if (frame == CUT_COUNT)
        return;
    tl_writer_int (out, frame == NOTHING ? 0 : count);
    if (frame == PACKED_RESULT)
        pack (&packed, result);
    const TlWriter *first = frame == PACKED_RESULT ? &packed : result;
    if (frame != NOTHING)
        mb_write_entry (out, mb_next_id (b, TRUE), 1, first->data, first->len);
    int64_t second = mb_next_id (b, FALSE);
    for (int32_t i = 1; i < filler; i++)
        mb_next_id (b, FALSE);
    *own_id = mb_next_id (b, FALSE);
    if (frame == ID_OF_THE_CONTAINER)
        second = *own_id;
    else if (frame == ID_ABOVE_IT)
        second = *own_id + 4;
    else if (frame == EVEN_ID)
        second &= ~1;
    if (frame == NOTHING)
        return;
    if (frame == NESTED)
        mb_write_entry (out, second, 0, nested, sizeof nested);
    else if (frame == COPY)
        mb_write_entry (out, second, 0, copy, sizeof copy);
    else if (frame == NO_BODY)
        mb_write_entry (out, second, 0, NULL, 0);
    else
        for (int32_t i = 0; i < filler; i++)
            mb_write_entry (out, second + 4 * i, 0, acks, sizeof acks);
    if (frame == LONGER)
        out->data[out->len - sizeof acks - 4] += 4;
    else if (frame == ODD_LENGTH)
        out->data[out->len - sizeof acks - 4] -= 1;
}

/* MT-D9 MT-D24 MT-D25: a container is taken or refused as a whole: its first entry, an answer, does
 * not count where another is wrong, and none is acknowledged; what it may have held is asked for */
static void
containers_are_whole_or_none (void)
{
    for (int frame = 0; frame < N_FRAMES; frame++) {
        g_autoptr (MtBench) b = mb_ready ();
        g_auto (TlWriter) result = { 0 };
        g_auto (TlWriter) body = { 0 };
        int64_t own_id = 0;
        mb_give_pong (b);
        mb_call (b, 1, 0);
        expect (b->events, "connect ready");
        mb_write_result (&result, mb_find_call (b, 1)->msg_id);
        write_container (b, (Frame)frame, &result, &own_id, &body);
        MtPacket packet = { .session_id = b->session_id,
                            .msg_id = own_id != 0 ? own_id : mb_next_id (b, FALSE),
                            .seq_no = 2,
                            .body = body.data,
                            .len = body.len };
        g_test_message ("%d", frame);
        mb_say_packet (b, &packet);
        gboolean answered = frame < N_RIGHT && frame != NOTHING;
        expect (b->answers, answered ? "ok" : "");
        expect (b->events, frame < N_RIGHT ? "" : "gap");
        g_assert_cmpuint (b->session->acks->len, ==, answered ? 1 : 0);
        mb_answer (b, mb_find_call (b, 1)); /* it is not too late */
        expect (b->answers, answered ? "" : "ok");
    }
}

/* MT-D25 MT-D45: what is no message of a kind that is known is a gap, once, and acknowledged where
 * its number is odd: unknown constructors, a bare msg_copy, a container inside a packed entry;
 * the next message is handled as any */
static void
unknown_messages (void)
{
    static const uint8_t unknown[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    static const uint8_t copy[] = {
        0xb2, 0x46, 0x60, 0xe0, 1, 0, 0, 0, 1, 0,   0,   0,
        1,    0,    0,    0,    4, 0, 0, 0, 1, '?', '?', '?'
    };

    for (int kind = 0; kind < 3; kind++)
        for (int odd = 0; odd < 2; odd++) {
            g_autoptr (MtBench) b = mb_ready ();
            g_auto (TlWriter) inner = { 0 };
            g_auto (TlWriter) result = { 0 };
            g_auto (TlWriter) packed = { 0 };
            mb_give_pong (b);
            mb_call (b, 1, 0);
            expect (b->events, "connect ready");
            mb_write_result (&result, mb_find_call (b, 1)->msg_id);
            tl_writer_int (&inner, (int32_t)MtpMsgContainer_ID);
            tl_writer_int (&inner, 1);
            mb_write_entry (&inner, mb_next_id (b, TRUE), 1, result.data, result.len);
            pack (&packed, &inner);
            mb_say_bytes (b,
                          kind == 0   ? unknown
                          : kind == 1 ? copy
                                      : packed.data,
                          kind == 0   ? sizeof unknown
                          : kind == 1 ? sizeof copy
                                      : packed.len,
                          odd);
            expect (b->events, "gap");
            expect (b->answers, "");
            g_assert_cmpuint (b->session->acks->len, ==, odd ? 1 : 0);
            mb_answer (b, mb_find_call (b, 1));
            expect (b->answers, "ok");
            expect (b->events, "");
        }
}

/* MT-D41: an error outside of a result is nobody's */
static void
bare_errors (void)
{
    static const struct {
        int code;
        const char *text;
    } rows[] = { { 401, "AUTH_KEY_UNREGISTERED" },
                 { 406, "AUTH_KEY_DUPLICATED" },
                 { 420, "FLOOD_WAIT_60" },
                 { 0, "" } };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (MtBench) b = mb_ready ();
        MtpRpcError error = TL_NEW (MtpRpcError, .error_code = rows[i].code,
                                    .error_message = TL_STR (rows[i].text));
        mb_give_pong (b);
        mb_call (b, 1, 0);
        mb_say (b, TL_OBJ (&error), TRUE);
        expect (b->answers, "");
        expect (b->events, "connect ready");
        mb_answer (b, mb_find_call (b, 1));
        mb_call (b, 2, 0); /* no method waits for that */
        mb_answer (b, mb_find_call (b, 2));
        expect (b->answers, "ok ok");
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
#define ADD(f) g_test_add_func ("/containers/" #f, f)
    ADD (containers_are_whole_or_none);
    ADD (unknown_messages);
    ADD (bare_errors);
    return g_test_run ();
}
