/* The life of one chat: makers, the end of every input, the end of the chat. */
#include "secret-private.h"
#include "secret-record.h"

#include <string.h>

#define ID_TRIES 1000

/* --- the end of an input --- */

/* What is not left standing while an input runs: pointers into the chat stay good. */
static void
finish (SecretChat *chat, HostTime now)
{
    secret_ended_date (chat, now);
    if (chat->end.closed) { /* SC-D30 */
        secret_parts_wipe (chat);
        secret_tell_state (chat);
    }
    if (chat->end.flush)
        secret_notes_flush (chat, TRUE);
    chat->end.closed = chat->end.flush = FALSE;
}

void
secret_settle (SecretChat *chat, HostTime now)
{
    finish (chat, now);
    secret_parts_pump (chat, now);
    finish (chat, now); /* of what was done here */
    if (chat->end.save) {
        chat->end.save = FALSE;
        secret_save (chat);
    }
}

/* --- makers --- */

static SecretChat *
alloc (const SecretEnv *env, int32_t id)
{
    SecretChat *chat = g_new0 (SecretChat, 1);

    chat->env = env;
    chat->id = id;
    chat->rekey.peer_at = -1;
    chat->notes.sweep_at = 1;
    chat->typing.peer_online = TRUE;
    chat->typing.call_at = chat->typing.action_at = SECRET_LONG_AGO;
    chat->outbox.list = g_ptr_array_new_with_free_func ((GDestroyNotify)secret_out_free);
    chat->holes.queue =
        g_ptr_array_new_with_free_func ((GDestroyNotify)secret_queued_free);
    chat->handshake.early =
        g_ptr_array_new_with_free_func ((GDestroyNotify)secret_early_free);
    chat->notes.unseen = g_hash_table_new (talk_id_hash, g_int64_equal);
    chat->notes.table = g_hash_table_new_full (talk_id_hash, g_int64_equal, NULL,
                                               (GDestroyNotify)secret_note_free);
    return chat;
}

static gboolean
is_used (int32_t id, const int32_t *used, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (used[i] == id)
            return TRUE;
    return id == 0;
}

SecretChat *
secret_chat_new_outgoing (const SecretEnv *env, int64_t user_id, const int32_t *used,
                          size_t n_used, HostTime now)
{
    uint32_t id = 0;

    for (int i = 0; i < ID_TRIES; i++) {
        if (!crypto_random_fill (env->random, &id, sizeof id))
            return NULL;
        id &= 0x7fffffff; /* positive, as TDLib's */
        if (!is_used ((int32_t)id, used, n_used))
            break;
    }
    if (is_used ((int32_t)id, used, n_used))
        return NULL;
    SecretChat *chat = alloc (env, (int32_t)id);
    chat->user_id = user_id;
    chat->outgoing = TRUE;
    chat->number = env->next_number;
    chat->state = TALK_STATE_ASKING;
    chat->date = (int32_t)(now.wall / 1000);
    chat->end.save = TRUE;
    chat->online = TRUE;
    secret_tell_state (chat);
    secret_settle (chat, now);
    return chat;
}

SecretChat *
secret_chat_new_incoming (const SecretEnv *env, const SecretRemote *remote, HostTime now)
{
    uint8_t g_a[256];

    if (remote->state != SECRET_REMOTE_REQUESTED ||
        remote->participant_id != env->own_user_id ||
        remote->admin_id == env->own_user_id || !talk_is_user (remote->admin_id) ||
        remote->id == 0) /* SC-A14, MT-A25 */
        return NULL;
    if (!crypto_dh_pad (remote->g_a_or_b.data, remote->g_a_or_b.len, g_a)) {
        g_debug ("[chat %d] a request with an impossible g_a", remote->id);
        return NULL;
    }
    SecretChat *chat = alloc (env, remote->id);
    chat->user_id = remote->admin_id;
    chat->access_hash = remote->access_hash;
    chat->date = secret_date (chat, remote->date, now);
    memcpy (chat->handshake.g_peer, g_a, sizeof g_a);
    chat->handshake.has_peer_public = TRUE;
    chat->number = env->next_number;
    chat->state = TALK_STATE_REQUESTED;
    chat->end.save = TRUE;
    chat->online = TRUE;
    secret_tell_state (chat);
    secret_settle (chat, now);
    return chat;
}

SecretChat *
secret_chat_new_unwanted (const SecretEnv *env, int32_t id, HostTime now)
{
    SecretChat *chat = alloc (env, id);

    g_debug ("[chat %d] never asked for: it is ended", id);
    chat->state = TALK_STATE_CLOSED;
    chat->closed = TALK_CLOSED_REQUEST_FAILED;
    chat->handshake.discard_pending = TRUE;
    chat->date = (int32_t)(now.wall / 1000);
    chat->end.save = TRUE;
    chat->online = TRUE;
    secret_settle (chat, now);
    return chat;
}

SecretChat *
secret_chat_load (const SecretEnv *env, int32_t chat_id, const uint8_t *record,
                  size_t len)
{
    SecretChat *chat = alloc (env, chat_id);

    chat->stored.unchecked = TRUE;
    if (secret_load (chat, record, len))
        return chat;
    g_debug ("[chat %d] the record is damaged", chat_id); /* SC-L10 */
    secret_chat_free (chat);
    chat = alloc (env, chat_id);
    chat->state = TALK_STATE_CLOSED;
    chat->closed = TALK_CLOSED_CORRUPT;
    return chat;
}

void
secret_chat_load_record (SecretChat *chat, StoreKey key, const uint8_t *record,
                         size_t len)
{
    if (secret_load_other (chat, key, record, len) || chat->state == TALK_STATE_CLOSED)
        return;
    g_debug ("[chat %d] a record of kind %d is damaged", chat->id, key.kind);
    chat->closed = TALK_CLOSED_CORRUPT; /* loaded() ends it */
}

void
secret_chat_free (SecretChat *chat)
{
    if (chat == NULL)
        return;
    g_clear_pointer (&chat->handshake.server_random, crypto_secret_free);
    g_ptr_array_unref (chat->outbox.list);
    g_ptr_array_unref (chat->holes.queue);
    g_ptr_array_unref (chat->handshake.early);
    g_hash_table_unref (chat->notes.unseen);
    g_hash_table_unref (chat->notes.table);
    g_free (chat->detail);
    crypto_wipe (chat, sizeof *chat);
    g_free (chat);
}

/* --- the store, the connection --- */

void
secret_chat_loaded (SecretChat *chat, HostTime now)
{
    if (!chat->stored.unchecked)
        return;
    chat->stored.unchecked = FALSE;
    secret_outbox_loaded (chat);
    secret_holes_loaded (chat, now);
    secret_read_loaded (chat, now);
    secret_unsent_loaded (chat);
    if (chat->state != TALK_STATE_CLOSED) {
        if (chat->closed == TALK_CLOSED_CORRUPT)
            secret_end (chat, TALK_CLOSED_CORRUPT, "a stored record is damaged", TRUE);
        else if (chat->state == TALK_STATE_READY && !secret_outbox_is_whole (chat))
            secret_end (chat, TALK_CLOSED_CORRUPT, "a retained message is missing", TRUE);
    } else if (chat->closed == TALK_CLOSED_CORRUPT && chat->user_id == 0) {
        chat->end.save =
            FALSE; /* nothing of it is known: the damaged record stays as it is */
    }
    finish (chat, now);
    secret_notes_tick (chat, now);
    secret_settle (chat, now);
}

void
secret_chat_resume (SecretChat *chat, HostTime now)
{
    secret_chat_loaded (chat, now);
    chat->online = TRUE;
    chat->outbox.retry_at = 0;
    chat->holes.ask_again = chat->holes.queue->len > 0;
    secret_show_waiting (chat, now);
    secret_notes_tick (chat, now);
    secret_holes_tick (chat, now);
    secret_settle (chat, now);
}

void
secret_chat_suspend (SecretChat *chat)
{
    chat->online = chat->heard = FALSE;
    chat->handshake.token = chat->outbox.token = chat->reading.token = 0;
    chat->handshake.discard_token = chat->typing.token = 0;
    secret_agree_wipe (chat); /* resume() looks again */
    secret_uploads_suspend (chat);
}

void
secret_chat_close (SecretChat *chat, gboolean delete_history, TalkClosed why,
                   HostTime now)
{
    gboolean ended = chat->state == TALK_STATE_CLOSED;

    chat->end.save |= delete_history && !chat->handshake.delete_history;
    chat->handshake.delete_history |= delete_history; /* never taken back (SC-A24) */
    if (ended && delete_history)
        secret_tell_state (chat);
    if (chat->state != TALK_STATE_CLOSED) {
        gboolean tell = chat->access_hash != 0 || chat->state == TALK_STATE_ASKING;
        secret_end (chat, why, NULL, tell && why != TALK_CLOSED_LOGGED_OUT);
    }
    finish (chat, now);
    if (delete_history) {
        secret_notes_flush (chat, FALSE);
    } else if (why == TALK_CLOSED_LOGGED_OUT) {
        secret_erase_unseen (chat);
        secret_unsent_erase (chat);
    }
    secret_settle (chat, now);
}
