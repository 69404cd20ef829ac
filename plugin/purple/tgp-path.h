/* Paths as people type them. Pure, but for what is on the disk. */
#pragma once

#include <glib.h>

/* "~/x", "x" of the home folder: a program's own folder is nobody's place. g_free() it. */
char *tgp_path_whole (const char *typed);
/* "path | caption": the path whole, *caption the rest of `typed`, "" if there is none. The path
 * may stand in quotes, be a file:// address, and have its blanks escaped as shells do. NULL: there
 * is none. */
char *tgp_path_take (const char *typed, const char **caption);
