/* IGE with the processor's own AES instructions (FIPS 197, and Intel's document 323641): each
 * block waits for the one before it, and a library's function for one block costs a quarter
 * more than the block. The instructions take the same time whatever they work on. */
#include "crypto-aes-ige-ways.h"

#if CRYPTO_IGE_X86

#include "crypto-secret.h"

#include <immintrin.h>

#define BLOCK 16
#define ROUNDS 14
#define BELOW                                                                            \
    512 /* bytes under a function's own that its copies of registers may be in */
#define WITH_AES __attribute__ ((target ("aes,sse2")))

/* Nothing is left in registers either, where the compiler can see to that. */
#if defined __has_attribute && __has_attribute(zero_call_used_regs)
#define LEAVES_NOTHING __attribute__ ((zero_call_used_regs ("all")))
#else
#define LEAVES_NOTHING
#endif

typedef struct {
    __m128i round[ROUNDS + 1];
} Keys;

WITH_AES static inline __m128i
load (const uint8_t *from)
{
    return _mm_loadu_si128 ((const __m128i *)(const void *)from);
}

WITH_AES static inline void
save (uint8_t *to, __m128i block)
{
    _mm_storeu_si128 ((__m128i *)(void *)to, block);
}

/* Each word of `key` with all before it, and with `help`. */
WITH_AES static inline __m128i
stretch (__m128i key, __m128i help)
{
    key = _mm_xor_si128 (key, _mm_slli_si128 (key, 4));
    key = _mm_xor_si128 (key, _mm_slli_si128 (key, 8));
    return _mm_xor_si128 (key, help);
}

/* FIPS 197, 5.2; the round constant stands in the instruction itself. */
#define EVEN(r, i, constant)                                                             \
    ((r)[i] = stretch (                                                                  \
         (r)[(i)-2],                                                                     \
         _mm_shuffle_epi32 (_mm_aeskeygenassist_si128 ((r)[(i)-1], constant), 0xff)))
#define ODD(r, i)                                                                        \
    ((r)[i] =                                                                            \
         stretch ((r)[(i)-2],                                                            \
                  _mm_shuffle_epi32 (_mm_aeskeygenassist_si128 ((r)[(i)-1], 0), 0xaa)))

WITH_AES static inline void
expand (const uint8_t *key, Keys *keys)
{
    __m128i *r = keys->round;

    r[0] = load (key);
    r[1] = load (key + BLOCK);
    EVEN (r, 2, 0x01);
    ODD (r, 3);
    EVEN (r, 4, 0x02);
    ODD (r, 5);
    EVEN (r, 6, 0x04);
    ODD (r, 7);
    EVEN (r, 8, 0x08);
    ODD (r, 9);
    EVEN (r, 10, 0x10);
    ODD (r, 11);
    EVEN (r, 12, 0x20);
    ODD (r, 13);
    EVEN (r, 14, 0x40);
}

/* The rounds of decryption, from the last one back (FIPS 197, 5.3.5). */
WITH_AES static inline void
turn_round (Keys *keys)
{
    Keys there = *keys;

    keys->round[0] = there.round[ROUNDS];
    for (int i = 1; i < ROUNDS; i++)
        keys->round[i] = _mm_aesimc_si128 (there.round[ROUNDS - i]);
    keys->round[ROUNDS] = there.round[0];
    crypto_wipe (&there, sizeof there);
}

/* c[i] = E (p[i] ^ c[i-1]) ^ p[i-1]; the last round adds its key and p[i-1] in one. */
WITH_AES LEAVES_NOTHING static G_NO_INLINE void
encrypt (const uint8_t *key, uint8_t *iv, const uint8_t *in, uint8_t *out, size_t len)
{
    Keys keys;
    __m128i cipher = load (iv), before = load (iv + BLOCK);

    expand (key, &keys);
    for (size_t i = 0; i < len; i += BLOCK) {
        __m128i plain = load (in + i); /* before `out`, which may be the same */
        __m128i x = _mm_xor_si128 (cipher, _mm_xor_si128 (plain, keys.round[0]));
#pragma GCC unroll 13
        for (int n = 1; n < ROUNDS; n++)
            x = _mm_aesenc_si128 (x, keys.round[n]);
        cipher = _mm_aesenclast_si128 (x, _mm_xor_si128 (keys.round[ROUNDS], before));
        before = plain;
        save (out + i, cipher);
    }
    save (iv, cipher);
    save (iv + BLOCK, before);
    crypto_wipe (&keys, sizeof keys);
}

/* p[i] = D (c[i] ^ p[i-1]) ^ c[i-1] */
WITH_AES LEAVES_NOTHING static G_NO_INLINE void
decrypt (const uint8_t *key, uint8_t *iv, const uint8_t *in, uint8_t *out, size_t len)
{
    Keys keys;
    __m128i before = load (iv), plain = load (iv + BLOCK);

    expand (key, &keys);
    turn_round (&keys);
    for (size_t i = 0; i < len; i += BLOCK) {
        __m128i cipher = load (in + i);
        __m128i x = _mm_xor_si128 (plain, _mm_xor_si128 (cipher, keys.round[0]));
#pragma GCC unroll 13
        for (int n = 1; n < ROUNDS; n++)
            x = _mm_aesdec_si128 (x, keys.round[n]);
        plain = _mm_aesdeclast_si128 (x, _mm_xor_si128 (keys.round[ROUNDS], before));
        before = cipher;
        save (out + i, plain);
    }
    save (iv, before);
    save (iv + BLOCK, plain);
    crypto_wipe (&keys, sizeof keys);
}

static G_NO_INLINE void
forget (void)
{
    uint8_t below[sizeof (Keys) * 2 + BELOW];
    crypto_wipe (below, sizeof below);
}

gboolean
crypto_ige_x86_usable (void)
{
    return __builtin_cpu_supports ("aes");
}

void
crypto_ige_x86_encrypt (const uint8_t key[static 32], uint8_t iv[static 32],
                        const uint8_t *in, uint8_t *out, size_t len)
{
    encrypt (key, iv, in, out, len);
    forget ();
}

void
crypto_ige_x86_decrypt (const uint8_t key[static 32], uint8_t iv[static 32],
                        const uint8_t *in, uint8_t *out, size_t len)
{
    decrypt (key, iv, in, out, len);
    forget ();
}

#endif
