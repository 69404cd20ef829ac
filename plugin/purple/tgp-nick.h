/* What entries are called in BitlBee: its nicks are short and ASCII, and it makes them of an
 * entry's name ("id1000002") unless it is told a better one. */
#pragma once

#include "tgp-account.h"

/* "Bob_Bb", "secret2-Bob_Bb" with the chat's number; Cyrillic letters as Latin ones; of the @name where
 * nothing readable is left of the person's name, and the entry's own name where there is none, and in
 * every other front end. A person's has no "-". Two people never get the same one: where what is left
 * of two names is alike, in as many characters as there is room for, both have their user id behind
 * it; so has whoever's name ends as if with one. g_free() it. */
char *tgp_nick (TgpAccount *tgp, PurpleBuddy *buddy);
/* BitlBee is told that, unless the user gave the entry a nick. */
void tgp_nick_show (TgpAccount *tgp, PurpleBuddy *buddy);
/* BitlBee forgets who was called so, which it does not when libpurple's entry goes. */
void tgp_nick_drop (TgpAccount *tgp, const char *name);
/* The same from the loop, behind the lines that are still written to it (one to somebody whom BitlBee has forgotten would
 * bring them back), unless an entry is called so again by then. */
void tgp_nick_drop_soon (TgpAccount *tgp, const char *name);
/* The nick that the user gave in BitlBee to what is called so ("add mtproto +49... mum"), which BitlBee keeps by that name: it is forgotten
 * there. To be freed; NULL: none, or BitlBee is another one than we know. */
char *tgp_nick_take (TgpAccount *tgp, const char *name);
/* Gives `name` that nick, as if the user had: what has an entry is called so at once, what has none is by the entry that is
 * made afterwards (BitlBee looks for the nick inside purple_buddy_new()). FALSE: it keeps its own, as somebody else is called so, or
 * BitlBee is another one than we know. */
gboolean tgp_nick_give (TgpAccount *tgp, const char *name, const char *nick);
void tgp_nicks_free (TgpAccount *tgp);
