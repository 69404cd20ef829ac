/* See tgp-begins.h. */
#include "tgp-begins.h"

#include "tgp-text.h"

#include <string.h>

/* The quote that ends what this one begins; 0: it is none. */
static gunichar
closing (gunichar c)
{
    static const gunichar pairs[][2] = { { '"', '"' },
                                         { 0x201c, 0x201d },
                                         { 0x201e, 0x201c },
                                         { 0xab, 0xbb },
                                         { '\'', '\'' } };

    for (size_t i = 0; i < G_N_ELEMENTS (pairs); i++)
        if (pairs[i][0] == c)
            return pairs[i][1];
    return 0;
}

char *
tgp_begins_take (const char **args, gboolean *quoted)
{
    const char *start = *args + strspn (*args, " ");
    gunichar end = closing (g_utf8_get_char (start));
    const char *first = end != 0 ? g_utf8_next_char (start) : start;
    const char *behind = end != 0 ? g_utf8_strchr (first, -1, end) : NULL;

    *quoted = behind != NULL;
    if (behind == NULL)
        for (behind = first = start;
             *behind != '\0' && !g_unichar_isspace (g_utf8_get_char (behind));)
            behind = g_utf8_next_char (behind);
    char *name = g_strndup (first, (gsize)(behind - first));
    *args = *quoted ? g_utf8_next_char (behind) : behind;
    while (g_unichar_isspace (g_utf8_get_char (*args)))
        *args = g_utf8_next_char (*args);
    return name;
}

/* Without case, and with one blank where there are some. */
char *
tgp_begins_folded (const char *text)
{
    g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE);
    g_autofree char *fold = g_utf8_casefold (normal != NULL ? normal : "", -1);
    g_auto (GStrv) words = g_strsplit_set (fold, " \t\n", -1);
    GString *out = g_string_new (NULL);

    for (char **word = words; *word != NULL; word++)
        if (**word != '\0')
            g_string_append_printf (out, "%s%s", out->len > 0 ? " " : "", *word);
    tgp_text_wipe (g_steal_pointer (&fold));
    return g_string_free (out, FALSE);
}

static gboolean
is_beginning (const char *name, const char *text)
{
    char *wanted = tgp_begins_folded (name), *all = tgp_begins_folded (text);
    gboolean is = *wanted != '\0' && g_str_has_prefix (all, wanted);

    tgp_text_wipe (wanted);
    tgp_text_wipe (all);
    return is;
}

gboolean
tgp_begins_named (const char *typed, const char *text)
{
    const char *args = typed + strcspn (typed, " \t\n");
    g_autofree char *word = g_ascii_strdown (typed, args - typed);
    gboolean quoted;

    if (!g_str_equal (word, "/delete") && !g_str_equal (word, "/reply") &&
        !g_str_equal (word, "/quote"))
        return FALSE;
    args += strspn (args, " \t\n");
    if (g_str_equal (word, "/delete") && is_beginning (args, text))
        return TRUE; /* all that follows is the name */
    char *name = tgp_begins_take (&args, &quoted);
    gboolean is = is_beginning (name, text);
    tgp_text_wipe (name);
    return is;
}
