/* From a phone number to an authorisation (MTPROTO.md section F). */
#include "tg-login.h"
#include "tg-peers.h"
#include "tg-refusal.h"
#include "tg-wait.h"

#include "crypto-srp.h"
#include "tl-text.h"
#include "record.tl.h"

#include <string.h>

#define HOPS_MAX 3         /* migrations of one login (MT-E11) */
#define FLOOD_UNKNOWN 3600 /* s, where the server names no time */
#define FLOOD_MAX 604800   /* s: no sane server asks for more */
#define PAUSE_FIRST 1000   /* ms after an error of the server's own; doubled */
#define PAUSE_STEPS 6
#define CODE_LENGTH_MAX 64 /* digits or letters of a code; more is not told */
#define HASH_MAX 1024      /* bytes of a phone_code_hash; real ones have some 18 */
#define HINT_MAX 200       /* characters of a password's hint */
#define SALT_MAX 1024      /* bytes of a password's salt */

typedef enum {
    TG_LOGIN_NONE,
    TG_LOGIN_PAUSED,   /* not connected: nothing may be asked for yet */
    TG_LOGIN_SENDING,  /* auth.sendCode is out */
    TG_LOGIN_CODE,     /* the user types the code */
    TG_LOGIN_SIGNING,  /* auth.signIn is out */
    TG_LOGIN_PARAMS,   /* account.getPassword is out */
    TG_LOGIN_PASSWORD, /* the user types the password */
    TG_LOGIN_PROVING,  /* SRP runs, auth.checkPassword is out */
    TG_LOGIN_DONE,
} TgLoginState;

struct TgLogin {
    TgLoginState state;
    gboolean again, expired;
    char *hash; /* phone_code_hash */
    int hops;
    gboolean restarted;
    TlMessage *password; /* account.password in use */
    char *typed;         /* password on its way, wiped */
    char *code;          /* the same */
    int failures;        /* in a row that pass by themselves */
};

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

static void send_code (TgClient *client);
static void fetch_password (TgClient *client);

static void
set_state (TgClient *client, TgLoginState state)
{
    static const char *const names[] = {
        [TG_LOGIN_NONE] = "none",         [TG_LOGIN_PAUSED] = "paused",
        [TG_LOGIN_SENDING] = "sending",   [TG_LOGIN_CODE] = "code",
        [TG_LOGIN_SIGNING] = "signing",   [TG_LOGIN_PARAMS] = "params",
        [TG_LOGIN_PASSWORD] = "password", [TG_LOGIN_PROVING] = "proving",
        [TG_LOGIN_DONE] = "done",
    };
    G_STATIC_ASSERT (G_N_ELEMENTS (names) == TG_LOGIN_DONE + 1);

    g_debug ("[login] %s -> %s", names[client->login->state], names[state]);
    client->login->state = state;
    client->asks_user = state == TG_LOGIN_CODE || state == TG_LOGIN_PASSWORD;
}

void
tg_login_init (TgClient *client)
{
    client->login = g_new0 (TgLogin, 1);
}

static void
wipe (TgClient *client)
{
    TgLogin *login = client->login;

    g_clear_pointer (&login->typed, tg_wipe_string);
    g_clear_pointer (&login->code, tg_wipe_string);
    g_clear_pointer (&login->hash, g_free);
    g_clear_pointer (&login->password, tl_message_unref);
}

void
tg_login_clear (TgClient *client)
{
    wipe (client);
    g_clear_pointer (&client->login, g_free);
}

void
tg_login_reset (TgClient *client)
{
    wipe (client);
    set_state (client, TG_LOGIN_NONE);
}

/* --- errors --- */

static void
refuse (TgClient *client, const MtError *error)
{
    g_autofree char *detail = g_strdup (error->text);

    tg_stop (client, tg_refusal_offline (error),
             g_strcanon (detail, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_ ", '?'),
             TRUE);
}

/* An error that passes by itself: the step is repeated when its time has come, and nothing
 * of it needs the user (MT-E13, MT-E14). */
static gboolean
passes (TgClient *client, const MtError *error)
{
    if (tg_refusal_of (error) == TG_REFUSAL_FLOOD) {
        int64_t seconds = tg_refusal_pause (error, FLOOD_UNKNOWN, FLOOD_MAX);
        tg_wait_login (client, TALK_WAIT_FLOOD, seconds * 1000);
        return TRUE;
    }
    if (error->code < 500 && error->code >= 0)
        return FALSE;
    int64_t pause = (int64_t)PAUSE_FIRST << MIN (client->login->failures, PAUSE_STEPS);
    client->login->failures++;
    tg_wait_login (client,
                   error->code == MT_ERROR_LOCAL_TIMEOUT ? TALK_WAIT_NO_ANSWER
                                                         : TALK_WAIT_SERVER_ERROR,
                   pause);
    return TRUE;
}

/* The account lives at another data centre (MT-E11, F5). TRUE: the login went there. */
static gboolean
migrated (TgClient *client, const MtError *error)
{
    if (tg_refusal_of (error) != TG_REFUSAL_MIGRATE || error->number < 1 ||
        error->number > NET_DC_MAX || error->number == client->home_dc ||
        client->config.server != NULL || ++client->login->hops > HOPS_MAX)
        return FALSE;
    g_debug ("[login] the account lives at data centre %d", (int)error->number);
    set_state (client, TG_LOGIN_NONE);
    client->wires->move_home (client, (int)error->number);
    return TRUE;
}

/* --- success --- */

/* What is stored belongs to somebody else (MT-F7): this login is taken back, and nothing
 * of it stays. */
static void
other_user (TgClient *client)
{
    ApiAuthLogOut request = TL_NEW (ApiAuthLogOut);

    tg_call (client, TL_OBJ (&request), MT_CALL_BEFORE_LOGIN, NULL, NULL);
    net_flush (client->net, tg_now (client));
    net_forget (client->net);
    set_state (client, TG_LOGIN_NONE);
    tg_stop (client, TALK_OFFLINE_OTHER_USER, NULL, TRUE);
}

static void
succeed (TgClient *client, const TlObject *object)
{
    const ApiAuthAuthorization *authorization = TL_AS (object, ApiAuthAuthorization);
    const ApiUser *user =
        authorization != NULL ? TL_AS (authorization->user, ApiUser) : NULL;

    if (object != NULL &&
        object->id == ApiAuthAuthorizationSignUpRequired_ID) { /* MT-F19 */
        tg_stop (client, TALK_OFFLINE_SIGN_UP_NEEDED, NULL, TRUE);
        return;
    }
    if (user == NULL || !user->self || user->deleted ||
        !talk_is_user (user->id)) { /* MT-F7, MT-A25 */
        tg_stop (client, TALK_OFFLINE_LOGIN_REFUSED, "NO_USER", TRUE);
        return;
    }
    if (client->stored_id != 0 && client->stored_id != user->id) {
        other_user (client);
        return;
    }
    tg_take_token (client, authorization->future_auth_token);
    wipe (client);
    set_state (client, TG_LOGIN_DONE);
    client->own_id = client->stored_id = user->id;
    tg_save_account (client);
    RecIdentity identity = TL_NEW (RecIdentity, .user_id = user->id);
    tg_put (client, STORE_ACCOUNT, TG_RECORD_IDENTITY, TL_OBJ (&identity));
    tg_wait_logged_in (client);
    const TlObject *items[] = { authorization->user };
    TlVector users = { items, 1 };
    tg_peers_take (client, &users);
    client->wires->logged_in (client);
}

/* --- the code --- */

static void
ask_code (TgClient *client, const char *how, int length)
{
    TalkAsk ask = { .kind = TALK_ASK_CODE,
                    .attempt = ++client->attempt,
                    .again = client->login->again,
                    .expired = client->login->expired,
                    .detail = how,
                    .phone = client->config.phone,
                    .length = length };

    set_state (client, TG_LOGIN_CODE);
    tg_tell_ask (client, &ask);
}

/* How the code travels, in a word for the glue; NULL = no code for us (MT-F11, F12). */
static const char *
code_type (const TlObject *type, int *length)
{
    *length = 0;
    switch (type->id) {
    case ApiAuthSentCodeTypeApp_ID:
        *length = TL_AS (type, ApiAuthSentCodeTypeApp)->length;
        return "app";
    case ApiAuthSentCodeTypeSms_ID:
        *length = TL_AS (type, ApiAuthSentCodeTypeSms)->length;
        return "sms";
    case ApiAuthSentCodeTypeCall_ID:
        *length = TL_AS (type, ApiAuthSentCodeTypeCall)->length;
        return "call";
    case ApiAuthSentCodeTypeMissedCall_ID:
        *length = TL_AS (type, ApiAuthSentCodeTypeMissedCall)->length;
        return "missed-call";
    case ApiAuthSentCodeTypeFragmentSms_ID:
        *length = TL_AS (type, ApiAuthSentCodeTypeFragmentSms)->length;
        return "fragment";
    case ApiAuthSentCodeTypeSmsWord_ID:
        return "word";
    case ApiAuthSentCodeTypeSmsPhrase_ID:
        return "phrase";
    case ApiAuthSentCodeTypeEmailCode_ID:
        *length = TL_AS (type, ApiAuthSentCodeTypeEmailCode)->length;
        return "email";
    default:
        return NULL;
    }
}

static void
code_sent_cb (void *user, TlMessage *answer, const MtError *error)
{
    TgClient *client = user;
    int length;

    if (client->login->state != TG_LOGIN_SENDING)
        return;
    if (error != NULL) {
        if (tg_refusal_of (error) == TG_REFUSAL_RESTART && !client->login->restarted) {
            client->login->restarted = TRUE; /* MT-F17 */
            send_code (client);
        } else if (tg_refusal_of (error) == TG_REFUSAL_PASSWORD_NEEDED) { /* MT-E16 */
            client->login->again = FALSE;
            fetch_password (client);
        } else if (!migrated (client, error) && !passes (client, error)) {
            refuse (client, error);
        }
        return;
    }
    client->login->failures = 0;
    const TlObject *root = tl_message_root (answer);
    const ApiAuthSentCode *sent = TL_AS (root, ApiAuthSentCode);
    const ApiAuthSentCodeSuccess *success = TL_AS (root, ApiAuthSentCodeSuccess);
    if (success != NULL) { /* MT-F13 */
        succeed (client, success->authorization);
        return;
    }
    const char *how = sent != NULL ? code_type (sent->type, &length) : NULL;
    if (how != NULL && (length < 0 || length > CODE_LENGTH_MAX))
        length = 0;
    if (how == NULL) {
        tg_stop (client, TALK_OFFLINE_NO_CODE, NULL, TRUE);
        return;
    }
    if (sent->phone_code_hash.len > HASH_MAX) { /* it goes back in each request */
        tg_stop (client, TALK_OFFLINE_LOGIN_REFUSED, "BAD_CODE_HASH", TRUE);
        return;
    }
    g_free (client->login->hash);
    client->login->hash =
        g_strndup ((const char *)sent->phone_code_hash.data, sent->phone_code_hash.len);
    ask_code (client, how, length);
}

static void
send_code (TgClient *client)
{
    g_autofree char *phone = tg_phone_clean (client->config.phone);
    g_autofree TlBytes *tokens = tg_tokens (client);

    if (phone == NULL) { /* MT-F4 */
        tg_stop (client, TALK_OFFLINE_PHONE_INVALID, NULL, TRUE);
        return;
    }
    ApiCodeSettings settings = TL_NEW (ApiCodeSettings); /* MT-F9 */
    if (client->tokens->len > 0)
        settings.logout_tokens = (TlVector){ tokens, client->tokens->len };
    ApiAuthSendCode request = TL_NEW (
        ApiAuthSendCode, .phone_number = TL_STR (phone), .api_id = client->config.api_id,
        .api_hash = TL_STR (client->config.api_hash), .settings = TL_OBJ (&settings));
    set_state (client, TG_LOGIN_SENDING);
    tg_wait_code_sent (client);
    tg_call (client, TL_OBJ (&request), MT_CALL_BEFORE_LOGIN, code_sent_cb, client);
}

/* --- the password --- */

static void
ask_password (TgClient *client, const ApiAccountPassword *password)
{
    g_autofree char *hint =
        password->hint.data != NULL ? tl_text_line (password->hint, HINT_MAX) : NULL;
    TalkAsk ask = { .kind = TALK_ASK_PASSWORD,
                    .attempt = ++client->attempt,
                    .again = client->login->again,
                    .detail = hint,
                    .phone = client->config.phone };

    set_state (client, TG_LOGIN_PASSWORD);
    tg_tell_ask (client, &ask);
}

static void
password_checked_cb (void *user, TlMessage *answer, const MtError *error)
{
    TgClient *client = user;

    if (client->login->state != TG_LOGIN_PROVING)
        return;
    if (error == NULL) {
        succeed (client, tl_message_root (answer));
        return;
    }
    switch (tg_refusal_of (error)) {
    case TG_REFUSAL_PASSWORD_WRONG: /* MT-F28 */
        client->login->again = TRUE;
        g_clear_pointer (&client->login->typed, tg_wipe_string);
        fetch_password (client);
        break;
    case TG_REFUSAL_PASSWORD_CHANGED:
        fetch_password (client);
        break;
    default:
        if (!passes (client, error))
            refuse (client, error);
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
    tg_wipe_string (proof->password);
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
    set_state (client, TG_LOGIN_PROVING);
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
        if (!passes (client, error))
            refuse (client, error);
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
        set_state (client, TG_LOGIN_PROVING);
        tg_call (client, TL_OBJ (&request), MT_CALL_BEFORE_LOGIN, password_checked_cb,
                 client);
    } else if (client->login->typed != NULL) {
        prove (client); /* the parameters changed under a password typed before */
    } else {
        ask_password (client, password);
    }
}

static void
fetch_password (TgClient *client)
{
    ApiAccountGetPassword request = TL_NEW (ApiAccountGetPassword);

    set_state (client, TG_LOGIN_PARAMS);
    tg_call (client, TL_OBJ (&request), MT_CALL_BEFORE_LOGIN, password_cb, client);
}

/* --- the answers of the user --- */

static void
signed_in_cb (void *user, TlMessage *answer, const MtError *error)
{
    TgClient *client = user;

    if (client->login->state != TG_LOGIN_SIGNING)
        return;
    if (error == NULL) {
        succeed (client, tl_message_root (answer));
        return;
    }
    switch (tg_refusal_of (error)) {
    case TG_REFUSAL_PASSWORD_NEEDED: /* MT-F23 */
        client->login->again = FALSE;
        fetch_password (client);
        break;
    case TG_REFUSAL_CODE_WRONG: /* MT-F17 */
        client->login->again = TRUE;
        client->login->expired = FALSE;
        ask_code (client, NULL, 0);
        break;
    case TG_REFUSAL_CODE_EXPIRED:
    case TG_REFUSAL_RESTART:
        client->login->again = FALSE;
        client->login->expired = TRUE;
        send_code (client);
        break;
    default:
        if (!migrated (client, error) && !passes (client, error))
            refuse (client, error);
        break;
    }
}

static void
sign_in (TgClient *client)
{
    g_autofree char *phone = tg_phone_clean (client->config.phone);
    ApiAuthSignIn request = TL_NEW (ApiAuthSignIn, .phone_number = TL_STR (phone),
                                    .phone_code_hash = TL_STR (client->login->hash),
                                    .phone_code = TL_STR (client->login->code));

    set_state (client, TG_LOGIN_SIGNING);
    tg_call (client, TL_OBJ (&request), MT_CALL_BEFORE_LOGIN, signed_in_cb, client);
}

/* Blanks and dashes do not count (MT-F17). */
static char *
trim_code (const char *text)
{
    GString *code = g_string_new (NULL);

    for (const char *p = text; *p != '\0'; p++)
        if (*p != ' ' && *p != '-' && *p != '\t')
            g_string_append_c (code, *p);
    return g_string_free (code, FALSE);
}

static void
cancel (TgClient *client)
{
    if (client->login->state == TG_LOGIN_CODE) { /* MT-F15 */
        g_autofree char *phone = tg_phone_clean (client->config.phone);
        ApiAuthCancelCode request =
            TL_NEW (ApiAuthCancelCode, .phone_number = TL_STR (phone),
                    .phone_code_hash = TL_STR (client->login->hash));
        tg_call (client, TL_OBJ (&request), MT_CALL_BEFORE_LOGIN, NULL, NULL);
        net_flush (client->net, tg_now (client));
    }
    set_state (client, TG_LOGIN_NONE);
    tg_stop (client, TALK_OFFLINE_CANCELLED, NULL, TRUE);
}

void
tg_login_answer (TgClient *client, unsigned attempt, const char *text)
{
    TgLogin *login = client->login;

    if (attempt != client->attempt ||
        (login->state != TG_LOGIN_CODE && login->state != TG_LOGIN_PASSWORD))
        return; /* MT-F1 */
    tg_wait_step (client);
    if (text == NULL) {
        cancel (client);
        return;
    }
    if (login->state == TG_LOGIN_PASSWORD) {
        tg_wipe_string (login->typed);
        login->typed = g_strdup (text);
        prove (client);
        return;
    }
    tg_wipe_string (login->code);
    login->code = trim_code (text);
    if (*login->code == '\0') {
        login->again = TRUE;
        ask_code (client, NULL, 0);
        return;
    }
    sign_in (client);
}

static void
go_on (TgClient *client)
{
    switch (client->login->state) {
    case TG_LOGIN_PAUSED:
        set_state (client, TG_LOGIN_NONE);
        net_start (client->net, tg_now (client));
        break;
    case TG_LOGIN_SENDING:
        send_code (client);
        break;
    case TG_LOGIN_SIGNING:
        sign_in (client);
        break;
    case TG_LOGIN_PARAMS:
    case TG_LOGIN_PROVING:
        fetch_password (client);
        break;
    default:
        break;
    }
}

void
tg_login_tick (TgClient *client, HostTime now)
{
    if (tg_wait_is_over (client))
        go_on (client);
}

void
tg_login_begin (TgClient *client)
{
    TalkWait reason;
    int64_t ms = client->own_id == 0 ? tg_wait_before_login (client, &reason) : 0;

    if (ms == 0) {
        net_start (client->net, tg_now (client));
        return;
    }
    set_state (client, TG_LOGIN_PAUSED);
    tg_wait_login (client, reason, ms);
}

void
tg_login_start (TgClient *client)
{
    if (client->login->state != TG_LOGIN_NONE)
        return; /* the calls survive a lost connection */
    tg_tell_step (client, TALK_STEP_LOGGING_IN);
    send_code (client);
}
