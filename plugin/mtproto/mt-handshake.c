/* The client's half of the key exchange; every check stands where its value arrives. */
#include "mt-handshake.h"

#include "crypto-aes-ige.h"
#include "crypto-envelope.h"
#include "crypto-hash.h"
#include "crypto-kdf.h"
#include "crypto-pq.h"
#include "crypto-rsa.h"
#include "mtproto.tl.h"
#include "tl-encode.h"

#include <string.h>

#define RETRIES_MAX 5   /* dh_gen_retry (MT-C23) */
#define ANSWER_MAX 4096 /* bytes of encrypted_answer (MT-C13) */
#define B_TRIES 16      /* draws of b until g_b is in range; one does nearly always */
#define FINGERPRINTS_MAX 1000 /* of resPQ; a server offers a handful */

typedef enum {
    STEP_NEW,
    STEP_PQ,
    STEP_DH_PARAMS,
    STEP_PRIME,
    STEP_DH_GEN,
    STEP_OVER
} Step;

struct MtHandshake {
    const MtConfig *config;
    int32_t expires_in; /* 0: the key is permanent */
    Step step;
    const char *reason;
    uint8_t nonce[16];
    uint8_t server_nonce[16];
    uint8_t new_nonce[32];
    uint8_t tmp_key[32];
    uint8_t tmp_iv[32];
    uint8_t prime[256];
    uint8_t g_a[256];
    uint8_t b[256]; /* until the key is computed */
    uint8_t key[256];
    int g;
    int retries;
    int64_t retry_id;
    int64_t offset;
};

MtHandshake *
mt_handshake_new (const MtConfig *config, int32_t expires_in)
{
    MtHandshake *h = g_new0 (MtHandshake, 1);
    h->config = config;
    h->expires_in = expires_in;
    return h;
}

void
mt_handshake_free (MtHandshake *h)
{
    if (h == NULL)
        return;
    crypto_wipe (h, sizeof *h);
    g_free (h);
}

static MtHandshakeResult
fail (MtHandshake *h, const char *reason)
{
    h->step = STEP_OVER;
    h->reason = reason;
    crypto_wipe (h->b, sizeof h->b);
    g_debug ("[dc%d exchange] failed: %s", h->config->dc, reason);
    return MT_HANDSHAKE_FAILED;
}

static int
wire_dc (const MtConfig *config)
{
    return config->test ? config->dc + 10000 : config->dc; /* MT-C9 */
}

/* Minimal big-endian bytes of a number (MT-A19). */
static TlBytes
minimal (uint64_t value, uint8_t buffer[static 8])
{
    size_t skip = 0;

    value = GUINT64_TO_BE (value);
    memcpy (buffer, &value, 8);
    while (skip < 7 && buffer[skip] == 0)
        skip++;
    return TL_BYTES (buffer + skip, 8 - skip);
}

MtHandshakeResult
mt_handshake_start (MtHandshake *h, TlWriter *out)
{
    if (!crypto_random_fill (h->config->random, h->nonce, sizeof h->nonce))
        return fail (h, "no random numbers"); /* MT-C2 */
    MtpReqPqMulti request = TL_NEW (MtpReqPqMulti);
    memcpy (request.nonce, h->nonce, 16);
    tl_encode (&tl_mtproto_schema, TL_OBJ (&request), out);
    h->step = STEP_PQ;
    g_debug ("[dc%d exchange] -> req_pq_multi", h->config->dc);
    return MT_HANDSHAKE_SEND;
}

static const MtServerKey *
choose_key (const MtHandshake *h, const TlVector *offered)
{
    for (size_t i = 0; i < offered->len && i < FINGERPRINTS_MAX; i++)
        for (size_t k = 0; k < h->config->n_keys; k++)
            if (h->config->keys[k].fingerprint == TL_ITEM (*offered, int64_t, i))
                return &h->config->keys[k];
    return NULL;
}

/* What the key is to be, for the server's eyes only (MT-C9). */
static gboolean
write_inner (MtHandshake *h, TlBytes pq, TlBytes p, TlBytes q, TlWriter *out)
{
    MtpPQInnerDataDc permanent =
        TL_NEW (MtpPQInnerDataDc, .pq = pq, .p = p, .q = q, .dc = wire_dc (h->config));
    MtpPQInnerDataTempDc temporary =
        TL_NEW (MtpPQInnerDataTempDc, .pq = pq, .p = p, .q = q, .dc = wire_dc (h->config),
                .expires_in = h->expires_in);

    memcpy (permanent.nonce, h->nonce, 16);
    memcpy (permanent.server_nonce, h->server_nonce, 16);
    memcpy (permanent.new_nonce, h->new_nonce, 32);
    memcpy (temporary.nonce, h->nonce, 16);
    memcpy (temporary.server_nonce, h->server_nonce, 16);
    memcpy (temporary.new_nonce, h->new_nonce, 32);
    gboolean good =
        tl_encode (&tl_mtproto_schema,
                   h->expires_in != 0 ? TL_OBJ (&temporary) : TL_OBJ (&permanent), out);
    crypto_wipe (&permanent, sizeof permanent);
    crypto_wipe (&temporary, sizeof temporary);
    return good;
}

static MtHandshakeResult
send_dh_params (MtHandshake *h, const MtServerKey *key, TlBytes pq, uint64_t p,
                uint64_t q, TlWriter *out)
{
    uint8_t p_bytes[8], q_bytes[8], encrypted[CRYPTO_RSA_SIZE];
    g_auto (TlWriter) inner = { 0 };

    if (!write_inner (h, pq, minimal (p, p_bytes), minimal (q, q_bytes), &inner) ||
        !crypto_rsa_pad (key->modulus, h->config->random, inner.data, inner.len,
                         encrypted))
        return fail (h, "the inner data could not be encrypted");

    MtpReqDHParams request =
        TL_NEW (MtpReqDHParams, .p = minimal (p, p_bytes), .q = minimal (q, q_bytes),
                .public_key_fingerprint = key->fingerprint,
                .encrypted_data = TL_BYTES (encrypted, sizeof encrypted));
    memcpy (request.nonce, h->nonce, 16);
    memcpy (request.server_nonce, h->server_nonce, 16);
    tl_encode (&tl_mtproto_schema, TL_OBJ (&request), out);
    h->step = STEP_DH_PARAMS;
    g_debug ("[dc%d exchange] -> req_DH_params", h->config->dc);
    return MT_HANDSHAKE_SEND;
}

static MtHandshakeResult
take_res_pq (MtHandshake *h, const TlObject *answer, TlWriter *out)
{
    const MtpResPQ *res = TL_AS (answer, MtpResPQ);
    uint64_t pq = 0, p, q;

    if (res == NULL)
        return fail (h, "resPQ expected");
    if (!crypto_equal (res->nonce, h->nonce, 16)) /* MT-C3 */
        return fail (h, "resPQ has another nonce");
    memcpy (h->server_nonce, res->server_nonce, 16);
    const MtServerKey *key = choose_key (h, &res->server_public_key_fingerprints);
    if (key == NULL) {
        fail (h, "the server has none of the known keys"); /* MT-C5 */
        return MT_HANDSHAKE_UNKNOWN_KEY;
    }
    if (res->pq.len == 0 || res->pq.len > 8) /* MT-C7 */
        return fail (h, "pq has a wrong size");
    for (size_t i = 0; i < res->pq.len; i++)
        pq = pq << 8 | res->pq.data[i];
    if (!crypto_pq_factor (pq, &p, &q))
        return fail (h, "pq does not factor");
    if (!crypto_random_fill (h->config->random, h->new_nonce, sizeof h->new_nonce))
        return fail (h, "no random numbers"); /* MT-C8 */
    return send_dh_params (h, key, res->pq, p, q, out);
}

/* The auth key: only when it is needed, in an input of its own, since half of what an exchange
 * costs is this (DECISIONS 32). */
static gboolean
compute_key (MtHandshake *h)
{
    gboolean computed = h->config->dh->power (h->g_a, h->prime, h->b, h->key);

    crypto_wipe (h->b, sizeof h->b); /* MT-C19 */
    return computed;
}

/* Draws b, sends g_b under the temporary key. */
static MtHandshakeResult
send_client_dh (MtHandshake *h, TlWriter *out)
{
    const CryptoDhOps *dh = h->config->dh;
    uint8_t g_b[256], iv[32], padding[16];
    int tries = 0;

    do {
        if (tries++ == B_TRIES ||
            !crypto_random_fill (h->config->random, h->b, sizeof h->b) ||
            !dh->power_g (h->g, h->prime, h->b, g_b))
            return fail (h, "no exponent could be drawn");
    } while (!dh->is_public_value (h->prime, g_b)); /* MT-C18 */
    if (!crypto_random_fill (h->config->random, padding, sizeof padding))
        return fail (h, "no random numbers");

    MtpClientDHInnerData data = TL_NEW (MtpClientDHInnerData, .retry_id = h->retry_id,
                                        .g_b = TL_BYTES (g_b, sizeof g_b));
    memcpy (data.nonce, h->nonce, 16);
    memcpy (data.server_nonce, h->server_nonce, 16);
    g_auto (TlWriter) inner = { 0 };
    g_auto (TlWriter) plain = { 0 };
    uint8_t hash[20];
    tl_encode (&tl_mtproto_schema, TL_OBJ (&data), &inner);
    crypto_sha1 (inner.data, inner.len, hash);
    tl_writer_raw (&plain, hash, sizeof hash);
    tl_writer_raw (&plain, inner.data, inner.len);
    tl_writer_raw (&plain, padding, (16 - plain.len % 16) % 16);
    memcpy (iv, h->tmp_iv, sizeof iv); /* the original one (MT-C20) */
    crypto_ige_encrypt (h->tmp_key, iv, plain.data, plain.data, plain.len);

    MtpSetClientDHParams request =
        TL_NEW (MtpSetClientDHParams, .encrypted_data = TL_BYTES (plain.data, plain.len));
    memcpy (request.nonce, h->nonce, 16);
    memcpy (request.server_nonce, h->server_nonce, 16);
    tl_encode (&tl_mtproto_schema, TL_OBJ (&request), out);
    h->step = STEP_DH_GEN;
    g_debug ("[dc%d exchange] -> set_client_DH_params", h->config->dc);
    return MT_HANDSHAKE_SEND;
}

static gboolean
same_nonces (const MtHandshake *h, const uint8_t nonce[static 16],
             const uint8_t server_nonce[static 16])
{
    return crypto_equal (nonce, h->nonce, 16) &&
           crypto_equal (server_nonce, h->server_nonce, 16); /* MT-C4 */
}

static MtHandshakeResult
take_inner (MtHandshake *h, const MtpServerDHInnerData *inner, HostTime now,
            TlWriter *out)
{
    const CryptoDhOps *dh = h->config->dh;

    if (!same_nonces (h, inner->nonce, inner->server_nonce)) /* MT-C15 */
        return fail (h, "the inner nonces differ");
    if (inner->dh_prime.len != 256 || (inner->dh_prime.data[0] & 0x80) == 0) /* MT-C16 */
        return fail (h, "the prime does not have 2048 bits");
    memcpy (h->prime, inner->dh_prime.data, 256);
    h->g = inner->g;
    if (!crypto_dh_pad (inner->g_a.data, inner->g_a.len, h->g_a) ||
        !dh->is_public_value (h->prime, h->g_a)) /* MT-C18 */
        return fail (h, "g_a is out of range");
    if (!dh->is_generator (h->g, h->prime)) /* MT-C17 */
        return fail (h, "g does not suit the prime");
    h->offset = (int64_t)(uint32_t)inner->server_time * 1000 - now.mono; /* MT-C26 */
    if (dh->is_known_prime (h->prime))
        return send_client_dh (h, out);
    h->step = STEP_PRIME;
    return MT_HANDSHAKE_NEED_PRIME;
}

static MtHandshakeResult
take_dh_params (MtHandshake *h, const TlObject *answer, HostTime now, TlWriter *out)
{
    const MtpServerDHParamsOk *ok = TL_AS (answer, MtpServerDHParamsOk);
    uint8_t iv[32], hash[20];
    size_t used = 0;

    if (ok == NULL) /* server_DH_params_fail included (MT-C12) */
        return fail (h, "the server refused the DH request");
    if (!same_nonces (h, ok->nonce, ok->server_nonce))
        return fail (h, "server_DH_params_ok has other nonces");
    size_t len = ok->encrypted_answer.len;
    if (len < 32 || len % 16 != 0 || len > ANSWER_MAX) /* MT-C13 */
        return fail (h, "encrypted_answer has a wrong size");

    crypto_kdf_exchange (h->new_nonce, h->server_nonce, h->tmp_key, h->tmp_iv);
    memcpy (iv, h->tmp_iv, sizeof iv);
    g_autoptr (CryptoSecret) plain = crypto_secret_new (NULL, len);
    crypto_ige_decrypt (h->tmp_key, iv, ok->encrypted_answer.data, plain->data, len);
    g_autoptr (TlMessage) message = tl_message_decode_prefix (
        &tl_mtproto_schema, plain->data + 20, len - 20, &used, NULL);
    if (message == NULL || len - 20 - used > 15) /* MT-C14 */
        return fail (h, "the inner answer does not decode");
    crypto_sha1 (plain->data + 20, used, hash);
    if (!crypto_equal (hash, plain->data, 20))
        return fail (h, "the inner answer's hash differs");
    const MtpServerDHInnerData *inner =
        TL_AS (tl_message_root (message), MtpServerDHInnerData);
    if (inner == NULL)
        return fail (h, "server_DH_inner_data expected");
    return take_inner (h, inner, now, out);
}

MtHandshakeResult
mt_handshake_prime_checked (MtHandshake *h, gboolean good, TlWriter *out)
{
    if (h->step != STEP_PRIME)
        return fail (h, "nobody asked about a prime");
    return good ? send_client_dh (h, out) : fail (h, "the prime is not safe");
}

/* new_nonce_hash1..3 = SHA1 (new_nonce, number, aux hash)[4..20) (MT-C22). */
static gboolean
hash_matches (const MtHandshake *h, uint8_t number, const uint8_t hash[static 16])
{
    uint8_t key_hash[20], expected[20];

    crypto_sha1 (h->key, sizeof h->key, key_hash);
    crypto_sha1_pieces (
        (CryptoPiece[]){ { h->new_nonce, 32 }, { &number, 1 }, { key_hash, 8 } }, 3,
        expected);
    return crypto_equal (expected + 4, hash, 16);
}

static MtHandshakeResult
take_dh_gen (MtHandshake *h, const TlObject *answer, TlWriter *out)
{
    const MtpDhGenOk *ok = TL_AS (answer, MtpDhGenOk);
    const MtpDhGenRetry *retry = TL_AS (answer, MtpDhGenRetry);
    const MtpDhGenFail *failed = TL_AS (answer, MtpDhGenFail);
    gboolean ours =
        (ok != NULL && same_nonces (h, ok->nonce, ok->server_nonce)) ||
        (retry != NULL && same_nonces (h, retry->nonce, retry->server_nonce)) ||
        (failed != NULL && same_nonces (h, failed->nonce, failed->server_nonce));

    if (!ours)
        return fail (h, "the last answer's nonces or hash differ");
    if (!compute_key (h))
        return fail (h, "the key could not be computed");
    if (ok != NULL && hash_matches (h, 1, ok->new_nonce_hash1)) {
        if (crypto_key_id (h->key) == 0) /* MT-C24 */
            return fail (h, "the key's id is 0");
        h->step = STEP_OVER;
        g_debug ("[dc%d exchange] done", h->config->dc);
        return MT_HANDSHAKE_DONE;
    }
    if (retry != NULL && hash_matches (h, 2, retry->new_nonce_hash2)) {
        uint8_t key_hash[20];
        if (++h->retries > RETRIES_MAX) /* MT-C23 */
            return fail (h, "too many retries");
        crypto_sha1 (h->key, sizeof h->key, key_hash);
        memcpy (&h->retry_id, key_hash, 8);
        h->retry_id = GINT64_FROM_LE (h->retry_id);
        return send_client_dh (h, out);
    }
    if (failed != NULL && hash_matches (h, 3, failed->new_nonce_hash3))
        return fail (h, "the server refused the key");
    return fail (h, "the last answer's nonces or hash differ");
}

MtHandshakeResult
mt_handshake_receive (MtHandshake *h, const uint8_t *body, size_t len, HostTime now,
                      TlWriter *out)
{
    size_t used = 0;
    /* Bytes behind a plaintext answer are tolerated (MT-C6). */
    g_autoptr (TlMessage) message =
        tl_message_decode_prefix (&tl_mtproto_schema, body, len, &used, NULL);

    if (message == NULL)
        return fail (h, "an answer does not decode");
    const TlObject *answer = tl_message_root (message);
    g_debug ("[dc%d exchange] <- %s", h->config->dc,
             tl_id_name (&tl_mtproto_schema, answer->id));
    switch (h->step) {
    case STEP_PQ:
        return take_res_pq (h, answer, out);
    case STEP_DH_PARAMS:
        return take_dh_params (h, answer, now, out);
    case STEP_DH_GEN:
        return take_dh_gen (h, answer, out);
    default:
        return fail (h, "an answer that nobody asked for"); /* MT-C27 */
    }
}

const uint8_t *
mt_handshake_prime (const MtHandshake *h)
{
    return h->prime;
}

const char *
mt_handshake_reason (const MtHandshake *h)
{
    return h->reason;
}

int32_t
mt_handshake_expires_in (const MtHandshake *h)
{
    return h->expires_in;
}

void
mt_handshake_result (const MtHandshake *h, uint8_t key[static 256], int64_t *salt,
                     int64_t *offset)
{
    int64_t a, b;

    memcpy (key, h->key, 256);
    memcpy (&a, h->new_nonce, 8);
    memcpy (&b, h->server_nonce, 8);
    *salt = GINT64_FROM_LE (a ^ b); /* MT-C25 */
    *offset = h->offset;
}
