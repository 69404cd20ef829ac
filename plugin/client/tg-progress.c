/* See tg-progress.h. */
#include "tg-progress.h"

#define TELL_EVERY 100 /* ms */
#define LASTS 10000    /* ms */

void
tg_progress_begin (TgProgress *progress, HostTime now)
{
    progress->began_at = now.mono;
}

gboolean
tg_progress_is_due (const TgProgress *progress, HostTime now)
{
    return now.mono - progress->told_at >= TELL_EVERY;
}

void
tg_progress_told (TgProgress *progress, HostTime now)
{
    progress->told_at = now.mono;
}

int64_t
tg_progress_lasts_at (const TgProgress *progress)
{
    return progress->told_lasts ? HOST_NEVER : progress->began_at + LASTS;
}

gboolean
tg_progress_lasts (TgProgress *progress, HostTime now)
{
    gboolean lasts = now.mono >= tg_progress_lasts_at (progress);

    progress->told_lasts |= lasts;
    return lasts;
}
