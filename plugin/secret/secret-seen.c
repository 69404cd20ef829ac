/* An incoming message between its arrival and the eyes of its reader: shown, seen, read;
 * what was not seen is kept (DECISIONS 2, 3, 23).
 *
 *   stored -> MESSAGE event -> displayed() -> seen(): text wiped, timer runs, read
 *                           \-> hidden(): no line, kept in small numbers
 *   a new start, an opened window: again, from the first arrow on */
#include "secret-private.h"

#include <string.h>

static gboolean
was_hidden (const SecretNote *note)
{
    return secret_note_is_unseen (note) && note->offered && !note->displayed;
}

/* --- shown --- */

void
secret_show_waiting (SecretChat *chat, HostTime now)
{
    if (!chat->notes.loaded)
        return;
    chat->notes.loaded = FALSE;
    secret_notes_tick (chat, now); /* what is overdue is gone before (SC-G8) */
    g_autoptr (GArray) ids = secret_notes_ids (chat);
    for (unsigned i = 0; i < ids->len; i++) {
        SecretNote *note = secret_note_find (chat, g_array_index (ids, int64_t, i));
        if (secret_note_is_unseen (note) && note->text != NULL)
            secret_note_show (chat, note);
    }
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
           (note->detail != NULL ? strlen (note->detail) : 0);
}

/* Of those that left no line the oldest go when there are too many. */
static GArray *
too_many_hidden (SecretChat *chat)
{
    GArray *gone = g_array_new (FALSE, FALSE, sizeof (int64_t));
    g_autoptr (GArray) ids = secret_notes_ids (chat);
    size_t bytes = 0;
    unsigned n = 0;

    for (unsigned i = ids->len; i > 0; i--) { /* the newest first */
        int64_t id = g_array_index (ids, int64_t, i - 1);
        const SecretNote *note = secret_note_find (chat, id);
        if (!was_hidden (note))
            continue;
        bytes += size_of (note);
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

    if (!secret_note_is_unseen (note) || !note->displayed || note->text == NULL)
        return;
    secret_note_drop_text (note);
    secret_save_note (chat, note);
}

static gboolean
waits (const SecretNote *note)
{
    return secret_note_is_unseen (note) && note->text != NULL &&
           (note->offered || note->displayed); /* else its event is on its way */
}

unsigned
secret_chat_count_waiting (const SecretChat *chat, SecretStandsFunc stands, void *user)
{
    unsigned n = 0;
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, chat->notes.table);
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

    g_hash_table_iter_init (&iter, chat->notes.table);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        const SecretNote *note = value;
        n += waits (note) || (secret_note_is_unseen (note) && note->displayed);
    }
    return n;
}

void
secret_chat_each_waiting (const SecretChat *chat, SecretWaitingFunc func, void *user)
{
    g_autoptr (GArray) ids = secret_notes_ids (chat);

    for (unsigned i = 0; i < ids->len; i++) {
        const SecretNote *note = secret_note_find (chat, g_array_index (ids, int64_t, i));
        if (!waits (note))
            continue;
        TalkMessage message = secret_note_message (chat, note);
        func (&message, user);
    }
}

void
secret_erase_unseen (SecretChat *chat)
{
    g_autoptr (GArray) ids = secret_notes_ids (chat);

    for (unsigned i = ids->len; i > 0; i--)
        if (!secret_note_is_unseen (
                secret_note_find (chat, g_array_index (ids, int64_t, i - 1))))
            g_array_remove_index (ids, i - 1);
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
    note->seen = TRUE;
    note->displayed = TRUE;
    if (!note->opens)
        secret_note_count_down (chat, note, now.wall, now); /* SC-G2 */
    secret_note_drop_text (note);                           /* DECISIONS 3 */
    secret_save_note (chat, note);
}

/* Handed over for the last time, and above what was seen now: nothing else will ever say
 * that it was seen. */
static void
mark_let_go (SecretChat *chat, int32_t order, HostTime now)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, chat->notes.table);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        SecretNote *note = value;
        if (secret_note_is_unseen (note) && note->displayed && note->text == NULL &&
            note->order < order)
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
    GArray *ids = secret_notes_ids (chat);

    for (unsigned i = ids->len; i > 0; i--) {
        const SecretNote *note =
            secret_note_find (chat, g_array_index (ids, int64_t, i - 1));
        if (!secret_note_is_unseen (note) || !note->displayed)
            g_array_remove_index (ids, i - 1);
    }
    return ids;
}
