/* Pictures, voice and files of the other side, shown and heard: fetched into memory when somebody
 * asks, or, of a picture of modest size, when somebody looks at its window; and gone with their
 * message (SC-G4, SC-G7, DECISIONS 31). */
#pragma once

#include "tgp-account.h"
#include "tgp-media.h"

TgpShows *tgp_shows_new (TgpAccount *tgp);
/* What is heard or drawn ends; the windows are there still. */
void tgp_show_close (TgpAccount *tgp);
/* What lies in memory as a file goes. */
void tgp_shows_free (TgpShows *shows);

gboolean tgp_show_offers (void); /* what can be done stands in the line */
/* NULL: it is on its way; else why not, to be g_free()d. */
char *tgp_show_start (TgpAccount *tgp, int32_t chat_id, const TgpMedium *medium,
                      int64_t id);
char *tgp_play_start (TgpAccount *tgp, int32_t chat_id, const TgpMedium *medium,
                      int64_t id);
/* FALSE: it is neither on its way nor heard. */
gboolean tgp_show_cancel (TgpAccount *tgp, int32_t chat_id, int64_t id);
/* An event FETCHED. */
void tgp_show_fetched (TgpAccount *tgp, int32_t chat_id, const TalkFetched *fetched);
/* These messages go; NULL: all of that chat. */
void tgp_show_gone (TgpAccount *tgp, int32_t chat_id, const int64_t *ids, size_t n);
/* Somebody is at the keys. */
typedef gboolean TgpShowUsedFunc (void *user);
/* A picture of the window that has the focus is fetched where one is due and `is_used` says so; it is
 * asked only then. NULL: somebody is taken to be there. */
void tgp_show_look (TgpAccount *tgp, TgpShowUsedFunc *is_used, void *user);

/* Once, at the first login; gives what is to be told of lines that stand. */
TgpLinesStandsFunc *tgp_show_connect (TgpMediaClicked *clicked);
void tgp_show_disconnect (void);
