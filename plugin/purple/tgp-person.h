/* What people are called: in the list, and inside sentences. */
#pragma once

#include "tgp-account.h"

void tgp_person_remember (TgpAccount *tgp, const TalkPerson *peer);
/* How many of the people we know are called that. `only`, unless NULL: who it is, where it
 * is one; 0 where that is not known. */
int tgp_person_namesakes (TgpAccount *tgp, const char *name, int64_t *only);
/* In Telegram's contacts. The account is online. */
gboolean tgp_person_is_contact (TgpAccount *tgp, int64_t user_id);
/* "Alice Aa", or the number; borrowed until the next call for that person. */
const char *tgp_person_name (TgpAccount *tgp, int64_t user_id);
/* "Alice Aa, @alice": with what tells them from others of that name, or the number;
 * g_free() it. */
char *tgp_person_label (TgpAccount *tgp, int64_t user_id);
/* The label as it may stand inside a sentence (tg_name_in_sentence()). Every sentence with
 * a person in it takes this one. */
char *tgp_person_in_sentence (TgpAccount *tgp, int64_t user_id);
/* The same of a secret chat's person; "?" where there is no such chat. */
char *tgp_chat_person (TgpAccount *tgp, int32_t chat_id);
