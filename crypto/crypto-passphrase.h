/* From a passphrase that a person can remember to a key: scrypt (RFC 7914), which costs
 * whoever guesses as much memory as it costs us. */
#pragma once

#include <glib.h>
#include <stdint.h>

#define CRYPTO_SCRYPT_MEMORY_MAX ((uint64_t)256 << 20) /* bytes: 128 * r * 2^log_n */

typedef struct {
    unsigned log_n; /* cost: 2^log_n blocks */
    unsigned r, p;
} CryptoScrypt;

/* Takes as long as its cost says: run on a worker. FALSE when the parameters make no
 * sense or want more than CRYPTO_SCRYPT_MEMORY_MAX. */
gboolean crypto_scrypt (const CryptoScrypt *cost, const char *passphrase,
                        const void *salt, size_t salt_len, uint8_t *out, size_t len);
