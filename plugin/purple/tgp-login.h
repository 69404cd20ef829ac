/* login() and close(), as libpurple calls them. */
#pragma once

#include "tgp-account.h"

void tgp_login (PurpleAccount *account);
void tgp_close (PurpleConnection *gc);
