/* Sentences, made of what happened. Nothing here knows libpurple, or an account: who asks brings
 * the names. What is returned as char * is g_free()d. */
#pragma once

#include "talk-event.h"

char *tgp_words_duration (int32_t seconds); /* "30 seconds", "off" */
/* "2 messages of Alice did not arrive; 5 later ones wait behind them." */
char *tgp_words_gap (const char *who, const TalkSecret *info);
