/* The store: whole transactions, sealed values, refusals. */
#include "store-bytes.h"
#include "store-whole.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const uint8_t seal_key[32] = { 7 };

typedef struct {
    char *directory;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
    f->directory = g_dir_make_tmp ("store-XXXXXX", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
    bytes_remove_folder (f->directory);
    g_free (f->directory);
}

static void
collect (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    g_string_append_printf (user, "%d/%d=%s;", (int)key.owner, (int)key.id,
                            value != NULL ? (const char *)value : "damaged");
}

static char *
dump (Store *store, StoreKind kind)
{
    GString *out = g_string_new (NULL);

    g_assert_true (store_each (store, kind, TRUE, 0, collect, out, NULL));
    return g_string_free (out, FALSE);
}

static void
put (StoreBatch *batch, int64_t owner, int64_t id, const char *text)
{
    store_batch_put (batch, (StoreKey){ STORE_OUTBOX, owner, id }, text,
                     strlen (text) + 1);
}

/* SC-D31, SC-L3 */
static void
keeps_what_was_committed (Fixture *f, gconstpointer data)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (Store) store = store_open (f->directory, seal_key, &error);
    g_assert_no_error (error);
    g_autoptr (StoreBatch) batch = store_batch_new ();
    put (batch, 1, 2, "two");
    put (batch, 1, 1, "one");
    put (batch, 5, 1, "five");
    put (batch, 1, 2, "zwei");
    g_assert_true (store_commit (store, batch, NULL));
    g_clear_pointer (&store, store_close);

    store = store_open (f->directory, seal_key, &error);
    g_assert_no_error (error);
    g_autofree char *all = dump (store, STORE_OUTBOX);
    g_assert_cmpstr (all, ==, "1/1=one;1/2=zwei;5/1=five;");

    g_autoptr (StoreBatch) more = store_batch_new ();
    store_batch_delete_all (more, STORE_OUTBOX, 1);
    store_batch_delete (more, (StoreKey){ STORE_OUTBOX, 5, 1 });
    put (more, 1, 9, "nine");
    g_assert_true (store_commit (store, more, NULL));
    g_autofree char *left = dump (store, STORE_OUTBOX);
    g_assert_cmpstr (left, ==, "1/9=nine;");
}

static GBytes *
file_bytes (Fixture *f, const char *name)
{
    g_autofree char *path = g_build_filename (f->directory, name, NULL);
    char *data;
    size_t len;

    g_assert_true (g_file_get_contents (path, &data, &len, NULL));
    return g_bytes_new_take (data, len);
}

/* SC-L11, SC-L12 */
static void
holds_no_plain_text (Fixture *f, gconstpointer data)
{
    static const char text[] = "a very secret sentence";
    g_autoptr (Store) store = store_open (f->directory, seal_key, NULL);
    g_autoptr (StoreBatch) batch = store_batch_new ();
    struct stat st;

    put (batch, 1, 1, text);
    g_assert_true (store_commit (store, batch, NULL));
    g_autoptr (GBytes) bytes = file_bytes (f, "store.db");
    g_assert_null (
        memmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, 6));
    g_autofree char *path = g_build_filename (f->directory, "store.db", NULL);
    g_assert_cmpint (stat (path, &st), ==, 0);
    g_assert_cmpint (st.st_mode & 0777, ==, 0600);
    g_assert_cmpint (stat (f->directory, &st), ==, 0);
    g_assert_cmpint (st.st_mode & 0777, ==, 0700);
}

/* SC-L9, SC-M22 */
static void
refuses_a_second_opener (Fixture *f, gconstpointer data)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (Store) first = store_open (f->directory, seal_key, NULL);

    g_assert_null (store_open (f->directory, seal_key, &error));
    g_assert_error (error, STORE_ERROR, STORE_ERROR_LOCKED);
}

static void
refuses_another_key (Fixture *f, gconstpointer data)
{
    static const uint8_t other[32] = { 8 };
    g_autoptr (GError) error = NULL;

    store_close (store_open (f->directory, seal_key, NULL));
    g_assert_null (store_open (f->directory, other, &error));
    g_assert_error (error, STORE_ERROR, STORE_ERROR_KEY);
}

/* SC-L10 */
static void
reports_a_damaged_value (Fixture *f, gconstpointer data)
{
    g_autoptr (Store) store = store_open (f->directory, seal_key, NULL);
    g_autoptr (StoreBatch) batch = store_batch_new ();
    g_autofree char *path = g_build_filename (f->directory, "store.db", NULL);
    char *bytes;
    size_t len;

    put (batch, 1, 1, "first");
    put (batch, 1, 2, "second");
    g_assert_true (store_commit (store, batch, NULL));
    g_clear_pointer (&store, store_close);
    /* values stand at the end of a page in descending order: the last 8 bytes are of the
     * first */
    g_assert_true (g_file_get_contents (path, &bytes, &len, NULL));
    gboolean flipped = FALSE;
    for (size_t page = 4096; page + 4096 <= len && !flipped; page += 4096)
        if (bytes[page] == 10 || bytes[page] == 13) { /* a leaf */
            bytes[page + 4095] ^= 1;
            flipped = TRUE;
        }
    g_assert_true (flipped);
    int fd = g_open (path, O_WRONLY, 0);
    g_assert_cmpint (write (fd, bytes, len), ==, (ssize_t)len);
    close (fd);
    g_free (bytes);

    g_autoptr (GError) error = NULL;
    store = store_open (f->directory, seal_key, &error);
    if (store == NULL) { /* the check record was the damaged one */
        g_assert_error (error, STORE_ERROR, STORE_ERROR_KEY);
        return;
    }
    g_autofree char *all = dump (store, STORE_OUTBOX);
    g_assert_nonnull (strstr (all, "damaged"));
}

static void
refuses_what_is_no_database (Fixture *f, gconstpointer data)
{
    g_autofree char *path = g_build_filename (f->directory, "store.db", NULL);
    g_autofree char *junk = g_strnfill (5000, 'x');
    g_autoptr (GError) error = NULL;

    g_assert_true (g_file_set_contents (path, junk, -1, NULL));
    g_assert_null (store_open (f->directory, seal_key, &error));
    g_assert_error (error, STORE_ERROR, STORE_ERROR_CORRUPT);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
    ADD ("/store/keeps-what-was-committed", keeps_what_was_committed);
    ADD ("/store/holds-no-plain-text", holds_no_plain_text);
    ADD ("/store/refuses-a-second-opener", refuses_a_second_opener);
    ADD ("/store/refuses-another-key", refuses_another_key);
    ADD ("/store/reports-a-damaged-value", reports_a_damaged_value);
    ADD ("/store/refuses-what-is-no-database", refuses_what_is_no_database);
    return g_test_run ();
}
