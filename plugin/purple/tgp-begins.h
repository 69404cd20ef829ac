/* Messages named by the beginning of their text, as commands take them. Pure. */
#pragma once

#include <glib.h>

/* Cuts the name of a message off the beginning of what was typed: a word, or a text in quotes.
 * *args goes on behind it; g_free() it. */
char *tgp_begins_take (const char **args, gboolean *quoted);
/* Without case, and with one blank where there are some; g_free() it. */
char *tgp_begins_folded (const char *text);
/* Is what was typed a command that names a message by the beginning of this text? */
gboolean tgp_begins_named (const char *typed, const char *text);
