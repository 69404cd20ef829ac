/* When it is told how far a transfer is, and when that it lasts. */
#include "tg-progress.h"

#include <glib.h>

static HostTime
at (int64_t mono)
{
    return (HostTime){ .mono = mono };
}

/* MT-H28: ten times a second at most */
static void
test_due (void)
{
    TgProgress progress = { 0 };

    tg_progress_begin (&progress, at (5000));
    g_assert_true (tg_progress_is_due (&progress, at (5000))); /* nothing was told yet */
    tg_progress_told (&progress, at (5000));
    g_assert_false (tg_progress_is_due (&progress, at (5000)));
    g_assert_false (tg_progress_is_due (&progress, at (5099)));
    g_assert_true (tg_progress_is_due (&progress, at (5100)));
    g_assert_true (tg_progress_is_due (&progress, at (9000))); /* until it is told */
    tg_progress_told (&progress, at (9000));
    g_assert_false (tg_progress_is_due (&progress, at (9099)));
    g_assert_true (tg_progress_is_due (&progress, at (9100)));
    tg_progress_begin (&progress, at (9100)); /* which tells nothing */
    g_assert_true (tg_progress_is_due (&progress, at (9100)));
}

/* MT-H28: ten seconds after it began, once */
static void
test_lasts (void)
{
    TgProgress progress = { 0 };

    tg_progress_begin (&progress, at (5000));
    g_assert_false (tg_progress_lasts (&progress, at (5000)));
    tg_progress_told (&progress, at (14000)); /* what is told in between does not count */
    g_assert_false (tg_progress_lasts (&progress, at (14999)));
    tg_progress_begin (&progress, at (6000)); /* anew, before it was said */
    g_assert_false (tg_progress_lasts (&progress, at (15999)));
    g_assert_true (tg_progress_lasts (&progress, at (16000)));
    g_assert_false (tg_progress_lasts (&progress, at (16000)));
    g_assert_false (tg_progress_lasts (&progress, at (60000)));
    tg_progress_begin (&progress, at (60000)); /* anew, after that */
    g_assert_false (tg_progress_lasts (&progress, at (90000)));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/client/progress/ten-times-a-second", test_due);
    g_test_add_func ("/client/progress/lasts-after-ten-seconds", test_lasts);
    return g_test_run ();
}
