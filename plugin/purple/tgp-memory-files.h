/* What lies in memory for another program to open, by the message that it is of. */
#pragma once

#include "tgp-memory-file.h"

typedef GPtrArray TgpMemoryFiles;

TgpMemoryFiles *tgp_memory_files_new (void);
void tgp_memory_files_free (TgpMemoryFiles *files); /* and all the files */
void tgp_memory_files_add (TgpMemoryFiles *files, int32_t chat_id, int64_t id,
                           TgpMemoryFile *take_file);
/* Borrowed; NULL: nothing lies there of that message, or nothing any more. */
const TgpMemoryFile *tgp_memory_files_of (TgpMemoryFiles *files, int32_t chat_id,
                                          int64_t id);
/* These messages of the chat go; NULL: all of it. */
void tgp_memory_files_gone (TgpMemoryFiles *files, int32_t chat_id, const int64_t *ids,
                            size_t n);
