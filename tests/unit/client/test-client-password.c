/* Two-step verification: how the password is proved, what gets no proof, and what of it stays. */
#include "client-login.h"
#include "dh-toy.h"
#include "freed.h"
#include "srp-server.h"
#include "tg-login.h"
#include "tl-encode.h"

#include <string.h>

#define PASSWORD "correct horse"

/* What was wiped, comma after comma (linked in the place of crypto_text_free()); NULL: nobody
 * looks. */
static GString *wiped;

void __real_crypto_text_free (char *string);
void __wrap_crypto_text_free (char *string);

void
__wrap_crypto_text_free (char *string)
{
    if (wiped != NULL && string != NULL)
        g_string_append_printf (wiped, "%s,", string);
    __real_crypto_text_free (string);
}

/* --- the server --- */

typedef struct {
    CryptoSrpAlgo algo;
    uint8_t x[32], v[256], b[256];
    uint8_t public[257]; /* B ... */
    size_t public_len;   /* ... as it is said */
    size_t p_len;
    gboolean unknown; /* current_algo is of a newer layer */
} Server;

static void
make_b (Server *server)
{
    crypto_srp_server_b (&server->algo, server->v, server->b, server->public);
    server->public_len = 256;
}

/* A server that keeps the verifier of `password`. */
static void
server_init (Server *server, int g, const char *password)
{
    *server = (Server){ .p_len = 256 };
    server->algo = (CryptoSrpAlgo){ .g = g,
                                    .salt1 = (const uint8_t *)"salt-one",
                                    .salt1_len = 8,
                                    .salt2 = (const uint8_t *)"salt-two",
                                    .salt2_len = 8 };
    memcpy (server->algo.p, crypto_dh_known_prime, 256);
    memset (server->b, 0x5a, sizeof server->b);
    crypto_srp_x (&server->algo, password, server->x);
    crypto_srp_verifier (&server->algo, server->x, server->v);
    make_b (server);
}

static void
answer_params (Bench *bench, const Server *server)
{
    ApiPasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow algo =
        TL_NEW (ApiPasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow,
                .salt1 = TL_BYTES (server->algo.salt1, server->algo.salt1_len),
                .salt2 = TL_BYTES (server->algo.salt2, server->algo.salt2_len),
                .g = server->algo.g, .p = TL_BYTES (server->algo.p, server->p_len));
    g_auto (TlWriter) out = { 0 };

    tl_writer_int (&out, (int32_t)ApiAccountPassword_ID);
    tl_writer_int (&out, 1 << 2); /* has_password */
    if (server->unknown)
        tl_writer_int (&out, (int32_t)0xd45ab096);
    else
        g_assert_true (tl_encode (&tl_api_schema, TL_OBJ (&algo), &out));
    tl_writer_bytes (&out, server->public, server->public_len);
    tl_writer_long (&out, 7);                    /* srp_id */
    tl_writer_int (&out, (int32_t)0xd45ab096);   /* new_algo: unknown */
    tl_writer_int (&out, 0x004a8537);            /* new_secure_algo: unknown */
    tl_writer_bytes (&out, (uint8_t *)"rnd", 3); /* secure_random */
    bench_answer_bytes (bench, called (bench, ApiAccountGetPassword_ID), out.data,
                        out.len);
}

/* Asked for; what the server told of it is `server`. */
static Bench *
asked_by (const Server *server)
{
    Bench *bench = at_the_code ();

    type (bench, "12345");
    bench_refuse (bench, called (bench, ApiAuthSignIn_ID), 401,
                  "SESSION_PASSWORD_NEEDED");
    answer_params (bench, server);
    g_assert_true (bench_told (bench, "ask password"));
    return bench;
}

/* Whether what is out proves the server's password to it. */
static gboolean
is_proof (Bench *bench, const Server *server)
{
    const BenchCall *call = called (bench, ApiAuthCheckPassword_ID);
    g_autoptr (TlMessage) message = request_of (call);
    const ApiInputCheckPasswordSRP *srp =
        TL_AS (TL_AS (tl_message_root (message), ApiAuthCheckPassword)->password,
               ApiInputCheckPasswordSRP);
    uint8_t public[256], m1[32];
    size_t len;
    const uint8_t *data = g_bytes_get_data (call->request, &len);

    g_assert_null (memmem (data, len, PASSWORD, strlen (PASSWORD)));
    g_assert_cmpint (srp->srp_id, ==, 7);
    g_assert_cmpuint (srp->A.len, ==, 256);
    g_assert_cmpuint (srp->M1.len, ==, 32);
    g_assert_true (crypto_dh_pad (server->public, server->public_len, public));
    crypto_srp_server_m1 (&server->algo, server->v, server->b, public, srp->A.data, m1);
    return memcmp (srp->M1.data, m1, 32) == 0;
}

static void
assert_in (Bench *bench)
{
    authorize (bench, called (bench, ApiAuthCheckPassword_ID));
    g_assert_cmpint (bench->client->own_id, ==, BENCH_OWN);
    g_assert_null (strstr (bench->told->str, "offline"));
}

/* --- proved --- */

/* MT-E16: a password that is needed is asked for, whichever method says so and under which
 * number, and nothing of the login is lost by it */
static void
a_password_is_needed (void)
{
    static const int codes[] = { 401, 400 };
    Server server;

    server_init (&server, 3, PASSWORD);
    for (int n = 0; n < 4; n++) {
        gboolean at_once = n / 2; /* a token of an earlier login stood for the code */
        g_autoptr (Bench) bench = at_once ? nobody () : at_the_code ();
        g_test_message ("%d", n);
        if (!at_once)
            type (bench, "12345");
        bench_refuse (bench,
                      called (bench, at_once ? ApiAuthSendCode_ID : ApiAuthSignIn_ID),
                      codes[n % 2], "SESSION_PASSWORD_NEEDED");
        answer_params (bench, &server);
        g_assert_true (bench_told (bench, "ask password"));
        type (bench, PASSWORD);
        assert_in (bench);
    }
}

/* MT-F23: an account that has none by now is let in without one, and nobody is asked for it */
static void
no_password_is_left (void)
{
    g_autoptr (Bench) bench = at_the_code ();
    g_auto (TlWriter) out = { 0 };

    type (bench, "12345");
    bench_refuse (bench, called (bench, ApiAuthSignIn_ID), 401,
                  "SESSION_PASSWORD_NEEDED");
    tl_writer_int (&out, (int32_t)ApiAccountPassword_ID);
    tl_writer_int (&out, 0); /* flags */
    tl_writer_int (&out, (int32_t)0xd45ab096);
    tl_writer_int (&out, 0x004a8537);
    tl_writer_bytes (&out, (uint8_t *)"rnd", 3);
    bench_answer_bytes (bench, called (bench, ApiAccountGetPassword_ID), out.data,
                        out.len);
    g_assert_false (bench_told (bench, "ask password"));
    g_autoptr (TlMessage) message = request_of (called (bench, ApiAuthCheckPassword_ID));
    g_assert_nonnull (
        TL_AS (TL_AS (tl_message_root (message), ApiAuthCheckPassword)->password,
               ApiInputCheckPasswordEmpty));
    assert_in (bench);
}

/* MT-F25 MT-F26: the proof is the one that the server expects; the password does not leave */
static void
a_password_is_proved (void)
{
    Server server;

    server_init (&server, 3, PASSWORD);
    g_autoptr (Bench) bench = asked_by (&server);
    type (bench, PASSWORD);
    g_assert_true (is_proof (bench, &server));
    assert_in (bench);
}

/* MT-F26: as it was typed: a blank before or behind it, and how its letters are written, matter */
static void
a_password_is_as_typed (void)
{
    static const char *const rows[] = { PASSWORD " ", " " PASSWORD, PASSWORD "-",
                                        "\u00e9t\u00e9", "e\u0301te\u0301" };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        Server server;
        server_init (&server, 3, rows[i]);
        for (size_t other = 0; other < 2; other++) {
            g_autoptr (Bench) bench = asked_by (&server);
            type (bench, rows[(i + other) % G_N_ELEMENTS (rows)]);
            g_assert_cmpint (is_proof (bench, &server), ==, !other);
        }
    }
}

/* MT-F27 MT-F25: a B of fewer bytes, as a server says one that begins with zeros, is the same
 * number; down to 248 of them */
static void
a_short_b_is_padded (void)
{
    Server server;

    server_init (&server, 3, PASSWORD);
    server.b[254] = 3; /* of this one B begins with a zero */
    server.b[255] = 29;
    make_b (&server);
    g_assert_cmpint (server.public[0], ==, 0);
    g_assert_cmpint (server.public[1], !=, 0);
    for (int cut = 0; cut < 2; cut++) {
        if (cut)
            memmove (server.public, server.public + 1, server.public_len = 255);
        g_autoptr (Bench) bench = asked_by (&server);
        type (bench, PASSWORD);
        g_assert_true (is_proof (bench, &server));
    }
    server.public_len = 248; /* another number, of which nobody knows the power */
    g_autoptr (Bench) bench = asked_by (&server);
    type (bench, PASSWORD);
    called (bench, ApiAuthCheckPassword_ID);
}

/* --- refused --- */

/* MT-F24 MT-F25: a way to prove it that is not known, a prime that is none, a generator that is
 * none of its group's, a length that is wrong, a B that is no number of the group's: nothing that
 * was made of the password leaves, and it is said */
static void
an_unsafe_server_gets_no_proof (void)
{
    static const char *const rows[] = { "unknown",      "no prime",     "2047 bits",
                                        "no generator", "p of 255",     "B of 247",
                                        "B of 257",     "B of nothing", "B = 0",
                                        "B = p",        "B = p + 1" };

    Server good;

    server_init (&good, 3, PASSWORD);
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        Server server = good;
        uint8_t *p = server.algo.p;
        switch (i) {
        case 0:
            server.unknown = TRUE;
            break;
        case 1: /* p + 768: g is one of its generators */
            g_assert_cmpint (p[254], <, 253);
            p[254] += 3;
            break;
        case 2:
            p[0] &= 0x7f;
            break;
        case 3:
            server.algo.g = 2;
            break;
        case 4:
            server.p_len = 255;
            break;
        case 5:
            server.public_len = 247;
            break;
        case 6: /* the same number */
            memmove (server.public + 1, server.public, 256);
            server.public[0] = 0;
            server.public_len = 257;
            break;
        case 7:
            server.public_len = 0;
            break;
        case 8:
            memset (server.public, 0, 256);
            break;
        case 9:
        case 10:
            memcpy (server.public, p, 256);
            g_assert_cmpint (p[255], <, 255);
            server.public[255] += i == 10;
            break;
        default:
            break;
        }
        g_autoptr (Bench) bench = asked_by (&server);
        type (bench, PASSWORD);
        g_test_message ("%s", rows[i]);
        g_assert_cmpuint (bench_count (bench, ApiAuthCheckPassword_ID), ==, 0);
        assert_offline (bench, TALK_OFFLINE_PASSWORD_UNKNOWN);
        bench_advance (bench, HOUR);
        g_assert_cmpuint (bench_count (bench, ApiAuthCheckPassword_ID), ==, 0);
        g_assert_cmpuint (bench_count (bench, ApiAccountGetPassword_ID), ==, 1);
    }
}

/* MT-F23: a code that was wrong once does not make the password wrong, which nobody has
 * typed yet; and it goes with the login, too */
static void
a_wrong_code_is_no_wrong_password (void)
{
    g_autoptr (Bench) bench = at_the_code ();
    Server server;

    server_init (&server, 3, PASSWORD);
    type (bench, "11111");
    bench_refuse (bench, called (bench, ApiAuthSignIn_ID), 400, "PHONE_CODE_INVALID");
    g_assert_true (bench_told (bench, "ask code again"));
    type (bench, "22222");
    bench_refuse (bench, called (bench, ApiAuthSignIn_ID), 401,
                  "SESSION_PASSWORD_NEEDED");
    answer_params (bench, &server);
    g_assert_nonnull (strstr (bench->told->str, "ask password"));
    g_assert_null (strstr (bench->told->str, "ask password again"));
    type (bench, PASSWORD);
    g_autoptr (GString) log = wiped = g_string_new (NULL);
    assert_in (bench);
    wiped = NULL;
    g_assert_nonnull (strstr (log->str, PASSWORD ","));
    g_assert_nonnull (strstr (log->str, "22222,"));
}

/* MT-F28: a wrong password is asked for again, and is not tried once more by itself; an answer to
 * the first question is none */
static void
a_wrong_password_is_asked_for_again (void)
{
    Server server;

    server_init (&server, 3, PASSWORD);
    g_autoptr (Bench) bench = asked_by (&server);
    unsigned first = bench->attempt;
    type (bench, "wrong");
    bench_refuse (bench, called (bench, ApiAuthCheckPassword_ID), 400,
                  "PASSWORD_HASH_INVALID");
    answer_params (bench, &server);
    g_assert_true (bench_told (bench, "ask password again"));
    bench_advance (bench, HOUR);
    tg_client_answer (bench->client, first, PASSWORD);
    bench_run (bench);
    g_assert_cmpuint (bench_count (bench, ApiAuthCheckPassword_ID), ==, 1);
    type (bench, PASSWORD);
    assert_in (bench);
}

/* MT-F28 MT-F23: parameters that the server has changed since are fetched anew, and what was typed
 * is proved by them, without another question */
static void
changed_parameters_are_used (void)
{
    static const char *const words[] = { "SRP_PASSWORD_CHANGED", "SRP_ID_INVALID" };

    for (size_t i = 0; i < G_N_ELEMENTS (words); i++) {
        Server server;
        server_init (&server, 3, PASSWORD);
        g_autoptr (Bench) bench = asked_by (&server);
        type (bench, PASSWORD);
        bench_refuse (bench, called (bench, ApiAuthCheckPassword_ID), 400, words[i]);
        server.b[0] = 0x33;
        make_b (&server);
        answer_params (bench, &server);
        g_assert_null (strstr (bench->told->str, "ask"));
        g_assert_true (is_proof (bench, &server));
        g_assert_cmpuint (bench_count (bench, ApiAccountGetPassword_ID), ==, 2);
        assert_in (bench);
    }
}

/* MT-F28: too many tries: the pause that the server wants is kept and told, then what was typed is
 * proved once more */
static void
too_many_tries_are_paused (void)
{
    Server server;

    server_init (&server, 3, PASSWORD);
    g_autoptr (Bench) bench = asked_by (&server);
    type (bench, PASSWORD);
    bench_refuse_with (bench, called (bench, ApiAuthCheckPassword_ID), 420, "FLOOD_WAIT",
                       60);
    g_assert_cmpint (bench->client->wait->told, ==, TALK_WAIT_FLOOD);
    g_assert_cmpint (bench->client->wait->told_seconds, ==, 60);
    bench_advance (bench, 59000);
    g_assert_cmpuint (bench_count (bench, ApiAccountGetPassword_ID), ==, 1);
    bench_advance (bench, 2000);
    answer_params (bench, &server);
    g_assert_true (is_proof (bench, &server));
    assert_in (bench);
}

/* MT-F28: a server that changes the password's parameters with every proof is not answered
 * without end */
static void
a_server_that_changes_its_mind (void)
{
    Server server;

    server_init (&server, 3, PASSWORD);
    g_autoptr (Bench) bench = asked_by (&server);
    type (bench, PASSWORD);
    for (int i = 0; i < 30; i++) {
        BenchCall *proof = bench_call (bench, ApiAuthCheckPassword_ID);
        if (proof != NULL)
            bench_refuse (bench, proof, 400, "SRP_ID_INVALID");
        if (bench_call (bench, ApiAccountGetPassword_ID) != NULL)
            answer_params (bench, &server);
        bench_advance (bench, 100);
    }
    g_assert_cmpuint (bench_count (bench, ApiAuthCheckPassword_ID), <=, 5);
    bench_advance (bench, 60000);
    answer_params (bench, &server);
    assert_in (bench);
}

/* MT-F1: a proof that is computed for a login which is over by then is nobody's */
static void
a_late_proof_is_none (void)
{
    Server server;

    server_init (&server, 3, PASSWORD);
    g_autoptr (Bench) bench = asked_by (&server);
    bench->hold = TRUE;
    type (bench, PASSWORD);
    {
        g_auto (TgAct) act = tg_act (bench->client);
        tg_login_reset (bench->client);
        tg_login_start (bench->client);
    }
    bench->hold = FALSE;
    bench_advance (bench, HOUR);
    g_assert_cmpuint (bench_count (bench, ApiAuthCheckPassword_ID), ==, 0);
    g_assert_cmpuint (bench_count (bench, ApiAuthSendCode_ID), ==, 2);
    g_assert_null (strstr (bench->told->str, "offline"));
}

/* --- what stays of it --- */

/* SC-L12 MT-F18: with the login, what led to it is gone */
static void
what_was_typed_does_not_stay (void)
{
    g_autoptr (Bench) bench = at_the_code ();

    type (bench, "12345");
    g_autoptr (GString) log = wiped = g_string_new (NULL);
    authorize (bench, called (bench, ApiAuthSignIn_ID));
    wiped = NULL;
    g_assert_cmpstr (log->str, ==, "12345,");
}

/* MT-F31: neither a password nor its x is in a block that was freed, whether it was right, wrong,
 * or came to nothing */
static void
a_password_leaves_no_trace (void)
{
    for (int how = 0; how < 3; how++) {
        Server server;
        server_init (&server, 3, PASSWORD);
        if (how == 2)
            memset (server.public, 0, 256);
        g_autoptr (Bench) bench = asked_by (&server);
        freed_forget ();
        freed_add_needle (PASSWORD, strlen (PASSWORD));
        freed_add_needle (server.x, 32);
        freed_watching = TRUE;
        type (bench, PASSWORD);
        if (how == 0)
            authorize (bench, called (bench, ApiAuthCheckPassword_ID));
        else if (how == 1)
            bench_refuse (bench, called (bench, ApiAuthCheckPassword_ID), 400,
                          "PASSWORD_HASH_INVALID");
        bench_stop (bench);
        freed_assert_found ("the password", FALSE);
    }
}

/* MT-F18: nor is a code, with whatever blanks it was pasted */
static void
a_code_leaves_no_trace (void)
{
    static const char code[] = "open sesame, open";
    g_autoptr (Bench) bench = nobody ();
    ApiAuthSentCodeTypeSmsPhrase phrase = TL_NEW (ApiAuthSentCodeTypeSmsPhrase);
    ApiAuthSentCode sent = sent_code (TL_OBJ (&phrase), HASH);
    g_autofree char *pasted = g_strdup_printf ("%30s%s\n", "", code);

    answer_sent (bench, ApiAuthSendCode_ID, &sent);
    freed_forget ();
    freed_add_needle (code, strlen (code));
    freed_watching = TRUE;
    type (bench, pasted);
    authorize (bench, called (bench, ApiAuthSignIn_ID));
    freed_assert_found ("the code", FALSE);
}

int
main (int argc, char **argv)
{
    freed_install ();
    g_test_init (&argc, &argv, NULL);
#define ADD(f) g_test_add_func ("/client/password/" #f, f)
    ADD (a_password_is_needed);
    ADD (no_password_is_left);
    ADD (a_password_is_proved);
    ADD (a_password_is_as_typed);
    ADD (a_short_b_is_padded);
    ADD (an_unsafe_server_gets_no_proof);
    ADD (a_wrong_code_is_no_wrong_password);
    ADD (a_wrong_password_is_asked_for_again);
    ADD (changed_parameters_are_used);
    ADD (too_many_tries_are_paused);
    ADD (a_server_that_changes_its_mind);
    ADD (a_late_proof_is_none);
    ADD (what_was_typed_does_not_stay);
    ADD (a_password_leaves_no_trace);
    ADD (a_code_leaves_no_trace);
    return g_test_run ();
}
