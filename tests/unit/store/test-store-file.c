/* What the store leaves on the disk: nothing of what it forgot, everything of what it
 * promised, and a mark that tells an older copy. */
#include "store-bytes.h"
#include "store-file.h"
#include "store-whole.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const uint8_t seal_key[32] = { 7 };

/* --- dying at a sync: SQLite's calls come here --- */

static int syncs_left = -1; /* the process ends at this one; negative: never */

/* Nothing is synced in truth: a killed process loses nothing of what it wrote, and the
 * power stays on. */
static int
count_sync (void)
{
    if (syncs_left == 0)
        raise (SIGKILL);
    if (syncs_left > 0)
        syncs_left--;
    return 0;
}

__attribute__ ((visibility ("default"))) int
fsync (int fd)
{
    return count_sync ();
}

__attribute__ ((visibility ("default"))) int
fdatasync (int fd)
{
    return count_sync ();
}

/* ... or at a write of SQLite's, which does not happen. */
static int writes_left = -1;

static ssize_t
count_write (int fd, const void *data, size_t len, off_t at)
{
    if (writes_left == 0)
        raise (SIGKILL);
    if (writes_left > 0)
        writes_left--;
    return pwrite (fd, data, len, at);
}

static void
watch_writes (void)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find (NULL);
    int status = vfs->xSetSystemCall (vfs, "pwrite64", (sqlite3_syscall_ptr)count_write);

    if (vfs->xGetSystemCall (vfs, "pwrite64") == NULL)
        status = vfs->xSetSystemCall (vfs, "pwrite", (sqlite3_syscall_ptr)count_write);
    g_assert_cmpint (status, ==, SQLITE_OK);
}

/* --- helpers --- */

typedef struct {
    char *directory;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
    f->directory = g_dir_make_tmp ("store-file-XXXXXX", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
    bytes_remove_folder (f->directory);
    g_free (f->directory);
}

static Store *
must_open (Fixture *f)
{
    g_autoptr (GError) error = NULL;
    Store *store = store_open (f->directory, seal_key, &error);

    g_assert_no_error (error);
    return store;
}

static void
must_commit (Store *store, StoreBatch *batch)
{
    g_autoptr (GError) error = NULL;

    store_commit (store, batch, &error);
    g_assert_no_error (error);
}

static void
put (StoreBatch *batch, int64_t owner, int64_t id, uint8_t fill, size_t len)
{
    g_autofree uint8_t *value = g_malloc (len);

    memset (value, fill, len);
    store_batch_put (batch, (StoreKey){ STORE_OUTBOX, owner, id }, value, len);
}

/* --- forgetting --- */

static void
write_something (Store *store, GRand *rand, int turn)
{
    g_autoptr (StoreBatch) batch = store_batch_new ();
    int ops = g_rand_int_range (rand, 1, turn % 30 == 29 ? 60 : 6);

    for (int i = 0; i < ops; i++) {
        int64_t owner = g_rand_int_range (rand, 1, 4);
        int64_t id = g_rand_int_range (rand, 0, 40);
        int most = g_rand_boolean (rand) ? 300 : 9000;
        if (g_rand_int_range (rand, 0, 3) == 0)
            store_batch_delete (batch, (StoreKey){ STORE_OUTBOX, owner, id });
        else if (g_rand_int_range (rand, 0, 40) == 0)
            store_batch_delete_all (batch, STORE_OUTBOX, owner);
        else
            put (batch, owner, id, (uint8_t)turn,
                 (size_t)g_rand_int_range (rand, 20, most));
    }
    must_commit (store, batch);
}

/* SC-L12: neither the file nor its journal keeps sealed bytes that were replaced or
 * deleted; values of all sizes come and go, also many in one turn */
static void
forgets (Fixture *f, gconstpointer data)
{
    g_autoptr (Store) store = must_open (f);
    g_autoptr (GHashTable) before = bytes_sealed (f->directory);
    g_autoptr (GRand) rand = g_rand_new_with_seed (1);
    g_autoptr (GHashTable) ever = g_hash_table_new_full (
        g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);

    for (int turn = 0; turn < 150; turn++) {
        GHashTableIter iter;
        gpointer key;
        write_something (store, rand, turn);
        bytes_assert_forgotten (f->directory, before);
        g_hash_table_iter_init (&iter, before);
        while (g_hash_table_iter_next (&iter, &key, NULL))
            g_hash_table_add (ever, g_bytes_ref (key));
        g_hash_table_unref (before);
        before = bytes_sealed (f->directory);
    }
    g_clear_pointer (&store, store_close);
    bytes_assert_forgotten (f->directory, ever);
}

/* SC-L12: a large turn does not leave a large log */
static void
log_stays_short (Fixture *f, gconstpointer data)
{
    g_autoptr (Store) store = must_open (f);
    g_autofree char *path = g_build_filename (f->directory, "store.db-wal", NULL);
    struct stat st;

    for (int turn = 0; turn < 2; turn++) {
        g_autoptr (StoreBatch) batch = store_batch_new ();
        for (int i = 0; i < 200; i++)
            put (batch, 1, i, (uint8_t)turn, 5000);
        must_commit (store, batch);
    }
    g_assert_cmpint (stat (path, &st), ==, 0);
    g_assert_cmpint (st.st_size, <=, 128 * 1024);
    g_assert_cmpint (st.st_mode & 0777, ==, 0600); /* SC-L11 */
}

/* --- promising --- */

static void
sum_cb (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    g_assert_nonnull (value);
    *(unsigned *)user += value[0];
}

static unsigned
sum (Store *store)
{
    unsigned total = 0;

    g_assert_true (store_each (store, STORE_OUTBOX, TRUE, 0, sum_cb, &total, NULL));
    return total;
}

typedef enum { AT_WRITE, AT_SYNC } Death;

/* A process that opens the store, writes 50 values and dies at its n-th write or sync (n
 * negative: not at all); TRUE: it lived. */
static gboolean
child_lives (Fixture *f, uint8_t fill, Death death, int n)
{
    pid_t pid = fork ();
    int status;

    if (pid == 0) {
        g_autoptr (StoreBatch) batch = store_batch_new ();
        Store *store = store_open (f->directory, seal_key, NULL);
        for (int i = 0; i < 50; i++)
            put (batch, 1, i, fill, 1000);
        watch_writes ();
        *(death == AT_WRITE ? &writes_left : &syncs_left) = n;
        if (store == NULL || !store_commit (store, batch, NULL))
            _exit (1);
        _exit (0);
    }
    g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
    g_assert_true (WIFSIGNALED (status) || WEXITSTATUS (status) == 0);
    return !WIFSIGNALED (status);
}

/* SC-L3 SC-L12 SC-D31: a process killed at each of its writes and at each of its syncs:
 * the next one finds the whole turn or nothing of it, and no old page in the journal */
static void
survives_kills (Fixture *f, gconstpointer data)
{
    unsigned was = 50, points = 0, kept = 0;

    g_assert_true (child_lives (f, 1, AT_SYNC, -1));
    for (Death death = AT_WRITE; death <= AT_SYNC; death++) {
        gboolean lives = FALSE;
        for (int n = 0; !lives; n++) {
            uint8_t fill = (uint8_t)(was / 50 + 1);
            g_autoptr (GHashTable) ever = bytes_sealed (f->directory);
            lives = child_lives (f, fill, death, n);
            g_autoptr (Store) store = must_open (f);
            unsigned now = sum (store);
            if (lives)
                g_assert_cmpuint (now, ==, 50u * fill);
            else
                g_assert_true (now == was || now == 50u * fill);
            kept += !lives && now != was;
            points += !lives;
            was = now;
            g_assert_false (store_was_rolled_back (store));
            bytes_assert_forgotten (f->directory, ever);
        }
    }
    g_test_message ("%u kills, %u of them after the turn was durable", points, kept);
    g_assert_cmpuint (points, >=, 40);
    g_assert_cmpuint (kept, >=, 1);
}

/* SC-L12 SC-D31: a journal that is still needed is not wiped, whoever asks for it */
static void
leaves_a_hot_journal_alone (Fixture *f, gconstpointer data)
{
    g_autofree char *journal = g_build_filename (f->directory, "store.db-journal", NULL);
    unsigned points = 0;

    g_assert_true (child_lives (f, 1, AT_SYNC, -1));
    while (!child_lives (f, 2, AT_WRITE, (int)points)) {
        store_journal_wipe (journal);
        g_autoptr (Store) store = must_open (f);
        unsigned now = sum (store);
        g_assert_true (now == 50 || now == 100);
        g_autoptr (StoreBatch) batch = store_batch_new ();
        for (int i = 0; i < 50; i++)
            put (batch, 1, i, 1, 1000);
        must_commit (store, batch);
        points++;
    }
    g_assert_cmpuint (points, >=, 20);
}

/* SC-L9: a process killed at each sync of its start and of its end is never taken for an
 * older copy: the store is raised first, then the file */
static void
raises_in_order (Fixture *f, gconstpointer data)
{
    unsigned points = 0;

    g_assert_true (child_lives (f, 1, AT_SYNC, -1));
    for (gboolean lives = FALSE; !lives;) {
        int status;
        pid_t pid = fork ();
        if (pid == 0) {
            syncs_left = (int)points;
            store_close (store_open (f->directory, seal_key, NULL));
            _exit (0);
        }
        g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
        lives = !WIFSIGNALED (status);
        g_autoptr (Store) store = must_open (f);
        g_assert_false (store_was_rolled_back (store));
        g_assert_cmpuint (sum (store), ==, 50);
        points += !lives;
    }
    g_test_message ("%u kills", points);
    g_assert_cmpuint (points, >=, 12);
}

/* --- the mark --- */

static void
copy_file (Fixture *f, const char *from, const char *to)
{
    g_autofree char *a = g_build_filename (f->directory, from, NULL);
    g_autofree char *b = g_build_filename (f->directory, to, NULL);
    g_autofree char *data = NULL;
    size_t len;

    g_assert_true (g_file_get_contents (a, &data, &len, NULL));
    g_assert_true (g_file_set_contents (b, data, (gssize)len, NULL));
}

static gboolean
rolled_back (Fixture *f)
{
    g_autoptr (Store) store = must_open (f);
    return store_was_rolled_back (store);
}

/* SC-L9: an older copy of the file is told, again and again until something was written
 * that knows of it; a mark that is missing or damaged is made anew */
static void
tells_an_older_copy (Fixture *f, gconstpointer data)
{
    g_autofree char *mark = g_build_filename (f->directory, "mark", NULL);
    struct stat st;

    for (int i = 0; i < 3; i++)
        g_assert_false (rolled_back (f));
    copy_file (f, "store.db", "copy");
    g_assert_cmpint (stat (mark, &st), ==, 0);
    g_assert_cmpint (st.st_mode & 0777, ==, 0600);
    g_assert_false (rolled_back (f));
    copy_file (f, "copy", "store.db");
    g_assert_true (rolled_back (f));
    g_assert_true (rolled_back (f)); /* nothing was written: still so */
    {
        g_autoptr (Store) store = must_open (f);
        g_autoptr (StoreBatch) batch = store_batch_new ();
        put (batch, 1, 1, 1, 20);
        must_commit (store, batch);
        g_assert_true (store_was_rolled_back (store));
    }
    g_assert_false (rolled_back (f));
    copy_file (f, "copy", "store.db");
    g_assert_cmpint (g_unlink (mark), ==, 0);
    g_assert_false (rolled_back (f));
    g_assert_cmpint (stat (mark, &st), ==, 0);
    g_assert_true (g_file_set_contents (mark, "nonsense\n", -1, NULL));
    g_assert_false (rolled_back (f));
    copy_file (f, "copy", "store.db");
    g_assert_true (rolled_back (f));
}

/* SC-L9: what was written after an older copy is newer than all before it, also than what the
 * mark said then */
static void
tells_a_second_copy (Fixture *f, gconstpointer data)
{
    rolled_back (f);
    copy_file (f, "store.db", "first");
    for (int i = 0; i < 3; i++)
        g_assert_false (rolled_back (f));
    copy_file (f, "store.db", "second");
    copy_file (f, "first", "store.db");
    {
        g_autoptr (Store) store = must_open (f);
        g_autoptr (StoreBatch) batch = store_batch_new ();
        g_assert_true (store_was_rolled_back (store));
        put (batch, 1, 1, 1, 20);
        must_commit (store, batch);
    }
    g_assert_false (rolled_back (f));
    copy_file (f, "second", "store.db");
    g_assert_true (rolled_back (f));
}

/* SC-L9: a copy made while the store was open, put back after a crash */
static void
tells_a_copy_of_the_same_run (Fixture *f, gconstpointer data)
{
    Store *store = must_open (f);

    copy_file (f, "store.db", "copy");
    store_close (store); /* the end raises it, too */
    copy_file (f, "copy", "store.db");
    g_assert_true (rolled_back (f));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
    ADD ("/store/file/forgets", forgets);
    ADD ("/store/file/log-stays-short", log_stays_short);
    ADD ("/store/file/survives-kills", survives_kills);
    ADD ("/store/file/leaves-a-hot-journal-alone", leaves_a_hot_journal_alone);
    ADD ("/store/file/raises-in-order", raises_in_order);
    ADD ("/store/file/tells-an-older-copy", tells_an_older_copy);
    ADD ("/store/file/tells-a-second-copy", tells_a_second_copy);
    ADD ("/store/file/tells-a-copy-of-the-same-run", tells_a_copy_of_the_same_run);
    return g_test_run ();
}
