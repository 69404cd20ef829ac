/* The multiplicative group modulo 2^61 - 1, its numbers in the last 8 of 256 bytes, a high
 * byte set so that values pass for full-sized ones. */
#include "dh-toy.h"

#include "crypto-dh-prime.h"
#include "crypto-mul-mod.h"

#include <string.h>

#define SIZE CRYPTO_DH_SIZE
#define MODULUS ((UINT64_C (1) << 61) - 1)
#define MARK 0x40 /* first byte of every value: neither tiny nor near p */

const uint8_t crypto_dh_known_prime[256] = { CRYPTO_DH_KNOWN_PRIME };

static uint64_t
load (const uint8_t number[static 256])
{
    uint64_t value;

    memcpy (&value, number + SIZE - 8, 8);
    return GUINT64_FROM_BE (value) % MODULUS;
}

static void
save (uint64_t value, uint8_t out[static 256])
{
    memset (out, 0, SIZE);
    out[0] = MARK;
    value = GUINT64_TO_BE (value);
    memcpy (out + SIZE - 8, &value, 8);
}

static uint64_t
power_mod (uint64_t base, uint64_t exponent)
{
    uint64_t result = 1;

    for (base %= MODULUS; exponent > 0; exponent >>= 1) {
        if (exponent & 1)
            result = crypto_mul_mod (result, base, MODULUS);
        base = crypto_mul_mod (base, base, MODULUS);
    }
    return result;
}

static gboolean
any_prime (const uint8_t p[static 256])
{
    return (p[0] & 0x80) != 0;
}

static gboolean
any_generator (int g, const uint8_t p[static 256])
{
    return g >= 2 && g <= 7;
}

static gboolean
is_public_value (const uint8_t p[static 256], const uint8_t v[static 256])
{
    return v[0] == MARK && load (v) > 1;
}

static gboolean
power (const uint8_t base[static 256], const uint8_t p[static 256],
       const uint8_t exponent[static 256], uint8_t out[static 256])
{
    save (power_mod (load (base), load (exponent)), out);
    return TRUE;
}

static gboolean
power_g (int g, const uint8_t p[static 256], const uint8_t exponent[static 256],
         uint8_t out[static 256])
{
    save (power_mod ((uint64_t)g, load (exponent)), out);
    return TRUE;
}

const CryptoDhOps crypto_dh_toy = {
    .is_known_prime = any_prime,
    .is_safe_prime = any_prime,
    .is_generator = any_generator,
    .is_public_value = is_public_value,
    .power_g = power_g,
    .power = power,
};
