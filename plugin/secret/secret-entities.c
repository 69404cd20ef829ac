/* See secret-entities.h: what comes is checked here, whatever offsets it has. */
#include "secret-entities.h"

#include "secret-layer.h"
#include "secret-text.h"
#include "secret.tl.h"
#include "tl-text.h"

#include <string.h>

#define NESTING 101   /* the layer from which on entities may be inside one another */
#define FOUND_MAX 100 /* addresses and names found in one text */

/* Any entity; the first three fields are those of all. */
typedef union SecretEntity {
    SecretMessageEntityBold any;
    SecretMessageEntityPre pre;
    SecretMessageEntityTextUrl link;
} Entity;

static const struct {
    uint32_t id;
    TalkStyle style;
    gboolean written; /* by us; of a style the one that peers know */
} styles[] = {
    { SecretMessageEntityBold_ID, TALK_STYLE_BOLD, TRUE },
    { SecretMessageEntityItalic_ID, TALK_STYLE_ITALIC, TRUE },
    { SecretMessageEntityUnderline_ID, TALK_STYLE_UNDERLINE, TRUE },
    { SecretMessageEntityStrike_ID, TALK_STYLE_STRIKE, TRUE },
    { SecretMessageEntityCode_ID, TALK_STYLE_CODE, TRUE },
    { SecretMessageEntityPre_ID, TALK_STYLE_PRE, TRUE },
    { SecretMessageEntitySpoiler_ID, TALK_STYLE_SPOILER, TRUE },
    { SecretMessageEntityBlockquote_ID, TALK_STYLE_QUOTE, TRUE },
    { SecretMessageEntityBlockquoteMain_ID, TALK_STYLE_QUOTE, FALSE },
    { SecretMessageEntityTextUrl_ID, TALK_STYLE_LINK, TRUE },
};

/* --- what comes --- */

/* Of an entity with a style of ours: which, and where it says to be. */
static gboolean
look_at (const TlObject *object, TalkStyle *style, int32_t *offset, int32_t *length)
{
    const SecretMessageEntityBlockquoteMain *quote =
        TL_AS (object, SecretMessageEntityBlockquoteMain);

    for (size_t i = 0; object != NULL && i < G_N_ELEMENTS (styles); i++) {
        if (styles[i].id != object->id)
            continue;
        const Entity *entity = (const Entity *)(const void *)object;
        *style = styles[i].style;
        *offset = quote != NULL ? quote->offset : entity->any.offset;
        *length = quote != NULL ? quote->length : entity->any.length;
        return TRUE;
    }
    return FALSE;
}

/* Byte positions of all UTF-16 offsets, the end included; inside a character -1. */
static int64_t *
positions (const char *text, size_t *n)
{
    int64_t *map = g_new (int64_t, strlen (text) + 1);

    *n = 0;
    for (const char *p = text;; p = g_utf8_next_char (p)) {
        map[(*n)++] = p - text;
        if (*p == '\0')
            return map;
        if (g_utf8_get_char (p) > 0xffff)
            map[(*n)++] = -1;
    }
}

/* Where it leads, if that is one of the schemes that are opened, and not what is shown. */
static char *
target_of (const SecretMessageEntityTextUrl *link, const char *shown, size_t len)
{
    g_autoptr (SecretText) target = secret_text_line (link->url);

    if (!secret_text_is_target (target) ||
        (strlen (target) == len && strncmp (shown, target, len) == 0))
        return NULL;
    return g_steal_pointer (&target);
}

static void
span_clear (gpointer span)
{
    crypto_text_free ((char *)((TalkSpan *)span)->target);
}

/* Those of the first TALK_SPANS_MAX entities that fit the text. */
static GArray *
find_spans (const char *text, const TlVector *entities)
{
    GArray *spans = g_array_new (FALSE, FALSE, sizeof (TalkSpan));
    g_autofree int64_t *map = NULL;
    size_t n = 0;

    g_array_set_clear_func (spans, span_clear);
    for (size_t i = 0; i < MIN (entities->len, TALK_SPANS_MAX); i++) {
        const TlObject *object = TL_ITEM_OBJ (*entities, i);
        const SecretMessageEntityTextUrl *link =
            TL_AS (object, SecretMessageEntityTextUrl);
        TalkSpan span = { 0 };
        int32_t offset, length;
        if (!look_at (object, &span.style, &offset, &length))
            continue;
        if (map == NULL)
            map = positions (text, &n);
        int64_t end = (int64_t)offset + length;
        if (offset < 0 || length <= 0 || end >= (int64_t)n || map[offset] < 0 ||
            map[end] < 0)
            continue;
        span.from = (uint32_t)map[offset];
        span.to = (uint32_t)map[end];
        if (link != NULL)
            span.target = target_of (link, text + span.from, span.to - span.from);
        if (link == NULL || span.target != NULL)
            g_array_append_val (spans, span);
    }
    return spans;
}

static int
by_end (gconstpointer a, gconstpointer b)
{
    const TalkSpan *x = *(const TalkSpan *const *)a, *y = *(const TalkSpan *const *)b;

    return x->to < y->to ? -1 : x->to > y->to;
}

/* The text with the target behind each link, and where the spans are in it then: what ends
 * with a link ends before its target, what begins there behind it. */
static char *
show_targets (const char *sent, GArray *spans)
{
    g_autoptr (GPtrArray) links = g_ptr_array_new ();
    size_t size = strlen (sent) + 1, at = 0;

    for (unsigned i = 0; i < spans->len; i++) {
        TalkSpan *span = &g_array_index (spans, TalkSpan, i);
        if (span->target == NULL)
            continue;
        g_ptr_array_add (links, span);
        size += strlen (span->target) + strlen (" ()");
    }
    g_ptr_array_sort (links, by_end);
    char *text = g_malloc (size), *end = text;
    g_autofree uint32_t *ends = g_new (uint32_t, links->len + 1);
    for (unsigned i = 0; i < links->len; i++) {
        const TalkSpan *link = g_ptr_array_index (links, i);
        memcpy (end, sent + at, link->to - at);
        end += link->to - at;
        at = ends[i] = link->to;
        end += g_snprintf (end, (gulong)(size - (size_t)(end - text)), " (%s)",
                           link->target);
    }
    memcpy (end, sent + at, strlen (sent + at) + 1);
    g_autofree size_t *lengths = g_new0 (size_t, links->len + 1);
    for (unsigned i = 0; i < links->len; i++)
        lengths[i] =
            strlen (((TalkSpan *)g_ptr_array_index (links, i))->target) + strlen (" ()");
    for (unsigned i = 0; i < spans->len; i++) {
        TalkSpan *span = &g_array_index (spans, TalkSpan, i);
        uint32_t from = span->from, to = span->to;
        for (unsigned j = 0; j < links->len && ends[j] <= to; j++) {
            span->from += ends[j] <= from ? (uint32_t)lengths[j] : 0;
            span->to += ends[j] < to ? (uint32_t)lengths[j] : 0;
        }
    }
    return text;
}

char *
secret_entities_read (TlBytes raw, const TlVector *entities, TalkSpans **spans)
{
    g_autoptr (SecretText) sent =
        raw.len > 0 ? g_utf8_make_valid ((const char *)raw.data, (gssize)raw.len)
                    : g_strdup ("");
    g_autoptr (GArray) found = find_spans (sent, entities);

    *spans = NULL;
    if (found->len == 0)
        return secret_text_clean (TL_BYTES (sent, strlen (sent)));
    g_autoptr (SecretText) text = show_targets (sent, found);
    g_autofree uint32_t *places = g_new (uint32_t, strlen (text) + 1);
    char *clean = tl_text_clean_placed (TL_BYTES (text, strlen (text)), places);
    g_autoptr (TalkSpans) unplaced =
        talk_spans_new ((const TalkSpan *)(void *)found->data, found->len);
    *spans = talk_spans_placed (unplaced, places);
    return clean;
}

/* --- what goes --- */

static uint32_t
id_of (TalkStyle style)
{
    for (size_t i = 0; i < G_N_ELEMENTS (styles); i++)
        if (styles[i].written && styles[i].style == style)
            return styles[i].id;
    return 0;
}

static gboolean
is_kept (const TalkSpan *span, void *layer)
{
    return secret_layer_has (id_of (span->style), *(const int32_t *)layer) &&
           (span->style != TALK_STYLE_LINK || secret_text_is_target (span->target));
}

TalkSpans *
secret_entities_kept (const TalkSpans *spans, int32_t layer)
{
    return talk_spans_some (spans, is_kept, &layer);
}

typedef struct {
    uint32_t id;
    uint32_t from, to; /* bytes */
    const char *target;
} Mark;

static int
by_place (gconstpointer a, gconstpointer b)
{
    const Mark *x = a, *y = b;

    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return x->to > y->to ? -1 : x->to < y->to;
}

static int
by_number (gconstpointer a, gconstpointer b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

/* Cut at each place where one begins or ends; of what covers a piece that which begins last
 * stays, of those the shortest. */
static GArray *
flatten (GArray *marks)
{
    g_autoptr (GArray) cuts = g_array_new (FALSE, FALSE, sizeof (uint32_t));
    GArray *flat = g_array_new (FALSE, FALSE, sizeof (Mark));

    g_array_sort (marks, by_place);
    for (unsigned i = 0; i < marks->len; i++) {
        const Mark *mark = &g_array_index (marks, Mark, i);
        g_array_append_val (cuts, mark->from);
        g_array_append_val (cuts, mark->to);
    }
    g_array_sort (cuts, by_number);
    for (unsigned i = 0; i + 1 < cuts->len; i++) {
        uint32_t from = g_array_index (cuts, uint32_t, i),
                 to = g_array_index (cuts, uint32_t, i + 1);
        const Mark *top = NULL;
        for (unsigned j = 0; from < to && j < marks->len; j++) {
            const Mark *mark = &g_array_index (marks, Mark, j);
            if (mark->from <= from && mark->to >= to)
                top = mark;
        }
        Mark *last = flat->len > 0 ? &g_array_index (flat, Mark, flat->len - 1) : NULL;
        if (top == NULL)
            continue;
        if (last != NULL && last->to == from && last->id == top->id &&
            last->target == top->target) {
            last->to = to;
        } else {
            Mark mark = { top->id, from, to, top->target };
            g_array_append_val (flat, mark);
        }
    }
    g_array_unref (marks);
    return flat;
}

/* --- what a peer cannot see by itself --- */

static gboolean
is_word (gunichar c)
{
    return c == '_' || g_unichar_isalnum (c);
}

/* The end of a #tag behind its sign: letters, digits, and one letter at least. */
static const char *
tag_end (const char *p)
{
    gboolean letter = FALSE;

    for (; is_word (g_utf8_get_char (p)); p = g_utf8_next_char (p))
        letter |= g_unichar_isalpha (g_utf8_get_char (p));
    return letter ? p : NULL;
}

/* The end of a user's name behind the sign. */
static const char *
name_end (const char *p)
{
    const char *end = p;

    while (g_ascii_isalnum (*end) || *end == '_')
        end++;
    return g_ascii_isalpha (*p) && end - p >= 4 && end - p <= 32 &&
                   !is_word (g_utf8_get_char (end))
               ? end
               : NULL;
}

/* The end of a page's address, without what ends the sentence around it. */
static const char *
page_end (const char *p)
{
    size_t scheme = g_ascii_strncasecmp (p, "http://", 7) == 0    ? 7
                    : g_ascii_strncasecmp (p, "https://", 8) == 0 ? 8
                                                                  : 0;
    const char *end = p + scheme;

    if (scheme == 0 || !is_word (g_utf8_get_char (end)))
        return NULL;
    while (*end != '\0' && !g_unichar_isspace (g_utf8_get_char (end)) &&
           strchr ("<>\"", *end) == NULL)
        end = g_utf8_next_char (end);
    while (strchr (".,;:!?'", end[-1]) != NULL ||
           (end[-1] == ')' && memchr (p, '(', (size_t)(end - p)) == NULL))
        end--;
    return end;
}

/* The end of a mail address. */
static const char *
mail_end (const char *p)
{
    const char *at = p, *dot = NULL;

    while (g_ascii_isalnum (*at) || (*at != '\0' && strchr ("._%+-", *at) != NULL))
        at++;
    if (at == p || *at != '@')
        return NULL;
    const char *end = at + 1;
    for (; g_ascii_isalnum (*end) || *end == '-' || *end == '.'; end++)
        if (*end == '.' && g_ascii_isalnum (end[-1]) && g_ascii_isalpha (end[1]))
            dot = end;
    while (end > at && !g_ascii_isalnum (end[-1]))
        end--;
    return dot != NULL && dot < end ? end : NULL;
}

static const char *
word_end (const char *p, uint32_t *id)
{
    const char *end;

    if (*p == '#' || *p == '@') {
        *id = *p == '#' ? SecretMessageEntityHashtag_ID : SecretMessageEntityMention_ID;
        return *p == '#' ? tag_end (p + 1) : name_end (p + 1);
    }
    *id = SecretMessageEntityUrl_ID;
    if ((end = page_end (p)) != NULL)
        return end;
    *id = SecretMessageEntityEmail_ID;
    return mail_end (p);
}

/* It touches code, or a link that leads elsewhere. */
static gboolean
is_taken (const TalkSpans *spans, const Mark *mark)
{
    for (unsigned i = 0; spans != NULL && i < spans->n; i++) {
        const TalkSpan *span = &spans->all[i];
        if ((span->style == TALK_STYLE_CODE || span->style == TALK_STYLE_PRE ||
             span->style == TALK_STYLE_LINK) &&
            span->from < mark->to && span->to > mark->from)
            return TRUE;
    }
    return FALSE;
}

static void
find_words (const char *text, const TalkSpans *spans, GArray *marks)
{
    gunichar before = 0;
    unsigned n = 0;

    for (const char *p = text, *next; *p != '\0' && n < FOUND_MAX; p = next) {
        uint32_t id = 0;
        const char *end = is_word (before) ? NULL : word_end (p, &id);
        next = end != NULL ? end : g_utf8_next_char (p);
        Mark mark = { id, (uint32_t)(p - text), (uint32_t)(next - text), NULL };
        before = g_utf8_get_char (g_utf8_prev_char (next));
        if (end == NULL || is_taken (spans, &mark))
            continue;
        g_array_append_val (marks, mark);
        n++;
    }
}

/* --- written --- */

static Entity
entity_of (const Mark *mark, const uint32_t *units)
{
    int32_t offset = (int32_t)units[mark->from],
            length = (int32_t)(units[mark->to] - units[mark->from]);
    Entity entity = { .any = { { mark->id }, offset, length } };

    if (mark->id == SecretMessageEntityTextUrl_ID)
        entity.link.url = TL_STR (mark->target);
    if (mark->id == SecretMessageEntityPre_ID)
        entity.pre.language = TL_STR (""); /* never said */
    return entity;
}

void
secret_entities_write (const char *text, const TalkSpans *spans, int32_t layer,
                       SecretEntities *out)
{
    TalkSpans *kept = secret_entities_kept (spans, layer);
    GArray *marks = g_array_new (FALSE, FALSE, sizeof (Mark));
    size_t len = strlen (text);

    *out = (SecretEntities){ .spans = kept };
    for (unsigned i = 0; kept != NULL && i < kept->n; i++) {
        const TalkSpan *span = &kept->all[i];
        Mark mark = { id_of (span->style), span->from, span->to, span->target };
        if (span->to <= len)
            g_array_append_val (marks, mark);
    }
    find_words (text, kept, marks);
    if (layer < NESTING)
        marks = flatten (marks);
    g_array_sort (marks, by_place);
    if (marks->len > 0) {
        g_autofree uint32_t *units = g_new0 (uint32_t, len + 1);
        uint32_t unit = 0;
        for (const char *p = text;; p = g_utf8_next_char (p)) {
            units[p - text] = unit;
            if (*p == '\0')
                break;
            unit += g_utf8_get_char (p) > 0xffff ? 2 : 1;
        }
        out->all = g_new0 (Entity, marks->len);
        out->objects = g_new0 (const TlObject *, marks->len);
        for (unsigned i = 0; i < marks->len; i++) {
            out->all[i] = entity_of (&g_array_index (marks, Mark, i), units);
            out->objects[i] = TL_OBJ (&out->all[i].any);
        }
        out->vector = (TlVector){ out->objects, marks->len };
    }
    g_array_unref (marks);
}

void
secret_entities_clear (SecretEntities *entities)
{
    g_free (entities->all);
    g_free (entities->objects);
    talk_spans_unref (entities->spans);
    memset (entities, 0, sizeof *entities);
}
