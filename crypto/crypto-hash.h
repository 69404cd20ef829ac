/* Digests. All inputs borrowed; outputs of fixed size. */
#pragma once

#include <glib.h>
#include <stdint.h>

void crypto_sha1 (const void *data, size_t len, uint8_t out[static 20]);
void crypto_sha256 (const void *data, size_t len, uint8_t out[static 32]);
void crypto_md5 (const void *data, size_t len, uint8_t out[static 16]);

/* Pieces one after the other: { ptr, len } pairs. */
typedef struct {
    const void *data;
    size_t len;
} CryptoPiece;
void crypto_sha1_pieces (const CryptoPiece *pieces, size_t n, uint8_t out[static 20]);
void crypto_sha256_pieces (const CryptoPiece *pieces, size_t n, uint8_t out[static 32]);

/* SHA-256 of what never lies in memory as a whole. */
typedef struct CryptoSha256 CryptoSha256;
CryptoSha256 *crypto_sha256_new (void);
void crypto_sha256_feed (CryptoSha256 *hash, const void *data, size_t len);
void crypto_sha256_end (CryptoSha256 *hash, uint8_t out[static 32]); /* once */
void crypto_sha256_free (CryptoSha256 *hash);
/* ... and MD5. */
typedef struct CryptoMd5 CryptoMd5;
CryptoMd5 *crypto_md5_new (void);
void crypto_md5_feed (CryptoMd5 *hash, const void *data, size_t len);
void crypto_md5_end (CryptoMd5 *hash, uint8_t out[static 16]); /* once */
void crypto_md5_free (CryptoMd5 *hash);
void crypto_pbkdf2_sha512 (const void *password, size_t len, const void *salt,
                           size_t salt_len, int iterations, uint8_t out[static 64]);
