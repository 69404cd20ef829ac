/* The opening of an account: its store, its key, what is loaded of it, and what is not
 * touched. */
#include "client-bench.h"

#include "record.tl.h"
#include "store-whole.h"
#include "tl-encode.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static const uint8_t seal_key[32] = { 3 }; /* client-bench.c's */

static void
assert_offline (Bench *bench, TalkOffline why)
{
    g_autofree char *line = g_strdup_printf ("offline %d", why);

    g_assert_true (bench_told (bench, line));
    g_assert_cmpuint (bench->calls->len, ==, 0);
    g_assert_null (bench->client->net);
}

/* A start that does not get as far as a connection. */
static void
start (Bench *bench)
{
    bench_make (bench);
    tg_client_start (bench->client);
    bench_run (bench);
}

static GBytes *
bytes_of (Bench *bench, const char *name)
{
    g_autofree char *path = g_build_filename (bench->directory, name, NULL);
    char *data;
    size_t len;

    return g_file_get_contents (path, &data, &len, NULL) ? g_bytes_new_take (data, len)
                                                         : NULL;
}

/* MT-F2: without api_id nothing is opened */
static void
no_api_id (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);

    bench->api_id = -1;
    start (bench);
    assert_offline (bench, TALK_OFFLINE_NO_API_ID);
    g_assert_cmpuint (bench->jobs->len, ==, 0);
}

/* SC-M22: another process has it: nothing is read, nothing is changed; when it is gone, the
 * next start is like any */
static void
somebody_else_has_it (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    int lock = store_lock (bench->directory, NULL);

    g_assert_cmpint (lock, >=, 0);
    start (bench);
    assert_offline (bench, TALK_OFFLINE_STORE_LOCKED);
    close (lock);
    bench_stop (bench);
    bench_online (bench);
    g_assert_nonnull (tg_peer_find (bench->client, BENCH_BOB));
}

/* DECISIONS 30: what opens under the seal and cannot be read was written by a newer version:
 * the account stays as it is, byte for byte */
static void
what_is_newer_is_not_touched (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    const uint8_t strange[] = { 0x21, 0x43, 0x65, 0x87, 1, 2, 3, 4 };
    {
        g_autoptr (Store) store = store_open (bench->directory, seal_key, NULL);
        g_autoptr (StoreBatch) batch = store_batch_new ();
        store_batch_put (batch, (StoreKey){ STORE_PEER, 77, 0 }, strange, sizeof strange);
        g_assert_true (store_commit (store, batch, NULL));
    }
    g_autoptr (GBytes) before = bytes_of (bench, "store.db");
    g_assert_nonnull (before);
    start (bench);
    assert_offline (bench, TALK_OFFLINE_STORE_NEWER);
    bench_stop (bench);
    g_autoptr (GBytes) after = bytes_of (bench, "store.db");
    g_assert_true (g_bytes_equal (before, after));
}

/* A key file that is gone from beside its store is not made anew. */
static void
the_key_is_gone (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autofree char *path = g_build_filename (bench->directory, "seal.key", NULL);

    g_assert_cmpint (g_remove (path), ==, 0);
    start (bench);
    assert_offline (bench, TALK_OFFLINE_STORE_KEY);
    g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* MT-C31: a user without a key has to log in again, but the chats are known */
static void
no_key_no_user (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    {
        g_autoptr (Store) store = store_open (bench->directory, seal_key, NULL);
        g_autoptr (StoreBatch) batch = store_batch_new ();
        store_batch_delete (batch, (StoreKey){ STORE_DC, 2, 0 });
        g_assert_true (store_commit (store, batch, NULL));
    }
    bench->phone = "+999 000 0001";
    bench_start (bench);
    g_assert_cmpint (bench->client->own_id, ==, 0);
    g_assert_cmpint (bench->client->stored_id, ==, BENCH_OWN);
    g_assert_nonnull (tg_peer_find (bench->client, BENCH_BOB));
    g_assert_nonnull (bench_call (bench, ApiAuthSendCode_ID));
}

/* An end while the store is being opened: the job comes to nobody, and the store is closed. */
static void
an_end_meanwhile (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);

    bench_make (bench);
    bench->hold = TRUE;
    tg_client_start (bench->client);
    g_assert_cmpuint (bench->jobs->len, ==, 1);
    bench_stop (bench); /* frees it first, then runs the job */
    int lock = store_lock (bench->directory, NULL);
    g_assert_cmpint (lock, >=, 0);
    close (lock);
    bench_online (bench);
}

/* What was stored is told in this order: chats as they were, then the first step. */
static void
what_was_kept_is_told_first (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (World) w = world_new (1, WORLD_TOY);

    bench_online (bench);
    bench_chat (bench, w);
    bench_carry (bench, w);
    bench_stop (bench);
    bench_start (bench);
    g_assert_true (bench_told (bench, "chat 4 0"));
    g_assert_false (bench_told (bench, "online"));
    bench_difference (bench, NULL, 0, NULL, 0, 5);
    g_assert_true (bench_told (bench, "online"));
    g_assert_false (bench_told (bench, "chat 4 0"));
}

/* --- the passphrase --- */

static void
set_cb (const char *error, void *user)
{
    g_assert_cmpstr (error, ==, NULL);
    (*(unsigned *)user)++;
}

static void
answer (Bench *bench, unsigned attempt, const char *text)
{
    tg_client_answer (bench->client, attempt, text);
    bench_run (bench);
}

/* An account whose key is sealed by "open sesame". */
static Bench *
sealed (void)
{
    Bench *bench = bench_new (TRUE);
    unsigned set = 0;

    bench_online (bench);
    tg_client_set_passphrase (bench->client, "open sesame", set_cb, &set);
    bench_run (bench);
    g_assert_cmpuint (set, ==, 1);
    bench_stop (bench);
    start (bench);
    return bench;
}

/* MT-F1: it is asked for until it is right; an answer to an older question is none */
static void
a_passphrase_is_asked_for (void)
{
    g_autoptr (Bench) bench = sealed ();

    g_assert_true (bench_told (bench, "ask passphrase"));
    g_assert_null (bench->client->net);
    unsigned first = bench->attempt;
    answer (bench, first + 1, "open sesame"); /* nobody asked so */
    g_assert_null (bench->client->net);
    answer (bench, first, "sesame");
    g_assert_true (bench_told (bench, "ask passphrase again"));
    g_assert_cmpuint (bench->attempt, !=, first);
    answer (bench, first, "open sesame");
    g_assert_null (bench->client->net);
    answer (bench, bench->attempt, "open sesame");
    g_assert_nonnull (bench->client->net);
    g_assert_nonnull (tg_peer_find (bench->client, BENCH_BOB));
    g_assert_false (bench_told (bench, "ask passphrase again"));
}

static void
a_closed_question_opens_nothing (void)
{
    g_autoptr (Bench) bench = sealed ();

    answer (bench, bench->attempt, NULL);
    assert_offline (bench, TALK_OFFLINE_CANCELLED);
    answer (bench, bench->attempt, "open sesame");
    g_assert_null (bench->client->net);
}

/* An end while the question stands. */
static void
an_end_instead_of_an_answer (void)
{
    g_autoptr (Bench) bench = sealed ();

    bench_stop (bench);
    start (bench);
    g_assert_true (bench_told (bench, "ask passphrase"));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
#define ADD(f) g_test_add_func ("/client/open/" #f, f)
    ADD (no_api_id);
    ADD (somebody_else_has_it);
    ADD (what_is_newer_is_not_touched);
    ADD (the_key_is_gone);
    ADD (no_key_no_user);
    ADD (an_end_meanwhile);
    ADD (what_was_kept_is_told_first);
    ADD (a_passphrase_is_asked_for);
    ADD (a_closed_question_opens_nothing);
    ADD (an_end_instead_of_an_answer);
    return g_test_run ();
}
