/* Sentences about an account: how far its login is, what holds it up, what it asks for, its
 * keys. What is returned as char * is g_free()d. */
#pragma once

#include "talk-event.h"

const char *tgp_words_about (void); /* this module */

/* On the way to be online. */
const char *tgp_words_step (TalkStep step);
/* Why it takes long. `error`: why the last connection did not come about, or NULL. */
char *tgp_words_wait (TalkWait why, const char *error);
/* The same, and when it goes on: "... Trying again in 1 hour 23 minutes." */
char *tgp_words_wait_for (const char *why, int64_t seconds);
const char *tgp_words_connected (void);
/* "1 hour 23 minutes"; never more exact than it needs to be. */
char *tgp_words_about_time (int64_t seconds);

/* Why it is not, until the user does something; `detail` may be NULL. NETWORK is a reason to
 * wait. */
char *tgp_words_offline (TalkOffline why, const char *detail);

typedef enum {
    TGP_PASSPHRASE_TYPE,
    TGP_PASSPHRASE_TYPE_AGAIN,
    TGP_PASSPHRASE_DIFFER, /* what was typed twice */
    TGP_PASSPHRASE_AS_BEFORE,
    TGP_PASSPHRASE_SET,
    TGP_PASSPHRASE_NONE, /* any more */
} TgpPassphrase;
const char *tgp_words_passphrase (TgpPassphrase what);
const char *tgp_words_token (void); /* BitlBee: a password was made */

/* The account is removed, its session is not; and how to end that. */
char *tgp_words_session_stays (const char *username);
const char *tgp_words_session_end (void);

/* `who`: of REFUSED and NOT_ADDED, whom `number` means; else NULL. */
char *tgp_words_trouble (TalkTrouble what, int64_t number, const char *who);
const char *tgp_words_cloud (void);      /* an ordinary message came */
const char *tgp_words_login_code (void); /* above a message in which one stands */
