/* AES-256-GCM with a random nonce: a sealing key seals far fewer than 2^32 values. */
#include "crypto-seal.h"

#include "crypto-cipher.h"
#include "crypto-secret.h"

#include <string.h>

#define NONCE 12
#define TAG 16

gboolean
crypto_seal (const uint8_t key[static 32], const void *aad, size_t aad_len,
             const void *plain, size_t len, uint8_t *out)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new ();
    int done = 0;
    gboolean ok =
        ctx != NULL && crypto_random_fill (crypto_random_system (), out, NONCE) &&
        EVP_EncryptInit_ex (ctx, crypto_cipher (CRYPTO_AES_GCM), NULL, key, out) == 1 &&
        EVP_EncryptUpdate (ctx, NULL, &done, aad, (int)aad_len) == 1 &&
        (len == 0 || EVP_EncryptUpdate (ctx, out + NONCE, &done, plain, (int)len) == 1) &&
        EVP_EncryptFinal_ex (ctx, out + NONCE + len, &done) == 1 &&
        EVP_CIPHER_CTX_ctrl (ctx, EVP_CTRL_GCM_GET_TAG, TAG, out + NONCE + len) == 1;

    EVP_CIPHER_CTX_free (ctx);
    return ok;
}

gboolean
crypto_unseal (const uint8_t key[static 32], const void *aad, size_t aad_len,
               const uint8_t *sealed, size_t sealed_len, uint8_t *out)
{
    if (sealed_len < CRYPTO_SEAL_OVERHEAD || sealed_len > G_MAXINT)
        return FALSE;

    size_t len = sealed_len - CRYPTO_SEAL_OVERHEAD;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new ();
    uint8_t tag[TAG], last[16];
    int done = 0;
    memcpy (tag, sealed + NONCE + len, TAG);
    gboolean ok = ctx != NULL &&
                  EVP_DecryptInit_ex (ctx, crypto_cipher (CRYPTO_AES_GCM), NULL, key,
                                      sealed) == 1 &&
                  EVP_DecryptUpdate (ctx, NULL, &done, aad, (int)aad_len) == 1 &&
                  (len == 0 ||
                   EVP_DecryptUpdate (ctx, out, &done, sealed + NONCE, (int)len) == 1) &&
                  EVP_CIPHER_CTX_ctrl (ctx, EVP_CTRL_GCM_SET_TAG, TAG, tag) == 1 &&
                  EVP_DecryptFinal_ex (ctx, last, &done) == 1;
    EVP_CIPHER_CTX_free (ctx);
    if (!ok)
        crypto_wipe (out, len);
    return ok;
}
