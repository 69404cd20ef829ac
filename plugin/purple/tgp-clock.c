/* Timers on two file descriptors that the loop of any front end watches: the kernel's
 * timer on the clock that counts sleep, and one on the wall clock, which also tells when
 * that is set. Where there are none: a timer of libpurple's that looks every now and
 * then. */
#include "tgp-clock.h"

#include <purple.h>

#include <string.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/timerfd.h>
#endif

#ifdef CLOCK_BOOTTIME
#define CLOCK_SLEEPING CLOCK_BOOTTIME
#else
#define CLOCK_SLEEPING CLOCK_MONOTONIC
#endif

#define LOOK_EVERY 30000                             /* ms, without the kernel's help */
#define DELAY_MAX ((int64_t)3650 * 24 * 3600 * 1000) /* ms; fits a time_t of 32 bits */
#define NEVER G_MAXINT64

enum { BY_MONO, BY_WALL, CLOCKS };

typedef struct {
    unsigned id;
    int64_t due[CLOCKS]; /* ms */
    TgpClockFunc func;
    void *user;
} Timer;

static const clockid_t clocks[CLOCKS] = { CLOCK_SLEEPING, CLOCK_REALTIME };

static GPtrArray *timers; /* Timer, owned; NULL: nothing is open */
static unsigned last_id;
static gboolean helped;        /* the kernel's timers are there */
static int fds[CLOCKS];        /* -1: none */
static unsigned watch[CLOCKS]; /* of the loop */
static int64_t armed[CLOCKS];
static unsigned fallback;
static gboolean running;

static int64_t
read_clock (clockid_t clock)
{
    struct timespec now = { 0 };

    clock_gettime (clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t
tgp_clock_mono (void)
{
    return read_clock (CLOCK_SLEEPING);
}

int64_t
tgp_clock_wall (void)
{
    return read_clock (CLOCK_REALTIME);
}

/* --- what wakes us --- */

static int64_t
earliest (int by)
{
    int64_t due = NEVER;

    for (unsigned i = 0; i < timers->len; i++)
        due = MIN (due, ((Timer *)g_ptr_array_index (timers, i))->due[by]);
    return due;
}

#ifdef __linux__
static void
arm_kernel (int by)
{
    int64_t due = earliest (by);
    struct itimerspec spec = { 0 };
    int flags = TFD_TIMER_ABSTIME | (by == BY_WALL ? TFD_TIMER_CANCEL_ON_SET : 0);

    if (due == armed[by])
        return;
    armed[by] = due;
    if (due != NEVER) { /* a time of 0 would stop it */
        spec.it_value.tv_sec = (time_t)MAX (due / 1000, 0);
        spec.it_value.tv_nsec = MAX (due % 1000 * 1000000, 1);
    }
    timerfd_settime (fds[by], flags, &spec, NULL);
}
#else
static void
arm_kernel (int by)
{
}
#endif

static void run_due (void);

static gboolean
fallback_cb (gpointer user)
{
    fallback = 0;
    run_due ();
    return FALSE;
}

static void
arm (void)
{
    if (running || timers == NULL)
        return; /* run_due() does it at its end */
    if (helped) {
        arm_kernel (BY_MONO);
        arm_kernel (BY_WALL);
        return;
    }
    if (fallback != 0)
        purple_timeout_remove (fallback);
    fallback = 0;
    int64_t due = earliest (BY_MONO);
    if (due != NEVER)
        fallback = purple_timeout_add (
            (unsigned)CLAMP (due - tgp_clock_mono (), 0, LOOK_EVERY), fallback_cb, NULL);
}

/* The next of those that were set before `last`, and that either clock calls over. */
static Timer *
take_due (unsigned last)
{
    int64_t mono = tgp_clock_mono (), wall = tgp_clock_wall ();
    unsigned best = 0;
    const Timer *first = NULL;

    for (unsigned i = 0; i < timers->len; i++) {
        const Timer *timer = g_ptr_array_index (timers, i);
        if ((timer->due[BY_MONO] <= mono || timer->due[BY_WALL] <= wall) &&
            (int)(last - timer->id) >= 0 &&
            (first == NULL || timer->due[BY_MONO] < first->due[BY_MONO])) {
            first = timer;
            best = i;
        }
    }
    return first != NULL ? g_ptr_array_steal_index (timers, best) : NULL;
}

static void
run_due (void)
{
    unsigned last = last_id;
    Timer *timer;

    if (running)
        return; /* a loop within a timer's function */
    running = TRUE;
    while (timers != NULL && (timer = take_due (last)) != NULL) {
        TgpClockFunc func = timer->func;
        void *user = timer->user;
        g_free (timer);
        func (user);
    }
    running = FALSE;
    arm ();
}

#ifdef __linux__
static void
kernel_cb (gpointer data, int fd, PurpleInputCondition condition)
{
    uint64_t times;

    /* it ran out, or the wall clock was set: both ways it is to be armed anew */
    if (read (fd, &times, sizeof times) < 0)
        times = 0;
    armed[GPOINTER_TO_INT (data)] = NEVER - 1;
    run_due ();
}

static gboolean
open_kernel (void)
{
    for (int by = 0; by < CLOCKS; by++) {
        fds[by] = timerfd_create (clocks[by], TFD_NONBLOCK | TFD_CLOEXEC);
        if (fds[by] < 0)
            return FALSE;
        watch[by] = purple_input_add (fds[by], PURPLE_INPUT_READ, kernel_cb,
                                      GINT_TO_POINTER (by));
    }
    return TRUE;
}
#else
static gboolean
open_kernel (void)
{
    return FALSE;
}
#endif

static void
close_kernel (void)
{
    for (int by = 0; by < CLOCKS; by++) {
        if (watch[by] != 0)
            purple_input_remove (watch[by]);
        if (fds[by] >= 0)
            close (fds[by]);
        watch[by] = 0;
        fds[by] = -1;
        armed[by] = NEVER;
    }
    helped = FALSE;
}

static void
open_all (void)
{
    if (timers != NULL)
        return;
    timers = g_ptr_array_new_with_free_func (g_free);
    fds[BY_MONO] = fds[BY_WALL] = -1;
    armed[BY_MONO] = armed[BY_WALL] = NEVER;
    helped = open_kernel ();
    if (!helped)
        close_kernel ();
}

/* --- timers --- */

unsigned
tgp_clock_add (int64_t delay, TgpClockFunc func, void *user)
{
    Timer *timer = g_new0 (Timer, 1);

    open_all ();
    delay = CLAMP (delay, 0, DELAY_MAX);
    if (++last_id == 0)
        last_id = 1;
    *timer = (Timer){
        last_id, { tgp_clock_mono () + delay, tgp_clock_wall () + delay }, func, user
    };
    g_ptr_array_add (timers, timer);
    arm ();
    return timer->id;
}

void
tgp_clock_remove (unsigned id)
{
    for (unsigned i = 0; timers != NULL && i < timers->len; i++)
        if (((Timer *)g_ptr_array_index (timers, i))->id == id) {
            g_ptr_array_remove_index_fast (timers, i);
            arm ();
            return;
        }
}

void
tgp_clock_close (void)
{
    if (timers == NULL)
        return;
    if (fallback != 0)
        purple_timeout_remove (fallback);
    fallback = 0;
    close_kernel ();
    g_clear_pointer (&timers, g_ptr_array_unref);
}
