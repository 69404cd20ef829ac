/* The end of an account's store. */
#pragma once

#include <gio/gio.h>

/* Overwrites and removes what is in `directory`, the key first, wherever it lives, then
 * the directory. FALSE when something is left, for a later try: another process has it
 * open, or the key is in a secret service that cannot be reached now. Blocking: run on a
 * worker. */
gboolean store_erase (const char *directory, GCancellable *cancel);
