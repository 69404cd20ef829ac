/* People by phone number, "@name" or t.me link: added to the list, or written to. */
#pragma once

#include "tgp-account.h"

void tgp_add_buddy (PurpleConnection *gc, PurpleBuddy *buddy, PurpleGroup *group);
/* TRUE: `typed` is a phone number, "@name" or a t.me link, and is being looked up. `func` gets
 * who it is; 0: nobody, and the user was told. It is not called when the client goes; `data`
 * is let go in any case. FALSE: it is none of these, `data` is the caller's. */
typedef void TgpFoundFunc (TgpAccount *tgp, int64_t user_id, void *data);
gboolean tgp_find (TgpAccount *tgp, const char *typed, TgpFoundFunc *func, void *data,
                   GDestroyNotify free_data);
/* The same: the person is offered a secret chat in a question. */
gboolean tgp_find_and_offer (TgpAccount *tgp, const char *typed);
/* The same: the person comes into the list, called `alias` there (or NULL), and into Telegram's
 * contacts, which do not hear of that name. */
gboolean tgp_find_and_add (TgpAccount *tgp, const char *typed, const char *alias);
/* The client is gone: nothing is found any more. */
void tgp_find_close (PurpleConnection *gc);
