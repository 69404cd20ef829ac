/* OpenSSL's random source, alone in its file: tests that must run the same way twice link
 * another one in its place. */
#include "crypto-secret.h"

#include <openssl/rand.h>

static gboolean
system_fill (void *user, uint8_t *out, size_t len)
{
    return len <= G_MAXINT && RAND_bytes (out, (int)len) == 1;
}

const CryptoRandom *
crypto_random_system (void)
{
    static const CryptoRandom source = { system_fill, NULL };
    return &source;
}
