/* What a message says and answers, as far as that may still be shown. */
#pragma once

#include "tgp-account.h"

/* The beginning of what it answers, or what stands for that; NULL: it answers nothing. g_free()
 * it. */
char *tgp_quote (TgpAccount *tgp, int32_t chat_id, const TalkMessage *message);
/* What that message itself says, without what it answers: from its line while that stands, else
 * from the store or what is recalled of it; NULL: that is gone, though the message is not. To be
 * wiped. */
char *tgp_quote_text (TgpAccount *tgp, int32_t chat_id, const TalkMessage *message);
/* So many letters of it, cut between characters, on one line. g_free() it. */
char *tgp_quote_beginning (const char *text, unsigned max);
