/* A text of several messages is cut where people see a gap between two characters. */
#include "secret-text.h"
#include "secret-types.h"

#include <string.h>

/* A row of Unicode's own test: the characters, and where they may be cut. */
typedef struct {
    GString *text;
    GArray *may_cut; /* gboolean, before each character but the first */
    GArray *at;      /* gsize, where each begins */
} Row;

static void
row_clear (Row *row)
{
    g_string_free (row->text, TRUE);
    g_array_unref (row->may_cut);
    g_array_unref (row->at);
}

static Row
row_of (const char *line)
{
    g_auto (GStrv) words = g_strsplit (line, " ", 0);
    Row row = { g_string_new (NULL), g_array_new (FALSE, FALSE, sizeof (gboolean)),
                g_array_new (FALSE, FALSE, sizeof (gsize)) };

    for (unsigned i = 1; words[i] != NULL; i += 2) { /* sign, character, sign, ... */
        gboolean cut = g_str_equal (words[i - 1], "\u00f7");
        g_array_append_val (row.may_cut, cut);
        g_array_append_val (row.at, row.text->len);
        g_string_append_unichar (row.text,
                                 (gunichar)g_ascii_strtoull (words[i], NULL, 16));
    }
    return row;
}

/* The first `n` characters end a message exactly. */
static void
assert_cut (const Row *row, unsigned n)
{
    gsize end = g_array_index (row->at, gsize, n);
    size_t room = SECRET_TEXT_MAX - secret_text_units (row->text->str, end);
    g_autoptr (GString) text = g_string_new (NULL);

    for (size_t i = 0; i < room; i++)
        g_string_append_c (text, 'x');
    g_string_append (text, row->text->str);
    size_t cut = secret_text_split (text->str);
    g_assert_cmpuint (cut, >, 0);
    g_assert_cmpuint (secret_text_units (text->str, cut), <=, SECRET_TEXT_MAX);
    for (unsigned i = 1; i < row->at->len; i++)
        if (cut == room + g_array_index (row->at, gsize, i))
            g_assert_true (g_array_index (row->may_cut, gboolean, i));
    gboolean blank = cut > 0 && strchr (" \n", text->str[cut - 1]) != NULL;
    if (g_array_index (row->may_cut, gboolean, n) && !blank)
        g_assert_cmpuint (cut, ==, room + end); /* as much as fits */
}

/* SC-I8: GraphemeBreakTest of Unicode 15.0, each place in each row at a message's end */
static void
no_character_is_cut (void)
{
    g_autofree char *path = g_build_filename (VECTORS_DIR, "grapheme_break.txt", NULL);
    g_autofree char *file = NULL;
    unsigned rows = 0;

    g_assert_true (g_file_get_contents (path, &file, NULL, NULL));
    g_auto (GStrv) lines = g_strsplit (file, "\n", 0);
    for (char **line = lines; *line != NULL; line++) {
        if (**line == '#' || **line == '\0')
            continue;
        Row row = row_of (*line);
        for (unsigned n = 1; n < row.at->len; n++)
            assert_cut (&row, n);
        row_clear (&row);
        rows++;
    }
    g_assert_cmpuint (rows, ==, 602);
}

/* What people send: a text of 4095 letters, then these, then more. */
static void
characters_of_several_parts_stay_whole (void)
{
    static const char *const whole[] = {
        "e\u0301",                                    /* e and its accent */
        "\U0001f469\u200d\U0001f4bb",                 /* joined */
        "\U0001f44d\U0001f3fd",                       /* skin tone */
        "\u2764\ufe0f",                               /* variation */
        "\U0001f1e9\U0001f1ea",                       /* a flag */
        "\U0001f468\u200d\U0001f469\u200d\U0001f467", /* a family */
        "\u0e01\u0e33",                               /* Thai */
        "\u0646\u200c",                               /* a letter and its joiner */
        "\u1112\u1161\u11ab",                         /* a Korean syllable */
    };

    for (size_t i = 0; i < G_N_ELEMENTS (whole); i++)
        for (size_t room = 1; room < secret_text_units (whole[i], strlen (whole[i]));
             room++) {
            g_autofree char *letters = g_strnfill (SECRET_TEXT_MAX - room, 'x');
            g_autofree char *text = g_strconcat (letters, whole[i], "more", NULL);
            g_assert_cmpuint (secret_text_split (text), ==, strlen (letters));
        }
}

/* SC-I8: behind a blank, unless the word after it fits into no message anyway */
static void
words_stay_whole (void)
{
    g_autofree char *text = g_strnfill (9000, 'x');

    g_assert_cmpuint (secret_text_split (text), ==, SECRET_TEXT_MAX);
    text[1000] = ' ';
    g_assert_cmpuint (secret_text_split (text), ==, SECRET_TEXT_MAX);
    text[5000] = ' ';
    g_assert_cmpuint (secret_text_split (text), ==, 1001);
    text[4095] = '\n';
    g_assert_cmpuint (secret_text_split (text), ==, 4096);
}

/* SC-I8: one letter under more accents than a message holds is cut all the same, and so is
 * what begins in the middle of one */
static void
endless_characters_end (void)
{
    g_autoptr (GString) text = g_string_new ("e");

    for (int i = 0; i < 10000; i++)
        g_string_append (text, "\u0301");
    size_t parts = 0;
    for (const char *rest = text->str; *rest != '\0'; parts++) {
        size_t len = secret_text_split (rest);
        g_assert_cmpuint (len, >, 0);
        g_assert_true (g_utf8_validate (rest, (gssize)len, NULL));
        rest += len;
    }
    g_assert_cmpuint (parts, ==, 3);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/secret/split/grapheme-break-test", no_character_is_cut);
    g_test_add_func ("/secret/split/characters", characters_of_several_parts_stay_whole);
    g_test_add_func ("/secret/split/words", words_stay_whole);
    g_test_add_func ("/secret/split/endless", endless_characters_end);
    return g_test_run ();
}
