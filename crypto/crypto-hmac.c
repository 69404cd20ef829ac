/* HMAC over OpenSSL's EVP_MAC. */
#include "crypto-hmac.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

void
crypto_hmac_sha256 (const void *key, size_t key_len, const CryptoPiece *pieces, size_t n,
                    uint8_t out[static 32])
{
    EVP_MAC *mac = EVP_MAC_fetch (NULL, "HMAC", NULL);
    EVP_MAC_CTX *ctx = mac != NULL ? EVP_MAC_CTX_new (mac) : NULL;
    char digest[] = "SHA256";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string (OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end (),
    };
    size_t len = 0;
    gboolean ok = ctx != NULL && EVP_MAC_init (ctx, key, key_len, params) == 1;

    for (size_t i = 0; ok && i < n; i++)
        ok = EVP_MAC_update (ctx, pieces[i].data, pieces[i].len) == 1;
    if (!ok || EVP_MAC_final (ctx, out, &len, 32) != 1 || len != 32)
        g_error ("OpenSSL cannot compute HMAC-SHA-256");
    EVP_MAC_CTX_free (ctx);
    EVP_MAC_free (mac);
}
