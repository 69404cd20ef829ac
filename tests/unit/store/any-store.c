/* In memory: a sorted tree. */
#include "any-store.h"

#include "store-private.h"
#include "store-whole.h"

struct AnyStore {
    Store *store;   /* NULL: in memory */
    GTree *records; /* StoreKey, owned -> CryptoSecret, owned */
};

static int
compare (gconstpointer a, gconstpointer b, gpointer user)
{
    const StoreKey *x = a, *y = b;

    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->owner != y->owner)
        return x->owner < y->owner ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

/* The first record of (kind, owner) and whatever follows it. */
static GTreeNode *
first_of (const AnyStore *any, StoreKind kind, int64_t owner)
{
    StoreKey from = { kind, owner, G_MININT64 };
    return g_tree_lower_bound (any->records, &from);
}

static void
delete_all (AnyStore *any, StoreKey all)
{
    GTreeNode *node;

    while ((node = first_of (any, all.kind, all.owner)) != NULL) {
        StoreKey key = *(const StoreKey *)g_tree_node_key (node);
        if (key.kind != all.kind || key.owner != all.owner)
            return;
        g_tree_remove (any->records, &key);
    }
}

static void
commit (AnyStore *any, const StoreBatch *batch)
{
    for (unsigned i = 0; i < batch->ops->len; i++) {
        const StoreOp *op = &g_array_index (batch->ops, StoreOp, i);
        switch (op->kind) {
        case STORE_OP_PUT:
            g_tree_insert (any->records, g_memdup2 (&op->key, sizeof op->key),
                           crypto_secret_new (op->value->data, op->value->len));
            break;
        case STORE_OP_DELETE:
            g_tree_remove (any->records, &op->key);
            break;
        case STORE_OP_DELETE_ALL:
            delete_all (any, op->key);
            break;
        case STORE_OPS:
            g_assert_not_reached ();
        }
    }
}

static void
each (AnyStore *any, StoreKind kind, gboolean any_owner, int64_t owner,
      StoreEachFunc func, void *user)
{
    GTreeNode *node = first_of (any, kind, any_owner ? G_MININT64 : owner);

    for (; node != NULL; node = g_tree_node_next (node)) {
        const StoreKey *key = g_tree_node_key (node);
        const CryptoSecret *value = g_tree_node_value (node);
        if (key->kind != kind || (!any_owner && key->owner != owner))
            return;
        func (*key, value->data, value->len, user);
    }
}

AnyStore *
any_store_memory (void)
{
    AnyStore *any = g_new0 (AnyStore, 1);

    any->records =
        g_tree_new_full (compare, NULL, g_free, (GDestroyNotify)crypto_secret_free);
    return any;
}

AnyStore *
any_store_open (const char *directory, const uint8_t key[static 32], GError **error)
{
    Store *store = store_open (directory, key, error);
    AnyStore *any = store != NULL ? g_new0 (AnyStore, 1) : NULL;

    if (any != NULL)
        any->store = store;
    return any;
}

void
any_store_close (AnyStore *any)
{
    if (any == NULL)
        return;
    store_close (any->store);
    g_clear_pointer (&any->records, g_tree_unref);
    g_free (any);
}

gboolean
any_store_commit (AnyStore *any, const StoreBatch *batch, GError **error)
{
    if (any->store != NULL)
        return store_commit (any->store, batch, error);
    commit (any, batch);
    return TRUE;
}

gboolean
any_store_each (AnyStore *any, StoreKind kind, gboolean any_owner, int64_t owner,
                StoreEachFunc func, void *user, GError **error)
{
    if (any->store != NULL)
        return store_each (any->store, kind, any_owner, owner, func, user, error);
    each (any, kind, any_owner, owner, func, user);
    return TRUE;
}

void
any_store_each_secret (AnyStore *any, StoreEachFunc func, void *user)
{
    static const StoreKind kinds[] = { STORE_CHAT, STORE_OUTBOX, STORE_QUEUED,
                                       STORE_EARLY, STORE_MESSAGE };

    for (size_t i = 0; i < G_N_ELEMENTS (kinds); i++)
        g_assert_true (any_store_each (any, kinds[i], TRUE, 0, func, user, NULL));
}
