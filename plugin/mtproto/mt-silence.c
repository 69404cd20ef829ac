/* Calls without an answer: what became of them is asked (MT-D38, MT-E8), and what is not
 * told within a minute goes once more, in a new session. */
#include "mt-private.h"
#include "mtproto.tl.h"

#define ASK_AGAIN 60000     /* ms without an answer about states (MT-D38) */
#define ASK_AT_LEAST 5000   /* ms of them on a new connection */
#define SILENCE_MAX 60000   /* ms without an answer to a call (MT-E8) */
#define SILENCE_STEPS 4     /* doubled so often */
#define SILENCE_LEAST 15000 /* ms of it between two steps, and on a new connection */

static int64_t
patience (const MtCall *call)
{
    return (int64_t)SILENCE_MAX << MIN (call->silences, SILENCE_STEPS);
}

/* So much that what is asked now can be answered before the next step. */
static void
leave_time (MtCall *call, HostTime now)
{
    call->silent_since =
        MAX (call->silent_since, now.mono + SILENCE_LEAST - patience (call));
}

void
mt_silence_ask (MtSession *s, HostTime now)
{
    g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (int64_t));

    s->ask_again = FALSE;
    for (GList *l = s->calls.head; l != NULL; l = l->next) {
        MtCall *call = l->data;
        if (call->state == MT_CALL_QUEUED)
            continue;
        call->state = MT_CALL_ASKED;
        g_array_append_val (ids, call->msg_id);
    }
    if (ids->len == 0) {
        mt_silence_over (s);
        return;
    }
    MtpMsgsStateReq request =
        TL_NEW (MtpMsgsStateReq, .msg_ids = { ids->data, ids->len });
    mt_send_queue (s, MT_SENT_STATE_REQ, TL_OBJ (&request),
                   (const int64_t *)(void *)ids->data, ids->len, 0);
    if (s->state_asked == 0) /* a question that is repeated is no younger for it */
        s->state_asked = now.mono - MIN (s->asked_before, ASK_AGAIN - ASK_AT_LEAST);
}

void
mt_silence_over (MtSession *s)
{
    s->state_asked = s->asked_before = 0;
    s->ask_repeats = 0;
    s->ask_again = FALSE;
}

void
mt_silence_disconnected (MtSession *s, HostTime now)
{
    if (s->state_asked > 0)
        s->asked_before = now.mono - s->state_asked;
    s->state_asked = 0;
    if (s->lost_at == 0)
        s->lost_at = now.mono;
}

void
mt_silence_connected (MtSession *s, HostTime now)
{
    int64_t outage = s->lost_at != 0 ? now.mono - s->lost_at : 0;

    s->lost_at = 0;
    for (GList *l = s->calls.head; l != NULL; l = l->next) {
        MtCall *call = l->data;
        call->silent_since += outage; /* nobody could answer in it (MT-E25) */
        leave_time (call, now);
    }
    mt_silence_ask (s, now);
}

static gboolean
is_unknown (const MtSession *s)
{
    for (GList *l = s->calls.head; l != NULL; l = l->next)
        if (((MtCall *)l->data)->state == MT_CALL_ASKED)
            return TRUE;
    return FALSE;
}

/* When the oldest unanswered call has been silent for too long, mono ms. The pause grows
 * with every time it happened. */
static int64_t
silence_ends (const MtSession *s, MtCall **which)
{
    int64_t end = HOST_NEVER;

    for (GList *l = s->calls.head; l != NULL; l = l->next) {
        MtCall *call = l->data;
        if (call->state == MT_CALL_QUEUED)
            continue;
        int64_t at = call->silent_since + patience (call);
        if (at < end) {
            end = at;
            if (which != NULL)
                *which = call;
        }
    }
    return end;
}

/* No answer while the connection lives: ask what became of it; if that does not help, who
 * waits is told, and what must arrive goes once more in a new session (MT-E8). The server
 * knows its random_id. */
static void
tick_calls (MtSession *s, HostTime now)
{
    MtCall *call = NULL;

    while (s->state == MT_STATE_READY && silence_ends (s, &call) <= now.mono) {
        g_debug ("[dc%d] %s has no answer", s->config.dc, call->name);
        if (call->silences++ % 2 == 0) {
            mt_silence_ask (s, now);
            leave_time (call, now);
        } else if ((call->flags & MT_CALL_PATIENT) == 0) {
            MtError error = { .code = MT_ERROR_LOCAL_TIMEOUT,
                              .type = "TIMEOUT",
                              .number = -1,
                              .text = "TIMEOUT" };
            mt_send_finish (s, call, NULL, &error);
        } else {
            mt_end_renew (s, "no answer to a call");
            return;
        }
    }
}

void
mt_silence_tick (MtSession *s, HostTime now)
{
    if (s->state_asked > 0 && !is_unknown (s))
        mt_silence_over (s);
    if (s->state_asked > 0 && s->state_asked + ASK_AGAIN <= now.mono) { /* MT-D38 */
        mt_end_renew (s, "no answer about our messages");
        return;
    }
    tick_calls (s, now);
}

int64_t
mt_silence_deadline (const MtSession *s)
{
    int64_t deadline = silence_ends (s, NULL);

    if (s->state_asked > 0)
        deadline = MIN (deadline, s->state_asked + ASK_AGAIN);
    return deadline;
}
