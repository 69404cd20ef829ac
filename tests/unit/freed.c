/* See freed.h. */
#include "freed.h"

#include <malloc.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#define NEEDLES_MAX 16
#define STACK_SIZE ((size_t)4 << 20)

/* What must not be found; compared by memmem() in every freed block. */
static struct {
    uint8_t data[64];
    size_t len;
    unsigned found;
} needles[NEEDLES_MAX];
static unsigned n_needles;
gboolean freed_watching;
unsigned freed_looked_at;

void
freed_forget (void)
{
    n_needles = 0;
}

void
freed_add_needle (const void *data, size_t len)
{
    g_assert_cmpuint (n_needles, <, NEEDLES_MAX);
    g_assert_cmpuint (len, <=, sizeof needles[0].data);
    memcpy (needles[n_needles].data, data, len);
    needles[n_needles].len = len;
    needles[n_needles++].found = 0;
}

void
freed_look_at (const void *memory, size_t len)
{
    freed_looked_at += len > 0;
    for (unsigned i = 0; i < n_needles; i++)
        needles[i].found += memmem (memory, len, needles[i].data, needles[i].len) != NULL;
}

void
freed_run_on_own_stack (void *(*func) (void *), void *user)
{
    void *stack = mmap (NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    g_assert_true (stack != MAP_FAILED);
    pthread_attr_t attr;
    pthread_t thread;

    pthread_attr_init (&attr);
    g_assert_cmpint (pthread_attr_setstack (&attr, stack, STACK_SIZE), ==, 0);
    g_assert_cmpint (pthread_create (&thread, &attr, func, user), ==, 0);
    pthread_join (thread, NULL);
    pthread_attr_destroy (&attr);
    freed_look_at (stack, STACK_SIZE);
    munmap (stack, STACK_SIZE);
}

/* Looked at or not, the block goes back empty: else what the harness leaves behind would
 * show up in later blocks. */
static void
look_at_freed (const volatile void *memory)
{
    void *block = (void *)memory;
    size_t len = block != NULL ? malloc_usable_size (block) : 0;

    if (freed_watching)
        freed_look_at (block, len);
    explicit_bzero (block, len);
}

#ifdef __SANITIZE_ADDRESS__
/* Frames that lie elsewhere, as some compilers' have them, would not be looked at. */
const char *__asan_default_options (void);

__attribute__ ((visibility ("default"))) const char *
__asan_default_options (void)
{
    return "detect_stack_use_after_return=0";
}

int __sanitizer_install_malloc_and_free_hooks (void (*malloc_hook) (const volatile void *,
                                                                    size_t),
                                               void (*free_hook) (const volatile void *));

static void
ignore_allocated (const volatile void *memory, size_t len)
{
}

void
freed_install (void)
{
    g_assert_cmpint (
        __sanitizer_install_malloc_and_free_hooks (ignore_allocated, look_at_freed), !=,
        0);
}
#else
void __libc_free (void *memory);

__attribute__ ((visibility ("default"))) void
free (void *memory)
{
    look_at_freed (memory);
    __libc_free (memory);
}

void
freed_install (void)
{
}
#endif

void
freed_assert_found (const char *where, gboolean want)
{
    freed_watching = FALSE;
    for (unsigned i = 0; i < n_needles; i++) {
        if ((needles[i].found > 0) != want)
            g_test_message ("%s: needle %u in %u blocks", where, i, needles[i].found);
        g_assert_cmpint (needles[i].found > 0, ==, want);
    }
}
