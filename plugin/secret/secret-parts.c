/* What a chat is made of: one table, and what is done with all of it. */
#include "secret-private.h"
#include "secret-record.h"

#include <string.h>

/* --- the parts --- */

/* In the order of settle; wiped from the last to the first, as each may still need those
 * before it. */
static const struct {
    void (*save) (const SecretChat *chat, SecretRecord *record);
    gboolean (*load) (SecretChat *chat, const SecretRecord *record);
    void (*tick) (SecretChat *chat, HostTime now);
    void (*pump) (SecretChat *chat, HostTime now);
    int64_t (*deadline) (const SecretChat *chat, HostTime now);
    void (*wipe) (SecretChat *chat); /* what a closed chat has no use for */
} parts[] = {
    { secret_core_save, secret_core_load },
    { .tick = secret_typing_tick,
      .deadline = secret_typing_deadline,
      .wipe = secret_typing_wipe },
    { secret_notes_save, secret_notes_load, .tick = secret_notes_tick,
      .deadline = secret_notes_deadline, .wipe = secret_notes_wipe },
    { secret_numbers_save, secret_numbers_load },
    { secret_keys_save, secret_keys_load, .wipe = secret_keys_wipe },
    { secret_layers_save, secret_layers_load, .pump = secret_notify_pump },
    { .pump = secret_receive_pump, .wipe = secret_early_wipe },
    { .pump = secret_drafts_pump, .wipe = secret_drafts_wipe },
    { .pump = secret_uploads_pump, .wipe = secret_uploads_wipe },
    { secret_rekey_save, secret_rekey_load, .pump = secret_rekey_pump,
      .wipe = secret_rekey_wipe },
    { secret_holes_save, secret_holes_load, .tick = secret_holes_tick,
      .pump = secret_holes_pump, .deadline = secret_holes_deadline,
      .wipe = secret_holes_wipe },
    { secret_handshake_save, secret_handshake_load, .pump = secret_handshake_pump,
      .wipe = secret_handshake_wipe },
    { .pump = secret_outbox_pump,
      .deadline = secret_outbox_deadline,
      .wipe = secret_outbox_wipe },
    { secret_read_save, secret_read_load, .pump = secret_read_pump,
      .wipe = secret_read_wipe },
};

/* --- the record --- */

/* What its record holds. */
static SecretKept
secrets_of (const SecretChat *chat)
{
    static const uint8_t none[256];
    gboolean open = chat->state != TALK_STATE_CLOSED;
    const SecretRekey *rekey = &chat->rekey;

    return (SecretKept){
        .key = open && chat->keys.now.used ? chat->keys.now.fingerprint : 0,
        .other = open && chat->keys.other.used ? chat->keys.other.fingerprint : 0,
        .exponent = chat->handshake.has_exponent,
        .rekey_exponent = open && rekey->step != SECRET_REKEY_IDLE &&
                          memcmp (rekey->exchange.exponent, none, sizeof none) != 0,
        .exchange_id = rekey->exchange.id,
    };
}

/* A secret that the record had and has no more is gone from the files at once (SC-L12). */
static void
forget_what_went (SecretChat *chat)
{
    SecretKept was = chat->stored.kept, now = secrets_of (chat);

    chat->stored.kept = now;
    if ((was.key != 0 && was.key != now.key && was.key != now.other) ||
        (was.other != 0 && was.other != now.key && was.other != now.other) ||
        (was.exponent && !now.exponent) ||
        (was.rekey_exponent &&
         (!now.rekey_exponent || was.exchange_id != now.exchange_id)))
        secret_forget (chat, STORE_FORGET_NOW);
}

void
secret_save (SecretChat *chat)
{
    SecretRecord record = { .chat = TL_NEW (RecChat) };

    for (size_t i = 0; i < G_N_ELEMENTS (parts); i++)
        if (parts[i].save != NULL)
            parts[i].save (chat, &record);
    secret_put (chat, STORE_CHAT, 0, TL_OBJ (&record.chat), STORE_DURABLE);
    forget_what_went (chat);
    crypto_wipe (&record, sizeof record);
}

gboolean
secret_load (SecretChat *chat, const uint8_t *data, size_t len)
{
    g_autoptr (TlMessage) message = secret_record_decode (data, len);
    const RecChat *chat_record =
        message != NULL ? TL_AS (tl_message_root (message), RecChat) : NULL;

    if (chat_record == NULL)
        return FALSE;
    SecretRecord record = { .chat = *chat_record };
    for (size_t i = 0; i < G_N_ELEMENTS (parts); i++)
        if (parts[i].load != NULL && !parts[i].load (chat, &record))
            return FALSE;
    chat->stored.kept = secrets_of (chat);
    return TRUE;
}

gboolean
secret_load_other (SecretChat *chat, StoreKey key, const uint8_t *data, size_t len)
{
    g_autoptr (TlMessage) message = secret_record_decode (data, len);
    const TlObject *root = message != NULL ? tl_message_root (message) : NULL;

    switch (key.kind) {
    case STORE_OUTBOX:
        return secret_outbox_load (chat, root);
    case STORE_QUEUED:
        return secret_queued_load (chat, root);
    case STORE_EARLY:
        return secret_early_load (chat, root);
    case STORE_MESSAGE:
        return secret_note_load (chat, key.id, root);
    default:
        return FALSE;
    }
}

/* --- acting --- */

void
secret_parts_tick (SecretChat *chat, HostTime now)
{
    for (size_t i = 0; i < G_N_ELEMENTS (parts); i++)
        if (parts[i].tick != NULL)
            parts[i].tick (chat, now);
}

void
secret_parts_pump (SecretChat *chat, HostTime now)
{
    for (size_t i = 0; i < G_N_ELEMENTS (parts); i++)
        if (parts[i].pump != NULL)
            parts[i].pump (chat, now);
}

int64_t
secret_parts_deadline (const SecretChat *chat, HostTime now)
{
    int64_t deadline = HOST_NEVER;

    for (size_t i = 0; i < G_N_ELEMENTS (parts); i++)
        if (parts[i].deadline != NULL)
            deadline = MIN (deadline, parts[i].deadline (chat, now));
    return deadline;
}

void
secret_parts_wipe (SecretChat *chat)
{
    for (size_t i = G_N_ELEMENTS (parts); i > 0; i--)
        if (parts[i - 1].wipe != NULL)
            parts[i - 1].wipe (chat);
}
