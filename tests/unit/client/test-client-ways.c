/* Every way to log in: how a code comes and comes again, e-mail addresses, a lost password; with the server and the user in the test's hands. */
#include "client-login.h"
#include "record.tl.h"

#include <string.h>

/* --- how a code comes --- */

/* MT-F9: no call to a phone, nothing of other programs; tokens of earlier logins are offered, the
 * newest twenty */
static void
a_code_is_asked_for_plainly (void)
{
    g_autoptr (Bench) bench = bench_new (FALSE);
    TlBytes tokens[21];
    RecAccount account =
        TL_NEW (RecAccount, .home_dc = 2, .tokens = { tokens, G_N_ELEMENTS (tokens) });

    for (size_t i = 0; i < G_N_ELEMENTS (tokens); i++)
        tokens[i] = TL_BYTES ((const uint8_t *)"abcdefghijklmnopqrstu" + i, 1);
    bench_put (bench, STORE_ACCOUNT, 0, TL_OBJ (&account));
    bench->phone = "+999 000 0001";
    bench_start (bench);
    g_autoptr (TlMessage) message = request_of (called (bench, ApiAuthSendCode_ID));
    const ApiAuthSendCode *request = TL_AS (tl_message_root (message), ApiAuthSendCode);
    const ApiCodeSettings *settings = TL_AS (request->settings, ApiCodeSettings);
    assert_bytes (request->phone_number, "9990000001");
    g_assert_false (settings->allow_flashcall || settings->allow_missed_call ||
                    settings->allow_firebase || settings->allow_app_hash ||
                    settings->current_number || settings->unknown_number);
    g_assert_null (settings->token.data);
    g_assert_cmpuint (settings->logout_tokens.len, ==, 20);
    g_assert_cmpint (TL_ITEM (settings->logout_tokens, TlBytes, 0).data[0], ==, 'b');
    g_assert_cmpint (TL_ITEM (settings->logout_tokens, TlBytes, 19).data[0], ==, 'u');
}

/* MT-F11: how it comes and what is known of it is told; a link that is no web page's is not, nor
 * is a length that cannot be */
static void
each_way_is_told (void)
{
    ApiAuthSentCodeTypeApp app = TL_NEW (ApiAuthSentCodeTypeApp, .length = 5);
    ApiAuthSentCodeTypeSms sms = TL_NEW (ApiAuthSentCodeTypeSms, .length = -1);
    ApiAuthSentCodeTypeCall call = TL_NEW (ApiAuthSentCodeTypeCall, .length = 65);
    ApiAuthSentCodeTypeFlashCall flash =
        TL_NEW (ApiAuthSentCodeTypeFlashCall, .pattern = TL_STR ("+42*1"));
    ApiAuthSentCodeTypeMissedCall missed =
        TL_NEW (ApiAuthSentCodeTypeMissedCall, .prefix = TL_STR ("+4\n2"), .length = 6);
    ApiAuthSentCodeTypeFragmentSms fragment =
        TL_NEW (ApiAuthSentCodeTypeFragmentSms, .url = TL_STR ("https://fragment.com/x"),
                .length = 5);
    ApiAuthSentCodeTypeFragmentSms script = TL_NEW (
        ApiAuthSentCodeTypeFragmentSms, .url = TL_STR ("javascript:x()"), .length = 5);
    ApiAuthSentCodeTypeSmsWord word =
        TL_NEW (ApiAuthSentCodeTypeSmsWord, .beginning = TL_STR ("p"));
    ApiAuthSentCodeTypeSmsPhrase phrase = TL_NEW (ApiAuthSentCodeTypeSmsPhrase);
    ApiAuthSentCodeTypeEmailCode email = TL_NEW (
        ApiAuthSentCodeTypeEmailCode, .email_pattern = TL_STR ("a*@b.c"), .length = 6);
    const struct {
        const TlObject *type;
        const char *how, *part;
        int length;
    } rows[] = {
        { TL_OBJ (&app), "app", NULL, 5 },
        { TL_OBJ (&sms), "sms", NULL, 0 },
        { TL_OBJ (&call), "call", NULL, 0 },
        { TL_OBJ (&flash), "flash-call", "+42*1", 0 },
        { TL_OBJ (&missed), "missed-call", "+4 2", 6 },
        { TL_OBJ (&fragment), "fragment", "https://fragment.com/x", 5 },
        { TL_OBJ (&script), "fragment", NULL, 5 },
        { TL_OBJ (&word), "word", "p", 0 },
        { TL_OBJ (&phrase), "phrase", NULL, 0 },
        { TL_OBJ (&email), "email", "a*@b.c", 6 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (Bench) bench = nobody ();
        ApiAuthSentCode sent = sent_code (rows[i].type, HASH);
        answer_sent (bench, ApiAuthSendCode_ID, &sent);
        g_assert_true (bench_told (bench, "ask code"));
        g_assert_cmpstr (asked (bench)->detail, ==, rows[i].how);
        g_assert_cmpstr (asked (bench)->part, ==, rows[i].part);
        g_assert_cmpint (asked (bench)->length, ==, rows[i].length);
        g_assert_null (asked (bench)->other);
    }
}

/* MT-F11, MT-F17: words are a code, too: the blanks between them count, those around them do not */
static void
words_stay_words (void)
{
    g_autoptr (Bench) bench = nobody ();
    ApiAuthSentCodeTypeSmsPhrase phrase = TL_NEW (ApiAuthSentCodeTypeSmsPhrase);
    ApiAuthSentCode sent = sent_code (TL_OBJ (&phrase), HASH);

    answer_sent (bench, ApiAuthSendCode_ID, &sent);
    type (bench, "  well-known words ");
    g_autoptr (TlMessage) message = request_of (called (bench, ApiAuthSignIn_ID));
    assert_bytes (TL_AS (tl_message_root (message), ApiAuthSignIn)->phone_code,
                  "well-known words");
}

/* MT-F12: what only official apps can take is no code; another way is offered, if there is one */
static void
no_code_for_us (void)
{
    ApiAuthSentCodeTypeFirebaseSms firebase =
        TL_NEW (ApiAuthSentCodeTypeFirebaseSms, .length = 5);
    ApiAuthSentCodeTypeSms sms = TL_NEW (ApiAuthSentCodeTypeSms, .length = 5);
    ApiAuthCodeTypeSms next = TL_NEW (ApiAuthCodeTypeSms);
    ApiAuthSentCode sent = sent_code (TL_OBJ (&firebase), HASH);
    ApiAuthSentCode resent = sent_code (TL_OBJ (&sms), "hash-2");

    {
        g_autoptr (Bench) bench = nobody ();
        answer_sent (bench, ApiAuthSendCode_ID, &sent);
        assert_offline (bench, TALK_OFFLINE_NO_CODE);
        g_assert_cmpuint (bench->calls->len, ==, 1);
    }
    g_autoptr (Bench) bench = nobody ();
    sent.next_type = TL_OBJ (&next);
    answer_sent (bench, ApiAuthSendCode_ID, &sent);
    g_assert_cmpstr (asked (bench)->detail, ==, "none");
    g_assert_cmpstr (asked (bench)->other, ==, "sms");
    g_assert_cmpint (asked (bench)->wait, ==, 0);
    type (bench, "");
    answer_sent (bench, ApiAuthResendCode_ID, &resent);
    g_assert_cmpstr (asked (bench)->detail, ==, "sms");
    g_assert_cmpuint (bench->calls->len, ==, 2);
}

/* MT-F14: an empty answer asks for another way, not before its time; hash and type are the new
 * one's */
static void
a_code_comes_by_another_way (void)
{
    g_autoptr (Bench) bench = at_the_code ();
    ApiAuthSentCodeTypeSms sms = TL_NEW (ApiAuthSentCodeTypeSms, .length = 6);
    ApiAuthSentCode resent = sent_code (TL_OBJ (&sms), "hash-2");

    g_assert_cmpstr (asked (bench)->other, ==, "sms");
    g_assert_cmpint (asked (bench)->wait, ==, 60);
    bench_advance (bench, 59000);
    type (bench, " ");
    g_assert_cmpint (asked (bench)->why, ==, TALK_AGAIN_EARLY);
    g_assert_false (asked (bench)->again);
    g_assert_cmpint (asked (bench)->wait, ==, 1);
    g_assert_cmpuint (bench_count (bench, ApiAuthResendCode_ID), ==, 0);
    bench_advance (bench, 1000);
    type (bench, "");
    {
        g_autoptr (TlMessage) message = request_of (called (bench, ApiAuthResendCode_ID));
        const ApiAuthResendCode *request =
            TL_AS (tl_message_root (message), ApiAuthResendCode);
        assert_bytes (request->phone_number, "9990000001");
        assert_bytes (request->phone_code_hash, HASH);
        g_assert_null (request->reason.data);
    }
    answer_sent (bench, ApiAuthResendCode_ID, &resent);
    g_assert_cmpstr (asked (bench)->detail, ==, "sms");
    g_assert_cmpint (asked (bench)->length, ==, 6);
    g_assert_null (asked (bench)->other);
    type (bench, "123456");
    g_autoptr (TlMessage) message = request_of (called (bench, ApiAuthSignIn_ID));
    assert_bytes (TL_AS (tl_message_root (message), ApiAuthSignIn)->phone_code_hash,
                  "hash-2");
}

/* MT-F14: all ways are used up: the code that was sent can still be typed */
static void
no_way_is_left (void)
{
    g_autoptr (Bench) bench = at_the_code ();

    bench_advance (bench, 60000);
    type (bench, "");
    bench_refuse (bench, called (bench, ApiAuthResendCode_ID), 406,
                  "SEND_CODE_UNAVAILABLE");
    g_assert_cmpint (asked (bench)->why, ==, TALK_AGAIN_USED_UP);
    g_assert_null (asked (bench)->other);
    type (bench, "");
    g_assert_cmpuint (bench_count (bench, ApiAuthResendCode_ID), ==, 1);
    type (bench, "12345");
    authorize (bench, called (bench, ApiAuthSignIn_ID));
    g_assert_cmpint (bench->client->own_id, ==, BENCH_OWN);
}

/* MT-F14, MT-E13: a pause that the server wants is kept, then it is asked once more */
static void
sending_again_waits (void)
{
    g_autoptr (Bench) bench = at_the_code ();

    bench_advance (bench, 60000);
    type (bench, "");
    bench_refuse_with (bench, called (bench, ApiAuthResendCode_ID), 420, "FLOOD_WAIT",
                       90);
    bench_advance (bench, 89000);
    g_assert_cmpuint (bench_count (bench, ApiAuthResendCode_ID), ==, 1);
    bench_advance (bench, 2000);
    g_assert_cmpuint (bench_count (bench, ApiAuthResendCode_ID), ==, 2);
    g_assert_null (strstr (bench->told->str, "offline"));
}

/* MT-F16: told from elsewhere how this attempt's code comes; of another attempt it is nothing */
static void
the_way_changes_by_itself (void)
{
    g_autoptr (Bench) bench = at_the_code ();
    ApiAuthSentCodeTypeCall call = TL_NEW (ApiAuthSentCodeTypeCall, .length = 5);
    ApiAuthSentCode sent = sent_code (TL_OBJ (&call), "hash-x");
    ApiUpdateSentPhoneCode update =
        TL_NEW (ApiUpdateSentPhoneCode, .sent_code = TL_OBJ (&sent));

    bench_update (bench, TL_OBJ (&update));
    g_assert_cmpstr (asked (bench)->detail, ==, "app");
    g_assert_false (bench_told (bench, "ask code"));
    sent.phone_code_hash = TL_STR (HASH);
    unsigned before = bench->attempt;
    bench_update (bench, TL_OBJ (&update));
    g_assert_cmpstr (asked (bench)->detail, ==, "call");
    g_assert_cmpuint (bench->attempt, ==, before); /* the same question */
    type (bench, "12345");
    called (bench, ApiAuthSignIn_ID);
    bench_update (bench, TL_OBJ (&update)); /* nobody waits for a code now */
    g_assert_cmpuint (bench_count (bench, ApiAuthSignIn_ID), ==, 1);
    g_assert_cmpint (bench->client->asks_user, ==, FALSE);
}

/* MT-F13: a token of an earlier login stands for the code; a code that is to be paid for says whom
 * to ask */
static void
no_code_is_needed (void)
{
    ApiUser user =
        TL_NEW (ApiUser, .self = TRUE, .id = BENCH_OWN, .has_access_hash = TRUE,
                .access_hash = 1, .first_name = TL_STR ("Me"));
    ApiAuthAuthorization in = TL_NEW (ApiAuthAuthorization, .user = TL_OBJ (&user));
    ApiAuthAuthorizationSignUpRequired none = TL_NEW (ApiAuthAuthorizationSignUpRequired);
    ApiAuthSentCodeSuccess success =
        TL_NEW (ApiAuthSentCodeSuccess, .authorization = TL_OBJ (&in));
    static const char pay[] = "\xbf\x7e\x82\xf8" /* auth.sentCodePaymentRequired */
                              "\1p\0\0"
                              "\6hash-1\0"
                              "\5a@b.c\0\0"
                              "\1s\0\0"
                              "\7\0\0\0"
                              "\3USD"
                              "\1\0\0\0\0\0\0";

    {
        g_autoptr (Bench) bench = nobody ();
        bench_answer (bench, called (bench, ApiAuthSendCode_ID), TL_OBJ (&success));
        g_assert_cmpint (bench->client->own_id, ==, BENCH_OWN);
    }
    {
        g_autoptr (Bench) bench = nobody ();
        success.authorization = TL_OBJ (&none);
        bench_answer (bench, called (bench, ApiAuthSendCode_ID), TL_OBJ (&success));
        assert_offline (bench, TALK_OFFLINE_SIGN_UP_NEEDED);
        g_assert_cmpint (bench->client->own_id, ==, 0);
    }
    {
        g_autoptr (Bench) bench = nobody ();
        bench_refuse (bench, called (bench, ApiAuthSendCode_ID), 401,
                      "SESSION_PASSWORD_NEEDED");
        called (bench, ApiAccountGetPassword_ID);
    }
    g_autoptr (Bench) bench = nobody ();
    bench_answer_bytes (bench, called (bench, ApiAuthSendCode_ID), (const uint8_t *)pay,
                        sizeof pay);
    assert_offline (bench, TALK_OFFLINE_PAYMENT);
    g_assert_true (bench_told (bench, "because a@b.c"));
}

/* MT-F19: a number without an account is said so; nobody is signed up unasked, nor asked */
static void
nobody_is_signed_up (void)
{
    g_autoptr (Bench) bench = at_the_code ();
    ApiAuthAuthorizationSignUpRequired none = TL_NEW (ApiAuthAuthorizationSignUpRequired);

    type (bench, "12345");
    bench_answer (bench, called (bench, ApiAuthSignIn_ID), TL_OBJ (&none));
    assert_offline (bench, TALK_OFFLINE_SIGN_UP_NEEDED);
    g_assert_cmpuint (bench->calls->len, ==, 2);
    bench_advance (bench, HOUR);
    g_assert_cmpuint (bench->calls->len, ==, 2);
}

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

/* MT-F6: before the login only what belongs to it is taken, in every form of updates */
static void
a_stranger_hears_little (void)
{
    g_autoptr (Bench) bench = at_the_code ();
    ApiUpdateUserName name =
        TL_NEW (ApiUpdateUserName, .user_id = BENCH_BOB, .first_name = TL_STR ("Mallory"),
                .last_name = TL_STR (""), .usernames = { NULL, 0 });
    ApiUpdatePtsChanged changed = TL_NEW (ApiUpdatePtsChanged);
    ApiAuthSentCodeTypeCall call = TL_NEW (ApiAuthSentCodeTypeCall, .length = 5);
    ApiAuthSentCode sent = sent_code (TL_OBJ (&call), HASH);
    ApiUpdateSentPhoneCode code =
        TL_NEW (ApiUpdateSentPhoneCode, .sent_code = TL_OBJ (&sent));
    const TlObject *all[] = { TL_OBJ (&name), TL_OBJ (&changed), TL_OBJ (&code) };
    ApiUpdates many = TL_NEW (ApiUpdates, .updates = { all, G_N_ELEMENTS (all) },
                              .users = { NULL, 0 }, .chats = { NULL, 0 }, .seq = 1);
    unsigned calls = bench->calls->len;

    bench_receive (bench, TL_OBJ (&many));
    g_assert_cmpstr (asked (bench)->detail, ==, "call");
    bench_advance (bench, 5000);
    g_assert_cmpuint (bench->calls->len, ==, calls);
    g_assert_null (strstr (bench->told->str, "Mallory"));
}

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
    ADD (a_code_is_asked_for_plainly);
    ADD (each_way_is_told);
    ADD (words_stay_words);
    ADD (no_code_for_us);
    ADD (a_code_comes_by_another_way);
    ADD (no_way_is_left);
    ADD (sending_again_waits);
    ADD (the_way_changes_by_itself);
    ADD (no_code_is_needed);
    ADD (nobody_is_signed_up);
    ADD (an_address_is_set_up);
    ADD (an_address_is_refused);
    ADD (a_mailed_code_leads_in);
    ADD (an_address_is_left_behind);
    ADD (a_password_is_recovered);
    ADD (a_password_is_not_recovered);
    ADD (no_recovery_is_offered);
    ADD (a_stranger_hears_little);
    ADD (too_old_for_any_step);
    return g_test_run ();
}
