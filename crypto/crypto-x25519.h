/* X25519 (RFC 7748), as far as something has to look like a key of it. */
#pragma once

#include "crypto-secret.h"

/* A public key whose secret one nobody keeps. FALSE when the random source fails. */
gboolean crypto_x25519_draw (const CryptoRandom *random, uint8_t out[static 32]);
