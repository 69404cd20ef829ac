/* Temporary keys of the lines for files: elsewhere they make and renew their own, at home they
 * go under the account's, which is no business of theirs. That nothing is asked under a
 * permanent key is a fault that the data centre counts, in each test of this folder. */
#include "net-bench.h"

#include "api.tl.h"

#define MINUTE 60000
#define HOUR (60 * MINUTE)
#define LINE(dc, lane) (((dc)*NET_LANES + (lane)) * MT_RACE_MAX)

/* MT-C32 MT-C39 MT-C41: a line elsewhere binds a temporary key before the login is carried there,
 * and goes on under it for as long as it lives, however often the line is closed meanwhile */
static void
test_elsewhere (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);

    g_assert_cmpuint (nb_count (b, "auth.bindTempAuthKey"), ==, 1);
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    g_assert_cmpuint (nb_count (b, "auth.bindTempAuthKey"), ==, 2);
    for (int i = 0; i < 3; i++) {
        nb_pass (b, 10 * MINUTE);
        g_assert_cmpint (b->wires[LINE (4, NET_DOWN)].port, ==, 0);
        g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    }
    g_assert_cmpuint (nb_count (b, "auth.bindTempAuthKey"), ==, 2);
    nb_restart (b); /* it is nowhere stored */
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    g_assert_cmpuint (nb_count (b, "auth.bindTempAuthKey"), ==, 4);
    g_assert_cmpuint (nb_count (b, "auth.importAuthorization"), ==, 1);
}

/* MT-C41: a key elsewhere that came to its end while nobody needed it is followed by another; one
 * that is in use is renewed an hour before, and nothing is asked under one that is over */
static void
test_renewal (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);

    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    nb_pass (b, 25 * HOUR);
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    unsigned bound = nb_count (b, "auth.bindTempAuthKey"); /* home's was renewed */
    for (int i = 0; i < 24 * 60 / 4; i++) {
        nb_pass (b, 4 * MINUTE);
        g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    }
    g_assert_cmpuint (nb_count (b, "auth.bindTempAuthKey"), ==, bound + 2);
    g_assert_cmpuint (b->connects[PORT_OTHER], ==, 2);
    g_assert_cmpuint (nb_count (b, "auth.importAuthorization"), ==, 1);
}

/* MT-C36 MT-C39: temporary keys that the servers gave up are renewed unseen, at home and elsewhere:
 * no login is carried anew, and the account hears nothing */
static void
test_lost (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);

    for (unsigned i = 1; i < 4; i++) {
        g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
        nb_control (b, "profile 1 picture-dc 2");
        g_assert_cmpint (nb_file (b, 2, NET_DOWN), ==, 0);
        nb_control (b, "profile 1 picture-dc 4");
        nb_control (b, "lose-temporary Alice");
    }
    g_assert_cmpuint (nb_count (b, "auth.importAuthorization"), ==, 1);
    g_assert_cmpuint (b->failed, ==, 0);
}

/* MT-C42: where the bind is refused elsewhere, a minute of trying makes key and login there anew;
 * the account at home lives */
static void
test_refused_elsewhere (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);
    unsigned home = LINE (2, NET_MAIN);

    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    nb_pass (b, 10 * MINUTE);
    nb_control (b, "lose-temporary Alice");
    nb_control (b, "error auth.bindTempAuthKey 0 400 ENCRYPTED_MESSAGE_INVALID");
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, MT_ERROR_LOCAL_CLOSED);
    nb_control (b, "reset");
    nb_pass (b, 2 * MINUTE);
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    g_assert_cmpuint (nb_count (b, "auth.importAuthorization"), ==, 2);
    g_assert_cmpuint (b->failed, ==, 0);
    g_assert_cmpint (b->wires[home].port, ==, PORT_HOME);
}

/* MT-B31 MT-C41: a lane at home goes under the key that (home, MAIN) bound, makes none, and follows
 * it to the next one */
static void
test_lane_borrows (void)
{
    g_autoptr (NetBench) b = nb_new (2, TRUE);
    unsigned bound = nb_count (b, "auth.bindTempAuthKey");

    g_assert_cmpint (nb_file (b, 2, NET_DOWN), ==, 0);
    g_assert_cmpint (nb_file (b, 2, NET_UP), ==, 0);
    g_assert_cmpuint (nb_count (b, "auth.bindTempAuthKey"), ==, bound);
    for (int i = 0; i < 24 * 60 / 4; i++) {
        nb_pass (b, 4 * MINUTE);
        g_assert_cmpint (nb_file (b, 2, NET_DOWN), ==, 0);
    }
    g_assert_cmpuint (nb_count (b, "auth.bindTempAuthKey"), ==, bound + 1);
    g_assert_cmpuint (b->connects[PORT_FILES], ==, 2);
    g_assert_cmpuint (b->connects[PORT_HOME], ==, 1);
}

/* MT-C36 MT-C37: what is said on a lane at home of the key costs the account neither the key nor
 * its line: (home, MAIN) is asked, and finds out by itself */
static void
test_lane_refused (void)
{
    static const char *const words[] = {
        "error upload.getFile 1 401 AUTH_KEY_PERM_EMPTY",
        "deny 2 yes",
    };

    for (size_t i = 0; i < G_N_ELEMENTS (words); i++) {
        g_autoptr (NetBench) b = nb_new (2, TRUE);
        g_assert_cmpint (nb_file (b, 2, NET_DOWN), ==, 0);
        unsigned bound = nb_count (b, "auth.bindTempAuthKey");
        nb_control (b, words[i]);
        g_assert_cmpint (nb_file (b, 2, NET_DOWN), ==, 0);
        g_assert_cmpuint (nb_count (b, "auth.bindTempAuthKey"), ==, bound);
        g_assert_cmpuint (b->connects[PORT_HOME], ==, 1);
        g_assert_cmpuint (b->failed, ==, 0);
    }
}

/* How many temporary keys the data centres know of this login. */
static unsigned
bound (NetBench *b)
{
    g_autofree char *answer = dc_control (b->dc, "bound Alice");

    return (unsigned)g_ascii_strtoull (answer + 3, NULL, 10);
}

/* MT-C41: a key that was followed by another one, at home or elsewhere, is dropped soon, those that
 * are in use are not; one call says so of all that have changed */
static void
test_former_renewed (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);

    for (int i = 0; i < 22 * 60 / 4; i++) {
        g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
        nb_pass (b, 4 * MINUTE);
    }
    g_assert_cmpuint (nb_count (b, "auth.dropTempAuthKeys"), ==, 0);
    g_assert_cmpuint (bound (b), ==, 2);
    unsigned made = nb_count (b, "auth.bindTempAuthKey");
    for (int i = 0; i < 2 * 60 / 4; i++) {
        g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
        nb_pass (b, 4 * MINUTE);
    }
    g_assert_cmpuint (nb_count (b, "auth.bindTempAuthKey"), ==, made + 2);
    g_assert_cmpuint (bound (b), ==, 2);
    g_assert_cmpuint (nb_count (b, "auth.dropTempAuthKeys"), ==, 1);
    g_assert_cmpuint (b->connects[PORT_HOME], ==, 1);
    g_assert_cmpuint (b->connects[PORT_OTHER], ==, 1);
}

/* MT-C41: what an earlier process had bound is dropped by the next one, once, and nothing that this
 * one has; a first process has nothing to say */
static void
test_former_process (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);

    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    nb_pass (b, 10 * MINUTE);
    g_assert_cmpuint (nb_count (b, "auth.dropTempAuthKeys"), ==, 0);
    for (unsigned i = 1; i < 4; i++) {
        nb_restart (b);
        nb_run (b, 3000);
        g_assert_cmpuint (bound (b), ==, 3); /* earlier ones of both, and home's */
        g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
        nb_pass (b, MINUTE);
        g_assert_cmpuint (bound (b), ==, 2);
        g_assert_cmpuint (nb_count (b, "auth.dropTempAuthKeys"), ==, i);
        nb_pass (b, 60 * MINUTE);
        g_assert_cmpuint (nb_count (b, "auth.dropTempAuthKeys"), ==, i);
    }
}

/* MT-C41: a key that the servers gave up needs no word, and one that they say so of, again and
 * again, makes none; a refusal is no reason to ask again */
static void
test_former_bounds (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);

    for (unsigned i = 0; i < 10; i++) {
        nb_control (b, "lose-temporary Alice");
        g_assert_cmpint (nb_file (b, 2, NET_DOWN), ==, 0);
        nb_pass (b, MINUTE);
    }
    g_assert_cmpuint (nb_count (b, "auth.bindTempAuthKey"), >=, 10);
    g_assert_cmpuint (nb_count (b, "auth.dropTempAuthKeys"), ==, 0);
    nb_control (b, "error auth.dropTempAuthKeys 0 400 REFUSED");
    nb_restart (b);
    nb_pass (b, 60 * MINUTE);
    g_assert_cmpuint (nb_count (b, "auth.dropTempAuthKeys"), ==, 1);
    g_assert_cmpuint (b->failed, ==, 0);
}

/* MT-C41: a list that was on its way when a key was lost does not cost the next one: it is made
 * anew */
static void
test_former_overtaken (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);
    NetWire *home = &b->wires[LINE (2, NET_MAIN)];

    nb_restart (b);
    nb_control (b, "delay auth.dropTempAuthKeys 20000");
    nb_pass (b, 15000);
    g_assert_cmpuint (nb_count (b, "auth.dropTempAuthKeys"), ==, 1);
    nb_control (b, "lose-temporary Alice");
    home->cut = TRUE;
    nb_control (b, "reset");
    nb_pass (b, 5 * MINUTE);
    g_assert_cmpuint (nb_count (b, "auth.dropTempAuthKeys"), ==, 2);
    g_assert_cmpuint (bound (b), ==, 1);
    g_assert_cmpuint (nb_count (b, "auth.bindTempAuthKey"), ==, 3);
}

static void
told_cb (void *user, TlMessage *answer, const MtError *error)
{
    g_assert_null (error);
    ++*(unsigned *)user;
}

/* MT-C41 MT-E11: a list whose line goes with the home is made anew at the new one */
static void
test_former_moves (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);
    ApiInputUserSelf self = TL_NEW (ApiInputUserSelf);
    const TlObject *ids[] = { TL_OBJ (&self) };
    ApiUsersGetUsers request = TL_NEW (ApiUsersGetUsers, .id = { ids, 1 });
    unsigned told = 0;

    nb_restart (b);
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0); /* no key is made for the move */
    nb_control (b, "delay auth.dropTempAuthKeys 60000");
    nb_pass (b, 15000);
    g_assert_cmpuint (nb_count (b, "auth.dropTempAuthKeys"), ==, 1);
    nb_control (b, "reset");
    nb_control (b, "home 1 4");
    net_call (b->net, 0, NET_MAIN, TL_OBJ (&request), MT_CALL_DEFAULT, told_cb, &told);
    net_flush (b->net, b->now);
    nb_pass (b, 5 * MINUTE);
    g_assert_cmpuint (told, ==, 1);
    g_assert_cmpint (b->moved, ==, 4);
    g_assert_cmpuint (nb_count (b, "auth.dropTempAuthKeys"), ==, 2);
}

/* MT-C41: no list is made while a key is: it would lack that one, which may be bound before the list is
 * read */
static void
test_former_made (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);
    NetWire *other = &b->wires[LINE (4, NET_DOWN)];

    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    nb_restart (b);
    nb_run (b, 8000);
    nb_ask_file (b, 4, NET_DOWN);
    while (!other->opened)
        nb_run (b, 1);
    other->mute = TRUE; /* the exchange stands still */
    nb_run (b, 4000);
    g_assert_cmpuint (nb_count (b, "auth.dropTempAuthKeys"), ==, 0);
    other->mute = FALSE;
    nb_pass (b, 2 * MINUTE);
    g_assert_cmpuint (nb_count (b, "auth.dropTempAuthKeys"), ==, 1);
    g_assert_cmpuint (bound (b), ==, 2);
}

/* MT-C41: who is not logged in, or was logged out meanwhile, says nothing of them */
static void
test_former_nobody (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);

    nb_restart (b);
    nb_run (b, 5000);
    net_forget (b->net);
    net_flush (b->net, b->now);
    nb_pass (b, 5 * MINUTE);
    g_assert_cmpuint (nb_count (b, "auth.dropTempAuthKeys"), ==, 0);
    b->nobody = TRUE;
    nb_restart (b);
    nb_pass (b, 5 * MINUTE);
    nb_restart (b);
    nb_pass (b, 5 * MINUTE);
    g_assert_cmpuint (nb_count (b, "auth.bindTempAuthKey"), >=, 3);
    g_assert_cmpuint (nb_count (b, "auth.dropTempAuthKeys"), ==, 0);
}

static void
logged_out_cb (void *user, TlMessage *answer, const MtError *error)
{
    g_assert_nonnull (answer);
    net_give_up (((NetBench *)user)->net);
}

static void
told_closed_cb (void *user, TlMessage *answer, const MtError *error)
{
    g_assert_cmpint (error->code, ==, MT_ERROR_LOCAL_CLOSED);
    ++*(unsigned *)user;
}

static void
log_out (NetBench *b)
{
    ApiAuthLogOut request = TL_NEW (ApiAuthLogOut);

    net_call (b->net, 0, NET_MAIN, TL_OBJ (&request), MT_CALL_PATIENT, logged_out_cb, b);
    net_flush (b->net, b->now);
}

/* MT-C34: after the log-out each data centre is asked to forget the key it has with us, under that
 * key; whatever it answers is enough, in either form. What else was asked is told that it cannot be
 * had, and nothing is stored of any key. */
static void
test_given_up (void)
{
    static const char *const answers[] = { "destroying true", "destroying none",
                                           "destroying fail", "destroying result" };
    ApiHelpGetConfig late = TL_NEW (ApiHelpGetConfig);

    for (size_t i = 0; i < G_N_ELEMENTS (answers); i++) {
        g_autoptr (NetBench) b = nb_new (4, TRUE);
        unsigned closed = 0;
        g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
        nb_ask_file (b, 2, NET_DOWN);
        nb_control (b, answers[i]);
        log_out (b);
        nb_run (b, 2000);
        g_assert_cmpuint (b->given_up, ==, 1);
        g_assert_cmpuint (nb_count (b, "destroy_auth_key"), ==, 2);
        for (int line = 0; line < NET_LINES; line++)
            g_assert_cmpint (b->wires[line].port, ==, 0);
        net_call (b->net, 0, NET_MAIN, TL_OBJ (&late), MT_CALL_DEFAULT, told_closed_cb,
                  &closed);
        net_reconnect (b->net, "too late", b->now);
        nb_pass (b, HOUR);
        g_assert_cmpint (net_state (b->net), ==, MT_STATE_OFFLINE);
        g_assert_cmpuint (b->given_up, ==, 1);
        g_assert_cmpuint (nb_keys_stored (b), ==, 0);
        g_clear_pointer (&b->net, net_free);
        g_assert_cmpuint (closed, ==, 1);
        g_assert_cmpuint (b->failed, ==, 0);
    }
}

/* MT-C34: one that is not reached, says nothing or does not know the key is not waited for longer
 * than ten seconds; and where there was no log-out nobody is asked */
static void
test_given_up_unheard (void)
{
    static const char *const words[] = { "destroying silence", "dead 4 yes", "dead 1 yes",
                                         "deny 4 yes" };

    for (size_t i = 0; i < G_N_ELEMENTS (words); i++) {
        g_autoptr (NetBench) b = nb_new (4, TRUE);
        g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
        log_out (b);
        nb_control (b, words[i]);
        nb_run (b, 2000);
        g_assert_cmpuint (b->given_up, ==, i == 3);
        nb_run (b, 9000);
        g_assert_cmpuint (b->given_up, ==, 1);
        g_assert_cmpuint (nb_keys_stored (b), ==, 0);
    }
    g_autoptr (NetBench) b = nb_new (4, TRUE);
    nb_control (b, "destroying true");
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    net_forget (b->net);
    nb_run (b, 2000);
    g_assert_cmpuint (nb_count (b, "destroy_auth_key"), ==, 0);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/net-keys/elsewhere", test_elsewhere);
    g_test_add_func ("/net-keys/renewal", test_renewal);
    g_test_add_func ("/net-keys/lost", test_lost);
    g_test_add_func ("/net-keys/refused-elsewhere", test_refused_elsewhere);
    g_test_add_func ("/net-keys/lane-borrows", test_lane_borrows);
    g_test_add_func ("/net-keys/lane-refused", test_lane_refused);
    g_test_add_func ("/net-keys/former-renewed", test_former_renewed);
    g_test_add_func ("/net-keys/former-process", test_former_process);
    g_test_add_func ("/net-keys/former-bounds", test_former_bounds);
    g_test_add_func ("/net-keys/former-overtaken", test_former_overtaken);
    g_test_add_func ("/net-keys/former-moves", test_former_moves);
    g_test_add_func ("/net-keys/former-made", test_former_made);
    g_test_add_func ("/net-keys/former-nobody", test_former_nobody);
    g_test_add_func ("/net-keys/given-up", test_given_up);
    g_test_add_func ("/net-keys/given-up-unheard", test_given_up_unheard);
    return g_test_run ();
}
