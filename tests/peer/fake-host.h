/* A world in one process: a virtual clock, a data centre, and a Host for every client.
 *
 * Nothing sleeps: when nothing is due, the clock jumps. Connections keep their bytes'
 * order but take a seeded time, may be chopped anywhere and cut; jobs run when their turn
 * comes. */
#pragma once

#include "dc.h"
#include "host.h"

/* Three data centres listen: home, its addresses for files, another one. */
#define WORLD_PORT_HOME 1
#define WORLD_PORT_FILES 2
#define WORLD_PORT_OTHER 4

typedef struct World World;
typedef struct FakeHost FakeHost;

typedef struct {
    uint64_t seed;
    int latency_min, latency_max; /* ms a chunk takes */
    gboolean chop;                /* bytes arrive in odd pieces */
    int cut_percent;              /* chance that a chunk's connection dies instead */
    gboolean dead;                /* no connection is made or lives */
} WorldWeather;

/* Somebody on the path, without any key: sees a connection's bytes before they travel,
 * may change or swallow them (length 0), and says things of their own. */
typedef struct {
    void (*bytes) (void *user, HostConn *conn, gboolean to_dc, GByteArray *bytes);
    void (*over) (void *user, HostConn *conn); /* before the connection is forgotten */
    void *user;
} WorldPath;

World *world_new (uint64_t seed);
void world_free (World *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)
Dc *world_dc (World *world);
WorldWeather *world_weather (World *world);
HostTime world_now (World *world);
uint32_t world_random (World *world, uint32_t below);

void world_set_path (World *world, const WorldPath *path); /* borrowed; NULL: nobody */
/* From now on the clock goes on within an input, by the CPU time that it takes: for what stops when
 * it has taken long enough. */
void world_count_cpu (World *world);
void world_inject (HostConn *conn, const uint8_t *data, size_t len); /* to the client */
void world_cut (HostConn *conn);
void world_set_wall (World *world, int64_t ms);

FakeHost *fake_host_new (World *world);
/* As if the process died: connections vanish, jobs that wait never run, timers go. */
void fake_host_free (FakeHost *host);
const Host *fake_host_get (FakeHost *host);
unsigned fake_host_connects (const FakeHost *host); /* connections asked for so far */
/* Timers, connections and jobs that are still there. */
unsigned fake_host_holds (const FakeHost *host);
/* What a client cost: how often it was woken, bytes each way, CPU ms of the calls into it, the
 * longest of them; CPU time is looked at once this was asked for in its world. To be read, and set to zero at
 * will. */
typedef struct {
    unsigned wakes;
    uint64_t up, down;
    double cpu, longest;
} FakeTally;
FakeTally *fake_host_tally (FakeHost *host);
/* Moves only this host's wall clock (SC-G8). */
void fake_host_shift_wall (FakeHost *host, int64_t ms);
/* The n-th next job's work runs, and then the process is dead: `died` is called. */
void fake_host_die_after (FakeHost *host, int n, void (*died) (void *user), void *user);

/* Points at which the process may die: before and after the work of each job, before and
 * after the bytes of each send (DECISIONS 21). At the n-th from the start it does: nothing
 * leaves any more, and `died` is called when the input is through. 0: at none. */
void fake_host_die_at (FakeHost *host, unsigned n, void (*died) (void *user), void *user);
unsigned fake_host_points (const FakeHost *host); /* passed so far */

/* One thing that is due, else FALSE. */
gboolean world_step (World *world);
/* Runs for `ms` of virtual time. */
void world_run (World *world, int64_t ms);
/* Runs until `done` says so; FALSE after `ms`. */
gboolean world_until (World *world, gboolean (*done) (void *user), void *user,
                      int64_t ms);
