/* State, events, calls: what every other file of a chat uses. */
#include "secret-private.h"
#include "secret-seen.h"

static const char *const state_names[] = {
    [TALK_STATE_ASKING] = "asking",       [TALK_STATE_WAITING] = "waiting",
    [TALK_STATE_REQUESTED] = "requested", [TALK_STATE_ACCEPTING] = "accepting",
    [TALK_STATE_READY] = "ready",         [TALK_STATE_CLOSED] = "closed",
};
G_STATIC_ASSERT (G_N_ELEMENTS (state_names) == TALK_STATE_CLOSED + 1);

gboolean
secret_set_state (SecretChat *chat, TalkState state, HostTime now)
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
        return FALSE;
    g_return_val_if_fail (
        state == TALK_STATE_CLOSED || (legal[chat->state] & 1u << state) != 0, FALSE);
    g_debug ("[chat %d] %s -> %s", chat->id, state_names[chat->state],
             state_names[state]);
    chat->state = state;
    chat->dirty = TRUE;
    secret_tell_state (chat);
    return TRUE;
}

void
secret_event (SecretChat *chat, TalkEvent event)
{
    event.peer = (TalkPeer){ TALK_PEER_SECRET, chat->id };
    chat->env->ops->event (chat->env->user, chat, &event);
}

void
secret_tell_state (SecretChat *chat)
{
    TalkEvent event = { .kind = TALK_EVENT_SECRET };

    secret_chat_info (chat, &event.u.secret);
    secret_event (chat, event);
}

void
secret_tell_typing (SecretChat *chat, gboolean typing)
{
    secret_event (chat, (TalkEvent){ .kind = TALK_EVENT_TYPING, .u.typing = typing });
}

void
secret_tell_gone (SecretChat *chat, TalkGoneWhy why, gboolean by_peer, const int64_t *ids,
                  size_t n)
{
    TalkEvent event = { .kind = TALK_EVENT_GONE,
                        .u.gone = {
                            .why = why, .by_peer = by_peer, .ids = ids, .n = n } };

    if (why != TALK_GONE_EXPIRED) /* only what was seen expires */
        event.u.gone.n_unseen = secret_notes_unseen (chat, ids, n);
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

uint64_t
secret_call (SecretChat *chat, SecretCall call)
{
    call.token = ++chat->tokens;
    call.chat_id = chat->id;
    call.access_hash = chat->access_hash;
    chat->env->ops->call (chat->env->user, chat, &call);
    return call.token;
}

void
secret_key_wipe (SecretKey *key)
{
    crypto_wipe (key, sizeof *key);
}

TalkCode
secret_check_ready (const SecretChat *chat)
{
    return chat->state == TALK_STATE_READY    ? TALK_DONE
           : chat->state == TALK_STATE_CLOSED ? TALK_IS_CLOSED
                                              : TALK_NOT_READY;
}
