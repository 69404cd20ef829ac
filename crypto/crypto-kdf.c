/* Key derivation of MTProto 1.0, 2.0 and of the key exchange. */
#include "crypto-kdf.h"

#include "crypto-hash.h"
#include "crypto-secret.h"

#include <string.h>

void
crypto_kdf_v2 (const uint8_t auth_key[static 256], const uint8_t msg_key[static 16],
               int x, uint8_t key[static 32], uint8_t iv[static 32])
{
    uint8_t a[32], b[32];

    crypto_sha256_pieces ((CryptoPiece[]){ { msg_key, 16 }, { auth_key + x, 36 } }, 2, a);
    crypto_sha256_pieces ((CryptoPiece[]){ { auth_key + 40 + x, 36 }, { msg_key, 16 } },
                          2, b);
    memcpy (key, a, 8);
    memcpy (key + 8, b + 8, 16);
    memcpy (key + 24, a + 24, 8);
    memcpy (iv, b, 8);
    memcpy (iv + 8, a + 8, 16);
    memcpy (iv + 24, b + 24, 8);
    crypto_wipe (a, sizeof a);
    crypto_wipe (b, sizeof b);
}

void
crypto_kdf_v1 (const uint8_t auth_key[static 256], const uint8_t msg_key[static 16],
               int x, uint8_t key[static 32], uint8_t iv[static 32])
{
    const uint8_t *k = auth_key + x;
    uint8_t h[4][20];

    crypto_sha1_pieces ((CryptoPiece[]){ { msg_key, 16 }, { k, 32 } }, 2, h[0]);
    crypto_sha1_pieces (
        (CryptoPiece[]){ { k + 32, 16 }, { msg_key, 16 }, { k + 48, 16 } }, 3, h[1]);
    crypto_sha1_pieces ((CryptoPiece[]){ { k + 64, 32 }, { msg_key, 16 } }, 2, h[2]);
    crypto_sha1_pieces ((CryptoPiece[]){ { msg_key, 16 }, { k + 96, 32 } }, 2, h[3]);
    memcpy (key, h[0], 8);
    memcpy (key + 8, h[1] + 8, 12);
    memcpy (key + 20, h[2] + 4, 12);
    memcpy (iv, h[0] + 8, 12);
    memcpy (iv + 12, h[1], 8);
    memcpy (iv + 20, h[2] + 16, 4);
    memcpy (iv + 24, h[3], 8);
    crypto_wipe (h, sizeof h);
}

void
crypto_kdf_exchange (const uint8_t new_nonce[static 32],
                     const uint8_t server_nonce[static 16], uint8_t key[static 32],
                     uint8_t iv[static 32])
{
    uint8_t ns[20], sn[20], nn[20];

    crypto_sha1_pieces ((CryptoPiece[]){ { new_nonce, 32 }, { server_nonce, 16 } }, 2,
                        ns);
    crypto_sha1_pieces ((CryptoPiece[]){ { server_nonce, 16 }, { new_nonce, 32 } }, 2,
                        sn);
    crypto_sha1_pieces ((CryptoPiece[]){ { new_nonce, 32 }, { new_nonce, 32 } }, 2, nn);
    memcpy (key, ns, 20);
    memcpy (key + 20, sn, 12);
    memcpy (iv, sn + 12, 8);
    memcpy (iv + 8, nn, 20);
    memcpy (iv + 28, new_nonce, 4);
    crypto_wipe (ns, sizeof ns);
    crypto_wipe (sn, sizeof sn);
    crypto_wipe (nn, sizeof nn);
}
