/* What the user wrote for a secret chat, by whatever way it came. */
#pragma once

#include "tgp-account.h"

/* Gives it to the client; what became of it is told in the chat's window (tgp-send.h). An empty
 * text does nothing. */
void tgp_write (TgpAccount *tgp, int32_t chat_id, const TalkTyped *typed);
