/* How a login code goes out and comes again, and logins by a QR code. Any code is right where
 * it is no app's; a token is what the newest device shows. */
#include "dc-private.h"

#include <string.h>

#define TOKEN_TIME 30 /* s */

/* --- codes --- */

static const TlObject *
type_of (const Dc *dc, void *memory)
{
    const char *kind = dc->code_kind != NULL ? dc->code_kind : "app";
    TlBytes part = dc->code_part != NULL ? TL_STR (dc->code_part) : (TlBytes){ NULL, 0 };

#define IS(word, Type, ...)                                                              \
    if (g_str_equal (kind, word)) {                                                      \
        *(SrvAuthSentCodeType##Type *)memory =                                           \
            TL_NEW (SrvAuthSentCodeType##Type, __VA_ARGS__);                             \
        return memory;                                                                   \
    }
    IS ("app", App, .length = DC_CODE_LENGTH)
    IS ("sms", Sms, .length = DC_CODE_LENGTH)
    IS ("call", Call, .length = DC_CODE_LENGTH)
    IS ("missed-call", MissedCall, .prefix = part, .length = DC_CODE_LENGTH)
    IS ("fragment", FragmentSms, .url = part, .length = DC_CODE_LENGTH)
    IS ("word", SmsWord, .beginning = part)
    IS ("phrase", SmsPhrase, .beginning = part)
    IS ("email", EmailCode, .email_pattern = part, .length = DC_MAILED,
        .has_reset_available_period = dc->resend_after >= 0,
        .reset_available_period = dc->resend_after)
    if (g_str_equal (kind, "address")) {
        *(SrvAuthSentCodeTypeSetUpEmailRequired *)memory =
            TL_NEW (SrvAuthSentCodeTypeSetUpEmailRequired);
        return memory;
    }
#undef IS
    return NULL;
}

void
dc_login_sent (const Dc *dc, const char *hash, DcSent *sent)
{
    sent->next = TL_NEW (SrvAuthCodeTypeSms);
    sent->code =
        TL_NEW (SrvAuthSentCode, .type = type_of (dc, &sent->type),
                .phone_code_hash = TL_STR (hash), .has_timeout = dc->resend_after > 0,
                .timeout = dc->resend_after);
    if (dc->resend_after >= 0 && g_strcmp0 (dc->code_kind, "email") != 0)
        sent->code.next_type = TL_OBJ (&sent->next);
}

void
dc_login_send (DcCall *call, const char *hash)
{
    DcSent sent;

    dc_login_sent (call->dc, hash, &sent);
    dc_answer (call, TL_OBJ (&sent.code));
}

gboolean
dc_login_set_code (Dc *dc, const char *kind, const char *part)
{
    DcSent memory;

    g_free (dc->code_kind);
    g_free (dc->code_part);
    dc->code_kind = g_strdup (kind);
    dc->code_part = g_strdup (part);
    return type_of (dc, &memory.type) != NULL;
}

void
dc_login_clear (Dc *dc)
{
    g_clear_pointer (&dc->code_kind, g_free);
    g_clear_pointer (&dc->code_part, g_free);
    dc->resend_after = -1;
}

/* A text message, after which there is no other way. */
static void
resend_code (DcCall *call)
{
    TlBytes hash = TL_AS (call->query, SrvAuthResendCode)->phone_code_hash;
    g_autofree char *text = g_strndup ((const char *)hash.data, hash.len);

    if (call->dc->resend_after < 0) {
        dc_fail (call, 406, "SEND_CODE_UNAVAILABLE");
        return;
    }
    dc_login_set_code (call->dc, "sms", NULL);
    call->dc->resend_after = -1;
    dc_login_send (call, text);
}

/* --- QR codes --- */

static void
scanned (DcCall *call)
{
    SrvUserStatusOnline online;
    SrvUserStatusOffline offline;
    SrvUser self;
    DcUser *user = g_steal_pointer (&call->device->scanned);

    if (user->password != NULL) {
        call->device->half = user;
        dc_fail (call, 401, "SESSION_PASSWORD_NEEDED");
        return;
    }
    SrvAuthAuthorization in = dc_log_in (call, user, &self, &online, &offline);
    SrvAuthLoginTokenSuccess answer =
        TL_NEW (SrvAuthLoginTokenSuccess, .authorization = TL_OBJ (&in));
    dc_answer (call, TL_OBJ (&answer));
}

/* Whoever scanned it lives elsewhere, and that is where the token is good. */
static gboolean
moves (DcCall *call)
{
    const DcConn *conn = call->session->conn;
    DcUser *user = call->device->scanned;
    uint8_t bytes[32];

    if (conn == NULL || !conn->strict || user->home == conn->site)
        return FALSE;
    dc_random (call->dc, bytes, sizeof bytes);
    g_free (user->token);
    user->token = g_base64_encode (bytes, sizeof bytes);
    call->device->scanned = NULL;
    SrvAuthLoginTokenMigrateTo answer =
        TL_NEW (SrvAuthLoginTokenMigrateTo, .dc_id = user->home,
                .token = TL_BYTES (bytes, sizeof bytes));
    dc_answer (call, TL_OBJ (&answer));
    return TRUE;
}

static void
import_token (DcCall *call)
{
    TlBytes token = TL_AS (call->query, SrvAuthImportLoginToken)->token;
    g_autofree char *text = g_base64_encode (token.data, token.len);

    for (unsigned i = 0; i < call->dc->users->len; i++) {
        DcUser *user = g_ptr_array_index (call->dc->users, i);
        if (g_strcmp0 (user->token, text) != 0)
            continue;
        g_clear_pointer (&user->token, g_free);
        call->device->scanned = user;
        scanned (call);
        return;
    }
    dc_fail (call, 400, "AUTH_TOKEN_INVALID");
}

static void
export_token (DcCall *call)
{
    DcKey *device = call->device;
    int lives = call->dc->token_time > 0 ? call->dc->token_time : TOKEN_TIME;
    uint8_t bytes[32];

    if (device->scanned != NULL) {
        if (!moves (call))
            scanned (call);
        return;
    }
    dc_random (call->dc, bytes, sizeof bytes);
    g_free (device->token);
    device->token = g_base64_encode (bytes, sizeof bytes);
    dc_log (call->dc, "token %s", device->token);
    SrvAuthLoginToken answer =
        TL_NEW (SrvAuthLoginToken, .expires = dc_in (call->dc, lives),
                .token = TL_BYTES (bytes, sizeof bytes));
    dc_answer (call, TL_OBJ (&answer));
}

static void
tell (Dc *dc, const DcKey *device)
{
    SrvUpdateLoginToken update = TL_NEW (SrvUpdateLoginToken);
    SrvUpdateShort one =
        TL_NEW (SrvUpdateShort, .update = TL_OBJ (&update), .date = dc_now (dc));
    g_auto (TlWriter) body = { 0 };

    g_assert_true (tl_encode (&tl_dc_schema, TL_OBJ (&one), &body));
    for (unsigned i = 0; i < dc->sessions->len; i++) {
        DcSession *session = g_ptr_array_index (dc->sessions, i);
        if (session->key == device || session->key->perm == device)
            dc_layer_tell (session, &body);
    }
}

gboolean
dc_login_scan (Dc *dc, DcUser *user)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, dc->keys);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        DcKey *device = value;
        if (device->token == NULL)
            continue;
        g_clear_pointer (&device->token, g_free);
        device->scanned = user;
        tell (dc, device);
        return TRUE;
    }
    return FALSE;
}

const DcMethod dc_login_methods[] = {
    { "auth.resendCode", resend_code, TRUE },
    { "auth.exportLoginToken", export_token, TRUE },
    { "auth.importLoginToken", import_token, TRUE },
    { NULL, NULL, FALSE },
};
