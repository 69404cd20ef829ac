/* See tg-status.h. */
#include "tg-status.h"

#include "tg-peers.h"

#define PERIOD (210 * 1000)  /* ms: while the user is there the server is told again */
#define AT_LEAST (10 * 1000) /* ms between two, whatever the server says of us */

struct TgStatus {
    gboolean told;    /* what was said last: online */
    gboolean ever;    /* in this process */
    unsigned pending; /* no answer yet */
    int64_t told_at;  /* mono */
    int64_t next_at;  /* mono, or HOST_NEVER */
};

void
tg_status_init (TgClient *client)
{
    client->status = g_new0 (TgStatus, 1);
    client->status->next_at = HOST_NEVER;
}

void
tg_status_clear (TgClient *client)
{
    g_clear_pointer (&client->status, g_free);
}

static void
told_cb (void *user, TlMessage *answer, const MtError *error)
{
    ((TgClient *)user)->status->pending--;
}

static void
tell (TgClient *client, gboolean online)
{
    ApiAccountUpdateStatus request = TL_NEW (ApiAccountUpdateStatus, .offline = !online);
    TgStatus *status = client->status;

    status->told = online;
    status->ever = TRUE;
    status->pending++;
    status->told_at = tg_now (client).mono;
    status->next_at = online ? status->told_at + PERIOD : HOST_NEVER;
    tg_call (client, TL_OBJ (&request), MT_CALL_DEFAULT, told_cb, client);
}

void
tg_status_in_step (TgClient *client)
{
    tell (client, client->online_wanted);
}

void
tg_status_changed (TgClient *client)
{
    if (client->status->ever && client->status->told != client->online_wanted)
        tell (client, client->online_wanted);
}

void
tg_status_told (TgClient *client, const TlObject *object)
{
    TgStatus *status = client->status;
    TgPresence presence = tg_presence_of (object, tg_server_time (client));

    if (status->ever && status->told && presence.presence != TALK_PRESENCE_ONLINE)
        status->next_at = MIN (status->next_at, status->told_at + AT_LEAST);
}

void
tg_status_leave (TgClient *client)
{
    if (client->net == NULL || client->stopped || !client->status->ever ||
        !client->status->told || net_state (client->net) != MT_STATE_READY)
        return;
    g_auto (TgAct) act = tg_act (client);
    tell (client, FALSE);
}

void
tg_status_tick (TgClient *client, HostTime now)
{
    TgStatus *status = client->status;

    if (status->next_at > now.mono)
        return;
    if (status->pending == 0)
        tell (client, client->online_wanted);
    else /* there is no connection, it seems */
        status->next_at = now.mono + PERIOD;
}

int64_t
tg_status_deadline (TgClient *client)
{
    return client->status->next_at;
}
