/* People: what the server says of them, and what of it is kept, over a restart of its own. */
#include "client-bench.h"
#include "dh-toy.h"

#include "tl-encode.h"
#include "tl-tables.h"

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
hear_all (Bench *bench, const TlObject *const *users, size_t n)
{
    ApiUpdates updates = TL_NEW (ApiUpdates, .users = { users, n }, .date = 21, .seq = 0);

    bench_receive (bench, TL_OBJ (&updates));
}

static void
hear (Bench *bench, const ApiUser *user)
{
    const TlObject *items[] = { TL_OBJ (user) };

    hear_all (bench, items, 1);
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

/* MT-G24: what a short form is called by is in no call: a chat, a block, a name, a removal */
static void
a_short_forms_hash_calls_nobody (void)
{
    static const int64_t hash = 0x1122334455667788;
    g_autoptr (Bench) bench = bench_new (TRUE);
    ApiUser brief = short_carol (TRUE);
    uint8_t random[256] = { 9 };
    ApiMessagesDhConfig config =
        TL_NEW (ApiMessagesDhConfig, .g = 3, .p = TL_BYTES (crypto_dh_known_prime, 256),
                .version = 7, .random = TL_BYTES (random, 256));
    int32_t id;

    brief.access_hash = hash;
    bench_online (bench);
    hear (bench, &brief);
    assert_carol (bench, "C.", 0, NULL, FALSE);
    unsigned before = bench->calls->len;
    g_assert_cmpint (tg_secret_start (bench->client, CAROL, &id), ==, TALK_DONE);
    bench_run (bench);
    bench_answer (bench, bench_call (bench, ApiMessagesGetDhConfig_ID), TL_OBJ (&config));
    bench_run (bench);
    g_assert_nonnull (bench_call (bench, ApiMessagesRequestEncryption_ID));
    tg_client_block (bench->client, CAROL, TRUE);
    tg_client_remove_contact (bench->client, CAROL);
    bench_advance (bench, 1000);
    g_assert_cmpuint (bench->calls->len, >, before + 2);
    for (unsigned i = before; i < bench->calls->len; i++) {
        const BenchCall *call = bench->calls->pdata[i];
        size_t len;
        const uint8_t *data = g_bytes_get_data (call->request, &len);
        g_assert_null (memmem (data, len, &hash, sizeof hash));
    }
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
count_cb (const TalkPerson *peer, void *user)
{
    ++*(unsigned *)user;
}

/* MT-G27: a hundred that are nobody remove nobody; who deleted the account stays as such */
static void
nobody_is_no_removal (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    ApiUserEmpty nobody[100];
    const TlObject *items[100];
    unsigned before = 0, after = 0;

    bench_online (bench);
    tg_client_each_peer (bench->client, count_cb, &before);
    for (int i = 0; i < 100; i++) {
        nobody[i] = TL_NEW (ApiUserEmpty, .id = BENCH_BOB + i % 3);
        items[i] = TL_OBJ (&nobody[i]);
    }
    hear_all (bench, items, 100);
    bench_advance (bench, 10); /* more than one turn takes */
    tg_client_each_peer (bench->client, count_cb, &after);
    g_assert_cmpuint (after, ==, before);
    g_assert_cmpstr (tg_peer_find (bench->client, BENCH_BOB)->name, ==, "Bob");

    ApiUser gone = TL_NEW (ApiUser, .id = BENCH_BOB, .deleted = TRUE,
                           .has_access_hash = TRUE, .access_hash = 3);
    items[0] = TL_OBJ (&gone);
    hear_all (bench, items, 1);
    g_assert_true (tg_peer_find (bench->client, BENCH_BOB)->deleted);
}

/* MT-G25: what calls a person is kept with them over a restart, and another account has none of
 * it */
static void
hashes_are_the_accounts (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (Bench) other = bench_new (TRUE);
    ApiUser whole = carol ("Carol");

    bench_online (bench);
    hear (bench, &whole);
    bench_stop (bench);
    bench_online (bench);
    g_assert_cmpint (tg_peer_find (bench->client, CAROL)->access_hash, ==, 55);
    bench_stop (bench);
    bench_online (other);
    g_assert_null (tg_peer_find (other->client, CAROL));
}

/* MT-G27: whoever is empty, deleted or not open to us, in each of its forms and beside somebody
 * who is there, is taken as such: nobody is lost, and what came with them counts */
static void
empty_forms_are_taken (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    ApiUser whole = carol ("Carol"), deleted = carol ("");
    g_auto (TlWriter) out = { 0 };

    bench_online (bench);
    tl_writer_int (&out, (int32_t)ApiUpdates_ID);
    tl_writer_int (&out, (int32_t)TL_VECTOR_ID);
    tl_writer_int (&out, 0); /* updates */
    tl_writer_int (&out, (int32_t)TL_VECTOR_ID);
    tl_writer_int (&out, 3); /* users */
    tl_writer_int (&out, (int32_t)ApiUserEmpty_ID);
    tl_writer_long (&out, BENCH_BOB);
    tl_writer_int (&out, (int32_t)ApiUserEmpty_ID);
    tl_writer_long (&out, CAROL + 1); /* of whom nobody has heard */
    g_assert_true (tl_encode (&tl_api_schema, TL_OBJ (&whole), &out));
    tl_writer_int (&out, (int32_t)TL_VECTOR_ID);
    tl_writer_int (&out, 3);          /* chats */
    tl_writer_int (&out, 0x29562865); /* chatEmpty */
    tl_writer_long (&out, 5);
    tl_writer_int (&out, 0x6592a1a7); /* chatForbidden */
    tl_writer_long (&out, 6);
    tl_writer_bytes (&out, "no", 2);
    tl_writer_int (&out, 0x17d493d5); /* channelForbidden */
    tl_writer_int (&out, 0);
    tl_writer_long (&out, 7);
    tl_writer_long (&out, 8);
    tl_writer_bytes (&out, "no", 2);
    tl_writer_int (&out, 20); /* date */
    tl_writer_int (&out, 2);  /* seq */
    bench_receive_bytes (bench, out.data, out.len);
    bench_advance (bench, 100);
    g_assert_cmpint (bench->client->updates->seq, ==, 2);
    assert_carol (bench, "Carol", 55, "carol", TRUE);
    g_assert_cmpstr (tg_peer_find (bench->client, BENCH_BOB)->name, ==, "Bob");
    g_assert_true (tg_peer_find (bench->client, BENCH_BOB)->contact);
    g_assert_null (tg_peer_find (bench->client, CAROL + 1));
    deleted.deleted = TRUE;
    hear (bench, &deleted);
    restart (bench);
    g_assert_true (tg_peer_find (bench->client, CAROL)->deleted);
    g_assert_true (tg_peer_find (bench->client, CAROL)->contact);
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
    ADD (a_short_forms_hash_calls_nobody);
    ADD (the_same_again_is_silent);
    ADD (nobody_is_no_removal);
    ADD (hashes_are_the_accounts);
    ADD (empty_forms_are_taken);
    ADD (a_long_book_comes_in_pieces);
    ADD (stored_people_are_read_on_a_worker);
    return g_test_run ();
}
