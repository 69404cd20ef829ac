/* An account's net: of which settings and records it is made. */
#include "tg-net.h"

/* Why no connection can be made with these settings; detail: what stands there, but for
 * what has a secret in it. */
static void
stop_for_settings (TgClient *client, const GError *error)
{
    const TgConfig *config = &client->config;
    const struct {
        TalkOffline why;
        const char *detail;
    } rows[] = {
        [TG_CONFIG_ERROR_ADDRESS] = { TALK_OFFLINE_SERVER_ADDRESS, config->server },
        [TG_CONFIG_ERROR_KEY] = { TALK_OFFLINE_SERVER_KEY, config->server_key },
        [TG_CONFIG_ERROR_PROXY] = { TALK_OFFLINE_PROXY_LINK, NULL },
        [TG_CONFIG_ERROR_PROXY_SOCKS] = { TALK_OFFLINE_PROXY_SOCKS, NULL },
        [TG_CONFIG_ERROR_PROXY_SERVER] = { TALK_OFFLINE_PROXY_SERVER, NULL },
        [TG_CONFIG_ERROR_PROXY_PORT] = { TALK_OFFLINE_PROXY_PORT, NULL },
        [TG_CONFIG_ERROR_PROXY_SECRET] = { TALK_OFFLINE_PROXY_SECRET, NULL },
    };

    g_return_if_fail (error->domain == TG_CONFIG_ERROR);
    tg_stop (client, rows[error->code].why, rows[error->code].detail, TRUE);
}

/* What was told of addresses, or NULL. */
static const TgRecord *
find_places (const GArray *records)
{
    for (unsigned i = 0; i < records->len; i++) {
        const TgRecord *record = &g_array_index (records, TgRecord, i);
        if (record->key.kind == STORE_ACCOUNT && record->key.owner == NET_RECORD_PLACES)
            return record;
    }
    return NULL;
}

gboolean
tg_net_make (TgClient *client, const GArray *records, const NetOps *ops)
{
    const TgRecord *told = find_places (records);
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) header = NULL;

    if (!tg_servers_init (&client->servers, &client->config, &error)) {
        stop_for_settings (client, error);
        return FALSE;
    }
    header = tg_header_new (&client->config, &client->servers.proxy);
    const NetConfig config = {
        .home = client->home_dc,
        .test = client->config.test_dc,
        .addresses = (const NetAddress *)(void *)client->servers.addresses->data,
        .n_addresses = client->servers.addresses->len,
        .told = told != NULL ? told->value : NULL,
        .told_len = told != NULL ? told->len : 0,
        .only = client->servers.proxy.server != NULL,
        .keys = (const MtServerKey *)(void *)client->servers.keys->data,
        .n_keys = client->servers.keys->len,
        .header = header,
        .random = crypto_random_system (),
        .dh = &crypto_dh_real
    };
    client->net = net_new (&config, ops, client);
    if (client->net == NULL)
        tg_stop (client, TALK_OFFLINE_SERVER_ADDRESS, NULL, TRUE);
    return client->net != NULL;
}

gboolean
tg_net_restore (TgClient *client, const GArray *records)
{
    gboolean keyed = FALSE;

    for (unsigned i = 0; i < records->len; i++) {
        const TgRecord *record = &g_array_index (records, TgRecord, i);
        if (record->key.kind != STORE_DC || record->value == NULL)
            continue;
        int dc = (int)CLAMP (record->key.owner, 0, NET_DC_MAX);
        gboolean good = net_restore (client->net, dc, record->value, record->len);
        keyed |= good && record->key.owner == client->home_dc;
    }
    return keyed;
}
