/* See tg-presence.h. */
#include "tg-presence.h"

#include "api.tl.h"

#define ONLINE_MAX 86400        /* s ahead; real ones are some minutes */
#define FIRST_SEEN 1375315200LL /* August 2013: before, there was nobody to be seen */

/* A time in the past, or 0. Dates are unsigned (MT-A26). */
static int64_t
seen_at (int32_t date, int64_t now)
{
    int64_t seen = (uint32_t)date;

    return seen < FIRST_SEEN ? 0 : MIN (seen, now);
}

TgPresence
tg_presence_of (const TlObject *status, int64_t now)
{
    const ApiUserStatusOnline *online = TL_AS (status, ApiUserStatusOnline);
    const ApiUserStatusOffline *offline = TL_AS (status, ApiUserStatusOffline);
    TgPresence presence = { 0 };

    switch (status != NULL ? status->id : 0) {
    case ApiUserStatusOnline_ID:
        presence.presence = TALK_PRESENCE_ONLINE;
        presence.until = MIN ((int64_t)(uint32_t)online->expires, now + ONLINE_MAX);
        tg_presence_expire (&presence, now);
        break;
    case ApiUserStatusOffline_ID:
        presence.presence = TALK_PRESENCE_OFFLINE;
        presence.last_seen = seen_at (offline->was_online, now);
        break;
    case ApiUserStatusRecently_ID:
        presence.presence = TALK_PRESENCE_RECENTLY;
        break;
    case ApiUserStatusLastWeek_ID:
        presence.presence = TALK_PRESENCE_LAST_WEEK;
        break;
    case ApiUserStatusLastMonth_ID:
        presence.presence = TALK_PRESENCE_LAST_MONTH;
        break;
    default: /* userStatusEmpty, or none: long ago, or nobody may know */
        break;
    }
    return presence;
}

gboolean
tg_presence_expire (TgPresence *presence, int64_t now)
{
    if (presence->presence != TALK_PRESENCE_ONLINE || presence->until > now)
        return FALSE;
    *presence =
        (TgPresence){ .presence = TALK_PRESENCE_OFFLINE,
                      .last_seen = presence->until < FIRST_SEEN ? 0 : presence->until };
    return TRUE;
}

gboolean
tg_presence_equal (const TgPresence *a, const TgPresence *b)
{
    return a->presence == b->presence && a->last_seen == b->last_seen;
}
