/* What lies beside the database: the mark of its generation, and the journal. Inside
 * plugin/store only. */
#pragma once

#include <glib.h>
#include <stdint.h>

/* The generation written last; 0 where there is no mark that can be read (an older
 * version, or deleted): no alarm (SC-L9). */
int64_t store_mark_read (const char *directory);
/* Written whole under another name, synced, then renamed. */
gboolean store_mark_write (const char *directory, int64_t generation, GError **error);

/* Overwrites a finished journal with zeros, so that nothing of the pages as they were
 * stays beside the file (SC-L12). Only between transactions, under the store's lock. */
void store_journal_wipe (const char *path);
/* Syncs a folder's entries; FALSE: they may not be on the disk. */
gboolean store_directory_sync (const char *directory);
