/* Entries of the buddy list, of people and secret chats alike: their group, their alias, how
 * they go, and who is to have none. */
#pragma once

#include "tgp-account.h"

PurpleGroup *tgp_group (const char *name); /* made where there is none */
/* What the server's side calls an entry, in the list and in its window's title, without
 * libpurple's line that somebody is now known as. Nothing, where it is called so already. */
void tgp_alias (TgpAccount *tgp, const char *name, const char *alias);
/* Adds an entry to the list; what it is to have from the first moment is set before. FALSE: it is gone, as a
 * handler of another plugin took it out again, or removed the account. */
gboolean tgp_entry_add (PurpleBuddy *buddy, PurpleContact *contact, PurpleGroup *group);
/* The account, and this entry of it, are still there; whatever has happened since `buddy` was found. */
gboolean tgp_entry_lives (PurpleAccount *account, const char *name,
                          const PurpleBuddy *buddy);
/* As purple_prpl_got_user_status(), which would go on with an account that a handler has just ended;
 * `message` of the status, or NULL. */
void tgp_entry_status (TgpAccount *tgp, const char *name, const char *status,
                       const char *message);
/* Of an entry: when it came into the list, counted from 1970; a person's in days, a secret
 * chat's in minutes, later than any other's. */
#define TGP_SINCE_NODE "in-list-since"
/* Of a person's: the user put it there, so it stays, contact or not. */
#define TGP_OWN_NODE "added-here"
/* Of a secret chat's, see tgp-chat-number.h. */
#define TGP_SHOWS_NODE "secret-number-shown"

/* "Only from this list": the person's entries go, and stay away until the person is added
 * again or writes; remembered in the account's folder. */
void tgp_list_hide (TgpAccount *tgp, int64_t user_id);
void tgp_list_unhide (TgpAccount *tgp, int64_t user_id);
gboolean tgp_list_is_hidden (TgpAccount *tgp, int64_t user_id);

/* All entries of the chat go; nothing else happens. */
void tgp_list_drop_chat (TgpAccount *tgp, int32_t chat_id);
