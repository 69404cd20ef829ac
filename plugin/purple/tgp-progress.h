/* libpurple's window of transfers, for files that are being saved: how far each is, and its Stop. */
#pragma once

#include "tgp-account.h"

/* How one goes on; the window has it from when something of it is here. What the window is told when it is over other
 * plugins hear, too: then the account may be gone. */
void tgp_progress_told (TgpAccount *tgp, int32_t chat_id, const TalkSaving *saving);
/* The account goes: theirs end when it is offline. */
void tgp_progress_close (TgpAccount *tgp);

/* A transfer's person is called by the name of the entry. The window shows that as it is; libpurple looks for a
 * conversation of that name, too, for lines of its own ("Offering to send ..."), which would stand beside ours, and
 * stay when those go (SC-G7); or in another's, of somebody who is called as a conversation is. */
void tgp_progress_call (PurpleXfer *xfer);
