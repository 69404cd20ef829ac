/* The store and its key: found on a worker, where a passphrase or the desktop's secret
 * service may be needed; then everything that was kept is loaded.
 *
 *   tg_client_start -> [worker: lock, key, store, records] -> TgWires.opened
 *                          ^            | the key wants a passphrase
 *                          |            v
 *                       tg_open_answer <- the user */
#include "tg-open.h"

#include "store-key.h"
#include "record.tl.h"

#include <unistd.h>

/* One errand for the key; `wish` owns its strings. */
typedef struct {
    TgLink *link;
    char *directory;
    StoreKeyWish wish;
    const TgWires *wires;
    GArray *records;  /* TgRecord; of an opening */
    char *passphrase; /* the new one, of tg_client_set_passphrase() */
    TgPassphraseFunc func;
    void *user;
    GError *error;
} Errand;

static void
loaded_clear (gpointer data)
{
    TgRecord *loaded = data;

    if (loaded->made != NULL)
        loaded->made_free (loaded->made);
    g_clear_pointer (&loaded->message, tl_message_unref);
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
    errand->wires = client->wires;
    errand->records = g_array_new (FALSE, FALSE, sizeof (TgRecord));
    g_array_set_clear_func (errand->records, loaded_clear);
    return errand;
}

static void
errand_free (Errand *errand)
{
    g_array_unref (errand->records);
    g_free ((char *)errand->wish.label);
    crypto_text_free ((char *)errand->wish.passphrase);
    crypto_text_free ((char *)errand->wish.token);
    crypto_text_free (errand->passphrase);
    g_object_unref (errand->wish.cancel);
    g_clear_error (&errand->error);
    g_free (errand->directory);
    g_free (errand);
}

/* --- opening --- */

static void
collect_cb (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    TgRecord loaded = { .key = key,
                        .value = value != NULL ? g_memdup2 (value, len) : NULL,
                        .len = len };
    g_array_append_val (user, loaded);
}

/* What opens under the seal is as somebody wrote it. If it cannot be read it was not one
 * of us, and we must not touch it (DECISIONS 30). Decoded here, it need not be once more
 * on the loop where there are many (DECISIONS 32). */
static void
read_records (Errand *errand)
{
    for (unsigned i = 0; i < errand->records->len && errand->error == NULL; i++) {
        TgRecord *record = &g_array_index (errand->records, TgRecord, i);
        if (record->value == NULL)
            continue;
        g_autoptr (TlMessage) message =
            tl_message_decode (&tl_record_schema, record->value, record->len, NULL);
        if (message == NULL)
            g_set_error (&errand->error, STORE_ERROR, STORE_ERROR_NEWER,
                         "a record of kind %d", record->key.kind);
        else
            errand->wires->make (record, message);
    }
}

static void
open_work_cb (void *data)
{
    static const StoreKind kinds[] = { STORE_ACCOUNT, STORE_DC,      STORE_UPDATES,
                                       STORE_PEER,    STORE_CHAT,    STORE_OUTBOX,
                                       STORE_QUEUED,  STORE_MESSAGE, STORE_EARLY,
                                       STORE_HELD };
    G_STATIC_ASSERT (G_N_ELEMENTS (kinds) == STORE_KINDS - STORE_ACCOUNT);
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
    read_records (errand);
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
                    .attempt = ++client->attempt,
                    .again = again,
                    .phone = client->config.phone };

    client->wants_passphrase = client->asks_user = TRUE;
    tg_tell_ask (client, &ask);
}

static void
open_done_cb (void *data)
{
    Errand *errand = data;
    TgClient *client = tg_link_leave (&errand->link);

    if (client != NULL) {
        g_auto (TgAct) act = tg_act (client);
        if (errand->error == NULL)
            client->wires->opened (client, errand->records);
        else if (client->config.key_token == NULL &&
                 g_error_matches (errand->error, STORE_ERROR, STORE_ERROR_PASSPHRASE))
            ask_passphrase (client, errand->wish.passphrase != NULL);
        else
            tg_stop (client, offline_of (errand->error), errand->error->message, TRUE);
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
    if (attempt != client->attempt)
        return; /* MT-F1 */
    client->wants_passphrase = client->asks_user = FALSE;
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
    g_autofree char *reason =
        errand->error != NULL ? tg_reason_line (errand->error->message) : NULL;

    if (tg_link_leave (&errand->link) != NULL)
        errand->func (reason, errand->user);
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
