/* From a phone number to an authorisation, with the server and the user in the test's
 * hands: what is asked, what leaves, and what must not. */
#include "client-bench.h"
#include "mt-pause.h"
#include "record.tl.h"
#include "tl-reader.h"

#include <string.h>

/* A store that nobody has logged in from. */
static Bench *
nobody (void)
{
    Bench *bench = bench_new (FALSE);
    RecAccount account = TL_NEW (RecAccount, .home_dc = 2, .tokens = { NULL, 0 });

    bench_put (bench, STORE_ACCOUNT, 0, TL_OBJ (&account));
    bench->phone = "+999 000 0001";
    bench_start (bench);
    return bench;
}

static void
say_code_sent (Bench *bench, TlBytes hash)
{
    ApiAuthSentCodeTypeApp type = TL_NEW (ApiAuthSentCodeTypeApp, .length = 5);
    ApiAuthSentCode sent =
        TL_NEW (ApiAuthSentCode, .type = TL_OBJ (&type), .phone_code_hash = hash);

    bench_answer (bench, bench_call (bench, ApiAuthSendCode_ID), TL_OBJ (&sent));
}

static void
answer_code_sent (Bench *bench, const char *hash)
{
    say_code_sent (bench, TL_STR (hash));
    g_assert_true (bench_told (bench, "ask code"));
}

static void
type (Bench *bench, unsigned attempt, const char *text)
{
    tg_client_answer (bench->client, attempt, text);
    bench_run (bench);
}

/* The n-th string of a call that begins with strings. */
static char *
string_of (const BenchCall *call, unsigned n)
{
    size_t len;
    const uint8_t *data = g_bytes_get_data (call->request, &len);
    TlReader in;
    TlBytes bytes = { 0 };

    tl_reader_init (&in, data, len);
    tl_reader_int (&in);
    if (call->id == ApiAuthSignIn_ID)
        tl_reader_int (&in); /* flags */
    for (unsigned i = 0; i <= n; i++)
        bytes = tl_reader_bytes (&in);
    g_assert_true (tl_reader_ok (&in));
    return g_strndup ((const char *)bytes.data, bytes.len);
}

static void
assert_string (const BenchCall *call, unsigned n, const char *want)
{
    g_assert_nonnull (call);
    g_autofree char *got = string_of (call, n);
    g_assert_cmpstr (got, ==, want);
}

static void
answer_user (Bench *bench, BenchCall *call, int64_t id)
{
    ApiUser user = TL_NEW (ApiUser, .self = TRUE, .id = id, .has_access_hash = TRUE,
                           .access_hash = 1, .first_name = TL_STR ("Me"));
    ApiAuthAuthorization authorization =
        TL_NEW (ApiAuthAuthorization, .user = TL_OBJ (&user));

    bench_answer (bench, call, TL_OBJ (&authorization));
}

static void
answer_authorized (Bench *bench, BenchCall *call)
{
    answer_user (bench, call, BENCH_OWN);
}

/* MT-F17: number, code, authorisation; blanks in a code do not count */
static void
a_code_leads_in (void)
{
    g_autoptr (Bench) bench = nobody ();

    answer_code_sent (bench, "hash-1");
    g_assert_null (bench_call (bench, ApiAuthSignIn_ID));
    type (bench, bench->attempt, " - ");
    g_assert_null (bench_call (bench, ApiAuthSignIn_ID));
    g_assert_true (bench_told (bench, "ask code again"));
    type (bench, bench->attempt, " 12-3 45");
    BenchCall *call = bench_call (bench, ApiAuthSignIn_ID);
    assert_string (call, 0, "9990000001");
    assert_string (call, 1, "hash-1");
    assert_string (call, 2, "12345");
    answer_authorized (bench, call);
    g_assert_cmpint (bench->client->own_id, ==, BENCH_OWN);
    g_assert_nonnull (bench_call (bench, ApiUpdatesGetState_ID));
}

/* MT-F1 MT-F17: an answer to a question that was asked anew in the meantime is none; nor is
 * a second one to the same */
static void
a_stale_answer_is_none (void)
{
    g_autoptr (Bench) bench = nobody ();

    answer_code_sent (bench, "hash-1");
    unsigned first = bench->attempt;
    type (bench, first, "11111");
    type (bench, first, "33333");
    g_assert_cmpuint (bench_count (bench, ApiAuthSignIn_ID), ==, 1);
    bench_refuse (bench, bench_call (bench, ApiAuthSignIn_ID), 400, "PHONE_CODE_INVALID");
    g_assert_true (bench_told (bench, "ask code again"));
    g_assert_cmpuint (bench->attempt, !=, first);
    type (bench, first, "22222");
    type (bench, first, NULL); /* the old window is closed: nothing is cancelled */
    type (bench, 0, "22222");
    g_assert_cmpuint (bench_count (bench, ApiAuthSignIn_ID), ==, 1);
    g_assert_cmpuint (bench_count (bench, ApiAuthCancelCode_ID), ==, 0);
    g_assert_null (strstr (bench->told->str, "offline"));
    type (bench, bench->attempt, "44444");
    assert_string (bench_call (bench, ApiAuthSignIn_ID), 2, "44444");
}

/* MT-F17: an expired code is asked for anew; the old question has no answer any more, and
 * the new hash goes with the new code */
static void
an_expired_code_is_asked_for_anew (void)
{
    g_autoptr (Bench) bench = nobody ();

    answer_code_sent (bench, "hash-1");
    unsigned first = bench->attempt;
    type (bench, first, "11111");
    bench_refuse (bench, bench_call (bench, ApiAuthSignIn_ID), 400, "PHONE_CODE_EXPIRED");
    type (bench, first, "22222"); /* while auth.sendCode is out */
    bench_advance (bench, 20000);
    answer_code_sent (bench, "hash-2");
    type (bench, first, "33333");
    g_assert_cmpuint (bench_count (bench, ApiAuthSignIn_ID), ==, 1);
    type (bench, bench->attempt, "44444");
    BenchCall *call = bench_call (bench, ApiAuthSignIn_ID);
    assert_string (call, 1, "hash-2");
    assert_string (call, 2, "44444");
}

/* MT-F15: who closes the question takes the code back */
static void
a_closed_question_cancels_the_code (void)
{
    g_autoptr (Bench) bench = nobody ();
    g_autofree char *line = g_strdup_printf ("offline %d", TALK_OFFLINE_CANCELLED);

    answer_code_sent (bench, "hash-1");
    type (bench, bench->attempt, NULL);
    g_assert_cmpuint (bench_count (bench, ApiAuthCancelCode_ID), ==, 1);
    BenchCall *call = bench_call (bench, ApiAuthCancelCode_ID);
    assert_string (call, 0, "9990000001");
    assert_string (call, 1, "hash-1");
    g_assert_true (bench_told (bench, line));
    g_assert_cmpuint (bench_count (bench, ApiAuthSignIn_ID), ==, 0);
}

/* MT-F10: what the server calls the code goes back to it as it is, so it is bounded: one
 * that no request could carry is none */
static void
a_code_has_a_short_name (void)
{
    static const struct {
        size_t len;
        gboolean good;
    } rows[] = { { 1, TRUE }, { 1024, TRUE }, { 1025, FALSE }, { 3 << 20, FALSE } };
    g_autofree char *line = g_strdup_printf ("offline %d", TALK_OFFLINE_LOGIN_REFUSED);

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (Bench) bench = nobody ();
        g_autofree char *hash = g_strnfill (rows[i].len, 'x');
        say_code_sent (bench, TL_STR (hash));
        g_assert_cmpint (bench_told (bench, "ask code"), ==, rows[i].good);
        g_assert_cmpint (bench_told (bench, line), ==, !rows[i].good);
        if (!rows[i].good)
            continue;
        type (bench, bench->attempt, "12345");
        assert_string (bench_call (bench, ApiAuthSignIn_ID), 1, hash);
    }
}

/* MT-A25 MT-F7: nobody has such a number: it is no login, and nothing of it stays */
static void
an_impossible_number_is_nobody (void)
{
    static const int64_t ids[] = { 0, -1, G_MININT64, (int64_t)1 << 40, G_MAXINT64 };
    g_autofree char *line = g_strdup_printf ("offline %d", TALK_OFFLINE_LOGIN_REFUSED);

    for (size_t i = 0; i < G_N_ELEMENTS (ids); i++) {
        g_autoptr (Bench) bench = nobody ();
        answer_code_sent (bench, "hash-1");
        type (bench, bench->attempt, "12345");
        answer_user (bench, bench_call (bench, ApiAuthSignIn_ID), ids[i]);
        g_assert_true (bench_told (bench, line));
        g_assert_cmpint (bench->client->own_id, ==, 0);
        g_assert_cmpint (bench->client->stored_id, ==, 0);
    }
}

/* MT-F7: who is nobody, somebody else, or deleted is no login, and nothing of it stays */
static void
nobody_is_logged_in (void)
{
    ApiUserEmpty empty = TL_NEW (ApiUserEmpty, .id = BENCH_OWN);
    ApiUser other =
        TL_NEW (ApiUser, .id = BENCH_OWN, .has_access_hash = TRUE, .access_hash = 1);
    ApiUser deleted = other;
    const TlObject *rows[] = { TL_OBJ (&empty), TL_OBJ (&other), TL_OBJ (&deleted) };
    g_autofree char *line = g_strdup_printf ("offline %d", TALK_OFFLINE_LOGIN_REFUSED);

    deleted.self = deleted.deleted = TRUE;
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (Bench) bench = nobody ();
        ApiAuthAuthorization authorization =
            TL_NEW (ApiAuthAuthorization, .user = rows[i]);
        answer_code_sent (bench, "hash-1");
        type (bench, bench->attempt, "12345");
        bench_answer (bench, bench_call (bench, ApiAuthSignIn_ID),
                      TL_OBJ (&authorization));
        g_assert_true (bench_told (bench, line));
        g_assert_cmpint (bench->client->own_id, ==, 0);
        g_assert_cmpint (bench->client->stored_id, ==, 0);
    }
}

/* MT-F5: a stored data centre that is none: the first one is asked, and the account is kept */
static void
a_damaged_home_is_the_first (void)
{
    static const int homes[] = { 0, -1, 6, 77, G_MAXINT32, G_MININT32 };

    for (size_t i = 0; i < G_N_ELEMENTS (homes); i++) {
        g_autoptr (Bench) bench = bench_new (TRUE);
        RecAccount account =
            TL_NEW (RecAccount, .has_user_id = TRUE, .user_id = BENCH_OWN,
                    .home_dc = homes[i], .tokens = { NULL, 0 });
        bench_put (bench, STORE_ACCOUNT, 0, TL_OBJ (&account));
        bench_online (bench);
        g_assert_cmpint (bench->client->home_dc, ==, 2);
        g_assert_cmpint (bench->client->own_id, ==, BENCH_OWN);
        g_assert_nonnull (tg_peer_find (bench->client, BENCH_BOB));
    }
}

/* MT-A25: nor is one that is stored anybody */
static void
a_stored_impossible_number_is_nobody (void)
{
    g_autoptr (Bench) bench = bench_new (FALSE);
    RecAccount account = TL_NEW (RecAccount, .has_user_id = TRUE, .user_id = -7,
                                 .home_dc = 2, .tokens = { NULL, 0 });
    RecIdentity identity = TL_NEW (RecIdentity, .user_id = (int64_t)1 << 40);

    bench_put (bench, STORE_ACCOUNT, 0, TL_OBJ (&account));
    bench_put (bench, STORE_ACCOUNT, TG_RECORD_IDENTITY, TL_OBJ (&identity));
    bench->phone = "+999 000 0001";
    bench_start (bench);
    g_assert_cmpint (bench->client->own_id, ==, 0);
    answer_code_sent (bench, "hash-1");
    type (bench, bench->attempt, "12345");
    answer_authorized (bench, bench_call (bench, ApiAuthSignIn_ID));
    g_assert_cmpint (bench->client->stored_id, ==, BENCH_OWN);
}

/* DECISIONS 24: a clock that was set back since, or a stored moment that cannot be: what is
 * told is what is waited, no more than a pause can be (and no sum overflows) */
static void
pauses_are_told_as_they_are (void)
{
    static const int64_t days[] = { 1, 400, 4000000 };

    for (size_t i = 0; i < G_N_ELEMENTS (days); i++) {
        g_autoptr (Bench) bench = nobody ();
        MtPause pause = { .trouble = MT_TROUBLE_BUSY,
                          .failures = 1,
                          .until = bench->now.wall + days[i] * 86400000 };
        {
            g_auto (TgAct) act = tg_act (bench->client);
            tg_wait_trouble (bench->client, &pause);
        }
        g_assert_cmpint (bench->client->wait->told, ==, TALK_WAIT_BUSY);
        g_assert_cmpint (bench->client->wait->told_seconds, ==, MT_PAUSE_LIMIT / 1000);
    }
}

/* DECISIONS 24: what is stored of pauses, at its limits: no sum overflows, no wait is longer
 * than a week */
static void
stored_pauses_have_limits (void)
{
    for (int what = 0; what < 6; what++)
        for (int high = 0; high < 2; high++) {
            g_autoptr (Bench) bench = nobody ();
            RecPauses pauses =
                TL_NEW (RecPauses, .trouble = MT_TROUBLE_KEY_UNKNOWN, .codes = 1);
            TalkWait reason;
            *(what == 0   ? &pauses.until
              : what == 1 ? &pauses.unknown_since
              : what == 2 ? &pauses.flood_until
              : what == 3 ? &pauses.code_at
                          : &pauses.asked_at) = high ? G_MAXINT64 : G_MININT64;
            if (what == 5)
                pauses.trouble = pauses.failures = pauses.refusals = pauses.codes =
                    high ? G_MAXINT32 : G_MININT32;
            g_test_message ("%d %d", what, high);
            tg_wait_load (bench->client, (StoreKey){ STORE_ACCOUNT, TG_RECORD_PAUSES, 0 },
                          TL_OBJ (&pauses));
            int64_t ms = tg_wait_before_login (bench->client, &reason);
            g_assert_cmpint (ms, >=, 0);
            g_assert_cmpint (ms, <=, (int64_t)7 * 86400 * 1000);
            bench->client->own_id = BENCH_OWN; /* who would be asked */
            MtPause pause = bench->client->wait->pause;
            pause.trouble = MT_TROUBLE_KEY_UNKNOWN;
            {
                g_auto (TgAct) act = tg_act (bench->client);
                tg_wait_trouble (bench->client, &pause);
                tg_wait_code_sent (bench->client);
            }
            bench_run (bench);
        }
}

/* MT-E11 MT-F5: a server that sends the login round and round is followed for a while */
static void
a_login_does_not_move_for_ever (void)
{
    g_autoptr (Bench) bench = nobody ();
    g_autofree char *line = g_strdup_printf ("offline %d", TALK_OFFLINE_LOGIN_REFUSED);
    int hops = 0;

    while (hops < 50) {
        BenchCall *call = bench_call (bench, ApiAuthSendCode_ID);
        g_assert_nonnull (call);
        bench_refuse_with (bench, call, 303, "PHONE_MIGRATE", hops % 2 ? 3 : 4);
        hops++;
        if (strstr (bench->told->str, line) != NULL)
            break;
        bench_advance (bench, 60000); /* requests for a code have a pause */
        bench->conn_events->opened (bench->conn_user);
        bench_run (bench);
    }
    g_assert_cmpint (hops, ==, 4);
}

/* MT-E12: what belongs to the data centre that the account lives at is kept and used there:
 * the code that it sent, and nothing that went to another one */
static void
a_login_goes_on_where_the_account_lives (void)
{
    g_autoptr (Bench) bench = nobody ();

    bench_refuse_with (bench, bench_call (bench, ApiAuthSendCode_ID), 303,
                       "PHONE_MIGRATE", 4);
    bench_advance (bench, 60000); /* requests for a code have a pause */
    g_assert_null (bench_call (bench, ApiAuthSendCode_ID)); /* not at the old one */
    bench->conn_events->opened (bench->conn_user);
    bench_run (bench);
    g_assert_cmpint (bench->client->home_dc, ==, 4);
    answer_code_sent (bench, "hash-of-4");
    type (bench, bench->attempt, "12345");
    BenchCall *sign_in = bench_call (bench, ApiAuthSignIn_ID);
    g_assert_nonnull (sign_in);
    g_autofree char *hash = string_of (sign_in, 1);
    g_assert_cmpstr (hash, ==, "hash-of-4");
    g_assert_cmpint (bench->client->home_dc, ==, 4);
    answer_authorized (bench, sign_in);
    g_assert_cmpint (bench->client->own_id, ==, BENCH_OWN);
    g_assert_cmpint (bench->client->home_dc, ==, 4);
    g_assert_cmpuint (bench_count (bench, ApiAuthSignIn_ID), ==, 1);
}

/* MT-E11 MT-E12: also a code that was typed is: where the sign-in is sent elsewhere, it goes
 * there, once, with its hash, and no other code is asked for; not for ever */
static void
a_sign_in_moves_with_its_code (void)
{
    g_autoptr (Bench) bench = nobody ();

    answer_code_sent (bench, "hash-of-2");
    type (bench, bench->attempt, "12345");
    for (int hop = 0; hop < 3; hop++) {
        bench_refuse_with (bench, bench_call (bench, ApiAuthSignIn_ID), 303,
                           hop == 1 ? "NETWORK_MIGRATE" : "USER_MIGRATE", 4 + hop % 2);
        g_assert_cmpint (bench->client->home_dc, ==, 4 + hop % 2);
        bench->conn_events->opened (bench->conn_user);
        bench_run (bench);
        BenchCall *sign_in = bench_call (bench, ApiAuthSignIn_ID);
        g_assert_nonnull (sign_in);
        g_autofree char *hash = string_of (sign_in, 1), *code = string_of (sign_in, 2);
        g_assert_cmpstr (hash, ==, "hash-of-2");
        g_assert_cmpstr (code, ==, "12345");
    }
    g_assert_cmpuint (bench_count (bench, ApiAuthSendCode_ID), ==, 1);
    g_autofree char *line = g_strdup_printf ("offline %d", TALK_OFFLINE_LOGIN_REFUSED);
    g_assert_null (strstr (bench->told->str, line));
    bench_refuse_with (bench, bench_call (bench, ApiAuthSignIn_ID), 303, "USER_MIGRATE",
                       5);
    g_assert_nonnull (strstr (bench->told->str, line));
}

/* DECISIONS 24 MT-E11: a log out that is out when the account moves to another data centre
 * was answered by nobody: the login goes on there */
static void
a_move_answers_no_log_out (void)
{
    g_autoptr (Bench) bench = nobody ();

    tg_client_log_out (bench->client);
    bench_run (bench);
    BenchCall *out = bench_call (bench, ApiAuthLogOut_ID);
    g_assert_nonnull (out);
    bench_refuse_with (bench, bench_call (bench, ApiAuthSendCode_ID), 303,
                       "PHONE_MIGRATE", 4);
    g_assert_cmpint (bench->client->home_dc, ==, 4);
    g_assert_true (out->answered); /* its session is gone */
    bench_advance (bench, 60000);  /* requests for a code have a pause */
    g_assert_null (strstr (bench->told->str, "offline"));
    bench->conn_events->opened (bench->conn_user);
    bench_run (bench);
    answer_code_sent (bench, "hash-1");
}

/* DECISIONS 24 MT-E15 MT-E20: what the server calls its refusal, and what is said of it; and
 * nothing is asked again */
static void
refusals_have_reasons (void)
{
    static const struct {
        const char *type;
        TalkOffline reason;
    } rows[] = {
        { "API_ID_INVALID", TALK_OFFLINE_API_ID_INVALID },
        { "API_ID_PUBLISHED_FLOOD", TALK_OFFLINE_API_ID_PUBLISHED },
        { "PHONE_NUMBER_INVALID", TALK_OFFLINE_PHONE_INVALID },
        { "PHONE_NUMBER_BANNED", TALK_OFFLINE_PHONE_BANNED },
        { "PHONE_NUMBER_UNOCCUPIED", TALK_OFFLINE_SIGN_UP_NEEDED },
        { "PHONE_NUMBER_APP_SIGNUP_FORBIDDEN", TALK_OFFLINE_SIGN_UP_NEEDED },
        { "UPDATE_APP_TO_LOGIN", TALK_OFFLINE_TOO_OLD },
        { "RECAPTCHA_CHECK_signup__6Lc-x_yz", TALK_OFFLINE_OFFICIAL_APP }, /* MT-E20 */
        { "APNS_VERIFY_CHECK_abc", TALK_OFFLINE_OFFICIAL_APP },
        { "INTEGRITY_CHECK_CLASSIC_abc", TALK_OFFLINE_OFFICIAL_APP },
        { "USER_DEACTIVATED", TALK_OFFLINE_DELETED },
        { "USER_DEACTIVATED_BAN", TALK_OFFLINE_DELETED },
        { "INPUT_USER_DEACTIVATED", TALK_OFFLINE_DELETED },
        { "SOMETHING_NEW", TALK_OFFLINE_LOGIN_REFUSED },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (Bench) bench = nobody ();
        g_autofree char *line = g_strdup_printf ("offline %d", rows[i].reason);
        bench_refuse (bench, bench_call (bench, ApiAuthSendCode_ID), 400, rows[i].type);
        g_test_message ("%s", rows[i].type);
        g_assert_true (bench_told (bench, line));
        bench_advance (bench, 600000);
        g_assert_cmpuint (bench_count (bench, ApiAuthSendCode_ID), ==, 1);
    }
}

/* SC-C19: a reason is told in a line of what people can see, wherever it comes from */
static void
reasons_are_clean (void)
{
    g_autoptr (Bench) bench = nobody ();
    g_autofree char *rest = g_strnfill (5000, 'x');
    g_autofree char *detail =
        g_strconcat ("not\nhere\x1b[1m \xe2\x80\xae\xff", rest, NULL);

    {
        g_auto (TgAct) act = tg_act (bench->client);
        tg_stop (bench->client, TALK_OFFLINE_KEY_SERVICE, detail, TRUE);
    }
    bench_run (bench);
    const char *line = strstr (bench->told->str, "because not here[1m \xef\xbf\xbdxx");
    g_assert_nonnull (line);
    g_assert_cmpuint (strcspn (line, "\n"), <, 400);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
#define ADD(f) g_test_add_func ("/client/login/" #f, f)
    ADD (a_code_leads_in);
    ADD (a_stale_answer_is_none);
    ADD (an_expired_code_is_asked_for_anew);
    ADD (a_closed_question_cancels_the_code);
    ADD (a_code_has_a_short_name);
    ADD (an_impossible_number_is_nobody);
    ADD (nobody_is_logged_in);
    ADD (a_damaged_home_is_the_first);
    ADD (a_stored_impossible_number_is_nobody);
    ADD (pauses_are_told_as_they_are);
    ADD (stored_pauses_have_limits);
    ADD (a_login_does_not_move_for_ever);
    ADD (a_login_goes_on_where_the_account_lives);
    ADD (a_sign_in_moves_with_its_code);
    ADD (a_move_answers_no_log_out);
    ADD (refusals_have_reasons);
    ADD (reasons_are_clean);
    return g_test_run ();
}
