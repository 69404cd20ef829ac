/* AES-256 in IGE mode: c[i] = E (p[i] ^ c[i-1]) ^ p[i-1]. The IV is c[-1] (16), p[-1]
 * (16). */
#pragma once

#include <glib.h>
#include <stdint.h>

/* `len` is a multiple of 16; `in` and `out` may be the same. `iv` is left as the next
 * call of the same stream needs it. */
void crypto_ige_encrypt (const uint8_t key[static 32], uint8_t iv[static 32],
                         const uint8_t *in, uint8_t *out, size_t len);
void crypto_ige_decrypt (const uint8_t key[static 32], uint8_t iv[static 32],
                         const uint8_t *in, uint8_t *out, size_t len);
