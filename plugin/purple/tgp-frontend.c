/* Front ends differ here and nowhere else: a table, and the few things it decides. */
#include "tgp-frontend.h"

#include "tgp-lines.h"

#include <string.h>

#define MARK "*** " /* before the module's own lines, where they need one */
#define INDENT "  " /* of a person's further lines, where others begin like text */

#define SIMPLE                                                                           \
    [TALK_STYLE_BOLD] = { "<b>", "</b>" }, [TALK_STYLE_ITALIC] = { "<i>", "</i>" },      \
    [TALK_STYLE_UNDERLINE] = { "<u>", "</u>" }, [TALK_STYLE_STRIKE] = { "<s>", "</s>" }
static const TgpTags simple = { SIMPLE };
/* Grey on grey, until it is selected. */
static const TgpTags pidgin = {
    SIMPLE,
    [TALK_STYLE_CODE] = { "<font face=\"monospace\">", "</font>" },
    [TALK_STYLE_PRE] = { "<font face=\"monospace\">", "</font>" },
    [TALK_STYLE_SPOILER] = { "<font color=\"#808080\" back=\"#808080\">", "</font>" },
    [TALK_STYLE_LINK] = { "<a href=\"", "</a>" },
};
static const TgpTags bitlbee = {
    [TALK_STYLE_BOLD] = { "<b>", "</b>" }, [TALK_STYLE_ITALIC] = { "<i>", "</i>" }
};

static const TgpFrontend frontends[] = {
    { .ui = "gtk-gaim", /* Pidgin */
      .windows = TGP_WINDOWS_PIDGIN,
      .lines = tgp_lines_pidgin,
      .media = tgp_media_pidgin,
      .proportional = TRUE,
      .bold_notices = TRUE,
      .tags = &pidgin,
      .indents = TRUE,
      .lists_commands = TRUE,
      .chooses_files = TRUE,
      .shows_saving = TRUE,
      .pictures = TRUE,
      .locks = TRUE,
      .titles = TRUE,
      .removal_counts = TRUE },
    { .ui = "gnt-purple", /* Finch */
      .windows = TGP_WINDOWS_FINCH,
      .lines = tgp_lines_finch,
      .marks = TGP_MARK_FIRST,
      .indents = TRUE,
      .unslashes = TRUE,
      .lists_commands = TRUE,
      .columns = 72,
      .short_dialogs = TRUE,
      .names = 40,
      .locks = TRUE,
      .narrow = TRUE,
      .removal_counts = TRUE },
    { .ui = "BitlBee",
      .windowless = TRUE,
      .marks = TGP_MARK_EVERY,
      .tags = &bitlbee,
      .words = TRUE,
      .removes = TRUE,
      .denies_by_list = TRUE,
      .status_message = TRUE,
      .nicks = TRUE,
      .elsewhere = TRUE,
      .keeps_password = TRUE },
    { .ui = "headless",
      .lines = tgp_lines_history,
      .tags = &simple,
      .removal_counts = TRUE },
    /* any other: gateways remove and add accounts at every log-out */
    { .ui = NULL, .tags = &simple },
};

const char *
tgp_frontend_name (void)
{
    return purple_core_get_ui ();
}

gboolean
tgp_frontend_is_version (const char *prefix)
{
    GHashTable *about = purple_core_get_ui_info ();
    const char *version = about != NULL ? g_hash_table_lookup (about, "version") : NULL;

    return version != NULL && g_str_has_prefix (version, prefix);
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
tgp_line_marked (const char *text, uint32_t *places)
{
    GString *out = g_string_new (tgp_frontend ()->marks == TGP_MARK_NONE ? "" : MARK);

    for (size_t i = 0; i == 0 || text[i - 1] != '\0'; i++) {
        if (places != NULL)
            places[i] = (uint32_t)out->len;
        if (text[i] != '\0')
            g_string_append_c (out, text[i]);
        if (text[i] == '\n' && tgp_frontend ()->marks == TGP_MARK_EVERY)
            g_string_append (out, MARK);
    }
    return g_string_free (out, FALSE);
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

/* Looks like TGP_ANSWERS. */
static gboolean
is_answer (gunichar c)
{
    static const gunichar arrows[] = { 0x21a9, 0x21aa, 0x21b2, 0x21b3, 0x21b5, 0x23ce,
                                       0x2936, 0x2937, 0x2ba8, 0x2ba9, 0x2baa, 0x2bab };

    for (size_t i = 0; i < G_N_ELEMENTS (arrows); i++)
        if (c == arrows[i])
            return TRUE;
    return FALSE;
}

/* Long lines are broken anywhere, by BitlBee even inside a word: so three stars stand
 * nowhere together, and no quote's arrow, rather than at no beginning. */
char *
tgp_line_unforged (const char *text, gboolean answers, uint32_t *places)
{
    gboolean marked = tgp_frontend ()->marks != TGP_MARK_NONE, begins = TRUE;
    const char *act = blank_of_action (text), *p;
    GString *out = g_string_new (NULL);
    int stars = 0;

    for (p = text; *p != '\0'; p = g_utf8_next_char (p)) {
        gunichar c = p == act ? 0xa0 : g_utf8_get_char (p);
        if (places != NULL)
            places[p - text] = (uint32_t)out->len;
        stars = is_star (c) ? stars + 1 : g_unichar_iszerowidth (c) ? stars : 0;
        if (marked && stars == 3) {
            g_string_append_c (out, '\\');
            stars = 1;
        }
        if (is_answer (c) && !answers && (marked || begins))
            c = 0x2190; /* points as well, and is no sign of ours */
        answers = answers && !is_answer (c);
        begins = c == '\n' || (begins && g_unichar_isspace (c));
        g_string_append_unichar (out, c);
        if (c == '\n' && tgp_frontend ()->indents)
            g_string_append (out, INDENT);
    }
    if (places != NULL)
        places[p - text] = (uint32_t)out->len;
    return g_string_free (out, FALSE);
}
