/* One account: what its net of data centres tells, the timer, and what features tell those
 * above them. */
#include "tg-commit.h"
#include "tg-difference.h"
#include "tg-environment.h"
#include "tg-features.h"
#include "tg-files.h"
#include "tg-line.h"
#include "tg-login.h"
#include "tg-net.h"
#include "tg-open.h"
#include "tg-prime.h"
#include "tg-secrets.h"
#include "tg-self.h"
#include "tg-status.h"
#include "tg-updates.h"
#include "tg-uploads.h"
#include "tg-wait.h"

/* --- what is told of the connection --- */

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
            tg_self_ask (client);
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
    tg_features_lost (client);
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
    tg_features_tick (client, now);
}

static void
rearm (TgClient *client)
{
    int64_t at = HOST_NEVER;

    if (client->net != NULL && !client->stopped)
        at = tg_features_deadline (client);
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

static void
opened (TgClient *client, const GArray *records)
{
    if (!tg_environment_is_ours (client, records))
        return;
    for (unsigned i = 0; i < records->len; i++)
        tg_features_load (client, &g_array_index (records, TgRecord, i));
    if (store_was_rolled_back (client->link->store)) {
        tg_secrets_roll_back (client);
        tg_save_account (client); /* this turn writes in any case: that settles it */
    }
    if (!tg_net_make (client, records, &net_ops))
        return;
    if (client->stored_id == 0) /* of a time without that record */
        client->stored_id = client->own_id;
    if (!tg_net_restore (client, records))
        client->own_id = 0;
    if (client->own_id != 0)
        net_set_logged_in (client->net, client->own_id);
    tg_features_loaded (client);
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

static void
settle (TgClient *client)
{
    tg_difference_settle (client);
    tg_uploads_settle (client);
    tg_files_settle (client);
}

static const TgWires wires = {
    .make = tg_features_make_of,
    .opened = opened,
    .logged_in = logged_in,
    .in_step = tg_features_in_step,
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
    tg_features_make (client);
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
    tg_features_clear (client);
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
    MtCallFlags flags = MT_CALL_PATIENT;

    if (client->stopped || client->net == NULL)
        return;
    g_auto (TgAct) act = tg_act (client);
    if (client->own_id == 0) /* else it would wait for a login, and end that (MT-E28) */
        flags |= MT_CALL_BEFORE_LOGIN;
    /* silence is no answer: what it would end stays until there is one (DECISIONS 24) */
    tg_call (client, TL_OBJ (&request), flags, log_out_cb, client);
}
