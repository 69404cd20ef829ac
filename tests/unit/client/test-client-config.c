/* What the account's settings are turned into before anything is sent. */
#include "tg-config.h"

#include <glib/gstdio.h>

/* MT-F4: digits, whatever people put between them */
static void
test_phone (void)
{
    static const char *const rows[][2] = { { "+49 170 1234567", "491701234567" },
                                           { "(999) 000-00.01", "9990000001" },
                                           { "00491701234567", "491701234567" },
                                           { "9990000001", "9990000001" },
                                           { "", NULL },
                                           { "+", NULL },
                                           { "Alice", NULL },
                                           { "1234a567", NULL } };

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

    g_assert_false (tg_servers_init (&servers, &config, 2, &error)); /* no such file */
    g_assert_nonnull (error);
    g_clear_error (&error);
    g_assert_true (g_file_set_contents (file, "-----BEGIN PUBLIC KEY-----\n", -1, NULL));
    g_assert_false (tg_servers_init (&servers, &config, 2, &error));
    g_assert_nonnull (error);
    for (size_t i = 0; i < G_N_ELEMENTS (bad); i++) {
        g_autoptr (GError) why = NULL;
        TgConfig odd = { .server = bad[i], .server_key = file };
        g_test_message ("'%s'", bad[i]);
        g_assert_false (tg_servers_init (&servers, &odd, 2, &why));
        g_assert_nonnull (why);
    }
    tg_servers_clear (&servers);
    g_assert_cmpint (g_remove (file), ==, 0);
    g_assert_cmpint (g_rmdir (folder), ==, 0);

    TgConfig real = { .api_id = 1 }; /* Telegram's own: production and test differ */
    g_assert_true (tg_servers_init (&servers, &real, 2, NULL));
    g_assert_cmpuint (servers.addresses->len, >, 0);
    g_assert_cmpuint (servers.keys->len, >, 0);
    int64_t production = g_array_index (servers.keys, MtServerKey, 0).fingerprint;
    tg_servers_clear (&servers);
    real.test_dc = TRUE;
    g_assert_true (tg_servers_init (&servers, &real, 2, NULL));
    g_assert_cmpint (g_array_index (servers.keys, MtServerKey, 0).fingerprint, !=,
                     production);
    tg_servers_clear (&servers);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/config/phone", test_phone);
    g_test_add_func ("/config/servers", test_servers);
    return g_test_run ();
}
