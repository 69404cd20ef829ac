/* Files on their way here. */
#pragma once

#include "tg-client-fetch.h"
#include "tg-client-save.h"

#include "tg-core.h"

void tg_files_init (TgClient *client);
void tg_files_clear (TgClient *client);
void tg_files_lost (TgClient *client);
/* The input ends: whose message went, that file goes. */
void tg_files_settle (TgClient *client);
void tg_files_tick (TgClient *client, HostTime now);
int64_t tg_files_deadline (TgClient *client);
