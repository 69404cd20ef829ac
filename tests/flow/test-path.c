/* Somebody without any key on the path, servers that refuse and hosts without patience:
 * the account waits, says why, keeps everything, and comes back by itself. */
#include "path.h"

#include <string.h>

#define MINUTE 60000
#define HOUR (60 * MINUTE)
#define IMPATIENT 8000 /* ms a host waits before it switches an account on again */

/* All rows of a table; one where each costs thirty times as much (valgrind), which is there
 * for errors of memory: most of the rows' ways through the code are the same. */
static gboolean
runs (size_t row, size_t one)
{
    return g_getenv ("FLOW_SOME") == NULL || row == one;
}

static int
calls (Flow *flow, const char *method)
{
    g_autofree char *stats = dc_control (world_dc (flow->world), "stats");
    g_autofree char *name = g_strconcat (" ", method, "=", NULL);
    const char *at = strstr (stats, name);

    return at != NULL ? atoi (at + strlen (name)) : 0;
}

static void
assert_alive (Person *person, const uint8_t key_hash[static 36])
{
    TalkSecret info = person_info (person);

    g_assert_cmpint (info.state, ==, TALK_STATE_READY);
    g_assert_cmpmem (info.key_hash, 36, key_hash, 36);
    person_never_heard (person, "chat closed*");
    person_never_heard (person, "ask*");
    g_assert_cmpuint (person->client != NULL, ==, TRUE);
}

static void
assert_texts (Person *person, const char *const *texts, size_t n)
{
    g_assert_cmpuint (person->texts->len, ==, n);
    for (size_t i = 0; i < n; i++)
        g_assert_cmpstr (person->texts->pdata[i], ==, texts[i]);
}

/* Both say something, the attack goes on, it ends, and all is as it was. */
static void
attack (Flow *flow, const PathMode *modes, size_t n, int32_t code, int64_t ms)
{
    static const char *const from_alice[] = { "unsent", "after" };
    static const char *const from_bob[] = { "unsent too", "after all" };
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);
    TalkSecret before = person_info (alice);
    g_autoptr (Path) path = path_new (flow, modes, n, code);

    bob->chat = alice->chat;
    flow_control (flow, "disconnect Alice");
    flow_control (flow, "disconnect Bob");
    flow_wait (flow, 500);
    person_says (alice, from_alice[0]);
    person_says (bob, from_bob[0]);
    flow_wait (flow, ms);
    g_assert_cmpuint (path_attacks (path), >=, 6);
    g_test_message ("%u connections were attacked", path_attacks (path));
    path_go_away (path);
    flow_wait (flow, 16 * MINUTE); /* the longest pause, and a host's */
    assert_alive (alice, before.key_hash);
    assert_alive (bob, before.key_hash);
    person_says (alice, from_alice[1]);
    person_says (bob, from_bob[1]);
    flow_wait (flow, 5000);
    assert_texts (bob, from_alice, 2);
    assert_texts (alice, from_bob, 2);
}

/* DECISIONS 24 MT-C37 SC-A29: six injected -404 frames end no chat, erase no key */
static void
six_refusals (void)
{
    static const PathMode modes[] = { PATH_CODE };
    g_autoptr (Flow) flow = flow_with_chat (90);

    flow_wait (flow, 2 * MINUTE); /* a key that was just made is forgiven more */
    attack (flow, modes, 1, -404, 5 * MINUTE);
    g_assert_cmpint (calls (flow, "auth.sendCode"), ==, 2); /* the two first logins */
}

/* DECISIONS 24: an hour of everything that can be done without a key, at every reconnect */
static void
an_hour (void)
{
    static const PathMode modes[] = { PATH_CODE,   PATH_INSERT, PATH_RANDOM,
                                      PATH_NOISE,  PATH_RESET,  PATH_LATER,
                                      PATH_SILENT, PATH_PASS,   PATH_TRICKLE };
    static const int32_t codes[] = { -404, -429, -444, -500 };

    for (size_t i = 0; i < G_N_ELEMENTS (codes); i++) {
        if (!runs (i, 0))
            continue;
        g_autoptr (Flow) flow = flow_with_chat (91 + i);
        g_test_message ("code %d", codes[i]);
        attack (flow, modes, G_N_ELEMENTS (modes), codes[i],
                codes[i] == -404 ? HOUR : 20 * MINUTE);
        g_assert_cmpint (calls (flow, "auth.sendCode"), ==, 2);
    }
}

/* DECISIONS 24: the same before there is a key: the login waits, and then goes on */
static void
at_login (void)
{
    static const PathMode modes[] = { PATH_CODE,   PATH_LATER,   PATH_RANDOM, PATH_RESET,
                                      PATH_SILENT, PATH_TRICKLE, PATH_NOISE };
    static const int32_t codes[] = { -404, -429, -444 };

    for (size_t i = 0; i < G_N_ELEMENTS (codes); i++) {
        if (!runs (i, 0))
            continue;
        g_autoptr (Flow) flow = flow_new (100 + i);
        Person *alice = flow_person (flow, 0);
        g_autoptr (Path) path = path_new (flow, modes, G_N_ELEMENTS (modes), codes[i]);
        person_start (alice);
        flow_wait (flow, HOUR);
        g_assert_cmpuint (path_attacks (path), >=, 6);
        person_never_heard (alice, "offline*");
        g_assert_cmpint (alice->waits, !=, TALK_WAIT_NONE); /* it is said why */
        path_go_away (path);
        flow_wait (flow, 16 * MINUTE);
        person_hears (alice, "online");
        person_never_heard (alice, "offline*");
    }
}

/* MT-C5 DECISIONS 24: a server with another key is no reason to switch off, also before a
 * login; with the right one it goes on */
static void
another_server_key (void)
{
    g_autoptr (Flow) flow = flow_new (105);
    Person *alice = flow_person (flow, 0);
    DcConfig config = { .dc = 2 };
    Dc *stranger = dc_new (&config);
    g_autofree char *other = dc_public_key (stranger);
    g_autofree char *right = dc_public_key (world_dc (flow->world));

    g_assert_true (g_file_set_contents (flow->key_file, other, -1, NULL));
    person_start (alice);
    person_hears (alice, "waiting *");
    g_assert_cmpint (alice->waits, ==, TALK_WAIT_SERVER_KEY);
    flow_wait (flow, HOUR);
    person_never_heard (alice, "offline*");
    g_assert_cmpuint (person_connects (alice), <=, 13);
    g_assert_true (g_file_set_contents (flow->key_file, right, -1, NULL));
    person_stop (alice);
    person_start (alice);
    flow_wait (flow, 16 * MINUTE);
    person_hears (alice, "online");
    dc_free (stranger);
}

/* --- hosts without patience --- */

static void
impatient (Flow *flow, Person *person, int64_t ms)
{
    int64_t end = world_now (flow->world).mono + ms;

    person->stays = TRUE;
    while (world_now (flow->world).mono < end) {
        person_stop (person);
        person_start (person);
        flow_wait (flow, IMPATIENT);
    }
}

/* DECISIONS 24 MT-E13: the pauses belong to the account: a host that switches it on again
 * every 8 s makes none of them shorter */
static void
impatient_at_login (void)
{
    static const struct {
        const char *control;
        int64_t ms;
        int requests;
    } rows[] = { { "error auth.sendCode 0 420 FLOOD_WAIT_5000", HOUR, 1 },
                 { "error auth.sendCode 0 400 PHONE_NUMBER_FLOOD", 10 * MINUTE, 1 },
                 { "error auth.sendCode 0 500 INTERNAL", 10 * MINUTE, 8 * 4 },
                 { "drop auth.sendCode 0", HOUR, 12 } };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        if (!runs (i, 2))
            continue;
        g_autoptr (Flow) flow = flow_new (110 + i);
        Person *alice = flow_person (flow, 0);
        g_test_message ("%s", rows[i].control);
        flow_control (flow, rows[i].control);
        impatient (flow, alice, rows[i].ms);
        g_test_message ("%u connections, %d requests", person_connects (alice),
                        calls (flow, "auth.sendCode"));
        g_assert_cmpuint (person_connects (alice), <=, rows[i].ms == HOUR ? 12 : 8);
        g_assert_cmpint (calls (flow, "auth.sendCode"), <=, rows[i].requests);
        person_never_heard (alice, "offline*");
        flow_control (flow, "reset");
        flow_wait (flow, HOUR); /* 5000 s in all, or less */
        person_hears (alice, "online");
    }
}

/* DECISIONS 24 MT-B22 MT-B23 MT-C37: the same for a login that is there */
static void
impatient_at_refusals (void)
{
    static const PathMode modes[] = { PATH_CODE };
    static const int32_t codes[] = { -404, -429, -444 };

    for (size_t i = 0; i < G_N_ELEMENTS (codes); i++) {
        if (!runs (i, 2))
            continue;
        g_autoptr (Flow) flow = flow_with_chat (120 + i);
        Person *alice = flow_person (flow, 0);
        TalkSecret before = person_info (alice);
        g_autoptr (Path) path = path_new (flow, modes, 1, codes[i]);
        unsigned connects = person_connects (alice);
        person_stop (flow_person (flow, 1));
        impatient (flow, alice, codes[i] == -404 ? HOUR : 10 * MINUTE);
        g_test_message ("code %d: %u connections", codes[i],
                        person_connects (alice) - connects);
        g_assert_cmpuint (person_connects (alice) - connects, <=,
                          codes[i] == -404 ? 12 : 8);
        g_assert_cmpuint (person_connects (alice) - connects, >=, 6);
        path_go_away (path);
        flow_wait (flow, 16 * MINUTE);
        assert_alive (alice, before.key_hash);
        person_hears (alice, "online");
    }
}

/* --- the server's refusals at a login --- */

/* MT-E8 MT-E13 MT-E14: waits, faults and silence at any step of a login pass, and nobody
 * has to do anything */
static void
a_login_waits (void)
{
    static const struct {
        const char *control;
        TalkWait reason;
        int64_t seconds; /* until it goes on, at most */
    } rows[] = {
        { "error auth.sendCode 1 420 FLOOD_WAIT_5000", TALK_WAIT_FLOOD, 5010 },
        { "error auth.sendCode 1 406 PHONE_PASSWORD_FLOOD", TALK_WAIT_FLOOD, 3610 },
        { "error auth.sendCode 1 420 FLOOD_WAIT_86400", TALK_WAIT_FLOOD, 86410 },
        { "error auth.signIn 1 420 FLOOD_WAIT_300", TALK_WAIT_FLOOD, 310 },
        { "error auth.signIn 1 500 INTERNAL", TALK_WAIT_NONE, 10 },
        { "error account.getPassword 1 420 FLOOD_WAIT_60", TALK_WAIT_FLOOD, 70 },
        { "error auth.checkPassword 1 420 FLOOD_WAIT_60", TALK_WAIT_FLOOD, 70 },
        { "drop auth.sendCode 1", TALK_WAIT_NO_ANSWER, 200 },
        { "drop auth.signIn 1", TALK_WAIT_NO_ANSWER, 200 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        if (!runs (i, 6))
            continue;
        g_autoptr (Flow) flow = flow_new (130 + i);
        Person *alice = flow_person (flow, 0);
        g_test_message ("%s", rows[i].control);
        flow_control (flow, "password Alice correct");
        alice->password = g_strdup ("correct");
        flow_control (flow, rows[i].control);
        person_start (alice);
        flow_wait (flow, 50000);
        if (rows[i].reason != TALK_WAIT_NONE && rows[i].seconds > 60)
            g_assert_cmpint (alice->waits, ==, rows[i].reason);
        if (rows[i].reason == TALK_WAIT_FLOOD)
            g_assert_cmpint (alice->waits_seconds, >=, rows[i].seconds - 12);
        flow_wait (flow, rows[i].seconds * 1000 - 50000);
        person_hears (alice, "online");
        person_never_heard (alice, "offline*");
    }
}

/* MT-E14: a server that is out of order for long is asked again and again, ever slower */
static void
a_server_out_of_order (void)
{
    g_autoptr (Flow) flow = flow_new (140);
    Person *alice = flow_person (flow, 0);

    flow_control (flow, "error auth.sendCode 0 500 INTERNAL");
    person_start (alice);
    flow_wait (flow, HOUR);
    g_assert_cmpint (alice->waits, ==, TALK_WAIT_SERVER_ERROR);
    g_assert_cmpint (calls (flow, "auth.sendCode"), <, 200);
    flow_control (flow, "reset");
    flow_wait (flow, 2 * MINUTE);
    person_hears (alice, "online");
    person_never_heard (alice, "offline*");
}

/* MT-F17: a code that came too late is no wrong one; a new one is asked for */
static void
an_expired_code (void)
{
    g_autoptr (Flow) flow = flow_new (141);
    Person *alice = flow_person (flow, 0);

    flow_control (flow, "error auth.signIn 1 400 PHONE_CODE_EXPIRED");
    person_start (alice);
    person_hears (alice, "ask code");
    person_hears (alice, "ask code expired");
    person_hears (alice, "online");
    g_assert_cmpint (calls (flow, "auth.sendCode"), ==, 2);
}

/* --- no network --- */

/* DECISIONS 24: an account that was online says within a minute that it is not, once, and
 * comes back when the network does; a new one says why it takes long */
static void
no_network (void)
{
    g_autoptr (Flow) flow = flow_with_chat (150);
    Person *alice = flow_person (flow, 0);
    g_autofree char *line = g_strdup_printf ("offline %d *", TALK_OFFLINE_NETWORK);

    alice->stays = TRUE;
    world_weather (flow->world)->dead = TRUE;
    flow_control (flow, "disconnect Alice");
    flow_wait (flow, 50000);
    person_never_heard (alice, "offline*"); /* a short outage is nobody's business */
    flow_wait (flow, 15000);
    person_hears (alice, line);
    person_never_heard (alice, "offline*");
    person_stop (alice);
    person_start (alice);
    flow_wait (flow, 30000);
    g_assert_cmpint (alice->waits, ==, TALK_WAIT_NETWORK);
    flow_wait (flow, 10 * MINUTE);
    person_never_heard (alice, "offline*");
    world_weather (flow->world)->dead = FALSE;
    flow_wait (flow, 2 * MINUTE);
    person_hears (alice, "online");
}

/* DECISIONS 24 MT-B34: a server that was there and has fallen silent */
static void
silence (void)
{
    static const PathMode modes[] = { PATH_SILENT };
    g_autoptr (Flow) flow = flow_with_chat (151);
    Person *alice = flow_person (flow, 0);
    g_autofree char *line = g_strdup_printf ("offline %d *", TALK_OFFLINE_NETWORK);

    alice->stays = TRUE;
    g_autoptr (Path) path = path_new (flow, modes, 1, 0); /* the open ones, too */
    person_says (alice, "into the void");
    flow_wait (flow, 75000);
    person_hears (alice, line);
    path_go_away (path);
    person_stop (alice);
    person_start (alice);
    flow_wait (flow, 2 * MINUTE);
    person_hears (alice, "online");
    person_hears (flow_person (flow, 1), "message into the void");
}

/* DECISIONS 24: the user logs out and nobody answers: nothing is ended for that, neither by
 * time nor by a restart; asked again with the server there, all ends, for the others too */
static void
logging_out_into_silence (void)
{
    static const PathMode modes[] = { PATH_SILENT };
    g_autoptr (Flow) flow = flow_with_chat (152);
    Person *alice = flow_person (flow, 0);
    TalkSecret before = person_info (alice);
    g_autofree char *line = g_strdup_printf ("offline %d*", TALK_OFFLINE_LOGGED_OUT);

    alice->stays = TRUE; /* the same client, as long as it waits */
    g_autoptr (Path) path = path_new (flow, modes, 1, 0);
    tg_client_log_out (alice->client);
    flow_wait (flow, 10 * MINUTE);
    assert_alive (alice, before.key_hash);
    person_stop (alice);
    person_start (alice);
    flow_wait (flow, 10 * MINUTE);
    assert_alive (alice, before.key_hash);
    path_go_away (path);
    flow_wait (flow, 3 * MINUTE);
    tg_client_log_out (alice->client);
    person_hears (alice, "chat closed*");
    person_hears (alice, line);
    person_hears (flow_person (flow, 1), "chat closed 3*");
}

/* --- the question --- */

/* DECISIONS 24 MT-C37 MT-C42: a server that does not know the login, which only the answer
 * to a binding says, makes the user be asked after a minute; not twice a day; silence and
 * "wait" end nothing; the server that knows again ends the wait */
static void
a_lost_login_is_asked_about (void)
{
    g_autoptr (Flow) flow = flow_with_chat (160);
    Person *alice = flow_person (flow, 0);
    TalkSecret before = person_info (alice);

    person_stop (flow_person (flow, 1));
    flow_wait (flow, 2 * MINUTE); /* what is new may be unknown */
    flow_control (flow, "lose-keys Alice");
    flow_control (flow, "disconnect Alice");
    flow_wait (flow, 50000);
    person_never_heard (alice, "ask*");
    flow_wait (flow, 5 * MINUTE);
    g_assert_cmpint (alice->waits, ==, TALK_WAIT_LOGIN_UNKNOWN);
    person_hears (alice, "ask anew");
    person_stop (alice); /* a restart is no reason to ask again */
    person_start (alice);
    flow_wait (flow, 20 * HOUR);
    person_never_heard (alice, "ask*");
    flow_wait (flow, 6 * HOUR);
    person_hears (alice, "ask anew");
    tg_client_answer (alice->client, alice->question, NULL);
    flow_wait (flow, HOUR);
    unsigned late = alice->question;
    flow_control (flow, "recall-keys Alice");
    flow_wait (flow, 16 * MINUTE);
    person_hears (alice, "online");
    tg_client_answer (alice->client, late, ""); /* too late to mean anything */
    flow_wait (flow, 5000);
    assert_alive (alice, before.key_hash);
}

/* DECISIONS 24 MT-C36 MT-C37: -404 for two days, which anybody on the way can say, is no
 * reason to ask */
static void
two_days_of_refusals (void)
{
    static const PathMode modes[] = { PATH_CODE };
    g_autoptr (Flow) flow = flow_with_chat (162);
    Person *alice = flow_person (flow, 0);
    TalkSecret before = person_info (alice);
    g_autoptr (Path) path = path_new (flow, modes, 1, -404);

    person_stop (flow_person (flow, 1));
    flow_control (flow, "disconnect Alice");
    flow_wait (flow, 48 * HOUR);
    g_assert_cmpint (alice->waits, ==, TALK_WAIT_REFUSED);
    path_go_away (path);
    flow_wait (flow, 16 * MINUTE);
    person_hears (alice, "online");
    assert_alive (alice, before.key_hash);
}

/* DECISIONS 24: the user's word: the chats end, and a new login begins at once */
static void
logging_in_anew (void)
{
    g_autoptr (Flow) flow = flow_with_chat (161);
    Person *alice = flow_person (flow, 0);

    person_stop (flow_person (flow, 1));
    flow_wait (flow, 2 * MINUTE);
    flow_control (flow, "lose-keys Alice");
    flow_control (flow, "disconnect Alice");
    flow_wait (flow, 5 * MINUTE);
    person_hears (alice, "ask anew");
    tg_client_answer (alice->client, alice->question, "");
    person_hears (alice, "chat closed*");
    g_assert_cmpint (alice->closed, ==, TALK_CLOSED_LOGGED_OUT);
    person_hears (alice, "ask code");
    person_hears (alice, "online");
    person_never_heard (alice, "offline*");
    person_start (flow_person (flow, 1));
    person_hears (flow_person (flow, 1), "online");
    flow_wait (flow, 2000);
    person_starts (alice, flow_person (flow, 1));
    person_hears (alice, "chat ready");
}

/* --- the session --- */

/* MT-D23 MT-D37: a server that was started anew may name its new sessions as the old ones:
 * what waits is repeated, and what was missed is fetched, in seconds */
static void
a_session_with_an_old_name (void)
{
    g_autoptr (Flow) flow = flow_with_chat (180);
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);

    bob->chat = alice->chat;
    flow_control (flow, "unique 4711");
    for (int i = 0; i < 4; i++) {
        g_autofree char *out = g_strdup_printf ("from Alice %d", i);
        g_autofree char *in = g_strdup_printf ("from Bob %d", i);
        flow_control (flow, "drop messages.sendEncrypted 1"); /* carried out, unheard */
        person_says (alice, out);
        flow_wait (flow, 500);
        flow_control (flow, "forget-session Alice");
        person_says (bob, in); /* nobody there to push it to */
        flow_wait (flow, 8000);
        g_assert_cmpuint (alice->texts->len, ==, i + 1);
        g_assert_cmpstr (alice->texts->pdata[i], ==, in);
        g_assert_cmpuint (bob->texts->len, ==, i + 1);
        g_assert_cmpstr (bob->texts->pdata[i], ==, out);
        person_hears (alice, "sent");
        g_string_truncate (alice->told, 0);
        flow_wait (flow, 15000); /* sessions that follow too fast are another matter */
    }
}

static void
found_cb (const TalkPerson *peer, const TalkNotFound *nobody, void *user)
{
}

/* MT-D38: after a reconnect, what the server does not tell the state of goes once more, in
 * a new session, a minute later: however many calls wait, and whatever it answers instead */
static void
a_minute_is_a_minute (void)
{
    static const char *const rows[] = { "drop msgs_state_req 0",
                                        "error msgs_state_req 0 400 MSGS_STATE_INVALID",
                                        "error msgs_state_req 0 20 TOO_OLD",
                                        "error msgs_state_req 0 16 TOO_LOW" };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        if (!runs (i, 1))
            continue;
        g_autoptr (Flow) flow = flow_with_chat (190 + i);
        Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);
        g_test_message ("%s", rows[i]);
        flow_control (flow, "drop contacts.resolvePhone 0");
        flow_control (flow, "drop messages.sendEncrypted 1");
        person_says (alice, "once");
        for (int n = 0; n < 4; n++) { /* each is silent for a minute at another time */
            tg_client_find_peer (alice->client, "9990000002", found_cb, NULL);
            flow_wait (flow, 12000);
        }
        flow_control (flow, rows[i]);
        flow_control (flow, "disconnect Alice");
        flow_wait (flow, 2000);
        flow_wait (flow, 55000);
        person_never_heard (alice, "sent");
        flow_wait (flow, 10000);
        g_assert_nonnull (strstr (alice->told->str, "sent\n"));
        g_assert_cmpuint (bob->texts->len, ==, 1);
    }
}

/* --- dates and names --- */

/* MT-A26: in 2041, and over the day in 2038 on which 31 bits are full */
static void
beyond_2038 (void)
{
    static const int64_t starts[] = { 2250000000000, 2147483647000 - 20000 };

    for (size_t i = 0; i < G_N_ELEMENTS (starts); i++) {
        if (!runs (i, 1))
            continue;
        g_autoptr (Flow) flow = flow_new (170 + i);
        Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);
        world_set_wall (flow->world, starts[i]);
        flow_log_in (alice);
        flow_log_in (bob);
        flow_wait (flow, 2000);
        g_assert_cmpint (tg_secret_start (alice->client, bob->id, &alice->chat), ==,
                         TALK_DONE);
        person_hears (alice, "chat ready");
        person_hears (bob, "chat ready");
        for (int n = 0; n < 6; n++) {
            g_autofree char *text = g_strdup_printf ("number %d", n);
            g_autofree char *line = g_strdup_printf ("message number %d", n);
            person_says (alice, text);
            person_hears (bob, line);
            flow_wait (flow, 10000);
        }
        person_stop (bob);
        person_says (alice, "while away");
        flow_wait (flow, 5000);
        person_start (bob);
        person_hears (bob, "message while away");
        flow_control (flow, "forget-session Alice");
        flow_wait (flow, 10000);
        bob->chat = alice->chat;
        person_says (bob, "still here");
        person_hears (alice, "message still here");
        g_assert_cmpint (person_info (alice).state, ==, TALK_STATE_READY);
        person_never_heard (alice, "offline*");
    }
}

/* MT-F7: another user than the stored one, found at a new login and at a running one: it is
 * refused, and what is stored is untouched and serves its own user again */
static void
another_user (void)
{
    g_autoptr (Flow) flow = flow_with_chat (175);
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);
    g_autofree char *line = g_strdup_printf ("offline %d*", TALK_OFFLINE_OTHER_USER);
    TalkSecret before = person_info (alice);

    flow_control (flow, "swap Alice Bob"); /* the server takes one for the other */
    person_stop (bob);
    person_stop (alice);
    g_string_truncate (alice->told, 0);
    person_start (alice);
    person_hears (alice, line);
    person_never_heard (alice, "chat closed*");
    person_stop (alice);
    flow_control (flow, "swap Alice Bob");
    person_start (alice);
    person_hears (alice, "online");
    assert_alive (alice, before.key_hash);
}

/* MT-F7: the same where the login was lost, and the number has another owner */
static void
another_owner (void)
{
    g_autoptr (Flow) flow = flow_with_chat (176);
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);
    g_autofree char *lost = g_strdup_printf ("offline %d*", TALK_OFFLINE_LOGGED_OUT);
    g_autofree char *line = g_strdup_printf ("offline %d*", TALK_OFFLINE_OTHER_USER);

    person_stop (bob);
    flow_control (flow, "error updates.getDifference 1 401 SESSION_REVOKED");
    person_stop (alice);
    person_start (alice);
    person_hears (alice, lost);
    flow_control (flow, "swap Alice Bob");
    for (int i = 0; i < 2; i++) { /* nothing of the refused login stays */
        person_stop (alice);
        person_start (alice);
        flow_wait (flow, MINUTE);
        person_hears (alice, "ask code");
        person_hears (alice, line);
    }
    flow_control (flow, "swap Alice Bob");
    person_stop (alice);
    person_start (alice);
    flow_wait (flow, MINUTE);
    person_hears (alice, "online");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/flow/path/six-refusals", six_refusals);
    g_test_add_func ("/flow/path/an-hour", an_hour);
    g_test_add_func ("/flow/path/at-login", at_login);
    g_test_add_func ("/flow/path/another-server-key", another_server_key);
    g_test_add_func ("/flow/path/impatient-at-login", impatient_at_login);
    g_test_add_func ("/flow/path/impatient-at-refusals", impatient_at_refusals);
    g_test_add_func ("/flow/path/a-login-waits", a_login_waits);
    g_test_add_func ("/flow/path/out-of-order", a_server_out_of_order);
    g_test_add_func ("/flow/path/expired-code", an_expired_code);
    g_test_add_func ("/flow/path/no-network", no_network);
    g_test_add_func ("/flow/path/silence", silence);
    g_test_add_func ("/flow/path/log-out", logging_out_into_silence);
    g_test_add_func ("/flow/path/lost-login", a_lost_login_is_asked_about);
    g_test_add_func ("/flow/path/two-days", two_days_of_refusals);
    g_test_add_func ("/flow/path/anew", logging_in_anew);
    g_test_add_func ("/flow/path/old-name", a_session_with_an_old_name);
    g_test_add_func ("/flow/path/a-minute", a_minute_is_a_minute);
    g_test_add_func ("/flow/path/beyond-2038", beyond_2038);
    g_test_add_func ("/flow/path/another-user", another_user);
    g_test_add_func ("/flow/path/another-owner", another_owner);
    return g_test_run ();
}
