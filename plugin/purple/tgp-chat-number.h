/* The small numbers by which a user names a secret chat, or a request for one: "/secret accept
 * 3". They are the account's: from 1 up, no two the same, none given again while the program
 * runs, so that what is typed never means another chat than the one that was read. An entry that
 * shows its number keeps it in the list over the program's end; the others count anew then. */
#pragma once

#include "tgp-account.h"

/* That chat's, given to it if it had none. The account is online, or was; the chat need not
 * exist any more. */
int tgp_chat_number (TgpAccount *tgp, int32_t chat_id);
/* The chat of that number, with its state; FALSE: there is none, or none any more. */
gboolean tgp_chat_numbered (TgpAccount *tgp, int number, TalkSecret *info);
/* The same as typed: "3", "#3", with blanks around; FALSE also where it is no number. */
gboolean tgp_chat_typed (TgpAccount *tgp, const char *text, TalkSecret *info);
/* Whether the chat's entry shows its number (of several chats with one person all but the
 * first do), settled when it is asked for first, and kept in the list. */
gboolean tgp_chat_shows_number (TgpAccount *tgp, const TalkSecret *info,
                                PurpleBuddy *buddy);
void tgp_chat_numbers_uninit (void);
