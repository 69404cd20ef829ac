/* From a phone number to an authorisation. */
#pragma once

#include "tg-core.h"

void tg_login_init (TgClient *client);
/* Connects, once it may (a login that waits needs no connection). */
void tg_login_begin (TgClient *client);
void tg_login_start (TgClient *client); /* connected, not logged in */
void tg_login_answer (TgClient *client, unsigned attempt, const char *text);
void tg_login_tick (TgClient *client, HostTime now); /* the pause is over */
void tg_login_reset (TgClient *client);              /* for another login */
void tg_login_clear (TgClient *client);
