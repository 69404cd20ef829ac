/* The lines of "/secret list". What is returned as char * is g_free()d. */
#pragma once

#include "talk-event.h"

/* "2: Alice Aa, @alice" in the first place would be easy to forge, and a long name would push
 * the rest out of sight: so "2 | on | verified | timer 30 seconds | 2 unread | Alice Aa". */
char *tgp_words_listed (const TalkSecret *info, const char *who, unsigned unread);
/* What a chat's row in the buddy list says, where the right end is cut; NULL: one that is known no more. `unread` of its
 * messages wait there, `unsent` were not sent and no window said so. What finds no room
 * beside these is said elsewhere, too: that the key is verified, by a tick in the name; the timer, by each line and the
 * window's button; that it ended, by the lock. */
char *tgp_words_row (const TalkSecret *info, unsigned unread, unsigned unsent);
const char *tgp_words_none_listed (void); /* there is no secret chat */
