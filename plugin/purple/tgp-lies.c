/* See tgp-lies.h. */
#include "tgp-lies.h"

typedef struct {
    int32_t chat_id;
    int64_t id;
    TgpMemoryFile *file;
} Lying;

static void
lying_free (void *data)
{
    Lying *lying = data;

    tgp_memory_file_free (lying->file);
    g_free (lying);
}

TgpLies *
tgp_lies_new (void)
{
    return g_ptr_array_new_with_free_func (lying_free);
}

void
tgp_lies_free (TgpLies *lies)
{
    g_ptr_array_unref (lies);
}

void
tgp_lies_add (TgpLies *lies, int32_t chat_id, int64_t id, TgpMemoryFile *take_file)
{
    Lying *lying = g_new (Lying, 1);

    *lying = (Lying){ chat_id, id, take_file };
    g_ptr_array_add (lies, lying);
}

const TgpMemoryFile *
tgp_lies_of (TgpLies *lies, int32_t chat_id, int64_t id)
{
    for (unsigned i = lies->len; i > 0; i--) {
        const Lying *lying = g_ptr_array_index (lies, i - 1);
        if (lying->chat_id != chat_id || lying->id != id)
            continue;
        if (tgp_memory_file_lives (lying->file))
            return lying->file;
        g_ptr_array_remove_index (lies, i - 1);
    }
    return NULL;
}

gboolean
tgp_lies_is_among (int64_t id, const int64_t *ids, size_t n)
{
    for (size_t i = 0; ids != NULL && i < n; i++)
        if (ids[i] == id)
            return TRUE;
    return ids == NULL;
}

void
tgp_lies_gone (TgpLies *lies, int32_t chat_id, const int64_t *ids, size_t n)
{
    for (unsigned i = lies->len; i > 0; i--) {
        const Lying *lying = g_ptr_array_index (lies, i - 1);
        if (lying->chat_id == chat_id && tgp_lies_is_among (lying->id, ids, n))
            g_ptr_array_remove_index (lies, i - 1);
    }
}
