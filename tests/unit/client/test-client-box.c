/* The numbers of the account's stream: what is next, old, early or impossible, and how much comes at
 * once (MTPROTO.md section G). */
#include "client-bench.h"

#include "tl-encode.h"
#include "tl-tables.h"

#include <string.h>

#define DIFFERENCE ApiUpdatesGetDifference_ID
#define AT_ONCE 150 /* events before the loop has its turn, generously */

/* --- what a server says --- */

/* An update of the account's box that is not for us; in words, because its struct leaves
 * out what nobody reads. */
static void
box_update (Bench *bench, int32_t pts, int32_t count)
{
    g_auto (TlWriter) update = { 0 };

    tl_writer_int (&update, (int32_t)ApiUpdateShort_ID);
    tl_writer_int (&update, (int32_t)ApiUpdateDeleteMessages_ID);
    tl_writer_int (&update, (int32_t)TlVectorObject_ID); /* messages */
    tl_writer_int (&update, 0);
    tl_writer_int (&update, pts);
    tl_writer_int (&update, count);
    tl_writer_int (&update, 1); /* date */
    bench_receive_bytes (bench, update.data, update.len);
}

static void
short_message (Bench *bench, int32_t pts, int32_t count)
{
    g_auto (TlWriter) update = { 0 };

    tl_writer_int (&update, (int32_t)ApiUpdateShortMessage_ID);
    tl_writer_int (&update, 0); /* flags */
    tl_writer_int (&update, 1); /* id */
    tl_writer_long (&update, BENCH_BOB);
    tl_writer_bytes (&update, "x", 1);
    tl_writer_int (&update, pts);
    tl_writer_int (&update, count);
    tl_writer_int (&update, 1); /* date */
    bench_receive_bytes (bench, update.data, update.len);
}

static void
write_vector (TlWriter *out, int n)
{
    tl_writer_int (out, (int32_t)TL_VECTOR_ID);
    tl_writer_int (out, n);
}

/* A packet with the stream's number `pts` and, beside it, a name for Bob that belongs to `seq`. */
static void
packet (Bench *bench, int32_t pts, const char *name, int32_t seq_start, int32_t seq)
{
    gboolean combined = seq_start != seq;
    ApiUpdateUserName renamed =
        TL_NEW (ApiUpdateUserName, .user_id = BENCH_BOB, .first_name = TL_STR (name));
    g_auto (TlWriter) out = { 0 };

    tl_writer_int (&out, (int32_t)(combined ? ApiUpdatesCombined_ID : ApiUpdates_ID));
    write_vector (&out, 2);
    g_assert_true (tl_encode (&tl_api_schema, TL_OBJ (&renamed), &out));
    tl_writer_int (&out, (int32_t)ApiUpdateDeleteMessages_ID);
    write_vector (&out, 0);
    tl_writer_int (&out, pts);
    tl_writer_int (&out, 1); /* pts_count */
    write_vector (&out, 0);  /* users */
    write_vector (&out, 0);  /* chats */
    tl_writer_int (&out, 30);
    if (combined)
        tl_writer_int (&out, seq_start);
    tl_writer_int (&out, seq);
    bench_receive_bytes (bench, out.data, out.len);
}

/* --- one number --- */

/* MT-A7 MT-G4 MT-G9: positions and counts at their limits: no sum overflows (UBSan looks
 * on), nothing that cannot be moves a box, and the next true one is still taken */
static void
numbers_at_their_limits (void)
{
    static const int32_t numbers[] = { G_MININT32, -1, 0, G_MAXINT32 - 1, G_MAXINT32 };
    g_autoptr (Bench) bench = bench_new (TRUE);
    TgUpdates *u;

    bench_online (bench);
    u = bench->client->updates;
    for (size_t i = 0; i < G_N_ELEMENTS (numbers); i++)
        for (size_t k = 0; k < G_N_ELEMENTS (numbers); k++) {
            ApiUpdates many =
                TL_NEW (ApiUpdates, .updates = { numbers, 0 }, .users = { numbers, 0 },
                        .chats = { numbers, 0 }, .date = numbers[k], .seq = numbers[i]);
            ApiUpdatesCombined combined =
                TL_NEW (ApiUpdatesCombined, .updates = { numbers, 0 },
                        .users = { numbers, 0 }, .chats = { numbers, 0 }, .date = 21,
                        .seq_start = numbers[i], .seq = numbers[k]);
            box_update (bench, numbers[i], numbers[k]);
            short_message (bench, numbers[i], numbers[k]);
            bench_receive (bench, TL_OBJ (&many));
            bench_receive (bench, TL_OBJ (&combined));
            g_assert_cmpint (u->pts, ==, 10);
            g_assert_cmpint (u->seq, ==, 1);
            g_assert_cmpint (u->date, ==, 20);
            while (u->running) /* a gap was seen: nothing was missed */
                bench_difference (bench, NULL, 0, NULL, 0, 5);
            u->pts = 10;
            u->seq = 1;
            u->date = 20;
            bench_advance (bench, 2000);
            while (u->running)
                bench_difference (bench, NULL, 0, NULL, 0, 5);
            u->pts = 10;
            u->seq = 1;
            u->date = 20;
        }
    box_update (bench, 12, 2);
    g_assert_cmpint (u->pts, ==, 12);
    u->pts = u->qts = u->seq = G_MAXINT32; /* the server said so once */
    box_update (bench, G_MAXINT32, 1);
    box_update (bench, G_MAXINT32, 0);
    g_assert_cmpint (u->pts, ==, G_MAXINT32);
}

/* MT-G4: what can be no number of the stream is ignored, in either form: it moves nothing, and is
 * no gap that would be asked for */
static void
an_impossible_number_is_none (void)
{
    static const int32_t rows[][2] = {
        { 0, 0 },   { -1, 0 },          { 0, 1 },   { -5, -5 }, { 5, -5 },
        { 11, -1 }, { 12, G_MININT32 }, { 3, 5 },   { 11, 12 }, { 1000011, 1000001 },
        { 9, -1 },  { G_MININT32, 1 },  { -1, -11 }
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
        for (int letter = 0; letter < 2; letter++) {
            g_autoptr (Bench) bench = bench_new (TRUE);
            bench_online (bench);
            unsigned asked = bench_count (bench, DIFFERENCE);
            g_test_message ("%d %d", rows[i][0], rows[i][1]);
            (letter ? short_message : box_update) (bench, rows[i][0], rows[i][1]);
            bench_advance (bench, 1000);
            g_assert_cmpint (bench->client->updates->pts, ==, 10);
            g_assert_false (bench_told (bench, "cloud"));
            g_assert_cmpuint (bench_count (bench, DIFFERENCE), ==, asked);
            short_message (bench, 11, 1); /* the next true one is taken */
            g_assert_true (bench_told (bench, "cloud"));
        }
}

/* MT-G5: a count of 0 says where the stream is: where we are, it is taken and moves nothing; behind
 * us it is old; before us it is a gap */
static void
a_count_of_nothing (void)
{
    for (int32_t pts = 9; pts <= 12; pts++)
        for (int letter = 0; letter < 2; letter++) {
            g_autoptr (Bench) bench = bench_new (TRUE);
            bench_online (bench);
            unsigned asked = bench_count (bench, DIFFERENCE);
            g_test_message ("%d", pts);
            (letter ? short_message : box_update) (bench, pts, 0);
            g_assert_cmpint (bench->client->updates->pts, ==, 10);
            g_assert_cmpint (bench_told (bench, "cloud"), ==, letter && pts == 10);
            bench_advance (bench, 600);
            g_assert_cmpuint (bench_count (bench, DIFFERENCE), ==,
                              asked + (pts > 10 ? 1 : 0));
            g_assert_cmpint (bench->client->updates->pts, ==, 10);
        }
}

/* --- two streams in a packet --- */

/* MT-G9: what has a pts obeys that, whatever becomes of its packet; the rest is taken by seq: the
 * next one, also where it stands for several, and one without; not one that was, one that is early,
 * or one that ends before it begins, for which it is asked */
static void
a_packet_has_two_orders (void)
{
    static const struct {
        int32_t seq_start, seq, now;
        gboolean taken, asks;
    } rows[] = {
        { 0, 0, 1, TRUE, FALSE },  { 2, 2, 2, TRUE, FALSE },  { 2, 4, 4, TRUE, FALSE },
        { 1, 1, 1, FALSE, FALSE }, { 1, 3, 1, FALSE, FALSE }, { 3, 3, 1, FALSE, TRUE },
        { 5, 7, 1, FALSE, TRUE },  { 2, 1, 1, FALSE, TRUE },  { 3, 2, 1, FALSE, TRUE },
        { 0, 5, 1, FALSE, TRUE },  { -1, 2, 1, FALSE, TRUE }, { 2, -1, 1, FALSE, TRUE },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (Bench) bench = bench_new (TRUE);
        bench_online (bench);
        const TgUpdates *u = bench->client->updates;
        unsigned asked = bench_count (bench, DIFFERENCE);
        g_test_message ("%d to %d", rows[i].seq_start, rows[i].seq);
        packet (bench, 11, "Robert", rows[i].seq_start, rows[i].seq);
        g_assert_cmpint (u->pts, ==, 11);
        g_assert_cmpint (u->seq, ==, rows[i].now);
        g_assert_cmpint (u->date, ==, rows[i].now > 1 ? 30 : 20);
        g_assert_cmpstr (tg_peer_find (bench->client, BENCH_BOB)->name, ==,
                         rows[i].taken ? "Robert" : "Bob");
        bench_advance (bench, 1000);
        g_assert_cmpuint (bench_count (bench, DIFFERENCE), ==, asked + rows[i].asks);
        packet (bench, 11, "Roberta", 0, 0); /* that number is taken, now and then */
        g_assert_cmpint (u->pts, ==, 11);
    }
}

/* --- much of it --- */

static void
no_more (Bench *bench)
{
    ApiUpdatesDifferenceEmpty empty =
        TL_NEW (ApiUpdatesDifferenceEmpty, .date = 20, .seq = 1);

    bench_answer (bench, bench_call (bench, DIFFERENCE), TL_OBJ (&empty));
}

/* MT-G11 MT-G12: a thousand gaps are one question, and while that is out a thousand more are none;
 * then one more, not sooner than a second after */
static void
a_thousand_gaps_are_one_question (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);

    bench_online (bench);
    unsigned asked = bench_count (bench, DIFFERENCE);
    for (int32_t i = 0; i < 1000; i++)
        box_update (bench, 12 + 2 * i, 1);
    bench_advance (bench, 400);
    g_assert_cmpuint (bench_count (bench, DIFFERENCE), ==, asked);
    bench_advance (bench, 200);
    g_assert_cmpuint (bench_count (bench, DIFFERENCE), ==, asked + 1);
    for (int32_t i = 0; i < 1000; i++)
        box_update (bench, 4012 + 2 * i, 1);
    bench_advance (bench, 20000);
    g_assert_cmpuint (bench_count (bench, DIFFERENCE), ==, asked + 1);
    no_more (bench);
    bench_advance (bench, 990);
    g_assert_cmpuint (bench_count (bench, DIFFERENCE), ==, asked + 1);
    bench_advance (bench, 1000);
    g_assert_cmpuint (bench_count (bench, DIFFERENCE), ==, asked + 2);
    no_more (bench);
    bench_advance (bench, 10000);
    g_assert_cmpuint (bench_count (bench, DIFFERENCE), ==, asked + 2);
}

enum { SLICES = 200, LETTERS = 100, WRITERS = 150, A_TURN = 101 };

/* A slice of a long absence: a hundred messages, of people who come with it. */
static void
answer_slice (Bench *bench, int slice, gboolean last)
{
    int32_t first = 11 + slice * LETTERS;
    ApiUpdatesState state = TL_NEW (ApiUpdatesState, .pts = first + LETTERS - 1, .qts = 5,
                                    .date = 21 + slice, .seq = 2);
    g_auto (TlWriter) out = { 0 };

    tl_writer_int (
        &out, (int32_t)(last ? ApiUpdatesDifference_ID : ApiUpdatesDifferenceSlice_ID));
    write_vector (&out, LETTERS);
    for (int i = 0; i < LETTERS; i++) {
        tl_writer_int (&out, (int32_t)ApiMessage_ID);
        tl_writer_long (&out, 0); /* flags, flags2 */
        tl_writer_int (&out, first + i);
        tl_writer_int (&out, (int32_t)ApiPeerUser_ID);
        tl_writer_long (&out, 5000 + (first + i) % WRITERS);
        tl_writer_int (&out, 1); /* date */
        tl_writer_bytes (&out, "x", 1);
    }
    write_vector (&out, 0); /* encrypted */
    write_vector (&out, 0); /* others */
    write_vector (&out, 0); /* chats */
    write_vector (&out, LETTERS);
    for (int i = 0; i < LETTERS; i++) {
        ApiUser user =
            TL_NEW (ApiUser, .id = 5000 + (first + i) % WRITERS, .has_access_hash = TRUE,
                    .access_hash = 1, .first_name = TL_STR ("Somebody"));
        g_assert_true (tl_encode (&tl_api_schema, TL_OBJ (&user), &out));
    }
    g_assert_true (tl_encode (&tl_api_schema, TL_OBJ (&state), &out));
    bench_answer_bytes (bench, bench_call (bench, DIFFERENCE), out.data, out.len);
}

/* MT-G31 MT-G14: weeks away are 20,000 messages in slices: each is asked for from where the last
 * one ended and taken in pieces, none of which holds the loop; of who wrote a hundred are told,
 * once each, and nothing is left that waits */
static void
weeks_away_are_slices (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    unsigned cloud = 0;

    bench_start (bench);
    bench->longest = 0;
    for (int slice = 0; slice < SLICES; slice++) {
        const BenchCall *call;
        for (int ms = 0; (call = bench_call (bench, DIFFERENCE)) == NULL && ms < 5000;
             ms++)
            bench_advance (bench, 1);
        g_assert_nonnull (call);
        g_assert_cmpint (bench_int (call, 1), ==, 10 + slice * LETTERS);
        answer_slice (bench, slice, slice == SLICES - 1);
        for (int ms = 0; ms < 30; ms++) {
            unsigned now = 0;
            for (const char *p = bench->told->str; (p = strchr (p, '\n')) != NULL; p++)
                now++;
            g_assert_cmpuint (now, <=, AT_ONCE);
            g_assert_cmpuint (bench->client->updates->taken, <=, A_TURN);
            while (bench_told (bench, "cloud"))
                cloud++;
            if (strstr (bench->told->str, "online\n") == NULL)
                g_string_truncate (bench->told, 0);
            bench_advance (bench, 1);
        }
    }
    g_assert_true (bench_told (bench, "online"));
    g_assert_cmpint (bench->client->updates->pts, ==, 10 + SLICES * LETTERS);
    g_assert_cmpuint (bench->client->updates->kept, ==, 0);
    g_assert_false (bench->client->updates->running);
    g_assert_cmpuint (g_hash_table_size (bench->client->peers->all), ==, 1 + WRITERS);
    g_assert_cmpuint (cloud, ==, 100);
    g_assert_cmpfloat (bench->longest, <, 50);
}

int
main (int argc, char **argv)
{
    if (g_file_test ("/dev/shm", G_FILE_TEST_IS_DIR))
        g_setenv ("TMPDIR", "/dev/shm", TRUE); /* thousands of commits, no disk */
    g_test_init (&argc, &argv, NULL);
    world_quiet ();
#define ADD(f) g_test_add_func ("/client/box/" #f, f)
    ADD (numbers_at_their_limits);
    ADD (an_impossible_number_is_none);
    ADD (a_count_of_nothing);
    ADD (a_packet_has_two_orders);
    ADD (a_thousand_gaps_are_one_question);
    ADD (weeks_away_are_slices);
    return g_test_run ();
}
