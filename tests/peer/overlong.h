/* What our own client never sends: one message that is longer than any may be, and messages that answer each other. */
#pragma once

#include "tg-client.h"

/* `n` characters, as lines of numbers; FALSE: the chat is not ready. */
gboolean overlong_send (TgClient *client, int32_t chat_id, size_t n);
/* `n` messages, "TEXT 1" to "TEXT n": each answers the next one, which is not there yet, the last the first; of one: itself. */
gboolean overlong_ring (TgClient *client, int32_t chat_id, size_t n, const char *text);
