/* How pieces of a text look: bold here, a link there. Immutable and shared: whoever keeps one
 * takes a reference; NULL is "plain all through", and every function takes it for that. */
#pragma once

#include <glib.h>
#include <stdint.h>

/* Stored: numbers stay. */
typedef enum {
    TALK_STYLE_BOLD,
    TALK_STYLE_ITALIC,
    TALK_STYLE_UNDERLINE,
    TALK_STYLE_STRIKE,
    TALK_STYLE_CODE,
    TALK_STYLE_PRE, /* code of several lines */
    TALK_STYLE_SPOILER,
    TALK_STYLE_QUOTE,
    TALK_STYLE_LINK, /* leads to `target`, which is not what it shows */
} TalkStyle;
#define TALK_STYLES (TALK_STYLE_LINK + 1)

#define TALK_SPANS_MAX 1000 /* of one text; further ones are dropped (SC-I6) */

typedef struct {
    TalkStyle style;
    uint32_t from, to;  /* bytes of the text, between characters; from < to */
    const char *target; /* of LINK; else NULL */
} TalkSpan;

typedef struct {
    unsigned n;
    const TalkSpan *all; /* by `from`, of those that begin together the longest first; of
                            one style none overlap, save LINKs of other targets */
} TalkSpans;

/* Takes them in any order; what is empty goes, as does what is beyond TALK_SPANS_MAX;
 * targets are copied. */
TalkSpans *talk_spans_new (const TalkSpan *spans, size_t n);
TalkSpans *talk_spans_ref (const TalkSpans *spans);
void talk_spans_unref (TalkSpans *spans); /* the last one wipes the targets */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TalkSpans, talk_spans_unref)
/* As they are in bytes `from` to `from + len` of the text, counted from there on. */
TalkSpans *talk_spans_part (const TalkSpans *spans, size_t from, size_t len);
/* As they are with `by` more bytes in front of the text. */
TalkSpans *talk_spans_moved (const TalkSpans *spans, size_t by);
/* `places`: where each byte of the text stands in another one; the end, too. */
TalkSpans *talk_spans_placed (const TalkSpans *spans, const uint32_t *places);
/* Only those of which `which` says TRUE. */
typedef gboolean (*TalkSpanFunc) (const TalkSpan *span, void *user);
TalkSpans *talk_spans_some (const TalkSpans *spans, TalkSpanFunc which, void *user);
