/* The row of the attack list that only a whole client can show. */
#include "flow.h"

#include <string.h>

#define FLOOD 200
#define BOUND 50 /* requests that may wait for the user */

static unsigned
count (const Person *person, const char *line)
{
    unsigned n = 0;

    for (const char *p = person->told->str; (p = strstr (p, line)) != NULL; p++)
        n++;
    return n;
}

typedef struct {
    unsigned waiting, closed;
    int32_t first;
} Requests;

static void
look_cb (const TalkSecret *info, void *user)
{
    Requests *requests = user;

    requests->waiting += info->state == TALK_STATE_REQUESTED;
    requests->closed += info->state == TALK_STATE_CLOSED;
    if (info->state == TALK_STATE_REQUESTED)
        requests->first = info->id;
}

static Requests
look (Person *person)
{
    Requests requests = { 0 };
    tg_client_each_secret (person->client, look_cb, &requests);
    return requests;
}

/* SC-M36 SC-A15: so many wait for the user and no more, also after a restart; nothing is
 * accepted unasked; one that is answered makes room for another */
static void
a_flood_of_requests (void)
{
    g_autoptr (Flow) flow = flow_new (80);
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);

    bob->accept = FALSE;
    flow_log_in (alice);
    flow_log_in (bob);
    flow_wait (flow, 2000);
    for (int i = 0; i < FLOOD; i++) {
        person_starts (alice, bob);
        flow_wait (flow, 100);
    }
    flow_wait (flow, 10000);
    g_assert_cmpuint (count (bob, "chat requested"), ==, BOUND);
    g_assert_cmpuint (look (bob).waiting, ==, BOUND);
    g_assert_cmpuint (count (alice, "chat ready"), ==, 0);
    person_stop (bob);
    person_start (bob);
    person_hears (bob, "online");
    flow_wait (flow, 5000);
    g_assert_cmpuint (look (bob).waiting, ==, BOUND);
    g_assert_cmpint (tg_secret_reject (bob->client, look (bob).first), ==, TALK_DONE);
    flow_wait (flow, 2000);
    person_starts (alice, bob);
    flow_wait (flow, 2000);
    g_assert_cmpuint (look (bob).waiting, ==, BOUND);
    g_assert_cmpuint (look (bob).closed, ==, 1);
    g_assert_cmpint (tg_secret_accept (bob->client, look (bob).first), ==, TALK_DONE);
    person_hears (alice, "chat ready"); /* the account is well */
}

/* SC-M36 SC-A16 SC-A19: two devices of one user accept: the server lets the first win,
 * the other closes without a discard, which would end the winner's chat */
static void
devices_race (void)
{
    g_autoptr (Flow) flow = flow_new (81);
    Person *alice = flow_person (flow, 0), *phone = flow_person (flow, 1), *desk;

    desk = flow_second_device (flow, phone);
    phone->accept = desk->accept = FALSE;
    flow_log_in (alice);
    flow_log_in (phone);
    flow_log_in (desk);
    flow_wait (flow, 2000);
    int32_t chat;
    g_assert_cmpint (tg_secret_start (alice->client, phone->id, &chat), ==, TALK_DONE);
    alice->chat = chat;
    person_hears (phone, "chat requested");
    person_hears (desk, "chat requested");
    g_assert_cmpint (tg_secret_accept (desk->client, chat), ==,
                     TALK_DONE); /* at once, both */
    g_assert_cmpint (tg_secret_accept (phone->client, chat), ==, TALK_DONE);
    person_hears (alice, "chat ready");
    flow_wait (flow, 5000);
    gboolean desk_won = person_info (desk).state == TALK_STATE_READY;
    Person *winner = desk_won ? desk : phone, *loser = desk_won ? phone : desk;
    g_assert_cmpint (person_info (winner).state, ==, TALK_STATE_READY);
    g_assert_cmpint (person_info (loser).state, ==, TALK_STATE_CLOSED);
    g_assert_cmpint (person_info (loser).closed, ==, TALK_CLOSED_ELSEWHERE);
    person_says (alice, "to the winner");
    person_hears (winner, "message to the winner");
    person_never_heard (loser, "message*");
    g_autofree char *stats = dc_control (world_dc (flow->world), "stats");
    g_assert_null (strstr (stats, "discardEncryption"));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/section-m/SC-M36/flood", a_flood_of_requests);
    g_test_add_func ("/section-m/SC-M36/race", devices_race);
    return g_test_run ();
}
