/* State, events, calls: what every other file of a chat uses. */
#include "secret-private.h"
#include "secret-record.h"

#include <string.h>

static const char *const state_names[] = {
    [TALK_STATE_ASKING] = "asking",       [TALK_STATE_WAITING] = "waiting",
    [TALK_STATE_REQUESTED] = "requested", [TALK_STATE_ACCEPTING] = "accepting",
    [TALK_STATE_READY] = "ready",         [TALK_STATE_CLOSED] = "closed",
};
G_STATIC_ASSERT (G_N_ELEMENTS (state_names) == TALK_STATE_CLOSED + 1);

void
secret_set_state (SecretChat *chat, TalkState state)
{
    static const unsigned legal[] = {
        [TALK_STATE_ASKING] = 1u << TALK_STATE_WAITING | 1u << TALK_STATE_READY,
        [TALK_STATE_WAITING] = 1u << TALK_STATE_READY,
        [TALK_STATE_REQUESTED] = 1u << TALK_STATE_ACCEPTING,
        [TALK_STATE_ACCEPTING] = 1u << TALK_STATE_READY,
        [TALK_STATE_READY] = 0,
        [TALK_STATE_CLOSED] = 0,
    };
    G_STATIC_ASSERT (G_N_ELEMENTS (legal) == TALK_STATE_CLOSED + 1);

    if (chat->state == state)
        return;
    g_return_if_fail ((legal[chat->state] & 1u << state) != 0);
    g_debug ("[chat %d] %s -> %s", chat->id, state_names[chat->state],
             state_names[state]);
    chat->state = state;
    chat->end.save = TRUE;
    secret_tell_state (chat);
}

void
secret_end (SecretChat *chat, TalkClosed why, const char *detail, gboolean discard)
{
    if (chat->state == TALK_STATE_CLOSED)
        return;
    g_debug ("[chat %d] %s -> closed, reason %d: %s", chat->id, state_names[chat->state],
             why, detail != NULL ? detail : "-");
    chat->state = TALK_STATE_CLOSED;
    chat->closed = why;
    g_free (chat->detail);
    chat->detail = g_strdup (detail);
    chat->handshake.discard_pending = discard;
    chat->end.save = TRUE;
    chat->end.closed = TRUE;
}

TalkClosed
secret_closed_by (SecretRefusal refusal, TalkClosed otherwise)
{
    return refusal == SECRET_REFUSAL_BLOCKED   ? TALK_CLOSED_USER_BLOCKED
           : refusal == SECRET_REFUSAL_DELETED ? TALK_CLOSED_USER_DELETED
                                               : otherwise;
}

void
secret_event (SecretChat *chat, TalkEvent event)
{
    event.peer = (TalkPeer){ TALK_PEER_SECRET, chat->id };
    chat->env->ops->event (chat->env->user, chat, &event);
}

uint32_t
secret_missing (const SecretChat *chat)
{
    if (chat->holes.queue->len == 0)
        return 0;
    const SecretQueued *last =
        g_ptr_array_index (chat->holes.queue, chat->holes.queue->len - 1);
    return (uint32_t)(last->raw_in + 1 - chat->numbers.raw_in) - chat->holes.queue->len;
}

uint32_t
secret_behind_hole (const SecretChat *chat)
{
    const GPtrArray *queue = chat->holes.queue;
    unsigned before = 0;

    while (before < queue->len &&
           ((const SecretQueued *)g_ptr_array_index (queue, before))->raw_in ==
               chat->numbers.raw_in + (int32_t)before)
        before++;
    return queue->len - before;
}

void
secret_chat_info (const SecretChat *chat, TalkSecret *info)
{
    *info = (TalkSecret){
        .id = chat->id,
        .user_id = chat->user_id,
        .outgoing = chat->outgoing,
        .date = chat->date,
        .ended = chat->ended,
        .number = chat->number,
        .state = chat->state,
        .closed = chat->closed,
        .closed_detail = chat->detail,
        .gone = chat->handshake.delete_history && chat->state == TALK_STATE_CLOSED,
        .ttl = chat->ttl,
        .peer_layer = MAX (chat->layers.peer, SECRET_LAYER_MIN),
        .has_key_hash = chat->keys.has_hash,
        .verified = chat->keys.verified && chat->state == TALK_STATE_READY,
        .was_verified = chat->keys.verified && chat->closed != TALK_CLOSED_VIOLATION &&
                        chat->closed != TALK_CLOSED_BAD_KEY,
        .key_created = chat->keys.now.created,
        .key_messages = (uint32_t)chat->keys.now.messages,
        .raw_in = (uint32_t)chat->numbers.raw_in,
        .raw_out = (uint32_t)chat->numbers.raw_out,
        .acknowledged = (uint32_t)chat->numbers.peer_in,
        .unacknowledged = chat->outbox.list->len,
        .drafts = chat->notes.drafts,
        .queued = secret_behind_hole (chat),
        .missing = secret_missing (chat),
        .lost = (uint32_t)chat->notes.lost,
        .rekeying = chat->rekey.step != SECRET_REKEY_IDLE &&
                    chat->rekey.step != SECRET_REKEY_B_DRAIN
    };
    info->messages = chat->notes.orders;
    memcpy (info->key_hash, chat->keys.hash, sizeof info->key_hash);
}

void
secret_tell_state (SecretChat *chat)
{
    TalkEvent event = { .kind = TALK_EVENT_SECRET };

    secret_chat_info (chat, &event.u.secret);
    event.u.secret.again = chat->state == TALK_STATE_CLOSED && !chat->end.closed;
    secret_event (chat, event);
}

void
secret_tell_notice (SecretChat *chat, TalkNoticeKind kind, gboolean by_peer,
                    int64_t number)
{
    secret_event (
        chat, (TalkEvent){
                  .kind = TALK_EVENT_NOTICE,
                  .u.notice = { .kind = kind, .by_peer = by_peer, .number = number } });
}

int64_t
secret_present (const SecretChat *chat, HostTime now)
{
    const SecretOps *ops = chat->env->ops;

    return ops->server_time != NULL ? ops->server_time (chat->env->user, now)
                                    : now.wall / 1000;
}

int32_t
secret_date (const SecretChat *chat, int32_t date, HostTime now)
{
    int64_t last = secret_present (chat, now) + SECRET_DATE_AHEAD;

    if (date <= 0)
        last -= SECRET_DATE_AHEAD;
    return (int32_t)CLAMP (date <= 0 ? last : MIN (date, last), 1, G_MAXINT32);
}

uint64_t
secret_call (SecretChat *chat, SecretCall call)
{
    call.token = ++chat->tokens;
    call.chat_id = chat->id;
    call.access_hash = chat->access_hash;
    chat->env->ops->call (chat->env->user, chat, &call);
    return call.token;
}

TalkCode
secret_check_ready (const SecretChat *chat)
{
    return chat->state == TALK_STATE_READY    ? TALK_DONE
           : chat->state == TALK_STATE_CLOSED ? TALK_IS_CLOSED
                                              : TALK_NOT_READY;
}

void
secret_core_save (const SecretChat *chat, SecretRecord *record)
{
    RecChat *rec = &record->chat;

    rec->id = chat->id;
    rec->access_hash = chat->access_hash;
    rec->user_id = chat->user_id;
    rec->outgoing = chat->outgoing;
    rec->state = (int32_t)chat->state;
    rec->closed = (int32_t)chat->closed;
    rec->detail = TL_STR_OPTIONAL (chat->detail);
    rec->date = chat->date;
    rec->ttl = chat->ttl;
    rec->has_ended = chat->ended != 0;
    rec->ended = chat->ended;
    rec->has_number = chat->number != 0;
    rec->number = chat->number;
}

gboolean
secret_core_load (SecretChat *chat, const SecretRecord *record)
{
    const RecChat *rec = &record->chat;

    chat->access_hash = rec->access_hash;
    chat->user_id = rec->user_id;
    chat->outgoing = rec->outgoing;
    chat->state = (TalkState)rec->state;
    chat->closed = (TalkClosed)rec->closed;
    chat->detail = secret_text_of (rec->detail);
    chat->date = rec->date;
    chat->ttl = secret_timer (rec->ttl);
    chat->ended = rec->has_ended ? MAX (rec->ended, 0) : 0;
    chat->number = rec->has_number ? CLAMP (rec->number, 0, SECRET_NUMBER_MAX) : 0;
    return rec->id == chat->id && rec->state >= TALK_STATE_ASKING &&
           rec->state <= TALK_STATE_CLOSED && rec->closed >= TALK_CLOSED_NOT &&
           rec->closed <= TALK_CLOSED_OFFICIAL_APP;
}
