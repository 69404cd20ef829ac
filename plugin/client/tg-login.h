/* From a phone number to an authorisation. */
#pragma once

#include "tg-core.h"

void tg_login_init (TgClient *client);
void tg_login_load (TgClient *client, StoreKey key, const TlObject *root);
/* Connects, once it may (a login that waits needs no connection). */
void tg_login_begin (TgClient *client);
void tg_login_start (TgClient *client); /* connected, not logged in */
void tg_login_answer (TgClient *client, unsigned attempt, const char *text);
/* In the place of an answer to TALK_ASK_CODE. */
void tg_login_by_qr (TgClient *client, unsigned attempt);
void tg_login_receive (TgClient *client, const TlObject *updates); /* MT-F6 */
void tg_login_tick (TgClient *client, HostTime now);
int64_t tg_login_deadline (TgClient *client);
void tg_login_reset (TgClient *client); /* for another login */
void tg_login_clear (TgClient *client);
