/* Logins with the whole way between them and the data centre, by a person who takes their time. */
#include "flow.h"

#include <stdlib.h>
#include <string.h>

static int
calls (Flow *flow, const char *method)
{
    g_autofree char *stats = dc_control (world_dc (flow->world), "stats");
    g_autofree char *name = g_strconcat (" ", method, "=", NULL);
    const char *at = strstr (stats, name);

    return at != NULL ? atoi (at + strlen (name)) : 0;
}

static Flow *
address_wanted (uint64_t seed)
{
    Flow *flow = flow_new (seed);
    Person *alice = flow_person (flow, 0);

    flow_control (flow, "code address");
    alice->slow = TRUE;
    person_start (alice);
    person_hears (alice, "ask email");
    return flow;
}

/* MT-F20 MT-F21: no code comes before there is an address for it: the address, the code that was
 * mailed there, and the login code, which is mailed there, too, and leads in */
static void
an_address (void)
{
    g_autoptr (Flow) flow = address_wanted (300);
    Person *alice = flow_person (flow, 0);

    person_answers (alice, "alice@example.org");
    person_hears (alice, "ask email code");
    g_autofree char *first = g_strdup (person_mailed (alice));
    person_answers (alice, first);
    person_hears (alice, "ask code");
    g_assert_cmpstr (person_mailed (alice), !=, first);
    person_answers (alice, first);
    person_hears (alice, "ask code again");
    person_answers (alice, person_mailed (alice));
    person_hears (alice, "online");
    person_never_heard (alice, "offline*");
    g_assert_cmpint (calls (flow, "auth.sendCode"), ==, 1);
    g_assert_cmpint (calls (flow, "account.sendVerifyEmailCode"), ==, 1);
}

/* MT-F20: what is no address, and one that the server does not take; a wrong code; an empty answer
 * is for another address; a two-step password behind all that */
static void
an_address_with_faults (void)
{
    g_autoptr (Flow) flow = address_wanted (301);
    Person *alice = flow_person (flow, 0);

    flow_control (flow, "password Alice correct");
    person_answers (alice, "alice");
    person_hears (alice, "ask email*");
    g_assert_cmpint (calls (flow, "account.sendVerifyEmailCode"), ==, 0);
    person_answers (alice, "alice@example.invalid");
    person_hears (alice, "ask email*");
    person_answers (alice, "alcie@example.org");
    person_hears (alice, "ask email code");
    person_answers (alice, "");
    person_hears (alice, "ask email*");
    person_answers (alice, "alice@example.org");
    person_hears (alice, "ask email code");
    person_answers (alice, "0");
    person_hears (alice, "ask email code again");
    person_answers (alice, person_mailed (alice));
    person_hears (alice, "ask code");
    person_answers (alice, person_mailed (alice));
    person_hears (alice, "ask password");
    person_answers (alice, "correct");
    person_hears (alice, "online");
    g_assert_cmpint (calls (flow, "auth.sendCode"), ==, 1);
    g_assert_cmpint (calls (flow, "account.sendVerifyEmailCode"), ==, 3);
}

/* MT-F20 MT-E13 MT-E14: pauses, faults and silence at its steps pass by themselves */
static void
an_address_waits (void)
{
    static const char *const rows[] = {
        "error account.sendVerifyEmailCode 1 420 FLOOD_WAIT_300",
        "error account.sendVerifyEmailCode 1 500 INTERNAL",
        "drop account.sendVerifyEmailCode 1",
        "error account.verifyEmail 1 420 FLOOD_WAIT_300",
        "error account.verifyEmail 1 500 INTERNAL",
        "drop account.verifyEmail 1",
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (Flow) flow = address_wanted (302 + i);
        Person *alice = flow_person (flow, 0);
        g_test_message ("%s", rows[i]);
        flow_control (flow, rows[i]);
        alice->slow = FALSE;
        person_answers (alice, "alice@example.org");
        flow_wait (flow, 320000);
        person_hears (alice, "online");
        person_never_heard (alice, "offline*");
        g_assert_cmpint (calls (flow, "auth.sendCode"), ==, 1);
    }
}

/* The process ends, killed or not, at a question; the next one asks the same, and nothing of the
 * server. */
static void
begins_again (Person *alice, const char *question)
{
    int codes = calls (alice->flow, "auth.sendCode");

    person_stop (alice);
    flow_wait (alice->flow, 60000);
    person_start (alice);
    person_hears (alice, question);
    g_assert_cmpint (calls (alice->flow, "auth.sendCode"), ==, codes);
}

/* MT-F10 MT-F20: the program ends at each of the questions, and the next one goes on where the
 * server is; only the code of an address is asked for anew, with the address */
static void
an_address_over_the_end (void)
{
    g_autoptr (Flow) flow = address_wanted (310);
    Person *alice = flow_person (flow, 0);

    begins_again (alice, "ask email");
    person_answers (alice, "alice@example.org");
    person_hears (alice, "ask email code");
    begins_again (alice, "ask email");
    person_answers (alice, "alice@example.org");
    person_hears (alice, "ask email code");
    person_answers (alice, person_mailed (alice));
    person_hears (alice, "ask code");
    begins_again (alice, "ask code");
    person_answers (alice, person_mailed (alice));
    person_hears (alice, "online");
    g_assert_cmpint (calls (flow, "auth.sendCode"), ==, 1);
    g_assert_cmpint (calls (flow, "account.verifyEmail"), ==, 1);
    person_stop (alice);
    person_start (alice);
    person_hears (alice, "online");
    person_never_heard (alice, "ask*");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/flow/login/address", an_address);
    g_test_add_func ("/flow/login/address-faults", an_address_with_faults);
    g_test_add_func ("/flow/login/address-waits", an_address_waits);
    g_test_add_func ("/flow/login/address-over-the-end", an_address_over_the_end);
    return g_test_run ();
}
