/* The real group, on OpenSSL's big numbers: checks of prime, generator and range, powers
 * in constant time. */
#include "crypto-dh.h"

#include "crypto-dh-prime.h"
#include "crypto-hash.h"
#include "crypto-secret.h"

#include <openssl/bn.h>
#include <string.h>

#define SIZE CRYPTO_DH_SIZE
#define RANGE_BITS (2048 - 64) /* public values keep this far from both ends (SC-A6) */

static const uint8_t known_prime[256] = { CRYPTO_DH_KNOWN_PRIME };

static gboolean
is_known_prime (const uint8_t p[static 256])
{
    return memcmp (p, known_prime, SIZE) == 0;
}

static gboolean
is_safe_prime (const uint8_t p[static 256])
{
    if (is_known_prime (p))
        return TRUE;
    if ((p[0] & 0x80) == 0 || (p[SIZE - 1] & 3) != 3) /* 2048 bits; p and (p-1)/2 odd */
        return FALSE;

    BN_CTX *ctx = BN_CTX_new ();
    BIGNUM *prime = BN_bin2bn (p, SIZE, NULL);
    BIGNUM *half = BN_new ();
    /* BN_check_prime() makes 64 rounds or more at this size (SC-A3). */
    gboolean good = ctx != NULL && prime != NULL && half != NULL &&
                    BN_rshift1 (half, prime) && BN_check_prime (half, ctx, NULL) == 1 &&
                    BN_check_prime (prime, ctx, NULL) == 1;
    BN_free (half);
    BN_free (prime);
    BN_CTX_free (ctx);
    return good;
}

static unsigned
mod_small (const uint8_t p[static 256], unsigned divisor)
{
    unsigned rest = 0;

    for (size_t i = 0; i < SIZE; i++)
        rest = (rest << 8 | p[i]) % divisor;
    return rest;
}

static gboolean
is_generator (int g, const uint8_t p[static 256])
{
    unsigned m;

    switch (g) { /* SC-A4, MT-C17: g generates the subgroup of order (p-1)/2 */
    case 2:
        return mod_small (p, 8) == 7;
    case 3:
        return mod_small (p, 3) == 2;
    case 4:
        return TRUE;
    case 5:
        m = mod_small (p, 5);
        return m == 1 || m == 4;
    case 6:
        m = mod_small (p, 24);
        return m == 19 || m == 23;
    case 7:
        m = mod_small (p, 7);
        return m == 3 || m == 5 || m == 6;
    default:
        return FALSE;
    }
}

static gboolean
is_public_value (const uint8_t p[static 256], const uint8_t v[static 256])
{
    BIGNUM *prime = BN_bin2bn (p, SIZE, NULL);
    BIGNUM *value = BN_bin2bn (v, SIZE, NULL);
    BIGNUM *low = BN_new ();
    BIGNUM *high = BN_new ();
    gboolean good = prime != NULL && value != NULL && low != NULL && high != NULL &&
                    BN_set_bit (low, RANGE_BITS) && BN_sub (high, prime, low) &&
                    BN_cmp (value, low) >= 0 && BN_cmp (value, high) <= 0;

    BN_free (high);
    BN_free (low);
    BN_free (value);
    BN_free (prime);
    return good;
}

static gboolean
power (const uint8_t base[static 256], const uint8_t p[static 256],
       const uint8_t exponent[static 256], uint8_t out[static 256])
{
    BN_CTX *ctx = BN_CTX_secure_new ();
    BIGNUM *prime = BN_bin2bn (p, SIZE, NULL);
    BIGNUM *b = BN_bin2bn (base, SIZE, NULL);
    BIGNUM *e = BN_bin2bn (exponent, SIZE, NULL);
    BIGNUM *result = BN_new ();
    gboolean good =
        ctx != NULL && prime != NULL && b != NULL && e != NULL && result != NULL;

    if (good) {
        BN_set_flags (e, BN_FLG_CONSTTIME);
        good = BN_is_odd (prime) &&
               BN_mod_exp_mont_consttime (result, b, e, prime, ctx, NULL) &&
               BN_bn2binpad (result, out, SIZE) == SIZE;
    }
    BN_clear_free (result);
    BN_clear_free (e);
    BN_clear_free (b);
    BN_free (prime);
    BN_CTX_free (ctx);
    return good;
}

static gboolean
power_g (int g, const uint8_t p[static 256], const uint8_t exponent[static 256],
         uint8_t out[static 256])
{
    uint8_t base[SIZE] = { 0 };

    base[SIZE - 1] = (uint8_t)g;
    return power (base, p, exponent, out);
}

const CryptoDhOps crypto_dh_real = {
    .is_known_prime = is_known_prime,
    .is_safe_prime = is_safe_prime,
    .is_generator = is_generator,
    .is_public_value = is_public_value,
    .power_g = power_g,
    .power = power,
};

gboolean
crypto_dh_pad (const uint8_t *value, size_t len, uint8_t out[static 256])
{
    while (len > SIZE && value[0] == 0) {
        value++;
        len--;
    }
    if (len == 0 || len > SIZE)
        return FALSE;
    memset (out, 0, SIZE - len);
    memcpy (out + SIZE - len, value, len);
    return TRUE;
}

void
crypto_key_hash (const uint8_t key[static 256], uint8_t out[static 36])
{
    uint8_t hash[32];

    crypto_sha1 (key, SIZE, hash);
    memcpy (out, hash, 16);
    crypto_sha256 (key, SIZE, hash);
    memcpy (out + 16, hash, 20);
}

void
crypto_key_picture (const uint8_t *hash, uint8_t *cells, size_t n)
{
    for (size_t i = 0; i < n; i++)
        cells[i] = hash[i / 4] >> 2 * (i % 4) & 3;
}
