/* Sentences about people: whether they are there, what is known of them, why somebody was not
 * found. What is returned as char * is g_free()d. */
#pragma once

#include "talk.h"
#include "talk-reason.h"

/* "online", "last seen at 14:05", in local time; NULL where there is nothing to say.
 * `now`: Unix time. */
char *tgp_words_presence (const TalkPerson *person, int64_t now);
/* The same as short as a row of the list is: "seen on 11/26/2026" without the time. */
char *tgp_words_presence_row (const TalkPerson *person, int64_t now);
/* What Telegram says of that account, as a warning or not; NULL: nothing. */
const char *tgp_words_standing (const TalkPerson *person);
const char *tgp_words_no_contact (void); /* where their presence stands else */
/* `n` secret chats, of them verified. */
char *tgp_words_chats (unsigned n, unsigned verified);

/* Nobody was found for what was typed; `duration`: how long to wait, or NULL. */
char *tgp_words_not_found (TalkNobody why, const char *typed, const char *duration);
const char *tgp_words_yourself (void); /* was to be added */
/* Who was to be added is in the list already; `nick`: what BitlBee was to call them, or NULL; `named`: it does now. */
char *tgp_words_in_list (const char *who, const char *nick, gboolean named);
char *tgp_words_nothing_known (const char *of); /* no such person */

/* --- lists of people --- */

/* "2 | Alice Aa | @alice | in your contacts"; `name`: as it may stand in a sentence, `number`:
 * 0 for none. */
char *tgp_words_person_listed (const TalkPerson *person, const char *name, int number);
char *tgp_words_more_people (unsigned n);            /* than are shown */
const char *tgp_words_people_how (gboolean blocked); /* what can be done with them */
const char *tgp_words_none_blocked (void);
const char *tgp_words_no_blocked_list (void);
char *tgp_words_not_blocked (int number);         /* no such number there */
char *tgp_words_contact_named (const char *name); /* at Telegram */

/* --- the own profile --- */

const char *tgp_words_profile_how (void); /* above its fields */
/* What became of it; `name` and `about` as they are now, of DONE and SAME; `duration`: how long to
 * wait, or NULL. NULL: there is nothing to say. */
char *tgp_words_profiled (TalkProfiled what, const char *name, const char *about,
                          const char *duration);
const char *tgp_words_profile_unanswered (void); /* the account went meanwhile */
