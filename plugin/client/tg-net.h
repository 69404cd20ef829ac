/* An account's net: of which settings and records it is made. */
#pragma once

#include "tg-core.h"

/* `records`: TgRecord; of these it has where data centres are, keys come later, if at all.
 * FALSE: the account was stopped, and why was told. */
gboolean tg_net_make (TgClient *client, const GArray *records, const NetOps *ops);
/* The keys that are stored. FALSE: none with the home data centre; a user without it must
 * log in again (MT-C31). */
gboolean tg_net_restore (TgClient *client, const GArray *records);
