/* Words between people, libpurple and us: times, and the names of buddies. */
#include "tgp-names.h"
#include "tgp-number.h"
#include "tgp-ttl.h"

/* SC-E4: what /ttl understands */
static void
test_ttl (void)
{
    static const struct {
        const char *text;
        int32_t want;
    } rows[] = { { "30s", 30 },        { "5m", 300 },
                 { "1h", 3600 },       { "2d", 172800 },
                 { "1w", 604800 },     { "30", 30 },
                 { "1H", 3600 },       { "off", 0 },
                 { "OFF", 0 },         { "0", 0 },
                 { "365d", 31536000 }, { "366d", -1 },
                 { "53w", -1 },        { "31536000", 31536000 },
                 { "31536001", -1 },   { "99999999999999999999s", -1 },
                 { "", -1 },           { "s", -1 },
                 { "-5s", -1 },        { "+5", -1 },
                 { "5 s", 5 },         { "5ms", -1 },
                 { "5  m", 300 },      { "5 ", 5 },
                 { "5 m s", -1 },      { "5 5", -1 },
                 { "5x", -1 },         { "five", -1 },
                 { "0x10", -1 },       { "1.5h", -1 } };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_test_message ("'%s'", rows[i].text);
        g_assert_cmpint (tgp_parse_ttl (rows[i].text), ==, rows[i].want);
    }
}

/* A name is one id and an id is one name, also at the ends of their ranges */
static void
test_names (void)
{
    static const int32_t chats[] = { 1, -1, G_MAXINT32, G_MININT32 };
    static const int64_t people[] = { 1, 777000, (1LL << 40) - 1 };
    static const char *const others[] = { "",
                                          "id",
                                          "secret",
                                          "idx",
                                          "id-1",
                                          "id0",
                                          "id1 ",
                                          "secretx",
                                          "secret99999999999",
                                          "id99999999999999999999",
                                          "Bob",
                                          "secret1x" };
    int64_t id;

    for (size_t i = 0; i < G_N_ELEMENTS (chats); i++) {
        g_autofree char *name = tgp_name_secret (chats[i]);
        g_assert_cmpint (tgp_name_parse (name, &id), ==, TGP_NAME_SECRET);
        g_assert_cmpint (id, ==, chats[i]);
    }
    for (size_t i = 0; i < G_N_ELEMENTS (people); i++) {
        g_autofree char *name = tgp_name_person (people[i]);
        g_assert_cmpint (tgp_name_parse (name, &id), ==, TGP_NAME_PERSON);
        g_assert_cmpint (id, ==, people[i]);
    }
    for (size_t i = 0; i < G_N_ELEMENTS (others); i++) {
        g_test_message ("'%s'", others[i]);
        g_assert_cmpint (tgp_name_parse (others[i], &id), ==, TGP_NAME_OTHER);
    }
}

/* DECISIONS 29: digits are the identity; a label is one as it is */
static void
test_identities (void)
{
    static const char *const rows[][2] = { { "9990000001", "9990000001" },
                                           { "+9990000001", "9990000001" },
                                           { " +999 000 00 01 ", "9990000001" },
                                           { "00999-000-0001", "9990000001" },
                                           { "+1 (555) 010-0000", "15550100000" },
                                           { "999/000.0001", "9990000001" },
                                           { "work", "work" },
                                           { " my 2nd one ", "my 2nd one" },
                                           { "+", "+" },
                                           { "", "" },
                                           { "1234", "1234" },
                                           { "1234567890123456", "1234567890123456" } };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autofree char *identity = tgp_number_identity (rows[i][0]);
        g_assert_cmpstr (identity, ==, rows[i][1]);
    }
}

static gboolean
count_cb (const char *spelling, void *user)
{
    g_autofree char *identity = tgp_number_identity (spelling);

    g_assert_cmpstr (identity, ==, "15550100000");
    g_hash_table_add (user, g_strdup (spelling));
    return FALSE;
}

/* DECISIONS 29: what people write is among the spellings, each is one of this number, and
 * there are not too many to try */
static void
test_spellings (void)
{
    static const char *const usual[] = {
        "15550100000",      "+15550100000",      "0015550100000",  "+1 555 0100000",
        "+1 555 010 00 00", "+1 (555) 010-0000", "1-555-010-0000", "(1555) 0100000",
        "+1.555.010.0000",  "1 555/0100000",     "+1555 010-0000", "001 555 010 0000",
        "1(555)0100000",    "1/555/0100000"
    };
    g_autoptr (GHashTable) all =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

    g_assert_false (tgp_number_each_spelling ("15550100000", count_cb, all));
    g_test_message ("%u spellings", g_hash_table_size (all));
    g_assert_cmpuint (g_hash_table_size (all), <, 200000);
    for (size_t i = 0; i < G_N_ELEMENTS (usual); i++) {
        g_test_message ("'%s'", usual[i]);
        g_assert_true (
            g_hash_table_contains (all, usual[i]) !=
            g_str_equal (usual[i], "1 555/0100000")); /* two kinds: not tried */
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/purple/ttl", test_ttl);
    g_test_add_func ("/purple/names", test_names);
    g_test_add_func ("/words/identities", test_identities);
    g_test_add_func ("/words/spellings", test_spellings);
    return g_test_run ();
}
