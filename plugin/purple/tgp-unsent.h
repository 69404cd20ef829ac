/* Own texts that were not sent, and the lines that say so (DECISIONS 25). */
#pragma once

#include "tgp-account.h"

/* Why, as the store knows it. */
#define TGP_NOT_STORED "NOT_STORED"
#define TGP_NOT_TAKEN "NOT_TAKEN"
/* It goes nowhere: "Not sent", with the text. Where no window can say so it is kept in
 * the store, like what the server refuses, until one does; `kept`: it is already, as that. */
void tgp_unsent_refused (TgpAccount *tgp, int32_t chat_id, const char *reason,
                         const TalkTyped *typed, int64_t kept);
/* The store did not take this text, of `n` messages; `again`: said once more when it is
 * well again. */
void tgp_unsent_lost (TgpAccount *tgp, int32_t chat_id, const int64_t *ids, size_t n,
                      const TalkTyped *typed, gboolean again);
/* The server refused this message: what stood for it goes. */
void tgp_unsent_failed (TgpAccount *tgp, int32_t chat_id, const TalkFailed *failed);
/* All messages of the chat are gone: nothing is said of what was not sent. */
void tgp_unsent_flushed (TgpAccount *tgp, int32_t chat_id);
/* After a start: what no window said is said now; what was said while nothing could be
 * stored is pointed to. */
void tgp_unsent_settle (TgpAccount *tgp, int32_t chat_id);
/* How many stand in no window. */
unsigned tgp_unsent_waiting (PurpleAccount *account, int32_t chat_id);
void tgp_unsent_connect (void); /* once, at the first login */
void tgp_unsent_disconnect (void);
