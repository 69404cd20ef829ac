/* Markup to text, and the one judge of lines that begin with a slash. */
#include "tgp-text.h"

#include <purple.h>
#include <string.h>

#define OFFER " \t  \t\t\t\t \t \t \t  "

/* The end of the tag that begins here, behind its '>'; NULL: this is no tag. */
static const char *
tag_end (const char *p)
{
    if (!g_ascii_isalpha (p[1]) && p[1] != '/' && p[1] != '!')
        return NULL;
    p += 1 + strcspn (p + 1, "<>");
    return *p == '>' ? p + 1 : NULL;
}

/* libpurple's own reader knows tags, links and entities, but takes newlines and tabs for
 * blanks, and everything behind a '<' for a tag. */
char *
tgp_text_plain (const char *markup)
{
    g_autoptr (GString) clear = g_string_new (NULL);

    for (const char *p = markup, *end; *p != '\0'; p++) {
        if (*p == '<' && (end = tag_end (p)) != NULL) {
            g_string_append_len (clear, p, end - p);
            p = end - 1;
        } else if (*p == '<') {
            g_string_append (clear, "&lt;");
        } else if (*p == '\n') {
            g_string_append (clear, "<br>");
        } else if (*p == '\t') {
            g_string_append (clear, "&#9;");
        } else if (*p != '\r') {
            g_string_append_c (clear, *p);
        }
    }
    return purple_markup_strip_html (clear->str);
}

void
tgp_text_cut_offer (char *text)
{
    static const char *const versions[] = { " \t \t  \t ", "  \t\t  \t ",
                                            "  \t\t  \t\t" };
    char *offer = NULL;

    for (char *p = text; (p = strstr (p, OFFER)) != NULL; p++)
        offer = p; /* the last one */
    if (offer == NULL)
        return;
    const char *rest = offer + strlen (OFFER);
    for (size_t i = 0; i < G_N_ELEMENTS (versions); i++)
        while (g_str_has_prefix (rest, versions[i]))
            rest += strlen (versions[i]);
    if (*rest == '\0')
        *offer = '\0';
}

/* Letters from here on, in bytes. */
static size_t
letters (const char *text)
{
    const char *p = text;

    while (g_unichar_isalpha (g_utf8_get_char (p)))
        p = g_utf8_next_char (p);
    return (size_t)(p - text);
}

static gboolean
ends_word (const char *p)
{
    return *p == '\0' || g_unichar_isspace (g_utf8_get_char (p));
}

TgpTyped
tgp_text_judge (const char *text, gboolean parsed, char **out)
{
    const char *start = text;

    while (*start != '\0' && ends_word (start))
        start = g_utf8_next_char (start);
    *out = NULL;
    if (start[0] != '/' || (parsed && start == text)) {
        *out = g_strdup (text);
        return TGP_TYPED_TEXT;
    }
    if (start[1] == '/') {
        size_t n = letters (start + 2);
        gboolean escaped = n > 0 && ends_word (start + 2 + n);
        *out = g_strdup (escaped ? start + 1 : text);
        return TGP_TYPED_TEXT;
    }
    const char *end = start + 1;
    while (!ends_word (end) && *end != '/')
        end = g_utf8_next_char (end);
    g_autofree char *word = g_utf8_strdown (start + 1, end - start - 1);
    if (*end == '/' || letters (word) == 0 || g_str_equal (word, "me")) {
        *out = g_strdup (text);
        return TGP_TYPED_TEXT;
    }
    if (*end == '\0')
        *out = g_strdup (word);
    else /* libpurple's parser knows one kind of blank */
        *out = g_strconcat (word, " ", g_utf8_next_char (end), NULL);
    return TGP_TYPED_COMMAND;
}

void
tgp_text_wipe (char *text)
{
    volatile char *p = text;

    while (p != NULL && *p != '\0')
        *p++ = ' ';
    g_free (text);
}

int
tgp_text_columns (const char *text)
{
    int n = 0;

    for (; *text != '\0'; text = g_utf8_next_char (text)) {
        gunichar c = g_utf8_get_char (text);
        n += g_unichar_iswide (c) ? 2 : !g_unichar_iszerowidth (c);
    }
    return n;
}
