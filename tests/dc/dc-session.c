/* Encrypted sessions, from the server's side: open, answer service messages, hand calls
 * on; what was sent is kept until it is acknowledged and goes out again on a new
 * connection. */
#include "dc-keys.h"
#include "dc-mood.h"
#include "dc-numbers.h"
#include "dc-sites.h"

#include "crypto-envelope.h"
#include "mtproto.tl.h"
#include "tl-gzip.h"
#include "tl-reader.h"

#include <string.h>

#define HEAD 32
#define RESEND_MAX 50 /* messages in one container */
#define UNACKED_MAX 1000

static void
unacked_free (DcUnacked *unacked)
{
    g_byte_array_unref (unacked->body);
    g_free (unacked);
}

void
dc_session_free (DcSession *session)
{
    dc_mood_forget (session);
    g_queue_clear_full (&session->unacked, (GDestroyNotify)unacked_free);
    g_hash_table_unref (session->seen);
    g_free (session);
}

void
dc_key_free (DcKey *key)
{
    g_ptr_array_unref (key->encrypted);
    g_free (key->token);
    g_free (key->model);
    g_free (key);
}

DcKey *
dc_key_add (Dc *dc, const uint8_t bytes[static 256], int64_t salt, int number,
            gboolean temporary)
{
    DcKey *key = g_new0 (DcKey, 1);

    key->born = g_hash_table_size (dc->keys);
    memcpy (key->key, bytes, 256);
    key->id = crypto_key_id (bytes);
    key->salt = key->old_salt = salt;
    key->number = number;
    key->temporary = temporary;
    key->qts = 1;
    key->encrypted = g_ptr_array_new_with_free_func ((GDestroyNotify)dc_encrypted_free);
    g_hash_table_replace (dc->keys, &key->id, key);
    return key;
}

/* --- sending --- */

void
dc_session_transmit (DcSession *session, int64_t msg_id, int32_t seq_no,
                     const uint8_t *body, size_t len)
{
    Dc *dc = session->conn->dc;
    g_auto (TlWriter) plain = { 0 };
    g_auto (TlWriter) packet = { 0 };
    uint8_t padding[12 + 15];

    tl_writer_long (&plain, session->key->salt);
    tl_writer_long (&plain, session->id);
    tl_writer_long (&plain, msg_id);
    tl_writer_int (&plain, seq_no);
    tl_writer_int (&plain, (int32_t)len);
    tl_writer_raw (&plain, body, len);
    dc_random (dc, padding, sizeof padding);
    tl_writer_raw (&plain, padding, 12 + (16 - (plain.len + 12) % 16) % 16);
    g_autofree uint8_t *sealed = g_malloc (16 + plain.len);
    crypto_envelope_seal (session->key->key, 8, plain.data, plain.len, sealed);
    tl_writer_long (&packet, session->key->id);
    tl_writer_raw (&packet, sealed, 16 + plain.len);
    dc_conn_write (session->conn, packet.data, packet.len);
}

void
dc_session_send (DcSession *session, const TlWriter *body, gboolean content,
                 gboolean answer)
{
    int32_t seq_no = 2 * session->content + (content ? 1 : 0);
    int64_t msg_id;

    if (session->conn == NULL && !content)
        return;
    msg_id = dc_msg_id (session->dc, answer);
    session->content += content ? 1 : 0;
    if (content) {
        DcUnacked *unacked = g_new0 (DcUnacked, 1);
        unacked->msg_id = msg_id;
        unacked->seq_no = seq_no;
        unacked->body = g_byte_array_new ();
        g_byte_array_append (unacked->body, body->data, (unsigned)body->len);
        g_queue_push_tail (&session->unacked, unacked);
        if (session->unacked.length > UNACKED_MAX)
            unacked_free (g_queue_pop_head (&session->unacked));
    }
    if (session->conn != NULL && !dc_mood_takes (session, msg_id, seq_no, body))
        dc_session_transmit (session, msg_id, seq_no, body->data, body->len);
}

static void
send_object (DcSession *session, const TlObject *object, gboolean content,
             gboolean answer)
{
    g_auto (TlWriter) body = { 0 };

    g_assert_true (tl_encode (&tl_mtproto_schema, object, &body));
    dc_session_send (session, &body, content, answer);
}

/* A client came back: what it has not acknowledged goes out again, under the old ids, in
 * containers with new ones: those pass the client's time window. */
static void
send_unacked (DcSession *session)
{
    GList *l = session->unacked.head;

    while (l != NULL) {
        g_auto (TlWriter) entries = { 0 };
        g_auto (TlWriter) body = { 0 };
        int count = 0;
        for (; l != NULL && count < RESEND_MAX; l = l->next, count++) {
            const DcUnacked *unacked = l->data;
            tl_writer_long (&entries, unacked->msg_id);
            tl_writer_int (&entries, unacked->seq_no);
            tl_writer_int (&entries, (int32_t)unacked->body->len);
            tl_writer_raw (&entries, unacked->body->data, unacked->body->len);
        }
        tl_writer_int (&body, (int32_t)MtpMsgContainer_ID);
        tl_writer_int (&body, count);
        tl_writer_raw (&body, entries.data, entries.len);
        dc_session_transmit (session, dc_msg_id (session->dc, FALSE),
                             2 * session->content, body.data, body.len);
    }
}

/* --- sessions --- */

static DcSession *
find_session (Dc *dc, DcKey *key, int64_t id)
{
    for (unsigned i = 0; i < dc->sessions->len; i++) {
        DcSession *session = g_ptr_array_index (dc->sessions, i);
        if (session->key == key && session->id == id)
            return session;
    }
    return NULL;
}

static DcSession *
make_session (DcConn *conn, DcKey *key, int64_t id, int64_t msg_id)
{
    DcSession *session = g_new0 (DcSession, 1);

    session->dc = conn->dc;
    session->key = key;
    session->id = id;
    session->conn = conn;
    session->seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    g_queue_init (&session->unacked);
    g_ptr_array_add (conn->dc->sessions, session);
    MtpNewSessionCreated created =
        TL_NEW (MtpNewSessionCreated, .first_msg_id = msg_id,
                .unique_id = conn->dc->unique_id != 0 ? conn->dc->unique_id
                                                      : dc_random_id (conn->dc),
                .server_salt = key->salt);
    send_object (session, TL_OBJ (&created), TRUE, FALSE);
    return session;
}

void
dc_session_forget (Dc *dc, DcUser *user)
{
    for (unsigned i = dc->sessions->len; i > 0; i--) {
        DcSession *session = g_ptr_array_index (dc->sessions, i - 1);
        for (unsigned d = 0; d < dc->delayed->len;) {
            if (((DcDelayed *)g_ptr_array_index (dc->delayed, d))->session == session)
                g_ptr_array_remove_index (dc->delayed, d);
            else
                d++;
        }
        if (dc_device (session->key)->user == user)
            g_ptr_array_remove_index (dc->sessions, i - 1);
    }
}

/* --- service messages --- */

static gboolean
answers (const GByteArray *body, int64_t call)
{
    TlReader in;

    tl_reader_init (&in, body->data, body->len);
    return (uint32_t)tl_reader_int (&in) == MtpRpcResult_ID &&
           tl_reader_long (&in) == call;
}

/* What is not needed any more: an answer that waits is never sent, one that is out not again. TDLib hangs up on who sends it
 * more than 256 kB of such answers. */
static void
take_drop (DcSession *session, int64_t msg_id, int64_t call)
{
    GPtrArray *delayed = session->dc->delayed;
    MtpRpcAnswerDropped dropped = TL_NEW (MtpRpcAnswerDropped, .msg_id = 0);
    g_auto (TlWriter) body = { 0 };
    uint32_t what = MtpRpcAnswerUnknown_ID;

    tl_writer_int (&body, (int32_t)MtpRpcResult_ID);
    tl_writer_long (&body, msg_id);
    for (unsigned i = delayed->len; i > 0; i--) {
        const DcDelayed *waits = g_ptr_array_index (delayed, i - 1);
        if (waits->session == session && answers (waits->body, call)) {
            g_ptr_array_remove_index (delayed, i - 1);
            what = MtpRpcAnswerDroppedRunning_ID;
        }
    }
    for (GList *l = session->unacked.head, *next; l != NULL; l = next) {
        DcUnacked *unacked = l->data;
        next = l->next;
        if (!answers (unacked->body, call))
            continue;
        what = MtpRpcAnswerDropped_ID;
        dropped.msg_id = unacked->msg_id;
        dropped.seq_no = unacked->seq_no;
        dropped.bytes = (int32_t)unacked->body->len;
        unacked_free (unacked);
        g_queue_delete_link (&session->unacked, l);
    }
    if (what == MtpRpcAnswerDropped_ID)
        g_assert_true (tl_encode (&tl_mtproto_schema, TL_OBJ (&dropped), &body));
    else
        tl_writer_int (&body, (int32_t)what);
    dc_session_send (session, &body, TRUE, TRUE);
}

static void
take_acks (DcSession *session, const TlVector *ids)
{
    for (size_t i = 0; i < ids->len; i++)
        for (GList *l = session->unacked.head; l != NULL; l = l->next) {
            DcUnacked *unacked = l->data;
            if (unacked->msg_id != TL_ITEM (*ids, int64_t, i))
                continue;
            unacked_free (unacked);
            g_queue_delete_link (&session->unacked, l);
            break;
        }
}

static void
take_ping (DcSession *session, int64_t msg_id, int64_t ping_id)
{
    dc_count (session->dc, "ping");
    MtpPong pong = TL_NEW (MtpPong, .msg_id = msg_id, .ping_id = ping_id);
    send_object (session, TL_OBJ (&pong), FALSE, TRUE);
}

static void
take_delay (DcSession *session, int seconds)
{
    Dc *dc = session->dc;

    if (session->conn != NULL)
        session->conn->ends_at = dc_now_ms (dc) - dc->ahead + (int64_t)seconds * 1000;
}

static void
take_salts (DcSession *session, int64_t msg_id)
{
    int32_t now = dc_now (session->dc);
    MtpFutureSalt salt =
        TL_NEW (MtpFutureSalt, .valid_since = dc_in (session->dc, -3600),
                .valid_until = dc_in (session->dc, 86400), .salt = session->key->salt);
    const TlObject *items[] = { TL_OBJ (&salt) };
    MtpFutureSalts salts =
        TL_NEW (MtpFutureSalts, .req_msg_id = msg_id, .now = now, .salts = { items, 1 });
    send_object (session, TL_OBJ (&salts), FALSE, TRUE);
}

/* A switch for msgs_state_req: not answered, or by an error; a code below 100 is that of
 * a bad_msg_notification. */
static gboolean
state_req_is_refused (DcSession *session, int64_t msg_id)
{
    int code;
    g_autofree char *text = NULL;

    if (!dc_switched (session->dc, "msgs_state_req", &code, &text))
        return FALSE;
    if (text == NULL)
        return TRUE;
    g_auto (TlWriter) body = { 0 };
    if (code < 100) {
        MtpBadMsgNotification bad =
            TL_NEW (MtpBadMsgNotification, .bad_msg_id = msg_id, .error_code = code);
        send_object (session, TL_OBJ (&bad), FALSE, TRUE);
        return TRUE;
    }
    MtpRpcError error =
        TL_NEW (MtpRpcError, .error_code = code, .error_message = TL_STR (text));
    tl_writer_int (&body, (int32_t)MtpRpcResult_ID);
    tl_writer_long (&body, msg_id);
    g_assert_true (tl_encode (&tl_mtproto_schema, TL_OBJ (&error), &body));
    dc_session_send (session, &body, TRUE, TRUE);
    return TRUE;
}

static void
take_state_req (DcSession *session, int64_t msg_id, const TlVector *ids)
{
    g_autofree uint8_t *info = g_malloc (ids->len + 1);

    if (state_req_is_refused (session, msg_id))
        return;

    for (size_t i = 0; i < ids->len; i++) {
        int64_t id = TL_ITEM (*ids, int64_t, i);
        info[i] = g_hash_table_contains (session->seen, &id) ? 4 : 2;
    }
    MtpMsgsStateInfo answer = TL_NEW (MtpMsgsStateInfo, .req_msg_id = msg_id,
                                      .info = TL_BYTES (info, ids->len));
    send_object (session, TL_OBJ (&answer), FALSE, TRUE);
}

/* TRUE: `object` was a service message. */
static gboolean
take_service (DcSession *session, int64_t msg_id, const TlObject *object)
{
    switch (object->id) {
    case MtpMsgsAck_ID:
        take_acks (session, &TL_AS (object, MtpMsgsAck)->msg_ids);
        return TRUE;
    case MtpPing_ID:
        take_ping (session, msg_id, TL_AS (object, MtpPing)->ping_id);
        return TRUE;
    case MtpPingDelayDisconnect_ID:
        take_delay (session, TL_AS (object, MtpPingDelayDisconnect)->disconnect_delay);
        take_ping (session, msg_id, TL_AS (object, MtpPingDelayDisconnect)->ping_id);
        return TRUE;
    case MtpGetFutureSalts_ID:
        take_salts (session, msg_id);
        return TRUE;
    case MtpMsgsStateReq_ID:
        take_state_req (session, msg_id, &TL_AS (object, MtpMsgsStateReq)->msg_ids);
        return TRUE;
    case MtpDestroySession_ID: {
        MtpDestroySessionOk ok =
            TL_NEW (MtpDestroySessionOk,
                    .session_id = TL_AS (object, MtpDestroySession)->session_id);
        send_object (session, TL_OBJ (&ok), FALSE, TRUE);
        return TRUE;
    }
    case MtpDestroyAuthKey_ID:
        dc_destroy_key (session, msg_id);
        return TRUE;
    case MtpRpcDropAnswer_ID:
        take_drop (session, msg_id, TL_AS (object, MtpRpcDropAnswer)->req_msg_id);
        return TRUE;
    case MtpMsgResendReq_ID:
        send_unacked (session);
        return TRUE;
    case MtpMsgsStateInfo_ID:
    case MtpMsgsAllInfo_ID:
        return TRUE;
    default:
        return FALSE;
    }
}

static void
take_message (DcSession *session, int64_t msg_id, int32_t seq_no, const uint8_t *body,
              size_t len, GArray *acks)
{
    uint32_t id;

    if (len < 4)
        return;
    memcpy (&id, body, 4);
    id = GUINT32_FROM_LE (id);
    if ((seq_no & 1) != 0)
        g_array_append_val (acks, msg_id);
    if (g_hash_table_contains (session->seen, &msg_id))
        return; /* executed once */
    g_hash_table_add (session->seen, g_memdup2 (&msg_id, sizeof msg_id));
    g_autoptr (GByteArray) unpacked = NULL;
    if (id == MtpGzipPacked_ID) {
        TlReader reader;
        tl_reader_init (&reader, body + 4, len - 4);
        TlBytes packed = tl_reader_bytes (&reader);
        unpacked = tl_gunzip (packed.data, packed.len, TL_UNPACKED_MAX, NULL);
        if (unpacked == NULL)
            return;
        body = unpacked->data;
        len = unpacked->len;
    }
    g_autoptr (TlMessage) message =
        tl_message_decode (&tl_mtproto_schema, body, len, NULL);
    if (message != NULL && take_service (session, msg_id, tl_message_root (message)))
        return;
    dc_rpc (session, msg_id, body, len);
}

static void
take_body (DcSession *session, int64_t msg_id, int32_t seq_no, const uint8_t *body,
           size_t len, GArray *acks)
{
    TlReader in;

    tl_reader_init (&in, body, len);
    if ((uint32_t)tl_reader_int (&in) != MtpMsgContainer_ID) {
        take_message (session, msg_id, seq_no, body, len, acks);
        return;
    }
    uint32_t count = (uint32_t)tl_reader_int (&in);
    for (uint32_t i = 0; i < count && tl_reader_ok (&in); i++) {
        int64_t inner_id = tl_reader_long (&in);
        int32_t inner_seq = tl_reader_int (&in);
        uint32_t size = (uint32_t)tl_reader_int (&in);
        const uint8_t *inner = tl_reader_raw (&in, size);
        if (inner != NULL)
            take_message (session, inner_id, inner_seq, inner, size, acks);
    }
}

static void
bad_salt (DcSession *session, int64_t msg_id, int32_t seq_no)
{
    MtpBadServerSalt bad =
        TL_NEW (MtpBadServerSalt, .bad_msg_id = msg_id, .bad_msg_seqno = seq_no,
                .error_code = 48, .new_server_salt = session->key->salt);
    send_object (session, TL_OBJ (&bad), FALSE, FALSE);
}

/* TRUE: what came is numbered wrongly, and nothing of it is taken. */
static gboolean
is_misnumbered (DcSession *session, DcNumbered message)
{
    int code = dc_numbers_judge (&message);

    if (code == 0)
        return FALSE;
    if (session->conn->strict)
        dc_fault_note (session->dc, "a message that gets the code %d", code);
    MtpBadMsgNotification bad =
        TL_NEW (MtpBadMsgNotification, .bad_msg_id = message.msg_id,
                .bad_msg_seqno = message.seq_no, .error_code = code);
    send_object (session, TL_OBJ (&bad), FALSE, FALSE);
    return TRUE;
}

static void
take_plain (DcConn *conn, DcKey *key, const uint8_t *plain, size_t total)
{
    TlReader in;

    tl_reader_init (&in, plain, total);
    int64_t salt = tl_reader_long (&in);
    int64_t session_id = tl_reader_long (&in);
    int64_t msg_id = tl_reader_long (&in);
    int32_t seq_no = tl_reader_int (&in);
    uint32_t len = (uint32_t)tl_reader_int (&in);
    const uint8_t *body = tl_reader_raw (&in, len);
    if (body == NULL || in.len < 12 || in.len > 1024 || len % 4 != 0 ||
        (msg_id & 3) != 0) {
        dc_conn_drop (conn);
        return;
    }
    DcSession *session = find_session (conn->dc, key, session_id);
    if (session != NULL)
        dc_site_packet (conn, session);
    if (session == NULL) {
        session = make_session (conn, key, session_id, msg_id);
        dc_site_packet (conn, session);
    } else if (session->conn != conn) {
        session->conn = conn;
        send_unacked (session);
    }
    if (salt != key->salt && salt != key->old_salt) {
        bad_salt (session, msg_id, seq_no);
        return;
    }
    if (is_misnumbered (session, (DcNumbered){ msg_id, seq_no, body, len }))
        return;
    g_autoptr (GArray) acks = g_array_new (FALSE, FALSE, sizeof (int64_t));
    take_body (session, msg_id, seq_no, body, len, acks);
    if (acks->len > 0 && !conn->closed &&
        find_session (conn->dc, key, session_id) == session) {
        MtpMsgsAck ack = TL_NEW (MtpMsgsAck, .msg_ids = { acks->data, acks->len });
        send_object (session, TL_OBJ (&ack), FALSE, FALSE);
    }
}

void
dc_session_packet (DcConn *conn, const uint8_t *packet, size_t len)
{
    int64_t key_id;

    memcpy (&key_id, packet, 8);
    key_id = GINT64_FROM_LE (key_id);
    DcKey *key = dc_key_find (conn->dc, key_id);
    if (key == NULL || key->unknown || !dc_site_knows (conn, key)) {
        int32_t code = GINT32_TO_LE (-404);
        dc_conn_write (conn, (const uint8_t *)&code, 4);
        return;
    }
    size_t sealed = (len - 24) / 16 * 16;
    g_autofree uint8_t *plain = g_malloc (sealed + 1);
    if (len < 24 + HEAD + 16 ||
        !crypto_envelope_open (key->key, 0, packet + 8, sealed, plain)) {
        dc_log (conn->dc, "a packet does not open");
        dc_conn_drop (conn);
        return;
    }
    take_plain (conn, key, plain, sealed);
}
