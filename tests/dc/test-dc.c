/* What Telegram's servers take from clients other than ours, the data centre takes, too. */
#include "dc.h"

#include "crypto-aes-ctr.h"
#include "crypto-rsa.h"
#include "crypto-secret.h"
#include "mtproto.tl.h"
#include "tl-encode.h"
#include "tl-message.h"
#include "tl-writer.h"
#include "../peer/world-key.h"

#include <string.h>

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
static gboolean
is_taken (Client *client, TlObject *inner, uint8_t *nonce, uint8_t *server_nonce)
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
        TL_NEW (MtpReqDHParams, .p = TL_BYTES ("p", 1), .q = TL_BYTES ("q", 1),
                .public_key_fingerprint =
                    TL_ITEM (offer->server_public_key_fingerprints, int64_t, 0),
                .encrypted_data = TL_BYTES (sealed, sizeof sealed));
    memcpy (second.nonce, first.nonce, 16);
    memcpy (second.server_nonce, offer->server_nonce, 16);
    g_autoptr (TlMessage) parameters = client_asks (client, TL_OBJ (&second));
    return parameters != NULL &&
           TL_AS (tl_message_root (parameters), MtpServerDHParamsOk) != NULL;
}

/* A client whose header says `number` and whose inner data says `dc`. */
static gboolean
names (int16_t number, int dc)
{
    Client client = { 0 };
    MtpPQInnerDataDc inner =
        TL_NEW (MtpPQInnerDataDc, .pq = TL_BYTES ("pq", 2), .p = TL_BYTES ("p", 1),
                .q = TL_BYTES ("q", 1), .dc = dc);

    client_open (&client, number);
    gboolean taken = is_taken (&client, TL_OBJ (&inner), inner.nonce, inner.server_nonce);
    client_close (&client);
    return taken;
}

static void
plain_inner_data (void)
{
    static const int16_t numbers[] = { 2, 10002, 0, 31337, -31337 };

    for (size_t i = 0; i < G_N_ELEMENTS (numbers); i++) {
        Client client = { 0 };
        MtpPQInnerData inner = TL_NEW (MtpPQInnerData, .pq = TL_BYTES ("pq", 2),
                                       .p = TL_BYTES ("p", 1), .q = TL_BYTES ("q", 1));
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

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/dc/exchange/plain-inner-data", plain_inner_data);
    g_test_add_func ("/dc/exchange/random-number-in-the-header",
                     random_number_in_the_header);
    g_test_add_func ("/dc/exchange/numbers-that-agree", numbers_that_agree);
    return g_test_run ();
}
