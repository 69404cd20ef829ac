/* scrypt against RFC 7914, section 12, and what it refuses. */
#include "crypto-passphrase.h"

#include <string.h>

static const struct {
    const char *passphrase, *salt;
    CryptoScrypt cost;
    const char *expected;
} vectors[] = {
    { "",
      "",
      { 4, 1, 1 },
      "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
      "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906" },
    { "password",
      "NaCl",
      { 10, 8, 16 },
      "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
      "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640" },
    { "pleaseletmein",
      "SodiumChloride",
      { 14, 8, 1 },
      "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
      "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887" },
};

static void
is_the_rfcs (void)
{
    for (size_t i = 0; i < G_N_ELEMENTS (vectors); i++) {
        uint8_t out[64];
        g_autoptr (GString) hex = g_string_new (NULL);
        g_assert_true (crypto_scrypt (&vectors[i].cost, vectors[i].passphrase,
                                      vectors[i].salt, strlen (vectors[i].salt), out,
                                      sizeof out));
        for (size_t j = 0; j < sizeof out; j++)
            g_string_append_printf (hex, "%02x", out[j]);
        g_assert_cmpstr (hex->str, ==, vectors[i].expected);
    }
}

/* A doctored file must not make us take all memory, or none of the time. */
static void
refuses_what_makes_no_sense (void)
{
    static const CryptoScrypt bad[] = { { 0, 8, 1 },  { 25, 8, 1 },  { 19, 8, 1 },
                                        { 16, 0, 1 }, { 16, 65, 1 }, { 16, 8, 0 },
                                        { 16, 8, 17 } };
    uint8_t out[32];

    for (size_t i = 0; i < G_N_ELEMENTS (bad); i++)
        g_assert_false (crypto_scrypt (&bad[i], "x", "salt", 4, out, sizeof out));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/crypto/passphrase/is-the-rfcs", is_the_rfcs);
    g_test_add_func ("/crypto/passphrase/refuses-what-makes-no-sense",
                     refuses_what_makes_no_sense);
    return g_test_run ();
}
