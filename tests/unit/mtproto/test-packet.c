/* Encrypted packets beside other implementations, frames, clock and memory of ids. */
#include "crypto-aes-ctr.h"
#include "frame-wrap.h"
#include "mt-clock.h"
#include "mt-packet.h"
#include "vectors.h"

#include <string.h>

static unsigned compared;

static void
check_open (const VectorCase *c)
{
    uint8_t key[256];
    MtPacket packet;
    const char *verdict = vector_text (c->out, "verdict");
    g_autoptr (GBytes) bytes = vector_hex (verdict != NULL ? c->in : c->out, "packet");
    size_t len;
    const uint8_t *data = g_bytes_get_data (bytes, &len);
    int x = g_str_equal (vector_text (c->in, "dir"), "c2s") ? 0 : 8;

    if (vector_int (c->in, "version") != 2)
        return;
    vector_fixed (c->in, "auth_key", key, sizeof key);
    g_autofree uint8_t *plain = g_malloc (len + 16);
    g_autofree uint8_t *exact = g_memdup2 (data, len);
    gboolean opened = mt_packet_open (key, x, exact, len, plain, &packet);
    compared++;
    if (verdict != NULL && g_str_equal (verdict, "reject")) {
        g_assert_false (opened);
        return;
    }
    JsonObject *want =
        verdict != NULL ? json_object_get_object_member (c->out, "plain") : c->in;
    g_assert_true (opened);
    g_assert_cmpint (packet.salt, ==, vector_int (want, "salt"));
    g_assert_cmpint (packet.session_id, ==, vector_int (want, "session_id"));
    g_assert_cmpint (packet.msg_id, ==, vector_int (want, "msg_id"));
    g_assert_cmpint (packet.seq_no, ==, vector_int (want, "seq_no"));
    g_autoptr (GBytes) body = vector_hex (want, "body");
    vector_assert_equal (body, packet.body, packet.len);

    /* the other direction's keys do not open it */
    g_assert_false (mt_packet_open (key, 8 - x, exact, len, plain, &packet));
}

/* MT-D1 MT-D3 MT-D4 MT-D5 */
static void
test_packets (void)
{
    compared = 0;
    vectors_each ("mtproto_message", check_open);
    g_assert_cmpuint (compared, >=, 20);
}

/* MT-D2 MT-D6 MT-D7 MT-B3 */
static void
test_hostile_packets (void)
{
    compared = 0;
    vectors_each ("mtproto_hostile", check_open);
    g_assert_cmpuint (compared, >=, 30);
}

/* MT-D5: our own packets: padding of 12 to 1024 bytes, a length no observer can rely on;
 * every cut and some thirty bits turned are refused */
static void
test_seal (void)
{
    static uint8_t key[256], plain[8192];
    gboolean lengths[64] = { FALSE };
    unsigned different = 0;

    g_assert_true (crypto_random_fill (crypto_random_system (), key, sizeof key));
    for (unsigned i = 0; i < 200; i++) {
        uint8_t body[64];
        MtPacket in = { 1, 2, 3 + 4 * i, 5, body, 4 * (i % 16 + 1) }, out;
        memset (body, (int)i, sizeof body);
        g_auto (TlWriter) sealed = { 0 };
        g_assert_true (mt_packet_seal (key, 0, &in, crypto_random_system (), &sealed));
        size_t padding = sealed.len - 24 - 32 - in.len;
        g_assert_cmpuint (padding, >=, 12);
        g_assert_cmpuint (padding, <=, 1024);
        if (in.len == 4 && padding / 16 < 64 && !lengths[padding / 16]) {
            lengths[padding / 16] = TRUE;
            different++;
        }
        g_assert_true (mt_packet_open (key, 0, sealed.data, sealed.len, plain, &out));
        g_assert_cmpmem (out.body, out.len, in.body, in.len);
        if (i > 0)
            continue;
        for (size_t cut = 0; cut + 16 <= sealed.len; cut++)
            g_assert_false (mt_packet_open (key, 0, sealed.data, cut, plain, &out));
        for (size_t at = 0; at < sealed.len; at += 5) {
            sealed.data[at] ^= 0x10;
            g_assert_false (
                mt_packet_open (key, 0, sealed.data, sealed.len, plain, &out));
            sealed.data[at] ^= 0x10;
        }
    }
    g_assert_cmpuint (different, >, 2);
}

/* Bytes that are counted: each fill another one. */
static gboolean
counted_random (void *user, uint8_t *out, size_t len)
{
    int *n = user;

    if (*n < 0)
        return FALSE;
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)(++*n);
    return TRUE;
}

/* MT-D5: the padding is what was drawn, all of it, and no byte of it stands there by itself; where
 * nothing can be drawn nothing is sealed; ten thousand equal messages have several lengths */
static void
test_padding_is_drawn (void)
{
    static uint8_t key[256], plain[2048];
    static const uint8_t body[20] = { 1 };
    gboolean lengths[256] = { FALSE };
    unsigned different = 0;
    int none = -1;
    const CryptoRandom nothing = { counted_random, &none };
    const MtPacket in = { 1, 2, 4, 5, body, sizeof body };

    memset (key, 9, sizeof key);
    for (int round = 0; round < 10000; round++) {
        int n = round;
        const CryptoRandom random = { counted_random, &n };
        g_auto (TlWriter) out = { 0 };
        g_assert_true (mt_packet_seal (key, 0, &in, &random, &out));
        g_assert_true (crypto_envelope_open (key, 0, out.data + 8, out.len - 24, plain));
        size_t padding = out.len - 24 - 32 - sizeof body;
        for (size_t i = 0; i < padding; i++)
            g_assert_cmpuint (plain[32 + sizeof body + i], ==,
                              (uint8_t)(round + (int)i + 1));
        g_assert_cmpuint (padding, >=, 12);
        g_assert_cmpuint (padding, <=, 1024);
        g_assert_cmpuint ((out.len - 24) % 16, ==, 0);
        different += !lengths[padding];
        lengths[padding] = TRUE;
    }
    g_assert_cmpuint (different, >=, 4);
    g_auto (TlWriter) out = { 0 };
    g_assert_false (mt_packet_seal (key, 0, &in, &nothing, &out));
    g_assert_cmpuint (out.len, ==, 0);
}

/* Each bit of it, one after the other. */
static void
check_bits (const VectorCase *c)
{
    uint8_t key[256];
    MtPacket packet;

    if (vector_int (c->in, "version") != 2 || compared > 0)
        return;
    g_autoptr (GBytes) bytes = vector_hex (c->out, "packet");
    size_t len;
    const uint8_t *data = g_bytes_get_data (bytes, &len);
    int x = g_str_equal (vector_text (c->in, "dir"), "c2s") ? 0 : 8;
    g_autofree uint8_t *copy = g_memdup2 (data, len);
    g_autofree uint8_t *plain = g_malloc (len);
    vector_fixed (c->in, "auth_key", key, sizeof key);
    g_assert_cmpuint ((len - 24) % 16, ==, 0); /* no byte of the transport's */
    g_assert_true (mt_packet_open (key, x, copy, len, plain, &packet));
    for (size_t bit = 0; bit < 8 * len; bit++) {
        copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
        g_assert_false (mt_packet_open (key, x, copy, len, plain, &packet));
        copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
        compared++;
    }
}

/* MT-D6: a packet with any bit of it turned does not open */
static void
test_every_bit (void)
{
    compared = 0;
    vectors_each ("mtproto_message", check_bits);
    g_assert_cmpuint (compared, >=, 8 * (24 + 48));
}

/* MT-C1: the envelope without a key; none is what names one, or a length that is none */
static void
test_plain (void)
{
    static const uint32_t lengths[] = { 0,  2,          3,          7,         9,
                                        12, 0x7ffffffc, 0x80000000, 0xfffffffc };
    g_auto (TlWriter) out = { 0 };
    const uint8_t *body;
    size_t len;

    mt_plain_seal (0x51e57ac42770964a, (const uint8_t *)"abcdefgh", 8, &out);
    g_assert_cmpuint (out.len, ==, 28);
    for (size_t i = 0; i < 8; i++)
        g_assert_cmpuint (out.data[i], ==, 0);
    g_assert_cmpuint (out.data[8], ==, 0x4a);
    out.data[8] |= 1; /* as the server numbers */
    g_assert_true (mt_plain_open (out.data, out.len, &body, &len));
    g_assert_cmpmem (body, len, "abcdefgh", 8);
    for (size_t cut = 0; cut < out.len; cut++)
        g_assert_false (mt_plain_open (out.data, cut, &body, &len));
    for (int bit = 0; bit < 64; bit++) {
        out.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        g_assert_false (mt_plain_open (out.data, out.len, &body, &len));
        out.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t i = 0; i < G_N_ELEMENTS (lengths); i++) {
        uint32_t length = GUINT32_TO_LE (lengths[i]);
        memcpy (out.data + 16, &length, 4);
        g_assert_false (mt_plain_open (out.data, out.len, &body, &len));
    }
    out.data[16] = 4; /* the transport's padding may be behind it (MT-B3) */
    memset (out.data + 17, 0, 3);
    g_assert_true (mt_plain_open (out.data, out.len, &body, &len));
    g_assert_cmpmem (body, len, "abcd", 4);
}

/* --- frames --- */
static gboolean
fixed_random (void *user, uint8_t *out, size_t len)
{
    GBytes *bytes = user;
    const uint8_t *data = g_bytes_get_data (bytes, NULL);

    for (size_t i = 0; i < len; i++)
        out[i] = data[i % 64];
    return TRUE;
}

static void
check_frames (const VectorCase *c)
{
    uint8_t key[32], iv[16];
    JsonArray *frames = json_object_get_array_member (c->in, "frames");

    if (!g_str_equal (vector_text (c->in, "kind"), "padded") ||
        *vector_text (c->in, "secret") != '\0')
        return;
    compared++;
    g_autoptr (GBytes) drawn = vector_hex (c->in, "random");
    g_autoptr (GBytes) header = vector_hex (c->out, "header");
    CryptoRandom random = { fixed_random, drawn };
    g_autoptr (GByteArray) out = g_byte_array_new ();
    g_autoptr (MtFrame) frame =
        mt_frame_new (NULL, (int)vector_int (c->in, "dc"), 0, &random, out);
    g_assert_nonnull (frame);
    g_assert_cmpuint (out->len, ==, 64);
    /* behind it the data centre's number and two random bytes; the vectors name none */
    g_assert_cmpmem (out->data, 60, g_bytes_get_data (header, NULL), 60);

    /* what we wrap, read with the vector's own key and IV */
    vector_fixed (c->out, "enc_key", key, 32);
    vector_fixed (c->out, "enc_iv", iv, 16);
    g_autoptr (CryptoCtr) up = crypto_ctr_new (key, iv);
    uint8_t skip[64];
    memset (skip, 0, sizeof skip);
    crypto_ctr_apply (up, skip, skip, sizeof skip);
    /* what the server sends, in single bytes */
    vector_fixed (c->out, "dec_key", key, 32);
    vector_fixed (c->out, "dec_iv", iv, 16);
    g_autoptr (CryptoCtr) down = crypto_ctr_new (key, iv);
    for (unsigned i = 0; i < json_array_get_length (frames); i++) {
        g_autoptr (GBytes) bytes = vector_item (frames, i);
        size_t len;
        const uint8_t *data = g_bytes_get_data (bytes, &len);
        g_byte_array_set_size (out, 0);
        g_assert_true (frame_wrap (frame, &random, data, len, out));
        crypto_ctr_apply (up, out->data, out->data, out->len);
        uint32_t length;
        memcpy (&length, out->data, 4);
        length = GUINT32_FROM_LE (length);
        g_assert_cmpuint (length + 4, ==, out->len);
        g_assert_cmpuint (length - len, <, 16);
        g_assert_cmpmem (out->data + 4, len, data, len);

        const uint8_t *got = NULL;
        size_t got_len = 0;
        crypto_ctr_apply (down, out->data, out->data, out->len);
        for (size_t k = 0; k < out->len; k++) {
            g_assert_cmpint (mt_frame_pop (frame, &got, &got_len), ==, MT_FRAME_MORE);
            mt_frame_push (frame, out->data + k, 1);
        }
        g_assert_cmpint (mt_frame_pop (frame, &got, &got_len), ==, MT_FRAME_PACKET);
        g_assert_cmpuint (got_len, >=, len);
        g_assert_cmpmem (got, len, data, len);
    }
}

/* MT-B3 MT-B5 MT-B8 MT-B9 */
static void
test_frames (void)
{
    compared = 0;
    vectors_each ("transport_obfuscated", check_frames);
    g_assert_cmpuint (compared, ==, 5);
}

/* --- beginnings --- */

static const char *const heads[] = { "HEAD",
                                     "POST",
                                     "GET ",
                                     "OPTI",
                                     "\xdd\xdd\xdd\xdd",
                                     "\xee\xee\xee\xee",
                                     "\x16\x03\x01\x02",
                                     "\xef" };

/* The one of that number; behind the last one four zeros in the second place, then a good one. */
static void
begin_with (unsigned n, uint8_t *out, size_t len)
{
    memset (out, 0x41, len);
    if (n < G_N_ELEMENTS (heads))
        memcpy (out, heads[n], strlen (heads[n]));
    else if (n == G_N_ELEMENTS (heads))
        memset (out + 4, 0, 4);
}

static gboolean
forbidden_first (void *user, uint8_t *out, size_t len)
{
    unsigned *n = user;

    begin_with ((*n)++, out, len);
    return TRUE;
}

typedef struct {
    unsigned n, draws;
} Stuck;

static gboolean
forbidden_always (void *user, uint8_t *out, size_t len)
{
    Stuck *stuck = user;

    begin_with (stuck->n, out, len);
    stuck->draws++;
    return TRUE;
}

/* MT-B8: beginnings that are forbidden are drawn again */
static void
test_forbidden_heads (void)
{
    unsigned n = 0;
    CryptoRandom random = { forbidden_first, &n };
    g_autoptr (GByteArray) out = g_byte_array_new ();
    g_autoptr (MtFrame) frame = mt_frame_new (NULL, 2, 0, &random, out);

    g_assert_nonnull (frame);
    g_assert_cmpuint (n, ==, 10);
    g_assert_cmpuint (out->len, ==, 64);
    g_assert_cmpuint (out->data[0], ==, 0x41);
}

/* MT-B8: a source that has nothing but one of these is given up, and nothing is said with it */
static void
test_only_forbidden_heads (void)
{
    for (unsigned n = 0; n <= G_N_ELEMENTS (heads) + 1; n++) {
        Stuck stuck = { .n = n };
        CryptoRandom random = { forbidden_always, &stuck };
        g_autoptr (GByteArray) out = g_byte_array_new ();
        g_autoptr (MtFrame) frame = mt_frame_new (NULL, 2, 0, &random, out);
        gboolean good = n > G_N_ELEMENTS (heads);
        g_assert_cmpint (frame != NULL, ==, good);
        g_assert_cmpuint (out->len, ==, good ? 64 : 0);
        g_assert_cmpuint (stuck.draws, >=, good ? 1 : 2);
        g_assert_cmpuint (stuck.draws, <=, good ? 1 : 1000);
    }
}

/* --- padding --- */

typedef struct {
    uint8_t last; /* of what is drawn, by which the length is chosen */
} Chosen;

static gboolean
chosen_length (void *user, uint8_t *out, size_t len)
{
    memset (out, 0x55, len);
    out[len - 1] = ((Chosen *)user)->last;
    return TRUE;
}

/* What is sent for a payload of 8 bytes, in plain; the padding's length. */
static size_t
wrapped (MtFrame *frame, CryptoCtr *up, const CryptoRandom *random,
         uint8_t plain[static 32])
{
    g_autoptr (GByteArray) out = g_byte_array_new ();
    uint32_t total;

    g_assert_true (frame_wrap (frame, random, (const uint8_t *)"12345678", 8, out));
    g_assert_cmpuint (out->len, <=, 4 + 8 + 15);
    crypto_ctr_apply (up, out->data, plain, out->len);
    memcpy (&total, plain, 4);
    g_assert_cmpuint (GUINT32_FROM_LE (total), ==, out->len - 4);
    g_assert_cmpmem (plain + 4, 8, "12345678", 8);
    return out->len - 12;
}

/* MT-B3: nothing to fifteen bytes behind a packet, both ways; sixteen are no padding; two packets
 * that are equal go out with other lengths and other bytes behind them */
static void
test_padding (void)
{
    static uint8_t key[256];
    uint8_t plain[256], skip[64], seen[32], before[32] = { 0 };
    g_auto (TlWriter) sealed = { 0 };
    MtPacket in = { 1, 2, 3, 5, (const uint8_t *)"abcd", 4 }, got;
    g_autoptr (GByteArray) out = g_byte_array_new ();
    g_autoptr (MtFrame) frame = mt_frame_new (NULL, 2, 0, crypto_random_system (), out);
    g_autoptr (CryptoCtr) up = crypto_ctr_new (out->data + 8, out->data + 40);
    unsigned lengths = 0, changed = 0;

    crypto_ctr_apply (up, out->data, skip, 64);
    for (unsigned pad = 0; pad < 16; pad++) {
        Chosen chosen = { (uint8_t)(pad + 16 * (pad % 3)) };
        CryptoRandom random = { chosen_length, &chosen };
        g_assert_cmpuint (wrapped (frame, up, &random, plain), ==, pad);
    }
    g_assert_true (mt_packet_seal (key, 8, &in, crypto_random_system (), &sealed));
    size_t len = sealed.len;
    for (int i = 0; i < 4; i++)
        tl_writer_int (&sealed, 0x55555555);
    for (size_t pad = 0; pad <= 16; pad++)
        g_assert_cmpint (mt_packet_open (key, 8, sealed.data, len + pad, plain, &got), ==,
                         pad < 16);
    for (int i = 0; i < 1000; i++) {
        size_t pad = wrapped (frame, up, crypto_random_system (), seen);
        lengths |= 1u << pad;
        changed += pad >= 4 && memcmp (seen + 12, before + 12, 4) != 0;
        memcpy (before, seen, sizeof before);
    }
    g_assert_cmpuint (lengths, ==, 0xffff);
    g_assert_cmpuint (changed, >, 500);
}

/* MT-B6 MT-B7: lengths that cannot be, either way */
static void
test_bad_frames (void)
{
    static const struct {
        uint32_t length;
        MtFrameResult want;
    } rows[] = { { 0, MT_FRAME_BAD },
                 { 3, MT_FRAME_BAD },
                 { (uint32_t)MT_FRAME_PAYLOAD_MAX + 15, MT_FRAME_MORE },
                 { (uint32_t)MT_FRAME_PAYLOAD_MAX + 16, MT_FRAME_MORE }, /* in parts */
                 { (uint32_t)MT_FRAME_PASSING_MAX, MT_FRAME_MORE },
                 { (uint32_t)MT_FRAME_PASSING_MAX + 1, MT_FRAME_BAD },
                 { 0x7fffffff, MT_FRAME_BAD },
                 { 0xffffffff, MT_FRAME_BAD },
                 { 64, MT_FRAME_MORE } };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (GByteArray) out = g_byte_array_new ();
        g_autoptr (MtFrame) frame =
            mt_frame_new (NULL, 2, 0, crypto_random_system (), out);
        uint8_t key[32], iv[16], head[48];
        const uint8_t *got;
        size_t len;
        for (size_t k = 0; k < 48; k++) /* as the server derives it */
            head[k] = out->data[55 - k];
        memcpy (key, head, 32);
        memcpy (iv, head + 32, 16);
        g_autoptr (CryptoCtr) down = crypto_ctr_new (key, iv);
        uint32_t word = GUINT32_TO_LE (rows[i].length);
        uint8_t wire[4];
        crypto_ctr_apply (down, (const uint8_t *)&word, wire, 4);
        mt_frame_push (frame, wire, 4);
        g_assert_cmpint (mt_frame_pop (frame, &got, &len), ==, rows[i].want);
    }
    g_autoptr (GByteArray) out = g_byte_array_new ();
    g_autoptr (MtFrame) frame = mt_frame_new (NULL, 2, 0, crypto_random_system (), out);
    uint8_t body[8] = { 0 };
    g_assert_false (frame_wrap (frame, crypto_random_system (), body, 7, out));
}

/* --- clock and memory --- */

/* MT-D14 MT-D17: multiples of 4, strictly growing, near the server's time; an offset only
 * grows by itself */
static void
test_clock (void)
{
    MtClock clock = { 0 };
    HostTime now = { .mono = 1000, .wall = 1700000000000 };
    int64_t last = 0;

    for (unsigned i = 0; i < 3000; i++) {
        int64_t id = mt_clock_next_id (&clock, crypto_random_system (), now);
        g_assert_cmpint (id, >, last);
        g_assert_cmpint (id & 3, ==, 0);
        last = id;
        now.mono += i % 3;
        now.wall += i % 3;
    }
    g_assert_true (mt_clock_accepts (&clock, 1, now)); /* nothing known yet */
    int64_t server = ((int64_t)1800000000 << 32) | 1;
    mt_clock_learn (&clock, server, now);
    g_assert_cmpint (mt_clock_server_ms (&clock, now) / 1000, ==, 1800000000);
    mt_clock_learn (&clock, ((int64_t)1799999000 << 32) | 1,
                    now); /* late: no step back */
    g_assert_cmpint (mt_clock_server_ms (&clock, now) / 1000, ==, 1800000000);
    mt_clock_reset (&clock, ((int64_t)1799999000 << 32) | 1, now);
    g_assert_cmpint (mt_clock_server_ms (&clock, now) / 1000, ==, 1799999000);
    /* MT-D11: 300 s into the past, 30 s ahead */
    int64_t at = 1799999000;
    g_assert_true (mt_clock_accepts (&clock, ((at - 299) << 32) | 1, now));
    g_assert_false (mt_clock_accepts (&clock, ((at - 302) << 32) | 1, now));
    g_assert_true (mt_clock_accepts (&clock, ((at + 29) << 32) | 1, now));
    g_assert_false (mt_clock_accepts (&clock, ((at + 32) << 32) | 1, now));
}

/* MT-D14: ids grow within one tick, when the clock is set back an hour, and over the end of a second;
 * none of them has 32 zero bits behind */
static void
test_ids_grow (void)
{
    MtClock clock = { 0 };
    HostTime now = { .mono = 1000, .wall = 1700000000000 };
    int64_t last = 0;

    for (unsigned i = 0; i < 100000; i++) {
        int64_t id = mt_clock_next_id (&clock, crypto_random_system (), now);
        g_assert_cmpint (id, >, last);
        g_assert_cmpint (id & 3, ==, 0);
        last = id;
    }
    now.wall -= 3600 * 1000;
    for (unsigned i = 0; i < 1000; i++) {
        int64_t id = mt_clock_next_id (&clock, crypto_random_system (), now);
        g_assert_cmpint (id, >, last);
        last = id;
    }
    clock.last_id = (INT64_C (1800000000) << 32) - 4;
    last = mt_clock_next_id (&clock, crypto_random_system (), now);
    g_assert_cmpint (last, ==, (INT64_C (1800000000) << 32) + 4);
}

/* MT-D10: duplicates in any order, and ids below the memory */
static void
test_seen (void)
{
    MtSeen *seen = g_new0 (MtSeen, 1);

    for (int64_t i = 0; i < MT_SEEN_MAX; i++) {
        int64_t id = 1 + 4 * (100 + (i * 7) % MT_SEEN_MAX);
        g_assert_cmpint (mt_seen_add (seen, id), ==, MT_SEEN_NEW);
        g_assert_cmpint (mt_seen_add (seen, id), ==, MT_SEEN_DUPLICATE);
    }
    g_assert_cmpuint (seen->len, ==, MT_SEEN_MAX);
    g_assert_cmpint (mt_seen_add (seen, 1), ==, MT_SEEN_TOO_OLD);
    g_assert_false (mt_seen_has (seen, 1));
    g_assert_cmpint (mt_seen_add (seen, 1 + 4 * 5000), ==, MT_SEEN_NEW);
    g_assert_cmpint (mt_seen_add (seen, 1 + 4 * 100), !=, MT_SEEN_NEW);
    for (size_t i = 1; i < seen->len; i++)
        g_assert_cmpint (seen->ids[i - 1], <, seen->ids[i]);
    g_free (seen);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/packet/vectors", test_packets);
    g_test_add_func ("/packet/hostile", test_hostile_packets);
    g_test_add_func ("/packet/seal", test_seal);
    g_test_add_func ("/packet/padding-is-drawn", test_padding_is_drawn);
    g_test_add_func ("/packet/every-bit", test_every_bit);
    g_test_add_func ("/packet/plain", test_plain);
    g_test_add_func ("/frame/vectors", test_frames);
    g_test_add_func ("/frame/forbidden-heads", test_forbidden_heads);
    g_test_add_func ("/frame/only-forbidden-heads", test_only_forbidden_heads);
    g_test_add_func ("/frame/padding", test_padding);
    g_test_add_func ("/frame/bad", test_bad_frames);
    g_test_add_func ("/clock/ids", test_clock);
    g_test_add_func ("/clock/ids-grow", test_ids_grow);
    g_test_add_func ("/clock/seen", test_seen);
    return g_test_run ();
}
