/* Front ends differ here and nowhere else: a table, and the few things it decides. */
#include "tgp-frontend.h"

#include "tgp-lines.h"

#include <string.h>

#define MARK "*** " /* before the module's own lines, where they need one */
#define INDENT "  " /* of a person's further lines, where others begin like text */

static const TgpFrontend frontends[] = {
    { .ui = "gtk-gaim", /* Pidgin */
      .windows = TGP_WINDOWS_PIDGIN,
      .lines = tgp_lines_pidgin,
      .proportional = TRUE,
      .indents = TRUE,
      .lists_commands = TRUE,
      .removal_counts = TRUE },
    { .ui = "gnt-purple", /* Finch */
      .windows = TGP_WINDOWS_FINCH,
      .lines = tgp_lines_finch,
      .marks = TGP_MARK_FIRST,
      .indents = TRUE,
      .unslashes = TRUE,
      .lists_commands = TRUE,
      .columns = 72,
      .narrow = TRUE,
      .removal_counts = TRUE },
    { .ui = "BitlBee",
      .windowless = TRUE,
      .marks = TGP_MARK_EVERY,
      .words = TRUE,
      .removes = TRUE,
      .denies_by_list = TRUE,
      .status_message = TRUE,
      .keeps_password = TRUE },
    { .ui = "headless", .lines = tgp_lines_history, .removal_counts = TRUE },
    { .ui = NULL }, /* any other: gateways remove and add accounts at every log-out */
};

const char *
tgp_frontend_name (void)
{
    return purple_core_get_ui ();
}

const TgpFrontend *
tgp_frontend (void)
{
    const char *name = tgp_frontend_name ();
    const TgpFrontend *row = frontends;

    while (row->ui != NULL && g_strcmp0 (row->ui, name) != 0)
        row++;
    return row;
}

gboolean
tgp_knows_focus (PurpleConversation *conv)
{
    static enum { MAYBE, YES, NO } known;
    PurpleConversationUiOps *ops =
        conv != NULL ? purple_conversation_get_ui_ops (conv) : NULL;

    if (ops != NULL)
        known = ops->has_focus != NULL ? YES : NO;
    return known == MAYBE ? !tgp_frontend ()->windowless : known == YES;
}

/* --- lines --- */

char *
tgp_line_marked (const char *text)
{
    g_auto (GStrv) lines = g_strsplit (text, "\n", 0);
    const char *between = tgp_frontend ()->marks == TGP_MARK_EVERY ? "\n" MARK : "\n";
    g_autofree char *all = g_strjoinv (between, lines);

    return tgp_frontend ()->marks == TGP_MARK_NONE ? g_strdup (text)
                                                   : g_strconcat (MARK, all, NULL);
}

/* Looks like the mark's star. */
static gboolean
is_star (gunichar c)
{
    static const gunichar stars[] = { '*',    0x066d, 0x2042, 0x204e, 0x2051,
                                      0x2055, 0x2217, 0x22c6, 0x2731, 0x2732,
                                      0x273b, 0x273d, 0xfe61, 0xff0a };

    for (size_t i = 0; i < G_N_ELEMENTS (stars); i++)
        if (c == stars[i])
            return TRUE;
    return FALSE;
}

/* The blank behind a "/me" of which front ends would make a line like "*** NAME ...", a
 * notice's mark (FRONTENDS 3); NULL: there is none. */
static const char *
blank_of_action (const char *text)
{
    text += strspn (text, "\n"); /* by then tags, which they pass over */
    return g_ascii_strncasecmp (text, "/me ", 4) == 0 ? text + 3 : NULL;
}

/* Long lines are broken anywhere, by BitlBee even inside a word: so three stars stand
 * nowhere together, rather than at no beginning. */
char *
tgp_line_unforged (const char *text)
{
    gboolean marked = tgp_frontend ()->marks != TGP_MARK_NONE;
    const char *act = blank_of_action (text);
    GString *out = g_string_new (NULL);
    int stars = 0;

    for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
        gunichar c = p == act ? 0xa0 : g_utf8_get_char (p);
        stars = is_star (c) ? stars + 1 : g_unichar_iszerowidth (c) ? stars : 0;
        if (marked && stars == 3) {
            g_string_append_c (out, '\\');
            stars = 1;
        }
        g_string_append_unichar (out, c);
        if (c == '\n' && tgp_frontend ()->indents)
            g_string_append (out, INDENT);
    }
    return g_string_free (out, FALSE);
}
