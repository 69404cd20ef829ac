/* Whether the server takes us for who we are (MT-F7). */
#pragma once

#include "tg-core.h"

/* Before anything is believed or moved; then what was missed is asked for. Another user
 * ends the account, and changes nothing. */
void tg_self_ask (TgClient *client);
