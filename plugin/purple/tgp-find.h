/* People by phone number, "@name" or t.me link: added to the list, or written to. */
#pragma once

#include "tgp-account.h"

void tgp_add_buddy (PurpleConnection *gc, PurpleBuddy *buddy, PurpleGroup *group);
/* TRUE: `typed` is a phone number, "@name" or a t.me link, and is being looked up; the
 * person is offered a secret chat in a question. `message`: a text was typed to it. */
gboolean tgp_find_and_offer (TgpAccount *tgp, const char *typed, gboolean message);
/* The client is gone: nothing is found any more. */
void tgp_find_close (PurpleConnection *gc);
