/* Pollard's rho as Brent arranged it, and Miller-Rabin with bases that are exact for 64
 * bits. */
#include "crypto-pq.h"

#include "crypto-mul-mod.h"

#define STEPS_MAX 1000000
#define BATCH 128 /* differences multiplied before one gcd */

static uint64_t
power_mod (uint64_t base, uint64_t exponent, uint64_t m)
{
    uint64_t result = 1;

    for (base %= m; exponent > 0; exponent >>= 1) {
        if (exponent & 1)
            result = crypto_mul_mod (result, base, m);
        base = crypto_mul_mod (base, base, m);
    }
    return result;
}

static gboolean
is_prime (uint64_t n)
{
    static const uint64_t bases[] = { 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37 };
    uint64_t odd = n - 1;
    int twos = 0;

    if (n < 2)
        return FALSE;
    for (size_t i = 0; i < G_N_ELEMENTS (bases); i++)
        if (n % bases[i] == 0)
            return n == bases[i];
    for (; (odd & 1) == 0; odd >>= 1)
        twos++;
    for (size_t i = 0; i < G_N_ELEMENTS (bases); i++) {
        uint64_t x = power_mod (bases[i], odd, n);
        gboolean maybe = x == 1 || x == n - 1;
        for (int k = 1; k < twos && !maybe; k++) {
            x = crypto_mul_mod (x, x, n);
            maybe = x == n - 1;
        }
        if (!maybe)
            return FALSE;
    }
    return TRUE;
}

static uint64_t
gcd (uint64_t a, uint64_t b)
{
    while (b != 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* A factor of the composite n that is neither 1 nor n, or 0. */
static uint64_t
rho (uint64_t n, uint64_t c, unsigned *steps)
{
    uint64_t y = 2, x = y, saved = y, product = 1, divisor = 1;

    for (uint64_t run = 1; divisor == 1 && *steps < STEPS_MAX; run *= 2) {
        x = y;
        for (uint64_t i = 0; i < run; i++)
            y = (crypto_mul_mod (y, y, n) + c) % n;
        *steps += (unsigned)run;
        for (uint64_t k = 0; k < run && divisor == 1; k += BATCH) {
            saved = y;
            for (uint64_t i = 0; i < BATCH && k + i < run; i++) {
                y = (crypto_mul_mod (y, y, n) + c) % n;
                product = crypto_mul_mod (product, x > y ? x - y : y - x, n);
            }
            *steps += BATCH;
            divisor = gcd (product, n);
        }
    }
    if (divisor != n)
        return divisor == 1 ? 0 : divisor;
    do { /* the batch overshot: once more, step by step */
        saved = (crypto_mul_mod (saved, saved, n) + c) % n;
        divisor = gcd (x > saved ? x - saved : saved - x, n);
    } while (divisor == 1 && ++*steps < STEPS_MAX);
    return divisor == n || divisor == 1 ? 0 : divisor;
}

gboolean
crypto_pq_factor (uint64_t pq, uint64_t *p, uint64_t *q)
{
    uint64_t factor = 0;
    unsigned steps = 0;

    if (pq < 4 || pq > G_MAXINT64 || is_prime (pq))
        return FALSE;
    if (pq % 2 == 0)
        factor = 2;
    for (uint64_t c = 1; factor == 0 && c < 16 && steps < STEPS_MAX; c++)
        factor = rho (pq, c, &steps);
    if (factor == 0 || !is_prime (factor) || !is_prime (pq / factor))
        return FALSE;
    *p = MIN (factor, pq / factor);
    *q = MAX (factor, pq / factor);
    return TRUE;
}
