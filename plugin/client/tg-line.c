/* The net's lines to the world: connections of the host, whose bytes are inputs. */
#include "tg-line.h"

/* What the host knows a connection by. */
struct TgLine {
    TgClient *client;
    int line;
};

static void
opened_cb (void *user)
{
    const TgLine *line = user;
    TgClient *client = line->client;
    g_auto (TgAct) act = tg_act (client);

    net_connected (client->net, line->line, tg_now (client));
}

static void
received_cb (void *user, const uint8_t *data, size_t len)
{
    const TgLine *line = user;
    TgClient *client = line->client;
    g_auto (TgAct) act = tg_act (client);

    net_receive (client->net, line->line, data, len, tg_now (client));
}

static void
closed_cb (void *user, const char *reason)
{
    const TgLine *line = user;
    TgClient *client = line->client;

    g_debug ("[net] closed: %s", reason != NULL ? reason : "by the server");
    tg_disconnect (client, line->line);
    g_auto (TgAct) act = tg_act (client);
    net_closed (client->net, line->line, tg_now (client));
}

static const HostConnEvents conn_events = { opened_cb, received_cb, closed_cb };

static void
run_connect (TgClient *client, TgEffect *e)
{
    int line = (int)e->id;

    tg_disconnect (client, line);
    client->conns[line] = client->host->ops->conn_open (
        client->host->self, e->text, (uint16_t)e->a, &conn_events, &client->lines[line]);
    if (client->conns[line] != NULL)
        return;
    g_auto (TgAct) act = tg_act (client);
    net_closed (client->net, line, tg_now (client));
}

static void
run_disconnect (TgClient *client, TgEffect *e)
{
    tg_disconnect (client, (int)e->id);
}

static void
run_send (TgClient *client, TgEffect *e)
{
    HostConn *conn = client->conns[e->id];

    if (conn != NULL)
        client->host->ops->conn_send (client->host->self, conn, e->data->data,
                                      e->data->len);
}

void
tg_line_init (TgClient *client)
{
    client->lines = g_new0 (TgLine, NET_LINES);
    for (int line = 0; line < NET_LINES; line++)
        client->lines[line] = (TgLine){ client, line };
}

void
tg_line_clear (TgClient *client)
{
    g_clear_pointer (&client->lines, g_free);
}

void
tg_line_connect (void *user, int line, const MtAddress *address)
{
    TgEffect *e = tg_effect (user, run_connect);

    e->id = line;
    e->text = g_strdup (address->address);
    e->a = address->port;
}

void
tg_line_disconnect (void *user, int line)
{
    tg_effect (user, run_disconnect)->id = line;
}

void
tg_line_send (void *user, int line, GByteArray *bytes)
{
    TgEffect *e = tg_effect (user, run_send);

    e->id = line;
    e->data = g_byte_array_ref (bytes);
}
