/* secure_delete overwrites what a statement frees, but not what a tree leaves behind when
 * its cells move to other pages: between the cell pointers and the first cell of a page
 * that was put together anew stand old bytes, which nothing ever clears (SC-L12). Here
 * that space is written as zeros. It is unused by definition, so nothing else changes.
 *
 *   | header | cell pointers -> |  the gap  | <- cells |
 *
 * Everything but a write to the database itself goes straight to SQLite's own layer. */
#include "store-tidy.h"

#include <glib.h>
#include <sqlite3.h>
#include <stdint.h>
#include <string.h>

#define NAME "purple-mtproto"
#define FIRST_HEADER 100 /* bytes of the file's header, on its first page */
#define PAGE_MIN 512
#define PAGE_MAX 65536

typedef struct {
    sqlite3_file base;
    sqlite3_file *real; /* behind this struct */
} Tidy;

static sqlite3_vfs *real_vfs;

static sqlite3_file *
real_of (sqlite3_file *file)
{
    return ((Tidy *)(void *)file)->real;
}

static size_t
number (const uint8_t *at)
{
    return (size_t)at[0] << 8 | at[1];
}

/* Pages that are no part of a tree (free, overflow) begin with the high byte of a page
 * number: zero up to 137 GB. */
static gboolean
find_gap (const uint8_t *page, size_t len, gboolean first, size_t *from, size_t *to)
{
    size_t head = first ? FIRST_HEADER : 0, size;

    switch (page[head]) {
    case 2:
    case 5: /* inner */
        size = 12;
        break;
    case 10:
    case 13: /* leaf */
        size = 8;
        break;
    default:
        return FALSE;
    }
    *from = head + size + 2 * number (page + head + 3);
    *to = number (page + head + 5);
    if (*to == 0)
        *to = PAGE_MAX;
    return *from < *to && *to <= len;
}

static int
tidy_write (sqlite3_file *file, const void *data, int len, sqlite3_int64 at)
{
    sqlite3_file *real = real_of (file);
    size_t from, to;

    if (len < PAGE_MIN || len > PAGE_MAX || at % len != 0 ||
        !find_gap (data, (size_t)len, at == 0, &from, &to))
        return real->pMethods->xWrite (real, data, len, at);
    g_autofree uint8_t *page = g_memdup2 (data, (size_t)len);
    memset (page + from, 0, to - from);
    return real->pMethods->xWrite (real, page, len, at);
}

static int
tidy_close (sqlite3_file *file)
{
    return real_of (file)->pMethods->xClose (real_of (file));
}

static int
tidy_read (sqlite3_file *file, void *data, int len, sqlite3_int64 at)
{
    return real_of (file)->pMethods->xRead (real_of (file), data, len, at);
}

static int
tidy_truncate (sqlite3_file *file, sqlite3_int64 size)
{
    return real_of (file)->pMethods->xTruncate (real_of (file), size);
}

static int
tidy_sync (sqlite3_file *file, int flags)
{
    return real_of (file)->pMethods->xSync (real_of (file), flags);
}

static int
tidy_size (sqlite3_file *file, sqlite3_int64 *size)
{
    return real_of (file)->pMethods->xFileSize (real_of (file), size);
}

static int
tidy_lock (sqlite3_file *file, int level)
{
    return real_of (file)->pMethods->xLock (real_of (file), level);
}

static int
tidy_unlock (sqlite3_file *file, int level)
{
    return real_of (file)->pMethods->xUnlock (real_of (file), level);
}

static int
tidy_check (sqlite3_file *file, int *reserved)
{
    return real_of (file)->pMethods->xCheckReservedLock (real_of (file), reserved);
}

static int
tidy_control (sqlite3_file *file, int op, void *argument)
{
    return real_of (file)->pMethods->xFileControl (real_of (file), op, argument);
}

static int
tidy_sector_size (sqlite3_file *file)
{
    return real_of (file)->pMethods->xSectorSize (real_of (file));
}

static int
tidy_device (sqlite3_file *file)
{
    return real_of (file)->pMethods->xDeviceCharacteristics (real_of (file));
}

static const sqlite3_io_methods methods = {
    .iVersion = 1, /* no shared memory, no mapping */
    .xClose = tidy_close,
    .xRead = tidy_read,
    .xWrite = tidy_write,
    .xTruncate = tidy_truncate,
    .xSync = tidy_sync,
    .xFileSize = tidy_size,
    .xLock = tidy_lock,
    .xUnlock = tidy_unlock,
    .xCheckReservedLock = tidy_check,
    .xFileControl = tidy_control,
    .xSectorSize = tidy_sector_size,
    .xDeviceCharacteristics = tidy_device,
};

static int
tidy_open (sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags,
           int *out_flags)
{
    Tidy *tidy = (Tidy *)(void *)file;

    if ((flags & SQLITE_OPEN_MAIN_DB) == 0)
        return real_vfs->xOpen (real_vfs, name, file, flags, out_flags);
    tidy->base.pMethods = NULL;
    tidy->real = (sqlite3_file *)(void *)(tidy + 1);
    int status = real_vfs->xOpen (real_vfs, name, tidy->real, flags, out_flags);
    if (tidy->real->pMethods != NULL)
        tidy->base.pMethods = &methods;
    return status;
}

const char *
store_tidy_vfs (void)
{
    static sqlite3_vfs vfs; /* the module stays loaded (-z nodelete) */
    static gsize ready;

    if (g_once_init_enter (&ready)) {
        real_vfs = sqlite3_vfs_find (NULL);
        if (real_vfs != NULL) {
            vfs = *real_vfs;
            vfs.pNext = NULL;
            vfs.zName = NAME;
            vfs.szOsFile = (int)sizeof (Tidy) + real_vfs->szOsFile;
            vfs.xOpen = tidy_open;
            sqlite3_vfs_register (&vfs, 0);
        }
        g_once_init_leave (&ready, 1);
    }
    return real_vfs != NULL ? NAME : NULL;
}
