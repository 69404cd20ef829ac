/* An SQLite file layer that writes no stale bytes. Inside plugin/store only. */
#pragma once

/* Its name for sqlite3_open_v2(); NULL (the default layer) where there is none to build
 * on. */
const char *store_tidy_vfs (void);
