/* The key exchange between a session and the data centre, when something comes in between: an
 * attempt that fails leaves nothing behind, and the next one works. */
#include "key-bench.h"

#include "crypto-hash.h"
#include "mtproto.tl.h"

#include <string.h>

#define SECOND 1000
#define ANSWERS                                                                          \
    3           /* of the server, in an exchange; then come those of the temporary key */
#define HEAD 20 /* bytes before the body of a packet that is not encrypted */

/* What is done to the payload with the number side->at, from 1; side->heard counts on each
 * connection, and only the first one is meddled with. */
static const uint8_t *said; /* in its place */
static size_t said_len;
static size_t turned; /* the bit of it that is turned */
static GByteArray *earlier;

static gboolean
is_its_turn (KeySide *side)
{
    if (side->at == 0 || side->heard != side->at)
        return FALSE;
    side->at = 0;
    return TRUE;
}

static void
turn_bit (KeySide *side, GByteArray *payload)
{
    if (is_its_turn (side))
        payload->data[turned / 8] ^= (uint8_t)(1 << turned % 8);
}

static void
drop (KeySide *side, GByteArray *payload)
{
    if (!is_its_turn (side))
        return;
    g_byte_array_set_size (earlier, 0);
    g_byte_array_append (earlier, payload->data, payload->len);
    g_byte_array_set_size (payload, 0);
}

static void
say_instead (KeySide *side, GByteArray *payload)
{
    if (!is_its_turn (side))
        return;
    g_byte_array_set_size (payload, 0);
    g_byte_array_append (payload, said, (unsigned)said_len);
}

/* The one before it comes once more, in its place. */
static void
say_earlier (KeySide *side, GByteArray *payload)
{
    g_autoptr (GByteArray) kept = g_byte_array_new ();

    g_byte_array_append (kept, payload->data, payload->len);
    if (is_its_turn (side)) {
        g_byte_array_set_size (payload, 0);
        g_byte_array_append (payload, earlier->data, earlier->len);
    }
    g_byte_array_set_size (earlier, 0);
    g_byte_array_append (earlier, kept->data, kept->len);
}

/* A client without a key, to which that happens. */
static KeyBench *
begin (KeyHook hook, unsigned at)
{
    KeyBench *b = kb_new ();
    KeySide *side = &b->side[0];

    side->hook = hook;
    side->at = at;
    kb_start (side);
    kb_call (side);
    return b;
}

/* Of the permanent key's exchange nothing is left; what was made before stays. */
static void
nothing_is_kept (KeyBench *b, unsigned at)
{
    gboolean permanent = at > ANSWERS;

    g_assert_cmpint (b->key->known, ==, permanent);
    g_assert_null (b->key->temporary);
    g_assert_cmpint (store_batch_is_empty (b->batch), ==, !permanent);
    g_assert_cmpuint (b->side[0].answers->len, ==, 0);
}

/* And what was asked is answered, once. */
static void
comes_through (KeyBench *b, int64_t ms)
{
    KeySide *side = &b->side[0];

    kb_run (b, ms);
    g_assert_cmpint (mt_session_state (side->session), ==, MT_STATE_READY);
    g_assert_true (b->key->known);
    g_assert_nonnull (b->key->temporary);
    g_assert_false (store_batch_is_empty (b->batch));
    g_assert_cmpstr (side->answers->str, ==, "ok ");
    g_assert_null (strstr (side->events->str, "failed"));
}

static gboolean
was_told (const KeySide *side, MtTrouble trouble)
{
    return (side->troubles >> trouble & 1) != 0;
}

/* Until something is told. */
static void
wait_for (KeyBench *b, MtTrouble trouble)
{
    for (int i = 0; i < 400 && !was_told (&b->side[0], trouble); i++)
        kb_run (b, 50);
    g_assert_true (was_told (&b->side[0], trouble));
}

/* MT-C3 MT-C28: an answer with another nonce, by a single bit, is none: nothing of it is kept,
 * and the next attempt begins anew; with the right one it goes on */
static void
another_nonce (void)
{
    for (size_t bit = 0; bit < 128; bit += 9) {
        turned = (HEAD + 4) * 8 + bit;
        g_autoptr (KeyBench) b = begin (turn_bit, 1);
        wait_for (b, MT_TROUBLE_EXCHANGE);
        nothing_is_kept (b, 1);
        g_assert_cmpstr (b->side[0].said->str, ==, "req_pq_multi ");
        comes_through (b, 20 * SECOND);
    }
}

/* In the envelope of what the server says: another key, or a length that is none. */
static struct {
    size_t at;
    uint8_t byte;
} envelope;

static void
spoil_envelope (KeySide *side, GByteArray *payload)
{
    if (is_its_turn (side))
        payload->data[envelope.at] = envelope.byte;
}

/* MT-C1: what names a key, or a length that is no multiple of 4 or beyond the packet, is no answer
 * of an exchange: the attempt ends with its connection, nothing is kept, and the next one works */
static void
another_envelope (void)
{
    static const struct {
        size_t at;
        uint8_t byte;
    } rows[] = { { 0, 1 },        /* a key */
                 { HEAD - 4, 2 }, /* the length's lowest byte */
                 { HEAD - 3, 0x40 },
                 { HEAD - 1, 0x80 } };

    for (unsigned at = 1; at <= ANSWERS; at++)
        for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
            envelope.at = rows[i].at;
            envelope.byte = rows[i].byte;
            g_autoptr (KeyBench) b = begin (spoil_envelope, at);
            wait_for (b, MT_TROUBLE_GARBAGE);
            nothing_is_kept (b, at);
            comes_through (b, 60 * SECOND);
        }
}

/* MT-C27: an answer that does not come is waited for fifteen seconds, then another attempt is
 * made; what came late of the first one is not taken for the second's */
static void
lost_answers (void)
{
    earlier = g_byte_array_new ();
    for (unsigned at = 1; at <= 2 * ANSWERS; at++)
        for (int late = 0; late < 2; late++) {
            g_autoptr (KeyBench) b = begin (drop, at);
            KeySide *side = &b->side[0];
            kb_run (b, 14 * SECOND);
            g_assert_cmpuint (side->troubles, ==, 0);
            nothing_is_kept (b, at);
            wait_for (b, MT_TROUBLE_SILENT);
            nothing_is_kept (b, at);
            if (late) {
                said = earlier->data;
                said_len = earlier->len;
                side->hook = say_instead;
                side->at = 1;
                wait_for (b, MT_TROUBLE_EXCHANGE);
                nothing_is_kept (b, at);
            }
            comes_through (b, 60 * SECOND);
        }
    g_clear_pointer (&earlier, g_byte_array_unref);
}

/* MT-C27: an answer of an earlier step is no answer to this one, and nothing of both is mixed */
static void
answers_of_an_earlier_step (void)
{
    earlier = g_byte_array_new ();
    for (unsigned at = 2; at <= 2 * ANSWERS; at++) {
        g_autoptr (KeyBench) b = begin (say_earlier, at);
        wait_for (b, MT_TROUBLE_EXCHANGE);
        nothing_is_kept (b, at);
        comes_through (b, 60 * SECOND);
    }
    g_clear_pointer (&earlier, g_byte_array_unref);
}

/* MT-C28: a transport error at each step is told as what it is, and nothing is stored */
static void
transport_errors (void)
{
    static const struct {
        int32_t code;
        MtTrouble trouble;
    } rows[] = { { -404, MT_TROUBLE_REFUSED },
                 { -429, MT_TROUBLE_BUSY },
                 { -444, MT_TROUBLE_WRONG_DC },
                 { -1234, MT_TROUBLE_REFUSED } };

    for (unsigned at = 1; at <= 2 * ANSWERS; at++)
        for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
            int32_t code = GINT32_TO_LE (rows[i].code);
            said = (const uint8_t *)&code;
            said_len = sizeof code;
            g_autoptr (KeyBench) b = begin (say_instead, at);
            wait_for (b, rows[i].trouble);
            nothing_is_kept (b, at);
            comes_through (b, 1800 * SECOND);
        }
}

/* The client takes this data centre for another one, from what it says first of it on: never, the
 * next one, or one of the other environment. */
static enum { NO_OTHER, NEXT, OTHER_ENVIRONMENT } mistake;

static void
mistake_it (KeySide *side, GByteArray *payload)
{
    gboolean now = side->heard == 1;

    side->session->config.dc = now && mistake == NEXT ? 3 : 2;
    side->session->config.test = now && mistake == OTHER_ENVIRONMENT;
}

/* MT-C9 MT-B23: who means another data centre, or one of the other environment, is told so: that
 * is what is told, nothing is kept, and it is not tried again and again; who means this one gets a
 * key */
static void
another_data_centre (void)
{
    for (int which = NO_OTHER; which <= OTHER_ENVIRONMENT; which++) {
        mistake = which;
        g_autoptr (KeyBench) b = begin (mistake_it, 0);
        KeySide *side = &b->side[0];
        unsigned attempts = 0;
        if (which == NO_OTHER) {
            comes_through (b, 20 * SECOND);
            continue;
        }
        kb_run (b, 60 * SECOND);
        g_assert_cmpuint (side->troubles, ==, 1u << MT_TROUBLE_WRONG_DC);
        nothing_is_kept (b, 1);
        g_assert_nonnull (strstr (side->said->str, "req_DH_params "));
        g_assert_null (strstr (side->said->str, "set_client_DH_params"));
        for (const char *at = side->said->str;
             (at = strstr (at, "req_DH_params")) != NULL; at++)
            attempts++;
        g_assert_cmpuint (attempts, >=, 2);
        g_assert_cmpuint (attempts, <=, 8);
        side->hook = NULL;
        comes_through (b, 1800 * SECOND);
    }
}

/* The server does not like the key: of this exchange, by its new_nonce. */
static void
refuse_key (KeySide *side, GByteArray *payload)
{
    uint8_t aux[20], hash[20], three = 3;
    uint8_t *body = payload->data + HEAD;

    if (!is_its_turn (side))
        return;
    const uint8_t *new_nonce =
        side->new_nonces->data + side->new_nonces->len - KB_NEW_NONCE;
    crypto_sha1 (kb_other_key (side->bench), 256, aux);
    crypto_sha1_pieces (
        (CryptoPiece[]){ { new_nonce, KB_NEW_NONCE }, { &three, 1 }, { aux, 8 } }, 3,
        hash);
    uint32_t id = GUINT32_TO_LE (MtpDhGenFail_ID);
    memcpy (body, &id, 4);
    memcpy (body + 36, hash + 4, 16);
}

/* So many numbers of that length, no two of them the same. */
static void
all_differ (const GByteArray *numbers, unsigned len, unsigned n)
{
    g_assert_cmpuint (numbers->len, ==, n * len);
    for (unsigned i = 0; i < n; i++)
        for (unsigned k = 0; k < i; k++)
            g_assert_cmpint (
                memcmp (numbers->data + i * len, numbers->data + k * len, len), !=, 0);
}

/* MT-C2 MT-C8 MT-C23: an exchange that the server says failed, or that broke off, is followed by one
 * with new numbers: no two of them have a nonce or a new_nonce in common */
static void
new_nonces (void)
{
    for (int lost = 0; lost < 2; lost++)
        for (unsigned at = 1; at <= ANSWERS; at++) {
            if (!lost && at < ANSWERS)
                continue;
            earlier = g_byte_array_new ();
            g_autoptr (KeyBench) b = begin (lost ? drop : refuse_key, at);
            KeySide *side = &b->side[0];
            wait_for (b, lost ? MT_TROUBLE_SILENT : MT_TROUBLE_EXCHANGE);
            nothing_is_kept (b, at);
            comes_through (b, 60 * SECOND);
            /* that attempt, unless it ended before; and the two keys that were made then */
            unsigned n = side->new_nonces->len / KB_NEW_NONCE;
            g_assert_cmpuint (n, ==, lost && at == 1 ? 2 : 3);
            all_differ (side->new_nonces, KB_NEW_NONCE, n);
            all_differ (side->nonces, 16, n);
            g_clear_pointer (&earlier, g_byte_array_unref);
        }
}

static uint8_t first_key[256];

/* What is about to be accepted is known here already. */
static void
know_the_key (KeySide *side, GByteArray *payload)
{
    MtKey *ours = side->bench->key;

    if (!is_its_turn (side))
        return;
    memcpy (first_key, ours->key, sizeof first_key);
    memcpy (ours->key, kb_other_key (side->bench), sizeof ours->key);
}

/* MT-C24: a key that is in use already is not taken though the server says it is good: nothing is
 * kept, and another one is made. (One whose id is 0 cannot be made for a test.) */
static void
a_key_in_use (void)
{
    g_autoptr (KeyBench) b =
        begin (know_the_key, 2 * ANSWERS); /* the temporary one's last */
    KeySide *side = &b->side[0];

    wait_for (b, MT_TROUBLE_EXCHANGE);
    g_assert_null (b->key->temporary);
    g_assert_cmpuint (side->answers->len, ==, 0);
    g_assert_null (strstr (side->said->str, "auth.bindTempAuthKey"));
    memcpy (b->key->key, first_key, sizeof first_key);
    comes_through (b, 60 * SECOND);
    g_assert_cmpint (crypto_key_id (b->key->temporary->key), !=,
                     crypto_key_id (b->key->key));
}

/* MT-C29: what looks encrypted ends the attempt at each of its steps; what is not encrypted
 * ends a connection that has a key; what is encrypted is taken then */
static void
encrypted_or_not (void)
{
    uint8_t sealed[104], plain[HEAD + 20] = { 0 };

    memset (sealed, 0x5a, sizeof sealed);
    plain[8] = 1;
    plain[HEAD - 4] = 20;
    said = sealed;
    said_len = sizeof sealed;
    for (unsigned at = 1; at <= 2 * ANSWERS; at++) {
        g_autoptr (KeyBench) b = begin (say_instead, at);
        wait_for (b, MT_TROUBLE_GARBAGE);
        nothing_is_kept (b, at);
        comes_through (b, 60 * SECOND);
    }
    g_autoptr (KeyBench) b = kb_ready ();
    KeySide *side = &b->side[0];
    int64_t id = crypto_key_id (b->key->key);
    kb_inject (side, plain, sizeof plain);
    g_assert_true (was_told (side, MT_TROUBLE_GARBAGE));
    kb_call (side);
    comes_through (b, 20 * SECOND);
    g_assert_cmpint (crypto_key_id (b->key->key), ==, id);
}

/* --- keys in the log --- */

static GString *log_text;

static void
log_cb (const char *domain, GLogLevelFlags level, const char *message, void *user)
{
    if (log_text != NULL)
        g_string_append_printf (log_text, "%s\n", message);
}

/* As digits or letters of any kind, or as it is; any eight bytes of it. */
static gboolean
is_in_the_log (const uint8_t *secret, size_t len)
{
    g_autofree char *small = g_ascii_strdown (log_text->str, -1);

    for (size_t at = 0; at + 8 <= len; at++) {
        g_autoptr (GString) hex = g_string_new (NULL);
        for (size_t i = 0; i < 8; i++)
            g_string_append_printf (hex, "%02x", secret[at + i]);
        if (strstr (small, hex->str) != NULL ||
            memmem (log_text->str, log_text->len, secret + at, 8) != NULL)
            return TRUE;
        g_autofree char *base = g_base64_encode (secret + at, MIN (9, len - at));
        if (at % 3 == 0 && strstr (log_text->str, base) != NULL)
            return TRUE;
    }
    return FALSE;
}

/* MT-C33: what a session with all its keys says in the log has none of them in it; one that
 * was written there would be found */
static void
no_key_in_the_log (void)
{
    log_text = g_string_new (NULL);
    g_autoptr (KeyBench) b = kb_ready ();
    kb_call (&b->side[0]);
    kb_run (b, 26 * 3600 * SECOND); /* another temporary key, too */
    g_assert_cmpstr (b->side[0].answers->str, ==, "ok ");
    g_assert_cmpuint (log_text->len, >, 500);
    g_assert_nonnull (strstr (log_text->str, "set_client_DH_params"));
    g_assert_false (is_in_the_log (b->key->key, sizeof b->key->key));
    g_assert_false (
        is_in_the_log (b->key->temporary->key, sizeof b->key->temporary->key));
    for (int how = 0; how < 2; how++) {
        g_autofree char *base = g_base64_encode (b->key->key, sizeof b->key->key);
        if (how == 0)
            g_debug ("%02X%02X%02x%02x%02x%02x%02x%02x", b->key->key[100],
                     b->key->key[101], b->key->key[102], b->key->key[103],
                     b->key->key[104], b->key->key[105], b->key->key[106],
                     b->key->key[107]);
        else
            g_debug ("%s", base);
        g_assert_true (is_in_the_log (b->key->key, sizeof b->key->key));
        g_string_truncate (log_text, 0);
    }
    g_string_free (g_steal_pointer (&log_text), TRUE);
}

/* MT-C35 MT-C38: a key that the server says is used by two, or has no login any more, at home:
 * that is told, once, and no other one is made behind the user's back */
static void
dead_keys (void)
{
    static const struct {
        const char *error, *event;
    } rows[] = { { "406 AUTH_KEY_DUPLICATED", "failed2 " },
                 { "401 AUTH_KEY_UNREGISTERED", "failed0 " },
                 { "401 AUTH_KEY_INVALID", "failed0 " } };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (KeyBench) b = kb_ready ();
        KeySide *side = &b->side[0];
        g_autofree char *line =
            g_strdup_printf ("error help.getConfig 1 %s", rows[i].error);
        kb_control (b, line);
        kb_call (side);
        kb_run (b, 3600 * SECOND);
        g_assert_cmpint (mt_session_state (side->session), ==, MT_STATE_FAILED);
        char *told = strstr (side->events->str, rows[i].event);
        g_assert_nonnull (told);
        g_assert_null (strstr (told + 1, "failed"));
        g_assert_null (strstr (side->said->str, "req_pq_multi"));
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_log_set_default_handler (log_cb, NULL); /* in the place of GLib's own for tests */
    g_test_add_func ("/exchange/another-nonce", another_nonce);
    g_test_add_func ("/exchange/another-envelope", another_envelope);
    g_test_add_func ("/exchange/another-data-centre", another_data_centre);
    g_test_add_func ("/exchange/new-nonces", new_nonces);
    g_test_add_func ("/exchange/a-key-in-use", a_key_in_use);
    g_test_add_func ("/exchange/lost-answers", lost_answers);
    g_test_add_func ("/exchange/answers-of-an-earlier-step", answers_of_an_earlier_step);
    g_test_add_func ("/exchange/transport-errors", transport_errors);
    g_test_add_func ("/exchange/encrypted-or-not", encrypted_or_not);
    g_test_add_func ("/exchange/no-key-in-the-log", no_key_in_the_log);
    g_test_add_func ("/exchange/dead-keys", dead_keys);
    return g_test_run ();
}
