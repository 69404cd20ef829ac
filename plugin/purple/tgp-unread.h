/* How many messages wait for their reader, and where each front end shows that. */
#pragma once

#include "tgp-account.h"

/* How many unseen messages have no line of that chat that can be seen, in Finch how many there are; where
 * lines belong to the host (BitlBee), how many were not answered. None of a blocked one. */
unsigned tgp_seen_count (TgpAccount *tgp, int32_t chat_id);
/* Takes `text` and adds "2 unread" to it, if there are any. */
char *tgp_seen_status (TgpAccount *tgp, int32_t chat_id, char *take_text);
/* Takes an alias and adds " (2)" in Finch, which shows no status text. */
char *tgp_seen_alias (TgpAccount *tgp, int32_t chat_id, char *take_alias);
