/* Calls whose answers make, or cancel, others; and those that wait for a data centre which does
 * not come to an end. */
#include "net-bench.h"

#include "api.tl.h"

#define MINUTE 60000
#define PORT_OTHER_FILES 6
#define LINE(dc, lane) (((dc)*NET_LANES + (lane)) * MT_RACE_MAX)

typedef struct Asked Asked;
struct Asked {
    NetBench *bench;
    NetCall *call; /* NULL: it has been answered */
    unsigned answers;
    int code;       /* of the error; 0 = an answer */
    Asked *cancels; /* when it is answered: that one */
    Asked *makes;   /* and makes this one */
    int dc;         /* for which that is asked */
    NetLane lane;
    gboolean config; /* it asks for the config, not who we are */
};

static void ask (NetBench *b, Asked *asked, int dc, NetLane lane);

static void
answered_cb (void *user, TlMessage *answer, const MtError *error)
{
    Asked *asked = user;

    asked->call = NULL;
    asked->answers++;
    asked->code = error != NULL ? error->code : 0;
    if (asked->cancels != NULL && asked->cancels->call != NULL)
        net_cancel (asked->bench->net, g_steal_pointer (&asked->cancels->call));
    if (asked->makes != NULL && asked->makes->call == NULL)
        ask (asked->bench, asked->makes, asked->makes->dc, asked->makes->lane);
    net_state (asked->bench->net); /* as the account's features do */
    net_server_time (asked->bench->net, asked->bench->now);
}

/* Whom the server takes us for: any data centre may be asked. */
static void
ask (NetBench *b, Asked *asked, int dc, NetLane lane)
{
    ApiInputUserSelf self = TL_NEW (ApiInputUserSelf);
    const TlObject *ids[] = { TL_OBJ (&self) };
    ApiUsersGetUsers who = TL_NEW (ApiUsersGetUsers, .id = { ids, 1 });
    ApiHelpGetConfig config = TL_NEW (ApiHelpGetConfig);

    asked->bench = b;
    asked->call = net_call (
        b->net, dc, lane, asked->config ? TL_OBJ (&config) : TL_OBJ (&who),
        asked->config ? MT_CALL_BEFORE_LOGIN : MT_CALL_DEFAULT, answered_cb, asked);
}

/* MT-D42 MT-C32: who hears that a data centre cannot be had may cancel what else they asked
 * there, and ask anew: what is cancelled is told nobody, each other call is told once, and
 * nothing is told that was asked meanwhile elsewhere */
static void
test_answers_cancel (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);
    Asked asked[6] = { 0 }, made = { .dc = 0, .lane = NET_MAIN };

    nb_control (b, "dead 4 yes");
    asked[0].cancels = &asked[1];
    asked[0].makes = &made;
    asked[2].cancels = &asked[4];
    asked[5].cancels = &asked[3]; /* has been told */
    for (unsigned i = 0; i < G_N_ELEMENTS (asked); i++)
        ask (b, &asked[i], 4, NET_DOWN);
    net_flush (b->net, b->now);
    for (int s = 0; s < 120 && asked[5].answers == 0; s++)
        nb_run (b, 1000);
    for (unsigned i = 0; i < G_N_ELEMENTS (asked); i++) {
        g_assert_cmpuint (asked[i].answers, ==, i == 1 || i == 4 ? 0 : 1);
        if (asked[i].answers != 0)
            g_assert_cmpint (asked[i].code, ==, MT_ERROR_LOCAL_CLOSED);
    }
    nb_run (b, 1000);
    g_assert_cmpuint (made.answers, ==, 1);
    g_assert_cmpint (made.code, ==, 0);
}

/* MT-E11: the same where home cannot move */
static void
test_refused_cancel (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);
    Asked asked[3] = { 0 }, made = { .dc = 0, .lane = NET_MAIN };

    nb_control (b, "home 1 4");
    nb_control (b, "dead 4 yes");
    asked[0].cancels = &asked[1];
    asked[0].makes = &made;
    for (unsigned i = 0; i < G_N_ELEMENTS (asked); i++)
        ask (b, &asked[i], 0, NET_MAIN);
    net_flush (b->net, b->now);
    for (int s = 0; s < 24000 && asked[2].answers == 0; s++)
        nb_run (b, 5);
    g_assert_cmpuint (asked[0].answers, ==, 1);
    g_assert_cmpuint (asked[1].answers, ==, 0);
    g_assert_cmpuint (asked[2].answers, ==, 1);
    g_assert_cmpuint (made.answers, ==, 0); /* it was not asked yet */
    nb_run (b, 1000);
    g_assert_cmpuint (made.answers, ==, 1);
    g_assert_cmpint (made.code, ==, 303);
    g_assert_cmpuint (nb_count (b, "users.getUsers"), ==, 3 + 1);
}

/* MT-C32: who asks again at once, where nothing is to be had, does not hold an input up */
static void
test_asks_again_at_once (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);
    Asked asked = { .dc = 5, .lane = NET_DOWN };

    asked.makes = &asked;
    ask (b, &asked, 5, NET_DOWN);
    nb_run (b, 1000);
    g_assert_cmpuint (asked.answers, >=, 1);
    g_assert_cmpuint (asked.answers, <, 1000);
    asked.makes = NULL;
}

/* MT-E11 MT-D42: what is asked at home while home is being closed for another one goes there,
 * once; and who hears that it was closed may cancel */
static void
test_asked_while_home_moves (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);
    Asked asked[3] = { 0 }, made = { .lane = NET_MAIN, .config = TRUE };

    nb_control (b, "delay users.getUsers 5000");
    asked[0].cancels = &asked[1];
    asked[0].makes = &made;
    for (unsigned i = 0; i < G_N_ELEMENTS (asked); i++)
        ask (b, &asked[i], 0, NET_MAIN);
    net_flush (b->net, b->now);
    nb_run (b, 100);
    nb_control (b, "reset");
    net_move_home (b->net, 4);
    net_flush (b->net, b->now);
    nb_run (b, 3000);
    g_assert_cmpuint (asked[0].answers, ==, 1);
    g_assert_cmpint (asked[0].code, ==, MT_ERROR_LOCAL_CLOSED);
    g_assert_cmpuint (asked[1].answers, ==, 0);
    g_assert_cmpuint (asked[2].answers, ==, 1);
    g_assert_cmpint (b->moved, ==, 4);
    g_assert_cmpuint (made.answers, ==, 1);
    g_assert_cmpint (made.code, ==, 0);
    g_assert_cmpuint (nb_count (b, "help.getConfig"), ==, 2); /* with the net's own */
    g_assert_cmpuint (nb_count (b, "users.getUsers"), ==, 3);
}

/* MT-D42: and while all of it ends */
static void
test_asked_at_the_end (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);
    Asked asked[4] = { 0 },
          made[2] = { { .dc = 0, .lane = NET_MAIN }, { .dc = 4, .lane = NET_DOWN } };

    nb_control (b, "delay users.getUsers 5000");
    nb_control (b, "delay auth.importAuthorization 5000");
    asked[0].cancels = &asked[1];
    asked[0].makes = &made[0];
    asked[2].cancels = &asked[3];
    asked[2].makes = &made[1];
    ask (b, &asked[0], 0, NET_MAIN);
    ask (b, &asked[1], 0, NET_MAIN);
    ask (b, &asked[2], 4, NET_DOWN);
    ask (b, &asked[3], 4, NET_DOWN);
    net_flush (b->net, b->now);
    nb_run (b, 1000);
    nb_free (g_steal_pointer (&b));
    for (unsigned i = 0; i < G_N_ELEMENTS (asked); i++)
        g_assert_cmpuint (asked[i].answers, ==, i % 2 == 0 ? 1 : 0);
    for (unsigned i = 0; i < G_N_ELEMENTS (made); i++) {
        g_assert_cmpuint (made[i].answers, ==, 1);
        g_assert_cmpint (made[i].code, ==, MT_ERROR_LOCAL_CLOSED);
    }
}

/* MT-C32 MT-E11: a home that was another data centre once asks for no look at how its login was
 * carried there: a deadline is in the future */
static void
test_deadline_at_home (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);
    NetCall *call;

    dc_add_site (b->dc, 4, TRUE, PORT_OTHER_FILES);
    nb_control (b, "home 1 4");
    Asked asked = { 0 };
    ask (b, &asked, 0, NET_MAIN);
    net_flush (b->net, b->now);
    nb_run (b, 5000);
    g_assert_cmpint (b->moved, ==, 4);
    nb_control (b, "delay upload.getFile 100000");
    for (int i = 0; i < 5; i++)
        call = nb_ask_file (b, 4, NET_DOWN); /* one more than go at once */
    for (int s = 0; s < 90; s++) {
        nb_run (b, 1000);
        net_tick (b->net, b->now);
        net_flush (b->net, b->now);
        g_assert_cmpint (net_deadline (b->net), >, b->now.mono);
    }
    net_cancel (b->net, call);
}

/* MT-C32 MT-E11: nor is it in the past where home cannot move yet, since nothing gets through */
static void
test_deadline_of_a_move (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);
    Asked asked = { 0 };

    nb_control (b, "error upload.getFile 0 401 AUTH_KEY_UNREGISTERED");
    nb_ask_file (b, 4, NET_DOWN); /* its login is carried there, and lost */
    nb_run (b, 2000);
    nb_control (b, "home 1 4");
    ask (b, &asked, 0, NET_MAIN);
    net_flush (b->net, b->now);
    b->wires[LINE (4, NET_DOWN)].cut = TRUE;
    nb_run (b, 20);
    g_assert_cmpuint (asked.answers, ==, 0);
    for (int s = 0; s < 120; s++) { /* no wire goes on */
        b->now.mono += 1000;
        b->now.wall += 1000;
        for (int i = 0; i < 3; i++) {
            net_tick (b->net, b->now);
            net_flush (b->net, b->now);
        }
        g_assert_cmpint (net_deadline (b->net), >, b->now.mono);
    }
}

/* It was heard, and cuts the connection, and knows nothing of what it got. */
static void
swallow_again (NetBench *b)
{
    nb_control (b, "forget-session Alice");
    nb_control (b, "drop auth.importAuthorization 1");
}

/* MT-C32 MT-E18: one that swallows the login that is carried there, whatever else it does, is one
 * that cannot be had, within a minute; the account lives, and later it is carried there anew */
static void
test_login_swallowed (void)
{
    for (int cuts = 0; cuts < 2; cuts++) {
        g_autoptr (NetBench) b = nb_new (4, TRUE);
        nb_control (b, "drop auth.importAuthorization 1");
        nb_ask_file (b, 4, NET_DOWN);
        for (int s = 0; s < 62 && b->answers == 0; s++) {
            nb_run (b, 1000);
            b->wires[LINE (4, NET_DOWN)].cut =
                cuts && s % 10 == 9; /* it was heard before */
        }
        g_assert_cmpuint (b->answers, ==, 1);
        g_assert_cmpint (b->code, ==, MT_ERROR_LOCAL_CLOSED);
        g_assert_cmpuint (b->failed, ==, 0);
        nb_run (b, 2 * MINUTE);
        g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
        g_assert_cmpuint (nb_count (b, "auth.exportAuthorization"), ==, 2);
    }
}

/* MT-E11 MT-E18: nor does that hold up what is asked at home, where home is to be there */
static void
test_move_swallowed (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);
    Asked asked = { 0 };

    nb_control (b, "error users.getUsers 1 303 USER_MIGRATE_4");
    nb_control (b, "drop auth.importAuthorization 1");
    ask (b, &asked, 0, NET_MAIN);
    net_flush (b->net, b->now);
    for (int s = 0; s < 62 && asked.answers == 0; s++) {
        nb_run (b, 1000);
        if (s % 20 == 19)
            swallow_again (b);
    }
    g_assert_cmpuint (asked.answers, ==, 1);
    g_assert_cmpint (asked.code, ==, 303);
    nb_run (b, 5000);
    g_assert_cmpint (net_state (b->net), ==, MT_STATE_READY);
    g_assert_cmpuint (b->failed, ==, 0);
}

/* MT-E13: what one data centre wants a pause of goes at another one */
static void
test_floods_are_apart (void)
{
    for (int home = 0; home < 2; home++) {
        g_autoptr (NetBench) b = nb_new (4, TRUE);
        g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0); /* there is a login */
        nb_control (b, "error upload.getFile 1 420 FLOOD_WAIT_50");
        nb_ask_file (b, home ? 2 : 4, NET_DOWN);
        nb_run (b, 1000);
        nb_control (b, home ? "profile 1 picture-dc 4" : "profile 1 picture-dc 2");
        nb_ask_file (b, home ? 4 : 2, NET_DOWN);
        nb_run (b, 2000);
        g_assert_cmpuint (b->answers, ==, 2);
        nb_run (b, MINUTE);
        g_assert_cmpuint (b->answers, ==, 3);
    }
}

/* MT-B7: a call that is too large is refused to who asks, on every way; others go, and the
 * largest one with its wrapper */
static void
test_too_large (void)
{
    g_autofree uint8_t *nothing = g_malloc0 (16 << 20);
    static const int places[] = { 0, 2, 4 };
    static const size_t lens[] = { MT_CALL_MAX - 24, MT_CALL_MAX - 20, (16 << 20) - 4 };

    for (size_t i = 0; i < G_N_ELEMENTS (places); i++)
        for (size_t more = 0; more < G_N_ELEMENTS (lens); more++) {
            g_autoptr (NetBench) b = nb_new (4, TRUE);
            NetLane lane = places[i] == 0 ? NET_MAIN : NET_UP;
            Asked asked = { .bench = b };
            ApiUploadSaveFilePart request =
                TL_NEW (ApiUploadSaveFilePart, .file_id = 1,
                        .bytes = TL_BYTES (nothing, lens[more]));
            if (more)
                g_test_expect_message ("mtp-net", G_LOG_LEVEL_CRITICAL,
                                       "*does not encode*");
            asked.call = net_call (b->net, places[i], lane, TL_OBJ (&request),
                                   MT_CALL_DEFAULT, answered_cb, &asked);
            if (more)
                g_test_assert_expected_messages ();
            g_assert_cmpint (asked.call == NULL, ==, more > 0);
            net_flush (b->net, b->now);
            nb_run (b, 20000);
            g_assert_cmpuint (asked.answers, ==, more ? 0 : 1);
            g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
            g_assert_cmpint (net_state (b->net), ==, MT_STATE_READY);
        }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/net-calls/answers-cancel", test_answers_cancel);
    g_test_add_func ("/net-calls/refused-cancel", test_refused_cancel);
    g_test_add_func ("/net-calls/asks-again-at-once", test_asks_again_at_once);
    g_test_add_func ("/net-calls/asked-while-home-moves", test_asked_while_home_moves);
    g_test_add_func ("/net-calls/asked-at-the-end", test_asked_at_the_end);
    g_test_add_func ("/net-calls/deadline-at-home", test_deadline_at_home);
    g_test_add_func ("/net-calls/deadline-of-a-move", test_deadline_of_a_move);
    g_test_add_func ("/net-calls/login-swallowed", test_login_swallowed);
    g_test_add_func ("/net-calls/move-swallowed", test_move_swallowed);
    g_test_add_func ("/net-calls/floods-are-apart", test_floods_are_apart);
    g_test_add_func ("/net-calls/too-large", test_too_large);
    return g_test_run ();
}
