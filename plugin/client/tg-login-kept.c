/* A code that was asked for outlives the program (MT-F10): who starts it again types what came
 * meanwhile, and no second one is sent. Of another number, of another program, or too old it is
 * none; what the server thinks of it shows when it is typed. */
#include "tg-login-private.h"

#include "record.tl.h"
#include "tl-text.h"

#include <string.h>

#define HASH_MAX 1024
#define LENGTH_MAX 64
#define LIVES_MAX 3600000 /* ms */

static const StoreKey key = { STORE_ACCOUNT, TG_RECORD_CODE, 0 };

void
tg_login_keep (TgClient *client)
{
    TgLogin *login = client->login;
    const TgSent *sent = &login->sent;
    g_autofree char *phone = tg_phone_clean (client->config.phone);
    HostTime now = tg_now (client);

    if (phone == NULL || sent->hash == NULL)
        return;
    RecLoginCode record =
        TL_NEW (RecLoginCode, .wants_email = sent->wants_email, .phone = TL_STR (phone),
                .api_id = client->config.api_id, .hash = TL_STR (sent->hash),
                .length = sent->length, .until = sent->until);
    if (sent->how != NULL)
        record.how = TL_STR (sent->how);
    if (sent->part != NULL)
        record.part = TL_STR (sent->part);
    if (sent->other != NULL) {
        record.other = TL_STR (sent->other);
        record.other_at = now.wall + sent->other_at - now.mono;
    }
    tg_put (client, key.kind, key.owner, TL_OBJ (&record));
    login->kept = TRUE;
}

void
tg_login_let_go (TgClient *client)
{
    if (client->login->kept)
        store_batch_delete (tg_batch (client), key);
    client->login->kept = FALSE;
}

/* One of our own words for a way, or NULL. */
static const char *
way_of (TlBytes name)
{
    static const char *const ways[] = { "app",         "sms",      "call", "flash-call",
                                        "missed-call", "fragment", "word", "phrase",
                                        "email",       "reset" };

    for (size_t i = 0; name.data != NULL && i < G_N_ELEMENTS (ways); i++)
        if (name.len == strlen (ways[i]) && memcmp (name.data, ways[i], name.len) == 0)
            return ways[i];
    return NULL;
}

void
tg_login_load (TgClient *client, StoreKey at, const TlObject *root)
{
    const RecLoginCode *record = TL_AS (root, RecLoginCode);
    TgSent *sent = &client->login->sent;
    g_autofree char *phone = tg_phone_clean (client->config.phone);
    HostTime now = tg_now (client);

    if (record == NULL || at.owner != key.owner)
        return;
    client->login->kept = TRUE;
    if (phone == NULL || record->phone.len != strlen (phone) ||
        memcmp (record->phone.data, phone, record->phone.len) != 0 ||
        record->api_id != client->config.api_id || record->hash.len == 0 ||
        record->hash.len > HASH_MAX || record->until <= now.wall ||
        record->until > now.wall + LIVES_MAX)
        return;
    sent->hash = g_strndup ((const char *)record->hash.data, record->hash.len);
    sent->how = way_of (record->how);
    sent->other = way_of (record->other);
    sent->wants_email = record->wants_email;
    sent->until = record->until;
    sent->length = CLAMP (record->length, 0, LENGTH_MAX);
    if (record->part.data != NULL)
        sent->part = tl_text_line (record->part, TG_HINT_MAX);
    int64_t left = CLAMP (record->other_at - now.wall, 0, (int64_t)604800 * 1000);
    sent->other_at = now.mono + left;
}

gboolean
tg_login_has_kept (TgClient *client)
{
    const TgSent *sent = &client->login->sent;

    return client->login->kept && sent->hash != NULL &&
           (sent->how != NULL || sent->other != NULL || sent->wants_email) &&
           tg_now (client).wall < sent->until;
}
