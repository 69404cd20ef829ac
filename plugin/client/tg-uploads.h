/* Files on their way up. */
#pragma once

#include "tg-client-file.h"

#include "secret-types.h"
#include "tg-core.h"

void tg_uploads_init (TgClient *client);
void tg_uploads_clear (TgClient *client);
/* A chat asks (SECRET_CALL_UPLOAD); answered when the input ends, at the earliest. */
void tg_uploads_ask (TgClient *client, const SecretCall *call);
/* The input ends: what nobody wants any more goes, what may begin begins. */
void tg_uploads_settle (TgClient *client);
void tg_uploads_tick (TgClient *client, HostTime now);
int64_t tg_uploads_deadline (TgClient *client);
