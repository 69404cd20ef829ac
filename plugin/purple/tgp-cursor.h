/* The cursor goes only where the user's own act leads it, and never away from a text that is
 * being typed. */
#pragma once

#include <purple.h>

/* Within an act of the user: that conversation comes to the front, with the cursor.
 * `from`: where the act was typed, or NULL. Nothing happens while another entry in front
 * holds text. */
void tgp_front (PurpleConversation *conv, PurpleConversation *from);
/* The user's own act put up this dialog (what the front end returned for it): it stands in
 * front of the window where that act was done. Only Finch needs to be told. */
void tgp_front_dialog (void *dialog);
/* Keys go to this dialog; FALSE where that cannot be known, which is all but Finch. */
gboolean tgp_dialog_is_front (void *dialog);
/* An entry that went and came back is the one that the list's bar stands on. In Finch,
 * which moves the bar to its first row. */
void tgp_front_entry (PurpleBuddy *buddy);
/* Between these a dialog that opens does not take the cursor (in Pidgin; elsewhere none
 * does). */
unsigned long tgp_cursor_hold (void);
void tgp_cursor_release (unsigned long hold);
