/* See tg-held.h. Of a text that goes into a chat the record goes in the turn that brings the
 * message, so that neither a death nor a full disk makes two of it, or none. */
#include "tg-held.h"

#include "record.tl.h"
#include "secret-record.h"
#include "secret-text.h"
#include "tl-encode.h"
#include "tl-text.h"

#include <string.h>

typedef struct {
    TgHeld held; /* owned */
    gboolean durable;
} Item;

struct TgHolds {
    GPtrArray *items; /* Item, as they were typed */
};

static void
item_free (void *data)
{
    Item *item = data;

    crypto_text_free ((char *)item->held.text);
    crypto_text_free ((char *)item->held.who);
    talk_spans_unref ((TalkSpans *)item->held.spans);
    g_free (item);
}

void
tg_held_init (TgClient *client)
{
    client->holds = g_new0 (TgHolds, 1);
    client->holds->items = g_ptr_array_new_with_free_func (item_free);
}

void
tg_held_clear (TgClient *client)
{
    g_ptr_array_unref (client->holds->items);
    g_clear_pointer (&client->holds, g_free);
}

static Item *
find (TgClient *client, int64_t id)
{
    for (unsigned i = 0; i < client->holds->items->len; i++) {
        Item *item = g_ptr_array_index (client->holds->items, i);
        if (item->held.id == id)
            return item;
    }
    return NULL;
}

/* --- records --- */

static int
by_age (gconstpointer a, gconstpointer b)
{
    const Item *x = *(const Item *const *)a, *y = *(const Item *const *)b;

    return x->held.id < y->held.id ? -1 : x->held.id > y->held.id;
}

void
tg_held_load (TgClient *client, StoreKey key, const TlObject *root)
{
    const RecHeld *record = TL_AS (root, RecHeld);
    Item *item;

    if (record == NULL || find (client, key.id) != NULL)
        return;
    item = g_new0 (Item, 1);
    item->held.id = key.id;
    item->held.user_id = talk_is_user (record->user_id) ? record->user_id : 0;
    item->held.who = tl_text_own (record->who);
    item->held.text = tl_text_own (record->text);
    item->held.spans = secret_spans_of (&record->spans, item->held.text);
    item->durable = TRUE;
    g_ptr_array_add (client->holds->items, item);
    g_ptr_array_sort (client->holds->items, by_age);
}

static void
save (TgClient *client, const TgHeld *held)
{
    g_auto (TlWriter) writer = { 0 };
    g_auto (SecretSpans) spans = secret_spans_record (held->spans);
    RecHeld record = TL_NEW (RecHeld, .user_id = held->user_id, .who = TL_STR (held->who),
                             .text = TL_STR (held->text), .spans = spans.vector);

    if (tl_encode (&tl_record_schema, TL_OBJ (&record), &writer))
        store_batch_put (tg_batch (client), (StoreKey){ STORE_HELD, 0, held->id },
                         writer.data, writer.len);
}

static void
run_durable (TgClient *client, TgEffect *e)
{
    Item *item = find (client, e->id);

    if (item != NULL)
        item->durable = TRUE;
}

void
tg_held_forget (TgClient *client, int64_t id)
{
    Item *item = find (client, id);

    if (item == NULL)
        return;
    store_batch_delete (tg_batch (client), (StoreKey){ STORE_HELD, 0, id });
    g_ptr_array_remove (client->holds->items, item);
}

void
tg_held_cut (TgClient *client, int64_t id, size_t len)
{
    Item *item = find (client, id);

    if (item == NULL || len == 0)
        return;
    char *text = (char *)item->held.text;
    TalkSpans *spans = (TalkSpans *)item->held.spans;
    item->held.text = g_strdup (text + len);
    item->held.spans = talk_spans_part (spans, len, strlen (text + len));
    crypto_text_free (text);
    talk_spans_unref (spans);
    save (client, &item->held);
}

gboolean
tg_held_typed (TgClient *client, int64_t id, TalkTyped *typed)
{
    const Item *item = find (client, id);

    if (item == NULL)
        return FALSE;
    *typed = (TalkTyped){ .text = item->held.text, .spans = item->held.spans };
    return TRUE;
}

/* --- acts --- */

int64_t
tg_held_keep (TgClient *client, const TgHeld *typed)
{
    GPtrArray *items = client->holds->items;
    const Item *last = items->len > 0 ? g_ptr_array_index (items, items->len - 1) : NULL;

    if (client->stopped || client->net == NULL ||
        !g_utf8_validate (typed->text, -1, NULL))
        return 0;
    g_auto (TgAct) act = tg_act (client);
    Item *item = g_new0 (Item, 1);
    item->held = (TgHeld){ .id = last != NULL ? last->held.id + 1 : 1,
                           .user_id = typed->user_id,
                           .who = g_strdup (typed->who),
                           .text = g_strdup (typed->text),
                           .spans = talk_spans_ref (typed->spans) };
    g_ptr_array_add (items, item);
    save (client, &item->held);
    tg_effect (client, run_durable)->id = item->held.id;
    return item->held.id;
}

gboolean
tg_held_drop (TgClient *client, int64_t id)
{
    if (client->stopped || find (client, id) == NULL)
        return FALSE;
    g_auto (TgAct) act = tg_act (client);
    tg_held_forget (client, id);
    return TRUE;
}

gboolean
tg_held_is_safe (TgClient *client, int64_t id)
{
    const Item *item = find (client, id);

    return item != NULL && (item->durable || !client->stopped);
}

void
tg_held_each (TgClient *client, TgHeldFunc func, void *user)
{
    g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (int64_t));
    g_auto (TgWalk) walk = tg_turns_walk (client->turns);

    for (unsigned i = 0; i < client->holds->items->len; i++)
        g_array_append_val (ids, ((Item *)client->holds->items->pdata[i])->held.id);
    for (unsigned i = 0; i < ids->len && !client->dying; i++) {
        const Item *item = find (client, g_array_index (ids, int64_t, i));
        if (item != NULL)
            func (&item->held, user);
    }
}
