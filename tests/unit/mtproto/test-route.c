/* Which address is tried next, by what became of those that were tried. */
#include "mt-route.h"
#include "mt-session.h"

static char *
order_of (const MtRoutes *routes, unsigned n)
{
    GString *text = g_string_new (NULL);
    uint64_t taken = 0;

    for (unsigned i = 0; i < n; i++) {
        int which = mt_routes_next (routes, taken);
        taken |= (uint64_t)1 << which;
        g_string_append_printf (text, "%d", which);
    }
    g_assert_cmpint (mt_routes_next (routes, taken), ==, -1);
    return g_string_free (text, FALSE);
}

static void
order_is (const MtRoutes *routes, unsigned n, const char *want)
{
    g_autofree char *order = order_of (routes, n);
    g_assert_cmpstr (order, ==, want);
}

/* MT-B27: what worked stays first, what failed goes behind the untried, the oldest failure
 * first; and no address is left out for ever */
static void
test_choice (void)
{
    static const MtAddress list[] = {
        { "10.0.0.1", 443 }, { "10.0.0.2", 443 }, { "10.0.0.3", 443 }, { "10.0.0.4", 443 }
    };
    g_autoptr (MtRoutes) routes = mt_routes_new (list, 4);

    order_is (routes, 4, "0123");
    mt_routes_failed (routes, 0, 1000);
    order_is (routes, 4, "1230");
    mt_routes_worked (routes, 2, 2000);
    order_is (routes, 4, "2130");
    mt_routes_failed (routes, 1, 3000);
    mt_routes_failed (routes, 3, 4000);
    order_is (routes, 4, "2013");
    mt_routes_failed (routes, 2, 5000); /* all failed */
    order_is (routes, 4, "0132");
    g_assert_false (mt_routes_is_good (routes, 2));
    mt_routes_failed (routes, 0, 6000);
    mt_routes_failed (routes, 1, 7000);
    mt_routes_failed (routes, 3, 8000);
    order_is (routes, 4, "2013"); /* the preferred one is tried again */
    mt_routes_worked (routes, 3, 9000);
    mt_routes_worked (routes, 1, 9500);
    order_is (routes, 4, "1320");
    mt_routes_failed (routes, 1, 9500); /* in the same millisecond */
    order_is (routes, 4, "3201");
    mt_routes_worked (routes, 1, 9500);
    order_is (routes, 4, "1320");
}

/* MT-B26 MT-B40: IPv6 behind IPv4 as long as none of both worked, static ones last; beside
 * one of a family one of the other */
static void
test_flags (void)
{
    static const MtAddress list[] = {
        { "10.0.0.1", 443, MT_ADDRESS_STATIC },
        { "2001:db8::1", 443, MT_ADDRESS_IPV6 },
        { "10.0.0.2", 443, MT_ADDRESS_OBFUSCATED },
        { "10.0.0.3", 443, MT_ADDRESS_THIS_PORT },
        { "2001:db8::2", 443, 0 },
    };
    g_autoptr (MtRoutes) routes = mt_routes_new (list, 5);

    order_is (routes, 5, "21340"); /* 2, then the other family */
    mt_routes_worked (routes, 4, 1000);
    g_assert_cmpint (mt_routes_next (routes, 0), ==, 4);
    g_assert_cmpint (mt_routes_next (routes, 1 << 4), ==, 2);
    mt_routes_failed (routes, 1, 1000); /* no IPv6 here: its family is no reason */
    mt_routes_failed (routes, 4, 2000);
    order_is (routes, 5, "23014");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/route/choice", test_choice);
    g_test_add_func ("/route/flags", test_flags);
    return g_test_run ();
}
