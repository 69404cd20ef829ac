/* The buddy list belongs to the user: what is done in it stays there (DECISIONS 28). */
#pragma once

#include "tgp-account.h"

/* prpl functions. Removing is judged when the front end has done all of one act: an entry
 * that is back, or has a copy, was only moved. Else it comes back and a question is asked
 * (tgp-ends.c), or, in BitlBee, it goes and a line says what would do more. */
void tgp_list_remove_buddy (PurpleConnection *gc, PurpleBuddy *buddy, PurpleGroup *group);
void tgp_list_rename_group (PurpleConnection *gc, const char *old, PurpleGroup *group,
                            GList *buddies);
void tgp_list_group_buddy (PurpleConnection *gc, const char *who, const char *old,
                           const char *new);

/* FALSE: the chat's entry stands together with another one, and Pidgin and Finch show both
 * in one window: what is typed there may go to the wrong person (FRONTENDS 0.6). */
gboolean tgp_list_is_alone (PurpleAccount *account, const char *name);
/* Secret entries that were put together with others are taken out again, from now on;
 * once, at the first login. */
void tgp_list_connect (void);
void tgp_list_disconnect (void);
void tgp_list_look_over (TgpAccount *tgp); /* soon */

void tgp_list_free (TgpAccount *tgp);
