/* Part of tg-client.h: texts that wait for the user's word before there is a chat for them.
 * Each is kept, sealed, until what becomes of it is settled (DECISIONS 25). */
#pragma once

#include "tg-client.h"

/* One of them. */
typedef struct {
    int64_t id;      /* later ones are higher */
    int64_t user_id; /* 0: nobody knows yet who `who` is */
    const char *who; /* where it was typed: the caller's own word */
    const char *text;
    const TalkSpans *spans;
} TgHeld;
/* Keeps it, over the program's end, too; its id, or 0: it cannot be kept. */
int64_t tg_held_keep (TgClient *client, const TgHeld *typed);
/* It is settled. FALSE: it stays; it is not there, or the account has stopped. */
gboolean tg_held_drop (TgClient *client, int64_t id);
/* It is on the disk, or will be when the client is freed. */
gboolean tg_held_is_safe (TgClient *client, int64_t id);
/* All, oldest first; borrowed. */
typedef void (*TgHeldFunc) (const TgHeld *held, void *user);
void tg_held_each (TgClient *client, TgHeldFunc func, void *user);
/* tg_secret_write() of it, in a turn with what becomes of the rest: it is kept by the chat as
 * tg_secret_keep() does, under `token`; *kept: its id, and nothing is held any more. 0: all
 * went, or the rest could not be kept and is still held. */
TalkCode tg_secret_write_held (TgClient *client, int32_t chat_id, int64_t held,
                               const char *token, int64_t **ids, size_t *n,
                               int64_t *kept);
