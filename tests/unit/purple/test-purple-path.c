/* Paths as people type them. */
#include "tgp-path.h"

#include <glib/gstdio.h>

static char *folder;

static void
is (const char *typed, const char *path, const char *caption)
{
    const char *rest = NULL;
    g_autofree char *got = tgp_path_take (typed, &rest);

    g_assert_cmpstr (got, ==, path);
    if (path != NULL)
        g_assert_cmpstr (rest, ==, caption);
}

static void
test_take (void)
{
    g_autofree char *home = g_build_filename (g_get_home_dir (), "x y.jpg", NULL);

    is ("/a/b.jpg", "/a/b.jpg", "");
    is ("/a/b.jpg | look here", "/a/b.jpg", "look here");
    is ("/a/b.jpg|look | here", "/a/b.jpg", "look | here");
    is ("/a/b c.jpg |", "/a/b c.jpg", "");
    is ("~/x y.jpg | see", home, "see");
    is ("x y.jpg", home, "");
    is ("\"/a/b c.jpg\"", "/a/b c.jpg", "");
    is ("\"/a/b | c.jpg\" | see", "/a/b | c.jpg", "see");
    is ("'/a/b c.jpg' | see", "/a/b c.jpg", "see");
    is ("\u201c/a/b.jpg\u201d", "/a/b.jpg", "");
    is ("file:///a/b%20c.jpg | see", "/a/b c.jpg", "see");
    is ("", NULL, NULL);
    is ("| see", NULL, NULL);
}

/* What is there is meant, whatever is in its name. */
static void
test_there (void)
{
    g_autofree char *bar = g_build_filename (folder, "a | b.jpg", NULL);
    g_autofree char *blank = g_build_filename (folder, "a b.jpg", NULL);
    g_autofree char *escaped = g_build_filename (folder, "a\\ b.jpg", NULL);
    g_autofree char *both = g_strconcat (escaped, " | see", NULL);

    g_assert_true (g_file_set_contents (bar, "x", 1, NULL));
    g_assert_true (g_file_set_contents (blank, "x", 1, NULL));
    is (bar, bar, "");
    is (escaped, blank, "");
    is (both, blank, "see");
    g_unlink (bar);
    g_unlink (blank);
    is (escaped, escaped, ""); /* nothing is there: as it was typed */
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    folder = g_dir_make_tmp (NULL, NULL);
    g_test_add_func ("/purple/path/take", test_take);
    g_test_add_func ("/purple/path/there", test_there);
    int status = g_test_run ();
    g_rmdir (folder);
    g_free (folder);
    return status;
}
