/* Sessions that have temporary keys, and the data centre that binds them: what goes out before
 * that is said, and what becomes of keys, calls and salts (MT-C39 to C42). */
#include "key-bench.h"

#include "mtproto.tl.h"
#include "mt-bind.h"
#include "tl-encode.h"
#include "tl-message.h"

#include <string.h>

#define SECOND 1000
#define HOUR (3600 * SECOND)

static void
expect (GString *string, const char *want)
{
    g_autofree char *got = kb_take (string);
    g_assert_cmpstr (got, ==, want);
}

/* Once more what was said, and that it begins so. */
static void
expect_begin (KeySide *side, const char *want)
{
    g_autofree char *got = kb_take (side->said);
    if (!g_str_has_prefix (got, want))
        g_error ("not \"%s...\", but \"%s\"", want, got);
}

static void
assert_ready (KeySide *side)
{
    g_assert_cmpint (mt_session_state (side->session), ==, MT_STATE_READY);
    g_assert_true (side->session->live->expires != 0);
    g_assert_true (side->session->live == side->bench->key->temporary);
    g_assert_null (side->session->bind);
    g_assert_null (side->session->handshake);
}

#define EXCHANGE "req_pq_multi req_DH_params set_client_DH_params "
#define BIND "auth.bindTempAuthKey "

/* --- what is said --- */

static void
seq (uint8_t *out, uint8_t first, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (uint8_t)(first + i);
}

static int64_t
seq_number (uint8_t first)
{
    int64_t number;
    uint8_t bytes[8];

    seq (bytes, first, 8);
    memcpy (&number, bytes, 8);
    return GINT64_FROM_LE (number);
}

/* The numbers of a binding that others computed, in the order they are drawn. */
static gboolean
sample_random (void *user, uint8_t *out, size_t len)
{
    unsigned *n = user;

    g_assert_cmpuint (*n, <, 2);
    g_assert_cmpuint (len, ==, *n == 0 ? 16 : 8);
    seq (out, *n == 0 ? 0xc0 : 0xd0, len);
    (*n)++;
    return TRUE;
}

static void
from_hex (const char *hex, uint8_t *out)
{
    for (size_t i = 0; hex[2 * i] != '\0'; i++)
        out[i] = (uint8_t)(g_ascii_xdigit_value (hex[2 * i]) << 4 |
                           g_ascii_xdigit_value (hex[2 * i + 1]));
}

/* MT-C39 MT-C40: bit by bit as was computed from the specification, with the key of the
 * documentation's exchange; another message id makes it another one */
static void
as_others_bind (void)
{
    static const char key_hex[] =
        "aca2547baa3b4b3e6ad9129adee796042fc4acaaaba40dce7a1196640595829e"
        "2ba85c5e68e5d2b7b713b28720ccd0e65da3b80cd8a9282bde895755b924f4cb"
        "bced119dee057d3066d7095c25771a53d9ad6ec3464ee0e7fe1a4d9851f17b6c"
        "c7d6e636e0bdea7d66153cf37005835a528e65673c1f5adaa27465964ba89aa6"
        "fd045108b25b1dc9ab2d979864858c9eacbfa4a399cdbf2154d2cc6743c5caa4"
        "0683343d80a36c7f1289dc5ac5ee585dea1e1cd296444ea6cd8f6c3564b2d355"
        "b310a3c02608eea5ec36d38e941bf811489ab7a24c069e44ff54714cb4a45eee"
        "2f310fddc0a1b08bd3dff8801e27c8508efd7ad51ef3c13ef1d9a02ee4601741";
    static const char want_hex[] =
        "65588b3350ef784ee30751b7c446e3ad47d04c933847ed34154b4d438e2b975aee671e1409957ac1"
        "35bb10a568e2bae8a401cb62a0d0a3e62da0e991e6ece552ec25b0f68dc25aa769325559a4d266d7"
        "3855e4ff0b51b06f7885ed8df1b9bbcdc2beb86ec9e3b9e7";
    uint8_t key[256], want[104];
    unsigned draws = 0;
    const CryptoRandom random = { sample_random, &draws };
    g_auto (TlWriter) body = { 0 };
    g_auto (TlWriter) got = { 0 };
    g_auto (TlWriter) other = { 0 };

    from_hex (key_hex, key);
    from_hex (want_hex, want);
    MtpBindAuthKeyInner inner = TL_NEW (
        MtpBindAuthKeyInner, .nonce = seq_number (0x30),
        .temp_auth_key_id = seq_number (0x40), .perm_auth_key_id = crypto_key_id (key),
        .temp_session_id = seq_number (0x10), .expires_at = 1707511510);
    g_assert_true (tl_encode (&tl_mtproto_schema, TL_OBJ (&inner), &body));
    g_assert_true (
        mt_packet_seal_v1 (key, 0x65c53d5612345678, body.data, body.len, &random, &got));
    g_assert_cmpmem (got.data, got.len, want, sizeof want);
    draws = 0;
    g_assert_true (mt_packet_seal_v1 (key, 0x65c53d561234567c, body.data, body.len,
                                      &random, &other));
    g_assert_cmpint (memcmp (got.data, other.data, got.len), !=, 0);
}

typedef struct {
    unsigned n, fails; /* draws; the one that fails, from 1 */
} Draws;

/* Each draw is of another byte. */
static gboolean
drawn (void *user, uint8_t *out, size_t len)
{
    Draws *draws = user;

    memset (out, (int)++draws->n, len);
    return draws->n != draws->fails;
}

/* MT-C39 MT-C40: the number that is drawn for it, the same outside and inside; ends beyond
 * 2038; without random numbers there is none */
static void
binding (void)
{
    Draws draws = { 0 };
    const CryptoRandom random = { drawn, &draws };
    MtKey *key = mt_key_new (2, FALSE), *temporary;
    uint8_t bytes[256];

    seq (key->key, 3, sizeof key->key);
    seq (bytes, 90, sizeof bytes);
    temporary = mt_key_new_temporary (key, bytes, 1, 4000000000 - 86400, 4000000000);
    for (unsigned round = 0; round < 2; round++) {
        g_auto (TlWriter) out = { 0 };
        int64_t number;
        memset (&number, (int)(draws.n + 1), sizeof number);
        g_assert_true (mt_bind_write (key, temporary, 5, 8, &random, &out));
        g_autoptr (TlMessage) message =
            tl_message_decode (&tl_mtproto_schema, out.data, out.len, NULL);
        g_assert_nonnull (message);
        const MtpAuthBindTempAuthKey *call =
            TL_AS (tl_message_root (message), MtpAuthBindTempAuthKey);
        g_assert_nonnull (call);
        g_assert_cmpint (call->nonce, ==, number); /* another one each time */
        g_assert_cmpint (call->perm_auth_key_id, ==, crypto_key_id (key->key));
        g_assert_cmpuint ((uint32_t)call->expires_at, ==, 4000000000u);
        g_assert_cmpuint (call->encrypted_message.len, ==, 104);
    }
    for (draws.fails = 1; draws.fails <= 3; draws.fails++) {
        g_auto (TlWriter) out = { 0 };
        draws.n = 0;
        g_assert_false (mt_bind_write (key, temporary, 5, 8, &random, &out));
        g_assert_cmpuint (out.len, ==, 0);
    }
    mt_key_unref (temporary);
    mt_key_unref (key);
}

/* --- a login's first keys --- */

/* MT-C25 MT-C39 MT-C41 MT-D14: both keys are made on one connection, nothing goes out between
 * them and the yes but the question; what waited goes then, and begins with initConnection.
 * Each key has its own first salt */
static void
first_keys (void)
{
    g_autoptr (KeyBench) b = kb_new ();
    KeySide *side = &b->side[0];

    kb_control (b, "delay auth.bindTempAuthKey 2000");
    kb_start (side);
    kb_call (side);
    kb_run (b, 1900);
    expect (side->said, EXCHANGE EXCHANGE "auth.bindTempAuthKey");
    expect (side->events, "connect");
    int64_t salt = b->key->salt, first = side->session->live->salt;
    kb_run (b, 3000);
    assert_ready (side);
    expect_begin (side, "ping_delay_disconnect init");
    expect (side->answers, "ok");
    expect (side->events, "ready");
    g_assert_cmpint (b->key->salt, ==, salt);
    g_assert_cmpint (side->session->live->salt, ==, first);
    g_assert_cmpint (first, !=, salt);
    kb_call (side);
    kb_run (b, 1000);
    expect_begin (side, "help.getConfig"); /* known to the server: without the wrapper */
    g_assert_cmpint (kb_calls (b, "auth.bindTempAuthKey"), ==, 1);
}

/* --- what the server answers --- */

static void
refuse (KeyBench *b, int times, const char *error)
{
    for (int i = 0; i < times; i++) {
        g_autofree char *line =
            g_strdup_printf ("error auth.bindTempAuthKey 1 %s", error);
        kb_control (b, line);
    }
}

/* MT-C42 MT-E19: whatever it answers, the permanent key stays; only that it does not know it
 * is told as such; once it says yes, what waited is done once */
static void
answers (void)
{
    static const struct {
        const char *error;
        MtTrouble trouble;
    } rows[] = { { "400 ENCRYPTED_MESSAGE_INVALID", MT_TROUBLE_KEY_UNKNOWN },
                 { "400 TEMP_AUTH_KEY_ALREADY_BOUND", MT_TROUBLE_EXCHANGE },
                 { "400 TEMP_AUTH_KEY_EMPTY", MT_TROUBLE_EXCHANGE },
                 { "400 EXPIRES_AT_INVALID", MT_TROUBLE_EXCHANGE },
                 { "401 AUTH_KEY_PERM_EMPTY", MT_TROUBLE_EXCHANGE },
                 { "401 AUTH_KEY_UNREGISTERED", MT_TROUBLE_EXCHANGE },
                 { "401 SESSION_REVOKED", MT_TROUBLE_EXCHANGE },
                 { "420 FLOOD_WAIT_7", MT_TROUBLE_BUSY },
                 { "500 INTERNAL", MT_TROUBLE_EXCHANGE },
                 { "400 SOMETHING_NEW", MT_TROUBLE_EXCHANGE } };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (KeyBench) b = kb_ready ();
        KeySide *side = &b->side[0];
        uint8_t before[256];
        memcpy (before, b->key->key, sizeof before);
        g_test_message ("%s", rows[i].error);
        int binds = kb_calls (b, "auth.bindTempAuthKey");
        kb_control (b, "lose-temporary Alice");
        refuse (b, 1, rows[i].error);
        kb_call (side);
        kb_run (b, 60 * SECOND); /* not known; made anew; refused; made anew */
        g_assert_cmpuint (side->troubles &
                              ~(1u << MT_TROUBLE_NONE | 1u << MT_TROUBLE_CLOSED),
                          ==, 1u << rows[i].trouble);
        assert_ready (side);
        expect (side->answers, "ok");
        g_assert_cmpint (side->pause.trouble, ==, MT_TROUBLE_NONE);
        g_assert_null (strstr (side->events->str, "failed"));
        g_assert_cmpmem (before, sizeof before, b->key->key, sizeof before);
        g_assert_cmpint (kb_calls (b, "auth.bindTempAuthKey"), ==, binds + 2);
    }
}

/* MT-C42: a permanent key that was just made may be unknown for a minute; one that no login
 * hangs on is made anew after that, one with a login never */
static void
unknown_keys (void)
{
    for (int kind = 0; kind < 3;
         kind++) { /* 0 young, 1 old without a login, 2 with one */
        g_autoptr (KeyBench) b = kind == 0 ? kb_new () : kb_ready ();
        KeySide *side = &b->side[0];
        uint8_t before[256];
        if (kind == 0)
            refuse (b, 3, "400 ENCRYPTED_MESSAGE_INVALID");
        else
            kb_control (b, "lose-keys Alice");
        if (kind == 0)
            kb_start (side);
        else
            mt_session_set_logged_in (side->session, kind == 2);
        memcpy (before, b->key->key, sizeof before);
        kb_call (side);
        kb_run (b, kind == 2 ? HOUR : 25 * SECOND);
        g_assert_null (strstr (side->events->str, "failed"));
        if (kind == 2) {
            g_assert_cmpint (side->pause.trouble, ==, MT_TROUBLE_KEY_UNKNOWN);
            g_assert_cmpint (side->pause.unknown_since, !=, 0);
            g_assert_cmpmem (before, sizeof before, b->key->key, sizeof before);
            kb_control (b, "recall-keys Alice");
            kb_run (b, 15 * 60 * SECOND + 5 * SECOND);
        }
        assert_ready (side);
        expect (side->answers, "ok");
        g_assert_cmpint (memcmp (before, b->key->key, sizeof before) == 0, ==, kind == 2);
    }
}

/* --- their lives --- */

/* MT-C36: -404 to a temporary key: another one, at once, and what was not answered goes again
 * under it; the permanent key is the same. Again and again, with pauses */
static void
lost_keys (void)
{
    g_autoptr (KeyBench) b = kb_ready ();
    KeySide *side = &b->side[0];
    int64_t id = crypto_key_id (b->key->key);

    kb_control (b, "lose-temporary Alice");
    kb_call (side);
    kb_run (b, 3 * SECOND);
    assert_ready (side);
    expect (side->answers, "ok");
    expect (side->events, "disconnect connect gap ready");
    g_assert_cmpint (crypto_key_id (b->key->key), ==, id);
    int made = kb_calls (b, "auth.bindTempAuthKey");
    for (int i = 0; i < 60; i++) { /* somebody who says so every second */
        int32_t code = GINT32_TO_LE (-404);
        if (mt_session_state (side->session) == MT_STATE_READY)
            kb_inject (side, (const uint8_t *)&code, 4);
        kb_run (b, SECOND);
    }
    g_assert_cmpint (kb_calls (b, "auth.bindTempAuthKey") - made, <=, 10);
    kb_run (b, 15 * SECOND);
    assert_ready (side);
    int32_t code =
        GINT32_TO_LE (-404); /* that pause is long; the next one is not for it */
    kb_inject (side, (const uint8_t *)&code, 4);
    g_assert_cmpint (side->pause.until - b->now.wall, >=, 8 * SECOND);
    g_assert_cmpint (side->pause.failures, ==, 1);
}

/* MT-E19: a temporary key that is bound to nothing goes, the permanent one stays, and the call
 * goes again */
static void
empty_keys (void)
{
    g_autoptr (KeyBench) b = kb_ready ();
    KeySide *side = &b->side[0];
    int64_t id = crypto_key_id (b->key->key),
            old = crypto_key_id (b->key->temporary->key);

    kb_control (b, "error help.getConfig 1 401 AUTH_KEY_PERM_EMPTY");
    kb_call (side);
    kb_run (b, 5 * SECOND);
    assert_ready (side);
    expect (side->answers, "ok");
    g_assert_cmpint (crypto_key_id (b->key->key), ==, id);
    g_assert_cmpint (crypto_key_id (b->key->temporary->key), !=, old);
    g_assert_null (strstr (side->events->str, "failed"));
    int made = kb_calls (b, "auth.bindTempAuthKey");
    kb_control (b, "error help.getConfig 0 401 AUTH_KEY_PERM_EMPTY"); /* to every one */
    kb_call (side);
    kb_run (b, 60 * SECOND);
    g_assert_cmpint (kb_calls (b, "auth.bindTempAuthKey") - made, <=, 10);
    g_assert_null (strstr (side->events->str, "failed"));
    g_assert_cmpint (crypto_key_id (b->key->key), ==, id);
}

/* MT-C26 MT-C39 MT-C41: keys live by the server's clock, as the exchange told it. One that is
 * a day off, before or later, or beyond 2038, makes none too soon, and none too late */
static void
clocks (void)
{
    static const int64_t apart[] = { -24 * HOUR, 24 * HOUR,
                                     (int64_t)24 * HOUR * 365 * 17 };

    for (size_t i = 0; i < G_N_ELEMENTS (apart); i++) {
        g_autoptr (KeyBench) b = kb_new ();
        KeySide *side = &b->side[0];
        b->dc_shift = apart[i];
        kb_start (side);
        kb_run (b, 2 * SECOND);
        assert_ready (side);
        int64_t now = (b->now.mono + b->key->offset) / SECOND;
        int64_t left = b->key->temporary->expires - now;
        g_assert_cmpint (left, <=, 24 * HOUR / SECOND);
        g_assert_cmpint (left, >, 24 * HOUR / SECOND - 10);
        b->now.wall += 24 * HOUR; /* somebody sets ours */
        kb_run (b, HOUR);
        b->now.wall -= 48 * HOUR;
        kb_run (b, HOUR);
        assert_ready (side);
        g_assert_cmpint (kb_calls (b, "auth.bindTempAuthKey"), ==, 1);
        kb_run (b, 21 * HOUR + 10 * 60 * SECOND);
        assert_ready (side);
        g_assert_cmpint (kb_calls (b, "auth.bindTempAuthKey"), ==, 2);
        kb_call (side);
        kb_run (b, SECOND);
        expect (side->answers, "ok");
    }
}

/* MT-C36 MT-C41: a server that ends them long before the time that was asked for: another one
 * each time, with a pause, and every call is answered once */
static void
short_lives (void)
{
    g_autoptr (KeyBench) b = kb_new ();
    KeySide *side = &b->side[0];

    kb_control (b, "lives 20");
    kb_start (side);
    for (int i = 0; i < 30; i++) {
        kb_call (side);
        kb_run (b, 20 * SECOND);
        expect (side->answers, "ok");
    }
    g_assert_cmpint (kb_calls (b, "help.getConfig"), ==, 30);
    g_assert_cmpint (kb_calls (b, "auth.bindTempAuthKey"), <=, 31);
    g_assert_cmpint (kb_calls (b, "auth.bindTempAuthKey"), >=, 10);
}

/* MT-C41: an hour before its end another key is made beside the session, which goes on until
 * it is bound; a call that is on its way then gets its answer once, the connection stays */
static void
renewal (void)
{
    g_autoptr (KeyBench) b = kb_ready ();
    KeySide *side = &b->side[0];
    int64_t old = crypto_key_id (b->key->temporary->key);

    kb_run (b, b->key->renew_at * SECOND - b->key->offset - b->now.mono - SECOND);
    g_assert_cmpint (crypto_key_id (b->key->temporary->key), ==, old);
    g_string_truncate (side->said, 0);
    g_string_truncate (side->events, 0);
    kb_control (b, "delay help.getConfig 4000");
    kb_call (side); /* on its way, when the new key is there */
    kb_run (b, 3 * SECOND);
    g_assert_nonnull (side->session->next);
    g_assert_cmpint (crypto_key_id (side->session->live->key), ==, old);
    kb_call (side); /* waits for the new one */
    expect (side->answers, "");
    kb_run (b, 2 * SECOND);
    expect (side->answers, "ok");
    kb_run (b, 5 * SECOND);
    expect (side->answers, "ok");
    assert_ready (side);
    g_assert_cmpint (crypto_key_id (b->key->temporary->key), !=, old);
    expect (side->events, "gap"); /* the new session's; nothing else was noticed */
    g_assert_cmpint (kb_calls (b, "help.getConfig"), ==, 2);
    g_assert_nonnull (strstr (side->said->str, BIND));
    kb_run (b, 47 * HOUR);
    assert_ready (side);
    g_assert_cmpint (kb_calls (b, "auth.bindTempAuthKey"), ==, 4);
}

/* MT-C41: a renewal that fails changes nothing for as long as the old key lives */
static void
failed_renewal (void)
{
    g_autoptr (KeyBench) b = kb_ready ();
    KeySide *side = &b->side[0];
    int64_t old = crypto_key_id (b->key->temporary->key);

    refuse (b, 3, "400 ENCRYPTED_MESSAGE_INVALID");
    kb_run (b, 23 * HOUR + 60 * SECOND);
    assert_ready (side);
    g_assert_cmpint (crypto_key_id (b->key->temporary->key), ==, old);
    g_assert_cmpint (side->pause.trouble, ==, MT_TROUBLE_NONE);
    kb_call (side);
    kb_run (b, SECOND);
    expect (side->answers, "ok");
    kb_run (b, 20 * 60 * SECOND);
    assert_ready (side);
    g_assert_cmpint (crypto_key_id (b->key->temporary->key), !=, old);
}

/* MT-C41: a machine that slept past the end of its key says nothing more under it */
static void
slept_over (void)
{
    g_autoptr (KeyBench) b = kb_ready ();
    KeySide *side = &b->side[0];
    int64_t old = crypto_key_id (b->key->temporary->key);

    b->now.mono += 25 * HOUR;
    b->now.wall += 25 * HOUR;
    kb_call (side);
    g_assert_null (strstr (side->said->str, "help.getConfig"));
    kb_run (b, 5 * SECOND);
    expect_begin (side, EXCHANGE "auth.bindTempAuthKey");
    expect (side->answers, "ok");
    g_assert_cmpint (crypto_key_id (b->key->temporary->key), !=, old);
    /* the same while there is no connection */
    mt_session_closed (side->session, side->slot, b->now);
    b->now.mono += 25 * HOUR;
    b->now.wall += 25 * HOUR;
    g_string_truncate (side->said, 0);
    kb_run (b, 5 * SECOND);
    expect_begin (side, EXCHANGE "auth.bindTempAuthKey");
    assert_ready (side);
}

/* MT-C41: one temporary key for all sessions of a data centre, whoever makes it; when one of
 * them finds it lost, all go on under the next */
static void
lanes (void)
{
    g_autoptr (KeyBench) b = kb_ready ();

    kb_start (&b->side[1]);
    kb_run (b, 3 * SECOND);
    for (int round = 0; round < 4; round++) {
        for (int i = 0; i < 2; i++)
            kb_call (&b->side[i]);
        kb_run (b, 5 * SECOND);
        for (int i = 0; i < 2; i++)
            assert_ready (&b->side[i]);
        expect (b->side[0].answers, "ok");
        expect (b->side[1].answers, "ok");
        g_assert_cmpint (kb_calls (b, "auth.bindTempAuthKey"), ==, 1 + round);
        if (round < 2) {
            kb_run (b, 24 * HOUR);
        } else if (round == 2) {
            kb_control (b, "lose-temporary Alice");
            kb_call (&b->side[0]);
            kb_run (b, 5 * SECOND);
            expect (b->side[0].answers, "ok");
        }
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/temporary/as-others-bind", as_others_bind);
    g_test_add_func ("/temporary/binding", binding);
    g_test_add_func ("/temporary/first-keys", first_keys);
    g_test_add_func ("/temporary/answers", answers);
    g_test_add_func ("/temporary/unknown-keys", unknown_keys);
    g_test_add_func ("/temporary/lost-keys", lost_keys);
    g_test_add_func ("/temporary/empty-keys", empty_keys);
    g_test_add_func ("/temporary/clocks", clocks);
    g_test_add_func ("/temporary/short-lives", short_lives);
    g_test_add_func ("/temporary/renewal", renewal);
    g_test_add_func ("/temporary/failed-renewal", failed_renewal);
    g_test_add_func ("/temporary/slept-over", slept_over);
    g_test_add_func ("/temporary/lanes", lanes);
    return g_test_run ();
}
