/* The primitives against other implementations' outputs (tests/vectors). */
#include "crypto-aes-ctr.h"
#include "crypto-aes-ige-ways.h"
#include "dh-toy.h"
#include "crypto-envelope.h"
#include "crypto-hash.h"
#include "crypto-hmac.h"
#include "crypto-kdf.h"
#include "crypto-pq.h"
#include "crypto-x25519.h"
#include "rsa-server.h"
#include "srp-server.h"
#include "vectors.h"

#include <string.h>

static GByteArray *
chunks_of (JsonObject *in, unsigned i)
{
    JsonArray *chunks = json_object_get_array_member (in, "chunks");
    const char *hex = i < json_array_get_length (chunks)
                          ? json_array_get_string_element (chunks, i)
                          : NULL;
    if (hex == NULL)
        return NULL;
    GByteArray *out = g_byte_array_new ();
    for (; hex[0] != '\0'; hex += 2) {
        uint8_t byte =
            (uint8_t)(g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]));
        g_byte_array_append (out, &byte, 1);
    }
    return out;
}

typedef void IgeCode (const uint8_t *key, uint8_t *iv, const uint8_t *in, uint8_t *out,
                      size_t len);

typedef struct {
    IgeCode *decrypt, *encrypt;
} IgeWay;

/* What the module takes, and every way that it could take on this processor. */
static GArray *
ige_ways (void)
{
    GArray *ways = g_array_new (FALSE, FALSE, sizeof (IgeWay));
    IgeWay all[] = { { crypto_ige_decrypt, crypto_ige_encrypt },
                     { crypto_ige_openssl_decrypt, crypto_ige_openssl_encrypt } };

    g_array_append_vals (ways, all, G_N_ELEMENTS (all));
#if CRYPTO_IGE_X86
    IgeWay x86 = { crypto_ige_x86_decrypt, crypto_ige_x86_encrypt };
    if (crypto_ige_x86_usable ())
        g_array_append_val (ways, x86);
#endif
    return ways;
}

static void
ige_case_by (const VectorCase *c, const IgeWay *way)
{
    uint8_t key[32], iv[32];
    g_autoptr (GByteArray) all = g_byte_array_new ();
    g_autoptr (GBytes) expected = vector_hex (c->out, "out");
    gboolean encrypt = strcmp (vector_text (c->in, "dir"), "enc") == 0;

    vector_fixed (c->in, "key", key, 32);
    vector_fixed (c->in, "iv", iv, 32);
    for (unsigned i = 0;; i++) {
        g_autoptr (GByteArray) chunk = chunks_of (c->in, i);
        if (chunk == NULL)
            break;
        (encrypt ? way->encrypt : way->decrypt) (key, iv, chunk->data, chunk->data,
                                                 chunk->len);
        g_byte_array_append (all, chunk->data, chunk->len);
    }
    vector_assert_equal (expected, all->data, all->len);
    if (json_object_has_member (c->out, "iv_out")) {
        g_autoptr (GBytes) iv_out = vector_hex (c->out, "iv_out");
        vector_assert_equal (iv_out, iv, 32);
    }
}

static void
ige_case (const VectorCase *c)
{
    g_autoptr (GArray) ways = ige_ways ();

    for (unsigned i = 0; i < ways->len; i++)
        ige_case_by (c, &g_array_index (ways, IgeWay, i));
}

static void
ige (void)
{
    vectors_each ("aes_ige", ige_case);
}

/* MT-D4: as many blocks as there may be around the length that goes to OpenSSL at once, in
 * place and from one buffer to another, give what OpenSSL gives for them one by one, by every way */
static void
ige_in_runs (void)
{
    static uint8_t in[3 * 4096], want[sizeof in], apart[sizeof in], place[sizeof in];
    uint8_t key[32];
    g_autoptr (GArray) ways = ige_ways ();

    for (size_t i = 0; i < sizeof in; i++)
        in[i] = (uint8_t)(i * 167 + i / 256);
    for (size_t len = 0; len <= sizeof in; len += len == 64 ? 4096 - 128 : 16) {
        if (len == 4096 + 64)
            len = sizeof in - 64;
        memcpy (key, in + 99 + len / 16, 32);
        for (unsigned i = 0; i < 2 * ways->len; i++) {
            uint8_t ivs[3][32];
            const IgeWay *way = &g_array_index (ways, IgeWay, i / 2);
            IgeCode *ige_code = i % 2 == 1 ? way->encrypt : way->decrypt;
            IgeCode *slow =
                i % 2 == 1 ? crypto_ige_openssl_encrypt : crypto_ige_openssl_decrypt;
            for (int k = 0; k < 3; k++)
                memcpy (ivs[k], in + 7, 32);
            memcpy (place, in, len);
            for (size_t k = 0; k < len; k += 16)
                slow (key, ivs[0], in + k, want + k, 16);
            ige_code (key, ivs[1], in, apart, len);
            ige_code (key, ivs[2], place, place, len);
            g_assert_cmpmem (apart, len, want, len);
            g_assert_cmpmem (place, len, want, len);
            g_assert_cmpmem (ivs[1], 32, ivs[0], 32);
            g_assert_cmpmem (ivs[2], 32, ivs[0], 32);
        }
    }
}

static void
ctr_case (const VectorCase *c)
{
    uint8_t key[32], iv[16];
    g_autoptr (GByteArray) all = g_byte_array_new ();
    g_autoptr (GBytes) expected = vector_hex (c->out, "out");

    vector_fixed (c->in, "key", key, 32);
    vector_fixed (c->in, "iv", iv, 16);
    g_autoptr (CryptoCtr) ctr = crypto_ctr_new (key, iv);
    for (unsigned i = 0;; i++) {
        g_autoptr (GByteArray) chunk = chunks_of (c->in, i);
        if (chunk == NULL)
            break;
        crypto_ctr_apply (ctr, chunk->data, chunk->data, chunk->len);
        g_byte_array_append (all, chunk->data, chunk->len);
    }
    vector_assert_equal (expected, all->data, all->len);
}

/* MT-B10 */
static void
ctr (void)
{
    vectors_each ("aes_ctr", ctr_case);
}

static void
hash_case (const VectorCase *c)
{
    g_autoptr (GBytes) data = vector_hex (c->in, "data");
    size_t len;
    const uint8_t *p = g_bytes_get_data (data, &len);
    uint8_t out[32], expected[32];

    crypto_sha1 (p, len, out);
    vector_fixed (c->out, "sha1", expected, 20);
    g_assert_cmpmem (out, 20, expected, 20);
    crypto_sha256 (p, len, out);
    vector_fixed (c->out, "sha256", expected, 32);
    g_assert_cmpmem (out, 32, expected, 32);
    crypto_md5 (p, len, out);
    vector_fixed (c->out, "md5", expected, 16);
    g_assert_cmpmem (out, 16, expected, 16);
}

static void
hashes (void)
{
    vectors_each ("hash", hash_case);
}

static void
kdf_case (const VectorCase *c)
{
    uint8_t auth_key[256], msg_key[16], key[32], iv[32], expected[32];

    vector_fixed (c->in, "auth_key", auth_key, 256);
    vector_fixed (c->in, "msg_key", msg_key, 16);
    (vector_int (c->in, "version") == 1 ? crypto_kdf_v1 : crypto_kdf_v2) (
        auth_key, msg_key, (int)vector_int (c->in, "x"), key, iv);
    vector_fixed (c->out, "aes_key", expected, 32);
    g_assert_cmpmem (key, 32, expected, 32);
    vector_fixed (c->out, "aes_iv", expected, 32);
    g_assert_cmpmem (iv, 32, expected, 32);
}

/* MT-D4, SC-B5, SC-B15 */
static void
kdf (void)
{
    vectors_each ("mtproto_kdf", kdf_case);
}

static void
key_id_case (const VectorCase *c)
{
    uint8_t key[256], expected[8];

    vector_fixed (c->in, "key", key, 256);
    vector_fixed (c->out, "key_id", expected, 8);
    int64_t id = GINT64_TO_LE (crypto_key_id (key));
    g_assert_cmpmem (&id, 8, expected, 8);
}

/* MT-A20, MT-C21, SC-A9 */
static void
key_id (void)
{
    vectors_each ("auth_key_id", key_id_case);
}

static void
nonce_case (const VectorCase *c)
{
    uint8_t server[16], new_nonce[32], key[32], iv[32], expected[32];

    if (!json_object_has_member (c->out, "tmp_aes_key"))
        return; /* hashes of the answer: proved by the handshake's test */
    vector_fixed (c->in, "server_nonce", server, 16);
    vector_fixed (c->in, "new_nonce", new_nonce, 32);
    crypto_kdf_exchange (new_nonce, server, key, iv);
    vector_fixed (c->out, "tmp_aes_key", expected, 32);
    g_assert_cmpmem (key, 32, expected, 32);
    vector_fixed (c->out, "tmp_aes_iv", expected, 32);
    g_assert_cmpmem (iv, 32, expected, 32);
}

/* MT-C13 */
static void
exchange_kdf (void)
{
    vectors_each ("auth_nonce", nonce_case);
}

static void
secret_case (const VectorCase *c)
{
    uint8_t key[256];
    g_autoptr (GBytes) payload = vector_hex (c->in, "payload");
    g_autoptr (GBytes) padding = vector_hex (c->in, "padding");
    g_autoptr (GBytes) packet = vector_hex (c->out, "packet");
    gboolean v1 = vector_int (c->in, "version") == 1;
    int x = v1 || vector_int (c->in, "sender_is_originator") == 1 ? 0 : 8;
    uint32_t len = GUINT32_TO_LE ((uint32_t)g_bytes_get_size (payload));
    g_autoptr (GByteArray) plain = g_byte_array_new ();

    vector_fixed (c->in, "key", key, 256);
    g_byte_array_append (plain, (const uint8_t *)&len, 4);
    g_byte_array_append (plain, g_bytes_get_data (payload, NULL),
                         (unsigned)g_bytes_get_size (payload));
    size_t hashed = plain->len;
    g_byte_array_append (plain, g_bytes_get_data (padding, NULL),
                         (unsigned)g_bytes_get_size (padding));

    g_autofree uint8_t *out = g_malloc (24 + plain->len);
    int64_t id = GINT64_TO_LE (crypto_key_id (key));
    memcpy (out, &id, 8);
    if (v1)
        crypto_envelope_seal_v1 (key, x, plain->data, hashed, plain->len, out + 8);
    else
        crypto_envelope_seal (key, x, plain->data, plain->len, out + 8);
    vector_assert_equal (packet, out, 24 + plain->len);

    g_autofree uint8_t *back = g_malloc (plain->len);
    g_assert_true ((v1 ? crypto_envelope_open_v1
                       : crypto_envelope_open) (key, x, out + 8, plain->len, back));
    g_assert_cmpmem (back, plain->len, plain->data, plain->len);
    if (!v1) { /* the other direction's x must fail (SC-B6, MT-D3) */
        g_assert_false (crypto_envelope_open (key, 8 - x, out + 8, plain->len, back));
        out[8 + 16] ^= 1;
        g_assert_false (crypto_envelope_open (key, x, out + 8, plain->len, back));
    }
}

/* SC-B1, SC-B4, SC-B5, SC-B6, SC-B9, SC-B15 */
static void
secret_envelopes (void)
{
    vectors_each ("secret_message", secret_case);
}

static void
dh_case (const VectorCase *c)
{
    uint8_t p[256], g_a[256], b[256], out[256], key[256], expected[256];

    vector_fixed (c->in, "p", p, 256);
    vector_fixed (c->in, "b", b, 256);
    g_autoptr (GBytes) short_g_a = vector_hex (c->in, "g_a");
    g_assert_true (crypto_dh_pad (g_bytes_get_data (short_g_a, NULL),
                                  g_bytes_get_size (short_g_a), g_a));
    g_assert_true (crypto_dh_real.power_g ((int)vector_int (c->in, "g"), p, b, out));
    vector_fixed (c->out, "g_b", expected, 256);
    g_assert_cmpmem (out, 256, expected, 256);
    g_assert_true (crypto_dh_real.power (g_a, p, b, key));
    vector_fixed (c->out, "key", expected, 256);
    g_assert_cmpmem (key, 256, expected, 256);
}

/* SC-A7, SC-A8, MT-C21 */
static void
dh (void)
{
    vectors_each ("secret_dh", dh_case);
}

static void
check_case (const VectorCase *c)
{
    uint8_t p[256], v[256];
    g_autoptr (GBytes) prime = vector_hex (c->in, "p");
    g_autoptr (GBytes) g_a = vector_hex (c->in, "g_a");
    int g = (int)vector_int (c->in, "g");
    const char *verdict = vector_text (c->out, "verdict");

    if (strcmp (verdict, "unsettled") == 0)
        return;
    gboolean good =
        g_bytes_get_size (prime) <= 256 &&
        crypto_dh_pad (g_bytes_get_data (prime, NULL), g_bytes_get_size (prime), p) &&
        crypto_dh_pad (g_bytes_get_data (g_a, NULL), g_bytes_get_size (g_a), v) &&
        crypto_dh_real.is_safe_prime (p) && crypto_dh_real.is_generator (g, p) &&
        crypto_dh_real.is_public_value (p, v);
    g_assert_cmpstr (good ? "accept" : "reject", ==, verdict);
}

/* SC-A3, SC-A4, SC-A6, MT-C16, MT-C17, MT-C18, SC-M14, SC-M15 */
static void
dh_checks (void)
{
    uint8_t v[256] = { 0 };

    vectors_each ("dh_check", check_case);
    for (int g = -1; g <= 8; g++)
        g_assert_cmpint (crypto_dh_real.is_generator (g, crypto_dh_known_prime), ==,
                         g == 3 || g == 4 || g == 7);
    v[255 - 1984 / 8] = 1; /* 2^1984 exactly, and one less */
    g_assert_true (crypto_dh_real.is_public_value (crypto_dh_known_prime, v));
    memset (v, 0xff, 256);
    memset (v, 0, 256 - 1984 / 8);
    g_assert_false (crypto_dh_real.is_public_value (crypto_dh_known_prime, v));
    g_assert_false (
        crypto_dh_real.is_public_value (crypto_dh_known_prime, crypto_dh_known_prime));
}

static gboolean
scripted_fill (void *user, uint8_t *out, size_t len)
{
    GByteArray *script = user;

    g_assert_cmpuint (script->len, >=, len);
    memcpy (out, script->data, len);
    g_byte_array_remove_range (script, 0, (unsigned)len);
    return TRUE;
}

static void
rsa_case (const VectorCase *c)
{
    uint8_t modulus[256], out[256];
    const char *kind = vector_text (c->in, "kind");
    const char *pem = vector_text (c->in, "public_key_pem");

    g_assert_true (crypto_rsa_parse (pem, strlen (pem), modulus));
    const char *pkcs1 = vector_text (c->in, "public_key_pkcs1_pem");
    if (pkcs1 != NULL) {
        uint8_t again[256];
        g_assert_true (crypto_rsa_parse (pkcs1, strlen (pkcs1), again));
        g_assert_cmpmem (again, 256, modulus, 256);
    }
    if (strcmp (kind, "fingerprint") == 0) {
        uint8_t expected[8];
        int64_t id = GINT64_TO_LE (crypto_rsa_fingerprint (modulus));
        vector_fixed (c->out, "fingerprint", expected, 8);
        g_assert_cmpmem (&id, 8, expected, 8);
    } else if (strcmp (kind, "rsa_pad") == 0) {
        g_autoptr (GBytes) data = vector_hex (c->in, "data");
        g_autoptr (GBytes) padding = vector_hex (c->in, "padding");
        g_autoptr (GByteArray) script = g_byte_array_new ();
        g_autoptr (GBytes) expected = vector_hex (
            c->out,
            json_object_has_member (c->out, "encrypted_data") ? "encrypted_data" : "out");
        JsonArray *temps = json_object_get_array_member (c->in, "temp_keys");
        CryptoRandom random = { scripted_fill, script };
        g_byte_array_append (script, g_bytes_get_data (padding, NULL),
                             (unsigned)g_bytes_get_size (padding));
        for (unsigned i = 0; i < json_array_get_length (temps); i++)
            for (const char *h = json_array_get_string_element (temps, i); *h != '\0';
                 h += 2) {
                uint8_t byte = (uint8_t)(g_ascii_xdigit_value (h[0]) << 4 |
                                         g_ascii_xdigit_value (h[1]));
                g_byte_array_append (script, &byte, 1);
            }
        g_assert_true (crypto_rsa_pad (modulus, &random, g_bytes_get_data (data, NULL),
                                       g_bytes_get_size (data), out));
        vector_assert_equal (expected, out, 256);
    }
}

/* MT-C5, MT-C10, MT-A20 */
static void
rsa (void)
{
    uint8_t modulus[256], data[145] = { 1 }, out[256], opened[192];
    g_autoptr (CryptoRsaPrivate) key = crypto_rsa_private_new (NULL);

    vectors_each ("rsa", rsa_case);
    crypto_rsa_private_modulus (key, modulus);
    g_assert_false (crypto_rsa_pad (modulus, crypto_random_system (), data, 145, out));
    g_assert_true (crypto_rsa_pad (modulus, crypto_random_system (), data, 144, out));
    g_assert_true (crypto_rsa_unpad (key, out, opened));
    g_assert_cmpmem (opened, 144, data, 144);
    g_assert_false (crypto_rsa_parse ("no key", 6, modulus));
}

static void
pq_case (const VectorCase *c)
{
    uint64_t pq = g_ascii_strtoull (vector_text (c->in, "pq"), NULL, 16), p, q;

    g_assert_true (crypto_pq_factor (pq, &p, &q));
    g_assert_cmpuint (p, ==, g_ascii_strtoull (vector_text (c->out, "p"), NULL, 16));
    g_assert_cmpuint (q, ==, g_ascii_strtoull (vector_text (c->out, "q"), NULL, 16));
}

/* MT-C7 */
static void
pq (void)
{
    uint64_t p, q;

    vectors_each ("pq", pq_case);
    g_assert_false (crypto_pq_factor (0, &p, &q));
    g_assert_false (crypto_pq_factor (1, &p, &q));
    g_assert_false (crypto_pq_factor (2147483647, &p, &q));
    g_assert_false (crypto_pq_factor (UINT64_C (1) << 63, &p, &q));
    g_assert_true (crypto_pq_factor (UINT64_C (2147483647) * 2147483647, &p, &q));
    g_assert_cmpuint (p, ==, 2147483647);
}

static void
srp_case (const VectorCase *c)
{
    g_autoptr (GBytes) salt1 = vector_hex (c->in, "salt1"),
                       salt2 = vector_hex (c->in, "salt2");
    g_autoptr (GBytes) password = vector_hex (c->in, "password");
    g_autoptr (GBytes) b = vector_hex (c->in, "srp_B");
    g_autoptr (GByteArray) script = g_byte_array_new ();
    g_autofree char *text =
        g_strndup (g_bytes_get_data (password, NULL), g_bytes_get_size (password));
    CryptoSrpAlgo algo = {
        .g = (int)vector_int (c->in, "g"),
        .salt1 = g_bytes_get_data (salt1, NULL),
        .salt1_len = g_bytes_get_size (salt1),
        .salt2 = g_bytes_get_data (salt2, NULL),
        .salt2_len = g_bytes_get_size (salt2),
    };
    CryptoRandom random = { scripted_fill, script };
    uint8_t a_public[256], m1[32], expected[256], x[32], v[256], a[256];

    vector_fixed (c->in, "p", algo.p, 256);
    vector_fixed (c->in, "a", a, 256);
    g_byte_array_append (script, a, 256);
    gboolean good = crypto_srp_proof (&algo, &random, text, g_bytes_get_data (b, NULL),
                                      g_bytes_get_size (b), a_public, m1);
    if (!json_object_has_member (c->out, "M1")) {
        g_assert_false (good);
        return;
    }
    g_assert_true (good);
    vector_fixed (c->out, "A", expected, 256);
    g_assert_cmpmem (a_public, 256, expected, 256);
    vector_fixed (c->out, "M1", expected, 32);
    g_assert_cmpmem (m1, 32, expected, 32);
    crypto_srp_x (&algo, text, x);
    vector_fixed (c->out, "x", expected, 32);
    g_assert_cmpmem (x, 32, expected, 32);
    if (json_object_has_member (c->in, "server_b")) {
        uint8_t server_b[256], b_public[256];
        crypto_srp_verifier (&algo, x, v);
        vector_fixed (c->in, "server_b", server_b, 256);
        crypto_srp_server_b (&algo, v, server_b, b_public);
        crypto_srp_server_m1 (&algo, v, server_b, b_public, a_public, expected);
        g_assert_cmpmem (m1, 32, expected, 32);
    }
}

/* MT-F25, MT-F26, MT-F27, MT-A19 */
static void
srp (void)
{
    vectors_each ("srp", srp_case);
}

static void
picture_case (const uint8_t *hash, const char *digits, size_t n)
{
    uint8_t cells[144];

    crypto_key_picture (hash, cells, n);
    g_assert_cmpuint (strlen (digits), ==, n);
    for (size_t i = 0; i < n; i++)
        g_assert_cmpint (cells[i], ==, digits[i] - '0');
}

static void
visual_case (const VectorCase *c)
{
    uint8_t key[256], hash[36], expected[36];

    vector_fixed (c->in, "key", key, 256);
    crypto_key_hash (key, hash);
    vector_fixed (c->out, "key_hash36", expected, 36);
    g_assert_cmpmem (hash, 36, expected, 36);
    picture_case (hash, vector_text (c->out, "grid12"), 144);
    picture_case (hash, vector_text (c->out, "grid8"), 64);
}

/* SC-K1 SC-K2 */
static void
key_hash (void)
{
    vectors_each ("key_visual", visual_case);
}

static unsigned hmacs;

static void
hmac_case (const VectorCase *c)
{
    uint8_t out[32];
    g_autoptr (GBytes) key = vector_hex (c->in, "key"), data = vector_hex (c->in, "data");
    g_autoptr (GBytes) expected = vector_hex (c->out, "out");
    const uint8_t *bytes = g_bytes_get_data (data, NULL);
    size_t len = g_bytes_get_size (data);

    if (strcmp (vector_text (c->in, "hash"), "sha256") != 0)
        return;
    hmacs++;
    CryptoPiece pieces[] = { { bytes, len / 3 }, { bytes + len / 3, len - len / 3 } };
    crypto_hmac_sha256 (g_bytes_get_data (key, NULL), g_bytes_get_size (key), pieces, 2,
                        out);
    vector_assert_equal (expected, out, 32);
}

/* MT-B14 MT-B15 */
static void
hmac (void)
{
    vectors_each ("hmac", hmac_case);
    g_assert_cmpuint (hmacs, >=, 3);
}

/* MT-B14: the public key is the one of RFC 7748, section 6.1 */
static void
x25519 (void)
{
    g_autoptr (GBytes) secret =
        vector_bytes ("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    g_autoptr (GBytes) expected =
        vector_bytes ("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    g_autoptr (GByteArray) script = g_byte_array_new ();
    CryptoRandom random = { scripted_fill, script };
    uint8_t out[32];

    g_byte_array_append (script, g_bytes_get_data (secret, NULL), 32);
    g_assert_true (crypto_x25519_draw (&random, out));
    vector_assert_equal (expected, out, 32);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/crypto/ige/like-others", ige);
    g_test_add_func ("/crypto/ige/in-runs", ige_in_runs);
    g_test_add_func ("/crypto/ctr/like-others", ctr);
    g_test_add_func ("/crypto/hash/like-others", hashes);
    g_test_add_func ("/crypto/hmac/like-others", hmac);
    g_test_add_func ("/crypto/x25519/rfc", x25519);
    g_test_add_func ("/crypto/kdf/like-others", kdf);
    g_test_add_func ("/crypto/kdf/of-the-key-exchange", exchange_kdf);
    g_test_add_func ("/crypto/key-id/like-others", key_id);
    g_test_add_func ("/crypto/envelope/secret-messages", secret_envelopes);
    g_test_add_func ("/crypto/dh/like-others", dh);
    g_test_add_func ("/crypto/dh/refuses-weak-numbers", dh_checks);
    g_test_add_func ("/crypto/rsa/like-others", rsa);
    g_test_add_func ("/crypto/pq/like-others", pq);
    g_test_add_func ("/crypto/srp/like-others", srp);
    g_test_add_func ("/crypto/key-hash/like-others", key_hash);
    return g_test_run ();
}
