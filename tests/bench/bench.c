/* Figures of the machines themselves, one line each: median of five, and the spread.
 *
 *   bench ige | file | seal | chats | pair FOLDER | store FOLDER
 *   bench pair FOLDER N: with N messages in place of the usual numbers, to see that it runs */
#include "crypto-aes-ige.h"
#include "crypto-envelope.h"
#include "world.h"
#include "store-whole.h"
#include "secret.tl.h"

#include <malloc.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RUNS 5

static int count = 500;    /* messages each way of measuring */
static int missed = 10000; /* while the peer was away */

static double
cpu (void)
{
    struct timespec t;
    clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
wall (void)
{
    struct timespec t;
    clock_gettime (CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int
by_value (const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double
median (const char *what, const char *unit, double scale, double *values)
{
    qsort (values, RUNS, sizeof *values, by_value);
    printf ("%-58s %10.1f %s  (%.1f .. %.1f)\n", what, values[RUNS / 2] * scale, unit,
            values[0] * scale, values[RUNS - 1] * scale);
    return values[RUNS / 2];
}

/* --- AES-IGE --- */
static uint8_t buffer[1 << 16];

/* Seconds that `len` bytes take in messages of `size`. */
static double
ige_once (size_t size, size_t len, gboolean encrypt)
{
    uint8_t key[32] = { 1 }, iv[32] = { 2 };
    double start = cpu ();

    for (size_t i = 0; i < len / size; i++)
        if (encrypt)
            crypto_ige_encrypt (key, iv, buffer, buffer, size);
        else
            crypto_ige_decrypt (key, iv, buffer, buffer, size);
    return cpu () - start;
}

static double
cbc_once (EVP_CIPHER_CTX *ctx, size_t size, size_t len)
{
    uint8_t key[32] = { 1 }, iv[16] = { 2 };
    int n;
    double start = cpu ();

    for (size_t i = 0; i < len / size; i++) {
        EVP_EncryptInit_ex (ctx, NULL, NULL, key, iv); /* a message is a new stream */
        EVP_EncryptUpdate (ctx, buffer, &n, buffer, (int)size);
    }
    return cpu () - start;
}

/* The best of many short turns, each beside the other: what else runs on the processor is
 * not ours. */
static void
bench_ige (void)
{
    enum { TURNS = 400, LEN = 1 << 19 };
    static const size_t sizes[] = { 64, 1024, 65536 };
    uint8_t key[32] = { 1 }, iv[16] = { 2 };
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new ();

    EVP_EncryptInit_ex (ctx, EVP_aes_256_cbc (), NULL, key, iv);
    EVP_CIPHER_CTX_set_padding (ctx, 0);
    for (size_t s = 0; s < G_N_ELEMENTS (sizes); s++) {
        double enc = 1e9, dec = 1e9, cbc = 1e9;
        for (int i = 0; i < TURNS; i++) {
            enc = MIN (enc, ige_once (sizes[s], LEN, TRUE));
            dec = MIN (dec, ige_once (sizes[s], LEN, FALSE));
            cbc = MIN (cbc, cbc_once (ctx, sizes[s], LEN));
        }
        g_autofree char *name =
            g_strdup_printf ("AES-256-IGE encrypt, decrypt, CBC, %zu bytes", sizes[s]);
        printf ("%-58s %10.1f %.1f %.1f MB/s\n", name, LEN / enc * 1e-6, LEN / dec * 1e-6,
                LEN / cbc * 1e-6);
        printf ("%-58s %10.2f and %.2f of CBC\n", "  IGE encrypt and decrypt", cbc / enc,
                cbc / dec);
    }
    EVP_CIPHER_CTX_free (ctx);
}

/* What a file that goes up cannot do without: a cipher of that strength, and a hash. */
static void
bench_file (void)
{
    enum { TURNS = 400, PART = 1 << 16 };
    uint8_t key[32] = { 1 }, iv[16] = { 2 }, digest[16];
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new ();
    EVP_MD_CTX *md5 = EVP_MD_CTX_new ();
    double spans[TURNS];
    int n;

    EVP_EncryptInit_ex (ctx, EVP_aes_256_cbc (), NULL, key, iv);
    EVP_CIPHER_CTX_set_padding (ctx, 0);
    EVP_DigestInit_ex (md5, EVP_md5 (), NULL);
    for (int i = 0; i < TURNS; i++) {
        double start = cpu ();
        for (int part = 0; part < 8; part++) {
            EVP_EncryptUpdate (ctx, buffer, &n, buffer, PART);
            EVP_DigestUpdate (md5, buffer, PART);
        }
        spans[i] = cpu () - start;
    }
    EVP_DigestFinal_ex (md5, digest, NULL);
    qsort (spans, TURNS, sizeof *spans, by_value); /* the best is a clock that hiccups */
    printf ("%-58s %10.1f MB/s\n", "AES-256-CBC and MD5 of a file",
            8 * PART / spans[TURNS / 2] * 1e-6);
    EVP_MD_CTX_free (md5);
    EVP_CIPHER_CTX_free (ctx);
}

/* --- sealing --- */
static void
bench_seal (void)
{
    static uint8_t key[256], plain[160], out[16 + 160];
    double rates[RUNS];

    for (int i = 0; i < RUNS; i++) {
        double start = cpu ();
        for (int n = 0; n < 100000; n++) {
            plain[0] = (uint8_t)n;
            crypto_envelope_seal (key, 0, plain, sizeof plain, out);
        }
        rates[i] = 100000 / (cpu () - start);
    }
    median ("envelopes of 160 bytes sealed per CPU second", "/s", 1, rates);
}

/* --- two chats --- */
/* Two chats with the real group, each with its store's file below `folder`. */
static World *
world_on_disk (const char *folder, int i)
{
    World *w = world_new_below (folder, 1 + (uint64_t)i, WORLD_REAL | WORLD_COARSE);

    world_ready (w);
    w->alice->window = w->bob->window = WINDOW_MUTE; /* the chats alone are measured */
    return w;
}

static void
bench_catch_up (const char *folder)
{
    g_autoptr (World) w = world_on_disk (folder, 100);

    w->hold = TRUE;
    for (int n = 0; n < missed; n++) {
        end_says (&w->ends[0], "missed");
        while (server_answers (&w->ends[0]))
            ;
    }
    double start = cpu (), began = wall ();
    while (server_answers (&w->ends[1]) /* a worker's key among them */
           || server_delivers (&w->ends[1]))
        ;
    printf (
        "catch-up of %-5d missed messages, one turn each%*s %10.1f per CPU s, %.1f s in "
        "all\n",
        missed, 11, "", missed / (cpu () - start), wall () - began);
    g_assert_cmpuint (w->ends[1].shown->len, ==, (unsigned)missed);
}

static void
bench_pair (const char *folder, int only)
{
    double service[RUNS], text[RUNS];

    if (only > 0)
        count = missed = only;

    world_quiet ();
    g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
    for (int i = 0; i < RUNS; i++) {
        g_autoptr (World) w = world_on_disk (folder, i);
        double start = cpu ();
        for (int n = 0; n < count; n++) {
            secret_chat_set_ttl (w->ends[n & 1].chat, n % 50, w->now);
            world_run (w);
        }
        service[i] = count / (cpu () - start);
        start = cpu ();
        for (int n = 0; n < count; n++) {
            end_says (&w->ends[n & 1], "a message of the usual length, more or less");
            world_run (w);
        }
        text[i] = count / (cpu () - start);
    }
    median ("service messages sealed, sent, stored, opened", "per CPU s", 1, service);
    median ("texts sealed, sent, stored, opened, shown", "per CPU s", 1, text);
    bench_catch_up (folder);
}

/* --- memory --- */
/* What `n` ready chats take, measured as what their end gives back. */
static void
bench_ready_chats (unsigned n)
{
    GPtrArray *worlds = g_ptr_array_new_with_free_func ((GDestroyNotify)world_free);

    for (unsigned i = 0; i < n; i++)
        g_ptr_array_add (worlds, world_ready_at (i + 1));
    size_t before = mallinfo2 ().uordblks;
    for (unsigned i = 0; i < n; i++)
        g_clear_pointer (&((World *)g_ptr_array_index (worlds, i))->alice->chat,
                         secret_chat_free);
    size_t bytes = before - mallinfo2 ().uordblks;
    printf ("memory of %-6u ready chats%*s %10.0f bytes a chat\n", n, 30, "",
            (double)bytes / n);
    g_ptr_array_unref (worlds);
}

static size_t
chat_after (unsigned messages)
{
    g_autoptr (World) w = world_ready_at (7);

    w->alice->window = w->bob->window = WINDOW_MUTE;
    for (unsigned i = 0; i < messages; i++) {
        End *to = &w->ends[i & 1];
        end_says (&w->ends[1 - (i & 1)], "a message of the usual length");
        world_run (w);
        secret_chat_seen (to->chat, (const int64_t *)(void *)to->shown->data,
                          to->shown->len, w->now);
        g_array_set_size (to->shown, 0);
    }
    size_t before = mallinfo2 ().uordblks;
    g_clear_pointer (&w->alice->chat, secret_chat_free);
    return before - mallinfo2 ().uordblks;
}

static void
bench_chats (void)
{
    static const unsigned counts[] = { 1, 100, 10000 };
    static const unsigned messages[] = { 0, 100, 2000, 20000 };

    world_quiet ();
    for (size_t c = 0; c < G_N_ELEMENTS (counts); c++)
        bench_ready_chats (counts[c]);
    for (size_t c = 0; c < G_N_ELEMENTS (messages); c++)
        printf ("memory of a chat after %-6u messages%*s %10zu bytes\n", messages[c], 21,
                "", chat_after (messages[c]));
}

/* --- the store --- */
static void
bench_store (const char *folder)
{
    static const uint8_t key[32] = { 1 };
    g_autoptr (GError) error = NULL;
    g_autoptr (Store) store = store_open (folder, key, &error);
    static uint8_t value[2048];
    double times[201];

    g_assert_no_error (error);
    for (int i = 0; i < 201; i++) { /* a send: the chat's record, the message, its note */
        g_autoptr (StoreBatch) batch = store_batch_new ();
        store_batch_put (batch, (StoreKey){ STORE_CHAT, 1, 0 }, value, sizeof value);
        store_batch_put (batch, (StoreKey){ STORE_OUTBOX, 1, i }, value, 256);
        store_batch_put (batch, (StoreKey){ STORE_MESSAGE, 1, i }, value, 128);
        double start = wall ();
        g_assert_true (store_commit (store, batch, &error));
        times[i] = wall () - start;
    }
    qsort (times, 201, sizeof *times, by_value);
    printf ("%-58s %10.2f ms  (99 %% below %.2f ms)\n", "one durable send, on the worker",
            times[100] * 1000, times[199] * 1000);
}

int
main (int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";

    if (g_str_equal (what, "ige"))
        bench_ige ();
    else if (g_str_equal (what, "file"))
        bench_file ();
    else if (g_str_equal (what, "seal"))
        bench_seal ();
    else if (g_str_equal (what, "pair") && argc > 2)
        bench_pair (argv[2], argc > 3 ? atoi (argv[3]) : 0);
    else if (g_str_equal (what, "chats"))
        bench_chats ();
    else if (g_str_equal (what, "store") && argc > 2)
        bench_store (argv[2]);
    else
        return 2;
    return 0;
}
