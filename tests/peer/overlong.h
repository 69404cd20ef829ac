/* What our own client never sends: one message that is longer than any may be. */
#pragma once

#include "tg-client.h"

/* `n` characters, as lines of numbers; FALSE: the chat is not ready. */
gboolean overlong_send (TgClient *client, int32_t chat_id, size_t n);
