/* Packing: what is queued becomes messages with ids and numbers, several go into one
 * container, every one is remembered until the server cannot refer to it any more. */
#include "mt-private.h"
#include "mtproto.tl.h"
#include "tl-encode.h"

#define CONTAINER_MAX 100          /* entries (MT-D27) */
#define CONTAINER_BYTES (32 << 10) /* of bodies (MT-D27) */
#define TURN_BYTES (256 << 10) /* of bodies: after so many the loop is left to others */
#define TURN_REST 4            /* ms */
#define SENT_MAX 4096          /* remembered messages without a waiting call */
#define ACKS_MAX 8192          /* ids in one msgs_ack (MT-D28) */
#define ACKS_SOON 16           /* so many do not wait (MT-D28) */
#define ACKS_DELAY 30000       /* ms (MT-D28) */
#define ASKS_MAX 3             /* repeats of a question that is not taken */
#define IN_FLIGHT_MAX 100      /* calls (MT-E7) */
#define PING_DELAY 75          /* s, for the server (MT-B33) */
#define PING_EVERY 60000       /* ms (MT-B33) */
#define HASTE 10000            /* ms to a ping, where a call has no answer */
#define PONG_WITHIN 30000      /* ms (MT-B34) */
#define DOUBT_MIN 2000         /* ms to a pong where the network may have changed */
#define DOUBT_MAX 10000
#define MUCH 65536      /* bytes of calls */
#define LIFE_MAX 120000 /* ms that bytes put a pong off, at most */

typedef struct {
    int64_t msg_id;
    int32_t seq_no;
    const uint8_t *head; /* the initConnection wrapper or NULL */
    size_t head_len;
    const uint8_t *body;
    size_t len;
    GByteArray *owned;
} Outgoing;

static void
sent_free (MtSent *sent)
{
    if (sent->call != NULL)
        sent->call->sendings--;
    if (sent->ids != NULL)
        g_array_unref (sent->ids);
    g_free (sent);
}

static GArray *
ids_new (const int64_t *ids, size_t n)
{
    if (n == 0)
        return NULL;
    GArray *array = g_array_sized_new (FALSE, FALSE, sizeof *ids, (unsigned)n);
    g_array_append_vals (array, ids, (unsigned)n);
    return array;
}

static MtSent *
remember (MtSession *s, int64_t msg_id, MtSentKind kind, MtCall *call, GArray *take_ids,
          HostTime now)
{
    MtSent *sent = g_new0 (MtSent, 1);

    sent->msg_id = msg_id;
    sent->kind = kind;
    sent->call = call;
    if (call != NULL)
        call->sendings++;
    sent->ids = take_ids;
    sent->mono = now.mono;
    if (g_hash_table_contains (s->sent, &msg_id)) { /* sent again under its old id */
        MtSent *old = g_hash_table_lookup (s->sent, &msg_id);
        g_queue_remove (&s->sent_order, old);
        g_hash_table_remove (s->sent, &msg_id);
    }
    g_hash_table_insert (s->sent, &sent->msg_id, sent);
    g_queue_push_tail (&s->sent_order, sent);
    while (s->sent_order.length > SENT_MAX) {
        MtSent *oldest = g_queue_pop_head (&s->sent_order);
        g_hash_table_remove (s->sent, &oldest->msg_id);
    }
    return sent;
}

MtSent *
mt_send_find (MtSession *s, int64_t msg_id)
{
    return g_hash_table_lookup (s->sent, &msg_id);
}

void
mt_send_forget (MtSession *s, MtCall *call)
{
    /* the newest first: most are answered at once */
    for (GList *l = s->sent_order.tail; l != NULL && call->sendings > 0; l = l->prev) {
        MtSent *sent = l->data;
        if (sent->call != call)
            continue;
        sent->call = NULL;
        call->sendings--;
    }
}

void
mt_send_finish (MtSession *s, MtCall *call, TlMessage *answer, const MtError *error)
{
    g_queue_remove (&s->calls, call);
    mt_send_forget (s, call);
    if (answer != NULL && s->calm_at != 0 && g_queue_is_empty (&s->calls)) {
        s->ping_at = s->calm_at; /* somebody is there */
        s->calm_at = 0;
    }
    call->func (call->user, answer, error);
    mt_call_free (call);
}

static void
queued_free (MtQueued *queued)
{
    g_byte_array_unref (queued->body);
    if (queued->ids != NULL)
        g_array_unref (queued->ids);
    g_free (queued);
}

void
mt_send_clear (MtSession *s)
{
    g_queue_clear (&s->sent_order);
    if (s->sent == NULL)
        s->sent = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL,
                                         (GDestroyNotify)sent_free);
    g_hash_table_remove_all (s->sent);
    g_queue_clear_full (&s->queued, (GDestroyNotify)queued_free);
}

void
mt_send_queue (MtSession *s, MtSentKind kind, const TlObject *body, const int64_t *ids,
               size_t n_ids, int64_t ping_id)
{
    g_auto (TlWriter) writer = { 0 };
    MtQueued *queued = g_new0 (MtQueued, 1);

    tl_encode (&tl_mtproto_schema, body, &writer);
    queued->kind = kind;
    queued->ids = ids_new (ids, n_ids);
    queued->ping_id = ping_id;
    queued->body = g_byte_array_new ();
    g_byte_array_append (queued->body, writer.data, (unsigned)writer.len);
    g_queue_push_tail (&s->queued, queued);
    g_debug ("[dc%d] -> %s", s->config.dc, tl_id_name (&tl_mtproto_schema, body->id));
}

int64_t
mt_send_ping (MtSession *s, HostTime now)
{
    int64_t ping_id;

    if (!crypto_random_int64 (s->config.random, &ping_id))
        ping_id = now.mono | 1;
    MtpPingDelayDisconnect ping = TL_NEW (MtpPingDelayDisconnect, .ping_id = ping_id,
                                          .disconnect_delay = PING_DELAY);
    mt_send_queue (s, MT_SENT_PING, TL_OBJ (&ping), NULL, 0, ping_id);
    s->calm_at = 0;
    s->ping_at = now.mono + PING_EVERY;
    if (s->pong_deadline == HOST_NEVER) { /* else an earlier one is still waited for */
        s->pong_deadline = now.mono + PONG_WITHIN;
        s->life_until = now.mono + LIFE_MAX;
    }
    return ping_id;
}

/* What goes up before the ping may take its time. */
static gboolean
much_is_under_way (const MtSession *s)
{
    size_t bytes = 0;

    for (GList *l = s->calls.head; l != NULL; l = l->next) {
        const MtCall *call = l->data;
        bytes += call->state != MT_CALL_QUEUED ? call->len : 0;
    }
    return bytes > MUCH;
}

void
mt_send_doubt (MtSession *s, HostTime now)
{
    int64_t within = s->round_trip == 0 || much_is_under_way (s)
                         ? DOUBT_MAX
                         : CLAMP (3 * s->round_trip, DOUBT_MIN, DOUBT_MAX);

    s->doubt = mt_send_ping (s, now);
    s->pong_deadline = MIN (s->pong_deadline, now.mono + within);
}

void
mt_send_fetch (MtSession *s, int64_t answer_id)
{
    MtpMsgResendReq request = TL_NEW (MtpMsgResendReq, .msg_ids = { &answer_id, 1 });

    mt_send_queue (s, MT_SENT_FETCH, TL_OBJ (&request), &answer_id, 1, 0);
}

void
mt_send_ack (MtSession *s, int64_t msg_id, HostTime now)
{
    if (s->acks->len == 0)
        s->acks_since = now.mono;
    if (s->acks->len < ACKS_MAX)
        g_array_append_val (s->acks, msg_id);
}

void
mt_send_again (MtSession *s, int64_t msg_id)
{
    MtSent *sent = mt_send_find (s, msg_id);

    if (sent == NULL)
        return;
    switch (sent->kind) {
    case MT_SENT_CALL:
        /* not one that went out anew in the meantime */
        if (sent->call != NULL && sent->call->msg_id == msg_id) {
            sent->call->state = MT_CALL_QUEUED;
            sent->call->keep_id = FALSE;
        }
        break;
    case MT_SENT_ACKS:
        if (sent->ids != NULL && s->acks->len + sent->ids->len <= ACKS_MAX)
            g_array_append_vals (s->acks, sent->ids->data, sent->ids->len);
        break;
    case MT_SENT_CONTAINER:
        for (unsigned i = 0; i < sent->ids->len; i++)
            mt_send_again (s, g_array_index (sent->ids, int64_t, i));
        break;
    case MT_SENT_STATE_REQ:
        /* that says nothing of the calls it asked about */
        s->ask_again = s->ask_repeats++ < ASKS_MAX;
        break;
    case MT_SENT_PING:
        s->ping_at = 0; /* the next tick sends a new one */
        break;
    case MT_SENT_SALTS:
        s->salts_asked = 0;
        break;
    case MT_SENT_DESTROY:
        s->destroy = MT_DESTROY_WANTED;
        break;
    case MT_SENT_FETCH:
        mt_send_fetch (s, g_array_index (sent->ids, int64_t, 0));
        break;
    case MT_SENT_INFO:
        break;
    }
}

static void
number (MtSession *s, Outgoing *out, gboolean content, HostTime now)
{
    if (out->msg_id != 0)
        return;
    out->msg_id = mt_clock_next_id (&s->clock, s->config.random, now);
    out->seq_no = 2 * s->content + (content ? 1 : 0);
    s->content += content ? 1 : 0;
}

static void
take (MtSession *s, GArray *batch, Outgoing *out, gboolean content, HostTime now)
{
    number (s, out, content, now);
    g_array_append_val (batch, *out);
}

/* Its words name the message that they go in (MT-C40). */
static void
write_bind (MtSession *s, MtCall *call, Outgoing *out, HostTime now)
{
    g_auto (TlWriter) writer = { 0 };

    number (s, out, TRUE, now);
    if (!mt_bind_write (s->key, s->live, s->session_id, out->msg_id, s->config.random,
                        &writer))
        mt_end_drop (s, MT_TROUBLE_CLOSED, "no random numbers");
    g_free (call->body);
    call->len = writer.len;
    call->body = tl_writer_steal (&writer);
    out->body = call->body;
    out->len = call->len;
}

static void
take_call (MtSession *s, GArray *batch, MtCall *call, HostTime now)
{
    Outgoing out = { .body = call->body, .len = call->len };

    if (call->keep_id) {
        out.msg_id = call->msg_id;
        out.seq_no = call->seq_no;
    }
    if (call == s->bind) {
        write_bind (s, call, &out, now);
    } else if (!s->header_done) { /* MT-E1 */
        out.head = g_bytes_get_data (s->config.header, &out.head_len);
        call->wrapped = TRUE;
    }
    take (s, batch, &out, TRUE, now);
    call->repeated |= call->sent_at != 0 && !call->keep_id;
    call->msg_id = out.msg_id;
    call->seq_no = out.seq_no;
    call->sent_at = call->silent_since = now.mono;
    call->state = MT_CALL_SENT;
    remember (s, out.msg_id, MT_SENT_CALL, call, NULL, now);
    g_debug ("[dc%d] -> %s%s, %zu bytes", s->config.dc, call->name,
             out.head != NULL ? " (init)" : "", call->len);
}

static void
take_acks (MtSession *s, GArray *batch, HostTime now)
{
    g_auto (TlWriter) writer = { 0 };
    MtpMsgsAck ack = TL_NEW (MtpMsgsAck, .msg_ids = { s->acks->data, s->acks->len });
    Outgoing out = { 0 };

    tl_encode (&tl_mtproto_schema, TL_OBJ (&ack), &writer);
    out.owned = g_byte_array_new ();
    g_byte_array_append (out.owned, writer.data, (unsigned)writer.len);
    out.body = out.owned->data;
    out.len = out.owned->len;
    take (s, batch, &out, FALSE, now);
    remember (s, out.msg_id, MT_SENT_ACKS, NULL,
              ids_new ((const int64_t *)(void *)s->acks->data, s->acks->len), now);
    g_array_set_size (s->acks, 0);
}

static void
take_queued (MtSession *s, GArray *batch, HostTime now)
{
    MtQueued *queued = g_queue_pop_head (&s->queued);
    Outgoing out = { .owned = g_byte_array_ref (queued->body) };

    out.body = out.owned->data;
    out.len = out.owned->len;
    take (s, batch, &out, queued->kind == MT_SENT_DESTROY, now);
    MtSent *sent =
        remember (s, out.msg_id, queued->kind, NULL, g_steal_pointer (&queued->ids), now);
    sent->ping_id = queued->ping_id;
    queued_free (queued);
}

void
mt_send_packet (MtSession *s, TlWriter *take_packet)
{
    g_autoptr (GByteArray) out = mt_frame_wrap (s->frame, s->config.random, take_packet);

    if (out != NULL)
        s->ops->send (s->user, s->slot, out);
    else
        mt_end_drop (s, MT_TROUBLE_CLOSED, "a packet could not be framed");
}

/* One packet: a single message bare, else a container (MT-D15, MT-D27). */
static void
send_batch (MtSession *s, GArray *batch, gboolean force, HostTime now)
{
    g_auto (TlWriter) body = { 0 };
    g_auto (TlWriter) packet_bytes = { 0 };
    const Outgoing *first = &g_array_index (batch, Outgoing, 0);
    MtPacket packet = { .salt = s->live->salt, .session_id = s->session_id };

    if (batch->len == 1 && !force) {
        if (first->head_len > 0) {
            tl_writer_raw (&body, first->head, first->head_len);
            tl_writer_raw (&body, first->body, first->len);
        }
        packet.msg_id = first->msg_id;
        packet.seq_no = first->seq_no;
    } else {
        g_autoptr (GArray) inner = g_array_new (FALSE, FALSE, sizeof (int64_t));
        tl_writer_int (&body, (int32_t)MtpMsgContainer_ID);
        tl_writer_int (&body, (int32_t)batch->len);
        for (unsigned i = 0; i < batch->len; i++) {
            const Outgoing *out = &g_array_index (batch, Outgoing, i);
            tl_writer_long (&body, out->msg_id);
            tl_writer_int (&body, out->seq_no);
            tl_writer_int (&body, (int32_t)(out->head_len + out->len));
            tl_writer_raw (&body, out->head, out->head_len);
            tl_writer_raw (&body, out->body, out->len);
            g_array_append_val (inner, out->msg_id);
        }
        packet.msg_id = mt_clock_next_id (&s->clock, s->config.random, now);
        packet.seq_no = 2 * s->content;
        remember (s, packet.msg_id, MT_SENT_CONTAINER, NULL, g_steal_pointer (&inner),
                  now);
    }
    packet.body = body.len > 0 ? body.data : first->body;
    packet.len = body.len > 0 ? body.len : first->len;
    for (unsigned i = 0; i < batch->len; i++) {
        MtSent *sent = mt_send_find (s, g_array_index (batch, Outgoing, i).msg_id);
        if (sent != NULL && sent->call != NULL)
            sent->call->outer_id = packet.msg_id;
    }

    tl_writer_space (&packet_bytes, MT_FRAME_ROOM);
    if (mt_packet_seal (s->live->key, 0, &packet, s->config.random, &packet_bytes))
        mt_send_packet (s, &packet_bytes);
    else
        mt_end_drop (s, MT_TROUBLE_CLOSED, "a packet could not be sealed");
}

static gboolean
may_go (const MtSession *s, const MtCall *call, HostTime now)
{
    if (s->bind != NULL ? call != s->bind : s->next != NULL)
        return FALSE; /* MT-C39, and mt-exchange.c */
    return call->state == MT_CALL_QUEUED && call->not_before <= now.mono &&
           (s->logged_in || (call->flags & MT_CALL_BEFORE_LOGIN) != 0);
}

unsigned
mt_send_in_flight (const MtSession *s)
{
    unsigned n = 0;

    for (GList *l = s->calls.head; l != NULL; l = l->next)
        n += ((MtCall *)l->data)->state != MT_CALL_QUEUED;
    return n;
}

static gboolean
full (const GArray *batch, size_t bytes, size_t more)
{
    return batch->len >= CONTAINER_MAX ||
           (batch->len > 0 && bytes + more > CONTAINER_BYTES);
}

/* Fills one packet; of how many bytes, 0 when nothing was left to send. */
static size_t
send_some (MtSession *s, HostTime now)
{
    g_autoptr (GArray) batch = g_array_new (FALSE, FALSE, sizeof (Outgoing));
    size_t bytes = 0;
    gboolean force = FALSE;
    unsigned flying = mt_send_in_flight (s);

    if (s->clock.known)
        mt_key_step_salts (s->live, mt_clock_server_ms (&s->clock, now) / 1000);
    while (s->bind == NULL && !g_queue_is_empty (&s->queued) && !full (batch, bytes, 0)) {
        bytes += ((MtQueued *)g_queue_peek_head (&s->queued))->body->len;
        take_queued (s, batch, now);
    }
    for (GList *l = s->calls.head; l != NULL && flying < IN_FLIGHT_MAX; l = l->next) {
        MtCall *call = l->data;
        if (!may_go (s, call, now))
            continue;
        size_t size =
            call->len + (s->header_done ? 0 : g_bytes_get_size (s->config.header));
        if (full (batch, bytes, size))
            break;
        force |= call->keep_id;
        bytes += size;
        take_call (s, batch, call, now);
        call->keep_id = FALSE;
        flying++;
    }
    if (s->bind == NULL && s->acks->len > 0 && !full (batch, bytes, 0) &&
        (batch->len > 0 || s->acks->len >= ACKS_SOON ||
         s->acks_since + ACKS_DELAY <= now.mono))
        take_acks (s, batch, now);
    if (batch->len == 0)
        return 0;
    send_batch (s, batch, force, now);
    for (unsigned i = 0; i < batch->len; i++)
        if (g_array_index (batch, Outgoing, i).owned != NULL)
            g_byte_array_unref (g_array_index (batch, Outgoing, i).owned);
    return MAX (bytes, 1);
}

static gboolean
has_calls (const MtSession *s, HostTime now)
{
    for (GList *l = s->calls.head; l != NULL; l = l->next)
        if (may_go (s, l->data, now))
            return TRUE;
    return FALSE;
}

void
mt_send_flush (MtSession *s, HostTime now)
{
    size_t sent = 0, bytes = 0;

    if (s->bind == NULL && s->rest_at != HOST_NEVER && s->rest_at > now.mono)
        return;
    s->rest_at = HOST_NEVER;
    if ((s->state != MT_STATE_READY && s->bind == NULL) || mt_end_is_near (s))
        return;
    gboolean calls = has_calls (s, now);
    while (!mt_end_is_near (s) && sent < TURN_BYTES && (bytes = send_some (s, now)) > 0)
        sent += bytes;
    if (bytes > 0)
        s->rest_at = now.mono + TURN_REST; /* unless the connection goes */
    if (calls && s->bind == NULL && s->pong_deadline == HOST_NEVER &&
        s->ping_at > now.mono + HASTE) {
        s->calm_at = s->calm_at != 0 ? s->calm_at : s->ping_at;
        s->ping_at = now.mono + HASTE; /* something must come back soon */
    }
}

int64_t
mt_send_deadline (const MtSession *s)
{
    HostTime rested = { .mono = s->rest_at };
    int64_t deadline = HOST_NEVER;

    if (s->bind != NULL || s->next != NULL)
        return deadline; /* mt-exchange.c has its own */
    if (s->acks->len > 0)
        deadline = s->acks_since + ACKS_DELAY;
    gboolean crowded = mt_send_in_flight (s) >= IN_FLIGHT_MAX; /* an answer makes room */
    for (GList *l = s->calls.head; l != NULL && !crowded; l = l->next) {
        const MtCall *call = l->data;
        if (call->state == MT_CALL_QUEUED && call->not_before > 0 &&
            (s->logged_in || (call->flags & MT_CALL_BEFORE_LOGIN) != 0))
            deadline = MIN (deadline, call->not_before);
    }
    if (s->rest_at == HOST_NEVER)
        return deadline;
    if (s->queued.length > 0 || has_calls (s, rested))
        deadline = s->rest_at;
    return MAX (deadline, s->rest_at);
}
