/* What commands have to do with lists of people at Telegram: who has such a name, who is blocked;
 * and what somebody is called in Telegram's contacts. Answers come into the conversation. */
#pragma once

#include "tgp-account.h"

void tgp_people_search (TgpAccount *tgp, PurpleConversation *conv, const char *words);
void tgp_people_blocked (TgpAccount *tgp, PurpleConversation *conv);
/* Asks about the one who had that number in the list of those who are blocked when it was shown
 * last, or has it now if it was not. */
void tgp_people_unblock (TgpAccount *tgp, PurpleConversation *conv, int number);
void tgp_people_free (TgpAccount *tgp); /* what was shown */
/* Anything but TALK_DONE: nothing comes. */
TalkCode tgp_people_name (TgpAccount *tgp, PurpleConversation *conv, int64_t user_id,
                          const char *name);
