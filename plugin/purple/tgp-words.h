/* Sentences: every one that a person reads stands in a tgp-words file, by what it says. None of
 * these knows libpurple, or an account: who asks brings the names (`who`, as it may stand in a
 * sentence). What is returned as char * is g_free()d.
 *
 * This one: a secret chat, its state, what happens in it. tgp-words-account.h: an account.
 * tgp-words-message.h: messages. tgp-words-act.h: what the user does, and is asked. */
#pragma once

#include "talk-event.h"

char *tgp_words_duration (int32_t seconds); /* "30 seconds", "off" */
char *tgp_words_short (int32_t seconds);    /* "30 s", in its largest whole unit */
/* What a stranger, or a device, says of itself is in one column of a line: signs that look like our
 * own between them are another one. */
char *tgp_words_column (const char *text);
/* "2 messages of Alice did not arrive; 5 later ones wait behind them." */
char *tgp_words_gap (const char *who, const TalkSecret *info);

/* How one is that is over: one that never began here did not end. NULL: there is no such chat any
 * more. */
const char *tgp_words_over (const TalkSecret *info);
/* Its state in a few words; NULL: there is no such chat any more. */
char *tgp_words_state (const TalkSecret *info);
/* How it is, on a button beside pictures, may be "". NULL: the account is offline. */
char *tgp_words_glance (const TalkSecret *info);
char *tgp_words_glance_name (const TalkSecret *info); /* with what the pictures say */
/* The same in sentences, of one whose account is online. */
char *tgp_words_glance_how (const TalkSecret *info, const char *who);
/* The state with how many own messages were not sent. */
char *tgp_words_unsent (const char *state, unsigned n);
/* All there is to know, in lines. `number`: the one its entry shows, or 0; `status`: of one
 * that is not open. */
char *tgp_words_info (const TalkSecret *info, const char *who, int number,
                      const char *status, unsigned unsent);

/* What happens in it. */
char *tgp_words_waiting (const char *who);
char *tgp_words_by_rule (const char *who); /* accepted by the user's rule */
/* Of a chat that was asked for here; the same of one that was accepted here. */
char *tgp_words_accepted (const char *who);
char *tgp_words_ready (const char *who);
/* Why it is over; `unwanted`: and how to begin anew in one step. */
char *tgp_words_closed (const TalkSecret *info, const char *who, gboolean unwanted);
/* NULL: nothing to tell. */
char *tgp_words_notice (const TalkNotice *notice, const char *who,
                        const TalkSecret *info);
char *tgp_words_flushed (const char *who); /* by that person */

/* Its key. */
const char *tgp_words_verified (gboolean verified); /* the user said so, just now */
char *tgp_words_other_key (const char *who); /* another was verified, not this one's */

/* Its entry and its lines. */
char *tgp_words_entry_back (const char *who); /* it was no longer in the list */
const char *tgp_words_taken_out (void);  /* the entry stood together with another one */
const char *tgp_words_line_stays (void); /* the front end does not let it go */
const char *tgp_words_logged (void);     /* it is, with the user's will */
const char *tgp_words_not_logged (void);
