/* libsecret, off the worker that asks: each errand runs in a thread of its own, and the
 * worker waits for it or for the cancel. libsecret's own cancel does not come back from a
 * question that nobody answers, and a service may do anything; whoever leaves lets the
 * thread end when it can. A connection of its own for each errand: services come and go.
 */
#include "store-secret-service.h"

#include "store.h"

#include "crypto-secret.h"

#include <libsecret/secret.h>
#include <stdio.h>
#include <string.h>

#define BUS_NAME "org.freedesktop.secrets"
#define KEY_SIZE 32

static const SecretSchema schema = {
    .name = "org.purple-mtproto.SealingKey",
    .flags = SECRET_SCHEMA_NONE,
    .attributes = { { "id", SECRET_SCHEMA_ATTRIBUTE_STRING },
                    { NULL, SECRET_SCHEMA_ATTRIBUTE_STRING } },
};

typedef struct Errand Errand;
struct Errand {
    gatomicrefcount refs; /* the worker's and the thread's */
    GMutex lock;
    GCond changed;
    gboolean done;
    gboolean (*run) (Errand *errand, GError **error); /* in the thread */
    char *id, *label;
    uint8_t key[KEY_SIZE];
    gboolean good;
    GError *error;
};

/* --- waiting --- */

static void
errand_unref (Errand *errand)
{
    if (!g_atomic_ref_count_dec (&errand->refs))
        return;
    g_mutex_clear (&errand->lock);
    g_cond_clear (&errand->changed);
    g_free (errand->id);
    g_free (errand->label);
    g_clear_error (&errand->error);
    crypto_wipe (errand->key, sizeof errand->key);
    g_free (errand);
}

static gpointer
thread_func (gpointer data)
{
    Errand *errand = data;
    GError *error = NULL;
    gboolean good = errand->run (errand, &error);

    g_mutex_lock (&errand->lock);
    errand->good = good;
    errand->error = error;
    errand->done = TRUE;
    g_cond_signal (&errand->changed);
    g_mutex_unlock (&errand->lock);
    errand_unref (errand);
    return NULL;
}

static void
cancelled_cb (GCancellable *cancel, gpointer data)
{
    Errand *errand = data;

    g_mutex_lock (&errand->lock);
    g_cond_signal (&errand->changed);
    g_mutex_unlock (&errand->lock);
}

static void
wait_for (Errand *errand, GCancellable *cancel)
{
    gulong handler =
        cancel != NULL
            ? g_cancellable_connect (cancel, G_CALLBACK (cancelled_cb), errand, NULL)
            : 0;

    g_mutex_lock (&errand->lock);
    while (!errand->done && !g_cancellable_is_cancelled (cancel))
        g_cond_wait (&errand->changed, &errand->lock);
    g_mutex_unlock (&errand->lock);
    if (handler != 0)
        g_cancellable_disconnect (cancel, handler);
}

/* `key` is read before, and written when all went well. */
static gboolean
run_errand (gboolean (*run) (Errand *, GError **), const char *id, const char *label,
            uint8_t *key, GCancellable *cancel, GError **error)
{
    Errand *errand = g_new0 (Errand, 1);

    g_atomic_ref_count_init (&errand->refs);
    g_mutex_init (&errand->lock);
    g_cond_init (&errand->changed);
    errand->run = run;
    errand->id = g_strdup (id);
    errand->label = g_strdup (label);
    if (key != NULL)
        memcpy (errand->key, key, KEY_SIZE);
    g_atomic_ref_count_inc (&errand->refs);
    g_thread_unref (g_thread_new ("secret-service", thread_func, errand));
    wait_for (errand, cancel);
    g_mutex_lock (&errand->lock);
    gboolean good = errand->done && errand->good;
    if (good && key != NULL)
        memcpy (key, errand->key, KEY_SIZE);
    if (!good)
        g_set_error (error, STORE_ERROR, STORE_ERROR_SERVICE, "%s",
                     !errand->done           ? "nobody waits for the answer"
                     : errand->error != NULL ? errand->error->message
                                             : "locked, or not there any more");
    g_mutex_unlock (&errand->lock);
    errand_unref (errand);
    return good;
}

/* --- errands --- */

/* The session's bus; its end is not ours, nor the host's. */
static GDBusConnection *
get_bus (GError **error)
{
    GDBusConnection *bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, error);

    if (bus != NULL)
        g_dbus_connection_set_exit_on_close (bus, FALSE);
    return bus;
}

static SecretService *
get_service (SecretServiceFlags flags, GError **error)
{
    g_autoptr (GDBusConnection) bus = get_bus (error);

    return bus != NULL
               ? secret_service_open_sync (SECRET_TYPE_SERVICE, NULL, flags, NULL, error)
               : NULL;
}

static SecretCollection *
get_collection (SecretService *service, GError **error)
{
    return secret_collection_for_alias_sync (service, SECRET_COLLECTION_DEFAULT,
                                             SECRET_COLLECTION_NONE, NULL, error);
}

static gboolean
is_running (void)
{
    g_autoptr (GDBusConnection) bus = get_bus (NULL);
    g_autoptr (GVariant) answer = NULL;
    gboolean owned = FALSE;

    if (bus != NULL)
        answer = g_dbus_connection_call_sync (
            bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
            "NameHasOwner", g_variant_new ("(s)", BUS_NAME), G_VARIANT_TYPE ("(b)"),
            G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
    if (answer != NULL)
        g_variant_get (answer, "(b)", &owned);
    return owned;
}

static gboolean
usable (Errand *errand, GError **error)
{
    if (!is_running ())
        return FALSE;
    g_autoptr (SecretService) service = get_service (SECRET_SERVICE_NONE, error);
    g_autoptr (SecretCollection) collection =
        service != NULL ? get_collection (service, error) : NULL;

    return collection != NULL && !secret_collection_get_locked (collection);
}

static GHashTable *
attributes_of (const Errand *errand)
{
    return secret_attributes_build (&schema, "id", errand->id, NULL);
}

/* As text: not every service keeps bytes as they are. */
static gboolean
put (Errand *errand, GError **error)
{
    g_autoptr (SecretService) service = get_service (SECRET_SERVICE_OPEN_SESSION, error);
    char hex[2 * KEY_SIZE + 1];

    if (service == NULL)
        return FALSE;
    for (size_t i = 0; i < KEY_SIZE; i++)
        snprintf (hex + 2 * i, 3, "%02x", errand->key[i]);
    g_autoptr (GHashTable) attributes = attributes_of (errand);
    SecretValue *value = secret_value_new (hex, -1, "text/plain");
    crypto_wipe (hex, sizeof hex);
    gboolean good = secret_service_store_sync (service, &schema, attributes,
                                               SECRET_COLLECTION_DEFAULT, errand->label,
                                               value, NULL, error);
    secret_value_unref (value);
    return good;
}

/* GNOME Keyring finds nothing in a collection that is locked: it is unlocked first, which
 * may ask the user. FALSE: it was open, or still is not. */
static gboolean
unlock (SecretService *service, GError **error)
{
    g_autoptr (SecretCollection) collection = get_collection (service, error);
    GList one = { .data = collection };

    return collection != NULL && secret_collection_get_locked (collection) &&
           secret_service_unlock_sync (service, &one, NULL, NULL, error) > 0;
}

static gboolean
parse (SecretValue *value, uint8_t key[static KEY_SIZE])
{
    gsize len = 0;
    const char *hex = secret_value_get (value, &len);
    gboolean good = len == 2 * KEY_SIZE;

    for (size_t i = 0; i < KEY_SIZE && good; i++) {
        int high = g_ascii_xdigit_value (hex[2 * i]);
        int low = g_ascii_xdigit_value (hex[2 * i + 1]);
        good = high >= 0 && low >= 0;
        key[i] = (uint8_t)(high << 4 | low);
    }
    return good;
}

static gboolean
get (Errand *errand, GError **error)
{
    g_autoptr (SecretService) service = get_service (SECRET_SERVICE_OPEN_SESSION, error);
    GError *inner = NULL;

    if (service == NULL)
        return FALSE;
    g_autoptr (GHashTable) attributes = attributes_of (errand);
    SecretValue *value =
        secret_service_lookup_sync (service, &schema, attributes, NULL, &inner);
    if (value == NULL && inner == NULL && unlock (service, &inner))
        value = secret_service_lookup_sync (service, &schema, attributes, NULL, &inner);
    if (inner != NULL)
        g_propagate_error (error, inner);
    if (value == NULL)
        return FALSE;
    gboolean good = parse (value, errand->key);
    secret_value_unref (value);
    return good;
}

/* Starts nothing and asks nobody; where it is locked, nothing would be found. */
static gboolean
take_away (Errand *errand, GError **error)
{
    GError *inner = NULL;

    if (!usable (errand, error))
        return FALSE;
    g_autoptr (SecretService) service = get_service (SECRET_SERVICE_NONE, error);
    if (service == NULL)
        return FALSE;
    g_autoptr (GHashTable) attributes = attributes_of (errand);
    secret_service_clear_sync (service, &schema, attributes, NULL, &inner);
    if (inner == NULL)
        return TRUE;
    g_propagate_error (error, inner);
    return FALSE;
}

/* --- public --- */

gboolean
store_service_usable (GCancellable *cancel)
{
    return run_errand (usable, NULL, NULL, NULL, cancel, NULL);
}

gboolean
store_service_store (const char *id, const char *label, const uint8_t key[static 32],
                     GCancellable *cancel, GError **error)
{
    uint8_t copy[KEY_SIZE];

    memcpy (copy, key, KEY_SIZE);
    gboolean good = run_errand (put, id, label, copy, cancel, error);
    crypto_wipe (copy, sizeof copy);
    return good;
}

gboolean
store_service_lookup (const char *id, uint8_t key[static 32], GCancellable *cancel,
                      GError **error)
{
    return run_errand (get, id, NULL, key, cancel, error);
}

gboolean
store_service_clear (const char *id, GCancellable *cancel, GError **error)
{
    return run_errand (take_away, id, NULL, NULL, cancel, error);
}
