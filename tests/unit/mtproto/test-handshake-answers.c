/* What the server of a key exchange may say, and what it may not: the answers of a transcript with
 * one thing changed, whatever guards it made to fit. */
#include "crypto-aes-ige.h"
#include "crypto-hash.h"
#include "handshake-run.h"

#include "mtproto.tl.h"
#include "tl-encode.h"
#include "tl-message.h"

#include <string.h>

#define NONCE 4         /* in an answer's body: where it begins */
#define SERVER_NONCE 20 /* and the server's */

/* A transcript, and an exchange that has heard so many of its answers. */
typedef struct {
    JsonParser *parser;
    JsonObject *in;
    Run run;
} Talk;

static void
talk_init (Talk *talk)
{
    JsonArray *cases;

    talk->parser = vectors_open ("handshake", &cases);
    talk->in =
        json_object_get_object_member (json_array_get_object_element (cases, 0), "in");
    run_init (&talk->run, talk->in);
    mt_handshake_start (talk->run.handshake, &talk->run.out[0]);
}

static void
talk_clear (Talk *talk)
{
    run_clear (&talk->run);
    g_object_unref (talk->parser);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Talk, talk_clear)

/* An answer of the transcript, from 0. */
static GByteArray *
answer_of (const Talk *talk, unsigned number)
{
    JsonArray *messages = json_object_get_array_member (talk->in, "server_messages");

    return g_bytes_unref_to_array (vector_item (messages, number));
}

static MtHandshakeResult
hear (Talk *talk, unsigned number, const uint8_t *data, size_t len)
{
    HostTime now = { .mono = 5000 };

    tl_writer_clear (&talk->run.out[number + 1]);
    return mt_handshake_receive (talk->run.handshake, data, len, now,
                                 &talk->run.out[number + 1]);
}

/* The first `n` answers as they are. */
static void
hear_first (Talk *talk, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        g_autoptr (GByteArray) answer = answer_of (talk, i);
        g_assert_cmpint (hear (talk, i, answer->data, answer->len), ==,
                         MT_HANDSHAKE_SEND);
    }
}

static void
failed_since (const Talk *talk, MtHandshakeResult result, const char *reason)
{
    g_assert_cmpint (result, ==, MT_HANDSHAKE_FAILED);
    g_assert_cmpstr (mt_handshake_reason (talk->run.handshake), ==, reason);
}

/* --- the first answer --- */

/* What becomes of an exchange that begins with that; what is NULL stays as it is. */
static MtHandshakeResult
hear_offer (Talk *talk, const TlBytes *pq, const TlVector *fingerprints)
{
    g_autoptr (GByteArray) answer = answer_of (talk, 0);
    g_auto (TlWriter) out = { 0 };
    size_t used;
    g_autoptr (TlMessage) message = tl_message_decode_prefix (
        &tl_mtproto_schema, answer->data, answer->len, &used, NULL);
    MtpResPQ offer = *TL_AS (tl_message_root (message), MtpResPQ);

    if (pq != NULL)
        offer.pq = *pq;
    if (fingerprints != NULL)
        offer.server_public_key_fingerprints = *fingerprints;
    g_assert_true (tl_encode (&tl_mtproto_schema, TL_OBJ (&offer), &out));
    return hear (talk, 0, out.data, out.len);
}

/* MT-C5: our key among those that are offered, wherever it stands; with none, with others, or with
 * more than any server has in front of it the exchange does not go on, and no other key is taken */
static void
test_fingerprints (void)
{
    static const struct {
        unsigned n;
        int at; /* of ours, -1: not there */
        MtHandshakeResult want;
    } rows[] = { { 1, 0, MT_HANDSHAKE_SEND },
                 { 4, 0, MT_HANDSHAKE_SEND },
                 { 4, 1, MT_HANDSHAKE_SEND },
                 { 4, 3, MT_HANDSHAKE_SEND },
                 { 1000, 999, MT_HANDSHAKE_SEND },
                 { 0, -1, MT_HANDSHAKE_UNKNOWN_KEY },
                 { 1, -1, MT_HANDSHAKE_UNKNOWN_KEY },
                 { 4, -1, MT_HANDSHAKE_UNKNOWN_KEY },
                 { 5000, 4999, MT_HANDSHAKE_UNKNOWN_KEY },
                 { 1000000, 999999, MT_HANDSHAKE_UNKNOWN_KEY } };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_auto (Talk) talk = { 0 };
        g_autofree int64_t *offered = g_new0 (int64_t, MAX (rows[i].n, 1));
        talk_init (&talk);
        for (unsigned k = 0; k < rows[i].n; k++)
            offered[k] = (int)k == rows[i].at ? talk.run.key.fingerprint
                                              : talk.run.key.fingerprint + 1 + (int64_t)k;
        TlVector vector = { offered, rows[i].n };
        g_test_message ("row %zu", i);
        g_assert_cmpint (hear_offer (&talk, NULL, &vector), ==, rows[i].want);
        g_assert_cmpint (talk.run.out[1].len > 0, ==, rows[i].want == MT_HANDSHAKE_SEND);
    }
}

/* MT-C7: a product of two primes in at most eight bytes; with what is none the attempt ends, soon */
static void
test_products (void)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *reason; /* NULL: it goes on */
    } rows[] = { { "\x17\xed\x48\x94\x1a\x08\xf9\x81", 8, NULL },
                 { "\x0f", 1, NULL }, /* 3 * 5 */
                 { "\x00\x00\x00\x0f", 4, NULL },
                 { "\x31", 1, NULL },                             /* 7 * 7 */
                 { "\x3f\xff\xff\xff\x00\x00\x00\x01", 8, NULL }, /* (2^31 - 1) squared */
                 { "", 0, "pq has a wrong size" },
                 { "\x00\x17\xed\x48\x94\x1a\x08\xf9\x81", 9, "pq has a wrong size" },
                 { "\x00", 1, "pq does not factor" },
                 { "\x01", 1, "pq does not factor" },
                 { "\x7f\xff\xff\xff", 4, "pq does not factor" }, /* a prime */
                 { "\x80\0\0\0\0\0\0\0", 8, "pq does not factor" },
                 { "\xff\xff\xff\xff\xff\xff\xff\xff", 8, "pq does not factor" } };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_auto (Talk) talk = { 0 };
        TlBytes pq = TL_BYTES (rows[i].bytes, rows[i].len);
        talk_init (&talk);
        g_test_message ("row %zu", i);
        MtHandshakeResult result = hear_offer (&talk, &pq, NULL);
        if (rows[i].reason == NULL)
            g_assert_cmpint (result, ==, MT_HANDSHAKE_SEND);
        else
            failed_since (&talk, result, rows[i].reason);
    }
}

/* --- the second answer, opened --- */

typedef struct {
    uint8_t key[32], iv[32];
    GByteArray *plain; /* hash, object, padding */
} Inner;

static void
inner_clear (Inner *inner)
{
    g_byte_array_unref (inner->plain);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Inner, inner_clear)

/* That of the transcript, which has eight bytes of padding. */
static void
inner_init (Inner *inner, const Talk *talk)
{
    g_autoptr (GByteArray) answer = answer_of (talk, 1);
    g_autoptr (TlMessage) message =
        tl_message_decode (&tl_mtproto_schema, answer->data, answer->len, NULL);
    const MtpServerDHParamsOk *ok =
        TL_AS (tl_message_root (message), MtpServerDHParamsOk);
    size_t len = ok->encrypted_answer.len;
    uint8_t iv[32];

    vector_fixed (talk->in, "tmp_aes_key", inner->key, sizeof inner->key);
    vector_fixed (talk->in, "tmp_aes_iv", inner->iv, sizeof inner->iv);
    memcpy (iv, inner->iv, sizeof iv);
    inner->plain = g_byte_array_new ();
    g_byte_array_set_size (inner->plain, (unsigned)len);
    crypto_ige_decrypt (inner->key, iv, ok->encrypted_answer.data, inner->plain->data,
                        len);
}

/* That object inside, with its hash and as many bytes behind it as it takes. */
static void
inner_set (Inner *inner, const TlObject *object)
{
    g_auto (TlWriter) writer = { 0 };

    g_assert_true (tl_encode (&tl_mtproto_schema, object, &writer));
    g_byte_array_set_size (inner->plain, (unsigned)(20 + writer.len + 15) / 16 * 16);
    memset (inner->plain->data, 0, inner->plain->len);
    memcpy (inner->plain->data + 20, writer.data, writer.len);
    crypto_sha1 (writer.data, writer.len, inner->plain->data);
}

/* What becomes of an exchange whose second answer has that sealed in it, `len` bytes of which are
 * said. */
static MtHandshakeResult
hear_inner (Talk *talk, const Inner *inner, size_t len)
{
    g_autoptr (GByteArray) answer = answer_of (talk, 1);
    g_autofree uint8_t *sealed = g_malloc0 (MAX (inner->plain->len, len));
    g_auto (TlWriter) out = { 0 };
    uint8_t iv[32];
    MtpServerDHParamsOk ok =
        TL_NEW (MtpServerDHParamsOk, .encrypted_answer = TL_BYTES (sealed, len));

    memcpy (ok.nonce, answer->data + NONCE, 16);
    memcpy (ok.server_nonce, answer->data + SERVER_NONCE, 16);
    memcpy (iv, inner->iv, sizeof iv);
    crypto_ige_encrypt (inner->key, iv, inner->plain->data, sealed, inner->plain->len);
    g_assert_true (tl_encode (&tl_mtproto_schema, TL_OBJ (&ok), &out));
    hear_first (talk, 1);
    return hear (talk, 1, out.data, out.len);
}

/* The same, with all of it. */
static MtHandshakeResult
hear_whole (const Inner *inner)
{
    g_auto (Talk) talk = { 0 };

    talk_init (&talk);
    return hear_inner (&talk, inner, inner->plain->len);
}

/* MT-C14: what is inside is what its hash says, an object of the one kind with less than a
 * block behind it, whatever that is; not with a bit of hash or object turned, with sixteen
 * bytes more, or with another object whose hash is right */
static void
test_inner (void)
{
    g_auto (Talk) talk = { 0 };
    g_auto (Inner) inner = { 0 };

    talk_init (&talk);
    inner_init (&inner, &talk);
    GByteArray *plain = inner.plain;
    unsigned object = plain->len - 20 - 8;
    g_assert_cmpint (hear_whole (&inner), ==, MT_HANDSHAKE_SEND);
    for (unsigned at = 0; at < plain->len; at += 3) {
        plain->data[at] ^= 0x04;
        g_assert_cmpint (hear_whole (&inner), ==,
                         at < 20 + object ? MT_HANDSHAKE_FAILED : MT_HANDSHAKE_SEND);
        plain->data[at] ^= 0x04;
    }
    g_byte_array_set_size (plain, plain->len + 16);
    g_assert_cmpint (hear_whole (&inner), ==, MT_HANDSHAKE_FAILED);
    MtpResPQ other = TL_NEW (MtpResPQ, .pq = TL_STR ("12345678"));
    inner_set (&inner, TL_OBJ (&other));
    g_assert_cmpint (hear_whole (&inner), ==, MT_HANDSHAKE_FAILED);
}

/* MT-C13: blocks of sixteen bytes, from two of them to 4 KiB; another length is not even opened */
static void
test_sizes (void)
{
    static const size_t good[] = { 32, 592, 4096 },
                        bad[] = { 0, 16, 31, 591, 593, 600, 4112, 65536 };
    const char *reason = "encrypted_answer has a wrong size";

    for (size_t i = 0; i < G_N_ELEMENTS (good) + G_N_ELEMENTS (bad); i++) {
        g_auto (Talk) talk = { 0 };
        g_auto (Inner) inner = { 0 };
        gboolean is_good = i < G_N_ELEMENTS (good);
        talk_init (&talk);
        inner_init (&inner, &talk);
        size_t len = is_good ? good[i] : bad[i - G_N_ELEMENTS (good)];
        MtHandshakeResult result = hear_inner (&talk, &inner, len);
        if (!is_good)
            failed_since (&talk, result, reason);
        else if (len == inner.plain->len)
            g_assert_cmpint (result, ==, MT_HANDSHAKE_SEND);
        else
            failed_since (&talk, result, "the inner answer does not decode");
    }
}

/* MT-C4 MT-C15: in each of the six places where a nonce comes back after the first answer any bit
 * that is another one ends the attempt, though all guards around it fit */
static void
test_nonces (void)
{
    static const char *const reasons[] = { NULL, "server_DH_params_ok has other nonces",
                                           "the last answer's nonces or hash differ" };

    for (unsigned number = 1; number <= 2; number++)
        for (unsigned bit = NONCE * 8; bit < (SERVER_NONCE + 16) * 8; bit += 11) {
            g_auto (Talk) talk = { 0 };
            talk_init (&talk);
            hear_first (&talk, number);
            g_autoptr (GByteArray) answer = answer_of (&talk, number);
            answer->data[bit / 8] ^= (uint8_t)(1 << bit % 8);
            failed_since (&talk, hear (&talk, number, answer->data, answer->len),
                          reasons[number]);
        }
    for (unsigned bit = NONCE * 8; bit < (SERVER_NONCE + 16) * 8; bit += 11) {
        g_auto (Talk) talk = { 0 };
        g_auto (Inner) inner = { 0 };
        talk_init (&talk);
        inner_init (&inner, &talk);
        GByteArray *plain = inner.plain;
        plain->data[20 + bit / 8] ^= (uint8_t)(1 << bit % 8);
        crypto_sha1 (plain->data + 20, plain->len - 20 - 8, plain->data);
        failed_since (&talk, hear_inner (&talk, &inner, plain->len),
                      "the inner nonces differ");
    }
}

/* --- groups --- */

/* The transcript's second answer with another prime and generator, or another g_a; what is NULL stays
 * as it is. */
static MtHandshakeResult
hear_group (Talk *talk, const TlBytes *p, int g, const TlBytes *g_a)
{
    g_auto (Inner) inner = { 0 };

    inner_init (&inner, talk);
    g_autofree uint8_t *object =
        g_memdup2 (inner.plain->data + 20, inner.plain->len - 20);
    size_t used;
    g_autoptr (TlMessage) message = tl_message_decode_prefix (
        &tl_mtproto_schema, object, inner.plain->len - 20, &used, NULL);
    MtpServerDHInnerData data = *TL_AS (tl_message_root (message), MtpServerDHInnerData);
    data.dh_prime = p != NULL ? *p : data.dh_prime;
    data.g = g;
    data.g_a = g_a != NULL ? *g_a : data.g_a;
    inner_set (&inner, TL_OBJ (&data));
    return hear_inner (talk, &inner, inner.plain->len);
}

/* MT-C18 MT-A19: g_a with as many zeros in front as one likes, or none; from one limit to the other,
 * and nothing beyond; nor with a byte more than the prime has */
static void
test_public_values (void)
{
    enum {
        FIRST,
        LAST,
        TOO_SMALL,
        TOO_LARGE,
        ZERO,
        ONE,
        ALL_BUT_ONE,
        THE_PRIME,
        BYTE_MORE,
        ROWS
    };
    const size_t low = 1984 / 8; /* of the 2^1984 that are left out at both ends */

    for (int row = FIRST; row < ROWS; row++)
        for (int zeros = 0; zeros < 2; zeros++) {
            g_auto (Talk) talk = { 0 };
            uint8_t v[260] = { 0 }, *number = v + 4, p[256];
            talk_init (&talk);
            vector_fixed (talk.in, "dh_prime", p, sizeof p);
            if (row == FIRST || row == BYTE_MORE)
                number[255 - low] = 1; /* 2^1984 */
            else if (row == TOO_SMALL)
                memset (number + 256 - low, 0xff, low);
            else if (row == ONE)
                number[255] = 1;
            else if (row != ZERO)
                memcpy (number, p, 256);
            if (row == LAST ||
                row == TOO_LARGE) { /* the prime less 2^1984; and one more */
                for (size_t i = 255 - low; number[i]-- == 0; i--)
                    continue;
                number[255] += row == TOO_LARGE; /* it is odd */
            }
            if (row == ALL_BUT_ONE)
                number[255]--;
            if (row == BYTE_MORE)
                v[3] = 1;
            size_t skip = 0;
            while (skip < 259 && v[skip] == 0)
                skip++;
            if (zeros)
                skip = MIN (skip, 3);
            TlBytes g_a = TL_BYTES (v + skip, sizeof v - skip);
            MtHandshakeResult result = hear_group (&talk, NULL, 3, &g_a);
            if (row == FIRST || row == LAST)
                g_assert_cmpint (result, ==, MT_HANDSHAKE_SEND);
            else
                failed_since (&talk, result, "g_a is out of range");
        }
}

/* MT-C17: of the usual prime 3, 4 and 7 are generators; nothing else is, whatever it is */
static void
test_generators (void)
{
    static const int32_t numbers[] = { 3, 4, 7, 2,  5,          6,
                                       8, 0, 1, -3, G_MAXINT32, G_MININT32 };

    for (size_t i = 0; i < G_N_ELEMENTS (numbers); i++) {
        g_auto (Talk) talk = { 0 };
        talk_init (&talk);
        MtHandshakeResult result = hear_group (&talk, NULL, numbers[i], NULL);
        if (i < 3)
            g_assert_cmpint (result, ==, MT_HANDSHAKE_SEND);
        else
            failed_since (&talk, result, "g does not suit the prime");
    }
}

/* MT-C16: another safe prime of 2048 bits than the usual one is as good, once it was looked at;
 * one bit more or less, an even number, one that is no prime, or whose half is none, is not */
static void
test_primes (void)
{
    JsonArray *cases;
    g_autoptr (JsonParser) parser = vectors_open ("dh_check", &cases);
    uint8_t usual[256], other[257] = { 0 }, p[257];

    for (unsigned i = 0; i < json_array_get_length (cases); i++) {
        JsonObject *in = json_object_get_object_member (
            json_array_get_object_element (cases, i), "in");
        g_autoptr (GBytes) bytes = vector_hex (in, "p");
        const uint8_t *data = g_bytes_get_data (bytes, NULL);
        if (data[0] == 0xc7)
            memcpy (usual, data, 256);
        else if (data[0] == 0xff) /* RFC 3526, group 14 */
            memcpy (other, data, 256);
    }
    g_assert_true (usual[0] == 0xc7 && other[0] == 0xff);
    enum { USUAL, ANOTHER, SHORTER, LONGER, BYTE_LESS, EVEN, NO_PRIME, ROWS };
    for (int row = USUAL; row < ROWS; row++) {
        g_auto (Talk) talk = { 0 };
        g_test_message ("row %d", row);
        talk_init (&talk);
        memcpy (p, row == ANOTHER ? other : usual, 256);
        size_t len = row == LONGER ? 257 : row == BYTE_LESS ? 255 : 256;
        if (row == SHORTER)
            p[0] &= 0x7f;
        if (row == LONGER) {
            memmove (p + 1, p, 256);
            p[0] = 1;
        }
        if (row == EVEN)
            p[255] ^= 1;
        if (row == NO_PRIME)
            p[255] += 12; /* as before modulo 4 and 3 */
        TlBytes prime = TL_BYTES (p, len);
        MtHandshakeResult result =
            hear_group (&talk, &prime, row == ANOTHER ? 2 : 4, NULL);
        if (row == USUAL) {
            g_assert_cmpint (result, ==, MT_HANDSHAKE_SEND);
            continue;
        }
        if (row == SHORTER || row == LONGER || row == BYTE_LESS) {
            failed_since (&talk, result, "the prime does not have 2048 bits");
            continue;
        }
        g_assert_cmpint (result, ==, MT_HANDSHAKE_NEED_PRIME);
        g_assert_cmpmem (mt_handshake_prime (talk.run.handshake), 256, p, 256);
        g_assert_cmpuint (talk.run.out[2].len, ==, 0); /* nothing is said before */
        gboolean safe = crypto_dh_real.is_safe_prime (p);
        g_assert_cmpint (safe, ==, row == ANOTHER);
        result = mt_handshake_prime_checked (talk.run.handshake, safe, &talk.run.out[2]);
        if (safe)
            g_assert_cmpint (result, ==, MT_HANDSHAKE_SEND);
        else
            failed_since (&talk, result, "the prime is not safe");
        g_assert_cmpint (talk.run.out[2].len > 0, ==, safe);
    }
}

/* --- refusals --- */

/* MT-C12: a server that refuses, with the right hash or any other, ends the attempt, and so does one
 * that says something else in this place */
static void
test_no_parameters (void)
{
    for (int row = 0; row < 4; row++) {
        g_auto (Talk) talk = { 0 };
        g_auto (TlWriter) out = { 0 };
        uint8_t new_nonce[32], hash[20];
        talk_init (&talk);
        hear_first (&talk, 1);
        g_autoptr (GByteArray) like = answer_of (&talk, 1);
        MtpServerDHParamsFail refusal = TL_NEW (MtpServerDHParamsFail);
        MtpDhGenOk other = TL_NEW (MtpDhGenOk);
        vector_fixed (talk.in, "new_nonce", new_nonce, sizeof new_nonce);
        crypto_sha1 (new_nonce, sizeof new_nonce, hash);
        memcpy (refusal.nonce, like->data + NONCE, 16);
        memcpy (refusal.server_nonce, like->data + SERVER_NONCE, 16);
        memcpy (refusal.new_nonce_hash, hash + 4, 16);
        refusal.new_nonce_hash[0] ^= row == 1;
        memcpy (other.nonce, refusal.nonce, 16);
        memcpy (other.server_nonce, refusal.server_nonce, 16);
        g_autoptr (GByteArray) earlier = answer_of (&talk, 0);
        if (row == 3)
            tl_writer_raw (&out, earlier->data, earlier->len);
        else
            g_assert_true (tl_encode (
                &tl_mtproto_schema, row < 2 ? TL_OBJ (&refusal) : TL_OBJ (&other), &out));
        failed_since (&talk, hear (&talk, 1, out.data, out.len),
                      "the server refused the DH request");
        g_assert_cmpuint (talk.run.out[2].len, ==, 0);
        /* that attempt is over: what it waited for is nothing now */
        failed_since (&talk, hear (&talk, 1, like->data, like->len),
                      "an answer that nobody asked for");
    }
}

/* --- the last answer --- */

/* What the client proposed last, as the server reads it, and the key of both. */
typedef struct {
    uint8_t g_b[256], key[256], aux[20];
    int64_t retry_id;
} Proposal;

static Proposal
proposal_of (Talk *talk)
{
    const TlWriter *said = &talk->run.out[talk->run.out[3].len > 0 ? 3 : 2];
    g_autoptr (TlMessage) message =
        tl_message_decode (&tl_mtproto_schema, said->data, said->len, NULL);
    const MtpSetClientDHParams *request =
        TL_AS (tl_message_root (message), MtpSetClientDHParams);
    size_t len = request->encrypted_data.len, used;
    g_autofree uint8_t *plain = g_malloc (len);
    uint8_t key[32], iv[32], p[256], a[256], hash[20];
    Proposal proposal;

    vector_fixed (talk->in, "tmp_aes_key", key, sizeof key);
    vector_fixed (talk->in, "tmp_aes_iv", iv, sizeof iv);
    crypto_ige_decrypt (key, iv, request->encrypted_data.data, plain, len);
    g_autoptr (TlMessage) opened =
        tl_message_decode_prefix (&tl_mtproto_schema, plain + 20, len - 20, &used, NULL);
    g_assert_nonnull (opened);
    crypto_sha1 (plain + 20, used, hash);
    g_assert_cmpmem (hash, 20, plain, 20);
    const MtpClientDHInnerData *data =
        TL_AS (tl_message_root (opened), MtpClientDHInnerData);
    proposal.retry_id = data->retry_id;
    g_assert_cmpuint (data->g_b.len, ==, sizeof proposal.g_b);
    memcpy (proposal.g_b, data->g_b.data, sizeof proposal.g_b);
    vector_fixed (talk->in, "dh_prime", p, sizeof p);
    vector_fixed (talk->in, "a", a, sizeof a);
    g_assert_true (crypto_dh_real.power (proposal.g_b, p, a, proposal.key));
    crypto_sha1 (proposal.key, sizeof proposal.key, proposal.aux);
    return proposal;
}

/* dh_gen_ok, _retry, _fail: 1 to 3, each with the hash of that number. The three are alike but for
 * their names. */
static void
write_verdict (Talk *talk, const Proposal *proposal, int verdict, uint8_t number,
               TlWriter *out)
{
    static const uint32_t ids[] = { MtpDhGenOk_ID, MtpDhGenRetry_ID, MtpDhGenFail_ID };
    g_autoptr (GByteArray) like = answer_of (talk, 1);
    uint8_t new_nonce[32], hash[20];

    vector_fixed (talk->in, "new_nonce", new_nonce, sizeof new_nonce);
    crypto_sha1_pieces (
        (CryptoPiece[]){ { new_nonce, 32 }, { &number, 1 }, { proposal->aux, 8 } }, 3,
        hash);
    tl_writer_clear (out);
    tl_writer_int (out, (int32_t)ids[verdict - 1]);
    tl_writer_raw (out, like->data + NONCE, 32);
    tl_writer_raw (out, hash + 4, 16);
}

/* MT-C22: each of the three verdicts has a hash of its own, and counts with that and no other; a bit
 * of a nonce or of the hash turned, and none counts */
static void
test_verdicts (void)
{
    const char *differs = "the last answer's nonces or hash differ";

    for (int verdict = 1; verdict <= 3; verdict++)
        for (unsigned row = 0; row < 3 + 3; row++) {
            g_auto (Talk) talk = { 0 };
            g_auto (TlWriter) out = { 0 };
            int number = row < 3 ? (int)row + 1 : verdict;
            talk_init (&talk);
            hear_first (&talk, 2);
            Proposal proposal = proposal_of (&talk);
            write_verdict (&talk, &proposal, verdict, (uint8_t)number, &out);
            if (row >= 3) /* a nonce, the other one, the hash */
                out.data[NONCE + 16 * (row - 3) + 5] ^= 0x20;
            MtHandshakeResult result = hear (&talk, 2, out.data, out.len);
            if (number != verdict || row >= 3)
                failed_since (&talk, result, differs);
            else if (verdict == 1)
                g_assert_cmpint (result, ==, MT_HANDSHAKE_DONE);
            else if (verdict == 2)
                g_assert_cmpint (result, ==, MT_HANDSHAKE_SEND);
            else
                failed_since (&talk, result, "the server refused the key");
        }
}

/* MT-C23: asked for another one, the client proposes a new number, and names the key that was no
 * good; five times, then the attempt is over; after any of them a yes makes the newest one the key */
static void
test_retries (void)
{
    for (int retries = 1; retries <= 5;
         retries += 4) { /* behind the fifth one no sixth */
        g_auto (Talk) talk = { 0 };
        g_auto (TlWriter) out = { 0 };
        talk_init (&talk);
        hear_first (&talk, 2);
        Proposal proposal = proposal_of (&talk);
        g_assert_cmpint (proposal.retry_id, ==, 0);
        for (int i = 0; i < retries; i++) {
            int64_t aux;
            Proposal before = proposal;
            write_verdict (&talk, &before, 2, 2, &out);
            g_assert_cmpint (hear (&talk, 2, out.data, out.len), ==, MT_HANDSHAKE_SEND);
            proposal = proposal_of (&talk);
            memcpy (&aux, before.aux, 8);
            g_assert_cmpint (proposal.retry_id, ==, GINT64_FROM_LE (aux));
            g_assert_cmpint (memcmp (proposal.g_b, before.g_b, 256), !=, 0);
        }
        write_verdict (&talk, &proposal, retries == 5 ? 2 : 1, retries == 5 ? 2 : 1,
                       &out);
        MtHandshakeResult result = hear (&talk, 2, out.data, out.len);
        if (retries == 5) {
            failed_since (&talk, result, "too many retries");
            continue;
        }
        g_assert_cmpint (result, ==, MT_HANDSHAKE_DONE);
        uint8_t key[256];
        int64_t salt, offset;
        mt_handshake_result (talk.run.handshake, key, &salt, &offset);
        g_assert_cmpmem (key, sizeof key, proposal.key, sizeof proposal.key);
    }
}

/* MT-C6: behind what is not encrypted there may be bytes that say nothing, as servers send them
 * (168 where 80 were said); the exchange is the same as without */
static void
test_bytes_behind (void)
{
    g_auto (Talk) talk = { 0 };
    MtHandshakeResult result = MT_HANDSHAKE_SEND;

    talk_init (&talk);
    for (unsigned i = 0; i < 3; i++) {
        g_autoptr (GByteArray) answer = answer_of (&talk, i);
        unsigned len = answer->len;
        g_byte_array_set_size (answer, len + 88);
        for (unsigned k = 0; k < 88; k++)
            answer->data[len + k] = (uint8_t)(k * 41 + i);
        g_assert_cmpint (result, ==, MT_HANDSHAKE_SEND);
        result = hear (&talk, i, answer->data, answer->len);
    }
    g_assert_cmpint (result, ==, MT_HANDSHAKE_DONE);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/handshake/fingerprints", test_fingerprints);
    g_test_add_func ("/handshake/products", test_products);
    g_test_add_func ("/handshake/inner", test_inner);
    g_test_add_func ("/handshake/sizes", test_sizes);
    g_test_add_func ("/handshake/nonces", test_nonces);
    g_test_add_func ("/handshake/public-values", test_public_values);
    g_test_add_func ("/handshake/generators", test_generators);
    g_test_add_func ("/handshake/primes", test_primes);
    g_test_add_func ("/handshake/no-parameters", test_no_parameters);
    g_test_add_func ("/handshake/verdicts", test_verdicts);
    g_test_add_func ("/handshake/retries", test_retries);
    g_test_add_func ("/handshake/bytes-behind", test_bytes_behind);
    return g_test_run ();
}
