/* A server's byte stream into the transport, in pieces (MT-B5, MT-B6), and packets as
 * they are, without a key that fits (MT-D6, MT-C1). The bytes are obfuscated here, so that
 * the lengths in them are what the frames' lengths are. */
#include "fuzz.h"

#include "crypto-aes-ctr.h"
#include "mt-frame.h"
#include "mt-large.h"
#include "mt-packet.h"

static gboolean
fixed (void *user, uint8_t *out, size_t len)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)(i * 7 + 3);
    return TRUE;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
    CryptoRandom random = { fixed, NULL };
    g_autoptr (GByteArray) out = g_byte_array_new ();
    g_autoptr (MtFrame) frame = mt_frame_new (NULL, 2, 0, &random, out);
    static uint8_t key[256];
    g_autoptr (MtLarge) large = NULL;
    uint8_t step = (uint8_t)(1 + fuzz_byte (&data, &len) % 64), reversed[64];
    g_autofree uint8_t *wire = g_malloc (len + 1);

    for (size_t i = 0; i < sizeof reversed; i++)
        reversed[i] = out->data[63 - i];
    CryptoCtr *ctr = crypto_ctr_new (reversed + 8, reversed + 40);
    crypto_ctr_apply (ctr, data, wire, len);
    crypto_ctr_free (ctr);
    data = wire;
    while (len > 0) {
        size_t piece = MIN (len, step);
        const uint8_t *payload, *body;
        size_t payload_len, body_len;
        mt_frame_push (frame, data, piece);
        data += piece;
        len -= piece;
        MtFrameResult result;
        while ((result = mt_frame_pop (frame, &payload, &payload_len)) ==
                   MT_FRAME_PACKET ||
               result == MT_FRAME_PART) {
            if (result == MT_FRAME_PART) {
                if (large == NULL)
                    large = mt_large_new (key, payload_len + mt_frame_passing (frame));
                mt_large_feed (large, payload, payload_len);
                continue;
            }
            g_autofree uint8_t *plain = g_malloc (payload_len + 1);
            MtPacket packet;
            mt_packet_open (key, 8, payload, payload_len, plain, &packet);
            mt_plain_open (payload, payload_len, &body, &body_len);
        }
        if (result == MT_FRAME_BAD)
            break;
    }
    return 0;
}
