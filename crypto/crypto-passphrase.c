/* OpenSSL's scrypt, with bounds of our own: the parameters come from a file. */
#include "crypto-passphrase.h"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <string.h>

#define LOG_N_MAX 24
#define R_MAX 64
#define P_MAX 16

gboolean
crypto_scrypt (const CryptoScrypt *cost, const char *passphrase, const void *salt,
               size_t salt_len, uint8_t *out, size_t len)
{
    if (cost->log_n < 1 || cost->log_n > LOG_N_MAX || cost->r < 1 || cost->r > R_MAX ||
        cost->p < 1 || cost->p > P_MAX ||
        (uint64_t)128 * cost->r << cost->log_n > CRYPTO_SCRYPT_MEMORY_MAX)
        return FALSE;

    uint64_t n = (uint64_t)1 << cost->log_n;
    uint64_t memory =
        2 * CRYPTO_SCRYPT_MEMORY_MAX; /* OpenSSL counts its own small change */
    uint32_t r = cost->r, p = cost->p;
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_PASSWORD, (char *)passphrase,
                                           strlen (passphrase)),
        OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_SALT, (void *)salt, salt_len),
        OSSL_PARAM_construct_uint64 (OSSL_KDF_PARAM_SCRYPT_N, &n),
        OSSL_PARAM_construct_uint32 (OSSL_KDF_PARAM_SCRYPT_R, &r),
        OSSL_PARAM_construct_uint32 (OSSL_KDF_PARAM_SCRYPT_P, &p),
        OSSL_PARAM_construct_uint64 (OSSL_KDF_PARAM_SCRYPT_MAXMEM, &memory),
        OSSL_PARAM_construct_end (),
    };
    EVP_KDF *kdf = EVP_KDF_fetch (NULL, OSSL_KDF_NAME_SCRYPT, NULL);
    EVP_KDF_CTX *ctx = kdf != NULL ? EVP_KDF_CTX_new (kdf) : NULL;
    gboolean good = ctx != NULL && EVP_KDF_derive (ctx, out, len, params) == 1;

    EVP_KDF_CTX_free (ctx);
    EVP_KDF_free (kdf);
    return good;
}
