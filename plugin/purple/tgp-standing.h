/* Messages whose lines stand and that nobody was seen to look at: ids by chat. */
#pragma once

#include "tgp-account.h"

typedef struct TgpStanding TgpStanding;

TgpStanding *tgp_standing_new (void);
void tgp_standing_free (TgpStanding *standing);
/* A line in that window; `conv` may be NULL. Nothing is kept where the front end knows no focus,
 * however many lines come: there nobody is seen to look, and an answer counts for all that waits in the store. */
void tgp_standing_add (TgpStanding *standing, PurpleConversation *conv, int32_t chat_id,
                       int64_t id);
void tgp_standing_drop (TgpStanding *standing, int32_t chat_id, int64_t id);
void tgp_standing_drop_all (TgpStanding *standing, int32_t chat_id);
/* The chats that have any; g_list_free() it. */
GList *tgp_standing_chats (TgpStanding *standing);
/* Those of a chat, in no order; they are dropped. g_array_unref() it. */
GArray *tgp_standing_take (TgpStanding *standing, int32_t chat_id);
