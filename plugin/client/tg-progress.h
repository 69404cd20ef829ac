/* When it is told how far a transfer is, and when that it lasts (MT-H28). */
#pragma once

#include "host.h"

/* All zero: nothing was told of it. */
typedef struct {
    int64_t told_at, began_at; /* mono */
    gboolean told_lasts;
} TgProgress;

/* It begins now, perhaps anew: what lasts is counted from here. */
void tg_progress_begin (TgProgress *progress, HostTime now);
/* How far it is was not told for a tenth of a second. */
gboolean tg_progress_is_due (const TgProgress *progress, HostTime now);
/* Something of it is told now. */
void tg_progress_told (TgProgress *progress, HostTime now);
/* It began ten seconds ago, or more, and nobody was told: TRUE once, however often it begins. */
gboolean tg_progress_lasts (TgProgress *progress, HostTime now);
/* When that will be (mono), or HOST_NEVER: it was told. */
int64_t tg_progress_lasts_at (const TgProgress *progress);
