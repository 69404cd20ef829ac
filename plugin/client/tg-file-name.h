/* What a file of the peer's is called on the user's disk. What is returned is g_free()d. */
#pragma once

#include "media-file.h"

#include <stddef.h>
#include <stdint.h>

/* As the peer says: a name alone (SC-H12), which hides nothing (MT-H17) and is no option of a
 * program that is run over all files of a folder. NULL: it says none, or nothing is left. */
char *tg_file_name_own (const MediaFile *file);
/* The stem with what people expect behind the dot; `mime`: as the peer says, or NULL. */
char *tg_file_name_by_type (const char *stem, const char *mime);
/* The same by the file's first `len` bytes; NULL: they are no picture's. */
char *tg_file_name_by_bytes (const char *stem, const uint8_t *data, size_t len);
