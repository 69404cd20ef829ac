/* What the user typed to somebody with whom there is no secret chat yet: kept, sealed, until the
 * user has said what becomes of it. */
#pragma once

#include "tg-core.h"
#include "tg-client-held.h"

void tg_held_init (TgClient *client);
void tg_held_clear (TgClient *client);
void tg_held_load (TgClient *client, StoreKey key, const TlObject *root);
/* What it says, borrowed; FALSE: there is none of that id. */
gboolean tg_held_typed (TgClient *client, int64_t id, TalkTyped *typed);
/* In the running turn. */
void tg_held_forget (TgClient *client, int64_t id);
void tg_held_cut (TgClient *client, int64_t id, size_t len); /* so much went of it */
