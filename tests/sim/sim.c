/* One run: what is drawn, and what must be true at its end. */
#include "sim.h"

#include "path.h"

#include <stdlib.h>
#include <string.h>

#define STRANGERS 40
#define LAST (STRANGERS - 2) /* the last two are kept for the end */
#define MODES 64
#define AGAIN_AFTER 8000 /* ms until a host switches an account on again */
#define MINUTE 60000
#define HOUR ((int64_t)60 * MINUTE)
#define PATIENCE (2 * HOUR) /* virtual: the longest pauses are 15 min */

typedef struct {
    unsigned called;
    gboolean over; /* the process that asked is gone: nobody has to answer */
} Question;

/* One person's part of the story. */
typedef struct {
    Person *person;
    unsigned lives;
    /* own texts: numbers from 0 on */
    GPtrArray *said; /* char: 's'aid, 'o'wn line, 'u'nsure since a death */
    GHashTable *ids; /* of own lines, int64_t -> told as sent */
    unsigned sent;
    GPtrArray *questions;        /* Question */
    int letter[STRANGERS];       /* place in the order of letters; 0 = none */
    gboolean noticed[STRANGERS]; /* it was told */
    gboolean unsure[STRANGERS];  /* it may have gone with a process */
    gboolean blocked[STRANGERS]; /* as the server has it */
    int letters, last;
} Part;

typedef struct {
    uint64_t seed;
    SimKind kind;
    Flow *flow;
    Part parts[2];
    int64_t strangers[STRANGERS];
    SimStats *stats;
    PathMode modes[MODES];
    Path *path;
} Sim;

static void G_GNUC_PRINTF (2, 3) G_GNUC_NORETURN wrong (Sim *sim, const char *format, ...)
{
    va_list args;

    va_start (args, format);
    g_autofree char *text = g_strdup_vprintf (format, args);
    va_end (args);
    g_error ("seed %" G_GUINT64_FORMAT ", kind %d: %s", (guint64)sim->seed, sim->kind,
             text);
}

static unsigned
draw (Sim *sim, unsigned below)
{
    return world_random (sim->flow->world, below);
}

/* --- what is told --- */

static void
heard_letter (Sim *sim, Part *part, int64_t from)
{
    for (int i = 0; i < STRANGERS; i++) {
        if (sim->strangers[i] != from)
            continue;
        if (part->letter[i] == 0 || part->noticed[i])
            wrong (sim, "%s: a letter of %d that is none, or twice", part->person->name,
                   i);
        if (part->letter[i] <= part->last)
            wrong (sim, "%s: letter %d behind %d", part->person->name, part->letter[i],
                   part->last);
        part->last = part->letter[i];
        part->noticed[i] = TRUE;
    }
}

static void
about_cb (const TalkPerson *peer, const char *about, void *user)
{
    Question *question = user;

    question->called++;
}

/* --- lives --- */

static void hook (Person *person, const TalkEvent *event);

static void
begin (Sim *sim, Part *part)
{
    part->person->hook = hook;
    part->person->hook_user = sim;
    part->person->stays = TRUE;
    part->lives++;
    person_start (part->person);
}

/* What was on its way to the window may have gone with it. */
static void
mourn (Part *part)
{
    for (unsigned i = 0; i < part->questions->len; i++)
        ((Question *)g_ptr_array_index (part->questions, i))->over = TRUE;
    for (int i = 0; i < STRANGERS; i++)
        part->unsure[i] |= part->letter[i] != 0 && !part->noticed[i];
    for (unsigned i = 0; i < part->said->len; i++)
        if (part->said->pdata[i] == GINT_TO_POINTER ('s'))
            part->said->pdata[i] = GINT_TO_POINTER ('u');
}

static void
died_cb (void *user)
{
    Part *part = user;

    mourn (part);
    person_stop (part->person);
}

/* An orderly end; nothing that the client held may be left. */
static void
end (Sim *sim, Part *part)
{
    Person *person = part->person;

    if (person->client == NULL)
        return;
    mourn (part);
    g_clear_pointer (&person->client, tg_client_free);
    world_run (sim->flow->world, 1000); /* jobs that ran are through */
    if (person->host == NULL)
        return; /* it died while it ended */
    unsigned left = fake_host_holds (person->host);
    if (left > 0)
        wrong (sim, "%s: %u timers, connections or jobs are left", person->name, left);
    person_stop (person);
}

/* The host switches it on again. */
static void
again_cb (void *user)
{
    Part *part = user;
    Sim *sim = part->person->hook_user;

    if (part->person->client == NULL || !part->person->offline)
        return;
    mourn (part);
    person_stop (part->person);
    begin (sim, part);
}

static void
hook (Person *person, const TalkEvent *event)
{
    Sim *sim = person->hook_user;
    Part *part = &sim->parts[person == sim->parts[1].person];
    const Host *keeper = fake_host_get (sim->flow->keeper);

    switch (event->kind) {
    case TALK_EVENT_CLOUD:
        heard_letter (sim, part, event->peer.id);
        break;
    case TALK_EVENT_OWN: {
        int n = atoi (event->u.own.text);
        if (n < 0 || n >= (int)part->said->len ||
            part->said->pdata[n] == GINT_TO_POINTER ('o'))
            wrong (sim, "%s: an own line %d that is none, or twice", person->name, n);
        part->said->pdata[n] = GINT_TO_POINTER ('o');
        g_hash_table_add (part->ids,
                          g_memdup2 (&event->u.own.id, sizeof event->u.own.id));
        break;
    }
    case TALK_EVENT_SENT:
        part->sent++;
        if (part->lives == 1 && part->sent > g_hash_table_size (part->ids))
            wrong (sim, "%s: told twice that it was sent", person->name);
        break;
    case TALK_EVENT_FAILED:
    case TALK_EVENT_LOST:
        wrong (sim, "%s: a text was not sent", person->name);
    case TALK_EVENT_OFFLINE:
        if (event->u.offline.fatal)
            wrong (sim, "%s: the login is over: %d", person->name, event->u.offline.why);
        keeper->ops->timer_add (keeper->self, AGAIN_AFTER, again_cb, part);
        break;
    default:
        break;
    }
}

/* --- what happens --- */

static gboolean
is_ready (Part *part)
{
    TalkSecret info;

    return part->person->client != NULL && part->person->chat != 0 &&
           tg_secret_info (part->person->client, part->person->chat, &info) &&
           info.state == TALK_STATE_READY;
}

static void
say (Sim *sim, Part *part)
{
    g_autofree int64_t *ids = NULL;
    size_t n;

    if (!is_ready (part))
        return;
    g_autofree char *text = g_strdup_printf ("%u", part->said->len);
    g_ptr_array_add (part->said, GINT_TO_POINTER ('s'));
    if (tg_secret_send (part->person->client, part->person->chat, text, &ids, &n) !=
        TALK_DONE)
        g_ptr_array_set_size (part->said, (int)part->said->len - 1);
    else
        sim->stats->texts++;
}

/* Odd strangers are asked about, even ones are blocked: an answer of the one would say what
 * the other does. */
static void
ask (Sim *sim, Part *part)
{
    unsigned who = draw (sim, LAST / 2) * 2 + 1;

    if (part->person->client == NULL)
        return;
    Question *question = g_new0 (Question, 1);
    g_ptr_array_add (part->questions, question);
    tg_client_ask_about (part->person->client, sim->strangers[who], about_cb, question);
    sim->stats->questions++;
}

static void control (Sim *sim, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
control (Sim *sim, const char *format, ...)
{
    va_list args;

    va_start (args, format);
    g_autofree char *line = g_strdup_vprintf (format, args);
    va_end (args);
    g_debug ("%s", line);
    flow_control (sim->flow, line);
}

/* From somebody who has not written yet: one notice a person is what is told. */
static void
write_letter (Sim *sim, Part *part, unsigned who)
{

    if (part->letter[who] != 0 || part->lives == 0)
        return;
    part->letter[who] = ++part->letters;
    control (sim, "%s S%u %s hello", draw (sim, 2) ? "message" : "message-whole", who,
             part->person->name);
    sim->stats->letters++;
}

static void
block (Sim *sim, Part *part, unsigned who)
{
    part->blocked[who] = !part->blocked[who];
    control (sim, "blocks %s S%u %s", part->person->name, who,
             part->blocked[who] ? "yes" : "no");
    sim->stats->blocks++;
}

static void
trouble (Sim *sim, Part *part)
{
    static const char *const commands[] = { "disconnect", "salt", "forget-session" };
    WorldWeather *weather = world_weather (sim->flow->world);

    if (draw (sim, 4) > 0) {
        control (sim, "%s %s", commands[draw (sim, G_N_ELEMENTS (commands))],
                 part->person->name);
        return;
    }
    weather->dead = TRUE;
    flow_wait (sim->flow, 500 + draw (sim, 20000));
    weather->dead = FALSE;
}

static void
fate (Sim *sim, Part *part)
{
    if (part->person->client == NULL)
        begin (sim, part);
    else if (draw (sim, 2))
        end (sim, part);
    else
        fake_host_die_after (part->person->host, 1 + (int)draw (sim, 6), died_cb, part);
    sim->stats->deaths++;
}

/* The server's and the network's moods, for a while. */
static void
change_weather (Sim *sim)
{
    static const char *const moods[] = { "late",   "twice", "lost",  "packed",
                                         "missed", "again", "fault", "flood" };
    static const int latest[] = { 40, 300, 2500 };
    WorldWeather *weather = world_weather (sim->flow->world);

    for (size_t i = 0; i < G_N_ELEMENTS (moods); i++)
        control (sim, "mood %s %u", moods[i],
                 draw (sim, 3) == 0 ? draw (sim, g_str_equal (moods[i], "lost") ? 4 : 40)
                                    : 0);
    control (sim, "slice %u", draw (sim, 3) == 0 ? 1 + draw (sim, 5) : 0);
    weather->latency_max = latest[draw (sim, G_N_ELEMENTS (latest))];
    weather->chop = draw (sim, 2) == 0;
    weather->cut_percent = draw (sim, 3) == 0 ? 1 : 0;
}

static void
step (Sim *sim)
{
    static const int64_t waits[] = { 0, 20, 400, 5000 };
    Part *part = &sim->parts[draw (sim, 2)];
    unsigned what = draw (sim, 100);

    if (what < 40)
        say (sim, part);
    else if (what < 60)
        ask (sim, part);
    else if (what < 78)
        write_letter (sim, part, draw (sim, LAST));
    else if (what < 90)
        block (sim, part, draw (sim, LAST / 2) * 2);
    else if (sim->kind == SIM_CALM)
        ask (sim, part);
    else if (what < 94)
        trouble (sim, part);
    else if (what < 97)
        change_weather (sim);
    else if (sim->kind == SIM_DEATHS)
        fate (sim, part);
    flow_wait (sim->flow, waits[draw (sim, G_N_ELEMENTS (waits))] +
                              draw (sim, draw (sim, 40) == 0 ? MINUTE : 50));
}

/* --- the end --- */

/* The first thing that is still awaited, or NULL. */
static char *
awaited (Sim *sim, Part *part)
{
    const Part *other = &sim->parts[part == &sim->parts[0]];

    for (unsigned i = 0; i < part->questions->len; i++) {
        const Question *question = g_ptr_array_index (part->questions, i);
        if (question->called == 0 && !question->over)
            return g_strdup_printf ("question %u has no answer", i);
    }
    for (int i = 0; i < STRANGERS; i++) {
        if (part->letter[i] != 0 && !part->noticed[i] && !part->unsure[i])
            return g_strdup_printf ("letter %d did not come", part->letter[i]);
    }
    for (unsigned i = 0; i < part->said->len; i++)
        if (part->said->pdata[i] == GINT_TO_POINTER ('s'))
            return g_strdup_printf ("text %u has no line", i);
    if (part->lives == 1 && part->sent < part->said->len)
        return g_strdup_printf ("%u texts of %u are sent", part->sent, part->said->len);
    if (other->said->len > 0 && part->person->texts->len == 0)
        return g_strdup ("no text came");
    /* the last own one of the other that is sure */
    for (unsigned i = other->said->len; i > 0; i--) {
        if (other->said->pdata[i - 1] != GINT_TO_POINTER ('o'))
            continue;
        const char *newest =
            g_ptr_array_index (part->person->texts, part->person->texts->len - 1);
        if (atoi (newest) < (int)i - 1)
            return g_strdup_printf ("text %u did not come, but %s", i - 1, newest);
        break;
    }
    return NULL;
}

static void
seen_cb (const TalkPerson *peer, void *user)
{
    *(TalkBlocked *)user = peer->blocked;
}

static char *
blocked_wrong (Sim *sim, Part *part)
{
    for (int i = 0; i < STRANGERS; i += 2) {
        TalkBlocked seen = TALK_BLOCKED_UNKNOWN;
        if (!tg_client_peer (part->person->client, sim->strangers[i], seen_cb, &seen))
            return g_strdup_printf ("S%d is not known", i);
        /* a new process knows nothing until it hears of it */
        if (seen == TALK_BLOCKED_UNKNOWN && (part->lives > 1 || !part->blocked[i]))
            continue;
        if ((seen == TALK_BLOCKED) != part->blocked[i])
            return g_strdup_printf ("S%d is %sblocked", i,
                                    part->blocked[i] ? "not " : "");
    }
    return NULL;
}

static gboolean
is_over (void *user)
{
    Sim *sim = user;

    for (int i = 0; i < 2; i++) {
        g_autofree char *what = awaited (sim, &sim->parts[i]);
        g_autofree char *blocked =
            what == NULL ? blocked_wrong (sim, &sim->parts[i]) : NULL;
        if (what != NULL || blocked != NULL)
            return FALSE;
    }
    return TRUE;
}

/* Each text once and in order; after a death the newest may stand in a new window once more,
 * and what had no line yet may never have been. */
static void
check_texts (Sim *sim, Part *part)
{
    const Part *other = &sim->parts[part == &sim->parts[0]];
    int next = 0;

    for (unsigned i = 0; i < part->person->texts->len; i++) {
        int n = atoi (g_ptr_array_index (part->person->texts, i));
        if (part->lives > 1 && n < next)
            continue;
        while (next < n && other->said->pdata[next] == GINT_TO_POINTER ('u'))
            next++;
        if (n != next)
            wrong (sim, "%s: text %d instead of %d", part->person->name, n, next);
        next++;
    }
}

static void
check (Sim *sim, Part *part)
{
    for (unsigned i = 0; i < part->questions->len; i++) {
        const Question *question = g_ptr_array_index (part->questions, i);
        if (question->called > 1 || (question->called == 0 && !question->over))
            wrong (sim, "%s: question %u was answered %u times", part->person->name, i,
                   question->called);
    }
    check_texts (sim, part);
    if (person_info (part->person).state != TALK_STATE_READY)
        wrong (sim, "%s: the chat is not ready", part->person->name);
}

/* --- a run --- */

static void
nobody_cb (const TalkPerson *peer, void *user)
{
}

static gboolean
knows (Part *part, int64_t id)
{
    return tg_client_peer (part->person->client, id, nobody_cb, NULL);
}

/* ... and has the address book. */
static gboolean
is_online (void *user)
{
    Sim *sim = user;
    for (int i = 0; i < 2; i++)
        if (sim->parts[i].person->offline) /* it was, and is switched on again */
            return FALSE;
    return sim->parts[0].person->online && sim->parts[1].person->online &&
           knows (&sim->parts[0], sim->parts[1].person->id) &&
           knows (&sim->parts[1], sim->parts[0].person->id);
}

static gboolean
has_chat (void *user)
{
    Sim *sim = user;
    return is_ready (&sim->parts[0]) && is_ready (&sim->parts[1]);
}

static void
await (Sim *sim, gboolean (*done) (void *user), const char *what)
{
    if (!world_until (sim->flow->world, done, sim, PATIENCE)) {
        g_autofree char *one = awaited (sim, &sim->parts[0]);
        g_autofree char *two = awaited (sim, &sim->parts[1]);
        g_autofree char *three =
            is_online (sim) ? blocked_wrong (sim, &sim->parts[0]) : NULL;
        g_autofree char *four =
            is_online (sim) ? blocked_wrong (sim, &sim->parts[1]) : NULL;
        wrong (sim, "%s never came: Alice %s, %s; Bob %s, %s", what, one, three, two,
               four);
    }
}

static void
set_up (Sim *sim)
{
    Dc *dc;

    sim->flow = flow_new (sim->seed);
    dc = world_dc (sim->flow->world);
    for (int i = 0; i < STRANGERS; i++) {
        g_autofree char *phone = g_strdup_printf ("99900001%02d", i);
        g_autofree char *name = g_strdup_printf ("S%d", i);
        sim->strangers[i] = dc_add_user (dc, phone, name, "Stranger");
    }
    for (unsigned i = 0; i < 2; i++) {
        sim->parts[i].person = flow_person (sim->flow, i);
        sim->parts[i].said = g_ptr_array_new ();
        sim->parts[i].ids =
            g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
        sim->parts[i].questions = g_ptr_array_new_with_free_func (g_free);
    }
    if (sim->kind == SIM_CALM)
        return;
    for (unsigned i = 0; i < MODES; i++)
        sim->modes[i] =
            draw (sim, 6) == 0 ? (PathMode)(1 + draw (sim, PATH_MODES - 1)) : PATH_PASS;
    for (unsigned i = 0; i < MODES && sim->kind == SIM_BITS; i += 2)
        sim->modes[i] = PATH_FLIP;
    static const int32_t codes[] = { -404, -429, -444, -500 };
    sim->path =
        path_new (sim->flow, sim->modes, MODES, codes[draw (sim, G_N_ELEMENTS (codes))]);
    path_spread (sim->path, 60);
    change_weather (sim);
}

static void
clear_up (Sim *sim)
{
    WorldWeather *weather = world_weather (sim->flow->world);

    control (sim, "reset");
    weather->cut_percent = 0;
    weather->latency_max = 40;
    if (sim->path != NULL)
        path_go_away (sim->path);
    for (int i = 0; i < 2; i++) {
        if (sim->parts[i].person->client == NULL)
            begin (sim, &sim->parts[i]);
        else
            fake_host_die_after (sim->parts[i].person->host, 0, NULL, NULL);
    }
}

/* In clear weather one of each kind: what was kept back before it is noticed by its number. */
static void
say_last (Sim *sim)
{
    for (int i = 0; i < 2; i++) {
        Part *part = &sim->parts[i];
        say (sim, part);
        write_letter (sim, part, LAST + 1);
        block (sim, part, LAST);
    }
}

static void
count (Sim *sim)
{
    g_autofree char *stats = dc_control (world_dc (sim->flow->world), "stats");
    g_auto (GStrv) words = g_strsplit (stats, " ", -1);

    for (char **word = words + 1; *words != NULL && *word != NULL; word++) {
        const char *number = strchr (*word, '=');
        sim->stats->calls += (unsigned)atoi (number + 1);
        if (g_str_has_prefix (*word, "updates.getDifference="))
            sim->stats->differences += (unsigned)atoi (number + 1);
    }
    sim->stats->runs++;
    sim->stats->attacks += sim->path != NULL ? path_attacks (sim->path) : 0;
    for (int i = 0; i < 2; i++)
        sim->stats->connects += person_connects (sim->parts[i].person);
}

static void
tear_down (Sim *sim)
{
    g_clear_pointer (&sim->path, path_free);
    flow_free (sim->flow);
    for (int i = 0; i < 2; i++) {
        g_ptr_array_unref (sim->parts[i].said);
        g_hash_table_unref (sim->parts[i].ids);
        g_ptr_array_unref (sim->parts[i].questions);
    }
}

void
sim_run (uint64_t seed, SimKind kind, unsigned steps, SimStats *stats)
{
    Sim sim = { .seed = seed, .kind = kind, .stats = stats };

    set_up (&sim);
    for (int i = 0; i < 2; i++)
        begin (&sim, &sim.parts[i]);
    await (&sim, is_online, "the login");
    person_starts (sim.parts[0].person, sim.parts[1].person);
    await (&sim, has_chat, "the chat");
    for (unsigned i = 0; i < steps; i++)
        step (&sim);
    clear_up (&sim);
    await (&sim, has_chat, "clear weather");
    flow_wait (sim.flow, 16 * MINUTE); /* whoever waits does so no longer */
    say_last (&sim);
    await (&sim, is_over, "the end");
    flow_wait (sim.flow, 20 * MINUTE); /* nothing comes a second time */
    for (int i = 0; i < 2; i++)
        check (&sim, &sim.parts[i]);
    count (&sim);
    for (int i = 0; i < 2; i++)
        end (&sim, &sim.parts[i]);
    tear_down (&sim);
}
