/* TCP from the server's side: obfuscated in three framings; these and the full one as they are. */
#include "dc-keys.h"
#include "dc-sites.h"

#include <string.h>
#include <zlib.h>

#define HEADER_SIZE 64
#define PACKET_MAX (1u << 24)

DcConn *
dc_conn_new (Dc *dc, const DcConnOps *ops, void *user)
{
    DcConn *conn = g_new0 (DcConn, 1);

    conn->dc = dc;
    conn->ops = ops;
    conn->user = user;
    conn->site = dc->config.dc;
    conn->buffer = g_byte_array_new ();
    conn->exchanges = g_hash_table_new_full (g_bytes_hash, g_bytes_equal,
                                             (GDestroyNotify)g_bytes_unref, g_free);
    g_ptr_array_add (dc->conns, conn);
    return conn;
}

void
dc_conn_free (DcConn *conn)
{
    Dc *dc = conn->dc;

    for (unsigned i = 0; i < dc->sessions->len; i++) {
        DcSession *session = g_ptr_array_index (dc->sessions, i);
        if (session->conn != conn)
            continue;
        session->conn = NULL;
        DcUser *user = dc_device (session->key)->user;
        if (user != NULL && user->online && conn->site == user->home && !conn->media)
            dc_set_online (dc, user, FALSE);
    }
    g_ptr_array_remove (dc->conns, conn);
    crypto_ctr_free (conn->in);
    crypto_ctr_free (conn->out);
    g_byte_array_unref (conn->buffer);
    g_hash_table_unref (conn->exchanges);
    g_free (conn);
}

void
dc_conn_drop (DcConn *conn)
{
    if (conn->closed)
        return;
    conn->closed = TRUE;
    conn->ops->close (conn->user);
}

static DcFrameKind
kind_of (uint32_t tag)
{
    return tag == 0xddddddddu   ? DC_FRAME_PADDED
           : tag == 0xeeeeeeeeu ? DC_FRAME_INTERMEDIATE
           : tag == 0xefefefefu ? DC_FRAME_ABRIDGED
                                : DC_FRAME_NONE;
}

/* The first 64 bytes; FALSE = not ours. */
static gboolean
take_header (DcConn *conn)
{
    uint8_t header[HEADER_SIZE], reversed[HEADER_SIZE], plain[HEADER_SIZE];
    uint32_t tag;
    int16_t number;

    memcpy (header, conn->buffer->data, HEADER_SIZE);
    for (size_t i = 0; i < HEADER_SIZE; i++)
        reversed[i] = header[HEADER_SIZE - 1 - i];
    uint8_t up[32], down[32];
    dc_site_obfuscation (conn, header + 8, up);
    dc_site_obfuscation (conn, reversed + 8, down);
    conn->in = crypto_ctr_new (up, header + 40);
    conn->out = crypto_ctr_new (down, reversed + 40);
    crypto_ctr_apply (conn->in, header, plain, HEADER_SIZE);
    memcpy (&tag, plain + 56, 4);
    memcpy (&number, plain + 60, 2);
    tag = GUINT32_FROM_LE (tag);
    conn->number = ABS ((int16_t)GUINT16_FROM_LE ((uint16_t)number));
    conn->kind = kind_of (tag);
    return conn->kind != DC_FRAME_NONE;
}

/* What an obfuscated connection never begins with (MT-B8): a transport as it is. Takes its tag, and says
 * how many bytes more it wants to see: 0 = it is known. */
static size_t
take_plain (DcConn *conn)
{
    const uint8_t *p = conn->buffer->data;
    uint32_t words[2];

    if (conn->buffer->len >= 1 && p[0] == 0xef) {
        conn->kind = DC_FRAME_ABRIDGED;
        g_byte_array_remove_range (conn->buffer, 0, 1);
        return 0;
    }
    if (conn->buffer->len < 8)
        return 8 - conn->buffer->len;
    memcpy (words, p, 8);
    if (words[0] == 0xddddddddu || words[0] == 0xeeeeeeeeu) {
        conn->kind = kind_of (words[0]);
        g_byte_array_remove_range (conn->buffer, 0, 4);
    } else if (words[1] == 0) { /* its first number */
        conn->kind = DC_FRAME_FULL;
    }
    return 0;
}

/* FALSE: more bytes, or the end. */
static gboolean
begin (DcConn *conn)
{
    if (take_plain (conn) > 0)
        return FALSE;
    if (conn->kind != DC_FRAME_NONE)
        return TRUE;
    if (conn->buffer->len < HEADER_SIZE)
        return FALSE;
    if (!take_header (conn)) {
        dc_conn_drop (conn);
        return FALSE;
    }
    g_byte_array_remove_range (conn->buffer, 0, HEADER_SIZE);
    if (conn->strict && conn->number % 10000 != conn->site) {
        int32_t code = GINT32_TO_LE (-444);
        dc_conn_write (conn, (const uint8_t *)&code, 4);
    }
    return TRUE;
}

/* Length of the packet at the start of the buffer and of its prefix; 0 = more bytes. */
static size_t
packet_size (const DcConn *conn, size_t *prefix)
{
    const uint8_t *p = conn->buffer->data;
    size_t have = conn->buffer->len;
    uint32_t size;

    *prefix = 4;
    if (conn->kind == DC_FRAME_FULL) { /* the length counts itself */
        if (have < 4)
            return 0;
        memcpy (&size, p, 4);
        size = GUINT32_FROM_LE (size);
        return size < 12 ? PACKET_MAX + 1 : size - 4;
    }
    if (conn->kind != DC_FRAME_ABRIDGED) {
        if (have < 4)
            return 0;
        memcpy (&size, p, 4);
        return GUINT32_FROM_LE (size) & 0x7fffffff;
    }
    if (have < 1)
        return 0;
    if ((p[0] & 0x7f) != 0x7f) {
        *prefix = 1;
        return (size_t)(p[0] & 0x7f) * 4;
    }
    if (have < 4)
        return 0;
    return ((size_t)p[1] | (size_t)p[2] << 8 | (size_t)p[3] << 16) * 4;
}

static void
take_packet (DcConn *conn, const uint8_t *packet, size_t len)
{
    int64_t key_id;

    if (len < 20)
        return;
    memcpy (&key_id, packet, 8);
    if (key_id == 0) {
        uint32_t size;
        memcpy (&size, packet + 16, 4);
        size = GUINT32_FROM_LE (size);
        if (size <= len - 20)
            dc_plain_receive (conn, packet + 20, size);
    } else {
        dc_session_packet (conn, packet, len);
    }
}

/* A packet of the full transport, with its length, its number and its sum. */
static void
take_full (DcConn *conn, size_t size)
{
    g_autofree uint8_t *packet = g_memdup2 (conn->buffer->data, size);
    uint32_t number, sum;

    g_byte_array_remove_range (conn->buffer, 0, (unsigned)size);
    memcpy (&number, packet + 4, 4);
    memcpy (&sum, packet + size - 4, 4);
    if (GUINT32_FROM_LE (number) != conn->heard++ ||
        GUINT32_FROM_LE (sum) != crc32 (0, packet, (unsigned)size - 4)) {
        dc_conn_drop (conn);
        return;
    }
    take_packet (conn, packet + 8, size - 12);
}

void
dc_conn_receive (DcConn *conn, const uint8_t *data, size_t len)
{
    unsigned start = conn->buffer->len;

    if (conn->closed)
        return;
    g_byte_array_append (conn->buffer, data, (unsigned)len);
    if (conn->kind == DC_FRAME_NONE) {
        if (!begin (conn))
            return;
        start = 0;
    }
    if (conn->in != NULL)
        crypto_ctr_apply (conn->in, conn->buffer->data + start,
                          conn->buffer->data + start, conn->buffer->len - start);
    while (!conn->closed) {
        size_t prefix, size = packet_size (conn, &prefix);
        if (size > PACKET_MAX) {
            dc_conn_drop (conn);
            return;
        }
        if (size == 0 || conn->buffer->len - prefix < size)
            return;
        if (conn->kind == DC_FRAME_FULL) {
            take_full (conn, size + prefix);
            continue;
        }
        g_autofree uint8_t *packet = g_memdup2 (conn->buffer->data + prefix, size);
        g_byte_array_remove_range (conn->buffer, 0, (unsigned)(prefix + size));
        take_packet (conn, packet, size);
    }
}

void
dc_conn_write (DcConn *conn, const uint8_t *payload, size_t len)
{
    g_autoptr (GByteArray) out = g_byte_array_new ();
    uint8_t padding[16] = { 0 };
    size_t pad = 0;

    if (conn->closed)
        return;
    if (conn->kind == DC_FRAME_PADDED) {
        dc_random (conn->dc, padding, sizeof padding);
        pad = padding[15] % 16;
    }
    if (conn->kind == DC_FRAME_ABRIDGED) {
        uint32_t words = (uint32_t)(len / 4);
        uint8_t head[4] = { 0x7f, (uint8_t)words, (uint8_t)(words >> 8),
                            (uint8_t)(words >> 16) };
        uint8_t small = (uint8_t)words;
        g_byte_array_append (out, words < 127 ? &small : head, words < 127 ? 1 : 4);
    } else if (conn->kind == DC_FRAME_FULL) {
        uint32_t head[2] = { GUINT32_TO_LE ((uint32_t)(len + 12)),
                             GUINT32_TO_LE (conn->said++) };
        g_byte_array_append (out, (const uint8_t *)head, sizeof head);
    } else {
        uint32_t total = GUINT32_TO_LE ((uint32_t)(len + pad));
        g_byte_array_append (out, (const uint8_t *)&total, 4);
    }
    g_byte_array_append (out, payload, (unsigned)len);
    g_byte_array_append (out, padding, (unsigned)pad);
    if (conn->kind == DC_FRAME_FULL) {
        uint32_t sum = GUINT32_TO_LE ((uint32_t)crc32 (0, out->data, out->len));
        g_byte_array_append (out, (const uint8_t *)&sum, 4);
    }
    if (conn->out != NULL)
        crypto_ctr_apply (conn->out, out->data, out->data, out->len);
    conn->ops->send (conn->user, out->data, out->len);
}
