/* The host's connections: the proxy's connection is a socket pair here, of whose other end
 * the test reads or not; the loop is real. */
#include "tgp-host.h"

#include <glib-unix.h>
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
    int peer; /* the other end */
    unsigned opened, closed;
} World;

static void
opened_cb (void *user)
{
    ((World *)user)->opened++;
}

static void
received_cb (void *user, const uint8_t *data, size_t len)
{
    g_assert_not_reached ();
}

static void
closed_cb (void *user, const char *reason)
{
    World *w = user;

    w->closed++;
    w->host->ops->conn_close (w->host->self, w->conn);
    w->conn = NULL;
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

/* What the socket does not take waits, and arrives when the peer reads. */
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

/* DECISIONS 32: a peer that does not read: so much waits for it, then nothing more is
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
    g_test_init (&argc, &argv, NULL);
#define ADD(f) g_test_add_func ("/purple/host/" #f, f)
    ADD (what_waits_arrives);
    ADD (a_peer_that_does_not_read_is_dead);
    ADD (too_much_at_once_is_dead);
    return g_test_run ();
}
