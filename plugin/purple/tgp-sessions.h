/* The account's logins on all devices: listed, and what may be done with one. */
#pragma once

#include "tgp-account.h"

/* Answers in that conversation, when the server has. A number is that of the list that was shown
 * last, whatever has come or gone since. */
void tgp_sessions_list (TgpAccount *tgp, PurpleConversation *conv);
void tgp_sessions_end (TgpAccount *tgp, PurpleConversation *conv, int number);
void tgp_sessions_secret (TgpAccount *tgp, PurpleConversation *conv, int number,
                          gboolean may);
/* Not while the last ones are asked about. */
void tgp_sessions_terms (TgpAccount *tgp, const char *id, const char *text);
void tgp_sessions_free (TgpAccount *tgp); /* of an account that goes offline */
