/* What is told beside the chats. */
#pragma once

#include "tg-core.h"

void tg_notices_init (TgClient *client);
void tg_notices_clear (TgClient *client);
/* An ordinary message: only that there is one; of Telegram itself, what it says (MT-I24). */
void tg_tell_cloud_message (TgClient *client, int64_t user_id, TlBytes text);
/* A notification of the service. Where it says that the login should end, a user who is logged in is
 * offered that, and nothing ends by itself (MT-F37). */
void tg_tell_service (TgClient *client, const ApiUpdateServiceNotification *notification);
