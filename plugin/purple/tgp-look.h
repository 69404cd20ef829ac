/* Who looks at what was shown (tgp-seen.h): the focus, the keyboard, answers. */
#pragma once

#include "tgp-account.h"

/* What the focused window shows was seen; who is no longer blocked is shown; how many wait
 * is counted. A TgpSeenLookFunc. */
void tgp_look (TgpAccount *tgp);
/* After a start: what still stands unseen in a window is known again. */
void tgp_look_around (TgpAccount *tgp, int32_t chat_id);
/* The user wrote in that chat: where no focus is known, that tells that it was read. */
void tgp_answered (TgpAccount *tgp, int32_t chat_id);
