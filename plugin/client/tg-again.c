/* See tg-again.h. */
#include "tg-again.h"

#define PAUSE 1000 /* ms after the first; doubled */
#define PAUSE_MAX 60000
#define FAILURES_MAX 10 /* in a row */

gboolean
tg_again_helps (const MtError *error)
{
    return error->code < 0 || error->code == 420 || error->code >= 500;
}

gboolean
tg_again_failed (TgAgain *again, HostTime now)
{
    if (++again->failures > FAILURES_MAX)
        return FALSE;
    again->not_before =
        now.mono + MIN ((int64_t)PAUSE << MIN (again->failures - 1, 10), PAUSE_MAX);
    return TRUE;
}
