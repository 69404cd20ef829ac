/* Inputs and their end, calls, and what may end what. */
#include "net-private.h"

/* --- lines --- */

static NetLine *
home_main (const Net *net)
{
    return (NetLine *)&net->dcs[net->home].lines[NET_MAIN];
}

/* The lane of that line, where it is in use. */
static NetLine *
find_line (Net *net, int number)
{
    NetLine *line = NULL;
    int lane = number / MT_RACE_MAX;

    if (lane >= NET_LANES && number < NET_LINES)
        line = &net->dcs[lane / NET_LANES].lines[lane % NET_LANES];
    return line != NULL && line->session != NULL ? line : NULL;
}

static unsigned
slot_of (int number)
{
    return (unsigned)number % MT_RACE_MAX;
}

#define EACH_LINE(net, line)                                                             \
    for (int at_ = NET_LANES * MT_RACE_MAX; at_ < NET_LINES; at_ += MT_RACE_MAX)         \
        for (NetLine *line = find_line ((net), at_); line != NULL; line = NULL)

/* --- life --- */

Net *
net_new (const NetConfig *config, const NetOps *ops, void *user)
{
    g_autoptr (Net) net = g_new0 (Net, 1);

    net->config = *config;
    net->config.header = g_bytes_ref (config->header);
    net->ops = ops;
    net->user = user;
    net->home = config->home;
    for (int dc = 1; dc <= NET_DC_MAX; dc++)
        net_dc_init (net, dc);
    return net_dc_open (home_main (net)) ? g_steal_pointer (&net) : NULL;
}

void
net_free (Net *net)
{
    if (net == NULL)
        return;
    for (int dc = 1; dc <= NET_DC_MAX; dc++)
        net_dc_clear (&net->dcs[dc]);
    g_bytes_unref (net->config.header);
    g_free (net);
}

gboolean
net_restore (Net *net, int dc, const uint8_t *record, size_t len)
{
    return dc >= 1 && dc <= NET_DC_MAX && mt_key_restore (net->dcs[dc].key, record, len);
}

void
net_set_pause (Net *net, const MtPause *pause)
{
    mt_session_set_pause (home_main (net)->session, pause);
}

void
net_set_logged_in (Net *net)
{
    net->logged_in = TRUE;
    mt_session_set_logged_in (home_main (net)->session, TRUE);
}

void
net_forget (Net *net)
{
    net->logged_in = FALSE;
    mt_session_set_logged_in (home_main (net)->session, FALSE);
    for (int dc = 1; dc <= NET_DC_MAX; dc++)
        net_dc_forget_key (&net->dcs[dc]);
}

/* --- inputs --- */

void
net_start (Net *net, HostTime now)
{
    mt_session_start (home_main (net)->session, now);
}

void
net_connected (Net *net, int number, HostTime now)
{
    NetLine *line = find_line (net, number);

    if (line != NULL)
        mt_session_connected (line->session, slot_of (number), now);
}

void
net_receive (Net *net, int number, const uint8_t *data, size_t len, HostTime now)
{
    NetLine *line = find_line (net, number);

    if (line != NULL)
        mt_session_receive (line->session, slot_of (number), data, len, now);
}

void
net_closed (Net *net, int number, HostTime now)
{
    NetLine *line = find_line (net, number);

    if (line != NULL)
        mt_session_closed (line->session, slot_of (number), now);
}

void
net_tick (Net *net, HostTime now)
{
    EACH_LINE (net, line)
    mt_session_tick (line->session, now);
}

void
net_prime_checked (Net *net, const uint8_t p[static 256], gboolean good, HostTime now)
{
    EACH_LINE (net, line)
    mt_session_prime_checked (line->session, p, good, now);
}

void
net_reconnect (Net *net, const char *why, HostTime now)
{
    mt_session_reconnect (home_main (net)->session, why, now);
}

void
net_wake (Net *net, HostTime now)
{
    EACH_LINE (net, line)
    mt_session_wake (line->session, now);
}

gboolean
net_move_home (Net *net, int dc, HostTime now)
{
    if (!net_dc_is_known (net, dc))
        return FALSE;
    net_dc_close (home_main (net));
    net->home = dc;
    net_dc_open (home_main (net));
    mt_session_start (home_main (net)->session, now);
    return TRUE;
}

void
net_flush (Net *net, HostTime now)
{
    EACH_LINE (net, line)
    mt_session_flush (line->session, now);
}

int64_t
net_deadline (const Net *net)
{
    int64_t at = HOST_NEVER;

    EACH_LINE ((Net *)net, line)
    at = MIN (at, mt_session_deadline (line->session));
    return at;
}

MtState
net_state (const Net *net)
{
    return mt_session_state (home_main (net)->session);
}

int64_t
net_server_time (const Net *net, HostTime now)
{
    return mt_session_server_time (home_main (net)->session, now);
}

/* --- calls --- */

static void
answered_cb (void *user, TlMessage *answer, const MtError *error)
{
    g_autofree NetCall *call = user;

    call->func (call->user, answer, error);
}

NetCall *
net_call (Net *net, int dc, NetLane lane, const TlObject *request, MtCallFlags flags,
          MtAnswerFunc func, void *user)
{
    g_autoptr (GError) error = NULL;
    NetCall *call = g_new0 (NetCall, 1);

    call->line = home_main (net);
    call->func = func;
    call->user = user;
    call->call =
        mt_session_call (call->line->session, request, flags, answered_cb, call, &error);
    if (call->call == NULL) {
        g_critical ("%s", error->message); /* own requests encode */
        g_clear_pointer (&call, g_free);
    }
    return call;
}

void
net_cancel (Net *net, NetCall *call)
{
    mt_session_cancel (call->line->session, call->call);
    g_free (call);
}
