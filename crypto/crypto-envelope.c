/* Seals and opens (msg_key, ciphertext). Nothing of a plaintext is handed out before its
 * msg_key was compared in constant time (MT-D6, SC-B9). */
#include "crypto-envelope.h"

#include "crypto-aes-ige.h"
#include "crypto-hash.h"
#include "crypto-kdf.h"
#include "crypto-secret.h"

#include <string.h>

#define MSG_KEY CRYPTO_MSG_KEY_SIZE
#define V1_PADDING_MAX 15 /* SC-B15 */

int64_t
crypto_key_id (const uint8_t key[static 256])
{
    uint8_t hash[20];
    uint64_t id;

    crypto_sha1 (key, 256, hash);
    memcpy (&id, hash + 12, 8);
    return (int64_t)GUINT64_FROM_LE (id);
}

static void
msg_key_v2 (const uint8_t *key, int x, const uint8_t *plain, size_t len,
            uint8_t out[static 16])
{
    uint8_t large[32];

    crypto_sha256_pieces ((CryptoPiece[]){ { key + 88 + x, 32 }, { plain, len } }, 2,
                          large);
    memcpy (out, large + 8, MSG_KEY);
}

void
crypto_envelope_seal (const uint8_t key[static 256], int x, const uint8_t *plain,
                      size_t len, uint8_t *out)
{
    uint8_t aes_key[32], aes_iv[32];

    msg_key_v2 (key, x, plain, len, out);
    crypto_kdf_v2 (key, out, x, aes_key, aes_iv);
    crypto_ige_encrypt (aes_key, aes_iv, plain, out + MSG_KEY, len);
    crypto_wipe (aes_key, sizeof aes_key);
    crypto_wipe (aes_iv, sizeof aes_iv);
}

gboolean
crypto_envelope_open (const uint8_t key[static 256], int x, const uint8_t *in, size_t len,
                      uint8_t *plain)
{
    uint8_t aes_key[32], aes_iv[32], expected[MSG_KEY];

    if (len == 0 || len % 16 != 0)
        return FALSE;
    crypto_kdf_v2 (key, in, x, aes_key, aes_iv);
    crypto_ige_decrypt (aes_key, aes_iv, in + MSG_KEY, plain, len);
    crypto_wipe (aes_key, sizeof aes_key);
    crypto_wipe (aes_iv, sizeof aes_iv);
    msg_key_v2 (key, x, plain, len, expected);
    if (crypto_equal (expected, in, MSG_KEY))
        return TRUE;
    crypto_wipe (plain, len);
    return FALSE;
}

struct CryptoOpener {
    uint8_t key[32], iv[32], msg_key[MSG_KEY];
    CryptoSha256 *hash;
};

CryptoOpener *
crypto_opener_new (const uint8_t key[static 256], int x,
                   const uint8_t msg_key[static MSG_KEY])
{
    CryptoOpener *opener = g_new0 (CryptoOpener, 1);

    memcpy (opener->msg_key, msg_key, MSG_KEY);
    crypto_kdf_v2 (key, msg_key, x, opener->key, opener->iv);
    opener->hash = crypto_sha256_new ();
    crypto_sha256_feed (opener->hash, key + 88 + x, 32);
    return opener;
}

void
crypto_opener_feed (CryptoOpener *opener, uint8_t *data, size_t len)
{
    crypto_ige_decrypt (opener->key, opener->iv, data, data, len);
    crypto_sha256_feed (opener->hash, data, len);
}

gboolean
crypto_opener_end (CryptoOpener *opener)
{
    uint8_t large[32];

    crypto_sha256_end (opener->hash, large);
    return crypto_equal (large + 8, opener->msg_key, MSG_KEY);
}

void
crypto_opener_free (CryptoOpener *opener)
{
    if (opener == NULL)
        return;
    crypto_sha256_free (opener->hash);
    crypto_wipe (opener, sizeof *opener);
    g_free (opener);
}

static void
msg_key_v1 (const uint8_t *plain, size_t hashed, uint8_t out[static 16])
{
    uint8_t hash[20];

    crypto_sha1 (plain, hashed, hash);
    memcpy (out, hash + 4, MSG_KEY);
}

gboolean
crypto_envelope_open_v1 (const uint8_t key[static 256], int x, const uint8_t *in,
                         size_t len, uint8_t *plain)
{
    uint8_t aes_key[32], aes_iv[32], expected[MSG_KEY];
    uint32_t word;

    if (len == 0 || len % 16 != 0)
        return FALSE;
    crypto_kdf_v1 (key, in, x, aes_key, aes_iv);
    crypto_ige_decrypt (aes_key, aes_iv, in + MSG_KEY, plain, len);
    crypto_wipe (aes_key, sizeof aes_key);
    crypto_wipe (aes_iv, sizeof aes_iv);
    memcpy (&word, plain, 4);
    word = GUINT32_FROM_LE (word);
    /* The hash never runs past the buffer; a bad length fails like a bad hash (SC-B15).
     */
    gboolean fits = word <= len - 4 && len - 4 - word <= V1_PADDING_MAX;
    msg_key_v1 (plain, fits ? 4 + (size_t)word : len, expected);
    if (crypto_equal (expected, in, MSG_KEY) && fits)
        return TRUE;
    crypto_wipe (plain, len);
    return FALSE;
}

void
crypto_envelope_seal_v1 (const uint8_t key[static 256], int x, const uint8_t *plain,
                         size_t hashed, size_t len, uint8_t *out)
{
    uint8_t aes_key[32], aes_iv[32];

    msg_key_v1 (plain, hashed, out);
    crypto_kdf_v1 (key, out, x, aes_key, aes_iv);
    crypto_ige_encrypt (aes_key, aes_iv, plain, out + MSG_KEY, len);
    crypto_wipe (aes_key, sizeof aes_key);
    crypto_wipe (aes_iv, sizeof aes_iv);
}
