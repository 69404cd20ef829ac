/* The power goes (power-disk.h): a picture at each write and each sync, and what must be true
 * in each. */
#include "power-disk.h"
#include "store-bytes.h"
#include "store-whole.h"

#include <glib/gstdio.h>
#include <string.h>

#define KEYS 6
#define OWNER 1    /* of the records that the stories write */
#define PICTURES 3 /* of the same moment: chance decides differently */

static uint8_t seal_key[32] = { 7 };
static char *folder; /* the store's */
static char *had;    /* what it held before: record by record */
static GRand *chance;
static int begun, durable; /* the last transaction that began; that must not get lost */
static unsigned pictures, behind;
static int every; /* so many moments are between two pictures */
static int moments;
static char *kept; /* a folder: one of the pictures */

typedef struct {
    int numbers[KEYS];
    GString *others; /* whatever the stories did not write */
} Found;

static void
found_cb (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    Found *found = user;
    int n;

    g_assert_nonnull (value);
    if (key.kind != STORE_OUTBOX || key.owner != OWNER) {
        g_autofree char *sum =
            g_compute_checksum_for_data (G_CHECKSUM_SHA256, value, len);
        g_string_append_printf (found->others,
                                "%d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s\n",
                                (int)key.kind, key.owner, key.id, sum);
        return;
    }
    g_assert_cmpuint (len, >=, sizeof n);
    memcpy (&n, value, sizeof n);
    g_assert_cmpint (key.id, <, KEYS);
    found->numbers[key.id] = n;
}

static Found
look_into (Store *store)
{
    Found found = { .others = g_string_new (NULL) };

    for (int kind = 1; kind < STORE_KINDS; kind++)
        g_assert_true (
            store_each (store, (StoreKind)kind, TRUE, 0, found_cb, &found, NULL));
    return found;
}

/* The whole of one transaction, none of those that were durable lost, nothing else
 * changed; and it is not taken for an older copy (SC-L9). */
static void
look_at (const char *picture)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (Store) store = store_open (picture, seal_key, &error);

    g_assert_no_error (error);
    g_assert_false (store_was_rolled_back (store));
    Found found = look_into (store);
    for (int i = 1; i < KEYS; i++)
        g_assert_cmpint (found.numbers[i], ==, found.numbers[0]);
    g_assert_cmpint (found.numbers[0], >=, durable);
    g_assert_cmpint (found.numbers[0], <=, begun);
    g_assert_cmpstr (found.others->str, ==, had);
    g_string_free (found.others, TRUE);
    behind += found.numbers[0] < begun;
}

static void
copy_file (const char *from, const char *to, const char *name)
{
    g_autofree char *source = g_build_filename (from, name, NULL);
    g_autofree char *target = g_build_filename (to, name, NULL);
    g_autofree char *data = NULL;
    size_t len;

    if (g_file_get_contents (source, &data, &len, NULL))
        g_assert_true (g_file_set_contents (target, data, (gssize)len, NULL));
}

static void
drop_folder (char **path)
{
    if (*path != NULL)
        bytes_remove_folder (*path);
    g_clear_pointer (path, g_free);
}

/* The mark has got as far as it was written. */
static char *
take_picture (void)
{
    char *picture = g_dir_make_tmp ("store-power-XXXXXX", NULL);

    power_picture (picture, chance);
    copy_file (folder, picture, "mark");
    return picture;
}

static void
moment_cb (void)
{
    if (moments++ % every != 0)
        return;
    for (int i = 0; i < PICTURES; i++) {
        g_autofree char *picture = take_picture ();
        pictures++;
        look_at (picture);
        bytes_remove_folder (picture);
    }
    if (g_rand_int_range (chance, 0, moments) == 0) { /* any of them, as likely */
        drop_folder (&kept);
        kept = take_picture ();
    }
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
        store_batch_put_mark (batch, (StoreKey){ STORE_OUTBOX, OWNER, i }, value, len,
                              need);
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
begin_story (int seed)
{
    folder = g_dir_make_tmp ("store-power-XXXXXX", NULL);
    had = g_strdup ("");
    chance = g_rand_new_with_seed ((guint32)seed);
    begun = durable = moments = 0;
}

static void
end_story (void)
{
    drop_folder (&folder);
    drop_folder (&kept);
    g_clear_pointer (&had, g_free);
    g_rand_free (chance);
}

static void
run_story (int seed)
{
    begin_story (seed);
    every = 7;
    power_watch (folder, moment_cb);
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
    power_unwatch ();
    end_story ();
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
found_by_another (const char *from)
{
    static const char *const names[] = { "store.db", "store.db-wal", "mark" };
    g_autofree char *copy = g_dir_make_tmp ("store-power-XXXXXX", NULL);
    char found = 0;

    for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
        copy_file (from, copy, names[i]);
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
    g_autofree char *directory = g_dir_make_tmp ("store-power-XXXXXX", NULL);

    for (char n = 'a'; n <= 'f'; n++) {
        g_autoptr (Store) store = store_open (directory, seal_key, NULL);
        g_autoptr (StoreBatch) good = store_batch_new ();
        g_autoptr (StoreBatch) bad = store_batch_new ();
        char found = 0;
        store_batch_put (good, (StoreKey){ STORE_OUTBOX, 1, 1 }, &n, 1);
        g_assert_true (store_write (store, good, NULL));
        if (n % 2 == 0)
            g_assert_true (store_tidy (store, NULL));
        store_batch_put (bad, (StoreKey){ STORE_OUTBOX, 1, 1 }, "X", 1);
        power_full = TRUE;
        g_assert_false (store_write (store, bad, NULL));
        g_assert_false (store_tidy (store, NULL) && n % 2 != 0);
        power_full = FALSE;
        g_assert_true (store_each (store, STORE_OUTBOX, TRUE, 0, first_cb, &found, NULL));
        g_assert_cmpint (found, ==, n);
        g_assert_cmpint (found_by_another (directory), ==, n);
        power_full = n >= 'd'; /* at the end, too */
        g_clear_pointer (&store, store_close);
        power_full = FALSE;
        g_assert_cmpint (found_by_another (directory), ==, n);
    }
    bytes_remove_folder (directory);
}

/* --- from a rollback journal to a log --- */

/* Of yesterday's stores (tests/data): was it written before there was a log? */
static gboolean
has_journal (const char *directory)
{
    g_autofree char *path = g_build_filename (directory, "store.db", NULL);
    g_autofree char *data = NULL;
    size_t len;

    g_assert_true (g_file_get_contents (path, &data, &len, NULL));
    g_assert_cmpuint (len, >, 100);
    return data[18] == 1;
}

/* Opened, gone on with, ended. A picture of it may be where it begins again. */
static void
migrate (void)
{
    power_watch (folder, moment_cb);
    g_autoptr (GError) error = NULL;
    Store *store = store_open (folder, seal_key, &error);
    g_assert_no_error (error);
    for (int turn = 0; turn < 3; turn++)
        write_one (store);
    g_assert_true (store_tidy (store, NULL));
    write_one (store);
    store_close (store);
    power_unwatch ();
    g_assert_false (has_journal (folder));
}

/* Where the power went the last time. */
static void
go_back (void)
{
    static const char *const names[] = { "store.db", "store.db-journal", "store.db-wal",
                                         "mark" };

    bytes_remove_folder (folder);
    g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
    for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
        copy_file (kept, folder, names[i]);
    g_autoptr (Store) store = store_open (kept, seal_key, NULL);
    Found found = look_into (store);
    durable = found.numbers[0];
    g_string_free (found.others, TRUE);
    moments = 0;
}

static void
migrate_from (const char *directory, int seed, int stride)
{
    g_autofree char *key_path = g_build_filename (directory, "seal.key", NULL);
    g_autofree char *key = NULL;
    size_t len;

    g_assert_true (g_file_get_contents (key_path, &key, &len, NULL));
    g_assert_cmpuint (len, ==, sizeof seal_key);
    memcpy (seal_key, key, len);
    begin_story (seed);
    every = stride;
    copy_file (directory, folder, "store.db");
    copy_file (directory, folder, "mark");
    Store *store = store_open (folder, seal_key, NULL);
    Found found = look_into (store);
    store_close (store);
    g_free (had);
    had = g_string_free (found.others, FALSE);
    g_assert_cmpuint (strlen (had), >, 1000);
    copy_file (directory, folder, "store.db");
    copy_file (directory, folder, "mark");
    g_assert_true (has_journal (folder));
    for (int cut = 0; cut < 3; cut++) {
        migrate ();
        go_back ();
    }
    end_story ();
}

/* SC-L3 SC-L9 DECISIONS 30: a store from before there was a log gets one, and the power goes
 * at each write and each sync of that, and again while the next opening is about it: all is
 * there, and it is not taken for an older copy */
static void
yesterdays_store_survives_power_cuts (void)
{
    static const char *const people[] = { "Alice", "Bob" };
    static const char newest[] =
        "store-0.1.0-e"; /* of those; of the others some points */
    g_autoptr (GDir) dir = g_dir_open (DATA, 0, NULL);
    const char *name;
    int stores = 0;

    pictures = behind = 0;
    while ((name = g_dir_read_name (dir)) != NULL)
        for (size_t i = 0; g_str_has_prefix (name, "store-") && i < G_N_ELEMENTS (people);
             i++) {
            g_autofree char *directory = g_build_filename (DATA, name, people[i], NULL);
            if (has_journal (directory))
                migrate_from (directory, ++stores, g_str_equal (name, newest) ? 1 : 11);
        }
    g_test_message ("%d stores, %u pictures", stores, pictures);
    g_assert_cmpint (stores, ==, 10);
}

int
main (int argc, char **argv)
{
    if (g_file_test ("/dev/shm", G_FILE_TEST_IS_DIR)) /* the true disk is slow */
        g_setenv ("TMPDIR", "/dev/shm", TRUE);
    g_test_init (&argc, &argv, NULL);
    power_register ();
    g_test_add_func ("/store/power/survives-power-cuts", survives_power_cuts);
    g_test_add_func ("/store/power/what-failed-does-not-come-back",
                     what_failed_does_not_come_back);
    g_test_add_func ("/store/power/yesterdays-store-survives-power-cuts",
                     yesterdays_store_survives_power_cuts);
    return g_test_run ();
}
