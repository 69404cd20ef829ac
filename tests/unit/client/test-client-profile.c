/* The own profile: read before it is changed, only what differs is sent. */
#include "client-bench.h"

#include "tg-client-profile.h"
#include "tl-encode.h"

#include <string.h>

#define PEER_SETTINGS 0xf47741f7u
#define PEER_NOTIFY_SETTINGS 0x99622c0cu

static void
profile_cb (const TgProfile *profile, TalkProfiled what, int64_t seconds, void *user)
{
    if (profile != NULL)
        g_string_append_printf (user, "%d %s|%s|%s;", what, profile->first, profile->last,
                                profile->about);
    else
        g_string_append_printf (user, "%d/%d;", what, (int)seconds);
}

static void
assert_heard (GString *heard, const char *text)
{
    g_assert_cmpstr (heard->str, ==, text);
    g_string_truncate (heard, 0);
}

static ApiUser
self (const char *first, const char *last)
{
    return TL_NEW (ApiUser, .id = BENCH_OWN, .self = TRUE, .has_access_hash = TRUE,
                   .access_hash = 7, .first_name = TL_STR (first),
                   .last_name = TL_STR (last));
}

/* All fields that must be there, by hand: the client has structs of some only. */
static void
answer_full (Bench *bench, int64_t id, const char *about)
{
    ApiUser user = self ("Anna Maria", "Aa");
    g_auto (TlWriter) answer = { 0 };

    tl_writer_int (&answer, (int32_t)ApiUsersUserFull_ID);
    tl_writer_int (&answer, (int32_t)ApiUserFull_ID);
    tl_writer_int (&answer, 2); /* flags: about */
    tl_writer_int (&answer, 0); /* flags2 */
    tl_writer_long (&answer, id);
    tl_writer_bytes (&answer, about, strlen (about));
    tl_writer_int (&answer, (int32_t)PEER_SETTINGS);
    tl_writer_int (&answer, 0);
    tl_writer_int (&answer, (int32_t)PEER_NOTIFY_SETTINGS);
    tl_writer_int (&answer, 0);
    tl_writer_int (&answer, 0); /* common_chats_count */
    tl_writer_int (&answer, (int32_t)TlVectorObject_ID);
    tl_writer_int (&answer, 0);
    tl_writer_int (&answer, (int32_t)TlVectorObject_ID);
    tl_writer_int (&answer, 1);
    g_assert_true (tl_encode (&tl_api_schema, TL_OBJ (&user), &answer));
    bench_answer_bytes (bench, bench_call (bench, ApiUsersGetFullUser_ID), answer.data,
                        answer.len);
}

static void
set (Bench *bench, TgProfile wanted, GString *heard)
{
    tg_client_set_profile (bench->client, &wanted, profile_cb, heard);
    bench_run (bench);
}

/* The call that changes it has these flags, and this string. */
static BenchCall *
changing (Bench *bench, int flags, const char *string)
{
    BenchCall *call = bench_call (bench, ApiAccountUpdateProfile_ID);
    g_autofree char *counted = g_strdup_printf ("%c%s", (int)strlen (string), string);
    size_t len;

    g_assert_nonnull (call);
    const char *bytes = g_bytes_get_data (call->request, &len);
    g_assert_cmpint (bench_int (call, 0), ==, flags);
    g_assert_nonnull (memmem (bytes, len, counted, strlen (counted)));
    return call;
}

/* MT-I21: what the server has is asked for, and not kept; what differs is sent alone, and who is told
 * of the user is told of their other name */
static void
what_differs_is_sent (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (GString) heard = g_string_new (NULL);
    ApiUser other = self ("Anna Maria", "Bb");

    bench_online (bench);
    for (int i = 0; i < 2; i++) {
        tg_client_ask_profile (bench->client, profile_cb, heard);
        bench_run (bench);
        answer_full (bench, BENCH_OWN, "one\nline");
        assert_heard (heard, "1 Anna Maria|Aa|one line;");
    }
    set (bench, (TgProfile){ "Anna  Maria", "Bb", "one line" }, heard);
    answer_full (bench, BENCH_OWN, "one\nline");
    bench_answer (bench, changing (bench, 2, "Bb"), TL_OBJ (&other));
    assert_heard (heard, "0 Anna Maria|Bb|one line;");
    g_assert_true (bench_told (bench, "peer Anna Maria Bb"));
    set (bench, (TgProfile){ .about = "two" }, heard);
    answer_full (bench, BENCH_OWN, "one line");
    bench_answer (bench, changing (bench, 4, "two"), TL_OBJ (&other));
    assert_heard (heard, "0 Anna Maria|Bb|two;");
}

/* MT-I21: nothing is sent where nothing differs, or what is wanted cannot be; this is said before
 * anything is asked */
static void
nothing_is_sent_in_vain (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (GString) heard = g_string_new (NULL);
    g_autofree char *large = g_strnfill (65, 'x'), *huge = g_strnfill (141, 'x');
    const TgProfile rows[] = { { .first = "" },
                               { .first = " \xe2\x80\xae " },
                               { .first = large },
                               { .last = large },
                               { .about = huge } };

    bench_online (bench);
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        set (bench, rows[i], heard);
        assert_heard (heard, rows[i].about != NULL ? "3/0;" : "2/0;");
    }
    tg_client_set_name (bench->client, " ", profile_cb, heard);
    bench_run (bench);
    assert_heard (heard, "2/0;");
    g_assert_cmpuint (bench_count (bench, ApiUsersGetFullUser_ID), ==, 0);
    set (bench, (TgProfile){ "Anna Maria", "Aa", "" }, heard);
    answer_full (bench, BENCH_OWN, "");
    assert_heard (heard, "1 Anna Maria|Aa|;");
    set (bench, (TgProfile){ 0 }, heard);
    answer_full (bench, BENCH_OWN, "me");
    assert_heard (heard, "1 Anna Maria|Aa|me;");
    g_assert_cmpuint (bench_count (bench, ApiAccountUpdateProfile_ID), ==, 0);
}

/* MT-I21: a whole name is parted as it is at the server, else behind its first word; no part may be
 * too long */
static void
a_whole_name_is_parted (void)
{
    static const struct {
        const char *name;
        int flags;
        const char *string; /* NULL: nothing is sent */
    } rows[] = { { "Anna Maria Cc Dd", 2, "Cc Dd" }, { "Anna Maria", 2, "" },
                 { "Anna Mariae", 3, "Mariae" },     { "Berta", 3, "Berta" },
                 { "Berta Aa", 1, "Berta" },         { " Anna  Maria Aa ", 0, NULL } };
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (GString) heard = g_string_new (NULL);
    g_autofree char *large = g_strnfill (100, 'x');

    bench_online (bench);
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        tg_client_set_name (bench->client, rows[i].name, profile_cb, heard);
        bench_run (bench);
        answer_full (bench, BENCH_OWN, "");
        if (rows[i].string == NULL)
            assert_heard (heard, "1 Anna Maria|Aa|;");
        else
            bench_refuse (bench, changing (bench, rows[i].flags, rows[i].string), 500,
                          "NO");
        g_string_truncate (heard, 0);
    }
    tg_client_set_name (bench->client, large, profile_cb, heard);
    bench_run (bench);
    answer_full (bench, BENCH_OWN, "");
    assert_heard (heard, "2/0;");
}

/* MT-I21: each reason its own; an answer about somebody else is none */
static void
refusals_are_told (void)
{
    static const struct {
        int code;
        const char *type;
        const char *heard;
    } rows[] = {
        { 400, "FIRSTNAME_INVALID", "2/0;" },     { 400, "ABOUT_TOO_LONG", "3/0;" },
        { 420, "FLOOD_WAIT", "4/300;" },          { 500, "NO", "6/0;" },
        { 420, "FROZEN_METHOD_INVALID", "7/0;" }, { 406, "ANYTHING", "7/0;" }
    };
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (GString) heard = g_string_new (NULL);
    g_autofree char *frozen = g_strdup_printf ("trouble %d 0", TALK_TROUBLE_FROZEN);

    bench_online (bench);
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        set (bench, (TgProfile){ .about = "two" }, heard);
        answer_full (bench, BENCH_OWN, "one");
        bench_refuse_with (bench, bench_call (bench, ApiAccountUpdateProfile_ID),
                           rows[i].code, rows[i].type, 300);
        assert_heard (heard, rows[i].heard);
        set (bench, (TgProfile){ .about = "two" }, heard);
        bench_refuse_with (bench, bench_call (bench, ApiUsersGetFullUser_ID),
                           rows[i].code, rows[i].type, 300);
        assert_heard (heard, rows[i].heard);
    }
    g_assert_true (bench_told (bench, frozen));
    set (bench, (TgProfile){ .about = "two" }, heard);
    answer_full (bench, BENCH_BOB, "one");
    assert_heard (heard, "6/0;");
    set (bench, (TgProfile){ .about = "two" }, heard);
    bench_stop (bench); /* nobody hears of it */
    assert_heard (heard, "");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
#define ADD(f) g_test_add_func ("/client/profile/" #f, f)
    ADD (what_differs_is_sent);
    ADD (nothing_is_sent_in_vain);
    ADD (a_whole_name_is_parted);
    ADD (refusals_are_told);
    return g_test_run ();
}
