/* Sentences about messages: what stands for one, how many wait, what went unseen, what is not
 * sent. What is returned as char * is g_free()d. */
#pragma once

#include "talk-event.h"

/* What its line says; `quote`: of what it answers, or NULL. */
char *tgp_words_message (const TalkMessage *message, const char *quote);
const char *tgp_words_earlier (void);     /* the quote of what is not on hand */
char *tgp_words_again (const char *text); /* it had a line before */

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
const char *tgp_words_not_stored (void);
const char *tgp_words_stands_together (void); /* the chat's entry, with another one */
/* To a person, `known` or not: ordinary messages are not sent. */
const char *tgp_words_secret_only (gboolean known);
/* `letters`: the word can be sent as text. */
char *tgp_words_no_command (const char *word, gboolean letters);
char *
tgp_words_stand_above (unsigned n);     /* said once more, when the store is well again */
const char *tgp_words_taken_now (void); /* what was told to be delayed */
