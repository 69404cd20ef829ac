/* The store and its key: found on a worker, where a passphrase or the desktop's secret
 * service may be needed; then everything that was kept is loaded.
 *
 *   tg_client_start -> [worker: lock, key, store, records] -> load_all -> session starts
 *                          ^            | the key wants a passphrase
 *                          |            v
 *                       tg_open_answer <- the user */
#include "tg-private.h"

#include "record.tl.h"

#include <string.h>
#include <unistd.h>

typedef struct {
    StoreKey key;
    uint8_t *value; /* NULL: damaged */
    size_t len;
} Loaded;

/* One errand for the key; `wish` owns its strings. */
typedef struct {
    TgLink *link;
    char *directory;
    StoreKeyWish wish;
    GArray *records;  /* Loaded; of an opening */
    char *passphrase; /* the new one, of tg_client_set_passphrase() */
    TgPassphraseFunc func;
    void *user;
    GError *error;
} Errand;

static void
loaded_clear (gpointer data)
{
    Loaded *loaded = data;

    if (loaded->value != NULL)
        crypto_wipe (loaded->value, loaded->len);
    g_free (loaded->value);
}

static Errand *
errand_new (TgClient *client, const char *passphrase)
{
    Errand *errand = g_new0 (Errand, 1);

    errand->link = tg_link_ref (client->link);
    errand->directory = g_strdup (client->config.directory);
    errand->wish = (StoreKeyWish){ .service = client->config.key_service,
                                   .label = g_strdup (client->config.key_label != NULL
                                                          ? client->config.key_label
                                                          : "Telegram"),
                                   .passphrase = g_strdup (passphrase),
                                   .token = g_strdup (client->config.key_token),
                                   .cancel = g_object_ref (client->cancel) };
    errand->records = g_array_new (FALSE, FALSE, sizeof (Loaded));
    g_array_set_clear_func (errand->records, loaded_clear);
    return errand;
}

static void
errand_free (Errand *errand)
{
    g_array_unref (errand->records);
    g_free ((char *)errand->wish.label);
    tg_wipe_string ((char *)errand->wish.passphrase);
    tg_wipe_string ((char *)errand->wish.token);
    tg_wipe_string (errand->passphrase);
    g_object_unref (errand->wish.cancel);
    g_clear_error (&errand->error);
    g_free (errand->directory);
    tg_link_unref (errand->link);
    g_free (errand);
}

/* --- what was kept --- */

static void
load_account (TgClient *client, const Loaded *record)
{
    g_autoptr (TlMessage) message =
        record->value != NULL
            ? tl_message_decode (&tl_record_schema, record->value, record->len, NULL)
            : NULL;
    const RecAccount *account =
        message != NULL ? TL_AS (tl_message_root (message), RecAccount) : NULL;

    if (account == NULL)
        return;
    if (account->has_user_id && talk_is_user (account->user_id))
        client->own_id = account->user_id;
    if (account->home_dc >= 1 && account->home_dc <= TG_DC_MAX) /* MT-F5 */
        client->home_dc = account->home_dc;
    for (size_t i = 0; i < account->tokens.len; i++)
        tg_take_token (client, TL_ITEM (account->tokens, TlBytes, i));
}

/* Who the account was before its login was lost (DECISIONS 29). */
static void
load_identity (TgClient *client, const Loaded *record)
{
    g_autoptr (TlMessage) message =
        record->value != NULL
            ? tl_message_decode (&tl_record_schema, record->value, record->len, NULL)
            : NULL;
    const RecIdentity *identity =
        message != NULL ? TL_AS (tl_message_root (message), RecIdentity) : NULL;

    if (identity != NULL && talk_is_user (identity->user_id))
        client->stored_id = identity->user_id;
}

static void
load_record (TgClient *client, const Loaded *record)
{
    switch (record->key.kind) {
    case STORE_ACCOUNT:
        if (record->key.owner == 0)
            load_account (client, record);
        else if (record->key.owner == TG_RECORD_PAUSES)
            tg_wait_load (client, record->value, record->len);
        else if (record->key.owner == TG_RECORD_IDENTITY)
            load_identity (client, record);
        else
            tg_dh_load (client, record->value, record->len);
        break;
    case STORE_UPDATES:
        tg_updates_load (client, record->value, record->len);
        break;
    case STORE_PEER:
        tg_peers_load (client, record->value, record->len);
        break;
    case STORE_DC:
        break; /* when the session is made */
    default:
        tg_secrets_load (client, record->key, record->value, record->len);
        break;
    }
}

/* What a roll-back closed was told by that. */
static void
tell_loaded (TgClient *client, SecretChat *chat, gboolean rolled_back)
{
    TalkSecret info;

    secret_chat_info (chat, &info);
    if (!rolled_back || info.closed != TALK_CLOSED_ROLLED_BACK)
        tg_tell_stored (client, chat);
}

static void
load_all (TgClient *client, const GArray *records)
{
    gboolean old = store_was_rolled_back (client->link->store);

    for (unsigned i = 0; i < records->len; i++)
        load_record (client, &g_array_index (records, Loaded, i));
    if (old) {
        tg_secrets_roll_back (client);
        tg_save_account (client); /* this turn writes in any case: that settles it */
    }
    if (!tg_make_session (client))
        return;
    gboolean keyed = FALSE;
    for (unsigned i = 0; i < records->len; i++) {
        const Loaded *record = &g_array_index (records, Loaded, i);
        if (record->key.kind == STORE_DC && record->key.owner == client->home_dc &&
            record->value != NULL)
            keyed = mt_session_restore (client->session, record->value, record->len);
    }
    if (client->stored_id == 0) /* of a time without that record */
        client->stored_id = client->own_id;
    mt_session_set_pause (client->session, &client->wait.pause);
    if (!keyed)
        client->own_id = 0; /* a user without a key must log in again (MT-C31) */
    client->env.own_user_id = client->own_id;
    mt_session_set_logged_in (client->session, client->own_id != 0);
    GHashTableIter iter;
    gpointer chat;
    g_hash_table_iter_init (&iter, client->chats);
    while (g_hash_table_iter_next (&iter, NULL, &chat)) {
        tell_loaded (client, chat, old);
        secret_chat_loaded (chat, tg_now (client));
    }
    tg_login_begin (client);
}

/* --- opening --- */

static void
collect_cb (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    Loaded loaded = { key, value != NULL ? g_memdup2 (value, len) : NULL, len };
    g_array_append_val (user, loaded);
}

/* What opens under the seal is as somebody wrote it. If it cannot be read it was not one
 * of us, and we must not touch it (DECISIONS 30). */
static void
check_records (Errand *errand)
{
    for (unsigned i = 0; i < errand->records->len && errand->error == NULL; i++) {
        const Loaded *record = &g_array_index (errand->records, Loaded, i);
        if (record->value == NULL)
            continue;
        g_autoptr (TlMessage) message =
            tl_message_decode (&tl_record_schema, record->value, record->len, NULL);
        if (message == NULL)
            g_set_error (&errand->error, STORE_ERROR, STORE_ERROR_NEWER,
                         "a record of kind %d", record->key.kind);
    }
}

static void
open_work_cb (void *data)
{
    static const StoreKind kinds[] = { STORE_ACCOUNT, STORE_DC,      STORE_UPDATES,
                                       STORE_PEER,    STORE_CHAT,    STORE_OUTBOX,
                                       STORE_QUEUED,  STORE_MESSAGE, STORE_EARLY };
    Errand *errand = data;
    TgLink *link = errand->link;
    int lock = store_check_version (errand->directory, &errand->error)
                   ? store_lock (errand->directory, &errand->error)
                   : -1;

    if (lock < 0)
        return;
    if (!store_key_load (errand->directory, &errand->wish, link->key, &errand->error)) {
        close (lock);
        return;
    }
    link->store = store_open_locked (errand->directory, lock, link->key, &errand->error);
    for (size_t i = 0; i < G_N_ELEMENTS (kinds) && errand->error == NULL; i++)
        store_each (link->store, kinds[i], TRUE, 0, collect_cb, errand->records,
                    &errand->error);
    check_records (errand);
    if (errand->error == NULL)
        store_begin (link->store, &errand->error);
    if (errand->error != NULL)
        g_clear_pointer (&link->store, store_close);
}

static TalkOffline
offline_of (const GError *error)
{
    static const TalkOffline reasons[] = {
        [STORE_ERROR_IO] = TALK_OFFLINE_STORE,
        [STORE_ERROR_LOCKED] = TALK_OFFLINE_STORE_LOCKED,
        [STORE_ERROR_KEY] = TALK_OFFLINE_STORE_KEY,
        [STORE_ERROR_CORRUPT] = TALK_OFFLINE_STORE,
        [STORE_ERROR_PASSPHRASE] = TALK_OFFLINE_KEY_TOKEN,
        [STORE_ERROR_SERVICE] = TALK_OFFLINE_KEY_SERVICE,
        [STORE_ERROR_NEWER] = TALK_OFFLINE_STORE_NEWER
    };
    G_STATIC_ASSERT (G_N_ELEMENTS (reasons) == STORE_ERROR_NEWER + 1);

    return error->domain == STORE_ERROR ? reasons[error->code] : TALK_OFFLINE_STORE;
}

static void
ask_passphrase (TgClient *client, gboolean again)
{
    TalkAsk ask = { .kind = TALK_ASK_PASSPHRASE,
                    .attempt = ++client->login.attempt,
                    .again = again,
                    .phone = client->config.phone };

    client->wants_passphrase = TRUE;
    tg_tell_ask (client, &ask);
}

static void
open_done_cb (void *data)
{
    Errand *errand = data;
    TgClient *client = errand->link->client;

    if (client != NULL) {
        tg_turn_begin (client);
        if (errand->error == NULL)
            load_all (client, errand->records);
        else if (client->config.key_token == NULL &&
                 g_error_matches (errand->error, STORE_ERROR, STORE_ERROR_PASSPHRASE))
            ask_passphrase (client, errand->wish.passphrase != NULL);
        else
            tg_stop (client, offline_of (errand->error), errand->error->message, TRUE);
        tg_act_end (client);
    }
    errand_free (errand);
}

static void
open_store (TgClient *client, const char *passphrase)
{
    client->host->ops->work (client->host->self, TRUE, open_work_cb, open_done_cb,
                             errand_new (client, passphrase));
}

void
tg_open_answer (TgClient *client, unsigned attempt, const char *passphrase)
{
    if (attempt != client->login.attempt)
        return; /* MT-F1 */
    client->wants_passphrase = FALSE;
    if (passphrase != NULL)
        open_store (client, passphrase);
    else
        tg_stop (client, TALK_OFFLINE_CANCELLED, NULL, TRUE);
}

void
tg_client_start (TgClient *client)
{
    if (client->config.api_id == 0 || client->config.api_hash == NULL ||
        *client->config.api_hash == '\0') { /* MT-F2 */
        tg_turn_begin (client);
        tg_stop (client, TALK_OFFLINE_NO_API_ID, NULL, TRUE);
        tg_turn_end (client);
        return;
    }
    open_store (client, NULL);
}

/* --- the passphrase --- */

static void
passphrase_work_cb (void *data)
{
    Errand *errand = data;

    if (errand->link->store != NULL)
        store_key_set_passphrase (errand->directory, &errand->wish, errand->link->key,
                                  errand->passphrase, &errand->error);
    else
        g_set_error (&errand->error, STORE_ERROR, STORE_ERROR_IO, "not open");
}

static void
passphrase_done_cb (void *data)
{
    Errand *errand = data;

    if (errand->link->client != NULL)
        errand->func (errand->error != NULL ? errand->error->message : NULL,
                      errand->user);
    errand_free (errand);
}

void
tg_client_set_passphrase (TgClient *client, const char *passphrase, TgPassphraseFunc func,
                          void *user)
{
    Errand *errand = errand_new (client, NULL);

    errand->passphrase = g_strdup (passphrase);
    errand->func = func;
    errand->user = user;
    client->host->ops->work (client->host->self, TRUE, passphrase_work_cb,
                             passphrase_done_cb, errand);
}
