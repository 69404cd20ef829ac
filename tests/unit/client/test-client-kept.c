/* A login between the code and the end of the program. */
#include "client-login.h"

#include "record.tl.h"
#include "tl-encode.h"

#include <string.h>

#define MINUTE 60000

static void
start_again (Bench *bench)
{
    bench_stop (bench);
    bench_start (bench);
}

/* No code was asked for by this process, and the question stands. */
static void
assert_goes_on (Bench *bench)
{
    g_assert_cmpuint (bench_count (bench, ApiAuthSendCode_ID), ==, 0);
    g_assert_true (bench_told (bench, "ask code"));
}

static void
assert_begins_anew (Bench *bench)
{
    g_assert_cmpuint (bench_count (bench, ApiAuthSendCode_ID), ==, 1);
    g_assert_cmpuint (bench_count (bench, ApiAuthSignIn_ID), ==, 0);
}

/* MT-F10: the program ends while the code is on its way, and the next one asks for it as this one
 * did, at once; what is typed goes with the hash of then */
static void
a_code_outlives_the_program (void)
{
    g_autoptr (Bench) bench = at_the_code ();

    bench_advance (bench, 20000);
    for (int i = 0; i < 3; i++) {
        start_again (bench);
        assert_goes_on (bench);
        g_assert_cmpstr (asked (bench)->detail, ==, "app");
        g_assert_cmpint (asked (bench)->length, ==, 5);
        g_assert_cmpstr (asked (bench)->other, ==, "sms");
        g_assert_cmpint (asked (bench)->wait, ==, 40);
    }
    type (bench, "1 2-345");
    g_autoptr (TlMessage) message = request_of (called (bench, ApiAuthSignIn_ID));
    const ApiAuthSignIn *request = TL_AS (tl_message_root (message), ApiAuthSignIn);
    assert_bytes (request->phone_number, "9990000001");
    assert_bytes (request->phone_code_hash, HASH);
    assert_bytes (request->phone_code, "12345");
    authorize (bench, called (bench, ApiAuthSignIn_ID));
    g_assert_cmpint (bench->client->own_id, ==, BENCH_OWN);
}

/* MT-F10 MT-F17: a wrong code is asked for again, after the restart too; what the server calls too
 * old is sent anew, and that is what the next start goes on with */
static void
a_stale_hash_begins_anew (void)
{
    g_autoptr (Bench) bench = at_the_code ();
    ApiAuthSentCodeTypeSms sms = TL_NEW (ApiAuthSentCodeTypeSms, .length = 6);
    ApiAuthSentCode sent = sent_code (TL_OBJ (&sms), "hash-2");

    start_again (bench);
    type (bench, "11111");
    bench_refuse (bench, called (bench, ApiAuthSignIn_ID), 400, "PHONE_CODE_INVALID");
    assert_goes_on (bench);
    start_again (bench);
    assert_goes_on (bench);
    type (bench, "22222");
    bench_refuse (bench, called (bench, ApiAuthSignIn_ID), 400, "PHONE_CODE_EXPIRED");
    bench_advance (bench, 20000);
    start_again (bench); /* before the server has answered: there is none */
    assert_begins_anew (bench);
    answer_sent (bench, ApiAuthSendCode_ID, &sent);
    start_again (bench);
    assert_goes_on (bench);
    g_assert_cmpint (asked (bench)->length, ==, 6);
    type (bench, "333333");
    g_autoptr (TlMessage) message = request_of (called (bench, ApiAuthSignIn_ID));
    assert_bytes (TL_AS (tl_message_root (message), ApiAuthSignIn)->phone_code_hash,
                  "hash-2");
}

/* MT-F10: what the user left, for another way or for good, does not come back; nor does what led to
 * a login that was refused */
static void
what_was_left_is_gone (void)
{
    for (int how = 0; how < 3; how++) {
        g_autoptr (Bench) bench = at_the_code ();
        bench_advance (bench, 20000); /* the pause between two codes */
        if (how == 0) {
            type (bench, NULL);
        } else if (how == 1) {
            tg_client_log_in_by_qr (bench->client, bench->attempt);
            bench_run (bench);
        } else {
            type (bench, "12345");
            bench_refuse (bench, called (bench, ApiAuthSignIn_ID), 400,
                          "PHONE_NUMBER_BANNED");
        }
        start_again (bench);
        assert_begins_anew (bench);
    }
}

/* MT-F10: another number, another program, a code that is older than it lives, a clock that went
 * back: none of them has a code */
static void
of_another_login (void)
{
    for (int how = 0; how < 5; how++) {
        g_autoptr (Bench) bench = at_the_code ();
        bench_advance (bench, 20000);
        bench_stop (bench);
        if (how == 1)
            bench->phone = "+999 000 0002";
        else if (how == 2)
            bench->api_id = 2;
        else if (how == 3)
            bench->now.wall += 5 * MINUTE;
        else if (how == 4)
            bench->now.wall -= 24 * HOUR;
        bench_start (bench);
        if (how == 0)
            assert_goes_on (bench);
        else
            assert_begins_anew (bench);
    }
}

/* MT-F20 MT-F10: an address for codes that the server wants is asked for again, too */
static void
an_address_is_still_wanted (void)
{
    g_autoptr (Bench) bench = nobody ();
    ApiAuthSentCodeTypeSetUpEmailRequired wanted =
        TL_NEW (ApiAuthSentCodeTypeSetUpEmailRequired);
    ApiAuthSentCode sent = sent_code (TL_OBJ (&wanted), HASH);

    answer_sent (bench, ApiAuthSendCode_ID, &sent);
    g_assert_true (bench_told (bench, "ask email"));
    start_again (bench);
    g_assert_cmpuint (bench_count (bench, ApiAuthSendCode_ID), ==, 0);
    g_assert_true (bench_told (bench, "ask email"));
}

/* MT-F10: what stands in the store is bounded like what comes from the server */
static void
absurd_records (void)
{
    static char long_hash[1026];
    memset (long_hash, 'x', sizeof long_hash - 1);
    const struct {
        const char *hash, *how, *other;
        int length;
        int64_t until, other_at;
        gboolean good;
    } rows[] = {
        { "h", "app", "sms", 5, MINUTE, 0, TRUE },
        { "h", "app", "sms", 1000000, MINUTE, INT64_MAX / 2, TRUE },
        { "h", "app", "sms", -5, MINUTE, INT64_MIN / 2, TRUE },
        { "h", "app", "nonsense", 5, MINUTE, 0, TRUE },
        { "h", "nonsense", "nonsense", 5, MINUTE, 0, FALSE },
        { "h", "app", "sms", 5, 0, 0, FALSE },
        { "h", "app", "sms", 5, 2 * HOUR, 0, FALSE },
        { "h", "app", "sms", 5, INT64_MAX / 2, 0, FALSE },
        { "", "app", "sms", 5, MINUTE, 0, FALSE },
        { long_hash, "app", "sms", 5, MINUTE, 0, FALSE },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (Bench) bench = bench_new (FALSE);
        RecAccount account = TL_NEW (RecAccount, .home_dc = 2, .tokens = { NULL, 0 });
        RecLoginCode record =
            TL_NEW (RecLoginCode, .phone = TL_STR ("9990000001"), .api_id = 1,
                    .hash = TL_STR (rows[i].hash), .how = TL_STR (rows[i].how),
                    .other = TL_STR (rows[i].other), .part = TL_STR ("\u202ea"),
                    .length = rows[i].length, .until = bench->now.wall + rows[i].until,
                    .other_at = rows[i].other_at);
        bench_put (bench, STORE_ACCOUNT, TG_RECORD_CODE, TL_OBJ (&record));
        bench->phone = "+999 000 0001";
        bench_put (bench, STORE_ACCOUNT, 0, TL_OBJ (&account));
        bench_start (bench);
        g_assert_cmpint (bench_told (bench, "ask code"), ==, rows[i].good);
        g_assert_cmpuint (bench_count (bench, ApiAuthSendCode_ID), ==, !rows[i].good);
        if (!rows[i].good)
            continue;
        g_assert_cmpint (asked (bench)->length, >=, 0);
        g_assert_cmpint (asked (bench)->length, <=, 64);
        g_assert_cmpint (asked (bench)->wait, >=, 0);
        g_assert_cmpint (asked (bench)->wait, <=, 604800);
        g_assert_cmpstr (asked (bench)->part, !=, "\u202ea");
    }
}

#define ADD(test) g_test_add_func ("/client-kept/" #test, test)

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    ADD (a_code_outlives_the_program);
    ADD (a_stale_hash_begins_anew);
    ADD (what_was_left_is_gone);
    ADD (of_another_login);
    ADD (an_address_is_still_wanted);
    ADD (absurd_records);
    return g_test_run ();
}
