/* Texts that were typed before their chat was ready, in the windows: they stand there like any
 * own line, also in one that is opened later or after a start, until they are sent or told
 * as not sent (tgp-unsent.c). */
#pragma once

#include "tgp-account.h"

/* They are known by now, or soon: windows that stood before the account was there have them,
 * too. */
void tgp_drafts_look (void);
void tgp_drafts_connect (void); /* once, at the first login */
void tgp_drafts_disconnect (void);
