/* Host on GLib and GIO. */
#include "glib-host.h"

#include <gio/gio.h>
#include <string.h>

struct GlibHost {
    Host host;
    GThreadPool *ordered, *others;
    int jobs;
};

typedef struct {
    GlibHost *host;
    HostWorkFunc work, done;
    void *data;
} Job;

struct HostConn {
    const HostConnEvents *events;
    void *user;
    GSocketConnection *stream;
    GCancellable *cancel;
    GByteArray *out;
    gboolean writing, reading, connecting, closed;
    uint8_t in[65536], chunk[65536];
};

typedef struct {
    HostTimerFunc func;
    void *user;
} Timer;

static HostTime
now_cb (void *self)
{
    return (HostTime){ .wall = g_get_real_time () / 1000,
                       .mono = g_get_monotonic_time () / 1000 };
}

static gboolean
timer_cb (gpointer user)
{
    Timer *timer = user;
    timer->func (timer->user);
    return G_SOURCE_REMOVE;
}

static unsigned
timer_add_cb (void *self, int64_t delay, HostTimerFunc func, void *user)
{
    Timer *timer = g_new0 (Timer, 1);

    timer->func = func;
    timer->user = user;
    return g_timeout_add_full (G_PRIORITY_DEFAULT, (unsigned)CLAMP (delay, 0, G_MAXINT32),
                               timer_cb, timer, g_free);
}

static void
timer_remove_cb (void *self, unsigned id)
{
    g_source_remove (id);
}

/* --- connections --- */

/* Freed when the owner let go and nothing runs any more. */
static void
conn_release (HostConn *conn)
{
    if (!conn->closed || conn->writing || conn->reading || conn->connecting)
        return;
    g_clear_object (&conn->stream);
    g_object_unref (conn->cancel);
    g_byte_array_unref (conn->out);
    g_free (conn);
}

static void
conn_lost (HostConn *conn, const char *reason)
{
    if (!conn->closed)
        conn->events->closed (conn->user, reason); /* the owner closes it */
}

static void conn_read (HostConn *conn);

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user)
{
    HostConn *conn = user;
    g_autoptr (GError) error = NULL;
    gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

    conn->reading = FALSE;
    if (conn->closed) {
        conn_release (conn);
        return;
    }
    if (n <= 0) {
        conn_lost (conn, error != NULL ? error->message : NULL);
        return;
    }
    conn->reading = TRUE; /* keeps it alive during the event */
    conn->events->received (conn->user, conn->in, (size_t)n);
    conn->reading = FALSE;
    if (conn->closed)
        conn_release (conn);
    else
        conn_read (conn);
}

static void
conn_read (HostConn *conn)
{
    conn->reading = TRUE;
    g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (conn->stream)),
                               conn->in, sizeof conn->in, G_PRIORITY_DEFAULT,
                               conn->cancel, read_cb, conn);
}

static void conn_write (HostConn *conn);

static void
write_cb (GObject *source, GAsyncResult *result, gpointer user)
{
    HostConn *conn = user;
    gssize n = g_output_stream_write_finish (G_OUTPUT_STREAM (source), result, NULL);

    conn->writing = FALSE;
    if (conn->closed) {
        conn_release (conn);
    } else if (n <= 0) {
        conn_lost (conn, "writing failed");
    } else {
        g_byte_array_remove_range (conn->out, 0, (unsigned)n);
        conn_write (conn);
    }
}

static void
conn_write (HostConn *conn)
{
    if (conn->writing || conn->out->len == 0 || conn->stream == NULL)
        return;
    size_t n = MIN (conn->out->len, sizeof conn->chunk);
    memcpy (conn->chunk, conn->out->data, n);
    conn->writing = TRUE;
    g_output_stream_write_async (
        g_io_stream_get_output_stream (G_IO_STREAM (conn->stream)), conn->chunk, n,
        G_PRIORITY_DEFAULT, conn->cancel, write_cb, conn);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user)
{
    HostConn *conn = user;
    g_autoptr (GError) error = NULL;

    conn->stream =
        g_socket_client_connect_to_host_finish (G_SOCKET_CLIENT (source), result, &error);
    conn->connecting = FALSE;
    if (conn->closed) {
        conn_release (conn);
    } else if (conn->stream == NULL) {
        conn_lost (conn, error->message);
    } else {
        g_socket_set_option (g_socket_connection_get_socket (conn->stream), 6 /* TCP */,
                             1, 1, NULL);
        conn->reading = TRUE;
        conn->events->opened (conn->user);
        conn->reading = FALSE;
        if (conn->closed)
            conn_release (conn);
        else
            conn_read (conn);
    }
}

static HostConn *
conn_open_cb (void *self, const char *address, uint16_t port,
              const HostConnEvents *events, void *user)
{
    g_autoptr (GSocketClient) client = g_socket_client_new ();
    HostConn *conn = g_new0 (HostConn, 1);

    conn->events = events;
    conn->user = user;
    conn->cancel = g_cancellable_new ();
    conn->out = g_byte_array_new ();
    conn->connecting = TRUE;
    g_socket_client_set_timeout (client, 0);
    g_socket_client_connect_to_host_async (client, address, port, conn->cancel,
                                           connected_cb, conn);
    return conn;
}

static void
conn_send_cb (void *self, HostConn *conn, const uint8_t *data, size_t len)
{
    g_byte_array_append (conn->out, data, (unsigned)len);
    conn_write (conn);
}

static void
conn_close_cb (void *self, HostConn *conn)
{
    conn->closed = TRUE;
    g_cancellable_cancel (conn->cancel);
    conn_release (conn);
}

/* --- jobs --- */

static gboolean
finished_cb (gpointer user)
{
    Job *job = user;

    job->host->jobs--;
    job->done (job->data);
    g_free (job);
    return G_SOURCE_REMOVE;
}

static void
run_job (gpointer data, gpointer user)
{
    Job *job = data;

    job->work (job->data);
    g_idle_add_full (G_PRIORITY_DEFAULT, finished_cb, job, NULL);
}

static void
work_cb (void *self, gboolean ordered, HostWorkFunc work, HostWorkFunc done, void *data)
{
    GlibHost *host = self;
    Job *job = g_new0 (Job, 1);

    *job = (Job){ host, work, done, data };
    host->jobs++;
    g_thread_pool_push (ordered ? host->ordered : host->others, job, NULL);
}

static const HostOps ops = { now_cb,       timer_add_cb,  timer_remove_cb, conn_open_cb,
                             conn_send_cb, conn_close_cb, work_cb };

GlibHost *
glib_host_new (void)
{
    GlibHost *host = g_new0 (GlibHost, 1);

    host->host = (Host){ &ops, host };
    host->ordered = g_thread_pool_new (run_job, NULL, 1, FALSE, NULL);
    host->others = g_thread_pool_new (run_job, NULL, 2, FALSE, NULL);
    return host;
}

const Host *
glib_host_get (GlibHost *host)
{
    return &host->host;
}

void
glib_host_free (GlibHost *host)
{
    g_thread_pool_free (host->ordered, FALSE, TRUE);
    g_thread_pool_free (host->others, FALSE, TRUE);
    while (host->jobs > 0)
        g_main_context_iteration (NULL, TRUE);
    g_free (host);
}
