/* One data centre: its addresses, the key with it, and its sessions by lane. */
#include "net-private.h"

#define FAILURES_MAX 5 /* in a row */
#define REFUSALS_MAX 3

/* --- what a session tells --- */

/* Of a connection of that lane: its session may try some at once. */
static int
number_of (const NetLine *line, unsigned slot)
{
    return (line->dc->dc * NET_LANES + (int)line->lane) * MT_RACE_MAX + (int)slot;
}

static gboolean
is_home_main (const NetLine *line)
{
    return line->dc->dc == line->dc->net->home && line->lane == NET_MAIN;
}

static void
connect_cb (void *user, unsigned slot, const MtAddress *address)
{
    NetLine *line = user;
    Net *net = line->dc->net;

    net->ops->connect (net->user, number_of (line, slot), address);
}

static void
disconnect_cb (void *user, unsigned slot)
{
    NetLine *line = user;
    Net *net = line->dc->net;

    net->ops->disconnect (net->user, number_of (line, slot));
}

static void
send_cb (void *user, unsigned slot, GByteArray *bytes)
{
    NetLine *line = user;
    Net *net = line->dc->net;

    net->ops->send (net->user, number_of (line, slot), bytes);
}

static void
state_cb (void *user, MtState state)
{
    NetLine *line = user;
    Net *net = line->dc->net;

    if (is_home_main (line))
        net->ops->state (net->user, state);
}

static void
updates_cb (void *user, TlMessage *updates)
{
    NetLine *line = user;
    Net *net = line->dc->net;

    if (!is_home_main (line))
        return;
    if (updates != NULL)
        net_places_hear (net, tl_message_root (updates));
    net->ops->updates (net->user, updates);
}

static void
failed_cb (void *user, MtFailure failure, const char *detail)
{
    NetLine *line = user;
    Net *net = line->dc->net;

    if (is_home_main (line))
        net->ops->failed (net->user, failure, detail);
}

static StoreBatch *
batch_cb (void *user)
{
    Net *net = ((NetLine *)user)->dc->net;

    return net->ops->batch (net->user);
}

static void
check_prime_cb (void *user, const uint8_t p[static 256])
{
    Net *net = ((NetLine *)user)->dc->net;

    net->ops->check_prime (net->user, p);
}

/* What keeps a line elsewhere, or a lane at home, from getting through is told to nobody: who
 * asked for something hears that it cannot be had. */
static void
pause_cb (void *user, const MtPause *pause)
{
    NetLine *line = user;
    NetDc *dc = line->dc;
    Net *net = dc->net;

    if (net->ending)
        return;
    if (is_home_main (line)) {
        net->ops->pause (net->user, pause);
        return;
    }
    if (mt_session_state (net_home_main (net)->session) != MT_STATE_READY)
        return; /* it is the network */
    line->fails |= pause->failures >= FAILURES_MAX || pause->refusals >= REFUSALS_MAX;
    if (dc->dc == net->home && pause->trouble == MT_TROUBLE_KEY_UNKNOWN)
        line->fails = TRUE; /* (home, MAIN) finds out about its key by itself */
    if (line->fails && dc->dc != net->home && dc->marked == NET_DC_WELL)
        dc->marked =
            pause->trouble == MT_TROUBLE_KEY_UNKNOWN ? NET_DC_BROKEN : NET_DC_LOST;
}

static const MtOps line_ops = { connect_cb, disconnect_cb,  send_cb,
                                state_cb,   updates_cb,     failed_cb,
                                batch_cb,   check_prime_cb, pause_cb };

/* A session that has its key destroyed tells nobody anything. */
static void
last_state_cb (void *user, MtState state)
{
}

static void
last_updates_cb (void *user, TlMessage *updates)
{
}

static void
last_failed_cb (void *user, MtFailure failure, const char *detail)
{
}

static void
last_pause_cb (void *user, const MtPause *pause)
{
    NetLine *line = user;

    line->fails |= pause->trouble == MT_TROUBLE_KEY_UNKNOWN; /* which is as good */
}

static const MtOps last_ops = { connect_cb,    disconnect_cb,   send_cb,
                                last_state_cb, last_updates_cb, last_failed_cb,
                                batch_cb,      check_prime_cb,  last_pause_cb };

/* --- its life --- */

void
net_dc_init (Net *net, int number)
{
    NetDc *dc = &net->dcs[number];

    dc->net = net;
    dc->dc = number;
    dc->key = mt_key_new (number, net->config.test);
    for (int lane = 0; lane < NET_LANES; lane++)
        dc->lines[lane] = (NetLine){ .dc = dc, .lane = (NetLane)lane };
}

static void
free_session (NetLine *line)
{
    mt_session_free (line->session); /* whoever is told may still ask it something */
    line->session = NULL;
    g_clear_pointer (&line->addresses, g_array_unref);
    g_clear_pointer (&line->hosts, g_ptr_array_unref);
    line->fails = FALSE;
}

void
net_dc_clear (NetDc *dc)
{
    for (int lane = 0; lane < NET_LANES; lane++)
        free_session (&dc->lines[lane]);
    g_clear_pointer (&dc->key, mt_key_unref);
}

static gboolean
has_address (const GArray *found, const MtAddress *address)
{
    for (unsigned i = 0; i < found->len; i++) {
        const MtAddress *other = &g_array_index (found, MtAddress, i);
        if (other->port == address->port && other->secret == address->secret &&
            g_str_equal (other->address, address->address))
            return TRUE;
    }
    return FALSE;
}

static void
add_addresses (const NetLine *line, const NetAddress *known, size_t n, GArray *found)
{
    const Net *net = line->dc->net;
    gboolean files = line->dc->dc == net->home && line->lane != NET_MAIN;

    for (size_t i = 0; i < n; i++)
        if ((known[i].dc == 0 ? net->given : known[i].dc) == line->dc->dc &&
            ((known[i].at.flags & MT_ADDRESS_MEDIA) != 0) == files &&
            !has_address (found, &known[i].at))
            g_array_append_val (found, known[i].at);
}

/* Lanes for files at home have addresses of their own, or there is no such lane: two
 * connections to the ordinary ones would kill the key (MT-B31). What the servers say comes
 * before what is built in, which is tried where that leads nowhere (MT-B25); what the user
 * said is all there is of that data centre. */
GArray *
net_dc_addresses (const NetLine *line)
{
    const Net *net = line->dc->net;
    const GArray *told = net->places.addresses;
    GArray *found = g_array_new (FALSE, FALSE, sizeof (MtAddress));
    gboolean given = net_is_given (net) && line->dc->dc == net->given;

    if (told != NULL && !(given && line->lane == NET_MAIN))
        add_addresses (line, (const NetAddress *)(const void *)told->data, told->len,
                       found);
    add_addresses (line, net->config.addresses, net->config.n_addresses, found);
    return found;
}

/* `last`: of a key that is to be destroyed, or NULL. */
static gboolean
open_line (NetLine *line, MtKey *last)
{
    const Net *net = line->dc->net;
    const NetConfig *config = &net->config;
    gboolean home = is_home_main (line) && last == NULL;

    if (line->session != NULL)
        return TRUE;
    g_autoptr (GArray) addresses = net_dc_addresses (line);
    if (addresses->len == 0)
        return FALSE;
    line->addresses = g_steal_pointer (&addresses);
    if (net->places.hosts != NULL)
        line->hosts = g_ptr_array_ref (net->places.hosts);
    const MtConfig mt = { .dc = line->dc->dc,
                          .test = config->test,
                          .addresses = (const MtAddress *)(void *)line->addresses->data,
                          .n_addresses = line->addresses->len,
                          .keys = config->keys,
                          .n_keys = config->n_keys,
                          .schema = &tl_api_schema,
                          .header = config->header,
                          .random = config->random,
                          .dh = config->dh,
                          .key = last != NULL ? last : line->dc->key,
                          .guest = !home,
                          .temporary = last == NULL,
                          .borrows =
                              line->dc->dc == net->home && line->lane != NET_MAIN };
    line->session = mt_session_new (&mt, last != NULL ? &last_ops : &line_ops, line);
    return TRUE;
}

gboolean
net_dc_open (NetLine *line)
{
    return open_line (line, NULL);
}

gboolean
net_dc_open_last (NetDc *dc, MtKey *key)
{
    NetLine *line = &dc->lines[NET_MAIN];

    if (!open_line (line, key))
        return FALSE;
    mt_session_destroy_key (line->session);
    mt_session_start (line->session, dc->net->now);
    return TRUE;
}

void
net_dc_close (NetLine *line)
{
    if (line->session == NULL)
        return;
    free_session (line);
    for (unsigned slot = 0; slot < MT_RACE_MAX; slot++)
        disconnect_cb (line, slot);
}

void
net_dc_forget_key (NetDc *dc)
{
    Net *net = dc->net;

    dc->auth = NET_AUTH_NONE;
    dc->proved = FALSE;
    if (!dc->key->known && dc->dc != net->home)
        return;
    mt_key_forget (dc->key);
    store_batch_delete (net->ops->batch (net->user), (StoreKey){ STORE_DC, dc->dc, 0 });
}
