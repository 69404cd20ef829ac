/* Whether somebody is there, and when they were: by the server's word, which never counts
 * beyond its own present (MT-I4). */
#pragma once

#include "talk.h"
#include "tl-schema.h"

typedef struct {
    TalkPresence presence;
    int64_t last_seen; /* of OFFLINE, Unix time; 0 = unknown */
    int64_t until;     /* of ONLINE, Unix time: then it is OFFLINE by itself */
} TgPresence;

/* `status` is a UserStatus, or NULL; `now` the server's time. */
TgPresence tg_presence_of (const TlObject *status, int64_t now);
/* TRUE: it ran out. */
gboolean tg_presence_expire (TgPresence *presence, int64_t now);
gboolean tg_presence_equal (const TgPresence *a, const TgPresence *b);
