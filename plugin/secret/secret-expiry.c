/* What is left of the lives of messages, and what is over (SC-G7, SC-G8). */
#include "secret-private.h"

/* --- countdowns --- */

int64_t
secret_note_left (const SecretNote *note, HostTime now)
{
    if (note->expires == 0)
        return -1;
    int64_t left = note->expires - now.wall;
    return MAX (
        note->expires_mono != 0 ? MIN (note->expires_mono - now.mono, left) : left, 0);
}

void
secret_chat_each_countdown (const SecretChat *chat, HostTime now,
                            SecretCountdownFunc func, void *user)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, chat->notes.table);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        const SecretNote *note = value;
        if (note->expires != 0 && note->expires_mono != 0)
            func (chat->id, note->random_id, secret_note_left (note, now), user);
    }
}

/* --- expiry --- */

static gboolean
is_over (SecretNote *note, HostTime now)
{
    if (note->expires == 0)
        return FALSE;
    if (note->expires_mono ==
        0) /* of an earlier process: a clock set back adds nothing */
        note->expires_mono =
            now.mono + CLAMP (note->expires - now.wall, 0, (int64_t)note->ttl * 1000);
    return note->expires <= now.wall || note->expires_mono <= now.mono; /* SC-G8 */
}

void
secret_notes_tick (SecretChat *chat, HostTime now)
{
    g_autoptr (GArray) gone = NULL;
    gboolean counting = FALSE;
    GHashTableIter iter;
    gpointer value;

    if (!chat->notes.counting)
        return;
    gone = g_array_new (FALSE, FALSE, sizeof (int64_t));
    g_hash_table_iter_init (&iter, chat->notes.table);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        SecretNote *note = value;
        counting |= note->expires != 0;
        if (is_over (note, now))
            g_array_append_val (gone, note->random_id);
    }
    chat->notes.counting = counting;
    if (gone->len > 0) {
        const int64_t *ids = (const int64_t *)(void *)gone->data;
        secret_tell_gone (chat, TALK_GONE_EXPIRED, FALSE, ids, gone->len);
        secret_notes_remove (chat, ids, gone->len); /* SC-G7 */
    }
}

int64_t
secret_notes_deadline (const SecretChat *chat, HostTime now)
{
    int64_t deadline = HOST_NEVER;
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, chat->notes.table);
    while (chat->notes.counting && g_hash_table_iter_next (&iter, NULL, &value)) {
        const SecretNote *note = value;
        if (note->expires != 0 && note->expires_mono != 0)
            deadline = MIN (
                deadline, MIN (note->expires_mono, now.mono + note->expires - now.wall));
    }
    return deadline;
}
