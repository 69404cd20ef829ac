/* An incoming message between its arrival and the eyes of its reader: shown, seen, read;
 * what was not seen is kept (DECISIONS 2, 3, 23).
 *
 *   stored -> MESSAGE event -> displayed() -> seen(): text wiped, timer runs, read
 *                           \-> hidden(): no line, kept in small numbers
 *   a new start, an opened window: again, from the first arrow on */
#include "secret-private.h"

#include <string.h>

static gboolean
is_kept (const SecretNote *note)
{
    return secret_note_is_unseen (note) && note->text != NULL;
}

static gboolean
was_hidden (const SecretNote *note)
{
    return secret_note_is_unseen (note) && note->offered && !note->displayed;
}

/* It stood in a line once, and nobody has seen it yet. */
static gboolean
was_displayed (const SecretNote *note)
{
    return secret_note_is_unseen (note) && note->displayed;
}

/* --- shown --- */

void
secret_show_waiting (SecretChat *chat, HostTime now)
{
    if (!chat->notes.loaded)
        return;
    chat->notes.loaded = FALSE;
    secret_notes_tick (chat, now); /* what is overdue is gone before (SC-G8) */
    g_autoptr (GArray) ids = secret_notes_ids (chat, is_kept);
    for (unsigned i = 0; i < ids->len; i++)
        secret_note_show (chat, secret_note_find (chat, g_array_index (ids, int64_t, i)));
}

void
secret_chat_displayed (SecretChat *chat, int64_t random_id)
{
    SecretNote *note = secret_note_find (chat, random_id);

    if (note == NULL)
        return;
    note->offered = TRUE;
    if (note->displayed)
        return;
    note->displayed = TRUE; /* DECISIONS 2 */
    secret_mark_note (chat, note, STORE_WRITTEN);
}

static size_t
size_of (const SecretNote *note)
{
    return (note->text != NULL ? strlen (note->text) : 0) +
           (note->detail != NULL ? strlen (note->detail) : 0) +
           (note->spans != NULL ? note->spans->n * sizeof (TalkSpan) : 0);
}

/* Of those that left no line the oldest go when there are too many. */
static GArray *
too_many_hidden (SecretChat *chat)
{
    GArray *gone = g_array_new (FALSE, FALSE, sizeof (int64_t));
    g_autoptr (GArray) ids = secret_notes_ids (chat, was_hidden);
    size_t bytes = 0;
    unsigned n = 0;

    for (unsigned i = ids->len; i > 0; i--) { /* the newest first */
        int64_t id = g_array_index (ids, int64_t, i - 1);
        bytes += size_of (secret_note_find (chat, id));
        if (++n > SECRET_HIDDEN_MAX || (n > 1 && bytes > SECRET_HIDDEN_BYTES))
            g_array_append_val (gone, id);
    }
    return gone;
}

void
secret_seen_hidden (SecretChat *chat, int64_t random_id)
{
    SecretNote *note = secret_note_find (chat, random_id);

    if (note == NULL)
        return;
    note->offered = TRUE;
    if (!was_hidden (note))
        return; /* it had a line before: kept like every unseen one */
    g_autoptr (GArray) gone = too_many_hidden (chat);
    if (gone->len == 0)
        return;
    chat->notes.lost +=
        (int32_t)MIN (gone->len, (unsigned)(G_MAXINT32 - chat->notes.lost));
    secret_notes_remove (chat, (const int64_t *)(void *)gone->data, gone->len);
    secret_save_lost (chat);
}

void
secret_seen_lost_told (SecretChat *chat)
{
    chat->notes.lost = 0;
    secret_save_lost (chat);
}

void
secret_chat_let_go (SecretChat *chat, int64_t random_id)
{
    SecretNote *note = secret_note_find (chat, random_id);

    if (!was_displayed (note) || note->text == NULL)
        return;
    secret_note_drop_text (note);
    secret_note_set_thumb (chat, note, NULL);
    chat->notes.let_go = TRUE;
    secret_save_note (chat, note);
}

static gboolean
waits (const SecretNote *note)
{
    return is_kept (note) &&
           (note->offered || note->displayed); /* else its event is on its way */
}

unsigned
secret_chat_count_waiting (const SecretChat *chat, SecretStandsFunc stands, void *user)
{
    unsigned n = 0;
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, chat->notes.unseen);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        const SecretNote *note = value;
        n += waits (note) && (stands == NULL || !stands (note->random_id, user));
    }
    return n;
}

unsigned
secret_chat_count_unseen (const SecretChat *chat)
{
    unsigned n = 0;
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, chat->notes.unseen);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        const SecretNote *note = value;
        n += waits (note) || was_displayed (note);
    }
    return n;
}

void
secret_chat_each_waiting (const SecretChat *chat, SecretWaitingFunc func, void *user)
{
    g_autoptr (GArray) ids = secret_notes_ids (chat, waits);

    for (unsigned i = 0; i < ids->len; i++) {
        TalkMessage message = secret_note_message (
            chat, secret_note_find (chat, g_array_index (ids, int64_t, i)));
        func (&message, user);
    }
}

void
secret_erase_unseen (SecretChat *chat)
{
    g_autoptr (GArray) ids = secret_notes_ids (chat, secret_note_is_unseen);

    if (ids->len == 0)
        return;
    const int64_t *erased = (const int64_t *)(void *)ids->data;
    secret_tell_gone (chat, TALK_GONE_ERASED, FALSE, erased, ids->len);
    secret_notes_remove (chat, erased, ids->len);
}

/* --- seen --- */

static void
mark_seen (SecretChat *chat, SecretNote *note, HostTime now)
{
    secret_note_saw (chat, note);
    note->displayed = TRUE;
    if (!note->opens)
        secret_note_count_down (chat, note, now.wall, now); /* SC-G2 */
    secret_note_drop_text (note);                           /* DECISIONS 3 */
    secret_note_set_thumb (chat, note, NULL);
    secret_save_note (chat, note);
}

/* Handed over for the last time, and above what was seen now: nothing else will ever say
 * that it was seen. */
static void
mark_let_go (SecretChat *chat, int32_t order, HostTime now)
{
    if (!chat->notes.let_go)
        return;
    g_autoptr (GList) unseen = g_hash_table_get_values (chat->notes.unseen);
    for (GList *l = unseen; l != NULL; l = l->next) {
        SecretNote *note = l->data;
        if (was_displayed (note) && note->text == NULL && note->order < order)
            mark_seen (chat, note, now);
    }
}

void
secret_seen_mark (SecretChat *chat, const int64_t *ids, size_t n, HostTime now)
{
    int32_t newest = 0, date = 0;

    for (size_t i = 0; i < n; i++) {
        SecretNote *note = secret_note_find (chat, ids[i]);
        if (!secret_note_is_unseen (note))
            continue;
        mark_seen (chat, note, now);
        newest = MAX (newest, note->order);
        date = MAX (date, note->date);
    }
    if (newest > 0) {
        mark_let_go (chat, newest, now);
        secret_read_report (chat, date);
    }
}

GArray *
secret_chat_unseen (const SecretChat *chat)
{
    return secret_notes_ids (chat, was_displayed);
}
