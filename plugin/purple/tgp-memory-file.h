/* Files that another program is to open, and that lie in memory only (DECISIONS 31): in the user's
 * XDG_RUNTIME_DIR, of mode 0600, under random names; overwritten and taken away by us, or at our
 * next start. */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef struct TgpMemoryFile TgpMemoryFile;

/* `ending`: what its name ends with, "" or ".jpg". NULL: there is no such folder, or no room. */
TgpMemoryFile *tgp_memory_file_new (const uint8_t *data, size_t len, const char *ending);
const char *tgp_memory_file_path (const TgpMemoryFile *file);
/* It still lies there: nobody has taken it away, or put another one in its place. */
gboolean tgp_memory_file_lives (const TgpMemoryFile *file);
void tgp_memory_file_free (TgpMemoryFile *file); /* overwritten, and gone */
/* What a program that was killed left there. */
void tgp_memory_file_sweep (void);
/* All of it, from where that file is written next. FALSE: there is no room. */
gboolean tgp_memory_write (int fd, const uint8_t *data, size_t len);
