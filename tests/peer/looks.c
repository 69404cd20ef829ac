/* See looks.h. */
#include "looks.h"

#include <stdio.h>
#include <string.h>

static const char *const names[TALK_STYLES] = {
    [TALK_STYLE_BOLD] = "bold",           [TALK_STYLE_ITALIC] = "italic",
    [TALK_STYLE_UNDERLINE] = "underline", [TALK_STYLE_STRIKE] = "strike",
    [TALK_STYLE_CODE] = "code",           [TALK_STYLE_PRE] = "pre",
    [TALK_STYLE_SPOILER] = "spoiler",     [TALK_STYLE_QUOTE] = "quote",
    [TALK_STYLE_LINK] = "link",
};

char *
looks_print (const TalkSpans *spans)
{
    GString *line = g_string_new (NULL);

    for (unsigned i = 0; spans != NULL && i < spans->n; i++) {
        const TalkSpan *span = &spans->all[i];
        g_string_append_printf (line, "%s%s %u-%u", i > 0 ? ", " : "", names[span->style],
                                span->from, span->to);
        if (span->target != NULL)
            g_string_append_printf (line, " %s", span->target);
    }
    return g_string_free (line, FALSE);
}

TalkSpans *
looks_read (const char *line, char **text)
{
    const char *end = strstr (line, ": ");
    g_autofree char *words = g_strndup (line, end != NULL ? (gsize)(end - line) : 0);
    g_auto (GStrv) all = g_strsplit (words, ", ", 0);
    g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (TalkSpan));

    *text = g_strcompress (end != NULL ? end + 2 : line);
    for (char **p = all; *p != NULL; p++) {
        char name[16], target[200] = "";
        TalkSpan span = { 0 };
        if (sscanf (*p, "%15s %u-%u %199s", name, &span.from, &span.to, target) < 3)
            continue;
        for (int style = 0; style < TALK_STYLES; style++)
            if (strcmp (name, names[style]) == 0)
                span.style = (TalkStyle)style;
        span.target = *target != '\0' ? g_intern_string (target) : NULL;
        g_array_append_val (spans, span);
    }
    return talk_spans_new ((const TalkSpan *)(void *)spans->data, spans->len);
}
