/* The real group, on OpenSSL's big numbers: checks of prime, generator and range, powers
 * in constant time. */
#include "crypto-dh.h"

#include "crypto-hash.h"
#include "crypto-secret.h"

#include <openssl/bn.h>
#include <string.h>

#define SIZE CRYPTO_DH_SIZE
#define RANGE_BITS (2048 - 64) /* public values keep this far from both ends (SC-A6) */

/* The prime that Telegram's servers use (checked: p and (p-1)/2 are prime). */
static const uint8_t known_prime[256] = {
    0xc7, 0x1c, 0xae, 0xb9, 0xc6, 0xb1, 0xc9, 0x04, 0x8e, 0x6c, 0x52, 0x2f, 0x70, 0xf1,
    0x3f, 0x73, 0x98, 0x0d, 0x40, 0x23, 0x8e, 0x3e, 0x21, 0xc1, 0x49, 0x34, 0xd0, 0x37,
    0x56, 0x3d, 0x93, 0x0f, 0x48, 0x19, 0x8a, 0x0a, 0xa7, 0xc1, 0x40, 0x58, 0x22, 0x94,
    0x93, 0xd2, 0x25, 0x30, 0xf4, 0xdb, 0xfa, 0x33, 0x6f, 0x6e, 0x0a, 0xc9, 0x25, 0x13,
    0x95, 0x43, 0xae, 0xd4, 0x4c, 0xce, 0x7c, 0x37, 0x20, 0xfd, 0x51, 0xf6, 0x94, 0x58,
    0x70, 0x5a, 0xc6, 0x8c, 0xd4, 0xfe, 0x6b, 0x6b, 0x13, 0xab, 0xdc, 0x97, 0x46, 0x51,
    0x29, 0x69, 0x32, 0x84, 0x54, 0xf1, 0x8f, 0xaf, 0x8c, 0x59, 0x5f, 0x64, 0x24, 0x77,
    0xfe, 0x96, 0xbb, 0x2a, 0x94, 0x1d, 0x5b, 0xcd, 0x1d, 0x4a, 0xc8, 0xcc, 0x49, 0x88,
    0x07, 0x08, 0xfa, 0x9b, 0x37, 0x8e, 0x3c, 0x4f, 0x3a, 0x90, 0x60, 0xbe, 0xe6, 0x7c,
    0xf9, 0xa4, 0xa4, 0xa6, 0x95, 0x81, 0x10, 0x51, 0x90, 0x7e, 0x16, 0x27, 0x53, 0xb5,
    0x6b, 0x0f, 0x6b, 0x41, 0x0d, 0xba, 0x74, 0xd8, 0xa8, 0x4b, 0x2a, 0x14, 0xb3, 0x14,
    0x4e, 0x0e, 0xf1, 0x28, 0x47, 0x54, 0xfd, 0x17, 0xed, 0x95, 0x0d, 0x59, 0x65, 0xb4,
    0xb9, 0xdd, 0x46, 0x58, 0x2d, 0xb1, 0x17, 0x8d, 0x16, 0x9c, 0x6b, 0xc4, 0x65, 0xb0,
    0xd6, 0xff, 0x9c, 0xa3, 0x92, 0x8f, 0xef, 0x5b, 0x9a, 0xe4, 0xe4, 0x18, 0xfc, 0x15,
    0xe8, 0x3e, 0xbe, 0xa0, 0xf8, 0x7f, 0xa9, 0xff, 0x5e, 0xed, 0x70, 0x05, 0x0d, 0xed,
    0x28, 0x49, 0xf4, 0x7b, 0xf9, 0x59, 0xd9, 0x56, 0x85, 0x0c, 0xe9, 0x29, 0x85, 0x1f,
    0x0d, 0x81, 0x15, 0xf6, 0x35, 0xb1, 0x05, 0xee, 0x2e, 0x4e, 0x15, 0xd0, 0x4b, 0x24,
    0x54, 0xbf, 0x6f, 0x4f, 0xad, 0xf0, 0x34, 0xb1, 0x04, 0x03, 0x11, 0x9c, 0xd8, 0xe3,
    0xb9, 0x2f, 0xcc, 0x5b,
};

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
