/* What is kept of chats that ended, and how long. */
#include "flow.h"

#define DAY ((int64_t)86400000)

static gboolean
knows (Person *person, int32_t chat_id)
{
    TalkSecret info;

    return tg_secret_info (person->client, chat_id, &info);
}

/* Alice ends her present chat, and has another one. */
static int32_t
ends_and_begins (Flow *flow)
{
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);
    int32_t ended = alice->chat;

    g_assert_cmpint (tg_secret_close (alice->client, ended, FALSE), ==, TALK_DONE);
    person_hears (bob, "chat closed*");
    person_starts (alice, bob);
    person_hears (alice, "chat ready");
    person_hears (bob, "chat ready");
    return ended;
}

/* DECISIONS 3: after 30 days nothing is kept of a chat that ended, in a process that runs and in
 * one that did not; but what nobody has read, and one word that a key of the person was verified */
static void
ended_ones_go (void)
{
    g_autoptr (Flow) flow = flow_with_chat (80);
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);
    int32_t chats[4];
    TalkSecret info;

    chats[0] = ends_and_begins (flow);
    for (int i = 1; i < 3; i++) { /* of two verified ones one says it */
        g_assert_cmpint (tg_secret_set_verified (alice->client, alice->chat, TRUE), ==,
                         TALK_DONE);
        chats[i] = ends_and_begins (flow);
    }
    person_says (bob, "not read");
    person_hears (alice, "message not read");
    chats[3] = ends_and_begins (flow);
    for (int i = 0; i < 4; i++) {
        g_assert_true (tg_secret_info (alice->client, chats[i], &info));
        g_assert_cmpint (info.number, ==, i + 1);
        g_assert_cmpint (info.ended, >=, info.date);
    }
    int32_t last = alice->chat;
    person_stop (bob);
    person_stop (alice);
    flow_wait (flow, 29 * DAY);
    person_start (alice);
    person_hears (alice, "online");
    for (int i = 0; i < 4; i++)
        g_assert_true (knows (alice, chats[i]));
    flow_wait (flow, 2 * DAY); /* while it runs */
    g_assert_false (knows (alice, chats[0]));
    g_assert_true (knows (alice, chats[1]) != knows (alice, chats[2]));
    g_assert_true (tg_person_is_verified (alice->client, bob->id));
    g_assert_true (knows (alice, chats[3]));
    g_assert_true (knows (alice, last));
    person_stop (alice);
    person_start (alice); /* nor is it in the store */
    person_hears (alice, "online");
    g_assert_false (knows (alice, chats[0]));
    g_assert_true (tg_person_is_verified (alice->client, bob->id));
    g_assert_true (tg_secret_info (alice->client, last, &info));
    g_assert_cmpint (info.number, ==, 5);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/flow/ended/after-30-days", ended_ones_go);
    return g_test_run ();
}
