/* How texts look, on the wire and to people (SECRET-CHATS.md section I). */
#include "looks.h"
#include "secret-entities.h"
#include "secret-layer.h"
#include "secret-text.h"
#include "secret.tl.h"
#include "spell.h"

#include <string.h>

/* --- in --- */

typedef struct {
    uint32_t id;
    int32_t offset, length;
    const char *url;
} Given;

static char *
read_given (const char *text, const Given *given, size_t n, TalkSpans **spans)
{
    g_autofree SecretMessageEntityTextUrl *all =
        g_new0 (SecretMessageEntityTextUrl, n + 1);
    g_autofree const TlObject **objects = g_new0 (const TlObject *, n + 1);

    for (size_t i = 0; i < n; i++) {
        all[i] =
            (SecretMessageEntityTextUrl){ { given[i].id },
                                          given[i].offset,
                                          given[i].length,
                                          given[i].url != NULL ? TL_STR (given[i].url)
                                                               : TL_STR ("") };
        objects[i] = &all[i].base;
    }
    TlVector vector = { objects, n };
    return secret_entities_read (TL_STR (text), &vector, spans);
}

#define BOLD SecretMessageEntityBold_ID
#define ITALIC SecretMessageEntityItalic_ID
#define URL SecretMessageEntityTextUrl_ID

/* SC-I6: offsets are UTF-16's: letters of two bytes, of three, pairs, right to left; what
 * does not fit goes, the text stays; targets are beside what they hide behind */
static void
offsets_are_those_of_utf16 (void)
{
    static const struct {
        const char *text;
        Given given[4];
        const char *want, *spans;
    } rows[] = {
        { "plain bold", { { BOLD, 6, 4, NULL } }, "plain bold", "bold 6-10" },
        { "\u00e4\u20ac\U0001f600 bold",
          { { BOLD, 5, 4, NULL } },
          "\u00e4\u20ac\U0001f600 bold",
          "bold 10-14" },
        { "\U0001f600\U0001f600 x",
          { { BOLD, 2, 2, NULL } },
          "\U0001f600\U0001f600 x",
          "bold 4-8" },
        { "\U0001f600 x",
          { { BOLD, 1, 2, NULL }, { BOLD, 0, 1, NULL } },
          "\U0001f600 x",
          "" },
        { "\u05e9\u05dc\u05d5\u05dd x",
          { { ITALIC, 0, 4, NULL } },
          "\u05e9\u05dc\u05d5\u05dd x",
          "italic 0-8" },
        { "abc",
          { { BOLD, -1, 2, NULL },
            { BOLD, 0, 0, NULL },
            { BOLD, 2, 2, NULL },
            { BOLD, 0, -1, NULL } },
          "abc",
          "" },
        { "abc",
          { { BOLD, INT32_MAX, 1, NULL },
            { BOLD, 1, INT32_MAX, NULL },
            { BOLD, INT32_MAX, INT32_MAX, NULL },
            { BOLD, INT32_MIN, INT32_MIN, NULL } },
          "abc",
          "" },
        { "abc",
          { { BOLD, 0, 3, NULL }, { ITALIC, 1, 1, NULL } },
          "abc",
          "bold 0-3, italic 1-2" },
        { "abcdef",
          { { BOLD, 2, 4, NULL }, { BOLD, 0, 4, NULL } },
          "abcdef",
          "bold 0-6" },
        { "abcdef",
          { { BOLD, 0, 4, NULL }, { ITALIC, 2, 4, NULL } },
          "abcdef",
          "bold 0-4, italic 2-6" },
        { "a link here",
          { { URL, 2, 4, "http://t/" } },
          "a link (http://t/) here",
          "link 2-6 http://t/" },
        { "ab",
          { { URL, 0, 1, "http://t/" },
            { BOLD, 0, 1, NULL },
            { ITALIC, 1, 1, NULL },
            { BOLD, 0, 2, NULL } },
          "a (http://t/)b",
          "bold 0-14, link 0-1 http://t/, italic 13-14" },
        { "http://t/", { { URL, 0, 9, "http://t/" } }, "http://t/", "" },
        { "go", { { URL, 0, 2, "javascript:alert(1)" } }, "go", "" },
        { "go", { { URL, 0, 2, "file:///etc/passwd" } }, "go", "" },
        { "go", { { URL, 0, 2, "data:text/html,x" } }, "go", "" },
        { "go",
          { { URL, 0, 2, "mailto:a@b" } },
          "go (mailto:a@b)",
          "link 0-2 mailto:a@b" },
        { "go",
          { { URL, 0, 2, "tg://resolve?domain=x" } },
          "go (tg://resolve?domain=x)",
          "link 0-2 tg://resolve?domain=x" },
        { "go",
          { { URL, 0, 2, "http://x/\u202egpj" } },
          "go (http://x/gpj)",
          "link 0-2 http://x/gpj" },
        { "go",
          { { SecretMessageEntityCustomEmoji_ID, 0, 2, NULL },
            { SecretMessageEntityMention_ID, 0, 2, NULL } },
          "go",
          "" },
        /* characters that nobody is shown do not move what is behind them */
        { "a\u202eb\rc",
          { { BOLD, 2, 1, NULL }, { ITALIC, 3, 2, NULL } },
          "ab\nc",
          "bold 1-2, italic 2-4" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (TalkSpans) spans = NULL;
        size_t n = 0;
        while (n < 4 && rows[i].given[n].id != 0)
            n++;
        g_autofree char *text = read_given (rows[i].text, rows[i].given, n, &spans);
        g_autofree char *got = looks_print (spans);
        g_test_message ("row %zu", i);
        g_assert_cmpstr (text, ==, rows[i].want);
        g_assert_cmpstr (got, ==, rows[i].spans);
    }
}

/* SC-I6 SC-B20: of 10,000 the first thousand count, whatever they overlap; each span lies
 * between two characters of the text */
static void
ten_thousand_overlap (void)
{
    enum { N = 10000, LETTERS = 3000 };
    g_autofree Given *given = g_new0 (Given, N);
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (TalkSpans) spans = NULL;
    static const uint32_t ids[] = { BOLD, ITALIC, URL, SecretMessageEntityStrike_ID,
                                    SecretMessageEntitySpoiler_ID };

    for (int i = 0; i < LETTERS; i++)
        g_string_append (text, i % 3 == 0 ? "\U0001f600" : "x");
    for (int i = 0; i < N; i++)
        given[i] =
            (Given){ ids[i % 5], (i * 7) % LETTERS, 1 + (i * 13) % 900, "http://t/" };
    given[999] = (Given){ SecretMessageEntityUnderline_ID, 0, 2, NULL };
    given[1000] = (Given){ SecretMessageEntityCode_ID, 0, 2, NULL };
    g_autofree char *shown = read_given (text->str, given, N, &spans);
    gboolean last = FALSE;
    g_assert_cmpuint (spans->n, <=, TALK_SPANS_MAX);
    for (unsigned i = 0; i < spans->n; i++) {
        const TalkSpan *span = &spans->all[i];
        g_assert_cmpuint (span->from, <, span->to);
        g_assert_cmpuint (span->to, <=, strlen (shown));
        g_assert_true (g_utf8_validate (shown + span->from, span->to - span->from, NULL));
        last |= span->style == TALK_STYLE_UNDERLINE;
        g_assert_cmpint (span->style, !=, TALK_STYLE_CODE);
    }
    g_assert_true (last);
}

/* --- out --- */

static const char *
name_of (const TlObject *entity)
{
    return tl_id_name (&tl_secret_schema, entity->id) + strlen ("messageEntity");
}

/* What is written of that text with these spans in that layer. */
static char *
written (const char *text, const TalkSpan *spans, size_t n, int32_t layer)
{
    g_autoptr (TalkSpans) looks = talk_spans_new (spans, n);
    g_auto (SecretEntities) entities = { 0 };
    GString *line = g_string_new (NULL);

    secret_entities_write (text, looks, layer, &entities);
    for (size_t i = 0; i < entities.vector.len; i++) {
        const TlObject *object = TL_ITEM_OBJ (entities.vector, i);
        const SecretMessageEntityTextUrl *link =
            TL_AS (object, SecretMessageEntityTextUrl);
        const SecretMessageEntityBold *any = (const void *)object;
        g_assert_true (secret_layer_has (object->id, layer));
        g_string_append_printf (line, "%s%s %d+%d", i > 0 ? ", " : "", name_of (object),
                                any->offset, any->length);
        if (link != NULL)
            g_string_append_printf (line, " %.*s", (int)link->url.len,
                                    (const char *)link->url.data);
    }
    return g_string_free (line, FALSE);
}

/* SC-I5: each style in the layers that have it; the text never changes; below 101 nothing is
 * inside another one */
static void
each_layer_has_its_entities (void)
{
    static const TalkSpan all[] = {
        { TALK_STYLE_BOLD, 0, 1, NULL },        { TALK_STYLE_ITALIC, 1, 2, NULL },
        { TALK_STYLE_UNDERLINE, 2, 3, NULL },   { TALK_STYLE_STRIKE, 3, 4, NULL },
        { TALK_STYLE_CODE, 4, 5, NULL },        { TALK_STYLE_PRE, 5, 6, NULL },
        { TALK_STYLE_SPOILER, 6, 7, NULL },     { TALK_STYLE_QUOTE, 7, 8, NULL },
        { TALK_STYLE_LINK, 8, 9, "http://t/" },
    };
    static const TalkSpan nested[] = {
        { TALK_STYLE_BOLD, 0, 10, NULL },
        { TALK_STYLE_ITALIC, 3, 5, NULL },
        { TALK_STYLE_UNDERLINE, 4, 12, NULL },
        { TALK_STYLE_CODE, 8, 12, NULL },
    };
    static const TalkSpan bad[] = { { TALK_STYLE_LINK, 0, 2, "javascript:x" } };
    static const TalkSpan pair[] = { { TALK_STYLE_BOLD, 6, 8, NULL } };
    static const struct {
        const char *text;
        const TalkSpan *spans;
        size_t n;
        int32_t layer;
        const char *want;
    } rows[] = {
        { "123456789", all, 9, 73,
          "Bold 0+1, Italic 1+1, Code 4+1, Pre 5+1, TextUrl 8+1 http://t/" },
        { "123456789", all, 9, 101,
          "Bold 0+1, Italic 1+1, Underline 2+1, Strike 3+1, Code 4+1, Pre 5+1, "
          "Blockquote 7+1, TextUrl 8+1 http://t/" },
        { "123456789", all, 9, 144,
          "Bold 0+1, Italic 1+1, Underline 2+1, Strike 3+1, Code 4+1, Pre 5+1, "
          "Spoiler 6+1, Blockquote 7+1, TextUrl 8+1 http://t/" },
        { "0123456789ab", nested, 4, 73, "Bold 0+3, Italic 3+2, Bold 5+3, Code 8+4" },
        { "0123456789ab", nested, 4, 101,
          "Bold 0+10, Italic 3+2, Underline 4+8, Code 8+4" },
        { "go", bad, 1, 144, "" },
        { "\U0001f600\u00e4bc", pair, 1, 144, "Bold 3+2" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autofree char *got =
            written (rows[i].text, rows[i].spans, rows[i].n, rows[i].layer);
        g_test_message ("row %zu", i);
        g_assert_cmpstr (got, ==, rows[i].want);
    }
}

/* SC-I5: what a peer does not look for itself is said: addresses, names, tags; never what
 * only looks like one, nor inside code */
static void
addresses_names_and_tags_are_said (void)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        { "see http://x.org/a?b=c#d.", "Url 4+20" },
        { "(https://x.org/a_(b))", "Url 1+20" },
        { "(see https://x.org)", "Url 5+13" },
        { "HTTPS://X.ORG", "Url 0+13" },
        { "http:// x", "" },
        { "xhttp://x.org", "" },
        { "write to a.b+c@x.org, please", "Email 9+11" },
        { "a@b", "" },
        { "hi @alice!", "Mention 3+6" },
        { "@ab @1abcd @\u00e4bcde", "" },
        { "a@alice", "" },
        { "#tag and #\u05e9\u05dc\u05d5\u05dd #1 # x#y", "Hashtag 0+4, Hashtag 9+5" },
        { "\U0001f600 #a", "Hashtag 3+2" },
        { "", "" },
    };
    static const TalkSpan code[] = { { TALK_STYLE_CODE, 0, 8, NULL } };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autofree char *got = written (rows[i].text, NULL, 0, 73);
        g_test_message ("row %zu", i);
        g_assert_cmpstr (got, ==, rows[i].want);
    }
    g_autofree char *inside = written ("x #a @abcd #b", code, 1, 101);
    g_assert_cmpstr (inside, ==, "Code 0+8, Hashtag 11+2");
}

/* --- kept --- */

typedef struct {
    char *last; /* of the newest message */
    unsigned n;
} Looks;

static void
watch_cb (World *w, End *end, const TalkEvent *event)
{
    Looks *looks = w->user;

    if (event->kind != TALK_EVENT_MESSAGE)
        return;
    g_free (looks->last);
    looks->last = looks_print (event->u.message.spans);
    looks->n++;
}

/* SC-I6, DECISIONS 23: what was not seen looks the same after a new start, and goes with its
 * text */
static void
what_waits_keeps_its_looks (World *w)
{
    End *bob = w->bob;
    Looks looks = { NULL, 0 };

    w->watch = watch_cb;
    w->user = &looks;
    send_spelled (w, w->alice,
                  "91cc4674 i128 l7 i0 '%s' v3 bd610bc9 i3 i4 32ca960f i3 i4 76a6d327 i3 "
                  "i4 'http://t/'",
                  "\U0001f600 bold");
    g_assert_cmpstr (looks.last, ==, "bold 5-9, spoiler 5-9, link 5-9 http://t/");
    end_restarts (bob, NULL, NULL);
    g_assert_cmpuint (looks.n, ==, 2);
    g_assert_cmpstr (looks.last, ==, "bold 5-9, spoiler 5-9, link 5-9 http://t/");
    end_sees (bob);
    g_assert_null (secret_note_find (bob->chat, 7)->spans);
    end_restarts (bob, NULL, NULL);
    g_assert_cmpuint (looks.n, ==, 2);
    g_free (looks.last);
}

/* SC-I5: as the sender formatted it, in the layer that both have */
static void
what_is_sent_arrives (World *w)
{
    static const TalkSpan spans[] = { { TALK_STYLE_BOLD, 5, 9, NULL },
                                      { TALK_STYLE_SPOILER, 7, 9, NULL },
                                      { TALK_STYLE_LINK, 0, 4, "https://x.org/" } };
    g_autoptr (TalkSpans) looks = talk_spans_new (spans, 3);
    TalkTyped typed = { .text = "\U0001f600 bold", .spans = looks };
    Looks told = { NULL, 0 };
    int64_t id;

    w->watch = watch_cb;
    w->user = &told;
    w->lawless = TRUE;
    g_assert_cmpint (secret_chat_send (w->alice->chat, &typed, FALSE, w->now, &id), ==,
                     TALK_DONE);
    end_turn (w->alice);
    world_run (w);
    g_assert_cmpstr (told.last, ==, "link 0-4 https://x.org/, bold 22-26, spoiler 24-26");
    g_free (told.last);
}

static void
draft_cb (int64_t random_id, const char *text, const TalkSpans *spans, void *user)
{
    Looks *looks = user;

    g_free (looks->last);
    looks->last = looks_print (spans);
    looks->n++;
}

/* SC-A33 SC-I5: what is typed before the chat is ready keeps its looks over a start; it is
 * sent with those that the layer of that moment has */
static void
a_draft_keeps_its_looks (void)
{
    static const TalkSpan spans[] = { { TALK_STYLE_BOLD, 0, 4, NULL },
                                      { TALK_STYLE_UNDERLINE, 5, 10, NULL } };
    g_autoptr (World) w = world_new (5, WORLD_TOY);
    g_autoptr (TalkSpans) looks = talk_spans_new (spans, 2);
    TalkTyped typed = { .text = "bold under", .spans = looks };
    Looks told = { NULL, 0 };
    int64_t id;

    w->watch = watch_cb;
    w->user = &told;
    w->lawless = TRUE;
    w->bob->thinks = TRUE;
    end_asks (w->alice);
    world_run (w);
    g_autoptr (TalkSpans) shown = secret_chat_spans (w->alice->chat, looks);
    g_assert_cmpuint (shown->n, ==, 2);
    g_assert_cmpint (secret_chat_send (w->alice->chat, &typed, FALSE, w->now, &id), ==,
                     TALK_DONE);
    end_turn (w->alice);
    end_restarts (w->alice, NULL, NULL);
    secret_chat_each_draft (w->alice->chat, draft_cb, &told);
    g_assert_cmpstr (told.last, ==, "bold 0-4, underline 5-10");
    end_accepts (w->bob);
    world_run (w);
    g_assert_cmpuint (told.n, ==, 2);
    g_assert_cmpstr (told.last, ==, "bold 0-4");
    g_free (told.last);
}

static const Story stories[] = {
    STORY (what_waits_keeps_its_looks, PLAIN),
    STORY (what_is_sent_arrives, PLAIN),
};

int
main (int argc, char **argv)
{
    stories_init (&argc, &argv);
#define ADD(f) g_test_add_func ("/secret/entities/" #f, f)
    ADD (offsets_are_those_of_utf16);
    ADD (ten_thousand_overlap);
    ADD (each_layer_has_its_entities);
    ADD (addresses_names_and_tags_are_said);
    ADD (a_draft_keeps_its_looks);
    stories_add ("entities", stories, G_N_ELEMENTS (stories));
    return g_test_run ();
}
