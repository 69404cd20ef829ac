/* The key of a chat, computed by a worker: nothing of it stays in memory that is freed. */
#include "client-bench.h"

#include "dh-toy.h"
#include "freed.h"

#include <string.h>

static unsigned powers;

/* The exponent is looked for from here on. */
static gboolean
watched_power (const uint8_t base[static 256], const uint8_t p[static 256],
               const uint8_t exponent[static 256], uint8_t out[static 256])
{
    powers++;
    freed_add_needle (exponent + 128, 64);
    freed_watching = TRUE;
    return crypto_dh_toy.power (base, p, exponent, out);
}

/* MT-C30 SC-A5: who accepts a chat keeps its exponent nowhere */
static void
an_exponent_leaves_no_trace (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    CryptoDhOps watched = crypto_dh_toy;
    uint8_t g_a[256], theirs[256];
    uint8_t random[256] = { 9 };
    ApiEncryptedChatRequested requested = TL_NEW (
        ApiEncryptedChatRequested, .id = 5, .access_hash = 6, .date = 1,
        .admin_id = BENCH_BOB, .participant_id = BENCH_OWN, .g_a = TL_BYTES (g_a, 256));
    ApiUpdateEncryption update =
        TL_NEW (ApiUpdateEncryption, .chat = TL_OBJ (&requested), .date = 1);
    ApiMessagesDhConfig config =
        TL_NEW (ApiMessagesDhConfig, .g = 3, .p = TL_BYTES (crypto_dh_known_prime, 256),
                .version = 7, .random = TL_BYTES (random, 256));

    memset (theirs, 7, sizeof theirs);
    g_assert_true (crypto_dh_toy.power_g (3, crypto_dh_known_prime, theirs, g_a));
    bench_online (bench);
    watched.power = watched_power;
    bench->client->dh = &watched;
    bench_update (bench, TL_OBJ (&update));
    g_assert_cmpint (tg_secret_accept (bench->client, 5), ==, TALK_DONE);
    bench_run (bench);
    bench_answer (bench, bench_call (bench, ApiMessagesGetDhConfig_ID), TL_OBJ (&config));
    bench_run (bench);
    g_assert_cmpuint (powers, >, 0);
    g_assert_nonnull (bench_call (bench, ApiMessagesAcceptEncryption_ID));
    freed_assert_found ("the worker's job", FALSE);
    bench->client->dh = &crypto_dh_toy;
}

int
main (int argc, char **argv)
{
    freed_install ();
    g_test_init (&argc, &argv, NULL);
    world_quiet ();
    g_test_add_func ("/client/power/an_exponent_leaves_no_trace",
                     an_exponent_leaves_no_trace);
    return g_test_run ();
}
