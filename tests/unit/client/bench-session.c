/* The bench's session: plugin/mtproto's functions, played. Every call is noted, nothing is
 * sent but its number. */
#include "client-bench.h"

#include "tl-encode.h"

static Bench *the_bench; /* one at a time */

void
bench_session_of (Bench *bench)
{
    the_bench = bench;
}

struct MtSession {
    Bench *bench;
    const MtOps *ops;
    void *user;
    unsigned flushed; /* calls that were given to send() */
    MtState state;
};

MtSession *
mt_session_new (const MtConfig *config, const MtOps *ops, void *user)
{
    MtSession *s = g_new0 (MtSession, 1);

    *s = (MtSession){ the_bench, ops, user, 0, MT_STATE_OFFLINE };
    return s;
}

void
mt_session_free (MtSession *s)
{
    static const MtError closed = {
        .code = MT_ERROR_LOCAL_CLOSED, .type = "CLOSED", .number = -1, .text = "CLOSED"
    };

    for (unsigned i = 0; i < s->bench->calls->len; i++) {
        BenchCall *call = s->bench->calls->pdata[i];
        if (!call->answered)
            call->func (call->user, NULL, &closed);
        call->answered = TRUE;
    }
    g_free (s);
}

void
mt_session_set_pause (MtSession *s, const MtPause *pause)
{
}

gboolean
mt_session_restore (MtSession *s, const uint8_t *record, size_t len)
{
    return TRUE;
}

void
mt_session_set_logged_in (MtSession *s, gboolean logged_in)
{
}

void
mt_session_start (MtSession *s, HostTime now)
{
    s->ops->connect (s->user, &(MtAddress){ "127.0.0.1", 1, 0 });
}

void
mt_session_connected (MtSession *s, HostTime now)
{
    s->state = MT_STATE_READY;
    s->ops->state (s->user, MT_STATE_READY);
    mt_session_flush (s, now);
}

void
mt_session_receive (MtSession *s, const uint8_t *data, size_t len, HostTime now)
{
    Bench *bench = s->bench;
    g_autoptr (TlMessage) message = g_steal_pointer (&bench->pending);
    BenchCall *call = bench->answering;

    bench->answering = NULL;
    if (bench->lost != NULL) {
        s->ops->failed (s->user, MT_FAILURE_KEY_LOST, g_steal_pointer (&bench->lost));
        return;
    }
    if (call == NULL) {
        s->ops->updates (s->user, message);
        return;
    }
    call->answered = TRUE;
    call->func (call->user, message, bench->error);
    bench->error = NULL;
}

MtCall *
mt_session_call (MtSession *s, const TlObject *request, MtCallFlags flags,
                 MtAnswerFunc func, void *user, GError **error)
{
    g_auto (TlWriter) writer = { 0 };
    BenchCall *call = g_new0 (BenchCall, 1);

    g_assert_true (tl_encode (&tl_api_schema, request, &writer));
    *call = (BenchCall){ .id = request->id,
                         .request = g_bytes_new (writer.data, writer.len),
                         .func = func,
                         .user = user };
    g_ptr_array_add (s->bench->calls, call);
    return (MtCall *)call;
}

void
mt_session_flush (MtSession *s, HostTime now)
{
    for (; s->flushed < s->bench->calls->len; s->flushed++) {
        uint32_t n = s->flushed;
        s->ops->send (s->user, (const uint8_t *)&n, sizeof n);
    }
}

void
mt_session_closed (MtSession *s, HostTime now)
{
}

void
mt_session_tick (MtSession *s, HostTime now)
{
}

MtState
mt_session_state (const MtSession *s)
{
    return s->state;
}

void
mt_session_cancel (MtSession *s, MtCall *call)
{
    ((BenchCall *)(void *)call)->answered = TRUE;
}

void
mt_session_reconnect (MtSession *s, const char *why, HostTime now)
{
    s->bench->reconnects++;
    s->state = MT_STATE_OFFLINE;
    s->ops->disconnect (s->user);
    s->ops->connect (s->user, &(MtAddress){ "127.0.0.1", 1, 0 });
}

int64_t
mt_session_deadline (const MtSession *s)
{
    return HOST_NEVER;
}

int64_t
mt_session_server_time (const MtSession *s, HostTime now)
{
    return now.wall / 1000;
}

void
mt_session_wake (MtSession *s, HostTime now)
{
}

void
mt_session_prime_checked (MtSession *s, const uint8_t p[static 256], gboolean good,
                          HostTime now)
{
}
