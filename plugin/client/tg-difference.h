/* What was missed. */
#pragma once

#include "tg-box.h"

void tg_difference_sync (TgClient *client);   /* after login or a new start */
void tg_difference_settle (TgClient *client); /* asks, if somebody marked so */
void tg_difference_connected (TgClient *client);
void tg_difference_tick (TgClient *client, HostTime now);
int64_t tg_difference_deadline (TgClient *client);
