/* How a text looks <-> the markup of front ends. */
#include "tgp-frontend.h"
#include "tgp-markup.h"
#include "tgp-text.h"

#include <string.h>
#include <time.h>

/* --- which front end --- */

static const char *front = "headless";
const char *__wrap_purple_core_get_ui (void);

const char *
__wrap_purple_core_get_ui (void)
{
    return front;
}

const TgpLinesUi *
tgp_lines_pidgin (int *handle)
{
    return NULL;
}

const TgpLinesUi *
tgp_lines_finch (int *handle)
{
    return NULL;
}

const TgpLinesUi *
tgp_lines_history (int *handle)
{
    return NULL;
}

const TgpMediaUi *
tgp_media_pidgin (TgpMediaClicked *clicked)
{
    return NULL;
}

/* --- what is shown --- */

typedef struct {
    const char *text;
    TalkSpan spans[4];
    const char *pidgin, *finch, *bitlbee;
} Row;

static TalkSpans *
looks_of (const TalkSpan *spans)
{
    size_t n = 0;

    while (n < 4 && spans[n].to > 0)
        n++;
    return talk_spans_new (spans, n);
}

static void
shows (const char *ui, const Row *row, const char *want)
{
    g_autoptr (TalkSpans) looks = looks_of (row->spans);

    front = ui;
    g_autofree char *markup = tgp_markup_person (row->text, looks, FALSE);
    g_assert_cmpstr (markup, ==, want);
}

#define BOLD TALK_STYLE_BOLD
#define ITALIC TALK_STYLE_ITALIC

/* SC-I5, SC-I6: each style in each front end, with its tags or with signs; tags are never
 * crossed and end with each line */
static void
each_front_end_shows_what_it_can (void)
{
    static const Row rows[] = {
        { "plain", { { 0 } }, "plain", "plain", "plain" },
        { "a bold b",
          { { BOLD, 2, 6, NULL } },
          "a <b>bold</b> b",
          "a *bold* b",
          "a <b>bold</b> b" },
        { "abc", { { ITALIC, 0, 3, NULL } }, "<i>abc</i>", "_abc_", "<i>abc</i>" },
        { "abc",
          { { TALK_STYLE_UNDERLINE, 1, 2, NULL } },
          "a<u>b</u>c",
          "a_b_c",
          "a_b_c" },
        { "abc", { { TALK_STYLE_STRIKE, 1, 2, NULL } }, "a<s>b</s>c", "a~b~c", "a~b~c" },
        { "abc",
          { { TALK_STYLE_CODE, 1, 2, NULL } },
          "a<font face=\"monospace\">b</font>c",
          "a`b`c",
          "a`b`c" },
        { "abc",
          { { TALK_STYLE_SPOILER, 1, 2, NULL } },
          "a<font color=\"#808080\" back=\"#808080\">b</font>c",
          "a||b||c",
          "a||b||c" },
        { "one\ntwo\nme",
          { { TALK_STYLE_QUOTE, 0, 8, NULL } },
          "&gt; one<BR>  &gt; two<BR>  me",
          "&gt; one<BR>  &gt; two<BR>  me",
          "&gt; one<BR>&gt; two<BR>me" },
        { "abcdef",
          { { BOLD, 0, 4, NULL }, { ITALIC, 2, 6, NULL } },
          "<b>ab</b><b><i>cd</i></b><i>ef</i>",
          "*ab_cd*ef_",
          "<b>ab</b><b><i>cd</i></b><i>ef</i>" },
        { "a\nb",
          { { BOLD, 0, 3, NULL } },
          "<b>a</b><BR><b>  b</b>",
          "*a<BR>  b*",
          "<b>a</b><BR><b>b</b>" },
        { "a<b>&\"",
          { { BOLD, 1, 4, NULL } },
          "a<b>&lt;b&gt;</b>&amp;&quot;",
          "a*&lt;b&gt;*&amp;&quot;",
          "a<b>&lt;b&gt;</b>&amp;&quot;" },
        { "\u05e9\u05dc \U0001f600",
          { { BOLD, 5, 9, NULL } },
          "\u05e9\u05dc <b>\U0001f600</b>",
          "\u05e9\u05dc *\U0001f600*",
          "\u05e9\u05dc <b>\U0001f600</b>" },
        { "go (http://t/?a=1&b=\")",
          { { TALK_STYLE_LINK, 0, 2, "http://t/?a=1&b=\"" } },
          "<a href=\"http://t/?a=1&amp;b=&quot;\">go</a> (http://t/?a=1&amp;b=&quot;)",
          "go (http://t/?a=1&amp;b=&quot;)",
          "go (http://t/?a=1&amp;b=&quot;)" },
        /* what looks like an address leads where it says, or nowhere */
        { "bank.com (http://t/)",
          { { TALK_STYLE_LINK, 0, 8, "http://t/" } },
          "bank.com (http://t/)",
          "bank.com (http://t/)",
          "bank.com (http://t/)" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_test_message ("row %zu", i);
        shows ("gtk-gaim", &rows[i], rows[i].pidgin);
        shows ("gnt-purple", &rows[i], rows[i].finch);
        shows ("BitlBee", &rows[i], rows[i].bitlbee);
    }
}

/* SC-M35: neither the module's mark, made of signs too, nor the quote of an answer */
static void
nothing_is_forged (void)
{
    static const Row stars = { "** verified",
                               { { BOLD, 0, 11, NULL } },
                               "<b>** verified</b>",
                               "**\\* verified*",
                               "<b>** verified</b>" };
    static const Row arrow = { "\u21a9 you said\nme",
                               { { 0 } },
                               "\u2190 you said<BR>  me",
                               "\u2190 you said<BR>  me",
                               "\u2190 you said<BR>me" };
    static const Row within = {
        "x \u21a9", { { 0 } }, "x \u21a9", "x \u2190", "x \u2190"
    };
    const Row *const rows[] = { &stars, &arrow, &within };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_test_message ("row %zu", i);
        shows ("gtk-gaim", rows[i], rows[i]->pidgin);
        shows ("gnt-purple", rows[i], rows[i]->finch);
        shows ("BitlBee", rows[i], rows[i]->bitlbee);
    }
    front = "gtk-gaim";
    g_autofree char *answer =
        tgp_markup_person ("\u21a9 said\n\u21a9 forged", NULL, TRUE);
    g_assert_cmpstr (answer, ==, "\u21a9 said<BR>  \u2190 forged");
    g_autofree char *own = tgp_markup_own ("*** \u21a9 as typed\n x", NULL);
    g_assert_cmpstr (own, ==, "*** \u21a9 as typed<BR> x");
}

/* SC-I6 DECISIONS 32: a thousand spans of all kinds: no tag is left open, in bounded work */
static void
a_thousand_spans_are_tagged_well (void)
{
    static const char *const uis[] = { "gtk-gaim", "gnt-purple", "BitlBee", "headless" };
    g_autofree char *text = g_strnfill (4096, 'x');
    g_autofree TalkSpan *spans = g_new0 (TalkSpan, 1000);

    for (unsigned i = 0; i < 4096; i += 97)
        text[i] = '\n';
    for (unsigned i = 0; i < 1000; i++)
        spans[i] = (TalkSpan){ i % TALK_STYLES, i * 4, i * 4 + 1 + i % 300,
                               i % TALK_STYLES == TALK_STYLE_LINK ? "http://t/" : NULL };
    g_autoptr (TalkSpans) looks = talk_spans_new (spans, 1000);
    for (size_t i = 0; i < G_N_ELEMENTS (uis); i++) {
        front = uis[i];
        g_autofree char *markup = tgp_markup_person (text, looks, FALSE);
        int depth = 0;
        for (const char *p = markup; (p = strchr (p, '<')) != NULL; p++)
            if (!g_str_has_prefix (p, "<BR>"))
                g_assert_cmpint (depth += p[1] == '/' ? -1 : 1, >=, 0);
        g_assert_cmpint (depth, ==, 0);
    }
}

/* SC-I6 DECISIONS 32: a thousand links over one text, each to somewhere else, and one long
 * target over very many lines: neither work nor markup grows with their product */
static void
links_over_links_are_bounded (void)
{
    g_autofree char *text = g_strnfill (4096, 'x'), *target = g_strnfill (2048, '&');
    g_autofree TalkSpan *spans = g_new0 (TalkSpan, 1000);
    char targets[1000][16];

    front = "gtk-gaim";
    for (unsigned i = 0; i < 1000; i++) {
        g_snprintf (targets[i], sizeof targets[i], "tg://%u", i);
        spans[i] = (TalkSpan){ TALK_STYLE_LINK, i, 4096 - i, targets[i] };
    }
    g_autoptr (TalkSpans) many = talk_spans_new (spans, 1000);
    clock_t start = clock (); /* of this process alone */
    g_autofree char *markup = tgp_markup_person (text, many, FALSE);
    g_assert_cmpint (clock () - start, <, 3 * CLOCKS_PER_SEC);
    g_assert_nonnull (strstr (markup, "<a href=\"tg://999\">"));

    memcpy (target, "http://t/", 9);
    for (unsigned i = 1; i < 4096; i += 2)
        text[i] = '\n';
    spans[0] = (TalkSpan){ TALK_STYLE_LINK, 0, 4096, target };
    g_autoptr (TalkSpans) one = talk_spans_new (spans, 1);
    g_autofree char *lines = tgp_markup_person (text, one, FALSE);
    g_assert_true (g_str_has_prefix (lines, "<a href=\"http://t/&amp;"));
    g_assert_cmpuint (strlen (lines), <, 400000);
}

/* --- what is typed --- */

/* SC-I5, DECISIONS 27: the toolbar's tags and those of others become looks, the text stays
 * as typed */
static void
tags_become_looks (void)
{
    static const struct {
        const char *markup, *text;
        TalkSpan spans[4];
    } rows[] = {
        { "plain **not bold** _x_", "plain **not bold** _x_", { { 0 } } },
        { "a <b>bold</b> b", "a bold b", { { BOLD, 2, 6, NULL } } },
        { "<B>x</B><STRONG>y</STRONG>", "xy", { { BOLD, 0, 2, NULL } } },
        { "<i>a<b>b</i>c</b>", "abc", { { ITALIC, 0, 2, NULL }, { BOLD, 1, 3, NULL } } },
        { "<u>\u05e9</u><s>\U0001f600</s>",
          "\u05e9\U0001f600",
          { { TALK_STYLE_UNDERLINE, 0, 2, NULL }, { TALK_STYLE_STRIKE, 2, 6, NULL } } },
        { "<SPAN style=\"direction:rtl;text-align:right;\"><b>\u05e9</b></SPAN>",
          "\u05e9",
          { { BOLD, 0, 2, NULL } } },
        { "<FONT FACE=\"Monospace\">x</FONT> <FONT COLOR=\"red\">y</FONT>",
          "x y",
          { { TALK_STYLE_CODE, 0, 1, NULL } } },
        { "<font face='Sans'><font face='Courier New'>x</font>y</font>",
          "xy",
          { { TALK_STYLE_CODE, 0, 1, NULL } } },
        { "<a href=\"http://x.org/?a=1&amp;b=2\">here</a>!",
          "here!",
          { { TALK_STYLE_LINK, 0, 4, "http://x.org/?a=1&b=2" } } },
        { "<A HREF=\"http://x.org\">http://x.org</A>", "http://x.org", { { 0 } } },
        { "<A HREF=\"http://www.x.org\">www.x.org</A>", "www.x.org", { { 0 } } },
        { "<a href=\"mailto:a@b.c\">a@b.c</a>", "a@b.c", { { 0 } } },
        { "<a href=\"javascript:x\">here</a>", "here (javascript:x)", { { 0 } } },
        { "<b>one<br>two</b>\tx", "one\ntwo\tx", { { BOLD, 0, 7, NULL } } },
        { "&lt;b&gt;<b>&amp;</b>", "<b>&", { { BOLD, 3, 4, NULL } } },
        { "<b>open", "open", { { 0 } } },
        { "shut</b></font></a>", "shut", { { 0 } } },
        { "a\ufdd0b\ufde0c", "abc", { { 0 } } },
        { "<b></b>", "", { { 0 } } },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (TalkSpans) spans = NULL, want = looks_of (rows[i].spans);
        g_autofree char *text = tgp_text_read (rows[i].markup, &spans);
        g_test_message ("row %zu", i);
        g_assert_cmpstr (text, ==, rows[i].text);
        g_assert_cmpuint (spans != NULL ? spans->n : 0, ==, want != NULL ? want->n : 0);
        for (unsigned k = 0; want != NULL && k < want->n; k++) {
            g_assert_cmpint (spans->all[k].style, ==, want->all[k].style);
            g_assert_cmpuint (spans->all[k].from, ==, want->all[k].from);
            g_assert_cmpuint (spans->all[k].to, ==, want->all[k].to);
            g_assert_cmpstr (spans->all[k].target, ==, want->all[k].target);
        }
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
#define ADD(f) g_test_add_func ("/purple/markup/" #f, f)
    ADD (each_front_end_shows_what_it_can);
    ADD (nothing_is_forged);
    ADD (a_thousand_spans_are_tagged_well);
    ADD (links_over_links_are_bounded);
    ADD (tags_become_looks);
    return g_test_run ();
}
