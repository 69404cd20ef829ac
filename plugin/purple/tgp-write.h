/* What the user wrote for a secret chat, by whatever way it came. */
#pragma once

#include "tgp-account.h"

/* Gives it to the client; what became of it is told in the chat's window (tgp-send.h). An empty
 * text does nothing. */
void tgp_write (TgpAccount *tgp, int32_t chat_id, const TalkTyped *typed);
/* The same, of what was kept as `held` (tg_held_keep()) until now; 0: it was not. */
void tgp_write_held (TgpAccount *tgp, int32_t chat_id, const TalkTyped *typed,
                     int64_t held);
