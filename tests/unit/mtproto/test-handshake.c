/* The key exchange beside transcripts that TDLib and mtcute agree on, and their hostile
 * variants. */
#include "crypto-aes-ige.h"
#include "crypto-envelope.h"
#include "handshake-run.h"

#include "mtproto.tl.h"
#include "tl-encode.h"
#include "tl-message.h"

#include <string.h>

static void
expect_bytes (JsonObject *out, const char *name, const TlWriter *got)
{
    g_autoptr (GBytes) want = vector_hex (out, name);
    vector_assert_equal (want, got->data, got->len);
}

/* set_client_DH_params: its last 336 bytes are hash, client_DH_inner_data and padding,
 * which everyone draws in his own way. */
static void
expect_answer (const VectorCase *c, const TlWriter *got)
{
    g_autoptr (GBytes) want = vector_hex (c->out, "set_client_DH_params");
    const uint8_t *data = g_bytes_get_data (want, NULL);
    uint8_t key[32], iv[32], theirs[336], ours[336];

    g_assert_cmpuint (g_bytes_get_size (want), ==, got->len);
    size_t head = got->len - sizeof ours;
    g_assert_cmpmem (got->data, head, data, head);
    vector_fixed (c->in, "tmp_aes_key", key, sizeof key);
    vector_fixed (c->in, "tmp_aes_iv", iv, sizeof iv);
    crypto_ige_decrypt (key, iv, data + head, theirs, sizeof theirs);
    vector_fixed (c->in, "tmp_aes_iv", iv, sizeof iv);
    crypto_ige_decrypt (key, iv, got->data + head, ours, sizeof ours);
    g_assert_cmpmem (ours, 20 + 304, theirs, 20 + 304);
}

static unsigned compared;

static void
check (const VectorCase *c)
{
    Run run;
    uint8_t key[256], want[256];
    int64_t salt, offset;

    run_init (&run, c->in);
    run_all (&run, c->in);
    g_assert_cmpint (run.result, ==, MT_HANDSHAKE_DONE);
    expect_bytes (c->out, "req_pq_multi", &run.out[0]);
    expect_bytes (c->out, "req_DH_params", &run.out[1]);
    expect_answer (c, &run.out[2]);
    mt_handshake_result (run.handshake, key, &salt, &offset);
    vector_fixed (c->out, "auth_key", want, sizeof want);
    g_assert_cmpmem (key, sizeof key, want, sizeof want);
    vector_fixed (c->out, "server_salt", want, 8);
    g_assert_cmpmem (&salt, 8, want, 8);
    vector_fixed (c->out, "auth_key_id", want, 8);
    int64_t id = crypto_key_id (key);
    g_assert_cmpmem (&id, 8, want, 8);
    /* MT-C26: the server's time at receipt */
    g_assert_cmpint (offset + 5000, ==, vector_int (c->in, "server_time") * 1000);
    run_clear (&run);
    compared++;
}

/* MT-C2 MT-C4 MT-C7 MT-C8 MT-C9 MT-C10 MT-C18 MT-C20 MT-C22 MT-C26 MT-A19 MT-A20: permanent keys and
 * temporary ones, of all data centres and both environments */
static void
test_transcripts (void)
{
    compared = 0;
    vectors_each ("handshake", check);
    g_assert_cmpuint (compared, ==, 11);
}

/* The first transcript. */
static JsonObject *
first_case (JsonArray *cases)
{
    return json_object_get_object_member (json_array_get_object_element (cases, 0), "in");
}

/* MT-C11: the request says again what it answers: nonce, server's nonce, the factors, and the
 * fingerprint of the key that was used, in the 320 bytes of the documentation's sample; what
 * the server says instead is what it says again, and there is none for another nonce of ours */
static void
test_says_again (void)
{
    JsonArray *cases;
    g_autoptr (JsonParser) parser = vectors_open ("handshake", &cases);
    JsonArray *messages =
        json_object_get_array_member (first_case (cases), "server_messages");
    g_autoptr (GBytes) body = vector_item (messages, 0);
    size_t len;
    const uint8_t *data = g_bytes_get_data (body, &len);
    g_autofree uint8_t *res = g_memdup2 (data, len);
    HostTime now = { 0 };

    for (size_t at = 4; at < 36; at += 5) { /* our nonce; from 20 on the server's */
        Run run;
        run_init (&run, first_case (cases));
        res[at] ^= 0x10;
        mt_handshake_start (run.handshake, &run.out[0]);
        MtHandshakeResult result =
            mt_handshake_receive (run.handshake, res, len, now, &run.out[1]);
        g_assert_cmpint (result, ==, at < 20 ? MT_HANDSHAKE_FAILED : MT_HANDSHAKE_SEND);
        g_assert_cmpuint (run.out[1].len, ==, at < 20 ? 0 : 320);
        if (at >= 20) {
            g_autoptr (TlMessage) message = tl_message_decode (
                &tl_mtproto_schema, run.out[1].data, run.out[1].len, NULL);
            g_assert_nonnull (message);
            const MtpReqDHParams *request =
                TL_AS (tl_message_root (message), MtpReqDHParams);
            g_assert_nonnull (request);
            g_assert_cmpmem (request->nonce, 16, res + 4, 16);
            g_assert_cmpmem (request->server_nonce, 16, res + 20, 16);
            g_assert_cmpint (request->public_key_fingerprint, ==, run.key.fingerprint);
            g_assert_cmpuint (request->p.len, ==, 4);
            g_assert_cmpuint (request->q.len, ==, 4);
            uint64_t p = 0, q = 0, pq = 0;
            for (int i = 0; i < 4; i++) {
                p = p << 8 | request->p.data[i];
                q = q << 8 | request->q.data[i];
            }
            for (int i = 0; i < 8; i++)
                pq = pq << 8 | res[37 + i];
            g_assert_cmpuint (p, <, q);
            g_assert_cmpuint (p * q, ==, pq);
        }
        res[at] ^= 0x10;
        run_clear (&run);
    }
}

static void
check_hostile (const VectorCase *c)
{
    Run run;

    run_init (&run, c->in);
    run_all (&run, c->in);
    if (g_str_equal (c->id, "handshake_hostile-0020")) { /* dh_gen_retry: a new b */
        g_assert_cmpint (run.result, ==, MT_HANDSHAKE_SEND);
        g_assert_cmpuint (run.steps, ==, 3);
    } else if (g_str_equal (vector_text (c->out, "verdict"), "reject")) {
        g_assert_cmpint (run.result, ==, MT_HANDSHAKE_FAILED);
        g_assert_nonnull (mt_handshake_reason (run.handshake));
        g_assert_cmpuint (strlen (mt_handshake_reason (run.handshake)), >, 8);
    } else {
        g_assert_true (run.result == MT_HANDSHAKE_DONE ||
                       run.result == MT_HANDSHAKE_FAILED);
    }
    run_clear (&run);
}

/* MT-C7 MT-C14 MT-C15 MT-C16 MT-C17 MT-C18 MT-C22 MT-C23: what other clients refuse */
static void
test_hostile (void)
{
    vectors_each ("handshake_hostile", check_hostile);
}

/* MT-C5: none of the offered fingerprints is ours */
static void
test_unknown_key (void)
{
    JsonArray *cases;
    g_autoptr (JsonParser) parser = vectors_open ("handshake", &cases);
    JsonObject *in =
        json_object_get_object_member (json_array_get_object_element (cases, 0), "in");
    Run run;

    run_init (&run, in);
    run.key.fingerprint ^= 1;
    run_all (&run, in);
    g_assert_cmpint (run.result, ==, MT_HANDSHAKE_UNKNOWN_KEY);
    run_clear (&run);
}

/* MT-C15 MT-C23: every single bit of the answers is guarded; a sample of them is turned
 */
static void
test_flipped_bits (void)
{
    JsonArray *cases;
    g_autoptr (JsonParser) parser = vectors_open ("handshake", &cases);
    JsonObject *in =
        json_object_get_object_member (json_array_get_object_element (cases, 0), "in");
    JsonArray *messages = json_object_get_array_member (in, "server_messages");
    unsigned failed = 0, unknown = 0;

    for (unsigned m = 0; m < 3; m++) {
        g_autofree char *good = g_strdup (json_array_get_string_element (messages, m));
        for (size_t at = 0; at < strlen (good); at += m == 1 ? 61 : 7) {
            g_autofree char *bad = g_strdup (good);
            bad[at] = bad[at] == 'f' ? '0' : 'f';
            if (bad[at] == good[at] || (m == 0 && at >= 90 && at < 96))
                continue; /* MT-A5: the padding of pq says nothing */
            g_autoptr (JsonArray) changed = json_array_new ();
            for (unsigned i = 0; i < 3; i++)
                json_array_add_string_element (
                    changed, i == m ? bad : json_array_get_string_element (messages, i));
            g_autoptr (JsonObject) copy = json_object_new ();
            g_autoptr (GList) names = json_object_get_members (in);
            for (GList *l = names; l != NULL; l = l->next)
                json_object_set_member (
                    copy, l->data, json_node_copy (json_object_get_member (in, l->data)));
            json_object_set_array_member (copy, "server_messages",
                                          json_array_ref (changed));
            Run run;
            run_init (&run, copy);
            run_all (&run, copy);
            g_assert_cmpint (run.result, !=, MT_HANDSHAKE_DONE);
            failed += run.result == MT_HANDSHAKE_FAILED;
            unknown += run.result == MT_HANDSHAKE_UNKNOWN_KEY;
            run_clear (&run);
        }
    }
    g_assert_cmpuint (failed, >, 40);
    g_assert_cmpuint (unknown, >, 0);
}

static gboolean
no_random (void *user, uint8_t *out, size_t len)
{
    return FALSE;
}

/* MT-C2: without random numbers nothing is sent */
static void
test_no_random (void)
{
    CryptoRandom random = { no_random, NULL };
    MtConfig config = { .dc = 2, .random = &random, .dh = &crypto_dh_real };
    g_autoptr (MtHandshake) handshake = mt_handshake_new (&config, 0);
    g_auto (TlWriter) out = { 0 };

    g_assert_cmpint (mt_handshake_start (handshake, &out), ==, MT_HANDSHAKE_FAILED);
    g_assert_cmpuint (out.len, ==, 0);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/handshake/transcripts", test_transcripts);
    g_test_add_func ("/handshake/hostile", test_hostile);
    g_test_add_func ("/handshake/unknown-key", test_unknown_key);
    g_test_add_func ("/handshake/flipped-bits", test_flipped_bits);
    g_test_add_func ("/handshake/no-random", test_no_random);
    g_test_add_func ("/handshake/says-again", test_says_again);
    return g_test_run ();
}
