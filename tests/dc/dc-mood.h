/* What an honest server may do to its answers, updates and calls; each draws its own fate. */
#pragma once

#include "dc-private.h"

typedef enum {
    DC_MOOD_LATE,   /* up to 3 s later, behind others */
    DC_MOOD_TWICE,  /* the same message once more */
    DC_MOOD_LOST,   /* only on the next connection, or a minute later */
    DC_MOOD_PACKED, /* gzipped */
    DC_MOOD_MISSED, /* an update with a number is not pushed at all */
    DC_MOOD_AGAIN,  /* it is pushed in another message once more */
    DC_MOOD_FAULT,  /* a call is answered by 500 */
    DC_MOOD_FLOOD,  /* ... by FLOOD_WAIT */
    DC_MOODS
} DcMoodKind;

gboolean dc_mood_set (Dc *dc, const char *name, int percent); /* FALSE: no such one */
void dc_mood_clear (Dc *dc); /* what waits still goes out */
void dc_mood_free (Dc *dc);
gboolean dc_mood_says (Dc *dc, DcMoodKind kind); /* draws */
/* TRUE: it will see to that message. */
gboolean dc_mood_takes (DcSession *session, int64_t msg_id, int32_t seq_no,
                        const TlWriter *body);
void dc_mood_forget (DcSession *session); /* which goes */
int64_t dc_mood_tick (Dc *dc);            /* as dc_tick() */
gboolean dc_mood_refuses (DcCall *call);  /* it has failed */
