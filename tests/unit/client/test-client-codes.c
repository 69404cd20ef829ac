/* How a login code comes, and comes again, and what is told before anybody is logged in; with the
 * server and the user in the test's hands. */
#include "client-login.h"
#include "record.tl.h"
#include "tl-writer.h"

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

/* --- taken back (MT-F15) --- */

/* MT-F15: a code that is given up for another way in is taken back; what the server says to that
 * does not matter; where none was asked for, none is taken back */
static void
a_code_is_taken_back (void)
{
    static const char *const words[] = { "PHONE_CODE_EXPIRED", "PHONE_CODE_INVALID",
                                         "PHONE_NUMBER_BANNED" };

    for (size_t i = 0; i < G_N_ELEMENTS (words); i++) {
        g_autoptr (Bench) bench = at_the_code ();
        tg_client_log_in_by_qr (bench->client, bench->attempt);
        bench_run (bench);
        bench_refuse (bench, called (bench, ApiAuthCancelCode_ID), 400, words[i]);
        bench_advance (bench, HOUR);
        g_assert_null (strstr (bench->told->str, "offline"));
        g_assert_cmpuint (bench_count (bench, ApiAuthCancelCode_ID), ==, 1);
        g_assert_cmpuint (bench_count (bench, ApiAuthSendCode_ID), ==, 1);
        called (bench, ApiAuthExportLoginToken_ID);
    }
    for (int by_qr = 0; by_qr < 2; by_qr++) {
        g_autoptr (Bench) bench = by_qr ? at_the_qr () : at_the_password (TRUE);
        ApiAuthLoginToken token =
            TL_NEW (ApiAuthLoginToken, .expires = (int32_t)(bench->now.wall / 1000 + 30),
                    .token = TL_STR ("token"));
        if (by_qr)
            bench_answer (bench, called (bench, ApiAuthExportLoginToken_ID),
                          TL_OBJ (&token));
        type (bench, NULL);
        assert_offline (bench, TALK_OFFLINE_CANCELLED);
        g_assert_cmpuint (bench_count (bench, ApiAuthCancelCode_ID), ==, 0);
    }
}

/* --- refused --- */

/* MT-F17: what makes a code useless begins anew with another one, and nothing was wrong; a server
 * that has none to give is asked once more, not for ever */
static void
a_useless_code_begins_anew (void)
{
    static const struct {
        int code;
        const char *type;
    } rows[] = { { 400, "PHONE_CODE_EXPIRED" },
                 { 400, "PHONE_CODE_HASH_EMPTY" },
                 { 500, "SIGN_IN_FAILED" },
                 { 500, "AUTH_RESTART" } };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (Bench) bench = at_the_code ();
        ApiAuthSentCodeTypeSms sms = TL_NEW (ApiAuthSentCodeTypeSms, .length = 5);
        ApiAuthSentCode sent = sent_code (TL_OBJ (&sms), "hash-2");
        type (bench, "12345");
        bench_refuse (bench, called (bench, ApiAuthSignIn_ID), rows[i].code,
                      rows[i].type);
        g_assert_cmpuint (bench_count (bench, ApiAuthSignIn_ID), ==, 1);
        bench_advance (bench, 60000); /* requests for a code have a pause */
        answer_sent (bench, ApiAuthSendCode_ID, &sent);
        g_assert_cmpstr (asked (bench)->detail, ==, "sms");
        g_assert_false (asked (bench)->again);
        g_assert_true (asked (bench)->expired);
        g_assert_null (strstr (bench->told->str, "offline"));
    }
    static const char *const words[] = { "PHONE_CODE_INVALID", "PHONE_CODE_EMPTY" };
    for (size_t i = 0; i < G_N_ELEMENTS (words); i++) {
        g_autoptr (Bench) bench = at_the_code ();
        type (bench, "12345");
        bench_refuse (bench, called (bench, ApiAuthSignIn_ID), 400, words[i]);
        g_assert_true (asked (bench)->again);
        bench_advance (bench, HOUR);
        g_assert_cmpuint (bench_count (bench, ApiAuthSendCode_ID), ==, 1);
    }
    static const char *const none[] = { "SMS_CODE_CREATE_FAILED", "AUTH_RESTART" };
    for (size_t i = 0; i < G_N_ELEMENTS (none); i++) {
        g_autoptr (Bench) bench = nobody ();
        for (int times = 0; times < 2; times++) {
            bench_refuse (bench, called (bench, ApiAuthSendCode_ID), 400, none[i]);
            bench_advance (bench, 60000);
        }
        assert_offline (bench, TALK_OFFLINE_LOGIN_REFUSED);
        bench_advance (bench, HOUR);
        g_assert_cmpuint (bench_count (bench, ApiAuthSendCode_ID), ==, 2);
    }
}

/* --- what is told meanwhile --- */

/* MT-F18: a code that the service tells in an update is shown, and typed by nobody but the user */
static void
a_told_code_is_not_typed (void)
{
    g_autoptr (Bench) bench = at_the_code ();
    unsigned attempt = bench->attempt;
    g_auto (TlWriter) told = { 0 };

    tl_writer_int (&told, (int32_t)ApiUpdateShort_ID);
    tl_writer_int (&told, (int32_t)ApiUpdateServiceNotification_ID);
    tl_writer_int (&told, 0);                       /* flags */
    tl_writer_bytes (&told, "AUTH_KEY_DROP_X", 15); /* of no login */
    tl_writer_bytes (&told, "Login code: 77777.", 18);
    tl_writer_int (&told, 0x3ded6320); /* messageMediaEmpty */
    tl_writer_int (&told, (int32_t)TlVectorObject_ID);
    tl_writer_int (&told, 0);
    tl_writer_int (&told, 1);
    bench_receive_bytes (bench, told.data, told.len);
    g_assert_null (strstr (bench->told->str, "log out?"));
    g_assert_true (bench_told (bench, "service 1 Login code: 77777."));
    bench_advance (bench, HOUR);
    g_assert_cmpuint (bench_count (bench, ApiAuthSignIn_ID), ==, 0);
    g_assert_cmpuint (bench->attempt, ==, attempt);
    type (bench, "12345");
    g_autoptr (TlMessage) message = request_of (called (bench, ApiAuthSignIn_ID));
    assert_bytes (TL_AS (tl_message_root (message), ApiAuthSignIn)->phone_code, "12345");
}

/* MT-F6 MT-F18: an ordinary message before the login is none, in either form, also where it says
 * a code */
static void
no_message_before_the_login (void)
{
    for (int brief = 0; brief < 2; brief++) {
        g_autoptr (Bench) bench = at_the_code ();
        g_auto (TlWriter) out = { 0 };
        unsigned calls = bench->calls->len;
        g_string_truncate (bench->told, 0);
        tl_writer_int (&out,
                       (int32_t)(brief ? ApiUpdateShortMessage_ID : ApiUpdateShort_ID));
        if (!brief) {
            tl_writer_int (&out, (int32_t)ApiUpdateNewMessage_ID);
            tl_writer_int (&out, (int32_t)ApiMessage_ID);
            tl_writer_int (&out, 0); /* flags2 */
        }
        tl_writer_int (&out, 0);  /* flags */
        tl_writer_int (&out, 11); /* id */
        if (!brief)
            tl_writer_int (&out, (int32_t)ApiPeerUser_ID);
        tl_writer_long (&out, BENCH_BOB); /* who is known */
        if (!brief)
            tl_writer_int (&out, 1); /* date */
        tl_writer_bytes (&out, "Login code: 77777.", 18);
        tl_writer_int (&out, 1); /* pts: the first one */
        tl_writer_int (&out, 1); /* pts_count */
        tl_writer_int (&out, 1); /* date */
        bench_receive_bytes (bench, out.data, out.len);
        bench_advance (bench, HOUR);
        g_assert_cmpstr (bench->told->str, ==, "");
        g_assert_cmpuint (bench->calls->len, ==, calls);
        g_assert_false (bench->client->updates->known);
    }
}

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

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
#define ADD(f) g_test_add_func ("/client/codes/" #f, f)
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
    ADD (a_code_is_taken_back);
    ADD (a_useless_code_begins_anew);
    ADD (a_told_code_is_not_typed);
    ADD (no_message_before_the_login);
    ADD (a_stranger_hears_little);
    return g_test_run ();
}
