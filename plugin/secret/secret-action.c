/* Service actions, both ways: one row of a table, one handler each (SECRET-CHATS.md
 * section E). */
#include "secret-private.h"

#include "secret.tl.h"

#include <string.h>

#define IDS_A_MESSAGE 100         /* ids in one deleteMessages (SC-E7) */
#define IDS_MAX 100000            /* of an incoming list */
#define UNKNOWN_MAX 1000          /* ... that may be of forgotten messages */
#define TYPING_ACTION_EVERY 10000 /* ms (SC-E12) */
#define TYPING_CALL_EVERY 5000    /* ms (SC-E13) */
#define TYPING_SHOWN 6000         /* ms (SC-E13) */
#define TYPING_ACTION_SHOWN 12000 /* ms: the action comes every 10 s */
#define TYPING_AGE 10             /* s (DECISIONS 8) */
#define TYPING_OUTBOX_MAX 20      /* unacknowledged messages (DECISIONS 8) */

/* --- layers --- */

void
secret_notify_layer (SecretChat *chat, HostTime now)
{
    SecretDecryptedMessageActionNotifyLayer action =
        TL_NEW (SecretDecryptedMessageActionNotifyLayer, .layer = SECRET_LAYER_MAX);

    if (chat->state == TALK_STATE_READY &&
        secret_send_action (chat, TL_OBJ (&action), now) != NULL)
        chat->told_layer = SECRET_LAYER_MAX;
}

void
secret_learn_layer (SecretChat *chat, int32_t layer, HostTime now)
{
    if (layer <= chat->peer_layer)
        return; /* never lower (SC-C7) */
    chat->peer_layer = layer;
    chat->dirty = TRUE;
    g_debug ("[chat %d] the peer understands layer %d (we: %d)", chat->id, layer,
             SECRET_LAYER_MAX);
    if (layer > SECRET_LAYER_MAX && !chat->newer_told) { /* SC-C11 */
        chat->newer_told = TRUE;
        secret_tell_notice (chat, TALK_NOTICE_NEWER_PEER, TRUE, 0);
    }
    if (chat->told_layer < SECRET_LAYER_MAX)
        secret_notify_layer (chat, now);
}

/* --- incoming --- */

typedef struct {
    SecretChat *chat;
    const TlObject *action;
    int32_t date;
    gboolean live;
    const SecretKey *key; /* under which it came; NULL = no longer known */
    HostTime now;
} Run;

static void
in_ttl (const Run *run)
{
    SecretChat *chat = run->chat;
    int32_t ttl =
        TL_AS (run->action, SecretDecryptedMessageActionSetMessageTTL)->ttl_seconds;

    chat->ttl = CLAMP (ttl, 0, SECRET_TTL_MAX); /* SC-E4 */
    chat->dirty = TRUE;
    secret_tell_notice (chat, TALK_NOTICE_TTL, TRUE, chat->ttl);
}

static void
in_read (const Run *run)
{
    const SecretDecryptedMessageActionReadMessages *read =
        TL_AS (run->action, SecretDecryptedMessageActionReadMessages);

    for (size_t i = 0; i < MIN (read->random_ids.len, IDS_MAX); i++) {
        int64_t id = TL_ITEM (read->random_ids, int64_t, i);
        SecretNote *note = secret_note_find (run->chat, id);
        if (note == NULL || !note->outgoing || !note->sent || note->opened) /* SC-E6 */
            continue;
        secret_note_opened (run->chat, note, run->now);
        secret_event (run->chat,
                      (TalkEvent){ .kind = TALK_EVENT_OPENED, .u.opened = { &id, 1 } });
    }
}

static void
in_delete (const Run *run)
{
    const SecretDecryptedMessageActionDeleteMessages *action =
        TL_AS (run->action, SecretDecryptedMessageActionDeleteMessages);
    g_autoptr (GArray) gone = g_array_new (FALSE, FALSE, sizeof (int64_t));
    unsigned unknown = 0;
    g_autoptr (GHashTable) known =
        g_hash_table_new_full (talk_id_hash, g_int64_equal, g_free, NULL);

    for (size_t i = 0; i < MIN (action->random_ids.len, IDS_MAX); i++) {
        int64_t id = TL_ITEM (action->random_ids, int64_t, i);
        if ((secret_note_find (run->chat, id) != NULL ||
             (secret_notes_forgot (run->chat) && unknown++ < UNKNOWN_MAX)) &&
            g_hash_table_add (known, g_memdup2 (&id, sizeof id))) /* each once */
            g_array_append_val (gone, id);                        /* SC-E8 */
    }
    if (gone->len == 0)
        return;
    const int64_t *ids = (const int64_t *)(void *)gone->data;
    secret_tell_gone (run->chat, TALK_GONE_DELETED, TRUE, ids, gone->len);
    secret_notes_remove (run->chat, ids, gone->len);
}

static void
in_flush (const Run *run)
{
    secret_notes_flush (run->chat, TRUE); /* SC-E10 */
}

static void
in_screenshot (const Run *run)
{
    secret_tell_notice (run->chat, TALK_NOTICE_SCREENSHOT, TRUE, 0);
}

static void
in_notify_layer (const Run *run)
{
    secret_learn_layer (
        run->chat, TL_AS (run->action, SecretDecryptedMessageActionNotifyLayer)->layer,
        run->now);
}

static void
show_typing (SecretChat *chat, gboolean typing, int64_t until)
{
    gboolean was = chat->peer_typing_until > 0;

    chat->peer_typing_until = typing ? until : 0;
    if (was != typing)
        secret_tell_typing (chat, typing);
}

static void
in_typing (const Run *run)
{
    const TlObject *what =
        TL_AS (run->action, SecretDecryptedMessageActionTyping)->action;
    int64_t age = secret_date (run->chat, 0, run->now) - run->date;

    if (!run->live || age > TYPING_AGE)
        return; /* DECISIONS 8 */
    show_typing (run->chat, what->id != SecretSendMessageCancelAction_ID,
                 run->now.mono + TYPING_ACTION_SHOWN);
}

static void
in_nothing (const Run *run)
{
    /* Noop consumes its number; a Resend was acted upon when it arrived (SC-D18). */
}

static void
in_request_key (const Run *run)
{
    secret_rekey_request (run->chat, run->action, run->key, run->now);
}

static void
in_accept_key (const Run *run)
{
    secret_rekey_accept (run->chat, run->action, run->now);
}

static void
in_commit_key (const Run *run)
{
    secret_rekey_commit (run->chat, run->action, run->now);
}

static void
in_abort_key (const Run *run)
{
    secret_rekey_abort (run->chat, run->action, run->now);
}

static const struct {
    uint32_t id;
    void (*run) (const Run *run);
} actions[] = {
    { SecretDecryptedMessageActionSetMessageTTL_ID, in_ttl },
    { SecretDecryptedMessageActionReadMessages_ID, in_read },
    { SecretDecryptedMessageActionDeleteMessages_ID, in_delete },
    { SecretDecryptedMessageActionFlushHistory_ID, in_flush },
    { SecretDecryptedMessageActionScreenshotMessages_ID, in_screenshot },
    { SecretDecryptedMessageActionNotifyLayer_ID, in_notify_layer },
    { SecretDecryptedMessageActionTyping_ID, in_typing },
    { SecretDecryptedMessageActionNoop_ID, in_nothing },
    { SecretDecryptedMessageActionResend_ID, in_nothing },
    { SecretDecryptedMessageActionRequestKey_ID, in_request_key },
    { SecretDecryptedMessageActionAcceptKey_ID, in_accept_key },
    { SecretDecryptedMessageActionCommitKey_ID, in_commit_key },
    { SecretDecryptedMessageActionAbortKey_ID, in_abort_key },
};

void
secret_action_run (SecretChat *chat, const TlObject *action, int32_t date, gboolean live,
                   const SecretKey *key, HostTime now)
{
    Run run = { chat, action, date, live, key, now };

    for (size_t i = 0; i < G_N_ELEMENTS (actions); i++)
        if (actions[i].id == action->id)
            actions[i].run (&run);
}

void
secret_chat_peer_typing (SecretChat *chat, HostTime now)
{
    if (chat->state == TALK_STATE_READY)
        show_typing (chat, TRUE, MAX (now.mono + TYPING_SHOWN, chat->peer_typing_until));
    secret_settle (chat, now);
}

/* --- outgoing --- */

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
    secret_save_out (chat, out);
}

static void
call_typing (SecretChat *chat, gboolean typing)
{
    if (chat->online &&
        (chat->typing_token == 0 || !typing)) /* the end is never left out */
        chat->typing_token = secret_call (
            chat, (SecretCall){ .kind = SECRET_CALL_TYPING, .u.typing.typing = typing });
}

static void
stop_typing (SecretChat *chat, gboolean quietly, HostTime now)
{
    if (chat->typing_on && !quietly)
        call_typing (chat, FALSE);
    if (chat->typing_action_on && !quietly)
        send_typing_action (chat, FALSE, now);
    if (chat->typing_on || chat->typing_action_on)
        chat->typing_call_at = chat->typing_action_at = SECRET_LONG_AGO;
    chat->typing_on = FALSE;
    chat->typing_action_on = FALSE;
}

TalkCode
secret_chat_send_text (SecretChat *chat, const char *text, int64_t reply_to,
                       gboolean silent, HostTime now, int64_t *random_id)
{
    TalkCode ready = secret_check_ready (chat);
    int64_t id;

    if (ready != TALK_DONE)
        return ready;
    if (*text == '\0' || !g_utf8_validate (text, -1, NULL))
        return TALK_INVALID;
    if (secret_text_units (text, strlen (text)) > SECRET_TEXT_MAX)
        return TALK_INVALID;
    if (!crypto_random_int64 (chat->env->random, &id))
        return TALK_NO_RANDOM;
    stop_typing (chat, TRUE, now);
    if (secret_note_find (chat, reply_to) == NULL)
        reply_to = 0; /* gone, or nothing that can be quoted (SC-I3) */
    SecretDecryptedMessage message =
        TL_NEW (SecretDecryptedMessage, .silent = silent, .random_id = id,
                .ttl = chat->ttl, .message = TL_STR (text),
                .has_reply_to_random_id = reply_to != 0, .reply_to_random_id = reply_to);
    SecretOut *out =
        secret_send_object (chat, &chat->key, TL_OBJ (&message), id, FALSE, now);
    if (out == NULL) {
        ready = secret_check_ready (chat); /* used-up counters end it (SC-D5) */
        secret_settle (chat, now);
        return ready != TALK_DONE ? ready : TALK_NO_RANDOM;
    }
    out->user = TRUE;
    out->silent = silent;
    secret_save_out (chat, out);
    SecretNote *note = secret_note_new (chat, id);
    note->outgoing = TRUE;
    note->displayed = TRUE;
    note->ttl = chat->ttl; /* SC-G1 */
    note->date = (int32_t)(now.wall / 1000);
    note->text = g_strdup (text);
    note->reply_to = reply_to;
    secret_save_note (chat, note);
    *random_id = id;
    g_debug ("[chat %d] -> message #%d", chat->id, out->raw_out);
    secret_settle (chat, now);
    return TALK_DONE;
}

void
secret_chat_set_typing (SecretChat *chat, gboolean typing, HostTime now)
{
    if (chat->state != TALK_STATE_READY)
        return;
    if (!typing) {
        stop_typing (chat, FALSE, now);
        secret_settle (chat, now);
        return;
    }
    if (now.mono - chat->typing_call_at >= TYPING_CALL_EVERY) {
        chat->typing_call_at = now.mono;
        chat->typing_on = TRUE;
        call_typing (chat, TRUE);
    }
    if (chat->typing_action_wanted && chat->peer_online && chat->online &&
        chat->outbox->len <= TYPING_OUTBOX_MAX &&
        now.mono - chat->typing_action_at >= TYPING_ACTION_EVERY) {
        chat->typing_action_at = now.mono;
        chat->typing_action_on = TRUE;
        send_typing_action (chat, TRUE, now);
    }
    secret_settle (chat, now);
}

void
secret_chat_set_peer_online (SecretChat *chat, gboolean online)
{
    chat->peer_online = online;
}

void
secret_chat_set_typing_action (SecretChat *chat, gboolean wanted)
{
    chat->typing_action_wanted = wanted;
}

TalkCode
secret_chat_delete (SecretChat *chat, const int64_t *ids, size_t n, HostTime now)
{
    TalkCode ready = secret_check_ready (chat);

    if (ready != TALK_DONE)
        return ready;
    secret_tell_gone (chat, TALK_GONE_DELETED, FALSE, ids, n);
    secret_outbox_forget (chat, ids, n, now);
    for (size_t at = 0; at < n && chat->state == TALK_STATE_READY; at += IDS_A_MESSAGE) {
        SecretDecryptedMessageActionDeleteMessages action =
            TL_NEW (SecretDecryptedMessageActionDeleteMessages,
                    .random_ids = { ids + at, MIN (n - at, IDS_A_MESSAGE) });
        secret_send_action (chat, TL_OBJ (&action), now);
    }
    secret_notes_remove (chat, ids, n);
    secret_settle (chat, now);
    return TALK_DONE;
}

TalkCode
secret_chat_flush (SecretChat *chat, HostTime now)
{
    SecretDecryptedMessageActionFlushHistory action =
        TL_NEW (SecretDecryptedMessageActionFlushHistory);

    TalkCode ready = secret_check_ready (chat);

    if (ready != TALK_DONE)
        return ready;
    g_autoptr (GArray) all = secret_notes_ids (chat);
    const int64_t *ids = (const int64_t *)(void *)all->data;
    secret_tell_gone (chat, TALK_GONE_FLUSHED, FALSE, ids, all->len);
    secret_outbox_forget (chat, ids, all->len, now);
    secret_send_action (chat, TL_OBJ (&action), now);
    secret_notes_remove (chat, ids, all->len);
    secret_settle (chat, now);
    return TALK_DONE;
}

TalkCode
secret_chat_set_ttl (SecretChat *chat, int32_t seconds, HostTime now)
{
    SecretDecryptedMessageActionSetMessageTTL action =
        TL_NEW (SecretDecryptedMessageActionSetMessageTTL, .ttl_seconds = seconds);

    TalkCode ready = secret_check_ready (chat);

    if (ready != TALK_DONE)
        return ready;
    if (seconds < 0 || seconds > SECRET_TTL_MAX)
        return TALK_INVALID;
    chat->ttl = seconds;
    chat->dirty = TRUE;
    secret_send_action (chat, TL_OBJ (&action), now);
    secret_tell_notice (chat, TALK_NOTICE_TTL, FALSE, seconds);
    secret_settle (chat, now);
    return TALK_DONE;
}

TalkCode
secret_chat_open_media (SecretChat *chat, const int64_t *ids, size_t n, HostTime now)
{
    TalkCode ready = secret_check_ready (chat);

    if (ready != TALK_DONE)
        return ready;
    for (size_t i = 0; i < n && chat->state == TALK_STATE_READY; i++) {
        SecretNote *note = secret_note_find (chat, ids[i]);
        if (note == NULL || note->outgoing || note->opened ||
            note->content == TALK_CONTENT_TEXT)
            continue; /* once, never for text or own ones (SC-E5) */
        SecretDecryptedMessageActionReadMessages action = TL_NEW (
            SecretDecryptedMessageActionReadMessages, .random_ids = { &ids[i], 1 });
        secret_note_opened (chat, note, now);
        secret_send_action (chat, TL_OBJ (&action), now);
    }
    secret_settle (chat, now);
    return TALK_DONE;
}

TalkCode
secret_chat_screenshot (SecretChat *chat, const int64_t *ids, size_t n, HostTime now)
{
    SecretDecryptedMessageActionScreenshotMessages action =
        TL_NEW (SecretDecryptedMessageActionScreenshotMessages,
                .random_ids = { ids != NULL ? (const void *)ids : "", n });

    TalkCode ready = secret_check_ready (chat);

    if (ready != TALK_DONE)
        return ready;
    secret_send_action (chat, TL_OBJ (&action), now);
    secret_tell_notice (chat, TALK_NOTICE_SCREENSHOT, FALSE, 0);
    secret_settle (chat, now);
    return TALK_DONE;
}

void
secret_chat_continue (SecretChat *chat, int64_t random_id)
{
    SecretNote *note = secret_note_find (chat, random_id);

    if (note == NULL)
        return;
    note->continues = TRUE;
    secret_save_note (chat, note);
}

GArray *
secret_chat_last_text (const SecretChat *chat)
{
    g_autoptr (GArray) all = secret_notes_ids (chat);
    GArray *parts = g_array_new (FALSE, FALSE, sizeof (int64_t));
    int32_t before = 0; /* the order that the part before must have, 0 = any */
    gboolean more = TRUE;

    for (unsigned i = all->len; i > 0 && more; i--) {
        const SecretNote *note =
            secret_note_find (chat, g_array_index (all, int64_t, i - 1));
        if (before != 0 && note->order != before)
            break; /* that part is gone; what is older is another text */
        if (!note->outgoing)
            continue;
        g_array_prepend_val (parts, note->random_id);
        more = note->continues;
        before = note->order - 1;
    }
    return parts;
}

gboolean
secret_chat_has_own (const SecretChat *chat, int64_t random_id)
{
    const SecretNote *note = secret_note_find (chat, random_id);
    return note != NULL && note->outgoing;
}
