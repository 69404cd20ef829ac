/* The server's half of the key exchange. */
#include "dc-keys.h"
#include "dc-private.h"

#include "crypto-aes-ige.h"
#include "crypto-envelope.h"
#include "crypto-hash.h"
#include "crypto-kdf.h"
#include "crypto-secret.h"
#include "dh-toy.h"
#include "mtproto.tl.h"

#include <string.h>

/* p * q of two primes; any client has to factor it: soon, as one is small. */
#define P 16777259u
#define Q 4294967291u
#define G 3
#define SECRET_BYTES 32 /* of the exponent */

typedef struct {
    uint8_t server_nonce[16];
    uint8_t new_nonce[32];
    uint8_t a[256];
    uint8_t key[32], iv[32];
    int number;         /* of the data centre that the client means */
    int32_t expires_in; /* 0: a permanent key */
} Exchange;

static void
reply (DcConn *conn, const TlObject *object)
{
    g_auto (TlWriter) body = { 0 };
    g_auto (TlWriter) packet = { 0 };

    g_assert_true (tl_encode (&tl_mtproto_schema, object, &body));
    tl_writer_long (&packet, 0);
    tl_writer_long (&packet, dc_msg_id (conn->dc, TRUE));
    tl_writer_int (&packet, (int32_t)body.len);
    tl_writer_raw (&packet, body.data, body.len);
    dc_conn_write (conn, packet.data, packet.len);
}

static void
take_req_pq (DcConn *conn, const MtpReqPqMulti *request)
{
    Exchange *exchange = g_new0 (Exchange, 1);
    uint64_t pq = GUINT64_TO_BE ((uint64_t)P * Q);
    int64_t fingerprint = conn->dc->fingerprint;
    MtpResPQ answer = TL_NEW (MtpResPQ, .pq = TL_BYTES (&pq, 8),
                              .server_public_key_fingerprints = { &fingerprint, 1 });

    dc_random (conn->dc, exchange->server_nonce, 16);
    memcpy (answer.nonce, request->nonce, 16);
    memcpy (answer.server_nonce, exchange->server_nonce, 16);
    g_hash_table_replace (conn->exchanges, g_bytes_new (request->nonce, 16), exchange);
    reply (conn, TL_OBJ (&answer));
}

static Exchange *
find (DcConn *conn, const uint8_t nonce[static 16], const uint8_t server_nonce[static 16])
{
    g_autoptr (GBytes) key = g_bytes_new (nonce, 16);
    Exchange *exchange = g_hash_table_lookup (conn->exchanges, key);

    return exchange != NULL && memcmp (exchange->server_nonce, server_nonce, 16) == 0
               ? exchange
               : NULL;
}

static void
say_code (DcConn *conn, int32_t code)
{
    code = GINT32_TO_LE (code);
    dc_conn_write (conn, (const uint8_t *)&code, 4);
}

static void
refuse (DcConn *conn)
{
    say_code (conn, -404);
}

/* Whether a client that says `dc` in its inner data (negative for media) can be meant: like
 * Telegram's servers we do not care what stands in the header (some clients put random bytes there),
 * but who names us there names us here, too (MT-C9). */
static gboolean
means_us (const DcConn *conn, int dc)
{
    int us = conn->site;

    if (conn->number == us || conn->number == us + 10000)
        return dc == conn->number || dc == -conn->number;
    return dc != G_MININT32 && ABS (dc) % 10000 >= 1 && ABS (dc) % 10000 <= 5;
}

static gboolean
is_number (TlBytes bytes, uint64_t number)
{
    uint64_t value = 0;

    for (size_t i = 0; i < bytes.len; i++)
        value = value << 8 | bytes.data[i];
    return bytes.len <= 8 && value == number;
}

/* MT-C11: what was asked for is said once more, outside the encryption and in it. */
static gboolean
are_factors (TlBytes p, TlBytes q)
{
    return is_number (p, P) && is_number (q, Q);
}

/* new_nonce of the encrypted inner data. 0, or the code that is said if anything is wrong with it. */
static int32_t
open_inner (DcConn *conn, const MtpReqDHParams *request, Exchange *exchange)
{
    const DcConfig *config = &conn->dc->config;
    uint8_t plain[192];
    size_t used;

    if (request->encrypted_data.len != 256 ||
        request->public_key_fingerprint != conn->dc->fingerprint ||
        !are_factors (request->p, request->q) ||
        !crypto_rsa_unpad (conn->dc->rsa, request->encrypted_data.data, plain))
        return -404;
    g_autoptr (TlMessage) message =
        tl_message_decode_prefix (&tl_mtproto_schema, plain, sizeof plain, &used, NULL);
    const TlObject *root = message != NULL ? tl_message_root (message) : NULL;
    const MtpPQInnerData *bare = TL_AS (root, MtpPQInnerData); /* of older clients */
    const MtpPQInnerDataDc *inner = TL_AS (root, MtpPQInnerDataDc);
    const MtpPQInnerDataTempDc *temp = TL_AS (root, MtpPQInnerDataTempDc);
    const uint8_t *nonce, *server_nonce, *new_nonce;
    TlBytes pq, p, q;
    if (bare != NULL) {
        nonce = bare->nonce, server_nonce = bare->server_nonce;
        pq = bare->pq, p = bare->p, q = bare->q;
        new_nonce = bare->new_nonce;
        exchange->number = conn->site + (config->test ? 10000 : 0);
    } else if (inner != NULL || temp != NULL) {
        int dc = inner != NULL ? inner->dc : temp->dc;
        if (!means_us (conn, dc))
            return -444;
        nonce = inner != NULL ? inner->nonce : temp->nonce;
        server_nonce = inner != NULL ? inner->server_nonce : temp->server_nonce;
        pq = inner != NULL ? inner->pq : temp->pq;
        p = inner != NULL ? inner->p : temp->p;
        q = inner != NULL ? inner->q : temp->q;
        new_nonce = inner != NULL ? inner->new_nonce : temp->new_nonce;
        exchange->number = ABS (dc);
    } else {
        return -404;
    }
    if (memcmp (nonce, request->nonce, 16) != 0 ||
        memcmp (server_nonce, request->server_nonce, 16) != 0 ||
        !is_number (pq, (uint64_t)P * Q) || !are_factors (p, q))
        return -404;
    memcpy (exchange->new_nonce, new_nonce, 32);
    exchange->expires_in = temp != NULL ? temp->expires_in : 0;
    return temp == NULL || temp->expires_in > 0 ? 0 : -404;
}

static void
take_req_dh (DcConn *conn, const MtpReqDHParams *request)
{
    Exchange *exchange = find (conn, request->nonce, request->server_nonce);
    uint8_t g_a[256], hash[20], iv[32];
    g_auto (TlWriter) inner = { 0 };
    g_auto (TlWriter) plain = { 0 };

    int32_t wrong = exchange != NULL ? open_inner (conn, request, exchange) : -404;
    if (wrong != 0) {
        say_code (conn, wrong);
        return;
    }
    /* Short: this exchange is made some thousand times, and keeps no secret. */
    dc_random (conn->dc, exchange->a + sizeof exchange->a - SECRET_BYTES, SECRET_BYTES);
    crypto_dh_real.power_g (G, crypto_dh_known_prime, exchange->a, g_a);
    crypto_kdf_exchange (exchange->new_nonce, exchange->server_nonce, exchange->key,
                         exchange->iv);
    MtpServerDHInnerData data = TL_NEW (
        MtpServerDHInnerData, .g = G, .dh_prime = TL_BYTES (crypto_dh_known_prime, 256),
        .g_a = TL_BYTES (g_a, 256), .server_time = dc_now (conn->dc));
    memcpy (data.nonce, request->nonce, 16);
    memcpy (data.server_nonce, request->server_nonce, 16);
    tl_encode (&tl_mtproto_schema, TL_OBJ (&data), &inner);
    crypto_sha1 (inner.data, inner.len, hash);
    tl_writer_raw (&plain, hash, 20);
    tl_writer_raw (&plain, inner.data, inner.len);
    while (plain.len % 16 != 0)
        tl_writer_raw (&plain, "p", 1);
    memcpy (iv, exchange->iv, 32);
    crypto_ige_encrypt (exchange->key, iv, plain.data, plain.data, plain.len);
    MtpServerDHParamsOk answer = TL_NEW (
        MtpServerDHParamsOk, .encrypted_answer = TL_BYTES (plain.data, plain.len));
    memcpy (answer.nonce, request->nonce, 16);
    memcpy (answer.server_nonce, request->server_nonce, 16);
    reply (conn, TL_OBJ (&answer));
}

static void
accept_key (DcConn *conn, const MtpSetClientDHParams *request, const Exchange *exchange,
            const uint8_t key[static 256])
{
    uint8_t aux[20], hash[20], one = 1;
    int64_t a, b;
    MtpDhGenOk answer = TL_NEW (MtpDhGenOk);

    memcpy (&a, exchange->new_nonce, 8);
    memcpy (&b, exchange->server_nonce, 8);
    DcKey *made = dc_key_add (conn->dc, key, GINT64_FROM_LE (a ^ b), exchange->number,
                              exchange->expires_in != 0);
    if (made->temporary) {
        dc_key_lives (conn->dc, made, exchange->expires_in);
        made->asked = dc_now_ms (conn->dc) / 1000 + exchange->expires_in;
    }
    crypto_sha1 (key, 256, aux);
    crypto_sha1_pieces (
        (CryptoPiece[]){ { exchange->new_nonce, 32 }, { &one, 1 }, { aux, 8 } }, 3, hash);
    memcpy (answer.nonce, request->nonce, 16);
    memcpy (answer.server_nonce, request->server_nonce, 16);
    memcpy (answer.new_nonce_hash1, hash + 4, 16);
    reply (conn, TL_OBJ (&answer));
    dc_log (conn->dc, "new auth key %016" G_GINT64_MODIFIER "x%s",
            (guint64)crypto_key_id (key),
            exchange->expires_in != 0 ? " (temporary)" : "");
}

static void
take_client_dh (DcConn *conn, const MtpSetClientDHParams *request)
{
    Exchange *exchange = find (conn, request->nonce, request->server_nonce);
    size_t len = request->encrypted_data.len, used;
    uint8_t iv[32], g_b[256], key[256];

    if (exchange == NULL || len < 32 || len % 16 != 0 || len > 4096) {
        refuse (conn);
        return;
    }
    g_autofree uint8_t *plain = g_malloc (len);
    memcpy (iv, exchange->iv, 32);
    crypto_ige_decrypt (exchange->key, iv, request->encrypted_data.data, plain, len);
    g_autoptr (TlMessage) message =
        tl_message_decode_prefix (&tl_mtproto_schema, plain + 20, len - 20, &used, NULL);
    const MtpClientDHInnerData *inner =
        message != NULL ? TL_AS (tl_message_root (message), MtpClientDHInnerData) : NULL;
    uint8_t hash[20];
    if (inner != NULL)
        crypto_sha1 (plain + 20, used, hash);
    if (inner == NULL || memcmp (hash, plain, 20) != 0 ||
        !crypto_dh_pad (inner->g_b.data, inner->g_b.len, g_b) ||
        !crypto_dh_real.is_public_value (crypto_dh_known_prime, g_b) ||
        !crypto_dh_real.power (g_b, crypto_dh_known_prime, exchange->a, key)) {
        refuse (conn);
        return;
    }
    accept_key (conn, request, exchange, key);
}

void
dc_plain_receive (DcConn *conn, const uint8_t *body, size_t len)
{
    size_t used;
    /* TDLib pads what it sends in plain text */
    g_autoptr (TlMessage) message =
        tl_message_decode_prefix (&tl_mtproto_schema, body, len, &used, NULL);
    const TlObject *root = message != NULL ? tl_message_root (message) : NULL;

    if (TL_AS (root, MtpReqPqMulti) != NULL)
        take_req_pq (conn, TL_AS (root, MtpReqPqMulti));
    else if (TL_AS (root, MtpReqDHParams) != NULL)
        take_req_dh (conn, TL_AS (root, MtpReqDHParams));
    else if (TL_AS (root, MtpSetClientDHParams) != NULL)
        take_client_dh (conn, TL_AS (root, MtpSetClientDHParams));
    else if (root == NULL || root->id != MtpMsgsAck_ID)
        refuse (conn);
}
