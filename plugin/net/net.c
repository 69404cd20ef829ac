/* Inputs and their end, which call takes which line, and what may end what: an error about
 * key or login ends the account where (home, MAIN) hears it, and nothing but a data centre's
 * calls elsewhere. A lane at home that hears one lets (home, MAIN) ask the same again. */
#include "net-private.h"

#include "tl-encode.h"

#define IDLE_CLOSE (5 * NET_MINUTE) /* MT-H15 */
#define OFF_FOR (10 * NET_MINUTE)   /* a lane that does not get through */
#define AT_ONCE 4                   /* calls on a line for files */
#define AT_ONCE_MAIN 2              /* of those that have no line of their own */
#define HANDED_MAX (256 * 1024)     /* bytes in one input; the rest goes in the next */
#define WRAPPER 4                   /* bytes of invokeWithoutUpdates */

/* --- lines --- */

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

/* --- calls --- */

static int
place_of (const NetCall *call)
{
    return call->dc != 0 ? call->dc : call->net->home;
}

/* Somebody waits for that data centre. */
static gboolean
is_wanted (const Net *net, int dc)
{
    for (const GList *l = net->calls.head; l != NULL; l = l->next) {
        const NetCall *call = l->data;
        if (call->line == NULL && place_of (call) == dc)
            return TRUE;
    }
    return FALSE;
}

/* Open, of no use to anybody now, and not the one that stays. */
static gboolean
is_idle (const NetLine *line)
{
    const Net *net = line->dc->net;

    return line->running == 0 && line != net_home_main (net) &&
           line->dc->dc != net->moving && !is_wanted (net, line->dc->dc);
}

/* --- the end of an input --- */

/* A call at home: on its lane, where that has addresses of its own and gets through. */
static void
route_at_home (NetCall *call)
{
    Net *net = call->net;
    NetLine *line = &net->dcs[net->home].lines[call->lane], *main = net_home_main (net);

    if (!net->logged_in || net->moving != 0 || !net_line_is_ready (main))
        return;
    if (call->main || call->lane == NET_MAIN || net->now.mono < line->off_until) {
        line = main;
    } else if (line->session == NULL) {
        net_places_ask (net);
        if (!net_places_known (net) && net->places.asked)
            return;
        if (net_dc_open (line)) {
            mt_session_set_logged_in (line->session, TRUE);
            mt_session_start (line->session, net->now);
        } else {
            line = main;
        }
    }
    if (line->running < (line == main ? AT_ONCE_MAIN : AT_ONCE))
        net_ask_line (call, line);
}

/* A call elsewhere: there is one line, with a key and a login of its own. */
static void
route_elsewhere (NetCall *call)
{
    Net *net = call->net;
    NetDc *dc = &net->dcs[CLAMP (call->dc, 1, NET_DC_MAX)];
    NetLine *line = &dc->lines[NET_DOWN];

    if (call->dc != dc->dc || net->now.mono < dc->broken_until) { /* or there is none */
        net_calls_close (call);
        return;
    }
    if (!net->logged_in)
        return;
    if (line->session == NULL && net_places_known (net)) {
        net_places_ask (net); /* again, when its time has come */
        if (net->places.asked)
            return;
    }
    if (line->session == NULL && !net_dc_open (line)) {
        net_places_ask (net);
        if (!net->places.asked)
            net_calls_close (call); /* nobody knows where that is */
        return;
    }
    if (mt_session_state (line->session) == MT_STATE_OFFLINE && !dc->started) {
        dc->started = TRUE;
        if (dc->auth == NET_AUTH_NONE && dc->key->known && dc->logins == 0)
            dc->auth = NET_AUTH_DONE; /* of an earlier day: a 401 says if it is not */
        mt_session_start (line->session, net->now);
    }
    if (net_line_is_ready (line))
        net_auth_step (dc);
    if (dc->auth != NET_AUTH_DONE || line->running >= AT_ONCE)
        return;
    mt_session_set_logged_in (line->session, TRUE);
    net_ask_line (call, line);
}

/* Who asked something of that data centre hears that it cannot be had. */
static void
close_calls (NetDc *dc)
{
    net_calls_walk (dc->net, &dc->net->calls);
    for (NetCall *call; (call = net_calls_next (dc->net)) != NULL;)
        if (place_of (call) == dc->dc)
            net_calls_close (call);
}

static void
close_line (NetLine *line)
{
    net_ask_take_back_all (line);
    net_dc_close (line);
    line->dc->started = FALSE;
}

/* What was marked about a data centre other than the home one. */
static void
settle_dc (NetDc *dc)
{
    Net *net = dc->net;
    NetDcState marked = dc->marked;

    dc->marked = NET_DC_WELL;
    if (marked == NET_DC_WELL)
        return;
    close_line (&dc->lines[NET_DOWN]);
    if (marked != NET_DC_LOST)
        net_dc_forget_key (dc);
    if (marked == NET_DC_STALE)
        return;
    g_debug ("[dc%d] broken", dc->dc);
    dc->broken_until =
        dc->logins >= NET_LOGINS_MAX ? HOST_NEVER : net->now.mono + NET_MINUTE;
    if (!net->logged_in) { /* it is the account that ended */
        dc->broken_until = 0;
        dc->logins = 0;
    }
    close_calls (dc);
}

static void
settle_lane (NetLine *line)
{
    if (line->session == NULL || (!line->fails && line->dc->net->logged_in))
        return;
    if (line->fails)
        line->off_until = line->dc->net->now.mono + OFF_FOR;
    close_line (line);
}

/* The session of (home, MAIN) is one at `moving` from now on. Whoever is told that the old one
 * was closed, and asks again, waits for it. */
static void
change_home (Net *net)
{
    int to = net->moving;
    NetLine *line = &net->dcs[to].lines[NET_MAIN];

    for (int lane = 0; lane < NET_LANES; lane++) {
        close_line (&net->dcs[net->home].lines[lane]);
        close_line (&net->dcs[to].lines[lane]);
    }
    if (net->moving == to) /* else who was told knows better */
        net->moving = 0;
    net->carries = FALSE;
    net->home = to;
    net->dcs[to].auth = NET_AUTH_NONE;
    net_dc_open (line);
    mt_session_set_logged_in (line->session, net->logged_in);
    net->ops->moved (net->user, to);
    mt_session_start (line->session, net->now);
}

/* What is still out at the old home is asked again at the new one. */
static void
take_back_mains (Net *net)
{
    for (GList *l = net->mains.head; l != NULL; l = l->next) {
        NetCall *call = l->data;
        call->refused = FALSE;
        if (call->call == NULL)
            continue;
        net_ask_take_back (call);
        call->repeated = net->held = TRUE;
    }
}

/* The new home cannot be had: who was sent there hears so, and what must arrive waits. */
static void
stay (Net *net)
{
    const MtError error = net_refusal_moved (net->moving);

    g_debug ("[dc%d] home cannot be there", net->moving);
    net->moving = 0;
    net->carries = FALSE;
    net_calls_walk (net, &net->mains);
    for (NetCall *call; (call = net_calls_next (net)) != NULL;) {
        if (!call->refused)
            continue;
        call->refused = FALSE;
        if (!net_ask_later (call, &error))
            net_calls_finish (call, NULL, &error);
    }
}

/* Where that is may have to be asked first. */
static void
settle_move (Net *net)
{
    int to = net->moving;
    NetLine *line = &net->dcs[CLAMP (to, 1, NET_DC_MAX)].lines[NET_MAIN];

    if (to == 0)
        return;
    if (net->carries) {
        switch (net_move_step (net)) {
        case NET_MOVE_WAITS:
            break;
        case NET_MOVE_READY:
            take_back_mains (net);
            change_home (net);
            break;
        case NET_MOVE_FAILED:
            stay (net);
            break;
        }
        return;
    }
    g_autoptr (GArray) addresses = net_dc_addresses (line);
    if (addresses->len == 0 && to != net->home) {
        net_places_ask (net);
        if (net->places.asked)
            return;
        net->moving = 0;
        net->ops->moved (net->user, 0);
        return;
    }
    change_home (net);
}

/* Nothing goes on but that. */
static void
settle_end (Net *net)
{
    if (!net_end_step (net))
        return;
    net->end.wanted = FALSE;
    net->ops->given_up (net->user);
}

static void
settle (Net *net)
{
    net->handed = 0;
    net->late = FALSE;
    if (net->ending) {
        if (net->end.wanted)
            settle_end (net);
        return;
    }
    for (int number = 1; number <= NET_DC_MAX; number++) {
        NetDc *dc = &net->dcs[number];
        if (number == net->home)
            continue;
        net_auth_check (dc);
        settle_dc (dc);
    }
    settle_move (net);
    net_places_step (net);
    net_former_step (net);
    net_ask_mains (net);
    settle_lane (&net->dcs[net->home].lines[NET_UP]);
    settle_lane (&net->dcs[net->home].lines[NET_DOWN]);
    net_calls_walk (net, &net->calls);
    for (NetCall *call; (call = net_calls_next (net)) != NULL;) {
        if (call->line != NULL)
            continue;
        if (net->handed >= HANDED_MAX) { /* DECISIONS 32 */
            net->late = TRUE;
            break;
        }
        if (place_of (call) == net->home)
            route_at_home (call);
        else
            route_elsewhere (call);
    }
    EACH_LINE (net, line)
    if (is_idle (line) && line->used + IDLE_CLOSE <= net->now.mono)
        close_line (line);
}

/* --- life --- */

Net *
net_new (const NetConfig *config, const NetOps *ops, void *user)
{
    g_autoptr (Net) net = g_new0 (Net, 1);

    net->config = *config;
    net->config.header = g_bytes_ref (config->header);
    net->ops = ops;
    net->user = user;
    net->home = net->given = config->home;
    net->former.at = HOST_NEVER;
    net_places_restore (net);
    net->config.told = NULL;
    g_queue_init (&net->calls);
    g_queue_init (&net->mains);
    for (int dc = 1; dc <= NET_DC_MAX; dc++)
        net_dc_init (net, dc);
    return net_dc_open (net_home_main (net)) ? g_steal_pointer (&net) : NULL;
}

void
net_free (Net *net)
{
    if (net == NULL)
        return;
    net->ending = TRUE;
    while (!g_queue_is_empty (&net->calls) || !g_queue_is_empty (&net->mains)) {
        GQueue *queue = g_queue_is_empty (&net->calls) ? &net->mains : &net->calls;
        NetCall *call = g_queue_peek_head (queue);
        net_ask_take_back (call);
        net_calls_close (call);
    }
    for (int dc = 1; dc <= NET_DC_MAX; dc++)
        net_dc_clear (&net->dcs[dc]);
    net_end_clear (net);
    net_places_clear (net);
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
    mt_session_set_pause (net_home_main (net)->session, pause);
}

void
net_set_logged_in (Net *net, int64_t own_id)
{
    net->logged_in = TRUE;
    net->own_id = own_id;
    mt_session_set_logged_in (net_home_main (net)->session, TRUE);
}

void
net_forget (Net *net)
{
    net->logged_in = FALSE;
    mt_session_set_logged_in (net_home_main (net)->session, FALSE);
    for (int dc = 1; dc <= NET_DC_MAX; dc++) {
        net_dc_forget_key (&net->dcs[dc]);
        if (dc != net->home)
            net->dcs[dc].marked = NET_DC_BROKEN;
    }
}

void
net_give_up (Net *net)
{
    net_end_begin (net);
    net_forget (net);
}

/* --- inputs --- */

void
net_start (Net *net, HostTime now)
{
    net->now = now;
    mt_session_start (net_home_main (net)->session, now);
}

void
net_connected (Net *net, int number, HostTime now)
{
    NetLine *line = find_line (net, number);

    net->now = now;
    if (line != NULL)
        mt_session_connected (line->session, slot_of (number), now);
}

void
net_receive (Net *net, int number, const uint8_t *data, size_t len, HostTime now)
{
    NetLine *line = find_line (net, number);

    net->now = now;
    if (line != NULL)
        mt_session_receive (line->session, slot_of (number), data, len, now);
}

void
net_closed (Net *net, int number, HostTime now)
{
    NetLine *line = find_line (net, number);

    net->now = now;
    if (line != NULL)
        mt_session_closed (line->session, slot_of (number), now);
}

void
net_tick (Net *net, HostTime now)
{
    net->now = now;
    EACH_LINE (net, line)
    mt_session_tick (line->session, now);
}

void
net_prime_checked (Net *net, const uint8_t p[static 256], gboolean good, HostTime now)
{
    net->now = now;
    EACH_LINE (net, line)
    mt_session_prime_checked (line->session, p, good, now);
}

void
net_reconnect (Net *net, const char *why, HostTime now)
{
    net->now = now;
    if (!net->ending)
        mt_session_reconnect (net_home_main (net)->session, why, now);
}

void
net_wake (Net *net, HostTime now)
{
    net->now = now;
    EACH_LINE (net, line)
    mt_session_wake (line->session, now);
}

void
net_move_home (Net *net, int dc)
{
    net->moving = dc;
    net->carries = FALSE;
}

void
net_flush (Net *net, HostTime now)
{
    net->now = now;
    settle (net);
    EACH_LINE (net, line)
    mt_session_flush (line->session, now);
}

int64_t
net_deadline (const Net *net)
{
    int64_t at = net->late ? net->now.mono : HOST_NEVER;

    EACH_LINE ((Net *)net, line)
    {
        at = MIN (at, mt_session_deadline (line->session));
        if (is_idle (line) && !net->ending)
            at = MIN (at, line->used + IDLE_CLOSE);
    }
    if (net->ending)
        return MIN (at, net_end_deadline (net));
    for (const GList *l = net->held && net->moving == 0 ? net->mains.head : NULL;
         l != NULL; l = l->next)
        if (((const NetCall *)l->data)->call == NULL)
            at = MIN (at, ((const NetCall *)l->data)->at);
    at = MIN (at, net_move_deadline (net));
    at = MIN (at, net_places_deadline (net));
    at = MIN (at, net_former_deadline (net));
    for (int dc = 1; dc <= NET_DC_MAX; dc++)
        if (dc != net->home && is_wanted (net, dc))
            at = MIN (at, net_auth_deadline (&net->dcs[dc]));
    return at;
}

MtState
net_state (const Net *net)
{
    const NetLine *main = net_home_main (net);

    return main->session != NULL ? mt_session_state (main->session) : MT_STATE_OFFLINE;
}

int64_t
net_server_time (const Net *net, HostTime now)
{
    const NetLine *main = net_home_main (net);

    return main->session != NULL ? mt_session_server_time (main->session, now)
                                 : now.wall / 1000;
}

/* --- asking --- */

NetCall *
net_call (Net *net, int dc, NetLane lane, const TlObject *request, MtCallFlags flags,
          MtAnswerFunc func, void *user)
{
    NetCall *call = g_new0 (NetCall, 1);

    *call = (NetCall){ .net = net,
                       .dc = dc,
                       .lane = lane,
                       .method = request->id,
                       .flags = flags,
                       .func = func,
                       .user = user };
    if (!tl_encode (&tl_api_schema, request, &call->body) ||
        call->body.len > MT_CALL_MAX - WRAPPER) { /* MT-B7 */
        g_critical ("a request does not encode"); /* own ones do */
        tl_writer_clear (&call->body);
        g_free (call);
        return NULL;
    }
    if (place_of (call) == net->home && lane == NET_MAIN) {
        net_calls_join (call, &net->mains);
        if (net->moving == 0 && !net->ending)
            net_ask_main (call);
        net->held |= call->call == NULL;
    } else {
        net_calls_join (call, &net->calls);
    }
    return call;
}

void
net_cancel (Net *net, NetCall *call)
{
    net_ask_take_back (call);
    net_calls_drop (call);
}
