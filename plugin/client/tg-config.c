/* Servers, keys, introduction. */
#include "tg-config.h"

#include "api.tl.h"
#include "crypto-rsa.h"
#include "tl-encode.h"

#include <string.h>

G_DEFINE_QUARK (tg_config_error_quark, tg_config_error)

#define TEXT_MAX 64 /* characters of device model and so on (MT-E2) */

/* The two environments' RSA moduli, exponent 65537 (core.telegram.org/mtproto/auth_key).
 */
static const uint8_t production_key[256] = {
    0xe8, 0xbb, 0x33, 0x05, 0xc0, 0xb5, 0x2c, 0x6c, 0xf2, 0xaf, 0xdf, 0x76, 0x37, 0x31,
    0x34, 0x89, 0xe6, 0x3e, 0x05, 0x26, 0x8e, 0x5b, 0xad, 0xb6, 0x01, 0xaf, 0x41, 0x77,
    0x86, 0x47, 0x2e, 0x5f, 0x93, 0xb8, 0x54, 0x38, 0x96, 0x8e, 0x20, 0xe6, 0x72, 0x9a,
    0x30, 0x1c, 0x0a, 0xfc, 0x12, 0x1b, 0xf7, 0x15, 0x1f, 0x83, 0x44, 0x36, 0xf7, 0xfd,
    0xa6, 0x80, 0x84, 0x7a, 0x66, 0xbf, 0x64, 0xac, 0xce, 0xc7, 0x8e, 0xe2, 0x1c, 0x0b,
    0x31, 0x6f, 0x0e, 0xda, 0xfe, 0x2f, 0x41, 0x90, 0x8d, 0xa7, 0xbd, 0x1f, 0x4a, 0x51,
    0x07, 0x63, 0x8e, 0xeb, 0x67, 0x04, 0x0a, 0xce, 0x47, 0x2a, 0x14, 0xf9, 0x0d, 0x9f,
    0x7c, 0x2b, 0x7d, 0xef, 0x99, 0x68, 0x8b, 0xa3, 0x07, 0x3a, 0xdb, 0x57, 0x50, 0xbb,
    0x02, 0x96, 0x49, 0x02, 0xa3, 0x59, 0xfe, 0x74, 0x5d, 0x81, 0x70, 0xe3, 0x68, 0x76,
    0xd4, 0xfd, 0x8a, 0x5d, 0x41, 0xb2, 0xa7, 0x6c, 0xbf, 0xf9, 0xa1, 0x32, 0x67, 0xeb,
    0x95, 0x80, 0xb2, 0xd0, 0x6d, 0x10, 0x35, 0x74, 0x48, 0xd2, 0x0d, 0x9d, 0xa2, 0x19,
    0x1c, 0xb5, 0xd8, 0xc9, 0x39, 0x82, 0x96, 0x1c, 0xdf, 0xde, 0xda, 0x62, 0x9e, 0x37,
    0xf1, 0xfb, 0x09, 0xa0, 0x72, 0x20, 0x27, 0x69, 0x60, 0x32, 0xfe, 0x61, 0xed, 0x66,
    0x3d, 0xb7, 0xa3, 0x7f, 0x6f, 0x26, 0x3d, 0x37, 0x0f, 0x69, 0xdb, 0x53, 0xa0, 0xdc,
    0x0a, 0x17, 0x48, 0xbd, 0xaa, 0xff, 0x62, 0x09, 0xd5, 0x64, 0x54, 0x85, 0xe6, 0xe0,
    0x01, 0xd1, 0x95, 0x32, 0x55, 0x75, 0x7e, 0x4b, 0x8e, 0x42, 0x81, 0x33, 0x47, 0xb1,
    0x1d, 0xa6, 0xab, 0x50, 0x0f, 0xd0, 0xac, 0xe7, 0xe6, 0xdf, 0xa3, 0x73, 0x61, 0x99,
    0xcc, 0xaf, 0x93, 0x97, 0xed, 0x07, 0x45, 0xa4, 0x27, 0xdc, 0xfa, 0x6c, 0xd6, 0x7b,
    0xcb, 0x1a, 0xcf, 0xf3,
};
static const uint8_t test_key[256] = {
    0xc8, 0xc1, 0x1d, 0x63, 0x56, 0x91, 0xfa, 0xc0, 0x91, 0xdd, 0x94, 0x89, 0xae, 0xdc,
    0xed, 0x29, 0x32, 0xaa, 0x8a, 0x0b, 0xce, 0xfe, 0xf0, 0x5f, 0xa8, 0x00, 0x89, 0x2d,
    0x9b, 0x52, 0xed, 0x03, 0x20, 0x08, 0x65, 0xc9, 0xe9, 0x72, 0x11, 0xcb, 0x2e, 0xe6,
    0xc7, 0xae, 0x96, 0xd3, 0xfb, 0x0e, 0x15, 0xae, 0xff, 0xd6, 0x60, 0x19, 0xb4, 0x4a,
    0x08, 0xa2, 0x40, 0xcf, 0xdd, 0x28, 0x68, 0xa8, 0x5e, 0x1f, 0x54, 0xd6, 0xfa, 0x5d,
    0xea, 0xa0, 0x41, 0xf6, 0x94, 0x1d, 0xdf, 0x30, 0x26, 0x90, 0xd6, 0x1d, 0xc4, 0x76,
    0x38, 0x5c, 0x2f, 0xa6, 0x55, 0x14, 0x23, 0x53, 0xcb, 0x4e, 0x4b, 0x59, 0xf6, 0xe5,
    0xb6, 0x58, 0x4d, 0xb7, 0x6f, 0xe8, 0xb1, 0x37, 0x02, 0x63, 0x24, 0x6c, 0x01, 0x0c,
    0x93, 0xd0, 0x11, 0x01, 0x41, 0x13, 0xeb, 0xdf, 0x98, 0x7d, 0x09, 0x3f, 0x9d, 0x37,
    0xc2, 0xbe, 0x48, 0x35, 0x2d, 0x69, 0xa1, 0x68, 0x3f, 0x8f, 0x6e, 0x6c, 0x21, 0x67,
    0x98, 0x3c, 0x76, 0x1e, 0x3a, 0xb1, 0x69, 0xfd, 0xe5, 0xda, 0xaa, 0x12, 0x12, 0x3f,
    0xa1, 0xbe, 0xab, 0x62, 0x1e, 0x4d, 0xa5, 0x93, 0x5e, 0x9c, 0x19, 0x8f, 0x82, 0xf3,
    0x5e, 0xae, 0x58, 0x3a, 0x99, 0x38, 0x6d, 0x81, 0x10, 0xea, 0x6b, 0xd1, 0xab, 0xb0,
    0xf5, 0x68, 0x75, 0x9f, 0x62, 0x69, 0x44, 0x19, 0xea, 0x5f, 0x69, 0x84, 0x7c, 0x43,
    0x46, 0x2a, 0xbe, 0xf8, 0x58, 0xb4, 0xcb, 0x5e, 0xdc, 0x84, 0xe7, 0xb9, 0x22, 0x6c,
    0xd7, 0xbd, 0x7e, 0x18, 0x3a, 0xa9, 0x74, 0xa7, 0x12, 0xc0, 0x79, 0xdd, 0xe8, 0x5b,
    0x9d, 0xc0, 0x63, 0xb8, 0xa5, 0xc0, 0x8e, 0x8f, 0x85, 0x9c, 0x0e, 0xe5, 0xdc, 0xd8,
    0x24, 0xc7, 0x80, 0x7f, 0x20, 0x15, 0x33, 0x61, 0xa7, 0xf6, 0x3c, 0xfd, 0x2a, 0x43,
    0x3a, 0x1b, 0xe7, 0xf5,
};

/* Bootstrap addresses; every one is tried on every port. */
static const struct {
    int dc;
    gboolean test;
    const char *address;
} bootstrap[] = {
    { 1, FALSE, "149.154.175.50" }, { 2, FALSE, "149.154.167.51" },
    { 2, FALSE, "95.161.76.100" },  { 3, FALSE, "149.154.175.100" },
    { 4, FALSE, "149.154.167.91" }, { 5, FALSE, "149.154.171.5" },
    { 1, TRUE, "149.154.175.10" },  { 2, TRUE, "149.154.167.40" },
    { 3, TRUE, "149.154.175.117" },
};
static const uint16_t ports[] = { 443, 80, 5222 };

static void
add_key (TgServers *servers, const uint8_t modulus[static 256])
{
    MtServerKey key;

    memcpy (key.modulus, modulus, sizeof key.modulus);
    key.fingerprint = crypto_rsa_fingerprint (modulus);
    g_array_append_val (servers->keys, key);
}

static void
add_address (TgServers *servers, int dc, const char *host, uint16_t port)
{
    NetAddress address = { .dc = dc, .at = { .address = g_strdup (host), .port = port } };

    g_ptr_array_add (servers->hosts, (char *)address.at.address);
    g_array_append_val (servers->addresses, address);
}

/* "host:port" or "[v6]:port". */
static gboolean
add_given (TgServers *servers, const char *text, GError **error)
{
    const char *colon = strrchr (text, ':');
    char *end = NULL;
    guint64 port = colon != NULL ? g_ascii_strtoull (colon + 1, &end, 10) : 0;
    g_autofree char *host =
        colon != NULL ? g_strndup (text, (size_t)(colon - text)) : NULL;

    if (host == NULL || *host == '\0' || *end != '\0' || port < 1 || port > 65535) {
        g_set_error (error, TG_CONFIG_ERROR, TG_CONFIG_ERROR_ADDRESS,
                     "\"%s\" is not host:port", text);
        return FALSE;
    }
    size_t len = strlen (host);
    if (host[0] == '[' && host[len - 1] == ']') {
        host[len - 1] = '\0';
        add_address (servers, 0, host + 1, (uint16_t)port);
    } else {
        add_address (servers, 0, host, (uint16_t)port);
    }
    return TRUE;
}

/* The one way to every data centre. What is wrong with it is not said here: a secret is in
 * it. */
static gboolean
add_proxy (TgServers *servers, const char *text, GError **error)
{
    MtProxyFault fault = mt_proxy_parse (text, &servers->proxy);

    if (fault != MT_PROXY_GOOD) {
        g_set_error (error, TG_CONFIG_ERROR,
                     TG_CONFIG_ERROR_PROXY + (int)fault - MT_PROXY_NO_LINK,
                     "no MTProxy: fault %d", fault);
        return FALSE;
    }
    for (int dc = 1; dc <= NET_DC_MAX; dc++) {
        NetAddress address = { .dc = dc,
                               .at = { .address = servers->proxy.server,
                                       .port = servers->proxy.port,
                                       .secret = &servers->proxy.secret } };
        g_array_append_val (servers->addresses, address);
    }
    return TRUE;
}

static gboolean
add_key_file (TgServers *servers, const char *path, GError **error)
{
    g_autofree char *pem = NULL;
    uint8_t modulus[256];
    size_t len;

    if (!g_file_get_contents (path, &pem, &len, NULL) ||
        !crypto_rsa_parse (pem, len, modulus)) {
        g_set_error (error, TG_CONFIG_ERROR, TG_CONFIG_ERROR_KEY,
                     "%s holds no RSA public key of 2048 bits", path);
        return FALSE;
    }
    add_key (servers, modulus);
    return TRUE;
}

gboolean
tg_servers_init (TgServers *servers, const TgConfig *config, GError **error)
{
    tg_servers_clear (servers);
    servers->hosts = g_ptr_array_new_with_free_func (g_free);
    servers->addresses = g_array_new (FALSE, FALSE, sizeof (NetAddress));
    servers->keys = g_array_new (FALSE, FALSE, sizeof (MtServerKey));
    if (config->server_key != NULL && *config->server_key != '\0') {
        if (!add_key_file (servers, config->server_key, error))
            return FALSE;
    } else {
        add_key (servers, config->test_dc ? test_key : production_key);
    }
    if (config->proxy != NULL && *config->proxy != '\0')
        return add_proxy (servers, config->proxy, error);
    if (config->server != NULL && *config->server != '\0')
        return add_given (servers, config->server, error);
    for (size_t p = 0; p < G_N_ELEMENTS (ports); p++)
        for (size_t i = 0; i < G_N_ELEMENTS (bootstrap); i++)
            if (bootstrap[i].test == config->test_dc)
                add_address (servers, bootstrap[i].dc, bootstrap[i].address, ports[p]);
    return TRUE;
}

void
tg_servers_clear (TgServers *servers)
{
    g_clear_pointer (&servers->hosts, g_ptr_array_unref);
    g_clear_pointer (&servers->addresses, g_array_unref);
    g_clear_pointer (&servers->keys, g_array_unref);
    mt_proxy_clear (&servers->proxy);
}

/* At most TEXT_MAX characters, no control characters, never empty (MT-E2). */
static char *
bounded (const char *text, const char *fallback)
{
    GString *out = g_string_new (NULL);
    const char *p = text != NULL && g_utf8_validate (text, -1, NULL) ? text : "";

    for (int n = 0; *p != '\0' && n < TEXT_MAX; p = g_utf8_next_char (p), n++)
        if (!g_unichar_iscntrl (g_utf8_get_char (p)))
            g_string_append_unichar (out, g_utf8_get_char (p));
    if (out->len == 0)
        g_string_append (out, fallback);
    return g_string_free (out, FALSE);
}

GBytes *
tg_header_new (const TgConfig *config, const MtProxy *proxy)
{
    g_auto (TlWriter) inner = { 0 };
    g_auto (TlWriter) outer = { 0 };
    g_autofree char *device = bounded (config->device, "Computer");
    g_autofree char *system = bounded (config->system, "Unknown");
    g_autofree char *version = bounded (config->version, "1");
    g_autofree char *lang = bounded (config->lang, "en");
    static const uint8_t nothing[1];
    ApiInitConnection init = TL_NEW (
        ApiInitConnection, .api_id = config->api_id, .device_model = TL_STR (device),
        .system_version = TL_STR (system), .app_version = TL_STR (version),
        .system_lang_code = TL_STR (lang), .lang_pack = TL_STR (""),
        .lang_code = TL_STR (""), .query = TL_BYTES (nothing, 0));
    ApiInputClientProxy through = TL_NEW (ApiInputClientProxy, .port = proxy->port);

    if (proxy->server != NULL) {
        through.address = TL_STR (proxy->server);
        init.proxy = TL_OBJ (&through);
    }

    tl_encode (&tl_api_schema, TL_OBJ (&init), &inner);
    ApiInvokeWithLayer layer =
        TL_NEW (ApiInvokeWithLayer, .layer = tl_schema_layer (&tl_api_schema),
                .query = TL_BYTES (inner.data, inner.len));
    tl_encode (&tl_api_schema, TL_OBJ (&layer), &outer);
    return g_bytes_new (outer.data, outer.len);
}

char *
tg_phone_clean (const char *phone)
{
    GString *digits = g_string_new (NULL);

    for (const char *p = phone; *p != '\0'; p++) {
        if (g_ascii_isdigit (*p)) {
            g_string_append_c (digits, *p);
        } else if (strchr ("+ -()./", *p) == NULL) {
            g_string_free (digits, TRUE);
            return NULL;
        }
    }
    if (g_str_has_prefix (digits->str, "00")) /* as dialled from a landline */
        g_string_erase (digits, 0, 2);
    if (digits->len < 5 || digits->len > 15) {
        g_string_free (digits, TRUE);
        return NULL;
    }
    return g_string_free (digits, FALSE);
}

void
tg_config_copy (TgConfig *to, const TgConfig *from)
{
    *to = *from;
    to->api_hash = g_strdup (from->api_hash);
    to->phone = g_strdup (from->phone);
    to->device = g_strdup (from->device);
    to->system = g_strdup (from->system);
    to->version = g_strdup (from->version);
    to->lang = g_strdup (from->lang);
    to->server = g_strdup (from->server);
    to->server_key = g_strdup (from->server_key);
    to->proxy = g_strdup (from->proxy);
    to->directory = g_strdup (from->directory);
    to->key_label = g_strdup (from->key_label);
    to->key_token = g_strdup (from->key_token);
    to->other_ids =
        g_memdup2 (from->other_ids, from->n_other_ids * sizeof *from->other_ids);
}

void
tg_config_clear (TgConfig *config)
{
    if (config->key_token != NULL)
        crypto_wipe ((char *)config->key_token, strlen (config->key_token));
    if (config->proxy != NULL)
        crypto_wipe ((char *)config->proxy, strlen (config->proxy));
    g_free ((char *)config->api_hash);
    g_free ((char *)config->phone);
    g_free ((char *)config->device);
    g_free ((char *)config->system);
    g_free ((char *)config->version);
    g_free ((char *)config->lang);
    g_free ((char *)config->server);
    g_free ((char *)config->server_key);
    g_free ((char *)config->proxy);
    g_free ((char *)config->directory);
    g_free ((char *)config->key_label);
    g_free ((char *)config->key_token);
    g_free ((int64_t *)config->other_ids);
    *config = (TgConfig){ 0 };
}
