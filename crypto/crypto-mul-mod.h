/* Products modulo a 64-bit number: by the compiler's 128-bit integers where it has them, by hand
 * on 32-bit machines. */
#pragma once

#include <stdint.h>

/* a * b modulo m, for any a, b and m > 0. Not in constant time: for numbers that are
 * public, or toys. */
static inline uint64_t
crypto_mul_mod_by_hand (uint64_t a, uint64_t b, uint64_t m)
{
    uint64_t result = 0;

    for (a %= m, b %= m; b != 0; b >>= 1) { /* no sum reaches 2^64 */
        if (b & 1)
            result = result >= m - a ? result - (m - a) : result + a;
        a = a >= m - a ? a - (m - a) : a + a;
    }
    return result;
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
