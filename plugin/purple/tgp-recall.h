/* The beginnings of the last texts of each secret chat, where the front end hands lines on and
 * keeps none: so that a command can name one, and an answer can show what it answers. Never of
 * what has a timer; gone with the message, and with the connection. */
#pragma once

#include "tgp-account.h"

/* Nothing where lines stand in windows. */
void tgp_recall_add (TgpAccount *tgp, int32_t chat_id, int64_t id, const char *text);
/* NULL: it is not known. To be wiped. */
char *tgp_recall (TgpAccount *tgp, int32_t chat_id, int64_t id);
/* These go; NULL: all of the chat. */
void tgp_recall_drop (TgpAccount *tgp, int32_t chat_id, const int64_t *ids, size_t n);
void tgp_recall_free (TgpAccount *tgp);
