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

TgpSeen *tgp_seen_new (TgpAccount *tgp);
void tgp_seen_free (TgpSeen *seen);
/* Windows that open and close, people who are unblocked; once, at the first login. */
void tgp_seen_connect (void);
void tgp_seen_disconnect (void);
void tgp_seen_privacy_changed (PurpleConnection *gc);

/* An event MESSAGE, with its answer: a line stands now. */
gboolean tgp_secret_message (TgpAccount *tgp, int32_t chat_id,
                             const TalkMessage *message);
/* An event GONE: the lines; and what is said of those that nobody had seen. */
void tgp_secret_gone (TgpAccount *tgp, int32_t chat_id, const TalkGone *gone);
void tgp_seen_gone (TgpAccount *tgp, int32_t chat_id, const TalkGone *gone);
/* "2 messages ... were erased" with the login, or NULL; g_free() it. Who asks tells it; it
 * is told by itself where nobody asks at once. */
char *tgp_seen_erased (TgpAccount *tgp);

/* Looks soon whether the user sees what was shown (never at once: the focus is not
 * settled inside libpurple's signals, FRONTENDS 2), who is blocked, how many wait. */
void tgp_schedule_check (TgpAccount *tgp);
/* After a start: what still stands unseen in a window is known again. */
void tgp_look_around (TgpAccount *tgp, int32_t chat_id);
/* The user wrote in that chat: where no focus is known, that tells that it was read. */
void tgp_answered (TgpAccount *tgp, int32_t chat_id);

/* A line of that chat is about to come: Finch's "(2)" does not stand behind the name then,
 * which is before the line. It comes back with the next look. */
void tgp_seen_drop_count (TgpAccount *tgp, int32_t chat_id);
gboolean tgp_seen_is_showing (TgpAccount *tgp, int32_t chat_id); /* within that call */

/* --- tgp-unread.c --- */
/* How many unseen messages have no line of that chat, in Finch how many there are; where
 * lines belong to the host (BitlBee), how many were not answered. None of a blocked one. */
unsigned tgp_seen_count (TgpAccount *tgp, int32_t chat_id);
/* Takes `text` and adds "2 unread" to it, if there are any. */
char *tgp_seen_status (TgpAccount *tgp, int32_t chat_id, char *take_text);
/* The same for the attribute "message", which only BitlBee asks for: "", "2 unread";
 * elsewhere NULL. g_free() it. */
char *tgp_seen_message (TgpAccount *tgp, int32_t chat_id);
/* Takes an alias and adds " (2)" in Finch, which shows no status text. */
char *tgp_seen_alias (TgpAccount *tgp, int32_t chat_id, char *take_alias);

/* --- */
/* Blocked in libpurple's privacy lists: nothing of the chat, of the person is shown, no
 * window opens for them, nothing is told to them, nothing is lost. A chat is blocked with
 * its own entry or its person's; a person, for what is no chat yet, with any of them. */
gboolean tgp_secret_is_blocked (TgpAccount *tgp, int32_t chat_id);
gboolean tgp_person_is_blocked (TgpAccount *tgp, int64_t user_id);
