/* People: what the server says of them, and what of it is kept, over a restart of its own. */
#include "client-bench.h"

#define CAROL 1003

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

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
#define ADD(f) g_test_add_func ("/client/peers/" #f, f)
    ADD (short_forms_leave_whole_ones);
    ADD (whole_forms_replace);
    ADD (the_same_again_is_silent);
    return g_test_run ();
}
