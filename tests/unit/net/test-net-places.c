/* Where data centres are, over the program's end: what the servers told is kept, and led astray
 * by it nobody is for good. */
#include "net-bench.h"

#include "api.tl.h"
#include "record.tl.h"
#include "tl-encode.h"

#include <string.h>

#define MINUTE 60000
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define LINE(dc, lane) (((dc)*NET_LANES + (lane)) * MT_RACE_MAX)
#define PLACES ((StoreKey){ STORE_ACCOUNT, NET_RECORD_PLACES, 0 })

static void
ignore_cb (void *user, TlMessage *answer, const MtError *error)
{
}

static void
count_cb (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    if (key.owner == NET_RECORD_PLACES)
        *(size_t *)user = len;
}

/* Bytes that are kept; 0 = nothing. */
static size_t
kept (NetBench *b)
{
    size_t len = 0;

    nb_store (b);
    any_store_each (b->store, STORE_ACCOUNT, TRUE, 0, count_cb, &len, NULL);
    return len;
}

static void
keeps (NetBench *b, const TlObject *record)
{
    g_auto (TlWriter) writer = { 0 };

    nb_store (b);
    g_assert_true (tl_encode (&tl_record_schema, record, &writer));
    store_batch_put (b->batch, PLACES, writer.data, writer.len);
}

static void
is_online (NetBench *b, int dc, int port)
{
    g_assert_cmpint (net_state (b->net), ==, MT_STATE_READY);
    g_assert_cmpint (b->wires[LINE (dc, NET_MAIN)].port, ==, port);
    g_assert_cmpuint (b->failed, ==, 0);
}

/* The account lives at data centre 4 from now on. */
static void
move (NetBench *b)
{
    ApiUsersGetUsers request = TL_NEW (ApiUsersGetUsers);

    nb_control (b, "home 1 4");
    net_call (b->net, 0, NET_MAIN, TL_OBJ (&request), MT_CALL_DEFAULT, ignore_cb, NULL);
    net_flush (b->net, b->now);
    nb_run (b, 10000);
    g_assert_cmpint (b->home, ==, 4);
    is_online (b, 4, PORT_OTHER);
}

/* MT-B25 MT-E11 MT-F5: an account whose home moved finds it at the next start, also where the
 * user said where the first one was, and that one is what it was */
static void
test_home_moved (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);

    move (b);
    for (int i = 0; i < 3; i++) {
        nb_restart (b);
        nb_run (b, 5000);
        is_online (b, 4, PORT_OTHER);
    }
    g_assert_cmpuint (b->connects[PORT_HOME], ==, 1);
    nb_control (b, "profile 1 picture-dc 2");
    g_assert_cmpint (nb_file (b, 2, NET_DOWN), ==, 0);
    nb_control (b, "home 1 2");
    ApiUsersGetUsers request = TL_NEW (ApiUsersGetUsers);
    net_call (b->net, 0, NET_MAIN, TL_OBJ (&request), MT_CALL_DEFAULT, ignore_cb, NULL);
    net_flush (b->net, b->now);
    nb_run (b, 20000);
    is_online (b, 2, PORT_HOME);
    nb_restart (b);
    nb_run (b, 5000);
    is_online (b, 2, PORT_HOME);
}

/* MT-B25: what was told is used at once by the next process, and not asked for again before it
 * is a day old; an hour after the server said that something has changed */
static void
test_kept (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);

    nb_run (b, 1000);
    g_assert_cmpuint (nb_count (b, "help.getConfig"), ==, 1);
    g_assert_cmpuint (kept (b), >, 0);
    nb_restart (b);
    nb_pass (b, DAY / 2);
    g_assert_cmpuint (nb_count (b, "help.getConfig"), ==, 1);
    nb_pass (b, DAY / 2);
    g_assert_cmpuint (nb_count (b, "help.getConfig"), ==, 2);
    nb_control (b, "tell options");
    nb_pass (b, HOUR - MINUTE);
    g_assert_cmpuint (nb_count (b, "help.getConfig"), ==, 2);
    nb_pass (b, 2 * MINUTE);
    g_assert_cmpuint (nb_count (b, "help.getConfig"), ==, 3);
    nb_control (b, "error help.getConfig 0 400 X");
    nb_pass (b, DAY + 4 * HOUR); /* no answer is no reason to ask more often */
    g_assert_cmpuint (nb_count (b, "help.getConfig"), <=, 3 + 5);
    is_online (b, 2, PORT_HOME);
}

/* MT-B25: what leads nowhere locks nobody out: what is built in is tried behind it, and the
 * way by which the account was at home is not forgotten */
static void
test_lies (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);

    b->given = 0; /* Telegram's own */
    nb_control (b, "addresses lies");
    nb_restart (b);
    nb_run (b, 2000);
    g_assert_cmpuint (nb_count (b, "help.getConfig"), ==, 1);
    g_assert_cmpuint (kept (b), <, 8192);
    for (int i = 0; i < 3; i++) {
        nb_restart (b);
        nb_pass (b, 2 * MINUTE);
        is_online (b, 2, PORT_HOME);
        g_assert_cmpuint (b->connects[7], >, 0);
    }
}

/* MT-B25: nor where the home is one that the servers told of alone */
static void
test_lies_at_another_home (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);

    move (b);
    for (int i = 0; i < 3; i++) {
        unsigned asked = nb_count (b, "help.getConfig");
        nb_control (b, "addresses lies");
        nb_pass (b, DAY + HOUR);
        g_assert_cmpuint (nb_count (b, "help.getConfig"), >, asked);
        nb_restart (b);
        nb_pass (b, 2 * MINUTE);
        is_online (b, 4, PORT_OTHER);
    }
    g_assert_cmpuint (b->connects[7], >, 0);
}

/* MT-B18 MT-B25: what another server told, or one of another key, is not for this one; nor is what was
 * told without a proxy for who has one */
static void
test_told_by_others (void)
{
    static const struct {
        const char *given;
        int given_dc, key;
    } others[] = {
        { "127.0.0.1 2", 2, 0 }, { "", 2, 0 },
        { "127.0.0.1 1", 0, 0 }, { "127.0.0.1 1", 6, 0 },
        { "127.0.0.1 1", 4, 1 }, { "127.0.0.1 11", 4, 0 },
    };
    RecDcAddress lie =
        TL_NEW (RecDcAddress, .dc = 2, .host = TL_STR ("127.0.0.1"), .port = 7);
    const TlObject *items[] = { TL_OBJ (&lie) };

    for (unsigned i = 0; i < G_N_ELEMENTS (others); i++) {
        g_autoptr (NetBench) b = nb_new (4, TRUE);
        const MtServerKey *key = (const MtServerKey *)(void *)b->keys->data;
        RecDcAddresses record = TL_NEW (
            RecDcAddresses, .told = b->now.wall, .given = TL_STR (others[i].given),
            .given_dc = others[i].given_dc,
            .server_key = key->fingerprint + others[i].key, .addresses = { items, 1 });
        keeps (b, TL_OBJ (&record));
        nb_restart (b);
        nb_run (b, 5000);
        is_online (b, 2, PORT_HOME);
        g_assert_cmpuint (b->connects[7], ==, 0);
    }
    g_autoptr (NetBench) b = nb_new (4, TRUE);
    b->given = 0;
    nb_control (b, "addresses lies");
    nb_restart (b);
    nb_run (b, 5000);
    g_assert_cmpuint (kept (b), >, 0);
    b->only = TRUE;
    nb_restart (b);
    nb_pass (b, DAY + HOUR);
    is_online (b, 2, PORT_HOME);
    g_assert_cmpuint (b->connects[7], ==, 0);
}

/* MT-B25 MT-B26: what is kept is looked at as what is told; a record may hold anything, and as
 * much of it as it likes */
static void
test_record (void)
{
    static const RecDcAddress bad[] = {
        { .dc = 2, .port = 0 },
        { .dc = 2, .port = 65543 },
        { .dc = 0, .port = 7 },
        { .dc = 6, .port = 7 },
        { .dc = 2, .port = -7 },
        { .dc = -1, .port = 7 },
        { .dc = 2, .kind = MT_ADDRESS_IPV6, .port = 7 },
    };
    g_autoptr (NetBench) b = nb_new (4, TRUE);
    const MtServerKey *key = (const MtServerKey *)(void *)b->keys->data;
    g_autofree RecDcAddress *all = g_new0 (RecDcAddress, 5000);
    g_autofree const TlObject **items = g_new0 (const TlObject *, 5000);

    for (int i = 0; i < 5000; i++) {
        const RecDcAddress *said = &bad[i % (int)G_N_ELEMENTS (bad)];
        all[i] = TL_NEW (RecDcAddress, .dc = said->dc, .kind = said->kind,
                         .host = TL_STR (i % 3 == 0 ? "nowhere" : "127.0.0.1"),
                         .port = said->port, .secret = TL_STR (i % 2 == 0 ? "" : "x"));
        items[i] = TL_OBJ (&all[i]);
    }
    RecDcAddresses record =
        TL_NEW (RecDcAddresses, .told = b->now.wall, .given = TL_STR (""), .given_dc = 2,
                .server_key = key->fingerprint, .addresses = { items, 5000 });
    keeps (b, TL_OBJ (&record));
    b->given = 0;
    nb_restart (b);
    nb_run (b, 5000);
    is_online (b, 2, PORT_HOME);
    g_assert_cmpuint (b->connects[7], ==, 0);
    nb_store (b);
    store_batch_put (b->batch, PLACES, "rubbish", 7);
    nb_restart (b);
    nb_run (b, 5000);
    is_online (b, 2, PORT_HOME);
}

/* MT-B18 MT-B25: an address that wants a secret is kept with it */
static void
test_secret_is_kept (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);

    nb_control (b, "secret-port 4");
    nb_pass (b, DAY + HOUR);
    nb_restart (b);
    nb_control (b, "error help.getConfig 0 400 X");
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    g_assert_cmpuint (b->connects[PORT_OTHER], ==, 1);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/net-places/home-moved", test_home_moved);
    g_test_add_func ("/net-places/kept", test_kept);
    g_test_add_func ("/net-places/lies", test_lies);
    g_test_add_func ("/net-places/lies-at-another-home", test_lies_at_another_home);
    g_test_add_func ("/net-places/told-by-others", test_told_by_others);
    g_test_add_func ("/net-places/record", test_record);
    g_test_add_func ("/net-places/secret-is-kept", test_secret_is_kept);
    return g_test_run ();
}
