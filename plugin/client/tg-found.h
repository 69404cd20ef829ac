/* People looked up, by number or name, and what they say of themselves; kept for a while, so
 * that nothing is asked for twice. */
#pragma once

#include "tg-core.h"

void tg_found_init (TgClient *client);
void tg_found_clear (TgClient *client);
