/* See tgp-memory-files.h. */
#include "tgp-memory-files.h"

#include "tgp-account.h"

typedef struct {
    int32_t chat_id;
    int64_t id;
    TgpMemoryFile *file;
} Named;

static void
named_free (void *data)
{
    Named *item = data;

    tgp_memory_file_free (item->file);
    g_free (item);
}

TgpMemoryFiles *
tgp_memory_files_new (void)
{
    return g_ptr_array_new_with_free_func (named_free);
}

void
tgp_memory_files_free (TgpMemoryFiles *files)
{
    g_ptr_array_unref (files);
}

void
tgp_memory_files_add (TgpMemoryFiles *files, int32_t chat_id, int64_t id,
                      TgpMemoryFile *take_file)
{
    Named *item = g_new (Named, 1);

    *item = (Named){ chat_id, id, take_file };
    g_ptr_array_add (files, item);
}

const TgpMemoryFile *
tgp_memory_files_of (TgpMemoryFiles *files, int32_t chat_id, int64_t id)
{
    for (unsigned i = files->len; i > 0; i--) {
        const Named *item = g_ptr_array_index (files, i - 1);
        if (item->chat_id != chat_id || item->id != id)
            continue;
        if (tgp_memory_file_lives (item->file))
            return item->file;
        g_ptr_array_remove_index (files, i - 1);
    }
    return NULL;
}

void
tgp_memory_files_gone (TgpMemoryFiles *files, int32_t chat_id, const int64_t *ids,
                       size_t n)
{
    for (unsigned i = files->len; i > 0; i--) {
        const Named *item = g_ptr_array_index (files, i - 1);
        if (item->chat_id == chat_id && tgp_is_among (item->id, ids, n))
            g_ptr_array_remove_index (files, i - 1);
    }
}
