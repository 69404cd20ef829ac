/* A server that does its worst, and goes on: the chat goes on, too, nothing is lost, and the
 * process stays small (DECISIONS 32). */
#include "flow.h"

#include <string.h>

#define MEMORY ((size_t)256 << 20) /* bytes, of everything in this process */

static size_t
resident (const char *which)
{
    g_autofree char *text = NULL;

    g_assert_true (g_file_get_contents ("/proc/self/status", &text, NULL, NULL));
    const char *line = strstr (text, which);
    g_assert_nonnull (line);
    return (size_t)g_ascii_strtoull (line + strlen (which), NULL, 10) << 10;
}

/* Both ways, after whatever was done to Alice. */
static void
the_chat_goes_on (Flow *flow)
{
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);

    person_says (bob, "still there?");
    person_hears (alice, "message still there?");
    person_says (alice, "yes");
    person_hears (bob, "message yes");
}

/* DECISIONS 32 MT-A22 MT-G33: one update that unpacks to 64 MB, eight in a container, and
 * again on the next day: what was missed comes by the difference */
static void
packed_updates (void)
{
    g_autoptr (Flow) flow = flow_with_chat (51);
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);

    for (int n = 1; n <= 8; n += 7) {
        g_autofree char *line = g_strdup_printf ("hostile Alice updates %d", n);
        flow_control (flow, line);
        person_says (bob, "under it");
        person_hears (alice, "message under it");
        flow_wait (flow, 5000);
#ifndef __SANITIZE_ADDRESS__
        /* at its highest; 64 MB are the data centre's own, while it packs */
        g_assert_cmpuint (resident ("VmHWM:"), <, MEMORY);
#endif
    }
    the_chat_goes_on (flow);
}

/* DECISIONS 32 MT-G13: a difference that leads nowhere, for an hour: few questions, one word
 * to the user, and then it is as if nothing had been */
static void
endless_difference (void)
{
    g_autoptr (Flow) flow = flow_with_chat (52);
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);

    person_stop (alice);
    g_string_truncate (alice->told, 0);
    flow_control (flow, "difference endless");
    person_says (bob, "missed");
    person_start (alice);
    flow_wait (flow, 3600 * 1000);
    person_never_heard (alice, "online");
    g_autofree char *stats = dc_control (world_dc (flow->world), "stats");
    const char *asked = strstr (stats, "updates.getDifference=");
    g_assert_nonnull (asked);
    g_assert_cmpuint (g_ascii_strtoull (strchr (asked, '=') + 1, NULL, 10), <, 200);
    person_hears (alice, "catching up 0");
    person_never_heard (alice, "catching up 0");
    flow_control (flow, "reset");
    person_hears (alice, "message missed");
    person_hears (alice, "in step 0");
    person_hears (alice, "online");
    the_chat_goes_on (flow);
}

/* DECISIONS 32: a difference that is too large whatever is asked for: it is given up, in a
 * minute or two, the user is told, and the secret message it hid comes from the peer */
static void
difference_is_too_large (gconstpointer kind)
{
    g_autoptr (Flow) flow = flow_with_chat (53);
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);
    g_autofree char *line = g_strdup_printf ("difference %s", (const char *)kind);

    person_stop (alice);
    g_string_truncate (alice->told, 0);
    flow_control (flow, line);
    person_says (bob, "hidden");
    flow_wait (flow, 2000);
    person_start (alice);
    person_hears (alice, "skipped *");
    person_hears (alice, "online");
    flow_control (flow, "reset");
    person_says (bob, "seen");
    person_hears (alice, "message hidden");
    person_hears (alice, "message seen");
    the_chat_goes_on (flow);
}

/* SC-M36 DECISIONS 32: three thousand strangers */
static void
many_requests (void)
{
    g_autoptr (Flow) flow = flow_with_chat (54);
    Person *alice = flow_person (flow, 0);
    int32_t chat = alice->chat;
    unsigned told = 0;

    alice->accept = FALSE;
    flow_control (flow, "hostile Alice requests 3000");
    flow_wait (flow, 60000);
    for (const char *p = alice->told->str; (p = strstr (p, "chat requested")) != NULL;
         p++)
        told++;
    g_assert_cmpuint (told, >=, 50);
    g_assert_cmpuint (told, <=, 110); /* fifty stand, each taken back after another */
    alice->chat = chat;
    the_chat_goes_on (flow);
}

/* DECISIONS 32: all of that in one process, the server's own bombs included */
static void
memory_stays (void)
{
    g_test_message ("at most %zu MB", resident ("VmHWM:") >> 20);
#ifndef __SANITIZE_ADDRESS__ /* which keeps what was freed */
    g_assert_cmpuint (resident ("VmHWM:"), <, MEMORY);
#endif
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/flow/hostile/packed-updates", packed_updates);
    g_test_add_func ("/flow/hostile/endless-difference", endless_difference);
    g_test_add_data_func ("/flow/hostile/large-difference", "large",
                          difference_is_too_large);
    g_test_add_data_func ("/flow/hostile/large-frame", "frame", difference_is_too_large);
    g_test_add_func ("/flow/hostile/many-requests", many_requests);
    g_test_add_func ("/flow/hostile/memory", memory_stays);
    return g_test_run ();
}
