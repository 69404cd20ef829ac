/* Sentences about the account's logins on all devices. What is returned as char * is g_free()d. */
#pragma once

#include "talk-login.h"

/* "2 | Pixel 9, Telegram Android 12.1 | Berlin, Germany | last there 2026-11-26 14:05 | ..." */
char *tgp_words_session (const TalkLogin *login, int number);
const char *tgp_words_sessions_how (void); /* what may be done with them */
const char *tgp_words_no_sessions (void);  /* the server does not say */
char *tgp_words_no_session (int number);
const char *tgp_words_sessions_first (void); /* none was listed yet */
char *tgp_words_session_gone (int number);
const char *tgp_words_session_here (void); /* it does not end so */
char *tgp_words_end_session (const TalkLogin *login);
const char *tgp_words_end_session_how (void);
const char *tgp_words_session_done (void);
const char *tgp_words_session_refused (void);
char *tgp_words_new_session (const TalkLogin *login);
const char *tgp_words_new_session_how (void);
const char *tgp_words_terms (void);
const char *tgp_words_terms_how (void);
