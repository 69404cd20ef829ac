/* SRP-6a as Telegram uses it; big numbers by OpenSSL, all secrets in constant-time
 * powers. */
#include "crypto-srp.h"

#include "crypto-dh.h"
#include "crypto-hash.h"

#include <openssl/bn.h>
#include <string.h>

#define SIZE 256
#define ITERATIONS 100000
#define B_LEN_MIN 248

typedef struct {
    BN_CTX *ctx;
    BIGNUM *p, *g, *k;
} Group;

static void
salted_hash (const uint8_t *data, size_t len, const uint8_t *salt, size_t salt_len,
             uint8_t out[static 32])
{
    crypto_sha256_pieces (
        (CryptoPiece[]){ { salt, salt_len }, { data, len }, { salt, salt_len } }, 3, out);
}

static void
pad_g (int g, uint8_t out[static 256])
{
    memset (out, 0, SIZE);
    out[SIZE - 1] = (uint8_t)g;
}

static void
group_init (Group *group, const CryptoSrpAlgo *algo)
{
    uint8_t g[SIZE], hash[32];

    pad_g (algo->g, g);
    crypto_sha256_pieces ((CryptoPiece[]){ { algo->p, SIZE }, { g, SIZE } }, 2, hash);
    group->ctx = BN_CTX_secure_new ();
    group->p = BN_bin2bn (algo->p, SIZE, NULL);
    group->g = BN_bin2bn (g, SIZE, NULL);
    group->k = BN_bin2bn (hash, sizeof hash, NULL);
    if (group->ctx == NULL || group->p == NULL || group->g == NULL || group->k == NULL)
        g_error ("out of memory");
}

static void
group_clear (Group *group)
{
    BN_free (group->k);
    BN_free (group->g);
    BN_free (group->p);
    BN_CTX_free (group->ctx);
}

static BIGNUM *
number (const uint8_t *bytes, size_t len)
{
    BIGNUM *value = BN_bin2bn (bytes, (int)len, NULL);

    if (value == NULL)
        g_error ("out of memory");
    BN_set_flags (value, BN_FLG_CONSTTIME);
    return value;
}

static void
password_x (const CryptoSrpAlgo *algo, const char *password, uint8_t x[static 32])
{
    uint8_t one[32], two[32], slow[64];

    salted_hash ((const uint8_t *)password, strlen (password), algo->salt1,
                 algo->salt1_len, one);
    salted_hash (one, sizeof one, algo->salt2, algo->salt2_len, two);
    crypto_pbkdf2_sha512 (two, sizeof two, algo->salt1, algo->salt1_len, ITERATIONS,
                          slow);
    salted_hash (slow, sizeof slow, algo->salt2, algo->salt2_len, x);
    crypto_wipe (one, sizeof one);
    crypto_wipe (two, sizeof two);
    crypto_wipe (slow, sizeof slow);
}

static void
proof (const CryptoSrpAlgo *algo, const uint8_t a[static 256],
       const uint8_t b[static 256], const uint8_t s[static 256], uint8_t m1[static 32])
{
    uint8_t g[SIZE], hp[32], hg[32], hs1[32], hs2[32], key[32];

    pad_g (algo->g, g);
    crypto_sha256 (algo->p, SIZE, hp);
    crypto_sha256 (g, SIZE, hg);
    for (size_t i = 0; i < 32; i++)
        hp[i] ^= hg[i];
    crypto_sha256 (algo->salt1, algo->salt1_len, hs1);
    crypto_sha256 (algo->salt2, algo->salt2_len, hs2);
    crypto_sha256 (s, SIZE, key);
    crypto_sha256_pieces (
        (CryptoPiece[]){
            { hp, 32 }, { hs1, 32 }, { hs2, 32 }, { a, SIZE }, { b, SIZE }, { key, 32 } },
        6, m1);
    crypto_wipe (key, sizeof key);
}

/* The own exponent, and A of it. */
static gboolean
draw (const CryptoSrpAlgo *algo, const CryptoRandom *random, uint8_t secret[static 256],
      uint8_t a_out[static 256])
{
    do {
        if (!crypto_random_fill (random, secret, SIZE) ||
            !crypto_dh_real.power_g (algo->g, algo->p, secret, a_out))
            return FALSE;
    } while (!crypto_dh_real.is_public_value (algo->p, a_out));
    return TRUE;
}

gboolean
crypto_srp_proof (const CryptoSrpAlgo *algo, const CryptoRandom *random,
                  const char *password, const uint8_t *b, size_t b_len,
                  uint8_t a_out[static 256], uint8_t m1_out[static 32])
{
    uint8_t b_public[SIZE], secret[SIZE], u_bytes[32], x_bytes[32], t_bytes[SIZE],
        s_bytes[SIZE];

    if (b_len < B_LEN_MIN || !crypto_dh_pad (b, b_len, b_public) ||
        !crypto_dh_real.is_generator (algo->g, algo->p))
        return FALSE;
    if (!draw (algo, random, secret, a_out)) {
        crypto_wipe (secret, sizeof secret); /* MT-F31 */
        return FALSE;
    }
    crypto_sha256_pieces ((CryptoPiece[]){ { a_out, SIZE }, { b_public, SIZE } }, 2,
                          u_bytes);

    Group group;
    group_init (&group, algo);
    BIGNUM *big_b = number (b_public, SIZE), *u = number (u_bytes, 32);
    /* 0 < B < p, u != 0 before anything is derived (MT-F25, MT-F27) */
    gboolean good = !BN_is_zero (big_b) && BN_cmp (big_b, group.p) < 0 && !BN_is_zero (u);
    if (good) {
        password_x (algo, password, x_bytes);
        BIGNUM *x = number (x_bytes, 32), *a = number (secret, SIZE), *v = BN_new ();
        BIGNUM *t = BN_new (), *e = BN_new (), *s = BN_new ();
        good = BN_mod_exp_mont_consttime (v, group.g, x, group.p, group.ctx, NULL) &&
               BN_mod_mul (t, group.k, v, group.p, group.ctx) &&
               BN_mod_sub (t, big_b, t, group.p, group.ctx) &&
               BN_bn2binpad (t, t_bytes, SIZE) == SIZE &&
               crypto_dh_real.is_public_value (algo->p, t_bytes) &&
               BN_mul (e, u, x, group.ctx) && BN_add (e, e, a) &&
               BN_mod_exp_mont_consttime (s, t, e, group.p, group.ctx, NULL) &&
               BN_bn2binpad (s, s_bytes, SIZE) == SIZE;
        if (good)
            proof (algo, a_out, b_public, s_bytes, m1_out);
        BN_clear_free (s);
        BN_clear_free (e);
        BN_clear_free (t);
        BN_clear_free (v);
        BN_clear_free (a);
        BN_clear_free (x);
    }
    BN_free (u);
    BN_free (big_b);
    group_clear (&group);
    crypto_wipe (secret, sizeof secret);
    crypto_wipe (x_bytes, sizeof x_bytes);
    crypto_wipe (t_bytes, sizeof t_bytes);
    crypto_wipe (s_bytes, sizeof s_bytes);
    return good;
}
