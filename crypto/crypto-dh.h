/* Diffie-Hellman in Telegram's 2048-bit groups (SC-A3 to A9, MT-C16 to C21). Numbers are
 * big endian, left-padded to 256 bytes. Reached through a table, so that simulation and
 * fuzzing can run with a toy group. */
#pragma once

#include <glib.h>
#include <stdint.h>

#define CRYPTO_DH_SIZE 256

typedef struct {
    /* TRUE only for a safe prime of exactly 2048 bits. The built-in prime answers at once
     * (is_known_prime); others take some 200 ms: run on a worker. */
    gboolean (*is_known_prime) (const uint8_t p[static 256]);
    gboolean (*is_safe_prime) (const uint8_t p[static 256]);
    /* g in 2..7 and right for p (SC-A4). */
    gboolean (*is_generator) (int g, const uint8_t p[static 256]);
    /* 1 < v < p-1 and 2^1984 <= v <= p - 2^1984 (SC-A6). */
    gboolean (*is_public_value) (const uint8_t p[static 256],
                                 const uint8_t v[static 256]);
    /* out = g^exponent mod p, and base^exponent mod p; constant time in the exponent. */
    gboolean (*power_g) (int g, const uint8_t p[static 256],
                         const uint8_t exponent[static 256], uint8_t out[static 256]);
    gboolean (*power) (const uint8_t base[static 256], const uint8_t p[static 256],
                       const uint8_t exponent[static 256], uint8_t out[static 256]);
} CryptoDhOps;

extern const CryptoDhOps crypto_dh_real;

/* Left-pads a big-endian number of at most 256 bytes; FALSE when it is longer (after
 * leading zeros are skipped) or empty (SC-A7, MT-A19). */
gboolean crypto_dh_pad (const uint8_t *value, size_t len, uint8_t out[static 256]);

/* SHA1(key)[0..16) and SHA256(key)[0..20), for the key picture (SC-K1). */
void crypto_key_hash (const uint8_t key[static 256], uint8_t out[static 36]);
/* The picture of `n` cells (144 of 36 bytes, 64 of 16), left to right, top to bottom:
 * each 0..3 for FFFFFF, D5E6F3, 2D5775, 2F99C9 (SC-K2). */
void crypto_key_picture (const uint8_t *hash, uint8_t *cells, size_t n);
