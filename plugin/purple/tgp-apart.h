/* Two accounts' secret chats with somebody of one name: which account a chat is of. */
#pragma once

#include "tgp-account.h"

/* What the account is called beside a chat with that person, in a few columns: "…0003" ("…03"
 * where a list is narrow), or what the user calls it; NULL: no other account that is online
 * has the entry of a chat with somebody called so. g_free() it. */
char *tgp_apart_sign (TgpAccount *tgp, int64_t user_id);

/* Once, at the first login: calls `renamed` for each account that is online, from the loop,
 * when that may have changed; again after _disconnect(). */
void tgp_apart_connect (void (*renamed) (TgpAccount *tgp));
void tgp_apart_disconnect (void); /* the module goes */
