/* msg_key: SHA1 of the part without padding, its last 16 bytes. */
#include "envelope-v1.h"

#include "crypto-aes-ige.h"
#include "crypto-hash.h"
#include "crypto-kdf.h"

#include <string.h>

void
crypto_envelope_seal_v1 (const uint8_t key[static 256], int x, const uint8_t *plain,
                         size_t hashed, size_t len, uint8_t *out)
{
    uint8_t aes_key[32], aes_iv[32], hash[20];

    crypto_sha1 (plain, hashed, hash);
    memcpy (out, hash + 4, CRYPTO_MSG_KEY_SIZE);
    crypto_kdf_v1 (key, out, x, aes_key, aes_iv);
    crypto_ige_encrypt (aes_key, aes_iv, plain, out + CRYPTO_MSG_KEY_SIZE, len);
}
