/* People of the address book as buddies; what the server tells about people, and itself. */
#pragma once

#include "tgp-account.h"

void tgp_peer (TgpAccount *tgp, const TalkPerson *peer);
/* The address book is as the server has it: entries that only showed a contact who is none go. */
void tgp_buddies_judge (TgpAccount *tgp);
void tgp_cloud_message (TgpAccount *tgp, int64_t user_id);
/* `code`: a login code stands in it. */
void tgp_service_message (TgpAccount *tgp, const char *text, gboolean code);
void tgp_trouble (TgpAccount *tgp, TalkTrouble trouble, int64_t number);
/* A new entry, of a person or a chat, gets its alias and presence at once. */
void tgp_buddy_shown (TgpAccount *tgp, PurpleBuddy *buddy);
/* Who was hidden is in the list again (DECISIONS 28). */
void tgp_person_back (TgpAccount *tgp, int64_t user_id);
