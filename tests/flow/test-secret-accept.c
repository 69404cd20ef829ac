/* The acceptance of a chat on a bad day: its answer is lost, the session forgotten. */
#include "flow.h"

/* SC-A19 SC-A17 MT-E8: the call is repeated, the server has it already, and it was ours
 */
static void
a_lost_acceptance_is_still_ours (void)
{
    for (int forgets = 0; forgets < 2; forgets++) {
        g_autoptr (Flow) flow = flow_new (60);
        Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);

        flow_log_in (alice);
        flow_log_in (bob);
        flow_wait (flow, 2000);
        flow_control (flow, "drop messages.acceptEncryption 1");
        g_assert_cmpint (tg_secret_start (alice->client, bob->id, &alice->chat), ==,
                         TALK_DONE);
        person_hears (alice, "chat ready"); /* the server has the acceptance */
        if (forgets)
            flow_control (flow, "forget-session Bob");
        flow_wait (flow, 240000); /* the session asks about it, then repeats it */
        person_hears (bob, "chat ready");
        person_says (alice, "hello");
        person_hears (bob, "message hello");
        person_says (bob, "hello yourself");
        person_hears (alice, "message hello yourself");
        person_never_heard (bob, "chat closed*");
    }
}

/* SC-A19: another device was first: closed here, and the server is told nothing */
static void
an_acceptance_elsewhere_is_not_discarded (void)
{
    g_autoptr (Flow) flow = flow_new (61);
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);
    g_autoptr (GError) error = NULL;

    flow_log_in (alice);
    flow_log_in (bob);
    flow_wait (flow, 2000);
    flow_control (flow,
                  "error messages.acceptEncryption 1 400 ENCRYPTION_ALREADY_ACCEPTED");
    person_starts (alice, bob);
    person_hears (bob, "chat closed 4");
    flow_wait (flow, 10000);
    g_assert_cmpint (alice->state, ==, TALK_STATE_WAITING); /* not discarded */
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/flow/accept/lost", a_lost_acceptance_is_still_ours);
    g_test_add_func ("/flow/accept/elsewhere", an_acceptance_elsewhere_is_not_discarded);
    return g_test_run ();
}
