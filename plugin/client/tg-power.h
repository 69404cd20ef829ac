/* Powers in the group of a secret chat, off the loop: each takes some ms (DECISIONS 32). */
#pragma once

#include "tg-core.h"

/* 256 bytes, wiped afterwards, or NULL: it could not be computed. In a turn of its own; not if
 * the account ended meanwhile. */
typedef void (*TgPowerFunc) (TgClient *client, const uint8_t *power, int32_t chat_id,
                             uint64_t token);
/* base ^ exponent mod p; copies all three. */
void tg_power (TgClient *client, const uint8_t base[static 256],
               const uint8_t p[static 256], const uint8_t exponent[static 256],
               TgPowerFunc func, int32_t chat_id, uint64_t token);
