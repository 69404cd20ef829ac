/* The host's connections: the proxy's connection is a socket pair here, of whose other end
 * the test reads or not; the loop is real. */
#include "tgp-host.h"

#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MIB ((size_t)1 << 20)
#define ROOM (64 * MIB) /* what may wait for a socket */

/* --- libpurple's loop and proxy --- */

typedef struct {
    PurpleInputFunction func;
    void *user;
} Input;

static gboolean
input_cb (int fd, GIOCondition condition, gpointer data)
{
    const Input *input = data;

    input->func (input->user, fd,
                 condition & G_IO_OUT ? PURPLE_INPUT_WRITE : PURPLE_INPUT_READ);
    return TRUE;
}

static guint
input_add (int fd, PurpleInputCondition condition, PurpleInputFunction func,
           gpointer user)
{
    Input *input = g_new (Input, 1);

    *input = (Input){ func, user };
    return g_unix_fd_add_full (G_PRIORITY_DEFAULT, fd,
                               condition == PURPLE_INPUT_WRITE ? G_IO_OUT : G_IO_IN,
                               input_cb, input, g_free);
}

static PurpleEventLoopUiOps loop = { .timeout_add = g_timeout_add,
                                     .timeout_remove = g_source_remove,
                                     .input_add = input_add,
                                     .input_remove = g_source_remove };

static PurpleProxyConnectFunction connected;
static void *connecting;

PurpleProxyConnectData *__wrap_purple_proxy_connect (void *handle, PurpleAccount *account,
                                                     const char *host, int port,
                                                     PurpleProxyConnectFunction func,
                                                     gpointer data);

PurpleProxyConnectData *
__wrap_purple_proxy_connect (void *handle, PurpleAccount *account, const char *host,
                             int port, PurpleProxyConnectFunction func, gpointer data)
{
    connected = func;
    connecting = data;
    return data; /* never looked into */
}

/* --- one connection --- */

typedef struct {
    PurpleConnection gc;
    TgpHost *tgp;
    const Host *host;
    HostConn *conn;
    int own, peer; /* both ends */
    unsigned opened, received, closed;
    gboolean closes; /* in what is told first: it is over then */
} World;

static void
close_it (World *w)
{
    w->host->ops->conn_close (w->host->self, g_steal_pointer (&w->conn));
}

static gboolean close_when_opened; /* by the next world */

static void
opened_cb (void *user)
{
    World *w = user;

    g_assert_nonnull (w->conn);
    w->opened++;
    if (close_when_opened)
        close_it (w);
}

static void
received_cb (void *user, const uint8_t *data, size_t len)
{
    World *w = user;

    g_assert_true (w->closes);
    g_assert_nonnull (w->conn);
    w->received++;
    close_it (w);
}

static void
closed_cb (void *user, const char *reason)
{
    World *w = user;

    g_assert_nonnull (w->conn);
    w->closed++;
    close_it (w);
}

static const HostConnEvents events = { opened_cb, received_cb, closed_cb };

static World *
world_new (void)
{
    World *w = g_new0 (World, 1);
    int pair[2];

    purple_eventloop_set_ui_ops (&loop);
    w->tgp = tgp_host_new (&w->gc);
    w->host = tgp_host_get (w->tgp);
    w->conn = w->host->ops->conn_open (w->host->self, "127.0.0.1", 1, &events, w);
    g_assert_nonnull (w->conn);
    g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM, 0, pair), ==, 0);
    w->own = pair[0];
    w->peer = pair[1];
    connected (connecting, pair[0], NULL);
    g_assert_cmpuint (w->opened, ==, 1);
    return w;
}

static void
world_free (World *w)
{
    tgp_host_free (w->tgp);
    close (w->peer);
    g_free (w);
}

static void
turn (void)
{
    while (g_main_context_iteration (NULL, FALSE))
        ;
}

/* `n` bytes of this kind. */
static void
send_some (World *w, uint8_t kind, size_t n)
{
    g_autofree uint8_t *data = g_malloc (n);

    memset (data, kind, n);
    w->host->ops->conn_send (w->host->self, w->conn, data, n);
}

/* How many bytes arrive, all of this kind; the connection's end is their end. */
static size_t
arrive (World *w, uint8_t kind)
{
    g_autofree uint8_t *data = g_malloc (MIB);
    size_t all = 0;

    for (;;) {
        ssize_t n = recv (w->peer, data, MIB, MSG_DONTWAIT);
        if (n == 0)
            return all;
        if (n < 0) {
            g_assert_true (g_main_context_iteration (NULL, FALSE)); /* writes more */
            continue;
        }
        for (ssize_t i = 0; i < n; i++)
            g_assert_cmpuint (data[i], ==, kind);
        all += (size_t)n;
    }
}

/* --- tests --- */

/* MT-B41: what the socket does not take waits, and arrives when the peer reads. */
static void
what_waits_arrives (void)
{
    World *w = world_new ();
    size_t got = 0;
    g_autofree uint8_t *data = g_malloc (MIB);

    for (int i = 0; i < 4; i++)
        send_some (w, 'a', MIB);
    turn ();
    while (got < 4 * MIB) {
        ssize_t n = recv (w->peer, data, MIB, MSG_DONTWAIT);
        if (n > 0)
            got += (size_t)n;
        else
            g_assert_true (g_main_context_iteration (NULL, FALSE));
    }
    g_assert_cmpuint (got, ==, 4 * MIB);
    g_assert_cmpuint (w->closed, ==, 0);
    world_free (w);
}

/* MT-B41: nor is the loop held by a socket that takes little, and a peer that reads a byte at a
 * time: all of it arrives, in its order */
static void
a_narrow_socket_holds_nobody (void)
{
    const size_t len = 256 * 1024;
    const int least = 1; /* the kernel makes some thousand of it */
    World *w = world_new ();
    g_autofree uint8_t *data = g_malloc (len);
    uint8_t byte;
    size_t got = 0;

    g_assert_cmpint (setsockopt (w->own, SOL_SOCKET, SO_SNDBUF, &least, sizeof least), ==,
                     0);
    for (size_t i = 0; i < len; i++)
        data[i] = (uint8_t)(i % 251);
    w->host->ops->conn_send (w->host->self, w->conn, data, len);
    turn (); /* ends, though nobody reads */
    while (got < len) {
        if (recv (w->peer, &byte, 1, MSG_DONTWAIT) == 1)
            g_assert_cmpuint (byte, ==, got++ % 251);
        else
            g_assert_true (g_main_context_iteration (NULL, FALSE));
    }
    g_assert_cmpint (recv (w->peer, &byte, 1, MSG_DONTWAIT), ==, -1);
    g_assert_cmpuint (w->closed, ==, 0);
    world_free (w);
}

/* MT-B42: a connection that is closed in whatever it tells, or with bytes and an end of its own
 * on their way, tells nothing more */
static void
closed_is_closed (void)
{
    close_when_opened = TRUE;
    World *w = world_new ();
    close_when_opened = FALSE;
    g_assert_cmpint (write (w->peer, "late", 4), ==, -1); /* nobody is there */
    turn ();
    g_assert_cmpuint (w->received + w->closed, ==, 0);
    world_free (w);

    w = world_new ();
    w->closes = TRUE;
    for (int i = 0; i < 3; i++)
        g_assert_cmpint (write (w->peer, "something", 9), ==, 9);
    turn ();
    g_assert_cmpuint (w->received, ==, 1);
    g_assert_cmpuint (w->closed, ==, 0);
    world_free (w);

    w = world_new ();
    close (w->peer);
    turn ();
    g_assert_cmpuint (w->closed, ==, 1);
    turn ();
    g_assert_cmpuint (w->closed, ==, 1);
    w->peer = -1;
    world_free (w);

    for (int waits = 0; waits < 2; waits++) {
        w = world_new ();
        if (waits == 0)
            send_some (w, 'a', 4 * MIB); /* which the socket does not take */
        else
            send_some (w, 'a', ROOM + 1); /* by which it ends, a little later */
        close_it (w);
        turn ();
        g_assert_cmpuint (w->closed, ==, 0);
        world_free (w);
    }
}

/* DECISIONS 32 MT-B41: a peer that does not read: so much waits for it, then nothing more is
 * taken, also nothing that would fit, and the connection ends; from the loop, not from
 * inside what was called. */
static void
a_peer_that_does_not_read_is_dead (void)
{
    World *w = world_new ();

    for (size_t sent = 0; sent < ROOM; sent += MIB)
        send_some (w, 'a', MIB);
    turn ();
    g_assert_cmpuint (w->closed, ==, 0);
    send_some (w, 'b', MIB); /* the socket itself has taken less */
    send_some (w, 'b', 1);
    g_assert_cmpuint (w->closed, ==, 0);
    turn ();
    g_assert_cmpuint (w->closed, ==, 1);
    g_assert_null (w->conn);
    size_t all = arrive (w, 'a');
    g_assert_cmpuint (all, >, 0);
    g_assert_cmpuint (all, <=, ROOM);
    world_free (w);
}

/* The same of one packet that is too large. */
static void
too_much_at_once_is_dead (void)
{
    World *w = world_new ();

    send_some (w, 'a', ROOM + 1);
    turn ();
    g_assert_cmpuint (w->closed, ==, 1);
    g_assert_cmpuint (arrive (w, 'a'), ==, 0);
    world_free (w);
}

int
main (int argc, char **argv)
{
    signal (SIGPIPE, SIG_IGN);
    g_test_init (&argc, &argv, NULL);
#define ADD(f) g_test_add_func ("/purple/host/" #f, f)
    ADD (what_waits_arrives);
    ADD (a_narrow_socket_holds_nobody);
    ADD (closed_is_closed);
    ADD (a_peer_that_does_not_read_is_dead);
    ADD (too_much_at_once_is_dead);
    return g_test_run ();
}
