/* People: what the server says of them, and what of it is kept, over a restart of its own. */
#include "client-bench.h"

#include "tl-encode.h"

#include <string.h>

#define CAROL 1003

/* Messages that were decoded on the loop (linked in the place of tl_message_decode()). */
static unsigned decoded;
static Bench *watched;

TlMessage *__real_tl_message_decode (const TlSchema *schema, const uint8_t *data,
                                     size_t len, GError **error);
TlMessage *__wrap_tl_message_decode (const TlSchema *schema, const uint8_t *data,
                                     size_t len, GError **error);

TlMessage *
__wrap_tl_message_decode (const TlSchema *schema, const uint8_t *data, size_t len,
                          GError **error)
{
    if (watched != NULL && !watched->working)
        decoded++;
    return __real_tl_message_decode (schema, data, len, error);
}

static ApiUser
carol (const char *name)
{
    return TL_NEW (ApiUser, .id = CAROL, .has_access_hash = TRUE, .access_hash = 55,
                   .contact = TRUE, .first_name = TL_STR (name),
                   .username = TL_STR ("carol"), .phone = TL_STR ("4912345"));
}

/* The form that groups and forwards bring along: some of it is missing, what is there may
 * be another's view. */
static ApiUser
short_carol (gboolean hash)
{
    return TL_NEW (ApiUser, .min = TRUE, .id = CAROL, .has_access_hash = hash,
                   .access_hash = hash ? 99 : 0, .first_name = TL_STR ("C."));
}

static void
hear (Bench *bench, const ApiUser *user)
{
    const TlObject *items[] = { TL_OBJ (user) };
    ApiUpdates updates = TL_NEW (ApiUpdates, .users = { items, 1 }, .date = 21, .seq = 0);

    bench_receive (bench, TL_OBJ (&updates));
}

static void
assert_carol (Bench *bench, const char *name, int64_t hash, const char *username,
              gboolean contact)
{
    const TgPeerData *peer = tg_peer_find (bench->client, CAROL);

    g_assert_nonnull (peer);
    g_assert_cmpstr (peer->name, ==, name);
    g_assert_cmpint (peer->access_hash, ==, hash);
    g_assert_cmpstr (peer->username, ==, username);
    g_assert_cmpint (peer->contact, ==, contact);
}

static void
restart (Bench *bench)
{
    bench_stop (bench);
    bench_online (bench);
}

/* MT-G24: a short form never replaces a whole one, in memory or in the store */
static void
short_forms_leave_whole_ones (void)
{
    for (int hash = 0; hash < 2; hash++) {
        g_autoptr (Bench) bench = bench_new (TRUE);
        ApiUser whole = carol ("Carol"), brief = short_carol (hash);
        bench_online (bench);
        hear (bench, &whole);
        assert_carol (bench, "Carol", 55, "carol", TRUE);
        g_assert_true (bench_told (bench, "peer Carol"));
        hear (bench, &brief);
        assert_carol (bench, "Carol", 55, "carol", TRUE);
        g_assert_false (bench_told (bench, "peer C."));
        restart (bench);
        assert_carol (bench, "Carol", 55, "carol", TRUE);
        hear (bench, &brief); /* nor one that was read from the store */
        assert_carol (bench, "Carol", 55, "carol", TRUE);
        restart (bench);
        assert_carol (bench, "Carol", 55, "carol", TRUE);
    }
}

/* MT-G24: a stranger's short form is better than nothing, though its hash is none that calls
 * may use; the whole one replaces it, and a later whole one that */
static void
whole_forms_replace (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    ApiUser whole = carol ("Carol"), brief = short_carol (TRUE), other = carol ("Caro");

    bench_online (bench);
    hear (bench, &brief);
    assert_carol (bench, "C.", 0, NULL, FALSE);
    hear (bench, &whole);
    assert_carol (bench, "Carol", 55, "carol", TRUE);
    other.contact = FALSE;
    other.username = TL_BYTES (NULL, 0);
    hear (bench, &other);
    assert_carol (bench, "Caro", 55, NULL, FALSE);
    restart (bench);
    assert_carol (bench, "Caro", 55, NULL, FALSE);
}

/* What says nothing new is not written and not told again. */
static void
the_same_again_is_silent (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    ApiUser whole = carol ("Carol");

    bench_online (bench);
    hear (bench, &whole);
    g_assert_true (bench_told (bench, "peer Carol"));
    hear (bench, &whole);
    g_assert_false (bench_told (bench, "peer Carol"));
}

static void
write_book (TlWriter *out, unsigned n)
{
    tl_writer_int (out, (int32_t)ApiContactsContacts_ID);
    tl_writer_int (out, (int32_t)TlVectorObject_ID);
    tl_writer_int (out, 0);
    tl_writer_int (out, 0);
    tl_writer_int (out, (int32_t)TlVectorObject_ID);
    tl_writer_int (out, (int32_t)n);
    for (unsigned i = 0; i < n; i++) {
        g_autofree char *name = g_strdup_printf ("Person%u", i);
        ApiUser user = TL_NEW (ApiUser, .id = 5000 + (int64_t)i, .contact = TRUE,
                               .has_access_hash = TRUE, .access_hash = 1 + (int64_t)i,
                               .first_name = TL_STR (name));
        g_assert_true (tl_encode (&tl_api_schema, TL_OBJ (&user), out));
    }
}

static unsigned
people_told (Bench *bench)
{
    unsigned n = 0;

    for (const char *p = bench->told->str; (p = strstr (p, "peer Person")) != NULL; p++)
        n++;
    return n;
}

/* DECISIONS 32: an address book is taken in pieces, and once it is known nothing of it is
 * written again, not even after a restart */
static void
a_long_book_comes_in_pieces (void)
{
    /* in 10 ms a piece of 50, and another one where a write ended meanwhile */
    enum { PEOPLE = 1000, AT_ONCE = 100, PIECES = PEOPLE / AT_ONCE };
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_auto (TlWriter) book = { 0 };

    write_book (&book, PEOPLE);
    for (int start = 0; start < 2; start++) {
        unsigned told = 0, pieces = 0;
        bench_online (bench);
        bench->hold = start > 0; /* what were to be written would wait */
        g_string_truncate (bench->told, 0);
        bench_answer_bytes (bench, bench_call (bench, ApiContactsGetContacts_ID),
                            book.data, book.len);
        for (; told < PEOPLE && pieces < 4 * PIECES; pieces++) {
            g_assert_cmpuint (people_told (bench), <=, AT_ONCE);
            told += people_told (bench);
            g_string_truncate (bench->told, 0);
            bench_advance (bench, 10);
        }
        g_assert_cmpuint (told, ==, PEOPLE);
        g_assert_cmpuint (pieces, >=, PIECES);
        g_assert_cmpuint (bench->jobs->len, ==, 0);
        bench->hold = FALSE;
        bench_stop (bench);
    }
}

/* DECISIONS 32: who is stored is decoded on a worker; the loop is not held by it, however
 * many they are */
static void
stored_people_are_read_on_a_worker (void)
{
    enum { PEOPLE = 500, OTHERS = 10 }; /* what else an account has is decoded, too */
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_auto (TlWriter) book = { 0 };

    write_book (&book, PEOPLE);
    bench_online (bench);
    bench_answer_bytes (bench, bench_call (bench, ApiContactsGetContacts_ID), book.data,
                        book.len);
    bench_advance (bench, 1000);
    bench_stop (bench);
    decoded = 0;
    watched = bench;
    bench_start (bench);
    watched = NULL;
    g_assert_cmpuint (decoded, <=, OTHERS);
    for (int64_t i = 0; i < PEOPLE; i++) {
        g_autofree char *name = g_strdup_printf ("Person%d", (int)i);
        const TgPeerData *peer = tg_peer_find (bench->client, 5000 + i);
        g_assert_nonnull (peer);
        g_assert_cmpstr (peer->name, ==, name);
        g_assert_cmpint (peer->access_hash, ==, 1 + i);
        g_assert_true (peer->contact);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
#define ADD(f) g_test_add_func ("/client/peers/" #f, f)
    ADD (short_forms_leave_whole_ones);
    ADD (whole_forms_replace);
    ADD (the_same_again_is_silent);
    ADD (a_long_book_comes_in_pieces);
    ADD (stored_people_are_read_on_a_worker);
    return g_test_run ();
}
