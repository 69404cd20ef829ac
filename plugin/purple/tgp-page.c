/* See tgp-page.h. */
#include "tgp-page.h"

#include "tgp-dialog.h"

#include <string.h>

#define TEXT_MAX 40000 /* bytes of one, with what was not read before */

typedef struct {
    PurpleAccount *account; /* compared only */
    char *title;
    char *text; /* with how it is to be read, should it follow another one */
    void *shown;
} Page;

static GSList *pages; /* Page; those that stand, also over the end of a connection */

static void
page_free (Page *page)
{
    g_free (page->title);
    g_free (page->text);
    g_free (page);
}

static void
closed_cb (void *data)
{
    pages = g_slist_remove (pages, data);
    page_free (data);
}

/* What stands is closed; its text. */
static char *
take_place (PurpleAccount *account, const char *title)
{
    for (GSList *l = pages; l != NULL; l = l->next) {
        Page *page = l->data;
        if (page->account != account || !g_str_equal (page->title, title))
            continue;
        char *text = g_strdup (page->text);
        purple_notify_close (PURPLE_NOTIFY_FORMATTED,
                             page->shown); /* calls closed_cb() */
        return text;
    }
    return NULL;
}

void
tgp_page_show (TgpAccount *tgp, const char *title, const char *how, const char *text)
{
    g_autofree char *before = take_place (tgp->account, title);
    Page *page = g_new0 (Page, 1);
    gboolean both = before != NULL && strlen (text) + strlen (before) <= TEXT_MAX;

    page->account = tgp->account;
    page->title = g_strdup (title);
    g_autofree char *all =
        both ? g_strconcat (text, "\n\n", before, NULL) : g_strdup (text);
    page->text = how != NULL ? g_strconcat (how, "\n", all, NULL) : g_strdup (all);
    pages = g_slist_prepend (pages, page);
    void *shown = tgp_dialog_page_of (tgp->gc, title, how, all, closed_cb, page);
    if (g_slist_find (pages, page) != NULL) /* else it was closed at once */
        page->shown = shown;
}
