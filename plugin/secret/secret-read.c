/* Up to where both sides have read (SECRET-CHATS.md section G; SC-E14 to E18, SC-J9). */
#include "secret-private.h"
#include "secret-record.h"

#define DATE_OFF (24 * 3600) /* s that this machine's clock may be wrong */
#define BEHIND_ALL ((int64_t)G_MAXINT32 + 1) /* dates */

/* --- we --- */

/* The date of the newest that was seen, of those from before that date; 0: none. */
static int32_t
newest_before (const SecretChat *chat, int64_t date)
{
    int32_t newest = 0;
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, chat->notes.table);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        const SecretNote *note = value;
        if (!note->outgoing && note->seen && note->date < date)
            newest = MAX (newest, note->date);
    }
    return newest;
}

static int32_t
newest_seen (SecretChat *chat)
{
    if (chat->notes.newest_seen < 0)
        chat->notes.newest_seen = newest_before (chat, BEHIND_ALL);
    return chat->notes.newest_seen;
}

/* The peer hears of a date up to which all was read: so it is below that of the oldest
 * unseen message, however much newer ones were seen. */
void
secret_read_report (SecretChat *chat, int32_t at)
{
    int64_t unseen = BEHIND_ALL;
    int32_t newest = newest_seen (chat);
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, chat->notes.unseen);
    while (g_hash_table_iter_next (&iter, NULL, &value))
        unseen = MIN (unseen, (int64_t)((const SecretNote *)value)->date);
    int32_t seen = newest < unseen ? newest : newest_before (chat, unseen);
    if (seen == 0 || seen < chat->reading.date ||
        (seen == chat->reading.date && at != seen))
        return;
    chat->reading.date = seen; /* several may share a second: told again */
    chat->reading.sent = MIN (chat->reading.sent, seen - 1);
    chat->reading.again |= chat->reading.token != 0;
    chat->end.save = TRUE;
}

void
secret_read_pump (SecretChat *chat, HostTime now)
{
    if (chat->end.unseen)
        secret_read_report (chat, 0); /* newer ones had to wait for them */
    chat->end.unseen = FALSE;
    if (!chat->online)
        return;
    if (chat->state != TALK_STATE_READY || chat->reading.token != 0 ||
        chat->reading.date <= chat->reading.sent)
        return;
    chat->reading.asked = chat->reading.date;
    chat->reading.again = FALSE;
    chat->reading.token =
        secret_call (chat, (SecretCall){ .kind = SECRET_CALL_READ,
                                         .u.read.max_date = chat->reading.date });
}

gboolean
secret_read_answer (SecretChat *chat, uint64_t token, const SecretAnswer *answer)
{
    if (token == 0 || token != chat->reading.token)
        return FALSE;
    chat->reading.token = 0;
    if (answer->error_code >= 0 && !chat->reading.again) {
        /* a refused mark is dropped: it can only be repeated (SC-E18) */
        chat->reading.sent = MAX (chat->reading.sent, chat->reading.asked);
        chat->end.save = TRUE;
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

    g_hash_table_iter_init (&iter, chat->notes.table);
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
    if (max_date <= 0 || max_date < chat->reading.peer_date)
        return; /* never back (SC-J9) */
    gboolean news = max_date > chat->reading.peer_date;
    g_autoptr (GArray) read = g_array_new (FALSE, FALSE, sizeof (int64_t));
    chat->reading.peer_date = max_date;
    chat->end.save |= news;
    g_hash_table_iter_init (&iter, chat->notes.table);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        SecretNote *note = value;
        if (!note->outgoing || !note->sent || note->seen ||
            sent_date (chat, note, now) > max_date)
            continue;
        news = TRUE;
        g_array_append_val (read, note->random_id);
        was_read (chat, note, date, now);
    }
    if (news)
        secret_event (
            chat, (TalkEvent){ .kind = TALK_EVENT_READ,
                               .u.read = { max_date, (const int64_t *)(void *)read->data,
                                           read->len } });
}

void
secret_read_loaded (SecretChat *chat, HostTime now)
{
    int32_t last = (int32_t)CLAMP (now.wall / 1000 + DATE_OFF, 1, G_MAXINT32);
    GHashTableIter iter;
    gpointer value;

    if (MAX (chat->reading.date, chat->reading.peer_date) > last)
        chat->end.save = TRUE;
    chat->reading.date = MIN (chat->reading.date, last);
    chat->reading.sent = MIN (chat->reading.sent, last);
    chat->reading.peer_date = MIN (chat->reading.peer_date, last);
    chat->notes.newest_seen = -1;
    g_hash_table_iter_init (&iter, chat->notes.table);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        SecretNote *note = value;
        if (!note->outgoing) /* those of own ones: sent_date() */
            note->date = CLAMP (note->date, 1, last);
    }
    for (unsigned i = 0; i < chat->holes.queue->len; i++) {
        SecretQueued *item = g_ptr_array_index (chat->holes.queue, i);
        item->date = CLAMP (item->date, 1, last);
    }
}

void
secret_read_wipe (SecretChat *chat)
{
    chat->reading.token = 0;
}

void
secret_read_save (const SecretChat *chat, SecretRecord *record)
{
    record->chat.read_date = chat->reading.date;
    record->chat.read_sent = chat->reading.sent;
    record->chat.peer_read_date = chat->reading.peer_date;
}

gboolean
secret_read_load (SecretChat *chat, const SecretRecord *record)
{
    chat->reading.date = record->chat.read_date;
    chat->reading.sent = record->chat.read_sent;
    chat->reading.peer_date = record->chat.peer_read_date;
    return TRUE;
}
