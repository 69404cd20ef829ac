/* The folder of an account's data. */
#pragma once

#include "tgp-account.h"

#define TGP_FOLDER_DIGEST 32 /* letters of its name */
#define TGP_FOLDER_REMOVED ".removed"
/* The folder of the account's data in that environment, whatever the spelling of the
 * number; one of an older version gets its present name. */
char *tgp_state_directory (PurpleAccount *account, gboolean test);
