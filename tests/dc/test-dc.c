/* What Telegram's servers take from clients other than ours, the data centre takes, too. */
#include "dc-numbers.h"
#include "dc-private.h"

#include "crypto-envelope.h"
#include "crypto-rsa.h"
#include "crypto-secret.h"
#include "mtproto.tl.h"
#include "tl-writer.h"
#include "../peer/world-key.h"

#include <string.h>
#include <zlib.h>

/* A client that goes as far as the server's half of Diffie-Hellman: then the inner data was taken. */
typedef struct {
    Dc *dc;
    DcConn *conn;
    CryptoCtr *in, *out;
    GByteArray *heard; /* in plain */
} Client;

static void
send_cb (void *user, const uint8_t *data, size_t len)
{
    Client *client = user;
    unsigned start = client->heard->len;

    g_byte_array_append (client->heard, data, (unsigned)len);
    crypto_ctr_apply (client->in, client->heard->data + start,
                      client->heard->data + start, len);
}

static void
close_cb (void *user)
{
    g_assert_not_reached ();
}

static const DcConnOps ops = { send_cb, close_cb };

static void
client_open (Client *client, int16_t number)
{
    static const DcConfig config = { .dc = 2, .key_pem = world_key };
    uint8_t header[64], reversed[64], sealed[64];
    uint32_t tag = GUINT32_TO_LE (0xeeeeeeeeu);

    for (size_t i = 0; i < sizeof header; i++)
        header[i] = (uint8_t)(i * 37 + 5);
    number = (int16_t)GINT16_TO_LE (number);
    memcpy (header + 56, &tag, 4);
    memcpy (header + 60, &number, 2);
    for (size_t i = 0; i < sizeof header; i++)
        reversed[i] = header[63 - i];
    client->out = crypto_ctr_new (header + 8, header + 40);
    client->in = crypto_ctr_new (reversed + 8, reversed + 40);
    client->heard = g_byte_array_new ();
    client->dc = dc_new (&config);
    client->conn = dc_conn_new (client->dc, &ops, client);
    crypto_ctr_apply (client->out, header, sealed, sizeof header);
    memcpy (header + 56, sealed + 56, 8);
    dc_conn_receive (client->conn, header, sizeof header);
}

static void
client_close (Client *client)
{
    dc_conn_free (client->conn);
    dc_free (client->dc);
    crypto_ctr_free (client->in);
    crypto_ctr_free (client->out);
    g_byte_array_unref (client->heard);
}

/* The object in plain text, and what came back (NULL: a transport error). */
static TlMessage *
client_asks (Client *client, const TlObject *object)
{
    g_auto (TlWriter) body = { 0 };
    g_auto (TlWriter) packet = { 0 };
    size_t used;

    g_assert_true (tl_encode (&tl_mtproto_schema, object, &body));
    tl_writer_int (&packet, (int32_t)(20 + body.len));
    tl_writer_long (&packet, 0);
    tl_writer_long (&packet, INT64_C (4) << 32);
    tl_writer_int (&packet, (int32_t)body.len);
    tl_writer_raw (&packet, body.data, body.len);
    crypto_ctr_apply (client->out, packet.data, packet.data, packet.len);
    g_byte_array_set_size (client->heard, 0);
    dc_conn_receive (client->conn, packet.data, packet.len);
    if (client->heard->len < 24)
        return NULL;
    return tl_message_decode_prefix (&tl_mtproto_schema, client->heard->data + 24,
                                     client->heard->len - 24, &used, NULL);
}

/* Whether the exchange goes on after this inner data, whose nonces are filled in here. */
/* Of what every data centre here offers. */
#define FACTOR_P TL_BYTES ("\1\0\0\x2b", 4)
#define FACTOR_Q TL_BYTES ("\xff\xff\xff\xfb", 4)
#define PRODUCT TL_BYTES ("\x01\0\0\x2a\xfa\xff\xff\x29", 8)

static gboolean
is_taken_with (Client *client, TlObject *inner, uint8_t *nonce, uint8_t *server_nonce,
               TlBytes p, TlBytes q)
{
    MtpReqPqMulti first = TL_NEW (MtpReqPqMulti, .nonce = { 1, 2, 3 });
    uint8_t modulus[256], sealed[256];
    g_auto (TlWriter) plain = { 0 };

    g_autofree char *pem = dc_public_key (client->dc);
    g_assert_true (crypto_rsa_parse (pem, strlen (pem), modulus));
    g_autoptr (TlMessage) answer = client_asks (client, TL_OBJ (&first));
    g_assert_nonnull (answer);
    const MtpResPQ *offer = TL_AS (tl_message_root (answer), MtpResPQ);
    g_assert_nonnull (offer);
    memcpy (nonce, first.nonce, 16);
    memcpy (server_nonce, offer->server_nonce, 16);
    g_assert_true (tl_encode (&tl_mtproto_schema, inner, &plain));
    g_assert_true (
        crypto_rsa_pad (modulus, crypto_random_system (), plain.data, plain.len, sealed));
    MtpReqDHParams second =
        TL_NEW (MtpReqDHParams, .p = p, .q = q,
                .public_key_fingerprint =
                    TL_ITEM (offer->server_public_key_fingerprints, int64_t, 0),
                .encrypted_data = TL_BYTES (sealed, sizeof sealed));
    memcpy (second.nonce, first.nonce, 16);
    memcpy (second.server_nonce, offer->server_nonce, 16);
    g_autoptr (TlMessage) parameters = client_asks (client, TL_OBJ (&second));
    return parameters != NULL &&
           TL_AS (tl_message_root (parameters), MtpServerDHParamsOk) != NULL;
}

static gboolean
is_taken (Client *client, TlObject *inner, uint8_t *nonce, uint8_t *server_nonce)
{
    return is_taken_with (client, inner, nonce, server_nonce, FACTOR_P, FACTOR_Q);
}

/* A client whose header says `number` and whose inner data says `dc`; it is told, if that is no
 * good. */
static gboolean
names (int16_t number, int dc)
{
    Client client = { 0 };
    MtpPQInnerDataDc inner =
        TL_NEW (MtpPQInnerDataDc, .pq = PRODUCT, .p = FACTOR_P, .q = FACTOR_Q, .dc = dc);

    client_open (&client, number);
    gboolean taken = is_taken (&client, TL_OBJ (&inner), inner.nonce, inner.server_nonce);
    if (!taken)
        g_assert_cmpmem (client.heard->data, client.heard->len,
                         "\4\0\0\0\x44\xfe\xff\xff", 8);
    client_close (&client);
    return taken;
}

static void
plain_inner_data (void)
{
    static const int16_t numbers[] = { 2, 10002, 0, 31337, -31337 };

    for (size_t i = 0; i < G_N_ELEMENTS (numbers); i++) {
        Client client = { 0 };
        MtpPQInnerData inner =
            TL_NEW (MtpPQInnerData, .pq = PRODUCT, .p = FACTOR_P, .q = FACTOR_Q);
        client_open (&client, numbers[i]);
        g_assert_true (
            is_taken (&client, TL_OBJ (&inner), inner.nonce, inner.server_nonce));
        client_close (&client);
    }
}

static void
random_number_in_the_header (void)
{
    g_assert_true (names (31337, 2));
    g_assert_true (names (-32768, 2));
    g_assert_true (names (0, 2));
    g_assert_true (names (31337, 10002));
    g_assert_false (names (31337, 0));
    g_assert_false (names (31337, 77));
    g_assert_false (names (31337, G_MININT32));
}

/* MT-C9: who names this data centre in the header names it in the inner data */
static void
numbers_that_agree (void)
{
    g_assert_true (names (2, 2));
    g_assert_true (names (-2, -2)); /* media */
    g_assert_true (names (10002, 10002));
    g_assert_false (names (2, 10002));
    g_assert_false (names (10002, 2));
    g_assert_false (names (2, 3));
}

/* MT-C11: p and q are said as they were found, outside the encryption and in it */
static void
factors_are_repeated (void)
{
    const TlBytes other = TL_BYTES ("\1\0\0\x2c", 4);
    const struct {
        TlBytes pq, p, q, outer_p, outer_q;
    } rows[] = { { PRODUCT, FACTOR_P, FACTOR_Q, FACTOR_P, FACTOR_Q },
                 { PRODUCT, FACTOR_P, FACTOR_Q, other, FACTOR_Q },
                 { PRODUCT, FACTOR_P, FACTOR_Q, FACTOR_P, other },
                 { PRODUCT, FACTOR_P, FACTOR_Q, FACTOR_Q, FACTOR_P },
                 { other, FACTOR_P, FACTOR_Q, FACTOR_P, FACTOR_Q },
                 { PRODUCT, other, FACTOR_Q, FACTOR_P, FACTOR_Q },
                 { PRODUCT, FACTOR_P, other, FACTOR_P, FACTOR_Q } };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        Client client = { 0 };
        MtpPQInnerDataDc inner = TL_NEW (MtpPQInnerDataDc, .pq = rows[i].pq,
                                         .p = rows[i].p, .q = rows[i].q, .dc = 2);
        client_open (&client, 2);
        g_assert_cmpint (is_taken_with (&client, TL_OBJ (&inner), inner.nonce,
                                        inner.server_nonce, rows[i].outer_p,
                                        rows[i].outer_q),
                         ==, i == 0);
        if (i > 0)
            g_assert_cmpmem (client.heard->data, client.heard->len,
                             "\4\0\0\0\x6c\xfe\xff\xff", 8);
        client_close (&client);
    }
}

/* --- transports as they are --- */

typedef struct {
    GByteArray *heard;
    gboolean closed;
} Line;

static void
line_send_cb (void *user, const uint8_t *data, size_t len)
{
    g_byte_array_append (((Line *)user)->heard, data, (unsigned)len);
}

static void
line_close_cb (void *user)
{
    ((Line *)user)->closed = TRUE;
}

/* The first question of an exchange, as a packet. */
static void
question (TlWriter *packet)
{
    MtpReqPqMulti first = TL_NEW (MtpReqPqMulti, .nonce = { 1, 2, 3 });

    tl_writer_long (packet, 0);
    tl_writer_long (packet, INT64_C (4) << 32);
    tl_writer_int (packet, 20);
    g_assert_true (tl_encode (&tl_mtproto_schema, TL_OBJ (&first), packet));
}

/* What comes back over a new connection; FALSE: it was closed. */
static gboolean
asked_over (const TlWriter *bytes, size_t step, GByteArray *heard)
{
    static const DcConnOps line_ops = { line_send_cb, line_close_cb };
    static const DcConfig config = { .dc = 2, .key_pem = world_key };
    Line line = { heard, FALSE };
    Dc *dc = dc_new (&config);
    DcConn *conn = dc_conn_new (dc, &line_ops, &line);

    for (size_t at = 0; at < bytes->len; at += step)
        dc_conn_receive (conn, bytes->data + at, MIN (step, bytes->len - at));
    dc_conn_free (conn);
    dc_free (dc);
    return !line.closed;
}

static void
assert_offer (const GByteArray *heard, size_t prefix)
{
    uint32_t id;

    g_assert_cmpuint (heard->len, >, prefix + 24);
    memcpy (&id, heard->data + prefix + 20, 4);
    g_assert_cmphex (GUINT32_FROM_LE (id), ==, MtpResPQ_ID);
}

static void
framed (uint32_t tag, size_t tag_len, size_t step, size_t prefix)
{
    g_auto (TlWriter) packet = { 0 };
    g_auto (TlWriter) bytes = { 0 };
    g_autoptr (GByteArray) heard = g_byte_array_new ();

    question (&packet);
    tag = GUINT32_TO_LE (tag);
    tl_writer_raw (&bytes, &tag, tag_len);
    if (tag_len == 1)
        tl_writer_raw (&bytes, &(uint8_t){ (uint8_t)(packet.len / 4) }, 1);
    else
        tl_writer_int (&bytes, (int32_t)packet.len);
    tl_writer_raw (&bytes, packet.data, packet.len);
    g_assert_true (asked_over (&bytes, step, heard));
    assert_offer (heard, prefix);
}

static void
plain_transports (void)
{
    for (size_t step = 1; step <= 64; step += 63) {
        framed (0xef, 1, step, 1);
        framed (0xeeeeeeeeu, 4, step, 4);
        framed (0xddddddddu, 4, step, 4);
    }
}

/* The full transport; `spoil`: the byte that is another one. */
static gboolean
full (int first_number, size_t spoil, GByteArray *heard)
{
    g_auto (TlWriter) packet = { 0 };
    g_auto (TlWriter) bytes = { 0 };

    question (&packet);
    for (int i = 0; i < 2; i++) {
        size_t at = bytes.len;
        tl_writer_int (&bytes, (int32_t)packet.len + 12);
        tl_writer_int (&bytes, i == 0 ? 0 : first_number + i);
        tl_writer_raw (&bytes, packet.data, packet.len);
        tl_writer_int (&bytes,
                       (int32_t)crc32 (0, bytes.data + at, (unsigned)(bytes.len - at)));
    }
    if (spoil > 0)
        bytes.data[spoil] ^= 1;
    return asked_over (&bytes, 7, heard);
}

/* Numbered from 0 each way, and summed; whose sum or number is wrong is cut. */
static void
full_transport (void)
{
    g_autoptr (GByteArray) heard = g_byte_array_new (), other = g_byte_array_new ();
    uint32_t words[2], sum;

    g_assert_true (full (0, 0, heard));
    assert_offer (heard, 8);
    for (uint32_t i = 0; i < 2; i++) {
        memcpy (words, heard->data, 8);
        uint32_t len = GUINT32_FROM_LE (words[0]);
        g_assert_cmpuint (GUINT32_FROM_LE (words[1]), ==, i);
        memcpy (&sum, heard->data + len - 4, 4);
        g_assert_cmphex (GUINT32_FROM_LE (sum), ==, crc32 (0, heard->data, len - 4));
        g_byte_array_remove_range (heard, 0, len);
    }
    g_assert_cmpuint (heard->len, ==, 0);
    g_assert_false (full (0, 30, other));
    g_assert_cmpuint (other->len, ==, 0);
    g_assert_false (full (1, 0, other));
}

/* --- layers --- */

static DcKey old_key = { .layer = 198 }, new_key = { .layer = 227 };

/* An answer to `query`, as a client of that layer gets it. */
static TlMessage *
answered (DcKey *key, const TlObject *query, const TlObject *object, gboolean in_vector)
{
    DcSession session = { .key = key };
    DcCall call = { .session = &session, .query = query };
    g_auto (TlWriter) out = { 0 };
    TlBudget budget = TL_BUDGET_WHOLE;

    if (in_vector) {
        tl_writer_int (&call.answer, (int32_t)TlVectorObject_ID);
        tl_writer_int (&call.answer, 1);
    }
    dc_answer (&call, object);
    dc_layer_answer (&call, &out);
    tl_writer_clear (&call.answer);
    return tl_message_decode_result (&tl_dc_schema,
                                     tl_schema_find (&tl_dc_schema, query->id), out.data,
                                     out.len, &budget, NULL);
}

static void
answers_of_a_layer (void)
{
    SrvUserStatusOnline online = TL_NEW (SrvUserStatusOnline, .expires = 5);
    SrvUser user = TL_NEW (SrvUser, .self = TRUE, .id = 77, .first_name = TL_STR ("A"),
                           .phone = TL_STR ("1"), .status = TL_OBJ (&online),
                           .has_send_paid_messages_stars = TRUE,
                           .send_paid_messages_stars = 3, .bot_guard = TRUE);
    SrvUsersGetUsers query = TL_NEW (SrvUsersGetUsers);

    for (int i = 0; i < 2; i++) {
        g_autoptr (TlMessage) message = answered (i == 0 ? &old_key : &new_key,
                                                  TL_OBJ (&query), TL_OBJ (&user), TRUE);
        g_assert_nonnull (message);
        const TlVectorObject *all = TL_AS (tl_message_root (message), TlVectorObject);
        g_assert_nonnull (all);
        const TlObject *one = TL_ITEM_OBJ (all->items, 0);
        const SrvUser *newer = TL_AS (one, SrvUser);
        const SrvUser198 *older = TL_AS (one, SrvUser198);
        g_assert_true (i == 0 ? older != NULL : newer != NULL && newer->bot_guard);
        if (older == NULL)
            continue;
        g_assert_cmpint (older->id, ==, 77);
        g_assert_true (older->self && !older->has_access_hash);
        g_assert_cmpmem (older->phone.data, older->phone.len, "1", 1);
        g_assert_cmpint (TL_AS (older->status, SrvUserStatusOnline)->expires, ==, 5);
    }
}

static void
calls_of_a_layer (void)
{
    DcSession old = { .key = &old_key }, new = { .key = &new_key };
    SrvContactsSearch198 query =
        TL_NEW (SrvContactsSearch198, .q = TL_STR ("who"), .limit = 9);
    g_auto (TlWriter) body = { 0 };
    g_auto (TlWriter) out = { 0 };

    g_assert_true (tl_encode (&tl_dc_schema, TL_OBJ (&query), &body));
    g_assert_false (dc_layer_hear (&new, body.data, body.len, &out));
    g_assert_true (dc_layer_hear (&old, body.data, body.len, &out));
    g_autoptr (TlMessage) message =
        tl_message_decode (&tl_dc_schema, out.data, out.len, NULL);
    g_assert_nonnull (message);
    const SrvContactsSearch *heard = TL_AS (tl_message_root (message), SrvContactsSearch);
    g_assert_nonnull (heard);
    g_assert_cmpint (heard->limit, ==, 9);
    g_assert_cmpmem (heard->q.data, heard->q.len, "who", 3);
    for (size_t len = 0; len < body.len; len++) { /* cut: it is left to who decodes it */
        g_auto (TlWriter) some = { 0 };
        g_assert_false (dc_layer_hear (&old, body.data, len, &some));
    }
}

/* --- numbers --- */

#define NOW ((int64_t)0x65000000 << 32)

/* A message in a container, or one for itself. */
static void
add_message (TlWriter *out, int64_t msg_id, int32_t seq_no, uint32_t id)
{
    tl_writer_long (out, msg_id);
    tl_writer_int (out, seq_no);
    tl_writer_int (out, 12);
    tl_writer_int (out, (int32_t)id);
    tl_writer_long (out, 0); /* of a ping, say; of acknowledgements nothing */
}

/* The code that comes back for a packet of a client that has a key; 0: none. */
static int
code_for (int64_t msg_id, int32_t seq_no, const TlWriter *body)
{
    static const uint8_t nothing[16];
    uint8_t key[256], plain[4096];
    Client client = { 0 };
    g_auto (TlWriter) inner = { 0 };
    g_auto (TlWriter) packet = { 0 };
    int code = 0;

    memset (key, 3, sizeof key);
    client_open (&client, 2);
    dc_key_add (client.dc, key, 5, 2, FALSE);
    tl_writer_long (&inner, 5); /* salt */
    tl_writer_long (&inner, 6); /* session */
    tl_writer_long (&inner, msg_id);
    tl_writer_int (&inner, seq_no);
    tl_writer_int (&inner, (int32_t)body->len);
    tl_writer_raw (&inner, body->data, body->len);
    tl_writer_raw (&inner, nothing, 12);
    tl_writer_raw (&inner, nothing, (16 - inner.len % 16) % 16);
    g_autofree uint8_t *sealed = g_malloc (16 + inner.len);
    crypto_envelope_seal (key, 0, inner.data, inner.len, sealed);
    tl_writer_int (&packet, (int32_t)(8 + 16 + inner.len));
    tl_writer_long (&packet, crypto_key_id (key));
    tl_writer_raw (&packet, sealed, 16 + inner.len);
    crypto_ctr_apply (client.out, packet.data, packet.data, packet.len);
    g_byte_array_set_size (client.heard, 0);
    dc_conn_receive (client.conn, packet.data, packet.len);
    for (size_t at = 0; at + 4 <= client.heard->len;) {
        uint32_t len, word;
        memcpy (&len, client.heard->data + at, 4);
        len = GUINT32_FROM_LE (len);
        size_t size = (len - 24) / 16 * 16;
        g_assert_cmpuint (size, <, sizeof plain);
        g_assert_true (
            crypto_envelope_open (key, 8, client.heard->data + at + 12, size, plain));
        memcpy (&word, plain + 32, 4);
        if (GUINT32_FROM_LE (word) == MtpBadMsgNotification_ID) {
            memcpy (&word, plain + 32 + 16, 4);
            code = (int)GUINT32_FROM_LE (word);
        }
        at += 4 + len;
    }
    client_close (&client);
    return code;
}

/* MT-D15 MT-D18: the data centre takes what is numbered rightly, and says what is not: content with an
 * even number, acknowledgements and containers with an odd one, a container that is not behind what
 * it holds, or holds less than it says */
static void
numbers_of_messages (void)
{
    static const struct {
        int64_t ids[2];
        int32_t seqs[2];
        uint32_t kinds[2];
        int32_t count, seq;
        int code;
    } rows[] = {
        { { 4, 8 }, { 1, 3 }, { 1, SrvHelpGetConfig_ID }, 2, 4, 0 },
        { { 8, 4 }, { 1, 2 }, { 1, MtpPing_ID }, 2, 2, 0 }, /* one goes again */
        { { 4, 8 }, { 1, 3 }, { 1, MtpPing_ID }, 2, 4, 0 },
        { { 4, 8 }, { 1, 2 }, { 1, SrvHelpGetConfig_ID }, 2, 4, 35 },
        { { 4, 8 }, { 1, 3 }, { 1, MtpMsgsAck_ID }, 2, 4, 34 },
        { { 4, 8 }, { 1, 3 }, { 1, 2 }, 2, 5, 34 },
        { { 4, 12 }, { 1, 3 }, { 1, 2 }, 2, 4, 64 }, /* its own id */
        { { 16, 8 }, { 1, 3 }, { 1, 2 }, 2, 4, 64 },
        { { 4, 8 }, { 1, 7 }, { 1, 2 }, 2, 4, 64 },
        { { 4, 8 }, { 1, 3 }, { 1, 2 }, 3, 4, 64 },
        { { 4, 8 }, { 1, 3 }, { 1, 2 }, 1, 4, 64 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_auto (TlWriter) body = { 0 };
        tl_writer_int (&body, (int32_t)MtpMsgContainer_ID);
        tl_writer_int (&body, rows[i].count);
        for (int k = 0; k < 2; k++)
            add_message (&body, NOW + rows[i].ids[k], rows[i].seqs[k], rows[i].kinds[k]);
        g_test_message ("%zu", i);
        g_assert_cmpint (code_for (NOW + 12, rows[i].seq, &body), ==, rows[i].code);
    }
    g_auto (TlWriter) one = { 0 };
    tl_writer_int (&one, (int32_t)MtpPing_ID);
    tl_writer_long (&one, 1);
    g_assert_cmpint (code_for (NOW, 0, &one), ==, 0);
    g_assert_cmpint (code_for (NOW, 1, &one), ==, 0);
    one.len = 0;
    tl_writer_int (&one, (int32_t)SrvHelpGetConfig_ID);
    g_assert_cmpint (code_for (NOW, 1, &one), ==, 0);
    g_assert_cmpint (code_for (NOW, 0, &one), ==, 35);
}

/* --- commands --- */

/* What a person types as a password has blanks. */
static void
passwords_are_lines (void)
{
    static const DcConfig config = { .dc = 2, .key_pem = world_key };
    Dc *dc = dc_new (&config);

    dc_add_user (dc, "1", "Alice", "A");
    g_autofree char *set =
        dc_control (dc, "password Alice correct horse battery staple, nine words");
    g_assert_cmpstr (set, ==, "ok");
    g_assert_cmpstr (dc_user_by_phone (dc, "1", 1)->password, ==,
                     "correct horse battery staple, nine words");
    g_autofree char *none = dc_control (dc, "password Alice");
    g_assert_true (g_str_has_prefix (none, "error"));
    dc_free (dc);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/dc/exchange/plain-inner-data", plain_inner_data);
    g_test_add_func ("/dc/exchange/random-number-in-the-header",
                     random_number_in_the_header);
    g_test_add_func ("/dc/exchange/numbers-that-agree", numbers_that_agree);
    g_test_add_func ("/dc/exchange/factors-are-repeated", factors_are_repeated);
    g_test_add_func ("/dc/transport/plain", plain_transports);
    g_test_add_func ("/dc/transport/full", full_transport);
    g_test_add_func ("/dc/layer/answers", answers_of_a_layer);
    g_test_add_func ("/dc/layer/calls", calls_of_a_layer);
    g_test_add_func ("/dc/numbers", numbers_of_messages);
    g_test_add_func ("/dc/control/passwords", passwords_are_lines);
    return g_test_run ();
}
