/* Own texts on their way, and what stands in the window for them (DECISIONS 25). */
#pragma once

#include "tgp-account.h"

/* Given to the client as these messages: their line comes when they are durable, unless
 * whoever called writes it. */
void tgp_send_expect (TgpAccount *tgp, int32_t chat_id, const int64_t *ids, size_t n,
                      const char *typed, const TalkSpans *spans);
void tgp_secret_own (TgpAccount *tgp, int32_t chat_id, const TalkOwnText *own);
/* An own file's line; TRUE: it stands. */
gboolean tgp_secret_own_file (TgpAccount *tgp, int32_t chat_id,
                              const TalkMessage *message);
void tgp_secret_lost (TgpAccount *tgp, int32_t chat_id, const int64_t *ids, size_t n,
                      const char *text);
void tgp_secret_failed (TgpAccount *tgp, int32_t chat_id, const TalkFailed *failed);
void tgp_secret_sent (TgpAccount *tgp, int32_t chat_id, int64_t id, int32_t date);
/* Somebody else wrote an own line, `id`, into that secret chat: if it is what is sent in
 * the same call, it is that message's line. */
void tgp_send_echoed (PurpleConversation *conv, int64_t id, const char *markup);
/* After a start: what became of texts that the last client did not answer for. */
void tgp_send_settle (TgpAccount *tgp, int32_t chat_id);
/* The user was told that the server does not take a message. */
void tgp_send_delayed (TgpAccount *tgp, int32_t chat_id);
void tgp_send_connect (void); /* once, at the first login */
void tgp_send_disconnect (void);
