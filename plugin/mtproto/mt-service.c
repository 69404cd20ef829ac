/* What comes in on an encrypted session: one handler per service message; everything else
 * is an update. (MTPROTO.md section D.) */
#include "mt-private.h"
#include "mtproto.tl.h"
#include "tl-gzip.h"
#include "tl-reader.h"

#include <string.h>

#define ENTRIES_MAX 1024 /* of a container (MT-D24) */
#define IDS_MAX 8192     /* of state requests (MT-D34) */

typedef struct {
    int64_t msg_id;
    int32_t seq_no;
    const uint8_t *body;
    size_t len;
    gboolean cut; /* too large to be kept: `body` is its beginning */
    gboolean old; /* below the replay memory: answers still count, updates do not */
} Incoming;

typedef void (*Handler) (MtSession *session, const Incoming *in, const TlObject *object,
                         HostTime now);

/* --- service messages --- */

static void
handle_ack (MtSession *s, const Incoming *in, const TlObject *object, HostTime now)
{
    /* Received, not answered: the state request after a reconnect tells us all we need
     * from it (MT-D29). */
}

static void
problem (MtSession *s)
{
    if (++s->problems >= MT_PROBLEMS_MAX) {
        s->problems = 0;
        mt_end_drop_for (s, MT_TROUBLE_CLOSED, 3,
                         "the server refuses our messages again and again");
    }
}

static void
handle_bad_msg (MtSession *s, const Incoming *in, const TlObject *object, HostTime now)
{
    const MtpBadMsgNotification *bad = TL_AS (object, MtpBadMsgNotification);

    const MtSent *sent = mt_send_find (s, bad->bad_msg_id);
    if (sent == NULL)
        return; /* MT-D31 */
    g_debug ("[dc%d] bad_msg_notification, code %d", s->config.dc, bad->error_code);
    if (sent->kind != MT_SENT_STATE_REQ) /* those are counted by mt-silence.c */
        problem (s);
    if (mt_end_is_near (s))
        return;
    switch (bad->error_code) {
    case 16: /* our clock is behind */
        mt_clock_reset (&s->clock, in->msg_id, now);
        mt_send_again (s, bad->bad_msg_id);
        break;
    case 20: /* too old to tell whether it was received */
        mt_send_again (s, bad->bad_msg_id);
        break;
    case 17: /* our clock is ahead: ids must start below the last ones */
        mt_clock_reset (&s->clock, in->msg_id, now);
        mt_end_renew (s, "ids from the future");
        break;
    default: /* 18, 19, 32 to 35, 64 and whatever comes: clean counters */
        mt_end_renew (s, "numbers out of step");
        break;
    }
}

static void
handle_bad_salt (MtSession *s, const Incoming *in, const TlObject *object, HostTime now)
{
    const MtpBadServerSalt *bad = TL_AS (object, MtpBadServerSalt);

    if (mt_send_find (s, bad->bad_msg_id) == NULL ||
        bad->new_server_salt == s->live->salt)
        return; /* MT-D20 */
    mt_key_correct_salt (s->live, bad->new_server_salt);
    mt_clock_learn (&s->clock, in->msg_id, now);
    mt_send_again (s, bad->bad_msg_id);
    problem (s);
}

/* The same session told of again. One that begins later is another, whatever name the
 * server gives it: a server that was started anew may give the old ones again. */
static gboolean
knows_session (MtSession *s, const MtpNewSessionCreated *created)
{
    MtCreated *free_row = &s->created_sessions[s->n_created++ % MT_CREATED_MAX];

    for (unsigned i = 0; i < MT_CREATED_MAX; i++) {
        MtCreated *row = &s->created_sessions[i];
        if (row->unique_id != created->unique_id || row->first_msg_id == 0)
            continue;
        if (!mt_id_before (row->first_msg_id, created->first_msg_id))
            return TRUE;
        free_row = row;
    }
    *free_row = (MtCreated){ created->unique_id, created->first_msg_id };
    return FALSE;
}

static void
handle_new_session (MtSession *s, const Incoming *in, const TlObject *object,
                    HostTime now)
{
    const MtpNewSessionCreated *created = TL_AS (object, MtpNewSessionCreated);

    if (knows_session (s, created))
        return; /* MT-D23, MT-D37 */
    mt_key_set_salt (s->live, created->server_salt);
    for (GList *l = s->calls.head; l != NULL; l = l->next) {
        MtCall *call = l->data;
        /* the server may name the container instead of what is in it */
        if (call->state != MT_CALL_QUEUED &&
            mt_id_before (call->outer_id, created->first_msg_id))
            call->state = MT_CALL_QUEUED;
    }
    if (s->logged_in)
        s->ops->updates (s->user, NULL);
}

static void
handle_pong (MtSession *s, const Incoming *in, const TlObject *object, HostTime now)
{
    const MtpPong *pong = TL_AS (object, MtpPong);
    MtSent *sent = mt_send_find (s, pong->msg_id);

    if (sent == NULL || sent->kind != MT_SENT_PING || sent->ping_id != pong->ping_id)
        return; /* MT-B35 */
    s->round_trip = MAX (now.mono - sent->mono, 1);
    if (s->doubt != 0 && s->doubt != pong->ping_id)
        return; /* that of an earlier ping may have lain here before the network changed */
    s->doubt = 0;
    s->pong_deadline = HOST_NEVER;
}

static void
handle_future_salts (MtSession *s, const Incoming *in, const TlObject *object,
                     HostTime now)
{
    const MtpFutureSalts *salts = TL_AS (object, MtpFutureSalts);
    MtSent *sent = mt_send_find (s, salts->req_msg_id);

    MtSalt taken[MT_SALTS_MAX];

    if (sent == NULL || sent->kind != MT_SENT_SALTS || salts->salts.len > MT_SALTS_MAX)
        return; /* MT-D21 */
    for (size_t i = 0; i < salts->salts.len; i++) {
        const MtpFutureSalt *item = TL_AS (TL_ITEM_OBJ (salts->salts, i), MtpFutureSalt);
        taken[i] = (MtSalt){ item->valid_since, item->valid_until, item->salt };
    }
    mt_key_take_salts (s->live, taken, salts->salts.len);
}

/* One byte per id of our own question (MT-D35). */
static void
take_states (MtSession *s, const int64_t *ids, size_t n, TlBytes info)
{
    if (info.len != n) {
        g_debug ("[dc%d] state information of a wrong length", s->config.dc);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        MtSent *sent = mt_send_find (s, ids[i]);
        if (sent == NULL || sent->kind != MT_SENT_CALL || sent->call == NULL)
            continue;
        if ((info.data[i] & 7) != 4)
            mt_send_again (s, ids[i]);
        else if (sent->call->state == MT_CALL_ASKED)
            sent->call->state = MT_CALL_SENT;
    }
}

static void
handle_state_info (MtSession *s, const Incoming *in, const TlObject *object, HostTime now)
{
    const MtpMsgsStateInfo *info = TL_AS (object, MtpMsgsStateInfo);
    MtSent *sent = mt_send_find (s, info->req_msg_id);

    if (sent == NULL || sent->kind != MT_SENT_STATE_REQ || sent->ids == NULL)
        return;
    mt_silence_over (s);
    g_autoptr (GArray) ids = g_array_ref (sent->ids);
    take_states (s, (const int64_t *)(void *)ids->data, ids->len, info->info);
}

static void
handle_all_info (MtSession *s, const Incoming *in, const TlObject *object, HostTime now)
{
    const MtpMsgsAllInfo *info = TL_AS (object, MtpMsgsAllInfo);
    take_states (s, info->msg_ids.items, info->msg_ids.len, info->info);
}

/* The server asks which of its messages arrived (MT-D34). */
static void
handle_state_req (MtSession *s, const Incoming *in, const TlObject *object, HostTime now)
{
    const MtpMsgsStateReq *req = TL_AS (object, MtpMsgsStateReq);

    if (req->msg_ids.len == 0 || req->msg_ids.len > IDS_MAX)
        return;
    g_autofree uint8_t *info = g_malloc (req->msg_ids.len);
    int64_t newest = s->seen.len > 0 ? s->seen.ids[s->seen.len - 1] : 0;
    for (size_t i = 0; i < req->msg_ids.len; i++) {
        int64_t id = TL_ITEM (req->msg_ids, int64_t, i);
        if (mt_seen_has (&s->seen, id))
            info[i] = 4;
        else if (s->seen.len > 0 && mt_id_before (id, s->seen.ids[0]))
            info[i] = 1;
        else
            info[i] = mt_id_before (newest, id) ? 3 : 2;
    }
    MtpMsgsStateInfo answer = TL_NEW (MtpMsgsStateInfo, .req_msg_id = in->msg_id,
                                      .info = TL_BYTES (info, req->msg_ids.len));
    mt_send_queue (s, MT_SENT_INFO, TL_OBJ (&answer), NULL, 0, 0);
}

/* The server wants ours again: calls go in a container with their old id; if one is not
 * known, all states are told (MT-D36). */
static void
handle_resend (MtSession *s, const Incoming *in, const TlObject *object, HostTime now)
{
    const MtpMsgResendReq *req = TL_AS (object, MtpMsgResendReq);
    gboolean all = TRUE;

    if (req->msg_ids.len == 0 || req->msg_ids.len > IDS_MAX)
        return;
    g_autofree uint8_t *info = g_malloc (req->msg_ids.len);
    for (size_t i = 0; i < req->msg_ids.len; i++) {
        MtSent *sent = mt_send_find (s, TL_ITEM (req->msg_ids, int64_t, i));
        gboolean known =
            sent != NULL && sent->call != NULL && sent->call->msg_id == sent->msg_id;
        info[i] = known ? 4 : 1;
        all &= known;
        if (known && sent->call->state == MT_CALL_SENT) {
            sent->call->state = MT_CALL_QUEUED;
            sent->call->keep_id = TRUE;
        }
    }
    if (all)
        return;
    MtpMsgsStateInfo answer = TL_NEW (MtpMsgsStateInfo, .req_msg_id = in->msg_id,
                                      .info = TL_BYTES (info, req->msg_ids.len));
    mt_send_queue (s, MT_SENT_INFO, TL_OBJ (&answer), NULL, 0, 0);
}

/* An answer lies ready: fetch it unless it arrived, once on a connection (MT-D33). */
static void
fetch_answer (MtSession *s, int64_t answer_id, HostTime now)
{
    if (mt_seen_has (&s->seen, answer_id)) {
        mt_send_ack (s, answer_id, now);
        return;
    }
    for (unsigned i = 0; i < MIN (s->n_fetched, MT_FETCHED_MAX); i++)
        if (s->fetched[i] == answer_id)
            return;
    s->fetched[s->n_fetched++ % MT_FETCHED_MAX] = answer_id;
    mt_send_fetch (s, answer_id);
}

static void
handle_detailed (MtSession *s, const Incoming *in, const TlObject *object, HostTime now)
{
    const MtpMsgDetailedInfo *info = TL_AS (object, MtpMsgDetailedInfo);
    MtSent *sent = mt_send_find (s, info->msg_id);

    if (sent == NULL)
        return;
    if (sent->call != NULL && sent->call->state == MT_CALL_ASKED)
        sent->call->state = MT_CALL_SENT;
    fetch_answer (s, info->answer_msg_id, now);
}

static void
handle_new_detailed (MtSession *s, const Incoming *in, const TlObject *object,
                     HostTime now)
{
    fetch_answer (s, TL_AS (object, MtpMsgNewDetailedInfo)->answer_msg_id, now);
}

static void
handle_nothing (MtSession *s, const Incoming *in, const TlObject *object, HostTime now)
{
    /* answers to what we do not ask, or errors outside rpc_result (MT-D41, MT-D43) */
}

/* Whatever it is: there is nothing more to be asked (MT-C34). */
static void
handle_destroyed (MtSession *s, const Incoming *in, const TlObject *object, HostTime now)
{
    mt_destroy_heard (s);
}

static const struct {
    uint32_t id;
    Handler handle;
} handlers[] = {
    { MtpMsgsAck_ID, handle_ack },
    { MtpBadMsgNotification_ID, handle_bad_msg },
    { MtpBadServerSalt_ID, handle_bad_salt },
    { MtpNewSessionCreated_ID, handle_new_session },
    { MtpPong_ID, handle_pong },
    { MtpFutureSalts_ID, handle_future_salts },
    { MtpMsgsStateInfo_ID, handle_state_info },
    { MtpMsgsAllInfo_ID, handle_all_info },
    { MtpMsgsStateReq_ID, handle_state_req },
    { MtpMsgResendReq_ID, handle_resend },
    { MtpMsgDetailedInfo_ID, handle_detailed },
    { MtpMsgNewDetailedInfo_ID, handle_new_detailed },
    { MtpRpcError_ID, handle_nothing },
    { MtpRpcAnswerUnknown_ID, handle_nothing },
    { MtpRpcAnswerDropped_ID, handle_nothing },
    { MtpRpcAnswerDroppedRunning_ID, handle_nothing },
    { MtpDestroySessionOk_ID, handle_nothing },
    { MtpDestroySessionNone_ID, handle_nothing },
    { MtpDestroyAuthKeyOk_ID, handle_destroyed },
    { MtpDestroyAuthKeyNone_ID, handle_destroyed },
    { MtpDestroyAuthKeyFail_ID, handle_destroyed },
};

static Handler
find_handler (uint32_t id)
{
    for (size_t i = 0; i < G_N_ELEMENTS (handlers); i++)
        if (handlers[i].id == id)
            return handlers[i].handle;
    return NULL;
}

/* --- messages and containers --- */

static void
handle_update (MtSession *s, const Incoming *in, HostTime now)
{
    g_autoptr (GError) error = NULL;

    if (in->old) {
        s->ops->updates (s->user, NULL); /* MT-D10 */
        return;
    }
    g_autoptr (TlMessage) message = tl_message_decode_within (
        s->config.schema, in->body, in->len, &s->budget, &error);
    if (message == NULL) { /* MT-D45; too large a one comes in slices (DECISIONS 32) */
        g_debug ("[dc%d] <- undecodable update: %s", s->config.dc, error->message);
        s->ops->updates (s->user, NULL);
        return;
    }
    g_debug ("[dc%d] <- %s", s->config.dc,
             tl_id_name (s->config.schema, tl_message_root (message)->id));
    s->ops->updates (s->user, message);
}

/* One message whose frame and ids were checked. */
static void
handle_body (MtSession *s, const Incoming *in, HostTime now)
{
    TlReader reader;

    tl_reader_init (&reader, in->body, in->len);
    uint32_t id = (uint32_t)tl_reader_int (&reader);
    if (id == MtpRpcResult_ID) {
        mt_answer_receive (s, in->msg_id, in->body, in->len, now);
        return;
    }
    Handler handler = find_handler (id);
    if (handler == NULL) {
        handle_update (s, in, now);
        return;
    }
    g_autoptr (TlMessage) message = tl_message_decode_within (
        &tl_mtproto_schema, in->body, in->len, &s->budget, NULL);
    if (message == NULL) {
        g_debug ("[dc%d] <- %s: malformed", s->config.dc,
                 tl_id_name (&tl_mtproto_schema, id));
        return;
    }
    g_debug ("[dc%d] <- %s", s->config.dc, tl_id_name (&tl_mtproto_schema, id));
    handler (s, in, tl_message_root (message), now);
}

/* Whose answer was too large asks for less; everything else comes as differences do. */
static void
handle_cut (MtSession *s, const Incoming *in, HostTime now)
{
    TlReader reader;

    tl_reader_init (&reader, in->body, in->len);
    if ((uint32_t)tl_reader_int (&reader) != MtpRpcResult_ID) {
        s->ops->updates (s->user, NULL);
        return;
    }
    mt_answer_large (s, tl_reader_long (&reader), now);
}

static void
handle_message (MtSession *s, Incoming *in, HostTime now)
{
    g_autoptr (GByteArray) owned = NULL;
    MtSeenResult seen = mt_seen_add (&s->seen, in->msg_id);

    if ((in->seq_no & 1) != 0)
        mt_send_ack (s, in->msg_id,
                     now); /* MT-D28: duplicates and undecodable ones too */
    if (seen == MT_SEEN_DUPLICATE)
        return;
    in->old = seen == MT_SEEN_TOO_OLD;
    if (in->cut) {
        handle_cut (s, in, now);
        return;
    }
    if (mt_answer_unpack (s, &in->body, &in->len, &owned) != MT_UNPACKED) {
        g_debug ("[dc%d] <- corrupt or too large gzip_packed", s->config.dc);
        s->ops->updates (s->user, NULL);
        return;
    }
    handle_body (s, in, now);
    if (owned != NULL)
        crypto_wipe (owned->data, owned->len);
}

/* As no entry of a container may (MT-D25). `body` has at least four bytes. */
static gboolean
holds_messages (const uint8_t *body)
{
    uint32_t id;

    memcpy (&id, body, 4);
    id = GUINT32_FROM_LE (id);
    return id == MtpMsgContainer_ID || id == MtpMsgCopy_ID;
}

/* The frame of all entries is checked before the first is handled (MT-D24). */
static gboolean
read_container (TlReader *reader, int64_t msg_id, GArray *entries)
{
    uint32_t count = (uint32_t)tl_reader_int (reader);

    if (count > ENTRIES_MAX)
        return FALSE;
    for (uint32_t i = 0; i < count; i++) {
        Incoming entry = { 0 };
        entry.msg_id = tl_reader_long (reader);
        entry.seq_no = tl_reader_int (reader);
        uint32_t len = (uint32_t)tl_reader_int (reader);
        entry.body = tl_reader_raw (reader, len);
        entry.len = len;
        if (!tl_reader_ok (reader) || len % 4 != 0 || len < 4 ||
            (entry.msg_id & 1) == 0 || !mt_id_before (entry.msg_id, msg_id))
            return FALSE;
        if (holds_messages (entry.body))
            return FALSE;
        g_array_append_val (entries, entry);
    }
    return tl_reader_finished (reader);
}

static void
handle_entries (MtSession *s, GArray *entries, HostTime now)
{
    for (unsigned i = 0; i < entries->len; i++) {
        handle_message (s, &g_array_index (entries, Incoming, i), now);
        if (mt_end_is_near (s))
            return; /* the connection or the session of these messages goes */
    }
}

static void
handle_malformed (MtSession *s)
{
    g_debug ("[dc%d] <- a malformed container", s->config.dc);
    s->ops->updates (s->user, NULL);
}

static void
handle_container (MtSession *s, const MtPacket *packet, HostTime now)
{
    g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (Incoming));
    TlReader reader;

    tl_reader_init (&reader, packet->body, packet->len);
    tl_reader_int (&reader);
    if (read_container (&reader, packet->msg_id, entries))
        handle_entries (s, entries, now);
    else
        handle_malformed (s);
}

/* Messages that repair the clock pass the time window (MT-D11). */
static gboolean
repairs_clock (MtSession *s, const MtPacket *packet)
{
    TlReader reader;

    tl_reader_init (&reader, packet->body, packet->len);
    uint32_t id = (uint32_t)tl_reader_int (&reader);
    if (id == MtpMsgContainer_ID) {
        g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (Incoming));
        if (!read_container (&reader, packet->msg_id, entries) || entries->len == 0)
            return FALSE;
        for (unsigned i = 0; i < entries->len; i++) {
            const Incoming *entry = &g_array_index (entries, Incoming, i);
            MtPacket one = { .msg_id = entry->msg_id,
                             .body = entry->body,
                             .len = entry->len };
            if (!repairs_clock (s, &one))
                return FALSE;
        }
        return TRUE;
    }
    if (id != MtpBadMsgNotification_ID && id != MtpBadServerSalt_ID)
        return FALSE;
    int64_t named = tl_reader_long (&reader);
    return tl_reader_ok (&reader) && mt_send_find (s, named) != NULL;
}

/* Whether a packet that opened is one of this session's, and of its time. */
static gboolean
may_enter (MtSession *s, const MtPacket *packet, HostTime now)
{
    if (packet->session_id != s->session_id) { /* MT-D8 */
        g_debug ("[dc%d] <- a packet of another session", s->config.dc);
        return FALSE;
    }
    if ((packet->msg_id & 1) == 0) { /* MT-D9 */
        g_debug ("[dc%d] <- an even message id", s->config.dc);
        return FALSE;
    }
    if (!mt_clock_accepts (&s->clock, packet->msg_id, now) &&
        (packet->body == NULL || !repairs_clock (s, packet))) {
        g_debug ("[dc%d] <- a message out of the time window", s->config.dc);
        return FALSE;
    }
    if (!mt_seen_has (&s->seen, packet->msg_id)) /* a repeated one may be a recording */
        mt_end_heard (s);
    mt_clock_learn (&s->clock, packet->msg_id, now);
    return TRUE;
}

/* A container's own id. FALSE: nobody knows whether it was here (MT-D10). */
static gboolean
enter_container (MtSession *s, int64_t msg_id, HostTime now)
{
    /* a repeated one is gone through again: its contents are duplicates then, and are
     * acknowledged */
    if (mt_seen_add (&s->seen, msg_id) != MT_SEEN_TOO_OLD)
        return TRUE;
    mt_end_renew (s, "a message below the replay memory");
    return FALSE;
}

static void
handle_single (MtSession *s, Incoming *in, HostTime now)
{
    if (s->seen.len == MT_SEEN_MAX &&
        mt_id_before (in->msg_id, s->seen.ids[0])) /* MT-D10 */
        mt_end_renew (s, "a message below the replay memory");
    else
        handle_message (s, in, now);
}

void
mt_service_packet (MtSession *s, const MtPacket *packet, HostTime now)
{
    TlReader reader;

    if (!may_enter (s, packet, now))
        return;
    tl_reader_init (&reader, packet->body, packet->len);
    if ((uint32_t)tl_reader_int (&reader) == MtpMsgContainer_ID) {
        if (enter_container (s, packet->msg_id, now))
            handle_container (s, packet, now);
        return;
    }
    Incoming in = { .msg_id = packet->msg_id,
                    .seq_no = packet->seq_no,
                    .body = packet->body,
                    .len = packet->len };
    handle_single (s, &in, now);
}

void
mt_service_large (MtSession *s, const MtLarge *large, const MtPacket *packet,
                  HostTime now)
{
    g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (Incoming));
    gboolean container, nested = FALSE;
    const GPtrArray *messages = mt_large_messages (large, &container);

    g_debug ("[dc%d] <- a packet of %zu bytes", s->config.dc, packet->len);
    if (!may_enter (s, packet, now))
        return;
    for (unsigned i = 0; messages != NULL && i < messages->len; i++) {
        const MtLargeMessage *message = g_ptr_array_index (messages, i);
        Incoming in = { .msg_id = message->msg_id,
                        .seq_no = message->seq_no,
                        .body = message->kept->data,
                        .len = message->kept->len,
                        .cut = message->kept->len < message->len };
        nested |= container && holds_messages (in.body);
        g_array_append_val (entries, in);
    }
    if (!container)
        handle_single (s, &g_array_index (entries, Incoming, 0), now);
    else if (!enter_container (s, packet->msg_id, now))
        return;
    else if (messages == NULL || nested)
        handle_malformed (s);
    else
        handle_entries (s, entries, now);
}
