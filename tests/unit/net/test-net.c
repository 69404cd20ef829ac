/* Several data centres, without a client: which call goes where, and what ends what. */
#include "net-bench.h"

#include <string.h>

#define MINUTE 60000
#define LINE(dc, lane) (((dc)*NET_LANES + (lane)) * MT_RACE_MAX)

/* MT-C32 MT-E6 MT-H9: another data centre gets a key and a login of its own, once, and its
 * calls say that they want no updates */
static void
test_elsewhere (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);

    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    g_assert_cmpuint (b->len, ==, strlen ("a picture"));
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    g_assert_cmpuint (b->connects[PORT_OTHER], ==, 1);
    g_assert_cmpuint (b->connects[PORT_HOME], ==, 1);
    g_assert_cmpuint (b->connects[PORT_FILES], ==, 0);
    g_assert_cmpuint (nb_count (b, "auth.exportAuthorization"), ==, 1);
    g_assert_cmpuint (nb_count (b, "auth.importAuthorization"), ==, 1);
    g_assert_cmpuint (nb_count (b, "help.getConfig"), ==, 1);
}

/* MT-B25 MT-B26: what cannot be an address, is for content networks, wants a secret or is of
 * another family than it says is not used; what stands beside it is */
static void
test_absurd_addresses (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);

    nb_control (b, "addresses absurd");
    nb_control (b, "dead 4 yes");
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, MT_ERROR_LOCAL_CLOSED);
    g_assert_cmpuint (b->connects[PORT_OTHER], >, 1);
    g_assert_cmpuint (b->connects[7], ==, 0);
    g_assert_cmpuint (b->connects[0], ==, 0);
    nb_control (b, "dead 4 no");
    nb_run (b, 2 * MINUTE);
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
}

/* MT-H11: a data centre that cannot be is asked nothing */
static void
test_no_such_place (void)
{
    static const int places[] = { NET_DC_MAX + 1, 1000000, -1, -1000000 };
    g_autoptr (NetBench) b = nb_new (4, TRUE);

    for (size_t i = 0; i < G_N_ELEMENTS (places); i++)
        g_assert_cmpint (nb_file (b, places[i], NET_DOWN), ==, MT_ERROR_LOCAL_CLOSED);
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
}

/* MT-B18: an address with a secret of its own is used with it; what is none is no address */
static void
test_secret_of_an_address (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);

    nb_control (b, "addresses absurd");
    nb_control (b, "secret-port 4");
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    g_assert_cmpuint (b->connects[PORT_OTHER], ==, 1);
    g_assert_cmpuint (b->connects[7], ==, 0);
}

/* MT-B25: where the servers say that something has changed they are asked again, when that
 * matters to somebody, once a minute at most; else not before it is old */
static void
test_addresses_change (void)
{
    static const char *const words[] = { "tell config", "tell options" };
    g_autoptr (NetBench) b = nb_new (4, TRUE);

    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    nb_run (b, 6 * MINUTE);
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    g_assert_cmpuint (nb_count (b, "help.getConfig"), ==, 1);
    for (unsigned i = 0; i < G_N_ELEMENTS (words); i++) {
        nb_run (b, 6 * MINUTE);
        nb_control (b, "secret-port 4"); /* it has one now */
        for (int n = 0; n < 20; n++)
            nb_control (b, words[i]);
        nb_run (b, 1000);
        g_assert_cmpuint (nb_count (b, "help.getConfig"), ==, 1 + i); /* nobody cares */
        g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
        g_assert_cmpuint (nb_count (b, "help.getConfig"), ==, 2 + i);
    }
}

/* MT-H15: what is not used for five minutes is closed, and its key stays; nothing keeps it */
static void
test_idle (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);
    int line = LINE (4, NET_DOWN);

    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    nb_run (b, 4 * MINUTE);
    g_assert_cmpint (b->wires[line].port, ==, PORT_OTHER);
    nb_run (b, MINUTE + 5000);
    g_assert_cmpint (b->wires[line].port, ==, 0);
    g_assert_cmpint (b->wires[LINE (2, NET_MAIN)].port, ==, PORT_HOME);
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    g_assert_cmpuint (nb_count (b, "auth.importAuthorization"), ==, 1);
}

/* MT-C35 MT-E18: a login that is lost elsewhere is carried there anew, once a minute, five
 * times; the one at home stays */
static void
test_login_lost (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);

    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    nb_control (b, "lose-login 4");
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    g_assert_cmpuint (nb_count (b, "auth.importAuthorization"), ==, 2);

    nb_control (b, "error upload.getFile 0 401 AUTH_KEY_UNREGISTERED");
    int64_t began = b->now.mono;
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, MT_ERROR_LOCAL_CLOSED);
    g_assert_cmpuint (nb_count (b, "auth.importAuthorization"), <=, 2 + 5);
    g_assert_cmpint (b->now.mono - began, >=, 4 * MINUTE);
    g_assert_cmpuint (b->failed, ==, 0);
    nb_control (b, "reset");
    nb_run (b, 10 * MINUTE); /* often enough: not before the next start */
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, MT_ERROR_LOCAL_CLOSED);
    nb_control (b, "profile 1 picture-dc 2");
    g_assert_cmpint (nb_file (b, 2, NET_DOWN), ==, 0);
}

/* MT-C35 MT-C38: a key that is dead elsewhere ends nothing: what was asked fails, and after a
 * minute there is another one */
static void
test_key_doubled (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);

    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    nb_control (b, "error upload.getFile 1 406 AUTH_KEY_DUPLICATED");
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, MT_ERROR_LOCAL_CLOSED);
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, MT_ERROR_LOCAL_CLOSED);
    g_assert_cmpuint (b->failed, ==, 0);
    nb_run (b, MINUTE);
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    g_assert_cmpuint (nb_count (b, "auth.importAuthorization"), ==, 2);
}

/* MT-C32: a key that nobody there knows any more is made anew; nobody at home hears of it */
static void
test_key_forgotten (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);

    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    nb_run (b, 2 * MINUTE); /* it is not young: MT-C42 */
    nb_control (b, "lose-key 4");
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, MT_ERROR_LOCAL_CLOSED);
    nb_run (b, 2 * MINUTE);
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    g_assert_cmpuint (b->failed, ==, 0);
}

/* MT-C32: a login that turns out to be somebody else's is not used */
static void
test_imposter (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);

    nb_control (b, "imposter Bob");
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, MT_ERROR_LOCAL_CLOSED);
    g_assert_cmpuint (nb_count (b, "upload.getFile"), ==, 0);
    g_assert_cmpuint (b->failed, ==, 0);
    nb_control (b, "imposter none");
    nb_run (b, MINUTE);
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
}

/* MT-C32 MT-E18: what is carried has to be a login, and the one that it leads to our own, in its own
 * words; else nothing of it goes there, and the account lives */
static void
test_carried (void)
{
    static const char *const odd[] = { "unnamed", "large" };

    for (size_t i = 0; i < G_N_ELEMENTS (odd); i++) {
        g_autoptr (NetBench) b = nb_new (4, TRUE);
        g_autofree char *line = g_strdup_printf ("carried %s", odd[i]);
        nb_control (b, line);
        g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, MT_ERROR_LOCAL_CLOSED);
        g_assert_cmpuint (nb_count (b, "upload.getFile"), ==, 0);
        g_assert_cmpuint (nb_count (b, "auth.importAuthorization"), ==, i == 0 ? 1 : 0);
        g_assert_cmpuint (b->failed, ==, 0);
        nb_control (b, "carried true");
        nb_run (b, MINUTE);
        g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    }
}

/* MT-C32: one that is not reached, or where nobody knows how to, holds nothing up */
static void
test_not_reached (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);

    nb_control (b, "dead 4 yes");
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, MT_ERROR_LOCAL_CLOSED);
    g_assert_cmpint (nb_file (b, 5, NET_DOWN), ==, MT_ERROR_LOCAL_CLOSED);
    nb_control (b, "dead 4 no");
    nb_run (b, 2 * MINUTE);
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    g_assert_cmpuint (b->failed, ==, 0);
}

/* MT-E11: a file that is elsewhere is asked for there, three times at most */
static void
test_file_moves (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);

    g_assert_cmpint (nb_file (b, 2, NET_DOWN), ==, 0);
    nb_control (b, "error upload.getFile 0 303 FILE_MIGRATE_2");
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 303);
    nb_control (b, "reset");
    nb_control (b, "error upload.getFile 1 303 FILE_MIGRATE_0");
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 303);
    nb_control (b, "error upload.getFile 1 303 FILE_MIGRATE_6");
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 303);
}

/* MT-B26 MT-B31 MT-E6: a lane at home has an address for files, and never two on ordinary
 * ones; where there is none, (home, MAIN) takes its calls */
static void
test_lanes (void)
{
    g_autoptr (NetBench) with = nb_new (2, TRUE);
    g_autoptr (NetBench) without = nb_new (2, FALSE);

    g_assert_cmpint (nb_file (with, 2, NET_DOWN), ==, 0);
    g_assert_cmpint (nb_file (with, 0, NET_UP), ==, 0);
    g_assert_cmpuint (with->connects[PORT_FILES], ==, 2);
    g_assert_cmpuint (with->connects[PORT_HOME], ==, 1);
    nb_run (with, 6 * MINUTE);
    g_assert_cmpint (with->wires[LINE (2, NET_DOWN)].port, ==, 0);
    g_assert_cmpint (with->wires[LINE (2, NET_UP)].port, ==, 0);

    g_assert_cmpint (nb_file (without, 2, NET_DOWN), ==, 0);
    g_assert_cmpuint (without->connects[PORT_HOME], ==, 1);
}

/* MT-C35 MT-E17: a lane at home that is refused asks (home, MAIN), which decides */
static void
test_lane_refused (void)
{
    g_autoptr (NetBench) b = nb_new (2, TRUE);

    nb_control (b, "error upload.getFile 1 401 AUTH_KEY_UNREGISTERED");
    g_assert_cmpint (nb_file (b, 2, NET_DOWN), ==, 0);
    g_assert_cmpuint (b->failed, ==, 0);
    nb_run (b, 11 * MINUTE);
    nb_control (b, "error upload.getFile 1 406 AUTH_KEY_DUPLICATED");
    g_assert_cmpint (nb_file (b, 2, NET_DOWN), ==, 0);
    g_assert_cmpuint (b->failed, ==, 0);
    nb_run (b, 11 * MINUTE);
    nb_control (b, "error upload.getFile 0 401 AUTH_KEY_UNREGISTERED");
    nb_ask_file (b, 2, NET_DOWN);
    nb_run (b, 5000);
    g_assert_cmpuint (b->failed, ==, 1);
}

/* MT-B31: a lane whose address is not reached gives its calls to (home, MAIN) */
static void
test_lane_not_reached (void)
{
    g_autoptr (NetBench) b = nb_new (2, TRUE);

    nb_control (b, "dead 2 yes");
    g_assert_cmpint (nb_file (b, 2, NET_DOWN), ==, 0);
    unsigned tried = b->connects[PORT_FILES];
    g_assert_cmpint (nb_file (b, 2, NET_DOWN), ==, 0);
    g_assert_cmpuint (b->connects[PORT_FILES], ==, tried);
}

/* MT-C32: the end of the login ends all others, and forgets each key */
static void
test_forget (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);

    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    nb_ask_file (b, 4, NET_DOWN);
    net_forget (b->net);
    net_flush (b->net, b->now);
    g_assert_cmpint (b->code, ==, MT_ERROR_LOCAL_CLOSED);
    g_assert_cmpint (b->wires[LINE (4, NET_DOWN)].port, ==, 0);
}

/* MT-E11: home moves to where the servers say it is; nowhere is nowhere */
static void
test_home_moves (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);

    net_move_home (b->net, 5);
    net_flush (b->net, b->now);
    nb_run (b, 2000);
    g_assert_cmpint (b->moved, ==, 0);
    net_move_home (b->net, 4);
    net_flush (b->net, b->now);
    nb_run (b, 2000);
    g_assert_cmpint (b->moved, ==, 4);
    g_assert_cmpint (net_state (b->net), ==, MT_STATE_READY);
    g_assert_cmpint (b->wires[LINE (4, NET_MAIN)].port, ==, PORT_OTHER);
    g_assert_cmpint (b->wires[LINE (2, NET_MAIN)].port, ==, 0);
}

/* MT-B31: two connections of one session are seen; else the other tests would prove nothing */
static void
test_overlap_is_seen (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);

    g_assert_cmpstr (dc_fault (b->dc), ==, NULL);
    nb_twin (b, LINE (2, NET_MAIN));
    g_assert_cmpstr (dc_fault (b->dc), ==, "two connections of one session at 2");
    b->faulty = TRUE;
}

/* MT-E4: so is a client that speaks another layer than ours, however well it is answered */
static void
test_layer_is_seen (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);
    size_t len;
    const uint8_t *words = g_bytes_get_data (b->header, &len);

    g_autofree uint8_t *other = g_memdup2 (words, len);
    other[4] -= 1;
    g_clear_pointer (&b->header, g_bytes_unref);
    b->header = g_bytes_new (other, len);
    nb_restart (b);
    nb_run (b, 2000);
    g_assert_cmpint (net_state (b->net), ==, MT_STATE_READY);
    nb_file (b, 2, NET_MAIN);
    g_assert_nonnull (dc_fault (b->dc));
    g_assert_true (g_str_has_prefix (dc_fault (b->dc), "layer "));
    b->faulty = TRUE;
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/net/elsewhere", test_elsewhere);
    g_test_add_func ("/net/absurd-addresses", test_absurd_addresses);
    g_test_add_func ("/net/no-such-place", test_no_such_place);
    g_test_add_func ("/net/secret-of-an-address", test_secret_of_an_address);
    g_test_add_func ("/net/addresses-change", test_addresses_change);
    g_test_add_func ("/net/idle", test_idle);
    g_test_add_func ("/net/login-lost", test_login_lost);
    g_test_add_func ("/net/key-doubled", test_key_doubled);
    g_test_add_func ("/net/key-forgotten", test_key_forgotten);
    g_test_add_func ("/net/imposter", test_imposter);
    g_test_add_func ("/net/carried", test_carried);
    g_test_add_func ("/net/not-reached", test_not_reached);
    g_test_add_func ("/net/file-moves", test_file_moves);
    g_test_add_func ("/net/lanes", test_lanes);
    g_test_add_func ("/net/lane-refused", test_lane_refused);
    g_test_add_func ("/net/lane-not-reached", test_lane_not_reached);
    g_test_add_func ("/net/forget", test_forget);
    g_test_add_func ("/net/home-moves", test_home_moves);
    g_test_add_func ("/net/overlap-is-seen", test_overlap_is_seen);
    g_test_add_func ("/net/layer-is-seen", test_layer_is_seen);
    return g_test_run ();
}
