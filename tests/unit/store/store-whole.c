/* Steps of plugin/store, one after the other. */
#include "store-whole.h"

Store *
store_open (const char *directory, const uint8_t key[static 32], GError **error)
{
    int lock =
        store_check_version (directory, error) ? store_lock (directory, error) : -1;
    Store *store = lock >= 0 ? store_open_locked (directory, lock, key, error) : NULL;

    if (store != NULL && !store_begin (store, error))
        g_clear_pointer (&store, store_close);
    return store;
}

gboolean
store_commit (Store *store, const StoreBatch *batch, GError **error)
{
    g_autoptr (StoreBatch) marks = store_batch_new ();

    store_batch_require (marks, STORE_DURABLE);
    return store_write (store, batch, error) && store_write (store, marks, error) &&
           store_tidy (store, error);
}
