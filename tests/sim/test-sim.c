/* Seeds of the connection's simulation (sim.h): test-sim-... [COUNT [FIRST]]. SIM_SEEDS=N and SIM_FIRST=N
 * run more of them, or one again: SIM_FIRST=4711 SIM_SEEDS=1. The same program exists with the real group
 * and with a toy one (meson.build), in which a seed tells another story. */
#include "sim.h"

#include <stdlib.h>

#define MANY 40  /* seeds that reach everything together */
#define BITS 6   /* seeds in which bits are turned */
#define STEPS 60 /* in most runs; one of eight has more */

static uint64_t usual_first = 1, usual_count = MANY;

static uint64_t
setting (const char *name, uint64_t otherwise)
{
    const char *text = g_getenv (name);
    return text != NULL ? g_ascii_strtoull (text, NULL, 10) : otherwise;
}

static void
run_seed (uint64_t seed, SimStats *stats)
{
    static const SimKind kinds[] = { SIM_WILD, SIM_WILD, SIM_DEATHS, SIM_CALM };

    sim_run (seed, kinds[seed % G_N_ELEMENTS (kinds)], seed % 8 == 1 ? 10 * STEPS : STEPS,
             stats);
}

static void
report (uint64_t first, uint64_t count, const SimStats *stats)
{
    g_test_message ("seeds %" G_GUINT64_FORMAT "..%" G_GUINT64_FORMAT
                    ": %u texts, %u questions, %u letters, %u blocks; %u calls, "
                    "%u differences, %u connections, %u attacked, %u ends",
                    first, first + count - 1, stats->texts, stats->questions,
                    stats->letters, stats->blocks, stats->calls, stats->differences,
                    stats->connects, stats->attacks, stats->deaths);
}

/* MT-D46 MT-E25 MT-G3 MT-G4 MT-G7 MT-G9 MT-G11 MT-G14 MT-G30: each call is completed exactly
 * once, each update is applied exactly once and in order, whatever the network or the
 * server does; nothing is left of a client that ended */
static void
test_seeds (void)
{
    /* valgrind is there for errors of memory (FLOW_SOME) */
    uint64_t usual = g_getenv ("FLOW_SOME") != NULL ? 4 : usual_count;
    uint64_t first = setting ("SIM_FIRST", usual_first),
             count = setting ("SIM_SEEDS", usual);
    SimStats stats = { 0 };

    for (uint64_t seed = first; seed < first + count; seed++)
        run_seed (seed, &stats);
    report (first, count, &stats);
    if (count >= MANY) { /* the schedule reaches what it is about */
        g_assert_cmpuint (stats.attacks, >, count);
        g_assert_cmpuint (stats.differences, >, count * 3);
        g_assert_cmpuint (stats.deaths, >, count / 8);
        g_assert_cmpuint (stats.texts, >, count * 20);
    }
}

/* Where a seed once failed: an update without a number that the server let lie for as long as
 * the connection stood; a host that has to switch an account on again; an update that nothing
 * followed; a death in the middle of an orderly end; an account
 * that went offline before the chat began. */
static void
test_failed_once (void)
{
    static const uint64_t seeds[] = { 9, 14, 1133, 1740, 1842, 2105, 10678, 18360 };
    SimStats stats = { 0 };

    for (size_t i = 0; i < G_N_ELEMENTS (seeds); i++)
        run_seed (seeds[i], &stats);
}

/* MT-D46: the same where bits are turned on the way, either way: what is not the other's is refused, and
 * all comes out as it must */
static void
test_turned_bits (void)
{
    SimStats stats = { 0 };

    for (uint64_t seed = 1; seed <= BITS; seed++)
        sim_run (seed, SIM_BITS, STEPS, &stats);
    report (1, BITS, &stats);
    g_assert_cmpuint (stats.attacks, >, 2 * BITS);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    if (argc > 1)
        usual_count = g_ascii_strtoull (argv[1], NULL, 10);
    if (argc > 2)
        usual_first = g_ascii_strtoull (argv[2], NULL, 10);
    g_test_add_func ("/sim/seeds", test_seeds);
    if (g_getenv ("SIM_FIRST") == NULL && g_getenv ("FLOW_SOME") == NULL &&
        usual_first == 1) {
        g_test_add_func ("/sim/failed-once", test_failed_once);
        g_test_add_func ("/sim/turned-bits", test_turned_bits);
    }
    return g_test_run ();
}
