/* Text put where the user types, as if typed. */
#pragma once

#include <purple.h>

/* That text and a new line, at the cursor of the conversation's entry, as soon as what is typed
 * there now, a command, has left it. FALSE: this front end does not do it. */
gboolean tgp_insert (PurpleConversation *conv, const char *text);
void tgp_insert_uninit (void);
