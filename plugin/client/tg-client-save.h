/* Files of secret chats, saved where the user said. Part of the contract, beside tg-client.h. */
#pragma once

#include "tg-client.h"

/* Where a message's file goes: borrowed, no path but `folder`. */
typedef struct {
    int64_t id;     /* the message's */
    int32_t number; /* told with it */
    const char *folder;
    const char *name; /* as the user said; NULL: the file's own, made safe (SC-H12) ... */
    const char
        *fallback; /* ... or, where it has none, this, with what belongs behind its dot */
} TgSaveTo;

/* Told as SAVING events, of which the last is not RUNS. TALK_NOTHING: there is no file that may be
 * saved (what has a timer: DECISIONS 31); TALK_INVALID: it is being saved, or too many are. */
TalkCode tg_secret_save (TgClient *client, int32_t chat_id, const TgSaveTo *to);
/* FALSE: it is not being saved. Then SAVING says CANCELLED. */
gboolean tg_secret_save_cancel (TgClient *client, int32_t chat_id, int64_t id);
/* All that are; `func` must not change anything. */
typedef void (*TgSavingFunc) (int32_t chat_id, const TalkSaving *saving, void *user);
void tg_client_each_saving (TgClient *client, TgSavingFunc func, void *user);
