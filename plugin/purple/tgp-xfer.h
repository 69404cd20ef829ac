/* Send File and dropped files: libpurple's transfers, whose window shows an upload and stops it. */
#pragma once

#include "tgp-account.h"

/* libpurple's: what is no secret chat is answered with how to get there. */
gboolean tgp_can_receive_file (PurpleConnection *gc, const char *who);
void tgp_send_file (PurpleConnection *gc, const char *who, const char *path);
PurpleXfer *tgp_new_xfer (PurpleConnection *gc, const char *who);
/* How its upload goes on. FALSE: it is no transfer's. */
gboolean tgp_xfer_runs (TgpAccount *tgp, const TalkSending *sending);
void tgp_xfer_sent (TgpAccount *tgp, int64_t id);
/* The chat says why, in its window, now or when it is opened; or its message is gone. */
void tgp_xfer_failed (TgpAccount *tgp, int64_t id);
/* The account goes: before its client. */
void tgp_xfer_close (TgpAccount *tgp);
