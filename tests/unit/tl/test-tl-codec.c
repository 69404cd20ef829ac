/* Scalars, strings, vectors, ends, depth, packing, and the next layer's tables. */
#include "api-next.tl.h"
#include "api.tl.h"
#include "mtproto.tl.h"
#include "secret.tl.h"
#include "tl-dump.h"
#include "tl-encode.h"
#include "tl-gzip.h"
#include "tl-message.h"
#include "tl-reader.h"
#include "tl-tables.h"

#include <math.h>
#include <string.h>
#include <zlib.h>

static const TlCtor *
find_name (const TlSchema *schema, const char *name)
{
    for (size_t i = 0; i < schema->n_ctors; i++)
        if (g_str_equal (schema->names + schema->ctors[i].name, name))
            return &schema->ctors[i];
    return NULL;
}

/* MT-A27: a double goes through as it came, a signalling NaN too (i386 would quiet it) */
static void
test_any_double (void)
{
    static const uint64_t odd[] = { UINT64_C (0x7ff0000000000001),
                                    UINT64_C (0xfff4dead00000000) };
    g_auto (TlWriter) wire = { 0 };
    g_auto (TlWriter) again = { 0 };
    const TlCtor *ctor = find_name (&tl_secret_schema, "decryptedMessageMediaGeoPoint");

    tl_writer_int (&wire, (int32_t)ctor->id);
    for (size_t i = 0; i < 2; i++)
        tl_writer_long (&wire, (int64_t)odd[i]);
    g_autoptr (TlMessage) message =
        tl_message_decode (&tl_secret_schema, wire.data, wire.len, NULL);
    g_assert_nonnull (message);
    g_assert_true (tl_encode (&tl_secret_schema, tl_message_root (message), &again));
    g_assert_cmpmem (again.data, again.len, wire.data, wire.len);
}

/* MT-A1 MT-A2 MT-A3: signed extremes, doubles; cut values fail and stay failed */
static void
test_scalars (void)
{
    static const int64_t longs[] = { 0, 1, -1, G_MAXINT64, G_MININT64 };
    static const int32_t ints[] = { 0, 1, -1, G_MAXINT32, G_MININT32 };
    static const uint8_t one_half[] = { 0, 0, 0, 0, 0, 0, 0xf8, 0x3f };
    static const uint8_t minus_two[] = { 0xfe, 0xff, 0xff, 0xff };
    g_auto (TlWriter) writer = { 0 };
    TlReader in;

    tl_writer_long (&writer, 0x3ff8000000000000);
    g_assert_cmpmem (writer.data, writer.len, one_half, 8);
    tl_writer_int (&writer, -2);
    g_assert_cmpmem (writer.data + 8, writer.len - 8, minus_two, 4);
    for (size_t i = 0; i < 5; i++) {
        tl_writer_int (&writer, ints[i]);
        tl_writer_long (&writer, longs[i]);
    }
    tl_writer_long (&writer, 0x7ff8000000000000);
    tl_reader_init (&in, writer.data, writer.len);
    g_assert_cmpfloat (tl_reader_double (&in), ==, 1.5);
    g_assert_cmpint (tl_reader_int (&in), ==, -2);
    for (size_t i = 0; i < 5; i++) {
        g_assert_cmpint (tl_reader_int (&in), ==, ints[i]);
        g_assert_cmpint (tl_reader_long (&in), ==, longs[i]);
    }
    g_assert_true (isnan (tl_reader_double (&in)));
    g_assert_true (tl_reader_finished (&in));
    for (size_t cut = 0; cut < 4; cut++) {
        tl_reader_init (&in, writer.data, cut);
        tl_reader_int (&in);
        g_assert_false (tl_reader_ok (&in));
    }
    for (size_t size = 16; size <= 32;
         size += 16) { /* int128, int256: bytes as they are */
        tl_reader_init (&in, writer.data, size);
        g_assert_true (tl_reader_raw (&in, size) == writer.data);
        tl_reader_init (&in, writer.data, size - 1);
        g_assert_null (tl_reader_raw (&in, size));
        g_assert_false (tl_reader_ok (&in));
    }
    tl_reader_init (&in, writer.data, 7);
    tl_reader_long (&in);
    g_assert_false (tl_reader_ok (&in));
    g_assert_cmpint (tl_reader_int (&in), ==, 0); /* the first failure stays */
    g_assert_false (tl_reader_ok (&in));
}

/* MT-A4 MT-A5: every form of a string's length, padding to 4 */
static void
test_strings (void)
{
    static const size_t lens[] = { 0,   1,   2,   3,     4,     5,       6,
                                   7,   8,   252, 253,   254,   255,     256,
                                   257, 258, 259, 65535, 65536, 1 << 20, (1 << 24) - 1 };
    g_autofree uint8_t *data = g_malloc (1 << 24);

    memset (data, 'x', 1 << 24);
    for (size_t i = 0; i < G_N_ELEMENTS (lens); i++) {
        g_auto (TlWriter) writer = { 0 };
        TlReader in;
        size_t head = lens[i] < 254 ? 1 : 4;
        tl_writer_bytes (&writer, data, lens[i]);
        g_assert_cmpuint (writer.len, ==, (head + lens[i] + 3) / 4 * 4);
        g_assert_cmpuint (writer.data[0], ==, lens[i] < 254 ? lens[i] : 254);
        tl_reader_init (&in, writer.data, writer.len);
        TlBytes back = tl_reader_bytes (&in);
        g_assert_true (tl_reader_finished (&in));
        g_assert_cmpmem (back.data, back.len, data, lens[i]);
    }
    g_auto (TlWriter) refused = { 0 };
    tl_writer_bytes (&refused, data, 1 << 24);
    g_assert_true (refused.failed);
}

/* MT-A5 MT-A6 MT-A7: long form for a short length, odd padding, ff, lengths that lie */
static void
test_odd_strings (void)
{
    static const struct {
        const char *bytes;
        size_t len;
        int want; /* length, or -1 */
    } rows[] = {
        { "\xfe\x03\x00\x00"
          "abc\x00",
          8, 3 },
        { "\x02"
          "ab\x07",
          4, 2 },
        { "\x02"
          "ab",
          3, -1 },
        { "\xff\x04\x00\x00\x00\x00\x00\x00"
          "abcd",
          12, -1 },
        { "\xff\xff\xff\xff\xff\xff\xff\xff", 8, -1 },
        { "\xfe\xff\xff\xff"
          "abcd",
          8, -1 },
        { "\xfe\x01", 2, -1 },
        { "\xfd"
          "abc",
          4, -1 },
        { "", 0, -1 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        TlReader in;
        g_autofree uint8_t *exact = g_memdup2 (rows[i].bytes, rows[i].len);
        tl_reader_init (&in, exact, rows[i].len);
        TlBytes got = tl_reader_bytes (&in);
        g_assert_cmpint (tl_reader_ok (&in) ? (int)got.len : -1, ==, rows[i].want);
    }
}

static TlMessage *
decode (const TlSchema *schema, const TlWriter *writer)
{
    return tl_message_decode (schema, writer->data, writer->len, NULL);
}

/* MT-A7 MT-A8: counts of a vector, its id, one element too few */
static void
test_vectors (void)
{
    static const struct {
        uint32_t id;
        int32_t count;
        unsigned there;
        gboolean good;
    } rows[] = {
        { TL_VECTOR_ID, 0, 0, TRUE },       { TL_VECTOR_ID, 1, 1, TRUE },
        { TL_VECTOR_ID, 1000, 1000, TRUE }, { TL_VECTOR_ID, 3, 2, FALSE },
        { TL_VECTOR_ID, -1, 0, FALSE },     { TL_VECTOR_ID, G_MAXINT32, 2, FALSE },
        { TL_VECTOR_ID, 1, 2, FALSE },      { TL_VECTOR_ID ^ 1, 1, 1, FALSE },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_auto (TlWriter) writer = { 0 };
        tl_writer_int (&writer, (int32_t)MtpMsgsAck_ID);
        tl_writer_int (&writer, (int32_t)rows[i].id);
        tl_writer_int (&writer, rows[i].count);
        for (unsigned k = 0; k < rows[i].there; k++)
            tl_writer_long (&writer, k);
        g_autoptr (TlMessage) message = decode (&tl_mtproto_schema, &writer);
        g_assert_cmpint (message != NULL, ==, rows[i].good);
    }
}

/* MT-A9: future_salts holds a bare vector of bare elements; a boxed one is refused */
static void
test_bare_vector (void)
{
    for (int boxed = 0; boxed < 2; boxed++) {
        g_auto (TlWriter) writer = { 0 };
        tl_writer_int (&writer, (int32_t)MtpFutureSalts_ID);
        tl_writer_long (&writer, 5);
        tl_writer_int (&writer, 100);
        if (boxed)
            tl_writer_int (&writer, (int32_t)TL_VECTOR_ID);
        tl_writer_int (&writer, 2);
        for (int i = 0; i < 2; i++) {
            tl_writer_int (&writer, 100 + i);
            tl_writer_int (&writer, 200 + i);
            tl_writer_long (&writer, 7 + i);
        }
        g_autoptr (TlMessage) message = decode (&tl_mtproto_schema, &writer);
        g_assert_cmpint (message == NULL, ==, boxed);
        if (message == NULL)
            continue;
        const MtpFutureSalts *salts = TL_AS (tl_message_root (message), MtpFutureSalts);
        g_assert_cmpuint (salts->salts.len, ==, 2);
        const MtpFutureSalt *second =
            TL_AS (TL_ITEM_OBJ (salts->salts, 1), MtpFutureSalt);
        g_assert_cmpint (second->salt, ==, 8);
        g_assert_cmpint (second->valid_until, ==, 201);
    }
}

/* MT-A12 MT-A14: unknown ids are told apart, nothing may stand behind an object */
static void
test_unknown_and_ends (void)
{
    static const uint8_t unknown[] = { 0xef, 0xbe, 0xad, 0xde, 0, 0, 0, 0 };
    g_autoptr (GError) error = NULL;
    g_autoptr (TlMessage) none =
        tl_message_decode (&tl_api_schema, unknown, sizeof unknown, &error);
    g_assert_error (error, TL_ERROR, TL_ERROR_UNKNOWN);

    MtpPong pong = TL_NEW (MtpPong, .msg_id = 1, .ping_id = 2);
    g_auto (TlWriter) writer = { 0 };
    tl_encode (&tl_mtproto_schema, TL_OBJ (&pong), &writer);
    g_autoptr (TlMessage) exact = decode (&tl_mtproto_schema, &writer);
    g_assert_nonnull (exact);
    tl_writer_int (&writer, 0);
    g_autoptr (TlMessage) more = decode (&tl_mtproto_schema, &writer);
    g_assert_null (more);
    size_t used = 0;
    g_autoptr (TlMessage) prefix = tl_message_decode_prefix (
        &tl_mtproto_schema, writer.data, writer.len, &used, NULL);
    g_assert_nonnull (prefix);
    g_assert_cmpuint (used, ==, writer.len - 4);
}

/* MT-A15: nesting is bounded, whatever the schema nests */
static void
test_depth (void)
{
    const TlCtor *array = find_name (&tl_api_schema, "jsonArray");
    const TlCtor *bold = find_name (&tl_api_schema, "textBold");
    const TlCtor *text = find_name (&tl_api_schema, "textEmpty");
    const TlCtor *null = find_name (&tl_api_schema, "jsonNull");
    const TlCtor *details = find_name (&tl_api_schema, "pageBlockDetails");
    const TlCtor *divider = find_name (&tl_api_schema, "pageBlockDivider");
    const TlCtor *around[] = { array, bold, details },
                 *inside[] = { null, text, divider };

    for (int depth = 60; depth <= 10000; depth += 9940)
        for (int kind = 0; kind < 3; kind++) {
            g_auto (TlWriter) writer = { 0 };
            g_assert_true (around[kind] != NULL && inside[kind] != NULL);
            for (int i = 0; i < depth; i++) {
                tl_writer_int (&writer, (int32_t)around[kind]->id);
                if (kind == 2)
                    tl_writer_int (&writer, 0); /* flags */
                if (kind != 1) {
                    tl_writer_int (&writer, (int32_t)TL_VECTOR_ID);
                    tl_writer_int (&writer, 1);
                }
            }
            tl_writer_int (&writer, (int32_t)inside[kind]->id);
            for (int i = 0; kind == 2 && i < depth; i++)
                tl_writer_int (&writer, (int32_t)text->id); /* their titles */
            g_autoptr (TlMessage) message = decode (&tl_api_schema, &writer);
            g_autofree char *line = tl_dump (&tl_api_schema, writer.data, writer.len);
            g_assert_cmpint (message != NULL, ==, depth <= 60);
            g_assert_cmpint (g_str_has_prefix (line, "malformed"), ==, depth > 60);
        }
}

static GByteArray *
zip (const uint8_t *data, size_t len, int window)
{
    GByteArray *out = g_byte_array_new ();
    z_stream stream = { 0 };

    g_assert_cmpint (deflateInit2 (&stream, 9, Z_DEFLATED, window, 8, 0), ==, Z_OK);
    g_byte_array_set_size (out, (unsigned)deflateBound (&stream, (uLong)len) + 64);
    stream.next_in = (uint8_t *)data;
    stream.avail_in = (unsigned)len;
    stream.next_out = out->data;
    stream.avail_out = out->len;
    g_assert_cmpint (deflate (&stream, Z_FINISH), ==, Z_STREAM_END);
    g_byte_array_set_size (out, (unsigned)stream.total_out);
    deflateEnd (&stream);
    return out;
}

/* MT-A21 MT-A22: both headers, a limit, damage, a missing end, bytes behind it */
static void
test_gzip (void)
{
    size_t len = 1 << 20;
    g_autofree uint8_t *text = g_malloc (len);

    for (size_t i = 0; i < len; i++)
        text[i] = (uint8_t)("secret chats "[i % 13]);
    for (int window = 15; window <= 31; window += 16) {
        g_autoptr (GByteArray) packed = zip (text, len, window);
        g_autoptr (GByteArray) out = tl_gunzip (packed->data, packed->len, len, NULL);
        g_assert_nonnull (out);
        g_assert_cmpmem (out->data, out->len, text, len);
        g_assert_null (tl_gunzip (packed->data, packed->len, len - 1, NULL));
        g_assert_null (tl_gunzip (packed->data, packed->len - 1, len, NULL));
        packed->data[packed->len / 2] ^= 0x55;
        g_assert_null (tl_gunzip (packed->data, packed->len, len, NULL));
    }
    g_autoptr (GByteArray) more = zip (text, 100, 31);
    g_byte_array_append (more, text, 1);
    g_assert_null (tl_gunzip (more->data, more->len, len, NULL));
    g_assert_null (tl_gunzip (text, 0, len, NULL));
    g_autoptr (GByteArray) bomb_in = g_byte_array_new ();
    g_byte_array_set_size (bomb_in, 80 << 20);
    memset (bomb_in->data, 0, bomb_in->len);
    g_autoptr (GByteArray) bomb = zip (bomb_in->data, bomb_in->len, 31);
    g_autoptr (GError) error = NULL;
    g_assert_null (tl_gunzip (bomb->data, bomb->len, TL_UNPACKED_MAX, &error));
    g_assert_error (error, TL_ERROR, TL_ERROR_BUDGET);
}

/* MT-A10 SC-C17: the api ignores unknown bits, secret chats do not */
static void
test_flag_bits (void)
{
    const TlCtor *message = find_name (&tl_secret_schema, "decryptedMessageService");
    const TlCtor *user = find_name (&tl_api_schema, "user");

    g_assert_nonnull (message);
    g_assert_true (tl_secret_schema.strict_flags);
    g_assert_false (tl_api_schema.strict_flags);
    g_assert_cmphex (tl_ctor_known_bits (&tl_api_schema, user, 1), !=, 0);
    g_assert_cmphex (tl_ctor_known_bits (&tl_api_schema, user, 2), !=, 0);

    SecretDecryptedMessage text =
        TL_NEW (SecretDecryptedMessage, .random_id = 7, .message = TL_STR ("x"));
    g_auto (TlWriter) writer = { 0 };
    tl_encode (&tl_secret_schema, TL_OBJ (&text), &writer);
    for (unsigned bit = 0; bit < 32; bit++) {
        uint32_t flags = GUINT32_TO_LE (1u << bit);
        memcpy (writer.data + 4, &flags, 4);
        g_autoptr (TlMessage) decoded = decode (&tl_secret_schema, &writer);
        if ((tl_ctor_known_bits (
                 &tl_secret_schema,
                 tl_schema_find (&tl_secret_schema, SecretDecryptedMessage_ID), 1) &
             1u << bit) == 0)
            g_assert_null (decoded);
    }
}

/* MT-A17: another layer is another schema file: the same interpreter reads what the old
 * tables do not know, and the structs move by themselves */
static void
test_next_layer (void)
{
    const TlCtor *now = find_name (&tl_api_schema, "botCommand");
    const TlCtor *then = find_name (&tl_next_schema, "botCommand");
    g_auto (TlWriter) old_form = { 0 };
    g_auto (TlWriter) new_form = { 0 };

    g_assert_cmpint (tl_schema_layer (&tl_next_schema), ==,
                     tl_schema_layer (&tl_api_schema) + 1);
    g_assert_cmphex (now->id, !=, then->id);
    tl_writer_int (&old_form, (int32_t)now->id);
    tl_writer_int (&new_form, (int32_t)then->id);
    tl_writer_int (&new_form, 1);
    for (int i = 0; i < 2; i++) {
        tl_writer_bytes (&old_form, "help", 4);
        tl_writer_bytes (&new_form, "help", 4);
    }
    g_autoptr (TlMessage) a = decode (&tl_api_schema, &old_form);
    g_autoptr (TlMessage) b = decode (&tl_next_schema, &new_form);
    g_autoptr (TlMessage) c = decode (&tl_next_schema, &old_form);
    g_autoptr (TlMessage) d = decode (&tl_api_schema, &new_form);
    g_assert_true (a != NULL && b != NULL && c == NULL && d == NULL);

    NextMessagesSentEncryptedMessage sent =
        TL_NEW (NextMessagesSentEncryptedMessage, .date = 12);
    g_auto (TlWriter) writer = { 0 };
    g_assert_true (tl_encode (&tl_next_schema, TL_OBJ (&sent), &writer));
    g_autoptr (TlMessage) back = decode (&tl_next_schema, &writer);
    g_assert_cmpint (
        TL_AS (tl_message_root (back), NextMessagesSentEncryptedMessage)->date, ==, 12);
}

/* `n` times the boxed object of `words` without anything in it, as a difference's users */
static void
write_users (TlWriter *out, size_t n, uint32_t id, unsigned words)
{
    tl_writer_int (out, (int32_t)ApiUpdates_ID);
    tl_writer_int (out, (int32_t)TL_VECTOR_ID);
    tl_writer_int (out, 0);
    tl_writer_int (out, (int32_t)TL_VECTOR_ID);
    tl_writer_int (out, (int32_t)n);
    for (size_t i = 0; i < n; i++) {
        tl_writer_int (out, (int32_t)id);
        for (unsigned k = 0; k < words; k++)
            tl_writer_int (out, 0);
    }
    tl_writer_int (out, (int32_t)TL_VECTOR_ID); /* chats */
    tl_writer_int (out, 0);
    tl_writer_int (out, 0); /* date, seq */
    tl_writer_int (out, 0);
}

/* DECISIONS 32: small objects by the hundred thousand, and large ones from few bytes, are
 * refused when they are more than an input may hold; what was used counts, also over
 * several messages */
static void
test_budget (void)
{
    static const struct {
        uint32_t id;
        unsigned words;
        size_t n;
    } rows[] = { { ApiUserEmpty_ID, 2, TL_OBJECTS_MAX },
                 { ApiUser_ID, 4, TL_OBJECTS_MAX } };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_auto (TlWriter) many = { 0 };
        g_auto (TlWriter) some = { 0 };
        g_autoptr (GError) error = NULL;
        TlBudget budget = TL_BUDGET_WHOLE;
        write_users (&many, rows[i].n, rows[i].id, rows[i].words);
        write_users (&some, 1000, rows[i].id, rows[i].words);
        g_assert_cmpuint (many.len, <, 2 << 20);
        for (int k = 0; k < 2; k++) {
            size_t memory = budget.memory, objects = budget.objects;
            g_autoptr (TlMessage) good = tl_message_decode_within (
                &tl_api_schema, some.data, some.len, &budget, &error);
            g_assert_no_error (error);
            g_assert_cmpuint (objects - budget.objects, ==, 1001);
            g_assert_cmpuint (memory - budget.memory, ==, tl_message_size (good));
            g_assert_cmpuint (tl_message_size (good), >=, some.len);
        }
        g_assert_null (tl_message_decode_within (&tl_api_schema, many.data, many.len,
                                                 &budget, &error));
        g_assert_error (error, TL_ERROR, TL_ERROR_BUDGET);
        g_assert_true (budget.objects == 0 || budget.memory == 0);
        g_clear_error (&error);
        g_assert_null (tl_message_decode_within (&tl_api_schema, some.data, some.len,
                                                 &budget, &error));
        g_assert_error (error, TL_ERROR, TL_ERROR_BUDGET);
        g_clear_error (&error);
        g_assert_null (tl_message_decode (&tl_api_schema, many.data, many.len, &error));
        g_assert_error (error, TL_ERROR,
                        TL_ERROR_BUDGET); /* without one of its own, too */
    }
}

/* DECISIONS 32 MT-A8: vectors in vectors, and vectors of many elements, count as what
 * they take */
static void
test_budget_of_vectors (void)
{
    g_auto (TlWriter) wide = { 0 };
    g_auto (TlWriter) flat = { 0 };
    TlBudget budget = TL_BUDGET_WHOLE;
    g_autoptr (GError) error = NULL;

    tl_writer_int (&wide, (int32_t)0xf7444763u);
    tl_writer_int (&wide, (int32_t)TL_VECTOR_ID);
    tl_writer_int (&wide, 300000);
    for (int i = 0; i < 300000; i++) { /* each an empty vector of its own */
        tl_writer_int (&wide, (int32_t)0xf7444763u);
        tl_writer_int (&wide, (int32_t)TL_VECTOR_ID);
        tl_writer_int (&wide, 0);
    }
    g_assert_null (
        tl_message_decode_within (&tl_api_schema, wide.data, wide.len, &budget, &error));
    g_assert_error (error, TL_ERROR, TL_ERROR_BUDGET);
    g_clear_error (&error);
    budget = TL_BUDGET_WHOLE;
    tl_writer_int (&flat, (int32_t)0xf7444763u);
    tl_writer_int (&flat, (int32_t)TL_VECTOR_ID);
    tl_writer_int (&flat, 1 << 20);
    for (int i = 0; i < 1 << 20; i++)
        tl_writer_int (&flat, (int32_t)0x3f6d7b68);
    g_assert_null (
        tl_message_decode_within (&tl_api_schema, flat.data, flat.len, &budget, &error));
    g_assert_error (error, TL_ERROR, TL_ERROR_BUDGET);
}

/* What is secret shows as ### in the log. */
static void
test_dump_hides (void)
{
    SecretDecryptedMessage message = TL_NEW (SecretDecryptedMessage, .random_id = 7,
                                             .message = TL_STR ("meet at nine"));
    g_auto (TlWriter) writer = { 0 };

    g_assert_true (tl_encode (&tl_secret_schema, TL_OBJ (&message), &writer));
    g_autofree char *line = tl_dump (&tl_secret_schema, writer.data, writer.len);
    g_assert_null (strstr (line, "nine"));
    g_assert_nonnull (strstr (line, "message=###"));
    g_assert_nonnull (strstr (line, "random_id=7"));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/tl/scalars", test_scalars);
    g_test_add_func ("/tl/any-double", test_any_double);
    g_test_add_func ("/tl/strings", test_strings);
    g_test_add_func ("/tl/odd-strings", test_odd_strings);
    g_test_add_func ("/tl/vectors", test_vectors);
    g_test_add_func ("/tl/bare-vector", test_bare_vector);
    g_test_add_func ("/tl/unknown-and-ends", test_unknown_and_ends);
    g_test_add_func ("/tl/depth", test_depth);
    g_test_add_func ("/tl/gzip", test_gzip);
    g_test_add_func ("/tl/budget", test_budget);
    g_test_add_func ("/tl/budget-of-vectors", test_budget_of_vectors);
    g_test_add_func ("/tl/flag-bits", test_flag_bits);
    g_test_add_func ("/tl/next-layer", test_next_layer);
    g_test_add_func ("/tl/dump-hides", test_dump_hides);
    return g_test_run ();
}
