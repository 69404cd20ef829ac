/* The part of tg-client.h about what the user shows of themselves at Telegram (MT-I21). */
#pragma once

#include "tg-client.h"

typedef struct {
    const char *first,
        *last;         /* of a name: 64 characters each at most, `first` one at least */
    const char *about; /* a line: 70 characters, 140 for who pays Telegram */
} TgProfile;

/* `profile`: as it is now, cleaned, nothing in it NULL, borrowed until something is done; NULL where
 * `what` is neither DONE nor SAME. `seconds`: of TOO_OFTEN, 0 = not said. Called once, but not after
 * the client was freed. */
typedef void (*TgProfileFunc) (const TgProfile *profile, TalkProfiled what,
                               int64_t seconds, void *user);
/* What the server has: `func` hears SAME, or why that is not to be had. */
void tg_client_ask_profile (TgClient *client, TgProfileFunc func, void *user);
/* What is not NULL in `wanted` becomes so, for all devices of this user. Only what differs from what
 * the server has is sent, and nothing where nothing does: SAME. */
void tg_client_set_profile (TgClient *client, const TgProfile *wanted, TgProfileFunc func,
                            void *user);
/* The same with a whole name: a first name of several words stays one while `name` begins with it,
 * else the first word is it. */
void tg_client_set_name (TgClient *client, const char *name, TgProfileFunc func,
                         void *user);
