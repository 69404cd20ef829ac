/* A secret chat from login to its end, told once through every layer. */
#include "flow.h"

/* SC-A23, SC-K1, MT-F8 */
static void
two_people_log_in_and_have_a_chat (void)
{
    g_autoptr (Flow) flow = flow_with_chat (1);
    TalkSecret a = person_info (flow_person (flow, 0)),
               b = person_info (flow_person (flow, 1));

    g_assert_cmpmem (a.key_hash, 36, b.key_hash, 36);
    person_says (flow_person (flow, 0), "hello");
    person_hears (flow_person (flow, 1), "message hello");
    person_hears (flow_person (flow, 0), "sent");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/flow/story/two_people_log_in_and_have_a_chat",
                     two_people_log_in_and_have_a_chat);
    return g_test_run ();
}
