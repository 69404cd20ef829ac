/* A store for tests, simulation and fuzzing: the same promises as the file's but that
 * nothing outlives the process. It is kept apart because a schedule of the simulation
 * writes some hundred batches, and SQLite would be most of its time. */
#include "store-private.h"

struct StoreMemory {
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

StoreMemory *
store_memory_new (void)
{
    StoreMemory *memory = g_new0 (StoreMemory, 1);

    memory->records =
        g_tree_new_full (compare, NULL, g_free, (GDestroyNotify)crypto_secret_free);
    return memory;
}

void
store_memory_free (StoreMemory *memory)
{
    g_tree_unref (memory->records);
    g_free (memory);
}

/* The first record of (kind, owner) and whatever follows it. */
static GTreeNode *
first_of (StoreMemory *memory, StoreKind kind, int64_t owner)
{
    StoreKey from = { kind, owner, G_MININT64 };
    return g_tree_lower_bound (memory->records, &from);
}

static void
delete_all (StoreMemory *memory, StoreKey all)
{
    GTreeNode *node;

    while ((node = first_of (memory, all.kind, all.owner)) != NULL) {
        StoreKey key = *(const StoreKey *)g_tree_node_key (node);
        if (key.kind != all.kind || key.owner != all.owner)
            return;
        g_tree_remove (memory->records, &key);
    }
}

void
store_memory_commit (StoreMemory *memory, const StoreBatch *batch)
{
    for (unsigned i = 0; i < batch->ops->len; i++) {
        const StoreOp *op = &g_array_index (batch->ops, StoreOp, i);
        switch (op->kind) {
        case STORE_OP_PUT:
            g_tree_insert (memory->records, g_memdup2 (&op->key, sizeof op->key),
                           crypto_secret_new (op->value->data, op->value->len));
            break;
        case STORE_OP_DELETE:
            g_tree_remove (memory->records, &op->key);
            break;
        case STORE_OP_DELETE_ALL:
            delete_all (memory, op->key);
            break;
        }
    }
}

void
store_memory_each (StoreMemory *memory, StoreKind kind, gboolean any_owner, int64_t owner,
                   StoreEachFunc func, void *user)
{
    GTreeNode *node = first_of (memory, kind, any_owner ? G_MININT64 : owner);

    for (; node != NULL; node = g_tree_node_next (node)) {
        const StoreKey *key = g_tree_node_key (node);
        const CryptoSecret *value = g_tree_node_value (node);
        if (key->kind != kind || (!any_owner && key->owner != owner))
            return;
        func (*key, value->data, value->len, user);
    }
}
