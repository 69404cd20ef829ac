/* The account's home becomes another data centre while it is logged in, or cannot. */
#include "net-bench.h"

#include "api.tl.h"

#define MINUTE 60000
#define LINE(dc, lane) (((dc)*NET_LANES + (lane)) * MT_RACE_MAX)

typedef struct {
    unsigned answers;
    int code; /* of the error; 0 = an answer */
    gboolean repeated;
} Asked;

static void
answered_cb (void *user, TlMessage *answer, const MtError *error)
{
    Asked *asked = user;

    asked->answers++;
    asked->code = error != NULL ? error->code : 0;
    asked->repeated = error != NULL && error->repeated;
}

/* Whom the server takes us for, at home. */
static void
ask (NetBench *b, Asked *asked, MtCallFlags flags)
{
    ApiInputUserSelf self = TL_NEW (ApiInputUserSelf);
    const TlObject *ids[] = { TL_OBJ (&self) };
    ApiUsersGetUsers request = TL_NEW (ApiUsersGetUsers, .id = { ids, 1 });

    *asked = (Asked){ 0 };
    net_call (b->net, 0, NET_MAIN, TL_OBJ (&request), flags, answered_cb, asked);
    net_flush (b->net, b->now);
}

static void
is_at (const NetBench *b, int dc, int port)
{
    int other = dc == 4 ? 2 : 4;

    g_assert_cmpint (b->wires[LINE (dc, NET_MAIN)].port, ==, port);
    g_assert_cmpint (b->wires[LINE (other, NET_MAIN)].port, ==, 0);
    g_assert_cmpint (net_state (b->net), ==, MT_STATE_READY);
    g_assert_cmpuint (b->failed, ==, 0);
}

/* MT-E11 MT-E12 MT-B31: the account goes on at its new home with a login that was carried
 * there; each call has one answer, none is lost on the way, and what comes later asks the old
 * home nothing */
static void
test_goes_on (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);
    Asked asked[3], later;

    nb_control (b, "home 1 4");
    for (unsigned i = 0; i < G_N_ELEMENTS (asked); i++)
        ask (b, &asked[i], MT_CALL_DEFAULT);
    nb_run (b, 100);
    ask (b, &later, MT_CALL_DEFAULT); /* while the login is on its way */
    nb_run (b, 5000);
    for (unsigned i = 0; i < G_N_ELEMENTS (asked); i++) {
        g_assert_cmpuint (asked[i].answers, ==, 1);
        g_assert_cmpint (asked[i].code, ==, 0);
    }
    g_assert_cmpuint (later.answers, ==, 1);
    g_assert_cmpint (later.code, ==, 0);
    g_assert_cmpint (b->moved, ==, 4);
    is_at (b, 4, PORT_OTHER);
    g_assert_cmpuint (nb_count (b, "auth.importAuthorization"), ==, 1);
    g_assert_cmpuint (nb_count (b, "auth.signIn"), ==, 1);
    unsigned before = nb_count (b, "users.getUsers");
    ask (b, &later, MT_CALL_DEFAULT);
    nb_run (b, 5000);
    g_assert_cmpuint (later.answers, ==, 1);
    g_assert_cmpuint (nb_count (b, "users.getUsers"), ==, before + 1);
    nb_run (b, 10 * MINUTE);
    is_at (b, 4, PORT_OTHER);
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
}

/* MT-E11: the same for NETWORK_MIGRATE; files that were at home are elsewhere now */
static void
test_network_migrate (void)
{
    g_autoptr (NetBench) b = nb_new (2, TRUE);
    Asked asked;

    nb_control (b, "error users.getUsers 1 303 NETWORK_MIGRATE_4");
    nb_control (b, "home 1 4");
    g_assert_cmpint (nb_file (b, 0, NET_DOWN), ==, 0);
    ask (b, &asked, MT_CALL_DEFAULT);
    nb_run (b, 5000);
    g_assert_cmpuint (asked.answers, ==, 1);
    g_assert_cmpint (asked.code, ==, 0);
    is_at (b, 4, PORT_OTHER);
    g_assert_cmpint (nb_file (b, 2, NET_DOWN), ==, 0);
}

/* MT-E11: what is out at the old home is answered there, and carried out once */
static void
test_out_at_the_old_home (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);
    Asked slow, asked;

    nb_control (b, "delay users.getUsers 4000");
    ask (b, &slow, MT_CALL_DEFAULT);
    nb_run (b, 100);
    nb_control (b, "reset");
    nb_control (b, "home 1 4");
    ask (b, &asked, MT_CALL_DEFAULT);
    nb_run (b, 3000);
    g_assert_cmpint (b->moved, ==, 0);
    nb_run (b, 5000);
    g_assert_cmpuint (slow.answers + asked.answers, ==, 2);
    g_assert_cmpint (slow.code, ==, 0);
    g_assert_cmpint (asked.code, ==, 0);
    g_assert_cmpuint (nb_count (b, "users.getUsers"), ==, 3);
    is_at (b, 4, PORT_OTHER);
}

/* MT-E11 MT-E25: but a silent one holds the move up for ten seconds at most */
static void
test_silent_at_the_old_home (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);
    Asked silent, asked;

    nb_control (b, "drop users.getUsers 1");
    ask (b, &silent, MT_CALL_DEFAULT);
    nb_run (b, 100);
    nb_control (b, "home 1 4");
    ask (b, &asked, MT_CALL_DEFAULT);
    nb_run (b, 15000);
    g_assert_cmpuint (silent.answers, ==, 1);
    g_assert_cmpuint (asked.answers, ==, 1);
    g_assert_cmpint (silent.code, ==, 0);
    is_at (b, 4, PORT_OTHER);
}

/* MT-E11 MT-C35: a key of the new home whose login is gone ends nothing: it is made anew */
static void
test_stale_login (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);
    Asked asked;

    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    nb_run (b, 6 * MINUTE); /* that line is closed */
    nb_control (b, "home 1 4");
    ask (b, &asked, MT_CALL_DEFAULT);
    nb_run (b, 5000);
    g_assert_cmpint (asked.code, ==, 0);
    is_at (b, 4, PORT_OTHER);
    nb_control (b, "home 1 2");
    ask (b, &asked, MT_CALL_DEFAULT);
    nb_run (b, 2 * MINUTE);
    g_assert_cmpuint (asked.answers, ==, 1);
    g_assert_cmpint (asked.code, ==, 0);
    is_at (b, 2, PORT_HOME);
}

/* MT-E11 MT-E25: a new home that is not reached, or where no login can be had: the account
 * stays where it is, who asked hears why, what must arrive waits and does */
static void
test_not_to_be_had (void)
{
    static const char *const wrongs[] = {
        "dead 4 yes",
        "error auth.exportAuthorization 1 303 USER_MIGRATE_4",
        "error auth.importAuthorization 1 400 AUTH_BYTES_INVALID",
        "imposter 2",
    };

    for (size_t i = 0; i < G_N_ELEMENTS (wrongs); i++) {
        g_autoptr (NetBench) b = nb_new (4, TRUE);
        Asked asked, patient, other;
        nb_control (b, wrongs[i]);
        nb_control (b, "home 1 4");
        ask (b, &asked, MT_CALL_DEFAULT);
        ask (b, &patient, MT_CALL_PATIENT);
        for (int s = 0; s < 120 && asked.answers == 0; s++)
            nb_run (b, 500);
        g_assert_cmpuint (asked.answers, ==, 1);
        g_assert_cmpint (asked.code, ==, 303);
        g_assert_cmpuint (patient.answers, ==, 0);
        g_assert_cmpint (b->moved, ==, 0);
        is_at (b, 2, PORT_HOME);
        ask (b, &other, MT_CALL_DEFAULT); /* not tried again within a minute */
        nb_run (b, 5000);
        g_assert_cmpint (other.code, ==, 303);
        nb_control (b, "dead 4 no");
        nb_control (b, "imposter none");
        nb_control (b, "reset");
        nb_run (b, 3 * MINUTE);
        g_assert_cmpuint (patient.answers, ==, 1);
        g_assert_cmpint (patient.code, ==, 0);
        is_at (b, 4, PORT_OTHER);
    }
}

/* MT-E11: nowhere, here, and round and round are errors, also for what must arrive */
static void
test_absurd_moves (void)
{
    static const char *const words[] = { "USER_MIGRATE_0", "USER_MIGRATE_6",
                                         "NETWORK_MIGRATE_2", "USER_MIGRATE",
                                         "USER_MIGRATE_99999999999" };

    for (size_t i = 0; i < G_N_ELEMENTS (words); i++) {
        g_autoptr (NetBench) b = nb_new (4, TRUE);
        g_autofree char *line =
            g_strdup_printf ("error users.getUsers 1 303 %s", words[i]);
        Asked asked;
        nb_control (b, line);
        ask (b, &asked, i % 2 == 0 ? MT_CALL_PATIENT : MT_CALL_DEFAULT);
        nb_run (b, 5000);
        g_assert_cmpint (asked.code, ==, 303);
        is_at (b, 2, PORT_HOME);
    }
    g_autoptr (NetBench) b = nb_new (4, TRUE);
    Asked asked;
    nb_control (b, "error users.getUsers 1 303 USER_MIGRATE_4");
    nb_control (b, "error users.getUsers 1 303 USER_MIGRATE_2");
    nb_control (b, "error users.getUsers 1 303 USER_MIGRATE_4");
    nb_control (b, "error users.getUsers 1 303 USER_MIGRATE_2");
    ask (b, &asked, MT_CALL_PATIENT);
    nb_run (b, 5 * MINUTE);
    g_assert_cmpuint (asked.answers, ==, 1);
    g_assert_cmpint (asked.code, ==, 303);
    g_assert_cmpuint (b->failed, ==, 0);
}

/* MT-E11: a file that was asked for on (home, MAIN) is asked for where it is */
static void
test_file_by_main (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);

    g_assert_cmpint (nb_file (b, 0, NET_MAIN), ==, 0);
    g_assert_cmpuint (b->connects[PORT_OTHER], ==, 1);
    is_at (b, 2, PORT_HOME);
    nb_control (b, "error upload.getFile 1 303 FILE_MIGRATE_2");
    g_assert_cmpint (nb_file (b, 0, NET_MAIN), ==, 303);
    nb_control (b, "error upload.getFile 1 303 FILE_MIGRATE_0");
    g_assert_cmpint (nb_file (b, 0, NET_MAIN), ==, 303);
    nb_control (b, "error upload.getFile 1 303 FILE_MIGRATE_6");
    g_assert_cmpint (nb_file (b, 0, NET_MAIN), ==, 303);
}

/* MT-D42 MT-E11: what is cancelled while home moves is told nobody, and what waits at the
 * end is told that it ended */
static void
test_cancelled (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);
    ApiUsersGetUsers request = TL_NEW (ApiUsersGetUsers);
    Asked cancelled = { 0 }, left = { 0 };

    nb_control (b, "home 1 4");
    nb_control (b, "dead 4 yes");
    NetCall *call = net_call (b->net, 0, NET_MAIN, TL_OBJ (&request), MT_CALL_DEFAULT,
                              answered_cb, &cancelled);
    ask (b, &left, MT_CALL_DEFAULT);
    nb_run (b, 1000);
    net_cancel (b->net, call);
    g_assert_cmpuint (left.answers, ==, 0);
    nb_free (g_steal_pointer (&b));
    g_assert_cmpuint (cancelled.answers, ==, 0);
    g_assert_cmpuint (left.answers, ==, 1);
    g_assert_cmpint (left.code, ==, MT_ERROR_LOCAL_CLOSED);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/net-move/goes-on", test_goes_on);
    g_test_add_func ("/net-move/network-migrate", test_network_migrate);
    g_test_add_func ("/net-move/out-at-the-old-home", test_out_at_the_old_home);
    g_test_add_func ("/net-move/silent-at-the-old-home", test_silent_at_the_old_home);
    g_test_add_func ("/net-move/stale-login", test_stale_login);
    g_test_add_func ("/net-move/not-to-be-had", test_not_to_be_had);
    g_test_add_func ("/net-move/absurd-moves", test_absurd_moves);
    g_test_add_func ("/net-move/file-by-main", test_file_by_main);
    g_test_add_func ("/net-move/cancelled", test_cancelled);
    return g_test_run ();
}
