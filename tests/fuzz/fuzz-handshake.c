/* Answers of a hostile server during the key exchange: the first bytes choose how much of
 * a good conversation comes before (MT-C5 to C24). */
#include "fuzz.h"

#include "dh-toy.h"
#include "mt-handshake.h"
#include "mtproto.tl.h"
#include "tl-encode.h"

#include "api.tl.h"

static gboolean
fixed (void *user, uint8_t *out, size_t len)
{
    uint8_t *state = user;
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)(*state += 29);
    return TRUE;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
    static MtServerKey key;
    uint8_t state = 1;
    CryptoRandom random = { fixed, &state };
    MtConfig config = { .dc = 2,
                        .keys = &key,
                        .n_keys = 1,
                        .schema = &tl_api_schema,
                        .random = &random,
                        .dh = &crypto_dh_toy };
    g_autoptr (MtHandshake) handshake = mt_handshake_new (&config, 0);
    g_auto (TlWriter) out = { 0 };
    uint8_t good = fuzz_byte (&data, &len);
    HostTime now = { 1000, 1000 };

    memset (key.modulus, 0xff, sizeof key.modulus);
    key.fingerprint = 77;
    MtHandshakeResult result = mt_handshake_start (handshake, &out);
    if ((good & 1) != 0 && out.len >= 20) { /* a fitting resPQ */
        int64_t fingerprint = 77;
        MtpResPQ res =
            TL_NEW (MtpResPQ, .pq = TL_BYTES ("\x17\xed\x48\x94\x1a\x08\xf9\x81", 8),
                    .server_public_key_fingerprints = { &fingerprint, 1 });
        g_auto (TlWriter) body = { 0 };
        memcpy (res.nonce, out.data + 4, 16);
        tl_encode (&tl_mtproto_schema, TL_OBJ (&res), &body);
        tl_writer_clear (&out);
        result = mt_handshake_receive (handshake, body.data, body.len, now, &out);
    }
    while (len > 0 && result == MT_HANDSHAKE_SEND) {
        size_t want = 8u * fuzz_byte (&data, &len);
        size_t piece = MIN (len, want);
        g_autofree uint8_t *exact = fuzz_exact (data, piece);
        tl_writer_clear (&out);
        result = mt_handshake_receive (handshake, exact, piece, now, &out);
        data += piece;
        len -= piece;
    }
    g_assert_true (result != MT_HANDSHAKE_DONE);
    return 0;
}
