/* Up to where both sides have read (SECRET-CHATS.md section G; SC-E14 to E18, SC-J9). */
#include "secret-private.h"

#define DATE_OFF (24 * 3600) /* s that this machine's clock may be wrong */

/* --- we --- */

/* The peer hears of a date up to which all was read: so it is below that of the oldest
 * unseen message, however much newer ones were seen. */
void
secret_read_report (SecretChat *chat, int32_t at)
{
    int32_t unseen = G_MAXINT32, seen = 0;
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, chat->notes);
    while (g_hash_table_iter_next (&iter, NULL, &value))
        if (secret_note_is_unseen (value))
            unseen = MIN (unseen, ((SecretNote *)value)->date);
    g_hash_table_iter_init (&iter, chat->notes);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        const SecretNote *note = value;
        if (!note->outgoing && note->seen && note->date < unseen)
            seen = MAX (seen, note->date);
    }
    if (seen == 0 || seen < chat->read_date || (seen == chat->read_date && at != seen))
        return;
    chat->read_date = seen; /* several may share a second: told again */
    chat->read_sent = MIN (chat->read_sent, seen - 1);
    chat->read_again |= chat->read_token != 0;
    chat->dirty = TRUE;
}

void
secret_read_pump (SecretChat *chat)
{
    if (chat->state != TALK_STATE_READY || chat->read_token != 0 ||
        chat->read_date <= chat->read_sent)
        return;
    chat->read_asked = chat->read_date;
    chat->read_again = FALSE;
    chat->read_token =
        secret_call (chat, (SecretCall){ .kind = SECRET_CALL_READ,
                                         .u.read.max_date = chat->read_date });
}

gboolean
secret_read_answer (SecretChat *chat, uint64_t token, const SecretAnswer *answer)
{
    if (token == 0 || token != chat->read_token)
        return FALSE;
    chat->read_token = 0;
    if (answer->error_code >= 0 && !chat->read_again) {
        /* a refused mark is dropped: it can only be repeated (SC-E18) */
        chat->read_sent = MAX (chat->read_sent, chat->read_asked);
        chat->dirty = TRUE;
    }
    return TRUE;
}

/* --- the peer --- */

/* The moment of such a date by this machine's clock, in ms. */
static int64_t
wall_of (const SecretChat *chat, int32_t date, HostTime now)
{
    return now.wall + (secret_date (chat, date, now) - secret_present (chat, now)) * 1000;
}

/* When the server took it; an earlier version may have stored a date that cannot be. */
static int32_t
sent_date (const SecretChat *chat, const SecretNote *note, HostTime now)
{
    int32_t date = secret_date (chat, note->date, now);

    return date == note->date ? date : date - 2 * SECRET_DATE_AHEAD;
}

/* The newest of what the server has of ours, 0 = nothing. */
static int32_t
newest_sent (const SecretChat *chat, HostTime now)
{
    int32_t newest = 0;
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, chat->notes);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        const SecretNote *note = value;
        if (note->outgoing && note->sent)
            newest = MAX (newest, sent_date (chat, note, now));
    }
    return newest;
}

/* SC-G3: from the date on, which cannot lie before the message nor after now. */
static void
was_read (SecretChat *chat, SecretNote *note, int32_t date, HostTime now)
{
    int64_t wall = date > 0 ? wall_of (chat, date, now) : now.wall;

    note->seen = TRUE;
    wall = MAX (wall, wall_of (chat, note->date, now));
    if (!note->opens)
        secret_note_count_down (chat, note, MIN (wall, now.wall), now);
    secret_save_note (chat, note);
}

void
secret_read_by_peer (SecretChat *chat, int32_t max_date, int32_t date, HostTime now)
{
    GHashTableIter iter;
    gpointer value;

    max_date = MIN (max_date, newest_sent (chat, now)); /* not what is still to come */
    if (max_date <= 0 || max_date < chat->peer_read_date)
        return; /* never back (SC-J9) */
    gboolean news = max_date > chat->peer_read_date;
    chat->peer_read_date = max_date;
    chat->dirty |= news;
    g_hash_table_iter_init (&iter, chat->notes);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        SecretNote *note = value;
        if (!note->outgoing || !note->sent || note->seen ||
            sent_date (chat, note, now) > max_date)
            continue;
        news = TRUE;
        was_read (chat, note, date, now);
    }
    if (news)
        secret_event (
            chat, (TalkEvent){ .kind = TALK_EVENT_READ, .u.read.max_date = max_date });
}

void
secret_read_loaded (SecretChat *chat, HostTime now)
{
    int32_t last = (int32_t)CLAMP (now.wall / 1000 + DATE_OFF, 1, G_MAXINT32);
    GHashTableIter iter;
    gpointer value;

    if (MAX (chat->read_date, chat->peer_read_date) > last)
        chat->dirty = TRUE;
    chat->read_date = MIN (chat->read_date, last);
    chat->read_sent = MIN (chat->read_sent, last);
    chat->peer_read_date = MIN (chat->peer_read_date, last);
    g_hash_table_iter_init (&iter, chat->notes);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        SecretNote *note = value;
        if (!note->outgoing) /* those of own ones: sent_date() */
            note->date = CLAMP (note->date, 1, last);
    }
    for (unsigned i = 0; i < chat->queue->len; i++) {
        SecretQueued *item = g_ptr_array_index (chat->queue, i);
        item->date = CLAMP (item->date, 1, last);
    }
}
