/* A message in its turn: what it acknowledges, and what it does (SECRET-CHATS.md sections B,
 * C, D). */
#include "secret-turn.h"

#include "secret-message.h"

#include "secret.tl.h"
#include "tl-message.h"
#include "tl-reader.h"

void
secret_violation (SecretChat *chat, const char *rule)
{
    secret_end (chat, TALK_CLOSED_VIOLATION, rule, TRUE);
}

/* The peer has seen messages that we know nothing of: what we know is older than what we
 * did (SC-L9), or the peer breaks SC-D8; either way the numbers cannot be trusted.
 * Nothing makes it right later, so a message behind a hole says it as well. */
gboolean
secret_turn_knows_too_much (SecretChat *chat, int32_t ack)
{
    if (ack <= chat->numbers.raw_out)
        return FALSE;
    secret_end (chat, TALK_CLOSED_ROLLED_BACK,
                "the peer acknowledged a message that was never sent (SC-D8, SC-L9)",
                TRUE);
    return TRUE;
}

/* SC-B7; the old key opens nothing any more when the new one was proved (SC-F14). */
SecretKey *
secret_turn_key (SecretChat *chat, int64_t fingerprint)
{
    SecretKey *key = secret_keys_find (chat, fingerprint);

    return key == &chat->keys.other && chat->rekey.step == SECRET_REKEY_B_DRAIN ? NULL
                                                                                : key;
}

/* --- effects --- */

static void
show_message (SecretChat *chat, SecretDecoded *decoded, const SecretOpened *m)
{
    if (decoded->random_id == 0 || secret_note_find (chat, decoded->random_id) != NULL)
        return; /* SC-C20, SC-I2 */
    if (decoded->content == TALK_CONTENT_TEXT && decoded->text[0] == '\0')
        return; /* SC-I8 */
    if (decoded->needs_file != m->has_file &&
        decoded->content != TALK_CONTENT_UNSUPPORTED) { /* SC-H9: the text stays */
        decoded->content = TALK_CONTENT_MISSING;
        decoded->timed_media = FALSE; /* there is nothing to open */
    }
    if (decoded->file != NULL && decoded->needs_file)
        media_file_set_place (decoded->file, &m->file);
    SecretNote *note = secret_note_new (chat, decoded->random_id);
    int32_t ttl = decoded->has_ttl ? decoded->ttl : chat->ttl;
    note->date = m->date;
    secret_note_set_ttl (note, ttl, decoded->timed_media, decoded->duration);
    note->content = decoded->content;
    note->text = g_steal_pointer (&decoded->text);
    note->spans = g_steal_pointer (&decoded->spans);
    note->detail = g_steal_pointer (&decoded->detail);
    if (decoded->content != TALK_CONTENT_MISSING)
        note->file = g_steal_pointer (&decoded->file);
    if (decoded->reply_to != decoded->random_id) /* what answers itself answers nothing */
        note->reply_to = decoded->reply_to;
    note->silent = decoded->silent;
    if (note->file != NULL)
        secret_note_set_album (chat, note, decoded->album);
    if (note->file != NULL &&
        !note->opens) /* else it would be seen before it is opened */
        secret_note_set_thumb (chat, note, g_steal_pointer (&decoded->thumb));
    secret_note_show (chat, note);
    if (chat->notes.thumbs > SECRET_THUMBS_MAX) /* of a flood the first are kept */
        secret_note_set_thumb (chat, note, NULL);
    secret_save_note (chat, note);
}

static void
show_unsupported (SecretChat *chat, const SecretOpened *m)
{
    int64_t random_id;

    if (!crypto_random_int64 (chat->env->random, &random_id))
        return;
    SecretDecoded decoded = { .random_id = random_id,
                              .has_ttl = TRUE,
                              .content = TALK_CONTENT_UNSUPPORTED,
                              .text = g_strdup ("") };
    show_message (chat, &decoded, m);
    secret_decoded_clear (&decoded);
}

static uint32_t
constructor_of (const SecretOpened *m)
{
    TlReader in;

    tl_reader_init (&in, m->body, m->body_len);
    return (uint32_t)tl_reader_int (&in);
}

/* Of a service message in either form; else NULL. */
static const TlObject *
any_action (const TlObject *object)
{
    const SecretDecryptedMessageService *service =
        TL_AS (object, SecretDecryptedMessageService);
    const SecretDecryptedMessageService8 *old =
        TL_AS (object, SecretDecryptedMessageService8);

    return service != NULL ? service->action : old != NULL ? old->action : NULL;
}

/* What a message in its turn does. */
static void
run_body (SecretChat *chat, const SecretOpened *m, HostTime now)
{
    g_autoptr (TlMessage) message =
        tl_message_decode (&tl_secret_schema, m->body, m->body_len, NULL);
    const TlObject *object = message != NULL ? tl_message_root (message) : NULL;
    const TlObject *action = any_action (object);

    if (action != NULL) {
        g_debug ("[chat %d] <- %s", chat->id, tl_id_name (&tl_secret_schema, action->id));
        secret_action_run (chat, action, m->date, m->live, m->key, now);
        return;
    }
    secret_typing_ended (chat);
    SecretDecoded decoded = { 0 };
    if (object != NULL && secret_message_decode (object, &decoded)) {
        g_debug ("[chat %d] <- message", chat->id);
        show_message (chat, &decoded, m);
        secret_decoded_clear (&decoded);
        return;
    }
    uint32_t id = constructor_of (m);
    g_debug ("[chat %d] <- cannot be read", chat->id);
    if (id != SecretDecryptedMessageService_ID && id != SecretDecryptedMessageService8_ID)
        show_unsupported (chat, m); /* SC-C13; an unknown action is ignored */
}

const TlObject *
secret_turn_action (const SecretOpened *m, TlMessage **message)
{
    if (constructor_of (m) != SecretDecryptedMessageService_ID)
        return NULL;
    *message = tl_message_decode (&tl_secret_schema, m->body, m->body_len, NULL);
    const SecretDecryptedMessageService *service =
        *message != NULL
            ? TL_AS (tl_message_root (*message), SecretDecryptedMessageService)
            : NULL;
    return service != NULL ? service->action : NULL;
}

/* Android has nothing to send again for a message that its user deleted: the deletion of
 * a message that never was takes the number, and its in_seq_no is simply the next number
 * after its own, whatever that would acknowledge (SC-D23). */
static gboolean
is_stand_in (const SecretChat *chat, const SecretOpened *m, int32_t raw)
{
    g_autoptr (TlMessage) message = NULL;

    return m->in_seq_no == secret_seq_peer_out (secret_numbers_x (chat), raw) + 1 &&
           TL_AS (secret_turn_action (m, &message),
                  SecretDecryptedMessageActionDeleteMessages) != NULL;
}

int32_t
secret_turn_acknowledged (const SecretChat *chat, const SecretOpened *m, int32_t raw)
{
    return m->asked && is_stand_in (chat, m, raw) ? chat->numbers.in_floor
                                                  : m->in_seq_no / 2;
}

gboolean
secret_turn_waits (SecretChat *chat, const SecretOpened *m)
{
    uint32_t id = constructor_of (m);

    if (id != SecretDecryptedMessageService_ID && id != SecretDecryptedMessageService8_ID)
        return FALSE;
    g_autoptr (TlMessage) message =
        tl_message_decode (&tl_secret_schema, m->body, m->body_len, NULL);
    const TlObject *action =
        message != NULL ? any_action (tl_message_root (message)) : NULL;
    SecretRekeyInput input = { .action = action,
                               .again = m->asked,
                               .key = m->key != NULL ? m->key->fingerprint : 0 };

    return action != NULL && secret_rekey_waits (chat, input);
}

gboolean
secret_turn_take (SecretChat *chat, SecretOpened *m, gboolean noop, HostTime now)
{
    int32_t ack = secret_turn_acknowledged (chat, m, chat->numbers.raw_in);

    if (secret_turn_knows_too_much (chat, ack))
        return FALSE;
    if (secret_seq_goes_back (ack, chat->numbers.in_floor, m->asked)) {
        secret_violation (chat, "the peer's acknowledgements went back (SC-D8)");
        return FALSE;
    }
    if (chat->numbers.raw_in >= SECRET_RAW_MAX) {
        secret_violation (chat, "the counters are used up (SC-D5)");
        return FALSE;
    }
    chat->numbers.raw_in++;
    chat->end.save = TRUE;
    if (!m->asked)
        chat->numbers.in_floor = ack;
    if (ack > chat->numbers.peer_in) {
        chat->numbers.peer_in = ack;
        secret_outbox_release (chat, ack);
    }
    if (m->key != NULL) {
        int64_t fingerprint = m->key->fingerprint;
        secret_key_count (m->key, now);
        secret_rekey_step (
            chat,
            (SecretRekeyInput){ .used = TRUE, .again = m->asked, .key = fingerprint },
            now);
        m->key =
            secret_turn_key (chat, fingerprint); /* the slots may have changed places */
    }
    if (!noop)
        run_body (chat, m, now);
    secret_agree_wipe (chat); /* what was computed for it has no other use */
    return chat->state == TALK_STATE_READY;
}
