/* What the user types (prpl functions), and that the other side does. */
#pragma once

#include "tgp-account.h"

/* 0: it is dealt with, "Not sent" included; else libpurple says that it was not sent. */
int tgp_send_im (PurpleConnection *gc, const char *who, const char *message,
                 PurpleMessageFlags flags);
unsigned tgp_send_typing (PurpleConnection *gc, const char *name,
                          PurpleTypingState state);
void tgp_secret_typing (TgpAccount *tgp, int32_t chat_id, gboolean typing);
