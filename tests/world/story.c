/* Telling stories; see story.h. */
#include "story.h"

#include "secret-private.h"

#define EVERY_FILE 150 /* one point in so many is told on real files */

/* Who tells it: a NULL for `traits` means two of ours. */
typedef struct {
    const Story *story;
    const PeerTraits *traits;
    gboolean ours;
    unsigned gather;
    unsigned least; /* points */
} Telling;

static World *
begin (const Telling *t, WorldFlags flags)
{
    World *w = t->traits != NULL ? model_world_new (t->traits, t->ours, 1, flags)
                                 : world_new (1, flags);
    g_autofree char *who = g_steal_pointer (&w->name);

    w->name =
        g_strdup_printf ("%s%s%s, %u turns a write", t->story->name,
                         who != NULL ? ", " : "", who != NULL ? who : "", t->gather);
    w->gather = t->gather;
    return w;
}

/* ... and up to where the story begins. */
static void
make_ready (const Telling *t, World *w)
{
    if ((t->story->flags & FROM_BIRTH) == 0)
        world_ready (w);
    w->death.armed = TRUE;
}

World *
story_world (const Story *story, uint64_t seed, WorldFlags flags)
{
    World *w = world_new (seed, flags);

    w->name = g_strdup_printf ("%s, seed %u", story->name, (unsigned)seed);
    if ((story->flags & FROM_BIRTH) == 0)
        world_ready (w);
    if ((story->flags & MUTE) != 0)
        w->alice->window = w->bob->window = WINDOW_MUTE;
    w->death.armed = TRUE;
    return w;
}

/* --- every death --- */

/* A death makes no message more: nothing is asked for, announced or said twice (SC-D13,
 * SC-L8). Fewer there may be: what is sent again does not get lost. And no message is
 * shown more than once more (DECISIONS 2). */
static void
compare (const Story *story, World *calm, World *w)
{
    for (int i = 0; i < 2; i++) {
        const SecretChat *a = calm->ends[i].chat, *b = w->ends[i].chat;
        if (a != NULL && a->state == TALK_STATE_READY &&
            b->numbers.raw_out > a->numbers.raw_out + story->more)
            world_broken (w, "end %d sent %d messages, undisturbed %d", i,
                          b->numbers.raw_out, a->numbers.raw_out);
        for (unsigned k = 0; k < calm->ends[i].said->len; k++) {
            const Line *line = &g_array_index (calm->ends[i].said, Line, k);
            const Line *again = rules_text (&w->ends[i], line->text);
            if (again == NULL || line->shown == 0) /* it was lost, or not said */
                continue;
            if (again->shown > line->shown + 1)
                world_broken (w, "\"%s\" was shown %u times", line->text, again->shown);
        }
    }
}

static const char *const kinds[] = { "before", "after", "call", "answer", "mark" };
G_STATIC_ASSERT (G_N_ELEMENTS (kinds) == DEATH_KINDS);

static void
tell_with_death (const Telling *t, World *calm, Death death, gboolean file)
{
    g_autoptr (World) w = begin (t, file ? WORLD_FILES : WORLD_TOY);
    g_autofree char *who = g_steal_pointer (&w->name);

    w->name = g_strdup_printf ("%s, end %d dies at %s %u", who, death.end,
                               kinds[death.kind], death.at);
    if (g_getenv ("WORLD_DEBUG") != NULL)
        g_test_message ("%s", w->name);
    w->death = death;
    make_ready (t, w);
    t->story->tell (w);
    if (!w->death.came)
        world_broken (w, "nobody died");
    compare (t->story, calm, w);
}

static void
tell_each (const Telling *t)
{
    g_autoptr (World) calm = begin (t, WORLD_TOY);
    unsigned points = 0, by_kind[DEATH_KINDS] = { 0 };

    make_ready (t, calm);
    t->story->tell (calm);
    for (int end = 0; end < 2; end++)
        for (unsigned kind = 0; kind < DEATH_KINDS; kind++)
            for (unsigned at = 0; at < calm->death.counts[end][kind]; at++) {
                Death death = { .end = end, .kind = (DeathKind)kind, .at = at };
                tell_with_death (t, calm, death, points % EVERY_FILE == EVERY_FILE - 1);
                points++;
                by_kind[kind]++;
            }
    g_test_message ("%s: %u points (before %u, after %u, call %u, answer %u, mark %u), "
                    "%u of them on files",
                    t->story->name, points, by_kind[0], by_kind[1], by_kind[2],
                    by_kind[3], by_kind[4], points / EVERY_FILE);
    g_assert_cmpuint (points, >=, t->least);
    g_assert_true (t->gather == 1 || calm->alice->groups + calm->bob->groups > 0);
}

static void
tell_plain (gconstpointer data)
{
    const Story *story = data;

    for (uint64_t seed = 1; seed <= MAX (story->seeds, 1); seed++) {
        g_autoptr (World) w = story_world (
            story, seed, (story->flags & ON_FILES) != 0 ? WORLD_FILES : WORLD_TOY);
        story->tell (w);
    }
}

static void
tell_of_one (gconstpointer data)
{
    const Story *story = data;
    Telling t = { .story = story, .gather = 1, .least = story->points[0] };

    tell_each (&t);
}

static void
tell_of_three (gconstpointer data)
{
    const Story *story = data;
    Telling t = { .story = story, .gather = 3, .least = story->points[1] };

    tell_each (&t);
}

static void
tell_of_all (gconstpointer data)
{
    const Story *story = data;
    Telling t = { .story = story, .gather = WORLD_ALL, .least = story->points[2] };

    tell_each (&t);
}

/* --- with other clients --- */

/* Once, or with each death, as it is told without another client. */
static void
tell_with_model (const Story *story, const PeerTraits *traits, gboolean ours)
{
    static const struct {
        unsigned flag, gather;
    } ways[] = { { EVERY_DEATH, 1 },
                 { EVERY_DEATH_OF_THREE, 3 },
                 { EVERY_DEATH_OF_ALL, WORLD_ALL } };
    Telling t = { .story = story, .traits = traits, .ours = ours, .gather = 1 };
    g_autoptr (World) w = begin (&t, WORLD_TOY);

    make_ready (&t, w);
    story->tell (w);
    for (size_t i = 0; i < G_N_ELEMENTS (ways); i++) {
        t.gather = ways[i].gather;
        t.least = t.gather == 1 ? story->points[3] : 1;
        if ((story->flags & ways[i].flag) != 0)
            tell_each (&t);
    }
}

#define TELL(client, whose, ours)                                                        \
    static void tell_##client##_##whose (gconstpointer data)                             \
    {                                                                                    \
        tell_with_model (data, &peer_##client, ours);                                    \
    }

TELL (tdlib, ours, TRUE)
TELL (tdlib, theirs, FALSE)
TELL (android, ours, TRUE)
TELL (android, theirs, FALSE)
TELL (ios, ours, TRUE)
TELL (ios, theirs, FALSE)

/* --- all of them --- */

static void
add (const char *path, const char *way, const Story *story, unsigned flag,
     void (*tell) (gconstpointer))
{
    g_autofree char *full = g_strconcat (path, way, NULL);

    if ((story->flags & flag) != 0)
        g_test_add_data_func (full, story, tell);
}

static void
add_models (const char *path, const Story *story)
{
    unsigned ours = (story->flags & THEIRS) == 0 ? G_MAXUINT : 0;
    unsigned theirs = (story->flags & OURS) == 0 ? G_MAXUINT : 0;

    add (path, "/tdlib-ours", story, TDLIB & ours, tell_tdlib_ours);
    add (path, "/tdlib-theirs", story, TDLIB & theirs, tell_tdlib_theirs);
    add (path, "/android-ours", story, ANDROID & ours, tell_android_ours);
    add (path, "/android-theirs", story, ANDROID & theirs, tell_android_theirs);
    add (path, "/ios-ours", story, IOS & ours, tell_ios_ours);
    add (path, "/ios-theirs", story, IOS & theirs, tell_ios_theirs);
}

void
stories_init (int *argc, char ***argv)
{
    g_test_init (argc, argv, NULL);
    world_quiet ();
}

void
stories_add (const char *area, const Story *stories, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const Story *story = &stories[i];
        g_autofree char *path = g_strdup_printf ("/secret/%s/%s", area, story->name);
        add (path, "", story, PLAIN, tell_plain);
        add (path, "/every-death", story, EVERY_DEATH, tell_of_one);
        add (path, "/every-death-of-three", story, EVERY_DEATH_OF_THREE, tell_of_three);
        add (path, "/every-death-of-all", story, EVERY_DEATH_OF_ALL, tell_of_all);
        add_models (path, story);
    }
}
