/* One account: store, connection, timer; inputs become turns. */
#include "tg-private.h"

#include "record.tl.h"
#include "tl-encode.h"

#include <string.h>

#define TOKEN_MAX 1024 /* bytes of a future auth token; real ones have some 20 */
#define TOKENS_MAX 20

static void rearm (TgClient *client);

/* --- records --- */

void
tg_put (TgClient *client, StoreKind kind, int64_t owner, const TlObject *record)
{
    g_auto (TlWriter) writer = { 0 };

    if (tl_encode (&tl_record_schema, record, &writer))
        store_batch_put (tg_batch (client), (StoreKey){ kind, owner, 0 }, writer.data,
                         writer.len);
}

void
tg_take_token (TgClient *client, TlBytes token)
{
    if (token.len == 0 || token.len > TOKEN_MAX)
        return;
    g_ptr_array_add (client->tokens, g_bytes_new (token.data, token.len));
    while (client->tokens->len > TOKENS_MAX)
        g_ptr_array_remove_index (client->tokens, 0);
}

void
tg_save_account (TgClient *client)
{
    g_autofree TlBytes *tokens = g_new0 (TlBytes, client->tokens->len + 1);

    for (unsigned i = 0; i < client->tokens->len; i++) {
        size_t len;
        const void *data = g_bytes_get_data (g_ptr_array_index (client->tokens, i), &len);
        tokens[i] = TL_BYTES (data, len);
    }
    RecAccount record =
        TL_NEW (RecAccount, .has_user_id = client->own_id != 0, .user_id = client->own_id,
                .home_dc = client->home_dc, .tokens = { tokens, client->tokens->len });
    tg_put (client, STORE_ACCOUNT, 0, TL_OBJ (&record));
}

/* --- connection --- */

static void
opened_cb (void *user)
{
    TgClient *client = user;

    tg_turn_begin (client);
    mt_session_connected (client->session, tg_now (client));
    rearm (client);
    tg_turn_end (client);
}

static void
received_cb (void *user, const uint8_t *data, size_t len)
{
    TgClient *client = user;

    tg_turn_begin (client);
    mt_session_receive (client->session, data, len, tg_now (client));
    mt_session_flush (client->session, tg_now (client));
    rearm (client);
    tg_turn_end (client);
}

static void
closed_cb (void *user, const char *reason)
{
    TgClient *client = user;

    g_debug ("[net] closed: %s", reason != NULL ? reason : "by the server");
    client->host->ops->conn_close (client->host->self, g_steal_pointer (&client->conn));
    tg_turn_begin (client);
    mt_session_closed (client->session, tg_now (client));
    rearm (client);
    tg_turn_end (client);
}

static const HostConnEvents conn_events = { opened_cb, received_cb, closed_cb };

static void
close_connection (TgClient *client)
{
    if (client->conn != NULL)
        client->host->ops->conn_close (client->host->self,
                                       g_steal_pointer (&client->conn));
}

static void
run_connect (TgClient *client, TgEffect *e)
{
    close_connection (client);
    client->conn = client->host->ops->conn_open (client->host->self, e->text,
                                                 (uint16_t)e->a, &conn_events, client);
    if (client->conn != NULL)
        return;
    tg_turn_begin (client);
    mt_session_closed (client->session, tg_now (client));
    rearm (client);
    tg_turn_end (client);
}

static void
run_disconnect (TgClient *client, TgEffect *e)
{
    close_connection (client);
}

static void
run_send (TgClient *client, TgEffect *e)
{
    if (client->conn != NULL)
        client->host->ops->conn_send (client->host->self, client->conn, e->data->data,
                                      e->data->len);
}

static void
connect_cb (void *user, const MtAddress *address)
{
    TgEffect *e = tg_effect (user, run_connect);
    e->text = g_strdup (address->address);
    e->a = address->port;
}

static void
disconnect_cb (void *user)
{
    tg_effect (user, run_disconnect);
}

static void
send_cb (void *user, const uint8_t *data, size_t len)
{
    TgEffect *e = tg_effect (user, run_send);
    e->data = g_byte_array_new ();
    g_byte_array_append (e->data, data, (unsigned)len);
}

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
    tg_updates_sync (client);
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
        tg_tell_step (client, TALK_STEP_EXCHANGING_KEY);
        break;
    case MT_STATE_READY:
        tg_difference_connected (client);
        if (client->own_id == 0)
            tg_login_start (client);
        else if (!client->self_known)
            ask_self (client);
        else if (!client->updates.synced)
            tg_updates_sync (client);
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

    if (client->own_id == 0 || client->self_known) /* else the difference brings it */
        tg_updates_receive (client, updates);
}

/* The authorisation ends, and with it every secret chat (SC-A29). Only for what came
 * under the key, and for the user's own word (DECISIONS 24). */
static void
forget_login (TgClient *client)
{
    client->own_id = 0;
    store_batch_delete (tg_batch (client), (StoreKey){ STORE_DC, client->home_dc, 0 });
    store_batch_delete (tg_batch (client), (StoreKey){ STORE_UPDATES, 0, 0 });
    tg_save_account (client);
    tg_secrets_clear (client);
}

void
tg_lose_key (TgClient *client, const char *detail)
{
    gboolean deleted = detail != NULL && g_str_has_prefix (detail, "USER_DEACTIVATED");

    forget_login (client);
    tg_stop (client, deleted ? TALK_OFFLINE_DELETED : TALK_OFFLINE_LOGGED_OUT, detail,
             TRUE);
}

void
tg_log_in_anew (TgClient *client)
{
    forget_login (client);
    client->self_known = FALSE;
    tg_updates_clear (client);
    client->updates = (TgUpdates){ 0 };
    tg_updates_init (client);
    tg_login_clear (client);
    client->login.state = TG_LOGIN_NONE;
    tg_wait_clear (client);
    tg_move_home (client, client->home_dc);
}

static void
failed_cb (void *user, MtFailure failure, const char *detail)
{
    TgClient *client = user;

    switch (failure) {
    case MT_FAILURE_KEY_LOST:
        tg_lose_key (client, detail);
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
check_prime_cb (void *user, const uint8_t p[static 256])
{
    tg_dh_check_prime (user, p, 0, 0);
}

static void
pause_cb (void *user, const MtPause *pause)
{
    tg_wait_trouble (user, pause);
}

static const MtOps mt_ops = { connect_cb, disconnect_cb,  send_cb,
                              state_cb,   updates_cb,     failed_cb,
                              batch_cb,   check_prime_cb, pause_cb };

gboolean
tg_make_session (TgClient *client)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) header = NULL;

    if (!tg_servers_init (&client->servers, &client->config, client->home_dc, &error)) {
        gboolean key = g_error_matches (error, TG_CONFIG_ERROR, TG_CONFIG_ERROR_KEY);
        tg_stop (client, key ? TALK_OFFLINE_SERVER_KEY : TALK_OFFLINE_SERVER_ADDRESS,
                 key ? client->config.server_key : client->config.server, TRUE);
        return FALSE;
    }
    header = tg_header_new (&client->config);
    client->mt =
        (MtConfig){ .dc = client->home_dc,
                    .test = client->config.test_dc,
                    .addresses =
                        (const MtAddress *)(void *)client->servers.addresses->data,
                    .n_addresses = client->servers.addresses->len,
                    .keys = (const MtServerKey *)(void *)client->servers.keys->data,
                    .n_keys = client->servers.keys->len,
                    .schema = &tl_api_schema,
                    .header = header,
                    .random = crypto_random_system (),
                    .dh = &crypto_dh_real };
    client->session = mt_session_new (&client->mt, &mt_ops, client);
    client->mt.header = NULL;
    return TRUE;
}

/* --- timer --- */

static void
timer_cb (void *user)
{
    TgClient *client = user;
    HostTime now = tg_now (client);

    client->timer = 0;
    tg_turn_begin (client);
    tg_wait_tick (client, now);
    mt_session_tick (client->session, now);
    tg_peers_tick (client);
    tg_updates_tick (client, now);
    tg_secrets_tick (client, now);
    mt_session_flush (client->session, now);
    rearm (client);
    tg_turn_end (client);
}

static void
rearm (TgClient *client)
{
    int64_t at = HOST_NEVER;

    if (client->session != NULL && !client->stopped)
        at = MIN (MIN (mt_session_deadline (client->session), tg_peers_deadline (client)),
                  MIN (tg_updates_deadline (client), tg_secrets_deadline (client)));
    if (client->session != NULL && !client->stopped)
        at = MIN (at, tg_wait_deadline (client));
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

void
tg_act_end (TgClient *client)
{
    if (client->session != NULL)
        mt_session_flush (client->session, tg_now (client));
    rearm (client);
    tg_turn_end (client);
}

/* --- life --- */

TgClient *
tg_client_new (const Host *host, const TgConfig *config, TgEventFunc event, void *user)
{
    TgClient *client = g_new0 (TgClient, 1);

    client->host = host;
    client->event = event;
    client->user = user;
    client->config = *config;
    client->config.api_hash = g_strdup (config->api_hash);
    client->config.phone = g_strdup (config->phone);
    client->config.device = g_strdup (config->device);
    client->config.system = g_strdup (config->system);
    client->config.version = g_strdup (config->version);
    client->config.lang = g_strdup (config->lang);
    client->config.server = g_strdup (config->server);
    client->config.server_key = g_strdup (config->server_key);
    client->config.directory = g_strdup (config->directory);
    client->config.key_label = g_strdup (config->key_label);
    client->config.key_token = g_strdup (config->key_token);
    client->cancel = g_cancellable_new ();
    client->link = g_new0 (TgLink, 1);
    client->link->refs = 1;
    client->link->client = client;
    client->home_dc = TG_DC_FIRST;
    client->online_wanted = TRUE;
    client->tokens = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
    client->peers = g_hash_table_new_full (talk_id_hash, g_int64_equal, NULL,
                                           (GDestroyNotify)tg_peer_free);
    client->cloud_told =
        g_hash_table_new_full (talk_id_hash, g_int64_equal, g_free, NULL);
    tg_turn_init (client);
    tg_updates_init (client);
    tg_secrets_init (client);
    tg_dh_init (client);
    tg_wait_init (client);
    return client;
}

void
tg_client_free (TgClient *client)
{
    if (client == NULL)
        return;
    client->dying = TRUE;
    client->link->client = NULL;
    g_cancellable_cancel (client->cancel); /* nobody waits for the secret service now */
    if (client->timer != 0)
        client->host->ops->timer_remove (client->host->self, client->timer);
    close_connection (client);
    if (!client->stopped)
        tg_turn_write_all (client);
    tg_turn_drop_all (client);
    tg_turn_begin (client); /* what the machines say while they go reaches nobody */
    g_clear_pointer (&client->session, mt_session_free);
    tg_updates_clear (client);
    tg_peers_clear (client);
    tg_dh_clear (client);
    tg_login_clear (client);
    g_clear_pointer (&client->chats, g_hash_table_unref);
    tg_turn_drop_all (client);
    tg_servers_clear (&client->servers);
    g_hash_table_unref (client->peers);
    g_hash_table_unref (client->cloud_told);
    g_ptr_array_unref (client->tokens);
    g_free ((char *)client->config.api_hash);
    g_free ((char *)client->config.phone);
    g_free ((char *)client->config.device);
    g_free ((char *)client->config.system);
    g_free ((char *)client->config.version);
    g_free ((char *)client->config.lang);
    g_free ((char *)client->config.server);
    g_free ((char *)client->config.server_key);
    g_free ((char *)client->config.directory);
    g_free ((char *)client->config.key_label);
    tg_wipe_string ((char *)client->config.key_token);
    g_object_unref (client->cancel);
    tg_link_unref (client->link);
    if (tg_turn_clear (client))
        g_free (client);
}

void
tg_stop (TgClient *client, TalkOffline reason, const char *detail, gboolean fatal)
{
    if (client->stopped)
        return;
    client->stopped = TRUE;
    g_debug ("[account] offline, reason %d", reason);
    tg_tell_offline (client, reason, detail, fatal);
    tg_effect (client, run_disconnect);
}

/* --- calls --- */

static void
ignore_answer (void *user, TlMessage *answer, const MtError *error)
{
}

MtCall *
tg_call (TgClient *client, const TlObject *request, MtCallFlags flags, MtAnswerFunc func,
         void *user)
{
    g_autoptr (GError) error = NULL;
    MtCall *call = mt_session_call (client->session, request, flags,
                                    func != NULL ? func : ignore_answer, user, &error);

    if (call == NULL)
        g_critical ("%s", error->message); /* own requests encode */
    return call;
}

/* --- after login --- */

void
tg_send_status (TgClient *client)
{
    ApiAccountUpdateStatus request =
        TL_NEW (ApiAccountUpdateStatus, .offline = !client->online_wanted);
    tg_call (client, TL_OBJ (&request), MT_CALL_DEFAULT, NULL, NULL);
}

/* In step with the server: people, chats, online (MT-F8). */
void
tg_logged_in (TgClient *client)
{
    tg_peers_fetch_contacts (client);
    tg_send_status (client);
    client->was_online = TRUE;
    tg_tell_step (client, TALK_STEP_ONLINE);
    tg_secrets_run (client);
}

static void
run_move (TgClient *client, TgEffect *e)
{
    if (client->stopped)
        return;
    close_connection (client);
    tg_turn_begin (client);
    g_clear_pointer (&client->session, mt_session_free);
    client->home_dc = e->a;
    tg_save_account (client);
    tg_wait_clear (client);
    if (tg_make_session (client))
        mt_session_start (client->session, tg_now (client));
    tg_act_end (client);
}

/* The account lives elsewhere (MT-E11): a new session there, login goes on. */
void
tg_move_home (TgClient *client, int dc)
{
    tg_effect (client, run_move)->a = dc;
}
