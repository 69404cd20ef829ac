/* See tgp-lock.h. */
#include "tgp-lock.h"

#include "tgp-frontend.h"
#include "tgp-symbols.h"

#include <glib-object.h>

/* FALSE: it would be a box with digits. */
static gboolean
draws (const char *text)
{
    static struct {
        void *(*context) (void);
        void *(*layout) (void *context);
        void (*set_text) (void *layout, const char *text, int len);
        int (*unknown) (void *layout);
    } pango;
    static const TgpSymbol symbols[] = {
        { "gdk_pango_context_get", &pango.context },
        { "pango_layout_new", &pango.layout },
        { "pango_layout_set_text", &pango.set_text },
        { "pango_layout_get_unknown_glyphs_count", &pango.unknown },
    };

    if (!tgp_symbols_find (symbols, G_N_ELEMENTS (symbols)))
        return TRUE;
    g_autoptr (GObject) context = pango.context ();
    g_autoptr (GObject) layout = pango.layout (context);
    pango.set_text (layout, text, -1);
    return pango.unknown (layout) == 0;
}

const char *
tgp_lock (gboolean ended)
{
    static enum { UNKNOWN, LOCKS, KEYS } has;

    if (has == UNKNOWN)
        has = tgp_frontend ()->windows != TGP_WINDOWS_PIDGIN ||
                      draws ("\U0001f512\U0001f513")
                  ? LOCKS
                  : KEYS;
    if (has == KEYS)
        return ended ? "\u2717" : "\u26b7"; /* a key; a cross */
    return ended ? "\U0001f513" : "\U0001f512";
}

gboolean
tgp_is_lock (gunichar c)
{
    return (c >= 0x1f50f && c <= 0x1f513) || c == 0x26b7 || c == 0x2717;
}
