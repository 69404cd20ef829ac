/* What there is to know of a secret chat: its state, its key, what is missing. */
#pragma once

#include "tgp-account.h"

/* All to be g_free()d. */
char *tgp_secret_status_text (TgpAccount *tgp, int32_t chat_id); /* a few words */
/* Fewer, for a row of the list. */
char *tgp_secret_row_text (TgpAccount *tgp, int32_t chat_id);
char *tgp_secret_info_text (TgpAccount *tgp, const TalkSecret *info);

/* The user compared the key, or did not; the chat's window says so. */
void tgp_secret_verify (TgpAccount *tgp, int32_t chat_id, gboolean verified);
