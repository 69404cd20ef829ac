/* What a server says in a packet that is larger than any is kept (MT-B6): the bytes are its
 * plaintext, sealed under the key, and come in pieces. What is kept of it is what an ordinary
 * reading of a container finds, and no more than it may be; another key opens nothing. */
#include "fuzz.h"

#include "mt-large.h"

static gboolean
fixed (void *user, uint8_t *out, size_t len)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)(i * 7 + 3);
    return TRUE;
}

static MtLarge *
fed (const uint8_t key[static 256], const TlWriter *sealed, size_t step)
{
    MtLarge *large = mt_large_new (key, sealed->len);

    for (size_t at = 0; at < sealed->len; at += step) {
        size_t piece = MIN (step, sealed->len - at);
        g_autofree uint8_t *exact = fuzz_exact (sealed->data + at, piece);
        mt_large_feed (large, exact, piece);
    }
    return large;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
    static uint8_t key[256] = { 1 }, other[256] = { 2 };
    CryptoRandom random = { fixed, NULL };
    size_t step = 1u + 8u * fuzz_byte (&data, &len), kept = 0;
    g_auto (TlWriter) sealed = { 0 };
    MtPacket packet = { .session_id = 1,
                        .msg_id = 0x7000000000000001,
                        .body = data,
                        .len = len & ~(size_t)3 };
    MtPacket seen = { 0 };
    gboolean container;

    if (packet.len < 8 || !mt_packet_seal (key, 8, &packet, &random, &sealed))
        return 0;
    g_autoptr (MtLarge) foreign = fed (other, &sealed, step);
    g_assert_false (mt_large_end (foreign, &seen));
    g_autoptr (MtLarge) large = fed (key, &sealed, step);
    g_assert_true (mt_large_end (large, &seen));
    g_assert_cmpint (seen.msg_id, ==, packet.msg_id);
    g_assert_cmpuint (seen.len, ==, packet.len);
    const GPtrArray *messages = mt_large_messages (large, &container);
    for (unsigned i = 0; messages != NULL && i < messages->len; i++) {
        const MtLargeMessage *message = g_ptr_array_index (messages, i);
        g_assert_cmpuint (message->kept->len, <=, message->len);
        g_assert_cmpuint (message->len, <=, packet.len);
        kept += message->kept->len;
    }
    g_assert_cmpuint (kept, <=, MT_LARGE_KEPT + 12 * 1024);
    return 0;
}
