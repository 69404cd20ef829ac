/* Where data centres are: what is built in, and what help.getConfig says (MT-B25), which is
 * kept over the program's end. It is asked when somebody wants to go where that matters; else
 * once a day, and an hour after the server said that something has changed. */
#include "net-private.h"

#include "record.tl.h"

#include <string.h>

#define OPTIONS_MAX 200 /* that are looked at; real lists have some 20 */
#define EACH_MAX 4      /* that are kept of one data centre, purpose and family */
#define HOST_MAX 64
#define HOUR (60 * NET_MINUTE)
#define DAY (24 * HOUR)

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

/* --- one address --- */

/* A list that is being made. */
typedef struct {
    GArray *addresses;
    GPtrArray *hosts;
} Found;

static Found
found_new (void)
{
    return (Found){ g_array_new (FALSE, FALSE, sizeof (NetAddress)),
                    g_ptr_array_new_with_free_func (g_free) };
}

static void
found_clear (Found *found)
{
    g_clear_pointer (&found->addresses, g_array_unref);
    g_clear_pointer (&found->hosts, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Found, found_clear)

/* As they say it, or as it was kept. */
typedef struct {
    int64_t dc;
    unsigned flags;
    TlBytes host;
    int64_t port;
    TlBytes secret;
} Said;

/* What cannot be an address (MT-B25). */
static gboolean
is_usable (const Said *said)
{
    return said->dc >= 1 && said->dc <= NET_DC_MAX && said->port >= 1 &&
           said->port <= 65535 && said->host.len > 0 && said->host.len < HOST_MAX &&
           memchr (said->host.data, '\0', said->host.len) == NULL;
}

/* There is room for one more of the kind, and it is not there yet. */
static gboolean
has_room (const Found *found, const Said *said, const char *host, int max)
{
    const unsigned kind = MT_ADDRESS_MEDIA | MT_ADDRESS_IPV6;
    int n = 0;

    for (unsigned i = 0; i < found->addresses->len; i++) {
        const NetAddress *other = &g_array_index (found->addresses, NetAddress, i);
        if (other->dc != said->dc || (other->at.flags & kind) != (said->flags & kind))
            continue;
        if (other->at.port == said->port && g_str_equal (other->at.address, host))
            return FALSE;
        n++;
    }
    return n < max;
}

/* An address of its own secret (MT-B18): simple ones and dd, as TDLib. FALSE: another one. */
static gboolean
take_secret (TlBytes said, GPtrArray *owned, MtAddress *address)
{
    MtSecret secret;

    if (said.len == 0)
        return TRUE;
    if (!mt_secret_take (said.data, said.len, &secret) || secret.kind == MT_SECRET_TLS)
        return FALSE;
    address->secret = g_memdup2 (&secret, sizeof secret);
    g_ptr_array_add (owned, (void *)address->secret);
    return TRUE;
}

/* TRUE: it is one, for which there was room or not. */
static gboolean
take (Found *found, const Said *said, int max)
{
    if (!is_usable (said))
        return FALSE;
    g_autofree char *host = g_strndup ((const char *)said->host.data, said->host.len);
    gboolean ipv6 = strchr (host, ':') != NULL;
    if (!g_hostname_is_ip_address (host) ||
        ipv6 != ((said->flags & MT_ADDRESS_IPV6) != 0))
        return FALSE;
    NetAddress address = { .dc = (int)said->dc,
                           .at = { host, (uint16_t)said->port, said->flags, NULL } };
    if (!has_room (found, said, host, max))
        return TRUE;
    if (!take_secret (said->secret, found->hosts, &address.at))
        return FALSE;
    g_array_append_val (found->addresses, address);
    g_ptr_array_add (found->hosts, g_steal_pointer (&host));
    return TRUE;
}

/* --- what is kept --- */

/* What the user said, or "" where it is Telegram's own (NetConfig): what others told is not
 * for us. */
static char *
given_new (const Net *net)
{
    const NetConfig *config = &net->config;

    return net_is_given (net) ? g_strdup_printf ("%s %u", config->addresses[0].at.address,
                                                 config->addresses[0].at.port)
                              : g_strdup ("");
}

static int64_t
server_key (const Net *net)
{
    return net->config.n_keys > 0 ? net->config.keys[0].fingerprint : 0;
}

/* The bytes as they were told, into `buffer`. */
static TlBytes
secret_of (const MtSecret *secret, uint8_t buffer[static 17])
{
    gboolean padded = secret != NULL && secret->kind == MT_SECRET_PADDED;

    if (secret == NULL)
        return TL_BYTES (buffer, 0);
    buffer[0] = 0xdd;
    memcpy (buffer + 1, secret->key, 16);
    return padded ? TL_BYTES (buffer, 17) : TL_BYTES (buffer + 1, 16);
}

static void
save (Net *net)
{
    const GArray *all = net->places.addresses;
    g_autofree RecDcAddress *records = g_new0 (RecDcAddress, all->len + 1);
    g_autofree const TlObject **items = g_new0 (const TlObject *, all->len + 1);
    g_autofree uint8_t *secrets = g_malloc (17 * (all->len + 1));
    g_autofree char *given = given_new (net);
    g_auto (TlWriter) writer = { 0 };

    for (unsigned i = 0; i < all->len; i++) {
        const NetAddress *address = &g_array_index (all, NetAddress, i);
        TlBytes secret = secret_of (address->at.secret, secrets + 17 * i);
        records[i] =
            TL_NEW (RecDcAddress, .dc = address->dc, .kind = (int32_t)address->at.flags,
                    .host = TL_STR (address->at.address), .port = address->at.port,
                    .secret = secret);
        items[i] = TL_OBJ (&records[i]);
    }
    RecDcAddresses record =
        TL_NEW (RecDcAddresses, .told = net->places.told, .given = TL_STR (given),
                .given_dc = net->given, .server_key = server_key (net),
                .addresses = { items, all->len });
    if (tl_encode (&tl_record_schema, TL_OBJ (&record), &writer))
        store_batch_put_mark (net->ops->batch (net->user),
                              (StoreKey){ STORE_ACCOUNT, NET_RECORD_PLACES, 0 },
                              writer.data, writer.len, STORE_WRITTEN);
}

/* FALSE: it is not about these servers, or nobody could go home by it. */
static gboolean
is_ours (const Net *net, const RecDcAddresses *record, const Found *found)
{
    g_autofree char *given = given_new (net);
    gboolean home = !net_is_given (net) || record->given_dc == net->home;

    if (net->config.only || record->server_key != server_key (net) ||
        record->given.len != strlen (given) ||
        memcmp (record->given.data, given, record->given.len) != 0 ||
        record->given_dc < 1 || record->given_dc > NET_DC_MAX)
        return FALSE;
    for (unsigned i = 0; i < found->addresses->len; i++) {
        const NetAddress *address = &g_array_index (found->addresses, NetAddress, i);
        home |= address->dc == net->home && (address->at.flags & MT_ADDRESS_MEDIA) == 0;
    }
    return home && found->addresses->len > 0;
}

void
net_places_restore (Net *net)
{
    const NetConfig *config = &net->config;
    g_autoptr (TlMessage) message =
        config->told != NULL
            ? tl_message_decode (&tl_record_schema, config->told, config->told_len, NULL)
            : NULL;
    const RecDcAddresses *record =
        message != NULL ? TL_AS (tl_message_root (message), RecDcAddresses) : NULL;
    g_auto (Found) found = found_new ();

    for (size_t i = 0; record != NULL && i < MIN (record->addresses.len, OPTIONS_MAX);
         i++) {
        const RecDcAddress *item =
            TL_AS (TL_ITEM_OBJ (record->addresses, i), RecDcAddress);
        if (item == NULL)
            continue;
        const Said said = { item->dc, (unsigned)item->kind & MT_ADDRESS_FLAGS, item->host,
                            item->port, item->secret };
        take (&found, &said, EACH_MAX + 1);
    }
    if (record == NULL || !is_ours (net, record, &found))
        return;
    net->given = record->given_dc;
    net->places.told = record->told;
    net->places.addresses = g_steal_pointer (&found.addresses);
    net->places.hosts = g_steal_pointer (&found.hosts);
}

/* --- what is told --- */

static unsigned
flags_of (const ApiDcOption *option)
{
    return (option->ipv6 ? MT_ADDRESS_IPV6 : 0u) |
           (option->media_only ? MT_ADDRESS_MEDIA : 0u) |
           (option->tcpo_only ? MT_ADDRESS_OBFUSCATED : 0u) |
           (option->static_ ? MT_ADDRESS_STATIC : 0u) |
           (option->this_port_only ? MT_ADDRESS_THIS_PORT : 0u);
}

/* The one by which the account is at home now stays, whatever they say: the next start would
 * not get there by what is not true. */
static void
keep_the_used_one (const Net *net, Found *found)
{
    const NetConfig *config = &net->config;
    const MtAddress *used = mt_session_address (net_home_main (net)->session);
    uint8_t buffer[17];

    for (size_t i = 0; used != NULL && i < config->n_addresses; i++)
        if (config->addresses[i].at.address == used->address)
            return; /* not told by them */
    if (used == NULL)
        return;
    const Said said = { net->home, used->flags, TL_STR (used->address), used->port,
                        secret_of (used->secret, buffer) };
    take (found, &said, EACH_MAX + 1);
}

static void
take_config (Net *net, const ApiConfig *config)
{
    g_auto (Found) found = found_new ();
    gboolean home = FALSE;

    for (size_t i = 0; i < MIN (config->dc_options.len, OPTIONS_MAX); i++) {
        const ApiDcOption *option =
            TL_AS (TL_ITEM_OBJ (config->dc_options, i), ApiDcOption);
        if (option == NULL || option->cdn) /* of a content network (MT-B26) */
            continue;
        const Said said = { option->id, flags_of (option), option->ip_address,
                            option->port, option->secret };
        home |= take (&found, &said, EACH_MAX) && option->id == net->home &&
                !option->media_only;
    }
    if (!home) /* an absurd list does not replace a good one */
        return;
    keep_the_used_one (net, &found);
    net_places_clear (net);
    net->places.addresses = g_steal_pointer (&found.addresses);
    net->places.hosts = g_steal_pointer (&found.hosts);
    net->places.told = net->now.wall;
    save (net);
}

static void
config_cb (void *user, TlMessage *answer, const MtError *error)
{
    Net *net = user;
    const ApiConfig *config =
        answer != NULL ? TL_AS (tl_message_root (answer), ApiConfig) : NULL;

    net->places.asked = net->places.changed = FALSE;
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
    if (!changed)
        return;
    net->places.changed = TRUE;
    /* once a minute at most, when somebody wants to go there */
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

int64_t
net_places_deadline (const Net *net)
{
    const NetPlaces *places = &net->places;
    const HostTime *now = &net->now;
    int64_t age = now->wall - places->told;
    gboolean fresh = places->told > 0 && age >= 0 && age < DAY && !places->changed;

    if (net->config.only || places->asked || !net->logged_in || net->moving != 0 ||
        !net_line_is_ready (net_home_main (net)))
        return HOST_NEVER;
    int64_t at = MAX (fresh ? now->mono + DAY - age : now->mono, places->ask_at);
    return places->asked_at != 0 ? MAX (at, places->asked_at + HOUR) : at;
}

void
net_places_step (Net *net)
{
    if (net_places_deadline (net) <= net->now.mono)
        net_places_ask (net);
}
