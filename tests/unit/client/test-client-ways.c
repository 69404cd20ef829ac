/* What else a login asks for: an e-mail address for codes, help for a lost password; with the server
 * and the user in the test's hands (test-client-codes.c: how a code comes). */
#include "client-login.h"

#include <string.h>

/* --- an e-mail address for codes --- */

static Bench *
at_the_address (void)
{
    Bench *bench = nobody ();
    ApiAuthSentCodeTypeSetUpEmailRequired set_up =
        TL_NEW (ApiAuthSentCodeTypeSetUpEmailRequired);
    ApiAuthSentCode sent = sent_code (TL_OBJ (&set_up), HASH);

    answer_sent (bench, ApiAuthSendCode_ID, &sent);
    g_assert_true (bench_told (bench, "ask email"));
    return bench;
}

static void
answer_mailed (Bench *bench)
{
    ApiAccountSentEmailCode mailed =
        TL_NEW (ApiAccountSentEmailCode, .email_pattern = TL_STR ("a*@b.c"), .length = 6);

    bench_answer (bench, called (bench, ApiAccountSendVerifyEmailCode_ID),
                  TL_OBJ (&mailed));
    g_assert_true (bench_told (bench, "ask email code"));
    g_assert_cmpstr (asked (bench)->part, ==, "a*@b.c");
    g_assert_cmpint (asked (bench)->length, ==, 6);
}

/* MT-F20: an address, the code that was sent there, and the login goes on */
static void
an_address_is_set_up (void)
{
    g_autoptr (Bench) bench = at_the_address ();
    ApiAuthSentCodeTypeEmailCode by_mail =
        TL_NEW (ApiAuthSentCodeTypeEmailCode, .email_pattern = TL_STR ("a*@b.c"));
    ApiAuthSentCode sent = sent_code (TL_OBJ (&by_mail), "hash-2");
    ApiAccountEmailVerifiedLogin verified =
        TL_NEW (ApiAccountEmailVerifiedLogin, .email = TL_STR ("a@b.c"),
                .sent_code = TL_OBJ (&sent));

    type (bench, " alice@b.c ");
    {
        g_autoptr (TlMessage) message =
            request_of (called (bench, ApiAccountSendVerifyEmailCode_ID));
        const ApiAccountSendVerifyEmailCode *request =
            TL_AS (tl_message_root (message), ApiAccountSendVerifyEmailCode);
        assert_bytes (request->email, "alice@b.c");
        assert_bytes (
            TL_AS (request->purpose, ApiEmailVerifyPurposeLoginSetup)->phone_code_hash,
            HASH);
    }
    answer_mailed (bench);
    type (bench, "123 456");
    {
        g_autoptr (TlMessage) message =
            request_of (called (bench, ApiAccountVerifyEmail_ID));
        const ApiAccountVerifyEmail *request =
            TL_AS (tl_message_root (message), ApiAccountVerifyEmail);
        assert_bytes (TL_AS (request->verification, ApiEmailVerificationCode)->code,
                      "123456");
    }
    bench_answer (bench, called (bench, ApiAccountVerifyEmail_ID), TL_OBJ (&verified));
    g_assert_true (bench_told (bench, "ask code"));
    g_assert_cmpstr (asked (bench)->detail, ==, "email");
}

/* MT-F20: what is no address is not sent; a refused one, a wrong code and one that came too late
 * are asked for again, each with its reason */
static void
an_address_is_refused (void)
{
    static const char *const none[] = { "", "alice", "@b.c", "alice@", "a b@c.d" };
    g_autoptr (Bench) bench = at_the_address ();

    for (size_t i = 0; i < G_N_ELEMENTS (none); i++) {
        type (bench, none[i]);
        g_assert_cmpint (asked (bench)->why, ==, TALK_AGAIN_ADDRESS);
    }
    g_assert_cmpuint (bench_count (bench, ApiAccountSendVerifyEmailCode_ID), ==, 0);
    type (bench, "a@b.c");
    bench_refuse (bench, called (bench, ApiAccountSendVerifyEmailCode_ID), 400,
                  "EMAIL_INVALID");
    g_assert_cmpint (asked (bench)->why, ==, TALK_AGAIN_ADDRESS);
    type (bench, "a@b.c");
    bench_refuse (bench, called (bench, ApiAccountSendVerifyEmailCode_ID), 400,
                  "EMAIL_NOT_ALLOWED");
    g_assert_cmpint (asked (bench)->why, ==, TALK_AGAIN_REFUSED);
    type (bench, "a@b.c");
    answer_mailed (bench);
    type (bench, "111111");
    bench_refuse (bench, called (bench, ApiAccountVerifyEmail_ID), 400, "CODE_INVALID");
    g_assert_true (bench_told (bench, "ask email code again"));
    g_assert_cmpstr (asked (bench)->part, ==, "a*@b.c");
    type (bench, "222222");
    bench_refuse (bench, called (bench, ApiAccountVerifyEmail_ID), 400,
                  "EMAIL_VERIFY_EXPIRED");
    g_assert_cmpint (asked (bench)->kind, ==, TALK_ASK_EMAIL);
    g_assert_cmpint (asked (bench)->why, ==, TALK_AGAIN_TOO_LATE);
    type (bench, NULL); /* MT-F15 */
    called (bench, ApiAuthCancelCode_ID);
    assert_offline (bench, TALK_OFFLINE_CANCELLED);
}

/* A code was mailed; the address can be left behind after `period`, or at `date`; 0: neither. */
static Bench *
at_the_mailed_code (int period, int date)
{
    Bench *bench = nobody ();
    ApiAuthSentCodeTypeEmailCode mail = TL_NEW (
        ApiAuthSentCodeTypeEmailCode, .email_pattern = TL_STR ("a*@b.c"), .length = 6,
        .has_reset_available_period = period != 0, .reset_available_period = period,
        .has_reset_pending_date = date != 0, .reset_pending_date = date);
    ApiAuthSentCode sent = sent_code (TL_OBJ (&mail), HASH);

    answer_sent (bench, ApiAuthSendCode_ID, &sent);
    return bench;
}

/* MT-F21: a code that was mailed is no phone code; a wrong one is asked for again */
static void
a_mailed_code_leads_in (void)
{
    g_autoptr (Bench) bench = at_the_mailed_code (0, 0);

    g_assert_null (asked (bench)->other); /* no reset */
    type (bench, "111111");
    bench_refuse (bench, called (bench, ApiAuthSignIn_ID), 400, "CODE_INVALID");
    g_assert_true (bench_told (bench, "ask code again"));
    g_assert_cmpstr (asked (bench)->part, ==, "a*@b.c");
    type (bench, "123456");
    {
        g_autoptr (TlMessage) message = request_of (called (bench, ApiAuthSignIn_ID));
        const ApiAuthSignIn *request = TL_AS (tl_message_root (message), ApiAuthSignIn);
        g_assert_null (request->phone_code.data);
        assert_bytes (TL_AS (request->email_verification, ApiEmailVerificationCode)->code,
                      "123456");
    }
    authorize (bench, called (bench, ApiAuthSignIn_ID));
    g_assert_cmpint (bench->client->own_id, ==, BENCH_OWN);
}

/* MT-F21: without access to the mails the address can be left behind, not before its time */
static void
an_address_is_left_behind (void)
{
    g_autoptr (Bench) bench = at_the_mailed_code (3600, 0);
    ApiAuthSentCodeTypeEmailCode mail =
        TL_NEW (ApiAuthSentCodeTypeEmailCode, .email_pattern = TL_STR ("a*@b.c"),
                .length = 6, .has_reset_pending_date = TRUE,
                .reset_pending_date = (int32_t)(bench->now.wall / 1000) + 3600 + 600);
    ApiAuthSentCode pending = sent_code (TL_OBJ (&mail), HASH);
    ApiAuthSentCodeTypeSms sms = TL_NEW (ApiAuthSentCodeTypeSms, .length = 5);
    ApiAuthSentCode sent = sent_code (TL_OBJ (&sms), "hash-2");

    g_assert_cmpstr (asked (bench)->other, ==, "reset");
    g_assert_cmpint (asked (bench)->wait, ==, 3600);
    type (bench, "");
    g_assert_cmpint (asked (bench)->why, ==, TALK_AGAIN_EARLY);
    g_assert_cmpuint (bench_count (bench, ApiAuthResetLoginEmail_ID), ==, 0);
    bench_advance (bench, HOUR);
    type (bench, "");
    answer_sent (bench, ApiAuthResetLoginEmail_ID,
                 &pending); /* the server takes its time */
    g_assert_cmpint (asked (bench)->wait, ==, 600);
    bench_advance (bench, 600000);
    type (bench, "");
    bench_refuse (bench, called (bench, ApiAuthResetLoginEmail_ID), 400,
                  "TASK_ALREADY_EXISTS");
    g_assert_cmpint (asked (bench)->why, ==, TALK_AGAIN_EARLY);
    type (bench, "");
    answer_sent (bench, ApiAuthResetLoginEmail_ID, &sent);
    g_assert_cmpstr (asked (bench)->detail, ==, "sms");
}

/* --- a lost password --- */

static void
answer_recovery (Bench *bench)
{
    ApiAuthPasswordRecovery mailed =
        TL_NEW (ApiAuthPasswordRecovery, .email_pattern = TL_STR ("a*@b.c"));

    bench_answer (bench, called (bench, ApiAuthRequestPasswordRecovery_ID),
                  TL_OBJ (&mailed));
    g_assert_true (bench_told (bench, "ask recovery"));
    g_assert_cmpstr (asked (bench)->part, ==, "a*@b.c");
}

static void
answer_true (Bench *bench, uint32_t call)
{
    const uint8_t yes[] = { 0xb5, 0x75, 0x72, 0x99 };

    bench_answer_bytes (bench, called (bench, call), yes, sizeof yes);
}

/* MT-F29: a code by mail stands for the password; it is tried before anything is taken away */
static void
a_password_is_recovered (void)
{
    g_autoptr (Bench) bench = at_the_password (TRUE);

    g_assert_cmpstr (asked (bench)->other, ==, "email");
    type (bench, "");
    g_assert_cmpuint (bench_count (bench, ApiAuthCheckPassword_ID), ==, 0);
    answer_recovery (bench);
    type (bench, "12 34-56");
    g_assert_cmpuint (bench_count (bench, ApiAuthRecoverPassword_ID), ==, 0);
    answer_true (bench, ApiAuthCheckRecoveryPassword_ID);
    {
        g_autoptr (TlMessage) message =
            request_of (called (bench, ApiAuthRecoverPassword_ID));
        assert_bytes (TL_AS (tl_message_root (message), ApiAuthRecoverPassword)->code,
                      "123456");
    }
    authorize (bench, called (bench, ApiAuthRecoverPassword_ID));
    g_assert_cmpint (bench->client->own_id, ==, BENCH_OWN);
}

/* MT-F29: a wrong code, one that came too late, no mail to be had, too many tries: each said, and
 * the password may still be typed */
static void
a_password_is_not_recovered (void)
{
    g_autoptr (Bench) bench = at_the_password (TRUE);

    type (bench, "");
    answer_recovery (bench);
    type (bench, "111111");
    bench_refuse (bench, called (bench, ApiAuthCheckRecoveryPassword_ID), 400,
                  "CODE_INVALID");
    g_assert_true (bench_told (bench, "ask recovery again"));
    g_assert_cmpstr (asked (bench)->part, ==, "a*@b.c");
    type (bench, "222222");
    bench_refuse (bench, called (bench, ApiAuthCheckRecoveryPassword_ID), 400,
                  "PASSWORD_RECOVERY_EXPIRED");
    answer_password (bench, TRUE);
    g_assert_cmpint (asked (bench)->why, ==, TALK_AGAIN_TOO_LATE);
    type (bench, "");
    bench_refuse (bench, called (bench, ApiAuthRequestPasswordRecovery_ID), 400,
                  "PASSWORD_RECOVERY_NA");
    answer_password (bench, TRUE);
    g_assert_cmpint (asked (bench)->why, ==, TALK_AGAIN_NO_RECOVERY);
    type (bench, "");
    bench_refuse_with (bench, called (bench, ApiAuthRequestPasswordRecovery_ID), 420,
                       "FLOOD_WAIT", 60);
    bench_advance (bench, 59000);
    g_assert_cmpuint (bench_count (bench, ApiAuthRequestPasswordRecovery_ID), ==, 3);
    bench_advance (bench, 2000);
    answer_recovery (bench);
    type (bench, " "); /* it came to mind */
    answer_password (bench, TRUE);
    g_assert_cmpuint (bench_count (bench, ApiAuthRecoverPassword_ID), ==, 0);
}

/* MT-F29: an account without a mail address is offered none */
static void
no_recovery_is_offered (void)
{
    g_autoptr (Bench) bench = at_the_password (FALSE);

    g_assert_null (asked (bench)->other);
    type (bench, "");
    g_assert_cmpuint (bench_count (bench, ApiAuthRequestPasswordRecovery_ID), ==, 0);
}

/* --- all of them --- */

/* MT-F3: whichever step is answered so, it is said, and nothing is tried again */
static void
too_old_for_any_step (void)
{
    for (int step = 0; step < 8; step++) {
        g_autoptr (Bench) bench = step == 0   ? nobody ()
                                  : step < 3  ? at_the_code ()
                                  : step == 3 ? at_the_address ()
                                  : step == 4 ? at_the_qr ()
                                              : at_the_password (TRUE);
        static const uint32_t calls[] = {
            ApiAuthSendCode_ID,
            ApiAuthSignIn_ID,
            ApiAuthResendCode_ID,
            ApiAccountSendVerifyEmailCode_ID,
            ApiAuthExportLoginToken_ID,
            ApiAuthRequestPasswordRecovery_ID,
            ApiAuthCheckRecoveryPassword_ID,
            ApiAuthRecoverPassword_ID,
        };
        if (step == 2)
            bench_advance (bench, 60000);
        if (step == 1 || step == 2 || step == 3)
            type (bench, step == 1 ? "12345" : step == 2 ? "" : "a@b.c");
        if (step >= 5)
            type (bench, "");
        if (step >= 6) {
            answer_recovery (bench);
            type (bench, "123456");
        }
        if (step == 7)
            answer_true (bench, ApiAuthCheckRecoveryPassword_ID);
        bench_refuse (bench, called (bench, calls[step]), 406, "UPDATE_APP_TO_LOGIN");
        assert_offline (bench, TALK_OFFLINE_TOO_OLD);
        unsigned n = bench->calls->len;
        bench_advance (bench, HOUR);
        g_assert_cmpuint (bench->calls->len, ==, n);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
#define ADD(f) g_test_add_func ("/client/ways/" #f, f)
    ADD (an_address_is_set_up);
    ADD (an_address_is_refused);
    ADD (a_mailed_code_leads_in);
    ADD (an_address_is_left_behind);
    ADD (a_password_is_recovered);
    ADD (a_password_is_not_recovered);
    ADD (no_recovery_is_offered);
    ADD (too_old_for_any_step);
    return g_test_run ();
}
