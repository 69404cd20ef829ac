/* AES-256-CTR with a 128-bit big-endian counter, as one stream over calls of any length
 * (MT-B10). */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef struct CryptoCtr CryptoCtr;

CryptoCtr *crypto_ctr_new (const uint8_t key[static 32], const uint8_t iv[static 16]);
void crypto_ctr_free (CryptoCtr *ctr); /* wipes */
/* `in` and `out` may be the same. */
void crypto_ctr_apply (CryptoCtr *ctr, const uint8_t *in, uint8_t *out, size_t len);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CryptoCtr, crypto_ctr_free)
