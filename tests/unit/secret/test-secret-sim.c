/* Seeds of the simulation. SIM_SEEDS=N and SIM_FIRST=N run more of them, or one again:
 * SIM_FIRST=4711 SIM_SEEDS=1. */
#include "secret-pair.h"
#include "secret-sim.h"

#include <stdlib.h>

static uint64_t
setting (const char *name, uint64_t otherwise)
{
    const char *text = g_getenv (name);
    return text != NULL ? g_ascii_strtoull (text, NULL, 10) : otherwise;
}

/* SC-D6 SC-D7 SC-D16 SC-D20 SC-D31 SC-D32 SC-E7 SC-E9 SC-F12 SC-F15 SC-F16 SC-G7 SC-L1
 * SC-L3 SC-L4 SC-M1 SC-M2 SC-M4 SC-M5 SC-M7 SC-M33: schedules from seeds, see
 * secret-sim.h
 */
static void
test_seeds (void)
{
    uint64_t first = setting ("SIM_FIRST", 1), count = setting ("SIM_SEEDS", 300);
    SimStats stats = { 0 };

    for (uint64_t seed = first; seed < first + count; seed++)
        sim_seed (seed, 60 + (unsigned)(seed % 7) * 60, &stats);
    g_test_message (
        "seeds %" G_GUINT64_FORMAT "..%" G_GUINT64_FORMAT
        ": %u moves, %u messages, %u shown, %u deaths, %u re-keyings, %u lost, "
        "%u forged",
        first, first + count - 1, stats.steps, stats.said, stats.shown, stats.deaths,
        stats.rekeyed, stats.lost, stats.forged);
    if (count >= 100) { /* the schedule reaches what it is about */
        g_assert_cmpuint (stats.deaths, >, 50);
        g_assert_cmpuint (stats.rekeyed, >, 50);
        g_assert_cmpuint (stats.lost, >, 50);
        g_assert_cmpuint (stats.forged, >, 50);
        g_assert_cmpuint (stats.shown, >, 1000);
    }
}

/* SC-F14: seed 1187 takes back a message of the old key, while another is still missing
 */
static void
test_old_epoch (void)
{
    SimStats stats = { 0 };

    sim_seed (1187, 60 + (1187 % 7) * 60, &stats);
    g_assert_cmpuint (stats.rekeyed, >, 0);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    pair_quiet ();
    g_test_add_func ("/secret/sim/seeds", test_seeds);
    g_test_add_func ("/secret/sim/old-epoch", test_old_epoch);
    return g_test_run ();
}
