/* Temporary keys that serve no more: another one has their place, or an earlier process had
 * made them. The servers are told which ones are in use, and drop the others (MT-C41), so that
 * what was recorded under them opens to nobody who finds them later. */
#include "net-private.h"

#include "crypto-envelope.h"

#define SOON 10000 /* ms: other data centres' keys may be about to follow */

static gboolean
is_wanted (const Net *net)
{
    for (int dc = 1; dc <= NET_DC_MAX; dc++)
        if (net->dcs[dc].key->former)
            return TRUE;
    return FALSE;
}

/* One that the list cannot have yet, and may be bound before the list is read. */
static gboolean
is_one_made (const Net *net)
{
    for (int dc = 1; dc <= NET_DC_MAX; dc++)
        if (net->dcs[dc].key->maker != NULL)
            return TRUE;
    return FALSE;
}

static gboolean
may_ask (const Net *net)
{
    return net->logged_in && net->moving == 0 && net->former.call == NULL &&
           net_line_is_ready (net_home_main (net)) && is_wanted (net);
}

/* A refusal is nothing to anybody: the keys end by themselves within a day. */
static void
dropped_cb (void *user, TlMessage *answer, const MtError *error)
{
    Net *net = user;

    net->former.call = NULL;
    if (error != NULL && error->code == MT_ERROR_LOCAL_CLOSED)
        net->dcs[net->home].key->former = TRUE; /* home has become another one, perhaps */
    else if (error != NULL)
        g_debug ("[dc%d] old temporary keys: %s", net->home, error->text);
}

static void
ask (Net *net)
{
    int64_t ids[NET_DC_MAX];
    size_t n = 0;

    for (int dc = 1; dc <= NET_DC_MAX; dc++) {
        MtKey *key = net->dcs[dc].key;
        key->former = FALSE;
        if (key->temporary != NULL)
            ids[n++] = crypto_key_id (key->temporary->key);
    }
    ApiAuthDropTempAuthKeys request =
        TL_NEW (ApiAuthDropTempAuthKeys, .except_auth_keys = { ids, n });
    net->former.call = mt_session_call (net_home_main (net)->session, TL_OBJ (&request),
                                        MT_CALL_DEFAULT, dropped_cb, net, NULL);
}

void
net_former_step (Net *net)
{
    if (net->former.call != NULL && is_one_made (net)) {
        /* its list will lack one */
        mt_session_cancel (net_home_main (net)->session, net->former.call);
        net->former.call = NULL;
        net->dcs[net->home].key->former = TRUE;
    }
    if (!may_ask (net)) {
        net->former.at = HOST_NEVER;
        return;
    }
    if (net->former.at == HOST_NEVER)
        net->former.at = net->now.mono + SOON;
    if (net->now.mono < net->former.at)
        return;
    net->former.at = HOST_NEVER;
    if (is_one_made (net))
        net->former.at = net->now.mono + SOON;
    else
        ask (net);
}

int64_t
net_former_deadline (const Net *net)
{
    return may_ask (net) ? net->former.at : HOST_NEVER;
}
