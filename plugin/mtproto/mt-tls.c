/* The hello's bytes are those of a browser of today; where such a one draws something, so
 * does this. */
#include "mt-tls.h"

#include "crypto-hmac.h"
#include "crypto-x25519.h"

#include <string.h>

#define RANDOM_AT 11 /* in the first record: head 5, handshake's head 4, version 2 */
#define RANDOM_SIZE 32
#define RECORD_HEAD 5
#define RECORD_OUT_MAX 2878  /* bytes in a record of ours (MT-B16) */
#define KEY_COEFFICIENTS 768 /* of an ML-KEM-768 key, and each below: */
#define KEY_MODULUS 3329
#define GREASE_KINDS 7
#define EXTENSIONS 16
#define SMALL_HELLO 513

struct MtTls {
    uint8_t key[16];
    uint8_t random[RANDOM_SIZE];
    gboolean open, begun;
    GByteArray *in; /* bytes of the answer, or of a record, not taken yet */
};

static const uint8_t data_head[] = { 0x17, 3, 3 };
static const uint8_t change_cipher[] = { 0x14, 3, 3, 0, 1, 1 };

/* --- the hello --- */

typedef struct {
    const CryptoRandom *random;
    const MtSecret *secret;
    GByteArray *out;
    uint8_t grease[GREASE_KINDS];
    gboolean failed; /* the random source */
} Hello;

static void
put (Hello *h, const void *data, size_t len)
{
    g_byte_array_append (h->out, data, (unsigned)len);
}

#define PUT(h, ...)                                                                      \
    do {                                                                                 \
        static const uint8_t bytes[] = { __VA_ARGS__ };                                  \
        put (h, bytes, sizeof bytes);                                                    \
    } while (0)

static void
draw (Hello *h, void *out, size_t len)
{
    if (!h->failed && crypto_random_fill (h->random, out, len))
        return;
    h->failed = TRUE;
    memset (out, 0, len);
}

static void
put_random (Hello *h, size_t len)
{
    unsigned start = h->out->len;

    g_byte_array_set_size (h->out, start + (unsigned)len);
    draw (h, h->out->data + start, len);
}

/* Two bytes for a length that is not known yet. */
static unsigned
begin (Hello *h)
{
    PUT (h, 0, 0);
    return h->out->len;
}

static void
end (Hello *h, unsigned start)
{
    unsigned len = h->out->len - start;

    h->out->data[start - 2] = (uint8_t)(len >> 8);
    h->out->data[start - 1] = (uint8_t)len;
}

static void
put_grease (Hello *h, unsigned kind)
{
    uint8_t pair[] = { h->grease[kind], h->grease[kind] };

    put (h, pair, sizeof pair);
}

/* Values that mean nothing (RFC 8701); neighbours differ. */
static void
draw_grease (Hello *h)
{
    draw (h, h->grease, GREASE_KINDS);
    for (unsigned i = 0; i < GREASE_KINDS; i++)
        h->grease[i] = (uint8_t)((h->grease[i] & 0xf0) | 0x0a);
    for (unsigned i = 1; i < GREASE_KINDS; i += 2)
        if (h->grease[i] == h->grease[i - 1])
            h->grease[i] ^= 0x10;
}

static void
put_x25519 (Hello *h)
{
    uint8_t point[32] = { 0 };

    if (!crypto_x25519_draw (h->random, point))
        h->failed = TRUE;
    put (h, point, sizeof point);
}

static void
put_ml_kem (Hello *h)
{
    uint16_t drawn[KEY_COEFFICIENTS];

    draw (h, drawn, sizeof drawn);
    for (unsigned i = 0; i < KEY_COEFFICIENTS; i += 2) {
        unsigned a = drawn[i] % KEY_MODULUS, b = drawn[i + 1] % KEY_MODULUS;
        uint8_t three[] = { (uint8_t)a, (uint8_t)(a >> 8 | (b & 15) << 4),
                            (uint8_t)(b >> 4) };
        put (h, three, sizeof three);
    }
    put_random (h, 32);
}

static void
put_key_share (Hello *h)
{
    PUT (h, 0x00, 0x33, 0x04, 0xef, 0x04, 0xed);
    put_grease (h, 4);
    PUT (h, 0x00, 0x01, 0x00, 0x11, 0xec, 0x04, 0xc0);
    put_ml_kem (h);
    put_x25519 (h);
    PUT (h, 0x00, 0x1d, 0x00, 0x20);
    put_x25519 (h);
}

static void
put_domain (Hello *h)
{
    PUT (h, 0x00, 0x00);
    unsigned extension = begin (h), list = begin (h);
    PUT (h, 0x00);
    unsigned name = begin (h);
    put (h, h->secret->domain, h->secret->domain_len);
    end (h, name);
    end (h, list);
    end (h, extension);
}

/* An encrypted hello that nobody can open: browsers send one where they have no key. */
static void
put_encrypted_hello (Hello *h)
{
    uint8_t size = 0;

    draw (h, &size, 1);
    PUT (h, 0xfe, 0x0d);
    unsigned extension = begin (h);
    PUT (h, 0x00, 0x00, 0x01, 0x00, 0x01);
    put_random (h, 1);
    PUT (h, 0x00, 0x20);
    put_random (h, 32);
    unsigned payload = begin (h);
    put_random (h, 144 + 32 * (size & 3u));
    end (h, payload);
    end (h, extension);
}

static void
put_groups (Hello *h)
{
    PUT (h, 0x00, 0x0a, 0x00, 0x0c, 0x00, 0x0a);
    put_grease (h, 4);
    PUT (h, 0x11, 0xec, 0x00, 0x1d, 0x00, 0x17, 0x00, 0x18);
}

static void
put_versions (Hello *h)
{
    PUT (h, 0x00, 0x2b, 0x00, 0x07, 0x06);
    put_grease (h, 6);
    PUT (h, 0x03, 0x04, 0x03, 0x03);
}

static void
put_extension (Hello *h, unsigned which)
{
    switch (which) {
    case 0:
        put_domain (h);
        break;
    case 1: /* status of the certificate */
        PUT (h, 0x00, 0x05, 0x00, 0x05, 0x01, 0x00, 0x00, 0x00, 0x00);
        break;
    case 2:
        put_groups (h);
        break;
    case 3: /* form of points */
        PUT (h, 0x00, 0x0b, 0x00, 0x02, 0x01, 0x00);
        break;
    case 4: /* signatures */
        PUT (h, 0x00, 0x0d, 0x00, 0x12, 0x00, 0x10, 0x04, 0x03, 0x08, 0x04, 0x04, 0x01,
             0x05, 0x03, 0x08, 0x05, 0x05, 0x01, 0x08, 0x06, 0x06, 0x01);
        break;
    case 5: /* h2, http/1.1 */
        PUT (h, 0x00, 0x10, 0x00, 0x0e, 0x00, 0x0c, 0x02, 'h', '2', 0x08, 'h', 't', 't',
             'p', '/', '1', '.', '1');
        break;
    case 6: /* certificates' time stamps */
        PUT (h, 0x00, 0x12, 0x00, 0x00);
        break;
    case 7: /* extended master secret */
        PUT (h, 0x00, 0x17, 0x00, 0x00);
        break;
    case 8: /* packed certificates */
        PUT (h, 0x00, 0x1b, 0x00, 0x03, 0x02, 0x00, 0x02);
        break;
    case 9: /* session ticket */
        PUT (h, 0x00, 0x23, 0x00, 0x00);
        break;
    case 10:
        put_versions (h);
        break;
    case 11: /* ways to resume */
        PUT (h, 0x00, 0x2d, 0x00, 0x02, 0x01, 0x01);
        break;
    case 12:
        put_key_share (h);
        break;
    case 13: /* application settings */
        PUT (h, 0x44, 0xcd, 0x00, 0x05, 0x00, 0x03, 0x02, 'h', '2');
        break;
    case 14:
        put_encrypted_hello (h);
        break;
    default: /* renegotiation */
        PUT (h, 0xff, 0x01, 0x00, 0x01, 0x00);
        break;
    }
}

static void
put_extensions (Hello *h)
{
    uint8_t order[EXTENSIONS], drawn[EXTENSIONS];

    draw (h, drawn, sizeof drawn);
    for (unsigned i = 0; i < EXTENSIONS; i++) {
        unsigned at = drawn[i] % (i + 1);
        order[i] = order[at];
        order[at] = (uint8_t)i;
    }
    put_grease (h, 2);
    PUT (h, 0x00, 0x00);
    for (unsigned i = 0; i < EXTENSIONS; i++)
        put_extension (h, order[i]);
    put_grease (h, 3);
    PUT (h, 0x00, 0x01, 0x00);
    if (h->out->len >= SMALL_HELLO)
        return;
    PUT (h, 0x00, 0x15);
    unsigned padding = begin (h);
    while (h->out->len < SMALL_HELLO + 4)
        PUT (h, 0x00);
    end (h, padding);
}

static void
put_hello (Hello *h)
{
    static const uint8_t zeros[RANDOM_SIZE];

    draw_grease (h);
    PUT (h, 0x16, 0x03, 0x01);
    unsigned record = begin (h);
    PUT (h, 0x01, 0x00);
    unsigned message = begin (h);
    PUT (h, 0x03, 0x03);
    put (h, zeros, sizeof zeros);
    PUT (h, 0x20);
    put_random (h, 32);
    PUT (h, 0x00, 0x20);
    put_grease (h, 0);
    PUT (h, 0x13, 0x01, 0x13, 0x02, 0x13, 0x03, 0xc0, 0x2b, 0xc0, 0x2f, 0xc0, 0x2c, 0xc0,
         0x30, 0xcc, 0xa9, 0xcc, 0xa8, 0xc0, 0x13, 0xc0, 0x14, 0x00, 0x9c, 0x00, 0x9d,
         0x00, 0x2f, 0x00, 0x35, 0x01, 0x00);
    unsigned extensions = begin (h);
    put_extensions (h);
    end (h, extensions);
    end (h, message);
    end (h, record);
}

MtTls *
mt_tls_new (const MtSecret *secret, const CryptoRandom *random, int64_t unix_time,
            GByteArray *out)
{
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    Hello hello = { .random = random, .secret = secret, .out = bytes };
    uint32_t time = GUINT32_TO_LE ((uint32_t)unix_time);
    MtTls *tls = g_new0 (MtTls, 1);

    put_hello (&hello);
    if (hello.failed) {
        g_free (tls);
        return NULL;
    }
    memcpy (tls->key, secret->key, sizeof tls->key);
    tls->in = g_byte_array_new ();
    CryptoPiece whole = { bytes->data, bytes->len };
    crypto_hmac_sha256 (tls->key, sizeof tls->key, &whole, 1, tls->random);
    for (unsigned i = 0; i < 4; i++)
        tls->random[RANDOM_SIZE - 4 + i] ^= ((const uint8_t *)&time)[i];
    memcpy (bytes->data + RANDOM_AT, tls->random, RANDOM_SIZE);
    g_byte_array_append (out, bytes->data, bytes->len);
    return tls;
}

void
mt_tls_free (MtTls *tls)
{
    if (tls == NULL)
        return;
    crypto_wipe (tls->in->data, tls->in->len);
    g_byte_array_unref (tls->in);
    crypto_wipe (tls, sizeof *tls);
    g_free (tls);
}

/* --- the answer --- */

static size_t
length_at (const uint8_t *p)
{
    return (size_t)p[0] << 8 | p[1];
}

/* A record at `*at`, of the kind that `head` begins: steps behind it. STRANGER: another
 * kind; MORE with *whole FALSE: it is not all there. */
static MtTlsResult
step_record (const GByteArray *in, const uint8_t head[static 3], size_t *at,
             gboolean *whole)
{
    size_t left = in->len - *at;

    *whole = FALSE;
    if (left > 0 && memcmp (in->data + *at, head, MIN (left, 3)) != 0)
        return MT_TLS_STRANGER;
    if (left < RECORD_HEAD)
        return MT_TLS_MORE;
    size_t size = RECORD_HEAD + length_at (in->data + *at + 3);
    if (left < size)
        return MT_TLS_MORE;
    *at += size;
    *whole = TRUE;
    return MT_TLS_MORE;
}

/* The proxy's hello, a change of ciphers, a record of noise; the HMAC is over all of it
 * (MT-B15). At most two records are ever kept: 128 KiB. */
static MtTlsResult
take_answer (MtTls *tls)
{
    static const uint8_t hello_head[] = { 0x16, 3, 3 }, zeros[RANDOM_SIZE];
    uint8_t mac[32];
    GByteArray *in = tls->in;
    gboolean whole;
    size_t at = 0;

    MtTlsResult result = step_record (in, hello_head, &at, &whole);
    if (!whole)
        return result;
    if (at < RANDOM_AT + RANDOM_SIZE)
        return MT_TLS_STRANGER;
    size_t left = in->len - at;
    if (memcmp (in->data + at, change_cipher, MIN (left, sizeof change_cipher)) != 0)
        return MT_TLS_STRANGER;
    if (left < sizeof change_cipher)
        return MT_TLS_MORE;
    at += sizeof change_cipher;
    result = step_record (in, data_head, &at, &whole);
    if (!whole)
        return result;
    CryptoPiece pieces[] = {
        { tls->random, RANDOM_SIZE },
        { in->data, RANDOM_AT },
        { zeros, RANDOM_SIZE },
        { in->data + RANDOM_AT + RANDOM_SIZE, at - RANDOM_AT - RANDOM_SIZE },
    };
    crypto_hmac_sha256 (tls->key, sizeof tls->key, pieces, G_N_ELEMENTS (pieces), mac);
    if (!crypto_equal (mac, in->data + RANDOM_AT, sizeof mac))
        return MT_TLS_STRANGER;
    g_byte_array_remove_range (in, 0, (unsigned)at);
    tls->open = TRUE;
    return MT_TLS_MORE;
}

/* --- records --- */

/* A record is kept until it is whole: 64 KiB at most. */
MtTlsResult
mt_tls_push (MtTls *tls, const uint8_t *data, size_t len, GByteArray *out)
{
    MtTlsResult result = MT_TLS_MORE;
    gboolean whole = TRUE;
    size_t at = 0;

    g_byte_array_append (tls->in, data, (unsigned)len);
    if (!tls->open)
        result = take_answer (tls);
    if (result != MT_TLS_MORE || !tls->open)
        return result;
    while (whole) {
        size_t start = at + RECORD_HEAD;
        if (step_record (tls->in, data_head, &at, &whole) != MT_TLS_MORE)
            return MT_TLS_BAD;
        if (whole)
            g_byte_array_append (out, tls->in->data + start, (unsigned)(at - start));
    }
    crypto_wipe (tls->in->data, at);
    if (at > 0)
        g_byte_array_remove_range (tls->in, 0, (unsigned)at);
    return MT_TLS_MORE;
}

gboolean
mt_tls_is_open (const MtTls *tls)
{
    return tls->open;
}

void
mt_tls_wrap (MtTls *tls, const uint8_t *data, size_t len, GByteArray *out)
{
    if (!tls->begun)
        g_byte_array_append (out, change_cipher, sizeof change_cipher);
    tls->begun = TRUE;
    while (len > 0) {
        size_t n = MIN (len, RECORD_OUT_MAX);
        uint8_t head[RECORD_HEAD] = { 0x17, 3, 3, (uint8_t)(n >> 8), (uint8_t)n };
        g_byte_array_append (out, head, sizeof head);
        g_byte_array_append (out, data, (unsigned)n);
        data += n;
        len -= n;
    }
}
