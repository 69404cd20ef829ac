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
/* out = in^65537 mod modulus; FALSE if in is not below the modulus. */
gboolean crypto_rsa_raw (const uint8_t modulus[static 256], const uint8_t in[static 256],
                         uint8_t out[static 256]);
/* Pads and encrypts at most CRYPTO_RSA_PAD_MAX bytes. */
gboolean crypto_rsa_pad (const uint8_t modulus[static 256], const CryptoRandom *random,
                         const void *data, size_t len, uint8_t out[static 256]);

/* The server's side, for the data centre of the tests. */
typedef struct CryptoRsaPrivate CryptoRsaPrivate;
CryptoRsaPrivate *crypto_rsa_private_new (const char *pem); /* NULL: makes a key */
void crypto_rsa_private_free (CryptoRsaPrivate *key);
char *crypto_rsa_private_public_pem (const CryptoRsaPrivate *key); /* SPKI; g_free() it */
void crypto_rsa_private_modulus (const CryptoRsaPrivate *key,
                                 uint8_t modulus[static 256]);
/* Undoes crypto_rsa_pad(): 192 bytes of padded data, or FALSE. */
gboolean crypto_rsa_unpad (const CryptoRsaPrivate *key, const uint8_t in[static 256],
                           uint8_t out[static 192]);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CryptoRsaPrivate, crypto_rsa_private_free)
