/* The calendar of one process is ahead of the machine's (LD_PRELOAD), by the seconds that AHEAD says; its
 * timers go on as they are. */
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SHOWN __attribute__ ((visibility ("default")))

static time_t
ahead (void)
{
    const char *text = getenv ("AHEAD");

    return text != NULL ? (time_t)atol (text) : 0;
}

SHOWN int
clock_gettime (clockid_t which, struct timespec *now)
{
    int result = (int)syscall (SYS_clock_gettime, which, now);

    if (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)
        now->tv_sec += ahead ();
    return result;
}

SHOWN int
gettimeofday (struct timeval *restrict now, void *restrict zone)
{
    struct timespec t;
    int result = clock_gettime (CLOCK_REALTIME, &t);

    *now = (struct timeval){ t.tv_sec, t.tv_nsec / 1000 };
    return result;
}

SHOWN time_t
time (time_t *out)
{
    struct timespec t;

    clock_gettime (CLOCK_REALTIME, &t);
    if (out != NULL)
        *out = t.tv_sec;
    return t.tv_sec;
}
