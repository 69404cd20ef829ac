/* The only window on the world: clocks, timers, connections, workers.
 *
 * The glue (plugin/purple) fills it from libpurple, the tests replace it whole. Machines
 * below plugin/client never see a Host: they are given a HostTime and bytes.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

/* Both clocks, in milliseconds, read once at the start of a turn. `wall` is Unix time and
 * may jump; `mono` only grows while the process lives, and goes on while the machine
 * sleeps where the system can count that; else it stops. */
typedef struct {
    int64_t wall;
    int64_t mono;
} HostTime;

/* "Never" for deadlines, in `mono` milliseconds. */
#define HOST_NEVER G_MAXINT64

typedef struct HostConn HostConn; /* one TCP connection, owned by who asked for it */

typedef void (*HostTimerFunc) (void *user);
typedef void (*HostWorkFunc) (void *data); /* runs on a worker: touches `data` only */

/* What a connection tells its owner; never called from inside a HostOps function, never
 * after conn_close(). `data` is borrowed. `closed` comes at most once and last; `reason`
 * is a short English text for the log, or NULL for an orderly end. */
typedef struct {
    void (*opened) (void *user);
    void (*received) (void *user, const uint8_t *data, size_t len);
    void (*closed) (void *user, const char *reason);
} HostConnEvents;

typedef struct {
    HostTime (*now) (void *self);
    /* One-shot timer after `delay` ms (0 = next turn of the loop), by either clock: it may
     * run early where the wall clock was set forward. Never 0 as id. */
    unsigned (*timer_add) (void *self, int64_t delay, HostTimerFunc func, void *user);
    void (*timer_remove) (void *self, unsigned id);
    /* Starts to connect (honouring the account's proxy); NULL if it cannot even start. */
    HostConn *(*conn_open) (void *self, const char *address, uint16_t port,
                            const HostConnEvents *events, void *user);
    /* Copies `data`; what the socket does not take waits inside. When more waits than the
     * host keeps, nothing more is taken, and `closed` follows. */
    void (*conn_send) (void *self, HostConn *conn, const uint8_t *data, size_t len);
    void (*conn_close) (void *self, HostConn *conn);
    /* Runs `work (data)` on a worker, then `done (data)` on the main loop. Jobs with
     * `ordered` run one after the other in the order given (the store's commits); others
     * may run beside them. `data` belongs to `done`, which is called exactly once, also
     * for what still runs or waits when the host goes: that waits for it. */
    void (*work) (void *self, gboolean ordered, HostWorkFunc work, HostWorkFunc done,
                  void *data);
} HostOps;

/* Borrowed by whoever holds it; the maker frees it after all users are gone. */
typedef struct {
    const HostOps *ops;
    void *self;
} Host;

static inline HostTime
host_now (const Host *host)
{
    return host->ops->now (host->self);
}
