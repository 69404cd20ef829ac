/* The address book: fetched, compared, kept true. */
#pragma once

#include "tg-core.h"

void tg_book_init (TgClient *client);
void tg_book_clear (TgClient *client);
/* As soon as there is a connection: something in it may have changed (MT-I1). */
void tg_book_fetch (TgClient *client);
void tg_book_tick (TgClient *client, HostTime now); /* goes on with a long answer */
int64_t tg_book_deadline (TgClient *client);
/* The server says that something about that person changed, and not what (MT-I18). */
void tg_book_stale (TgClient *client, int64_t user_id);
