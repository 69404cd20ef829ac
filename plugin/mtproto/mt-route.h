/* Which of a data centre's addresses is tried next (MT-B26, MT-B27): one that worked stays
 * first, one that failed goes behind all others. Pure; what it knows is of this process. */
#pragma once

#include "mt-session.h"

typedef struct MtRoutes MtRoutes;

/* `addresses` is borrowed, and outlives the routes. */
MtRoutes *mt_routes_new (const MtAddress *addresses, size_t n);
void mt_routes_free (MtRoutes *routes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MtRoutes, mt_routes_free)

/* The next of those that are not in `taken` (a bit each, of the first 64), or -1. One that is
 * to run beside `taken` is of the other family, where one is as good. */
int mt_routes_next (const MtRoutes *routes, uint64_t taken);
void mt_routes_worked (MtRoutes *routes, int which, int64_t mono);
void mt_routes_failed (MtRoutes *routes, int which, int64_t mono);
/* It worked, and has not failed since. */
gboolean mt_routes_is_good (const MtRoutes *routes, int which);
