/* A list of operations, and how urgent they are. */
#include "store-private.h"

static void
op_clear (gpointer data)
{
    crypto_secret_free (((StoreOp *)data)->value);
}

StoreBatch *
store_batch_new (void)
{
    StoreBatch *batch = g_new0 (StoreBatch, 1);

    batch->ops = g_array_new (FALSE, FALSE, sizeof (StoreOp));
    g_array_set_clear_func (batch->ops, op_clear);
    return batch;
}

void
store_batch_free (StoreBatch *batch)
{
    if (batch == NULL)
        return;
    g_array_free (batch->ops, TRUE);
    g_free (batch);
}

void
store_batch_put_mark (StoreBatch *batch, StoreKey key, const void *value, size_t len,
                      StoreNeed need)
{
    StoreOp op = { STORE_OP_PUT, key, crypto_secret_new (value, len) };

    g_array_append_val (batch->ops, op);
    batch->size += len;
    batch->need = MAX (batch->need, need);
    if (key.kind == STORE_DC) /* an auth key may be replaced */
        store_batch_forget (batch, STORE_FORGET_NOW);
}

void
store_batch_put (StoreBatch *batch, StoreKey key, const void *value, size_t len)
{
    store_batch_put_mark (batch, key, value, len, STORE_DURABLE);
}

/* What is in a queue leaves it as a matter of course. */
static StoreForget
urgency_of (StoreKind kind)
{
    return kind == STORE_OUTBOX || kind == STORE_QUEUED || kind == STORE_EARLY
               ? STORE_FORGET_SOON
               : STORE_FORGET_NOW;
}

static void
add_deletion (StoreBatch *batch, StoreOpKind kind, StoreKey key)
{
    StoreOp op = { kind, key, NULL };

    g_array_append_val (batch->ops, op);
    batch->need = STORE_DURABLE;
    store_batch_forget (batch, urgency_of (key.kind));
}

void
store_batch_delete (StoreBatch *batch, StoreKey key)
{
    add_deletion (batch, STORE_OP_DELETE, key);
}

void
store_batch_delete_all (StoreBatch *batch, StoreKind kind, int64_t owner)
{
    add_deletion (batch, STORE_OP_DELETE_ALL, (StoreKey){ kind, owner, 0 });
}

void
store_batch_forget (StoreBatch *batch, StoreForget when)
{
    batch->forget = MAX (batch->forget, when);
}

void
store_batch_require (StoreBatch *batch, StoreNeed need)
{
    batch->need = MAX (batch->need, need);
}

void
store_batch_clear (StoreBatch *batch)
{
    g_array_set_size (batch->ops, 0);
    batch->size = 0;
    batch->need = STORE_LATE;
    batch->forget = STORE_FORGET_LATER;
}

gboolean
store_batch_is_empty (const StoreBatch *batch)
{
    return batch->ops->len == 0;
}

StoreNeed
store_batch_need (const StoreBatch *batch)
{
    return batch->need;
}

size_t
store_batch_size (const StoreBatch *batch)
{
    return batch->size;
}

void
store_batch_join (StoreBatch *batch, StoreBatch *take_more)
{
    g_array_set_clear_func (take_more->ops, NULL); /* the values move */
    if (take_more->ops->len > 0)
        g_array_append_vals (batch->ops, take_more->ops->data, take_more->ops->len);
    batch->size += take_more->size;
    batch->need = MAX (batch->need, take_more->need);
    batch->forget = MAX (batch->forget, take_more->forget);
    store_batch_free (take_more);
}

static guint
key_hash (gconstpointer data)
{
    const StoreKey *key = data;
    uint64_t x = (uint64_t)key->id * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15) ^
                 (uint64_t)key->owner * 31 ^ (uint64_t)key->kind;

    return (guint)(x ^ x >> 32);
}

static gboolean
key_equal (gconstpointer a, gconstpointer b)
{
    const StoreKey *x = a, *y = b;

    return x->kind == y->kind && x->owner == y->owner && x->id == y->id;
}

/* From its end: what comes later on the same key, or deletes all of that owner, makes an
 * operation needless. */
GPtrArray *
store_batch_last (const StoreBatch *batch)
{
    GPtrArray *last = g_ptr_array_sized_new (batch->ops->len);
    g_autoptr (GHashTable) keys = g_hash_table_new (key_hash, key_equal);
    g_autoptr (GHashTable) owners =
        g_hash_table_new_full (key_hash, key_equal, g_free, NULL);

    for (unsigned i = batch->ops->len; i-- > 0;) {
        StoreOp *op = &g_array_index (batch->ops, StoreOp, i);
        StoreKey all = { op->key.kind, op->key.owner, 0 };
        if (g_hash_table_contains (owners, &all))
            continue;
        if (op->kind == STORE_OP_DELETE_ALL)
            g_hash_table_add (owners, g_memdup2 (&all, sizeof all));
        else if (!g_hash_table_add (keys, &op->key))
            continue;
        g_ptr_array_add (last, op);
    }
    return last;
}
