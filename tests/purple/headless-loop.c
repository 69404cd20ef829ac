/* How long the loop is held, and how often it wakes: what runs between two polls.
 *
 *   loop start   from now on, counted anew
 *   loop         says "loop CPU WALL TURNS SAVING": the longest time between two polls since
 *                then, in microseconds of this thread's CPU time and of the clock on the wall;
 *                how often it polled; and the longest CPU time of those in which libpurple
 *                wrote a file of its own (it does so whole), which the first does not count
 *   fill N       so many entries in the list of the first account, as libpurple has them where a
 *                module does nothing else
 *   count        says "count N": entries of the account in the buddy list
 *
 * Only who asks for it pays for it: the other figures of `./run bench` are taken without. */
#include "headless.h"

#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static struct {
    int64_t cpu, wall; /* when the last poll ended; 0: none has */
    int64_t longest, longest_wall, longest_saving;
    unsigned turns;
    gboolean saving;
} loop;

/* The kernel's, not that of headless-send.c, which may be ahead. */
static int64_t
now_us (clockid_t which)
{
    struct timespec now;

    syscall (SYS_clock_gettime, which, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void
end_turn (void)
{
    int64_t cpu = now_us (CLOCK_THREAD_CPUTIME_ID) - loop.cpu;

    if (loop.wall == 0)
        return;
    if (loop.saving) {
        loop.longest_saving = MAX (loop.longest_saving, cpu);
    } else {
        loop.longest = MAX (loop.longest, cpu);
        loop.longest_wall = MAX (loop.longest_wall, now_us (CLOCK_MONOTONIC) - loop.wall);
    }
    loop.turns++;
}

static gint
poll_cb (GPollFD *fds, guint n, gint timeout)
{
    end_turn ();
    gint result = g_poll (fds, n, timeout);
    loop.saving = FALSE;
    loop.wall = now_us (CLOCK_MONOTONIC);
    loop.cpu = now_us (CLOCK_THREAD_CPUTIME_ID);
    return result;
}

void
loop_synced (void)
{
    if (syscall (SYS_gettid) == getpid ())
        loop.saving = TRUE;
}

static void
fill (unsigned n)
{
    PurpleGroup *group = purple_group_new ("Many");

    purple_blist_add_group (group, NULL);
    for (unsigned i = 0; i < n; i++) {
        g_autofree char *name = g_strdup_printf ("id%u", 1000000 + i);
        g_autofree char *alias = g_strdup_printf ("First Somebody%u", i);
        PurpleBuddy *buddy = purple_buddy_new (the_account (), name, NULL);
        purple_blist_add_buddy (buddy, NULL, group, NULL);
        purple_blist_server_alias_buddy (buddy, alias);
    }
    say ("filled");
}

gboolean
loop_command (const char *verb, const char *rest)
{
    if (g_str_equal (verb, "loop") && g_str_equal (rest, "start")) {
        memset (&loop, 0, sizeof loop);
        g_main_context_set_poll_func (NULL, poll_cb);
    } else if (g_str_equal (verb, "loop")) {
        say ("loop %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %u %" G_GINT64_FORMAT,
             loop.longest, loop.longest_wall, loop.turns, loop.longest_saving);
    } else if (g_str_equal (verb, "fill")) {
        fill ((unsigned)g_ascii_strtoull (rest, NULL, 10));
    } else if (g_str_equal (verb, "count")) {
        g_autoptr (GSList) buddies =
            the_account () != NULL ? purple_find_buddies (the_account (), NULL) : NULL;
        say ("count %u", g_slist_length (buddies));
    } else {
        return FALSE;
    }
    return TRUE;
}
