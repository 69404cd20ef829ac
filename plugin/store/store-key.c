/* Decides where the sealing key lives, and moves it there (SC-L11). */
#include "store-key.h"

#include "crypto-secret.h"
#include "store-key-file.h"
#include "store-secret-service.h"
#include "store.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static gboolean
bad (GError **error, StoreError code, const char *what)
{
    g_set_error (error, STORE_ERROR, code, "%s", what);
    return FALSE;
}

/* Fills `file` for another place, with the key already there where that is not the file.
 */
static gboolean
place_key (StoreKeyFile *file, StorePlace place, const char *passphrase,
           const StoreKeyWish *wish, const uint8_t key[static 32], GError **error)
{
    uint8_t id[STORE_KEY_ID_SIZE], again[STORE_KEY_SIZE] = { 0 };
    gboolean good;

    memset (file, 0, sizeof *file);
    file->place = place;
    switch (place) {
    case STORE_PLACE_PASSPHRASE:
        if (!store_key_file_wrap (file, key, passphrase, error))
            return FALSE;
        good = store_key_file_unwrap (file, passphrase, again);
        break;
    case STORE_PLACE_SERVICE:
        if (!crypto_random_fill (crypto_random_system (), id, sizeof id))
            return bad (error, STORE_ERROR_IO, "random source");
        for (size_t i = 0; i < sizeof id; i++)
            g_snprintf (file->id + 2 * i, 3, "%02x", id[i]);
        if (!store_service_store (file->id, wish->label, key, wish->cancel, error) ||
            !store_service_lookup (file->id, again, wish->cancel, error))
            return FALSE;
        good = TRUE;
        break;
    default:
        memcpy (file->key, key, STORE_KEY_SIZE);
        return TRUE; /* the file is read back when it is written */
    }
    good = good && crypto_equal (again, key, STORE_KEY_SIZE);
    crypto_wipe (again, sizeof again);
    return good || bad (error, STORE_ERROR_IO, "the key came back changed");
}

static gboolean
move_key (const char *directory, const StoreKeyFile *from, StorePlace to,
          const char *passphrase, const StoreKeyWish *wish, const uint8_t key[static 32],
          GError **error)
{
    StoreKeyFile file;
    gboolean good = place_key (&file, to, passphrase, wish, key, error) &&
                    store_key_file_write (directory, &file, error);
    const char *useless =
        NULL; /* an entry of the secret service that nothing names now */

    if (good && from->place == STORE_PLACE_SERVICE)
        useless = from->id;
    else if (!good && to == STORE_PLACE_SERVICE)
        useless = file.id;
    if (useless != NULL && !store_service_clear (useless, wish->cancel, NULL))
        g_debug ("the key stays in the secret service as well");
    crypto_wipe (&file, sizeof file);
    return good;
}

/* Where the user wants it; what is sealed by a passphrase stays so. */
static StorePlace
wished_place (StorePlace now, const StoreKeyWish *wish)
{
    if (wish->token != NULL || now == STORE_PLACE_PASSPHRASE)
        return STORE_PLACE_PASSPHRASE;
    if (!wish->service)
        return STORE_PLACE_FILE;
    if (now == STORE_PLACE_SERVICE || store_service_usable (wish->cancel))
        return STORE_PLACE_SERVICE;
    return STORE_PLACE_FILE;
}

/* The secret service is an improvement: where it fails the file will do, until the next
 * start. A token is not: nothing may be left open to others. */
static gboolean
settle (const char *directory, const StoreKeyFile *file, const StoreKeyWish *wish,
        const uint8_t key[static 32], GError **error)
{
    StorePlace place = wished_place (file->place, wish);
    g_autoptr (GError) inner = NULL;

    if (place == file->place ||
        move_key (directory, file, place, wish->token, wish, key, &inner))
        return TRUE;
    g_debug ("the key was not moved: %s", inner->message);
    if (file->place == STORE_PLACE_NONE && place == STORE_PLACE_SERVICE)
        return move_key (directory, file, STORE_PLACE_FILE, NULL, wish, key, error);
    if (file->place != STORE_PLACE_NONE && wish->token == NULL)
        return TRUE;
    g_propagate_error (error, g_steal_pointer (&inner));
    return FALSE;
}

/* Never over a store that another key has sealed. */
static gboolean
make_key (const char *directory, const StoreKeyFile *none, const StoreKeyWish *wish,
          uint8_t key[static 32], GError **error)
{
    g_autofree char *store = g_build_filename (directory, "store.db", NULL);

    if (g_access (store, F_OK) == 0)
        return bad (error, STORE_ERROR_KEY, "seal.key is gone from beside store.db");
    if (!crypto_random_fill (crypto_random_system (), key, STORE_KEY_SIZE))
        return bad (error, STORE_ERROR_IO, "random source");
    return settle (directory, none, wish, key, error);
}

static gboolean
take_out (const StoreKeyFile *file, const StoreKeyWish *wish, uint8_t key[static 32],
          GError **error)
{
    const char *passphrase = wish->token != NULL ? wish->token : wish->passphrase;

    switch (file->place) {
    case STORE_PLACE_SERVICE:
        if (wish->token != NULL)
            return bad (error, STORE_ERROR_SERVICE, "not used in this program");
        return store_service_lookup (file->id, key, wish->cancel, error);
    case STORE_PLACE_PASSPHRASE:
        return (passphrase != NULL && store_key_file_unwrap (file, passphrase, key)) ||
               bad (error, STORE_ERROR_PASSPHRASE, "sealed by a passphrase");
    default:
        memcpy (key, file->key, STORE_KEY_SIZE);
        return TRUE;
    }
}

gboolean
store_key_load (const char *directory, const StoreKeyWish *wish, uint8_t key[static 32],
                GError **error)
{
    StoreKeyFile file;
    gboolean good;

    if (g_mkdir_with_parents (directory, 0700) != 0 || g_chmod (directory, 0700) != 0)
        return bad (error, STORE_ERROR_IO, g_strerror (errno));
    if (!store_key_file_read (directory, &file, error))
        return FALSE;
    if (file.place == STORE_PLACE_NONE)
        good = make_key (directory, &file, wish, key, error);
    else
        good = take_out (&file, wish, key, error) &&
               settle (directory, &file, wish, key, error);
    crypto_wipe (&file, sizeof file);
    return good;
}

gboolean
store_key_set_passphrase (const char *directory, const StoreKeyWish *wish,
                          const uint8_t key[static 32], const char *passphrase,
                          GError **error)
{
    StoreKeyFile file;

    if (!store_key_file_read (directory, &file, error))
        return FALSE;
    if (passphrase != NULL && file.place == STORE_PLACE_SERVICE &&
        !store_service_usable (wish->cancel)) /* else it would stay there as well */
        return bad (error, STORE_ERROR_SERVICE,
                    "the secret service is locked or not running, and has the key");
    StorePlace place = passphrase != NULL ? STORE_PLACE_PASSPHRASE
                                          : wished_place (STORE_PLACE_NONE, wish);
    gboolean good = (place == file.place && passphrase == NULL) ||
                    move_key (directory, &file, place, passphrase, wish, key, error);
    crypto_wipe (&file, sizeof file);
    return good;
}
