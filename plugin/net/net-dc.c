/* One data centre: its addresses, the key with it, and its sessions by lane. */
#include "net-private.h"

#include "api.tl.h"

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
send_cb (void *user, unsigned slot, const uint8_t *data, size_t len)
{
    NetLine *line = user;
    Net *net = line->dc->net;

    net->ops->send (net->user, number_of (line, slot), data, len);
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

    if (is_home_main (line))
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

static void
pause_cb (void *user, const MtPause *pause)
{
    NetLine *line = user;
    Net *net = line->dc->net;

    if (is_home_main (line))
        net->ops->pause (net->user, pause);
}

static const MtOps line_ops = { connect_cb, disconnect_cb,  send_cb,
                                state_cb,   updates_cb,     failed_cb,
                                batch_cb,   check_prime_cb, pause_cb };

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
    g_clear_pointer (&line->session, mt_session_free);
    g_clear_pointer (&line->addresses, g_array_unref);
}

void
net_dc_clear (NetDc *dc)
{
    for (int lane = 0; lane < NET_LANES; lane++)
        free_session (&dc->lines[lane]);
    g_clear_pointer (&dc->key, mt_key_unref);
}

/* Those that this lane may use (MT-B26). */
static GArray *
find_addresses (const NetLine *line)
{
    const Net *net = line->dc->net;
    GArray *found = g_array_new (FALSE, FALSE, sizeof (MtAddress));

    for (size_t i = 0; i < net->config.n_addresses; i++) {
        const NetAddress *known = &net->config.addresses[i];
        if ((known->dc == 0 ? net->home : known->dc) == line->dc->dc &&
            (known->at.flags & MT_ADDRESS_MEDIA) == 0)
            g_array_append_val (found, known->at);
    }
    return found;
}

gboolean
net_dc_is_known (Net *net, int dc)
{
    g_autoptr (GArray) found = NULL;

    if (dc < 1 || dc > NET_DC_MAX)
        return FALSE;
    found = find_addresses (&net->dcs[dc].lines[NET_MAIN]);
    return found->len > 0;
}

gboolean
net_dc_open (NetLine *line)
{
    const NetConfig *config = &line->dc->net->config;

    if (line->session != NULL)
        return TRUE;
    g_autoptr (GArray) addresses = find_addresses (line);
    if (addresses->len == 0)
        return FALSE;
    line->addresses = g_steal_pointer (&addresses);
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
                          .key = line->dc->key };
    line->session = mt_session_new (&mt, &line_ops, line);
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

    mt_key_forget (dc->key);
    store_batch_delete (net->ops->batch (net->user), (StoreKey){ STORE_DC, dc->dc, 0 });
}
