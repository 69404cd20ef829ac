/* What one input may make of itself (DECISIONS 32). A few bytes on the wire can ask for a
 * thousand times as many in memory (gzip), and those for twenty times as many again
 * (objects); so both are counted as they come to be, and an input that would go beyond is
 * refused whole. The largest honest input known is an address book of some 5,000 people:
 * 1 MB, 30,000 objects, 4 MB of memory. */
#pragma once

#include <glib.h>

#define TL_UNPACKED_MAX ((size_t)4 << 20) /* bytes out of gzip: 15 ms of work */
#define TL_OBJECTS_MAX ((size_t)100000)   /* decoded: 10 ms of work */
#define TL_MEMORY_MAX ((size_t)16 << 20)  /* bytes that objects and their strings take */

/* What is left; taken off as it is used. */
typedef struct {
    size_t unpacked;
    size_t objects;
    size_t memory;
} TlBudget;

#define TL_BUDGET_WHOLE ((TlBudget){ TL_UNPACKED_MAX, TL_OBJECTS_MAX, TL_MEMORY_MAX })

/* Takes `n` off; FALSE if that is more than there is: then nothing is left, so that one
 * input is not refused over and over. */
static inline gboolean
tl_budget_take (size_t *left, size_t n)
{
    gboolean enough = n <= *left;

    *left = enough ? *left - n : 0;
    return enough;
}
