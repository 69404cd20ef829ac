/* Sentences about messages: what stands for one, how many wait, what went unseen, what is not
 * sent. What is returned as char * is g_free()d. */
#pragma once

#include "talk-event.h"

#define TGP_ANSWERS "\u21a9 " /* before the quote of what a message answers */
/* What its line says; `quote`: of what it answers, or NULL. *at: where its own text begins. */
char *tgp_words_message (const TalkMessage *message, const char *quote, size_t *at);
const char *tgp_words_earlier (void);     /* the quote of what is not on hand */
char *tgp_words_again (const char *text); /* it had a line before */

/* Behind its line: where an own message is, and its timer, if it has one; the timer of
 * another's. Without a blank that could be broken. */
typedef enum {
    TGP_SIGNS_WORDS,  /* nothing but letters */
    TGP_SIGNS_TICKS,  /* \u2713 and \u25f7, which every font with signs has */
    TGP_SIGNS_CLOCKS, /* \u23f1, too */
} TgpSigns;
char *tgp_words_sign (TalkOwn own, int32_t ttl, TgpSigns signs);
char *tgp_words_timer_sign (int32_t ttl, TgpSigns signs);
/* That sign behind the message's number; 0: without. */
char *tgp_words_numbered (int32_t number, const char *sign);

/* The same, and what is left of a timer, on demand: of a message of that time of day,
 * which has a timer. NULL: there is nothing to say. */
char *tgp_words_where (const char *when, TalkOwn own);
char *tgp_words_left (const char *when, const TalkKnown *known);
const char *tgp_words_last_own (void);   /* before the lines of _where() */
const char *tgp_words_last_timed (void); /* before those of _left() */
/* Lines that the front end cannot take back: when a timer is set; when so many should have
 * gone. */
const char *tgp_words_keeps_lines (void);
char *tgp_words_lines_stay (unsigned n);

char *tgp_words_unread (unsigned n);
char *tgp_words_unread_in (const char *state, unsigned n); /* with a chat's state */
char *tgp_words_greeting (const char *who, unsigned n);    /* at the login */

/* `who` deleted them; NULL: the user did, elsewhere. */
char *tgp_words_deleted_unseen (const char *who, unsigned n);
char *tgp_words_erased_unseen (unsigned n); /* with the login */
char *tgp_words_not_kept (unsigned n);

/* "Not sent: ...": what the client said to it; the server's word for it; the disk. */
const char *tgp_words_not_sent (TalkCode code);
const char *tgp_words_server_refused (TalkUnsent why);
const char *tgp_words_declined_unsent (void); /* the other side said no to the chat */
const char *tgp_words_not_stored (void);
const char *tgp_words_stands_together (void); /* the chat's entry, with another one */
/* To a person, `known` or not: ordinary messages are not sent. */
const char *tgp_words_secret_only (void);
/* `letters`: the word can be sent as text. */
char *tgp_words_no_command (const char *word, gboolean letters);
char *
tgp_words_stand_above (unsigned n);     /* said once more, when the store is well again */
const char *tgp_words_taken_now (void); /* what was told to be delayed */
