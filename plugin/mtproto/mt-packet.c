/* MTProto 2.0's message envelope around crypto-envelope. */
#include "mt-packet.h"

#include "tl-reader.h"

#include <string.h>

#define HEAD 24  /* auth_key_id, msg_key */
#define INNER 32 /* salt, session_id, msg_id, seq_no, length */
#define PADDING_MIN 12
#define PADDING_MAX 1024
#define EXTRA_BLOCKS 4 /* 0..3 more blocks, to hide lengths (MT-D5) */

gboolean
mt_packet_seal (const uint8_t key[static 256], int x, const MtPacket *packet,
                const CryptoRandom *random, TlWriter *out)
{
    uint8_t padding[PADDING_MIN + 15 + 16 * EXTRA_BLOCKS + 1];

    if (!crypto_random_fill (random, padding, sizeof padding))
        return FALSE;
    size_t plain = INNER + packet->len;
    size_t pad = PADDING_MIN + (16 - (plain + PADDING_MIN) % 16) % 16 +
                 16u * (padding[sizeof padding - 1] % EXTRA_BLOCKS);
    tl_writer_long (out, crypto_key_id (key));
    size_t sealed = out->len; /* what follows is sealed where it stands */
    tl_writer_space (out, CRYPTO_MSG_KEY_SIZE);
    tl_writer_long (out, packet->salt);
    tl_writer_long (out, packet->session_id);
    tl_writer_long (out, packet->msg_id);
    tl_writer_int (out, packet->seq_no);
    tl_writer_int (out, (int32_t)packet->len);
    tl_writer_raw (out, packet->body, packet->len);
    tl_writer_raw (out, padding, pad);
    crypto_envelope_seal (key, x, out->data + sealed + CRYPTO_MSG_KEY_SIZE, plain + pad,
                          out->data + sealed);
    return TRUE;
}

gboolean
mt_packet_open (const uint8_t key[static 256], int x, const uint8_t *payload, size_t len,
                uint8_t *plain, MtPacket *packet)
{
    TlReader in;

    if (len < HEAD + INNER + 16)
        return FALSE;
    size_t sealed =
        (len - HEAD) / 16 * 16; /* the rest is the transport's padding (MT-B3) */
    tl_reader_init (&in, payload, len);
    if (tl_reader_long (&in) != crypto_key_id (key)) /* MT-D2 */
        return FALSE;
    if (!crypto_envelope_open (key, x, payload + 8, sealed, plain))
        return FALSE;

    tl_reader_init (&in, plain, sealed);
    packet->salt = tl_reader_long (&in);
    packet->session_id = tl_reader_long (&in);
    packet->msg_id = tl_reader_long (&in);
    packet->seq_no = tl_reader_int (&in);
    uint32_t size = (uint32_t)tl_reader_int (&in);
    /* MT-D7: multiple of 4, and 12..1024 bytes of padding */
    if (size % 4 != 0 || size > in.len || in.len - size < PADDING_MIN ||
        in.len - size > PADDING_MAX) {
        crypto_wipe (plain, sealed);
        return FALSE;
    }
    packet->body = in.data;
    packet->len = size;
    return TRUE;
}

gboolean
mt_packet_seal_v1 (const uint8_t key[static 256], int64_t msg_id, const uint8_t *body,
                   size_t len, const CryptoRandom *random, TlWriter *out)
{
    g_auto (TlWriter) plain = { 0 };
    uint8_t prefix[16], padding[16];

    if (!crypto_random_fill (random, prefix, sizeof prefix))
        return FALSE;
    tl_writer_raw (&plain, prefix, sizeof prefix);
    tl_writer_long (&plain, msg_id);
    tl_writer_int (&plain, 0); /* seq_no */
    tl_writer_int (&plain, (int32_t)len);
    tl_writer_raw (&plain, body, len);
    size_t hashed = plain.len, more = (16 - hashed % 16) % 16;
    if (!crypto_random_fill (random, padding, more))
        return FALSE;
    tl_writer_raw (&plain, padding, more);
    g_autofree uint8_t *sealed = g_malloc (CRYPTO_MSG_KEY_SIZE + plain.len);
    crypto_envelope_seal_v1 (key, 0, plain.data, hashed, plain.len, sealed);
    tl_writer_long (out, crypto_key_id (key));
    tl_writer_raw (out, sealed, CRYPTO_MSG_KEY_SIZE + plain.len);
    return TRUE;
}

void
mt_plain_seal (int64_t msg_id, const uint8_t *body, size_t len, TlWriter *out)
{
    tl_writer_long (out, 0);
    tl_writer_long (out, msg_id);
    tl_writer_int (out, (int32_t)len);
    tl_writer_raw (out, body, len);
}

gboolean
mt_plain_open (const uint8_t *payload, size_t len, const uint8_t **body, size_t *body_len)
{
    TlReader in;

    tl_reader_init (&in, payload, len);
    int64_t key_id = tl_reader_long (&in);
    tl_reader_long (&in);
    uint32_t size = (uint32_t)tl_reader_int (&in);
    if (!tl_reader_ok (&in) || key_id != 0 || size == 0 || size % 4 != 0 || size > in.len)
        return FALSE;
    *body = in.data;
    *body_len = size;
    return TRUE;
}
