/* The ways in which crypto-aes-ige.c computes: the same bytes, as the functions there say. */
#pragma once

#include "crypto-aes-ige.h"

void crypto_ige_openssl_encrypt (const uint8_t key[static 32], uint8_t iv[static 32],
                                 const uint8_t *in, uint8_t *out, size_t len);
void crypto_ige_openssl_decrypt (const uint8_t key[static 32], uint8_t iv[static 32],
                                 const uint8_t *in, uint8_t *out, size_t len);

#if defined __x86_64__ && defined __GNUC__
#define CRYPTO_IGE_X86 1
/* This processor has AES instructions: the functions below may be called. */
gboolean crypto_ige_x86_usable (void);
void crypto_ige_x86_encrypt (const uint8_t key[static 32], uint8_t iv[static 32],
                             const uint8_t *in, uint8_t *out, size_t len);
void crypto_ige_x86_decrypt (const uint8_t key[static 32], uint8_t iv[static 32],
                             const uint8_t *in, uint8_t *out, size_t len);
#else
#define CRYPTO_IGE_X86 0
#endif
