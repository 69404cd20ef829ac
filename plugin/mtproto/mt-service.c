/* What the server says of the session itself: one handler per service message. (MTPROTO.md
 * section D.) */
#include "mt-private.h"
#include "mtproto.tl.h"
#include "tl-reader.h"

#include <string.h>

#define IDS_MAX 8192 /* of state requests (MT-D34) */

typedef void (*Handler) (MtSession *session, int64_t msg_id, const TlObject *object,
                         HostTime now);

static void
handle_ack (MtSession *s, int64_t msg_id, const TlObject *object, HostTime now)
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
handle_bad_msg (MtSession *s, int64_t msg_id, const TlObject *object, HostTime now)
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
        mt_clock_reset (&s->clock, msg_id, now);
        mt_send_again (s, bad->bad_msg_id);
        break;
    case 20: /* too old to tell whether it was received */
        mt_send_again (s, bad->bad_msg_id);
        break;
    case 17: /* our clock is ahead: ids must start below the last ones */
        mt_clock_reset (&s->clock, msg_id, now);
        mt_end_renew (s, "ids from the future");
        break;
    default: /* 18, 19, 32 to 35, 64 and whatever comes: clean counters */
        mt_end_renew (s, "numbers out of step");
        break;
    }
}

static void
handle_bad_salt (MtSession *s, int64_t msg_id, const TlObject *object, HostTime now)
{
    const MtpBadServerSalt *bad = TL_AS (object, MtpBadServerSalt);

    if (mt_send_find (s, bad->bad_msg_id) == NULL ||
        bad->new_server_salt == s->live->salt)
        return; /* MT-D20 */
    mt_key_correct_salt (s->live, bad->new_server_salt);
    mt_clock_learn (&s->clock, msg_id, now);
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
handle_new_session (MtSession *s, int64_t msg_id, const TlObject *object, HostTime now)
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
handle_pong (MtSession *s, int64_t msg_id, const TlObject *object, HostTime now)
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
handle_future_salts (MtSession *s, int64_t msg_id, const TlObject *object, HostTime now)
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
handle_state_info (MtSession *s, int64_t msg_id, const TlObject *object, HostTime now)
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
handle_all_info (MtSession *s, int64_t msg_id, const TlObject *object, HostTime now)
{
    const MtpMsgsAllInfo *info = TL_AS (object, MtpMsgsAllInfo);
    take_states (s, info->msg_ids.items, info->msg_ids.len, info->info);
}

/* The server asks which of its messages arrived (MT-D34). */
static void
handle_state_req (MtSession *s, int64_t msg_id, const TlObject *object, HostTime now)
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
    MtpMsgsStateInfo answer = TL_NEW (MtpMsgsStateInfo, .req_msg_id = msg_id,
                                      .info = TL_BYTES (info, req->msg_ids.len));
    mt_send_queue (s, MT_SENT_INFO, TL_OBJ (&answer), NULL, 0, 0);
}

/* The server wants ours again: calls go in a container with their old id; if one is not
 * known, all states are told (MT-D36). */
static void
handle_resend (MtSession *s, int64_t msg_id, const TlObject *object, HostTime now)
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
    MtpMsgsStateInfo answer = TL_NEW (MtpMsgsStateInfo, .req_msg_id = msg_id,
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
handle_detailed (MtSession *s, int64_t msg_id, const TlObject *object, HostTime now)
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
handle_new_detailed (MtSession *s, int64_t msg_id, const TlObject *object, HostTime now)
{
    fetch_answer (s, TL_AS (object, MtpMsgNewDetailedInfo)->answer_msg_id, now);
}

static void
handle_nothing (MtSession *s, int64_t msg_id, const TlObject *object, HostTime now)
{
    /* answers to what we do not ask, or errors outside rpc_result (MT-D41, MT-D43) */
}

/* Whatever it is: there is nothing more to be asked (MT-C34). */
static void
handle_destroyed (MtSession *s, int64_t msg_id, const TlObject *object, HostTime now)
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

gboolean
mt_service_handle (MtSession *s, int64_t msg_id, TlBytes body, HostTime now)
{
    TlReader reader;

    tl_reader_init (&reader, body.data, body.len);
    uint32_t id = (uint32_t)tl_reader_int (&reader);
    Handler handler = find_handler (id);
    if (handler == NULL)
        return FALSE;
    g_autoptr (TlMessage) message = tl_message_decode_within (
        &tl_mtproto_schema, body.data, body.len, &s->budget, NULL);
    g_debug ("[dc%d] <- %s%s", s->config.dc, tl_id_name (&tl_mtproto_schema, id),
             message != NULL ? "" : ": malformed");
    if (message != NULL)
        handler (s, msg_id, tl_message_root (message), now);
    return TRUE;
}
