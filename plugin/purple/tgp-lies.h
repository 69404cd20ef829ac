/* What lies in memory for another program to open, by the message that it is of. */
#pragma once

#include "tgp-memory-file.h"

typedef GPtrArray TgpLies;

TgpLies *tgp_lies_new (void);
void tgp_lies_free (TgpLies *lies); /* and all the files */
void tgp_lies_add (TgpLies *lies, int32_t chat_id, int64_t id, TgpMemoryFile *take_file);
/* Borrowed; NULL: nothing lies there of that message, or nothing any more. */
const TgpMemoryFile *tgp_lies_of (TgpLies *lies, int32_t chat_id, int64_t id);
/* These messages of the chat go; NULL: all of it. */
void tgp_lies_gone (TgpLies *lies, int32_t chat_id, const int64_t *ids, size_t n);
/* It is one of them; NULL: all are. */
gboolean tgp_lies_is_among (int64_t id, const int64_t *ids, size_t n);
