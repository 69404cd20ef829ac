/* A picture that moves in Pidgin's window: its frames are decoded one at a time, each once, at the
 * size at which it is shown, into memory of ours that is wiped when the picture leaves the view,
 * whoever took it out. It moves for half a minute from when somebody looked at its window or
 * pressed there: an idle Pidgin does not wake. */
#pragma once

#include <glib.h>
#include <stddef.h>

typedef struct TgpMoving TgpMoving;

/* FALSE: a function that is needed is missing: pictures stand still. */
gboolean tgp_moving_find (void);
/* Of a GdkPixbufLoader that was closed, `frames` as our own look at the bytes counted them: what
 * the decoder says beyond is not asked for, each of so many pixels there. NULL: it stands still, or is more than
 * a window may have. */
TgpMoving *tgp_moving_new (void *loader, unsigned frames, size_t pixels);
/* Its first frame, a GdkPixbuf of the decoder's, only to be copied. */
void *tgp_moving_first (const TgpMoving *moving);
/* Puts `pixbuf`, a copy of the first frame with memory of its own, at that GtkTextIter, which is
 * behind it then. From now on it is the view's, and goes when that
 * picture leaves it. The oldest stand still
 * where it is too much for the window, or for all. */
void tgp_moving_put (TgpMoving *moving, void *view, void *buffer, void *place,
                     void *pixbuf);
void tgp_moving_free (TgpMoving *moving); /* that was not put; NULL: nothing */
void tgp_moving_close (void);             /* the module goes: all stand still */
