/* A picture that moves in Pidgin's window. Its frames are wiped when it leaves the view, whoever took it
 * out. It moves for half a minute from when somebody looked at its window or pressed there: an idle
 * Pidgin does not wake. */
#pragma once

#include "tgp-decode-pidgin.h"

/* FALSE: a function that is needed is missing: pictures stand still. */
gboolean tgp_moving_find (void);
/* Puts `pixbuf`, a copy of the first frame with memory of its own, at that GtkTextIter, which is
 * behind it then; the frames, of which there are two at least, go when that picture leaves the view.
 * The oldest stand still where it is too much for the window, or for all. */
void tgp_moving_put (TgpDecoded *take_decoded, void *view, void *buffer, void *place,
                     void *pixbuf);
void tgp_moving_close (void); /* the module goes: all stand still */
