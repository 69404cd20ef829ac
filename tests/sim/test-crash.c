/* A login and what comes behind it, told once for each point at which the process may die:
 * before and after each write and each send of the key exchange, the login, the address book,
 * of updates and differences (DECISIONS 21). The host starts it again at once. It always comes
 * back to a state that works; where it was online before, without a question. */
#include "flow.h"

#include <stdlib.h>
#include <string.h>

#define MINUTE 60000
#define LETTERS 6
#define EVERY 8 /* one story of so many asks for a password, which takes long */

typedef struct {
    Flow *flow;
    Person *alice;
    int64_t from[LETTERS];
    unsigned point;
    unsigned questions, late; /* of the login; after it was online */
    int written, told;        /* letters */
    int unsure; /* of those that were on their way at the death, the newest */
    gboolean deaths, was_online;
    /* of the login: asked for a code before it died, for a password; codes sent until then */
    gboolean asked_code, asked_password;
    unsigned codes;
} Story;

static void begin (Story *story);

static unsigned
codes_sent (const Story *story)
{
    g_autofree char *stats = dc_control (world_dc (story->flow->world), "stats");
    const char *at = strstr (stats, " auth.sendCode=");

    return at != NULL ? (unsigned)atoi (at + strlen (" auth.sendCode=")) : 0;
}

static void
hear_question (Story *story, TalkAskKind kind)
{
    story->questions++;
    story->late += story->was_online;
    if (story->deaths)
        return;
    story->asked_password |= kind == TALK_ASK_PASSWORD;
    story->asked_code |= kind != TALK_ASK_PASSWORD;
}

static void
hear_letter (Story *story, int64_t from)
{
    int n;

    for (n = 0; n < story->written && story->from[n] != from; n++)
        continue;
    if (n >= story->written || n < story->told || (n > story->told && n > story->unsure))
        g_error ("point %u: letter %d when %d was the next, %d may be lost", story->point,
                 n, story->told, story->unsure);
    story->told = n + 1;
}

static void
hook (Person *person, const TalkEvent *event)
{
    Story *story = person->hook_user;

    switch (event->kind) {
    case TALK_EVENT_ASK:
        hear_question (story, event->u.ask.kind);
        break;
    case TALK_EVENT_STEP:
        story->was_online |= event->u.step == TALK_STEP_ONLINE;
        break;
    case TALK_EVENT_CLOUD:
        hear_letter (story, event->peer.id);
        break;
    case TALK_EVENT_OFFLINE:
        g_error ("point %u: offline, %d", story->point, event->u.offline.why);
    default:
        break;
    }
}

static void
died_cb (void *user)
{
    Story *story = user;

    story->deaths = TRUE;
    story->unsure = story->written;
    story->codes = codes_sent (story);
    person_stop (story->alice);
    begin (story);
}

static void
begin (Story *story)
{
    story->alice->hook = hook;
    story->alice->hook_user = story;
    person_start (story->alice);
    if (!story->deaths)
        fake_host_die_at (story->alice->host, story->point, died_cb, story);
}

static gboolean
is_online (void *user)
{
    const Story *story = user;
    return story->alice->online;
}

static gboolean
is_told (void *user)
{
    const Story *story = user;
    return story->told >= story->written || story->unsure >= story->written;
}

static void
await (Story *story, gboolean (*done) (void *user), const char *what)
{
    if (!world_until (story->flow->world, done, story, 20 * MINUTE))
        g_error ("point %u: %s never came", story->point, what);
}

static void
write_letter (Story *story)
{
    g_autofree char *line = g_strdup_printf (
        "%s L%d Alice hello", story->written % 2 ? "message" : "message-whole",
        story->written);

    story->written++;
    flow_control (story->flow, line);
}

/* Pushed, missed behind a gap, and while there was no connection, in slices. */
static void
live (Story *story)
{
    await (story, is_online, "the login");
    flow_wait (story->flow, 3000); /* the address book */
    write_letter (story);
    flow_control (story->flow, "blocks Alice Bob yes");
    flow_wait (story->flow, 100);
    flow_control (story->flow, "mood missed 100");
    write_letter (story);
    flow_control (story->flow, "mood missed 0");
    write_letter (story);
    flow_wait (story->flow, 3000);
    flow_control (story->flow, "slice 1");
    flow_control (story->flow, "forget-session Alice");
    write_letter (story);
    write_letter (story);
    flow_wait (story->flow, 20000);
    await (story, is_online, "the way back");
    flow_wait (story->flow, 3000);
    write_letter (story);
    await (story, is_told, "a letter");
    flow_wait (story->flow, 5000);
}

/* Once more on what is stored: nothing is asked, nothing is told again. */
static void
come_back (Story *story, unsigned questions)
{
    int told = story->told;

    person_stop (story->alice);
    story->unsure = -1;
    story->deaths = TRUE;
    begin (story);
    await (story, is_online, "another start");
    flow_wait (story->flow, 5000);
    g_assert_cmpint (story->told, ==, told);
    g_assert_cmpuint (story->late, ==, 0);
    g_assert_cmpuint (story->questions, <=, 2 * questions); /* each twice */
}

/* Who was asked for a code before the death is asked for that one behind it, and gets no second
 * one; what leads in behind a password is a login of its own. */
static void
assert_codes (const Story *story)
{
    if (story->deaths && story->asked_code && !story->asked_password &&
        story->codes != codes_sent (story))
        g_error ("point %u: another code was sent", story->point);
    g_assert_cmpuint (codes_sent (story), <=, 2);
}

/* The number of points that it passed, if it did not die. */
static unsigned
tell (unsigned point)
{
    Story story = { .flow = flow_new (7), .point = point, .unsure = -1 };
    unsigned points = 0;

    for (int i = 0; i < LETTERS; i++) {
        g_autofree char *phone = g_strdup_printf ("999000020%d", i);
        g_autofree char *name = g_strdup_printf ("L%d", i);
        story.from[i] = dc_add_user (world_dc (story.flow->world), phone, name, "Test");
    }
    story.alice = flow_person (story.flow, 0);
    story.alice->stays = TRUE;
    if (point % EVERY == 1) {
        flow_control (story.flow, "password Alice correct");
        story.alice->password = g_strdup ("correct");
    }
    begin (&story);
    live (&story);
    if (!story.deaths)
        points = fake_host_points (story.alice->host);
    assert_codes (&story);
    come_back (&story, 2);
    flow_free (story.flow);
    return points;
}

/* The same of a login for which an address has to be set up first. */
static unsigned
tell_address (unsigned point)
{
    Story story = { .flow = flow_new (8), .point = point, .unsure = -1 };
    unsigned points = 0;

    story.alice = flow_person (story.flow, 0);
    story.alice->stays = TRUE;
    flow_control (story.flow, "code address");
    begin (&story);
    await (&story, is_online, "the login");
    flow_wait (story.flow, 3000);
    if (!story.deaths)
        points = fake_host_points (story.alice->host);
    assert_codes (&story);
    come_back (&story, 3);
    flow_free (story.flow);
    return points;
}

/* DECISIONS 21 MT-F8 MT-F10 MT-G1 MT-G14 MT-G30: each point of a login and of its updates */
static void
every_point (void)
{
    unsigned points = tell (0), step = g_getenv ("FLOW_SOME") != NULL ? 40 : 1;

    g_assert_cmpuint (points, >, 60);
    for (unsigned point = 1; point <= points; point += step)
        tell (point);
    g_test_message ("%u points", points);
}

/* DECISIONS 21 MT-F10 MT-F20: each point of a login that begins with an address */
static void
every_point_of_an_address (void)
{
    unsigned points = tell_address (0), step = g_getenv ("FLOW_SOME") != NULL ? 10 : 1;

    g_assert_cmpuint (points, >, 30);
    for (unsigned point = 1; point <= points; point += step)
        tell_address (point);
    g_test_message ("%u points", points);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/crash/every_point", every_point);
    g_test_add_func ("/crash/every_point_of_an_address", every_point_of_an_address);
    return g_test_run ();
}
