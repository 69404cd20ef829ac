/* Own texts: what goes, and what is known of them. */
#include "secret-private.h"

#include "secret.tl.h"

#include <string.h>

TalkSpans *
secret_chat_spans (const SecretChat *chat, const TalkSpans *spans)
{
    return secret_entities_kept (
        spans, secret_layer_choose (chat->layers.peer, chat->layers.sent));
}

TalkCode
secret_send_text (SecretChat *chat, const TalkTyped *typed, gboolean silent, HostTime now,
                  int64_t *random_id)
{
    TalkCode ready = secret_check_ready (chat);
    const char *text = typed->text;
    int64_t id, reply_to = typed->reply_to;

    if (ready != TALK_DONE)
        return ready;
    if (*text == '\0' || !g_utf8_validate (text, -1, NULL))
        return TALK_INVALID;
    if (secret_text_units (text, strlen (text)) > SECRET_TEXT_MAX)
        return TALK_INVALID;
    if (!crypto_random_int64 (chat->env->random, &id))
        return TALK_NO_RANDOM;
    secret_typing_stop (chat, TRUE, now);
    if (secret_note_find (chat, reply_to) == NULL)
        reply_to = 0; /* gone, or nothing that can be quoted (SC-I3) */
    g_auto (SecretEntities) entities = { 0 };
    secret_entities_write (text, typed->spans,
                           secret_layer_choose (chat->layers.peer, chat->layers.sent),
                           &entities);
    SecretDecryptedMessage message =
        TL_NEW (SecretDecryptedMessage, .silent = silent, .random_id = id,
                .ttl = chat->ttl, .message = TL_STR (text), .entities = entities.vector,
                .has_reply_to_random_id = reply_to != 0, .reply_to_random_id = reply_to);
    SecretOut *out = secret_send_object (chat, TL_OBJ (&message), id, FALSE, now);
    if (out == NULL) {
        ready = secret_check_ready (chat); /* used-up counters end it (SC-D5) */
        return ready != TALK_DONE ? ready : TALK_NO_RANDOM;
    }
    out->user = TRUE;
    out->silent = silent;
    secret_save_out (chat, out);
    SecretNote *note = secret_note_own (chat, id, text, now);
    note->ttl = chat->ttl; /* SC-G1 */
    note->reply_to = reply_to;
    secret_save_note (chat, note);
    *random_id = id;
    g_debug ("[chat %d] -> message #%d", chat->id, out->raw_out);
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

GArray *
secret_chat_last_text (const SecretChat *chat)
{
    g_autoptr (GArray) all = secret_notes_ids (chat, NULL);
    GArray *parts = g_array_new (FALSE, FALSE, sizeof (int64_t));
    int32_t before = 0; /* the order that the part before must have, 0 = any */
    gboolean more = TRUE;

    for (unsigned i = all->len; i > 0 && more; i--) {
        const SecretNote *note =
            secret_note_find (chat, g_array_index (all, int64_t, i - 1));
        if (before != 0 && note->order != before)
            break; /* that part is gone; what is older is another text */
        if (!note->outgoing || note->refused)
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
