/* Obfuscated padded intermediate, the transport this client speaks wherever it may choose;
 * without the padding where a proxy's secret wants that. */
#include "mt-frame.h"

#include "crypto-aes-ctr.h"
#include "crypto-hash.h"
#include "mt-tls.h"

#include <string.h>

#define HEADER_SIZE 64
#define HEADER_TRIES 100 /* a sane source needs a second draw once in 2^24 */
#define TAG_PADDED 0xddddddddu
#define TAG_INTERMEDIATE 0xeeeeeeeeu
#define PADDING_MAX 15
#define KEPT_MAX 65536 /* bytes of room, once they are read */

struct MtFrame {
    CryptoCtr *encrypt;
    CryptoCtr *decrypt;
    GByteArray *in;
    size_t taken;   /* bytes of `in` that were popped */
    size_t passing; /* bytes to come of a frame that is handed on in parts */
    gboolean padded;
    MtTls *tls;           /* or NULL */
    GByteArray *head;     /* of a connection in records, until the first packet goes */
    MtFrameResult broken; /* BAD or STRANGER for good; else MORE */
};

static uint32_t
word_at (const uint8_t *p)
{
    uint32_t word;
    memcpy (&word, p, 4);
    return GUINT32_FROM_LE (word);
}

static void
wipe_unref (GByteArray *bytes)
{
    crypto_wipe (bytes->data, bytes->len);
    g_byte_array_unref (bytes);
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

/* A direction's cipher: with a secret its key is the hash of both (MT-B11). */
static CryptoCtr *
cipher (const uint8_t header[static 64], const MtSecret *secret)
{
    uint8_t key[32];

    if (secret == NULL || secret->kind == MT_SECRET_NONE)
        return crypto_ctr_new (header + 8, header + 40);
    CryptoPiece pieces[] = { { header + 8, 32 }, { secret->key, sizeof secret->key } };
    crypto_sha256_pieces (pieces, G_N_ELEMENTS (pieces), key);
    CryptoCtr *ctr = crypto_ctr_new (key, header + 40);
    crypto_wipe (key, sizeof key);
    return ctr;
}

/* In records it looks like nothing at all, whatever it begins with (MT-B16). */
static gboolean
draw_header (const CryptoRandom *random, gboolean hidden,
             uint8_t header[static HEADER_SIZE])
{
    for (int tries = 0; tries < HEADER_TRIES; tries++) {
        if (!crypto_random_fill (random, header, HEADER_SIZE))
            return FALSE;
        if (hidden || !is_forbidden (header))
            return TRUE;
    }
    return FALSE;
}

static void
begin (MtFrame *frame, const MtSecret *secret, int dc, uint8_t header[static HEADER_SIZE],
       GByteArray *out)
{
    uint8_t reversed[HEADER_SIZE], encrypted[HEADER_SIZE];
    uint32_t tag = GUINT32_TO_LE (frame->padded ? TAG_PADDED : TAG_INTERMEDIATE);
    uint16_t number = GUINT16_TO_LE ((uint16_t)(int16_t)dc);

    memcpy (header + 56, &tag, 4);
    memcpy (header + 60, &number, 2);
    for (size_t i = 0; i < HEADER_SIZE; i++)
        reversed[i] = header[HEADER_SIZE - 1 - i];
    frame->encrypt = cipher (header, secret);
    frame->decrypt = cipher (reversed, secret);
    crypto_ctr_apply (frame->encrypt, header, encrypted, HEADER_SIZE);
    g_byte_array_append (out, header, 56);
    g_byte_array_append (out, encrypted + 56, 8);
    crypto_wipe (reversed, sizeof reversed);
}

MtFrame *
mt_frame_new (const MtSecret *secret, int dc, int64_t unix_time,
              const CryptoRandom *random, GByteArray *out)
{
    MtSecretKind kind = secret != NULL ? secret->kind : MT_SECRET_NONE;
    uint8_t header[HEADER_SIZE];

    if (!draw_header (random, kind == MT_SECRET_TLS, header))
        return NULL;
    g_autoptr (MtFrame) frame = g_new0 (MtFrame, 1);
    frame->padded = kind != MT_SECRET_SIMPLE;
    frame->broken = MT_FRAME_MORE;
    frame->in = g_byte_array_new ();
    frame->head = g_byte_array_new ();
    begin (frame, secret, dc, header, kind == MT_SECRET_TLS ? frame->head : out);
    crypto_wipe (header, sizeof header);
    if (kind == MT_SECRET_TLS &&
        (frame->tls = mt_tls_new (secret, random, unix_time, out)) == NULL)
        return NULL;
    return g_steal_pointer (&frame);
}

gboolean
mt_frame_is_open (const MtFrame *frame)
{
    return frame->tls == NULL || mt_tls_is_open (frame->tls);
}

void
mt_frame_free (MtFrame *frame)
{
    if (frame == NULL)
        return;
    crypto_ctr_free (frame->encrypt);
    crypto_ctr_free (frame->decrypt);
    mt_tls_free (frame->tls);
    wipe_unref (frame->head);
    wipe_unref (frame->in);
    g_free (frame);
}

/* How many bytes of `padding` go behind a payload of that length; < 0: it cannot be sent. */
static int
draw_padding (MtFrame *frame, const CryptoRandom *random, size_t len,
              uint8_t padding[static PADDING_MAX + 1])
{
    if (len == 0 || len % 4 != 0 || len > MT_FRAME_PAYLOAD_MAX ||
        !mt_frame_is_open (frame) ||
        !crypto_random_fill (random, padding, PADDING_MAX + 1))
        return -1;
    return frame->padded ? padding[PADDING_MAX] % (PADDING_MAX + 1) : 0;
}

GByteArray *
mt_frame_wrap (MtFrame *frame, const CryptoRandom *random, TlWriter *take_packet)
{
    uint8_t padding[PADDING_MAX + 1];
    size_t len = take_packet->len - MT_FRAME_ROOM;
    int pad = draw_padding (frame, random, len, padding);

    if (pad < 0)
        return NULL;
    tl_writer_space (take_packet, (size_t)pad);
    uint8_t *data = take_packet->data, *at = data;
    size_t whole = take_packet->len;
    if (frame->tls != NULL) { /* the first is behind the beginning */
        unsigned start = frame->head->len;
        g_byte_array_set_size (frame->head, start + (unsigned)whole);
        at = frame->head->data + start;
    }
    uint32_t total = GUINT32_TO_LE ((uint32_t)(len + (size_t)pad));
    crypto_ctr_apply (frame->encrypt, (const uint8_t *)&total, at, MT_FRAME_ROOM);
    crypto_ctr_apply (frame->encrypt, data + MT_FRAME_ROOM, at + MT_FRAME_ROOM, len);
    crypto_ctr_apply (frame->encrypt, padding, at + MT_FRAME_ROOM + len, (size_t)pad);
    if (frame->tls == NULL)
        return g_byte_array_new_take (tl_writer_steal (take_packet), whole);
    GByteArray *out = g_byte_array_new ();
    mt_tls_wrap (frame->tls, frame->head->data, frame->head->len, out);
    g_byte_array_set_size (frame->head, 0);
    return out;
}

void
mt_frame_push (MtFrame *frame, const uint8_t *data, size_t len)
{
    if (frame->taken > 0) {
        g_byte_array_remove_range (frame->in, 0, (unsigned)frame->taken);
        frame->taken = 0;
    }
    if (frame->broken != MT_FRAME_MORE)
        return;
    unsigned start = frame->in->len;
    if (frame->tls == NULL) {
        g_byte_array_set_size (frame->in, start + (unsigned)len);
    } else {
        MtTlsResult result = mt_tls_push (frame->tls, data, len, frame->in);
        if (result != MT_TLS_MORE)
            frame->broken = result == MT_TLS_STRANGER ? MT_FRAME_STRANGER : MT_FRAME_BAD;
        data = frame->in->data + start;
    }
    crypto_ctr_apply (frame->decrypt, data, frame->in->data + start,
                      frame->in->len - start);
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
    wipe_unref (frame->in);
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
    return *len > 0 ? MT_FRAME_PART : frame->broken;
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
        return frame->broken;
    size_t total = word_at (frame->in->data + frame->taken);
    if (total < 4 || total > MT_FRAME_PASSING_MAX || (!frame->padded && total % 4 != 0))
        return MT_FRAME_BAD;
    if (total > MT_FRAME_PAYLOAD_MAX + PADDING_MAX) { /* nothing is buffered (MT-B6) */
        frame->taken += 4;
        frame->passing = total;
        return pop_part (frame, payload, len);
    }
    if (left - 4 < total)
        return frame->broken;
    *payload = frame->in->data + frame->taken + 4;
    *len = total;
    frame->taken += 4 + total;
    return MT_FRAME_PACKET;
}
