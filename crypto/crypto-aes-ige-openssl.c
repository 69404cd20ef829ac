/* IGE over OpenSSL's CBC, in both directions, on every processor.
 *
 * Encryption: let y[i] = c[i] ^ p[i-1]. Then y[i] = E (p[i] ^ p[i-2] ^ y[i-1]), which is
 * CBC over x[i] = p[i] ^ p[i-2]: one CBC call for a run of blocks, and c[i] = y[i] ^ p[i-1]
 * afterwards. The first block, p[0] ^ c[-1], fits in with y[-1] = 0 and c[-1] for p[-2].
 * Decryption: p[i] = D (c[i] ^ p[i-1]) ^ c[i-1]; no block can begin before the one ahead
 * of it is done. CBC over x[i] = c[i] ^ p[i-1] gives D (x[i]) ^ x[i-1] = p[i] ^ p[i-2], a
 * block a call, with x[-1] = 0 and c[-1] for p[-2]. OpenSSL has a short way for a single block of
 * CBC and none for one of ECB. Such a call takes a quarter more than a block of CBC encryption,
 * even where none waits for another: 0.8 of its speed is what can be had this way.
 */
#include "crypto-aes-ige-ways.h"

#include "crypto-cipher.h"
#include "crypto-secret.h"

#include <string.h>

#define BLOCK 16
#define RUN                                                                              \
    2048 /* bytes per CBC call: scratch on the stack, and with what is read and
                  * written small enough to be gone over three times at the processor */

/* One block in a register; what is written and read in one piece, the next reader need
 * not wait for. */
typedef uint64_t Block __attribute__ ((vector_size (BLOCK)));

static inline Block
load (const uint8_t *from)
{
    Block block;
    memcpy (&block, from, BLOCK);
    return block;
}

static inline void
save (uint8_t *to, Block block)
{
    memcpy (to, &block, BLOCK);
}

/* Where no register holds a block (i386), the compiler puts copies on the stack as it likes:
 * what the functions below used of it is wiped after them. */
static G_NO_INLINE void
forget (void)
{
#if !defined __SSE2__ && !defined __ARM_NEON && !defined __ALTIVEC__
    uint8_t below[RUN + 2048];
    crypto_wipe (below, sizeof below);
#endif
}

/* A context of one message, wiped when it is freed. It begins with zeros for an IV: to set
 * one costs as much as the key, and the first block can as well bring it along. */
static EVP_CIPHER_CTX *
start (const uint8_t *key, int encrypt)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new ();

    if (ctx == NULL || EVP_CipherInit_ex (ctx, crypto_cipher (CRYPTO_AES_CBC), NULL, key,
                                          NULL, encrypt) != 1)
        g_error ("OpenSSL cannot do AES-256-CBC");
    return ctx;
}

/* Whole blocks in place, without the buffer and the padding of EVP_CipherUpdate(). */
static void
apply (EVP_CIPHER_CTX *ctx, uint8_t *data, size_t len)
{
    if (EVP_Cipher (ctx, data, data, (unsigned)len) <= 0)
        g_error ("OpenSSL cannot do AES-256-CBC");
}

static G_NO_INLINE void
encrypt (const uint8_t *key, uint8_t *iv, const uint8_t *in, uint8_t *out, size_t len)
{
    EVP_CIPHER_CTX *ctx = start (key, 1);               /* wiped when freed */
    Block before[2] = { load (iv), load (iv + BLOCK) }; /* c[-1] as p[-2], p[-1] */
    uint8_t work[RUN] __attribute__ ((aligned (BLOCK)));
    size_t used = MIN (len, RUN);

    while (len > 0) {
        size_t run = MIN (len, RUN);
        save (work, load (in) ^ before[0]);
        if (run > BLOCK)
            save (work + BLOCK, load (in + BLOCK) ^ before[1]);
        for (size_t i = 2 * BLOCK; i < run; i += BLOCK)
            save (work + i, load (in + i) ^ load (in + i - 2 * BLOCK));
        apply (ctx, work, run);
        Block last = before[1];
        for (size_t i = 0; i < run; i += BLOCK) {
            Block plain = load (in + i); /* before `out`, which may be the same */
            save (out + i, load (work + i) ^ last);
            before[0] = last;
            last = plain;
        }
        before[1] = last;
        in += run;
        out += run;
        len -= run;
        if (len == 0)
            memcpy (iv, out - BLOCK, BLOCK);
    }
    save (iv + BLOCK, before[1]);
    EVP_CIPHER_CTX_free (ctx);
    crypto_wipe (work, used);
    crypto_wipe (before, sizeof before);
}

static G_NO_INLINE void
decrypt (const uint8_t *key, uint8_t *iv, const uint8_t *in, uint8_t *out, size_t len)
{
    EVP_CIPHER_CTX *ctx = start (key, 0);
    Block before[2] = { load (iv), load (iv + BLOCK) }; /* c[-1] as p[-2], p[-1] */
    uint8_t work[BLOCK] __attribute__ ((aligned (BLOCK)));
    Block cipher = { 0 };

    if (len > 0)
        save (work, (cipher = load (in)) ^ before[1]);
    for (size_t i = 0; i < len; i += BLOCK) {
        Block next = i + BLOCK < len ? load (in + i + BLOCK) : cipher;
        Block both = next ^ before[0];
        apply (ctx, work, BLOCK);
        Block half = load (work);
        save (work, half ^ both); /* what the next block waits for: as early as can be */
        Block plain = half ^ before[0];
        save (out + i, plain);
        before[0] = before[1];
        before[1] = plain;
        if (i + BLOCK == len)
            save (iv, cipher);
        cipher = next;
    }
    save (iv + BLOCK, before[1]);
    EVP_CIPHER_CTX_free (ctx);
    crypto_wipe (work, sizeof work);
    crypto_wipe (before, sizeof before);
}

void
crypto_ige_openssl_encrypt (const uint8_t key[static 32], uint8_t iv[static 32],
                            const uint8_t *in, uint8_t *out, size_t len)
{
    encrypt (key, iv, in, out, len);
    forget ();
}

void
crypto_ige_openssl_decrypt (const uint8_t key[static 32], uint8_t iv[static 32],
                            const uint8_t *in, uint8_t *out, size_t len)
{
    decrypt (key, iv, in, out, len);
    forget ();
}
