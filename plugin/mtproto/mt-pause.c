/* Pauses between attempts. Silence and resets are worth 1 s to 64 s; what says that trying
 * soon is useless 4 s to 15 minutes, counted by itself, so that a lost network does not
 * make one lie long. */
#include "mt-pause.h"

#define FIRST 1000         /* ms */
#define FIRST_REFUSAL 4000 /* ms */
#define FIRST_BUSY 8000    /* ms (MT-B22) */
#define STEPS 6            /* FIRST doubled so often: 64 s */
#define COUNT_MAX 20       /* where doubling ends in any case */

static gboolean
is_long (MtTrouble trouble)
{
    return trouble >= MT_TROUBLE_KEY_UNKNOWN && trouble != MT_TROUBLE_PROXY;
}

int64_t
mt_pause_count (MtPause *pause, MtTrouble trouble, const CryptoRandom *random,
                HostTime now)
{
    uint8_t jitter = 0;
    int64_t ms;

    if (is_long (trouble)) {
        ms = trouble == MT_TROUBLE_BUSY ? FIRST_BUSY : FIRST_REFUSAL;
        ms = ms << MIN (pause->refusals, COUNT_MAX);
    } else {
        ms = (int64_t)FIRST << MIN (pause->failures, STEPS);
    }
    if (!crypto_random_fill (random, &jitter, 1))
        jitter = 128;
    ms += ms * jitter / 512; /* up to half more */
    ms = MIN (ms, MT_PAUSE_LIMIT);
    pause->trouble = trouble;
    pause->failures = MIN (pause->failures + 1, COUNT_MAX);
    if (is_long (trouble))
        pause->refusals = MIN (pause->refusals + 1, COUNT_MAX);
    pause->until = now.wall + ms;
    if (trouble == MT_TROUBLE_KEY_UNKNOWN) {
        if (pause->unknown_since <= 0 || pause->unknown_since > now.wall)
            pause->unknown_since = now.wall;
    } else if (trouble != MT_TROUBLE_CLOSED && trouble != MT_TROUBLE_SILENT) {
        pause->unknown_since = 0; /* it says other things as well */
    }
    return ms;
}

int64_t
mt_pause_left (const MtPause *pause, HostTime now)
{
    return CLAMP (pause->until - now.wall, 0, MT_PAUSE_LIMIT);
}

void
mt_pause_check (MtPause *pause)
{
    pause->trouble = CLAMP (pause->trouble, MT_TROUBLE_NONE, MT_TROUBLE_PROXY);
    pause->failures = CLAMP (pause->failures, 0, COUNT_MAX);
    pause->refusals = CLAMP (pause->refusals, 0, COUNT_MAX);
    pause->until = MAX (pause->until, 0);
    pause->unknown_since = MAX (pause->unknown_since, 0);
}
