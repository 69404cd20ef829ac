/* Damaged records of the store: a chat comes back whole or closed, never fresh (SC-L10);
 * a session takes the key or leaves it (MT-C31). */
#include "fuzz.h"

#include "mt-bench.h"
#include "world.h"

typedef struct {
    GPtrArray *values;
    GArray *keys;
} Records;

static void
collect (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    Records *records = user;

    g_ptr_array_add (records->values, g_bytes_new (value, len));
    g_array_append_val (records->keys, key);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
    world_quiet ();
    g_autoptr (World) w = world_ready_at (11);
    End *end = &w->ends[0];
    w->lawless = TRUE;
    Records records = { g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref),
                        g_array_new (FALSE, FALSE, sizeof (StoreKey)) };

    end_says (end, "one");
    end_says (&w->ends[1], "two");
    world_run (w);
    end_says (end, "three");
    any_store_each_secret (end->store, collect, &records);
    unsigned which = fuzz_byte (&data, &len) % records.values->len;
    uint8_t how = fuzz_byte (&data, &len);
    size_t size;
    const uint8_t *old = g_bytes_get_data (records.values->pdata[which], &size);
    if ((how & 1) != 0) { /* all of it from the input, or some bytes of it turned */
        g_autofree uint8_t *exact = fuzz_exact (data, len);
        store_batch_put (end_batch (end), g_array_index (records.keys, StoreKey, which),
                         exact, len);
    } else if (size > 0) {
        g_autofree uint8_t *bad = g_memdup2 (old, size);
        while (len >= 3) {
            size_t at = fuzz_byte (&data, &len) * 256u;
            at += fuzz_byte (&data, &len);
            bad[at % size] ^= fuzz_byte (&data, &len);
        }
        store_batch_put (end_batch (end), g_array_index (records.keys, StoreKey, which),
                         bad, (how & 2) != 0 ? size - how % MIN (size, 64) : size);
    }
    end_restarts (end, NULL, NULL);
    if (end->chat != NULL && end_info (end).state == TALK_STATE_READY)
        world_advance (w, 1000);
    g_ptr_array_unref (records.values);
    g_array_unref (records.keys);
    return 0;
}
