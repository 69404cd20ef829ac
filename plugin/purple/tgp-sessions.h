/* The account's logins on all devices: listed, and what may be done with one. */
#pragma once

#include "tgp-account.h"

/* Answers in that conversation, when the server has. */
void tgp_sessions_list (TgpAccount *tgp, PurpleConversation *conv);
void tgp_sessions_end (TgpAccount *tgp, PurpleConversation *conv, int number);
void tgp_sessions_secret (TgpAccount *tgp, PurpleConversation *conv, int number,
                          gboolean may);
void tgp_sessions_terms (TgpAccount *tgp, const char *id, const char *text);
