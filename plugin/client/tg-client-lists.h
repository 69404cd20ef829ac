/* The part of tg-client.h about people at Telegram whom the user asks for, or names. */
#pragma once

#include "tg-client.h"

/* People as the server lists them, borrowed until something is done; `nobody` says why there is
 * no list, NULL: there is one, which may be empty. Called once; when the client ends before, as
 * without a connection, and calls no tg_* then. */
typedef void (*TgPeopleFunc) (const TalkPerson *people, size_t n,
                              const TalkNotFound *nobody, void *user);
/* With such a name at all of Telegram, the user's own contacts first (MT-I23). */
void tg_client_search (TgClient *client, const char *words, TgPeopleFunc func,
                       void *user);
/* Whom this user has blocked, the latest first, 500 at most (MT-I17). */
void tg_client_ask_blocked (TgClient *client, TgPeopleFunc func, void *user);
/* Called so in Telegram's contacts, for all devices of this user, who is no contact becomes one
 * (MT-I13); the first word is the first name. TALK_DONE: `func` gets the one person, or nobody
 * after trouble(REFUSED). Else it is not called; TALK_INVALID: that is no name. */
TalkCode tg_client_name_contact (TgClient *client, int64_t user_id, const char *name,
                                 TgPeopleFunc func, void *user);
