/* What a key exchange leaves in memory (MT-C30): nothing that the key could be found by. */
#include "freed.h"
#include "handshake-run.h"

#include <malloc.h>
#include <string.h>

/* The numbers that are nobody else's; the script of the transcript has them, too, and is not
 * looked at. */
static void
add_secrets (JsonObject *in)
{
    static const char *const names[] = { "new_nonce", "rsa_pad_temp_key", "b",
                                         "tmp_aes_key" };

    freed_forget ();
    for (size_t i = 0; i < G_N_ELEMENTS (names); i++) {
        g_autoptr (GBytes) secret = vector_hex (in, names[i]);
        size_t len;
        const uint8_t *data = g_bytes_get_data (secret, &len);
        freed_add_needle (data, MIN (len, 32));
    }
}

/* So many answers are taken, the last of them with a bit turned where it is `bad`; then the
 * exchange is given up. */
static void
run_some (JsonObject *in, unsigned answers, gboolean bad)
{
    JsonArray *messages = json_object_get_array_member (in, "server_messages");
    HostTime now = { .mono = 5000 };
    Run run;

    run_init (&run, in);
    add_secrets (in);
    if (answers == 3 && !bad) {
        uint8_t key[256];
        int64_t salt, offset;
        freed_watching = TRUE;
        run_all (&run, in);
        mt_handshake_result (run.handshake, key, &salt, &offset);
        freed_watching = FALSE;
        g_assert_cmpint (run.result, ==, MT_HANDSHAKE_DONE);
        freed_add_needle (key, 32);
    } else {
        mt_handshake_start (run.handshake, &run.out[0]);
    }
    for (unsigned i = 0; i < answers && !(answers == 3 && !bad); i++) {
        g_autoptr (GBytes) body = vector_item (messages, i);
        size_t len;
        const uint8_t *data = g_bytes_get_data (body, &len);
        g_autofree uint8_t *said = g_memdup2 (data, len);
        if (bad && i + 1 == answers)
            said[len - 20] ^= 4;
        freed_watching = TRUE;
        run.result =
            mt_handshake_receive (run.handshake, said, len, now, &run.out[i + 1]);
        freed_watching = FALSE;
        g_assert_cmpint (run.result == MT_HANDSHAKE_FAILED, ==, bad && i + 1 == answers);
    }
    freed_watching = TRUE;
    mt_handshake_free (g_steal_pointer (&run.handshake));
    freed_assert_found ("the exchange", FALSE);
    run_clear (&run);
}

/* MT-C30: whether it comes to its end, fails, or is given up, after each of its steps */
static void
test_wiped (void)
{
    JsonArray *cases;
    g_autoptr (JsonParser) parser = vectors_open ("handshake", &cases);
    JsonObject *in =
        json_object_get_object_member (json_array_get_object_element (cases, 0), "in");

    for (unsigned answers = 0; answers <= 3; answers++)
        run_some (in, answers, FALSE);
    run_some (in, 2, TRUE);
    run_some (in, 3, TRUE);
    g_assert_cmpuint (freed_looked_at, >, 20);
}

/* Whether the exchange still has the number that is to be its own. */
static gboolean
holds_exponent (const Run *run, JsonObject *in)
{
    uint8_t b[256];

    vector_fixed (in, "b", b, sizeof b);
    return memmem (run->handshake, malloc_usable_size (run->handshake), b, 32) != NULL;
}

/* MT-C19: the exponent is there from the second answer on, and gone with the last one, be it good or
 * not; it does not wait for the exchange to be thrown away */
static void
test_exponent (void)
{
    JsonArray *cases;
    g_autoptr (JsonParser) parser = vectors_open ("handshake", &cases);
    JsonObject *in =
        json_object_get_object_member (json_array_get_object_element (cases, 0), "in");
    JsonArray *messages = json_object_get_array_member (in, "server_messages");

    for (int bad = -1; bad < 2; bad++) { /* -1: the answer is of no kind that could be */
        HostTime now = { .mono = 5000 };
        Run run;
        run_init (&run, in);
        mt_handshake_start (run.handshake, &run.out[0]);
        for (unsigned i = 0; i < 3; i++) {
            g_autoptr (GByteArray) body =
                g_bytes_unref_to_array (vector_item (messages, i));
            if (i == 2 && bad != 0)
                body->data[bad < 0 ? 0 : body->len - 1] ^= 4;
            g_assert_cmpint (holds_exponent (&run, in), ==, i == 2);
            run.result = mt_handshake_receive (run.handshake, body->data, body->len, now,
                                               &run.out[i + 1]);
        }
        g_assert_cmpint (run.result, ==, bad ? MT_HANDSHAKE_FAILED : MT_HANDSHAKE_DONE);
        g_assert_false (holds_exponent (&run, in));
        run_clear (&run);
    }
}

/* MT-C30: and it would be seen */
static void
test_seen (void)
{
    JsonArray *cases;
    g_autoptr (JsonParser) parser = vectors_open ("handshake", &cases);
    JsonObject *in =
        json_object_get_object_member (json_array_get_object_element (cases, 0), "in");
    static const char *const names[] = { "new_nonce", "rsa_pad_temp_key", "b",
                                         "tmp_aes_key" };

    add_secrets (in);
    for (size_t i = 0; i < G_N_ELEMENTS (names); i++) {
        g_autoptr (GBytes) secret = vector_hex (in, names[i]);
        size_t len;
        const uint8_t *data = g_bytes_get_data (secret, &len);
        uint8_t *copy = g_memdup2 (data, len);
        freed_watching = TRUE;
        g_free (copy);
        freed_watching = FALSE;
    }
    freed_assert_found ("a copy", TRUE);
}

int
main (int argc, char **argv)
{
    freed_install ();
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/handshake-wiped/wiped", test_wiped);
    g_test_add_func ("/handshake-wiped/exponent", test_exponent);
    g_test_add_func ("/handshake-wiped/seen", test_seen);
    return g_test_run ();
}
