/* See tgp-dialog.h. */
#include "tgp-dialog.h"

#include "tgp-frontend.h"
#include "tgp-gettext.h"
#include "tgp-text.h"

#include <string.h>

static void
append_line (GString *out, const char *line, int columns)
{
    g_auto (GStrv) words = g_strsplit (line, " ", 0);
    int used = 0;

    for (char **word = words; *word != NULL; word++) {
        int width = tgp_text_columns (*word);
        gboolean full = used > 0 && used + 1 + width > columns;
        if (word != words)
            g_string_append_c (out, full ? '\n' : ' ');
        g_string_append (out, *word);
        used = full || word == words ? width : used + 1 + width;
    }
}

char *
tgp_dialog_wrap (const char *text, int columns)
{
    if (columns == 0)
        return g_strdup (text);
    GString *out = g_string_new (NULL);
    g_auto (GStrv) lines = g_strsplit (text, "\n", 0);
    for (char **line = lines; *line != NULL; line++) {
        if (line != lines)
            g_string_append_c (out, '\n');
        append_line (out, *line, columns);
    }
    return g_string_free (out, FALSE);
}

char *
tgp_dialog_text (const char *text)
{
    return tgp_dialog_wrap (text, tgp_frontend ()->columns);
}

void
tgp_dialog_tell (void *handle, PurpleNotifyMsgType type, const char *title,
                 const char *text, const char *more)
{
    g_autofree char *lines = tgp_dialog_text (text);
    g_autofree char *more_lines = more != NULL ? tgp_dialog_text (more) : NULL;

    purple_notify_message (handle, type, title, lines, more_lines, NULL, NULL);
}

/* What breaks lines keeps those of the page only. */
void *
tgp_dialog_page_of (void *handle, const char *title, const char *how, const char *text,
                    void (*closed) (void *user), void *user)
{
    gboolean inside = how != NULL && tgp_frontend ()->columns > 0;
    g_autofree char *all =
        inside ? g_strconcat (how, "\n\n", text, NULL) : g_strdup (text);
    g_autofree char *lines = tgp_dialog_text (all);
    g_autofree char *escaped = g_markup_escape_text (lines, -1);
    g_autofree char *html = purple_strdup_withhtml (escaped);

    return purple_notify_formatted (handle, title, title, inside ? NULL : how, html,
                                    closed, user);
}

void
tgp_dialog_page (void *handle, const char *title, const char *how, const char *text)
{
    tgp_dialog_page_of (handle, title, how, text, NULL, NULL);
}

void *
tgp_dialog_ask (PurpleAccount *account, const char *title, const char *text,
                const char *more, gboolean masked, GCallback ok, GCallback cancel,
                void *user)
{
    g_autofree char *lines = tgp_dialog_text (text);
    g_autofree char *more_lines = tgp_dialog_text (more);

    return purple_request_input (purple_account_get_connection (account), title, lines,
                                 more_lines, NULL, FALSE, masked, NULL, _ ("OK"), ok,
                                 _ ("Cancel"), cancel, account, NULL, NULL, user);
}
