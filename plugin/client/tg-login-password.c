/* Two-step verification: the password's proof (SRP), and what helps without it. */
#include "tg-login-private.h"

#include "tg-refusal.h"

#include "crypto-srp.h"
#include "tl-text.h"

#include <string.h>

#define SALT_MAX 1024 /* bytes of a password's salt */

typedef struct {
    TgLink *link;
    unsigned attempt;
    CryptoSrpAlgo algo;
    uint8_t *salt1, *salt2;
    uint8_t b[256];
    size_t b_len;
    char *password;
    uint8_t a[256], m1[32];
    int64_t srp_id;
    gboolean good;
} Proof;

static gboolean
recovers (const TgClient *client)
{
    const ApiAccountPassword *password =
        client->login->password != NULL
            ? TL_AS (tl_message_root (client->login->password), ApiAccountPassword)
            : NULL;

    return password != NULL && password->has_recovery;
}

static void
ask_password (TgClient *client, const ApiAccountPassword *password)
{
    g_autofree char *hint =
        password->hint.data != NULL ? tl_text_line (password->hint, TG_HINT_MAX) : NULL;

    tg_login_ask (client, TG_LOGIN_PASSWORD,
                  (TalkAsk){ .kind = TALK_ASK_PASSWORD,
                             .detail = hint,
                             .other = recovers (client) ? "email" : NULL });
}

static void
password_checked_cb (void *user, TlMessage *answer, const MtError *error)
{
    TgClient *client = user;

    if (client->login->state != TG_LOGIN_PROVING)
        return;
    if (error == NULL) {
        tg_login_succeed (client, tl_message_root (answer));
        return;
    }
    switch (tg_refusal_of (error)) {
    case TG_REFUSAL_PASSWORD_WRONG: /* MT-F28 */
        client->login->again = TRUE;
        g_clear_pointer (&client->login->typed, crypto_text_free);
        tg_login_fetch_password (client);
        break;
    case TG_REFUSAL_PASSWORD_CHANGED:
        tg_login_again (client, tg_login_fetch_password);
        break;
    default:
        if (!tg_login_migrated (client, error) && !tg_login_passes (client, error))
            tg_login_refuse (client, error);
        break;
    }
}

static void
proof_work_cb (void *data)
{
    Proof *proof = data;

    proof->good =
        crypto_dh_real.is_safe_prime (proof->algo.p) &&
        crypto_dh_real.is_generator (proof->algo.g, proof->algo.p) &&
        crypto_srp_proof (&proof->algo, crypto_random_system (), proof->password,
                          proof->b, proof->b_len, proof->a, proof->m1);
}

static void
proof_done_cb (void *data)
{
    Proof *proof = data;
    TgClient *client = proof->link->client;

    if (client != NULL && client->login->state == TG_LOGIN_PROVING &&
        client->attempt == proof->attempt) {
        ApiInputCheckPasswordSRP srp =
            TL_NEW (ApiInputCheckPasswordSRP, .srp_id = proof->srp_id,
                    .A = TL_BYTES (proof->a, 256), .M1 = TL_BYTES (proof->m1, 32));
        ApiAuthCheckPassword request =
            TL_NEW (ApiAuthCheckPassword, .password = TL_OBJ (&srp));
        g_auto (TgAct) act = tg_act (client);
        if (proof->good)
            tg_call (client, TL_OBJ (&request), MT_CALL_BEFORE_LOGIN, password_checked_cb,
                     client);
        else
            tg_stop (client, TALK_OFFLINE_PASSWORD_UNKNOWN, NULL, TRUE);
    }
    crypto_text_free (proof->password);
    g_free (proof->salt1);
    g_free (proof->salt2);
    tg_link_unref (proof->link);
    crypto_wipe (proof, sizeof *proof);
    g_free (proof);
}

/* Hashing takes some 100 ms: on a worker (MT-F26). */
static void
prove (TgClient *client)
{
    const ApiAccountPassword *password =
        TL_AS (tl_message_root (client->login->password), ApiAccountPassword);
    const ApiPasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow *algo =
        TL_AS (password->current_algo,
               ApiPasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow);

    if (algo == NULL || algo->p.len != 256 || algo->salt1.len > SALT_MAX ||
        algo->salt2.len > SALT_MAX || password->srp_B.len < 248 ||
        password->srp_B.len > 256) { /* MT-F24, F25 */
        tg_stop (client, TALK_OFFLINE_PASSWORD_UNKNOWN, NULL, TRUE);
        return;
    }
    Proof *proof = g_new0 (Proof, 1);
    proof->link = tg_link_ref (client->link);
    proof->attempt = client->attempt;
    proof->salt1 = g_memdup2 (algo->salt1.data, algo->salt1.len);
    proof->salt2 = g_memdup2 (algo->salt2.data, algo->salt2.len);
    proof->algo = (CryptoSrpAlgo){ .g = algo->g,
                                   .salt1 = proof->salt1,
                                   .salt1_len = algo->salt1.len,
                                   .salt2 = proof->salt2,
                                   .salt2_len = algo->salt2.len };
    memcpy (proof->algo.p, algo->p.data, 256);
    memcpy (proof->b, password->srp_B.data, password->srp_B.len);
    proof->b_len = password->srp_B.len;
    proof->srp_id = password->srp_id;
    proof->password = g_strdup (client->login->typed);
    tg_login_set_state (client, TG_LOGIN_PROVING);
    client->host->ops->work (client->host->self, FALSE, proof_work_cb, proof_done_cb,
                             proof);
}

static void
password_cb (void *user, TlMessage *answer, const MtError *error)
{
    TgClient *client = user;

    if (client->login->state != TG_LOGIN_PARAMS)
        return;
    if (error != NULL) {
        if (!tg_login_migrated (client, error) && !tg_login_passes (client, error))
            tg_login_refuse (client, error);
        return;
    }
    client->login->failures = 0;
    const ApiAccountPassword *password =
        TL_AS (tl_message_root (answer), ApiAccountPassword);
    g_clear_pointer (&client->login->password, tl_message_unref);
    client->login->password = tl_message_ref (answer);
    if (password == NULL || !password->has_password) {
        ApiInputCheckPasswordEmpty empty = TL_NEW (ApiInputCheckPasswordEmpty);
        ApiAuthCheckPassword request =
            TL_NEW (ApiAuthCheckPassword, .password = TL_OBJ (&empty));
        tg_login_set_state (client, TG_LOGIN_PROVING);
        tg_call (client, TL_OBJ (&request), MT_CALL_BEFORE_LOGIN, password_checked_cb,
                 client);
    } else if (client->login->typed != NULL) {
        prove (client); /* the parameters changed under a password typed before */
    } else {
        ask_password (client, password);
    }
}

void
tg_login_fetch_password (TgClient *client)
{
    ApiAccountGetPassword request = TL_NEW (ApiAccountGetPassword);

    tg_login_set_state (client, TG_LOGIN_PARAMS);
    tg_call (client, TL_OBJ (&request), MT_CALL_BEFORE_LOGIN, password_cb, client);
}

void
tg_login_password_typed (TgClient *client, const char *text)
{
    TgLogin *login = client->login;

    if (*text == '\0' && recovers (client)) {
        tg_login_lost_password (client);
        return;
    }
    g_clear_pointer (&login->typed, crypto_text_free);
    login->typed = g_strdup (text);
    prove (client);
}

/* --- a lost one (MT-F29) --- */

static void
ask_recovery (TgClient *client)
{
    tg_login_ask (client, TG_LOGIN_RECOVERY,
                  (TalkAsk){ .kind = TALK_ASK_RECOVERY, .part = client->login->email });
}

static void
mailed_cb (void *user, TlMessage *answer, const MtError *error)
{
    TgClient *client = user;

    if (client->login->state != TG_LOGIN_LOST)
        return;
    if (error == NULL) {
        const ApiAuthPasswordRecovery *mail =
            TL_AS (tl_message_root (answer), ApiAuthPasswordRecovery);
        client->login->failures = 0;
        g_clear_pointer (&client->login->email, crypto_text_free);
        if (mail != NULL)
            client->login->email = tl_text_line (mail->email_pattern, TG_HINT_MAX);
        ask_recovery (client);
    } else if (tg_refusal_of (error) == TG_REFUSAL_NO_RECOVERY) {
        client->login->why = TALK_AGAIN_NO_RECOVERY;
        tg_login_fetch_password (client);
    } else if (!tg_login_passes (client, error)) {
        tg_login_refuse (client, error);
    }
}

void
tg_login_lost_password (TgClient *client)
{
    ApiAuthRequestPasswordRecovery request = TL_NEW (ApiAuthRequestPasswordRecovery);

    tg_login_set_state (client, TG_LOGIN_LOST);
    tg_call (client, TL_OBJ (&request), MT_CALL_BEFORE_LOGIN, mailed_cb, client);
}

static void
not_recovered (TgClient *client, const MtError *error)
{
    switch (tg_refusal_of (error)) {
    case TG_REFUSAL_MAIL_CODE_WRONG:
        client->login->again = TRUE;
        ask_recovery (client);
        break;
    case TG_REFUSAL_MAIL_CODE_LATE:
        client->login->why = TALK_AGAIN_TOO_LATE;
        tg_login_fetch_password (client);
        break;
    case TG_REFUSAL_NO_RECOVERY:
        client->login->why = TALK_AGAIN_NO_RECOVERY;
        tg_login_fetch_password (client);
        break;
    default:
        if (!tg_login_migrated (client, error) && !tg_login_passes (client, error))
            tg_login_refuse (client, error);
        break;
    }
}

static void
recovered_cb (void *user, TlMessage *answer, const MtError *error)
{
    TgClient *client = user;

    if (client->login->state != TG_LOGIN_RECOVERING)
        return;
    if (error != NULL)
        not_recovered (client, error);
    else
        tg_login_succeed (client, tl_message_root (answer));
}

/* The code is right: with it the password goes, which was said when it was asked for. */
static void
right_cb (void *user, TlMessage *answer, const MtError *error)
{
    TgClient *client = user;
    TgLogin *login = client->login;

    if (login->state != TG_LOGIN_RECOVERING)
        return;
    if (error != NULL) {
        not_recovered (client, error);
        return;
    }
    ApiAuthRecoverPassword request =
        TL_NEW (ApiAuthRecoverPassword, .code = TL_STR (login->code));
    tg_call (client, TL_OBJ (&request), MT_CALL_BEFORE_LOGIN, recovered_cb, client);
}

void
tg_login_recover (TgClient *client)
{
    ApiAuthCheckRecoveryPassword request =
        TL_NEW (ApiAuthCheckRecoveryPassword, .code = TL_STR (client->login->code));

    tg_login_set_state (client, TG_LOGIN_RECOVERING);
    tg_call (client, TL_OBJ (&request), MT_CALL_BEFORE_LOGIN, right_cb, client);
}

void
tg_login_recovery_typed (TgClient *client, const char *text)
{
    TgLogin *login = client->login;

    g_clear_pointer (&login->code, crypto_text_free);
    login->code = tg_login_trim (text, FALSE);
    if (*login->code != '\0')
        tg_login_recover (client);
    else
        tg_login_fetch_password (client); /* it came to mind, perhaps */
}
