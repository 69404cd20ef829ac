/* See talk-spans.h. */
#include "talk-spans.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    TalkSpans spans;
    int refs;
} Shared;

/* By place, the longest first, so that what is inside another one comes behind it. */
static int
by_place (gconstpointer a, gconstpointer b)
{
    const TalkSpan *x = a, *y = b;

    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    if (x->to != y->to)
        return x->to > y->to ? -1 : 1;
    return (int)x->style - (int)y->style;
}

/* Of one style what overlaps or touches is one, so that nothing begins twice. `last`: the
 * one of that style before it. */
static gboolean
grows (TalkSpan *last, const TalkSpan *next)
{
    if (last == NULL || next->from > last->to ||
        g_strcmp0 (last->target, next->target) != 0 ||
        (next->style == TALK_STYLE_LINK && next->from == last->to))
        return FALSE;
    last->to = MAX (last->to, next->to);
    return TRUE;
}

TalkSpans *
talk_spans_new (const TalkSpan *spans, size_t n)
{
    g_autofree TalkSpan *sorted = g_memdup2 (spans, n * sizeof *spans);
    TalkSpan *last[TALK_STYLES] = { NULL };
    GArray *kept = g_array_new (FALSE, FALSE, sizeof (TalkSpan));

    if (n > 0)
        qsort (sorted, n, sizeof *sorted, by_place);
    g_array_set_size (kept, (unsigned)MIN (n, TALK_SPANS_MAX));
    g_array_set_size (kept, 0); /* it does not move any more: `last` points into it */
    for (size_t i = 0; i < n && kept->len < TALK_SPANS_MAX; i++) {
        TalkSpan span = sorted[i];
        if (span.from >= span.to || (unsigned)span.style >= TALK_STYLES ||
            grows (last[span.style], &span))
            continue;
        span.target = g_strdup (span.target);
        g_array_append_val (kept, span);
        last[span.style] = &g_array_index (kept, TalkSpan, kept->len - 1);
    }
    if (kept->len == 0) {
        g_array_unref (kept);
        return NULL;
    }
    /* one that grew may begin together with another and be longer now */
    qsort (kept->data, kept->len, sizeof (TalkSpan), by_place);
    Shared *shared = g_new0 (Shared, 1);
    shared->refs = 1;
    shared->spans.n = kept->len;
    shared->spans.all = (const TalkSpan *)(void *)g_array_free (kept, FALSE);
    return &shared->spans;
}

TalkSpans *
talk_spans_ref (const TalkSpans *spans)
{
    Shared *shared = (Shared *)(void *)spans;

    if (shared == NULL)
        return NULL;
    shared->refs++;
    return &shared->spans;
}

void
talk_spans_unref (TalkSpans *spans)
{
    Shared *shared = (Shared *)(void *)spans;

    if (shared == NULL || --shared->refs > 0)
        return;
    for (unsigned i = 0; i < spans->n; i++)
        if (spans->all[i].target != NULL) {
            explicit_bzero ((char *)spans->all[i].target, strlen (spans->all[i].target));
            g_free ((char *)spans->all[i].target);
        }
    g_free ((TalkSpan *)spans->all);
    g_free (shared);
}

TalkSpans *
talk_spans_part (const TalkSpans *spans, size_t from, size_t len)
{
    g_autoptr (GArray) part = g_array_new (FALSE, FALSE, sizeof (TalkSpan));

    for (unsigned i = 0; spans != NULL && i < spans->n; i++) {
        TalkSpan span = spans->all[i];
        if (span.to <= from || span.from >= from + len)
            continue;
        span.from = (uint32_t)(MAX (span.from, from) - from);
        span.to = (uint32_t)(MIN (span.to, from + len) - from);
        g_array_append_val (part, span);
    }
    return talk_spans_new ((const TalkSpan *)(void *)part->data, part->len);
}

TalkSpans *
talk_spans_moved (const TalkSpans *spans, size_t by)
{
    if (by == 0 || spans == NULL)
        return talk_spans_ref (spans);
    g_autofree TalkSpan *moved = g_memdup2 (spans->all, spans->n * sizeof *moved);
    for (unsigned i = 0; i < spans->n; i++) {
        moved[i].from += (uint32_t)by;
        moved[i].to += (uint32_t)by;
    }
    return talk_spans_new (moved, spans->n);
}

TalkSpans *
talk_spans_placed (const TalkSpans *spans, const uint32_t *places)
{
    if (spans == NULL)
        return NULL;
    g_autofree TalkSpan *placed = g_memdup2 (spans->all, spans->n * sizeof *placed);
    for (unsigned i = 0; i < spans->n; i++) {
        placed[i].from = places[placed[i].from];
        placed[i].to = places[placed[i].to];
    }
    return talk_spans_new (placed, spans->n);
}

TalkSpans *
talk_spans_some (const TalkSpans *spans, TalkSpanFunc which, void *user)
{
    g_autoptr (GArray) some = g_array_new (FALSE, FALSE, sizeof (TalkSpan));

    for (unsigned i = 0; spans != NULL && i < spans->n; i++)
        if (which (&spans->all[i], user))
            g_array_append_val (some, spans->all[i]);
    return talk_spans_new ((const TalkSpan *)(void *)some->data, some->len);
}
