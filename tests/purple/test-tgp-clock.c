/* Timers that count sleep: the clocks and the kernel's timers are played here, so that a
 * machine can be put to sleep; the loop is real. */
#include "tgp-clock.h"

#include <errno.h>
#include <glib-unix.h>
#include <purple.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define HOUR ((int64_t)3600 * 1000)

/* --- the world --- */

static int64_t mono, wall; /* ms; mono counts sleep */
static gboolean no_kernel; /* no timers to be had */
static int pipes[2][2];   /* by clock: 0 sleeping, 1 wall; readable = the timer ran out */
static int64_t armed[2];  /* absolute ms, 0 = not */
static gboolean canceled; /* the next read of the wall's timer says so */
static unsigned opened;
static GString *calls;

int __wrap_clock_gettime (clockid_t clock, struct timespec *now);
int __wrap_timerfd_create (int clock, int flags);
int __wrap_timerfd_settime (int fd, int flags, const struct itimerspec *new,
                            struct itimerspec *old);
ssize_t __real_read (int fd, void *data, size_t len);
ssize_t __wrap_read (int fd, void *data, size_t len);

int
__wrap_clock_gettime (clockid_t clock, struct timespec *now)
{
    int64_t ms = clock == CLOCK_REALTIME ? wall : mono;

    g_assert_true (clock == CLOCK_REALTIME || clock == CLOCK_BOOTTIME);
    now->tv_sec = (time_t)(ms / 1000);
    now->tv_nsec = ms % 1000 * 1000000;
    return 0;
}

int
__wrap_timerfd_create (int clock, int flags)
{
    int by = clock == CLOCK_REALTIME;

    if (no_kernel) {
        errno = EMFILE;
        return -1;
    }
    g_assert_true (by == 1 || clock == CLOCK_BOOTTIME);
    g_assert_cmpint (flags, ==, TFD_NONBLOCK | TFD_CLOEXEC);
    g_assert_true (g_unix_open_pipe (pipes[by], FD_CLOEXEC, NULL));
    g_unix_set_fd_nonblocking (pipes[by][0], TRUE, NULL);
    opened++;
    return pipes[by][0];
}

/* As the kernel: what is over at once, or when its clock gets there. */
static void
look (void)
{
    for (int by = 0; by < 2; by++)
        if (armed[by] != 0 && (by == 0 ? mono : wall) >= armed[by]) {
            armed[by] = 0;
            g_assert_cmpint (write (pipes[by][1], "12345678", 8), ==, 8);
        }
}

int
__wrap_timerfd_settime (int fd, int flags, const struct itimerspec *new,
                        struct itimerspec *old)
{
    int by = fd == pipes[1][0];

    g_assert_true ((flags & TFD_TIMER_ABSTIME) != 0);
    g_assert_cmpint ((flags & TFD_TIMER_CANCEL_ON_SET) != 0, ==, by);
    armed[by] = new->it_value.tv_sec * 1000 + new->it_value.tv_nsec / 1000000;
    look ();
    return 0;
}

ssize_t
__wrap_read (int fd, void *data, size_t len)
{
    ssize_t n = __real_read (fd, data, len);

    if (fd == pipes[1][0] && canceled && n == 8) {
        canceled = FALSE;
        errno = ECANCELED;
        return -1;
    }
    return n;
}

/* The wall clock is set: its timer says so. */
static void
set_wall (int64_t ms)
{
    wall += ms;
    if (armed[1] == 0)
        return;
    armed[1] = 0;
    canceled = TRUE;
    g_assert_cmpint (write (pipes[1][1], "12345678", 8), ==, 8);
}

static void
pass (int64_t ms)
{
    mono += ms;
    wall += ms;
    if (!no_kernel)
        look ();
}

static void
turn (void)
{
    while (g_main_context_iteration (NULL, FALSE))
        ;
}

/* --- libpurple's loop --- */

typedef struct {
    PurpleInputFunction func;
    void *user;
} Input;

static gboolean
input_cb (int fd, GIOCondition condition, gpointer data)
{
    Input *input = data;

    input->func (input->user, fd, PURPLE_INPUT_READ);
    return TRUE;
}

static guint
input_add (int fd, PurpleInputCondition condition, PurpleInputFunction func,
           gpointer user)
{
    Input *input = g_new (Input, 1);

    *input = (Input){ func, user };
    return g_unix_fd_add_full (G_PRIORITY_DEFAULT, fd, G_IO_IN, input_cb, input, g_free);
}

static unsigned fallback_delay;

static guint
timeout_add (guint delay, GSourceFunc func, gpointer user)
{
    fallback_delay = delay;
    return g_timeout_add (no_kernel ? 0 : delay, func, user);
}

static PurpleEventLoopUiOps loop = { .timeout_add = timeout_add,
                                     .timeout_remove = g_source_remove,
                                     .input_add = input_add,
                                     .input_remove = g_source_remove };

static void
say_cb (void *user)
{
    g_string_append_printf (calls, "%s ", (const char *)user);
}

static void
begin (gboolean kernel)
{
    purple_eventloop_set_ui_ops (&loop);
    mono = 5000;
    wall = 1700000000000;
    no_kernel = !kernel;
    armed[0] = armed[1] = 0;
    opened = 0;
    calls = g_string_new (NULL);
}

static void
end (void)
{
    tgp_clock_close ();
    turn ();
    for (int by = 0; by < 2 && opened > 0; by++)
        close (pipes[by][1]);
    g_string_free (calls, TRUE);
}

/* --- tests --- */

/* SC-G8: in order, each once, not before its time; one that was taken back never */
static void
timers_run_out_in_order (void)
{
    begin (TRUE);
    tgp_clock_add (300, say_cb, "c");
    unsigned gone = tgp_clock_add (200, say_cb, "gone");
    tgp_clock_add (100, say_cb, "a");
    tgp_clock_add (0, say_cb, "now");
    g_assert_cmpstr (calls->str, ==, ""); /* not from inside */
    turn ();
    g_assert_cmpstr (calls->str, ==, "now ");
    pass (99);
    turn ();
    g_assert_cmpstr (calls->str, ==, "now ");
    tgp_clock_remove (gone);
    tgp_clock_remove (gone);
    pass (400);
    turn ();
    g_assert_cmpstr (calls->str, ==, "now a c ");
    g_assert_cmpuint (opened, ==, 2); /* once for all */
    end ();
}

/* SC-G8: asleep for ten hours: over at the first moment awake, by the clock that counts
 * sleep; no input is needed */
static void
sleep_counts (void)
{
    begin (TRUE);
    tgp_clock_add (HOUR, say_cb, "burns");
    tgp_clock_add (11 * HOUR, say_cb, "stands");
    turn ();
    pass (10 * HOUR);
    turn ();
    g_assert_cmpstr (calls->str, ==, "burns ");
    end ();
}

/* SC-G8: the wall clock alone says so, at once; set back it makes none longer, and an
 * early word is no loop that turns for nothing */
static void
either_clock_is_enough (void)
{
    begin (TRUE);
    tgp_clock_add (HOUR, say_cb, "a");
    tgp_clock_add (3 * HOUR, say_cb, "b");
    set_wall (HOUR);
    turn ();
    g_assert_cmpstr (calls->str, ==, "a ");
    set_wall (-1000 * HOUR);
    turn ();
    pass (3 * HOUR - 1);
    turn ();
    g_assert_cmpstr (calls->str, ==, "a ");
    pass (1);
    turn ();
    g_assert_cmpstr (calls->str, ==, "a b ");
    g_assert_cmpint (armed[0], ==, 0);
    g_assert_cmpint (armed[1], ==, 0);
    end ();
}

static void
again_cb (void *user)
{
    g_string_append (calls, "again ");
    tgp_clock_remove (*(unsigned *)user);
    tgp_clock_add (0, say_cb, "next");
}

/* one that is set or taken back within another's function */
static void
timers_may_be_changed_from_one (void)
{
    unsigned other;

    begin (TRUE);
    tgp_clock_add (10, again_cb, &other);
    other = tgp_clock_add (20, say_cb, "never");
    pass (30);
    turn ();
    g_assert_cmpstr (calls->str, ==, "again next ");
    end ();
}

/* A year is no overflow; a delay below 0 is none. */
static void
long_ones_stay (void)
{
    begin (TRUE);
    tgp_clock_add (366 * 24 * HOUR, say_cb, "year");
    tgp_clock_add (G_MAXINT64, say_cb, "ever");
    tgp_clock_add (-5, say_cb, "now");
    turn ();
    pass (366 * 24 * HOUR - 1);
    turn ();
    g_assert_cmpstr (calls->str, ==, "now ");
    pass (1);
    turn ();
    g_assert_cmpstr (calls->str, ==, "now year ");
    end ();
}

/* SC-G8: without the kernel's timers it looks every half minute, by both clocks */
static void
it_looks_itself_where_nobody_helps (void)
{
    begin (FALSE);
    tgp_clock_add (HOUR, say_cb, "a");
    g_assert_cmpuint (fallback_delay, <=, 30000);
    for (int i = 0; i < 5; i++)
        g_main_context_iteration (NULL, FALSE);
    g_assert_cmpstr (calls->str, ==, "");
    wall += HOUR;
    for (int i = 0; i < 5; i++)
        g_main_context_iteration (NULL, FALSE);
    g_assert_cmpstr (calls->str, ==, "a ");
    end ();
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
#define ADD(f) g_test_add_func ("/purple/clock/" #f, f)
    ADD (timers_run_out_in_order);
    ADD (sleep_counts);
    ADD (either_clock_is_enough);
    ADD (timers_may_be_changed_from_one);
    ADD (long_ones_stay);
    ADD (it_looks_itself_where_nobody_helps);
    return g_test_run ();
}
