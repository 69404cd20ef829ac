/* The finaliser of MurmurHash3 around a secret (Appleby; public domain), twice. */
#include "talk-id.h"

#include <stdint.h>

static uint64_t
mix (uint64_t x)
{
    x = (x ^ x >> 33) * 0xff51afd7ed558ccdu;
    x = (x ^ x >> 33) * 0xc4ceb9fe1a85ec53u;
    return x ^ x >> 33;
}

static uint64_t
secret (void)
{
    static gsize ready;
    static uint64_t ours;

    if (g_once_init_enter (&ready)) {
        ours = (uint64_t)g_random_int () << 32 | g_random_int ();
        g_once_init_leave (&ready, 1);
    }
    return ours;
}

guint
talk_id_hash (gconstpointer id)
{
    return (guint)mix (mix ((uint64_t) * (const int64_t *)id ^ secret ()) + secret ());
}
