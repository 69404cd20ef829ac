/* Which of Telegram's environments what is stored belongs to. */
#pragma once

#include "tg-core.h"

#define TG_RECORD_ENVIRONMENT 7 /* of STORE_ACCOUNT */

/* FALSE: it is the other one, and the account stops, with nothing changed. What does not say is
 * ours from now on. */
gboolean tg_environment_is_ours (TgClient *client, const GArray *records);
