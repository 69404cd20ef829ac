/* Products modulo a number, on machines with and without 128-bit integers. */
#include "crypto-mul-mod.h"

#include <glib.h>

static const struct {
    uint64_t a, b, m, product;
} known[] = {
    /* by Python's integers */
    { 0, 0, 1, 0 },
    { UINT64_MAX, UINT64_MAX, 1, 0 },
    { UINT64_MAX, UINT64_MAX, UINT64_MAX, 0 },
    { UINT64_MAX, UINT64_MAX, UINT64_MAX - 1, 1 },
    { UINT64_C (0x6018366cf658f7a7), UINT64_C (0x317017a6205738d1),
      UINT64_C (0xded34fe53a096533), UINT64_C (0xc7832d68fa6def9e) },
    { UINT64_C (0x230824d215ceb3a1), UINT64_C (0xcfaf00103f584ad4),
      UINT64_C (0x8b3510b0b46ee1db), UINT64_C (0x20b810e2f2f48e3) },
    { UINT64_C (0x6694f229359b1548), UINT64_C (0x7c15471a4517d6c),
      UINT64_C (0x81a0d5b3ffc6e35d), UINT64_C (0x93eaaa46c22ddd4) },
    { UINT64_C (0x63f65da874007cb4), UINT64_C (0x92b850ad7eb72f82),
      UINT64_C (0xfcc661e97589ca4b), UINT64_C (0x4d657b170e1af98f) },
    { UINT64_C (0x67164890d49d0ac1), UINT64_C (0x7c2f7ad016edc5d4),
      UINT64_C (0xe5b8063831360a41), UINT64_C (0x8403a6d9abe4baa7) },
    { UINT64_C (0xb37f5722051e2670), UINT64_C (0x852a5fba444adf42),
      UINT64_C (0xc24f6aa83bf36a15), UINT64_C (0x3eb4cc9ddbb04cdd) },
    { UINT64_C (0xe941aa79e6edaf80), UINT64_C (0xb9db434b610b1631),
      UINT64_C (0x7cb69de2685ca8af), UINT64_C (0x5bc694253d70826b) },
    { UINT64_C (0x18dff3934223aa56), UINT64_C (0xd0718c1afdd9a78d),
      UINT64_C (0x54dbf1f51d1d784f), UINT64_C (0x3bebdb89f2488ce0) },
    { UINT64_C (0xd45c39a39ec353c1), UINT64_C (0x1b941f4360908405),
      UINT64_C (0x71748be910269471), UINT64_C (0x2409bec409ee88e7) },
    { UINT64_C (0x3c02e56756a3e957), UINT64_C (0x1607b1c4b0f91306),
      UINT64_C (0x476e5276a92d04a3), UINT64_C (0x27f15ed4fefd0bcf) },
    { UINT64_C (0x844dbc0ca65423a9), UINT64_C (0x353a0106e6c08269),
      UINT64_C (0x39d12c937f61701f), UINT64_C (0x3495ffd36c79b37d) },
    { UINT64_C (0x9b51c6322463278e), UINT64_C (0x8a2ad16e107ac806),
      UINT64_C (0x33bcb4c094df943d), UINT64_C (0x348d348ad37d8ce) },
    { UINT64_C (0xb3aa75ab7d1944ff), UINT64_C (0x25f0f21231a06a7c),
      UINT64_C (0x1132e970f2306d4b), UINT64_C (0x6bcb7064301f9a6) },
    { UINT64_C (0x74cda9c49436d6f6), UINT64_C (0x95990881ba9be85a),
      UINT64_C (0x1b87ae2df22ff5fd), UINT64_C (0xd4d3e8ced7ccd79) },
    { UINT64_C (0x8eac871f492091f2), UINT64_C (0xdae3df9c5b507a36),
      UINT64_C (0x1e18692e3), UINT64_C (0x1e07f3390) },
    { UINT64_C (0x28865529228dc519), UINT64_C (0x99ef936ac3a8db56),
      UINT64_C (0x1e0c99f3f), UINT64_C (0x61186f52) },
    { UINT64_C (0xb0afb81e88249188), UINT64_C (0xb3bfcd5d50545214), UINT64_C (0x98fd64f7),
      UINT64_C (0xfecb345) },
    { UINT64_C (0xa4d70dfcf3332eb0), UINT64_C (0x7ea03260d7ef27bb), UINT64_C (0xdb6659eb),
      UINT64_C (0x7fbb26b7) },
    { UINT64_C (0x329911da9fbd8735), UINT64_C (0x2670e0984f0cf267), UINT64_C (0x4076aa81),
      UINT64_C (0x30e9536a) },
    { UINT64_C (0x48cb74a9875a34f2), UINT64_C (0xa834d5808281a6bf), UINT64_C (0x6d88dbb7),
      UINT64_C (0x39cf12a1) },
    { UINT64_C (0xe7397785cee11619), UINT64_C (0x81e6187fdb522231), UINT64_C (0x93),
      UINT64_C (0x54) },
    { UINT64_C (0x8b80eb31b3880de0), UINT64_C (0x581da689384ef90a), UINT64_C (0xe9),
      UINT64_C (0x7f) },
    { UINT64_C (0x1ffffffffffffffe), UINT64_C (0x1ffffffffffffffd),
      UINT64_C (0x1fffffffffffffff), UINT64_C (0x2) },
};

static void
known_products (void)
{
    for (size_t i = 0; i < G_N_ELEMENTS (known); i++) {
        g_assert_cmpuint (crypto_mul_mod (known[i].a, known[i].b, known[i].m), ==,
                          known[i].product);
        g_assert_cmpuint (crypto_mul_mod_by_hand (known[i].a, known[i].b, known[i].m), ==,
                          known[i].product);
    }
}

/* Guessed digits that are one or two too large are rare: numbers with long runs of ones. */
static uint64_t
number (uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    uint64_t value = *seed >> (*seed >> 58);
    switch (*seed >> 20 & 7) {
    case 0:
        return ~value;
    case 1:
        return value | 0xffffffffu;
    case 2:
        return value & ~UINT64_C (0xffffffff);
    default:
        return value;
    }
}

/* Where both are there, they agree; elsewhere the product of small numbers is the judge. */
static void
both_ways_agree (void)
{
    uint64_t seed = 8;

    for (int i = 0; i < 300000; i++) {
        uint64_t a = number (&seed), b = number (&seed), m = number (&seed);
        m += m == 0;
        g_assert_cmpuint (crypto_mul_mod_by_hand (a, b, m), ==, crypto_mul_mod (a, b, m));
        a = (uint32_t)a;
        b = (uint32_t)b;
        g_assert_cmpuint (crypto_mul_mod_by_hand (a, b, m), ==, a * b % m);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/crypto/mul-mod/known-products", known_products);
    g_test_add_func ("/crypto/mul-mod/both-ways-agree", both_ways_agree);
    return g_test_run ();
}
