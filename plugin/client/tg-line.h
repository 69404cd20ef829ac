/* The session's connection: functions of MtOps. */
#pragma once

#include "tg-core.h"

void tg_line_connect (void *user, const MtAddress *address);
void tg_line_disconnect (void *user);
void tg_line_send (void *user, const uint8_t *data, size_t len);
