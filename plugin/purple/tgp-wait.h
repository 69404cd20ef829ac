/* How far the account is, and why it is not online: for a while (progress), or until the user
 * does something (the connection's error). */
#pragma once

#include "tgp-account.h"

#define TGP_STEPS 5 /* of the progress */

void tgp_step (TgpAccount *tgp, TalkStep step);
void tgp_waiting (TgpAccount *tgp, TalkWait reason, int64_t seconds);
void tgp_offline (TgpAccount *tgp, TalkOffline reason, const char *detail,
                  gboolean fatal);
/* Accounts that go: what was said of them is forgotten. Once, at the first login. */
void tgp_wait_connect (void);
void tgp_wait_disconnect (void);
