/* Auth key, salts, and their record. */
#include "mt-key.h"

#include "crypto-secret.h"
#include "record.tl.h"
#include "tl-encode.h"
#include "tl-message.h"

#include <string.h>

#define SALT_AHEAD 60    /* s before the end of a salt (MT-D21) */
#define EXPIRES_AHEAD 60 /* s before the end of a temporary key (MT-C41) */
#define RENEW_AHEAD 3600 /* s before its end another one is made (MT-C41) */

MtKey *
mt_key_new (int dc, gboolean test)
{
    MtKey *key = g_new0 (MtKey, 1);

    key->dc = dc;
    key->test = test;
    key->salts = g_array_new (FALSE, FALSE, sizeof (MtSalt));
    key->refs = 1;
    return key;
}

MtKey *
mt_key_ref (MtKey *key)
{
    key->refs++;
    return key;
}

void
mt_key_unref (MtKey *key)
{
    if (key == NULL || --key->refs > 0)
        return;
    mt_key_unref (key->temporary);
    g_array_unref (key->salts);
    crypto_wipe (key, sizeof *key);
    g_free (key);
}

gboolean
mt_key_restore (MtKey *key, const uint8_t *data, size_t len)
{
    static const uint8_t nothing[sizeof key->key];
    g_autoptr (TlMessage) message =
        tl_message_decode (&tl_record_schema, data, len, NULL);
    const RecDcKey *record =
        message != NULL ? TL_AS (tl_message_root (message), RecDcKey) : NULL;

    if (record == NULL || record->dc != key->dc || record->test != key->test ||
        record->key.len != sizeof key->key ||
        crypto_equal (record->key.data, nothing, sizeof nothing))
        return FALSE; /* MT-C31 */
    memcpy (key->key, record->key.data, sizeof key->key);
    key->known = TRUE;
    key->former = TRUE; /* of an earlier process */
    key->created = record->created;
    key->salt = record->server_salt;
    for (size_t i = 0; i < record->salts.len; i++) {
        const RecDcSalt *item = TL_AS (TL_ITEM_OBJ (record->salts, i), RecDcSalt);
        MtSalt salt = { item->valid_since, item->valid_until, item->salt };
        g_array_append_val (key->salts, salt);
    }
    return TRUE;
}

void
mt_key_save (MtKey *key, StoreBatch *batch)
{
    g_auto (TlWriter) writer = { 0 };
    g_autofree RecDcSalt *salts = g_new0 (RecDcSalt, key->salts->len + 1);
    g_autofree const TlObject **items = g_new0 (const TlObject *, key->salts->len + 1);

    if (!key->dirty || !key->known || key->no_record || key->expires != 0)
        return;
    key->dirty = FALSE;
    for (unsigned i = 0; i < key->salts->len; i++) {
        MtSalt salt = g_array_index (key->salts, MtSalt, i);
        salts[i] = TL_NEW (RecDcSalt, .valid_since = salt.since,
                           .valid_until = salt.until, .salt = salt.salt);
        items[i] = TL_OBJ (&salts[i]);
    }
    RecDcKey record =
        TL_NEW (RecDcKey, .dc = key->dc, .test = key->test,
                .key = TL_BYTES (key->key, sizeof key->key), .created = key->created,
                .server_salt = key->salt, .salts = { items, key->salts->len });
    if (tl_encode (&tl_record_schema, TL_OBJ (&record), &writer))
        store_batch_put (batch, (StoreKey){ STORE_DC, key->dc, 0 }, writer.data,
                         writer.len);
}

void
mt_key_made (MtKey *key, int64_t salt, int64_t created)
{
    key->known = TRUE;
    key->created = created;
    mt_key_correct_salt (key, salt);
    key->dirty = TRUE;
}

void
mt_key_forget (MtKey *key)
{
    key->known = key->former = FALSE;
    crypto_wipe (key->key, sizeof key->key); /* whoever still holds it */
    mt_key_correct_salt (key, 0);
    if (key->temporary != NULL)
        mt_key_forget (key->temporary);
    g_clear_pointer (&key->temporary, mt_key_unref);
}

MtKey *
mt_key_take_out (const MtKey *key)
{
    MtKey *copy;

    if (!key->known)
        return NULL;
    copy = mt_key_new (key->dc, key->test);
    memcpy (copy->key, key->key, sizeof copy->key);
    mt_key_made (copy, key->salt, key->created);
    copy->no_record = TRUE;
    return copy;
}

MtKey *
mt_key_new_temporary (const MtKey *permanent, const uint8_t bytes[static 256],
                      int64_t salt, int64_t created, int64_t expires)
{
    MtKey *key = mt_key_new (permanent->dc, permanent->test);

    memcpy (key->key, bytes, sizeof key->key);
    mt_key_made (key, salt, created);
    key->expires = expires;
    return key;
}

void
mt_key_bind (MtKey *key, MtKey *temporary)
{
    key->former |= key->temporary != NULL && key->temporary != temporary;
    mt_key_ref (temporary);
    mt_key_unref (key->temporary);
    key->temporary = temporary;
    key->renew_at = temporary->expires - RENEW_AHEAD;
}

void
mt_key_unbind (MtKey *key, const MtKey *temporary)
{
    if (key->temporary == temporary)
        g_clear_pointer (&key->temporary, mt_key_unref);
}

gboolean
mt_key_is_over (const MtKey *key, int64_t seconds)
{
    return key->expires != 0 && seconds >= key->expires - EXPIRES_AHEAD;
}

void
mt_key_set_salt (MtKey *key, int64_t salt)
{
    key->dirty |= key->salt != salt;
    key->salt = salt;
    key->salt_until = 0;
}

void
mt_key_correct_salt (MtKey *key, int64_t salt)
{
    mt_key_set_salt (key, salt);
    key->dirty |= key->salts->len > 0;
    g_array_set_size (key->salts, 0);
}

void
mt_key_take_salts (MtKey *key, const MtSalt *salts, size_t n)
{
    g_array_set_size (key->salts, 0);
    for (size_t i = 0; i < n; i++)
        if (salts[i].until > salts[i].since)
            g_array_append_val (key->salts, salts[i]);
    key->dirty = TRUE;
}

void
mt_key_step_salts (MtKey *key, int64_t seconds)
{
    while (key->salts->len > 0) {
        MtSalt next = g_array_index (key->salts, MtSalt, 0);
        if (next.since > seconds)
            return;
        if (next.until > seconds + SALT_AHEAD) {
            if (next.salt != key->salt)
                mt_key_set_salt (key, next.salt);
            key->salt_until = next.until;
        }
        g_array_remove_index (key->salts, 0);
        key->dirty = TRUE;
    }
}
