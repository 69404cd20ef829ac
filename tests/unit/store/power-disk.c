/* A file layer for SQLite that knows what is on the disk, and what was only written. */
#include "power-disk.h"

#include <sqlite3.h>
#include <stdint.h>
#include <string.h>

#define SECTOR 512
#define DELETED G_MININT64

/* Only what goes through the file layer counts. */
__attribute__ ((visibility ("default"))) int
fsync (int fd)
{
    return 0;
}

typedef struct {
    sqlite3_int64 at; /* negative: a cut at -1 - at, or DELETED */
    GBytes *data;
} Pending;

typedef struct {
    char *name;
    GByteArray *durable;
    GPtrArray *pending; /* Pending */
    gboolean gone;
} Disk;

typedef struct {
    sqlite3_file base;
    sqlite3_file *real; /* behind this struct */
    Disk *disk;         /* NULL: nobody looks */
} PowerFile;

gboolean power_full;

static sqlite3_vfs *real_vfs;
static const char *watched; /* the folder whose files are disks; NULL: none now */
static GPtrArray *disks;    /* Disk */
static void (*moment) (void);

static void
pending_free (Pending *pending)
{
    g_clear_pointer (&pending->data, g_bytes_unref);
    g_free (pending);
}

static void
disk_free (Disk *disk)
{
    g_free (disk->name);
    g_byte_array_unref (disk->durable);
    g_ptr_array_unref (disk->pending);
    g_free (disk);
}

static Disk *
disk_of (const char *name)
{
    for (unsigned i = 0; i < disks->len; i++)
        if (g_str_equal (((Disk *)disks->pdata[i])->name, name))
            return disks->pdata[i];
    Disk *disk = g_new0 (Disk, 1);
    disk->name = g_strdup (name);
    disk->durable = g_byte_array_new ();
    disk->pending = g_ptr_array_new_with_free_func ((GDestroyNotify)pending_free);
    g_ptr_array_add (disks, disk);
    return disk;
}

static void
grow (GByteArray *bytes, size_t len)
{
    unsigned was = bytes->len;

    if (len <= was)
        return;
    g_byte_array_set_size (bytes, (unsigned)len);
    memset (bytes->data + was, 0, len - was);
}

/* One in `chance` sectors is not taken; 0: all are; negative: one end of a write is not.
 * FALSE: the file is gone. */
static gboolean
apply (GByteArray *bytes, const Pending *pending, GRand *rand, int chance)
{
    size_t len;

    if (pending->at == DELETED)
        return chance > 0 && g_rand_int_range (rand, 0, chance) == 0;

    if (pending->at < 0) {
        size_t size = (size_t)(-1 - pending->at);
        if (size < bytes->len && (chance <= 0 || g_rand_int_range (rand, 0, chance) > 0))
            g_byte_array_set_size (bytes, (unsigned)size);
        return TRUE;
    }
    const uint8_t *data = g_bytes_get_data (pending->data, &len);
    size_t split = chance < 0 ? (size_t)g_rand_int_range (rand, 0, (int)len) : 0;
    gboolean upper = chance < 0 && g_rand_boolean (rand);
    for (size_t i = 0; i < len;) {
        size_t at = (size_t)pending->at + i;
        size_t piece = MIN (len - i, SECTOR - at % SECTOR);
        if (chance < 0 ? upper == (i > split)
                       : chance == 0 || g_rand_int_range (rand, 0, chance) > 0) {
            grow (bytes, at + piece);
            memcpy (bytes->data + at, data + i, piece);
        }
        i += piece;
    }
    return TRUE;
}

/* --- the file layer --- */

#define REAL(file) (((PowerFile *)(void *)(file))->real)
#define PASS(name, declaration, call)                                                    \
    static int power_##name declaration                                                  \
    {                                                                                    \
        return REAL (f)->pMethods->x##name call;                                         \
    }
PASS (Close, (sqlite3_file * f), (REAL (f)))
PASS (Read, (sqlite3_file * f, void *data, int len, sqlite3_int64 at),
      (REAL (f), data, len, at))
PASS (FileSize, (sqlite3_file * f, sqlite3_int64 *size), (REAL (f), size))
PASS (Lock, (sqlite3_file * f, int level), (REAL (f), level))
PASS (Unlock, (sqlite3_file * f, int level), (REAL (f), level))
PASS (CheckReservedLock, (sqlite3_file * f, int *out), (REAL (f), out))
PASS (FileControl, (sqlite3_file * f, int op, void *arg), (REAL (f), op, arg))

static int
power_SectorSize (sqlite3_file *f)
{
    return SECTOR;
}

static int
power_DeviceCharacteristics (sqlite3_file *f)
{
    return 0;
}

/* What looks is not looked at. */
static void
reach_moment (void)
{
    const char *folder = g_steal_pointer (&watched);

    moment ();
    watched = folder;
}

static void
add_pending (Disk *disk, sqlite3_int64 at, const void *data, int len)
{
    Pending *pending;

    if (disk == NULL)
        return;
    pending = g_new0 (Pending, 1);
    pending->at = at;
    pending->data = data != NULL ? g_bytes_new (data, (size_t)len) : NULL;
    g_ptr_array_add (disk->pending, pending);
    reach_moment ();
}

static int
power_Write (sqlite3_file *f, const void *data, int len, sqlite3_int64 at)
{
    add_pending (((PowerFile *)(void *)f)->disk, at, data, len);
    return REAL (f)->pMethods->xWrite (REAL (f), data, len, at);
}

static int
power_Truncate (sqlite3_file *f, sqlite3_int64 size)
{
    add_pending (((PowerFile *)(void *)f)->disk, -1 - size, NULL, 0);
    return REAL (f)->pMethods->xTruncate (REAL (f), size);
}

static int
power_Sync (sqlite3_file *f, int flags)
{
    Disk *disk = ((PowerFile *)(void *)f)->disk;

    if (power_full)
        return SQLITE_IOERR_FSYNC;
    if (disk == NULL)
        return SQLITE_OK;
    reach_moment ();
    for (unsigned i = 0; i < disk->pending->len; i++)
        disk->gone |= !apply (disk->durable, disk->pending->pdata[i], NULL, 0);
    g_ptr_array_set_size (disk->pending, 0);
    reach_moment ();
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = power_Close,
    .xRead = power_Read,
    .xWrite = power_Write,
    .xTruncate = power_Truncate,
    .xSync = power_Sync,
    .xFileSize = power_FileSize,
    .xLock = power_Lock,
    .xUnlock = power_Unlock,
    .xCheckReservedLock = power_CheckReservedLock,
    .xFileControl = power_FileControl,
    .xSectorSize = power_SectorSize,
    .xDeviceCharacteristics = power_DeviceCharacteristics,
};

static int
power_open (sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags,
            int *out_flags)
{
    PowerFile *f = (PowerFile *)(void *)file;

    *f = (PowerFile){ .real = (sqlite3_file *)(void *)(f + 1) };
    int status = real_vfs->xOpen (real_vfs, name, f->real, flags, out_flags);
    if (f->real->pMethods != NULL)
        f->base.pMethods = &methods;
    if (name != NULL && watched != NULL && g_str_has_prefix (name, watched)) {
        g_autofree char *base = g_path_get_basename (name);
        f->disk = disk_of (base);
        f->disk->gone = FALSE;
    }
    return status;
}

static int
power_delete (sqlite3_vfs *vfs, const char *name, int sync_folder)
{
    g_autofree char *base = g_path_get_basename (name);

    if (watched != NULL && g_str_has_prefix (name, watched)) {
        Disk *disk = disk_of (base);
        add_pending (disk, DELETED, NULL, 0);
        if (sync_folder) {
            disk->gone = TRUE;
            g_byte_array_set_size (disk->durable, 0);
            g_ptr_array_set_size (disk->pending, 0);
        }
    }
    return real_vfs->xDelete (real_vfs, name, sync_folder);
}

void
power_register (void)
{
    static sqlite3_vfs vfs;

    real_vfs = sqlite3_vfs_find (NULL);
    vfs = *real_vfs;
    vfs.pNext = NULL;
    vfs.zName = "power";
    vfs.szOsFile = (int)sizeof (PowerFile) + real_vfs->szOsFile;
    vfs.xOpen = power_open;
    vfs.xDelete = power_delete;
    g_assert_cmpint (sqlite3_vfs_register (&vfs, 1), ==, SQLITE_OK);
}

void
power_watch (const char *folder, void (*at_each) (void))
{
    g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
    const char *name;

    disks = g_ptr_array_new_with_free_func ((GDestroyNotify)disk_free);
    moment = at_each;
    watched = folder;
    while ((name = g_dir_read_name (dir)) != NULL) {
        g_autofree char *path = g_build_filename (folder, name, NULL);
        g_autofree char *data = NULL;
        size_t len;
        if (g_str_has_prefix (name, "store.db") &&
            g_file_get_contents (path, &data, &len, NULL))
            g_byte_array_append (disk_of (name)->durable, (uint8_t *)data, (guint)len);
    }
}

void
power_unwatch (void)
{
    watched = NULL;
    g_clear_pointer (&disks, g_ptr_array_unref);
}

void
power_picture (const char *folder, GRand *rand)
{
    static const int missing[] = { 1, 2, 10, -1 }; /* all, half, a tenth, one end */
    int how = missing[g_rand_int_range (rand, 0, G_N_ELEMENTS (missing))];

    for (unsigned i = 0; i < disks->len; i++) {
        const Disk *disk = disks->pdata[i];
        g_autofree char *path = g_build_filename (folder, disk->name, NULL);
        g_autoptr (GByteArray) bytes = g_byte_array_new ();
        gboolean there = !disk->gone;
        grow (bytes, disk->durable->len);
        if (bytes->len > 0)
            memcpy (bytes->data, disk->durable->data, bytes->len);
        for (unsigned p = 0; p < disk->pending->len; p++)
            there &= apply (bytes, disk->pending->pdata[p], rand, how);
        if (there)
            g_assert_true (
                g_file_set_contents (path, (char *)bytes->data, bytes->len, NULL));
    }
}
