/* Keys are read, made, written and used by OpenSSL; without its padding, as RSA_PAD wants it (MT-C10). */
#include "rsa-server.h"

#include "crypto-aes-ige.h"
#include "crypto-hash.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#define SIZE CRYPTO_RSA_SIZE
#define PADDED 192

struct CryptoRsaPrivate {
    EVP_PKEY *pkey;
    BIGNUM *n;
};

/* The last one that was read: tests make thousands of data centres with one key, and reading it, and what is done
 * before it is used for the first time, takes as long as using it ten times. */
static struct {
    char *pem;
    EVP_PKEY *pkey;
} last;

static EVP_PKEY *
read_key (const char *pem)
{
    if (last.pem == NULL || !g_str_equal (last.pem, pem)) {
        BIO *bio = BIO_new_mem_buf (pem, -1);
        g_free (last.pem);
        last.pem = g_strdup (pem);
        EVP_PKEY_free (last.pkey);
        last.pkey = PEM_read_bio_PrivateKey (bio, NULL, NULL, NULL);
        BIO_free (bio);
    }
    return last.pkey != NULL && EVP_PKEY_up_ref (last.pkey) == 1 ? last.pkey : NULL;
}

CryptoRsaPrivate *
crypto_rsa_private_new (const char *pem)
{
    CryptoRsaPrivate *key = g_new0 (CryptoRsaPrivate, 1);
    key->pkey = pem != NULL ? read_key (pem) : EVP_RSA_gen (8 * SIZE);
    if (key->pkey == NULL ||
        EVP_PKEY_get_bn_param (key->pkey, OSSL_PKEY_PARAM_RSA_N, &key->n) != 1) {
        crypto_rsa_private_free (key);
        return NULL;
    }
    return key;
}

void
crypto_rsa_private_free (CryptoRsaPrivate *key)
{
    if (key == NULL)
        return;
    EVP_PKEY_free (key->pkey);
    BN_free (key->n);
    g_free (key);
}

char *
crypto_rsa_private_public_pem (const CryptoRsaPrivate *key)
{
    BIO *bio = BIO_new (BIO_s_mem ());
    char *text = NULL, *copy = NULL;

    if (PEM_write_bio_PUBKEY (bio, key->pkey) == 1) {
        long len = BIO_get_mem_data (bio, &text);
        copy = g_strndup (text, (size_t)len);
    }
    BIO_free (bio);
    return copy;
}

void
crypto_rsa_private_modulus (const CryptoRsaPrivate *key, uint8_t modulus[static 256])
{
    BN_bn2binpad (key->n, modulus, SIZE);
}

gboolean
crypto_rsa_unpad (const CryptoRsaPrivate *key, const uint8_t in[static 256],
                  uint8_t out[static 192])
{
    uint8_t number[SIZE], hash[32], temp_key[32], work[PADDED + 32], iv[32] = { 0 };
    size_t len = sizeof number;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new (key->pkey, NULL);
    gboolean good = ctx != NULL && EVP_PKEY_decrypt_init (ctx) == 1 &&
                    EVP_PKEY_CTX_set_rsa_padding (ctx, RSA_NO_PADDING) == 1 &&
                    EVP_PKEY_decrypt (ctx, number, &len, in, SIZE) == 1 && len == SIZE;

    EVP_PKEY_CTX_free (ctx);
    if (!good)
        return FALSE;
    crypto_sha256 (number + 32, sizeof work, hash);
    for (size_t k = 0; k < 32; k++)
        temp_key[k] = number[k] ^ hash[k];
    crypto_ige_decrypt (temp_key, iv, number + 32, work, sizeof work);
    for (size_t k = 0; k < PADDED; k++)
        out[k] = work[PADDED - 1 - k];
    crypto_sha256_pieces ((CryptoPiece[]){ { temp_key, 32 }, { out, PADDED } }, 2, hash);
    return crypto_equal (hash, work + PADDED, 32);
}
