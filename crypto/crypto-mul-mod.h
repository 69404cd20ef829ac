/* Products modulo a 64-bit number: by the compiler's 128-bit integers where it has them, by hand
 * on 32-bit machines. */
#pragma once

#include <stdint.h>

/* One digit of base 2^32 of a long division: the rest of (high << 32 | next) by m, where high < m and
 * m has its highest bit. The digit guessed by m's upper half is too large by two at most (Knuth's
 * algorithm D). */
static inline uint64_t
crypto_mul_mod_digit (uint64_t high, uint32_t next, uint64_t m)
{
    uint64_t upper = m >> 32, lower = (uint32_t)m;
    uint64_t digit = high / upper, rest = high % upper;

    while (rest >> 32 == 0 && (digit >> 32 != 0 || digit * lower > (rest << 32 | next))) {
        digit--;
        rest += upper;
    }
    return (high << 32 | next) - digit * m;
}

/* a * b modulo m, for any a, b and m > 0. Not in constant time: for numbers that are
 * public, or toys. */
static inline uint64_t
crypto_mul_mod_by_hand (uint64_t a, uint64_t b, uint64_t m)
{
    int shift = __builtin_clzll (m);

    a %= m;
    b %= m;
    uint64_t a1 = a >> 32, a0 = (uint32_t)a, b1 = b >> 32, b0 = (uint32_t)b;
    uint64_t middle = a1 * b0 + (a0 * b0 >> 32), cross = a0 * b1 + (uint32_t)middle;
    uint64_t high = a1 * b1 + (middle >> 32) + (cross >> 32), low = a * b;

    if (shift > 0) {
        high = high << shift | low >> (64 - shift);
        low <<= shift;
        m <<= shift;
    }
    high = crypto_mul_mod_digit (high, (uint32_t)(low >> 32), m);
    return crypto_mul_mod_digit (high, (uint32_t)low, m) >> shift;
}

static inline uint64_t
crypto_mul_mod (uint64_t a, uint64_t b, uint64_t m)
{
#ifdef __SIZEOF_INT128__
    return (uint64_t)((unsigned __int128)a * b % m);
#else
    return crypto_mul_mod_by_hand (a, b, m);
#endif
}
