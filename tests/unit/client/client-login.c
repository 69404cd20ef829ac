/* See client-login.h. */
#include "client-login.h"

#include "record.tl.h"
#include "tl-encode.h"

#include <string.h>

Bench *
nobody_by (const char *phone, gboolean by_qr)
{
    Bench *bench = bench_new (FALSE);
    RecAccount account = TL_NEW (RecAccount, .home_dc = 2, .tokens = { NULL, 0 });

    bench_put (bench, STORE_ACCOUNT, 0, TL_OBJ (&account));
    bench->phone = phone;
    bench->by_qr = by_qr;
    bench_start (bench);
    return bench;
}

Bench *
nobody (void)
{
    return nobody_by ("+999 000 0001", FALSE);
}

void
type (Bench *bench, const char *text)
{
    tg_client_answer (bench->client, bench->attempt, text);
    bench_run (bench);
}

const TalkAsk *
asked (const Bench *bench)
{
    g_assert_nonnull (bench->asked);
    return &bench->asked->u.ask;
}

BenchCall *
called (Bench *bench, uint32_t id)
{
    BenchCall *call = bench_call (bench, id);

    g_assert_nonnull (call);
    return call;
}

TlMessage *
request_of (const BenchCall *call)
{
    size_t len;
    const uint8_t *data = g_bytes_get_data (call->request, &len);
    TlMessage *message = tl_message_decode (&tl_api_schema, data, len, NULL);

    g_assert_nonnull (message);
    return message;
}

/* --- the server --- */

ApiAuthSentCode
sent_code (const TlObject *how, const char *hash)
{
    return TL_NEW (ApiAuthSentCode, .type = how, .phone_code_hash = TL_STR (hash));
}

void
answer_sent (Bench *bench, uint32_t call, const ApiAuthSentCode *sent)
{
    bench_answer (bench, called (bench, call), TL_OBJ (sent));
}

/* A code came to the apps; another comes as a text message after a minute. */
Bench *
at_the_code (void)
{
    Bench *bench = nobody ();
    ApiAuthSentCodeTypeApp app = TL_NEW (ApiAuthSentCodeTypeApp, .length = 5);
    ApiAuthCodeTypeSms sms = TL_NEW (ApiAuthCodeTypeSms);
    ApiAuthSentCode sent = sent_code (TL_OBJ (&app), HASH);

    sent.next_type = TL_OBJ (&sms);
    sent.has_timeout = TRUE;
    sent.timeout = 60;
    answer_sent (bench, ApiAuthSendCode_ID, &sent);
    g_assert_true (bench_told (bench, "ask code"));
    return bench;
}

void
authorize (Bench *bench, BenchCall *call)
{
    ApiUser user =
        TL_NEW (ApiUser, .self = TRUE, .id = BENCH_OWN, .has_access_hash = TRUE,
                .access_hash = 1, .first_name = TL_STR ("Me"));
    ApiAuthAuthorization authorization =
        TL_NEW (ApiAuthAuthorization, .user = TL_OBJ (&user));

    bench_answer (bench, call, TL_OBJ (&authorization));
}

void
assert_offline (Bench *bench, TalkOffline why)
{
    g_autofree char *line = g_strdup_printf ("offline %d", why);

    g_assert_true (bench_told (bench, line));
}

void
answer_password (Bench *bench, gboolean recovers)
{
    g_auto (TlWriter) out = { 0 };
    ApiPasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow algo = TL_NEW (
        ApiPasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow,
        .salt1 = TL_STR ("1"), .salt2 = TL_STR ("2"), .g = 3, .p = TL_STR ("prime"));

    tl_writer_int (&out, (int32_t)ApiAccountPassword_ID);
    tl_writer_int (&out, 1 << 2 | (recovers ? 1 : 0));
    g_assert_true (tl_encode (&tl_api_schema, TL_OBJ (&algo), &out));
    tl_writer_bytes (&out, (const uint8_t *)"B", 1);
    tl_writer_long (&out, 7);
    tl_writer_int (&out, (int32_t)0xd45ab096);
    tl_writer_int (&out, 0x004a8537);
    tl_writer_bytes (&out, (const uint8_t *)"rnd", 3);
    bench_answer_bytes (bench, called (bench, ApiAccountGetPassword_ID), out.data,
                        out.len);
    g_assert_cmpint (asked (bench)->kind, ==, TALK_ASK_PASSWORD);
}

Bench *
at_the_password (gboolean recovers)
{
    Bench *bench = at_the_code ();

    type (bench, "12345");
    bench_refuse (bench, called (bench, ApiAuthSignIn_ID), 401,
                  "SESSION_PASSWORD_NEEDED");
    answer_password (bench, recovers);
    return bench;
}

Bench *
at_the_qr (void)
{
    Bench *bench = nobody_by ("a label", TRUE);

    g_assert_cmpuint (bench_count (bench, ApiAuthSendCode_ID), ==, 0);
    called (bench, ApiAuthExportLoginToken_ID);
    return bench;
}
