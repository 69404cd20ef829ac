/* Files of secret chats that are shown or played: into memory, never onto a disk. Part of the
 * contract, beside tg-client.h. */
#pragma once

#include "tg-client.h"

#define TG_FETCH_MAX (10 * 1024 * 1024) /* bytes of one file */

/* A message's file, with a timer or without. Told once, as a FETCHED event. TALK_NOTHING: there is
 * no file that can be had, or it is larger; TALK_INVALID: it is on its way, or too many are. */
TalkCode tg_secret_fetch (TgClient *client, int32_t chat_id, int64_t id);
/* FALSE: it is not on its way. Then FETCHED says CANCELLED. */
gboolean tg_secret_fetch_cancel (TgClient *client, int32_t chat_id, int64_t id);
/* The user looks at it, or hears it: the other side is told once, its timer begins (SC-E5,
 * SC-G4). */
TalkCode tg_secret_open_media (TgClient *client, int32_t chat_id, int64_t id);
