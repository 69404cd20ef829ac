/* Server keys: RSA-2048 with exponent 65537, used raw under RSA_PAD (MT-C5, MT-C10). */
#pragma once

#include "crypto-secret.h"

#define CRYPTO_RSA_SIZE 256
#define CRYPTO_RSA_PAD_MAX 144 /* bytes of data under one RSA_PAD */

/* Modulus of a PEM public key, PKCS#1 ("RSA PUBLIC KEY") or SPKI ("PUBLIC KEY"). FALSE
 * for anything else, another size or another exponent. */
gboolean crypto_rsa_parse (const char *pem, size_t len, uint8_t modulus[static 256]);
/* SHA1 (modulus, exponent as TL strings)[12..20), little endian (MT-A20). */
int64_t crypto_rsa_fingerprint (const uint8_t modulus[static 256]);
/* Pads and encrypts at most CRYPTO_RSA_PAD_MAX bytes. */
gboolean crypto_rsa_pad (const uint8_t modulus[static 256], const CryptoRandom *random,
                         const void *data, size_t len, uint8_t out[static 256]);
