/* People's pictures, the small ones, as they are asked for. Nothing is kept here. */
#pragma once

#include "tg-core.h"

void tg_photos_init (TgClient *client);
void tg_photos_clear (TgClient *client);
void tg_photos_tick (TgClient *client, HostTime now);
int64_t tg_photos_deadline (TgClient *client);
