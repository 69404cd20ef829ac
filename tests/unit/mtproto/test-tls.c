/* Secrets on the wire: obfuscation beside other implementations, and what looks like TLS,
 * with the proxy's side played here. */
#include "crypto-aes-ctr.h"
#include "crypto-hmac.h"
#include "frame-wrap.h"
#include "mt-tls.h"
#include "vectors.h"

#include <string.h>

#define TIME 1800000000
#define RANDOM_AT 11

/* --- V5b --- */

static gboolean
fixed_random (void *user, uint8_t *out, size_t len)
{
    const uint8_t *data = g_bytes_get_data (user, NULL);

    for (size_t i = 0; i < len; i++)
        out[i] = data[i % 64];
    return TRUE;
}

/* A secret alone, behind a server and a port. */
static gboolean
parse_secret (const char *text, MtSecret *secret)
{
    g_autofree char *line = g_strdup_printf ("a:1:%s", text);
    g_auto (MtProxy) proxy = { 0 };

    if (mt_proxy_parse (line, &proxy) != MT_PROXY_GOOD)
        return FALSE;
    *secret = proxy.secret;
    return TRUE;
}

static unsigned compared;

static void
check_frames (const VectorCase *c)
{
    const char *text = vector_text (c->in, "secret");
    JsonArray *frames = json_object_get_array_member (c->in, "frames");
    MtSecret secret = { MT_SECRET_NONE };
    uint8_t key[32], iv[16];

    if (*text == '\0' || g_str_equal (vector_text (c->in, "kind"), "abridged"))
        return;
    compared++;
    g_test_message ("%s", c->id);
    g_assert_true (parse_secret (text, &secret));
    g_autoptr (GBytes) drawn = vector_hex (c->in, "random");
    g_autoptr (GBytes) header = vector_hex (c->out, "header");
    CryptoRandom random = { fixed_random, drawn };
    g_autoptr (GByteArray) out = g_byte_array_new ();
    g_autoptr (MtFrame) frame =
        mt_frame_new (&secret, (int)vector_int (c->in, "dc"), 0, &random, out);
    g_assert_true (mt_frame_is_open (frame));
    vector_assert_equal (header, out->data, out->len);

    JsonObject *sees = json_object_get_object_member (c->out, "proxy_sees");
    g_autoptr (GBytes) plain = vector_hex (sees, "plain_after_header");
    const uint8_t *want = g_bytes_get_data (plain, NULL);
    vector_fixed (c->out, "enc_key", key, 32);
    vector_fixed (c->out, "enc_iv", iv, 16);
    g_autoptr (CryptoCtr) up = crypto_ctr_new (key, iv);
    crypto_ctr_apply (up, out->data, out->data, 64);
    vector_fixed (c->out, "dec_key", key, 32);
    vector_fixed (c->out, "dec_iv", iv, 16);
    g_autoptr (CryptoCtr) down = crypto_ctr_new (key, iv);
    for (unsigned i = 0; i < json_array_get_length (frames); i++) {
        g_autoptr (GBytes) bytes = vector_item (frames, i);
        const uint8_t *data = g_bytes_get_data (bytes, NULL), *got;
        size_t len = g_bytes_get_size (bytes), got_len;
        uint32_t total;
        g_byte_array_set_size (out, 0);
        g_assert_true (frame_wrap (frame, &random, data, len, out));
        crypto_ctr_apply (up, out->data, out->data, out->len);
        if (secret.kind == MT_SECRET_SIMPLE) { /* without padding: all of it */
            g_assert_cmpmem (out->data, out->len, want, len + 4);
            want += out->len;
        }
        memcpy (&total, out->data, 4);
        g_assert_cmpuint (GUINT32_FROM_LE (total) + 4, ==, out->len);
        g_assert_cmpmem (out->data + 4, len, data, len);
        crypto_ctr_apply (down, out->data, out->data, out->len);
        mt_frame_push (frame, out->data, out->len);
        g_assert_cmpint (mt_frame_pop (frame, &got, &got_len), ==, MT_FRAME_PACKET);
        g_assert_cmpmem (got, len, data, len);
    }
}

/* MT-B2 MT-B9 MT-B11: V5b */
static void
test_secrets (void)
{
    compared = 0;
    vectors_each ("transport_obfuscated", check_frames);
    g_assert_cmpuint (compared, ==, 8);
}

/* MT-B2 MT-B6: without padding a length is a multiple of 4; nor is it nothing, or more than may come */
static void
test_odd_length (void)
{
    MtSecret secret = { MT_SECRET_SIMPLE };
    g_autoptr (GByteArray) out = g_byte_array_new ();
    g_autoptr (GBytes) drawn = g_bytes_new_static (
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", 64);
    CryptoRandom random = { fixed_random, drawn };

    static const uint32_t lengths[] = { 4, 5, 6, 7, 8, 9, 0, 0x7ffffffc, 0x7fffffff };

    for (size_t n = 0; n < G_N_ELEMENTS (lengths); n++) {
        uint32_t length = lengths[n];
        g_autoptr (MtFrame) frame = mt_frame_new (&secret, 2, 0, &random, out);
        uint32_t word = GUINT32_TO_LE (length);
        uint8_t piece[16] = { 0 };
        const uint8_t *got;
        size_t len;
        memcpy (piece, &word, 4);
        uint8_t head[64], reversed[64], hashed[32];
        memcpy (head, g_bytes_get_data (drawn, NULL), 64);
        memset (head + 56, 0xee, 4);
        head[60] = 2;
        head[61] = 0;
        for (unsigned i = 0; i < 64; i++)
            reversed[i] = head[63 - i];
        CryptoPiece pieces[] = { { reversed + 8, 32 }, { secret.key, 16 } };
        crypto_sha256_pieces (pieces, 2, hashed);
        g_autoptr (CryptoCtr) down = crypto_ctr_new (hashed, reversed + 40);
        crypto_ctr_apply (down, piece, piece, sizeof piece);
        mt_frame_push (frame, piece, sizeof piece);
        g_assert_cmpint (mt_frame_pop (frame, &got, &len), ==,
                         length == 4 || length == 8 ? MT_FRAME_PACKET : MT_FRAME_BAD);
    }
}

/* --- the proxy's side --- */

static const MtSecret tls_secret = {
    .kind = MT_SECRET_TLS,
    .key = { 0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc,
             0xdd, 0xee, 0xff },
    .domain = "www.example.org",
    .domain_len = 15,
};

static unsigned
number_at (const uint8_t *p)
{
    return (unsigned)p[0] << 8 | p[1];
}

/* As a proxy checks it: the time that is in the hello's random, or -1. */
static int64_t
time_in (const GByteArray *hello, const MtSecret *secret)
{
    uint8_t mac[32];
    g_autofree uint8_t *copy = g_memdup2 (hello->data, hello->len);
    uint32_t time = 0;

    memset (copy + RANDOM_AT, 0, 32);
    CryptoPiece whole = { copy, hello->len };
    crypto_hmac_sha256 (secret->key, 16, &whole, 1, mac);
    if (memcmp (mac, hello->data + RANDOM_AT, 28) != 0)
        return -1;
    for (unsigned i = 0; i < 4; i++)
        time |= (uint32_t)(mac[28 + i] ^ hello->data[RANDOM_AT + 28 + i]) << (8 * i);
    return time;
}

static gboolean
is_grease (const uint8_t *p)
{
    return p[0] == p[1] && (p[0] & 15) == 10;
}

/* An ML-KEM-768 key: each number below the modulus. */
static void
check_ml_kem (const uint8_t *p)
{
    for (unsigned i = 0; i < 384; i++, p += 3) {
        g_assert_cmpuint (p[0] | (p[1] & 15u) << 8, <, 3329);
        g_assert_cmpuint ((unsigned)p[1] >> 4 | (unsigned)p[2] << 4, <, 3329);
    }
}

static void
check_key_share (const uint8_t *p, size_t len)
{
    g_assert_cmpuint (number_at (p), ==, len - 2);
    g_assert_true (is_grease (p + 2));
    g_assert_cmpuint (number_at (p + 7), ==, 0x11ec);
    g_assert_cmpuint (number_at (p + 9), ==, 1184 + 32);
    check_ml_kem (p + 11);
    g_assert_cmpuint (number_at (p + 11 + 1216), ==, 29);
    g_assert_cmpuint (len, ==, 11 + 1216 + 4 + 32);
    g_assert_cmpuint (p[len - 1] & 0x80, ==, 0); /* below 2^255 - 19 */
}

/* Walks the hello as a parser of TLS does; the order of its extensions, as text. */
static char *
walk (const GByteArray *hello)
{
    const uint8_t *p = hello->data, *end = p + hello->len;
    GString *order = g_string_new (NULL);
    unsigned domains = 0, shares = 0;

    g_assert_cmpmem (p, 3, "\x16\x03\x01", 3);
    g_assert_cmpuint (number_at (p + 3), ==, hello->len - 5);
    g_assert_cmpuint (p[5], ==, 1);
    g_assert_cmpuint (number_at (p + 7), ==, hello->len - 9);
    g_assert_cmpuint (p[43], ==, 32); /* session id */
    p += 44 + 32;
    g_assert_true (is_grease (p + 2));
    p += 2 + number_at (p); /* ciphers */
    g_assert_cmpmem (p, 2, "\x01\x00", 2);
    p += 2;
    g_assert_cmpuint (number_at (p), ==, (size_t)(end - p) - 2);
    for (p += 2; p < end; p += 4 + number_at (p + 2)) {
        size_t len = number_at (p + 2);
        g_assert_cmpuint (len, <=, (size_t)(end - p) - 4);
        g_string_append_printf (order, "%04x ", is_grease (p) ? 0xa : number_at (p));
        if (number_at (p) == 0) {
            g_assert_cmpmem (p + 9, len - 5, "www.example.org", 15);
            domains++;
        } else if (number_at (p) == 0x33) {
            check_key_share (p + 4, len);
            shares++;
        }
    }
    g_assert_true (p == end);
    g_assert_cmpuint (domains, ==, 1);
    g_assert_cmpuint (shares, ==, 1);
    return g_string_free (order, FALSE);
}

/* MT-B14: a hello that a parser of TLS takes, that the proxy knows by its HMAC and time,
 * and that looks different each time */
static void
test_hello (void)
{
    g_autoptr (GHashTable) orders =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    MtSecret other = tls_secret;

    other.key[3] ^= 1;
    for (unsigned i = 0; i < 50; i++) {
        g_autoptr (GByteArray) hello = g_byte_array_new ();
        g_autoptr (MtTls) tls =
            mt_tls_new (&tls_secret, crypto_random_system (), TIME + i, hello);
        g_assert_false (mt_tls_is_open (tls));
        g_assert_cmpint (time_in (hello, &tls_secret), ==, TIME + i);
        g_assert_cmpint (time_in (hello, &other), ==, -1);
        g_hash_table_add (orders, walk (hello));
    }
    g_assert_cmpuint (g_hash_table_size (orders), >, 45);
}

static gboolean
no_random (void *user, uint8_t *out, size_t len)
{
    unsigned *left = user;

    if (*left == 0)
        return FALSE;
    (*left)--;
    memset (out, 0x41, len);
    return TRUE;
}

/* MT-C2: a source that fails at any of the draws makes no hello */
static void
test_no_random (void)
{
    for (unsigned n = 0; n < 8; n++) {
        unsigned left = n;
        CryptoRandom random = { no_random, &left };
        g_autoptr (GByteArray) out = g_byte_array_new ();
        g_assert_null (mt_tls_new (&tls_secret, &random, TIME, out));
        left = n;
        g_assert_null (mt_frame_new (&tls_secret, 2, TIME, &random, out));
    }
}

/* The answer to `hello`, of `noise` bytes in its third record. */
static GByteArray *
answer (const GByteArray *hello, const MtSecret *secret, unsigned noise)
{
    GByteArray *out = g_byte_array_new ();
    uint8_t mac[32], body[122] = { 2, 0, 0, 118, 3, 3 };
    g_autofree uint8_t *filling = g_malloc0 (noise + 1);
    uint8_t head[] = { 0x17, 3, 3, (uint8_t)(noise >> 8), (uint8_t)noise };

    g_byte_array_append (out, (const uint8_t *)"\x16\x03\x03\x00\x7a", 5);
    g_byte_array_append (out, body, sizeof body);
    g_byte_array_append (out, (const uint8_t *)"\x14\x03\x03\x00\x01\x01", 6);
    g_byte_array_append (out, head, sizeof head);
    g_byte_array_append (out, filling, noise);
    CryptoPiece pieces[] = { { hello->data + RANDOM_AT, 32 }, { out->data, out->len } };
    crypto_hmac_sha256 (secret->key, 16, pieces, 2, mac);
    memcpy (out->data + RANDOM_AT, mac, 32);
    return out;
}

/* Pushes in pieces of `step` bytes until something is wrong. */
static MtTlsResult
push (MtTls *tls, const GByteArray *bytes, size_t step, GByteArray *plain)
{
    MtTlsResult result = MT_TLS_MORE;

    for (size_t at = 0; at < bytes->len && result == MT_TLS_MORE; at += step)
        result = mt_tls_push (tls, bytes->data + at, MIN (step, bytes->len - at), plain);
    return result;
}

/* MT-B15: a good answer in any pieces, short or long; one whose HMAC is of another secret, or
 * which any bit of was turned, is a stranger's */
static void
test_answer (void)
{
    MtSecret other = tls_secret;

    other.key[15] ^= 0x80;
    for (unsigned step = 1; step < 300; step = step * 2 + 1) {
        g_autoptr (GByteArray) hello = g_byte_array_new (), plain = g_byte_array_new ();
        g_autoptr (MtTls) tls =
            mt_tls_new (&tls_secret, crypto_random_system (), TIME, hello);
        g_autoptr (GByteArray) good = answer (hello, &tls_secret, step * 13);
        g_assert_cmpint (push (tls, good, step, plain), ==, MT_TLS_MORE);
        g_assert_true (mt_tls_is_open (tls));
        g_assert_cmpuint (plain->len, ==, 0);
    }
    for (unsigned at = 0; at < 200; at++) {
        g_autoptr (GByteArray) hello = g_byte_array_new (), plain = g_byte_array_new ();
        g_autoptr (MtTls) tls =
            mt_tls_new (&tls_secret, crypto_random_system (), TIME, hello);
        g_autoptr (GByteArray) bad = answer (hello, at == 0 ? &other : &tls_secret, 64);
        if (at > 0)
            bad->data[at - 1] ^= 4;
        /* in single bytes, as nothing may be believed before the end; a length that
         * became longer has no end */
        MtTlsResult result = push (tls, bad, 1 + at % 7, plain);
        gboolean is_length = at - 1 == 3 || at - 1 == 4 || at - 1 == 136 || at - 1 == 137;
        if (!is_length)
            g_assert_cmpint (result, ==, MT_TLS_STRANGER);
        g_assert_false (mt_tls_is_open (tls));
        if (at >= bad->len)
            break;
    }
}

/* MT-B15: what real servers say instead, and a record without an end */
static void
test_strangers (void)
{
    static const struct {
        const char *bytes;
        size_t len;
        MtTlsResult want;
    } rows[] = {
        { "HTTP/1.1 400 Bad Request\r\n", 26, MT_TLS_STRANGER },
        { "\x15\x03\x01\x00\x02\x02\x28", 7, MT_TLS_STRANGER }, /* an alert */
        { "\x16\x03\x01\x00\x7a", 5, MT_TLS_STRANGER },         /* TLS 1.0 */
        { "\x17\x03\x03\x00\x7a", 5, MT_TLS_STRANGER },
        { "\x16\x03\x03\x00\x04\x02\x00\x00\x00", 9, MT_TLS_STRANGER }, /* too short */
        { "\x16\x03\x03\xff\xff", 5, MT_TLS_MORE },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (GByteArray) hello = g_byte_array_new (), plain = g_byte_array_new ();
        g_autoptr (MtTls) tls =
            mt_tls_new (&tls_secret, crypto_random_system (), TIME, hello);
        g_assert_cmpint (
            mt_tls_push (tls, (const uint8_t *)rows[i].bytes, rows[i].len, plain), ==,
            rows[i].want);
        g_assert_false (mt_tls_is_open (tls));
    }
}

/* A frame in records, whose proxy answered. */
static MtFrame *
open_frame (GByteArray *hello)
{
    MtFrame *frame = mt_frame_new (&tls_secret, 2, TIME, crypto_random_system (), hello);
    uint8_t body[8] = { 1 };
    g_autoptr (GByteArray) out = g_byte_array_new ();
    g_autoptr (GByteArray) good = answer (hello, &tls_secret, 100);
    const uint8_t *got;
    size_t len;

    g_assert_false (mt_frame_is_open (frame));
    g_assert_false (frame_wrap (frame, crypto_random_system (), body, 8, out));
    mt_frame_push (frame, good->data, good->len);
    g_assert_cmpint (mt_frame_pop (frame, &got, &len), ==, MT_FRAME_MORE);
    g_assert_true (mt_frame_is_open (frame));
    return frame;
}

/* Takes the records of `wire` apart. */
static GByteArray *
unwrapped (const GByteArray *wire, gboolean first)
{
    GByteArray *plain = g_byte_array_new ();
    size_t at = 0;

    if (first) {
        g_assert_cmpmem (wire->data, 6, "\x14\x03\x03\x00\x01\x01", 6);
        at = 6;
    }
    while (at < wire->len) {
        size_t len = number_at (wire->data + at + 3);
        g_assert_cmpmem (wire->data + at, 3, "\x17\x03\x03", 3);
        g_assert_cmpuint (len, <=, 2878);
        g_assert_cmpuint (len, >, 0);
        g_byte_array_append (plain, wire->data + at + 5, (unsigned)len);
        at += 5 + len;
    }
    g_assert_cmpuint (at, ==, wire->len);
    return plain;
}

/* The server's end of the obfuscation, from the 64 bytes that begin it. */
static void
server_end (const uint8_t header[static 64], CryptoCtr **up, CryptoCtr **down)
{
    uint8_t reversed[64], key[32];

    for (unsigned i = 0; i < 64; i++)
        reversed[i] = header[63 - i];
    CryptoPiece out[] = { { header + 8, 32 }, { tls_secret.key, 16 } };
    CryptoPiece in[] = { { reversed + 8, 32 }, { tls_secret.key, 16 } };
    crypto_sha256_pieces (out, 2, key);
    *up = crypto_ctr_new (key, header + 40);
    crypto_sha256_pieces (in, 2, key);
    *down = crypto_ctr_new (key, reversed + 40);
}

/* MT-B16: 1 MiB out and in, in records that split packets anywhere; before the first goes
 * a change of ciphers, and the header is in it */
static void
test_records (void)
{
    g_autoptr (GByteArray) hello = g_byte_array_new (), out = g_byte_array_new ();
    g_autoptr (MtFrame) frame = open_frame (hello);
    size_t size = 1u << 20;
    g_autofree uint8_t *body = g_malloc (size);
    g_autoptr (CryptoCtr) up = NULL, down = NULL;
    const uint8_t *got = NULL;
    size_t len = 0, records = 0;

    for (size_t i = 0; i < size; i++)
        body[i] = (uint8_t)(i * 31);
    g_assert_true (frame_wrap (frame, crypto_random_system (), body, size, out));
    g_autoptr (GByteArray) plain = unwrapped (out, TRUE);
    server_end (plain->data, &up, &down);
    crypto_ctr_apply (up, plain->data, plain->data, plain->len);
    g_assert_cmpmem (plain->data + 56, 6, "\xdd\xdd\xdd\xdd\x02\x00", 6);
    g_assert_cmpmem (plain->data + 68, size, body, size);

    g_byte_array_remove_range (plain, 0, 64); /* the same comes back */
    crypto_ctr_apply (down, plain->data, plain->data, plain->len);
    for (size_t at = 0; at < plain->len; records++) {
        size_t n = MIN (plain->len - at, records == 1 ? 0 : records % 5 == 0 ? 1 : 16384);
        uint8_t head[5] = { 0x17, 3, 3, (uint8_t)(n >> 8), (uint8_t)n };
        g_assert_cmpint (mt_frame_pop (frame, &got, &len), ==, MT_FRAME_MORE);
        mt_frame_push (frame, head, 2);
        mt_frame_push (frame, head + 2, 3);
        mt_frame_push (frame, plain->data + at, n / 2);
        mt_frame_push (frame, plain->data + at + n / 2, n - n / 2);
        at += n;
    }
    g_assert_cmpint (mt_frame_pop (frame, &got, &len), ==, MT_FRAME_PACKET);
    g_assert_cmpmem (got, size, body, size);

    g_byte_array_set_size (out, 0);
    g_assert_true (frame_wrap (frame, crypto_random_system (), body, 64, out));
    g_autoptr (GByteArray) second = unwrapped (out, FALSE);
    g_assert_cmpuint (second->len, >=, 68);
}

/* MT-B16: an alert, or anything else than data, ends it; what came before counts */
static void
test_other_record (void)
{
    static const char *const heads[] = { "\x15\x03\x03", "\x14\x03\x03", "\x16\x03\x03",
                                         "\x17\x03\x01", "HTTP" };

    for (size_t i = 0; i < G_N_ELEMENTS (heads); i++) {
        g_autoptr (GByteArray) hello = g_byte_array_new ();
        g_autoptr (MtFrame) frame = open_frame (hello);
        const uint8_t *got;
        size_t len;
        mt_frame_push (frame, (const uint8_t *)heads[i], 3);
        for (unsigned k = 0; k < 3; k++) {
            g_assert_cmpint (mt_frame_pop (frame, &got, &len), ==, MT_FRAME_BAD);
            mt_frame_push (frame, (const uint8_t *)"\x17\x03\x03\x00\x00", 5);
        }
    }
}

/* MT-B16: what a header in records begins with is of no account */
static void
test_any_beginning (void)
{
    g_autoptr (GBytes) head = g_bytes_new_static (
        "HEAD56789abcdef0123456789abcdef0123456789abcdef0123456789abcdefg", 64);
    CryptoRandom random = { fixed_random, head };
    g_autoptr (GByteArray) out = g_byte_array_new ();
    g_autoptr (MtFrame) frame = mt_frame_new (&tls_secret, 2, TIME, &random, out);

    g_assert_nonnull (frame);
    g_assert_null (mt_frame_new (NULL, 2, TIME, &random, out));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/secret-on-the-wire/like-others", test_secrets);
    g_test_add_func ("/secret-on-the-wire/odd-length", test_odd_length);
    g_test_add_func ("/tls/hello", test_hello);
    g_test_add_func ("/tls/no-random", test_no_random);
    g_test_add_func ("/tls/answer", test_answer);
    g_test_add_func ("/tls/strangers", test_strangers);
    g_test_add_func ("/tls/records", test_records);
    g_test_add_func ("/tls/other-record", test_other_record);
    g_test_add_func ("/tls/any-beginning", test_any_beginning);
    return g_test_run ();
}
