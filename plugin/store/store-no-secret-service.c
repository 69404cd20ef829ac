/* Stands in for store-secret-service.c in builds without libsecret. */
#include "store-secret-service.h"

#include "store.h"

static gboolean
none (GError **error)
{
    g_set_error (error, STORE_ERROR, STORE_ERROR_SERVICE,
                 "this build does without secret services");
    return FALSE;
}

gboolean
store_service_usable (GCancellable *cancel)
{
    return FALSE;
}

gboolean
store_service_store (const char *id, const char *label, const uint8_t key[static 32],
                     GCancellable *cancel, GError **error)
{
    return none (error);
}

gboolean
store_service_lookup (const char *id, uint8_t key[static 32], GCancellable *cancel,
                      GError **error)
{
    return none (error);
}

gboolean
store_service_clear (const char *id, GCancellable *cancel, GError **error)
{
    return none (error);
}
