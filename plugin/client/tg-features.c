/* What an account is made of: its features, in one table, in the order in which each has
 * its turn. */
#include "tg-features.h"

#include "tg-book.h"
#include "tg-difference.h"
#include "tg-files.h"
#include "tg-found.h"
#include "tg-held.h"
#include "tg-listed.h"
#include "tg-login.h"
#include "tg-logins.h"
#include "tg-notices.h"
#include "tg-peers.h"
#include "tg-photos.h"
#include "tg-prime.h"
#include "tg-secrets.h"
#include "tg-status.h"
#include "tg-updates.h"
#include "tg-uploads.h"
#include "tg-wait.h"

#include "record.tl.h"

/* --- the account itself --- */

static void
load_account (TgClient *client, const RecAccount *account)
{
    if (account->has_user_id && talk_is_user (account->user_id))
        client->own_id = account->user_id;
    if (account->home_dc >= 1 && account->home_dc <= NET_DC_MAX) /* MT-F5 */
        client->home_dc = account->home_dc;
    for (size_t i = 0; i < account->tokens.len; i++)
        tg_take_token (client, TL_ITEM (account->tokens, TlBytes, i));
}

static void
account_load (TgClient *client, StoreKey key, const TlObject *root)
{
    const RecAccount *account = TL_AS (root, RecAccount);
    const RecIdentity *identity = TL_AS (root, RecIdentity);

    if (key.owner == 0 && account != NULL)
        load_account (client, account);
    else if (key.owner == TG_RECORD_IDENTITY && identity != NULL &&
             talk_is_user (identity->user_id))
        client->stored_id =
            identity->user_id; /* before its login was lost (DECISIONS 29) */
}

static void
account_in_step (TgClient *client)
{
    client->was_online = TRUE;
    tg_tell_step (client, TALK_STEP_ONLINE);
}

static void
account_lost (TgClient *client)
{
    net_forget (client->net);
    tg_save_account (client);
}

static void
net_tick_cb (TgClient *client, HostTime now)
{
    net_tick (client->net, now);
}

static int64_t
net_deadline_cb (TgClient *client)
{
    return net_deadline (client->net);
}

/* --- all of them --- */

#define KIND(kind) (1u << (kind))

/* Every function may be missing. */
typedef struct {
    const char *name;
    void (*make) (TgClient *client);
    void (*clear) (TgClient *client); /* the client ends, and so does what it owns */
    unsigned kinds;                   /* of the records that it loads */
    void (*load) (TgClient *client, StoreKey key, const TlObject *root);
    /* In the place of `load`, where the bytes themselves are wanted; NULL: damaged. */
    void (*load_bytes) (TgClient *client, StoreKey key, const uint8_t *data, size_t len);
    /* Of kinds with very many records, in the place of `load`, too: on a worker, what is to
     * be kept of one; then that is taken. */
    void (*make_of) (TgRecord *record, const TlObject *root);
    void (*take) (TgClient *client, TgRecord *record);
    void (*loaded) (TgClient *client);  /* all records were; there is a net */
    void (*in_step) (TgClient *client); /* with the server, for the first time */
    void (*lost) (TgClient *client);    /* the login is over */
    void (*tick) (TgClient *client, HostTime now);
    int64_t (*deadline) (TgClient *client); /* mono of the next tick, or HOST_NEVER */
} TgFeature;

static const TgFeature features[] = {
    { .name = "wait",
      .make = tg_wait_init,
      .clear = tg_wait_end,
      .kinds = KIND (STORE_ACCOUNT),
      .load = tg_wait_load,
      .loaded = tg_wait_loaded,
      .tick = tg_wait_tick,
      .deadline = tg_wait_deadline },
    { .name = "login",
      .make = tg_login_init,
      .clear = tg_login_clear,
      .kinds = KIND (STORE_ACCOUNT),
      .load = tg_login_load,
      .tick = tg_login_tick,
      .deadline = tg_login_deadline },
    { .name = "net", .tick = net_tick_cb, .deadline = net_deadline_cb },
    { .name = "prime",
      .make = tg_prime_init,
      .clear = tg_prime_clear,
      .kinds = KIND (STORE_ACCOUNT),
      .load = tg_prime_load },
    { .name = "peers",
      .make = tg_peers_init,
      .clear = tg_peers_clear,
      .kinds = KIND (STORE_PEER),
      .make_of = tg_peers_make_of,
      .take = tg_peers_take_made,
      .tick = tg_peers_tick,
      .deadline = tg_peers_deadline },
    { .name = "book",
      .make = tg_book_init,
      .clear = tg_book_clear,
      .in_step = tg_book_fetch,
      .tick = tg_book_tick,
      .deadline = tg_book_deadline },
    { .name = "found", .make = tg_found_init, .clear = tg_found_clear },
    { .name = "listed", .make = tg_listed_init, .clear = tg_listed_clear },
    { .name = "photos",
      .make = tg_photos_init,
      .clear = tg_photos_clear,
      .tick = tg_photos_tick,
      .deadline = tg_photos_deadline },
    { .name = "status",
      .make = tg_status_init,
      .clear = tg_status_clear,
      .in_step = tg_status_in_step,
      .tick = tg_status_tick,
      .deadline = tg_status_deadline },
    { .name = "account",
      .kinds = KIND (STORE_ACCOUNT),
      .load = account_load,
      .in_step = account_in_step,
      .lost = account_lost },
    { .name = "notices", .make = tg_notices_init, .clear = tg_notices_clear },
    { .name = "logins",
      .make = tg_logins_init,
      .clear = tg_logins_clear,
      .in_step = tg_logins_in_step,
      .tick = tg_logins_tick,
      .deadline = tg_logins_deadline },
    { .name = "box",
      .make = tg_box_init,
      .clear = tg_box_clear,
      .kinds = KIND (STORE_UPDATES),
      .load = tg_box_load,
      .lost = tg_box_lost },
    { .name = "updates", .tick = tg_updates_tick, .deadline = tg_updates_deadline },
    { .name = "difference",
      .tick = tg_difference_tick,
      .deadline = tg_difference_deadline },
    { .name = "held",
      .make = tg_held_init,
      .clear = tg_held_clear,
      .kinds = KIND (STORE_HELD),
      .load = tg_held_load },
    { .name = "secrets",
      .make = tg_secrets_init,
      .clear = tg_secrets_clear,
      .kinds = KIND (STORE_CHAT) | KIND (STORE_OUTBOX) | KIND (STORE_QUEUED) |
               KIND (STORE_MESSAGE) | KIND (STORE_EARLY),
      .load_bytes = tg_secrets_load,
      .loaded = tg_secrets_loaded,
      .in_step = tg_secrets_run,
      .lost = tg_secrets_lost,
      .tick = tg_secrets_tick,
      .deadline = tg_secrets_deadline },
    { .name = "uploads",
      .make = tg_uploads_init,
      .clear = tg_uploads_clear,
      .tick = tg_uploads_tick,
      .deadline = tg_uploads_deadline },
    { .name = "files",
      .make = tg_files_init,
      .clear = tg_files_clear,
      .lost = tg_files_lost,
      .tick = tg_files_tick,
      .deadline = tg_files_deadline },
};

/* The features that have this function. */
#define EACH(f, func)                                                                    \
    for (const TgFeature *f = features; f < features + G_N_ELEMENTS (features); f++)     \
        if (f->func != NULL)

void
tg_features_make (TgClient *client)
{
    EACH (f, make)
        f->make (client);
}

void
tg_features_clear (TgClient *client)
{
    EACH (f, clear)
        f->clear (client);
}

void
tg_features_make_of (TgRecord *record, TlMessage *message)
{
    EACH (f, make_of)
        if (f->kinds & KIND (record->key.kind))
            f->make_of (record, tl_message_root (message));
    EACH (f, load)
        if (f->kinds & KIND (record->key.kind) && record->message == NULL)
            record->message = tl_message_ref (message);
}

void
tg_features_load (TgClient *client, TgRecord *record)
{
    EACH (f, load)
        if (f->kinds & KIND (record->key.kind) && record->message != NULL)
            f->load (client, record->key, tl_message_root (record->message));
    EACH (f, load_bytes)
        if (f->kinds & KIND (record->key.kind))
            f->load_bytes (client, record->key, record->value, record->len);
    EACH (f, take)
        if (f->kinds & KIND (record->key.kind) && record->made != NULL)
            f->take (client, record);
}

void
tg_features_loaded (TgClient *client)
{
    EACH (f, loaded)
        f->loaded (client);
}

void
tg_features_in_step (TgClient *client)
{
    EACH (f, in_step)
        f->in_step (client);
}

void
tg_features_lost (TgClient *client)
{
    EACH (f, lost)
        f->lost (client);
}

void
tg_features_tick (TgClient *client, HostTime now)
{
    EACH (f, tick)
        f->tick (client, now);
}

int64_t
tg_features_deadline (TgClient *client)
{
    int64_t at = HOST_NEVER;

    EACH (f, deadline)
        at = MIN (at, f->deadline (client));
    return at;
}
