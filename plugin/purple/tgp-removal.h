/* What becomes of a removed account's data (DECISIONS 16). */
#pragma once

#include "tgp-account.h"

#define TGP_LOGGED_IN "logged-in" /* setting: the server has a session of this account */
/* The module is loaded: what earlier removals left is erased as soon as the loop runs, once
 * a process, and not while there is an account of it again. */
void tgp_removal_init (void);
void tgp_removal_uninit (void);
void tgp_removal_connect (void); /* removals are heard from now on; once */
/* An account that was removed and added again gets its folder back, if it has no other. */
void tgp_removal_restore (const char *directory);
