/* When what a transfer asked for in vain is asked for again. */
#pragma once

#include "tg-core.h"

typedef struct {
    unsigned failures;  /* in a row; 0 once something went well */
    int64_t not_before; /* mono: nothing is asked for until then */
} TgAgain;

/* The same may well be answered later: the line was cut, the server is busy, or wants a pause. */
gboolean tg_again_helps (const MtError *error);
/* One more came to nothing: the next one has a pause before it, each longer than the last. FALSE:
 * it was one too many. */
gboolean tg_again_failed (TgAgain *again, HostTime now);
