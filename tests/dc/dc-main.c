/* The data centre as a program: TCP on loopback, a control socket, one line a hop on
 * standard output.
 *
 *   dc --port 0 --dc 2 --public-key-out FILE [--address A] [--key-file PEM] [--test]
 *      [--control PATH] [--life-fd N] [--user PHONE:First:Last ...] [--people N]
 *
 * Prints "site N PORT" of each --site, and "ready PORT"; ends with the other end of --life-fd, or by a signal. */
#include "dc.h"

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <errno.h>
#include <glib-unix.h>
#include <locale.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
    Dc *dc;
    GMainLoop *loop;
    unsigned tick;
    gboolean soon; /* it is the next one after an input */
    char **sites;  /* NULL: one data centre, and nobody is judged */
} Server;

typedef struct {
    Server *server;
    GSocketConnection *stream;
    DcConn *conn;
    GByteArray *out;
    GCancellable *cancel;
    gboolean reading, writing, closing;
    uint8_t in[65536], chunk[65536];
} Link;

static void read_more (Link *link);

static gboolean
tick_cb (gpointer user)
{
    Server *server = user;
    int64_t next;

    server->tick = 0;
    server->soon = FALSE;
    next = dc_tick (server->dc);
    if (next >= 0)
        server->tick = g_timeout_add ((unsigned)MAX (next, 1), tick_cb, server);
    return G_SOURCE_REMOVE;
}

static void
arm (Server *server)
{
    if (server->soon)
        return;
    if (server->tick != 0)
        g_source_remove (server->tick);
    server->soon = TRUE;
    server->tick = g_timeout_add (5, tick_cb, server);
}

static void
link_free (Link *link)
{
    dc_conn_free (link->conn);
    g_object_unref (link->stream);
    g_object_unref (link->cancel);
    g_byte_array_unref (link->out);
    g_free (link);
}

static void write_more (Link *link);

static void
wrote_cb (GObject *source, GAsyncResult *result, gpointer user)
{
    Link *link = user;
    gssize n = g_output_stream_write_finish (G_OUTPUT_STREAM (source), result, NULL);

    link->writing = FALSE;
    if (n <= 0)
        link->closing = TRUE;
    if (link->closing) {
        g_cancellable_cancel (link->cancel);
        if (!link->reading)
            link_free (link);
        return;
    }
    g_byte_array_remove_range (link->out, 0, (unsigned)n);
    write_more (link);
}

static void
write_more (Link *link)
{
    if (link->writing || link->out->len == 0 || link->closing)
        return;
    size_t n = MIN (link->out->len, sizeof link->chunk);
    memcpy (link->chunk, link->out->data, n);
    link->writing = TRUE;
    g_output_stream_write_async (
        g_io_stream_get_output_stream (G_IO_STREAM (link->stream)), link->chunk, n,
        G_PRIORITY_DEFAULT, NULL, wrote_cb, link);
}

static void
send_cb (void *user, const uint8_t *data, size_t len)
{
    Link *link = user;
    g_byte_array_append (link->out, data, (unsigned)len);
    write_more (link);
}

static void
close_cb (void *user)
{
    Link *link = user;
    link->closing = TRUE;
    g_cancellable_cancel (link->cancel);
}

/* The link goes when neither a read nor a write runs any more. */
static void
read_cb (GObject *source, GAsyncResult *result, gpointer user)
{
    Link *link = user;
    gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

    link->reading = FALSE;
    if (n > 0 && !link->closing) {
        dc_conn_receive (link->conn, link->in, (size_t)n);
        arm (link->server);
    }
    if (n <= 0 || link->closing) {
        g_io_stream_close (G_IO_STREAM (link->stream), NULL, NULL);
        link->closing = TRUE;
        if (!link->writing)
            link_free (link);
        return;
    }
    read_more (link);
}

static void
read_more (Link *link)
{
    link->reading = TRUE;
    g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (link->stream)),
                               link->in, sizeof link->in, G_PRIORITY_DEFAULT,
                               link->cancel, read_cb, link);
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *stream, GObject *source,
             gpointer user)
{
    static const DcConnOps ops = { send_cb, close_cb };
    Server *server = user;
    g_autoptr (GSocketAddress) here =
        g_socket_connection_get_local_address (stream, NULL);
    int port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (here));
    Link *link = g_new0 (Link, 1);

    g_socket_set_option (g_socket_connection_get_socket (stream), 6 /* TCP */, 1, 1,
                         NULL);
    link->server = server;
    link->stream = g_object_ref (stream);
    link->cancel = g_cancellable_new ();
    link->out = g_byte_array_new ();
    link->conn = server->sites != NULL ? dc_conn_new_at (server->dc, port, &ops, link)
                                       : dc_conn_new (server->dc, &ops, link);
    read_more (link);
    return TRUE;
}

/* One command a line, one answer a line. */
typedef struct {
    Server *server;
    GSocketConnection *stream;
    GDataInputStream *in;
} Control;

static void
line_cb (GObject *source, GAsyncResult *result, gpointer user)
{
    Control *control = user;
    g_autofree char *line =
        g_data_input_stream_read_line_finish (control->in, result, NULL, NULL);

    if (line == NULL) {
        g_object_unref (control->in);
        g_object_unref (control->stream);
        g_free (control);
        return;
    }
    g_autofree char *answer = dc_control (control->server->dc, g_strstrip (line));
    g_autofree char *text = g_strconcat (answer, "\n", NULL);
    g_output_stream_write_all (
        g_io_stream_get_output_stream (G_IO_STREAM (control->stream)), text,
        strlen (text), NULL, NULL, NULL);
    g_data_input_stream_read_line_async (control->in, G_PRIORITY_DEFAULT, NULL, line_cb,
                                         control);
}

static gboolean
control_incoming_cb (GSocketService *service, GSocketConnection *stream, GObject *source,
                     gpointer user)
{
    Control *control = g_new0 (Control, 1);

    control->server = user;
    control->stream = g_object_ref (stream);
    control->in =
        g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (stream)));
    g_data_input_stream_read_line_async (control->in, G_PRIORITY_DEFAULT, NULL, line_cb,
                                         control);
    return TRUE;
}

static void
log_cb (void *user, const char *line)
{
    printf ("%s\n", line);
    fflush (stdout);
}

static gboolean
quit_cb (gpointer user)
{
    g_main_loop_quit (user);
    return G_SOURCE_REMOVE;
}

static gboolean
life_cb (int fd, GIOCondition condition, gpointer user)
{
    char byte;

    if (read (fd, &byte, 1) > 0)
        return G_SOURCE_CONTINUE;
    g_main_loop_quit (user);
    return G_SOURCE_REMOVE;
}

/* A port that hears nobody: its queue is full, so that whoever comes is not even refused. 0: it
 * could not be made. */
static int
black_hole (void)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
    socklen_t len = sizeof at;
    int hole = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (hole < 0 || bind (hole, (struct sockaddr *)&at, sizeof at) != 0 ||
        listen (hole, 0) != 0 || getsockname (hole, (struct sockaddr *)&at, &len) != 0)
        return 0;
    for (int i = 0; i < 4; i++) { /* more than it has room for; they stay as they are */
        int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (connect (fd, (struct sockaddr *)&at, sizeof at) != 0 && errno != EINPROGRESS)
            return 0;
    }
    return ntohs (at.sin_port);
}

/* Another address of the service; its port, or 0. One that nobody has in the other family, since
 * it is what tells them apart. */
static int
listen_at (GSocketService *service, GInetAddress *inet, Dc *dc, GError **error)
{
    int port = 0;

    while (port == 0 || dc_has_port (dc, port)) {
        g_autoptr (GSocketAddress) any = g_inet_socket_address_new (inet, 0);
        g_autoptr (GSocketAddress) its = NULL;
        if (!g_socket_listener_add_address (G_SOCKET_LISTENER (service), any,
                                            G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP,
                                            NULL, &its, error))
            return 0;
        port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (its));
    }
    return port;
}

/* As --site says; FALSE: with an error, or a black hole that is none. */
static gboolean
add_site (GSocketService *service, GInetAddress *inet, Dc *dc, const char *what,
          GError **error)
{
    gboolean ipv6 = strstr (what, "v6") != NULL;
    g_autoptr (GInetAddress) six =
        ipv6 ? g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV6) : NULL;
    int port = g_str_has_suffix (what, "hole")
                   ? black_hole ()
                   : listen_at (service, ipv6 ? six : inet, dc, error);

    if (port == 0)
        return FALSE;
    dc_add_site (dc, atoi (what), g_str_has_suffix (what, "m"), port);
    if (ipv6)
        dc_set_ipv6 (dc, port);
    printf ("site %s %d\n", what, port);
    return TRUE;
}

static int
fail (const char *what)
{
    fprintf (stderr, "dc: %s\n", what);
    return 1;
}

int
main (int argc, char **argv)
{
    g_autofree char *address = NULL, *key_file = NULL, *public_out = NULL,
                    *control = NULL;
    g_auto (GStrv) users = NULL;
    int port = 0, number = 2, life_fd = -1, people = 0;
    gboolean test = FALSE;
    g_auto (GStrv) sites = NULL;
    GOptionEntry entries[] = {
        { "address", 0, 0, G_OPTION_ARG_STRING, &address, "address to listen on", "A" },
        { "port", 0, 0, G_OPTION_ARG_INT, &port, "port, 0 = any", "N" },
        { "dc", 0, 0, G_OPTION_ARG_INT, &number, "number of the data centre", "N" },
        { "test", 0, 0, G_OPTION_ARG_NONE, &test, "test environment", NULL },
        { "key-file", 0, 0, G_OPTION_ARG_FILENAME, &key_file, "RSA private key", "PEM" },
        { "public-key-out", 0, 0, G_OPTION_ARG_FILENAME, &public_out, "write it here",
          "F" },
        { "control", 0, 0, G_OPTION_ARG_FILENAME, &control, "control socket", "PATH" },
        { "life-fd", 0, 0, G_OPTION_ARG_INT, &life_fd, "ends with this descriptor", "N" },
        { "user", 0, 0, G_OPTION_ARG_STRING_ARRAY, &users, "PHONE:First:Last", "U" },
        { "site", 0, 0, G_OPTION_ARG_STRING_ARRAY, &sites,
          "another address; m: for files; v6: at ::1; hole: it hears nobody",
          "N[m|v6|hole]" },
        { "people", 0, 0, G_OPTION_ARG_INT, &people,
          "so many more users, some with names of others", "N" },
        { NULL, 0, 0, 0, NULL, NULL, NULL },
    };
    g_autoptr (GOptionContext) context = g_option_context_new ("- loopback data centre");
    g_autoptr (GError) error = NULL;
    g_autofree char *pem = NULL;
    Server server = { 0 };

    setlocale (LC_CTYPE, ""); /* names may have any letters */
    g_option_context_add_main_entries (context, entries, NULL);
    if (!g_option_context_parse (context, &argc, &argv, &error) ||
        (key_file != NULL && !g_file_get_contents (key_file, &pem, NULL, &error)))
        return fail (error->message);
    DcConfig config = { .dc = number, .test = test, .key_pem = pem, .log = log_cb };
    server.dc = dc_new (&config);
    server.loop = g_main_loop_new (NULL, FALSE);
    g_autofree char *public_key = dc_public_key (server.dc);
    if (public_out != NULL && !g_file_set_contents (public_out, public_key, -1, &error))
        return fail (error->message);
    for (char **user = users; user != NULL && *user != NULL; user++) {
        g_auto (GStrv) parts = g_strsplit (*user, ":", 3);
        if (g_strv_length (parts) != 3)
            return fail ("--user wants PHONE:First:Last");
        dc_add_user (server.dc, parts[0], parts[1], parts[2]);
    }
    for (int i = 0; i < people; i++) {
        g_autofree char *phone = g_strdup_printf ("888%07d", i);
        g_autofree char *last = g_strdup_printf ("Somebody%d", i - (i % 5 == 1));
        dc_add_user (server.dc, phone, "First", last);
    }

    g_autoptr (GSocketService) service = g_socket_service_new ();
    g_autoptr (GInetAddress) inet =
        g_inet_address_new_from_string (address != NULL ? address : "127.0.0.1");
    g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new (inet, (uint16_t)port);
    g_autoptr (GSocketAddress) got = NULL;
    if (!g_socket_listener_add_address (G_SOCKET_LISTENER (service), wanted,
                                        G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL,
                                        &got, &error))
        return fail (error->message);
    port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (got));
    dc_set_port (server.dc, port);
    server.sites = sites;
    if (sites != NULL)
        dc_add_site (server.dc, number, FALSE, port);
    for (char **site = sites; site != NULL && *site != NULL; site++)
        if (!add_site (service, inet, server.dc, *site, &error))
            return fail (error != NULL ? error->message : "no black hole");
    g_signal_connect (service, "incoming", G_CALLBACK (incoming_cb), &server);
    g_autoptr (GSocketService) controls = g_socket_service_new ();
    if (control != NULL) {
        g_autoptr (GSocketAddress) path = g_unix_socket_address_new (control);
        unlink (control);
        if (!g_socket_listener_add_address (
                G_SOCKET_LISTENER (controls), path, G_SOCKET_TYPE_STREAM,
                G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, &error))
            return fail (error->message);
        g_signal_connect (controls, "incoming", G_CALLBACK (control_incoming_cb),
                          &server);
    }
    if (life_fd >= 0)
        g_unix_fd_add (life_fd, G_IO_IN | G_IO_HUP, life_cb, server.loop);
    g_unix_signal_add (SIGTERM, quit_cb, server.loop);
    g_unix_signal_add (SIGINT, quit_cb, server.loop);
    printf ("ready %d\n", port);
    fflush (stdout);
    g_main_loop_run (server.loop);
    _exit (0); /* connections die with the process */
}
