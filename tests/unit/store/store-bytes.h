/* What really stands in a store's files, seen from outside. */
#pragma once

#include "store.h"

/* Everything in the folder's files. */
gboolean bytes_have (const char *directory, const void *what, size_t len);
/* The sealed values that stand in the table now (GBytes -> itself). The store may be
 * open: it holds no lock of SQLite's between transactions. */
GHashTable *bytes_sealed (const char *directory);
/* Fails if the files hold a piece of one of `ever`'s values that is not in the table any
 * more. */
void bytes_assert_forgotten (const char *directory, GHashTable *ever);
/* One statement at a store that is closed. The number of rows that it changed. */
int bytes_run_sql (const char *directory, const char *sql);
/* Turns a bit of the first record of that kind (and owner, unless 0), at a fraction of
 * its length in percent. FALSE: there is none. */
gboolean bytes_flip (const char *directory, StoreKind kind, int64_t owner, int percent);
void bytes_remove_folder (const char *directory);
