/* What was typed: markup, slashes, and the blanks of an OTR plugin. */
#include "tgp-text.h"

#include "tgp-begins.h"

#include <string.h>

/* DECISIONS 27: tags become text, entities last; what is no tag stays */
static void
markup_becomes_what_was_typed (void)
{
    static const char *const rows[][2] = {
        { "plain", "plain" },
        { "a&lt;b&gt; &amp;amp; &quot;x&quot; &apos;", "a<b> &amp; \"x\" '" },
        { "&lt;SPAN style=&quot;x&quot;&gt;", "<SPAN style=\"x\">" },
        { "<SPAN "
          "style=\"direction:rtl;text-align:right;\">\u05e9\u05dc\u05d5\u05dd</SPAN>",
          "\u05e9\u05dc\u05d5\u05dd" },
        { "<b>bold</b> <I>it</I> <font color=\"red\">f</font>", "bold it f" },
        { "one<br>two<BR/>three\nfour\r\nfive", "one\ntwo\nthree\nfour\nfive" },
        { "a\tb  c   d ", "a\tb  c   d " },
        { "  lead", "  lead" },
        { "<a href=\"http://x.org/?a=1&amp;b=2\">http://x.org/?a=1&amp;b=2</a>",
          "http://x.org/?a=1&b=2" },
        { "<a href=\"http://x.org\">here</a>", "here" }, /* its target is of its looks */
        { "<a href=\"ftp://x.org\">here</a>", "here (ftp://x.org)" },
        { "<a href=\"mailto:a@b\">a@b</a>", "a@b" },
        { "a < b > c", "a < b > c" },
        { "I <3 you", "I <3 you" },
        { "<", "<" },
        { "a <b", "a <b" },
        { "1<2 and <i>so</i> on", "1<2 and so on" },
        { "x&nbsp;y &#8364; &foo; &", "x y \u20ac &foo; &" },
        { "<SPAN\nstyle=\"x\">a</SPAN>", "a" },
        { "<img id=\"3\">", "" },
        { "", "" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autofree char *text = tgp_text_plain (rows[i][0]);
        g_assert_cmpstr (text, ==, rows[i][1]);
    }
}

/* DECISIONS 27: text, command, and what goes with a slash fewer; T and C before what comes
 * out */
static void
a_slash_is_judged (void)
{
    static const struct {
        const char *typed, *out, *parsed; /* NULL: as `out` */
    } rows[] = {
        { "hello", "Thello", NULL },
        { "", "T", NULL },
        { "/ttl", "Cttl", "T/ttl" },
        { "/ttl 30s", "Cttl 30s", "T/ttl 30s" },
        { "/TTL off", "Cttl off", "T/TTL off" },
        { " /ttl", "Cttl", NULL },
        { "\t /Ttl 5", "Cttl 5", NULL },
        { "\u00a0/ttl", "Cttl", NULL },
        { "/ttl\n5", "Cttl 5", "T/ttl\n5" },
        { "/foo", "Cfoo", "T/foo" },
        { "/foo2 bar", "Cfoo2 bar", "T/foo2 bar" },
        { "/\u00c4rger", "C\u00e4rger", "T/\u00c4rger" },
        { "//ttl 5", "T/ttl 5", "T//ttl 5" },
        { "//Foo", "T/Foo", "T//Foo" },
        { " //foo", "T/foo", NULL },
        { "//foo2", "T//foo2", NULL },
        { "//etc/passwd", "T//etc/passwd", NULL },
        { "// a comment", "T// a comment", NULL },
        { "//", "T//", NULL },
        { "///x", "T///x", NULL },
        { "/etc/passwd", "T/etc/passwd", NULL },
        { "/etc/passwd is a file", "T/etc/passwd is a file", NULL },
        { "/ttl/ 5", "T/ttl/ 5", NULL },
        { "/ttl and/or", "Cttl and/or", "T/ttl and/or" },
        { "/me waves", "T/me waves", NULL },
        { "/ME waves", "T/ME waves", NULL },
        { "/mean", "Cmean", "T/mean" },
        { "/", "T/", NULL },
        { "/ ", "T/ ", NULL },
        { "/:-)", "T/:-)", NULL },
        { "/5", "T/5", NULL },
        { "a /ttl", "Ta /ttl", NULL },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
        for (int parsed = 0; parsed < 2; parsed++) {
            g_autofree char *out = NULL;
            TgpTyped typed = tgp_text_judge (rows[i].typed, parsed, &out);
            g_autofree char *got =
                g_strconcat (typed == TGP_TYPED_COMMAND ? "C" : "T", out, NULL);
            g_assert_cmpstr (
                got, ==, parsed && rows[i].parsed != NULL ? rows[i].parsed : rows[i].out);
        }
}

/* DECISIONS 27: the whitespace tag of OTR, all versions, and nothing that looks like it */
static void
the_offer_of_otr_is_cut_off (void)
{
#define BASE " \t  \t\t\t\t \t \t \t  "
    static const char *const rows[][2] = {
        { "hi" BASE, "hi" },
        { "hi" BASE "  \t\t  \t ", "hi" },
        { "hi" BASE " \t \t  \t "
          "  \t\t  \t "
          "  \t\t  \t\t",
          "hi" },
        { "hi " BASE "  \t\t  \t\t", "hi " },
        { BASE, "" },
        { "hi" BASE "!", "hi" BASE "!" },
        { "hi \t  ", "hi \t  " },
        { "hi" BASE "\t", "hi" BASE "\t" },
        { "", "" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autofree char *text = g_strdup (rows[i][0]);
        tgp_text_cut_offer (text);
        g_assert_cmpstr (text, ==, rows[i][1]);
        g_autofree char *markup = g_strconcat ("<SPAN>", rows[i][0], "</SPAN>", NULL);
        g_autofree char *plain = tgp_text_plain (markup);
        tgp_text_cut_offer (plain);
        g_assert_cmpstr (plain, ==, rows[i][1]);
    }
}

/* DECISIONS 27: a command names a message by what its text begins with; others, and numbers, do
 * not */
static void
what_a_command_names (void)
{
    static const struct {
        const char *typed;
        gboolean named;
    } rows[] = { { "/delete \"a secret\"", TRUE },
                 { "/DELETE  \"A  Secret\"", TRUE },
                 { "/delete a secret th", TRUE },
                 { "/delete \"a secret thing at all\"", FALSE },
                 { "/reply \"A secr\" a secret", TRUE },
                 { "/reply a \"text\"", TRUE },
                 { "/quote \xe2\x80\x9e"
                   "a secret\xe2\x80\x9c so",
                   TRUE },
                 { "/reply last a secret", FALSE },
                 { "/delete 12", FALSE },
                 { "/delete", FALSE },
                 { "/delete all", FALSE },
                 { "/delete \"\"", FALSE },
                 { "/ttl a secret", FALSE },
                 { "a secret", FALSE },
                 { "", FALSE },
                 { "/", FALSE } };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_test_message ("%s", rows[i].typed);
        g_assert_cmpint (tgp_begins_named (rows[i].typed, "A secret\nthing"), ==,
                         rows[i].named);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/purple/text/markup", markup_becomes_what_was_typed);
    g_test_add_func ("/purple/text/slash", a_slash_is_judged);
    g_test_add_func ("/purple/text/otr", the_offer_of_otr_is_cut_off);
    g_test_add_func ("/purple/text/named", what_a_command_names);
    return g_test_run ();
}
