/* What libpurple tells of windows that open, close and are looked at, and of people who are
 * blocked: what it means for messages that nobody has seen yet (tgp-seen.h). */
#pragma once

#include "tgp-account.h"

void tgp_windows_connect (void); /* once, at the first login */
void tgp_windows_disconnect (void);
/* Somebody was blocked, or is not any more. */
void tgp_seen_privacy_changed (PurpleConnection *gc);
