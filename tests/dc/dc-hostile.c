/* What a server could do to a client that believes it: little on the wire, much in memory;
 * answers without an end; strangers by the thousand. */
#include "dc-keys.h"
#include "dc-private.h"

#include "mtproto.tl.h"

#include <string.h>
#include <zlib.h>

#define UPDATES 0x74ae4240u
#define SLICE 0xa8fb1981u
#define USER 0x31774388u
#define STATE 0xa56c2a3eu
#define BOMB (3u << 20) /* people, 20 bytes each: 64 MB in 160 kB */
#define HEAP (1u << 18) /* people: 5 MB, as they are */

/* Vector<User> of `n` without anything but an id. */
static void
write_users (TlWriter *out, unsigned n)
{
    tl_writer_int (out, (int32_t)TlVectorObject_ID);
    tl_writer_int (out, (int32_t)n);
    for (unsigned i = 0; i < n; i++) {
        tl_writer_int (out, (int32_t)USER);
        tl_writer_long (out, 0); /* flags, flags2 */
        tl_writer_long (out, 0); /* id */
    }
}

static void
write_nothing (TlWriter *out)
{
    tl_writer_int (out, (int32_t)TlVectorObject_ID);
    tl_writer_int (out, 0);
}

GByteArray *
dc_gzip (const uint8_t *data, size_t len)
{
    z_stream stream = { 0 };
    GByteArray *packed = g_byte_array_new ();

    g_assert_cmpint (deflateInit2 (&stream, 9, Z_DEFLATED, 31, 8, 0), ==, Z_OK);
    g_byte_array_set_size (packed, (unsigned)deflateBound (&stream, len));
    stream.next_in = (uint8_t *)data;
    stream.avail_in = (unsigned)len;
    stream.next_out = packed->data;
    stream.avail_out = packed->len;
    g_assert_cmpint (deflate (&stream, Z_FINISH), ==, Z_STREAM_END);
    g_byte_array_set_size (packed, packed->len - stream.avail_out);
    deflateEnd (&stream);
    return packed;
}

static void
pack (TlWriter *out, const TlWriter *plain)
{
    g_autoptr (GByteArray) packed = dc_gzip (plain->data, plain->len);

    tl_writer_int (out, (int32_t)MtpGzipPacked_ID);
    tl_writer_bytes (out, packed->data, packed->len);
}

static void
write_bomb (TlWriter *out)
{
    g_auto (TlWriter) plain = { 0 };

    tl_writer_int (&plain, (int32_t)UPDATES);
    write_nothing (&plain);
    write_users (&plain, BOMB);
    write_nothing (&plain);
    tl_writer_long (&plain, 0); /* date, seq */
    pack (out, &plain);
}

void
dc_hostile_update (Dc *dc, DcUser *to, unsigned n)
{
    g_auto (TlWriter) bomb = { 0 };

    write_bomb (&bomb);
    for (unsigned i = 0; i < dc->sessions->len; i++) {
        DcSession *session = g_ptr_array_index (dc->sessions, i);
        g_auto (TlWriter) body = { 0 };
        if (dc_device (session->key)->user != to || session->conn == NULL)
            continue;
        tl_writer_int (&body, (int32_t)MtpMsgContainer_ID);
        tl_writer_int (&body, (int32_t)n);
        for (unsigned k = 0; k < n; k++) {
            tl_writer_long (&body, dc_msg_id (dc, FALSE));
            tl_writer_int (&body, 2 * session->content + 1);
            tl_writer_int (&body, (int32_t)bomb.len);
            tl_writer_raw (&body, bomb.data, bomb.len);
        }
        dc_session_send (session, &body, FALSE, FALSE);
    }
}

void
dc_hostile_difference (DcCall *call)
{
    g_auto (TlWriter) plain = { 0 };
    const SrvUpdatesGetDifference *query = TL_AS (call->query, SrvUpdatesGetDifference);
    gboolean large = call->dc->difference == DC_DIFFERENCE_LARGE;
    gboolean frame = call->dc->difference == DC_DIFFERENCE_FRAME;

    tl_writer_int (&plain, (int32_t)SLICE);
    for (int i = 0; i < 4; i++) /* messages, encrypted ones, updates, chats */
        write_nothing (&plain);
    write_users (&plain, large ? BOMB : frame ? HEAP : 0);
    tl_writer_int (&plain, (int32_t)STATE);
    tl_writer_int (&plain, query->pts);
    tl_writer_int (&plain, query->qts);
    tl_writer_int (&plain, query->date);
    tl_writer_int (&plain, 1); /* seq */
    tl_writer_int (&plain, 0); /* unread_count */
    if (large)
        pack (&call->answer, &plain);
    else
        tl_writer_raw (&call->answer, plain.data, plain.len);
}

/* Strangers who want a secret chat, and take it back. */
void
dc_hostile_requests (Dc *dc, DcUser *to, unsigned n)
{
    uint8_t g_a[256] = { 0x40, 1 };

    for (unsigned i = 0; i < n; i++) {
        int32_t id = (int32_t)(1000000 + i);
        SrvEncryptedChatRequested requested =
            TL_NEW (SrvEncryptedChatRequested, .id = id, .access_hash = 1,
                    .date = dc_now (dc), .admin_id = 7000000 + i,
                    .participant_id = to->id, .g_a = TL_BYTES (g_a, 256));
        SrvEncryptedChatDiscarded discarded =
            TL_NEW (SrvEncryptedChatDiscarded, .id = id);
        SrvUpdateEncryption update = TL_NEW (
            SrvUpdateEncryption, .chat = TL_OBJ (&requested), .date = dc_now (dc));
        dc_push (dc, NULL, to, NULL, TL_OBJ (&update), NULL);
        update.chat = TL_OBJ (&discarded);
        if (i % 2 == 0)
            dc_push (dc, NULL, to, NULL, TL_OBJ (&update), NULL);
    }
}
