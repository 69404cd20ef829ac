/* Who is there and who was, the address book, and whether we are there. */
#include "client-bench.h"

#include "tg-book.h"
#include "tl-encode.h"

#include <string.h>

#define CAROL 1003
#define BOOL_TRUE ((int32_t)0x997275b5)
#define BOOL_FALSE ((int32_t)0xbc799737)

static int64_t
now_s (Bench *bench)
{
    return tg_server_time (bench->client);
}

static void
tell_status (Bench *bench, int64_t user_id, const TlObject *status)
{
    ApiUpdateUserStatus update =
        TL_NEW (ApiUpdateUserStatus, .user_id = user_id, .status = status);

    bench_update (bench, TL_OBJ (&update));
}

static void
assert_seen (Bench *bench, TalkPresence presence, int64_t last_seen)
{
    const TgPeerData *bob = tg_peer_find (bench->client, BENCH_BOB);

    g_assert_cmpint (bob->seen.presence, ==, presence);
    g_assert_cmpint (bob->seen.last_seen, ==, last_seen);
}

/* MT-I4 MT-I5: each kind; online ends by itself, and is told */
static void
online_ends (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);

    bench_online (bench);
    int64_t until = now_s (bench) + 300;
    ApiUserStatusOnline online = TL_NEW (ApiUserStatusOnline, .expires = (int32_t)until);
    ApiUserStatusRecently recently = TL_NEW (ApiUserStatusRecently);
    ApiUserStatusLastWeek week = TL_NEW (ApiUserStatusLastWeek);
    ApiUserStatusLastMonth month = TL_NEW (ApiUserStatusLastMonth);
    ApiUserStatusEmpty empty = TL_NEW (ApiUserStatusEmpty);
    tell_status (bench, BENCH_BOB, TL_OBJ (&online));
    assert_seen (bench, TALK_PRESENCE_ONLINE, 0);
    g_assert_true (bench_told (bench, "peer Bob"));
    bench_advance (bench, 299 * 1000);
    assert_seen (bench, TALK_PRESENCE_ONLINE, 0);
    bench_advance (bench, 2 * 1000);
    assert_seen (bench, TALK_PRESENCE_OFFLINE, until);
    g_assert_true (bench_told (bench, "peer Bob"));
    tell_status (bench, BENCH_BOB, TL_OBJ (&recently));
    assert_seen (bench, TALK_PRESENCE_RECENTLY, 0);
    tell_status (bench, BENCH_BOB, TL_OBJ (&week));
    assert_seen (bench, TALK_PRESENCE_LAST_WEEK, 0);
    tell_status (bench, BENCH_BOB, TL_OBJ (&month));
    assert_seen (bench, TALK_PRESENCE_LAST_MONTH, 0);
    tell_status (bench, BENCH_BOB, TL_OBJ (&empty));
    assert_seen (bench, TALK_PRESENCE_UNKNOWN, 0);
    tell_status (bench, 4711, TL_OBJ (&online)); /* nobody we know */
    g_assert_null (tg_peer_find (bench->client, 4711));
}

/* MT-I4 MT-A26: no date of the server's counts beyond its own present, or before there was
 * anybody */
static void
impossible_dates (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    const struct {
        int64_t date, seen;
    } rows[] = { { 0, 0 }, { 1, 0 }, { 1000000000, 0 }, { -1, -1 }, { INT32_MIN, -1 } };

    bench_online (bench);
    bench->now.wall = 1700000000LL * 1000;
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        ApiUserStatusOffline offline =
            TL_NEW (ApiUserStatusOffline, .was_online = (int32_t)rows[i].date);
        tell_status (bench, BENCH_BOB, TL_OBJ (&offline));
        assert_seen (bench, TALK_PRESENCE_OFFLINE,
                     rows[i].seen < 0 ? now_s (bench) : rows[i].seen);
    }
    ApiUserStatusOnline over = TL_NEW (ApiUserStatusOnline, .expires = 1699999999);
    tell_status (bench, BENCH_BOB, TL_OBJ (&over));
    assert_seen (bench, TALK_PRESENCE_OFFLINE, 1699999999);
    ApiUserStatusOnline far = TL_NEW (ApiUserStatusOnline, .expires = -1);
    tell_status (bench, BENCH_BOB, TL_OBJ (&far));
    const TgPeerData *bob = tg_peer_find (bench->client, BENCH_BOB);
    g_assert_cmpint (bob->seen.until, ==, now_s (bench) + 86400);
}

/* MT-I5: a program has no hours */
static void
bots_have_no_status (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    ApiUserStatusRecently recently = TL_NEW (ApiUserStatusRecently);

    bench_online (bench);
    tg_peer_find (bench->client, BENCH_BOB)->bot = TRUE;
    tell_status (bench, BENCH_BOB, TL_OBJ (&recently));
    assert_seen (bench, TALK_PRESENCE_UNKNOWN, 0);
}

/* DECISIONS 32: a crowd that goes at once goes in pieces, and all of it */
static void
a_crowd_goes_in_pieces (void)
{
    enum { PEOPLE = 1000 };
    g_autoptr (Bench) bench = bench_new (TRUE);

    bench_online (bench);
    ApiUserStatusOnline online =
        TL_NEW (ApiUserStatusOnline, .expires = (int32_t)(now_s (bench) + 60));
    g_autofree ApiUser *users = g_new0 (ApiUser, PEOPLE);
    g_autofree const TlObject **items = g_new0 (const TlObject *, PEOPLE);
    for (int i = 0; i < PEOPLE; i++) {
        users[i] = TL_NEW (ApiUser, .id = 5000 + i, .first_name = TL_STR ("P"),
                           .contact = TRUE, .status = TL_OBJ (&online));
        items[i] = TL_OBJ (&users[i]);
    }
    ApiUpdates many = TL_NEW (ApiUpdates, .users = { items, PEOPLE }, .date = 21);
    bench_receive (bench, TL_OBJ (&many));
    bench_advance (bench, 10 * 1000);
    g_string_truncate (bench->told, 0);
    for (int s = 0; s < 80; s++) {
        unsigned told = 0;
        bench_advance (bench, 1000);
        for (const char *p = bench->told->str; (p = strstr (p, "peer P")) != NULL; p++)
            told++;
        g_assert_cmpuint (told, <=, TG_PEOPLE_AT_ONCE);
        g_string_truncate (bench->told, 0);
    }
    for (int i = 0; i < PEOPLE; i++)
        g_assert_cmpint (tg_peer_find (bench->client, 5000 + i)->seen.presence, ==,
                         TALK_PRESENCE_OFFLINE);
}

/* --- the address book --- */

static void
answer_book (Bench *bench, gboolean with_bob)
{
    ApiUser bob =
        TL_NEW (ApiUser, .id = BENCH_BOB, .contact = TRUE, .has_access_hash = TRUE,
                .access_hash = 7, .first_name = TL_STR ("Bob"));
    ApiUser carol =
        TL_NEW (ApiUser, .id = CAROL, .contact = TRUE, .has_access_hash = TRUE,
                .access_hash = 8, .first_name = TL_STR ("Carol"));
    ApiContact one = TL_NEW (ApiContact, .user_id = CAROL),
               two = TL_NEW (ApiContact, .user_id = BENCH_BOB);
    const TlObject *contacts[] = { TL_OBJ (&one), TL_OBJ (&two) };
    const TlObject *users[] = { TL_OBJ (&carol), TL_OBJ (&bob) };
    ApiContactsContacts book =
        TL_NEW (ApiContactsContacts, .contacts = { contacts, with_bob ? 2 : 1 },
                .saved_count = 2, .users = { users, with_bob ? 2 : 1 });

    bench_answer (bench, bench_call (bench, ApiContactsGetContacts_ID), TL_OBJ (&book));
}

static int64_t
asked_hash (Bench *bench)
{
    const BenchCall *call = bench_call (bench, ApiContactsGetContacts_ID);

    g_assert_nonnull (call);
    return (int64_t)(((uint64_t)(uint32_t)bench_int (call, 1) << 32) |
                     (uint32_t)bench_int (call, 0));
}

/* MT-I1 MT-I2 MT-I6: all of it once; then a hash of the number saved and the ids, ascending,
 * and where nothing changed only who is there; again when the server says so, and daily */
static void
the_book_is_compared (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    uint64_t hash = 0;
    const uint64_t numbers[] = { 2, BENCH_BOB, CAROL };

    for (size_t i = 0; i < G_N_ELEMENTS (numbers); i++) {
        hash ^= hash >> 21;
        hash ^= hash << 35;
        hash ^= hash >> 4;
        hash += numbers[i];
    }
    bench_online (bench);
    g_assert_cmpint (asked_hash (bench), ==, 0);
    answer_book (bench, TRUE);
    bench_run (bench);
    bench_update (bench, TL_OBJ (&TL_NEW (ApiUpdateContactsReset)));
    g_assert_cmpint (asked_hash (bench), ==, (int64_t)hash);
    bench_answer (bench, bench_call (bench, ApiContactsGetContacts_ID),
                  TL_OBJ (&TL_NEW (ApiContactsContactsNotModified)));
    BenchCall *call = bench_call (bench, ApiContactsGetStatuses_ID);
    g_assert_nonnull (call);
    ApiUserStatusRecently recently = TL_NEW (ApiUserStatusRecently);
    ApiContactStatus known = TL_NEW (ApiContactStatus, .user_id = BENCH_BOB,
                                     .status = TL_OBJ (&recently)),
                     unknown = TL_NEW (ApiContactStatus, .user_id = 4711,
                                       .status = TL_OBJ (&recently));
    g_auto (TlWriter) vector = { 0 };
    tl_writer_int (&vector, (int32_t)TlVectorObject_ID);
    tl_writer_int (&vector, 2);
    g_assert_true (tl_encode (&tl_api_schema, TL_OBJ (&known), &vector));
    g_assert_true (tl_encode (&tl_api_schema, TL_OBJ (&unknown), &vector));
    bench_answer_bytes (bench, call, vector.data, vector.len);
    assert_seen (bench, TALK_PRESENCE_RECENTLY, 0);
    g_assert_null (tg_peer_find (bench->client, 4711));
    unsigned asked = bench_count (bench, ApiContactsGetContacts_ID);
    bench_advance (bench, 23 * 3600 * 1000);
    g_assert_cmpuint (bench_count (bench, ApiContactsGetContacts_ID), ==, asked);
    bench_advance (bench, 2 * 3600 * 1000);
    g_assert_cmpuint (bench_count (bench, ApiContactsGetContacts_ID), ==, asked + 1);
}

/* MT-I1 MT-I3: who is not in a book that came whole is no contact any more; a refusal, or
 * rubbish, removes nobody, and the book is asked for again, slowly */
static void
who_left_the_book (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);

    bench_online (bench);
    answer_book (bench, TRUE);
    bench_run (bench);
    g_assert_true (tg_peer_find (bench->client, BENCH_BOB)->contact);
    bench_update (bench, TL_OBJ (&TL_NEW (ApiUpdateContactsReset)));
    bench_refuse (bench, bench_call (bench, ApiContactsGetContacts_ID), 400, "NO");
    g_assert_true (tg_peer_find (bench->client, BENCH_BOB)->contact);
    g_assert_null (bench_call (bench, ApiContactsGetContacts_ID));
    bench_advance (bench, 301 * 1000);
    answer_book (bench, FALSE);
    bench_run (bench);
    g_assert_false (tg_peer_find (bench->client, BENCH_BOB)->contact);
    g_assert_true (tg_peer_find (bench->client, CAROL)->contact);
    bench_stop (bench);
    bench_start (bench);
    g_assert_false (tg_peer_find (bench->client, BENCH_BOB)->contact);
}

/* MT-I18: people of whom the server only says that something changed are asked for, together,
 * and not more than a hundred */
static void
the_stale_are_asked_for (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);

    bench_online (bench);
    answer_book (bench, TRUE);
    unsigned asked = bench_count (bench, ApiUsersGetUsers_ID);
    for (int i = 0; i < 1000; i++) {
        ApiUpdateUser update = TL_NEW (ApiUpdateUser, .user_id = i % 3 == 0   ? BENCH_BOB
                                                                 : i % 3 == 1 ? CAROL
                                                                              : 4711 + i);
        bench_update (bench, TL_OBJ (&update));
    }
    bench_advance (bench, 2000);
    g_assert_cmpuint (bench_count (bench, ApiUsersGetUsers_ID), ==, asked + 1);
    g_assert_cmpint (bench_int (bench_call (bench, ApiUsersGetUsers_ID), 1), ==, 2);
}

/* --- ourselves --- */

static unsigned
told_online (Bench *bench, int32_t offline)
{
    unsigned n = 0;

    for (unsigned i = 0; i < bench->calls->len; i++) {
        BenchCall *call = bench->calls->pdata[i];
        n += call->id == ApiAccountUpdateStatus_ID && call->left &&
             bench_int (call, 0) == offline;
    }
    return n;
}

static void
answer_status (Bench *bench)
{
    BenchCall *call = bench_call (bench, ApiAccountUpdateStatus_ID);
    int32_t yes = GINT32_TO_LE (BOOL_TRUE);

    if (call != NULL)
        bench_answer_bytes (bench, call, (const uint8_t *)&yes, sizeof yes);
}

/* MT-I8: while the user is there the server is told every 210 seconds, about 17 times an hour;
 * who is away says so once, and no more */
static void
being_there_is_told_again (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);

    bench_online (bench);
    answer_status (bench);
    for (int s = 0; s < 3600; s += 10) {
        bench_advance (bench, 10 * 1000);
        answer_status (bench);
    }
    g_assert_cmpuint (told_online (bench, BOOL_FALSE), >=, 17);
    g_assert_cmpuint (told_online (bench, BOOL_FALSE), <=, 19);
    g_assert_cmpuint (told_online (bench, BOOL_TRUE), ==, 0);
    unsigned before = told_online (bench, BOOL_FALSE);
    tg_client_set_online (bench->client, FALSE);
    tg_client_set_online (bench->client, FALSE);
    for (int s = 0; s < 3600; s += 100) {
        bench_run (bench);
        answer_status (bench);
        bench_advance (bench, 100 * 1000);
    }
    g_assert_cmpuint (told_online (bench, BOOL_FALSE), ==, before);
    g_assert_cmpuint (told_online (bench, BOOL_TRUE), ==, 1);
}

/* MT-I8: another device says that we are away while we are not: told once more, and however
 * often that is said, not more than every ten seconds */
static void
not_away (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);

    bench_online (bench);
    answer_status (bench);
    bench_advance (bench, 20 * 1000);
    ApiUserStatusOffline offline =
        TL_NEW (ApiUserStatusOffline, .was_online = (int32_t)now_s (bench));
    for (int i = 0; i < 100; i++)
        tell_status (bench, BENCH_OWN, TL_OBJ (&offline));
    bench_advance (bench, 100);
    g_assert_cmpuint (told_online (bench, BOOL_FALSE), ==, 2);
    for (int i = 0; i < 100; i++) {
        answer_status (bench);
        tell_status (bench, BENCH_OWN, TL_OBJ (&offline));
        bench_advance (bench, 100);
    }
    g_assert_cmpuint (told_online (bench, BOOL_FALSE), <=, 4);
}

/* MT-I9: who leaves in good order says so; who is not connected does not wait for it */
static void
leaving_is_told (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);

    bench_online (bench);
    answer_status (bench);
    bench_run (bench);
    bench_stop (bench);
    g_assert_cmpuint (told_online (bench, BOOL_TRUE), ==, 1);
    bench_make (bench);
    bench_stop (bench);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
#define ADD(f) g_test_add_func ("/client/presence/" #f, f)
    ADD (online_ends);
    ADD (impossible_dates);
    ADD (bots_have_no_status);
    ADD (a_crowd_goes_in_pieces);
    ADD (the_book_is_compared);
    ADD (who_left_the_book);
    ADD (the_stale_are_asked_for);
    ADD (being_there_is_told_again);
    ADD (not_away);
    ADD (leaving_is_told);
    return g_test_run ();
}
