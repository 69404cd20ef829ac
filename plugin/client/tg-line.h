/* The net's connections: functions of NetOps. */
#pragma once

#include "tg-core.h"

void tg_line_init (TgClient *client);
void tg_line_clear (TgClient *client);
void tg_line_connect (void *user, int line, const MtAddress *address);
void tg_line_disconnect (void *user, int line);
void tg_line_send (void *user, int line, GByteArray *bytes);
