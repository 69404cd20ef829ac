/* OpenSSL's ciphers; for the files of this folder. */
#pragma once

#include <openssl/evp.h>

typedef enum { CRYPTO_AES_CBC, CRYPTO_AES_CTR, CRYPTO_AES_GCM } CryptoCipher;

/* Each with a key of 256 bits, kept until the process ends: to look one up at each use, as
 * EVP_aes_256_cbc() makes OpenSSL do, costs more than a short message. Never NULL. */
const EVP_CIPHER *crypto_cipher (CryptoCipher which);
