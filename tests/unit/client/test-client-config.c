/* What the account's settings are turned into before anything is sent. */
#include "tg-config.h"

#include "api.tl.h"
#include "tl-reader.h"

#include <glib/gstdio.h>
#include <string.h>

/* MT-F4 MT-F35: digits, whatever people put between them, five to fifteen of them; a bot's token
 * is no number */
static void
test_phone (void)
{
    static const char *const rows[][2] = {
        { "+49 170 1234567", "491701234567" },
        { "(999) 000-00.01", "9990000001" },
        { "00491701234567", "491701234567" },
        { "9990000001", "9990000001" },
        { "+99966 2 1234", "9996621234" },
        { "12345", "12345" },
        { "1234", NULL },
        { "123456789012345", "123456789012345" },
        { "1234567890123456", NULL },
        { "1234567890123456789012345678901234567890", NULL },
        { "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", NULL },
        { "", NULL },
        { "+", NULL },
        { "Alice", NULL },
        { "1234a567", NULL }
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autofree char *clean = tg_phone_clean (rows[i][0]);
        g_test_message ("'%s'", rows[i][0]);
        g_assert_cmpstr (clean, ==, rows[i][1]);
    }
}

/* MT-C5 MT-B25: a server of one's own needs an address and a key that can be read */
static void
test_servers (void)
{
    static const char *const bad[] = { "nowhere", "host:",      ":443",
                                       "host:0",  "host:70000", "host:x" };
    g_autofree char *folder = g_dir_make_tmp ("mtp-config-XXXXXX", NULL);
    g_autofree char *file = g_build_filename (folder, "key.pem", NULL);
    TgConfig config = { .server = "127.0.0.1:4430", .server_key = file };
    TgServers servers = { 0 };
    g_autoptr (GError) error = NULL;

    g_assert_false (tg_servers_init (&servers, &config, &error)); /* no such file */
    g_assert_nonnull (error);
    g_clear_error (&error);
    g_assert_true (g_file_set_contents (file, "-----BEGIN PUBLIC KEY-----\n", -1, NULL));
    g_assert_false (tg_servers_init (&servers, &config, &error));
    g_assert_nonnull (error);
    for (size_t i = 0; i < G_N_ELEMENTS (bad); i++) {
        g_autoptr (GError) why = NULL;
        TgConfig odd = { .server = bad[i], .server_key = file };
        g_test_message ("'%s'", bad[i]);
        g_assert_false (tg_servers_init (&servers, &odd, &why));
        g_assert_nonnull (why);
    }
    tg_servers_clear (&servers);
    g_assert_cmpint (g_remove (file), ==, 0);
    g_assert_cmpint (g_rmdir (folder), ==, 0);

    TgConfig real = { .api_id = 1 }; /* Telegram's own: production and test differ */
    g_assert_true (tg_servers_init (&servers, &real, NULL));
    for (int dc = 1; dc <= NET_DC_MAX; dc++) {
        unsigned n = 0;
        for (unsigned i = 0; i < servers.addresses->len; i++)
            n += g_array_index (servers.addresses, NetAddress, i).dc == dc;
        g_assert_cmpuint (n, >=, 3); /* each on each port */
    }
    g_assert_cmpuint (servers.keys->len, >, 0);
    int64_t production = g_array_index (servers.keys, MtServerKey, 0).fingerprint;
    tg_servers_clear (&servers);
    real.test_dc = TRUE;
    g_assert_true (tg_servers_init (&servers, &real, NULL));
    g_assert_cmpint (g_array_index (servers.keys, MtServerKey, 0).fingerprint, !=,
                     production);
    tg_servers_clear (&servers);
}

typedef struct {
    int layer, flags, api_id;
    char *words[6]; /* device, system, version, system's language, pack, language */
} Introduction;

static void
introduction_clear (Introduction *in)
{
    for (size_t i = 0; i < G_N_ELEMENTS (in->words); i++)
        g_free (in->words[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Introduction, introduction_clear)

static void
introduce (const TgConfig *config, Introduction *out)
{
    g_autoptr (GBytes) header = tg_header_new (config, &(MtProxy){ 0 });
    size_t len;
    const uint8_t *data = g_bytes_get_data (header, &len);
    TlReader in;

    tl_reader_init (&in, data, len);
    g_assert_cmpuint ((uint32_t)tl_reader_int (&in), ==, ApiInvokeWithLayer_ID);
    out->layer = tl_reader_int (&in);
    g_assert_cmpuint ((uint32_t)tl_reader_int (&in), ==, ApiInitConnection_ID);
    out->flags = tl_reader_int (&in);
    out->api_id = tl_reader_int (&in);
    for (size_t i = 0; i < G_N_ELEMENTS (out->words); i++) {
        TlBytes bytes = tl_reader_bytes (&in);
        out->words[i] = g_strndup ((const char *)bytes.data, bytes.len);
    }
    g_assert_true (tl_reader_finished (&in)); /* the query follows */
}

/* MT-E2: who we are is said whole, whatever the host knows: nothing is empty that people will
 * read in the list of their sessions, nothing is longer than they can read, and nothing in it
 * is a character that none can; the pack of words is nobody's, and its language with it */
static void
test_introduction (void)
{
    g_auto (Introduction) plain = { 0 };
    g_auto (Introduction) empty = { 0 };
    g_auto (Introduction) odd = { 0 };
    g_autofree char *huge = g_strnfill (100000, 'x');
    TgConfig config = { .api_id = 4711,
                        .device = "Pidgin on box",
                        .system = "Linux 6",
                        .version = "0.1",
                        .lang = "pt-br" };
    TgConfig nothing = { .api_id = 1, .device = "", .system = NULL, .version = "\n" };
    TgConfig strange = { .api_id = 1,
                         .device = huge,
                         .system = "a\x1b[2J\nb\x7f",
                         .version = "\xff\xfe",
                         .lang = "d\te" };

    introduce (&config, &plain);
    g_assert_cmpint (plain.flags, ==,
                     0); /* no proxy of MTProto's, nothing of where we are */
    g_assert_cmpint (plain.api_id, ==, 4711);
    g_assert_cmpstr (plain.words[0], ==, "Pidgin on box");
    g_assert_cmpstr (plain.words[1], ==, "Linux 6");
    g_assert_cmpstr (plain.words[2], ==, "0.1");
    g_assert_cmpstr (plain.words[3], ==, "pt-br");
    g_assert_cmpstr (plain.words[4], ==, "");
    g_assert_cmpstr (plain.words[5], ==, "");
    introduce (&nothing, &empty);
    for (int i = 0; i < 4; i++)
        g_assert_cmpstr (empty.words[i], !=, "");
    introduce (&strange, &odd);
    g_assert_cmpuint (strlen (odd.words[0]), ==, 64);
    g_assert_cmpstr (odd.words[1], ==, "a[2Jb");
    g_assert_cmpstr (odd.words[2], !=, "");
    g_assert_true (g_utf8_validate (odd.words[2], -1, NULL));
    g_assert_cmpstr (odd.words[3], ==, "de");
}

/* MT-E4: the layer that is said is the one that the tables were made from */
static void
test_layer (void)
{
    g_auto (Introduction) said = { 0 };
    TgConfig config = { .api_id = 1 };
    g_autofree char *schema = NULL;

    g_assert_true (g_file_get_contents (API_SCHEMA, &schema, NULL, NULL));
    const char *line = strstr (schema, "\n// LAYER ");
    g_assert_nonnull (line);
    introduce (&config, &said);
    g_assert_cmpint (said.layer, ==, atoi (line + strlen ("\n// LAYER ")));
    g_assert_cmpint (said.layer, ==, tl_schema_layer (&tl_api_schema));
    g_assert_cmpint (said.layer, >=, 227);
}

#define KEY "00112233445566778899aabbccddeeff"

static gboolean
has_text (GBytes *header, const char *text)
{
    size_t len;
    const char *data = g_bytes_get_data (header, &len);

    return memmem (data, len, text, strlen (text)) != NULL;
}

/* MT-B12 MT-B13 MT-B17: with a proxy there is no other address, whatever else is set, and
 * the server is told which; with a wrong one there is none at all */
static void
test_proxy (void)
{
    static const struct {
        const char *text;
        int code;
    } bad[] = {
        { "example.org", TG_CONFIG_ERROR_PROXY },
        { "tg://socks?server=a&port=1080", TG_CONFIG_ERROR_PROXY_SOCKS },
        { "tg://proxy?port=443&secret=" KEY, TG_CONFIG_ERROR_PROXY_SERVER },
        { "tg://proxy?server=a&port=0&secret=" KEY, TG_CONFIG_ERROR_PROXY_PORT },
        { "tg://proxy?server=a&port=443&secret=aa" KEY, TG_CONFIG_ERROR_PROXY_SECRET },
    };
    TgConfig config = { .api_id = 1,
                        .server = "127.0.0.1:4430",
                        .proxy =
                            "t.me/proxy?server=proxy.example&port=444&secret=dd" KEY };
    TgServers servers = { 0 };

    g_assert_true (tg_servers_init (&servers, &config, NULL));
    g_assert_cmpuint (servers.addresses->len, ==, NET_DC_MAX);
    for (int dc = 1; dc <= NET_DC_MAX; dc++) {
        const NetAddress *known =
            &g_array_index (servers.addresses, NetAddress, (unsigned)dc - 1);
        const MtAddress *one = &known->at;
        g_assert_cmpint (known->dc, ==, dc);
        g_assert_cmpstr (one->address, ==, "proxy.example");
        g_assert_cmpuint (one->port, ==, 444);
        g_assert_cmpint (one->secret->kind, ==, MT_SECRET_PADDED);
    }
    g_autoptr (GBytes) with = tg_header_new (&config, &servers.proxy);
    g_assert_true (has_text (with, "proxy.example"));
    config.proxy = "";
    g_assert_true (tg_servers_init (&servers, &config, NULL));
    g_assert_null (g_array_index (servers.addresses, NetAddress, 0).at.secret);
    g_autoptr (GBytes) without = tg_header_new (&config, &servers.proxy);
    g_assert_false (has_text (without, "proxy.example"));
    g_assert_cmpuint (g_bytes_get_size (without), <, g_bytes_get_size (with));
    for (size_t i = 0; i < G_N_ELEMENTS (bad); i++) {
        g_autoptr (GError) error = NULL;
        config.proxy = bad[i].text;
        g_assert_false (tg_servers_init (&servers, &config, &error));
        g_assert_error (error, TG_CONFIG_ERROR, bad[i].code);
        g_assert_null (strstr (error->message, KEY));
        g_assert_cmpuint (servers.addresses->len, ==, 0);
    }
    tg_servers_clear (&servers);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/config/phone", test_phone);
    g_test_add_func ("/config/servers", test_servers);
    g_test_add_func ("/config/introduction", test_introduction);
    g_test_add_func ("/config/layer", test_layer);
    g_test_add_func ("/config/proxy", test_proxy);
    return g_test_run ();
}
