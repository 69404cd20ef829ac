/* Texts that were typed to somebody with whom there is no window of a secret chat: never sent in
 * clear (DECISIONS 6), but offered, once, to be sent in a secret chat. Until the answer they
 * are kept in the store (tg_held_keep()). */
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
/* It is online: what was still waiting when the account, or the program, ended is asked about
 * again. */
void tgp_offers_online (TgpAccount *tgp);
/* The account closes: what waits for an answer comes back where a window stands for it, else
 * when the account is back. Before its questions go. */
void tgp_offers_close (TgpAccount *tgp);
void tgp_offers_connect (void); /* once, at the first login */
void tgp_offers_disconnect (void);
