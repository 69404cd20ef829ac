/* LD_PRELOAD: counts what a process asks the disk to have for good.
 *
 *   SYNCS_FILE=FILE LD_PRELOAD=./libsyncs.so program
 *
 * FILE is two 64-bit numbers: calls of fsync() and fdatasync(); SQLite's transactions, where
 * the program has SQLite as a library of its own. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

typedef struct {
    uint64_t syncs, transactions;
} Counts;

static Counts none;
static Counts *count = &none;

__attribute__ ((constructor)) static void
begin (void)
{
    const char *path = getenv ("SYNCS_FILE");
    int fd = path != NULL ? open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;

    if (fd < 0 || ftruncate (fd, sizeof none) != 0)
        return;
    void *map = mmap (NULL, sizeof none, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (map != MAP_FAILED)
        count = map;
    close (fd);
}

static void
count_sync (void)
{
    __atomic_add_fetch (&count->syncs, 1, __ATOMIC_RELAXED);
}

__attribute__ ((visibility ("default"))) int
fsync (int fd)
{
    static int (*next) (int);

    if (next == NULL)
        *(void **)&next = dlsym (RTLD_NEXT, "fsync");
    count_sync ();
    return next (fd);
}

__attribute__ ((visibility ("default"))) int
fdatasync (int fd)
{
    static int (*next) (int);

    if (next == NULL)
        *(void **)&next = dlsym (RTLD_NEXT, "fdatasync");
    count_sync ();
    return next (fd);
}

/* The module has its SQLite to itself, so no scope of names leads there from here. */
static void *
of_sqlite (const char *name)
{
    void *library = dlopen ("libsqlite3.so.0", RTLD_LAZY | RTLD_NOLOAD);

    return library != NULL ? dlsym (library, name) : NULL;
}

__attribute__ ((visibility ("default"))) int sqlite3_step (void *statement);

int
sqlite3_step (void *statement)
{
    static int (*next) (void *);
    static const char *(*text) (void *);

    if (next == NULL)
        *(void **)&next = of_sqlite ("sqlite3_step");
    if (text == NULL)
        *(void **)&text = of_sqlite ("sqlite3_sql");
    const char *sql = text (statement);
    if (sql != NULL && strncmp (sql, "COMMIT", 6) == 0)
        __atomic_add_fetch (&count->transactions, 1, __ATOMIC_RELAXED);
    return next (statement);
}
