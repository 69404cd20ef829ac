/* See tgp-recall.h. */
#include "tgp-recall.h"

#include "tgp-frontend.h"
#include "tgp-text.h"

#define KEPT 50     /* texts of a chat */
#define LETTERS 200 /* of each */

typedef struct {
    int64_t id;
    char *text;
} Known;

static void
known_free (Known *known)
{
    tgp_text_wipe (known->text);
    g_free (known);
}

static void
queue_free (GQueue *queue)
{
    g_queue_free_full (queue, (GDestroyNotify)known_free);
}

static GQueue *
queue_of (TgpAccount *tgp, int32_t chat_id)
{
    return tgp->recall != NULL
               ? g_hash_table_lookup (tgp->recall, GINT_TO_POINTER (chat_id))
               : NULL;
}

void
tgp_recall_add (TgpAccount *tgp, int32_t chat_id, int64_t id, const char *text)
{
    GQueue *queue = queue_of (tgp, chat_id);
    Known *known;

    if (!tgp_frontend ()->windowless)
        return;
    if (tgp->recall == NULL)
        tgp->recall =
            g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)queue_free);
    if (queue == NULL) {
        queue = g_queue_new ();
        g_hash_table_insert (tgp->recall, GINT_TO_POINTER (chat_id), queue);
    }
    tgp_recall_drop (tgp, chat_id, &id, 1);
    known = g_new (Known, 1);
    known->id = id;
    known->text = g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), LETTERS));
    g_queue_push_head (queue, known);
    while (queue->length > KEPT)
        known_free (g_queue_pop_tail (queue));
}

char *
tgp_recall (TgpAccount *tgp, int32_t chat_id, int64_t id)
{
    GQueue *queue = queue_of (tgp, chat_id);

    for (GList *l = queue != NULL ? queue->head : NULL; l != NULL; l = l->next)
        if (((const Known *)l->data)->id == id)
            return g_strdup (((const Known *)l->data)->text);
    return NULL;
}

void
tgp_recall_drop (TgpAccount *tgp, int32_t chat_id, const int64_t *ids, size_t n)
{
    GQueue *queue = queue_of (tgp, chat_id);

    if (queue == NULL)
        return;
    if (ids == NULL) {
        g_hash_table_remove (tgp->recall, GINT_TO_POINTER (chat_id));
        return;
    }
    for (GList *l = queue->head, *next; l != NULL; l = next) {
        Known *known = l->data;
        next = l->next;
        for (size_t i = 0; i < n; i++)
            if (known->id == ids[i]) {
                known_free (known);
                g_queue_delete_link (queue, l);
                break;
            }
    }
}

void
tgp_recall_free (TgpAccount *tgp)
{
    g_clear_pointer (&tgp->recall, g_hash_table_unref);
}
