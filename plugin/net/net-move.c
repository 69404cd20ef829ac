/* Home itself becomes another data centre while the account is logged in (MT-E11, MT-E12).
 * The login is carried there first, on the line for files; what the account wants meanwhile
 * waits, and what is out at the old home is answered there, if that is soon: so that nothing
 * is carried out twice. Whatever goes wrong, the account stays where it is. */
#include "net-private.h"

#define PATIENCE 10000 /* ms for what is out at the old home */

gboolean
net_move_begin (Net *net, int64_t to)
{
    if (!net->logged_in || to < 1 || to > NET_DC_MAX || to == net->home)
        return FALSE;
    if (net->moving != 0)
        return net->moving == to;
    NetDc *dc = &net->dcs[to];
    if (net->now.mono < dc->broken_until)
        return FALSE;
    g_debug ("[dc%d] the account lives there now", dc->dc);
    net->moving = dc->dc;
    net->carries = TRUE;
    net->patient_to = net->now.mono + PATIENCE;
    if (dc->auth == NET_AUTH_DONE && !dc->proved)
        dc->auth =
            NET_AUTH_NONE; /* at home a guess that is wrong would end the account */
    return TRUE;
}

/* Something is out at home that was not answered yet. */
static gboolean
is_out (const Net *net)
{
    if (net_home_main (net)->running > 0)
        return TRUE;
    for (const GList *l = net->mains.head; l != NULL; l = l->next)
        if (((const NetCall *)l->data)->call != NULL)
            return TRUE;
    return FALSE;
}

NetMove
net_move_step (Net *net)
{
    NetDc *dc = &net->dcs[net->moving];
    NetLine *line = &dc->lines[NET_DOWN];

    if (!net->logged_in || net->now.mono < dc->broken_until)
        return NET_MOVE_FAILED;
    if (!net_dc_open (line)) {
        net_places_ask (net);
        return net->places.asked ? NET_MOVE_WAITS : NET_MOVE_FAILED;
    }
    if (mt_session_state (line->session) == MT_STATE_OFFLINE && !dc->started) {
        dc->started = TRUE;
        mt_session_start (line->session, net->now);
    }
    if (net_line_is_ready (line))
        net_auth_step (dc);
    if (dc->auth != NET_AUTH_DONE)
        return NET_MOVE_WAITS;
    return is_out (net) && net->now.mono < net->patient_to ? NET_MOVE_WAITS
                                                           : NET_MOVE_READY;
}

int64_t
net_move_deadline (const Net *net)
{
    const NetDc *dc = &net->dcs[net->moving];

    if (net->moving == 0 || !net->carries)
        return HOST_NEVER;
    return dc->auth == NET_AUTH_DONE ? net->patient_to : net_auth_deadline (dc);
}
