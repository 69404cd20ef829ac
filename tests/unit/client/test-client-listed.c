/* Lists of people that the user asks for: by words, the blocked ones; and one who is named. */
#include "client-bench.h"

#include "tg-client-lists.h"

#include <string.h>

#define MANY 250

static void
people_cb (const TalkPerson *people, size_t n, const TalkNotFound *nobody, void *user)
{
    g_string_append_printf (user, "%u", (unsigned)n);
    for (size_t i = 0; i < MIN (n, 3); i++)
        g_string_append_printf (user, " %s%s", people[i].name,
                                people[i].blocked == TALK_BLOCKED ? "!" : "");
    if (nobody != NULL)
        g_string_append_printf (user, " %d/%d", nobody->why, (int)nobody->seconds);
    g_string_append (user, ";");
}

static void
assert_heard (GString *heard, const char *text)
{
    g_assert_cmpstr (heard->str, ==, text);
    g_string_truncate (heard, 0);
}

/* --- search --- */

static ApiUser
person (int64_t id, const char *name)
{
    return TL_NEW (ApiUser, .id = id, .has_access_hash = TRUE, .access_hash = 55,
                   .first_name = TL_STR (name), .username = TL_STR ("somebody"));
}

static void
search (Bench *bench, const char *words, GString *heard)
{
    tg_client_search (bench->client, words, people_cb, heard);
    bench_run (bench);
}

/* MT-I23: contacts first, each person once; channels, and those of whom nothing is told, are not
 * listed. Nothing is asked for again by itself, nor kept. */
static void
people_are_searched_for (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (GString) heard = g_string_new (NULL);
    ApiUser anna = person (2001, "Anna"), hanna = person (2002, "Hanna");
    ApiPeerUser a = TL_NEW (ApiPeerUser, .user_id = 2001);
    ApiPeerUser b = TL_NEW (ApiPeerUser, .user_id = 2002);
    ApiPeerUser unknown = TL_NEW (ApiPeerUser, .user_id = 2003);
    ApiPeerChannel channel = TL_NEW (ApiPeerChannel, .channel_id = 7);
    const TlObject *mine[] = { TL_OBJ (&b) };
    const TlObject *all[] = { TL_OBJ (&a), TL_OBJ (&b), TL_OBJ (&unknown),
                              TL_OBJ (&channel) };
    const TlObject *users[] = { TL_OBJ (&anna), TL_OBJ (&hanna) };
    ApiContactsFound found =
        TL_NEW (ApiContactsFound, .my_results = { mine, 1 }, .results = { all, 4 },
                .users = { users, 2 }, .chats = { users, 0 });

    bench_online (bench);
    g_assert_cmpuint (bench_count (bench, ApiContactsSearch_ID), ==, 0);
    search (bench, "  anna ", heard);
    BenchCall *call = bench_call (bench, ApiContactsSearch_ID);
    size_t len;
    const char *bytes = g_bytes_get_data (call->request, &len);
    g_assert_nonnull (memmem (bytes, len, "\4anna", 5));
    bench_answer (bench, call, TL_OBJ (&found));
    assert_heard (heard, "2 Hanna Anna;");
}

/* MT-I23: too short is not sent; a pause that the server wants is kept, and told; each reason its
 * own, and who waits hears that the account went */
static void
searches_fail (void)
{
    static const char *const rows[] = {
        "", "  ", "ab", "@ab", "\xc3\xa4\xc3\xb6", "a \n"
    };
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (GString) heard = g_string_new (NULL);

    bench_online (bench);
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        search (bench, rows[i], heard);
        assert_heard (heard, "0 5/0;");
    }
    g_assert_cmpuint (bench_count (bench, ApiContactsSearch_ID), ==, 0);
    search (bench, "anna", heard);
    bench_refuse (bench, bench_call (bench, ApiContactsSearch_ID), 400,
                  "QUERY_TOO_SHORT");
    assert_heard (heard, "0 5/0;");
    search (bench, "anna", heard);
    bench_refuse (bench, bench_call (bench, ApiContactsSearch_ID), 500, "NO");
    assert_heard (heard, "0 4/0;");
    search (bench, "anna", heard);
    bench_refuse_with (bench, bench_call (bench, ApiContactsSearch_ID), 420, "FLOOD_WAIT",
                       300);
    assert_heard (heard, "0 2/300;");
    bench_advance (bench, 100 * 1000);
    search (bench, "anna", heard);
    assert_heard (heard, "0 2/200;");
    g_assert_cmpuint (bench_count (bench, ApiContactsSearch_ID), ==, 3);
    bench_advance (bench, 201 * 1000);
    search (bench, "anna", heard);
    assert_heard (heard, "");
    bench_stop (bench);
    assert_heard (heard, "0 3/0;");
}

/* --- blocked --- */

/* A page of the list: `n` people from `first` on. */
static void
answer_blocked (Bench *bench, int first, int n, int count)
{
    g_autofree ApiUser *users = g_new0 (ApiUser, n);
    g_autofree ApiPeerUser *peers = g_new0 (ApiPeerUser, n);
    g_autofree ApiPeerBlocked *blocked = g_new0 (ApiPeerBlocked, n);
    g_autofree const TlObject **user_items = g_new0 (const TlObject *, n);
    g_autofree const TlObject **items = g_new0 (const TlObject *, n);

    for (int i = 0; i < n; i++) {
        users[i] = person (3000 + first + i, "Someone");
        peers[i] = TL_NEW (ApiPeerUser, .user_id = 3000 + first + i);
        blocked[i] = TL_NEW (ApiPeerBlocked, .peer_id = TL_OBJ (&peers[i]));
        user_items[i] = TL_OBJ (&users[i]);
        items[i] = TL_OBJ (&blocked[i]);
    }
    ApiContactsBlocked all =
        TL_NEW (ApiContactsBlocked, .blocked = { items, (size_t)n },
                .users = { user_items, (size_t)n }, .chats = { items, 0 });
    ApiContactsBlockedSlice slice =
        TL_NEW (ApiContactsBlockedSlice, .count = count, .blocked = { items, (size_t)n },
                .users = { user_items, (size_t)n }, .chats = { items, 0 });
    bench_answer (bench, bench_call (bench, ApiContactsGetBlocked_ID),
                  count < 0 ? TL_OBJ (&all) : TL_OBJ (&slice));
    bench_advance (bench, 1000); /* so many people are told of in pieces */
}

/* MT-I17: 250 blocked, page by page; whom the list names is known to be blocked since */
static void
the_blocked_are_listed (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (GString) heard = g_string_new (NULL);

    bench_online (bench);
    g_assert_cmpuint (bench_count (bench, ApiContactsGetBlocked_ID), ==, 0);
    tg_client_ask_blocked (bench->client, people_cb, heard);
    bench_run (bench);
    for (int at = 0; at < MANY; at += 100) {
        BenchCall *call = bench_call (bench, ApiContactsGetBlocked_ID);
        g_assert_cmpint (bench_int (call, 1), ==, at);
        g_assert_cmpint (bench_int (call, 2), ==, 100);
        assert_heard (heard, "");
        answer_blocked (bench, at, MIN (100, MANY - at), MANY);
    }
    assert_heard (heard, "250 Someone! Someone! Someone!;");
    g_assert_cmpuint (bench_count (bench, ApiContactsGetBlocked_ID), ==, 3);
    tg_client_ask_blocked (bench->client, people_cb, heard);
    bench_run (bench);
    answer_blocked (bench, 0, 1, -1);
    assert_heard (heard, "1 Someone!;");
    tg_client_ask_blocked (bench->client, people_cb, heard);
    bench_run (bench);
    answer_blocked (bench, 0, 0, -1);
    assert_heard (heard, "0;");
}

/* MT-I17 DECISIONS 32: a server that counts without end is asked twenty times at most, and 500
 * people are told of; a page of nobody, or a refusal, ends it */
static void
the_blocked_have_an_end (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (GString) heard = g_string_new (NULL);
    unsigned asked = 0;

    bench_online (bench);
    tg_client_ask_blocked (bench->client, people_cb, heard);
    bench_run (bench);
    for (; heard->len == 0; asked++)
        answer_blocked (bench, (int)asked * 100, 100, G_MAXINT32);
    g_assert_cmpuint (asked, ==, 5);
    assert_heard (heard, "500 Someone! Someone! Someone!;");
    tg_client_ask_blocked (bench->client, people_cb, heard);
    bench_run (bench);
    for (asked = 0; heard->len == 0; asked++)
        answer_blocked (bench, 0, 100, G_MAXINT32); /* the same ones again */
    g_assert_cmpuint (asked, ==, 20);
    assert_heard (heard, "100 Someone! Someone! Someone!;");
    tg_client_ask_blocked (bench->client, people_cb, heard);
    bench_run (bench);
    answer_blocked (bench, 0, 1, 7);
    answer_blocked (bench, 1, 0, 7);
    assert_heard (heard, "1 Someone!;");
    tg_client_ask_blocked (bench->client, people_cb, heard);
    bench_run (bench);
    bench_refuse (bench, bench_call (bench, ApiContactsGetBlocked_ID), 500, "NO");
    assert_heard (heard, "0 4/0;");
}

/* --- named --- */

/* MT-I13: under the user's names, without our number; not ourselves, not Telegram itself, not
 * under no name or one too long; refused, it is told */
static void
people_are_named (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (GString) heard = g_string_new (NULL);
    g_autofree char *refused =
        g_strdup_printf ("trouble %d %d", TALK_TROUBLE_REFUSED, BENCH_BOB);
    g_autofree char *large = g_strnfill (65, 'x');
    ApiUser bob = TL_NEW (ApiUser, .id = BENCH_BOB, .contact = TRUE, .access_hash = 8,
                          .has_access_hash = TRUE, .first_name = TL_STR ("Uncle"),
                          .last_name = TL_STR ("Bob Bb"));
    const TlObject *users[] = { TL_OBJ (&bob) };
    ApiUpdates done = TL_NEW (ApiUpdates, .date = 21, .users = { users, 1 });
    const struct {
        int64_t id;
        const char *name;
        TalkCode code;
    } rows[] = {
        { BENCH_OWN, "Me", TALK_NO_PERSON },           { 4711, "A", TALK_NO_PERSON },
        { TALK_USER_SERVICE, "A", TALK_NO_PERSON },    { BENCH_BOB, "", TALK_INVALID },
        { BENCH_BOB, " \xe2\x80\xae ", TALK_INVALID }, { BENCH_BOB, large, TALK_INVALID }
    };

    bench_online (bench);
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
        g_assert_cmpint (tg_client_name_contact (bench->client, rows[i].id, rows[i].name,
                                                 people_cb, heard),
                         ==, rows[i].code);
    bench_run (bench);
    g_assert_cmpuint (bench_count (bench, ApiContactsAddContact_ID), ==, 0);
    for (int i = 0; i < 2; i++) {
        tg_client_name_contact (bench->client, BENCH_BOB, "Uncle  Bob Bb", people_cb,
                                heard);
        bench_run (bench);
        BenchCall *call = bench_call (bench, ApiContactsAddContact_ID);
        size_t len;
        const char *bytes = g_bytes_get_data (call->request, &len);
        g_assert_cmpint (bench_int (call, 0), ==, 0); /* our number stays ours */
        g_assert_nonnull (memmem (bytes, len, "\5Uncle", 6));
        g_assert_nonnull (memmem (bytes, len, "\6Bob Bb", 7));
        if (i == 0)
            bench_refuse (bench, call, 400, "CONTACT_NAME_EMPTY");
        else
            bench_answer (bench, call, TL_OBJ (&done));
        g_assert_cmpint (bench_told (bench, refused), ==, i == 0);
        assert_heard (heard, i == 0 ? "0 4/0;" : "1 Uncle Bob Bb;");
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
#define ADD(f) g_test_add_func ("/client/listed/" #f, f)
    ADD (people_are_searched_for);
    ADD (searches_fail);
    ADD (the_blocked_are_listed);
    ADD (the_blocked_have_an_end);
    ADD (people_are_named);
    return g_test_run ();
}
