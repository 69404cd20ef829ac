/* A call that a line has: what its answer means, and where it is asked again. What an error says of
 * key or login is marked at the line, or the data centre. */
#include "net-private.h"

#define HOPS_MAX 3 /* MT-E11 */

void
net_ask_take_back (NetCall *call)
{
    NetLine *line = call->line;

    if (line != NULL)
        line->running--;
    else
        line = net_home_main (call->net);
    if (call->call != NULL)
        mt_session_cancel (line->session, call->call);
    call->line = NULL;
    call->call = NULL;
}

void
net_ask_take_back_all (NetLine *line)
{
    for (GList *l = line->dc->net->calls.head; l != NULL; l = l->next)
        if (((NetCall *)l->data)->line == line)
            net_ask_take_back (l->data);
}

/* TRUE: the file is there, and asked for there. */
static gboolean
goes_to_file (NetCall *call, const MtError *error, int here)
{
    if (error->number < 1 || error->number > NET_DC_MAX || error->number == here ||
        ++call->hops > HOPS_MAX)
        return FALSE;
    call->dc = (int)error->number;
    return TRUE;
}

/* TRUE: it is asked again at the account's new home, or tried to. */
static gboolean
goes_home (NetCall *call, const MtError *error)
{
    if ((call->flags & MT_CALL_BEFORE_LOGIN) != 0 || ++call->hops > HOPS_MAX)
        return FALSE;
    call->refused = net_move_begin (call->net, error->number);
    return call->refused;
}

/* TRUE: what was refused is asked again, elsewhere or later. */
static gboolean
goes_on (NetCall *call, const NetLine *line, const MtError *error)
{
    NetDc *dc = line->dc;
    NetRefusal refusal = net_refusal_of (error);
    gboolean home = dc->dc == call->net->home;

    switch (refusal) {
    case NET_REFUSAL_NONE:
        return FALSE;
    case NET_REFUSAL_FILE:
        return goes_to_file (call, error, dc->dc);
    case NET_REFUSAL_HOME:
        return home && goes_home (call, error);
    case NET_REFUSAL_LOGIN:
    case NET_REFUSAL_KEY:
        if (home) {
            call->main = TRUE;
            ((NetLine *)line)->fails = TRUE;
            return line->lane != NET_MAIN;
        }
        dc->marked =
            MAX (dc->marked, refusal == NET_REFUSAL_KEY ? NET_DC_BROKEN : NET_DC_STALE);
        return TRUE;
    }
    return FALSE;
}

static void
answered_cb (void *user, TlMessage *answer, const MtError *error)
{
    NetCall *call = user;
    NetLine *line = g_steal_pointer (&call->line);

    call->call = NULL;
    line->running--;
    line->used = call->net->now.mono;
    if (error != NULL && goes_on (call, line, error))
        return;
    if (error == NULL) {
        line->dc->logins = 0;
        line->dc->proved = TRUE;
    }
    net_calls_finish (call, answer, error);
}

gboolean
net_ask_later (NetCall *call, const MtError *error)
{
    Net *net = call->net;

    if ((call->flags & MT_CALL_PATIENT) == 0 || call->hops > HOPS_MAX ||
        error->number < 1 || error->number > NET_DC_MAX || error->number == net->home)
        return FALSE;
    call->hops--;
    call->at = net->now.mono + NET_MINUTE;
    return TRUE;
}

static void
main_answered_cb (void *user, TlMessage *answer, const MtError *error)
{
    NetCall *call = user;
    Net *net = call->net;
    NetRefusal refusal =
        error != NULL && net->logged_in ? net_refusal_of (error) : NET_REFUSAL_NONE;
    MtError told;

    call->call = NULL;
    if (refusal == NET_REFUSAL_HOME &&
        (goes_home (call, error) || net_ask_later (call, error))) {
        net->held = TRUE;
        return;
    }
    if (refusal == NET_REFUSAL_FILE && goes_to_file (call, error, net->home)) {
        call->lane = NET_DOWN;
        net_calls_leave (call);
        net_calls_join (call, &net->calls);
        return;
    }
    if (error != NULL) {
        told = *error;
        told.repeated |= call->repeated;
        error = &told;
    }
    net_calls_finish (call, answer, error);
}

void
net_ask_main (NetCall *call)
{
    call->call = mt_session_call_encoded (
        net_home_main (call->net)->session, call->method,
        TL_BYTES (call->body.data, call->body.len), call->flags, main_answered_cb, call);
}

void
net_ask_mains (Net *net)
{
    if (!net->held || net->moving != 0)
        return;
    net->held = FALSE;
    for (GList *l = net->mains.head; l != NULL; l = l->next) {
        NetCall *call = l->data;
        if (call->call == NULL && call->at <= net->now.mono)
            net_ask_main (call);
        net->held |= call->call == NULL;
    }
}

void
net_ask_line (NetCall *call, NetLine *line)
{
    g_auto (TlWriter) writer = { 0 };
    TlBytes body = TL_BYTES (call->body.data, call->body.len);

    if (line != net_home_main (call->net)) {
        tl_writer_int (&writer, (int32_t)ApiInvokeWithoutUpdates_ID);
        tl_writer_raw (&writer, body.data, body.len);
        body = TL_BYTES (writer.data, writer.len);
    }
    call->net->handed += body.len;
    line->running++;
    line->used = call->net->now.mono;
    call->line = line;
    call->call = mt_session_call_encoded (line->session, call->method, body, call->flags,
                                          answered_cb, call);
}
