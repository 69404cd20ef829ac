/* All features of an account: what happens to it happens to each, in their order. */
#pragma once

#include "tg-core.h"

void tg_features_make (TgClient *client);
void tg_features_clear (TgClient *client); /* the client ends, and what it owns goes */
/* What is to be kept of a record; on a worker. */
void tg_features_make_of (TgRecord *record, TlMessage *message);
void tg_features_load (TgClient *client,
                       TgRecord *record);    /* ... is given to whom it is of */
void tg_features_loaded (TgClient *client);  /* all records were; there is a net */
void tg_features_in_step (TgClient *client); /* with the server, for the first time */
void tg_features_lost (TgClient *client);    /* the login is over */
void tg_features_tick (TgClient *client, HostTime now);
int64_t
tg_features_deadline (TgClient *client); /* mono of the next tick, or HOST_NEVER */
