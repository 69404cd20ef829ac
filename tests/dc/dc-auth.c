/* Login: any code that was printed, a password where one was set; the config. */
#include "dc-keys.h"
#include "dc-sites.h"

#include "srp-server.h"
#include "dh-toy.h"

#include <string.h>

#define MAILED_CODE "54321"
#define G 3
#define OPTIONS_MAX 100

static const char salt1[] = "salt one", salt2[] = "salt two";

SrvAuthAuthorization
dc_log_in (DcCall *call, DcUser *user, SrvUser *self, SrvUserStatusOnline *online,
           SrvUserStatusOffline *offline)
{
    call->device->user = user;
    call->device->half = NULL;
    call->user = user;
    *self = dc_user_object (call->dc, user, user, online, offline);
    dc_log (call->dc, "%s logged in", user->first);
    return TL_NEW (SrvAuthAuthorization, .user = TL_OBJ (self));
}

static void
logged_in (DcCall *call, DcUser *user)
{
    SrvUserStatusOnline online;
    SrvUserStatusOffline offline;
    SrvUser self;
    SrvAuthAuthorization answer = dc_log_in (call, user, &self, &online, &offline);

    dc_answer (call, TL_OBJ (&answer));
}

static void
send_code (DcCall *call)
{
    TlBytes phone = TL_AS (call->query, SrvAuthSendCode)->phone_number;
    DcUser *user = dc_user_by_phone (call->dc, (const char *)phone.data, phone.len);
    uint32_t number;

    if (user == NULL) {
        dc_fail (call, 400, "PHONE_NUMBER_INVALID");
        return;
    }
    if (dc_site_moves (call, user))
        return;
    dc_random (call->dc, &number, sizeof number);
    g_snprintf (user->code, sizeof user->code, "%05u", number % 100000);
    dc_log (call->dc, "code %s %s", user->phone, user->code);
    if (user->address != NULL)
        dc_mail (call->dc, user);
    dc_login_send (call, DC_CODE_HASH);
}

static void
sign_in (DcCall *call)
{
    const SrvAuthSignIn *query = TL_AS (call->query, SrvAuthSignIn);
    DcUser *user = dc_user_by_phone (call->dc, (const char *)query->phone_number.data,
                                     query->phone_number.len);

    if (user == NULL)
        dc_fail (call, 400, "PHONE_NUMBER_UNOCCUPIED");
    else if (g_strcmp0 (call->dc->code_kind, "email") == 0 &&
             query->email_verification == NULL)
        dc_fail (call, 400, "EMAIL_VERIFY_EXPIRED"); /* it is no phone code (MT-F21) */
    else if (query->email_verification != NULL &&
             !dc_mail_is_right (user, query->email_verification))
        dc_fail (call, 400, "CODE_INVALID");
    else if (query->phone_code.len != DC_CODE_LENGTH && call->dc->code_kind == NULL)
        dc_fail (call, 400, "PHONE_CODE_INVALID"); /* any five digits will do */
    else if (user->password != NULL) {
        call->device->half = user;
        dc_fail (call, 401, "SESSION_PASSWORD_NEEDED");
    } else
        logged_in (call, user);
}

/* --- a password that was forgotten: the code that is mailed is always the same --- */

static gboolean
is_mailed (TlBytes code)
{
    return code.len == strlen (MAILED_CODE) &&
           memcmp (code.data, MAILED_CODE, code.len) == 0;
}

static void
request_recovery (DcCall *call)
{
    SrvAuthPasswordRecovery answer =
        TL_NEW (SrvAuthPasswordRecovery, .email_pattern = TL_STR ("a*@b.c"));

    if (call->device->half == NULL)
        dc_fail (call, 400, "PASSWORD_EMPTY");
    else
        dc_answer (call, TL_OBJ (&answer));
}

static void
check_recovery (DcCall *call)
{
    if (is_mailed (TL_AS (call->query, SrvAuthCheckRecoveryPassword)->code))
        dc_answer_bool (call, TRUE);
    else
        dc_fail (call, 400, "CODE_INVALID");
}

/* It is taken away. */
static void
recover (DcCall *call)
{
    DcUser *user = call->device->half;

    if (user == NULL || !is_mailed (TL_AS (call->query, SrvAuthRecoverPassword)->code)) {
        dc_fail (call, 400, "CODE_INVALID");
        return;
    }
    g_clear_pointer (&user->password, g_free);
    logged_in (call, user);
}

static CryptoSrpAlgo
algo (void)
{
    CryptoSrpAlgo a = { .g = G,
                        .salt1 = (const uint8_t *)salt1,
                        .salt1_len = strlen (salt1),
                        .salt2 = (const uint8_t *)salt2,
                        .salt2_len = strlen (salt2) };
    memcpy (a.p, crypto_dh_known_prime, 256);
    return a;
}

static void
get_password (DcCall *call)
{
    DcUser *user = call->device->half != NULL ? call->device->half : call->user;
    CryptoSrpAlgo a = algo ();
    uint8_t x[32], v[256];
    SrvPasswordKdfAlgoUnknown unknown = TL_NEW (SrvPasswordKdfAlgoUnknown);
    SrvSecurePasswordKdfAlgoUnknown secure = TL_NEW (SrvSecurePasswordKdfAlgoUnknown);
    SrvPasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow current =
        TL_NEW (SrvPasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow,
                .salt1 = TL_STR (salt1), .salt2 = TL_STR (salt2), .g = G,
                .p = TL_BYTES (crypto_dh_known_prime, 256));
    SrvAccountPassword answer =
        TL_NEW (SrvAccountPassword, .new_algo = TL_OBJ (&unknown),
                .new_secure_algo = TL_OBJ (&secure), .secure_random = TL_STR ("random"));

    if (user != NULL && user->password != NULL) {
        DcKey *device = call->device;
        crypto_srp_x (&a, user->password, x);
        crypto_srp_verifier (&a, x, v);
        dc_random (call->dc, device->srp_b, 256);
        crypto_srp_server_b (&a, v, device->srp_b, device->srp_public);
        device->srp_id = dc_random_id (call->dc);
        answer.has_password = answer.has_recovery = TRUE;
        answer.current_algo = TL_OBJ (&current);
        answer.srp_B = TL_BYTES (device->srp_public, 256);
        answer.has_srp_id = TRUE;
        answer.srp_id = device->srp_id;
        answer.hint = TL_STR ("the usual");
    }
    dc_answer (call, TL_OBJ (&answer));
}

static void
check_password (DcCall *call)
{
    const SrvInputCheckPasswordSRP *proof = TL_AS (
        TL_AS (call->query, SrvAuthCheckPassword)->password, SrvInputCheckPasswordSRP);
    DcUser *user = call->device->half;
    CryptoSrpAlgo a = algo ();
    uint8_t x[32], v[256], m1[32], padded[256];

    if (user == NULL || user->password == NULL || proof == NULL) {
        dc_fail (call, 400, "PASSWORD_MISSING");
        return;
    }
    if (proof->srp_id != call->device->srp_id) {
        dc_fail (call, 400, "SRP_ID_INVALID");
        return;
    }
    crypto_srp_x (&a, user->password, x);
    crypto_srp_verifier (&a, x, v);
    gboolean sized =
        crypto_dh_pad (proof->A.data, proof->A.len, padded) && proof->M1.len == 32;
    if (sized)
        crypto_srp_server_m1 (&a, v, call->device->srp_b, call->device->srp_public,
                              padded, m1);
    if (!sized || memcmp (m1, proof->M1.data, 32) != 0) {
        dc_fail (call, 400, "PASSWORD_HASH_INVALID");
        return;
    }
    logged_in (call, user);
}

static void
cancel_code (DcCall *call)
{
    dc_answer_bool (call, TRUE);
}

static void
log_out (DcCall *call)
{
    SrvAuthLoggedOut answer = TL_NEW (SrvAuthLoggedOut);

    dc_chats_log_out (call);
    call->device->user = NULL;
    dc_answer (call, TL_OBJ (&answer));
}

static void
get_config (DcCall *call)
{
    Dc *dc = call->dc;
    int this_dc = call->session->key->number % 10000;
    SrvDcOption sites[OPTIONS_MAX];
    const TlObject *options[OPTIONS_MAX];
    size_t n_options = dc_site_options (call, sites, OPTIONS_MAX);
    for (size_t i = 0; i < n_options; i++)
        options[i] = TL_OBJ (&sites[i]);
    SrvConfig config = TL_NEW (
        SrvConfig, .date = dc_now (dc), .expires = dc_in (dc, 3600),
        .test_mode = call->session->key->number >= 10000, .this_dc = this_dc,
        .dc_options = { options, n_options }, .dc_txt_domain_name = TL_STR (""),
        .chat_size_max = 200, .megagroup_size_max = 200000, .forwarded_count_max = 100,
        .online_update_period_ms = 210000, .offline_blur_timeout_ms = 5000,
        .offline_idle_timeout_ms = 30000, .online_cloud_timeout_ms = 300000,
        .notify_cloud_delay_ms = 30000, .notify_default_delay_ms = 1500,
        .push_chat_period_ms = 60000, .push_chat_limit = 2, .edit_time_limit = 172800,
        .revoke_time_limit = 172800, .revoke_pm_time_limit = 172800,
        .rating_e_decay = 2419200, .stickers_recent_limit = 200,
        .channels_read_media_period = 604800, .call_receive_timeout_ms = 20000,
        .call_ring_timeout_ms = 90000, .call_connect_timeout_ms = 30000,
        .call_packet_timeout_ms = 10000, .me_url_prefix = TL_STR ("https://t.me/"),
        .caption_length_max = 1024, .message_length_max = 4096, .webfile_dc_id = this_dc);
    dc_answer (call, TL_OBJ (&config));
}

static void
get_nearest_dc (DcCall *call)
{
    int number = call->session->key->number % 10000;
    SrvNearestDc answer = TL_NEW (SrvNearestDc, .country = TL_STR ("ZZ"),
                                  .this_dc = number, .nearest_dc = number);
    dc_answer (call, TL_OBJ (&answer));
}

static void
get_app_config (DcCall *call)
{
    SrvHelpAppConfigNotModified answer = TL_NEW (SrvHelpAppConfigNotModified);
    dc_answer (call, TL_OBJ (&answer));
}

const DcMethod dc_auth_methods[] = {
    { "auth.sendCode", send_code, TRUE },
    { "auth.signIn", sign_in, TRUE },
    { "auth.cancelCode", cancel_code, TRUE },
    { "auth.checkPassword", check_password, TRUE },
    { "auth.requestPasswordRecovery", request_recovery, TRUE },
    { "auth.checkRecoveryPassword", check_recovery, TRUE },
    { "auth.recoverPassword", recover, TRUE },
    { "auth.logOut", log_out, FALSE },
    { "auth.bindTempAuthKey", dc_bind, TRUE },
    { "auth.dropTempAuthKeys", dc_drop_temporary, TRUE },
    { "account.getPassword", get_password, TRUE },
    { "help.getConfig", get_config, TRUE },
    { "help.getNearestDc", get_nearest_dc, TRUE },
    { "help.getAppConfig", get_app_config, TRUE },
    { NULL, NULL, FALSE },
};
