/* Own texts: what goes, and what is known of them. What is typed before the chat is ready
 * is a draft (secret-drafts.c): a note like that of any own text, and no number. */
#include "secret-private.h"

#include "secret.tl.h"

#include <string.h>

TalkCode
secret_send_numbered (SecretChat *chat, int64_t id, const TalkTyped *typed,
                      gboolean silent, HostTime now)
{
    TalkCode ready = secret_check_ready (chat);
    g_auto (SecretEntities) entities = { 0 };

    if (ready != TALK_DONE)
        return ready;
    secret_entities_write (typed->text, typed->spans,
                           secret_layer_choose (chat->layers.peer, chat->layers.sent),
                           &entities);
    SecretDecryptedMessage message = TL_NEW (
        SecretDecryptedMessage, .silent = silent, .random_id = id, .ttl = chat->ttl,
        .message = TL_STR (typed->text), .entities = entities.vector,
        .has_reply_to_random_id = typed->reply_to != 0,
        .reply_to_random_id = typed->reply_to);
    SecretOut *out = secret_send_object (chat, TL_OBJ (&message), id, FALSE, now);
    if (out == NULL) {
        ready = secret_check_ready (chat); /* used-up counters end it (SC-D5) */
        return ready != TALK_DONE ? ready : TALK_NO_RANDOM;
    }
    out->user = TRUE;
    out->silent = silent;
    secret_out_save (chat, out, STORE_DURABLE);
    g_debug ("[chat %d] -> message #%d", chat->id, out->raw_out);
    return TALK_DONE;
}

/* It has no number before the chat is ready, and none before those typed earlier. */
static gboolean
is_for_later (const SecretChat *chat)
{
    return chat->state == TALK_STATE_ASKING || chat->state == TALK_STATE_WAITING ||
           chat->state == TALK_STATE_ACCEPTING || chat->notes.drafts > 0;
}

TalkSpans *
secret_chat_spans (const SecretChat *chat, const TalkSpans *spans)
{
    return is_for_later (chat) /* when the peer's layer is known */
               ? talk_spans_ref (spans)
               : secret_entities_kept (
                     spans, secret_layer_choose (chat->layers.peer, chat->layers.sent));
}

TalkCode
secret_send_text (SecretChat *chat, const TalkTyped *typed, gboolean silent, HostTime now,
                  int64_t *random_id)
{
    gboolean later = is_for_later (chat);
    TalkCode code = later ? TALK_DONE : secret_check_ready (chat);
    TalkTyped kept = *typed;
    int64_t id;

    if (code != TALK_DONE)
        return code;
    if (*kept.text == '\0' || !g_utf8_validate (kept.text, -1, NULL))
        return TALK_INVALID;
    if (secret_text_units (kept.text, strlen (kept.text)) > SECRET_TEXT_MAX)
        return TALK_INVALID;
    if (!crypto_random_int64 (chat->env->random, &id))
        return TALK_NO_RANDOM;
    secret_typing_stop (chat, TRUE, now);
    const SecretNote *answered = secret_note_find (chat, kept.reply_to);
    if (answered == NULL || answered->refused)
        kept.reply_to = 0; /* gone, or nothing that the peer has (SC-I3) */
    if (!later)
        code = secret_send_numbered (chat, id, &kept, silent, now);
    if (code != TALK_DONE)
        return code;
    SecretNote *note = secret_note_own (chat, id, kept.text, now);
    secret_note_set_draft (chat, note, later);
    note->ttl = later ? 0 : chat->ttl; /* SC-G1 */
    note->silent = later && silent;
    note->spans = talk_spans_ref (kept.spans); /* it may come back */
    note->reply_to = kept.reply_to;
    secret_save_note (chat, note);
    *random_id = id;
    return TALK_DONE;
}

void
secret_chat_continue (SecretChat *chat, int64_t random_id)
{
    SecretNote *note = secret_note_find (chat, random_id);

    if (note == NULL)
        return;
    note->continues = TRUE;
    secret_unsent_number (chat, note);
    secret_save_note (chat, note);
}

gboolean
secret_chat_has_own (const SecretChat *chat, int64_t random_id)
{
    const SecretNote *note = secret_note_find (chat, random_id);
    return note != NULL && note->outgoing;
}
