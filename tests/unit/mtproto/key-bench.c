/* The harness of the tests about keys: see key-bench.h. */
#include "key-bench.h"

#include "../../peer/world-key.h"
#include "crypto-aes-ctr.h"
#include "dc-private.h"
#include "mtproto.tl.h"
#include "api.tl.h"
#include "tl-encode.h"
#include "tl-reader.h"

#include <string.h>

#define EPOCH 1700000000000 /* ms */

/* invokeWithLayer: what is wrapped stands behind it */
static const uint8_t wrapper[] = { 0x0d, 0x0d, 0x9b, 0xda, 227, 0, 0, 0 };

/* --- upwards --- */

/* What only the server can read of the question for parameters. */
static void
keep_new_nonce (KeySide *side, const uint8_t *body, size_t len)
{
    g_autoptr (TlMessage) message =
        tl_message_decode (&tl_mtproto_schema, body, len, NULL);
    const MtpReqDHParams *request = TL_AS (tl_message_root (message), MtpReqDHParams);
    uint8_t plain[192];
    size_t used;

    g_assert_true (
        crypto_rsa_unpad (side->bench->dc->rsa, request->encrypted_data.data, plain));
    g_autoptr (TlMessage) inner =
        tl_message_decode_prefix (&tl_mtproto_schema, plain, sizeof plain, &used, NULL);
    const TlObject *root = tl_message_root (inner);
    const MtpPQInnerDataDc *lasting = TL_AS (root, MtpPQInnerDataDc);
    const MtpPQInnerDataTempDc *temporary = TL_AS (root, MtpPQInnerDataTempDc);
    g_byte_array_append (side->nonces, request->nonce, sizeof request->nonce);
    g_byte_array_append (side->new_nonces,
                         lasting != NULL ? lasting->new_nonce : temporary->new_nonce,
                         KB_NEW_NONCE);
}

/* The names of what an encrypted packet holds. */
static void
note_body (KeySide *side, const uint8_t *body, size_t len)
{
    TlReader in;

    tl_reader_init (&in, body, len);
    uint32_t id = (uint32_t)tl_reader_int (&in);
    if (id == MtpReqDHParams_ID)
        keep_new_nonce (side, body, len);
    if (id != MtpMsgContainer_ID) {
        const TlCtor *method = tl_schema_find (&tl_mtproto_schema, id);
        g_string_append_printf (side->said, "%s ",
                                memcmp (body, wrapper, 4) == 0 ? "init"
                                : method != NULL ? tl_id_name (&tl_mtproto_schema, id)
                                                 : tl_id_name (&tl_api_schema, id));
        return;
    }
    int32_t count = tl_reader_int (&in);
    for (int32_t i = 0; i < count; i++) {
        tl_reader_long (&in);
        tl_reader_int (&in);
        size_t inner = (size_t)tl_reader_int (&in);
        const uint8_t *data = tl_reader_raw (&in, inner);
        g_assert_nonnull (data);
        note_body (side, data, inner);
    }
}

static void
note (KeySide *side, const uint8_t *payload, size_t len)
{
    g_autofree uint8_t *plain = g_malloc (len);
    const uint8_t *body;
    size_t body_len;
    MtPacket packet;

    if (mt_plain_open (payload, len, &body, &body_len))
        note_body (side, body, body_len);
    else if (mt_packet_open (side->session->live->key, 0, payload, len, plain, &packet))
        note_body (side, packet.body, packet.len);
    else
        g_string_append (side->said, "? ");
}

static void
on_send (void *user, unsigned slot, GByteArray *bytes)
{
    KeySide *side = user;
    const uint8_t *data = bytes->data, *begin = data;
    size_t len = bytes->len;
    size_t skip = 0;

    if (side->own == NULL) {
        uint8_t reversed[64], head[64];
        g_assert_cmpuint (len, >=, 64);
        for (size_t i = 0; i < 64; i++)
            reversed[i] = data[63 - i];
        side->own = crypto_ctr_new (data + 8, data + 40);
        side->open = crypto_ctr_new (reversed + 8, reversed + 40);
        side->seal = crypto_ctr_new (reversed + 8, reversed + 40);
        crypto_ctr_apply (side->own, data, head, 64);
        skip = 64;
    }
    unsigned start = side->up->len;
    g_byte_array_append (side->up, data + skip, (unsigned)(len - skip));
    crypto_ctr_apply (side->own, side->up->data + start, side->up->data + start,
                      len - skip);
    while (side->up->len >= 4) {
        uint32_t length;
        memcpy (&length, side->up->data, 4);
        length = GUINT32_FROM_LE (length);
        if (side->up->len < 4 + length)
            break;
        note (side, side->up->data + 4, length);
        g_byte_array_remove_range (side->up, 0, 4 + length);
    }
    if (side->conn != NULL)
        dc_conn_receive (side->conn, begin, len);
}

/* --- the connection --- */

static void
hang_up (KeySide *side)
{
    g_clear_pointer (&side->conn, dc_conn_free);
    g_clear_pointer (&side->own, crypto_ctr_free);
    g_clear_pointer (&side->open, crypto_ctr_free);
    g_clear_pointer (&side->seal, crypto_ctr_free);
    g_byte_array_set_size (side->down, 0);
    g_byte_array_set_size (side->up, 0);
    g_byte_array_set_size (side->frames, 0);
    side->gone = side->wants = FALSE;
    side->heard = 0;
}

static void
on_connect (void *user, unsigned slot, const MtAddress *address)
{
    KeySide *side = user;

    hang_up (side);
    side->wants = TRUE;
    side->slot = slot;
    g_string_append (side->events, "connect ");
}

static void
on_disconnect (void *user, unsigned slot)
{
    KeySide *side = user;

    side->gone = TRUE; /* it is in use as long as this input runs */
    g_string_append (side->events, "disconnect ");
}

static void
from_dc (void *user, const uint8_t *data, size_t len)
{
    KeySide *side = user;

    g_byte_array_append (side->down, data, (unsigned)len);
}

static void
dc_closes (void *user)
{
    ((KeySide *)user)->gone = TRUE;
}

static const DcConnOps conn_ops = { from_dc, dc_closes };

/* --- the session's words --- */

static void
on_state (void *user, MtState state)
{
    if (state == MT_STATE_READY)
        g_string_append (((KeySide *)user)->events, "ready ");
}

static void
on_updates (void *user, TlMessage *updates)
{
    if (updates == NULL)
        g_string_append (((KeySide *)user)->events, "gap ");
}

static void
on_failed (void *user, MtFailure failure, const char *detail)
{
    g_string_append_printf (((KeySide *)user)->events, "failed%d ", failure);
}

static StoreBatch *
on_batch (void *user)
{
    return ((KeySide *)user)->bench->batch;
}

static void
on_check_prime (void *user, const uint8_t p[static 256])
{
    g_assert_not_reached ();
}

static void
on_pause (void *user, const MtPause *pause)
{
    KeySide *side = user;

    side->pause = *pause;
    side->troubles |= 1u << pause->trouble;
}

static const MtOps ops = { on_connect, on_disconnect,  on_send,
                           on_state,   on_updates,     on_failed,
                           on_batch,   on_check_prime, on_pause };

static void
on_answer (void *user, TlMessage *answer, const MtError *error)
{
    KeySide *side = user;

    if (answer != NULL)
        g_string_append (side->answers, "ok ");
    else if (error->code == MT_ERROR_LOCAL_CLOSED)
        g_string_append (side->answers, "gone ");
    else
        g_string_append_printf (side->answers, "error %d %s ", error->code, error->type);
}

void
kb_call (KeySide *side)
{
    ApiHelpGetConfig request = TL_NEW (ApiHelpGetConfig);

    g_assert_nonnull (mt_session_call (side->session, TL_OBJ (&request),
                                       MT_CALL_BEFORE_LOGIN, on_answer, side, NULL));
    mt_session_flush (side->session, side->bench->now);
}

/* --- life --- */

static int64_t
dc_wall (void *user)
{
    KeyBench *b = user;

    return b->now.mono + EPOCH + b->dc_shift;
}

KeyBench *
kb_new (void)
{
    static const MtAddress addresses[] = { { "127.0.0.1", 443 } };
    KeyBench *b = g_new0 (KeyBench, 1);
    const DcConfig config = {
        .dc = 2, .key_pem = world_key, .wall_ms = dc_wall, .user = b
    };

    b->now = (HostTime){ .mono = 100000, .wall = EPOCH + 100000 };
    b->dc = dc_new (&config);
    dc_add_user (b->dc, "9990000001", "Alice", "Test");
    g_autofree char *pem = dc_public_key (b->dc);
    g_assert_true (crypto_rsa_parse (pem, strlen (pem), b->server.modulus));
    b->server.fingerprint = crypto_rsa_fingerprint (b->server.modulus);
    b->key = mt_key_new (2, FALSE);
    b->batch = store_batch_new ();
    b->config = (MtConfig){ .dc = 2,
                            .addresses = addresses,
                            .n_addresses = 1,
                            .keys = &b->server,
                            .n_keys = 1,
                            .schema = &tl_api_schema,
                            .header = g_bytes_new_static (wrapper, sizeof wrapper),
                            .random = crypto_random_system (),
                            .dh = &crypto_dh_real,
                            .key = b->key,
                            .temporary = TRUE };
    for (size_t i = 0; i < G_N_ELEMENTS (b->side); i++) {
        KeySide *side = &b->side[i];
        side->bench = b;
        side->down = g_byte_array_new ();
        side->up = g_byte_array_new ();
        side->frames = g_byte_array_new ();
        side->said = g_string_new (NULL);
        side->nonces = g_byte_array_new ();
        side->new_nonces = g_byte_array_new ();
        side->events = g_string_new (NULL);
        side->answers = g_string_new (NULL);
    }
    return b;
}

void
kb_free (KeyBench *b)
{
    for (size_t i = 0; i < G_N_ELEMENTS (b->side); i++) {
        KeySide *side = &b->side[i];
        mt_session_free (side->session);
        hang_up (side);
        g_byte_array_unref (side->down);
        g_byte_array_unref (side->up);
        g_byte_array_unref (side->frames);
        g_string_free (side->said, TRUE);
        g_byte_array_unref (side->nonces);
        g_byte_array_unref (side->new_nonces);
        g_string_free (side->events, TRUE);
        g_string_free (side->answers, TRUE);
    }
    g_bytes_unref (b->config.header);
    mt_key_unref (b->key);
    dc_free (b->dc);
    store_batch_free (b->batch);
    g_free (b);
}

void
kb_start (KeySide *side)
{
    side->session = mt_session_new (&side->bench->config, &ops, side);
    mt_session_start (side->session, side->bench->now);
}

static void
sign_in (KeySide *side)
{
    ApiAuthSignIn request = TL_NEW (ApiAuthSignIn, .phone_number = TL_STR ("9990000001"),
                                    .phone_code_hash = TL_STR ("0123456789abcdef"),
                                    .phone_code = TL_STR ("12345"));

    g_assert_nonnull (mt_session_call (side->session, TL_OBJ (&request),
                                       MT_CALL_BEFORE_LOGIN, on_answer, side, NULL));
}

KeyBench *
kb_ready (void)
{
    KeyBench *b = kb_new ();
    KeySide *side = &b->side[0];

    kb_start (side);
    sign_in (side);
    kb_run (b, 3000);
    g_assert_cmpstr (side->answers->str, ==, "ok ");
    g_string_truncate (side->answers, 0);
    g_assert_cmpint (mt_session_state (side->session), ==, MT_STATE_READY);
    mt_session_set_logged_in (side->session, TRUE);
    b->now.mono += 120000; /* no key is new any more */
    b->now.wall += 120000;
    kb_run (b, 3000);
    g_string_truncate (side->said, 0);
    g_string_truncate (side->events, 0);
    return b;
}

/* --- time --- */

void
kb_inject (KeySide *side, const uint8_t *payload, size_t len)
{
    g_autofree uint8_t *wire = g_malloc (len + 4);
    uint32_t length = GUINT32_TO_LE ((uint32_t)len);

    memcpy (wire, &length, 4);
    memcpy (wire + 4, payload, len);
    crypto_ctr_apply (side->seal, wire, wire, len + 4);
    mt_session_receive (side->session, side->slot, wire, len + 4, side->bench->now);
    mt_session_flush (side->session, side->bench->now);
}

/* One payload of the server's; FALSE: none is here. */
static gboolean
take_down (KeySide *side)
{
    uint32_t length;

    if (side->open == NULL || side->gone)
        return FALSE;
    unsigned start = side->frames->len;
    g_byte_array_append (side->frames, side->down->data, side->down->len);
    crypto_ctr_apply (side->open, side->frames->data + start, side->frames->data + start,
                      side->down->len);
    g_byte_array_set_size (side->down, 0);
    if (side->frames->len < 4)
        return FALSE;
    memcpy (&length, side->frames->data, 4);
    length = GUINT32_FROM_LE (length);
    if (side->frames->len < 4 + length)
        return FALSE;
    g_autoptr (GByteArray) payload = g_byte_array_new ();
    g_byte_array_append (payload, side->frames->data + 4, length);
    g_byte_array_remove_range (side->frames, 0, 4 + length);
    side->heard++;
    if (side->hook != NULL)
        side->hook (side, payload);
    if (payload->len > 0 && !side->gone)
        kb_inject (side, payload->data, payload->len);
    return TRUE;
}

static gboolean
step (KeySide *side)
{
    HostTime now = side->bench->now;

    if (side->session == NULL)
        return FALSE;
    if (side->wants) {
        side->wants = FALSE;
        side->conn = dc_conn_new (side->bench->dc, &conn_ops, side);
        mt_session_connected (side->session, side->slot, now);
        mt_session_flush (side->session, now);
        return TRUE;
    }
    if (take_down (side))
        return TRUE;
    if (side->gone) {
        hang_up (side);
        if (mt_session_state (side->session) != MT_STATE_OFFLINE)
            mt_session_closed (side->session, side->slot, now);
        return TRUE;
    }
    if (mt_session_deadline (side->session) > now.mono)
        return FALSE;
    mt_session_tick (side->session, now);
    mt_session_flush (side->session, now);
    /* what is due still is so a millisecond later */
    return side->wants || side->gone || side->down->len > 0;
}

void
kb_run (KeyBench *b, int64_t ms)
{
    int64_t end = b->now.mono + ms;

    for (;;) {
        int64_t next = end, wait = dc_tick (b->dc);
        unsigned busy = 0;
        for (size_t i = 0; i < G_N_ELEMENTS (b->side); i++)
            while (step (&b->side[i]))
                g_assert_cmpuint (++busy, <, 1000);
        for (size_t i = 0; i < G_N_ELEMENTS (b->side); i++)
            if (b->side[i].session != NULL)
                next = MIN (next, mt_session_deadline (b->side[i].session));
        if (wait >= 0)
            next = MIN (next, b->now.mono + wait);
        if (b->now.mono >= end)
            return;
        int64_t move = MAX (next - b->now.mono, 1);
        b->now.mono += move;
        b->now.wall += move;
    }
}

void
kb_control (KeyBench *b, const char *line)
{
    g_autofree char *answer = dc_control (b->dc, line);

    if (!g_str_has_prefix (answer, "ok"))
        g_error ("%s: %s", line, answer);
}

int
kb_calls (KeyBench *b, const char *method)
{
    g_autofree char *stats = dc_control (b->dc, "stats");
    g_autofree char *name = g_strconcat (" ", method, "=", NULL);
    const char *at = strstr (stats, name);

    return at != NULL ? atoi (at + strlen (name)) : 0;
}

const uint8_t *
kb_other_key (KeyBench *b)
{
    GHashTableIter iter;
    void *made;

    g_hash_table_iter_init (&iter, b->dc->keys);
    while (g_hash_table_iter_next (&iter, NULL, &made))
        if (memcmp (((DcKey *)made)->key, b->key->key, 256) != 0)
            return ((DcKey *)made)->key;
    g_assert_not_reached ();
}

char *
kb_take (GString *string)
{
    char *text = g_strndup (string->str, string->len);

    g_strchomp (text);
    g_string_truncate (string, 0);
    return text;
}
