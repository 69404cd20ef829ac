/* Whether the user is there, as others see it: what the host's status says, and no more
 * (MT-I8). */
#pragma once

#include "tg-core.h"

void tg_status_init (TgClient *client);
void tg_status_clear (TgClient *client);
void tg_status_in_step (TgClient *client);
void tg_status_changed (TgClient *client); /* client->online_wanted was set */
/* Another device, or time, made the server say so of us. */
void tg_status_told (TgClient *client, const TlObject *status);
/* The client ends in good order: a last word, if there is a connection (MT-I9). */
void tg_status_leave (TgClient *client);
void tg_status_tick (TgClient *client, HostTime now);
int64_t tg_status_deadline (TgClient *client);
