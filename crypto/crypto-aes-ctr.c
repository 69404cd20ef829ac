/* The obfuscated transport's key stream. */
#include "crypto-aes-ctr.h"

#include "crypto-cipher.h"

#define CALL_MAX (1 << 30) /* EVP takes int lengths */

struct CryptoCtr {
    EVP_CIPHER_CTX *ctx;
};

CryptoCtr *
crypto_ctr_new (const uint8_t key[static 32], const uint8_t iv[static 16])
{
    CryptoCtr *ctr = g_new0 (CryptoCtr, 1);

    ctr->ctx = EVP_CIPHER_CTX_new ();
    if (ctr->ctx == NULL ||
        EVP_EncryptInit_ex (ctr->ctx, crypto_cipher (CRYPTO_AES_CTR), NULL, key, iv) != 1)
        g_error ("OpenSSL cannot do AES-256-CTR");
    return ctr;
}

void
crypto_ctr_free (CryptoCtr *ctr)
{
    if (ctr == NULL)
        return;
    EVP_CIPHER_CTX_free (ctr->ctx); /* cleanses its key */
    g_free (ctr);
}

void
crypto_ctr_apply (CryptoCtr *ctr, const uint8_t *in, uint8_t *out, size_t len)
{
    while (len > 0) {
        int done = 0, run = (int)MIN (len, CALL_MAX);
        if (EVP_EncryptUpdate (ctr->ctx, out, &done, in, run) != 1)
            g_error ("OpenSSL cannot do AES-256-CTR");
        in += run;
        out += run;
        len -= (size_t)run;
    }
}
