/* Where the 32-byte sealing key of an account lives: in the desktop's secret service, in
 * a file sealed by a passphrase, or in a file that only the user can read. The file
 * seal.key beside the store says which. (SECURITY.md says what each protects against.)
 * Everything here may block, on disk and on people: run on a worker, with the store's
 * lock. */
#pragma once

#include <gio/gio.h>
#include <stdint.h>

typedef enum {
    STORE_PLACE_NONE,
    STORE_PLACE_FILE,       /* as it is, mode 0600 */
    STORE_PLACE_SERVICE,    /* in the secret service */
    STORE_PLACE_PASSPHRASE, /* in the file, sealed */
} StorePlace;

/* What the user wishes; nothing is owned. */
typedef struct {
    gboolean service;       /* keep it in the secret service where one runs */
    const char *label;      /* what the user reads in the secret service */
    const char *passphrase; /* as typed, or NULL */
    /* Not NULL: the key is to be sealed by this and by nothing else; no secret service.
     */
    const char *token;
    GCancellable *cancel; /* ends the wait for the secret service */
} StoreKeyWish;

/* Gets the key, or makes it where there is no store yet, and moves it to where it is
 * wished. It is in its new place, and was read back there, before the old one is
 * overwritten. FALSE with `error` and nothing changed: STORE_ERROR_PASSPHRASE (none
 * given, or a wrong one), STORE_ERROR_SERVICE (no answer, or it has no such key),
 * STORE_ERROR_KEY (damaged, or gone from beside its store), STORE_ERROR_IO. */
gboolean store_key_load (const char *directory, const StoreKeyWish *wish,
                         uint8_t key[static 32], GError **error);
/* Seals the key with `passphrase` from now on; NULL: with none, and it goes to where
 * `wish` has it. */
gboolean store_key_set_passphrase (const char *directory, const StoreKeyWish *wish,
                                   const uint8_t key[static 32], const char *passphrase,
                                   GError **error);
