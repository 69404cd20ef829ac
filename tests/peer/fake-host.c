/* The virtual world: one list of due things, one clock. */
#include "fake-host.h"

#include "world-key.h"

#include <string.h>
#include <time.h>

typedef enum { DUE_TIMER, DUE_JOB, DUE_TO_DC, DUE_FROM_DC, DUE_OPEN, DUE_CLOSE } DueKind;

typedef struct {
    DueKind kind;
    int64_t at; /* mono */
    uint64_t order;
    FakeHost *host;
    HostConn *conn;
    unsigned timer;
    HostTimerFunc timer_func;
    HostWorkFunc work, done;
    void *data;
    GByteArray *bytes;
} Due;

struct HostConn {
    FakeHost *host;
    const HostConnEvents *events;
    void *user;
    uint16_t port;
    DcConn *dc;            /* NULL before it is open, and when the server closed it */
    gboolean closed;       /* by the client, or told to it */
    int64_t in_at, out_at; /* order of bytes is kept */
};

struct FakeHost {
    World *world;
    Host host;
    int64_t wall_shift;
    GPtrArray *conns;
    unsigned connects;
    FakeTally tally;
    int die_after;
    void (*died) (void *user);
    void *died_user;
    unsigned points, die_at;
    gboolean dead; /* at such a point; `died` is still to be called */
};

struct World {
    HostTime now;
    Dc *dc;
    WorldWeather weather;
    const WorldPath *path;
    GPtrArray *due;   /* Due, unsorted */
    GPtrArray *hosts; /* borrowed */
    uint64_t order;
    unsigned timers;
    GPtrArray *graves; /* HostConn that are over */
    gboolean counts_cpu, tallies;
    double began; /* CPU ms at the beginning of the input, where it is counted */
};

static void
due_free (Due *due)
{
    if (due->bytes != NULL)
        g_byte_array_unref (due->bytes);
    g_free (due);
}

uint32_t
world_random (World *world, uint32_t below)
{
    world->weather.seed =
        world->weather.seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(world->weather.seed >> 33) % below;
}

static int64_t
wall_cb (void *user)
{
    return ((World *)user)->now.wall;
}

static gboolean
random_cb (void *user, uint8_t *out, size_t len)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)world_random (user, 256);
    return TRUE;
}

static void
log_cb (void *user, const char *line)
{
    g_debug ("[dc] %s", line);
}

World *
world_new (uint64_t seed)
{
    World *world = g_new0 (World, 1);

    world->now = (HostTime){ .wall = 1750000000000, .mono = 5000 };
    world->weather = (WorldWeather){ .seed = seed, .latency_min = 5, .latency_max = 40 };
    world->due = g_ptr_array_new_with_free_func ((GDestroyNotify)due_free);
    world->hosts = g_ptr_array_new ();
    world->graves = g_ptr_array_new_with_free_func (g_free);
    DcConfig config = { .dc = 2,
                        .wall_ms = wall_cb,
                        .random = random_cb,
                        .log = log_cb,
                        .user = world,
                        .key_pem = world_key };
    world->dc = dc_new (&config);
    dc_set_port (world->dc, WORLD_PORT_HOME);
    dc_add_site (world->dc, 2, FALSE, WORLD_PORT_HOME);
    dc_add_site (world->dc, 2, TRUE, WORLD_PORT_FILES);
    dc_add_site (world->dc, 4, FALSE, WORLD_PORT_OTHER);
    return world;
}

void
world_free (World *world)
{
    while (world->hosts->len > 0)
        fake_host_free (g_ptr_array_index (world->hosts, 0));
    g_ptr_array_unref (world->due);
    g_ptr_array_unref (world->hosts);
    g_ptr_array_unref (world->graves);
    g_assert_cmpstr (dc_fault (world->dc), ==, NULL); /* MT-B31 */
    dc_free (world->dc);
    g_free (world);
}

Dc *
world_dc (World *world)
{
    return world->dc;
}

WorldWeather *
world_weather (World *world)
{
    return &world->weather;
}

static double
cpu_ms (void)
{
    struct timespec t;
    clock_gettime (CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* 0 where nobody wants to know: asking is a call of the system. */
static double
cpu_begins (const World *world)
{
    return world->counts_cpu || world->tallies ? cpu_ms () : 0;
}

void
world_count_cpu (World *world)
{
    world->counts_cpu = TRUE;
    world->began = cpu_ms ();
}

/* What the running input has taken is a part of the time from now on. */
static void
settle_clock (World *world)
{
    world->now = world_now (world);
    world->began = world->counts_cpu ? cpu_ms () : 0;
}

HostTime
world_now (World *world)
{
    int64_t took = world->counts_cpu ? (int64_t)(cpu_ms () - world->began) : 0;

    return (HostTime){ .mono = world->now.mono + took, .wall = world->now.wall + took };
}

static Due *
add_due (World *world, DueKind kind, int64_t delay, FakeHost *host)
{
    Due *due = g_new0 (Due, 1);

    due->kind = kind;
    due->at = world->now.mono + delay;
    due->order = world->order++;
    due->host = host;
    g_ptr_array_add (world->due, due);
    return due;
}

/* --- the Host --- */

static HostTime
now_cb (void *self)
{
    FakeHost *host = self;
    HostTime now = world_now (host->world);

    now.wall += host->wall_shift;
    return now;
}

static unsigned
timer_add_cb (void *self, int64_t delay, HostTimerFunc func, void *user)
{
    FakeHost *host = self;
    Due *due = add_due (host->world, DUE_TIMER, delay, host);

    due->timer = ++host->world->timers;
    due->timer_func = func;
    due->data = user;
    return due->timer;
}

static void
timer_remove_cb (void *self, unsigned id)
{
    World *world = ((FakeHost *)self)->world;

    for (unsigned i = 0; i < world->due->len; i++) {
        Due *due = g_ptr_array_index (world->due, i);
        if (due->kind == DUE_TIMER && due->timer == id) {
            g_ptr_array_remove_index_fast (world->due, i);
            return;
        }
    }
}

static int64_t
travel (World *world)
{
    int span = world->weather.latency_max - world->weather.latency_min + 1;
    return world->weather.latency_min + (int64_t)world_random (world, (uint32_t)span);
}

static HostConn *
conn_open_cb (void *self, const char *address, uint16_t port,
              const HostConnEvents *events, void *user)
{
    FakeHost *host = self;
    HostConn *conn = g_new0 (HostConn, 1);

    conn->host = host;
    conn->events = events;
    conn->port = port;
    conn->user = user;
    host->connects++;
    g_ptr_array_add (host->conns, conn);
    add_due (host->world, host->world->weather.dead ? DUE_CLOSE : DUE_OPEN,
             travel (host->world), host)
        ->conn = conn;
    return conn;
}

/* Bytes on their way, in order, maybe in pieces. */
static void
travel_bytes (HostConn *conn, DueKind kind, const uint8_t *data, size_t len)
{
    World *world = conn->host->world;
    int64_t *last = kind == DUE_TO_DC ? &conn->out_at : &conn->in_at;

    while (len > 0) {
        size_t n = world->weather.chop ? 1 + world_random (world, 200) : len;
        n = MIN (n, len);
        Due *due = add_due (world, kind, travel (world), conn->host);
        due->at = MAX (due->at, *last);
        *last = due->at;
        due->conn = conn;
        due->bytes = g_byte_array_new ();
        g_byte_array_append (due->bytes, data, (unsigned)n);
        data += n;
        len -= n;
    }
}

static void
ship (HostConn *conn, DueKind kind, const uint8_t *data, size_t len)
{
    const WorldPath *path = conn->host->world->path;
    g_autoptr (GByteArray) bytes = g_byte_array_new ();

    g_byte_array_append (bytes, data, (unsigned)len);
    if (path != NULL)
        path->bytes (path->user, conn, kind == DUE_TO_DC, bytes);
    travel_bytes (conn, kind, bytes->data, bytes->len);
}

/* TRUE: the process is dead, from here on or since an earlier point. */
static gboolean
dies_here (FakeHost *host)
{
    host->dead |= ++host->points == host->die_at;
    return host->dead;
}

static void
conn_send_cb (void *self, HostConn *conn, const uint8_t *data, size_t len)
{
    if (dies_here (self))
        return;
    conn->host->tally.up += len;
    ship (conn, DUE_TO_DC, data, len);
    dies_here (self);
}

static void
hang_up (HostConn *conn)
{
    World *world = conn->host->world;

    for (unsigned i = world->due->len; i > 0; i--)
        if (((Due *)g_ptr_array_index (world->due, i - 1))->conn == conn)
            g_ptr_array_remove_index (world->due, i - 1);
    if (conn->dc != NULL)
        dc_conn_free (g_steal_pointer (&conn->dc));
}

static void
conn_close_cb (void *self, HostConn *conn)
{
    FakeHost *host = self;
    const WorldPath *path = host->world->path;

    hang_up (conn);
    if (path != NULL && path->over != NULL)
        path->over (path->user, conn);
    conn->closed = TRUE;
    g_ptr_array_remove (host->conns, conn);
    g_ptr_array_add (host->world->graves, conn);
}

static void
work_cb (void *self, gboolean ordered, HostWorkFunc work, HostWorkFunc done, void *data)
{
    FakeHost *host = self;
    Due *due = add_due (host->world, DUE_JOB, ordered ? 3 : 20, host);

    due->work = work;
    due->done = done;
    due->data = data;
}

static const HostOps host_ops = { now_cb,       timer_add_cb, timer_remove_cb,
                                  conn_open_cb, conn_send_cb, conn_close_cb,
                                  work_cb };

FakeHost *
fake_host_new (World *world)
{
    FakeHost *host = g_new0 (FakeHost, 1);

    host->world = world;
    host->host = (Host){ &host_ops, host };
    host->conns = g_ptr_array_new ();
    g_ptr_array_add (world->hosts, host);
    return host;
}

void
fake_host_free (FakeHost *host)
{
    World *world = host->world;

    while (host->conns->len > 0)
        conn_close_cb (host, g_ptr_array_index (host->conns, 0));
    /* jobs that were not run are told so, without their work: the process is gone */
    for (unsigned i = 0; i < world->due->len;) {
        Due *due = g_ptr_array_index (world->due, i);
        if (due->host != host) {
            i++;
            continue;
        }
        g_ptr_array_steal_index (world->due, i);
        if (due->kind == DUE_JOB)
            due->done (due->data);
        due_free (due);
    }
    g_ptr_array_remove (world->hosts, host);
    g_ptr_array_unref (host->conns);
    g_free (host);
}

unsigned
fake_host_connects (const FakeHost *host)
{
    return host->connects;
}

FakeTally *
fake_host_tally (FakeHost *host)
{
    host->world->tallies = TRUE;
    return &host->tally;
}

unsigned
fake_host_holds (const FakeHost *host)
{
    unsigned n = host->conns->len;

    for (unsigned i = 0; i < host->world->due->len; i++) {
        const Due *due = g_ptr_array_index (host->world->due, i);
        n += due->host == host && (due->kind == DUE_TIMER || due->kind == DUE_JOB);
    }
    return n;
}

const Host *
fake_host_get (FakeHost *host)
{
    return &host->host;
}

void
fake_host_shift_wall (FakeHost *host, int64_t ms)
{
    host->wall_shift += ms;
}

void
fake_host_die_after (FakeHost *host, int n, void (*died) (void *user), void *user)
{
    host->die_after = n;
    host->died = died;
    host->died_user = user;
}

void
fake_host_die_at (FakeHost *host, unsigned n, void (*died) (void *user), void *user)
{
    host->die_at = n;
    host->died = died;
    host->died_user = user;
}

unsigned
fake_host_points (const FakeHost *host)
{
    return host->points;
}

void
world_set_path (World *world, const WorldPath *path)
{
    world->path = path;
}

void
world_set_wall (World *world, int64_t ms)
{
    world->now.wall = ms;
}

void
world_inject (HostConn *conn, const uint8_t *data, size_t len)
{
    travel_bytes (conn, DUE_FROM_DC, data, len);
}

void
world_cut (HostConn *conn)
{
    Due *due = add_due (conn->host->world, DUE_CLOSE, 0, conn->host);

    due->conn = conn;
    due->at = MAX (due->at, conn->in_at);
}

/* --- running --- */

static void
dc_send_cb (void *user, const uint8_t *data, size_t len)
{
    HostConn *conn = user;
    ship (conn, DUE_FROM_DC, data, len);
}

static void
dc_close_cb (void *user)
{
    HostConn *conn = user;
    add_due (conn->host->world, DUE_CLOSE, 0, conn->host)->conn = conn;
}

/* A call into the client began at `start` and is over. It may have ended the host. */
static void
count (World *world, FakeHost *host, double start)
{
    double took = start > 0 ? cpu_ms () - start : 0;

    settle_clock (world);
    if (!g_ptr_array_find (world->hosts, host, NULL))
        return;
    host->tally.wakes++;
    host->tally.cpu += took;
    host->tally.longest = MAX (host->tally.longest, took);
}

/* Nobody hears of it; done() is called when the host goes. */
static void
lay_aside (World *world, const Due *due)
{
    Due *again = add_due (world, DUE_JOB, 1000000, due->host);

    again->work = due->work;
    again->done = due->done;
    again->data = due->data;
}

static void
run_job (World *world, Due *due)
{
    FakeHost *host = due->host;

    if (dies_here (host)) {
        lay_aside (world, due);
        return;
    }
    due->work (due->data);
    if (dies_here (host)) { /* what was written stays written */
        lay_aside (world, due);
        return;
    }
    if (host->die_after > 0 && --host->die_after == 0) {
        void (*died) (void *user) = host->died;
        void *user = host->died_user;
        lay_aside (world, due);
        died (user); /* frees the client, then the host */
        return;
    }
    double start = cpu_begins (world);
    world->began = start;
    due->done (due->data);
    count (world, host, start);
}

static void
run_due (World *world, Due *due)
{
    static const DcConnOps dc_ops = { dc_send_cb, dc_close_cb };
    HostConn *conn = due->conn;
    FakeHost *host = due->host;
    double start = cpu_begins (world);

    world->began = start;
    switch (due->kind) {
    case DUE_TIMER:
        due->timer_func (due->data);
        count (world, host, start);
        break;
    case DUE_JOB:
        run_job (world, due);
        break;
    case DUE_OPEN:
        conn->dc = dc_conn_new_at (world->dc, conn->port, &dc_ops, conn);
        world->began = start = cpu_begins (world); /* the server has its end first */
        conn->events->opened (conn->user);
        count (world, host, start);
        break;
    case DUE_TO_DC:
        if (conn->dc != NULL)
            dc_conn_receive (conn->dc, due->bytes->data, due->bytes->len);
        break;
    case DUE_FROM_DC:
        host->tally.down += due->bytes->len;
        conn->events->received (conn->user, due->bytes->data, due->bytes->len);
        count (world, host, start);
        break;
    case DUE_CLOSE:
        hang_up (conn);
        conn->events->closed (conn->user, "cut");
        count (world, host, start);
        break;
    }
}

static gboolean
is_traffic (const Due *due)
{
    return due->kind == DUE_TO_DC || due->kind == DUE_FROM_DC;
}

static void
bury (World *world)
{
    for (unsigned i = 0; i < world->hosts->len; i++) {
        FakeHost *host = g_ptr_array_index (world->hosts, i);
        if (!host->dead)
            continue;
        host->dead = FALSE;
        host->died (host->died_user); /* frees the client, then the host */
        return;
    }
}

gboolean
world_step (World *world)
{
    unsigned best = 0;
    int64_t tick = dc_tick (world->dc);

    if (world->due->len == 0)
        return FALSE;
    for (unsigned i = 1; i < world->due->len; i++) {
        const Due *a = g_ptr_array_index (world->due, i),
                  *b = g_ptr_array_index (world->due, best);
        if (a->at < b->at || (a->at == b->at && a->order < b->order))
            best = i;
    }
    Due *due = g_ptr_array_index (world->due, best);
    int64_t jump = due->at - world->now.mono;
    if (tick >= 0 && tick < jump) {
        world->now.mono += MAX (tick, 1);
        world->now.wall += MAX (tick, 1);
        return TRUE;
    }
    if (jump > 0) {
        world->now.mono += jump;
        world->now.wall += jump;
    }
    g_ptr_array_steal_index (world->due, best);
    if (is_traffic (due) &&
        (world->weather.dead ||
         (world->weather.cut_percent > 0 &&
          world_random (world, 100) < (uint32_t)world->weather.cut_percent)))
        due->kind = DUE_CLOSE;
    run_due (world, due);
    due_free (due);
    bury (world);
    return TRUE;
}

static int64_t
next_at (const World *world)
{
    int64_t at = HOST_NEVER;

    for (unsigned i = 0; i < world->due->len; i++)
        at = MIN (at, ((Due *)g_ptr_array_index (world->due, i))->at);
    return at;
}

/* An answer that it holds back is due. */
static gboolean
dc_acts_until (World *world, int64_t end)
{
    int64_t tick = dc_tick (world->dc);

    return tick >= 0 && world->now.mono + tick <= end;
}

void
world_run (World *world, int64_t ms)
{
    int64_t end = world->now.mono + ms;

    while (world->now.mono < end &&
           (next_at (world) <= end || dc_acts_until (world, end)) && world_step (world))
        continue;
    if (world->now.mono < end) {
        world->now.wall += end - world->now.mono;
        world->now.mono = end;
    }
}

gboolean
world_until (World *world, gboolean (*done) (void *user), void *user, int64_t ms)
{
    int64_t end = world->now.mono + ms;

    while (!done (user))
        if (world->now.mono >= end || !world_step (world))
            return done (user);
    return TRUE;
}
