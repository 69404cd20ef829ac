/* Files of secret chats, saved where the user says, and what is told of that. */
#pragma once

#include "tgp-named.h"

#include "tg-client-save.h"

/* `path`: a folder, or a name in one; "" = among the user's downloads. NULL: it begins, or is
 * told; else why not, to be g_free()d. */
char *tgp_save_start (TgpAccount *tgp, int32_t chat_id, const TgpNamed *named,
                      const char *path);
void tgp_save_told (TgpAccount *tgp, int32_t chat_id, const TalkSaving *saving);
/* The account goes: what was being saved is not. */
void tgp_save_close (TgpAccount *tgp);
