/* The keys: drawn, derived, found, counted, written. */
#include "secret-private.h"
#include "secret-record.h"

#define EXPONENT_TRIES 16

void
secret_key_wipe (SecretKey *key)
{
    crypto_wipe (key, sizeof *key);
}

SecretKey *
secret_keys_find (SecretChat *chat, int64_t fingerprint)
{
    SecretKeys *keys = &chat->keys;

    if (keys->now.used && keys->now.fingerprint == fingerprint)
        return &keys->now;
    return keys->other.used && keys->other.fingerprint == fingerprint ? &keys->other
                                                                      : NULL;
}

void
secret_key_count (SecretKey *key, HostTime now)
{
    key->messages++;
    if (key->created == 0)
        key->created = now.wall;
}

gboolean
secret_draw_exponent (SecretChat *chat, TlBytes server_random,
                      uint8_t exponent[static 256], uint8_t public_value[static 256])
{
    const CryptoDhOps *dh = chat->env->dh;

    for (int i = 0; i < EXPONENT_TRIES; i++) {
        if (!crypto_random_fill (chat->env->random, exponent, 256))
            return FALSE;
        for (size_t k = 0; server_random.len > 0 && k < 256; k++)
            exponent[k] ^= server_random.data[k % server_random.len]; /* SC-A2 */
        if (dh->power_g (chat->handshake.g, chat->handshake.p, exponent, public_value) &&
            dh->is_public_value (chat->handshake.p, public_value)) /* SC-A6 */
            return TRUE;
    }
    return FALSE;
}

gboolean
secret_key_take (SecretKey *key, const uint8_t bytes[static 256])
{
    secret_key_wipe (key);
    key->fingerprint = crypto_key_id (bytes);
    if (key->fingerprint == 0) /* SC-A9 */
        return FALSE;
    memcpy (key->key, bytes, 256);
    key->used = TRUE;
    return TRUE;
}

gboolean
secret_derive (SecretChat *chat, const uint8_t peer[static 256],
               const uint8_t exponent[static 256], SecretKey *key)
{
    uint8_t bytes[256];
    gboolean good = chat->env->dh->is_public_value (chat->handshake.p, peer) &&
                    chat->env->dh->power (peer, chat->handshake.p, exponent, bytes);

    secret_key_wipe (key);
    good = good && secret_key_take (key, bytes);
    crypto_wipe (bytes, sizeof bytes);
    return good;
}

void
secret_keys_wipe (SecretChat *chat)
{
    secret_key_wipe (&chat->keys.now);
    secret_key_wipe (&chat->keys.other);
}

/* --- the record --- */

static RecChatKey
key_record (const SecretKey *key)
{
    return TL_NEW (RecChatKey, .fingerprint = key->fingerprint,
                   .key = TL_BYTES (key->key, sizeof key->key), .created = key->created,
                   .messages = key->messages);
}

void
secret_keys_save (const SecretChat *chat, SecretRecord *record)
{
    const SecretKeys *keys = &chat->keys;
    gboolean open = chat->state != TALK_STATE_CLOSED;

    record->key = key_record (&keys->now);
    record->other = key_record (&keys->other);
    if (open && keys->now.used)
        record->chat.key = TL_OBJ (&record->key);
    if (open && keys->other.used)
        record->chat.other_key = TL_OBJ (&record->other);
    record->chat.key_hash =
        secret_optional (keys->has_hash, keys->hash, sizeof keys->hash);
    record->chat.verified = keys->verified;
}

static gboolean
load_key (const TlObject *object, SecretKey *key)
{
    const RecChatKey *record = TL_AS (object, RecChatKey);

    if (record == NULL || !secret_fixed (record->key, key->key, sizeof key->key) ||
        crypto_key_id (key->key) != record->fingerprint)
        return FALSE;
    key->used = TRUE;
    key->fingerprint = record->fingerprint;
    key->created = secret_moment (record->created);
    key->messages = record->messages;
    return secret_is_count (key->messages);
}

gboolean
secret_keys_load (SecretChat *chat, const SecretRecord *record)
{
    const RecChat *rec = &record->chat;
    SecretKeys *keys = &chat->keys;

    keys->has_hash = rec->key_hash.data != NULL;
    keys->verified = rec->verified;
    return (!keys->has_hash || secret_fixed (rec->key_hash, keys->hash, 36)) &&
           (rec->key == NULL || load_key (rec->key, &keys->now)) &&
           (rec->other_key == NULL || load_key (rec->other_key, &keys->other)) &&
           (chat->state != TALK_STATE_READY || keys->now.used);
}
