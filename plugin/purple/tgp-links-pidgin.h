/* Links in Pidgin's windows are as legible as the theme: those of ours, and those in what people
 * write, which GtkIMHtml draws in dark blue wherever no theme says otherwise. */
#pragma once

#include <glib-object.h>
#include <stdint.h>

/* A GdkColor. */
typedef struct {
    uint32_t pixel;
    uint16_t red, green, blue;
} TgpColour;

/* The theme's own for Pidgin's links, if it has one; else one that is legible on its ground. `view`: a GtkIMHtml. */
TgpColour tgp_links_colour (void *view);
/* From now on what GtkIMHtml makes a link there gets a legible colour; once a view, which may be called again. What is
 * copied or sent has no colour of it. */
void tgp_links_watch (void *view);
/* There is one at that GtkTextIter, of which GtkIMHtml tells where it leads. */
gboolean tgp_links_is_at (const void *place);
void tgp_links_unwatch (void *view); /* the module goes */
