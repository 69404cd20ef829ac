/* The server's side of two-step verification (crypto-srp.h has the client's), from the formulas
 * once more: it shares nothing with that but the digests. */
#pragma once

#include "crypto-srp.h"

/* x of a password, and the verifier v = g^x mod p that a server keeps. */
void crypto_srp_x (const CryptoSrpAlgo *algo, const char *password, uint8_t x[static 32]);
void crypto_srp_verifier (const CryptoSrpAlgo *algo, const uint8_t x[static 32],
                          uint8_t v[static 256]);
/* B of v and the secret b; then M1 as it must come for A. */
void crypto_srp_server_b (const CryptoSrpAlgo *algo, const uint8_t v[static 256],
                          const uint8_t b[static 256], uint8_t b_out[static 256]);
/* S, which both sides can compute only with the password. */
void crypto_srp_server_s (const CryptoSrpAlgo *algo, const uint8_t v[static 256],
                          const uint8_t b[static 256], const uint8_t b_public[static 256],
                          const uint8_t a_public[static 256], uint8_t s[static 256]);
void crypto_srp_server_m1 (const CryptoSrpAlgo *algo, const uint8_t v[static 256],
                           const uint8_t b[static 256],
                           const uint8_t b_public[static 256],
                           const uint8_t a_public[static 256], uint8_t m1[static 32]);
