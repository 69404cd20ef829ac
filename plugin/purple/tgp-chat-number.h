/* The small numbers by which a user names a secret chat, or a request for one: "/secret accept
 * 3". They are the account's: from 1 up, no two the same, kept with the chat (TalkSecret.number)
 * and not given again while anything of it is kept, so that what is typed never means another
 * chat than the one that was read. */
#pragma once

#include "tgp-account.h"

/* "3", "#3", with blanks around: that is a chat's number wherever a chat or a person is named, also
 * where there is no such chat, and never what somebody is called. */
gboolean tgp_chat_is_number (const char *text);
/* The chat of the number that was typed ("3", "#3", with blanks around), with its state, which may
 * be that it ended; FALSE: there is none, or it is no number. */
gboolean tgp_chat_typed (TgpAccount *tgp, const char *text, TalkSecret *info);
/* A GCompareFunc of TalkSecret: the lower number first. */
int tgp_chat_by_number (gconstpointer a, gconstpointer b);
/* The number that the chat's entry shows, or 0: of several chats with one person all but the
 * first show theirs. Settled when it is asked for first, and kept in the list. */
int tgp_chat_shown_number (TgpAccount *tgp, const TalkSecret *info, PurpleBuddy *buddy);
