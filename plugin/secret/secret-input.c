/* All that comes in, from the server, from the user, from the clock: it is done, and then
 * the chat settles. */
#include "secret-private.h"

/* --- from the server --- */

void
secret_chat_update (SecretChat *chat, const SecretRemote *remote, HostTime now)
{
    if (remote->state == SECRET_REMOTE_DISCARDED)
        secret_receive_rest (chat, now);
    secret_handshake_remote (chat, remote, now);
    secret_settle (chat, now);
}

void
secret_chat_receive (SecretChat *chat, int32_t date, TlBytes data, const MediaPlace *file,
                     gboolean live, HostTime now)
{
    chat->heard = TRUE;
    secret_show_waiting (chat, now);
    secret_receive_data (chat, date, data, file, live, now);
    secret_settle (chat, now);
}

void
secret_chat_answer (SecretChat *chat, uint64_t token, const SecretAnswer *answer,
                    HostTime now)
{
    (void)(secret_read_answer (chat, token, answer) ||
           secret_typing_answer (chat, token) ||
           secret_outbox_answer (chat, token, answer, now) ||
           secret_uploads_answer (chat, token, answer, now) ||
           secret_agree_answer (chat, token, answer) ||
           secret_handshake_answer (chat, token, answer, now));
    secret_settle (chat, now);
}

void
secret_chat_peer_typing (SecretChat *chat, HostTime now)
{
    secret_typing_by_peer (chat, now);
    secret_settle (chat, now);
}

void
secret_chat_peer_read (SecretChat *chat, int32_t max_date, int32_t date, HostTime now)
{
    secret_read_by_peer (chat, max_date, date, now);
    secret_settle (chat, now);
}

void
secret_chat_caught_up (SecretChat *chat, HostTime now)
{
    chat->holes.ask_again = chat->holes.queue->len > 0;
    secret_settle (chat, now);
}

/* --- from the user --- */

/* What was refused has moved nothing. */
static TalkCode
settled (SecretChat *chat, TalkCode code, HostTime now)
{
    if (code == TALK_DONE || chat->end.save)
        secret_settle (chat, now);
    return code;
}

void
secret_chat_accept (SecretChat *chat, HostTime now)
{
    if (chat->state == TALK_STATE_REQUESTED)
        secret_set_state (chat, TALK_STATE_ACCEPTING);
    secret_settle (chat, now);
}

void
secret_chat_reject (SecretChat *chat, HostTime now)
{
    if (chat->state == TALK_STATE_REQUESTED)
        secret_end (chat, TALK_CLOSED_REJECTED, NULL, TRUE);
    secret_settle (chat, now);
}

void
secret_chat_leave (SecretChat *chat, HostTime now)
{
    if (chat->state == TALK_STATE_REQUESTED)
        secret_end (chat, TALK_CLOSED_ELSEWHERE, NULL, FALSE);
    secret_settle (chat, now);
}

TalkCode
secret_chat_set_verified (SecretChat *chat, gboolean verified, HostTime now)
{
    TalkCode ready = secret_check_ready (chat);

    if (verified && ready != TALK_DONE)
        return ready; /* taken back it may be at any time */
    chat->end.save |= chat->keys.verified != verified;
    chat->keys.verified = verified;
    secret_settle (chat, now);
    return TALK_DONE;
}

TalkCode
secret_chat_send (SecretChat *chat, const TalkTyped *typed, gboolean silent, HostTime now,
                  int64_t *random_id)
{
    return settled (chat, secret_send_text (chat, typed, silent, now, random_id), now);
}

TalkCode
secret_chat_send_file (SecretChat *chat, const SecretFileOut *file, HostTime now,
                       int64_t *random_id)
{
    return settled (chat, secret_send_file (chat, file, now, random_id), now);
}

TalkCode
secret_chat_forward_file (SecretChat *chat, const MediaFile *file, TalkContent content,
                          const TalkTyped *caption, HostTime now, int64_t *random_id)
{
    return settled (
        chat, secret_forward_file (chat, file, content, caption, now, random_id), now);
}

TalkCode
secret_chat_cancel (SecretChat *chat, int64_t random_id, HostTime now)
{
    return settled (chat, secret_upload_cancel (chat, random_id), now);
}

TalkCode
secret_chat_delete (SecretChat *chat, const int64_t *ids, size_t n, HostTime now)
{
    return settled (chat, secret_act_delete (chat, ids, n, now), now);
}

TalkCode
secret_chat_flush (SecretChat *chat, HostTime now)
{
    return settled (chat, secret_act_flush (chat, now), now);
}

TalkCode
secret_chat_set_ttl (SecretChat *chat, int32_t seconds, HostTime now)
{
    return settled (chat, secret_act_set_ttl (chat, seconds, now), now);
}

TalkCode
secret_chat_open_media (SecretChat *chat, const int64_t *ids, size_t n, HostTime now)
{
    return settled (chat, secret_act_open_media (chat, ids, n, now), now);
}

TalkCode
secret_chat_screenshot (SecretChat *chat, const int64_t *ids, size_t n, HostTime now)
{
    return settled (chat, secret_act_screenshot (chat, ids, n, now), now);
}

TalkCode
secret_chat_rekey (SecretChat *chat, HostTime now)
{
    return settled (chat, secret_rekey_start (chat, now), now);
}

TalkCode
secret_chat_skip (SecretChat *chat, HostTime now)
{
    return settled (chat, secret_receive_skip (chat, now), now);
}

void
secret_chat_set_typing (SecretChat *chat, gboolean typing, HostTime now)
{
    secret_typing_set (chat, typing, now);
    secret_settle (chat, now);
}

void
secret_chat_seen (SecretChat *chat, const int64_t *ids, size_t n, HostTime now)
{
    secret_seen_mark (chat, ids, n, now);
    secret_settle (chat, now);
}

void
secret_chat_hidden (SecretChat *chat, int64_t random_id, HostTime now)
{
    secret_seen_hidden (chat, random_id);
    secret_settle (chat, now);
}

void
secret_chat_told (SecretChat *chat, const int64_t *ids, size_t n, HostTime now)
{
    secret_unsent_told (chat, ids, n);
    secret_settle (chat, now);
}

TalkCode
secret_chat_keep (SecretChat *chat, const TalkTyped *typed, const char *token,
                  HostTime now, int64_t *random_id)
{
    TalkCode code = secret_unsent_keep (chat, typed, token, now, random_id);

    secret_settle (chat, now);
    return code;
}

void
secret_chat_lost_told (SecretChat *chat, HostTime now)
{
    secret_seen_lost_told (chat);
    secret_settle (chat, now);
}

void
secret_chat_set_peer_online (SecretChat *chat, gboolean online)
{
    chat->typing.peer_online = online;
}

void
secret_chat_set_typing_action (SecretChat *chat, gboolean wanted)
{
    chat->typing.wanted = wanted;
}

/* --- from the clock --- */

void
secret_chat_tick (SecretChat *chat, HostTime now)
{
    secret_parts_tick (chat, now);
    secret_settle (chat, now);
}

int64_t
secret_chat_deadline (const SecretChat *chat, HostTime now)
{
    return secret_parts_deadline (chat, now);
}
