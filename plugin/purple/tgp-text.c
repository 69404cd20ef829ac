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

/* --- looks --- */

/* What stands for a style's begin and end while libpurple reads the markup: no characters,
 * so that no text has them. */
#define BEGIN 0xfdd0
#define END 0xfde0
G_STATIC_ASSERT (TALK_STYLES <= END - BEGIN);

/* Tags that are read, and what they say; those that may say nothing wait for their end. */
typedef struct {
    GString *clear;  /* what libpurple gets */
    GArray *open;    /* int: of <a> and <font>, the style or -1 */
    GPtrArray *urls; /* targets in order */
} Reader;

static gboolean
is_mark (gunichar c)
{
    return c >= BEGIN && c < END + (END - BEGIN);
}

/* The value of that attribute, unescaped, or NULL. */
static char *
attribute (const char *tag, size_t len, const char *name)
{
    g_autofree char *whole = g_strndup (tag, len);

    for (char *p = whole; (p = strpbrk (p, " \t\n")) != NULL;) {
        p += strspn (p, " \t\n");
        if (g_ascii_strncasecmp (p, name, strlen (name)) != 0)
            continue;
        char *value = p + strlen (name);
        value += strspn (value, " ");
        if (*value++ != '=')
            continue;
        value += strspn (value, " ");
        const char *quotes = *value == '\'' ? "'" : "\"";
        value += *value == *quotes;
        value[strcspn (value, value[-1] == *quotes ? quotes : " >")] = '\0';
        return purple_unescape_html (value);
    }
    return NULL;
}

static gboolean
is_target (const char *url)
{
    static const char *const schemes[] = { "http://", "https://", "tg://", "mailto:" };

    for (size_t i = 0; url != NULL && i < G_N_ELEMENTS (schemes); i++)
        if (g_ascii_strncasecmp (url, schemes[i], strlen (schemes[i])) == 0)
            return TRUE;
    return FALSE;
}

static gboolean
is_monospace (const char *face)
{
    g_autofree char *small = face != NULL ? g_ascii_strdown (face, -1) : NULL;

    return small != NULL &&
           (strstr (small, "mono") != NULL || strstr (small, "courier") != NULL);
}

/* The style of a tag without further words; -1: none. */
static int
style_of (const char *name)
{
    static const struct {
        const char *name;
        TalkStyle style;
    } names[] = {
        { "b", TALK_STYLE_BOLD },        { "strong", TALK_STYLE_BOLD },
        { "i", TALK_STYLE_ITALIC },      { "em", TALK_STYLE_ITALIC },
        { "u", TALK_STYLE_UNDERLINE },   { "s", TALK_STYLE_STRIKE },
        { "strike", TALK_STYLE_STRIKE }, { "del", TALK_STYLE_STRIKE },
        { "code", TALK_STYLE_CODE },     { "tt", TALK_STYLE_CODE },
        { "pre", TALK_STYLE_PRE },       { "blockquote", TALK_STYLE_QUOTE },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
        if (g_ascii_strcasecmp (name, names[i].name) == 0)
            return (int)names[i].style;
    return -1;
}

/* A tag that may be a link's or a font's: which style it begins or ends; -1: none. */
static int
worded_style (Reader *reader, const char *name, const char *tag, size_t len,
              gboolean ends)
{
    gboolean link = g_ascii_strcasecmp (name, "a") == 0;
    int style = -1;

    if (!link && g_ascii_strcasecmp (name, "font") != 0)
        return -1;
    if (ends && reader->open->len == 0)
        return -1;
    if (ends) {
        style = g_array_index (reader->open, int, reader->open->len - 1);
        g_array_set_size (reader->open, reader->open->len - 1);
        return style;
    }
    g_autofree char *value = attribute (tag, len, link ? "href" : "face");
    if (link && is_target (value)) {
        style = TALK_STYLE_LINK;
        g_ptr_array_add (reader->urls, g_steal_pointer (&value));
    } else if (!link && is_monospace (value)) {
        style = TALK_STYLE_CODE;
    }
    g_array_append_val (reader->open, style);
    return style;
}

/* In the place of a tag that says how what follows looks its mark, else the tag itself. */
static void
read_tag (Reader *reader, const char *tag, size_t len)
{
    gboolean ends = tag[1] == '/';
    const char *p = tag + 1 + ends;
    size_t letters = 0;

    while (g_ascii_isalnum (p[letters]))
        letters++;
    g_autofree char *name = g_strndup (p, letters);
    int style = style_of (name);
    if (style < 0)
        style = worded_style (reader, name, tag, len, ends);
    if (style < 0)
        g_string_append_len (reader->clear, tag, (gssize)len);
    else
        g_string_append_unichar (reader->clear, (gunichar)((ends ? END : BEGIN) + style));
}

/* What libpurple itself makes of an address that was typed. */
static gboolean
shows_target (const char *shown, size_t len, const char *target)
{
    static const char *const before[] = { "", "http://", "https://", "mailto:" };

    for (size_t i = 0; i < G_N_ELEMENTS (before); i++) {
        size_t n = strlen (before[i]);
        if (strncmp (target, before[i], n) == 0 && strlen (target + n) == len &&
            strncmp (shown, target + n, len) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Takes the marks out of the text, in place. */
static TalkSpans *
take_marks (char *text, const GPtrArray *urls)
{
    g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (TalkSpan));
    g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (TalkSpan));
    unsigned links = 0;
    char *to = text, *next;

    for (char *p = text; *p != '\0'; p = next) {
        gunichar c = g_utf8_get_char (p);
        next = g_utf8_next_char (p);
        if (!is_mark (c)) {
            memmove (to, p, (size_t)(next - p));
            to += next - p;
            continue;
        }
        TalkSpan span = { .style = (TalkStyle)((c - BEGIN) % (END - BEGIN)),
                          .from = (uint32_t)(to - text) };
        if (c < END && span.style == TALK_STYLE_LINK && links < urls->len)
            span.target = g_ptr_array_index (urls, links++);
        if (c < END)
            g_array_append_val (open, span);
        for (unsigned i = c >= END ? open->len : 0; i > 0; i--) {
            TalkSpan *last = &g_array_index (open, TalkSpan, i - 1);
            if (last->style != span.style)
                continue;
            last->to = span.from;
            if (last->style != TALK_STYLE_LINK ||
                (last->target != NULL &&
                 !shows_target (text + last->from, last->to - last->from, last->target)))
                g_array_append_val (spans, *last);
            g_array_remove_index (open, i - 1);
            break;
        }
    }
    *to = '\0';
    return talk_spans_new ((const TalkSpan *)(void *)spans->data, spans->len);
}

/* --- markup --- */

/* libpurple's own reader knows tags, links and entities, but takes newlines and tabs for
 * blanks, and everything behind a '<' for a tag. */
static char *
read_markup (const char *markup, Reader *reader)
{
    g_autoptr (GString) clear = g_string_new (NULL);

    reader->clear = clear;
    for (const char *p = markup, *end; *p != '\0'; p++) {
        if (*p == '<' && (end = tag_end (p)) != NULL) {
            read_tag (reader, p, (size_t)(end - p));
            p = end - 1;
        } else if (*p == '<') {
            g_string_append (clear, "&lt;");
        } else if (*p == '\n') {
            g_string_append (clear, "<br>");
        } else if (*p == '\t') {
            g_string_append (clear, "&#9;");
        } else if ((uint8_t)*p == 0xef && p[1] != '\0' && p[2] != '\0' &&
                   is_mark (g_utf8_get_char (p))) {
            p += 2; /* no character */
        } else if (*p != '\r') {
            g_string_append_c (clear, *p);
        }
    }
    return purple_markup_strip_html (clear->str);
}

static void
wipe_url (gpointer url)
{
    tgp_text_wipe (url);
}

char *
tgp_text_read (const char *markup, TalkSpans **spans)
{
    g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (int));
    g_autoptr (GPtrArray) urls = g_ptr_array_new_with_free_func (wipe_url);
    Reader reader = { .open = open, .urls = urls };
    char *text = read_markup (markup, &reader);

    *spans = take_marks (text, urls);
    return text;
}

char *
tgp_text_plain (const char *markup)
{
    g_autoptr (TalkSpans) spans = NULL;

    return tgp_text_read (markup, &spans);
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

static int
columns_of (const char *c)
{
    gunichar one = g_utf8_get_char (c);

    return g_unichar_iswide (one) ? 2 : !g_unichar_iszerowidth (one);
}

char *
tgp_text_fit (const char *name, int columns)
{
    int behind = columns / 4, before = columns - 1 - behind;
    const char *head = name, *tail = name + strlen (name);

    if (columns == 0 || tgp_text_columns (name) <= columns)
        return g_strdup (name);
    while (before >= columns_of (head)) {
        before -= columns_of (head);
        head = g_utf8_next_char (head);
    }
    for (const char *c = g_utf8_prev_char (tail); behind >= columns_of (c);
         c = g_utf8_prev_char (tail)) {
        behind -= columns_of (c);
        tail = c;
    }
    g_autofree char *first = g_strndup (name, (size_t)(head - name));
    return g_strconcat (first, "\u2026", tail, NULL);
}
