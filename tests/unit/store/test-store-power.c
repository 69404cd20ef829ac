/* The power goes: of what was written since a file was synced last, each sector is on the
 * disk or not, as chance has it, in no order. SQLite's default file layer is replaced by
 * one that knows both, and takes a picture at each write and each sync. */
#include "store-bytes.h"
#include "store-whole.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#define SECTOR 512
#define KEYS 6
#define PICTURES 3 /* of the same moment: chance decides differently */

static const uint8_t seal_key[32] = { 7 };

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

static sqlite3_vfs *real_vfs;
static char *watched;    /* the folder whose files are disks */
static GPtrArray *disks; /* Disk */
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
    moment ();
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

static gboolean full; /* a disk on which nothing can be made durable */

static int
power_Sync (sqlite3_file *f, int flags)
{
    Disk *disk = ((PowerFile *)(void *)f)->disk;

    if (full)
        return SQLITE_IOERR_FSYNC;
    if (disk == NULL)
        return SQLITE_OK;
    moment ();
    for (unsigned i = 0; i < disk->pending->len; i++)
        disk->gone |= !apply (disk->durable, disk->pending->pdata[i], NULL, 0);
    g_ptr_array_set_size (disk->pending, 0);
    moment ();
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

static void
register_power (void)
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

/* --- what must be true --- */

static GRand *chance;
static int begun, durable; /* the last transaction that began; that must not get lost */
static unsigned pictures, behind;
static int every; /* so many moments are between two pictures */
static int moments;

static void
value_cb (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    int *numbers = user, n;

    g_assert_nonnull (value);
    g_assert_cmpuint (len, >=, sizeof n);
    memcpy (&n, value, sizeof n);
    g_assert_cmpint (key.id, <, KEYS);
    numbers[key.id] = n;
}

/* The whole of one transaction, none of those that were durable lost. */
static void
look_at (const char *folder)
{
    g_autoptr (GError) error = NULL;
    int numbers[KEYS] = { 0 };
    g_autoptr (Store) store = store_open (folder, seal_key, &error);

    g_assert_no_error (error);
    g_assert_true (store_each (store, STORE_OUTBOX, TRUE, 0, value_cb, numbers, NULL));
    for (int i = 1; i < KEYS; i++)
        g_assert_cmpint (numbers[i], ==, numbers[0]);
    g_assert_cmpint (numbers[0], >=, durable);
    g_assert_cmpint (numbers[0], <=, begun);
    behind += numbers[0] < begun;
}

static void
take_picture (void)
{
    g_autofree char *folder = g_dir_make_tmp ("store-power-XXXXXX", NULL);
    static const int missing[] = { 1, 2, 10, -1 }; /* all, half, a tenth, one end */
    int how = missing[g_rand_int_range (chance, 0, G_N_ELEMENTS (missing))];

    for (unsigned i = 0; i < disks->len; i++) {
        const Disk *disk = disks->pdata[i];
        g_autofree char *path = g_build_filename (folder, disk->name, NULL);
        g_autoptr (GByteArray) bytes = g_byte_array_new ();
        gboolean there = !disk->gone;
        grow (bytes, disk->durable->len);
        if (bytes->len > 0)
            memcpy (bytes->data, disk->durable->data, bytes->len);
        for (unsigned p = 0; p < disk->pending->len; p++)
            there &= apply (bytes, disk->pending->pdata[p], chance, how);
        if (there)
            g_assert_true (
                g_file_set_contents (path, (char *)bytes->data, bytes->len, NULL));
    }
    pictures++;
    look_at (folder);
    bytes_remove_folder (folder);
}

static void
moment_cb (void)
{
    void (*was) (void) = moment;
    char *folder = watched;

    if (moments++ % every != 0)
        return;
    watched = NULL; /* what looks is not looked at */
    for (int i = 0; i < PICTURES; i++)
        take_picture ();
    watched = folder;
    moment = was;
}

static void
write_one (Store *store)
{
    g_autoptr (StoreBatch) batch = store_batch_new ();
    g_autoptr (GError) error = NULL;
    StoreNeed need = g_rand_int_range (chance, 0, 3) == 0 ? STORE_WRITTEN : STORE_DURABLE;

    begun++;
    for (int i = 0; i < KEYS; i++) {
        int most = g_rand_int_range (chance, 0, 4) == 0 ? 9000 : 300;
        size_t len = (size_t)g_rand_int_range (chance, 20, most);
        g_autofree uint8_t *value = g_malloc0 (len);
        memcpy (value, &begun, sizeof begun);
        store_batch_put_mark (batch, (StoreKey){ STORE_OUTBOX, 1, i }, value, len, need);
    }
    g_assert_true (store_write (store, batch, &error));
    g_assert_no_error (error);
    if (need == STORE_DURABLE)
        durable = begun;
    if (g_rand_int_range (chance, 0, 10) == 0) { /* the marks of before */
        g_autoptr (StoreBatch) nothing = store_batch_new ();
        store_batch_require (nothing, STORE_DURABLE);
        g_assert_true (store_write (store, nothing, NULL));
        durable = begun;
    }
}

static void
run_story (int seed)
{
    g_autofree char *folder = g_dir_make_tmp ("store-power-XXXXXX", NULL);

    chance = g_rand_new_with_seed ((guint32)seed);
    disks = g_ptr_array_new_with_free_func ((GDestroyNotify)disk_free);
    begun = durable = 0;
    every = 7;
    watched = folder;
    moment = moment_cb;
    Store *store = store_open (folder, seal_key, NULL);
    for (int turn = 0; turn < 25; turn++) {
        write_one (store);
        if (g_rand_int_range (chance, 0, 4) == 0)
            g_assert_true (store_tidy (store, NULL));
        if (g_rand_int_range (chance, 0, 12) == 0) {
            store_close (store);
            durable = begun;
            store = store_open (folder, seal_key, NULL);
        }
    }
    store_close (store);
    watched = NULL;
    bytes_remove_folder (folder);
    g_ptr_array_unref (disks);
    g_rand_free (chance);
}

/* SC-L3 SC-D31: whatever of the unsynced sectors is on the disk, the store opens with the
 * state after one of the transactions, and with none lost that was durable: before, while
 * and after the log is read back and wiped, too */
static void
survives_power_cuts (void)
{
    for (int seed = 1; seed <= 6; seed++)
        run_story (seed);
    g_test_message ("%u pictures, %u without the last transaction", pictures, behind);
    g_assert_cmpuint (pictures, >=, 500);
    g_assert_cmpuint (behind, >=, 50);
}

static void
first_cb (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    *(char *)user = (char)value[0];
}

/* As if the process were killed now: what another one finds. */
static char
found_by_another (const char *folder)
{
    static const char *const names[] = { "store.db", "store.db-wal", "mark" };
    g_autofree char *copy = g_dir_make_tmp ("store-power-XXXXXX", NULL);
    char found = 0;

    for (size_t i = 0; i < G_N_ELEMENTS (names); i++) {
        g_autofree char *from = g_build_filename (folder, names[i], NULL);
        g_autofree char *to = g_build_filename (copy, names[i], NULL);
        g_autofree char *data = NULL;
        size_t len;
        if (g_file_get_contents (from, &data, &len, NULL))
            g_assert_true (g_file_set_contents (to, data, (gssize)len, NULL));
    }
    g_autoptr (Store) store = store_open (copy, seal_key, NULL);
    g_assert_true (store_each (store, STORE_OUTBOX, TRUE, 0, first_cb, &found, NULL));
    g_clear_pointer (&store, store_close);
    bytes_remove_folder (copy);
    return found;
}

/* DECISIONS 1: a transaction that failed is not there at the next start either, although
 * its bytes got as far as the log; nor is it after others */
static void
what_failed_does_not_come_back (void)
{
    g_autofree char *folder = g_dir_make_tmp ("store-power-XXXXXX", NULL);

    for (char n = 'a'; n <= 'f'; n++) {
        g_autoptr (Store) store = store_open (folder, seal_key, NULL);
        g_autoptr (StoreBatch) good = store_batch_new ();
        g_autoptr (StoreBatch) bad = store_batch_new ();
        char found = 0;
        store_batch_put (good, (StoreKey){ STORE_OUTBOX, 1, 1 }, &n, 1);
        g_assert_true (store_write (store, good, NULL));
        if (n % 2 == 0)
            g_assert_true (store_tidy (store, NULL));
        store_batch_put (bad, (StoreKey){ STORE_OUTBOX, 1, 1 }, "X", 1);
        full = TRUE;
        g_assert_false (store_write (store, bad, NULL));
        g_assert_false (store_tidy (store, NULL) && n % 2 != 0);
        full = FALSE;
        g_assert_true (store_each (store, STORE_OUTBOX, TRUE, 0, first_cb, &found, NULL));
        g_assert_cmpint (found, ==, n);
        g_assert_cmpint (found_by_another (folder), ==, n);
        full = n >= 'd'; /* at the end, too */
        g_clear_pointer (&store, store_close);
        full = FALSE;
        g_assert_cmpint (found_by_another (folder), ==, n);
    }
    bytes_remove_folder (folder);
}

int
main (int argc, char **argv)
{
    if (g_file_test ("/dev/shm", G_FILE_TEST_IS_DIR)) /* the true disk is slow */
        g_setenv ("TMPDIR", "/dev/shm", TRUE);
    g_test_init (&argc, &argv, NULL);
    register_power ();
    g_test_add_func ("/store/power/survives-power-cuts", survives_power_cuts);
    g_test_add_func ("/store/power/what-failed-does-not-come-back",
                     what_failed_does_not_come_back);
    return g_test_run ();
}
