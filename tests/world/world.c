/* The clock and the moves of world.h. */
#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS_MAX 100000

gboolean
world_random (void *seed, uint8_t *out, size_t len)
{
    uint64_t *next = seed;

    for (size_t i = 0; i < len; i++) {
        *next = *next * 6364136223846793005u + 1442695040888963407u;
        out[i] = (uint8_t)(*next >> 56);
    }
    return TRUE;
}

World *
world_new_below (const char *folder, uint64_t seed, WorldFlags flags)
{
    World *w = g_new0 (World, 1);

    w->first_seed = w->seed = seed;
    w->random = (CryptoRandom){ world_random, &w->seed };
    w->flags = flags;
    w->now = (HostTime){ .wall = 1700000000000, .mono = 1000000 };
    w->date = (int32_t)(w->now.wall / 1000);
    w->gather = 1;
    uint8_t key[MEDIA_KEY_LEN];
    memset (key, 'B', sizeof key);
    w->file = (MediaPlace){ 2, 77, 78, 16, media_key_fingerprint (key, key) };
    w->death.end = -1;
    server_chat_init (&w->server);
    w->alice = &w->ends[0];
    w->bob = &w->ends[1];
    for (int i = 0; i < 2; i++)
        end_init (&w->ends[i], w, i, folder);
    return w;
}

World *
world_new (uint64_t seed, WorldFlags flags)
{
    return world_new_below ((flags & WORLD_FILES) != 0 ? g_get_tmp_dir () : NULL, seed,
                            flags);
}

void
world_free (World *w)
{
    for (int i = 0; i < 2; i++)
        end_clear (&w->ends[i]);
    server_chat_clear (&w->server);
    g_free (w->name);
    g_free (w);
}

void
world_ready (World *w)
{
    end_asks (w->alice);
    world_run (w);
    for (int i = 0; i < 2; i++) {
        End *end = &w->ends[i];
        if (end->model == NULL &&
            (end->chat == NULL || end_info (end).state != TALK_STATE_READY))
            world_broken (w, "end %d is not ready", i);
        g_free (end_events (end));
    }
}

World *
world_ready_at (uint64_t seed)
{
    World *w = world_new (seed, WORLD_TOY);

    world_ready (w);
    return w;
}

static gboolean
move (World *w)
{
    gboolean moved = FALSE;

    for (int i = 0; i < 2; i++) {
        moved |= server_answers (&w->ends[i]);
        moved |= server_brings (&w->ends[i]);
    }
    for (int i = 0; i < 2 && !moved; i++)
        moved = end_writes (&w->ends[i]) || end_pauses (&w->ends[i]);
    return moved;
}

gboolean
world_step (World *w)
{
    for (int i = 0; i < 2; i++)
        if (server_answers (&w->ends[i]) || server_brings (&w->ends[i]))
            return TRUE;
    for (int i = 0; i < 2; i++)
        if (end_writes (&w->ends[i]) || end_pauses (&w->ends[i]))
            return TRUE;
    return FALSE;
}

void
world_run (World *w)
{
    for (int i = 0; i < 2; i++)
        end_turn (&w->ends[i]);
    for (int rounds = 0; move (w); rounds++)
        if (rounds > ROUNDS_MAX)
            world_broken (w, "it does not come to rest");
}

void
world_pass (World *w, int64_t ms)
{
    w->now.wall += ms;
    w->now.mono += ms;
    w->date = MAX (w->date, (int32_t)(w->now.wall / 1000));
    if (w->them != NULL)
        w->them->model->now = w->now.wall;
}

void
world_advance (World *w, int64_t ms)
{
    world_pass (w, ms);
    for (int i = 0; i < 2; i++) {
        End *end = &w->ends[i];
        if (end->model != NULL)
            peer_tick (end->model);
        if (end->model != NULL || end->chat == NULL)
            continue;
        end_turn (end);
        secret_chat_tick (end->chat, w->now);
        end_turn (end);
        end_passes (end);
    }
    world_run (w);
}

void
world_broken (World *w, const char *format, ...)
{
    va_list args;

    va_start (args, format);
    g_autofree char *what = g_strdup_vprintf (format, args);
    va_end (args);
    fprintf (stderr, "%s: %s\n", w->name != NULL ? w->name : "a world", what);
    abort ();
}

static void
quiet_cb (const char *domain, GLogLevelFlags level, const char *message, gpointer user)
{
    if (strstr (message, WORLD_MARK) != NULL)
        g_error ("a text is in the log: %s", message);
}

void
world_quiet (void)
{
    static gboolean done;

    if (!done && g_getenv ("G_MESSAGES_DEBUG") == NULL)
        g_log_set_handler ("mtp-secret", G_LOG_LEVEL_DEBUG, quiet_cb, NULL);
    done = TRUE;
}
