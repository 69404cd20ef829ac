/* What the user does in a chat beside writing: actions that go to the peer (SECRET-CHATS.md
 * section E). */
#include "secret-private.h"

#include "secret.tl.h"

#define IDS_A_MESSAGE 100 /* ids in one deleteMessages (SC-E7) */

/* Nothing of it was at the peer. */
static gboolean
are_drafts (const SecretChat *chat, const int64_t *ids, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const SecretNote *note = secret_note_find (chat, ids[i]);
        if (note == NULL || (!note->draft && !note->uploads))
            return FALSE;
    }
    return n > 0;
}

TalkCode
secret_act_delete (SecretChat *chat, const int64_t *ids, size_t n, HostTime now)
{
    TalkCode ready = secret_check_ready (chat);

    if (are_drafts (chat, ids, n)) {
        secret_tell_gone (chat, TALK_GONE_DELETED, FALSE, ids, n);
        secret_notes_remove (chat, ids, n);
        return TALK_DONE;
    }
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
    return TALK_DONE;
}

TalkCode
secret_act_flush (SecretChat *chat, HostTime now)
{
    SecretDecryptedMessageActionFlushHistory action =
        TL_NEW (SecretDecryptedMessageActionFlushHistory);

    TalkCode ready = secret_check_ready (chat);

    if (ready != TALK_DONE)
        return ready;
    g_autoptr (GArray) all = secret_notes_ids (chat, NULL);
    const int64_t *ids = (const int64_t *)(void *)all->data;
    secret_tell_gone (chat, TALK_GONE_FLUSHED, FALSE, ids, all->len);
    secret_outbox_forget (chat, ids, all->len, now);
    secret_send_action (chat, TL_OBJ (&action), now);
    secret_notes_remove (chat, ids, all->len);
    return TALK_DONE;
}

TalkCode
secret_act_set_ttl (SecretChat *chat, int32_t seconds, HostTime now)
{
    SecretDecryptedMessageActionSetMessageTTL action =
        TL_NEW (SecretDecryptedMessageActionSetMessageTTL, .ttl_seconds = seconds);

    TalkCode ready = secret_check_ready (chat);

    if (ready != TALK_DONE)
        return ready;
    if (seconds < 0 || seconds > SECRET_TTL_MAX)
        return TALK_INVALID;
    chat->ttl = seconds;
    chat->end.save = TRUE;
    secret_send_action (chat, TL_OBJ (&action), now);
    secret_tell_notice (chat, TALK_NOTICE_TTL, FALSE, seconds);
    return TALK_DONE;
}

/* Of a chat that has ended nobody is told, and what is looked at runs out all the same. */
TalkCode
secret_act_open_media (SecretChat *chat, const int64_t *ids, size_t n, HostTime now)
{
    TalkCode ready = secret_check_ready (chat);

    if (ready != TALK_DONE && ready != TALK_IS_CLOSED)
        return ready;
    for (size_t i = 0; i < n; i++) {
        SecretNote *note = secret_note_find (chat, ids[i]);
        if (note == NULL || note->outgoing || note->opened ||
            note->content == TALK_CONTENT_TEXT)
            continue; /* once, never for text or own ones (SC-E5) */
        SecretDecryptedMessageActionReadMessages action = TL_NEW (
            SecretDecryptedMessageActionReadMessages, .random_ids = { &ids[i], 1 });
        secret_note_opened (chat, note, now);
        if (chat->state == TALK_STATE_READY)
            secret_send_action (chat, TL_OBJ (&action), now);
    }
    return TALK_DONE;
}

TalkCode
secret_act_screenshot (SecretChat *chat, const int64_t *ids, size_t n, HostTime now)
{
    SecretDecryptedMessageActionScreenshotMessages action =
        TL_NEW (SecretDecryptedMessageActionScreenshotMessages,
                .random_ids = { ids != NULL ? (const void *)ids : "", n });

    TalkCode ready = secret_check_ready (chat);

    if (ready != TALK_DONE)
        return ready;
    secret_send_action (chat, TL_OBJ (&action), now);
    secret_tell_notice (chat, TALK_NOTICE_SCREENSHOT, FALSE, 0);
    return TALK_DONE;
}
