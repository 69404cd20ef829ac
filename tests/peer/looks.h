/* How a text looks, in words: "bold 0-4, link 5-9 http://x". */
#pragma once

#include "talk.h"

/* The same in one line; g_free() it. */
char *looks_print (const TalkSpans *spans);
/* Reads such a line up to ": " and what stands behind it, which is the text ("\\n" ends a line
 * of it); NULL spans where it has none. */
TalkSpans *looks_read (const char *line, char **text);
