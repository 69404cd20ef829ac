/* IGE over OpenSSL's public modes, without a call per block.
 *
 * Encryption: let y[i] = c[i] ^ p[i-1]. Then y[i] = E (p[i] ^ p[i-2] ^ y[i-1]), which is
 * CBC over x[i] = p[i] ^ p[i-2]: one CBC call for a run of blocks, with p[-2] = 0 for the
 * first (the IV's c[-1] serves as y[-1]), and c[i] = y[i] ^ p[i-1] afterwards.
 * Decryption: let z[i] = p[i] ^ c[i-1] = D (c[i] ^ p[i-1]) has the same serial shape with
 * the inverse cipher, for which there is no public CBC; it goes block by block through
 * ECB.
 */
#include "crypto-aes-ige.h"

#include "crypto-secret.h"

#include <openssl/evp.h>
#include <string.h>

#define BLOCK 16
#define RUN 4096 /* bytes per CBC call: scratch on the stack */

static inline void
xor_block (uint8_t *out, const uint8_t *a, const uint8_t *b)
{
    uint64_t x[2], y[2];

    memcpy (x, a, BLOCK);
    memcpy (y, b, BLOCK);
    x[0] ^= y[0];
    x[1] ^= y[1];
    memcpy (out, x, BLOCK);
}

static EVP_CIPHER_CTX *
start (const EVP_CIPHER *cipher, const uint8_t *key, const uint8_t *iv, int encrypt)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new ();

    if (ctx == NULL || EVP_CipherInit_ex (ctx, cipher, NULL, key, iv, encrypt) != 1)
        g_error ("OpenSSL cannot do AES-256");
    EVP_CIPHER_CTX_set_padding (ctx, 0);
    return ctx;
}

void
crypto_ige_encrypt (const uint8_t key[static 32], uint8_t iv[static 32],
                    const uint8_t *in, uint8_t *out, size_t len)
{
    EVP_CIPHER_CTX *ctx = start (EVP_aes_256_cbc (), key, iv, 1);
    uint8_t before[2][BLOCK] = { { 0 } }; /* p[-2], p[-1] */
    uint8_t plain[RUN], work[RUN];

    memcpy (before[1], iv + BLOCK, BLOCK);
    while (len > 0) {
        size_t run = MIN (len, RUN);
        int done = 0;
        memcpy (plain, in, run);
        for (size_t i = 0; i < run; i += BLOCK)
            xor_block (work + i, plain + i,
                       i >= 2 * BLOCK ? plain + i - 2 * BLOCK : before[i / BLOCK]);
        if (EVP_EncryptUpdate (ctx, work, &done, work, (int)run) != 1 || done != (int)run)
            g_error ("OpenSSL cannot do AES-256-CBC");
        for (size_t i = 0; i < run; i += BLOCK)
            xor_block (out + i, work + i, i >= BLOCK ? plain + i - BLOCK : before[1]);
        if (run > BLOCK)
            memcpy (before[0], plain + run - 2 * BLOCK, BLOCK);
        else
            memcpy (before[0], before[1], BLOCK);
        memcpy (before[1], plain + run - BLOCK, BLOCK);
        memcpy (iv, out + run - BLOCK, BLOCK);
        in += run;
        out += run;
        len -= run;
    }
    memcpy (iv + BLOCK, before[1], BLOCK);
    EVP_CIPHER_CTX_free (ctx);
    crypto_wipe (plain, sizeof plain);
    crypto_wipe (work, sizeof work);
    crypto_wipe (before, sizeof before);
}

void
crypto_ige_decrypt (const uint8_t key[static 32], uint8_t iv[static 32],
                    const uint8_t *in, uint8_t *out, size_t len)
{
    EVP_CIPHER_CTX *ctx = start (EVP_aes_256_ecb (), key, NULL, 0);
    uint8_t cipher[BLOCK], work[BLOCK];

    for (size_t i = 0; i < len; i += BLOCK) {
        int done = 0;
        memcpy (cipher, in + i, BLOCK);
        xor_block (work, cipher, iv + BLOCK);
        if (EVP_DecryptUpdate (ctx, work, &done, work, BLOCK) != 1 || done != BLOCK)
            g_error ("OpenSSL cannot do AES-256-ECB");
        xor_block (out + i, work, iv);
        memcpy (iv, cipher, BLOCK);
        memcpy (iv + BLOCK, out + i, BLOCK);
    }
    EVP_CIPHER_CTX_free (ctx);
    crypto_wipe (work, sizeof work);
}
