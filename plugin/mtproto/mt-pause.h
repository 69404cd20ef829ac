/* How long to wait after an attempt that came to nothing (MT-B22, MT-B30, DECISIONS 24). */
#pragma once

#include "mt-session.h"

#define MT_PAUSE_LIMIT (15 * 60 * 1000) /* ms: no pause is longer */

/* Counts the attempt and sets the instant of the next; the pause in ms. */
int64_t mt_pause_count (MtPause *pause, MtTrouble trouble, const CryptoRandom *random,
                        HostTime now);
/* What is left of the pause, in ms; a clock that was set back does not make it longer. */
int64_t mt_pause_left (const MtPause *pause, HostTime now);
/* A stored pause, whatever its numbers are. */
void mt_pause_check (MtPause *pause);
