/* The same conversation in bad weather: bytes late, in pieces, connections cut, people
 * and processes that go and come, a data centre that forgets. Everything arrives, in
 * order. WEATHER_SEEDS=N and WEATHER_FIRST=N run more of them, or one again. */
#include "flow.h"

#include <stdlib.h>
#include <string.h>

#define TEXTS 25

/* Texts whose process died in the moment after: they may have been written down or not.
 */
static gboolean maybe[2][TEXTS];

static void
died (void *user)
{
    Person *person = user;
    g_debug ("%s dies", person->name);
    person_stop (person);
}

/* One thing that goes wrong; TRUE if a process died of it. */
static gboolean
trouble (Flow *flow, Person *person)
{
    static const char *const commands[] = { "disconnect Alice", "disconnect Bob",
                                            "salt Alice", "forget-session Alice" };
    WorldWeather *weather = world_weather (flow->world);

    switch (world_random (flow->world, 6)) {
    case 0:
        g_debug ("%s stops", person->name);
        person_stop (person);
        return FALSE;
    case 1:
        if (person->client != NULL)
            fake_host_die_after (person->host, 1 + (int)world_random (flow->world, 4),
                                 died, person);
        return TRUE;
    case 2:
        weather->dead = TRUE;
        flow_wait (flow, 1000 + world_random (flow->world, 20000));
        weather->dead = FALSE;
        return FALSE;
    default: {
        g_autofree char *answer =
            dc_control (world_dc (flow->world),
                        commands[world_random (flow->world, G_N_ELEMENTS (commands))]);
        return FALSE;
    }
    }
}

/* Numbers from 0 on, each once; a process that died after it had shown lines, and before
 * that was written down, shows those again in its new window. */
static void
check_texts (Person *person, const gboolean *unsure, gboolean deaths)
{
    int next = 0;
    g_autoptr (GString) all = g_string_new (NULL);

    for (unsigned i = 0; i < person->texts->len; i++)
        g_string_append_printf (all, "%s ", (char *)person->texts->pdata[i]);
    for (unsigned i = 0; i < person->texts->len; i++) {
        int n = atoi (person->texts->pdata[i]);
        if (deaths && n < next)
            continue; /* the window died, too, before this was written down */
        while (next < n && next < TEXTS && unsure[next])
            next++;
        if (n != next)
            g_error ("%s: %d instead of %d: %s", person->name, n, next, all->str);
        next++;
    }
    while (next < TEXTS && unsure[next])
        next++;
    if (next != TEXTS)
        g_error ("%s: %d texts of %d: %s", person->name, next, TEXTS, all->str);
}

static void
one_seed (uint64_t seed)
{
    g_autoptr (Flow) flow = flow_with_chat (seed);
    WorldWeather *weather = world_weather (flow->world);
    gboolean deaths = FALSE;
    int said[2] = { 0, 0 };

    memset (maybe, 0, sizeof maybe);

    weather->latency_min = 5;
    weather->latency_max = 800;
    weather->chop = TRUE;
    weather->cut_percent = (int)(seed % 4);
    while (said[0] < TEXTS || said[1] < TEXTS) {
        unsigned who = world_random (flow->world, 2);
        Person *person = flow_person (flow, who);
        if (person->client == NULL)
            person_start (person);
        TalkSecret info;
        /* right after a start the chat is still being loaded */
        if (said[who] < TEXTS && tg_secret_info (person->client, person->chat, &info) &&
            info.state == TALK_STATE_READY) {
            g_autofree char *text = g_strdup_printf ("%d", said[who]);
            g_autofree int64_t *ids = NULL;
            size_t n;
            if (tg_secret_send (person->client, person->chat, text, &ids, &n) ==
                TALK_DONE) {
                g_debug ("%s says %d", person->name, said[who]);
                flow_wait (flow, 50); /* written down */
                maybe[who][said[who]++] = person->client == NULL;
            }
        }
        flow_wait (flow, world_random (flow->world, 4000));
        if (world_random (flow->world, 5) == 0)
            deaths |= trouble (flow, flow_person (flow, world_random (flow->world, 2)));
    }
    weather->latency_max = 10;
    weather->cut_percent = 0;
    for (unsigned i = 0; i < 2; i++) {
        Person *person = flow_person (flow, i);
        if (person->client != NULL)
            fake_host_die_after (person->host, 0, NULL, NULL);
        else
            person_start (person);
    }
    flow_wait (flow, 300000);
    for (unsigned i = 0; i < 2; i++) {
        g_assert_cmpint (person_info (flow_person (flow, i)).state, ==, TALK_STATE_READY);
        check_texts (flow_person (flow, i), maybe[1 - i], deaths);
    }
}

/* MT-D46 MT-E25 SC-D31 SC-D32 SC-J3 SC-L1 SC-L3 */
static void
test_weather (void)
{
    const char *first = g_getenv ("WEATHER_FIRST"), *count = g_getenv ("WEATHER_SEEDS");
    int from = first != NULL ? atoi (first) : 100;
    int to = from + (count != NULL ? atoi (count) : 10);

    for (int seed = from; seed < to; seed++) {
        g_test_message ("seed %d", seed);
        one_seed ((uint64_t)seed);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/flow/weather/seeds", test_weather);
    return g_test_run ();
}
