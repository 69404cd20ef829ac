/* Links to proxies, and their secrets. */
#include "mt-proxy.h"

#include "crypto-secret.h"

#include <string.h>

#define SECRET_MAX (17 + MT_SECRET_DOMAIN_MAX)
#define SERVER_MAX 255
#define TEXT_MAX 4096 /* bytes of a link; a longer one is none */

/* --- secrets --- */

gboolean
mt_secret_take (const uint8_t *data, size_t len, MtSecret *secret)
{
    MtSecret taken = { MT_SECRET_NONE };

    if (len == 16)
        taken.kind = MT_SECRET_SIMPLE;
    else if (len == 17 && data[0] == 0xdd)
        taken.kind = MT_SECRET_PADDED;
    else if (len > 17 && len <= SECRET_MAX && data[0] == 0xee)
        taken.kind = MT_SECRET_TLS;
    else
        return FALSE;
    memcpy (taken.key, len == 16 ? data : data + 1, 16);
    if (taken.kind == MT_SECRET_TLS) {
        taken.domain_len = len - 17;
        memcpy (taken.domain, data + 17, taken.domain_len);
    }
    *secret = taken;
    crypto_wipe (&taken, sizeof taken);
    return TRUE;
}

static size_t
from_hex (const char *text, size_t len, uint8_t out[static SECRET_MAX])
{
    for (size_t i = 0; i < len / 2; i++)
        out[i] = (uint8_t)(g_ascii_xdigit_value (text[2 * i]) << 4 |
                           g_ascii_xdigit_value (text[2 * i + 1]));
    return len / 2;
}

/* Both alphabets; 0 = it is in neither. */
static size_t
from_base64 (const char *text, size_t len, uint8_t out[static SECRET_MAX])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                 "0123456789+/";
    uint32_t bits = 0;
    size_t n = 0;

    if (len % 4 == 1)
        return 0;
    for (size_t i = 0; i < len; i++) {
        char c = text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i];
        const char *found = c != '\0' ? strchr (digits, c) : NULL;
        if (found == NULL)
            return 0;
        bits = bits << 6 | (uint32_t)(found - digits);
        if (i % 4 != 0)
            out[n++] = (uint8_t)(bits >> (6 - 2 * (i % 4)));
    }
    return n;
}

/* Hexadecimal, base64 or base64url, with or without its padding. */
static gboolean
secret_parse (const char *text, MtSecret *secret)
{
    uint8_t data[SECRET_MAX];
    size_t len = strlen (text), n;

    while (len > 0 && text[len - 1] == '=')
        len--;
    if (strspn (text, "0123456789abcdefABCDEF") == len && len == strlen (text))
        n = len % 2 == 0 && len <= 2 * SECRET_MAX ? from_hex (text, len, data) : 0;
    else
        n = len * 3 / 4 <= SECRET_MAX ? from_base64 (text, len, data) : 0;
    gboolean good = mt_secret_take (data, n, secret);
    crypto_wipe (data, sizeof data);
    return good;
}

/* --- where it is --- */

static gboolean
is_server (const char *text)
{
    size_t len = strlen (text);

    if (len == 0 || len > SERVER_MAX || !g_utf8_validate (text, -1, NULL))
        return FALSE;
    for (const char *p = text; *p != '\0'; p++)
        if ((unsigned char)*p <= ' ' || *p == 0x7f || strchr ("/?#@[]\"<>\\", *p) != NULL)
            return FALSE;
    return TRUE;
}

static uint16_t
port_of (const char *text)
{
    guint64 port = 0;

    return g_ascii_string_to_unsigned (text, 10, 1, 65535, &port, NULL) ? (uint16_t)port
                                                                        : 0;
}

/* NULL stands for what is missing, or could not be unescaped. */
static MtProxyFault
take_parts (char *server, const char *port, const char *secret, MtProxy *proxy)
{
    size_t len = server != NULL ? strlen (server) : 0;

    if (len > 2 && server[0] == '[' && server[len - 1] == ']') { /* IPv6 */
        server[len - 1] = '\0';
        server++;
    }
    if (server == NULL || !is_server (server))
        return MT_PROXY_BAD_SERVER;
    if (port == NULL || port_of (port) == 0)
        return MT_PROXY_BAD_PORT;
    if (secret == NULL || !secret_parse (secret, &proxy->secret))
        return MT_PROXY_BAD_SECRET;
    proxy->server = g_strdup (server);
    proxy->port = port_of (port);
    return MT_PROXY_GOOD;
}

/* The value of `name` in "a=b&c=d", unescaped (no NUL); NULL. Wipe and free it. */
static char *
query_value (const char *query, const char *name)
{
    size_t len = strlen (name);

    for (const char *p = query; p != NULL && *p != '\0';) {
        size_t n = strcspn (p, "&#");
        if (n > len && strncmp (p, name, len) == 0 && p[len] == '=')
            return g_uri_unescape_segment (p + len + 1, p + n, NULL);
        p = p[n] == '&' ? p + n + 1 : NULL;
    }
    return NULL;
}

/* What stands behind "t.me/" or "tg://"; NULL: it is no link of Telegram's. */
static const char *
link_path (const char *text)
{
    static const char *const hosts[] = { "t.me/", "telegram.me/", "telegram.dog/" };

    if (g_ascii_strncasecmp (text, "tg:", 3) == 0)
        return text + (g_str_has_prefix (text + 3, "//") ? 5 : 3);
    if (g_ascii_strncasecmp (text, "https://", 8) == 0)
        text += 8;
    else if (g_ascii_strncasecmp (text, "http://", 7) == 0)
        text += 7;
    if (g_ascii_strncasecmp (text, "www.", 4) == 0)
        text += 4;
    for (size_t i = 0; i < G_N_ELEMENTS (hosts); i++)
        if (g_ascii_strncasecmp (text, hosts[i], strlen (hosts[i])) == 0)
            return text + strlen (hosts[i]);
    return NULL;
}

static MtProxyFault
take_link (const char *path, MtProxy *proxy)
{
    const char *query = strchr (path, '?');
    size_t len = query != NULL ? (size_t)(query - path) : strlen (path);

    if (len > 0 && path[len - 1] == '/')
        len--;
    if (len == 5 && g_ascii_strncasecmp (path, "socks", 5) == 0)
        return MT_PROXY_SOCKS;
    if (query == NULL || len != 5 || g_ascii_strncasecmp (path, "proxy", 5) != 0)
        return MT_PROXY_NO_LINK;
    g_autofree char *server = query_value (query + 1, "server");
    g_autofree char *port = query_value (query + 1, "port");
    char *secret = query_value (query + 1, "secret");
    MtProxyFault fault = take_parts (server, port, secret, proxy);
    crypto_text_free (secret);
    return fault;
}

/* server, port and secret, by blanks; or server:port:secret, where a server with colons
 * stands in brackets. */
static MtProxyFault
take_words (const char *text, MtProxy *proxy)
{
    char *copy = g_strdup (text), *words[3] = { NULL }, *rest = NULL;
    size_t len = strlen (copy), n = 0;
    MtProxyFault fault = MT_PROXY_NO_LINK;

    if (strpbrk (copy, " \t\r\n") != NULL) {
        for (char *p = strtok_r (copy, " \t\r\n", &rest); p != NULL;
             p = strtok_r (NULL, " \t\r\n", &rest))
            if (n++ < 3)
                words[n - 1] = p;
    } else {
        char *end = *copy == '[' ? strchr (copy, ']') : copy;
        char *one = end != NULL ? strchr (end, ':') : NULL;
        char *two = one != NULL ? strchr (one + 1, ':') : NULL;
        if (two != NULL) {
            *one = *two = '\0';
            words[0] = copy;
            words[1] = one + 1;
            words[2] = two + 1;
            n = 3;
        }
    }
    if (n == 3)
        fault = take_parts (words[0], words[1], words[2], proxy);
    crypto_wipe (copy, len);
    g_free (copy);
    return fault;
}

MtProxyFault
mt_proxy_parse (const char *text, MtProxy *proxy)
{
    MtProxyFault fault = MT_PROXY_NO_LINK;

    size_t len = strlen (text);

    *proxy = (MtProxy){ 0 };
    if (len > TEXT_MAX)
        return fault;
    char *copy = g_strdup (text), *line = g_strstrip (copy);
    const char *path = link_path (line);
    fault = path != NULL ? take_link (path, proxy) : take_words (line, proxy);
    crypto_wipe (copy, len);
    g_free (copy);
    return fault;
}

void
mt_proxy_clear (MtProxy *proxy)
{
    g_free (proxy->server);
    crypto_wipe (proxy, sizeof *proxy);
}
