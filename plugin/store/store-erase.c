/* Without the key the rest is noise, so the key goes first; but where the secret service
 * does not forget it, the file that names it stays, so that it can be told at a later
 * start. */
#include "store-erase.h"

#include "crypto-secret.h"
#include "store-key-file.h"
#include "store-secret-service.h"
#include "store.h"

#include <glib/gstdio.h>
#include <unistd.h>

#define KEY_NAME "seal.key"
#define LOCK_NAME "lock"

static gboolean
forget_key (const char *directory, GCancellable *cancel)
{
    g_autofree char *path = g_build_filename (directory, KEY_NAME, NULL);
    StoreKeyFile file = { 0 };
    gboolean known = store_key_file_read (directory, &file, NULL);
    gboolean forgotten = !known || file.place != STORE_PLACE_SERVICE ||
                         store_service_clear (file.id, cancel, NULL);

    crypto_wipe (&file, sizeof file);
    return forgotten && store_file_wipe (path);
}

gboolean
store_erase (const char *directory, GCancellable *cancel)
{
    int lock = store_lock (directory, NULL);
    g_autofree char *lock_path = g_build_filename (directory, LOCK_NAME, NULL);
    g_autoptr (GDir) dir = lock >= 0 ? g_dir_open (directory, 0, NULL) : NULL;
    const char *name;

    if (dir == NULL) {
        if (lock >= 0)
            close (lock);
        return FALSE;
    }
    gboolean good = forget_key (directory, cancel);
    while ((name = g_dir_read_name (dir)) != NULL) {
        g_autofree char *path = g_build_filename (directory, name, NULL);
        if (!g_str_equal (name, KEY_NAME) && !g_str_equal (name, LOCK_NAME))
            good = store_file_wipe (path) && good;
    }
    if (good)
        good = g_unlink (lock_path) == 0 && g_rmdir (directory) == 0;
    close (lock);
    return good;
}
