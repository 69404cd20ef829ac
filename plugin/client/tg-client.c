/* One account: all its features, in one table; its net of data centres, the
 * timer, and what features tell those above them. */
#include "tg-book.h"
#include "tg-commit.h"
#include "tg-difference.h"
#include "tg-environment.h"
#include "tg-files.h"
#include "tg-found.h"
#include "tg-listed.h"
#include "tg-held.h"
#include "tg-line.h"
#include "tg-login.h"
#include "tg-logins.h"
#include "tg-notices.h"
#include "tg-open.h"
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

/* --- the features --- */

#define KIND(kind) (1u << (kind))

/* What an account is made of, in the order in which each has its turn; every function may
 * be missing. */
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

/* --- who we are --- */

static gboolean
is_other_user (TgClient *client, const TlVectorObject *users)
{
    for (size_t i = 0; i < users->items.len; i++) {
        const ApiUser *self = TL_AS (TL_ITEM_OBJ (users->items, i), ApiUser);
        if (self != NULL && self->self && self->id != client->own_id)
            return TRUE;
    }
    return FALSE;
}

static void
self_cb (void *user, TlMessage *answer, const MtError *error)
{
    TgClient *client = user;
    const TlVectorObject *users =
        answer != NULL ? (const TlVectorObject *)tl_message_root (answer) : NULL;

    client->self_asked = FALSE;
    if (client->own_id == 0 || (error != NULL && error->code == MT_ERROR_LOCAL_CLOSED))
        return;
    if (users != NULL && users->base.id == TlVectorObject_ID) {
        if (is_other_user (client, users)) { /* MT-F7 */
            tg_stop (client, TALK_OFFLINE_OTHER_USER, NULL, TRUE);
            return;
        }
        tg_peers_take (client, &users->items);
    }
    client->self_known = TRUE;
    tg_difference_sync (client);
}

/* Before anything is believed or moved: whether the server takes us for who we are. */
static void
ask_self (TgClient *client)
{
    ApiInputUserSelf self = TL_NEW (ApiInputUserSelf);
    const TlObject *ids[] = { TL_OBJ (&self) };
    ApiUsersGetUsers request = TL_NEW (ApiUsersGetUsers, .id = { ids, 1 });

    if (client->self_asked)
        return;
    client->self_asked = TRUE;
    tg_tell_step (client, TALK_STEP_SYNCHRONISING);
    tg_call (client, TL_OBJ (&request), MT_CALL_DEFAULT, self_cb, client);
}

static void
state_cb (void *user, MtState state)
{
    TgClient *client = user;

    switch (state) {
    case MT_STATE_CONNECTING:
        if (!client->was_online)
            tg_tell_step (client, TALK_STEP_CONNECTING);
        break;
    case MT_STATE_EXCHANGING:
        if (!client->was_online)
            tg_tell_step (client, TALK_STEP_EXCHANGING_KEY);
        break;
    case MT_STATE_READY:
        tg_difference_connected (client);
        if (client->own_id == 0)
            tg_login_start (client);
        else if (!client->self_known)
            ask_self (client);
        else if (!client->updates->synced)
            tg_difference_sync (client);
        else
            tg_updates_reconnected (client);
        break;
    case MT_STATE_OFFLINE:
        break;
    case MT_STATE_FAILED:
        break;
    }
}

static void
updates_cb (void *user, TlMessage *updates)
{
    TgClient *client = user;

    if (client->own_id == 0 && updates != NULL)
        tg_login_receive (client, tl_message_root (updates));
    if (client->own_id == 0 || client->self_known) /* else the difference brings it */
        tg_updates_receive (client, updates);
}

/* --- the end of a login --- */

/* The authorisation ends, and with it every secret chat (SC-A29). Only for what came
 * under the key, and for the user's own word (DECISIONS 24). */
static void
forget_login (TgClient *client)
{
    client->own_id = 0;
    EACH (f, lost)
        f->lost (client);
}

static void
lose_key (TgClient *client, TalkOffline why, const char *detail)
{
    forget_login (client);
    tg_stop (client, why, detail, TRUE);
}

/* --- the net --- */

static void
failed_cb (void *user, MtFailure failure, const char *detail)
{
    TgClient *client = user;

    switch (failure) {
    case MT_FAILURE_KEY_LOST:
        lose_key (client, TALK_OFFLINE_LOGGED_OUT, detail);
        break;
    case MT_FAILURE_USER_DELETED:
        lose_key (client, TALK_OFFLINE_DELETED, detail);
        break;
    case MT_FAILURE_KEY_DUPLICATED:
        tg_stop (client, TALK_OFFLINE_KEY_DUPLICATED, detail, TRUE);
        break;
    }
}

static StoreBatch *
batch_cb (void *user)
{
    return tg_batch (user);
}

static void
prime_checked_cb (TgClient *client, const uint8_t p[static 256], gboolean good,
                  int32_t chat_id, uint64_t token)
{
    net_prime_checked (client->net, p, good, tg_now (client));
}

static void
check_prime_cb (void *user, const uint8_t p[static 256])
{
    tg_prime_check (user, p, prime_checked_cb, 0, 0);
}

static void
pause_cb (void *user, const MtPause *pause)
{
    tg_wait_trouble (user, pause);
}

static void
moved_cb (void *user, int dc)
{
    TgClient *client = user;

    if (dc == 0) {
        tg_stop (client, TALK_OFFLINE_SERVER_ADDRESS, NULL, TRUE);
        return;
    }
    client->home_dc = dc;
    tg_save_account (client);
    tg_wait_clear (client);
}

/* MT-C34 */
static void
given_up_cb (void *user)
{
    tg_stop (user, TALK_OFFLINE_LOGGED_OUT, NULL, TRUE);
}

static const NetOps net_ops = { tg_line_connect, tg_line_disconnect, tg_line_send,
                                batch_cb,        check_prime_cb,     state_cb,
                                updates_cb,      failed_cb,          pause_cb,
                                moved_cb,        given_up_cb };

/* Why no connection can be made with these settings; detail: what stands there, but for
 * what has a secret in it. */
static void
stop_for_settings (TgClient *client, const GError *error)
{
    const TgConfig *config = &client->config;
    const struct {
        TalkOffline why;
        const char *detail;
    } rows[] = {
        [TG_CONFIG_ERROR_ADDRESS] = { TALK_OFFLINE_SERVER_ADDRESS, config->server },
        [TG_CONFIG_ERROR_KEY] = { TALK_OFFLINE_SERVER_KEY, config->server_key },
        [TG_CONFIG_ERROR_PROXY] = { TALK_OFFLINE_PROXY_LINK, NULL },
        [TG_CONFIG_ERROR_PROXY_SOCKS] = { TALK_OFFLINE_PROXY_SOCKS, NULL },
        [TG_CONFIG_ERROR_PROXY_SERVER] = { TALK_OFFLINE_PROXY_SERVER, NULL },
        [TG_CONFIG_ERROR_PROXY_PORT] = { TALK_OFFLINE_PROXY_PORT, NULL },
        [TG_CONFIG_ERROR_PROXY_SECRET] = { TALK_OFFLINE_PROXY_SECRET, NULL },
    };

    g_return_if_fail (error->domain == TG_CONFIG_ERROR);
    tg_stop (client, rows[error->code].why, rows[error->code].detail, TRUE);
}

/* What was told of addresses, or NULL. */
static const TgRecord *
find_places (const GArray *records)
{
    for (unsigned i = 0; i < records->len; i++) {
        const TgRecord *record = &g_array_index (records, TgRecord, i);
        if (record->key.kind == STORE_ACCOUNT && record->key.owner == NET_RECORD_PLACES)
            return record;
    }
    return NULL;
}

/* Records of keys come later, if at all. */
static gboolean
make_net (TgClient *client, const GArray *records)
{
    const TgRecord *told = find_places (records);
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) header = NULL;

    if (!tg_servers_init (&client->servers, &client->config, &error)) {
        stop_for_settings (client, error);
        return FALSE;
    }
    header = tg_header_new (&client->config, &client->servers.proxy);
    const NetConfig config = {
        .home = client->home_dc,
        .test = client->config.test_dc,
        .addresses = (const NetAddress *)(void *)client->servers.addresses->data,
        .n_addresses = client->servers.addresses->len,
        .told = told != NULL ? told->value : NULL,
        .told_len = told != NULL ? told->len : 0,
        .only = client->servers.proxy.server != NULL,
        .keys = (const MtServerKey *)(void *)client->servers.keys->data,
        .n_keys = client->servers.keys->len,
        .header = header,
        .random = crypto_random_system (),
        .dh = &crypto_dh_real
    };
    client->net = net_new (&config, &net_ops, client);
    if (client->net == NULL)
        tg_stop (client, TALK_OFFLINE_SERVER_ADDRESS, NULL, TRUE);
    return client->net != NULL;
}

static void
run_move (TgClient *client, TgEffect *e)
{
    if (client->stopped)
        return;
    g_auto (TgAct) act = tg_act (client);
    net_move_home (client->net, e->a);
}

static void
move_home (TgClient *client, int dc)
{
    tg_effect (client, run_move)->a = dc;
}

/* The user's word: login, key and chats end, another login begins. */
static void
log_in_anew (TgClient *client)
{
    forget_login (client);
    client->self_known = FALSE;
    tg_box_reset (client);
    tg_login_reset (client);
    tg_wait_clear (client);
    move_home (client, client->home_dc);
}

/* --- timer --- */

static void
timer_cb (void *user)
{
    TgClient *client = user;
    HostTime now = tg_now (client);

    client->timer = 0;
    g_auto (TgAct) act = tg_act (client);
    EACH (f, tick)
        f->tick (client, now);
}

static void
rearm (TgClient *client)
{
    int64_t at = HOST_NEVER;

    if (client->net != NULL && !client->stopped)
        EACH (f, deadline)
            at = MIN (at, f->deadline (client));
    if (client->timer != 0 && at == client->timer_at)
        return;
    if (client->timer != 0)
        client->host->ops->timer_remove (client->host->self, client->timer);
    client->timer = 0;
    client->timer_at = at;
    if (at != HOST_NEVER)
        client->timer = client->host->ops->timer_add (
            client->host->self, MAX (at - tg_now (client).mono, 1), timer_cb, client);
}

/* --- what features tell those above them --- */

/* On a worker. */
static void
make_of_record (TgRecord *record, TlMessage *message)
{
    EACH (f, make_of)
        if (f->kinds & KIND (record->key.kind))
            f->make_of (record, tl_message_root (message));
    EACH (f, load)
        if (f->kinds & KIND (record->key.kind) && record->message == NULL)
            record->message = tl_message_ref (message);
}

static void
load_record (TgClient *client, TgRecord *record)
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

/* FALSE: none with the home data centre; a user without it must log in again (MT-C31). */
static gboolean
restore_keys (TgClient *client, const GArray *records)
{
    gboolean keyed = FALSE;

    for (unsigned i = 0; i < records->len; i++) {
        const TgRecord *record = &g_array_index (records, TgRecord, i);
        if (record->key.kind != STORE_DC || record->value == NULL)
            continue;
        int dc = (int)CLAMP (record->key.owner, 0, NET_DC_MAX);
        gboolean good = net_restore (client->net, dc, record->value, record->len);
        keyed |= good && record->key.owner == client->home_dc;
    }
    return keyed;
}

static void
opened (TgClient *client, const GArray *records)
{
    if (!tg_environment_is_ours (client, records))
        return;
    for (unsigned i = 0; i < records->len; i++)
        load_record (client, &g_array_index (records, TgRecord, i));
    if (store_was_rolled_back (client->link->store)) {
        tg_secrets_roll_back (client);
        tg_save_account (client); /* this turn writes in any case: that settles it */
    }
    if (!make_net (client, records))
        return;
    if (client->stored_id == 0) /* of a time without that record */
        client->stored_id = client->own_id;
    if (!restore_keys (client, records))
        client->own_id = 0;
    if (client->own_id != 0)
        net_set_logged_in (client->net, client->own_id);
    EACH (f, loaded)
        f->loaded (client);
    tg_login_begin (client);
}

static void
logged_in (TgClient *client)
{
    client->self_known = TRUE;
    tg_secrets_logged_in (client);
    net_set_logged_in (client->net, client->own_id);
    tg_difference_sync (client);
}

/* People, chats, online (MT-F8). */
static void
in_step (TgClient *client)
{
    EACH (f, in_step)
        f->in_step (client);
}

static void
settle (TgClient *client)
{
    tg_difference_settle (client);
    tg_uploads_settle (client);
    tg_files_settle (client);
}

static const TgWires wires = {
    .make = make_of_record,
    .opened = opened,
    .logged_in = logged_in,
    .in_step = in_step,
    .move_home = move_home,
    .presence = tg_secrets_presence,
    .has_chat = tg_secrets_with,
    .updates = tg_updates_receive,
    .settle = settle,
    .rearm = rearm,
};

/* --- life --- */

TgClient *
tg_client_new (const Host *host, const TgConfig *config, TgEventFunc event, void *user)
{
    TgClient *client = g_new0 (TgClient, 1);

    client->host = host;
    client->wires = &wires;
    client->event = event;
    client->user = user;
    tg_config_copy (&client->config, config);
    client->cancel = g_cancellable_new ();
    client->link = g_new0 (TgLink, 1);
    client->link->refs = 1;
    client->link->client = client;
    client->dh = &crypto_dh_real;
    client->home_dc = TG_DC_FIRST;
    client->online_wanted = TRUE;
    client->tokens = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
    tg_turn_init (client);
    tg_line_init (client);
    EACH (f, make)
        f->make (client);
    return client;
}

void
tg_client_free (TgClient *client)
{
    if (client == NULL)
        return;
    tg_status_leave (client);
    client->dying = TRUE;
    client->link->client = NULL;
    g_cancellable_cancel (client->cancel); /* nobody waits for the secret service now */
    if (client->timer != 0)
        client->host->ops->timer_remove (client->host->self, client->timer);
    tg_disconnect_all (client);
    if (!client->stopped)
        tg_turn_write_all (client);
    tg_turn_drop_all (client);
    tg_turn_begin (client); /* what the machines say while they go reaches nobody */
    g_clear_pointer (&client->net, net_free);
    EACH (f, clear)
        f->clear (client);
    tg_turn_drop_all (client);
    tg_servers_clear (&client->servers);
    tg_line_clear (client);
    g_ptr_array_unref (client->tokens);
    tg_config_clear (&client->config);
    g_object_unref (client->cancel);
    tg_link_unref (client->link);
    if (tg_turn_clear (client))
        g_free (client);
}

/* --- acts --- */

int64_t
tg_client_own_id (const TgClient *client)
{
    return client->own_id;
}

void
tg_client_answer (TgClient *client, unsigned attempt, const char *text)
{
    if (client->stopped || (client->net == NULL && !client->wants_passphrase))
        return;
    g_auto (TgAct) act = tg_act (client);
    if (client->wants_passphrase)
        tg_open_answer (client, attempt, text);
    else if (!tg_wait_answer (client, attempt))
        tg_login_answer (client, attempt, text);
    else if (text != NULL)
        log_in_anew (client);
}

void
tg_client_log_in_by_qr (TgClient *client, unsigned attempt)
{
    if (client->stopped || client->net == NULL)
        return;
    g_auto (TgAct) act = tg_act (client);
    tg_login_by_qr (client, attempt);
}

void
tg_client_log_in_anew (TgClient *client, unsigned attempt)
{
    tg_client_answer (client, attempt, "");
}

void
tg_client_wake (TgClient *client)
{
    if (client->stopped || client->net == NULL)
        return;
    g_auto (TgAct) act = tg_act (client);
    net_wake (client->net, tg_now (client));
}

void
tg_client_set_online (TgClient *client, gboolean online)
{
    client->online_wanted = online;
    if (client->stopped || client->net == NULL || !client->was_online)
        return;
    g_auto (TgAct) act = tg_act (client);
    tg_status_changed (client);
}

static void
log_out_cb (void *user, TlMessage *answer, const MtError *error)
{
    TgClient *client = user;
    const ApiAuthLoggedOut *out =
        answer != NULL ? TL_AS (tl_message_root (answer), ApiAuthLoggedOut) : NULL;

    if (error != NULL && error->code == MT_ERROR_LOCAL_CLOSED)
        return; /* nobody answered */
    if (out != NULL) {
        tg_take_token (client, out->future_auth_token); /* MT-F22 */
        net_give_up (client->net);
        forget_login (client); /* and the account stops when the keys are given up */
    } else {
        lose_key (client, TALK_OFFLINE_LOGGED_OUT, NULL);
    }
}

void
tg_client_log_out (TgClient *client)
{
    ApiAuthLogOut request = TL_NEW (ApiAuthLogOut);

    if (client->stopped || client->net == NULL)
        return;
    g_auto (TgAct) act = tg_act (client);
    /* silence is no answer: what it would end stays until there is one (DECISIONS 24) */
    tg_call (client, TL_OBJ (&request), MT_CALL_PATIENT, log_out_cb, client);
}
