/* The questions of a login: in a dialog, or where there are none in a conversation. */
#pragma once

#include "tgp-account.h"

void tgp_ask (TgpAccount *tgp, const TalkAsk *ask);
/* TRUE: it was the answer to a question that stands in that conversation. */
gboolean tgp_take_answer (TgpAccount *tgp, const char *who, const char *text);
