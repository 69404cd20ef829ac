/* What stands in a line for a message that is no text, or not only. What is returned as char *
 * is g_free()d. */
#pragma once

#include "talk.h"

/* "[photo 3, 640x480, 90 kB]"; NULL: it is a text. */
char *tgp_words_media (const TalkMessage *message);
