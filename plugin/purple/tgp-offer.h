/* Texts that were typed to somebody with whom there is no window of a secret chat: never sent in clear (DECISIONS 6), but offered, once, to be sent in a
 * secret chat. */
#pragma once

#include "tgp-account.h"

/* Typed to that person, in the conversation `who`: asked whether it goes into a secret chat
 * with them; what is typed until the answer goes with it. No: it comes back, with its text;
 * where nothing can be asked, at once. */
void tgp_offer_text (TgpAccount *tgp, int64_t user_id, const char *who, const char *text,
                     const TalkSpans *spans);
/* The same, `who` being a phone number, "@name" or a t.me link, which is looked up. FALSE: it is
 * none of these, and nothing happened. */
gboolean tgp_offer_found (TgpAccount *tgp, const char *who, const char *text,
                          const TalkSpans *spans);
/* The account closes: what waits for an answer comes back. Before its questions go. */
void tgp_offers_close (TgpAccount *tgp);
