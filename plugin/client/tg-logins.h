/* The account's logins on all devices, and what the server wants agreed to. */
#pragma once

#include "tg-core.h"

void tg_logins_init (TgClient *client);
void tg_logins_clear (TgClient *client);
void tg_logins_new (TgClient *client, const ApiUpdateNewAuthorization *update);
void tg_logins_in_step (TgClient *client);
void tg_logins_tick (TgClient *client, HostTime now);
int64_t tg_logins_deadline (TgClient *client);
