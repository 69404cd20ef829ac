/* Login codes: sent, sent again by another way, typed; and the e-mail address that the
 * server may want for them (MT-F9 to MT-F21). */
#include "tg-login-private.h"

#include "tg-refusal.h"
#include "tg-wait.h"

#include "tl-text.h"

#include <string.h>

#define EMAIL_MAX 254 /* characters of an address */
#define CODES_TYPED_MAX 256

/* --- what is asked --- */

static void
ask_code_as (TgClient *client, unsigned attempt)
{
    const TgSent *sent = &client->login->sent;
    int64_t left = sent->other_at - tg_now (client).mono;
    TalkAsk ask = { .kind = TALK_ASK_CODE,
                    .attempt = attempt,
                    .detail = sent->how != NULL ? sent->how : "none",
                    .length = sent->length,
                    .part = sent->part,
                    .other = sent->other,
                    .wait = sent->other != NULL ? (int)(MAX (left + 999, 0) / 1000) : 0 };

    tg_login_ask (client, TG_LOGIN_CODE, ask);
}

static void
ask_code (TgClient *client)
{
    ask_code_as (client, 0);
}

static void
ask_email (TgClient *client)
{
    tg_login_ask (client, TG_LOGIN_EMAIL, (TalkAsk){ .kind = TALK_ASK_EMAIL });
}

void
tg_login_code_kept (TgClient *client)
{
    if (client->login->sent.wants_email)
        ask_email (client);
    else
        ask_code (client);
}

/* --- what the server sent --- */

/* `attempt`: of the question that goes on, or 0. */
static void
take_code (TgClient *client, const ApiAuthSentCode *code, unsigned attempt)
{
    TgSent *sent = &client->login->sent;

    client->login->failures = 0;
    if (!tg_sent_take (client, sent, code)) {
        tg_stop (client, TALK_OFFLINE_LOGIN_REFUSED, "BAD_CODE_HASH", TRUE);
        return;
    }
    tg_login_keep (client);
    if (sent->wants_email)
        ask_email (client);
    else if (sent->how == NULL && sent->other == NULL) /* MT-F12 */
        tg_stop (client, TALK_OFFLINE_NO_CODE, NULL, TRUE);
    else
        ask_code_as (client, attempt);
}

static void
take_sent (TgClient *client, const TlObject *root)
{
    const ApiAuthSentCode *sent = TL_AS (root, ApiAuthSentCode);
    const ApiAuthSentCodeSuccess *success = TL_AS (root, ApiAuthSentCodeSuccess);
    const ApiAuthSentCodePaymentRequired *pay =
        TL_AS (root, ApiAuthSentCodePaymentRequired);

    if (success != NULL) { /* MT-F13 */
        tg_login_succeed (client, success->authorization);
    } else if (sent != NULL) {
        take_code (client, sent, 0);
    } else if (pay != NULL) {
        g_autofree char *address = tl_text_line (pay->support_email_address, TG_HINT_MAX);
        tg_stop (client, TALK_OFFLINE_PAYMENT, *address != '\0' ? address : NULL, TRUE);
    } else {
        tg_stop (client, TALK_OFFLINE_NO_CODE, NULL, TRUE);
    }
}

/* The login begins anew: a code that was asked for is of no use any more. */
static void
begin_again (TgClient *client, gboolean expired)
{
    client->login->expired = expired;
    tg_login_send_code (client);
}

static void
code_sent_cb (void *user, TlMessage *answer, const MtError *error)
{
    TgClient *client = user;
    TgLogin *login = client->login;

    if (login->state != TG_LOGIN_SENDING)
        return;
    if (error == NULL) {
        take_sent (client, tl_message_root (answer));
        return;
    }
    switch (tg_refusal_of (error)) {
    case TG_REFUSAL_PASSWORD_NEEDED: /* a token stands for the code (MT-E16) */
        tg_login_fetch_password (client);
        break;
    case TG_REFUSAL_RESTART:
    case TG_REFUSAL_CODE_EXPIRED: /* SMS_CODE_CREATE_FAILED; MT-F17 */
        if (!login->restarted) {
            login->restarted = TRUE;
            tg_login_send_code (client);
            break;
        }
        /* fall through */
    default:
        if (!tg_login_migrated (client, error) && !tg_login_passes (client, error))
            tg_login_refuse (client, error);
        break;
    }
}

void
tg_login_send_code (TgClient *client)
{
    g_autofree char *phone = tg_phone_clean (client->config.phone);
    g_autofree TlBytes *tokens = tg_tokens (client);

    if (phone == NULL) { /* MT-F4 */
        tg_stop (client, TALK_OFFLINE_PHONE_INVALID, NULL, TRUE);
        return;
    }
    tg_login_let_go (client);
    ApiCodeSettings settings = TL_NEW (ApiCodeSettings); /* MT-F9 */
    if (client->tokens->len > 0)
        settings.logout_tokens = (TlVector){ tokens, client->tokens->len };
    ApiAuthSendCode request = TL_NEW (
        ApiAuthSendCode, .phone_number = TL_STR (phone), .api_id = client->config.api_id,
        .api_hash = TL_STR (client->config.api_hash), .settings = TL_OBJ (&settings));
    tg_login_set_state (client, TG_LOGIN_SENDING);
    tg_wait_code_sent (client);
    tg_call (client, TL_OBJ (&request), MT_CALL_BEFORE_LOGIN, code_sent_cb, client);
}

/* --- by another way (MT-F14, MT-F21) --- */

static void
resent_cb (void *user, TlMessage *answer, const MtError *error)
{
    TgClient *client = user;
    TgLogin *login = client->login;

    if (login->state != TG_LOGIN_RESENDING)
        return;
    if (error == NULL) {
        take_sent (client, tl_message_root (answer));
        return;
    }
    switch (tg_refusal_of (error)) {
    case TG_REFUSAL_NO_OTHER_WAY:
        login->sent.other = NULL;
        login->why = TALK_AGAIN_USED_UP;
        if (login->sent.how != NULL)
            ask_code (client);
        else
            tg_stop (client, TALK_OFFLINE_NO_CODE, NULL, TRUE);
        break;
    case TG_REFUSAL_RESET_RUNS:
        login->why = TALK_AGAIN_EARLY;
        ask_code (client);
        break;
    case TG_REFUSAL_CODE_EXPIRED:
    case TG_REFUSAL_RESTART:
        begin_again (client, TRUE);
        break;
    default:
        if (!tg_login_migrated (client, error) && !tg_login_passes (client, error))
            tg_login_refuse (client, error);
        break;
    }
}

void
tg_login_resend (TgClient *client)
{
    g_autofree char *phone = tg_phone_clean (client->config.phone);
    const TgSent *sent = &client->login->sent;
    ApiAuthResendCode resend = TL_NEW (ApiAuthResendCode, .phone_number = TL_STR (phone),
                                       .phone_code_hash = TL_STR (sent->hash));
    ApiAuthResetLoginEmail reset =
        TL_NEW (ApiAuthResetLoginEmail, .phone_number = TL_STR (phone),
                .phone_code_hash = TL_STR (sent->hash));
    gboolean by_mail = g_strcmp0 (sent->other, "reset") == 0;

    tg_login_set_state (client, TG_LOGIN_RESENDING);
    tg_call (client, by_mail ? TL_OBJ (&reset) : TL_OBJ (&resend), MT_CALL_BEFORE_LOGIN,
             resent_cb, client);
}

/* Not before its time. */
static void
want_other (TgClient *client)
{
    TgLogin *login = client->login;

    if (login->sent.other == NULL)
        login->again = TRUE;
    else if (tg_now (client).mono < login->sent.other_at)
        login->why = TALK_AGAIN_EARLY;
    else {
        tg_login_resend (client);
        return;
    }
    ask_code (client);
}

/* --- typed --- */

static void
signed_in_cb (void *user, TlMessage *answer, const MtError *error)
{
    TgClient *client = user;

    if (client->login->state != TG_LOGIN_SIGNING)
        return;
    if (error == NULL) {
        tg_login_succeed (client, tl_message_root (answer));
        return;
    }
    switch (tg_refusal_of (error)) {
    case TG_REFUSAL_PASSWORD_NEEDED: /* MT-F23 */
        tg_login_fetch_password (client);
        break;
    case TG_REFUSAL_CODE_WRONG: /* MT-F17 */
    case TG_REFUSAL_MAIL_CODE_WRONG:
        client->login->again = TRUE;
        ask_code (client);
        break;
    case TG_REFUSAL_CODE_EXPIRED:
    case TG_REFUSAL_MAIL_CODE_LATE:
    case TG_REFUSAL_RESTART:
        begin_again (client, TRUE);
        break;
    default:
        if (!tg_login_migrated (client, error) && !tg_login_passes (client, error))
            tg_login_refuse (client, error);
        break;
    }
}

void
tg_login_sign_in (TgClient *client)
{
    const TgLogin *login = client->login;
    g_autofree char *phone = tg_phone_clean (client->config.phone);
    ApiEmailVerificationCode mailed =
        TL_NEW (ApiEmailVerificationCode, .code = TL_STR (login->code));
    ApiAuthSignIn request = TL_NEW (ApiAuthSignIn, .phone_number = TL_STR (phone),
                                    .phone_code_hash = TL_STR (login->sent.hash));

    if (g_strcmp0 (login->sent.how, "email") == 0) /* MT-F21 */
        request.email_verification = TL_OBJ (&mailed);
    else
        request.phone_code = TL_STR (login->code);
    tg_login_set_state (client, TG_LOGIN_SIGNING);
    tg_call (client, TL_OBJ (&request), MT_CALL_BEFORE_LOGIN, signed_in_cb, client);
}

void
tg_login_code_typed (TgClient *client, const char *text)
{
    TgLogin *login = client->login;
    gboolean words = g_strcmp0 (login->sent.how, "word") == 0 ||
                     g_strcmp0 (login->sent.how, "phrase") == 0;

    g_clear_pointer (&login->code, crypto_text_free);
    login->code = tg_login_trim (text, words);
    if (*login->code == '\0' || login->sent.how == NULL) {
        want_other (client);
    } else if (strlen (login->code) > CODES_TYPED_MAX) {
        login->again = TRUE;
        ask_code (client);
    } else {
        tg_login_sign_in (client);
    }
}

void
tg_login_cancel_code (TgClient *client)
{
    if (client->login->sent.hash == NULL)
        return;
    tg_login_let_go (client);
    g_autofree char *phone = tg_phone_clean (client->config.phone);
    ApiAuthCancelCode request =
        TL_NEW (ApiAuthCancelCode, .phone_number = TL_STR (phone),
                .phone_code_hash = TL_STR (client->login->sent.hash));

    tg_call (client, TL_OBJ (&request), MT_CALL_BEFORE_LOGIN, NULL, NULL);
    net_flush (client->net, tg_now (client));
}

/* Of this attempt's code only. */
void
tg_login_sent_elsewhere (TgClient *client, const TlObject *object)
{
    const ApiAuthSentCode *code = TL_AS (object, ApiAuthSentCode);
    TgLogin *login = client->login;

    if (login->state != TG_LOGIN_CODE || code == NULL || login->sent.hash == NULL ||
        code->phone_code_hash.len != strlen (login->sent.hash) ||
        memcmp (code->phone_code_hash.data, login->sent.hash,
                code->phone_code_hash.len) != 0)
        return;
    take_code (client, code, client->attempt);
}

/* --- an e-mail address for codes (MT-F20) --- */

static ApiEmailVerifyPurposeLoginSetup
purpose_of (const TgClient *client, const char *phone)
{
    return TL_NEW (ApiEmailVerifyPurposeLoginSetup, .phone_number = TL_STR (phone),
                   .phone_code_hash = TL_STR (client->login->sent.hash));
}

static void
ask_email_code (TgClient *client)
{
    TgLogin *login = client->login;

    tg_login_ask (client, TG_LOGIN_EMAIL_CODE,
                  (TalkAsk){ .kind = TALK_ASK_EMAIL_CODE,
                             .part = login->sent.part,
                             .length = login->sent.length });
}

static void
not_mailed (TgClient *client, const MtError *error)
{
    TgLogin *login = client->login;

    switch (tg_refusal_of (error)) {
    case TG_REFUSAL_EMAIL_INVALID:
        login->why = TALK_AGAIN_ADDRESS;
        ask_email (client);
        break;
    case TG_REFUSAL_EMAIL_REFUSED:
        login->why = TALK_AGAIN_REFUSED;
        ask_email (client);
        break;
    case TG_REFUSAL_MAIL_CODE_WRONG:
        login->again = TRUE;
        ask_email_code (client);
        break;
    case TG_REFUSAL_MAIL_CODE_LATE:
        login->why = TALK_AGAIN_TOO_LATE;
        ask_email (client);
        break;
    case TG_REFUSAL_CODE_EXPIRED:
    case TG_REFUSAL_RESTART:
        begin_again (client, TRUE);
        break;
    default:
        if (!tg_login_migrated (client, error) && !tg_login_passes (client, error))
            tg_login_refuse (client, error);
        break;
    }
}

static void
mailed_cb (void *user, TlMessage *answer, const MtError *error)
{
    TgClient *client = user;
    TgSent *sent = &client->login->sent;

    if (client->login->state != TG_LOGIN_MAILING)
        return;
    if (error != NULL) {
        not_mailed (client, error);
        return;
    }
    const ApiAccountSentEmailCode *mail =
        TL_AS (tl_message_root (answer), ApiAccountSentEmailCode);
    client->login->failures = 0;
    g_clear_pointer (&sent->part, g_free);
    if (mail != NULL) {
        sent->part = tl_text_line (mail->email_pattern, TG_HINT_MAX);
        sent->length = mail->length >= 0 && mail->length <= 64 ? mail->length : 0;
    }
    ask_email_code (client);
}

void
tg_login_mail (TgClient *client)
{
    g_autofree char *phone = tg_phone_clean (client->config.phone);
    ApiEmailVerifyPurposeLoginSetup purpose = purpose_of (client, phone);
    ApiAccountSendVerifyEmailCode request =
        TL_NEW (ApiAccountSendVerifyEmailCode, .purpose = TL_OBJ (&purpose),
                .email = TL_STR (client->login->email));

    tg_login_set_state (client, TG_LOGIN_MAILING);
    tg_call (client, TL_OBJ (&request), MT_CALL_BEFORE_LOGIN, mailed_cb, client);
}

void
tg_login_email_typed (TgClient *client, const char *text)
{
    TgLogin *login = client->login;

    g_clear_pointer (&login->email, crypto_text_free);
    login->email = tg_login_trim (text, TRUE);
    const char *at = strchr (login->email, '@');
    if (at == NULL || at == login->email || at[1] == '\0' ||
        g_utf8_strlen (login->email, -1) > EMAIL_MAX ||
        strpbrk (login->email, " \t\n") != NULL) {
        login->why = TALK_AGAIN_ADDRESS;
        ask_email (client);
        return;
    }
    tg_login_mail (client);
}

static void
verified_cb (void *user, TlMessage *answer, const MtError *error)
{
    TgClient *client = user;

    if (client->login->state != TG_LOGIN_VERIFYING)
        return;
    if (error != NULL) {
        not_mailed (client, error);
        return;
    }
    const ApiAccountEmailVerifiedLogin *verified =
        TL_AS (tl_message_root (answer), ApiAccountEmailVerifiedLogin);
    if (verified != NULL)
        take_sent (client, verified->sent_code);
    else
        begin_again (client, FALSE);
}

void
tg_login_verify (TgClient *client)
{
    g_autofree char *phone = tg_phone_clean (client->config.phone);
    ApiEmailVerifyPurposeLoginSetup purpose = purpose_of (client, phone);
    ApiEmailVerificationCode code =
        TL_NEW (ApiEmailVerificationCode, .code = TL_STR (client->login->code));
    ApiAccountVerifyEmail request =
        TL_NEW (ApiAccountVerifyEmail, .purpose = TL_OBJ (&purpose),
                .verification = TL_OBJ (&code));

    tg_login_set_state (client, TG_LOGIN_VERIFYING);
    tg_call (client, TL_OBJ (&request), MT_CALL_BEFORE_LOGIN, verified_cb, client);
}

void
tg_login_email_code_typed (TgClient *client, const char *text)
{
    TgLogin *login = client->login;

    g_clear_pointer (&login->code, crypto_text_free);
    login->code = tg_login_trim (text, FALSE);
    if (*login->code != '\0' && strlen (login->code) <= CODES_TYPED_MAX)
        tg_login_verify (client);
    else
        ask_email (client); /* another address, perhaps */
}
