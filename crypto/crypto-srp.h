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
/* x of a password, and the server's verifier v = g^x mod p. */
void crypto_srp_x (const CryptoSrpAlgo *algo, const char *password, uint8_t x[static 32]);
gboolean crypto_srp_verifier (const CryptoSrpAlgo *algo, const uint8_t x[static 32],
                              uint8_t v[static 256]);
/* The server's side, for the data centre of the tests: B of v and b; then M1 of A. */
gboolean crypto_srp_server_b (const CryptoSrpAlgo *algo, const uint8_t v[static 256],
                              const uint8_t b[static 256], uint8_t b_out[static 256]);
gboolean crypto_srp_server_m1 (const CryptoSrpAlgo *algo, const uint8_t v[static 256],
                               const uint8_t b[static 256],
                               const uint8_t b_public[static 256],
                               const uint8_t a_public[static 256], uint8_t m1[static 32]);
