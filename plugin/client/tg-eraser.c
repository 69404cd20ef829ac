/* Erases what removed accounts left, in a thread of its own: disks and keyrings are slow.
 */
#include "tg-client.h"

#include "store-erase.h"
#include "store.h"

#include <glib/gstdio.h>
#include <unistd.h>

gboolean
tg_folder_rename (const char *from, const char *to)
{
    int lock = store_lock (from, NULL);
    gboolean good = lock >= 0 && g_rename (from, to) == 0;

    if (lock >= 0)
        close (lock);
    return good;
}

struct TgEraser {
    GThread *thread;
    GCancellable *cancel;
    GPtrArray *directories; /* char * */
};

static gpointer
erase_func (gpointer data)
{
    TgEraser *eraser = data;

    for (unsigned i = 0; i < eraser->directories->len; i++) {
        const char *directory = g_ptr_array_index (eraser->directories, i);
        if (!store_erase (directory, eraser->cancel))
            g_debug ("%s is erased at a later start", directory);
    }
    return NULL;
}

TgEraser *
tg_eraser_new (GPtrArray *take_directories)
{
    TgEraser *eraser = g_new0 (TgEraser, 1);

    eraser->cancel = g_cancellable_new ();
    eraser->directories = take_directories;
    eraser->thread = g_thread_new ("erase", erase_func, eraser);
    return eraser;
}

void
tg_eraser_free (TgEraser *eraser)
{
    if (eraser == NULL)
        return;
    g_cancellable_cancel (eraser->cancel);
    g_thread_join (eraser->thread);
    g_ptr_array_unref (eraser->directories);
    g_object_unref (eraser->cancel);
    g_free (eraser);
}
