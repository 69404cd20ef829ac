/* See tgp-path.h. */
#include "tgp-path.h"

#include "tgp-begins.h"

#include <string.h>

char *
tgp_path_whole (const char *typed)
{
    if (typed[0] == '~' && (typed[1] == '/' || typed[1] == '\0'))
        return g_build_filename (g_get_home_dir (), typed + 1, NULL);
    return g_path_is_absolute (typed) ? g_strdup (typed)
                                      : g_build_filename (g_get_home_dir (), typed, NULL);
}

static const char *
skip_blanks (const char *text)
{
    while (g_unichar_isspace (g_utf8_get_char (text)))
        text = g_utf8_next_char (text);
    return text;
}

/* As a terminal writes a name that is dropped into it. */
static char *
unescaped (const char *typed)
{
    GString *out = g_string_new (NULL);

    for (; *typed != '\0'; typed++) {
        if (*typed == '\\' && typed[1] != '\0')
            typed++;
        g_string_append_c (out, *typed);
    }
    return g_string_free (out, FALSE);
}

static gboolean
is_there (const char *path)
{
    return g_file_test (path, G_FILE_TEST_EXISTS);
}

static char *
resolve (const char *typed)
{
    g_autofree char *whole = tgp_path_whole (typed);

    if (g_ascii_strncasecmp (typed, "file://", 7) == 0) {
        char *path = g_filename_from_uri (typed, NULL, NULL);
        if (path != NULL)
            return path;
    }
    if (strchr (typed, '\\') != NULL && !is_there (whole)) {
        g_autofree char *plain = unescaped (typed);
        g_autofree char *other = tgp_path_whole (plain);
        if (is_there (other))
            return g_steal_pointer (&other);
    }
    return g_steal_pointer (&whole);
}

/* In quotes, and then nothing, or a caption. */
static char *
take_quoted (const char *typed, const char **caption)
{
    gboolean quoted;
    g_autofree char *name = tgp_begins_take (&typed, &quoted);

    if (!quoted || *name == '\0' || (*typed != '\0' && *typed != '|'))
        return NULL;
    *caption = *typed == '|' ? skip_blanks (typed + 1) : typed;
    return resolve (name);
}

char *
tgp_path_take (const char *typed, const char **caption)
{
    char *path = take_quoted (typed, caption);

    if (path != NULL)
        return path;
    g_autofree char *all = resolve (typed);
    const char *bar = strchr (typed, '|');
    if (bar == NULL || is_there (all)) { /* a name may have a bar in it */
        *caption = typed + strlen (typed);
        return *typed != '\0' ? g_steal_pointer (&all) : NULL;
    }
    g_autofree char *first = g_strndup (typed, (gsize)(bar - typed));
    g_strchomp (first);
    *caption = skip_blanks (bar + 1);
    return *first != '\0' ? resolve (first) : NULL;
}
