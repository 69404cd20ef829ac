/* The private half of a server's RSA-2048 key (crypto-rsa.h has the public one). */
#pragma once

#include "crypto-rsa.h"

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
