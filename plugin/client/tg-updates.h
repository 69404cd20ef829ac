/* The order of the world. */
#pragma once

#include "tg-box.h"

void tg_updates_reconnected (TgClient *client);
void tg_updates_receive (TgClient *client, TlMessage *updates); /* NULL: run difference */
void tg_updates_apply (TgClient *client, const TlObject *update, gboolean live);
void tg_updates_take_cloud (TgClient *client, const TlObject *message);
void tg_updates_go_on (TgClient *client);
void tg_updates_tick (TgClient *client, HostTime now);
int64_t tg_updates_deadline (TgClient *client);
