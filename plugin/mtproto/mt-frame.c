/* Obfuscated padded intermediate, the one transport this client speaks. */
#include "mt-frame.h"

#include "crypto-aes-ctr.h"

#include <string.h>

#define HEADER_SIZE 64
#define HEADER_TRIES 100 /* a sane source needs a second draw once in 2^24 */
#define TAG 0xddddddddu  /* padded intermediate */
#define PADDING_MAX 15
#define KEPT_MAX 65536 /* bytes of room, once they are read */

struct MtFrame {
    CryptoCtr *encrypt;
    CryptoCtr *decrypt;
    GByteArray *in;
    size_t taken;   /* bytes of `in` that were popped */
    size_t passing; /* bytes to come of a frame that is handed on in parts */
};

static uint32_t
word_at (const uint8_t *p)
{
    uint32_t word;
    memcpy (&word, p, 4);
    return GUINT32_FROM_LE (word);
}

/* Beginnings that look like another transport or protocol (MT-B8). */
static gboolean
is_forbidden (const uint8_t header[static 64])
{
    static const uint8_t words[][4] = { "HEAD",
                                        "POST",
                                        "GET ",
                                        "OPTI",
                                        { 0x16, 3, 1, 2 },
                                        { 0xdd, 0xdd, 0xdd, 0xdd },
                                        { 0xee, 0xee, 0xee, 0xee } };

    if (header[0] == 0xef || word_at (header + 4) == 0)
        return TRUE;
    for (size_t i = 0; i < G_N_ELEMENTS (words); i++)
        if (memcmp (header, words[i], 4) == 0)
            return TRUE;
    return FALSE;
}

MtFrame *
mt_frame_new (int dc, const CryptoRandom *random, GByteArray *out)
{
    uint8_t header[HEADER_SIZE], reversed[HEADER_SIZE], encrypted[HEADER_SIZE];
    int tries = 0;

    do {
        if (tries++ == HEADER_TRIES ||
            !crypto_random_fill (random, header, sizeof header))
            return NULL;
    } while (is_forbidden (header));

    uint32_t tag = GUINT32_TO_LE (TAG);
    uint16_t number = GUINT16_TO_LE ((uint16_t)(int16_t)dc);
    memcpy (header + 56, &tag, 4);
    memcpy (header + 60, &number, 2);
    for (size_t i = 0; i < HEADER_SIZE; i++)
        reversed[i] = header[HEADER_SIZE - 1 - i];

    MtFrame *frame = g_new0 (MtFrame, 1);
    frame->encrypt = crypto_ctr_new (header + 8, header + 40);
    frame->decrypt = crypto_ctr_new (reversed + 8, reversed + 40);
    frame->in = g_byte_array_new ();
    crypto_ctr_apply (frame->encrypt, header, encrypted, HEADER_SIZE);
    g_byte_array_append (out, header, 56);
    g_byte_array_append (out, encrypted + 56, 8);
    crypto_wipe (header, sizeof header);
    crypto_wipe (reversed, sizeof reversed);
    return frame;
}

void
mt_frame_free (MtFrame *frame)
{
    if (frame == NULL)
        return;
    crypto_ctr_free (frame->encrypt);
    crypto_ctr_free (frame->decrypt);
    crypto_wipe (frame->in->data, frame->in->len);
    g_byte_array_free (frame->in, TRUE);
    g_free (frame);
}

gboolean
mt_frame_wrap (MtFrame *frame, const CryptoRandom *random, const uint8_t *payload,
               size_t len, GByteArray *out)
{
    uint8_t padding[PADDING_MAX + 1];

    if (len == 0 || len % 4 != 0 || len > MT_FRAME_PAYLOAD_MAX ||
        !crypto_random_fill (random, padding, sizeof padding))
        return FALSE;
    size_t pad = padding[PADDING_MAX] % (PADDING_MAX + 1);
    uint32_t total = GUINT32_TO_LE ((uint32_t)(len + pad));
    unsigned start = out->len;
    g_byte_array_append (out, (const uint8_t *)&total, 4);
    g_byte_array_append (out, payload, (unsigned)len);
    g_byte_array_append (out, padding, (unsigned)pad);
    crypto_ctr_apply (frame->encrypt, out->data + start, out->data + start,
                      out->len - start);
    return TRUE;
}

void
mt_frame_push (MtFrame *frame, const uint8_t *data, size_t len)
{
    if (frame->taken > 0) {
        g_byte_array_remove_range (frame->in, 0, (unsigned)frame->taken);
        frame->taken = 0;
    }
    unsigned start = frame->in->len;
    g_byte_array_append (frame->in, data, (unsigned)len);
    crypto_ctr_apply (frame->decrypt, frame->in->data + start, frame->in->data + start,
                      len);
}

size_t
mt_frame_waiting (const MtFrame *frame)
{
    return frame->in->len - frame->taken;
}

size_t
mt_frame_passing (const MtFrame *frame)
{
    return frame->passing;
}

/* Everything was taken. What a long packet needed is not kept for short ones. */
static void
rest (MtFrame *frame)
{
    if (frame->taken <= KEPT_MAX)
        return;
    crypto_wipe (frame->in->data, frame->in->len);
    g_byte_array_unref (frame->in);
    frame->in = g_byte_array_new ();
    frame->taken = 0;
}

static MtFrameResult
pop_part (MtFrame *frame, const uint8_t **part, size_t *len)
{
    *len = MIN (frame->passing, MIN (mt_frame_waiting (frame), MT_FRAME_PART_MAX));
    *part = frame->in->data + frame->taken;
    frame->taken += *len;
    frame->passing -= *len;
    return *len > 0 ? MT_FRAME_PART : MT_FRAME_MORE;
}

MtFrameResult
mt_frame_pop (MtFrame *frame, const uint8_t **payload, size_t *len)
{
    size_t left = mt_frame_waiting (frame);

    if (frame->passing > 0)
        return pop_part (frame, payload, len);
    if (left == 0)
        rest (frame);
    if (left < 4)
        return MT_FRAME_MORE;
    size_t total = word_at (frame->in->data + frame->taken);
    if (total < 4 || total > MT_FRAME_PASSING_MAX)
        return MT_FRAME_BAD;
    if (total > MT_FRAME_PAYLOAD_MAX + PADDING_MAX) { /* nothing is buffered (MT-B6) */
        frame->taken += 4;
        frame->passing = total;
        return pop_part (frame, payload, len);
    }
    if (left - 4 < total)
        return MT_FRAME_MORE;
    *payload = frame->in->data + frame->taken + 4;
    *len = total;
    frame->taken += 4 + total;
    return MT_FRAME_PACKET;
}
