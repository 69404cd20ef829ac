/* The harness of the session tests: see mt-bench.h. */
#include "mt-bench.h"

#include "any-store.h"
#include "mt-private.h"
#include "crypto-aes-ctr.h"
#include "record.tl.h"
#include "tl-encode.h"
#include "tl-reader.h"

#include <string.h>

#define SERVER_EPOCH 1700000000000 /* ms */

static void
heard_free (gpointer data)
{
    MtHeard *heard = data;
    g_free (heard->body);
    g_free (heard);
}

static void
hear (MtBench *b, const MtPacket *packet, int64_t msg_id, int32_t seq_no,
      const uint8_t *body, size_t len)
{
    TlReader in;

    tl_reader_init (&in, body, len);
    uint32_t id = (uint32_t)tl_reader_int (&in);
    if (id == MtpMsgContainer_ID) {
        g_assert_cmpint (packet->seq_no & 1, ==, 0); /* MT-D18 */
        int32_t count = tl_reader_int (&in);
        for (int32_t i = 0; i < count; i++) {
            int64_t inner = tl_reader_long (&in);
            g_assert_cmpint (inner, <, packet->msg_id); /* MT-D15 */
            int32_t inner_seq = tl_reader_int (&in);
            g_assert_cmpint (inner_seq, <=, packet->seq_no); /* MT-D18 */
            size_t inner_len = (size_t)tl_reader_int (&in);
            const uint8_t *data = tl_reader_raw (&in, inner_len);
            g_assert_true (tl_reader_ok (&in));
            hear (b, packet, inner, inner_seq, data, inner_len);
        }
        g_assert_true (tl_reader_finished (&in));
        return;
    }
    MtHeard *heard = g_new0 (MtHeard, 1);
    *heard = (MtHeard){
        msg_id, packet->msg_id,        seq_no, packet->salt, packet->session_id,
        id,     g_memdup2 (body, len), len
    };
    g_ptr_array_add (b->heard, heard);
}

static void
on_send (void *user, unsigned slot, GByteArray *bytes)
{
    MtBench *b = user;
    const uint8_t *data = bytes->data;
    size_t len = bytes->len;

    if (b->up_ctr == NULL) { /* the 64 bytes that begin a connection */
        uint8_t reversed[64];
        g_assert_cmpuint (len, >=, 64);
        for (size_t i = 0; i < 64; i++)
            reversed[i] = data[63 - i];
        b->up_ctr = crypto_ctr_new (data + 8, data + 40);
        b->down_ctr = crypto_ctr_new (reversed + 8, reversed + 40);
        uint8_t skip[64];
        crypto_ctr_apply (b->up_ctr, data, skip, 64);
        data += 64;
        len -= 64;
    }
    if (len == 0)
        return;
    unsigned start = b->up->len;
    g_byte_array_append (b->up, data, (unsigned)len);
    crypto_ctr_apply (b->up_ctr, b->up->data + start, b->up->data + start, len);
    while (b->up->len >= 4) {
        uint32_t length;
        MtPacket packet;
        memcpy (&length, b->up->data, 4);
        length = GUINT32_FROM_LE (length);
        if (b->up->len < 4 + length)
            return;
        g_autofree uint8_t *plain = g_malloc (length);
        g_assert_true (
            mt_packet_open (b->key, 0, b->up->data + 4, length, plain, &packet));
        b->session_id = packet.session_id;
        hear (b, &packet, packet.msg_id, packet.seq_no, packet.body, packet.len);
        g_byte_array_remove_range (b->up, 0, 4 + length);
    }
}

static void
on_connect (void *user, unsigned slot, const MtAddress *address)
{
    MtBench *b = user;

    g_clear_pointer (&b->up_ctr, crypto_ctr_free);
    g_clear_pointer (&b->down_ctr, crypto_ctr_free);
    g_byte_array_set_size (b->up, 0);
    b->connects++;
    g_string_append (b->events, "connect ");
}

static void
on_disconnect (void *user, unsigned slot)
{
    g_string_append (((MtBench *)user)->events, "disconnect ");
}

static void
on_state (void *user, MtState state)
{
    if (state == MT_STATE_READY)
        g_string_append (((MtBench *)user)->events, "ready ");
}

static void
on_updates (void *user, TlMessage *updates)
{
    g_string_append (((MtBench *)user)->events, updates != NULL ? "update " : "gap ");
}

static void
on_failed (void *user, MtFailure failure, const char *detail)
{
    g_string_append_printf (((MtBench *)user)->events, "failed%d ", failure);
}

static StoreBatch *
on_batch (void *user)
{
    return ((MtBench *)user)->batch;
}

static void
on_check_prime (void *user, const uint8_t p[static 256])
{
    g_assert_not_reached ();
}

static void
on_pause (void *user, const MtPause *pause)
{
    ((MtBench *)user)->pause = *pause;
}

static const MtOps ops = { on_connect, on_disconnect,  on_send,
                           on_state,   on_updates,     on_failed,
                           on_batch,   on_check_prime, on_pause };

MtBench *
mb_new (void)
{
    static const MtAddress addresses[] = { { "127.0.0.1", 443, 0 },
                                           { "127.0.0.2", 80, 0 } };
    MtBench *b = g_new0 (MtBench, 1);
    g_auto (TlWriter) writer = { 0 };

    for (size_t i = 0; i < sizeof b->key; i++)
        b->key[i] = (uint8_t)(i * 29 + 11);
    b->now = (HostTime){ .mono = 100000, .wall = SERVER_EPOCH + 100000 };
    b->server_salt = 77;
    b->header = g_bytes_new_static ("WRAP", 4);
    b->heard = g_ptr_array_new_with_free_func (heard_free);
    b->up = g_byte_array_new ();
    b->events = g_string_new (NULL);
    b->answers = g_string_new (NULL);
    b->batch = store_batch_new ();
    b->config = (MtConfig){ .dc = 2,
                            .addresses = addresses,
                            .n_addresses = 1,
                            .schema = &tl_api_schema,
                            .header = b->header,
                            .random = crypto_random_system (),
                            .dh = &crypto_dh_real };
    b->session = mt_session_new (&b->config, &ops, b);
    RecDcKey record = TL_NEW (RecDcKey, .dc = 2, .key = TL_BYTES (b->key, 256),
                              .created = 1, .server_salt = b->server_salt);
    g_assert_true (tl_encode (&tl_record_schema, TL_OBJ (&record), &writer));
    g_assert_true (mt_key_restore (b->session->key, writer.data, writer.len));
    b->record = g_bytes_new (writer.data, writer.len);
    return b;
}

void
mb_free (MtBench *b)
{
    mt_session_free (b->session);
    g_bytes_unref (b->header);
    g_bytes_unref (b->record);
    g_ptr_array_unref (b->heard);
    g_byte_array_unref (b->up);
    g_string_free (b->events, TRUE);
    g_string_free (b->answers, TRUE);
    store_batch_free (b->batch);
    g_clear_pointer (&b->up_ctr, crypto_ctr_free);
    g_clear_pointer (&b->down_ctr, crypto_ctr_free);
    g_free (b);
}

void
mb_flush (MtBench *b)
{
    mt_session_flush (b->session, b->now);
}

void
mb_connected (MtBench *b)
{
    mt_session_connected (b->session, 0, b->now);
    mb_flush (b);
}

MtBench *
mb_ready (void)
{
    MtBench *b = mb_new ();

    mt_session_set_logged_in (b->session, TRUE);
    mt_session_start (b->session, b->now);
    mb_connected (b);
    return b;
}

static void
on_record (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    g_assert_true (mt_key_restore (((MtBench *)user)->session->key, value, len));
}

void
mb_restart (MtBench *b)
{
    g_autoptr (AnyStore) store = any_store_memory ();
    g_autoptr (StoreBatch) first = store_batch_new ();
    size_t len;
    const uint8_t *record = g_bytes_get_data (b->record, &len);

    store_batch_put (first, (StoreKey){ STORE_DC, 2, 0 }, record, len);
    g_assert_true (any_store_commit (store, first, NULL));
    g_assert_true (any_store_commit (store, b->batch, NULL));
    mt_session_free (b->session);
    b->session = mt_session_new (&b->config, &ops, b);
    g_assert_true (any_store_each (store, STORE_DC, TRUE, 0, on_record, b, NULL));
    g_ptr_array_set_size (b->heard, 0);
    mt_session_set_logged_in (b->session, TRUE);
    mt_session_start (b->session, b->now);
    mb_connected (b);
}

void
mb_advance (MtBench *b, int64_t ms)
{
    int64_t end = b->now.mono + ms;

    for (;;) {
        int64_t next = mt_session_deadline (b->session);
        int64_t step = CLAMP (next, b->now.mono, end) - b->now.mono;
        b->now.mono += step;
        b->now.wall += step;
        if (next > end)
            return;
        mt_session_tick (b->session, b->now);
        mb_flush (b);
        g_assert_cmpint (mt_session_deadline (b->session), >, b->now.mono - 1);
        if (mt_session_deadline (b->session) <= b->now.mono) { /* not for ever */
            b->now.mono++;
            b->now.wall++;
        }
    }
}

void
mb_reconnect (MtBench *b)
{
    for (int i = 0; i < 2000 && mt_session_state (b->session) != MT_STATE_READY; i++)
        if (mt_session_state (b->session) == MT_STATE_CONNECTING)
            mb_connected (b);
        else
            mb_advance (b, 1000);
    g_assert_cmpint (mt_session_state (b->session), ==, MT_STATE_READY);
}

/* --- calls --- */
static void
on_answer (void *user, TlMessage *answer, const MtError *error)
{
    MtBench *b = user;

    if (answer != NULL)
        g_string_append (b->answers, "ok ");
    else
        g_string_append_printf (b->answers, "error %d %s %d ", error->code, error->type,
                                (int)error->number);
}

MtCall *
mb_ask (MtBench *b, const TlObject *request, MtCallFlags flags)
{
    g_autoptr (GError) error = NULL;
    MtCall *call = mt_session_call (b->session, request, flags, on_answer, b, &error);

    g_assert_no_error (error);
    return call;
}

MtCall *
mb_call (MtBench *b, int n, MtCallFlags flags)
{
    ApiMessagesGetDhConfig request =
        TL_NEW (ApiMessagesGetDhConfig, .version = n, .random_length = 0);
    MtCall *call = mb_ask (b, TL_OBJ (&request), flags);

    mb_flush (b);
    return call;
}

static gboolean
is_call (const MtHeard *heard, int n)
{
    uint32_t id;
    int32_t version;
    size_t skip = heard->len > 12 && memcmp (heard->body, "WRAP", 4) == 0 ? 4 : 0;

    if (heard->len < skip + 8)
        return FALSE;
    memcpy (&id, heard->body + skip, 4);
    memcpy (&version, heard->body + skip + 4, 4);
    return GUINT32_FROM_LE (id) == ApiMessagesGetDhConfig_ID &&
           (int32_t)GUINT32_FROM_LE ((uint32_t)version) == n;
}

MtHeard *
mb_find (MtBench *b, uint32_t id)
{
    for (unsigned i = b->heard->len; i > 0; i--)
        if (((MtHeard *)b->heard->pdata[i - 1])->id == id)
            return b->heard->pdata[i - 1];
    return NULL;
}

MtHeard *
mb_find_call (MtBench *b, int n)
{
    for (unsigned i = b->heard->len; i > 0; i--)
        if (is_call (b->heard->pdata[i - 1], n))
            return b->heard->pdata[i - 1];
    return NULL;
}

unsigned
mb_count_call (MtBench *b, int n)
{
    unsigned count = 0;

    for (unsigned i = 0; i < b->heard->len; i++)
        count += is_call (b->heard->pdata[i], n);
    return count;
}

void
mb_forget (MtBench *b)
{
    g_ptr_array_set_size (b->heard, 0);
}

char *
mb_take (GString *string)
{
    char *text = g_strndup (string->str, string->len);

    g_strchomp (text);
    g_string_truncate (string, 0);
    return text;
}

/* --- the server speaks --- */
int64_t
mb_next_id (MtBench *b, gboolean answer)
{
    int64_t id = (b->now.wall / 1000) << 32 | (b->now.wall % 1000) << 22;

    id = MAX (id, (b->last_id & ~3) + 4);
    b->last_id = id;
    return id | (answer ? 1 : 3);
}

void
mb_say_wire (MtBench *b, const GByteArray *frames)
{
    g_autofree uint8_t *wire = g_malloc (frames->len);

    crypto_ctr_apply (b->down_ctr, frames->data, wire, frames->len);
    mt_session_receive (b->session, 0, wire, frames->len, b->now);
    mb_flush (b);
}

void
mb_say_raw (MtBench *b, const uint8_t *payload, size_t len)
{
    g_autofree uint8_t *wire = g_malloc (len + 4);
    uint32_t length = GUINT32_TO_LE ((uint32_t)len);

    memcpy (wire, &length, 4);
    memcpy (wire + 4, payload, len);
    crypto_ctr_apply (b->down_ctr, wire, wire, len + 4);
    mt_session_receive (b->session, 0, wire, len + 4, b->now);
    mb_flush (b);
}

void
mb_say_packet (MtBench *b, const MtPacket *packet)
{
    g_auto (TlWriter) out = { 0 };

    g_assert_true (mt_packet_seal (b->key, 8, packet, crypto_random_system (), &out));
    mb_say_raw (b, out.data, out.len);
}

int64_t
mb_say_bytes (MtBench *b, const uint8_t *body, size_t len, gboolean content)
{
    MtPacket packet = { .salt = b->server_salt,
                        .session_id = b->session_id,
                        .msg_id = mb_next_id (b, TRUE),
                        .seq_no = 2 * b->server_seq + content,
                        .body = body,
                        .len = len };

    b->server_seq += content;
    mb_say_packet (b, &packet);
    return packet.msg_id;
}

int64_t
mb_say (MtBench *b, const TlObject *object, gboolean content)
{
    g_auto (TlWriter) writer = { 0 };

    g_assert_true (tl_encode (&tl_mtproto_schema, object, &writer));
    return mb_say_bytes (b, writer.data, writer.len, content);
}

void
mb_give_pong (MtBench *b)
{
    MtHeard *ping = mb_find (b, MtpPingDelayDisconnect_ID);
    int64_t id;

    g_assert_nonnull (ping);
    memcpy (&id, ping->body + 4, 8);
    MtpPong pong =
        TL_NEW (MtpPong, .msg_id = ping->msg_id, .ping_id = GINT64_FROM_LE (id));
    mb_say (b, TL_OBJ (&pong), FALSE);
}

void
mb_answer_bytes (MtBench *b, int64_t req_msg_id, const uint8_t *body, size_t len)
{
    g_auto (TlWriter) writer = { 0 };

    tl_writer_int (&writer, (int32_t)MtpRpcResult_ID);
    tl_writer_long (&writer, req_msg_id);
    tl_writer_raw (&writer, body, len);
    mb_say_bytes (b, writer.data, writer.len, TRUE);
}

void
mb_write_entry (TlWriter *out, int64_t msg_id, int32_t seq_no, const void *body,
                size_t len)
{
    tl_writer_long (out, msg_id);
    tl_writer_int (out, seq_no);
    tl_writer_int (out, (int32_t)len);
    tl_writer_raw (out, body, len);
}

void
mb_write_result (TlWriter *out, int64_t req_msg_id)
{
    ApiMessagesDhConfigNotModified object =
        TL_NEW (ApiMessagesDhConfigNotModified, .random = TL_BYTES ("1234", 4));

    tl_writer_int (out, (int32_t)MtpRpcResult_ID);
    tl_writer_long (out, req_msg_id);
    g_assert_true (tl_encode (&tl_api_schema, TL_OBJ (&object), out));
}

void
mb_answer (MtBench *b, const MtHeard *call)
{
    g_auto (TlWriter) writer = { 0 };

    g_assert_nonnull (call);
    mb_write_result (&writer, call->msg_id);
    mb_say_bytes (b, writer.data, writer.len, TRUE);
}

void
mb_answer_error (MtBench *b, const MtHeard *call, int code, const char *text)
{
    MtpRpcError object =
        TL_NEW (MtpRpcError, .error_code = code, .error_message = TL_STR (text));
    g_auto (TlWriter) writer = { 0 };

    g_assert_nonnull (call);
    g_assert_true (tl_encode (&tl_mtproto_schema, TL_OBJ (&object), &writer));
    mb_answer_bytes (b, call->msg_id, writer.data, writer.len);
}
