/* What people paste: links to proxies, and secrets in each spelling. */
#include "mt-proxy.h"
#include "vectors.h"

#include <string.h>

#define KEY "00112233445566778899aabbccddeeff"

/* A secret alone, behind a server and a port. */
static gboolean
parse_secret (const char *text, MtSecret *secret)
{
    g_autofree char *line = g_strdup_printf ("a:1:%s", text);
    g_auto (MtProxy) proxy = { 0 };

    if (mt_proxy_parse (line, &proxy) != MT_PROXY_GOOD)
        return FALSE;
    *secret = proxy.secret;
    return TRUE;
}

static void
check_secret (const VectorCase *c)
{
    MtSecret secret = { MT_SECRET_NONE };
    const char *text = vector_text (c->in, "secret");
    gboolean good = parse_secret (text, &secret);

    g_test_message ("%s", c->id);
    if (vector_text (c->out, "verdict") != NULL) {
        g_assert_false (good);
        g_assert_cmpint (secret.kind, ==, MT_SECRET_NONE);
        return;
    }
    g_autoptr (GBytes) key = vector_hex (c->out, "secret16");
    gboolean tls = vector_int (c->out, "tls") == 1;
    g_assert_true (good);
    vector_assert_equal (key, secret.key, 16);
    g_assert_cmpint (secret.kind, ==, tls ? MT_SECRET_TLS : MT_SECRET_PADDED);
    if (tls) {
        g_autoptr (GBytes) domain = vector_hex (c->out, "domain");
        vector_assert_equal (domain, secret.domain, secret.domain_len);
    }
}

/* MT-B12: what TDLib makes of them */
static void
test_vectors (void)
{
    vectors_each ("mtproxy_secret", check_secret);
}

/* MT-B12: every kind in every spelling, and what is none */
static void
test_secrets (void)
{
    g_autofree char *many = g_strnfill (2 * 183, 'a'), *fit = g_strnfill (2 * 182, 'a');
    g_autofree char *long_one = g_strconcat ("ee" KEY, many, NULL);
    g_autofree char *longest = g_strconcat ("ee" KEY, fit, NULL);
    const struct {
        const char *text;
        MtSecretKind kind; /* NONE: refused */
        size_t domain;
    } rows[] = {
        { KEY, MT_SECRET_SIMPLE, 0 },
        { "00112233445566778899AABBCCDDEEFF", MT_SECRET_SIMPLE, 0 },
        { "ABEiM0RVZneImaq7zN3u/w==", MT_SECRET_SIMPLE, 0 },
        { "ABEiM0RVZneImaq7zN3u_w", MT_SECRET_SIMPLE, 0 },
        { "dd" KEY, MT_SECRET_PADDED, 0 },
        { "3QARIjNEVWZ3iJmqu8zd7v8=", MT_SECRET_PADDED, 0 },
        { "ee" KEY "61", MT_SECRET_TLS, 1 },
        { longest, MT_SECRET_TLS, 182 },
        { long_one, MT_SECRET_NONE, 0 },
        { "", MT_SECRET_NONE, 0 },
        { "====", MT_SECRET_NONE, 0 },
        { "00112233445566778899aabbccddee", MT_SECRET_NONE, 0 }, /* 15 bytes */
        { "aa" KEY, MT_SECRET_NONE, 0 },                         /* 17 without dd */
        { "dd" KEY "61", MT_SECRET_NONE, 0 },                    /* 18 without ee */
        { "ee" KEY, MT_SECRET_NONE, 0 },                         /* no domain */
        { KEY "0", MT_SECRET_NONE, 0 },                          /* odd */
        { "0011223344556677889", MT_SECRET_NONE, 0 },            /* odd */
        { "ABEiM0RVZneImaq7zN3u_", MT_SECRET_NONE, 0 },          /* cut */
        { "ABEiM0RVZneImaq7zN3u w", MT_SECRET_NONE, 0 },
        { "ABEiM0RVZneImaq7zN3u\xc3\xa4", MT_SECRET_NONE, 0 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        MtSecret secret = { MT_SECRET_NONE };
        g_test_message ("'%s'", rows[i].text);
        gboolean good = parse_secret (rows[i].text, &secret);
        g_assert_cmpint (good, ==, rows[i].kind != MT_SECRET_NONE);
        g_assert_cmpint (secret.kind, ==, rows[i].kind);
        g_assert_cmpuint (secret.domain_len, ==, rows[i].domain);
        if (good) {
            g_assert_cmpuint (secret.key[0], ==, 0);
            g_assert_cmpuint (secret.key[15], ==, 0xff);
        }
    }
}

/* MT-B13: links as apps share them, and the same by hand */
static void
test_links (void)
{
    static const struct {
        const char *text, *server;
        uint16_t port;
        MtSecretKind kind;
    } rows[] = {
        { "tg://proxy?server=example.org&port=443&secret=" KEY, "example.org", 443,
          MT_SECRET_SIMPLE },
        { "https://t.me/proxy?server=1.2.3.4&port=8080&secret=dd" KEY, "1.2.3.4", 8080,
          MT_SECRET_PADDED },
        { "t.me/proxy?secret=dd" KEY "&port=65535&server=example.org&x=y", "example.org",
          65535, MT_SECRET_PADDED },
        { "HTTP://WWW.Telegram.me/proxy/?server=a&port=1&secret=" KEY "#z", "a", 1,
          MT_SECRET_SIMPLE },
        { "tg:proxy?server=2001%3adb8::1&port=443&secret=ABEiM0RVZneImaq7zN3u%2Fw%3D%3D",
          "2001:db8::1", 443, MT_SECRET_SIMPLE },
        { " tg://proxy?server=[2001:db8::1]&port=443&secret=" KEY "\n", "2001:db8::1",
          443, MT_SECRET_SIMPLE },
        { "example.org:443:" KEY, "example.org", 443, MT_SECRET_SIMPLE },
        { "example.org 443\tee" KEY "612e62", "example.org", 443, MT_SECRET_TLS },
        { "[2001:db8::1]:443:" KEY, "2001:db8::1", 443, MT_SECRET_SIMPLE },
        { "2001:db8::1 443 " KEY, "2001:db8::1", 443, MT_SECRET_SIMPLE },
        { "b\xc3\xbc"
          "cher.example 443 " KEY,
          "b\xc3\xbc"
          "cher.example",
          443, MT_SECRET_SIMPLE },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_auto (MtProxy) proxy = { 0 };
        g_test_message ("'%s'", rows[i].text);
        g_assert_cmpint (mt_proxy_parse (rows[i].text, &proxy), ==, MT_PROXY_GOOD);
        g_assert_cmpstr (proxy.server, ==, rows[i].server);
        g_assert_cmpuint (proxy.port, ==, rows[i].port);
        g_assert_cmpint (proxy.secret.kind, ==, rows[i].kind);
    }
}

/* MT-B13: what is no proxy, each by its own reason; nothing is filled in */
static void
test_bad_links (void)
{
    g_autofree char *name = g_strnfill (256, 'a'), *much = g_strnfill (5000, 'a');
    g_autofree char *long_name = g_strconcat (name, " 443 " KEY, NULL);
    const struct {
        const char *text;
        MtProxyFault fault;
    } rows[] = {
        { "", MT_PROXY_NO_LINK },
        { "example.org", MT_PROXY_NO_LINK },
        { "example.org:443", MT_PROXY_NO_LINK },
        { "a b", MT_PROXY_NO_LINK },
        { "a 443 " KEY " b", MT_PROXY_NO_LINK },
        { "https://example.org/proxy?server=a&port=443&secret=" KEY, MT_PROXY_NO_LINK },
        { "tg://resolve?domain=a", MT_PROXY_NO_LINK },
        { "tg://proxyserver=a", MT_PROXY_NO_LINK },
        { "https://t.me/proxy", MT_PROXY_NO_LINK },
        { "https://t.me/proxies?server=a&port=443&secret=" KEY, MT_PROXY_NO_LINK },
        { much, MT_PROXY_NO_LINK },
        { "tg://socks?server=a&port=1080&user=b&pass=c", MT_PROXY_SOCKS },
        { "https://t.me/socks?server=a&port=1080", MT_PROXY_SOCKS },
        { "tg://proxy?port=443&secret=" KEY, MT_PROXY_BAD_SERVER },
        { "tg://proxy?server=&port=443&secret=" KEY, MT_PROXY_BAD_SERVER },
        { "tg://proxy?server=a%00b&port=443&secret=" KEY, MT_PROXY_BAD_SERVER },
        { "tg://proxy?server=a%20b&port=443&secret=" KEY, MT_PROXY_BAD_SERVER },
        { "tg://proxy?server=a%ffb&port=443&secret=" KEY, MT_PROXY_BAD_SERVER },
        { "tg://proxy?server=a%2fb&port=443&secret=" KEY, MT_PROXY_BAD_SERVER },
        { long_name, MT_PROXY_BAD_SERVER },
        { "tg://proxy?server=a&secret=" KEY, MT_PROXY_BAD_PORT },
        { "tg://proxy?server=a&port=0&secret=" KEY, MT_PROXY_BAD_PORT },
        { "tg://proxy?server=a&port=65536&secret=" KEY, MT_PROXY_BAD_PORT },
        { "tg://proxy?server=a&port=-1&secret=" KEY, MT_PROXY_BAD_PORT },
        { "tg://proxy?server=a&port=44x&secret=" KEY, MT_PROXY_BAD_PORT },
        { "tg://proxy?server=a&port=443", MT_PROXY_BAD_SECRET },
        { "tg://proxy?server=a&port=443&secret=", MT_PROXY_BAD_SECRET },
        { "tg://proxy?server=a&port=443&secret=" KEY "%00", MT_PROXY_BAD_SECRET },
        { "tg://proxy?server=a&port=443&secret=%2", MT_PROXY_BAD_SECRET },
        { "a:443:ee" KEY, MT_PROXY_BAD_SECRET },
        { "[::1:443:" KEY, MT_PROXY_NO_LINK },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_auto (MtProxy) proxy = { 0 };
        g_test_message ("'%.60s'", rows[i].text);
        g_assert_cmpint (mt_proxy_parse (rows[i].text, &proxy), ==, rows[i].fault);
        g_assert_null (proxy.server);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/proxy/secrets/like-others", test_vectors);
    g_test_add_func ("/proxy/secrets", test_secrets);
    g_test_add_func ("/proxy/links", test_links);
    g_test_add_func ("/proxy/links/bad", test_bad_links);
    return g_test_run ();
}
