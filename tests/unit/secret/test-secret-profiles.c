/* Seeds of the simulation against the profiles of other clients. SIM_SEEDS=N and
 * SIM_FIRST=N run more of them, or one again: SIM_FIRST=4711 SIM_SEEDS=1 with
 * -p /secret/profiles/seeds/android-theirs. */
#include "draw.h"

#include <stdlib.h>

#define SEEDS 60 /* a profile and role */

typedef struct {
    const char *name;
    const PeerTraits *traits;
    gboolean ours;
} Case;

static uint64_t
setting (const char *name, uint64_t otherwise)
{
    const char *text = g_getenv (name);
    return text != NULL ? g_ascii_strtoull (text, NULL, 10) : otherwise;
}

/* SC-C5 SC-C6 SC-C12 SC-D1 SC-D4 SC-D6 SC-D11 SC-D12 SC-D18 SC-D25 SC-D32 SC-F3 SC-F12
 * SC-F14 SC-F15 SC-F17: see draw.h */
static void
test_seeds (gconstpointer data)
{
    const Case *c = data;
    uint64_t first = setting ("SIM_FIRST", 1), count = setting ("SIM_SEEDS", SEEDS);
    /* turns that gather before a write */
    static const unsigned gathers[] = { 1, 1, 3, WORLD_ALL };
    DrawStats stats = { 0 };

    for (uint64_t seed = first; seed < first + count; seed++)
        draw_model (c->traits, c->ours, seed, 60 + (unsigned)(seed % 7) * 60,
                    gathers[seed % 4], &stats);
    g_test_message ("%s, seeds %" G_GUINT64_FORMAT "..%" G_GUINT64_FORMAT
                    ": %u moves, %u messages, %u shown, %u deaths, %u restarts, "
                    "%u re-keyings, %u collisions, %u lost, %u forged",
                    c->name, first, first + count - 1, stats.steps, stats.said,
                    stats.shown, stats.deaths, stats.restarts, stats.rekeyed,
                    stats.collisions, stats.lost, stats.forged);
    if (count >= SEEDS) { /* the schedule reaches what it is about */
        g_assert_cmpuint (stats.deaths, >, 20);
        g_assert_cmpuint (stats.restarts, >, 20);
        g_assert_cmpuint (stats.rekeyed, >, 20);
        g_assert_cmpuint (stats.collisions, >, 5);
        g_assert_cmpuint (stats.lost, >, 50);
        g_assert_cmpuint (stats.forged, >, 50);
        g_assert_cmpuint (stats.shown, >, 500);
    }
}

int
main (int argc, char **argv)
{
    static const Case cases[] = {
        { "tdlib-ours", &peer_tdlib, TRUE },
        { "tdlib-theirs", &peer_tdlib, FALSE },
        { "android-ours", &peer_android, TRUE },
        { "android-theirs", &peer_android, FALSE },
        { "ios-ours", &peer_ios, TRUE },
        { "ios-theirs", &peer_ios, FALSE },
    };

    g_test_init (&argc, &argv, NULL);
    world_quiet ();
    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree char *path =
            g_strdup_printf ("/secret/profiles/seeds/%s", cases[i].name);
        g_test_add_data_func (path, &cases[i], test_seeds);
    }
    return g_test_run ();
}
