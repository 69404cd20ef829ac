/* secure_delete overwrites what a statement frees, but not what a tree leaves behind when
 * its cells move to other pages: between the cell pointers and the first cell of a page
 * that was put together anew stand old bytes, which nothing ever clears (SC-L12). Here
 * that space is written as zeros. It is unused by definition, so nothing else changes.
 *
 *   | header | cell pointers -> |  the gap  | <- cells |
 *
 * Of the write-ahead log this layer knows how much of it was written, to overwrite that
 * when it is in the database. A log that is partly overwritten would be taken for a shorter
 * one, and so for an older state: its header goes first, and is synced, before the rest
 * does. Where the header on the disk is zero, SQLite's sync of a new header alone is left
 * out: without it what follows is nothing, with it the transaction's own sync comes.
 *
 * A file that was not written to since its last sync is not synced. Everything else goes
 * straight to SQLite's own layer. */
#include "store-tidy.h"

#include <stdint.h>
#include <string.h>

#define NAME "purple-mtproto"
#define FIRST_HEADER 100 /* bytes of the file's header, on its first page */
#define PAGE_MIN 512
#define PAGE_MAX 65536
#define LOG_HEADER 32
#define LOG_KEPT (128 * 1024) /* bytes; a longer one gives its blocks back */

typedef struct {
    sqlite3_file base;
    sqlite3_file *real; /* behind this struct */
    gboolean dirty;     /* written since it was synced last */
    gboolean lazy;      /* a log: syncs of its own accord are left out while set */
    gboolean blank;     /* a log: its header on the disk is zero, or not there */
    sqlite3_int64 used; /* a log: up to where it is not all zeros */
} Tidy;

struct StoreLog {
    Tidy tidy;
};

static sqlite3_vfs *real_vfs;

static Tidy *
tidy_of (sqlite3_file *file)
{
    return (Tidy *)(void *)file;
}

static sqlite3_file *
real_of (sqlite3_file *file)
{
    return tidy_of (file)->real;
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

    tidy_of (file)->dirty = TRUE;
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
    tidy_of (file)->dirty = TRUE;
    return real_of (file)->pMethods->xTruncate (real_of (file), size);
}

static int
tidy_sync (sqlite3_file *file, int flags)
{
    Tidy *tidy = tidy_of (file);
    int status =
        tidy->dirty ? tidy->real->pMethods->xSync (tidy->real, flags) : SQLITE_OK;

    tidy->dirty &= status != SQLITE_OK;
    return status;
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

/* --- the log --- */

static int
log_write (sqlite3_file *file, const void *data, int len, sqlite3_int64 at)
{
    Tidy *tidy = tidy_of (file);

    tidy->dirty = TRUE;
    tidy->used = MAX (tidy->used, at + len);
    return tidy->real->pMethods->xWrite (tidy->real, data, len, at);
}

static int
log_sync (sqlite3_file *file, int flags)
{
    Tidy *tidy = tidy_of (file);

    if (tidy->lazy || (tidy->blank && tidy->used <= LOG_HEADER))
        return SQLITE_OK;
    int status = tidy_sync (file, flags);
    tidy->blank &= status != SQLITE_OK;
    return status;
}

StoreLog *
store_tidy_log (sqlite3 *db)
{
    sqlite3_file *file = NULL;

    if (real_vfs == NULL ||
        sqlite3_file_control (db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file) !=
            SQLITE_OK ||
        file == NULL || file->pMethods == NULL || file->pMethods->xWrite != log_write)
        return NULL;
    return (StoreLog *)(void *)file;
}

void
store_log_set_lazy (StoreLog *log, gboolean lazy)
{
    log->tidy.lazy = lazy;
}

int
store_log_sync (StoreLog *log)
{
    return log_sync (&log->tidy.base, SQLITE_SYNC_NORMAL);
}

sqlite3_int64
store_log_used (const StoreLog *log)
{
    return log->tidy.used;
}

/* Of [from, to). */
static int
write_zeros (Tidy *tidy, sqlite3_int64 from, sqlite3_int64 to)
{
    static const uint8_t zeros[65536];
    int status = SQLITE_OK;

    tidy->dirty |= from < to;
    for (; from < to && status == SQLITE_OK; from += sizeof zeros)
        status = tidy->real->pMethods->xWrite (
            tidy->real, zeros, (int)MIN (to - from, (sqlite3_int64)sizeof zeros), from);
    return status;
}

int
store_log_undo (StoreLog *log, sqlite3_int64 used)
{
    Tidy *tidy = &log->tidy;
    int status = write_zeros (tidy, used, tidy->used);

    if (status == SQLITE_OK)
        tidy->used = used;
    return status == SQLITE_OK ? tidy_sync (&tidy->base, SQLITE_SYNC_NORMAL) : status;
}

static int
cut (Tidy *tidy, sqlite3_int64 size)
{
    int status = tidy_sync (&tidy->base, SQLITE_SYNC_NORMAL);

    return status == SQLITE_OK ? tidy->real->pMethods->xTruncate (tidy->real, size)
                               : status;
}

int
store_log_wipe (StoreLog *log)
{
    Tidy *tidy = &log->tidy;
    int status = SQLITE_OK;

    if (!tidy->blank) {
        status = write_zeros (tidy, 0, LOG_HEADER);
        if (status == SQLITE_OK)
            status = tidy_sync (&tidy->base, SQLITE_SYNC_NORMAL);
        if (status != SQLITE_OK)
            return status;
        tidy->blank = TRUE;
    }
    status = write_zeros (tidy, 0, tidy->used);
    if (status == SQLITE_OK && tidy->used > LOG_KEPT)
        status = cut (tidy, LOG_KEPT);
    if (status == SQLITE_OK)
        tidy->used = 0;
    return status;
}

int
store_log_cut (StoreLog *log)
{
    return log->tidy.used == 0 ? cut (&log->tidy, 0) : SQLITE_BUSY;
}

/* What an earlier process left. */
static void
log_opened (Tidy *tidy)
{
    static const uint8_t none[LOG_HEADER];
    uint8_t header[LOG_HEADER] = { 0 };

    if (tidy->real->pMethods->xFileSize (tidy->real, &tidy->used) != SQLITE_OK)
        tidy->used = 0;
    tidy->blank =
        tidy->used < LOG_HEADER ||
        (tidy->real->pMethods->xRead (tidy->real, header, LOG_HEADER, 0) == SQLITE_OK &&
         memcmp (header, none, LOG_HEADER) == 0);
    tidy->dirty = TRUE; /* who knows */
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

static const sqlite3_io_methods log_methods = {
    .iVersion = 1,
    .xClose = tidy_close,
    .xRead = tidy_read,
    .xWrite = log_write,
    .xTruncate = tidy_truncate,
    .xSync = log_sync,
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
    Tidy *tidy = tidy_of (file);
    gboolean log = (flags & SQLITE_OPEN_WAL) != 0;

    if ((flags & SQLITE_OPEN_MAIN_DB) == 0 && !log)
        return real_vfs->xOpen (real_vfs, name, file, flags, out_flags);
    *tidy = (Tidy){ .real = (sqlite3_file *)(void *)(tidy + 1), .dirty = TRUE };
    int status = real_vfs->xOpen (real_vfs, name, tidy->real, flags, out_flags);
    if (tidy->real->pMethods != NULL)
        tidy->base.pMethods = log ? &log_methods : &methods;
    if (log && status == SQLITE_OK)
        log_opened (tidy);
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
