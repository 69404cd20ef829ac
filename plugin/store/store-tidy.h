/* An SQLite file layer that writes no stale bytes, and syncs no more than it has to. Inside
 * plugin/store only. */
#pragma once

#include <glib.h>
#include <sqlite3.h>

/* Its name for sqlite3_open_v2(); NULL (the default layer) where there is none to build
 * on. */
const char *store_tidy_vfs (void);

/* The write-ahead log of a database that was opened with it; NULL where there is none. */
typedef struct StoreLog StoreLog;
StoreLog *store_tidy_log (sqlite3 *db);
/* While lazy, the end of a transaction is not synced; the next that is not takes it
 * along. */
void store_log_set_lazy (StoreLog *log, gboolean lazy);
/* Syncs what was left. */
int store_log_sync (StoreLog *log);
/* Bytes that may be something else than zero. */
sqlite3_int64 store_log_used (const StoreLog *log);
/* Back to so many bytes: what a transaction that failed wrote would be found by the next
 * opening. */
int store_log_undo (StoreLog *log, sqlite3_int64 used);
/* Overwrites the log with zeros (SC-L12). Everything in it must be in the database, and
 * that on the disk. */
int store_log_wipe (StoreLog *log);
/* Gives back the blocks of a log that was wiped, zeros by then on the disk. */
int store_log_cut (StoreLog *log);
