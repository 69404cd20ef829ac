/* Text, links and names from peers are data of strangers: what reaches people is checked
 * here (SC-C19, H12, H16, I6, I8). */
#include "secret-text.h"

#include "crypto-secret.h"
#include "secret-types.h"
#include "tl-text.h"

#include <string.h>
#include <utf8proc.h>

#define NAME_MAX_BYTES 200
#define URL_MAX 2048             /* bytes */
#define LINE_MAX_CHARACTERS 4096 /* of a title, a name, a link */

/* --- characters --- */

char *
secret_text_clean (TlBytes text)
{
    return tl_text_clean (text);
}

char *
secret_text_line (TlBytes text)
{
    return tl_text_line (text, LINE_MAX_CHARACTERS);
}

/* --- names and links --- */

/* Names that some systems open as devices, whatever their extension. */
static gboolean
is_device (const char *name)
{
    static const char *const devices[] = { "con", "prn", "aux", "nul", "com", "lpt" };
    size_t stem = strcspn (name, ". ");

    for (size_t i = 0; i < G_N_ELEMENTS (devices); i++) {
        gboolean numbered = i >= 4 && stem == 4 && g_ascii_isdigit (name[3]);
        if ((stem == 3 || numbered) && g_ascii_strncasecmp (name, devices[i], 3) == 0)
            return TRUE;
    }
    return FALSE;
}

char *
secret_text_name (TlBytes raw)
{
    g_autoptr (SecretText) line = secret_text_line (raw);
    const char *name = line;

    for (const char *p = line; *p != '\0'; p++)
        if (*p == '/' || *p == '\\' || *p == ':')
            name = p + 1;
    size_t len = strlen (name);
    while (len > NAME_MAX_BYTES)
        len = (size_t)(g_utf8_find_prev_char (name, name + len) - name);
    while (len > 0 && (name[len - 1] == '.' || name[len - 1] == ' '))
        len--; /* "..", and what some systems drop */
    return len == 0 || is_device (name) ? NULL : g_strndup (name, len);
}

static gboolean
has_scheme (const char *url, const char *const *schemes)
{
    for (; *schemes != NULL && strlen (url) <= URL_MAX; schemes++)
        if (g_ascii_strncasecmp (url, *schemes, strlen (*schemes)) == 0)
            return TRUE;
    return FALSE;
}

/* By hand: a parser would leave its copies behind. */
gboolean
secret_text_is_page (const char *url)
{
    static const char *const schemes[] = { "http://", "https://", NULL };

    if (!has_scheme (url, schemes) || strchr (url, ' ') != NULL)
        return FALSE;
    const char *host = strstr (url, "://") + strlen ("://");
    const char *end = host + strcspn (host, "/?#");
    for (const char *p = host; p < end; p++)
        if (*p == '@')
            host = p + 1;
    return host < end && *host != ':';
}

gboolean
secret_text_is_target (const char *url)
{
    static const char *const schemes[] = { "http://", "https://", "tg://",
                                           "mailto:", NULL };

    return has_scheme (url, schemes);
}

/* --- lengths --- */

size_t
secret_text_units (const char *text, size_t bytes)
{
    size_t units = 0;

    for (const char *p = text; p < text + bytes; p = g_utf8_next_char (p))
        units += g_utf8_get_char (p) > 0xffff ? 2 : 1;
    return units;
}

/* The word that begins here is not longer than a message. */
static gboolean
word_fits (const char *word)
{
    size_t units = 0;

    for (; *word != '\0' && *word != ' ' && *word != '\n'; word = g_utf8_next_char (word))
        if ((units += g_utf8_get_char (word) > 0xffff ? 2 : 1) > SECRET_TEXT_MAX)
            return FALSE;
    return TRUE;
}

/* Where a person sees one character nothing is cut: a letter and its accents, a flag, a
 * picture joined of several (UAX 29; the states are utf8proc's). */
size_t
secret_text_split (const char *text)
{
    size_t units = 0, space = 0, whole = 0;
    utf8proc_int32_t state = 0;
    gunichar last = 0;
    const char *p = text;
    size_t bytes = strnlen (text, SECRET_TEXT_MAX + 1);

    if (bytes <= SECRET_TEXT_MAX)
        return bytes; /* no character takes more units than bytes */
    for (; *p != '\0'; p = g_utf8_next_char (p)) {
        gunichar c = g_utf8_get_char (p);
        if (p > text && utf8proc_grapheme_break_stateful ((utf8proc_int32_t)last,
                                                          (utf8proc_int32_t)c, &state)) {
            whole = (size_t)(p - text);
            if (last == ' ' || last == '\n')
                space = whole;
        }
        units += c > 0xffff ? 2 : 1;
        if (units > SECRET_TEXT_MAX)
            break;
        last = c;
    }
    if (*p == '\0')
        return (size_t)(p - text);
    if (space > 0 && word_fits (text + space))
        return space;
    return whole > 0 ? whole : (size_t)(p - text); /* one letter of 4096 accents */
}
