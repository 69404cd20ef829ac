/* A login by a QR code that another app scans. */
#include "client-login.h"
#include "tg-login-private.h"

#include <string.h>

/* --- a QR code --- */

static void
answer_token (Bench *bench, const char *token, int64_t seconds)
{
    ApiAuthLoginToken answer =
        TL_NEW (ApiAuthLoginToken, .expires = (int32_t)(bench->now.wall / 1000 + seconds),
                .token = TL_STR (token));

    bench_answer (bench, called (bench, ApiAuthExportLoginToken_ID), TL_OBJ (&answer));
}

static void
authorize_token (Bench *bench, BenchCall *call)
{
    ApiUser user =
        TL_NEW (ApiUser, .self = TRUE, .id = BENCH_OWN, .has_access_hash = TRUE,
                .access_hash = 1, .first_name = TL_STR ("Me"));
    ApiAuthAuthorization in = TL_NEW (ApiAuthAuthorization, .user = TL_OBJ (&user));
    ApiAuthLoginTokenSuccess success =
        TL_NEW (ApiAuthLoginTokenSuccess, .authorization = TL_OBJ (&in));

    bench_answer (bench, call, TL_OBJ (&success));
    g_assert_cmpint (bench->client->own_id, ==, BENCH_OWN);
}

static void
scan (Bench *bench)
{
    ApiUpdateLoginToken update = TL_NEW (ApiUpdateLoginToken);

    bench_update (bench, TL_OBJ (&update));
}

/* MT-F32, MT-F33: a link is shown, a new one in its place when it is too old, in the same question;
 * scanned, it is the login */
static void
a_picture_is_scanned (void)
{
    g_autoptr (Bench) bench = at_the_qr ();

    answer_token (bench,
                  "\xfb\xff\xfe"
                  "token!",
                  30);
    g_assert_true (bench_told (bench, "ask qr"));
    g_assert_cmpstr (asked (bench)->detail, ==, "tg://login?token=-__-dG9rZW4h");
    unsigned first = bench->attempt;
    bench_advance (bench, 29000);
    g_assert_cmpuint (bench_count (bench, ApiAuthExportLoginToken_ID), ==, 1);
    bench_advance (bench, 1000);
    answer_token (bench, "another", 30);
    g_assert_cmpstr (asked (bench)->detail, ==, "tg://login?token=YW5vdGhlcg");
    g_assert_cmpuint (bench->attempt, ==, first);
    scan (bench);
    authorize_token (bench, called (bench, ApiAuthExportLoginToken_ID));
    scan (bench); /* nobody waits for it now */
    g_string_truncate (bench->told, 0);
    bench_advance (bench, 60000); /* nor is it too old */
    g_assert_null (strstr (bench->told->str, "ask"));
    g_assert_cmpuint (bench_count (bench, ApiAuthExportLoginToken_ID), ==, 3);
}

/* MT-F32: whatever the server says of its time: not more than one in a second, at least one in a
 * minute; and after five minutes it is over */
static void
a_picture_has_a_time (void)
{
    static const int64_t rows[][2] = {
        { -1000, 1 }, { 0, 1 }, { 7200, 60 }, { 1 << 28, 60 }
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (Bench) bench = at_the_qr ();
        answer_token (bench, "token", rows[i][0]);
        bench_advance (bench, rows[i][1] * 1000 - 1);
        g_assert_cmpuint (bench_count (bench, ApiAuthExportLoginToken_ID), ==, 1);
        bench_advance (bench, 1);
        g_assert_cmpuint (bench_count (bench, ApiAuthExportLoginToken_ID), ==, 2);
    }
    g_autoptr (Bench) bench = at_the_qr ();
    for (int i = 0; i < 10; i++) {
        g_assert_null (strstr (bench->told->str, "offline"));
        answer_token (bench, "token", 30);
        bench_advance (bench, 30000);
    }
    assert_offline (bench, TALK_OFFLINE_QR_UNUSED);
    bench_advance (bench, HOUR);
    g_assert_cmpuint (bench_count (bench, ApiAuthExportLoginToken_ID), ==, 10);
}

/* MT-F32: where no other token is to be had, or none for now, it is told that the one that is shown
 * is good no more, once; the next one stands in the same question */
static void
a_picture_that_is_too_old (void)
{
    for (int refused = 0; refused < 2; refused++) {
        g_autoptr (Bench) bench = at_the_qr ();
        answer_token (bench, "token", 30);
        unsigned first = bench->attempt;
        bench_advance (bench, 30000);
        if (refused)
            bench_refuse_with (bench, called (bench, ApiAuthExportLoginToken_ID), 420,
                               "FLOOD_WAIT", 40);
        bench_advance (bench, 4999);
        g_assert_nonnull (asked (bench)->detail);
        g_string_truncate (bench->told, 0);
        bench_advance (bench, 1);
        g_assert_cmpint (asked (bench)->kind, ==, TALK_ASK_QR);
        g_assert_null (asked (bench)->detail);
        g_assert_cmpuint (bench->attempt, ==, first);
        g_string_truncate (bench->told, 0);
        bench_advance (bench, 60000);
        g_assert_null (strstr (bench->told->str, "ask"));
        answer_token (bench, "another", 30);
        g_assert_cmpstr (asked (bench)->detail, ==, "tg://login?token=YW5vdGhlcg");
        if (!refused)
            g_assert_cmpuint (bench->attempt, ==, first);
        type (bench, NULL);
        g_string_truncate (bench->told, 0);
        bench_advance (bench, 60000);
        g_assert_null (strstr (bench->told->str, "ask"));
    }
}

/* MT-F32: a token that no picture could carry, or none at all, is no token */
static void
a_token_has_a_size (void)
{
    g_autofree char *most = g_strnfill (256, 't');
    g_autofree char *more = g_strnfill (257, 't');
    const char *const rows[] = { "", more, most };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (Bench) bench = at_the_qr ();
        answer_token (bench, rows[i], 30);
        g_assert_cmpint (bench_told (bench, "ask qr"), ==, rows[i] == most);
        if (rows[i] != most)
            assert_offline (bench, TALK_OFFLINE_LOGIN_REFUSED);
    }
}

/* MT-F32: errors of the server's own: pauses that grow, to a minute */
static void
a_picture_is_patient (void)
{
    g_autoptr (Bench) bench = at_the_qr ();
    int64_t pause = 0;

    for (int i = 0; i < 9; i++) {
        bench_refuse (bench, called (bench, ApiAuthExportLoginToken_ID), 500, "INTERNAL");
        for (pause = 0; bench_call (bench, ApiAuthExportLoginToken_ID) == NULL;
             pause += 1000)
            bench_advance (bench, 1000);
        g_assert_cmpint (pause, <=, 61000);
    }
    g_assert_cmpint (pause, >=, 59000);
    answer_token (bench, "token", 30);
    g_assert_true (bench_told (bench, "ask qr"));
}

/* MT-F33: a flood of "it was scanned" is one question at a time; none before there is a picture */
static void
scanned_again_and_again (void)
{
    g_autoptr (Bench) bench = at_the_qr ();

    answer_token (bench, "token", 30);
    for (int i = 0; i < 100; i++)
        scan (bench);
    g_assert_cmpuint (bench_count (bench, ApiAuthExportLoginToken_ID), ==, 2);
    answer_token (bench, "token", 30);
    g_assert_cmpuint (bench_count (bench, ApiAuthExportLoginToken_ID), ==, 3);
    authorize_token (bench, called (bench, ApiAuthExportLoginToken_ID));

    g_autoptr (Bench) other = at_the_code ();
    scan (other);
    g_assert_cmpuint (bench_count (other, ApiAuthExportLoginToken_ID), ==, 0);
}

/* MT-F34, MT-F23: two-step verification is next */
static void
a_picture_and_a_password (void)
{
    g_autoptr (Bench) bench = at_the_qr ();

    answer_token (bench, "token", 30);
    scan (bench);
    bench_refuse (bench, called (bench, ApiAuthExportLoginToken_ID), 401,
                  "SESSION_PASSWORD_NEEDED");
    answer_password (bench, FALSE);
    bench_advance (bench, HOUR);
    g_assert_cmpuint (bench_count (bench, ApiAuthExportLoginToken_ID), ==, 2);
}

/* MT-F32: closed, it is over; a code can be had in its place, and it in the place of a code */
static void
a_picture_or_a_code (void)
{
    {
        g_autoptr (Bench) bench = at_the_qr ();
        answer_token (bench, "token", 30);
        g_assert_null (asked (bench)->other); /* a label is no number */
        type (bench, NULL);
        assert_offline (bench, TALK_OFFLINE_CANCELLED);
        bench_advance (bench, HOUR);
        g_assert_cmpuint (bench_count (bench, ApiAuthExportLoginToken_ID), ==, 1);
    }
    g_autoptr (Bench) bench = at_the_code ();
    tg_client_log_in_by_qr (bench->client, bench->attempt + 1);
    bench_run (bench);
    g_assert_cmpuint (bench->calls->len, ==, 1);
    tg_client_log_in_by_qr (bench->client, bench->attempt);
    bench_run (bench);
    called (bench, ApiAuthCancelCode_ID);
    answer_token (bench, "token", 30);
    g_assert_cmpstr (asked (bench)->other, ==, "code");
    type (bench, "");
    called (bench, ApiAuthSendCode_ID);
    bench_advance (bench, HOUR);
    g_assert_cmpuint (bench_count (bench, ApiAuthExportLoginToken_ID), ==, 1);
}

/* MT-F1: an answer to a question that was given up for a code changes nothing, not even where it
 * is a login, or a move, or a refusal */
static void
a_late_token_is_none (void)
{
    ApiUser user =
        TL_NEW (ApiUser, .self = TRUE, .id = BENCH_OWN, .has_access_hash = TRUE,
                .access_hash = 1, .first_name = TL_STR ("Me"));
    ApiAuthAuthorization in = TL_NEW (ApiAuthAuthorization, .user = TL_OBJ (&user));
    ApiAuthLoginTokenSuccess success =
        TL_NEW (ApiAuthLoginTokenSuccess, .authorization = TL_OBJ (&in));
    ApiAuthLoginTokenMigrateTo to =
        TL_NEW (ApiAuthLoginTokenMigrateTo, .dc_id = 4, .token = TL_STR ("moved"));
    ApiAuthSentCodeTypeApp app = TL_NEW (ApiAuthSentCodeTypeApp, .length = 5);
    ApiAuthSentCode sent = sent_code (TL_OBJ (&app), HASH);

    for (int how = 0; how < 4; how++) {
        g_autoptr (Bench) bench = nobody_by ("+999 000 0001", TRUE);
        answer_token (bench, "token", 30);
        bench_advance (bench, 30000);
        BenchCall *late = called (bench, ApiAuthExportLoginToken_ID);
        type (bench, ""); /* a code, then */
        answer_sent (bench, ApiAuthSendCode_ID, &sent);
        g_assert_true (bench_told (bench, "ask code"));
        unsigned attempt = bench->attempt, calls = bench->calls->len;
        g_string_truncate (bench->told, 0);
        if (how == 0)
            bench_answer (bench, late, TL_OBJ (&success));
        else if (how == 1)
            bench_answer (bench, late, TL_OBJ (&to));
        else
            bench_refuse (bench, late, 400,
                          how == 2 ? "SESSION_PASSWORD_NEEDED" : "API_ID_INVALID");
        g_assert_cmpint (bench->client->own_id, ==, 0);
        g_assert_cmpint (bench->client->home_dc, ==, 2);
        g_assert_cmpstr (bench->told->str, ==, "");
        g_assert_cmpuint (bench->attempt, ==, attempt);
        g_assert_cmpuint (bench->calls->len, ==, calls);
        type (bench, "12345");
        authorize (bench, called (bench, ApiAuthSignIn_ID));
        g_assert_cmpint (bench->client->own_id, ==, BENCH_OWN);
    }
}

static void
connected (Bench *bench)
{
    bench->conn_events->opened (bench->conn_user);
    bench_run (bench);
}

static void
answer_migrate (Bench *bench, uint32_t call, int dc)
{
    ApiAuthLoginTokenMigrateTo to =
        TL_NEW (ApiAuthLoginTokenMigrateTo, .dc_id = dc, .token = TL_STR ("moved"));

    bench_answer (bench, called (bench, call), TL_OBJ (&to));
}

/* MT-F34: the account lives at another data centre: the token goes there */
static void
a_token_is_taken_elsewhere (void)
{
    g_autoptr (Bench) bench = at_the_qr ();

    answer_token (bench, "token", 30);
    scan (bench);
    answer_migrate (bench, ApiAuthExportLoginToken_ID, 4);
    g_autoptr (GBytes) kept = g_bytes_ref (bench->client->login->qr.token);
    connected (bench);
    g_assert_cmpmem (g_bytes_get_data (kept, NULL), 5, "\0\0\0\0\0", 5); /* wiped */
    {
        g_autoptr (TlMessage) message =
            request_of (called (bench, ApiAuthImportLoginToken_ID));
        assert_bytes (TL_AS (tl_message_root (message), ApiAuthImportLoginToken)->token,
                      "moved");
    }
    g_assert_cmpint (bench->client->home_dc, ==, 4);
    authorize_token (bench, called (bench, ApiAuthImportLoginToken_ID));
}

/* MT-F34: a token that is too old, wrong or used there: another one is shown; two-step
 * verification follows there, too */
static void
a_token_is_refused_elsewhere (void)
{
    static const char *const old[] = { "AUTH_TOKEN_EXPIRED", "AUTH_TOKEN_INVALID",
                                       "AUTH_TOKEN_ALREADY_ACCEPTED" };

    for (size_t i = 0; i <= G_N_ELEMENTS (old); i++) {
        g_autoptr (Bench) bench = at_the_qr ();
        gboolean password = i == G_N_ELEMENTS (old);
        answer_token (bench, "token", 30);
        scan (bench);
        answer_migrate (bench, ApiAuthExportLoginToken_ID, 4);
        connected (bench);
        bench_refuse (bench, called (bench, ApiAuthImportLoginToken_ID), 400,
                      password ? "SESSION_PASSWORD_NEEDED" : old[i]);
        if (password) {
            answer_password (bench, FALSE);
            continue;
        }
        answer_token (bench, "token", 30);
        g_assert_cmpint (asked (bench)->kind, ==, TALK_ASK_QR);
        g_assert_null (strstr (bench->told->str, "offline"));
    }
}

/* MT-F34: no such data centre; nor is a login sent back and forth */
static void
a_token_goes_nowhere (void)
{
    static const int none[] = { 0, -1, 6, 2 };

    for (size_t i = 0; i < G_N_ELEMENTS (none); i++) {
        g_autoptr (Bench) bench = at_the_qr ();
        answer_migrate (bench, ApiAuthExportLoginToken_ID, none[i]);
        assert_offline (bench, TALK_OFFLINE_LOGIN_REFUSED);
        g_assert_cmpint (bench->client->home_dc, ==, 2);
    }
    g_autoptr (Bench) bench = at_the_qr ();
    answer_migrate (bench, ApiAuthExportLoginToken_ID, 4);
    connected (bench);
    answer_migrate (bench, ApiAuthImportLoginToken_ID, 2);
    connected (bench);
    answer_migrate (bench, ApiAuthImportLoginToken_ID, 4);
    assert_offline (bench, TALK_OFFLINE_LOGIN_REFUSED);
}

/* MT-F34: a server that calls each new token too old is not asked without end */
static void
a_server_that_wants_no_token (void)
{
    g_autoptr (Bench) bench = at_the_qr ();

    for (int i = 0; i < 1000; i++) {
        BenchCall *call = bench_call (bench, ApiAuthExportLoginToken_ID);
        if (call != NULL)
            bench_refuse (bench, call, 400, "AUTH_TOKEN_EXPIRED");
        bench_advance (bench, 60);
    }
    g_assert_cmpuint (bench_count (bench, ApiAuthExportLoginToken_ID), <=, 10);
    bench_advance (bench, 60000);
    answer_token (bench, "token", 30);
    g_assert_true (bench_told (bench, "ask qr"));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
#define ADD(f) g_test_add_func ("/client/qr/" #f, f)
    ADD (a_picture_is_scanned);
    ADD (a_picture_has_a_time);
    ADD (a_picture_that_is_too_old);
    ADD (a_token_has_a_size);
    ADD (a_picture_is_patient);
    ADD (scanned_again_and_again);
    ADD (a_picture_and_a_password);
    ADD (a_picture_or_a_code);
    ADD (a_late_token_is_none);
    ADD (a_token_is_taken_elsewhere);
    ADD (a_token_is_refused_elsewhere);
    ADD (a_token_goes_nowhere);
    ADD (a_server_that_wants_no_token);
    return g_test_run ();
}
