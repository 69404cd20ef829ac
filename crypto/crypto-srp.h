/* Two-step verification: the client's proof that it knows the password (MT-F25 to F27).
 */
#pragma once

#include "crypto-secret.h"

typedef struct {
    int g;
    uint8_t p[256];
    const uint8_t *salt1;
    size_t salt1_len;
    const uint8_t *salt2;
    size_t salt2_len;
} CryptoSrpAlgo;

/* `b` is the server's B, 248..256 bytes. Slow (PBKDF2, 100000 rounds): run on a worker. p
 * must have been checked as safe prime before. FALSE: unsafe parameters (B, u or t out of
 * range); nothing derived from the password is given out then. */
gboolean crypto_srp_proof (const CryptoSrpAlgo *algo, const CryptoRandom *random,
                           const char *password, const uint8_t *b, size_t b_len,
                           uint8_t a_out[static 256], uint8_t m1_out[static 32]);
