/* The window on the world, through libpurple. */
#include "tgp-host.h"

#include "tg-client.h"
#include "tgp-clock.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_SIZE 65536
#define OUT_MAX                                                                          \
    ((size_t)64 << 20) /* bytes that wait for a socket; then it counts as dead */

struct TgpHost {
    Host host;
    PurpleConnection *gc;
    GThreadPool *ordered, *others;
    GAsyncQueue *finished; /* Job */
    int pipe[2];
    unsigned pipe_watch;
    int running;
    char *error;        /* why the last connection did not come about, for people */
    GHashTable *timers; /* Timer, owned */
    GPtrArray *conns;   /* HostConn, owned */
};

typedef struct {
    TgpHost *host;
    HostWorkFunc work, done;
    void *data;
} Job;

typedef struct {
    TgpHost *host;
    unsigned id;
    HostTimerFunc func;
    void *user;
} Timer;

struct HostConn {
    TgpHost *host;
    const HostConnEvents *events;
    void *user;
    PurpleProxyConnectData *connecting;
    int fd;
    unsigned read_watch, write_watch, soon;
    GByteArray *out;
};

static HostTime
now_cb (void *self)
{
    return (HostTime){ .wall = tgp_clock_wall (), .mono = tgp_clock_mono () };
}

/* --- timers --- */

static void
timer_cb (void *data)
{
    Timer *timer = data;
    HostTimerFunc func = timer->func;
    void *user = timer->user;

    g_hash_table_remove (timer->host->timers, GUINT_TO_POINTER (timer->id));
    func (user);
}

static unsigned
timer_add_cb (void *self, int64_t delay, HostTimerFunc func, void *user)
{
    TgpHost *host = self;
    Timer *timer = g_new0 (Timer, 1);

    timer->host = host;
    timer->func = func;
    timer->user = user;
    timer->id = tgp_clock_add (delay, timer_cb, timer);
    g_hash_table_insert (host->timers, GUINT_TO_POINTER (timer->id), timer);
    return timer->id;
}

static void
timer_remove_cb (void *self, unsigned id)
{
    TgpHost *host = self;

    if (g_hash_table_remove (host->timers, GUINT_TO_POINTER (id)))
        tgp_clock_remove (id);
}

/* --- connections --- */

static void
conn_free (HostConn *conn)
{
    if (conn->connecting != NULL)
        purple_proxy_connect_cancel (conn->connecting);
    if (conn->read_watch != 0)
        purple_input_remove (conn->read_watch);
    if (conn->write_watch != 0)
        purple_input_remove (conn->write_watch);
    if (conn->soon != 0)
        purple_timeout_remove (conn->soon);
    if (conn->fd >= 0)
        close (conn->fd);
    g_byte_array_unref (conn->out);
    g_free (conn);
}

/* Tells the owner, who closes it. */
static void
conn_lost (HostConn *conn, const char *reason)
{
    conn->events->closed (conn->user, reason);
}

static void
readable_cb (gpointer data, int fd, PurpleInputCondition condition)
{
    HostConn *conn = data;
    uint8_t buffer[READ_SIZE]; /* from the heap it would cost more than what is read */
    ssize_t n = read (fd, buffer, sizeof buffer);

    if (n > 0) {
        conn->host->gc->last_received = time (NULL);
        conn->events->received (conn->user, buffer, (size_t)n);
    } else if (n == 0) {
        conn_lost (conn, NULL);
    } else if (errno != EAGAIN && errno != EINTR) {
        conn_lost (conn, g_strerror (errno));
    }
}

static gboolean conn_flush (HostConn *conn);

static void
writable_cb (gpointer data, int fd, PurpleInputCondition condition)
{
    HostConn *conn = data;

    if (!conn_flush (conn))
        conn_lost (conn, g_strerror (errno));
}

/* How much of it the socket takes now; -1: it is dead. */
static ssize_t
write_some (const HostConn *conn, const uint8_t *data, size_t len)
{
    size_t at = 0;

    while (at < len) {
        ssize_t n = send (conn->fd, data + at, len - at, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno != EAGAIN)
            return -1;
        if (n < 0)
            break;
        at += (size_t)n;
    }
    return (ssize_t)at;
}

/* Writes what the socket takes; FALSE = it is dead. */
static gboolean
conn_flush (HostConn *conn)
{
    ssize_t n = write_some (conn, conn->out->data, conn->out->len);

    if (n < 0)
        return FALSE;
    if (n > 0)
        g_byte_array_remove_range (conn->out, 0, (unsigned)n);
    if (conn->out->len > 0 && conn->write_watch == 0)
        conn->write_watch =
            purple_input_add (conn->fd, PURPLE_INPUT_WRITE, writable_cb, conn);
    if (conn->out->len == 0 && conn->write_watch != 0) {
        purple_input_remove (conn->write_watch);
        conn->write_watch = 0;
    }
    return TRUE;
}

/* A dead socket is told of from the loop, never from inside conn_send(). */
static gboolean
dead_cb (gpointer data)
{
    HostConn *conn = data;

    conn->soon = 0;
    conn_lost (conn, "writing failed");
    return FALSE;
}

static void
connected_cb (gpointer data, int fd, const char *error)
{
    HostConn *conn = data;
    int one = 1;

    conn->connecting = NULL;
    g_free (conn->host->error);
    conn->host->error = /* libpurple hands on what an HTTP proxy says */
        fd < 0 && error != NULL ? tg_reason_line (error) : NULL;
    if (fd < 0) {
        conn_lost (conn, error);
        return;
    }
    conn->fd = fd;
    fcntl (fd, F_SETFL, fcntl (fd, F_GETFL) | O_NONBLOCK);
    fcntl (fd, F_SETFD, FD_CLOEXEC);
    setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    conn->read_watch = purple_input_add (fd, PURPLE_INPUT_READ, readable_cb, conn);
    conn->events->opened (conn->user);
}

/* An HTTP proxy is asked for no tunnel to port 80: libpurple takes what goes there for HTTP
 * and sends it to the proxy as it is. */
static gboolean
can_reach (PurpleAccount *account, uint16_t port)
{
    if (port != 80)
        return TRUE;
    return purple_proxy_info_get_type (purple_proxy_get_setup (account)) !=
           PURPLE_PROXY_HTTP;
}

static HostConn *
conn_open_cb (void *self, const char *address, uint16_t port,
              const HostConnEvents *events, void *user)
{
    TgpHost *host = self;
    PurpleAccount *account = purple_connection_get_account (host->gc);

    if (!can_reach (account, port))
        return NULL;
    HostConn *conn = g_new0 (HostConn, 1);
    conn->host = host;
    conn->events = events;
    conn->user = user;
    conn->fd = -1;
    conn->out = g_byte_array_new ();
    /* libpurple cancels what has the connection as its handle before close() is called:
     * then ours would be gone when we cancel it */
    conn->connecting =
        purple_proxy_connect (host, account, address, port, connected_cb, conn);
    if (conn->connecting == NULL) { /* the proxy's settings are bad */
        conn_free (conn);
        return NULL;
    }
    g_ptr_array_add (host->conns, conn);
    return conn;
}

static void
conn_send_cb (void *self, HostConn *conn, const uint8_t *data, size_t len)
{
    if (conn->soon != 0)
        return; /* dead: a part of what was sent, and then more, would be another stream */
    gboolean room = len <= OUT_MAX - conn->out->len, at_once = room && conn->fd >= 0;
    /* nothing waits before it: what goes now need not be kept */
    ssize_t n = at_once && conn->out->len == 0 ? write_some (conn, data, len) : 0;
    if (room && n >= 0)
        g_byte_array_append (conn->out, data + n, (unsigned)(len - (size_t)n));
    if (!room || n < 0 || (at_once && !conn_flush (conn)))
        conn->soon = purple_timeout_add (0, dead_cb, conn);
}

static void
conn_close_cb (void *self, HostConn *conn)
{
    TgpHost *host = self;

    g_ptr_array_remove_fast (host->conns, conn);
    conn_free (conn);
}

/* --- workers --- */

static void
run_job (gpointer data, gpointer user)
{
    Job *job = data;
    TgpHost *host = job->host;

    job->work (job->data);
    g_async_queue_push (host->finished, job);
    while (write (host->pipe[1], "j", 1) < 0 && errno == EINTR)
        continue; /* a full pipe wakes the loop as well */
}

/* One of them may end the account, and the host: then none is left. */
static void
finish_jobs (TgpHost *host)
{
    g_autoptr (GAsyncQueue) finished = g_async_queue_ref (host->finished);
    Job *job;

    while ((job = g_async_queue_try_pop (finished)) != NULL) {
        host->running--;
        job->done (job->data);
        g_free (job);
    }
}

static void
pipe_cb (gpointer data, int fd, PurpleInputCondition condition)
{
    char buffer[256];

    while (read (fd, buffer, sizeof buffer) > 0)
        continue;
    finish_jobs (data);
}

static void
work_cb (void *self, gboolean ordered, HostWorkFunc work, HostWorkFunc done, void *data)
{
    TgpHost *host = self;
    Job *job = g_new0 (Job, 1);

    *job = (Job){ host, work, done, data };
    host->running++;
    g_thread_pool_push (ordered ? host->ordered : host->others, job, NULL);
}

static const HostOps ops = { now_cb,       timer_add_cb,  timer_remove_cb, conn_open_cb,
                             conn_send_cb, conn_close_cb, work_cb };

TgpHost *
tgp_host_new (PurpleConnection *gc)
{
    TgpHost *host = g_new0 (TgpHost, 1);

    host->host = (Host){ &ops, host };
    host->gc = gc;
    host->ordered = g_thread_pool_new (run_job, NULL, 1, FALSE, NULL);
    host->others = g_thread_pool_new (run_job, NULL, 2, FALSE, NULL);
    host->finished = g_async_queue_new ();
    host->timers = g_hash_table_new_full (NULL, NULL, NULL, g_free);
    host->conns = g_ptr_array_new ();
    if (pipe (host->pipe) != 0)
        g_error ("no pipe: %s", g_strerror (errno));
    for (int i = 0; i < 2; i++) {
        fcntl (host->pipe[i], F_SETFL, O_NONBLOCK);
        fcntl (host->pipe[i], F_SETFD, FD_CLOEXEC);
    }
    host->pipe_watch = purple_input_add (host->pipe[0], PURPLE_INPUT_READ, pipe_cb, host);
    return host;
}

const char *
tgp_host_error (const TgpHost *host)
{
    return host->error;
}

const Host *
tgp_host_get (TgpHost *host)
{
    return &host->host;
}

void
tgp_host_free (TgpHost *host)
{
    GHashTableIter iter;
    gpointer id;

    g_thread_pool_free (host->ordered, FALSE, TRUE); /* runs what was pushed, and waits */
    g_thread_pool_free (host->others, FALSE, TRUE);
    finish_jobs (host);
    g_hash_table_iter_init (&iter, host->timers);
    while (g_hash_table_iter_next (&iter, &id, NULL))
        tgp_clock_remove (GPOINTER_TO_UINT (id));
    g_hash_table_unref (host->timers);
    while (host->conns->len > 0)
        conn_close_cb (host, g_ptr_array_index (host->conns, 0));
    g_ptr_array_unref (host->conns);
    purple_input_remove (host->pipe_watch);
    close (host->pipe[0]);
    close (host->pipe[1]);
    g_free (host->error);
    g_async_queue_unref (host->finished);
    g_free (host);
}
