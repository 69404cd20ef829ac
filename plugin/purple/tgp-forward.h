/* Files of a secret chat that go on to another one. */
#pragma once

#include "tgp-named.h"

/* `whom`: a number of /secret list, or what a person is called, or its beginning in whole words,
 * with whom there is one other chat; NULL: it goes, and that is told in the chat it comes from; else why not, to be g_free()d.
 * (SC-H18) */
char *tgp_forward (TgpAccount *tgp, int32_t chat_id, const TgpNamed *named,
                   const char *whom);
