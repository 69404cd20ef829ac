/* Whether the user is there: what the front end says of it goes to the server, no more and no
 * less (MT-I8). */
#pragma once

#include "tgp-account.h"

void tgp_self_tell (TgpAccount *tgp); /* as it is now */
/* prpl functions. */
void tgp_self_set_status (PurpleAccount *account, PurpleStatus *status);
void tgp_self_set_idle (PurpleConnection *gc, int seconds);
