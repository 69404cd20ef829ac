/* The file seal.key: the sealing key itself, or where and how to get it. */
#pragma once

#include "store-key.h"

#include "crypto-passphrase.h"
#include "crypto-seal.h"

#define STORE_KEY_SIZE 32
#define STORE_KEY_ID_SIZE 16 /* random bytes that name the key in the secret service */

typedef struct {
    StorePlace place;
    uint8_t key[STORE_KEY_SIZE];        /* STORE_PLACE_FILE */
    char id[2 * STORE_KEY_ID_SIZE + 1]; /* STORE_PLACE_SERVICE */
    CryptoScrypt cost;                  /* STORE_PLACE_PASSPHRASE */
    uint8_t salt[16];
    uint8_t sealed[STORE_KEY_SIZE + CRYPTO_SEAL_OVERHEAD];
} StoreKeyFile;

/* STORE_PLACE_NONE when there is no such file. Removes what a crash during a write left
 * behind. FALSE with `error`: STORE_ERROR_KEY for a damaged file. */
gboolean store_key_file_read (const char *directory, StoreKeyFile *file, GError **error);
/* Puts `file` in the place of what was there, whole or not at all, and overwrites the
 * bytes of what was there. */
gboolean store_key_file_write (const char *directory, const StoreKeyFile *file,
                               GError **error);
/* Seals `key` with a passphrase into `file`. Slow on purpose. */
gboolean store_key_file_wrap (StoreKeyFile *file, const uint8_t key[static 32],
                              const char *passphrase, GError **error);
gboolean store_key_file_unwrap (const StoreKeyFile *file, const char *passphrase,
                                uint8_t key[static 32]);

/* Overwrites a file's bytes and removes it; a link is only removed. */
gboolean store_file_wipe (const char *path);
