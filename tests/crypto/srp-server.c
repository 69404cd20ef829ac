/* B = k v + g^b, S = (A v^u)^b, M1 = H(H(p) ^ H(g), H(salt1), H(salt2), A, B, H(S)) (MT-F25 to
 * F27); nothing here is constant in time. */
#include "srp-server.h"

#include "crypto-hash.h"

#include <openssl/bn.h>
#include <string.h>

#define SIZE 256
#define ITERATIONS 100000

/* out = base^exponent mod p */
static void
power (BIGNUM *out, const BIGNUM *base, const BIGNUM *exponent, const BIGNUM *p)
{
    BN_CTX *ctx = BN_CTX_new ();
    g_assert_true (BN_mod_exp (out, base, exponent, p, ctx));
    BN_CTX_free (ctx);
}

static void
hash_padded_g (const CryptoSrpAlgo *algo, const uint8_t *before, size_t len,
               uint8_t out[static 32])
{
    uint8_t g[SIZE] = { 0 };

    g[SIZE - 1] = (uint8_t)algo->g;
    crypto_sha256_pieces ((CryptoPiece[]){ { before, len }, { g, SIZE } }, 2, out);
}

void
crypto_srp_x (const CryptoSrpAlgo *algo, const char *password, uint8_t x[static 32])
{
    const CryptoPiece salt1 = { algo->salt1, algo->salt1_len };
    const CryptoPiece salt2 = { algo->salt2, algo->salt2_len };
    uint8_t hash[32], slow[64];

    crypto_sha256_pieces (
        (CryptoPiece[]){ salt1, { password, strlen (password) }, salt1 }, 3, hash);
    crypto_sha256_pieces ((CryptoPiece[]){ salt2, { hash, 32 }, salt2 }, 3, hash);
    crypto_pbkdf2_sha512 (hash, 32, salt1.data, salt1.len, ITERATIONS, slow);
    crypto_sha256_pieces ((CryptoPiece[]){ salt2, { slow, 64 }, salt2 }, 3, x);
}

void
crypto_srp_verifier (const CryptoSrpAlgo *algo, const uint8_t x[static 32],
                     uint8_t v[static 256])
{
    BIGNUM *p = BN_bin2bn (algo->p, SIZE, NULL), *exponent = BN_bin2bn (x, 32, NULL),
           *g = BN_new ();

    BN_set_word (g, (BN_ULONG)algo->g);
    power (g, g, exponent, p);
    BN_bn2binpad (g, v, SIZE);
    BN_free (g);
    BN_free (exponent);
    BN_free (p);
}

void
crypto_srp_server_b (const CryptoSrpAlgo *algo, const uint8_t v[static 256],
                     const uint8_t b[static 256], uint8_t b_out[static 256])
{
    uint8_t hash[32];
    BN_CTX *ctx = BN_CTX_new ();
    BIGNUM *p = BN_bin2bn (algo->p, SIZE, NULL), *sum = BN_new (), *g = BN_new ();

    hash_padded_g (algo, algo->p, SIZE, hash);
    BIGNUM *k = BN_bin2bn (hash, 32, NULL), *verifier = BN_bin2bn (v, SIZE, NULL),
           *secret = BN_bin2bn (b, SIZE, NULL);
    BN_set_word (g, (BN_ULONG)algo->g);
    power (g, g, secret, p);
    BN_mod_mul (sum, k, verifier, p, ctx);
    BN_mod_add (sum, sum, g, p, ctx);
    BN_bn2binpad (sum, b_out, SIZE);
    BN_free (secret);
    BN_free (verifier);
    BN_free (k);
    BN_free (g);
    BN_free (sum);
    BN_free (p);
    BN_CTX_free (ctx);
}

void
crypto_srp_server_s (const CryptoSrpAlgo *algo, const uint8_t v[static 256],
                     const uint8_t b[static 256], const uint8_t b_public[static 256],
                     const uint8_t a_public[static 256], uint8_t s_bytes[static 256])
{
    uint8_t hash[32];
    BN_CTX *ctx = BN_CTX_new ();
    BIGNUM *p = BN_bin2bn (algo->p, SIZE, NULL), *s = BN_bin2bn (v, SIZE, NULL);
    BIGNUM *a = BN_bin2bn (a_public, SIZE, NULL), *secret = BN_bin2bn (b, SIZE, NULL);

    crypto_sha256_pieces ((CryptoPiece[]){ { a_public, SIZE }, { b_public, SIZE } }, 2,
                          hash);
    BIGNUM *u = BN_bin2bn (hash, 32, NULL);
    power (s, s, u, p);
    BN_mod_mul (s, s, a, p, ctx);
    power (s, s, secret, p);
    BN_bn2binpad (s, s_bytes, SIZE);
    BN_free (u);
    BN_free (secret);
    BN_free (a);
    BN_free (s);
    BN_free (p);
    BN_CTX_free (ctx);
}

void
crypto_srp_server_m1 (const CryptoSrpAlgo *algo, const uint8_t v[static 256],
                      const uint8_t b[static 256], const uint8_t b_public[static 256],
                      const uint8_t a_public[static 256], uint8_t m1[static 32])
{
    uint8_t mixed[32], hg[32], hs1[32], hs2[32], s[SIZE], key[32];

    crypto_sha256 (algo->p, SIZE, mixed);
    hash_padded_g (algo, NULL, 0, hg);
    for (size_t i = 0; i < 32; i++)
        mixed[i] ^= hg[i];
    crypto_sha256 (algo->salt1, algo->salt1_len, hs1);
    crypto_sha256 (algo->salt2, algo->salt2_len, hs2);
    crypto_srp_server_s (algo, v, b, b_public, a_public, s);
    crypto_sha256 (s, SIZE, key);
    crypto_sha256_pieces ((CryptoPiece[]){ { mixed, 32 },
                                           { hs1, 32 },
                                           { hs2, 32 },
                                           { a_public, SIZE },
                                           { b_public, SIZE },
                                           { key, 32 } },
                          6, m1);
}
