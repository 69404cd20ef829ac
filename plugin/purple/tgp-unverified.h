/* A chat with somebody whose key was verified in another chat: that its own is not is said
 * in each of its windows, once, until it is (SC-K4: the mark is never inherited). */
#pragma once

#include "tgp-account.h"

/* The chat is ready. `make`: a window is opened where there is none. */
void tgp_unverified_tell (TgpAccount *tgp, const TalkSecret *info, gboolean make);
/* Windows that came since: not within the signal that they came (FRONTENDS 0.2). */
void tgp_unverified_look (TgpAccount *tgp);
