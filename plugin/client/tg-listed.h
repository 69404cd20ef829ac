/* People as the server lists them when the user asks: who has such a name, who is blocked. */
#pragma once

#include "tg-client-lists.h"
#include "tg-core.h"

void tg_listed_init (TgClient *client);
void tg_listed_clear (TgClient *client);
