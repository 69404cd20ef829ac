/* The dialogs of Finch on a terminal of 80 columns and 24 rows, as libgnt lays them out: a
 * label is cut behind 76 columns, inside a word if need be; buttons stand in one row, each
 * with two blanks and a frame; what is wider or higher than the screen is not to be seen. */
#include "headless.h"

#include <string.h>

enum {
    LABEL = 80 - 4,   /* gnt_util_onscreen_fit_string() */
    INSIDE = 80 - 2,  /* a window has a frame */
    TITLE = 80 - 4,   /* and its title stands in it, between two marks */
    HEIGHT = 24 - 1,  /* the last row has the list of windows */
    BUTTON_FRAME = 4, /* on both sides of a button's label */
    BUTTON_ROWS = 3,
};

static int
columns (const char *from, const char *to)
{
    int n = 0;

    for (; from < to; from = g_utf8_next_char (from))
        n += g_unichar_iswide (g_utf8_get_char (from)) ? 2 : 1;
    return n;
}

/* Rows that a text takes; says which words are cut. A word that is longer than a row has to
 * be cut. */
static int
rows_of (const char *title, const char *text)
{
    g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", 0);
    int rows = 0;

    for (char **line = lines; *line != NULL; line++) {
        int width = columns (*line, *line + strlen (*line));
        if (width > LABEL && strchr (*line, ' ') != NULL)
            say ("unfit %s: a line of %d columns: %s", title, width, *line);
        rows += MAX ((width + LABEL - 1) / LABEL, 1);
    }
    return rows;
}

void
fits (const Dialog *dialog)
{
    int rows = 2 + rows_of (dialog->title, dialog->primary) +
               rows_of (dialog->title, dialog->secondary) + (dialog->entry ? 1 : 0);
    int row = 0;

    if (columns (dialog->title, dialog->title + strlen (dialog->title)) > TITLE)
        say ("unfit %s: the title", dialog->title);
    for (unsigned i = 0; i < dialog->labels->len; i++) {
        const char *label = g_ptr_array_index (dialog->labels, i);
        row += columns (label, label + strlen (label)) + BUTTON_FRAME + (i > 0 ? 1 : 0);
    }
    if (row > INSIDE)
        say ("unfit %s: buttons of %d columns", dialog->title, row);
    if (rows + BUTTON_ROWS > HEIGHT)
        say ("unfit %s: %d rows", dialog->title, rows + BUTTON_ROWS);
}
