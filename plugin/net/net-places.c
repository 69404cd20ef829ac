/* Where data centres are: what is built in, until help.getConfig says more. It is asked when
 * somebody wants to go where that matters, so an idle account asks nothing. */
#include "net-private.h"

#include <string.h>

#define OPTIONS_MAX 200 /* real lists have some 20 */
#define HOST_MAX 64
#define DAY (24 * 60 * NET_MINUTE)

gboolean
net_places_known (const Net *net)
{
    return net->places.addresses != NULL;
}

void
net_places_clear (Net *net)
{
    g_clear_pointer (&net->places.addresses, g_array_unref);
    g_clear_pointer (&net->places.hosts, g_ptr_array_unref);
}

/* What cannot be an address, or is none for us (MT-B25, B26): content networks. */
static gboolean
is_usable (const ApiDcOption *option)
{
    return option->id >= 1 && option->id <= NET_DC_MAX && option->port >= 1 &&
           option->port <= 65535 && !option->cdn && option->ip_address.len > 0 &&
           option->ip_address.len < HOST_MAX &&
           memchr (option->ip_address.data, '\0', option->ip_address.len) == NULL;
}

static unsigned
flags_of (const ApiDcOption *option)
{
    return (option->ipv6 ? MT_ADDRESS_IPV6 : 0u) |
           (option->media_only ? MT_ADDRESS_MEDIA : 0u) |
           (option->tcpo_only ? MT_ADDRESS_OBFUSCATED : 0u) |
           (option->static_ ? MT_ADDRESS_STATIC : 0u) |
           (option->this_port_only ? MT_ADDRESS_THIS_PORT : 0u);
}

/* An address of its own secret (MT-B18): simple ones and dd, as TDLib. FALSE: another one. */
static gboolean
take_secret (const ApiDcOption *option, GPtrArray *owned, MtAddress *address)
{
    MtSecret secret;

    if (option->secret.len == 0)
        return TRUE;
    if (!mt_secret_take (option->secret.data, option->secret.len, &secret) ||
        secret.kind == MT_SECRET_TLS)
        return FALSE;
    address->secret = g_memdup2 (&secret, sizeof secret);
    g_ptr_array_add (owned, (void *)address->secret);
    return TRUE;
}

static void
take_config (Net *net, const ApiConfig *config)
{
    g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (NetAddress));
    g_autoptr (GPtrArray) hosts = g_ptr_array_new_with_free_func (g_free);
    gboolean home = FALSE;

    for (size_t i = 0; i < MIN (config->dc_options.len, OPTIONS_MAX); i++) {
        const ApiDcOption *option =
            TL_AS (TL_ITEM_OBJ (config->dc_options, i), ApiDcOption);
        if (option == NULL || !is_usable (option))
            continue;
        g_autofree char *host =
            g_strndup ((const char *)option->ip_address.data, option->ip_address.len);
        if (!g_hostname_is_ip_address (host) ||
            option->ipv6 != (strchr (host, ':') != NULL))
            continue;
        NetAddress address = {
            .dc = option->id, .at = { host, (uint16_t)option->port, flags_of (option) }
        };
        if (!take_secret (option, hosts, &address.at))
            continue;
        g_array_append_val (found, address);
        g_ptr_array_add (hosts, g_steal_pointer (&host));
        home |= option->id == net->home && !option->media_only;
    }
    if (!home) /* an absurd list does not replace a good one */
        return;
    net_places_clear (net);
    net->places.addresses = g_steal_pointer (&found);
    net->places.hosts = g_steal_pointer (&hosts);
}

static void
config_cb (void *user, TlMessage *answer, const MtError *error)
{
    Net *net = user;
    const ApiConfig *config =
        answer != NULL ? TL_AS (tl_message_root (answer), ApiConfig) : NULL;

    net->places.asked = FALSE;
    net->places.asked_at = net->now.mono;
    net->places.ask_at = net->now.mono + NET_MINUTE;
    if (config == NULL) /* what is built in has to do, for a while */
        return;
    int64_t good = ((int64_t)config->expires - config->date) * 1000;
    net->places.ask_at = net->now.mono + CLAMP (good, NET_MINUTE, DAY);
    take_config (net, config);
}

/* Of one message of the server's. */
static gboolean
is_change (const TlObject *update)
{
    return update != NULL &&
           (update->id == ApiUpdateConfig_ID || update->id == ApiUpdateDcOptions_ID);
}

void
net_places_hear (Net *net, const TlObject *root)
{
    const ApiUpdateShort *one = TL_AS (root, ApiUpdateShort);
    const ApiUpdates *many = TL_AS (root, ApiUpdates);
    gboolean changed = one != NULL && is_change (one->update);

    for (size_t i = 0; many != NULL && i < many->updates.len && !changed; i++)
        changed = is_change (TL_ITEM_OBJ (many->updates, i));
    if (changed) /* once a minute at most, and when somebody wants to go there */
        net->places.ask_at = MIN (net->places.ask_at, net->places.asked_at + NET_MINUTE);
}

void
net_places_ask (Net *net)
{
    ApiHelpGetConfig request = TL_NEW (ApiHelpGetConfig);

    if (net->config.only || net->places.asked || net->now.mono < net->places.ask_at)
        return;
    net->places.asked = TRUE;
    mt_session_call (net_home_main (net)->session, TL_OBJ (&request),
                     MT_CALL_BEFORE_LOGIN, config_cb, net, NULL);
}
