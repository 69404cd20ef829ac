/* The order of addresses. */
#include "mt-route.h"

#include <string.h>

#define KNOWN_MAX 64 /* addresses; more are never looked at */

struct MtRoutes {
    const MtAddress *addresses;
    int n;
    int64_t worked[KNOWN_MAX], failed[KNOWN_MAX]; /* mono + 1; 0 = never */
};

MtRoutes *
mt_routes_new (const MtAddress *addresses, size_t n)
{
    MtRoutes *routes = g_new0 (MtRoutes, 1);

    routes->addresses = addresses;
    routes->n = (int)MIN (n, KNOWN_MAX);
    return routes;
}

void
mt_routes_free (MtRoutes *routes)
{
    g_free (routes);
}

static gboolean
is_ipv6 (const MtAddress *address)
{
    return (address->flags & MT_ADDRESS_IPV6) != 0 ||
           strchr (address->address, ':') != NULL;
}

gboolean
mt_routes_is_good (const MtRoutes *routes, int which)
{
    return routes->worked[which] > routes->failed[which];
}

/* Smaller is better: 0 worked, 1 to 3 untried, 4 failed. */
static int
class_of (const MtRoutes *routes, int which)
{
    const MtAddress *address = &routes->addresses[which];

    if (mt_routes_is_good (routes, which))
        return 0;
    if (routes->failed[which] != 0)
        return 4;
    if ((address->flags & MT_ADDRESS_STATIC) != 0)
        return 3;
    return is_ipv6 (address) ? 2 : 1;
}

/* Whether a is to be tried before b, which stands before it in the list. */
static gboolean
is_better (const MtRoutes *routes, int a, int b)
{
    int mine = class_of (routes, a), other = class_of (routes, b);

    if (mine != other)
        return mine < other;
    if (mine == 0)
        return routes->worked[a] > routes->worked[b];
    return mine == 4 && routes->failed[a] < routes->failed[b];
}

/* The best of those that are not taken, and, with `family` 0 or 1, of that one only. */
static int
best (const MtRoutes *routes, uint64_t taken, int family)
{
    int found = -1;

    for (int i = 0; i < routes->n; i++)
        if ((taken >> i & 1) == 0 &&
            (family < 0 || is_ipv6 (&routes->addresses[i]) == family) &&
            (found < 0 || is_better (routes, i, found)))
            found = i;
    return found;
}

int
mt_routes_next (const MtRoutes *routes, uint64_t taken)
{
    int any = best (routes, taken, -1), other = -1;
    gboolean runs[2] = { FALSE, FALSE };

    for (int i = 0; i < routes->n; i++)
        runs[is_ipv6 (&routes->addresses[i])] |= (taken >> i & 1) != 0;
    if (runs[0] != runs[1])
        other = best (routes, taken, runs[0]);
    /* one that failed is no better for its family */
    return other >= 0 && (class_of (routes, other) < 4 || class_of (routes, any) == 4)
               ? other
               : any;
}

void
mt_routes_worked (MtRoutes *routes, int which, int64_t mono)
{
    routes->worked[which] = mono + 1;
    if (routes->failed[which] >= routes->worked[which])
        routes->failed[which] = 0;
}

void
mt_routes_failed (MtRoutes *routes, int which, int64_t mono)
{
    routes->failed[which] = MAX (mono + 1, routes->worked[which]);
}
