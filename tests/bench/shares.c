/* What the module takes of a front end's main loop, loaded before it (LD_PRELOAD): whatever
 * the module registers with libpurple or GObject is timed when it is called, in CPU time of
 * the thread, and so is what is typed; what libpurple and the front end do meanwhile to
 * write a line is theirs, but for what they call of the module's in it. All else that it
 * calls, GTK too, counts as its own.
 *
 * The file that SHARES_FILE names holds three numbers, in ns: all of it, the longest call, and
 * how many calls there were. Whoever writes zeros into it begins anew. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define DEPTH 64
#define CALLS 128

typedef struct {
    uint64_t all, longest, calls;
} Shares;

typedef intptr_t (*Any) (intptr_t, intptr_t, intptr_t, intptr_t, intptr_t, intptr_t,
                         intptr_t, intptr_t);

static Shares *shares;
static Any real[CALLS];
static int n_real;
static struct {
    int ours;
} frames[DEPTH];
static int depth;
static uint64_t since,
    own; /* ns: the running frame began; of the module's in this call */

static uint64_t
now_ns (void)
{
    struct timespec t;
    clock_gettime (CLOCK_THREAD_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void
open_file (void)
{
    const char *path = getenv ("SHARES_FILE");
    int fd = path != NULL ? open (path, O_RDWR | O_CREAT, 0600) : -1;

    if (fd < 0 || ftruncate (fd, sizeof *shares) != 0)
        abort ();
    shares = mmap (NULL, sizeof *shares, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (shares == MAP_FAILED)
        abort ();
    close (fd);
}

static void
enter (int ours)
{
    uint64_t now = now_ns ();

    if (depth > 0 && frames[depth - 1].ours)
        own += now - since;
    if (depth >= DEPTH)
        abort ();
    frames[depth++].ours = ours;
    since = now;
}

static void
leave (void)
{
    uint64_t now = now_ns ();

    if (frames[--depth].ours)
        own += now - since;
    since = now;
    if (depth > 0 || own == 0)
        return;
    shares->all += own;
    shares->calls++;
    if (own > shares->longest)
        shares->longest = own;
    own = 0;
}

static intptr_t
run (int i, intptr_t a, intptr_t b, intptr_t c, intptr_t d, intptr_t e, intptr_t f,
     intptr_t g, intptr_t h)
{
    enter (1);
    intptr_t result = real[i](a, b, c, d, e, f, g, h);
    leave ();
    return result;
}

/* A function for each number, as what is called is told by nothing else. */
#define ONE(i)                                                                           \
    static intptr_t call_##i (intptr_t a, intptr_t b, intptr_t c, intptr_t d,            \
                              intptr_t e, intptr_t f, intptr_t g, intptr_t h)            \
    {                                                                                    \
        return run (0x##i, a, b, c, d, e, f, g, h);                                      \
    }
/* clang-format off */
#define ROW(r)                                                                           \
    ONE (r##0) ONE (r##1) ONE (r##2) ONE (r##3) ONE (r##4) ONE (r##5) ONE (r##6)         \
    ONE (r##7) ONE (r##8) ONE (r##9) ONE (r##a) ONE (r##b) ONE (r##c) ONE (r##d)         \
    ONE (r##e) ONE (r##f)
ROW (0) ROW (1) ROW (2) ROW (3) ROW (4) ROW (5) ROW (6) ROW (7)
/* clang-format on */
#define NAME(r)                                                                          \
    call_##r##0, call_##r##1, call_##r##2, call_##r##3, call_##r##4, call_##r##5,        \
        call_##r##6, call_##r##7, call_##r##8, call_##r##9, call_##r##a, call_##r##b,    \
        call_##r##c, call_##r##d, call_##r##e, call_##r##f
    static const Any timed[CALLS] = { NAME (0), NAME (1), NAME (2), NAME (3),
                                      NAME (4), NAME (5), NAME (6), NAME (7) };

/* The function itself, if it is nobody's of ours. */
static void *
timed_one (void *func)
{
    Dl_info info;

    for (int i = 0; i < n_real; i++)
        if ((void *)real[i] == func)
            return (void *)timed[i];
    if (func == NULL || dladdr (func, &info) == 0 || info.dli_fname == NULL ||
        strstr (info.dli_fname, "mtproto.so") == NULL)
        return func;
    if (shares == NULL)
        open_file ();
    if (n_real == CALLS)
        abort ();
    real[n_real] = (Any)func;
    return (void *)timed[n_real++];
}

static void *
next (const char *name)
{
    void *found = dlsym (RTLD_NEXT, name);

    if (found == NULL)
        abort ();
    return found;
}

/* Once: looking it up takes longer than what is measured here. */
#define NEXT(go, name)                                                                   \
    if ((go) == NULL)                                                                    \
    (go) = next (name)

/* As their headers have them, but for types that do not matter here. */
#define SHOWN __attribute__ ((visibility ("default")))
SHOWN unsigned long purple_signal_connect (void *instance, const char *name, void *handle,
                                           void *func, void *data);
SHOWN unsigned long purple_signal_connect_priority (void *instance, const char *name,
                                                    void *handle, void *func, void *data,
                                                    int priority);
SHOWN unsigned purple_timeout_add (unsigned interval, void *func, void *data);
SHOWN unsigned purple_input_add (int fd, int condition, void *func, void *data);
SHOWN unsigned long g_signal_connect_data (void *instance, const char *name, void *func,
                                           void *data, void *destroy, int flags);
SHOWN unsigned serv_send_typing (void *gc, const char *name, int state);
SHOWN void serv_got_im (void *gc, const char *who, const char *message, int flags,
                        long when);
SHOWN void purple_conv_im_write (void *im, const char *who, const char *message,
                                 int flags, long when);

/* --- what the module registers --- */

unsigned long
purple_signal_connect (void *instance, const char *name, void *handle, void *func,
                       void *data)
{
    static unsigned long (*go) (void *, const char *, void *, void *, void *);

    NEXT (go, "purple_signal_connect");
    return go (instance, name, handle, timed_one (func), data);
}

unsigned long
purple_signal_connect_priority (void *instance, const char *name, void *handle,
                                void *func, void *data, int priority)
{
    static unsigned long (*go) (void *, const char *, void *, void *, void *, int);

    NEXT (go, "purple_signal_connect_priority");
    return go (instance, name, handle, timed_one (func), data, priority);
}

unsigned
purple_timeout_add (unsigned interval, void *func, void *data)
{
    static unsigned (*go) (unsigned, void *, void *);

    NEXT (go, "purple_timeout_add");
    return go (interval, timed_one (func), data);
}

unsigned
purple_input_add (int fd, int condition, void *func, void *data)
{
    static unsigned (*go) (int, int, void *, void *);

    NEXT (go, "purple_input_add");
    return go (fd, condition, timed_one (func), data);
}

unsigned long
g_signal_connect_data (void *instance, const char *name, void *func, void *data,
                       void *destroy, int flags)
{
    static unsigned long (*go) (void *, const char *, void *, void *, void *, int);

    NEXT (go, "g_signal_connect_data");
    return go (instance, name, timed_one (func), data, destroy, flags);
}

/* --- what libpurple only hands on to it --- */

unsigned
serv_send_typing (void *gc, const char *name, int state)
{
    static unsigned (*go) (void *, const char *, int);

    NEXT (go, "serv_send_typing");
    enter (1);
    unsigned again = go (gc, name, state);
    leave ();
    return again;
}

/* --- what is the front end's --- */

void
serv_got_im (void *gc, const char *who, const char *message, int flags, long when)
{
    static void (*go) (void *, const char *, const char *, int, long);

    NEXT (go, "serv_got_im");
    enter (0);
    go (gc, who, message, flags, when);
    leave ();
}

void
purple_conv_im_write (void *im, const char *who, const char *message, int flags,
                      long when)
{
    static void (*go) (void *, const char *, const char *, int, long);

    NEXT (go, "purple_conv_im_write");
    enter (0);
    go (im, who, message, flags, when);
    leave ();
}
