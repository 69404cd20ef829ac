/* Messages that came before their chat was ready: kept, sealed as they came. */
#include "secret-private.h"
#include "secret-record.h"

#define EARLY_MAX 100 /* (SC-A22) */
#define EARLY_BYTES_MAX ((size_t)4 << 20)

void
secret_early_free (SecretEarly *early)
{
    g_byte_array_unref (early->data);
    g_free (early);
}

static SecretEarly *
add (SecretChat *chat, int32_t date, TlBytes data)
{
    SecretEarly *early = g_new0 (SecretEarly, 1);

    early->date = date;
    early->data = g_byte_array_new ();
    g_byte_array_append (early->data, data.data, (unsigned)data.len);
    g_ptr_array_add (chat->handshake.early, early);
    return early;
}

static void
save (SecretChat *chat, const SecretEarly *early, unsigned serial)
{
    RecFilePlace place = media_place_record (&early->file);
    RecEarly record = TL_NEW (RecEarly, .has_file = early->has_file, .date = early->date,
                              .file = early->has_file ? TL_OBJ (&place) : NULL,
                              .data = TL_BYTES (early->data->data, early->data->len));
    secret_put (chat, STORE_EARLY, serial, TL_OBJ (&record), STORE_DURABLE);
}

void
secret_early_keep (SecretChat *chat, int32_t date, TlBytes data, const MediaPlace *file)
{
    size_t bytes = data.len;

    for (unsigned i = 0; i < chat->handshake.early->len; i++)
        bytes += ((SecretEarly *)g_ptr_array_index (chat->handshake.early, i))->data->len;
    if (chat->handshake.early->len >= EARLY_MAX || bytes > EARLY_BYTES_MAX)
        return;
    SecretEarly *early = add (chat, date, data);
    early->has_file = file != NULL;
    if (file != NULL)
        early->file = *file;
    save (chat, early, chat->handshake.early->len);
    g_debug ("[chat %d] <- a message before the chat is ready", chat->id);
}

GPtrArray *
secret_early_take (SecretChat *chat)
{
    GPtrArray *early = g_steal_pointer (&chat->handshake.early);

    chat->handshake.early =
        g_ptr_array_new_with_free_func ((GDestroyNotify)secret_early_free);
    if (early->len > 0)
        secret_drop_all (chat, STORE_EARLY);
    return early;
}

void
secret_early_wipe (SecretChat *chat)
{
    secret_drop_all (chat, STORE_EARLY);
    g_ptr_array_set_size (chat->handshake.early, 0);
}

gboolean
secret_early_load (SecretChat *chat, const TlObject *root)
{
    const RecEarly *record = TL_AS (root, RecEarly);
    const RecEarly1 *old = TL_AS (root, RecEarly1);
    RecEarly renewed;

    if (old != NULL) {
        renewed = TL_NEW (RecEarly, .date = old->date, .data = old->data);
        record = &renewed;
    }
    if (record == NULL)
        return FALSE;
    SecretEarly *early = add (chat, record->date, record->data);
    early->has_file = record->has_file;
    early->file = media_place_of (record->file);
    return TRUE;
}
