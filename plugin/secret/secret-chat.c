/* The life of one chat: makers, the end of every input, the end of the chat. */
#include "secret-private.h"

#include <string.h>

#define ID_TRIES 1000

/* --- the end --- */

static void
wipe_secrets (SecretChat *chat)
{
    secret_key_wipe (&chat->key);
    secret_key_wipe (&chat->other);
    crypto_wipe (&chat->rekey, sizeof chat->rekey);
    crypto_wipe (chat->exponent, sizeof chat->exponent);
    chat->has_exponent = FALSE;
    chat->has_public = FALSE;
    chat->has_peer_public = FALSE;
    g_clear_pointer (&chat->server_random, crypto_secret_free);
}

/* What a closed chat has no use for goes (SC-D30); then its end is told. */
static void
clean_up (SecretChat *chat)
{
    secret_outbox_fail_all (chat);
    secret_notes_drop_own_texts (chat);
    wipe_secrets (chat);
    secret_delete_queues (chat);
    g_ptr_array_set_size (chat->outbox, 0);
    g_ptr_array_set_size (chat->queue, 0);
    g_ptr_array_set_size (chat->early, 0);
    chat->handshake_token = chat->send_token = chat->read_token = chat->typing_token = 0;
    secret_typing_ended (chat);
    chat->hole_since = 0;
    chat->hole_told = FALSE;
    secret_tell_state (chat);
}

/* What is not left standing while an input runs: pointers into the chat stay good. */
static void
finish (SecretChat *chat)
{
    if (chat->end.closed)
        clean_up (chat);
    if (chat->end.flush)
        secret_notes_flush (chat, TRUE);
    chat->end.closed = chat->end.flush = FALSE;
}

static void
notes_went (SecretChat *chat)
{
    if (chat->end.own_note)
        secret_outbox_notes_gone (chat);
    if (chat->end.unseen)
        secret_read_report (chat, 0); /* newer ones had to wait for them */
    chat->end.own_note = chat->end.unseen = FALSE;
}

void
secret_settle (SecretChat *chat, HostTime now)
{
    finish (chat);
    secret_notify_pump (chat, now);
    if (chat->state == TALK_STATE_READY || chat->end.early)
        secret_receive_early (chat, now);
    chat->end.early = FALSE;
    notes_went (chat);
    if (chat->state == TALK_STATE_READY)
        secret_rekey_step (chat, (SecretRekeyInput){ .settles = TRUE }, now);
    secret_holes_pump (chat, now);
    if (chat->online) {
        secret_handshake_step (chat, now);
        secret_outbox_pump (chat, now);
        secret_read_pump (chat);
    }
    secret_outbox_watch (chat, now);
    finish (chat); /* of what was done here */
    if (chat->dirty) {
        chat->dirty = FALSE;
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
    chat->rekey_peer_at = -1;
    chat->sweep_at = 1;
    chat->peer_online = TRUE;
    chat->typing_call_at = chat->typing_action_at = SECRET_LONG_AGO;
    chat->outbox = g_ptr_array_new_with_free_func ((GDestroyNotify)secret_out_free);
    chat->queue = g_ptr_array_new_with_free_func ((GDestroyNotify)secret_queued_free);
    chat->early = g_ptr_array_new_with_free_func ((GDestroyNotify)secret_early_free);
    chat->notes = g_hash_table_new_full (talk_id_hash, g_int64_equal, NULL,
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
    chat->state = TALK_STATE_ASKING;
    chat->date = (int32_t)(now.wall / 1000);
    chat->dirty = TRUE;
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
    memcpy (chat->g_peer, g_a, sizeof g_a);
    chat->has_peer_public = TRUE;
    chat->state = TALK_STATE_REQUESTED;
    chat->dirty = TRUE;
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
    chat->discard_pending = TRUE;
    chat->date = (int32_t)(now.wall / 1000);
    chat->dirty = TRUE;
    chat->online = TRUE;
    secret_settle (chat, now);
    return chat;
}

SecretChat *
secret_chat_load (const SecretEnv *env, int32_t chat_id, const uint8_t *record,
                  size_t len)
{
    SecretChat *chat = alloc (env, chat_id);

    chat->unchecked = TRUE;
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
    chat->closed = TALK_CLOSED_CORRUPT; /* resume() says so and cleans up */
}

void
secret_chat_free (SecretChat *chat)
{
    if (chat == NULL)
        return;
    wipe_secrets (chat);
    g_ptr_array_unref (chat->outbox);
    g_ptr_array_unref (chat->queue);
    g_ptr_array_unref (chat->early);
    g_hash_table_unref (chat->notes);
    g_free (chat->detail);
    crypto_wipe (chat, sizeof *chat);
    g_free (chat);
}

/* --- the store, the connection --- */

/* The outbox must hold every number that the peer may still ask for (SC-D23, SC-L9). */
static gboolean
outbox_is_whole (const SecretChat *chat)
{
    int32_t expected = chat->peer_in;

    for (unsigned i = 0; i < chat->outbox->len; i++, expected++)
        if (((SecretOut *)g_ptr_array_index (chat->outbox, i))->raw_out != expected)
            return FALSE;
    return expected == chat->raw_out;
}

void
secret_chat_loaded (SecretChat *chat, HostTime now)
{
    if (!chat->unchecked)
        return;
    chat->unchecked = FALSE;
    secret_outbox_loaded (chat);
    secret_holes_loaded (chat, now);
    secret_read_loaded (chat, now);
    secret_unsent_loaded (chat);
    if (chat->state != TALK_STATE_CLOSED) {
        if (chat->closed == TALK_CLOSED_CORRUPT)
            secret_end (chat, TALK_CLOSED_CORRUPT, "a stored record is damaged", TRUE);
        else if (chat->state == TALK_STATE_READY && !outbox_is_whole (chat))
            secret_end (chat, TALK_CLOSED_CORRUPT, "a retained message is missing", TRUE);
    } else if (chat->closed == TALK_CLOSED_CORRUPT && chat->user_id == 0) {
        chat->dirty =
            FALSE; /* nothing of it is known: the damaged record stays as it is */
    }
    finish (chat);
    secret_notes_tick (chat, now);
    secret_settle (chat, now);
}

void
secret_chat_resume (SecretChat *chat, HostTime now)
{
    secret_chat_loaded (chat, now);
    chat->online = TRUE;
    chat->send_retry_at = 0;
    chat->ask_again = chat->queue->len > 0;
    secret_show_waiting (chat, now);
    secret_notes_tick (chat, now);
    secret_holes_tick (chat, now);
    secret_settle (chat, now);
}

void
secret_chat_suspend (SecretChat *chat)
{
    chat->online = FALSE;
    chat->handshake_token = chat->send_token = chat->read_token = 0;
    chat->discard_token = chat->typing_token = 0;
}

void
secret_chat_close (SecretChat *chat, gboolean delete_history, TalkClosed why,
                   HostTime now)
{
    gboolean ended = chat->state == TALK_STATE_CLOSED;

    chat->dirty |= delete_history && !chat->delete_history;
    chat->delete_history |= delete_history; /* never taken back (SC-A24) */
    if (ended && delete_history)
        secret_tell_state (chat);
    if (chat->state != TALK_STATE_CLOSED) {
        gboolean tell = chat->access_hash != 0 || chat->state == TALK_STATE_ASKING;
        secret_end (chat, why, NULL, tell && why != TALK_CLOSED_LOGGED_OUT);
    }
    finish (chat);
    if (delete_history) {
        secret_notes_flush (chat, FALSE);
    } else if (why == TALK_CLOSED_LOGGED_OUT) {
        secret_erase_unseen (chat);
        secret_unsent_erase (chat);
    }
    secret_settle (chat, now);
}
