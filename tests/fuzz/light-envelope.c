/* An envelope without cryptography, linked into the fuzzers of the state machine in place
 * of crypto/crypto-envelope.c: what they look for is not in the ciphers, which have tests
 * of their own, and an execution costs a third. The same promises: another key, another
 * direction or a changed byte does not open. */
#include "crypto-envelope.h"

#include <string.h>

#define MSG_KEY CRYPTO_MSG_KEY_SIZE

static uint64_t
mix (uint64_t hash, const uint8_t *data, size_t len)
{
    uint64_t word;

    for (; len >= 8; data += 8, len -= 8) {
        memcpy (&word, data, 8);
        hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 29;
    }
    for (; len > 0; data++, len--)
        hash = (hash ^ *data) * 0x100000001b3u;
    return hash;
}

int64_t
crypto_key_id (const uint8_t key[static 256])
{
    return (int64_t)mix (1, key, 256);
}

static void
msg_key (const uint8_t key[static 256], int x, const uint8_t *plain, size_t len,
         uint8_t out[static 16])
{
    uint64_t words[2];

    words[0] = mix (mix ((uint64_t)x + 2, key, 256), plain, len);
    words[1] = words[0] * 3;
    memcpy (out, words, MSG_KEY);
}

void
crypto_envelope_seal (const uint8_t key[static 256], int x, const uint8_t *plain,
                      size_t len, uint8_t *out)
{
    msg_key (key, x, plain, len, out);
    memcpy (out + MSG_KEY, plain, len);
}

gboolean
crypto_envelope_open (const uint8_t key[static 256], int x, const uint8_t *in, size_t len,
                      uint8_t *plain)
{
    uint8_t expected[MSG_KEY];

    if (len == 0 || len % 16 != 0)
        return FALSE;
    memcpy (plain, in + MSG_KEY, len);
    msg_key (key, x, plain, len, expected);
    if (memcmp (expected, in, MSG_KEY) == 0)
        return TRUE;
    memset (plain, 0, len);
    return FALSE;
}

void
crypto_envelope_seal_v1 (const uint8_t key[static 256], int x, const uint8_t *plain,
                         size_t hashed, size_t len, uint8_t *out)
{
    msg_key (key, x + 100, plain, hashed, out);
    memcpy (out + MSG_KEY, plain, len);
}

gboolean
crypto_envelope_open_v1 (const uint8_t key[static 256], int x, const uint8_t *in,
                         size_t len, uint8_t *plain)
{
    uint8_t expected[MSG_KEY];
    uint32_t word;

    if (len == 0 || len % 16 != 0)
        return FALSE;
    memcpy (plain, in + MSG_KEY, len);
    memcpy (&word, plain, 4);
    gboolean fits = word <= len - 4 && len - 4 - word <= 15;
    msg_key (key, x + 100, plain, fits ? 4 + (size_t)word : len, expected);
    if (fits && memcmp (expected, in, MSG_KEY) == 0)
        return TRUE;
    memset (plain, 0, len);
    return FALSE;
}
