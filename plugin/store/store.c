/* SQLite behind store.h: one table of sealed values.
 *
 * Durability: a write-ahead log, synced once a transaction (journal_mode WAL, synchronous
 * FULL), and read back into the database at ends of our own choosing: store_tidy().
 * Forgetting: secure_delete overwrites freed pages, store-tidy.c the gaps of others; what
 * is in the database the log need not keep, and is overwritten there; values are sealed
 * anyway (SC-L12). A generation, raised at each opening and each orderly end, stands in the
 * store and in a file beside it: a store that is behind the file is an older copy (SC-L9).
 * The lock is an flock() on a file of its own, so that a second process is told, not
 * blocked (SC-L9, SC-M22); SQLite keeps its own for good (EXCLUSIVE), and so needs no
 * shared memory. Stores of before STORE_VERSION 6 have a rollback journal until
 * store_begin(). Threads: used from one worker at a time.
 */
#include "store-private.h"

#include "crypto-seal.h"
#include "store-file.h"
#include "store-tidy.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER_SIZE 100 /* bytes of the file; at 60 a number of the user's, here ours */
#define HEADER_MAGIC "SQLite format 3"
#define HEADER_VERSION 60
#define AAD_SIZE 24
#define OWN_KIND 0                                      /* records of our own */
static const StoreKey check_place = { OWN_KIND, 0, 0 }; /* is the key the right one? */
static const StoreKey generation_place = { OWN_KIND, 0, 1 };
static const char check_text[] = "purple-mtproto store";
#define UNTIDY_MAX 100            /* transactions, or */
#define LOG_MAX (4 * 1024 * 1024) /* bytes of the log, until it is tidied */

struct Store {
    sqlite3 *db;
    sqlite3_stmt *writing[STORE_OPS];
    sqlite3_stmt *begin, *end;
    int lock_fd;
    uint8_t key[32];
    char *directory;
    char *journal, *log_path;
    StoreLog *log;      /* NULL: there is a rollback journal yet */
    StoreForget forget; /* what waits for tidying */
    unsigned untidy;    /* transactions since */
    int64_t generation;
    gboolean rolled_back;
    gboolean raise; /* the next batch carries the new generation, and our version */
    gboolean begun;
};

static gboolean
fail (Store *store, GError **error)
{
    int code = sqlite3_errcode (store->db);

    g_set_error (error, STORE_ERROR,
                 code == SQLITE_CORRUPT || code == SQLITE_NOTADB ? STORE_ERROR_CORRUPT
                                                                 : STORE_ERROR_IO,
                 "%s", sqlite3_errmsg (store->db));
    return FALSE;
}

static gboolean
run (Store *store, const char *sql, GError **error)
{
    return sqlite3_exec (store->db, sql, NULL, NULL, NULL) == SQLITE_OK ||
           fail (store, error);
}

/* Compiled once where `kept` stays: a commit would spend a third of its time on that. */
static sqlite3_stmt *
prepare (Store *store, sqlite3_stmt **kept, const char *sql, const StoreKey *key,
         GError **error)
{
    if (*kept == NULL &&
        sqlite3_prepare_v3 (store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, kept, NULL) !=
            SQLITE_OK) {
        fail (store, error);
        return NULL;
    }
    sqlite3_stmt *stmt = *kept;
    sqlite3_bind_int (stmt, 1, (int)key->kind);
    sqlite3_bind_int64 (stmt, 2, key->owner);
    if (sqlite3_bind_parameter_count (stmt) >= 3)
        sqlite3_bind_int64 (stmt, 3, key->id);
    return stmt;
}

/* A value opens only at the place it was sealed for (SC-L10). */
static void
make_aad (StoreKey key, uint8_t out[static AAD_SIZE])
{
    int64_t place[3] = { GINT64_TO_LE ((int64_t)key.kind), GINT64_TO_LE (key.owner),
                         GINT64_TO_LE (key.id) };
    memcpy (out, place, AAD_SIZE);
}

static gboolean
write_op (Store *store, const StoreOp *op, GError **error)
{
    static const char *const sql[] = {
        [STORE_OP_PUT] = "INSERT OR REPLACE INTO record VALUES (?1, ?2, ?3, ?4)",
        [STORE_OP_DELETE] =
            "DELETE FROM record WHERE kind = ?1 AND owner = ?2 AND id = ?3",
        [STORE_OP_DELETE_ALL] = "DELETE FROM record WHERE kind = ?1 AND owner = ?2",
    };
    G_STATIC_ASSERT (G_N_ELEMENTS (sql) == STORE_OPS);
    sqlite3_stmt *stmt =
        prepare (store, &store->writing[op->kind], sql[op->kind], &op->key, error);

    if (stmt == NULL)
        return FALSE;
    if (op->kind == STORE_OP_PUT) {
        uint8_t aad[AAD_SIZE];
        size_t len = op->value->len + CRYPTO_SEAL_OVERHEAD;
        uint8_t *sealed = g_malloc (len);
        make_aad (op->key, aad);
        if (!crypto_seal (store->key, aad, AAD_SIZE, op->value->data, op->value->len,
                          sealed)) {
            g_free (sealed);
            g_set_error (error, STORE_ERROR, STORE_ERROR_IO,
                         "a value could not be sealed");
            return FALSE;
        }
        sqlite3_bind_blob (stmt, 4, sealed, (int)len, g_free);
    }
    gboolean done = sqlite3_step (stmt) == SQLITE_DONE || fail (store, error);
    sqlite3_reset (stmt);
    sqlite3_clear_bindings (stmt);
    return done;
}

static gboolean
write_generation (Store *store, GError **error)
{
    int64_t record = GINT64_TO_LE (store->generation + 1);
    StoreOp op = { STORE_OP_PUT, generation_place,
                   crypto_secret_new (&record, sizeof record) };
    gboolean written = write_op (store, &op, error);

    crypto_secret_free (op.value);
    return written;
}

/* Ours from now on, in one transaction with the first change. */
static gboolean
write_version (Store *store, GError **error)
{
    g_autofree char *sql = g_strdup_printf ("PRAGMA user_version = %d", STORE_VERSION);
    return run (store, sql, error);
}

/* One that has no parameters. */
static gboolean
step (Store *store, sqlite3_stmt **kept, const char *sql, GError **error)
{
    if (*kept == NULL &&
        sqlite3_prepare_v3 (store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, kept, NULL) !=
            SQLITE_OK)
        return fail (store, error);
    gboolean done = sqlite3_step (*kept) == SQLITE_DONE || fail (store, error);
    sqlite3_reset (*kept);
    return done;
}

static gboolean
write_batch (Store *store, const StoreBatch *batch, GError **error)
{
    g_autoptr (GPtrArray) last = store_batch_last (batch);

    if (!step (store, &store->begin, "BEGIN IMMEDIATE", error))
        return FALSE;
    gboolean good = TRUE;
    for (unsigned i = last->len; i-- > 0 && good;)
        good = write_op (store, g_ptr_array_index (last, i), error);
    if (good && store->raise)
        good = write_generation (store, error) && write_version (store, error);
    if (good && step (store, &store->end, "COMMIT", error))
        return TRUE;
    run (store, "ROLLBACK", NULL);
    return FALSE;
}

/* A store of an earlier version, or a new one: from now on it has a log. Its header says
 * whose it is by now, so that an earlier version refuses it (DECISIONS 30). */
static void
get_log (Store *store)
{
    if (store->log != NULL)
        return;
    /* EXTRA: that the journal is gone is on the disk, too; were it there again after the
     * power went, it would be rolled back over all that came later. The log is opened by
     * the first that reads. */
    if (run (store,
             "PRAGMA synchronous = EXTRA; PRAGMA journal_mode = WAL;"
             "PRAGMA synchronous = FULL; SELECT 1 FROM record LIMIT 1",
             NULL))
        store->log = store_tidy_log (store->db);
    if (store->log == NULL) {
        g_debug ("[store] without a write-ahead log: %s", sqlite3_errmsg (store->db));
        return;
    }
    store_journal_wipe (store->journal);
    g_unlink (store->journal);
}

gboolean
store_tidy (Store *store, GError **error)
{
    int all = 0, moved = -1;

    if (store_is_tidy (store))
        return TRUE;
    if (store->log == NULL) {
        store_journal_wipe (store->journal);
    } else if (sqlite3_wal_checkpoint_v2 (store->db, NULL, SQLITE_CHECKPOINT_PASSIVE,
                                          &all, &moved) != SQLITE_OK) {
        return fail (store, error);
    } else if (all != moved || store_log_wipe (store->log) != SQLITE_OK) {
        g_set_error (error, STORE_ERROR, STORE_ERROR_IO, "the log could not be wiped");
        return FALSE;
    }
    store->forget = STORE_FORGET_LATER;
    store->untidy = 0;
    return TRUE;
}

gboolean
store_is_tidy (const Store *store)
{
    return store->untidy == 0;
}

StoreForget
store_untidy (const Store *store)
{
    if (store->untidy >= UNTIDY_MAX ||
        (store->log != NULL && store_log_used (store->log) >= LOG_MAX))
        return STORE_FORGET_NOW;
    return store->forget;
}

static gboolean
commit (Store *store, const StoreBatch *batch, GError **error)
{
    g_autoptr (GError) mark_error = NULL;
    StoreNeed need = store->raise ? STORE_DURABLE : store_batch_need (batch);

    sqlite3_int64 before = store->log != NULL ? store_log_used (store->log) : 0;

    if (store->log != NULL)
        store_log_set_lazy (store->log, need < STORE_DURABLE);
    gboolean written = write_batch (store, batch, error);
    if (store->log != NULL)
        store_log_set_lazy (store->log, FALSE);
    if (!written && store->log != NULL &&
        store_log_undo (store->log, before) != SQLITE_OK)
        g_debug ("[store] what failed may not be off the disk");
    store->forget = MAX (store->forget, batch->forget);
    store->untidy++;
    if (!written || !store->raise)
        return written;
    store->raise = FALSE;
    store->generation++;
    /* The store first, then the file: after a crash between them the store is ahead. */
    if (!store_mark_write (store->directory, store->generation, &mark_error))
        g_debug ("[store] %s", mark_error->message); /* says less the next time */
    get_log (store);
    return TRUE;
}

static gboolean
sync_log (Store *store, GError **error)
{
    if (store->log == NULL || store_log_sync (store->log) == SQLITE_OK)
        return TRUE;
    g_set_error (error, STORE_ERROR, STORE_ERROR_IO, "the log could not be synced");
    return FALSE;
}

gboolean
store_write (Store *store, const StoreBatch *batch, GError **error)
{
    if (batch->ops->len == 0)
        return batch->need < STORE_DURABLE || sync_log (store, error);
    gboolean written = commit (store, batch, error);
    if (store->log == NULL)
        store_tidy (store, NULL); /* a journal is wiped at once (SC-L12) */
    return written;
}

static gboolean
raise_generation (Store *store, GError **error)
{
    g_autoptr (StoreBatch) nothing = store_batch_new ();

    store->raise = TRUE;
    return commit (store, nothing, error) && store_tidy (store, error);
}

gboolean
store_was_rolled_back (const Store *store)
{
    return store->rolled_back;
}

gboolean
store_each (Store *store, StoreKind kind, gboolean any_owner, int64_t owner,
            StoreEachFunc func, void *user, GError **error)
{
    StoreKey key = { kind, owner, 0 };

    sqlite3_stmt *once = NULL;
    sqlite3_stmt *stmt = prepare (
        store, &once,
        any_owner ? "SELECT owner, id, value FROM record WHERE kind = ?1 AND ?2 = ?2 "
                    "ORDER BY owner, id"
                  : "SELECT owner, id, value FROM record WHERE kind = ?1 AND owner = ?2 "
                    "ORDER BY id",
        &key, error);
    int status;

    if (stmt == NULL)
        return FALSE;
    while ((status = sqlite3_step (stmt)) == SQLITE_ROW) {
        uint8_t aad[AAD_SIZE];
        size_t sealed_len = (size_t)sqlite3_column_bytes (stmt, 2);
        const uint8_t *sealed = sqlite3_column_blob (stmt, 2);
        key.owner = sqlite3_column_int64 (stmt, 0);
        key.id = sqlite3_column_int64 (stmt, 1);
        make_aad (key, aad);
        size_t len =
            sealed_len >= CRYPTO_SEAL_OVERHEAD ? sealed_len - CRYPTO_SEAL_OVERHEAD : 0;
        g_autoptr (CryptoSecret) value = crypto_secret_new (NULL, len);
        if (crypto_unseal (store->key, aad, AAD_SIZE, sealed, sealed_len, value->data))
            func (key, value->data, len, user);
        else
            func (key, NULL, 0, user);
    }
    if (status != SQLITE_DONE)
        fail (store, error);
    sqlite3_finalize (stmt);
    return status == SQLITE_DONE;
}

typedef struct {
    int check; /* 1 good, -1 bad, 0 none */
    int64_t generation;
} Own;

static void
own_func (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    Own *own = user;

    if (key.id == check_place.id) {
        own->check = value != NULL && len == sizeof check_text &&
                             memcmp (value, check_text, len) == 0
                         ? 1
                         : -1;
    } else if (key.id == generation_place.id && value != NULL && len == 8) {
        memcpy (&own->generation, value, 8);
        own->generation = GINT64_FROM_LE (own->generation);
    }
}

/* A new file gets the check record; an old one must open it. */
static gboolean
check_key (Store *store, GError **error)
{
    Own own = { 0 };

    if (!store_each (store, OWN_KIND, FALSE, 0, own_func, &own, error))
        return FALSE;
    store->generation = own.generation;
    if (own.check < 0) {
        g_set_error (error, STORE_ERROR, STORE_ERROR_KEY, "sealed with another key");
        return FALSE;
    }
    if (own.check > 0)
        return TRUE;
    g_autoptr (StoreBatch) batch = store_batch_new ();
    store_batch_put (batch, check_place, check_text, sizeof check_text);
    return store_write (store, batch, error) && store_tidy (store, error);
}

/* Behind the file: somebody has put an older copy back. The generation is then raised
 * together with the first batch, the one that closes what is open: a crash before that
 * must not hide it (SC-L9). */
gboolean
store_begin (Store *store, GError **error)
{
    if (store->begun)
        return TRUE;
    store->begun = TRUE;
    store_journal_wipe (store->journal); /* of a process that ended too early */
    store->untidy = 1;                   /* and its log */
    if (!store->rolled_back)
        return raise_generation (store, error);
    store->raise = TRUE;
    return TRUE;
}

static void
check_generation (Store *store)
{
    int64_t marked = store_mark_read (store->directory);

    store->rolled_back = store->generation < marked;
    if (!store->rolled_back)
        return;
    g_debug ("[store] generation %" G_GINT64_FORMAT " is behind %" G_GINT64_FORMAT,
             store->generation, marked);
    store->generation = marked;
}

/* --- versions --- */

static gboolean
check_version (int64_t version, GError **error)
{
    if (version <= STORE_VERSION)
        return TRUE;
    g_set_error (error, STORE_ERROR, STORE_ERROR_NEWER, "version %" G_GINT64_FORMAT,
                 version);
    return FALSE;
}

/* Read past SQLite, which would put in order what a crash left. (Then the header may be
 * that of a change half done; such a store is at least as new as that says.) */
gboolean
store_check_version (const char *directory, GError **error)
{
    g_autofree char *path = g_build_filename (directory, "store.db", NULL);
    uint8_t header[HEADER_SIZE];
    uint32_t version = 0;
    int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0);

    if (fd < 0)
        return TRUE; /* there is none, or opening it says why */
    if (read (fd, header, sizeof header) == (ssize_t)sizeof header &&
        memcmp (header, HEADER_MAGIC, sizeof HEADER_MAGIC) == 0)
        memcpy (&version, header + HEADER_VERSION, sizeof version);
    close (fd);
    return check_version (GUINT32_FROM_BE (version), error);
}

static int
number_row (void *user, int columns, char **values, char **names)
{
    *(int *)user = atoi (values[0]);
    return 0;
}

static gboolean
ask_number (Store *store, const char *sql, int *number, GError **error)
{
    return sqlite3_exec (store->db, sql, number_row, number, NULL) == SQLITE_OK ||
           fail (store, error);
}

static gboolean
make_table (Store *store, GError **error)
{
    return run (store,
                "CREATE TABLE IF NOT EXISTS record (kind INTEGER, owner INTEGER,"
                " id INTEGER, value BLOB NOT NULL, PRIMARY KEY (kind, owner, id))"
                " WITHOUT ROWID",
                error) &&
           write_version (store, error);
}

static gboolean
check_kinds (Store *store, GError **error)
{
    int last = 0;

    if (!ask_number (store, "SELECT ifnull (max (kind), 0) FROM record", &last, error))
        return FALSE;
    if (last < STORE_KINDS)
        return TRUE;
    g_set_error (error, STORE_ERROR, STORE_ERROR_NEWER, "records of kind %d", last);
    return FALSE;
}

static int
text_row (void *user, int columns, char **values, char **names)
{
    g_strlcpy (user, values[0], 16);
    return 0;
}

/* That of an existing store is not changed here. */
static gboolean
set_journal (Store *store, GError **error)
{
    char mode[16] = "";

    if (sqlite3_exec (store->db, "PRAGMA journal_mode", text_row, mode, NULL) !=
        SQLITE_OK)
        return fail (store, error);
    if (!g_str_equal (mode, "wal"))
        return run (store, "PRAGMA journal_mode = PERSIST", error);
    store->log = store_tidy_log (store->db);
    if (store->log == NULL)
        g_set_error (error, STORE_ERROR, STORE_ERROR_IO, "the log cannot be used");
    return store->log != NULL;
}

static gboolean
set_up (Store *store, GError **error)
{
    int version = 0;

    sqlite3_db_config (store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    return run (store,
                "PRAGMA locking_mode = EXCLUSIVE; PRAGMA secure_delete = ON;"
                "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;"
                "PRAGMA wal_autocheckpoint = 0",
                error) &&
           set_journal (store, error) &&
           ask_number (store, "PRAGMA user_version", &version, error) &&
           check_version (version, error) && (version > 0 || make_table (store, error)) &&
           check_kinds (store, error) && check_key (store, error);
}

static gboolean
open_database (Store *store, const char *path, GError **error)
{
    int code = sqlite3_open_v2 (path, &store->db,
                                SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                                    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW,
                                store_tidy_vfs ());

    return code == SQLITE_OK ? set_up (store, error) : fail (store, error);
}

int
store_lock (const char *directory, GError **error)
{
    g_autofree char *path = g_build_filename (directory, "lock", NULL);

    if (g_mkdir_with_parents (directory, 0700) != 0 || g_chmod (directory, 0700) != 0) {
        g_set_error (error, STORE_ERROR, STORE_ERROR_IO, "%s", g_strerror (errno));
        return -1;
    }
    int fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        g_set_error (error, STORE_ERROR, STORE_ERROR_IO, "%s", g_strerror (errno));
    } else if (flock (fd, LOCK_EX | LOCK_NB) != 0) {
        g_set_error (error, STORE_ERROR, STORE_ERROR_LOCKED, "in use by another process");
        close (fd);
        fd = -1;
    }
    return fd;
}

Store *
store_open_locked (const char *directory, int take_lock, const uint8_t key[static 32],
                   GError **error)
{
    /* The file is made with its mode before SQLite sees it; the journal inherits it. */
    g_autofree char *path = g_build_filename (directory, "store.db", NULL);
    int fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0 || fchmod (fd, 0600) != 0) {
        g_set_error (error, STORE_ERROR, STORE_ERROR_IO, "%s", g_strerror (errno));
        if (fd >= 0)
            close (fd);
        close (take_lock);
        return NULL;
    }
    close (fd);
    Store *store = g_new0 (Store, 1);
    store->lock_fd = take_lock;
    store->directory = g_strdup (directory);
    store->journal = g_strconcat (path, "-journal", NULL);
    store->log_path = g_strconcat (path, "-wal", NULL);
    memcpy (store->key, key, sizeof store->key);
    if (open_database (store, path, error)) {
        check_generation (store);
        return store;
    }
    store_close (store);
    return NULL;
}

/* A log that holds nothing goes. (SQLite would read it and delete it, but not overwrite
 * it.) */
static void
drop_log (const char *path)
{
    struct stat st;

    if (g_lstat (path, &st) == 0 && S_ISREG (st.st_mode) && st.st_size == 0)
        g_unlink (path);
}

void
store_close (Store *store)
{
    if (store == NULL)
        return;
    if (store->begun && !store->raise && /* else the roll-back was not seen */
        raise_generation (store, NULL) && store->log != NULL)
        store_log_cut (store->log);
    sqlite3_finalize (store->begin);
    sqlite3_finalize (store->end);
    for (size_t i = 0; i < G_N_ELEMENTS (store->writing); i++)
        sqlite3_finalize (store->writing[i]);
    sqlite3_close (store->db);
    drop_log (store->log_path);
    close (store->lock_fd);
    crypto_wipe (store->key, sizeof store->key);
    g_free (store->directory);
    g_free (store->journal);
    g_free (store->log_path);
    g_free (store);
}
