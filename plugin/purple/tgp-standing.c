/* See tgp-standing.h. */
#include "tgp-standing.h"

#include "tgp-frontend.h"

struct TgpStanding {
    GHashTable *chats; /* chat id -> set of message ids */
};

TgpStanding *
tgp_standing_new (void)
{
    TgpStanding *standing = g_new0 (TgpStanding, 1);

    standing->chats =
        g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_hash_table_unref);
    return standing;
}

void
tgp_standing_free (TgpStanding *standing)
{
    g_hash_table_unref (standing->chats);
    g_free (standing);
}

static GHashTable *
ids_of (TgpStanding *standing, int32_t chat_id)
{
    return g_hash_table_lookup (standing->chats, GINT_TO_POINTER (chat_id));
}

void
tgp_standing_add (TgpStanding *standing, PurpleConversation *conv, int32_t chat_id,
                  int64_t id)
{
    GHashTable *ids = ids_of (standing, chat_id);

    if (!tgp_knows_focus (conv))
        return;
    if (ids == NULL) {
        ids = g_hash_table_new_full (talk_id_hash, g_int64_equal, g_free, NULL);
        g_hash_table_insert (standing->chats, GINT_TO_POINTER (chat_id), ids);
    }
    if (!g_hash_table_contains (ids, &id))
        g_hash_table_add (ids, g_memdup2 (&id, sizeof id));
}

void
tgp_standing_drop (TgpStanding *standing, int32_t chat_id, int64_t id)
{
    GHashTable *ids = ids_of (standing, chat_id);

    if (ids != NULL)
        g_hash_table_remove (ids, &id);
}

void
tgp_standing_drop_all (TgpStanding *standing, int32_t chat_id)
{
    g_hash_table_remove (standing->chats, GINT_TO_POINTER (chat_id));
}

GList *
tgp_standing_chats (TgpStanding *standing)
{
    return g_hash_table_get_keys (standing->chats);
}

GArray *
tgp_standing_take (TgpStanding *standing, int32_t chat_id)
{
    GArray *found = g_array_new (FALSE, FALSE, sizeof (int64_t));
    GHashTable *ids = ids_of (standing, chat_id);
    GHashTableIter iter;
    gpointer id;

    if (ids == NULL)
        return found;
    g_hash_table_iter_init (&iter, ids);
    while (g_hash_table_iter_next (&iter, &id, NULL))
        g_array_append_val (found, *(int64_t *)id);
    tgp_standing_drop_all (standing, chat_id);
    return found;
}
