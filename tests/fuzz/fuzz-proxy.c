/* What people paste as a proxy (MT-B12, MT-B13); then what one answers, and its records, in
 * pieces (MT-B15, MT-B16). The first byte says which. */
#include "fuzz.h"

#include "mt-frame.h"

#include <string.h>

static gboolean
fixed (void *user, uint8_t *out, size_t len)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)(i * 7 + 3);
    return TRUE;
}

static void
fuzz_text (const uint8_t *data, size_t len)
{
    g_autofree char *text = g_strndup ((const char *)data, len);
    g_auto (MtProxy) proxy = { 0 };

    if (mt_proxy_parse (text, &proxy) == MT_PROXY_GOOD) {
        g_assert_nonnull (proxy.server);
        g_assert_cmpuint (proxy.port, !=, 0);
        g_assert_cmpint (proxy.secret.kind, !=, MT_SECRET_NONE);
    } else {
        g_assert_null (proxy.server);
    }
    g_assert_cmpuint (proxy.secret.domain_len, <=, MT_SECRET_DOMAIN_MAX);
}

static void
fuzz_answer (const uint8_t *data, size_t len)
{
    static const MtSecret secret = { .kind = MT_SECRET_TLS, .domain_len = 1 };
    CryptoRandom random = { fixed, NULL };
    g_autoptr (GByteArray) out = g_byte_array_new ();
    g_autoptr (MtFrame) frame = mt_frame_new (&secret, 2, 0, &random, out);
    uint8_t step = (uint8_t)(1 + fuzz_byte (&data, &len) % 64);

    while (len > 0) {
        size_t piece = MIN (len, step);
        const uint8_t *payload;
        size_t payload_len;
        mt_frame_push (frame, data, piece);
        data += piece;
        len -= piece;
        MtFrameResult result;
        do
            result = mt_frame_pop (frame, &payload, &payload_len);
        while (result == MT_FRAME_PACKET || result == MT_FRAME_PART);
        if (result != MT_FRAME_MORE)
            break;
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
    if (fuzz_byte (&data, &len) % 2 == 0)
        fuzz_text (data, len);
    else
        fuzz_answer (data, len);
    return 0;
}
