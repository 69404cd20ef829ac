/* Where own messages are and what is left of timers: at their lines where the front end draws
 * signs (tgp-lines.h), and in words on demand everywhere. */
#pragma once

#include "tgp-account.h"

/* An event READ. */
void tgp_marks_read (TgpAccount *tgp, int32_t chat_id, const int64_t *ids, size_t n);
/* After a start: lines that still stand show what the last client could not say any more. */
void tgp_marks_settle (TgpAccount *tgp, int32_t chat_id);
/* A TgpLinesTipFunc. */
char *tgp_marks_tip (PurpleConversation *conv, int64_t id);
/* Where the last own messages are; what is left of the last timers. NULL: there are none;
 * g_free() it. */
char *tgp_marks_own (TgpAccount *tgp, int32_t chat_id);
char *tgp_marks_timers (TgpAccount *tgp, int32_t chat_id);
/* Says that so many messages went whose lines cannot be taken back. */
void tgp_marks_stay (PurpleConversation *conv, unsigned n);
