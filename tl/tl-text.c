/* What characters may do to people, and which of them may. */
#include "tl-text.h"

#include <string.h>

#define MARKS_MAX 8 /* combining marks on one letter; no script needs more */

static gboolean
between (gunichar c, gunichar first, gunichar last)
{
    return c >= first && c <= last;
}

/* Other ways to end a line: NEL, vertical tab, form feed, U+2028, U+2029. */
static gboolean
ends_line (gunichar c)
{
    return c == '\n' || c == 0x0b || c == 0x0c || c == 0x85 || c == 0x2028 || c == 0x2029;
}

/* Never shown to anybody, whatever it is in. */
static gboolean
is_harmful (gunichar c)
{
    if (c == '\t' || ends_line (c))
        return FALSE;
    return c < 0x20 || between (c, 0x7f, 0x9f) /* C1; ESC's relatives */
           || between (c, 0x202a, 0x202e)      /* embeddings and overrides */
           || between (c, 0x2066, 0x206f)      /* isolates, deprecated formats */
           || between (c, 0xfff9, 0xfffb)      /* annotations */
           || c == 0xfeff                      /* a byte order mark in the middle */
           || between (c, 0xfdd0, 0xfdef)      /* no characters */
           || (c & 0xfffe) == 0xfffe;
}

/* Takes no room, or is a blank that does not count as one. */
static gboolean
is_unseen (gunichar c)
{
    return c == 0xad || c == 0x34f || c == 0x61c || c == 0x115f || c == 0x1160 ||
           c == 0x17b4 || c == 0x17b5 || between (c, 0x180b, 0x180e) || c == 0x200b ||
           c == 0x200e || c == 0x200f || between (c, 0x2060, 0x2064) || c == 0x2800 ||
           c == 0x3164 || c == 0xffa0 || between (c, 0x1d173, 0x1d17a);
}

/* Pictures that are joined to others: people, hearts, flags, signs, skin tones. */
static gboolean
is_picture (gunichar c)
{
    return between (c, 0x1f000, 0x1faff) || between (c, 0x2190, 0x2bff) || c == 0xfe0f ||
           c == 0x20e3;
}

/* Scripts whose letters change by joiners. */
static gboolean
is_joining (gunichar c)
{
    return between (c, 0x0600, 0x08ff)    /* Arabic and its kin, Syriac, N'Ko */
           || between (c, 0x0900, 0x109f) /* of India, Thai to Burmese */
           || between (c, 0x1780, 0x18af) /* Khmer, Mongolian */
           || between (c, 0xa800, 0xabff) /* more of India */
           || between (c, 0xfb50, 0xfdcf) || between (c, 0xfe70, 0xfefc) ||
           between (c, 0x10a00, 0x11fff);
}

static gboolean
is_rtl (gunichar c)
{
    return between (c, 0x0590, 0x08ff) || between (c, 0xfb1d, 0xfdff) ||
           between (c, 0xfe70, 0xfeff) || between (c, 0x10800, 0x10fff) ||
           between (c, 0x1e800, 0x1efff);
}

/* Bytes that are valid, and are the caller's to wipe. */
static char *
valid (TlBytes text)
{
    return text.len > 0 ? g_utf8_make_valid ((const char *)text.data, (gssize)text.len)
                        : g_strdup ("");
}

static void
wipe (char *text)
{
    explicit_bzero (text, strlen (text));
    g_free (text);
}

/* `places` may be NULL. */
static char *
clean_to (TlBytes text, uint32_t *places)
{
    char *from = valid (text);
    char *clean = g_malloc (strlen (from) + 1); /* never grows: nothing is left behind */
    char *end = clean;

    for (const char *p = from; *p != '\0'; p = g_utf8_next_char (p)) {
        gunichar c = g_utf8_get_char (p);
        if (places != NULL)
            places[p - from] = (uint32_t)(end - clean);
        if (c == '\r' && p[1] != '\n')
            c = '\n';
        if (is_harmful (c))
            continue;
        end += g_unichar_to_utf8 (ends_line (c) ? '\n' : c, end);
    }
    *end = '\0';
    if (places != NULL)
        places[text.len] = (uint32_t)(end - clean);
    wipe (from);
    return clean;
}

char *
tl_text_clean (TlBytes text)
{
    return clean_to (text, NULL);
}

char *
tl_text_clean_placed (TlBytes text, uint32_t *places)
{
    return clean_to (text, places);
}

/* Whether an invisible `c` does something between `before` and `after`. */
static gboolean
joins (gunichar c, gunichar before, gunichar after)
{
    if (c == 0x200c)
        return is_joining (before) && is_joining (after);
    if (c == 0x200d)
        return (is_joining (before) && (is_joining (after) || after == 0)) ||
               (is_picture (before) && is_picture (after));
    /* tags spell the flag of a region behind a black flag, and end with E007F */
    return before == 0x1f3f4 || between (before, 0xe0020, 0xe007e);
}

/* What stands in a line for `c`: 0 = nothing. */
static gunichar
in_line (gunichar c, gunichar before, gunichar after)
{
    if (g_unichar_isspace (c) || ends_line (c))
        return ' ';
    if (is_harmful (c) || is_unseen (c))
        return 0;
    if (c == 0x200c || c == 0x200d || between (c, 0xe0000, 0xe007f))
        return joins (c, before, after) ? c : 0;
    return c;
}

/* As most names are: nothing to clean, and not to be looked at by the character. Of an
 * address book there are thousands. */
static gboolean
is_plain (TlBytes text, size_t max)
{
    if (text.len > max)
        return FALSE;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];
        gboolean blank = c == ' ' && i > 0 && i + 1 < text.len && text.data[i - 1] != ' ';
        if (!blank && (c <= ' ' || c >= 0x7f))
            return FALSE;
    }
    return TRUE;
}

char *
tl_text_line (TlBytes text, size_t max)
{
    if (is_plain (text, max))
        return text.len > 0 ? g_strndup ((const char *)text.data, text.len)
                            : g_strdup ("");
    char *from = valid (text);
    char *line = g_malloc (strlen (from) + strlen ("\u2026") + 1);
    char *end = line, *last = line; /* where the last character that may stay begins */
    gunichar before = 0;
    size_t n = 0, marks = 0;
    gboolean blank = FALSE, cut = FALSE;

    for (const char *p = from, *next; *p != '\0' && !cut; p = next) {
        next = g_utf8_next_char (p);
        gunichar c = in_line (g_utf8_get_char (p), before, g_utf8_get_char (next));
        gboolean mark = g_unichar_ismark (c) && !between (c, 0xfe00, 0xfe0f);
        if (c == 0 || (mark && marks >= MARKS_MAX) || (n == 0 && g_unichar_ismark (c)))
            continue;
        marks = mark ? marks + 1 : 0;
        if (c == ' ') {
            blank = n > 0;
            continue;
        }
        if (n + blank >= max) {
            end = last;
            cut = TRUE;
            break;
        }
        if (blank)
            *end++ = ' ';
        n += 1 + (size_t)blank;
        blank = FALSE;
        last = end;
        end += g_unichar_to_utf8 (c, end);
        before = c;
    }
    if (cut)
        end = stpcpy (end, "\u2026");
    *end = '\0';
    wipe (from);
    return line;
}

char *
tl_text_isolate (const char *name)
{
    for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
        if (is_rtl (g_utf8_get_char (p)))
            return g_strconcat ("\u200e\u2068", name, "\u2069", NULL);
    return g_strdup (name);
}

char *
tl_text_own (TlBytes text)
{
    return text.data != NULL
               ? g_utf8_make_valid ((const char *)text.data, (gssize)text.len)
               : NULL;
}
