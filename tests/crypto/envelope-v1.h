/* MTProto 1.0 as an old peer of a secret chat seals (x 0); the module only opens it. */
#pragma once

#include "crypto-envelope.h"

/* `plain` is the whole padded plaintext, a non-zero multiple of 16; msg_key covers its
 * first `hashed` bytes. `out` gets msg_key (16) and then len bytes of ciphertext. */
void crypto_envelope_seal_v1 (const uint8_t key[static 256], int x, const uint8_t *plain,
                              size_t hashed, size_t len, uint8_t *out);
