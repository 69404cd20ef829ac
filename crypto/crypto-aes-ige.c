/* IGE by the fastest way that this processor has. */
#include "crypto-aes-ige-ways.h"

void
crypto_ige_encrypt (const uint8_t key[static 32], uint8_t iv[static 32],
                    const uint8_t *in, uint8_t *out, size_t len)
{
#if CRYPTO_IGE_X86
    if (crypto_ige_x86_usable ()) {
        crypto_ige_x86_encrypt (key, iv, in, out, len);
        return;
    }
#endif
    crypto_ige_openssl_encrypt (key, iv, in, out, len);
}

void
crypto_ige_decrypt (const uint8_t key[static 32], uint8_t iv[static 32],
                    const uint8_t *in, uint8_t *out, size_t len)
{
#if CRYPTO_IGE_X86
    if (crypto_ige_x86_usable ()) {
        crypto_ige_x86_decrypt (key, iv, in, out, len);
        return;
    }
#endif
    crypto_ige_openssl_decrypt (key, iv, in, out, len);
}
