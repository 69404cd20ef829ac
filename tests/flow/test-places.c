/* Several data centres: what lives elsewhere, and what can go wrong there without anybody at
 * home noticing. */
#include "fake-host.h"
#include "flow.h"

#include <glib/gstdio.h>
#include <string.h>

#define MINUTE 60000

static unsigned photos; /* that were told */

static void
hook (Person *person, const TalkEvent *event)
{
    photos += event->kind == TALK_EVENT_PHOTO && event->u.photo.len > 0;
}

/* Bob has another picture, at that data centre; Alice asks for it. */
static void
shows_a_picture (Flow *flow, int dc)
{
    static const uint8_t png[40] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n',
                                     0,    0,   0,   13,  'I',  'H',  'D',  'R',
                                     0,    0,   0,   16,  0,    0,    0,    16 };
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);
    g_autofree char *file = g_build_filename (flow->directory, "picture.png", NULL);
    g_autofree char *place = g_strdup_printf ("profile Bob picture-dc %d", dc);
    g_autofree char *picture = g_strdup_printf ("profile Bob picture %s", file);

    g_assert_true (g_file_set_contents (file, (const char *)png, sizeof png, NULL));
    flow_control (flow, place);
    flow_control (flow, picture);
    flow_wait (flow, 3000);
    tg_client_fetch_photo (alice->client, bob->id);
    g_remove (file);
}

/* Calls of that method, all told. */
static unsigned
flow_count (Flow *flow, const char *method)
{
    g_autofree char *stats = dc_control (world_dc (flow->world), "stats");
    g_autofree char *word = g_strdup_printf (" %s=", method);
    const char *found = strstr (stats, word);

    return found != NULL ? (unsigned)g_ascii_strtoull (found + strlen (word), NULL, 10)
                         : 0;
}

static Flow *
two_people (uint64_t seed)
{
    Flow *flow = flow_new (seed);

    photos = 0;
    flow_person (flow, 0)->hook = hook;
    flow_log_in (flow_person (flow, 0));
    flow_wait (flow, 2000);
    return flow;
}

/* MT-C32 MT-I20 MT-B31 MT-E6: pictures of people come from where they are */
static void
test_pictures (void)
{
    g_autoptr (Flow) flow = two_people (11);

    shows_a_picture (flow, 2);
    flow_wait (flow, 2000);
    g_assert_cmpuint (photos, ==, 1);
    shows_a_picture (flow, 4);
    flow_wait (flow, 5000);
    g_assert_cmpuint (photos, ==, 2);
    shows_a_picture (flow, 4);
    flow_wait (flow, 5000);
    g_assert_cmpuint (photos, ==, 3);
}

/* MT-C32: the key there is kept over the program's end, and its login with it */
static void
test_another_day (void)
{
    g_autoptr (Flow) flow = two_people (12);
    Person *alice = flow_person (flow, 0);

    shows_a_picture (flow, 4);
    flow_wait (flow, 5000);
    person_stop (alice);
    flow_control (flow, "error auth.exportAuthorization 0 400 DC_ID_INVALID");
    person_start (alice);
    person_hears (alice, "online");
    flow_wait (flow, 2000);
    shows_a_picture (flow, 4);
    flow_wait (flow, 5000);
    g_assert_cmpuint (photos, ==, 2);
}

/* MT-C35 MT-C38 MT-E17 MT-E18: no login, a dead key, somebody else's login, no key, no way
 * there: the account lives, and so does what it does at home */
static void
test_the_account_lives (void)
{
    static const char *const wrongs[] = {
        "lose-login 4",
        "error upload.getFile 1 401 SESSION_REVOKED",
        "error upload.getFile 1 401 USER_DEACTIVATED_BAN",
        "error upload.getFile 1 406 AUTH_KEY_DUPLICATED",
        "error auth.importAuthorization 1 400 AUTH_BYTES_INVALID",
        "error auth.exportAuthorization 1 400 DC_ID_INVALID",
        "imposter Bob",
        "lose-key 4",
        "dead 4 yes",
    };
    g_autoptr (Flow) flow = two_people (13);
    Person *alice = flow_person (flow, 0);

    for (size_t i = 0; i < G_N_ELEMENTS (wrongs); i++) {
        g_test_message ("%s", wrongs[i]);
        flow_control (flow, "lose-login 4"); /* so that it is carried there each time */
        flow_control (flow, wrongs[i]);
        shows_a_picture (flow, 4);
        flow_wait (flow, MINUTE);
        flow_control (flow, "reset");
        flow_control (flow, "imposter none");
        flow_control (flow, "dead 4 no");
        flow_wait (flow, 2 * MINUTE);
        unsigned before = photos;
        shows_a_picture (flow, 4);
        flow_wait (flow, 2 * MINUTE);
        g_assert_cmpuint (photos, ==, before + 1);
        shows_a_picture (flow, 2);
        flow_wait (flow, 2000);
        g_assert_cmpuint (photos, ==, before + 2);
    }
    person_never_heard (alice, "offline*");
    g_assert_false (alice->offline);
    g_assert_true (alice->online);
}

/* MT-E11 MT-F5: who lives elsewhere logs in there; the servers say where that is */
static void
test_lives_elsewhere (void)
{
    g_autoptr (Flow) flow = flow_new (14);
    Person *alice = flow_person (flow, 0);

    flow_control (flow, "home Alice 4");
    flow_log_in (alice);
    g_assert_true (alice->online);
}

/* MT-E12: a code that was typed goes along; the person is asked once */
static void
test_sign_in_moves (void)
{
    g_autoptr (Flow) flow = flow_new (15);
    Person *alice = flow_person (flow, 0);

    flow_control (flow, "error auth.signIn 1 303 USER_MIGRATE_4");
    person_start (alice);
    for (int s = 0; s < 3000 && flow_count (flow, "auth.signIn") == 0; s++)
        flow_wait (flow, 10);
    flow_control (flow, "home Alice 4");
    person_hears (alice, "online");
    g_assert_cmpuint (flow_count (flow, "auth.sendCode"), ==, 1);
    g_assert_cmpuint (flow_count (flow, "auth.signIn"), ==, 2);
}

/* MT-E11 MT-E12 MT-E25: an account that is online goes on at its new home: each text arrives
 * once, in its order, and nothing ends */
static void
test_home_moves (void)
{
    g_autoptr (Flow) flow = flow_with_chat (16);
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);

    person_says (alice, "before");
    flow_control (flow, "home Alice 4");
    person_says (alice, "on the way");
    person_says (alice, "behind it");
    person_says (bob, "where are you");
    person_hears (alice, "message where are you");
    person_hears (bob, "message behind it");
    flow_wait (flow, MINUTE);
    g_assert_cmpuint (bob->texts->len, ==, 3);
    g_assert_cmpstr (bob->texts->pdata[1], ==, "on the way");
    g_assert_cmpuint (alice->texts->len, ==, 1);
    person_never_heard (alice, "offline*");
    person_never_heard (alice, "unsent*");
    g_assert_cmpuint (flow_count (flow, "auth.signIn"), ==, 2);
}

/* MT-B25 MT-E11 MT-F5: and there it is at the next start, too, though the settings say where
 * the first home was */
static void
test_home_moved_before (void)
{
    g_autoptr (Flow) flow = flow_with_chat (17);
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);

    flow_control (flow, "home Alice 4");
    person_says (alice, "on the way");
    person_hears (bob, "message on the way");
    for (int i = 0; i < 3; i++) {
        g_autofree char *text = g_strdup_printf ("day %d", i);
        person_stop (alice);
        flow_wait (flow, MINUTE);
        person_start (alice);
        person_hears (alice, "online");
        person_says (alice, text);
        g_autofree char *heard = g_strdup_printf ("message day %d", i);
        person_hears (bob, heard);
    }
    person_never_heard (alice, "offline*");
    g_assert_cmpuint (flow_count (flow, "auth.signIn"), ==, 2);
}

/* MT-B25: servers that tell nothing but lies about themselves keep nobody out for good */
static void
test_lies (void)
{
    g_autoptr (Flow) flow = flow_with_chat (18);
    Person *alice = flow_person (flow, 0);

    flow_control (flow, "home Alice 4");
    person_says (alice, "on the way");
    person_hears (flow_person (flow, 1), "message on the way");
    flow_control (flow, "addresses lies");
    flow_wait (flow, 26 * 60 * MINUTE);
    for (int i = 0; i < 2; i++) {
        person_stop (alice);
        person_start (alice);
        person_hears (alice, "online");
        flow_wait (flow, 26 * 60 * MINUTE);
    }
    person_never_heard (alice, "offline*");
}

/* MT-F40: two accounts of one number, in two environments and at once: each has its own key and
 * login, and when one stops, starts again or is away the other one goes on */
static void
test_two_environments (void)
{
    g_autoptr (Flow) flow = flow_with_chat (19);
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);
    Person *other = flow_second_device (flow, alice);

    other->test_dc = TRUE;
    flow_log_in (other);
    for (int i = 0; i < 20; i++) {
        g_autofree char *text = g_strdup_printf ("number %d", i);
        g_autofree char *heard = g_strdup_printf ("message number %d", i);
        person_says (alice, text);
        if (i % 5 == 1)
            person_stop (other);
        if (i % 5 == 3)
            person_start (other);
        person_hears (bob, heard);
    }
    person_hears (other, "online");
    person_stop (alice);
    flow_wait (flow, 10 * MINUTE);
    person_never_heard (other, "offline*");
    g_assert_true (other->online);
    person_start (alice);
    person_hears (alice, "online");
    person_says (alice, "at last");
    person_hears (bob, "message at last");
    g_assert_cmpuint (bob->texts->len, ==, 21);
    person_never_heard (alice, "offline*");
    g_assert_cmpuint (flow_count (flow, "auth.signIn"), ==, 3);
}

/* MT-F22 MT-F40: a folder that is opened in the other environment is told so, and left as it is:
 * nothing is asked of the servers there, and set as it was the account goes on with its login and its
 * chat; so it is the other way round, and with a folder in which nobody is logged in any more */
static void
test_the_other_environment (void)
{
    g_autoptr (Flow) flow = flow_with_chat (23);
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);
    Person *other = flow_second_device (flow, alice);
    g_autofree char *line = g_strdup_printf ("offline %d*", TALK_OFFLINE_ENVIRONMENT);

    other->test_dc = TRUE;
    flow_log_in (other);
    Person *both[] = { alice, other };
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 2; i++) {
            person_stop (both[i]);
            both[i]->test_dc = !both[i]->test_dc;
            unsigned before = flow_count (flow, "auth.bindTempAuthKey");
            person_start (both[i]);
            person_hears (both[i], line);
            flow_wait (flow, 10 * MINUTE);
            g_assert_cmpuint (flow_count (flow, "auth.bindTempAuthKey"), ==, before);
            person_stop (both[i]);
            both[i]->test_dc = !both[i]->test_dc;
        }
        for (int i = 0; i < 2; i++) {
            person_start (both[i]);
            person_hears (both[i], "online");
        }
        person_says (alice, "as it was");
        person_hears (bob, "message as it was");
    }
    g_assert_cmpuint (flow_count (flow, "auth.signIn"), ==, 3);
    tg_client_log_out (alice->client);
    person_hears (alice, "offline*");
    person_stop (alice);
    alice->test_dc = TRUE;
    person_start (alice);
    person_hears (alice, line);
    g_assert_cmpuint (flow_count (flow, "auth.sendCode"), ==, 3);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/flow/places/pictures", test_pictures);
    g_test_add_func ("/flow/places/another-day", test_another_day);
    g_test_add_func ("/flow/places/the-account-lives", test_the_account_lives);
    g_test_add_func ("/flow/places/lives-elsewhere", test_lives_elsewhere);
    g_test_add_func ("/flow/places/sign-in-moves", test_sign_in_moves);
    g_test_add_func ("/flow/places/home-moves", test_home_moves);
    g_test_add_func ("/flow/places/home-moved-before", test_home_moved_before);
    g_test_add_func ("/flow/places/lies", test_lies);
    g_test_add_func ("/flow/places/two-environments", test_two_environments);
    g_test_add_func ("/flow/places/the-other-environment", test_the_other_environment);
    return g_test_run ();
}
