/* See tgp-insert.h. */
#include "tgp-insert.h"

#include "tgp-frontend.h"
#include "tgp-symbols.h"
#include "tgp-text.h"
#include "tgp-ui.h"

static struct {
    void (*insert_at_cursor) (void *buffer, const char *text, int len);
} gtk;

/* The one that waits; more than one a key press there is not. */
static unsigned timer;
static PurpleConversation *where;
static char *what;

static void
forget (void)
{
    tgp_text_wipe (g_steal_pointer (&what));
    where = NULL;
    if (timer != 0)
        purple_timeout_remove (timer);
    timer = 0;
}

/* Its window may have been closed meanwhile. */
static gboolean
insert_cb (gpointer data)
{
    gboolean open = g_list_find (purple_get_conversations (), where) != NULL;
    const PidginConv *window = open ? where->ui_data : NULL;

    if (window != NULL && window->entry_buffer != NULL)
        gtk.insert_at_cursor (window->entry_buffer, what, -1);
    timer = 0;
    forget ();
    return FALSE;
}

gboolean
tgp_insert (PurpleConversation *conv, const char *text)
{
    static const TgpSymbol symbols[] = { { "gtk_text_buffer_insert_at_cursor",
                                           &gtk.insert_at_cursor } };

    if (tgp_frontend ()->windows != TGP_WINDOWS_PIDGIN || conv->ui_data == NULL ||
        !tgp_symbols_find (symbols, G_N_ELEMENTS (symbols)))
        return FALSE;
    forget ();
    where = conv;
    what = g_strconcat (text, "\n", NULL);
    timer = purple_timeout_add (0, insert_cb, NULL);
    return TRUE;
}

void
tgp_insert_uninit (void)
{
    forget ();
}
