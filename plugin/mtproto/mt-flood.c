/* Methods that the server wants a pause of: what it told one call counts for the others of
 * the same method (MT-E13). */
#include "mt-private.h"

#define SECOND 1000
#define WEEK (7 * 86400) /* s */

void
mt_flood_begin (MtSession *s, const TlCtor *method, int64_t seconds, HostTime now)
{
    for (unsigned i = s->floods->len; i-- > 0;) {
        const MtFlood *flood = &g_array_index (s->floods, MtFlood, i);
        if (flood->method == method || flood->until <= now.mono)
            g_array_remove_index_fast (s->floods, i);
    }
    MtFlood flood = { method, now.mono + MIN (seconds, WEEK) * SECOND };
    g_array_append_val (s->floods, flood);
}

/* Until when, mono ms; 0: it does not wait. */
static int64_t
waits_until (const MtSession *s, const TlCtor *method, HostTime now)
{
    for (unsigned i = 0; i < s->floods->len; i++) {
        const MtFlood *flood = &g_array_index (s->floods, MtFlood, i);
        if (flood->method == method && flood->until > now.mono)
            return flood->until;
    }
    return 0;
}

/* TRUE: the call was answered, the list of calls may be another. */
static gboolean
hold (MtSession *s, MtCall *call, uint64_t last, HostTime now)
{
    int64_t until = waits_until (s, call->method, now), delay;
    MtErrorText parsed;

    if (call->state != MT_CALL_QUEUED || call->not_before >= until)
        return FALSE;
    if (call->number > last) { /* an answer of this input asked: the next one judges */
        call->not_before = now.mono + 1;
        return FALSE;
    }
    mt_error_flood ((until - now.mono + SECOND - 1) / SECOND, &parsed);
    parsed.error.repeated = call->repeated;
    if (mt_call_judge (call, &parsed.error, s->logged_in, &delay) == MT_RETRY_NO) {
        mt_send_finish (s, call, NULL, &parsed.error);
        return TRUE;
    }
    call->not_before = until;
    return FALSE;
}

void
mt_flood_hold (MtSession *s, HostTime now)
{
    uint64_t last = s->call_numbers;
    GList *next;

    if (s->floods->len == 0)
        return;
    for (GList *l = s->calls.head; l != NULL; l = next) {
        next = l->next;
        if (hold (s, l->data, last, now))
            next = s->calls.head;
    }
}
