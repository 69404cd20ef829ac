/* The desktop's secret service (GNOME Keyring, KWallet, KeePassXC ...) as a place for one
 * key. Everything here waits for other programs, and for people: run on a worker, cancel
 * to leave. */
#pragma once

#include <gio/gio.h>
#include <stdint.h>

/* Whether a key can be put there without a question to the user: a service runs, and its
 * default collection is there and open. Starts nothing. */
gboolean store_service_usable (GCancellable *cancel);
/* `label` is what the user reads there; `id` finds the key again. */
gboolean store_service_store (const char *id, const char *label,
                              const uint8_t key[static 32], GCancellable *cancel,
                              GError **error);
/* May start the service, and have it ask the user to unlock. FALSE with
 * STORE_ERROR_SERVICE. */
gboolean store_service_lookup (const char *id, uint8_t key[static 32],
                               GCancellable *cancel, GError **error);
/* TRUE when the key is not there any more. Asks nobody: FALSE while the service is
 * locked. */
gboolean store_service_clear (const char *id, GCancellable *cancel, GError **error);
