/* See tgp-markup.h. Three steps, each of which says where its text went: signs, what would
 * be forged, tags. */
#include "tgp-markup.h"

#include "tgp-frontend.h"
#include "tgp-text.h"

#include <string.h>

/* Around what a front end does not draw; a link's target stands behind it anyway. */
static const char *const signs[TALK_STYLES] = {
    [TALK_STYLE_BOLD] = "*",     [TALK_STYLE_ITALIC] = "_", [TALK_STYLE_UNDERLINE] = "_",
    [TALK_STYLE_STRIKE] = "~",   [TALK_STYLE_CODE] = "`",   [TALK_STYLE_PRE] = "`",
    [TALK_STYLE_SPOILER] = "||",
};
#define QUOTED "> " /* before each line of a quote, in every front end */

static gboolean
is_drawn (TalkStyle style)
{
    return tgp_frontend ()->tags != NULL && (*tgp_frontend ()->tags)[style].open != NULL;
}

/* --- signs --- */

typedef struct {
    uint32_t at;
    gboolean ends;
    int order; /* at one place: what began last ends first */
    const char *text;
} Sign;

static int
by_place (gconstpointer a, gconstpointer b)
{
    const Sign *x = a, *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (x->ends != y->ends)
        return x->ends ? -1 : 1;
    return x->order - y->order;
}

static void
add_sign (GArray *all, uint32_t at, gboolean ends, int order, const char *text)
{
    Sign sign = { at, ends, order, text };

    g_array_append_val (all, sign);
}

static GArray *
find_signs (const char *text, const TalkSpans *spans)
{
    GArray *all = g_array_new (FALSE, FALSE, sizeof (Sign));

    for (unsigned i = 0; spans != NULL && i < spans->n; i++) {
        const TalkSpan *span = &spans->all[i];
        int order = (int)i + 1;
        if (span->style == TALK_STYLE_QUOTE) {
            add_sign (all, span->from, FALSE, -order, QUOTED);
            for (uint32_t at = span->from; at + 1 < span->to; at++)
                if (text[at] == '\n')
                    add_sign (all, at + 1, FALSE, -order, QUOTED);
        } else if (signs[span->style] != NULL && !is_drawn (span->style)) {
            add_sign (all, span->from, FALSE, order, signs[span->style]);
            add_sign (all, span->to, TRUE, -order, signs[span->style]);
        }
    }
    g_array_sort (all, by_place);
    return all;
}

/* Where that is in the text with its signs; `ends`: before those that begin there. */
static uint32_t
moved (const GArray *all, uint32_t at, gboolean ends)
{
    uint32_t by = 0;

    for (unsigned i = 0; i < all->len; i++) {
        const Sign *sign = &g_array_index (all, Sign, i);
        if (sign->at > at || (sign->at == at && ends && !sign->ends))
            break;
        by += (uint32_t)strlen (sign->text);
    }
    return at + by;
}

/* The text with its signs; *spans becomes what is still to be drawn. */
static char *
add_signs (const char *text, TalkSpans **spans)
{
    g_autoptr (GArray) all = find_signs (text, *spans);
    g_autoptr (GArray) drawn = g_array_new (FALSE, FALSE, sizeof (TalkSpan));
    GString *out = g_string_new (NULL);
    size_t at = 0;

    for (unsigned i = 0; i < all->len; i++) {
        const Sign *sign = &g_array_index (all, Sign, i);
        g_string_append_len (out, text + at, (gssize)(sign->at - at));
        g_string_append (out, sign->text);
        at = sign->at;
    }
    g_string_append (out, text + at);
    for (unsigned i = 0; *spans != NULL && i < (*spans)->n; i++) {
        TalkSpan span = (*spans)->all[i];
        if (!is_drawn (span.style))
            continue;
        span.from = moved (all, span.from, FALSE);
        span.to = moved (all, span.to, TRUE);
        g_array_append_val (drawn, span);
    }
    talk_spans_unref (*spans);
    *spans = talk_spans_new ((const TalkSpan *)(void *)drawn->data, drawn->len);
    return g_string_free (out, FALSE);
}

/* --- tags --- */

/* A link is opened anew for each piece: what is beyond stays text, with its target behind. */
#define TARGETS_MAX 65536 /* bytes of all of them */

typedef struct {
    GString *out;
    gboolean on[TALK_STYLES];
    const char *target;
    size_t targets; /* bytes of those that were written */
} Writer;

/* FALSE: what it shows could be taken for an address, which is then made a link of its own:
 * where it leads stands behind it. */
static gboolean
is_no_address (const TalkSpan *span, void *text)
{
    return span->style != TALK_STYLE_LINK ||
           strcspn ((const char *)text + span->from, ".:/@") >= span->to - span->from;
}

static void
open_tags (Writer *writer)
{
    for (int style = 0; style < TALK_STYLES; style++) {
        if (!writer->on[style])
            continue;
        g_string_append (writer->out, (*tgp_frontend ()->tags)[style].open);
        if (style == TALK_STYLE_LINK) {
            g_autofree char *target = g_markup_escape_text (writer->target, -1);
            g_string_append_printf (writer->out, "%s\">", target);
        }
    }
}

static void
close_tags (Writer *writer)
{
    for (int style = TALK_STYLES - 1; style >= 0; style--)
        if (writer->on[style])
            g_string_append (writer->out, (*tgp_frontend ()->tags)[style].close);
}

/* A line ends: so does every tag, as some front ends send each line by itself. */
static void
write_piece (Writer *writer, const char *text, size_t len)
{
    for (const char *end = text + len; text <= end;) {
        const char *line = memchr (text, '\n', (size_t)(end - text));
        const char *to = line != NULL ? line : end;
        if (to > text) {
            if (writer->on[TALK_STYLE_LINK]) {
                writer->targets += strlen (writer->target);
                writer->on[TALK_STYLE_LINK] = writer->targets <= TARGETS_MAX;
            }
            g_autofree char *escaped = g_markup_escape_text (text, to - text);
            open_tags (writer);
            g_string_append (writer->out, escaped);
            close_tags (writer);
            tgp_text_wipe (g_steal_pointer (&escaped));
        }
        if (line == NULL)
            break;
        g_string_append (writer->out, "<BR>");
        text = line + 1;
    }
}

static int
by_number (gconstpointer a, gconstpointer b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

/* All pieces are tagged anew, so that tags are never crossed. */
static char *
add_tags (const char *text, const TalkSpans *all)
{
    g_autoptr (TalkSpans) spans = talk_spans_some (all, is_no_address, (void *)text);
    g_autoptr (GArray) cuts = g_array_new (FALSE, FALSE, sizeof (uint32_t));
    Writer writer = { .out = g_string_new (NULL) };
    uint32_t at = 0, len = (uint32_t)strlen (text);

    for (unsigned i = 0; spans != NULL && i < spans->n; i++) {
        g_array_append_val (cuts, spans->all[i].from);
        g_array_append_val (cuts, spans->all[i].to);
    }
    g_array_append_val (cuts, len);
    g_array_sort (cuts, by_number);
    for (unsigned i = 0, first = 0; i < cuts->len; i++) {
        uint32_t to = g_array_index (cuts, uint32_t, i);
        if (to == at)
            continue;
        memset (writer.on, 0, sizeof writer.on);
        while (spans != NULL && first < spans->n && spans->all[first].to <= at)
            first++; /* what begins before may end behind: those are looked at, too */
        for (unsigned k = first; spans != NULL && k < spans->n; k++) {
            const TalkSpan *span = &spans->all[k];
            if (span->from > at)
                break;
            if (span->to <= at)
                continue;
            writer.on[span->style] = TRUE;
            if (span->style == TALK_STYLE_LINK)
                writer.target = span->target;
        }
        write_piece (&writer, text + at, to - at);
        at = to;
    }
    return g_string_free (writer.out, FALSE);
}

/* --- both --- */

char *
tgp_markup_person (const char *text, const TalkSpans *spans, gboolean answers)
{
    g_autoptr (TalkSpans) looks = talk_spans_ref (spans);
    g_autofree char *signed_text = add_signs (text, &looks);
    g_autofree uint32_t *places =
        looks != NULL ? g_new (uint32_t, strlen (signed_text) + 1) : NULL;
    g_autofree char *unforged = tgp_line_unforged (signed_text, answers, places);
    g_autoptr (TalkSpans) placed = talk_spans_placed (looks, places);
    char *markup = add_tags (unforged, placed);

    tgp_text_wipe (g_steal_pointer (&signed_text));
    tgp_text_wipe (g_steal_pointer (&unforged));
    return markup;
}

char *
tgp_markup_own (const char *text, const TalkSpans *spans)
{
    g_autoptr (TalkSpans) looks = talk_spans_ref (spans);
    g_autofree char *signed_text = add_signs (text, &looks);
    char *markup = add_tags (signed_text, looks);

    tgp_text_wipe (g_steal_pointer (&signed_text));
    return markup;
}
