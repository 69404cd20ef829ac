/* Messages as people name them: by number, by their text, the last one; a long text that went
 * out in parts is one of them. */
#include "secret-private.h"

/* The note of that order, of an own text that was not refused; NULL: there is none. */
static const SecretNote *
own_at (GHashTable *by_order, int32_t order)
{
    const SecretNote *note = g_hash_table_lookup (by_order, GINT_TO_POINTER (order));

    return note != NULL && note->outgoing && !note->refused ? note : NULL;
}

static GHashTable *
notes_by_order (const SecretChat *chat)
{
    GHashTable *by_order = g_hash_table_new (NULL, NULL);
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, chat->notes.table);
    while (g_hash_table_iter_next (&iter, NULL, &value))
        g_hash_table_insert (by_order,
                             GINT_TO_POINTER (((const SecretNote *)value)->order), value);
    return by_order;
}

/* Parts of one text have orders that follow each other; where one is gone the text ends. */
static GArray *
parts_around (const SecretChat *chat, const SecretNote *note)
{
    GArray *parts = g_array_new (FALSE, FALSE, sizeof (int64_t));
    g_autoptr (GHashTable) by_order = notes_by_order (chat);
    const SecretNote *first = note, *other;

    while (first->continues && (other = own_at (by_order, first->order - 1)) != NULL)
        first = other;
    g_array_append_val (parts, first->random_id);
    other = first->outgoing ? own_at (by_order, first->order + 1) : NULL;
    while (other != NULL && other->continues) {
        g_array_append_val (parts, other->random_id);
        other = own_at (by_order, other->order + 1);
    }
    return parts;
}

GArray *
secret_chat_parts (const SecretChat *chat, int64_t random_id)
{
    const SecretNote *note = secret_note_find (chat, random_id);

    if (note == NULL || note->refused)
        return g_array_new (FALSE, FALSE, sizeof (int64_t));
    return parts_around (chat, note);
}

GArray *
secret_chat_last_text (const SecretChat *chat)
{
    const SecretNote *last = NULL;
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, chat->notes.table);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        const SecretNote *note = value;
        if (note->outgoing && !note->refused &&
            (last == NULL || note->order > last->order))
            last = note;
    }
    return last != NULL ? parts_around (chat, last)
                        : g_array_new (FALSE, FALSE, sizeof (int64_t));
}

gboolean
secret_chat_message (const SecretChat *chat, int64_t random_id, TalkMessage *message)
{
    const SecretNote *note = secret_note_find (chat, random_id);

    if (note != NULL)
        *message = secret_note_message (chat, note);
    return note != NULL;
}

static gboolean
is_named (const SecretNote *note)
{
    return note->outgoing ? !note->refused : note->displayed;
}

void
secret_chat_each_message (const SecretChat *chat, SecretMessageFunc func, void *user)
{
    g_autoptr (GArray) ids = secret_notes_ids (chat, is_named);

    for (unsigned i = 0; i < ids->len; i++) {
        TalkMessage message = secret_note_message (
            chat, secret_note_find (chat, g_array_index (ids, int64_t, i)));
        func (&message, user);
    }
}
