/* Which way a login goes, and what the user answers. */
#include "tg-login-private.h"

#include "tg-notices.h"
#include "tg-wait.h"

#define UPDATES_MAX 100 /* of one message, before the login */

/* --- life --- */

void
tg_login_init (TgClient *client)
{
    client->login = g_new0 (TgLogin, 1);
    client->login->qr.wanted = client->config.by_qr;
}

void
tg_login_clear (TgClient *client)
{
    tg_login_wipe (client);
    g_clear_pointer (&client->login, g_free);
}

void
tg_login_reset (TgClient *client)
{
    tg_login_wipe (client);
    client->login->moved = TG_LOGIN_NONE;
    tg_login_set_state (client, TG_LOGIN_NONE);
}

/* --- the answers of the user --- */

static void
cancel (TgClient *client)
{
    switch (client->login->state) {
    case TG_LOGIN_CODE:
    case TG_LOGIN_EMAIL:
    case TG_LOGIN_EMAIL_CODE:
        tg_login_cancel_code (client);
        break;
    default:
        break;
    }
    tg_login_set_state (client, TG_LOGIN_NONE);
    tg_stop (client, TALK_OFFLINE_CANCELLED, NULL, TRUE);
}

/* A code in the place of the picture; what was shown is of no use any more. */
static void
by_code (TgClient *client)
{
    tg_login_qr_end (client);
    tg_login_send_code (client);
}

void
tg_login_answer (TgClient *client, unsigned attempt, const char *text)
{
    if (attempt != client->attempt || !client->asks_user)
        return; /* MT-F1 */
    tg_wait_step (client);
    if (text == NULL) {
        cancel (client);
        return;
    }
    switch (client->login->state) {
    case TG_LOGIN_CODE:
        tg_login_code_typed (client, text);
        break;
    case TG_LOGIN_EMAIL:
        tg_login_email_typed (client, text);
        break;
    case TG_LOGIN_EMAIL_CODE:
        tg_login_email_code_typed (client, text);
        break;
    case TG_LOGIN_PASSWORD:
        tg_login_password_typed (client, text);
        break;
    case TG_LOGIN_RECOVERY:
        tg_login_recovery_typed (client, text);
        break;
    case TG_LOGIN_QR:
        by_code (client);
        break;
    default:
        break;
    }
}

void
tg_login_by_qr (TgClient *client, unsigned attempt)
{
    if (attempt != client->attempt || client->login->state != TG_LOGIN_CODE)
        return;
    tg_wait_step (client);
    tg_login_cancel_code (client);
    tg_sent_clear (&client->login->sent);
    tg_login_qr_ask (client);
}

/* --- the server, before it knows who this is (MT-F6) --- */

static void
take_update (TgClient *client, const TlObject *update)
{
    switch (update->id) {
    case ApiUpdateLoginToken_ID:
        tg_login_qr_scanned (client);
        break;
    case ApiUpdateSentPhoneCode_ID:
        tg_login_sent_elsewhere (client,
                                 TL_AS (update, ApiUpdateSentPhoneCode)->sent_code);
        break;
    case ApiUpdateServiceNotification_ID:
        tg_tell_service (client, TL_AS (update, ApiUpdateServiceNotification));
        break;
    default:
        break;
    }
}

void
tg_login_receive (TgClient *client, const TlObject *root)
{
    const ApiUpdateShort *one = TL_AS (root, ApiUpdateShort);
    const ApiUpdates *many = TL_AS (root, ApiUpdates);
    const ApiUpdatesCombined *combined = TL_AS (root, ApiUpdatesCombined);
    const TlVector *updates = many != NULL       ? &many->updates
                              : combined != NULL ? &combined->updates
                                                 : NULL;

    if (one != NULL)
        take_update (client, one->update);
    for (size_t i = 0; updates != NULL && i < updates->len && i < UPDATES_MAX; i++)
        take_update (client, TL_ITEM_OBJ (*updates, i));
}

/* --- time --- */

/* Its step is done once more: a pause is over. */
static void
go_on (TgClient *client)
{
    switch (client->login->state) {
    case TG_LOGIN_PAUSED:
        tg_login_set_state (client, TG_LOGIN_NONE);
        net_start (client->net, tg_now (client));
        break;
    case TG_LOGIN_SENDING:
        tg_login_send_code (client);
        break;
    case TG_LOGIN_RESENDING:
        tg_login_resend (client);
        break;
    case TG_LOGIN_SIGNING:
        tg_login_sign_in (client);
        break;
    case TG_LOGIN_MAILING:
        tg_login_mail (client);
        break;
    case TG_LOGIN_VERIFYING:
        tg_login_verify (client);
        break;
    case TG_LOGIN_PARAMS:
    case TG_LOGIN_PROVING:
        tg_login_fetch_password (client);
        break;
    case TG_LOGIN_LOST:
        tg_login_lost_password (client);
        break;
    case TG_LOGIN_RECOVERING:
        tg_login_recover (client);
        break;
    case TG_LOGIN_QR_ASKING:
    case TG_LOGIN_QR:
    case TG_LOGIN_QR_IMPORTING: /* a token may be too old by now: another one */
        tg_login_qr_ask (client);
        break;
    case TG_LOGIN_NONE:
    case TG_LOGIN_CODE:
    case TG_LOGIN_EMAIL:
    case TG_LOGIN_EMAIL_CODE:
    case TG_LOGIN_PASSWORD:
    case TG_LOGIN_RECOVERY:
    case TG_LOGIN_DONE:
        break;
    }
}

void
tg_login_tick (TgClient *client, HostTime now)
{
    if (tg_wait_is_over (client))
        go_on (client);
    tg_login_qr_tick (client, now);
}

int64_t
tg_login_deadline (TgClient *client)
{
    return tg_login_qr_deadline (client);
}

void
tg_login_begin (TgClient *client)
{
    TalkWait reason = TALK_WAIT_NONE;
    int64_t ms = client->own_id == 0 ? tg_wait_before_login (client, &reason) : 0;

    if (ms == 0 || (reason == TALK_WAIT_CODE &&
                    (client->login->qr.wanted || tg_login_has_kept (client)))) {
        net_start (client->net, tg_now (client));
        return;
    }
    tg_login_set_state (client, TG_LOGIN_PAUSED);
    tg_wait_login (client, reason, ms);
}

void
tg_login_start (TgClient *client)
{
    TgLogin *login = client->login;

    if (login->state != TG_LOGIN_NONE)
        return; /* the calls survive a lost connection */
    tg_tell_step (client, TALK_STEP_LOGGING_IN);
    if (login->moved != TG_LOGIN_NONE) { /* with what belongs to it: no new code */
        login->state = login->moved;
        login->moved = TG_LOGIN_NONE;
        go_on (client);
        return;
    }
    if (login->qr.token != NULL)
        tg_login_qr_import (client);
    else if (tg_login_has_kept (client))
        tg_login_code_kept (client);
    else if (login->qr.wanted)
        tg_login_qr_ask (client);
    else
        tg_login_send_code (client);
}
