/* An account's turns and its store. */
#pragma once

#include "tg-core.h"

void tg_turn_init (TgClient *client);
/* The client ends: what its turns changed is still written, but nothing leaves. */
void tg_turn_write_all (TgClient *client);
void tg_turn_drop_all (TgClient *client);
/* The last of all. FALSE: effects run; the client is freed when they do not any more. */
gboolean tg_turn_clear (TgClient *client);
