/* The sign of a secret chat in the list. */
#pragma once

#include <glib.h>

/* Before a secret chat's name in a list that cuts names: a lock, open where the chat ended; a
 * key-like sign, and a cross, where no font of Pidgin's has a lock. */
const char *tgp_lock (gboolean ended);
/* Looks like one of them. */
gboolean tgp_is_lock (gunichar c);
