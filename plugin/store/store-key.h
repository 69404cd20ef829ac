/* Where the 32-byte sealing key of an account lives: a 0600 file beside the store, made
 * at the first start. (SECURITY.md says what that protects against.) */
#pragma once

#include <glib.h>
#include <stdint.h>

/* Reads `directory`/seal.key or makes it (directory 0700, file 0600, fsynced). Blocking
 * but short. FALSE with `error` (STORE_ERROR_IO, STORE_ERROR_KEY for a damaged file). */
gboolean store_key_load (const char *directory, uint8_t key[static 32], GError **error);
