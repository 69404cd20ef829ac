/* "/secret list": the account's secret chats and requests, a line each. */
#pragma once

#include "tgp-account.h"

/* Writes it into that conversation, which may be any of the account's: what goes on, what
 * waits, what asks, and what ended and still has an entry; `all`: also what ended and has
 * none any more. One line where there is nothing. */
void tgp_secret_list (TgpAccount *tgp, PurpleConversation *conv, gboolean all);
