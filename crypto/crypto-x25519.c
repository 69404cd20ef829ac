/* Over OpenSSL's EVP interface. */
#include "crypto-x25519.h"

#include <openssl/evp.h>

gboolean
crypto_x25519_draw (const CryptoRandom *random, uint8_t out[static 32])
{
    uint8_t secret[32];
    size_t len = 32;

    if (!crypto_random_fill (random, secret, sizeof secret))
        return FALSE;
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key_ex (NULL, "X25519", NULL, secret, 32);
    crypto_wipe (secret, sizeof secret);
    if (key == NULL || EVP_PKEY_get_raw_public_key (key, out, &len) != 1 || len != 32)
        g_error ("OpenSSL has no X25519");
    EVP_PKEY_free (key);
    return TRUE;
}
