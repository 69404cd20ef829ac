/* The power goes: of what was written since a file was synced last, each sector is on the
 * disk or not, as chance has it, in no order. */
#pragma once

#include <glib.h>

/* Replaces SQLite's default file layer; once, before a store is opened. Only what goes
 * through that layer counts: this library has an fsync() that does nothing. */
void power_register (void);

/* What is written to the database files of `folder` (borrowed) from now on; what they hold
 * is on the disk. `at_each` is called before and after each sync and at each write. One
 * folder at a time. */
void power_watch (const char *folder, void (*at_each) (void));
void power_unwatch (void);
/* The database files as they could be found if the power went now, into `folder`. */
void power_picture (const char *folder, GRand *rand);

/* While set, nothing can be made durable. */
extern gboolean power_full;
