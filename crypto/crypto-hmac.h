/* HMAC-SHA256 (RFC 2104). Inputs borrowed. */
#pragma once

#include "crypto-hash.h"

/* Of the pieces one after the other. */
void crypto_hmac_sha256 (const void *key, size_t key_len, const CryptoPiece *pieces,
                         size_t n, uint8_t out[static 32]);
