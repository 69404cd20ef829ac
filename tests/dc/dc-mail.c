/* An address for login codes: it is asked for where codes go out by "address", a code is
 * mailed there, and from then on that is where login codes go. */
#include "dc-private.h"

#include <string.h>

static gboolean
is_text (TlBytes bytes, const char *text)
{
    return bytes.len == strlen (text) && memcmp (bytes.data, text, bytes.len) == 0;
}

/* Whose login that is, or NULL. */
static DcUser *
owner_of (DcCall *call, const TlObject *object)
{
    const SrvEmailVerifyPurposeLoginSetup *purpose =
        TL_AS (object, SrvEmailVerifyPurposeLoginSetup);

    if (purpose == NULL || !is_text (purpose->phone_code_hash, DC_CODE_HASH)) {
        dc_fail (call, 400, "PHONE_HASH_EXPIRED");
        return NULL;
    }
    DcUser *user = dc_user_by_phone (call->dc, (const char *)purpose->phone_number.data,
                                     purpose->phone_number.len);
    if (user == NULL)
        dc_fail (call, 400, "PHONE_NUMBER_INVALID");
    return user;
}

/* As people are shown it: a***@example.org. */
static char *
pattern_of (const char *address)
{
    return g_strdup_printf ("%.1s***%s", address, strchr (address, '@'));
}

void
dc_mail (Dc *dc, DcUser *user)
{
    uint32_t number;

    dc_random (dc, &number, sizeof number);
    g_snprintf (user->mailed, sizeof user->mailed, "%06u", number % 1000000);
    dc_log (dc, "mail %s %s", user->address, user->mailed);
}

static void
send_verify (DcCall *call)
{
    const SrvAccountSendVerifyEmailCode *query =
        TL_AS (call->query, SrvAccountSendVerifyEmailCode);
    DcUser *user = owner_of (call, query->purpose);
    g_autofree char *address =
        g_strndup ((const char *)query->email.data, query->email.len);

    if (user == NULL)
        return;
    if (strchr (address, '@') == NULL) {
        dc_fail (call, 400, "EMAIL_INVALID");
        return;
    }
    if (g_str_has_suffix (address, ".invalid")) {
        dc_fail (call, 400, "EMAIL_NOT_ALLOWED");
        return;
    }
    g_free (user->address);
    user->address = g_steal_pointer (&address);
    dc_mail (call->dc, user);
    g_autofree char *pattern = pattern_of (user->address);
    SrvAccountSentEmailCode answer = TL_NEW (
        SrvAccountSentEmailCode, .email_pattern = TL_STR (pattern), .length = DC_MAILED);
    dc_answer (call, TL_OBJ (&answer));
}

static void
verify (DcCall *call)
{
    const SrvAccountVerifyEmail *query = TL_AS (call->query, SrvAccountVerifyEmail);
    const SrvEmailVerificationCode *code =
        TL_AS (query->verification, SrvEmailVerificationCode);
    DcUser *user = owner_of (call, query->purpose);
    DcSent sent;

    if (user == NULL)
        return;
    if (user->address == NULL) {
        dc_fail (call, 400, "EMAIL_NOT_SETUP");
        return;
    }
    if (code == NULL || !is_text (code->code, user->mailed)) {
        dc_fail (call, 400, "CODE_INVALID");
        return;
    }
    g_autofree char *pattern = pattern_of (user->address);
    dc_login_set_code (call->dc, "email", pattern);
    dc_mail (call->dc, user);
    dc_login_sent (call->dc, DC_CODE_HASH, &sent);
    SrvAccountEmailVerifiedLogin answer =
        TL_NEW (SrvAccountEmailVerifiedLogin, .email = TL_STR (user->address),
                .sent_code = TL_OBJ (&sent.code));
    dc_answer (call, TL_OBJ (&answer));
}

/* Nobody reads what is mailed there any more: codes go to the phone again. */
static void
reset (DcCall *call)
{
    const SrvAuthResetLoginEmail *query = TL_AS (call->query, SrvAuthResetLoginEmail);
    DcUser *user = dc_user_by_phone (call->dc, (const char *)query->phone_number.data,
                                     query->phone_number.len);

    if (user == NULL || user->address == NULL) {
        dc_fail (call, 400, "EMAIL_NOT_SETUP");
        return;
    }
    if (call->dc->resend_after != 0) {
        dc_fail (call, 400, "TASK_ALREADY_EXISTS");
        return;
    }
    g_clear_pointer (&user->address, g_free);
    call->dc->resend_after = -1;
    dc_login_set_code (call->dc, "sms", NULL);
    dc_log (call->dc, "code %s %s", user->phone, user->code);
    dc_login_send (call, DC_CODE_HASH);
}

gboolean
dc_mail_is_right (const DcUser *user, const TlObject *verification)
{
    const SrvEmailVerificationCode *code = TL_AS (verification, SrvEmailVerificationCode);

    return user->address == NULL || (code != NULL && is_text (code->code, user->mailed));
}

const DcMethod dc_mail_methods[] = {
    { "account.sendVerifyEmailCode", send_verify, TRUE },
    { "account.verifyEmail", verify, TRUE },
    { "auth.resetLoginEmail", reset, TRUE },
    { NULL, NULL, FALSE },
};
