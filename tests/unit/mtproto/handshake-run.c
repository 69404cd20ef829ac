/* See handshake-run.h. */
#include "handshake-run.h"

#include "api.tl.h"
#include "crypto-rsa.h"

#include <string.h>

static gboolean
scripted (void *user, uint8_t *out, size_t len)
{
    Script *script = user;

    for (size_t i = 0; i < len; i++, script->used++)
        out[i] = script->used < script->bytes->len ? script->bytes->data[script->used]
                                                   : (uint8_t)(script->used * 7 + 1);
    return TRUE;
}

static void
script_add (Script *script, JsonObject *in, const char *name)
{
    g_autoptr (GBytes) bytes = vector_hex (in, name);
    size_t len;
    const uint8_t *data = g_bytes_get_data (bytes, &len);
    g_byte_array_append (script->bytes, data, (unsigned)len);
}

void
run_init (Run *run, JsonObject *in)
{
    static const char *const draws[] = {
        "nonce", "new_nonce",        "rsa_pad_padding", "rsa_pad_temp_key",
        "b",     "client_dh_padding"
    };
    const char *pem = vector_text (in, "public_key_pem");

    memset (run, 0, sizeof *run);
    run->script.bytes = g_byte_array_new ();
    for (size_t i = 0; i < G_N_ELEMENTS (draws); i++)
        script_add (&run->script, in, draws[i]);
    run->random = (CryptoRandom){ scripted, &run->script };
    g_assert_true (crypto_rsa_parse (pem, strlen (pem), run->key.modulus));
    run->key.fingerprint = crypto_rsa_fingerprint (run->key.modulus);
    int dc = (int)vector_int (in, "dc"); /* as it goes on the wire (MT-C9) */
    run->config = (MtConfig){ .dc = dc > 10000 ? dc - 10000 : dc,
                              .test = dc > 10000,
                              .keys = &run->key,
                              .n_keys = 1,
                              .schema = &tl_api_schema,
                              .random = &run->random,
                              .dh = &crypto_dh_real };
    run->handshake =
        mt_handshake_new (&run->config, (int32_t)vector_int (in, "expires_in"));
}

void
run_clear (Run *run)
{
    mt_handshake_free (run->handshake);
    for (size_t i = 0; i < G_N_ELEMENTS (run->out); i++)
        tl_writer_clear (&run->out[i]);
    g_byte_array_unref (run->script.bytes);
}

void
run_all (Run *run, JsonObject *in)
{
    JsonArray *messages = json_object_get_array_member (in, "server_messages");

    run->result = mt_handshake_start (run->handshake, &run->out[0]);
    for (unsigned i = 0; i < json_array_get_length (messages); i++) {
        g_autoptr (GBytes) body = vector_item (messages, i);
        size_t len;
        const uint8_t *data = g_bytes_get_data (body, &len);
        if (run->result != MT_HANDSHAKE_SEND)
            return;
        HostTime now = { .mono = 5000, .wall = 0 };
        run->result =
            mt_handshake_receive (run->handshake, data, len, now, &run->out[i + 1]);
        if (run->result == MT_HANDSHAKE_NEED_PRIME)
            run->result = mt_handshake_prime_checked (
                run->handshake,
                crypto_dh_real.is_safe_prime (mt_handshake_prime (run->handshake)),
                &run->out[i + 1]);
        run->steps++;
    }
}
