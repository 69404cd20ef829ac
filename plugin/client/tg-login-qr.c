/* Login by a QR code: another app of the account scans a link and says yes (MT-F32 to F34). */
#include "tg-login-private.h"

#include "tg-peers.h"
#include "tg-refusal.h"

#include <string.h>

#define TOKEN_MAX 256      /* bytes; real ones have some 32 */
#define SECOND 1000        /* ms */
#define RENEW_LEAST SECOND /* whatever the server says */
#define RENEW_MOST (60 * SECOND)
#define GRACE (5 * SECOND)    /* for the answer that brings another one */
#define HOPS_MAX 2            /* of a token, from one data centre to another */
#define UNUSED (300 * SECOND) /* nobody scans it any more */

/* --- the link --- */

static char *
link_of (TlBytes token)
{
    g_autofree char *base64 = g_base64_encode (token.data, token.len);
    char *link;

    g_strdelimit (base64, "+", '-');
    g_strdelimit (base64, "/", '_');
    base64[strcspn (base64, "=")] = '\0';
    link = g_strconcat ("tg://login?token=", base64, NULL);
    crypto_wipe (base64, strlen (base64));
    return link;
}

/* The same question, with another link: its number stays. */
static void
show (TgClient *client, const ApiAuthLoginToken *token)
{
    TgLoginQr *qr = &client->login->qr;
    int64_t now = tg_now (client).mono;
    int64_t left = ((int64_t)token->expires - tg_server_time (client)) * SECOND;
    TalkAsk ask = { .kind = TALK_ASK_QR, .phone = client->config.phone };
    g_autofree char *phone = tg_phone_clean (client->config.phone);

    if (token->token.len == 0 || token->token.len > TOKEN_MAX) {
        tg_stop (client, TALK_OFFLINE_LOGIN_REFUSED, "BAD_TOKEN", TRUE);
        return;
    }
    char *link = link_of (token->token);
    ask.detail = link;
    ask.other = phone != NULL ? "code" : NULL;
    qr->renew_at = now + CLAMP (left, RENEW_LEAST, RENEW_MOST);
    if (client->login->state == TG_LOGIN_QR)
        ask.attempt = client->attempt;
    else
        qr->until = now + UNUSED;
    tg_login_ask (client, TG_LOGIN_QR, ask);
    qr->gone_at = now + CLAMP (left, RENEW_LEAST, UNUSED) + GRACE;
    qr->shown = client->attempt;
    crypto_text_free (link);
}

/* --- at another data centre --- */

static void
move (TgClient *client, const ApiAuthLoginTokenMigrateTo *to)
{
    TgLogin *login = client->login;

    if (to->token.len == 0 || to->token.len > TOKEN_MAX || ++login->qr.hops > HOPS_MAX ||
        !tg_login_may_move (client, to->dc_id)) {
        tg_stop (client, TALK_OFFLINE_LOGIN_REFUSED, "BAD_TOKEN", TRUE);
        return;
    }
    tg_login_wipe_token (login);
    login->qr.token = g_bytes_new (to->token.data, to->token.len);
    tg_login_set_state (client, TG_LOGIN_NONE);
    client->wires->move_home (client, to->dc_id);
}

/* --- answers --- */

static void
take (TgClient *client, const TlObject *root)
{
    const ApiAuthLoginToken *token = TL_AS (root, ApiAuthLoginToken);
    const ApiAuthLoginTokenMigrateTo *to = TL_AS (root, ApiAuthLoginTokenMigrateTo);
    const ApiAuthLoginTokenSuccess *success = TL_AS (root, ApiAuthLoginTokenSuccess);

    client->login->failures = 0;
    if (token != NULL)
        show (client, token);
    else if (to != NULL)
        move (client, to);
    else if (success != NULL)
        tg_login_succeed (client, success->authorization);
    else
        tg_stop (client, TALK_OFFLINE_LOGIN_REFUSED, "BAD_TOKEN", TRUE);
}

static void
fail (TgClient *client, const MtError *error)
{
    switch (tg_refusal_of (error)) {
    case TG_REFUSAL_PASSWORD_NEEDED: /* scanned, and two-step verification is next */
        tg_login_fetch_password (client);
        break;
    case TG_REFUSAL_TOKEN_OLD: /* another one */
        tg_login_again (client, tg_login_qr_ask);
        break;
    default:
        if (!tg_login_migrated (client, error) && !tg_login_passes (client, error))
            tg_login_refuse (client, error);
        break;
    }
}

static gboolean
is_open (const TgClient *client)
{
    TgLoginState state = client->login->state;

    return state == TG_LOGIN_QR || state == TG_LOGIN_QR_ASKING;
}

static void
exported_cb (void *user, TlMessage *answer, const MtError *error)
{
    TgClient *client = user;
    TgLoginQr *qr = &client->login->qr;

    qr->out = FALSE;
    if (!is_open (client))
        return;
    if (error != NULL)
        fail (client, error);
    else
        take (client, tl_message_root (answer));
    if (qr->again && is_open (client) && !qr->out)
        tg_login_qr_ask (client);
}

void
tg_login_qr_ask (TgClient *client)
{
    TgLoginQr *qr = &client->login->qr;
    const TgConfig *config = &client->config;
    ApiAuthExportLoginToken request =
        TL_NEW (ApiAuthExportLoginToken, .api_id = config->api_id,
                .api_hash = TL_STR (config->api_hash),
                .except_ids = { config->other_ids, config->n_other_ids });

    if (client->login->state != TG_LOGIN_QR)
        tg_login_set_state (client, TG_LOGIN_QR_ASKING);
    if (qr->out)
        return;
    qr->out = TRUE;
    qr->again = FALSE;
    qr->wanted = TRUE;
    qr->renew_at = HOST_NEVER;
    tg_call (client, TL_OBJ (&request), MT_CALL_BEFORE_LOGIN, exported_cb, client);
}

static void
imported_cb (void *user, TlMessage *answer, const MtError *error)
{
    TgClient *client = user;

    if (client->login->state != TG_LOGIN_QR_IMPORTING)
        return;
    if (error != NULL)
        fail (client, error);
    else
        take (client, tl_message_root (answer));
}

void
tg_login_qr_import (TgClient *client)
{
    size_t len;
    const void *data = g_bytes_get_data (client->login->qr.token, &len);
    ApiAuthImportLoginToken request =
        TL_NEW (ApiAuthImportLoginToken, .token = TL_BYTES (data, len));

    tg_login_set_state (client, TG_LOGIN_QR_IMPORTING);
    tg_call (client, TL_OBJ (&request), MT_CALL_BEFORE_LOGIN, imported_cb, client);
    tg_login_wipe_token (client->login);
}

/* --- inputs --- */

void
tg_login_qr_scanned (TgClient *client)
{
    TgLoginQr *qr = &client->login->qr;

    if (!is_open (client))
        return;
    if (qr->out)
        qr->again = TRUE; /* one at a time */
    else
        tg_login_qr_ask (client);
}

void
tg_login_qr_tick (TgClient *client, HostTime now)
{
    TgLoginQr *qr = &client->login->qr;

    if (qr->gone_at != 0 && now.mono >= qr->gone_at) {
        TalkAsk none = { .kind = TALK_ASK_QR, .attempt = qr->shown };
        qr->gone_at = 0;
        tg_tell_ask (client, &none);
    }
    if (client->login->state != TG_LOGIN_QR || now.mono < qr->renew_at)
        return;
    if (now.mono >= qr->until)
        tg_stop (client, TALK_OFFLINE_QR_UNUSED, NULL, TRUE);
    else
        tg_login_qr_ask (client);
}

int64_t
tg_login_qr_deadline (const TgClient *client)
{
    const TgLoginQr *qr = &client->login->qr;
    int64_t renew = client->login->state == TG_LOGIN_QR ? qr->renew_at : HOST_NEVER;

    return qr->gone_at != 0 ? MIN (renew, qr->gone_at) : renew;
}

void
tg_login_qr_end (TgClient *client)
{
    client->login->qr.wanted = FALSE;
    client->login->qr.gone_at = 0;
}
