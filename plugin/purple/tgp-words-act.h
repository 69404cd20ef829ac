/* Sentences about what the user does: why it cannot be done, what is asked before it is done.
 * What is returned as char * is g_free()d. */
#pragma once

#include "talk-event.h"

/* --- what cannot be done --- */

typedef enum {
    TGP_OFFLINE,
    TGP_NOT_POSSIBLE,
    TGP_ONLY_IN_SECRET_CHATS,
    TGP_ONLY_HERE,
    TGP_NOT_STARTED,
    TGP_NOT_READY,
    TGP_IS_OVER,
    TGP_NO_KEY_YET,
    TGP_NO_KEY,
    TGP_NOTHING_TO_DELETE,
    TGP_NOTHING_MISSING,
    TGP_NO_REQUEST,
    TGP_NOT_A_REQUEST,  /* that number is a chat's */
    TGP_NO_SUCH_NUMBER, /* of a chat */
    TGP_UNREACHABLE,
    TGP_NO_COMMAND,
    TGP_NO_TIME,    /* what was typed for one */
    TGP_CHAT_WORDS, /* /secret in a chat, and to a person */
    TGP_PERSON_WORDS,
    TGP_NO_NAME, /* that Telegram's contacts could have */
} TgpProblem;
const char *tgp_words_problem (TgpProblem problem);
/* What the client said to an act; NULL: it is done. */
const char *tgp_words_refused (TalkCode code);
const char *tgp_words_not_started (TalkCode code); /* a secret chat */

/* --- what commands answer --- */

char *tgp_words_timer (int32_t ttl);
char *tgp_words_key (const char *who, const char *key);
/* How it is verified. */
char *tgp_words_compare (const char *who, const char *key, gboolean verified);
char *tgp_words_key_of (const char *who);
/* How to compare it, and whether that was done; `other`: for another chat with them. */
char *tgp_words_compare_how (const char *who, gboolean verified, gboolean other);
char *tgp_words_keys_differ (const char *who); /* the user found so */

/* --- what is asked before something ends --- */

typedef enum {
    TGP_END_CLOSE,
    TGP_END_ERASE,      /* a chat, for both sides ... */
    TGP_END_ERASE_REST, /* ... that ended before */
    TGP_END_FLUSH,
    TGP_END_DELETE_LAST,
    TGP_END_SKIP, /* see tgp_words_skip() */
    TGP_END_DELETE_CONTACT,
    TGP_END_BLOCK,
    TGP_END_UNBLOCK,
    TGP_END_LOG_OUT,
} TgpEnd;
char *tgp_words_question (TgpEnd what, const char *who);
const char *tgp_words_consequence (TgpEnd what);
/* Neither can be done with Telegram itself (MT-I24). */
const char *tgp_words_telegram_stays (void);
char *tgp_words_erased_here (const char *who); /* and not for both, as was asked */
char *tgp_words_delete_theirs (const char *who, int number); /* a message of theirs */
char *tgp_words_skip (const char *who, const TalkSecret *info);
const char *tgp_words_skipped (void);

/* Entries that were taken out of the list; `who`: of the first one. */
char *tgp_words_remove_people (unsigned n, const char *who);
const char *tgp_words_remove_people_how (void);
char *tgp_words_remove_chats (unsigned n, const char *who);
const char *tgp_words_remove_chats_how (void);
char *tgp_words_remove_both (unsigned n); /* of both kinds */
const char *tgp_words_remove_both_how (void);
/* Not asked, but told (BitlBee); `entry`: what to type it to. */
char *tgp_words_chat_goes_on (const char *who, const char *entry);
char *tgp_words_only_from_list (const char *who, const char *entry);

/* A login that the server seems not to know; `names`: of the chats' people, may be "". */
const char *tgp_words_anew (void);
char *tgp_words_anew_how (const char *names);

/* --- what is asked of other people --- */

typedef enum {
    TGP_CHAT_NEVER,
    TGP_CHAT_BEFORE,
    TGP_CHAT_NOW,
    TGP_CHAT_VERIFIED, /* the key of another one */
} TgpAcquaintance;
/* What a namesake cannot have, "" where neither is known: a user name and digits, or NULL. */
char *tgp_words_signs (const char *username, const char *phone);
/* On which account, and how many more people ask. */
char *tgp_words_asked_on (const char *account, unsigned more);
/* Where only two answers can be given: how to give the third. */
char *tgp_words_third_answer (int number);
/* That person's request was rejected, or left to another device. */
char *tgp_words_answered (const char *who, gboolean left);
char *tgp_words_request (const char *who);
/* `since`: a date from which on the person was in the list, or NULL. */
char *tgp_words_who_is_it (gboolean contact, const char *since, TgpAcquaintance known);

char *tgp_words_offer (const char *who); /* a secret chat, to be started */
/* `message`: an ordinary one was typed to that person. */
const char *tgp_words_offer_how (void);
/* What was typed to that person: `there` is a chat with them that it could go into. */
char *tgp_words_offer_text (const char *who, gboolean there);
/* `again`: that text, written before the program began; or NULL. */
char *tgp_words_offer_text_how (const char *again);
