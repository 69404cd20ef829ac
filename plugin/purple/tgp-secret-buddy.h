/* A secret chat as a buddy of its own: its entry in the list, how it comes there. */
#pragma once

#include "tgp-account.h"

/* The chat's entry is there, and shows its name, its person's presence, and how many
 * messages wait; one that ended gets none anew, unless something waits in it. */
void tgp_secret_show (TgpAccount *tgp, const TalkSecret *info);
/* The same, and made where there is none, also of a chat that is over: something of it is
 * still to be said. */
void tgp_secret_make (TgpAccount *tgp, const TalkSecret *info);
/* The same where there is an entry: status, menu and tooltip are asked for again. */
void tgp_secret_refresh (TgpAccount *tgp, int32_t chat_id);
/* Entries of which nothing is known any more go: their chats ended long ago, or with an earlier
 * login. The account is online. */
void tgp_secret_sweep (TgpAccount *tgp);
/* Of all chats: how many messages wait; and entries of ended ones go, once their last line was
 * read and their window is closed (BitlBee: after a week). */
void tgp_secret_recount (TgpAccount *tgp);
/* All entries get the names that they have now. */
void tgp_secret_rename (TgpAccount *tgp);
/* A line of that chat is about to come: Finch's "(2)" does not stand behind the name then,
 * which is before the line. It comes back with the next count. */
void tgp_secret_uncount (TgpAccount *tgp, int32_t chat_id);

/* A window of one has a title in words, where the list's name is short (TgpFrontend) and the
 * user gave it no name. */
void tgp_secret_title (TgpAccount *tgp, PurpleConversation *conv);

/* The chat has an entry and, in front, a window: within an act of the user. `from`: where
 * the user typed that, or NULL. */
void tgp_secret_open (TgpAccount *tgp, int32_t chat_id, PurpleConversation *from);
/* Asks that person for a chat; it is opened at once. */
void tgp_secret_start (TgpAccount *tgp, int64_t user_id, PurpleConversation *from);
