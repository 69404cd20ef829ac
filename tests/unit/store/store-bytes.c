/* The view of store-bytes.h. */
#include "store-bytes.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#define PIECE 16 /* bytes of a ciphertext that nothing else contains by chance */
#define PIECES 8 /* looked for in each value */

/* Of a store that is open: it keeps SQLite's lock. */
static char *
copy_of (const char *directory)
{
    static const char *const names[] = { "store.db", "store.db-wal", "store.db-journal" };
    char *copy = g_dir_make_tmp ("store-copy-XXXXXX", NULL);

    for (size_t i = 0; i < G_N_ELEMENTS (names); i++) {
        g_autofree char *from = g_build_filename (directory, names[i], NULL);
        g_autofree char *to = g_build_filename (copy, names[i], NULL);
        g_autofree char *data = NULL;
        size_t len;
        if (g_file_get_contents (from, &data, &len, NULL))
            g_assert_true (g_file_set_contents (to, data, (gssize)len, NULL));
    }
    return copy;
}

static sqlite3 *
open_db (const char *directory, int flags)
{
    g_autofree char *path = g_build_filename (directory, "store.db", NULL);
    sqlite3 *db;

    g_assert_cmpint (sqlite3_open_v2 (path, &db, flags, NULL), ==, SQLITE_OK);
    return db;
}

static GByteArray *
all_bytes (const char *directory)
{
    GByteArray *all = g_byte_array_new ();
    g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name (dir)) != NULL) {
        g_autofree char *path = g_build_filename (directory, name, NULL);
        g_autofree char *data = NULL;
        size_t len;
        g_assert_true (g_file_get_contents (path, &data, &len, NULL));
        g_byte_array_append (all, (const uint8_t *)data, (unsigned)len);
    }
    return all;
}

gboolean
bytes_have (const char *directory, const void *what, size_t len)
{
    g_autoptr (GByteArray) all = all_bytes (directory);
    return memmem (all->data, all->len, what, len) != NULL;
}

GHashTable *
bytes_sealed (const char *directory)
{
    GHashTable *now = g_hash_table_new_full (g_bytes_hash, g_bytes_equal,
                                             (GDestroyNotify)g_bytes_unref, NULL);
    g_autofree char *copy = copy_of (directory);
    sqlite3 *db = open_db (copy, SQLITE_OPEN_READWRITE);
    sqlite3_stmt *stmt;

    g_assert_cmpint (sqlite3_prepare_v2 (db, "SELECT value FROM record", -1, &stmt, NULL),
                     ==, SQLITE_OK);
    while (sqlite3_step (stmt) == SQLITE_ROW)
        g_hash_table_add (now, g_bytes_new (sqlite3_column_blob (stmt, 0),
                                            (size_t)sqlite3_column_bytes (stmt, 0)));
    sqlite3_finalize (stmt);
    sqlite3_close (db);
    bytes_remove_folder (copy);
    return now;
}

void
bytes_assert_forgotten (const char *directory, GHashTable *ever)
{
    g_autoptr (GByteArray) all = all_bytes (directory);
    g_autoptr (GHashTable) now = bytes_sealed (directory);
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init (&iter, ever);
    while (g_hash_table_iter_next (&iter, &key, NULL)) {
        size_t len;
        const uint8_t *data = g_bytes_get_data (key, &len);
        if (g_hash_table_contains (now, key))
            continue;
        for (size_t at = 0; at + PIECE <= len; at += MAX ((len - PIECE) / PIECES, PIECE))
            if (memmem (all->data, all->len, data + at, PIECE) != NULL)
                g_error ("bytes %zu of %zu of a forgotten value are still there", at,
                         len);
    }
}

int
bytes_run_sql (const char *directory, const char *sql)
{
    sqlite3 *db = open_db (directory, SQLITE_OPEN_READWRITE);

    g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
    int changes = sqlite3_changes (db);
    sqlite3_close (db);
    return changes;
}

gboolean
bytes_flip (const char *directory, StoreKind kind, int64_t owner, int percent)
{
    sqlite3 *db = open_db (directory, SQLITE_OPEN_READWRITE);
    sqlite3_stmt *stmt;
    gboolean found = FALSE;

    sqlite3_prepare_v2 (db,
                        "SELECT owner, id, value FROM record WHERE kind = ?1 AND "
                        "(owner = ?2 OR ?2 = 0) LIMIT 1",
                        -1, &stmt, NULL);
    sqlite3_bind_int (stmt, 1, (int)kind);
    sqlite3_bind_int64 (stmt, 2, owner);
    if (sqlite3_step (stmt) == SQLITE_ROW) {
        int64_t real_owner = sqlite3_column_int64 (stmt, 0);
        int64_t id = sqlite3_column_int64 (stmt, 1);
        size_t len = (size_t)sqlite3_column_bytes (stmt, 2);
        g_autofree uint8_t *value = g_memdup2 (sqlite3_column_blob (stmt, 2), len);
        value[(len - 1) * (size_t)percent / 100] ^= 0x10;
        sqlite3_finalize (stmt);
        sqlite3_prepare_v2 (db,
                            "UPDATE record SET value = ?4 WHERE kind = ?1 AND "
                            "owner = ?2 AND id = ?3",
                            -1, &stmt, NULL);
        sqlite3_bind_int (stmt, 1, (int)kind);
        sqlite3_bind_int64 (stmt, 2, real_owner);
        sqlite3_bind_int64 (stmt, 3, id);
        sqlite3_bind_blob (stmt, 4, value, (int)len, SQLITE_TRANSIENT);
        g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_DONE);
        found = TRUE;
    }
    sqlite3_finalize (stmt);
    sqlite3_close (db);
    return found;
}

void
bytes_remove_folder (const char *directory)
{
    g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name (dir)) != NULL) {
        g_autofree char *path = g_build_filename (directory, name, NULL);
        g_unlink (path);
    }
    g_rmdir (directory);
}
