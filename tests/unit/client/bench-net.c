/* The bench's net: plugin/net's functions, played, of one line. Every call is noted, nothing
 * is sent but its number. */
#include "client-bench.h"

#include "tl-encode.h"

#include <string.h>

#define LINE (2 * NET_LANES * MT_RACE_MAX)

static Bench *the_bench; /* one at a time */

void
bench_net_of (Bench *bench)
{
    the_bench = bench;
}

struct Net {
    Bench *bench;
    const NetOps *ops;
    void *user;
    MtState state;
    gboolean logged_in;
    gboolean gone; /* the connection: nothing leaves until there is another */
    gboolean gives_up;
};

Net *
net_new (const NetConfig *config, const NetOps *ops, void *user)
{
    Net *s = g_new0 (Net, 1);

    *s = (Net){ .bench = the_bench, .ops = ops, .user = user };
    return s;
}

static void
close_calls (Net *s)
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
}

void
net_free (Net *s)
{
    close_calls (s);
    g_free (s);
}

void
net_set_pause (Net *s, const MtPause *pause)
{
}

gboolean
net_restore (Net *s, int dc, const uint8_t *record, size_t len)
{
    return TRUE;
}

void
net_set_logged_in (Net *s, int64_t own_id)
{
    s->logged_in = own_id != 0;
}

void
net_forget (Net *s)
{
    store_batch_delete (s->ops->batch (s->user), (StoreKey){ STORE_DC, 2, 0 });
}

void
net_give_up (Net *s)
{
    s->gives_up = TRUE;
}

void
net_start (Net *s, HostTime now)
{
    s->ops->connect (s->user, LINE, &(MtAddress){ "127.0.0.1", 1, 0 });
}

void
net_move_home (Net *s, int dc)
{
    close_calls (s);
    s->state = MT_STATE_OFFLINE;
    s->ops->moved (s->user, dc);
    net_start (s, s->bench->now);
}

void
net_connected (Net *s, int line, HostTime now)
{
    s->gone = FALSE;
    s->state = MT_STATE_READY;
    s->ops->state (s->user, MT_STATE_READY);
    net_flush (s, now);
}

void
net_receive (Net *s, int line, const uint8_t *data, size_t len, HostTime now)
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

/* MT-E28: what may go before the login, and says so; nothing else does. */
static gboolean
may_go_before_login (uint32_t id)
{
    static const uint32_t ids[] = {
        ApiAuthSendCode_ID,
        ApiAuthResendCode_ID,
        ApiAuthCancelCode_ID,
        ApiAuthResetLoginEmail_ID,
        ApiAuthSignIn_ID,
        ApiAuthCheckPassword_ID,
        ApiAuthRequestPasswordRecovery_ID,
        ApiAuthCheckRecoveryPassword_ID,
        ApiAuthRecoverPassword_ID,
        ApiAuthExportLoginToken_ID,
        ApiAuthImportLoginToken_ID,
        ApiAuthLogOut_ID, /* of somebody else's login, which is taken back (MT-F7) */
        ApiAccountGetPassword_ID,
        ApiAccountSendVerifyEmailCode_ID,
        ApiAccountVerifyEmail_ID,
    };

    for (size_t i = 0; i < G_N_ELEMENTS (ids); i++)
        if (ids[i] == id)
            return TRUE;
    return FALSE;
}

NetCall *
net_call (Net *s, int dc, NetLane lane, const TlObject *request, MtCallFlags flags,
          MtAnswerFunc func, void *user)
{
    g_auto (TlWriter) writer = { 0 };
    BenchCall *call = g_new0 (BenchCall, 1);

    g_assert_true (tl_encode (&tl_api_schema, request, &writer));
    if ((flags & MT_CALL_BEFORE_LOGIN) != 0 && !may_go_before_login (request->id))
        g_error ("%s goes before the login", tl_id_name (&tl_api_schema, request->id));
    *call = (BenchCall){ .id = request->id,
                         .dc = dc,
                         .before_login = (flags & MT_CALL_BEFORE_LOGIN) != 0,
                         .request = g_bytes_new (writer.data, writer.len),
                         .func = func,
                         .user = user };
    g_ptr_array_add (s->bench->calls, call);
    return (NetCall *)call;
}

void
net_flush (Net *s, HostTime now)
{
    for (uint32_t n = 0; !s->gone && n < s->bench->calls->len; n++) {
        BenchCall *call = s->bench->calls->pdata[n];
        if (call->flushed || !(s->logged_in || call->before_login))
            continue;
        call->flushed = TRUE;
        g_autoptr (GByteArray) bytes = g_byte_array_new ();
        g_byte_array_append (bytes, (const uint8_t *)&n, sizeof n);
        s->ops->send (s->user, LINE, bytes);
    }
    if (s->gives_up) {
        s->gives_up = FALSE;
        s->ops->given_up (s->user);
    }
}

void
net_closed (Net *s, int line, HostTime now)
{
    s->gone = TRUE;
    s->state = MT_STATE_OFFLINE;
    s->ops->state (s->user, MT_STATE_OFFLINE);
}

void
net_tick (Net *s, HostTime now)
{
}

MtState
net_state (const Net *s)
{
    return s->state;
}

void
net_cancel (Net *s, NetCall *call)
{
    ((BenchCall *)(void *)call)->answered = TRUE;
}

void
net_reconnect (Net *s, const char *why, HostTime now)
{
    s->bench->reconnects++;
    s->state = MT_STATE_OFFLINE;
    s->ops->disconnect (s->user, LINE);
    s->ops->connect (s->user, LINE, &(MtAddress){ "127.0.0.1", 1, 0 });
}

int64_t
net_deadline (const Net *s)
{
    return HOST_NEVER;
}

int64_t
net_server_time (const Net *s, HostTime now)
{
    return now.wall / 1000;
}

void
net_wake (Net *s, HostTime now)
{
    if (s->gone)
        net_start (s, now);
}

void
net_prime_checked (Net *s, const uint8_t p[static 256], gboolean good, HostTime now)
{
}

int32_t
bench_int (const BenchCall *call, unsigned n)
{
    int32_t value;
    size_t len;
    const uint8_t *data = g_bytes_get_data (call->request, &len);

    g_assert_cmpuint (4 + 4 * n + 4, <=, len);
    memcpy (&value, data + 4 + 4 * n, sizeof value);
    return GINT32_FROM_LE (value);
}
