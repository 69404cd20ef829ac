/* Typing, both ways: the server's form, and the action (SC-E12, E13; DECISIONS 8). */
#include "secret-private.h"

#include "secret.tl.h"

#define TYPING_ACTION_EVERY 10000 /* ms (SC-E12) */
#define TYPING_CALL_EVERY 5000    /* ms (SC-E13) */
#define TYPING_SHOWN 6000         /* ms (SC-E13) */
#define TYPING_OUTBOX_MAX 20      /* unacknowledged messages (DECISIONS 8) */

/* --- the peer --- */

void
secret_typing_show (SecretChat *chat, gboolean typing, int64_t until)
{
    gboolean was = chat->typing.peer_until > 0;

    chat->typing.peer_until = typing ? until : 0;
    if (was != typing)
        secret_event (chat, (TalkEvent){ .kind = TALK_EVENT_TYPING, .u.typing = typing });
}

void
secret_typing_by_peer (SecretChat *chat, HostTime now)
{
    if (chat->state == TALK_STATE_READY)
        secret_typing_show (chat, TRUE,
                            MAX (now.mono + TYPING_SHOWN, chat->typing.peer_until));
}

void
secret_typing_ended (SecretChat *chat)
{
    secret_typing_show (chat, FALSE, 0);
}

void
secret_typing_tick (SecretChat *chat, HostTime now)
{
    if (chat->typing.peer_until > 0 && chat->typing.peer_until <= now.mono)
        secret_typing_ended (chat);
}

int64_t
secret_typing_deadline (const SecretChat *chat, HostTime now)
{
    return chat->typing.peer_until > 0 ? chat->typing.peer_until : HOST_NEVER;
}

/* --- we --- */

static void
send_typing_action (SecretChat *chat, gboolean typing, HostTime now)
{
    SecretSendMessageTypingAction on = TL_NEW (SecretSendMessageTypingAction);
    SecretSendMessageCancelAction off = TL_NEW (SecretSendMessageCancelAction);
    SecretDecryptedMessageActionTyping action =
        TL_NEW (SecretDecryptedMessageActionTyping,
                .action = typing ? TL_OBJ (&on) : TL_OBJ (&off));
    SecretOut *out = secret_send_action (chat, TL_OBJ (&action), now);

    if (out == NULL)
        return;
    out->typing = TRUE;
    secret_out_save (chat, out, STORE_DURABLE);
}

static void
call_typing (SecretChat *chat, gboolean typing)
{
    if (chat->online &&
        (chat->typing.token == 0 || !typing)) /* the end is never left out */
        chat->typing.token = secret_call (
            chat, (SecretCall){ .kind = SECRET_CALL_TYPING, .u.typing.typing = typing });
}

void
secret_typing_stop (SecretChat *chat, gboolean quietly, HostTime now)
{
    if (chat->typing.call_at != SECRET_LONG_AGO && !quietly)
        call_typing (chat, FALSE);
    if (chat->typing.action_at != SECRET_LONG_AGO && !quietly)
        send_typing_action (chat, FALSE, now);
    chat->typing.call_at = chat->typing.action_at = SECRET_LONG_AGO;
}

void
secret_typing_set (SecretChat *chat, gboolean typing, HostTime now)
{
    if (chat->state != TALK_STATE_READY)
        return;
    if (!typing) {
        secret_typing_stop (chat, FALSE, now);
        return;
    }
    if (now.mono - chat->typing.call_at >= TYPING_CALL_EVERY) {
        chat->typing.call_at = now.mono;
        call_typing (chat, TRUE);
    }
    if (chat->typing.wanted && chat->typing.peer_online && chat->online &&
        chat->outbox.list->len <= TYPING_OUTBOX_MAX &&
        now.mono - chat->typing.action_at >= TYPING_ACTION_EVERY) {
        chat->typing.action_at = now.mono;
        send_typing_action (chat, TRUE, now);
    }
}

gboolean
secret_typing_answer (SecretChat *chat, uint64_t token)
{
    if (token == 0 || token != chat->typing.token)
        return FALSE;
    chat->typing.token = 0; /* whatever it says (SC-E13) */
    return TRUE;
}

void
secret_typing_wipe (SecretChat *chat)
{
    chat->typing.token = 0;
    secret_typing_ended (chat);
}
