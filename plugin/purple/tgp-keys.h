/* The key of what is stored: where it is wished, its passphrase, and in BitlBee its token. */
#pragma once

#include "tgp-account.h"

gboolean tgp_keys_in_service (PurpleAccount *account); /* it is wished to be there */
/* What the key is sealed by in BitlBee, else NULL; to be wiped and freed. */
char *tgp_keys_token (PurpleAccount *account);
void tgp_keys_action (PurplePluginAction *action); /* sets or removes the passphrase */
void tgp_keys_clear (TgpAccount *tgp);             /* one that is on its way is wiped */
