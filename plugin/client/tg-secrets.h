/* The secret chats of an account: which there are, what they tell, they and the server. */
#pragma once

#include "secret-chat.h"
#include "tg-core.h"

struct TgSecrets {
    GHashTable *chats; /* chat id -> SecretChat */
    SecretEnv env;
    gboolean running; /* they were resumed */
    int64_t
        let_go_at; /* mono ms: what ended long ago is looked for; HOST_NEVER until loaded */
};

/* --- tg-secrets.c --- */

SecretChat *tg_secrets_find (TgClient *client, int32_t chat_id);
void tg_secrets_add (TgClient *client, int32_t chat_id, SecretChat *take_chat);
gboolean tg_secrets_any_open (TgClient *client);
gboolean tg_secrets_with (TgClient *client, int64_t user_id); /* there is one, or was */
void tg_secrets_presence (TgClient *client, int64_t user_id, TalkPresence presence);
void tg_secrets_roll_back (TgClient *client); /* closes what is open (SC-L9) */
void tg_secrets_logged_in (TgClient *client);
void tg_secrets_run (TgClient *client); /* online and in step with the server: resume */
/* A new connection, and what was missed over it is here (DECISIONS 26). */
void tg_secrets_caught_up (TgClient *client);
void tg_secrets_number (TgClient *client); /* gives numbers to those that have none */
/* Of the chats that ended the one that ended first is forgotten, TALK_ENDED_KEPT or not; FALSE:
 * there is none that could be. */
gboolean tg_secrets_let_one_go (TgClient *client);
void tg_secrets_lost (TgClient *client); /* the login: all end */
void tg_secrets_clear (TgClient *client);
void tg_secrets_tick (TgClient *client, HostTime now);
int64_t tg_secrets_deadline (TgClient *client);

/* --- tg-secret-tell.c --- */

void tg_tell_stored (TgClient *client, SecretChat *chat);       /* as it was found */
void tg_tell_secret (TgClient *client, const TalkEvent *event); /* a chat's own */
/* An own text, told when its turn is durable, or as lost; the caller appends the ids of its
 * parts to what is returned. */
GArray *tg_tell_own (TgClient *client, int32_t chat_id, const char *text,
                     const TalkSpans *spans);
/* Up to where a message's text is shown, and how many characters are not. */
const char *tg_shown_end (const char *text, int64_t *hidden);
/* What the glue said of a message it was given, in a turn of its own. */
void tg_offered (TgClient *client, int32_t chat_id, int64_t id, gboolean shown);

/* --- tg-secret-said.c --- */

/* An encryptedChat in any of its forms; it borrows from `object`. FALSE: it is none. */
gboolean tg_secrets_remote (const TlObject *object, SecretRemote *out);
/* FALSE: there is no file. At a data centre that cannot be, it is nowhere (MT-H11). */
gboolean tg_secrets_place (const TlObject *file, MediaPlace *out);
void tg_secrets_encryption (TgClient *client, const TlObject *chat);
void tg_secrets_message (TgClient *client, const TlObject *message, gboolean live);
void tg_secrets_typing (TgClient *client, int32_t chat_id);
void tg_secrets_read (TgClient *client, int32_t chat_id, int32_t max_date, int32_t date);

/* --- tg-secret-calls.c --- */

void tg_secrets_init (TgClient *client);
void tg_secrets_load (TgClient *client, StoreKey key, const uint8_t *record, size_t len);
void tg_secrets_loaded (TgClient *client);
