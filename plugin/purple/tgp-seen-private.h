/* Between tgp-seen.c, which shows, tgp-windows.c, which hears of windows, and tgp-look.c, which
 * finds out whether somebody looks. */
#pragma once

#include "tgp-rest.h"
#include "tgp-seen.h"
#include "tgp-standing.h"

struct TgpSeen {
    TgpAccount *tgp;
    TgpSeenLookFunc *look;
    TgpStanding *standing;
    GHashTable *opened;  /* chat ids: a window came, what waits is not yet in it */
    GHashTable *blocked; /* chat ids of which something was held back */
    GHashTable *deleted; /* chat id -> how many unseen ones went while it was blocked */
    GHashTable *greeted; /* chat ids: "2 unread" was said at the login */
    GHashTable *skipped; /* message ids: cut short, not tried again in this window */
    int32_t newer;       /* chat id: something newer opens its window; or 0 */
    TgpRest *rest;       /* lines that are to follow */
    unsigned check_timer, open_timer, erased_timer;
    gboolean privacy; /* somebody was blocked, or is not any more */
    unsigned erased;  /* unseen messages that went with the login */
};

/* All lines of a message stand in the chat's window, unless more of it is to follow: it is
 * seen when somebody looks there. */
void tgp_seen_remember (TgpAccount *tgp, int32_t chat_id, int64_t id);
/* A line of that message stands. */
gboolean tgp_seen_stands (TgpAccount *tgp, int32_t chat_id, int64_t id);
/* What waits comes into the chat's window, oldest first. `at_once`: something newer comes
 * behind it. FALSE: the account went meanwhile. */
gboolean tgp_seen_show_waiting (TgpAccount *tgp, int32_t chat_id, gboolean at_once);
/* Tells what was not kept, and what went, while nothing of the chat could be shown. */
void tgp_seen_tell_lost (TgpAccount *tgp, int32_t chat_id);
/* Another look after that time, unless one is on its way. */
void tgp_seen_look_in (TgpAccount *tgp, unsigned ms);
/* What waits comes into the windows that were opened: in the next turn of the loop. */
void tgp_seen_open_soon (TgpAccount *tgp);
