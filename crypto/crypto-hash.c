/* Digests over OpenSSL's EVP interface. */
#include "crypto-hash.h"

#include <openssl/evp.h>

typedef enum { SHA1, SHA256, MD5 } Digest;

/* Fetched once: the implicit fetch of EVP_sha256() looks the algorithm up at each use,
 * which costs as much as the digest of a short message. Kept until the process ends. */
static const EVP_MD *
fetched (Digest which)
{
    static const char *const names[] = {
        [SHA1] = "SHA1", [SHA256] = "SHA256", [MD5] = "MD5"
    };
    G_STATIC_ASSERT (G_N_ELEMENTS (names) == MD5 + 1);
    static EVP_MD *kept[G_N_ELEMENTS (names)];
    static gsize once;

    if (g_once_init_enter (&once)) {
        for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
            kept[i] = EVP_MD_fetch (NULL, names[i], NULL);
        g_once_init_leave (&once, 1);
    }
    if (kept[which] == NULL)
        g_error ("OpenSSL has no %s", names[which]);
    return kept[which];
}

/* A digest that OpenSSL cannot make is a broken installation, not an input error. */
static void
digest (Digest which, const CryptoPiece *pieces, size_t n, uint8_t *out)
{
    const EVP_MD *md = fetched (which);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new ();
    gboolean ok = ctx != NULL && EVP_DigestInit_ex (ctx, md, NULL) == 1;

    for (size_t i = 0; ok && i < n; i++)
        ok = EVP_DigestUpdate (ctx, pieces[i].data, pieces[i].len) == 1;
    if (!ok || EVP_DigestFinal_ex (ctx, out, NULL) != 1)
        g_error ("OpenSSL cannot compute %s", EVP_MD_get0_name (md));
    EVP_MD_CTX_free (ctx);
}

void
crypto_sha1_pieces (const CryptoPiece *pieces, size_t n, uint8_t out[static 20])
{
    digest (SHA1, pieces, n, out);
}

void
crypto_sha256_pieces (const CryptoPiece *pieces, size_t n, uint8_t out[static 32])
{
    digest (SHA256, pieces, n, out);
}

/* What is fed piece by piece. */
static EVP_MD_CTX *
running_new (Digest which)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new ();

    if (ctx == NULL || EVP_DigestInit_ex (ctx, fetched (which), NULL) != 1)
        g_error ("OpenSSL cannot compute %s", EVP_MD_get0_name (fetched (which)));
    return ctx;
}

static void
running_feed (EVP_MD_CTX *ctx, const void *data, size_t len)
{
    if (EVP_DigestUpdate (ctx, data, len) != 1)
        g_error ("OpenSSL cannot compute a digest");
}

static void
running_end (EVP_MD_CTX *ctx, uint8_t *out)
{
    if (EVP_DigestFinal_ex (ctx, out, NULL) != 1)
        g_error ("OpenSSL cannot compute a digest");
}

struct CryptoSha256 {
    EVP_MD_CTX *ctx;
};

struct CryptoMd5 {
    EVP_MD_CTX *ctx;
};

CryptoSha256 *
crypto_sha256_new (void)
{
    CryptoSha256 *hash = g_new0 (CryptoSha256, 1);

    hash->ctx = running_new (SHA256);
    return hash;
}

void
crypto_sha256_feed (CryptoSha256 *hash, const void *data, size_t len)
{
    running_feed (hash->ctx, data, len);
}

void
crypto_sha256_end (CryptoSha256 *hash, uint8_t out[static 32])
{
    running_end (hash->ctx, out);
}

void
crypto_sha256_free (CryptoSha256 *hash)
{
    if (hash == NULL)
        return;
    EVP_MD_CTX_free (hash->ctx);
    g_free (hash);
}

CryptoMd5 *
crypto_md5_new (void)
{
    CryptoMd5 *hash = g_new0 (CryptoMd5, 1);

    hash->ctx = running_new (MD5);
    return hash;
}

void
crypto_md5_feed (CryptoMd5 *hash, const void *data, size_t len)
{
    running_feed (hash->ctx, data, len);
}

void
crypto_md5_end (CryptoMd5 *hash, uint8_t out[static 16])
{
    running_end (hash->ctx, out);
}

void
crypto_md5_free (CryptoMd5 *hash)
{
    if (hash == NULL)
        return;
    EVP_MD_CTX_free (hash->ctx);
    g_free (hash);
}

void
crypto_sha1 (const void *data, size_t len, uint8_t out[static 20])
{
    digest (SHA1, &(CryptoPiece){ data, len }, 1, out);
}

void
crypto_sha256 (const void *data, size_t len, uint8_t out[static 32])
{
    digest (SHA256, &(CryptoPiece){ data, len }, 1, out);
}

void
crypto_md5 (const void *data, size_t len, uint8_t out[static 16])
{
    digest (MD5, &(CryptoPiece){ data, len }, 1, out);
}

void
crypto_pbkdf2_sha512 (const void *password, size_t len, const void *salt, size_t salt_len,
                      int iterations, uint8_t out[static 64])
{
    if (PKCS5_PBKDF2_HMAC (password, (int)len, salt, (int)salt_len, iterations,
                           EVP_sha512 (), 64, out) != 1)
        g_error ("OpenSSL cannot compute PBKDF2");
}
