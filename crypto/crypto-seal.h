/* AES-256-GCM for what rests on disk: nonce (12), ciphertext, tag (16). */
#pragma once

#include <glib.h>
#include <stdint.h>

#define CRYPTO_SEAL_OVERHEAD 28

/* `out` gets len + CRYPTO_SEAL_OVERHEAD bytes; the nonce is drawn anew each time. FALSE
 * when the random source fails. `aad` binds the value to its place. */
gboolean crypto_seal (const uint8_t key[static 32], const void *aad, size_t aad_len,
                      const void *plain, size_t len, uint8_t *out);
/* `sealed_len` includes the overhead; `out` gets sealed_len - CRYPTO_SEAL_OVERHEAD bytes.
 */
gboolean crypto_unseal (const uint8_t key[static 32], const void *aad, size_t aad_len,
                        const uint8_t *sealed, size_t sealed_len, uint8_t *out);
