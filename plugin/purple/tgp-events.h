/* The one door through which what happens comes in (talk-event.h). */
#pragma once

#include "tgp-account.h"

gboolean tgp_event (void *user,
                    const TalkEvent *event); /* a TgEventFunc of a TgpAccount */
