/* Ids <-> libpurple names: people are "id<user id>", secret chats "secret<chat id>" with
 * its sign (DECISIONS 11). */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef enum { TGP_NAME_OTHER, TGP_NAME_PERSON, TGP_NAME_SECRET } TgpNameKind;

/* The id in *id; TGP_NAME_OTHER for anything else, also for numbers out of range. */
TgpNameKind tgp_name_parse (const char *name, int64_t *id);
char *tgp_name_person (int64_t user_id); /* g_free() them */
char *tgp_name_secret (int32_t chat_id);
