/* Ciphers, fetched once. */
#include "crypto-cipher.h"

#include <glib.h>

const EVP_CIPHER *
crypto_cipher (CryptoCipher which)
{
    static const char *const names[] = { [CRYPTO_AES_CBC] = "AES-256-CBC",
                                         [CRYPTO_AES_CTR] = "AES-256-CTR",
                                         [CRYPTO_AES_GCM] = "AES-256-GCM" };
    G_STATIC_ASSERT (G_N_ELEMENTS (names) == CRYPTO_AES_GCM + 1);
    static EVP_CIPHER *kept[G_N_ELEMENTS (names)];
    static gsize once;

    if (g_once_init_enter (&once)) {
        for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
            kept[i] = EVP_CIPHER_fetch (NULL, names[i], NULL);
        g_once_init_leave (&once, 1);
    }
    if (kept[which] == NULL) /* a broken installation, not an input error */
        g_error ("OpenSSL has no %s", names[which]);
    return kept[which];
}
