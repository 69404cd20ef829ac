/* Who is blocked in libpurple's privacy lists (DECISIONS 23). */
#pragma once

#include "tgp-account.h"

/* Nothing of the chat, of the person is shown, no
 * window opens for them, nothing is told to them, nothing is lost. A chat is blocked with
 * its own entry or its person's; a person, for what is no chat yet, with any of them. */
gboolean tgp_secret_is_blocked (TgpAccount *tgp, int32_t chat_id);
gboolean tgp_person_is_blocked (TgpAccount *tgp, int64_t user_id);
