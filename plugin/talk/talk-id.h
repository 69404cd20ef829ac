/* Ids in tables. Whoever sends us something chooses its id, and g_int64_hash() takes the low
 * 32 bits as they are: a hundred thousand ids alike in these would make each look-up a walk
 * through all of them. So these are mixed with a number of this process's own.
 */
#pragma once

#include <glib.h>

/* A GHashFunc of int64_t, to go with g_int64_equal(). */
guint talk_id_hash (gconstpointer id);

/* Telegram itself: its words come from there, login codes too (MT-I24). */
#define TALK_USER_SERVICE 777000
