/* Ids that somebody chose. */
#include "talk-id.h"

#include <stdint.h>

#define IDS 4096

/* DECISIONS 32: whichever bits of ids are alike, their places in a table are not: as
 * random numbers would, some 4,094 of 4,096 differ in 32 bits, and the low 12 are used
 * evenly */
static void
places_cannot_be_chosen (void)
{
    for (int shift = 0; shift <= 52; shift += 4) {
        g_autoptr (GHashTable) whole = g_hash_table_new (NULL, NULL);
        unsigned buckets[64] = { 0 };

        for (int64_t i = 0; i < IDS; i++) {
            int64_t id = (int64_t)((uint64_t)i << shift);
            guint hash = talk_id_hash (&id);
            g_hash_table_add (whole, GUINT_TO_POINTER (hash));
            buckets[hash % 64]++;
        }
        g_assert_cmpuint (g_hash_table_size (whole), >, IDS - 32);
        for (int i = 0; i < 64; i++) { /* 64 in each; 8 is one sigma */
            g_assert_cmpuint (buckets[i], >, 8);
            g_assert_cmpuint (buckets[i], <, 128);
        }
    }
}

static void
alike_is_alike (void)
{
    for (int64_t i = -5; i < 5; i++) {
        int64_t one = i * ((int64_t)1 << 40), other = one;
        g_assert_cmpuint (talk_id_hash (&one), ==, talk_id_hash (&other));
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/talk/id/places-cannot-be-chosen", places_cannot_be_chosen);
    g_test_add_func ("/talk/id/alike-is-alike", alike_is_alike);
    return g_test_run ();
}
