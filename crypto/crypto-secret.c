/* Wiping, constant-time comparison, drawing from a random source. */
#include "crypto-secret.h"

#include <openssl/crypto.h>
#include <string.h>

CryptoSecret *
crypto_secret_new (const void *data, size_t len)
{
    CryptoSecret *secret = g_new (CryptoSecret, 1);

    secret->data = g_malloc0 (MAX (len, 1));
    secret->len = len;
    if (data != NULL && len > 0)
        memcpy (secret->data, data, len);
    return secret;
}

void
crypto_secret_free (CryptoSecret *secret)
{
    if (secret == NULL)
        return;
    crypto_wipe (secret->data, secret->len);
    g_free (secret->data);
    g_free (secret);
}

void
crypto_wipe (void *data, size_t len)
{
    if (data != NULL && len > 0)
        OPENSSL_cleanse (data, len);
}

void
crypto_text_free (char *text)
{
    if (text != NULL)
        crypto_wipe (text, strlen (text));
    g_free (text);
}

gboolean
crypto_equal (const void *a, const void *b, size_t len)
{
    return CRYPTO_memcmp (a, b, len) == 0;
}

gboolean
crypto_random_fill (const CryptoRandom *random, void *out, size_t len)
{
    return len == 0 || random->fill (random->user, out, len);
}

gboolean
crypto_random_int64 (const CryptoRandom *random, int64_t *out)
{
    do {
        if (!crypto_random_fill (random, out, sizeof *out))
            return FALSE;
    } while (*out == 0);
    return TRUE;
}
