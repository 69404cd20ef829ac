/* Secret chats are kept out of libpurple's logs; our own debug lines go to libpurple's.
 */
#pragma once

#include <glib.h>

/* Handler of the debug lines of all layers (domains mtp-*). PURPLE_MTPROTO_DEBUG=FILE
 * appends them to a file as well. */
void tgp_log_init (void);
void tgp_log_uninit (void);
/* Connects the guards; once, at the first login: earlier the signals do not exist. */
void tgp_log_connect (void);
/* The next incoming line has a self-destruct timer: it is not logged, whatever the user
 * wants of other lines (SC-G9). FALSE ends that. Returns what it was. */
gboolean tgp_log_timed (gboolean timed);
