/* Incoming messages from their arrival to the eyes of their reader: shown, kept while
 * nobody saw them, shown again, seen; blocked people (DECISIONS 23).
 *
 *   an event, a window that is opened, a person who is unblocked
 *     -> a line, if libpurple lets one come into being    -> else it waits
 *     -> seen, when the window has the focus              -> told to the peer, burns
 *        (or by an answer where the front end knows none)
 *     -> waits, when its window goes before that */
#pragma once

#include "tgp-account.h"

/* Looks whether the user sees what was shown, who is blocked, how many wait (tgp_look()). */
typedef void TgpSeenLookFunc (TgpAccount *tgp);

TgpSeen *tgp_seen_new (TgpAccount *tgp, TgpSeenLookFunc *look);
void tgp_seen_free (TgpSeen *seen);

/* An event MESSAGE, with its answer: a line stands now. */
gboolean tgp_secret_message (TgpAccount *tgp, int32_t chat_id,
                             const TalkMessage *message);
/* An event GONE: the lines; and what is said of those that nobody had seen. */
void tgp_secret_gone (TgpAccount *tgp, int32_t chat_id, const TalkGone *gone);
void tgp_seen_gone (TgpAccount *tgp, int32_t chat_id, const TalkGone *gone);
/* "2 messages ... were erased" with the login, or NULL; g_free() it. Who asks tells it; it
 * is told by itself where nobody asks at once. */
char *tgp_seen_erased (TgpAccount *tgp);

/* A look soon: never at once, as the focus is not settled inside libpurple's signals
 * (FRONTENDS 2). */
void tgp_schedule_check (TgpAccount *tgp);
