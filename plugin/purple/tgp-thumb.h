/* Small pictures in the lines of what is not fetched, as they came with their messages. */
#pragma once

#include "tgp-media.h"

/* What is offered at that line stands there, with its small picture, if it has one. */
void tgp_thumb_offer (const TgpMediaUi *ui, PurpleConversation *conv, int64_t id,
                      TgpMedium *medium, unsigned links);
/* It is needed no more: the picture itself is there. */
void tgp_thumb_drop (TgpMedium *medium);
/* One more stands in that window: the oldest line that has one, if they are too many, is to be
 * without; else NULL. */
TgpLine *tgp_thumb_excess (PurpleConversation *conv);
