/* A file that is being written, on workers: 0600, without a name until it is whole, or under a
 * temporary one; what is there already is never touched (SC-H7, SC-H12; MT-H17, H28). */
#pragma once

#include "tg-core.h"

typedef struct TgSink TgSink;
/* What was asked for is done; `error`: a system's text, or NULL. Never after abort(). */
typedef void (*TgSinkFunc) (void *user, const char *error);

/* In the folder, as `name`, which is a name, not a path. Nothing is opened yet. */
TgSink *tg_sink_new (TgClient *client, const char *folder, const char *name,
                     TgSinkFunc func, void *user);
void tg_sink_rename (TgSink *sink, const char *name); /* as long as nothing is written */
/* One at a time; each is answered. `data`, from g_malloc(), is taken, and wiped when written. */
void tg_sink_write (TgSink *sink, uint8_t *data, size_t len);
void tg_sink_finish (TgSink *sink); /* under its name, or "name (2)", ... */
/* Where it lies, once finished. */
const char *tg_sink_path (const TgSink *sink);
/* Nothing is kept of what was not finished; freed, now or when the worker is done. */
void tg_sink_abort (TgSink *sink);
