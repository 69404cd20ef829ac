/* What happens in a secret chat, told in its window and its entry. */
#pragma once

#include "tgp-account.h"

void tgp_secret (TgpAccount *tgp, const TalkSecret *info);
void tgp_secret_notice (TgpAccount *tgp, int32_t chat_id, const TalkNotice *notice);
/* By the peer: everything. */
void tgp_secret_flushed (TgpAccount *tgp, int32_t chat_id);
