/* What the tests of logins share: nobody is logged in, the server and the user are the test's
 * hands. */
#pragma once

#include "client-bench.h"

#define HASH "hash-1"
#define HOUR ((int64_t)3600 * 1000)

#define assert_bytes(bytes, text)                                                        \
    g_assert_cmpmem ((bytes).data, (bytes).len, text, strlen (text))

Bench *nobody_by (const char *phone, gboolean by_qr);
Bench *nobody (void);
void type (Bench *bench, const char *text);
const TalkAsk *asked (const Bench *bench);
BenchCall *called (Bench *bench, uint32_t id);
TlMessage *request_of (const BenchCall *call);
ApiAuthSentCode sent_code (const TlObject *how, const char *hash);
void answer_sent (Bench *bench, uint32_t call, const ApiAuthSentCode *sent);
Bench *at_the_code (void);
void authorize (Bench *bench, BenchCall *call);
void assert_offline (Bench *bench, TalkOffline why);
void answer_password (Bench *bench, gboolean recovers);
Bench *at_the_password (gboolean recovers);
Bench *at_the_qr (void);
