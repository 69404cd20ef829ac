/* The session's line to the world: the host's connection, whose bytes are inputs. */
#include "tg-line.h"

static void
opened_cb (void *user)
{
    TgClient *client = user;
    g_auto (TgAct) act = tg_act (client);

    mt_session_connected (client->session, tg_now (client));
}

static void
received_cb (void *user, const uint8_t *data, size_t len)
{
    TgClient *client = user;
    g_auto (TgAct) act = tg_act (client);

    mt_session_receive (client->session, data, len, tg_now (client));
}

static void
closed_cb (void *user, const char *reason)
{
    TgClient *client = user;

    g_debug ("[net] closed: %s", reason != NULL ? reason : "by the server");
    tg_disconnect (client);
    g_auto (TgAct) act = tg_act (client);
    mt_session_closed (client->session, tg_now (client));
}

static const HostConnEvents conn_events = { opened_cb, received_cb, closed_cb };

static void
run_connect (TgClient *client, TgEffect *e)
{
    tg_disconnect (client);
    client->conn = client->host->ops->conn_open (client->host->self, e->text,
                                                 (uint16_t)e->a, &conn_events, client);
    if (client->conn != NULL)
        return;
    g_auto (TgAct) act = tg_act (client);
    mt_session_closed (client->session, tg_now (client));
}

static void
run_send (TgClient *client, TgEffect *e)
{
    if (client->conn != NULL)
        client->host->ops->conn_send (client->host->self, client->conn, e->data->data,
                                      e->data->len);
}

void
tg_line_connect (void *user, const MtAddress *address)
{
    TgEffect *e = tg_effect (user, run_connect);

    e->text = g_strdup (address->address);
    e->a = address->port;
}

void
tg_line_disconnect (void *user)
{
    tg_disconnect_then (user);
}

void
tg_line_send (void *user, const uint8_t *data, size_t len)
{
    TgEffect *e = tg_effect (user, run_send);

    e->data = g_byte_array_new ();
    g_byte_array_append (e->data, data, (unsigned)len);
}
