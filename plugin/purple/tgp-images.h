/* Pictures that stand in what is sent: inserted into the text, or dropped into it. */
#pragma once

#include "tgp-account.h"

/* Are there some in this markup? Then they go to that chat, with the text around them as caption:
 * several are an album. One that the front end does not have: nothing goes, and the text comes
 * back. */
gboolean tgp_images_in (const char *markup);
void tgp_images_send (TgpAccount *tgp, int32_t chat_id, const char *markup,
                      const TalkTyped *caption);
