/* Text of strangers: what people may see of it, in a message and in a name. */
#include "tl-text.h"

#include <string.h>

#define MANY 1000000

typedef struct {
    const char *what, *from, *lines, *line;
} Row;

#define FAMILY "\U0001F468\u200d\U0001F469\u200d\U0001F467"
#define HEART "\u2764\ufe0f\u200d\U0001F525"
#define ENGLAND "\U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F"

static const Row rows[] = {
    { "plain", "Bob", "Bob", "Bob" },
    { "line ends", "a\nb\r\nc\rd\u2028e\u2029f\xc2\x85g\vh\fi",
      "a\nb\nc\nd\ne\nf\ng\nh\ni", "a b c d e f g h i" },
    { "blanks", " a \t\u00a0 b\u3000", " a \t\u00a0 b\u3000", "a b" },
    { "escape sequences",
      "a\x1b[2Jb\x07\x7f\xc2\x9b"
      "31mc",
      "a[2Jb31mc", "a[2Jb31mc" },
    { "overrides and isolates",
      "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u206a\u206fx", "x", "x" },
    { "marks of direction", "\u200e\u200f\u061cx", "\u200e\u200f\u061cx", "x" },
    { "zero width", "a\u200bb\u2060c\u00add\u180ee", "a\u200bb\u2060c\u00add\u180ee",
      "abcde" },
    { "fillers", "\u3164\u115f\u1160\uffa0\u2800", "\u3164\u115f\u1160\uffa0\u2800", "" },
    { "byte order mark, no characters", "\ufeff\ufdd0\ufffex\U0001ffff", "x", "x" },
    { "joined pictures", FAMILY " " HEART, FAMILY " " HEART, FAMILY " " HEART },
    { "joiners between latin letters", "B\u200do\u200cb\u200d", "B\u200do\u200cb\u200d",
      "Bob" },
    { "a Persian joiner", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
      "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
      "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645" },
    { "a Hindi joiner", "\u0915\u094d\u200d\u0937", "\u0915\u094d\u200d\u0937",
      "\u0915\u094d\u200d\u0937" },
    { "a flag in tags, and tags without one", ENGLAND "x\U000E0041\U000E0042",
      ENGLAND "x\U000E0041\U000E0042", ENGLAND "x" },
    { "marks on nothing", "\u0301\u0302x\u0301", "\u0301\u0302x\u0301", "x\u0301" },
    { "too many marks", "x\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301y",
      "x\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301y",
      "x\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301y" },
    { "not UTF-8",
      "a\xff"
      "b\xc3",
      "a\ufffdb\ufffd", "a\ufffdb\ufffd" },
    { "nothing", "", "", "" },
    { "only what goes", "\u202e\x1b\u200b \n", "\u200b \n", "" },
};

/* SC-C19 SC-M35 MT-A18: both ways, row by row; cleaning again changes nothing */
static void
test_rows (void)
{
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        const Row *row = &rows[i];
        g_autofree char *lines = tl_text_clean (TL_STR (row->from));
        g_autofree char *line = tl_text_line (TL_STR (row->from), 100);
        g_autofree char *again = tl_text_line (TL_STR (line), 100);
        g_test_message ("%s", row->what);
        g_assert_cmpstr (lines, ==, row->lines);
        g_assert_cmpstr (line, ==, row->line);
        g_assert_cmpstr (again, ==, line);
    }
}

/* DECISIONS 32: a name of a million characters is cut; NUL ends nothing badly */
static void
test_huge (void)
{
    g_autofree char *huge = g_malloc (MANY + 1);

    memset (huge, 'x', MANY);
    g_autofree char *line = tl_text_line (TL_BYTES (huge, MANY), 64);
    g_assert_cmpint (g_utf8_strlen (line, -1), ==, 64);
    g_assert_true (g_str_has_suffix (line, "xx\u2026"));
    g_autofree char *exact = tl_text_line (TL_BYTES (huge, 64), 64);
    g_assert_cmpuint (strlen (exact), ==, 64);
    g_autofree char *absent = tl_text_line ((TlBytes){ NULL, 0 }, 64);
    g_assert_cmpstr (absent, ==, "");
    g_autofree char *zero = tl_text_clean (TL_BYTES ("a\0b", 3));
    g_assert_true (g_utf8_validate (zero, -1, NULL));
}

/* MT-A18: NUL ends no text, and a character that was cut off takes nothing with it; bytes
 * that are no text at all come to no assertion of whoever shows them */
static void
test_zero_and_cut (void)
{
    static const struct {
        const char *from;
        size_t len;
        const char *lines, *line;
    } odd[] = {
        { "a\0b", 3, "a\ufffdb", "a\ufffdb" },
        { "\0", 1, "\ufffd", "\ufffd" },
        { "\0\0secret", 8, "\ufffd\ufffdsecret", "\ufffd\ufffdsecret" },
        { "ab\xe2\x82", 4, "ab\ufffd\ufffd", "ab\ufffd\ufffd" },
        { "\xf0\x9f\x98", 3, "\ufffd\ufffd\ufffd", "\ufffd\ufffd\ufffd" },
        { "\xed\xa0\x80", 3, "\ufffd\ufffd\ufffd", "\ufffd\ufffd\ufffd" },
    };
    uint8_t bytes[64];

    for (size_t i = 0; i < G_N_ELEMENTS (odd); i++) {
        g_autofree char *lines = tl_text_clean (TL_BYTES (odd[i].from, odd[i].len));
        g_autofree char *line = tl_text_line (TL_BYTES (odd[i].from, odd[i].len), 100);
        g_test_message ("row %zu", i);
        g_assert_cmpstr (lines, ==, odd[i].lines);
        g_assert_cmpstr (line, ==, odd[i].line);
    }
    g_autoptr (GRand) rand = g_rand_new_with_seed (1);
    for (int n = 0; n < 20000; n++) {
        size_t len = (size_t)g_rand_int_range (rand, 0, sizeof bytes + 1);
        for (size_t i = 0; i < len; i++)
            bytes[i] = (uint8_t)g_rand_int (rand);
        g_autofree char *lines = tl_text_clean (TL_BYTES (bytes, len));
        g_autofree char *line = tl_text_line (TL_BYTES (bytes, len), 20);
        g_assert_true (g_utf8_validate (lines, -1, NULL));
        g_assert_true (g_utf8_validate (line, -1, NULL));
    }
}

/* Every character alone, and between letters: valid, idempotent, never longer */
static void
test_every_character (void)
{
    for (gunichar c = 1; c <= 0x10ffff; c++) {
        char text[16] = "a";
        if (c >= 0xd800 && c <= 0xdfff)
            continue;
        int len = g_unichar_to_utf8 (c, text + 1);
        strcpy (text + 1 + len, "b");
        g_autofree char *lines = tl_text_clean (TL_STR (text));
        g_autofree char *line = tl_text_line (TL_STR (text), 10);
        g_autofree char *again = tl_text_line (TL_STR (line), 10);
        g_assert_true (g_utf8_validate (line, -1, NULL));
        g_assert_cmpuint (strlen (lines), <=, strlen (text));
        g_assert_cmpuint (strlen (line), <=, strlen (text));
        g_assert_cmpstr (line, ==, again);
        g_assert_null (strpbrk (line, "\n\t\r\x1b"));
    }
}

/* Lines of plain letters have a short way, which nobody can tell from the long one: that a
 * letter of another kind in front sends them. */
static void
test_short_way (void)
{
    static const char alphabet[] = { ' ', 'a', '~', '!', '\t', 0x1b, 0x7f };
    enum {
        LETTERS = sizeof alphabet,
        LEN = 4,
        ALL = LETTERS * LETTERS * LETTERS * LETTERS
    };

    for (int i = 0; i < ALL; i++) {
        char text[2 + LEN + 1] = "\u00e4";
        for (int k = 0, rest = i; k < LEN; k++, rest /= LETTERS)
            text[2 + k] = alphabet[rest % LETTERS];
        g_autofree char *line = tl_text_line (TL_STR (text + 2), 10);
        g_autofree char *by_long = tl_text_line (TL_STR (text), 10);
        g_assert_cmpstr (line, ==, by_long + 2 + (by_long[2] == ' '));
        g_autofree char *cut = tl_text_line (TL_STR (line), LEN - 1);
        g_assert_cmpint (strlen (line) < LEN, ==, g_str_equal (cut, line));
    }
}

/* A name that is written from right to left stands alone in a sentence; others are as they
 * are, so that no terminal has to show what isolates */
static void
test_isolate (void)
{
    g_autofree char *bob = tl_text_isolate ("Bob \U0001F600");
    g_autofree char *hebrew = tl_text_isolate ("\u05d0\u05d1 x");
    g_autofree char *arabic = tl_text_isolate ("x \u0645");

    g_assert_cmpstr (bob, ==, "Bob \U0001F600");
    g_assert_cmpstr (hebrew, ==, "\u200e\u2068\u05d0\u05d1 x\u2069");
    g_assert_cmpstr (arabic, ==, "\u200e\u2068x \u0645\u2069");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/tl/text/rows", test_rows);
    g_test_add_func ("/tl/text/huge", test_huge);
    g_test_add_func ("/tl/text/zero-and-cut", test_zero_and_cut);
    g_test_add_func ("/tl/text/every-character", test_every_character);
    g_test_add_func ("/tl/text/short-way", test_short_way);
    g_test_add_func ("/tl/text/isolate", test_isolate);
    return g_test_run ();
}
