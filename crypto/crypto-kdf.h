/* AES key and IV from an auth key and a msg_key (MT-D4, SC-B5, SC-B15), and the temporary
 * ones of the key exchange (MT-C13). x is 0 or 8. */
#pragma once

#include <glib.h>
#include <stdint.h>

void crypto_kdf_v2 (const uint8_t auth_key[static 256], const uint8_t msg_key[static 16],
                    int x, uint8_t key[static 32], uint8_t iv[static 32]);
void crypto_kdf_v1 (const uint8_t auth_key[static 256], const uint8_t msg_key[static 16],
                    int x, uint8_t key[static 32], uint8_t iv[static 32]);
void crypto_kdf_exchange (const uint8_t new_nonce[static 32],
                          const uint8_t server_nonce[static 16], uint8_t key[static 32],
                          uint8_t iv[static 32]);
