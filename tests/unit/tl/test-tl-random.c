/* Random objects of every constructor: what the decoder reads, the encoder writes, byte for
 * byte; the same with bytes changed here and there. Every field is kept in these tables. */
#include "all-api.tl.h"
#include "all-mtproto.tl.h"
#include "all-secret.tl.h"
#include "tl-encode.h"
#include "tl-message.h"
#include "tl-tables.h"

#include <string.h>

#define OBJECTS 100000
#define NEVER 1000
#define WORDS_MAX 4

typedef struct {
    const TlSchema *schema;
    GRand *rand;
    unsigned *depth; /* by constructor: of its shallowest object */
    GPtrArray **by_type;
    unsigned n_types;
    const TlField *marked; /* that is to be there, once at least */
    size_t at;             /* where its first value begins; 0: not yet */
    size_t word_at;        /* and the flag word that says that it is there */
} Maker;

static const TlField *
fields_of (const Maker *m, const TlCtor *ctor)
{
    return m->schema->fields + ctor->first_field;
}

/* What a type's shallowest object is deep. */
static unsigned
depth_of_type (const Maker *m, unsigned type)
{
    unsigned least = NEVER;

    for (unsigned i = 0; type < m->n_types && i < m->by_type[type]->len; i++) {
        const TlCtor *ctor = m->by_type[type]->pdata[i];
        least = MIN (least, m->depth[ctor - m->schema->ctors]);
    }
    return least;
}

static unsigned
depth_now (const Maker *m, const TlCtor *ctor)
{
    unsigned depth = 1;

    for (unsigned i = 0; i < ctor->n_fields; i++) {
        const TlField *field = &fields_of (m, ctor)[i];
        if (field->flag_word != 0 || field->shape != TL_SHAPE_ONE)
            continue;
        if (field->kind == TL_KIND_OBJECT)
            depth = MAX (depth, 1 + depth_of_type (m, field->target));
        else if (field->kind == TL_KIND_BARE)
            depth = MAX (depth, 1 + m->depth[field->target]);
    }
    return MIN (depth, NEVER);
}

static gboolean
takes_the_rest (const Maker *m, const TlCtor *ctor)
{
    for (unsigned i = 0; i < ctor->n_fields; i++)
        if (fields_of (m, ctor)[i].kind == TL_KIND_RAW)
            return TRUE;
    return FALSE;
}

static void
maker_init (Maker *m, const TlSchema *schema, guint32 seed)
{
    gboolean changed = TRUE;

    *m = (Maker){ .schema = schema, .rand = g_rand_new_with_seed (seed) };
    for (unsigned i = 0; i < schema->n_ctors; i++)
        if (schema->ctors[i].type != TL_NONE)
            m->n_types = MAX (m->n_types, schema->ctors[i].type + 1u);
    m->by_type = g_new (GPtrArray *, m->n_types);
    for (unsigned i = 0; i < m->n_types; i++)
        m->by_type[i] = g_ptr_array_new ();
    m->depth = g_new (unsigned, schema->n_ctors);
    for (unsigned i = 0; i < schema->n_ctors; i++) {
        const TlCtor *ctor = &schema->ctors[i];
        m->depth[i] = NEVER;
        if (!ctor->method && ctor->type != TL_NONE && !takes_the_rest (m, ctor))
            g_ptr_array_add (m->by_type[ctor->type], (void *)ctor);
    }
    while (changed) {
        changed = FALSE;
        for (unsigned i = 0; i < schema->n_ctors; i++) {
            unsigned depth = depth_now (m, &schema->ctors[i]);
            changed |= depth < m->depth[i];
            m->depth[i] = MIN (m->depth[i], depth);
        }
    }
}

static void
maker_clear (Maker *m)
{
    for (unsigned i = 0; i < m->n_types; i++)
        g_ptr_array_unref (m->by_type[i]);
    g_free (m->by_type);
    g_free (m->depth);
    g_rand_free (m->rand);
}

static void make_fields (Maker *m, TlWriter *out, const TlCtor *ctor, unsigned left);

static void
make_bytes (Maker *m, TlWriter *out, size_t len, gboolean raw)
{
    uint8_t bytes[300];

    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)g_rand_int (m->rand);
    if (raw)
        tl_writer_raw (out, bytes, len);
    else
        tl_writer_bytes (out, bytes, len);
}

/* An object of the type that is not deeper than `left`, if there is one. */
static void
make_object (Maker *m, TlWriter *out, unsigned type, unsigned left)
{
    const GPtrArray *all = m->by_type[type];
    const TlCtor *ctor;
    unsigned allowed = MAX (left, depth_of_type (m, type));

    do
        ctor = all->pdata[g_rand_int_range (m->rand, 0, (gint32)all->len)];
    while (m->depth[ctor - m->schema->ctors] > allowed);
    tl_writer_int (out, (int32_t)ctor->id);
    make_fields (m, out, ctor, left);
}

static void
make_value (Maker *m, TlWriter *out, const TlField *field, unsigned left)
{
    switch (field->kind) {
    case TL_KIND_BYTES:
        make_bytes (m, out, (size_t)g_rand_int_range (m->rand, 0, 8), FALSE);
        break;
    case TL_KIND_BOOL:
        tl_writer_int (out, (int32_t)(g_rand_boolean (m->rand) ? TL_BOOL_TRUE_ID
                                                               : TL_BOOL_FALSE_ID));
        break;
    case TL_KIND_TRUE:
        break;
    case TL_KIND_RAW:
        make_bytes (m, out, 4 * (size_t)g_rand_int_range (m->rand, 1, 5), TRUE);
        break;
    case TL_KIND_OBJECT:
        make_object (m, out, field->target, left == 0 ? 0 : left - 1);
        break;
    case TL_KIND_BARE:
        make_fields (m, out, &m->schema->ctors[field->target], left == 0 ? 0 : left - 1);
        break;
    default:
        make_bytes (m, out, tl_kind_size (field->kind), TRUE);
        break;
    }
}

static void
make_fields (Maker *m, TlWriter *out, const TlCtor *ctor, unsigned left)
{
    uint32_t words[WORDS_MAX] = { 0 };
    unsigned word = 0;

    for (unsigned i = 0; i < ctor->n_fields; i++) {
        const TlField *field = &fields_of (m, ctor)[i];
        if (field->flag_word != 0 &&
            (words[field->flag_word] >> field->flag_bit & 1) == 0)
            continue;
        if (field->kind == TL_KIND_FLAGS) {
            word++;
            g_assert_cmpuint (word, <, WORDS_MAX);
            words[word] = left == 0 ? 0
                                    : g_rand_int (m->rand) & g_rand_int (m->rand) &
                                          tl_ctor_known_bits (m->schema, ctor, word);
            for (unsigned k = i; k < ctor->n_fields; k++) {
                if (&fields_of (m, ctor)[k] != m->marked || m->marked->flag_word != word)
                    continue;
                words[word] |= 1u << m->marked->flag_bit;
                if (m->word_at == 0)
                    m->word_at = out->len;
            }
            tl_writer_int (out, (int32_t)words[word]);
            continue;
        }
        unsigned n = 1;
        if (field->shape != TL_SHAPE_ONE) {
            n = left == 0 ? 0 : (unsigned)g_rand_int_range (m->rand, 0, 4);
            if (field == m->marked)
                n = MAX (n, 1);
            if (field->shape == TL_SHAPE_VECTOR)
                tl_writer_int (out, (int32_t)TL_VECTOR_ID);
            tl_writer_int (out, (int32_t)n);
        }
        if (field == m->marked && m->at == 0)
            m->at = out->len;
        while (n-- > 0)
            make_value (m, out, field, left);
    }
}

/* What decodes encodes to something that decodes to the same. TRUE: it decoded. */
static gboolean
assert_stable (const TlSchema *schema, const uint8_t *data, size_t len)
{
    g_autofree uint8_t *exact = g_memdup2 (data, len);
    g_autoptr (TlMessage) message = tl_message_decode (schema, exact, len, NULL);
    g_auto (TlWriter) first = { 0 };
    g_auto (TlWriter) second = { 0 };

    if (message == NULL)
        return FALSE;
    g_assert_cmpuint (tl_message_size (message), <=, 16 * len + 4096);
    g_assert_true (tl_encode (schema, tl_message_root (message), &first));
    g_autoptr (TlMessage) again = tl_message_decode (schema, first.data, first.len, NULL);
    g_assert_nonnull (again);
    g_assert_true (tl_encode (schema, tl_message_root (again), &second));
    g_assert_cmpmem (first.data, first.len, second.data, second.len);
    return TRUE;
}

static void
check (Maker *m, const TlCtor *ctor)
{
    g_auto (TlWriter) wire = { 0 };
    g_auto (TlWriter) again = { 0 };
    g_autoptr (GError) error = NULL;

    tl_writer_int (&wire, (int32_t)ctor->id);
    make_fields (m, &wire, ctor, (unsigned)g_rand_int_range (m->rand, 0, 4));
    g_autoptr (TlMessage) message =
        tl_message_decode (m->schema, wire.data, wire.len, &error);
    if (error != NULL)
        g_test_message ("%s", m->schema->names + ctor->name);
    g_assert_no_error (error);
    /* what an input may make of itself (MT-A7): never more than 16 times the input */
    g_assert_cmpuint (tl_message_size (message), <=, 16 * wire.len + 4096);
    g_assert_true (tl_encode (m->schema, tl_message_root (message), &again));
    if (again.len != wire.len || memcmp (again.data, wire.data, wire.len) != 0)
        g_test_message ("%s", m->schema->names + ctor->name);
    g_assert_cmpmem (again.data, again.len, wire.data, wire.len);

    size_t at = (size_t)g_rand_int_range (m->rand, 0, (gint32)wire.len);
    wire.data[at] ^= (uint8_t)(1u << g_rand_int_range (m->rand, 0, 8));
    assert_stable (m->schema, wire.data, wire.len);
    assert_stable (m->schema, wire.data, at);
}

/* MT-A27: 100,000 objects, each constructor and method of each schema among them; and each
 * with a bit turned, and cut */
static void
random_objects_survive (void)
{
    const TlSchema *schemas[] = { &tl_all_api_schema, &tl_all_mtproto_schema,
                                  &tl_all_secret_schema };
    unsigned all = 0;

    for (size_t s = 0; s < G_N_ELEMENTS (schemas); s++)
        all += schemas[s]->n_ctors;
    for (size_t s = 0; s < G_N_ELEMENTS (schemas); s++) {
        Maker m;
        maker_init (&m, schemas[s], (guint32)(s + 1));
        for (unsigned n = 0; n < OBJECTS * m.schema->n_ctors / all + 1; n++)
            check (&m, &m.schema->ctors[n % m.schema->n_ctors]);
        maker_clear (&m);
    }
}

/* What is refused, and how, where that id stands in place of the one that may. */
static void
assert_refused (TlWriter *wire, size_t at, uint32_t id, const TlSchema *schema, int code)
{
    g_autoptr (GError) error = NULL;
    uint32_t before, word = GUINT32_TO_LE (id);

    memcpy (&before, wire->data + at, 4);
    memcpy (wire->data + at, &word, 4);
    g_autoptr (TlMessage) message =
        tl_message_decode (schema, wire->data, wire->len, &error);
    g_assert_null (message);
    g_assert_error (error, TL_ERROR, code);
    memcpy (wire->data + at, &before, 4);
}

/* A field that begins with an id: with it the object decodes, with another one nothing of it does. */
static void
try_ids (Maker *m, const TlCtor *ctor, const TlField *field)
{
    g_auto (TlWriter) wire = { 0 };
    const TlCtor *other;

    m->marked = field;
    m->at = 0;
    tl_writer_int (&wire, (int32_t)ctor->id);
    make_fields (m, &wire, ctor, (unsigned)g_rand_int_range (m->rand, 0, 3));
    m->marked = NULL;
    g_assert_cmpuint (m->at, >=, 4);
    g_autoptr (TlMessage) message =
        tl_message_decode (m->schema, wire.data, wire.len, NULL);
    g_assert_nonnull (message);
    if (field->kind == TL_KIND_BOOL) {
        assert_refused (&wire, m->at, 0x3fedd339, m->schema,
                        TL_ERROR_MALFORMED); /* true */
        assert_refused (&wire, m->at, 0, m->schema, TL_ERROR_MALFORMED);
        assert_refused (&wire, m->at, 1, m->schema, TL_ERROR_MALFORMED);
        return;
    }
    do
        other = &m->schema->ctors[g_rand_int_range (m->rand, 0, m->schema->n_ctors)];
    while (other->type == field->target);
    assert_refused (&wire, m->at, other->id, m->schema, TL_ERROR_MALFORMED);
    assert_refused (&wire, m->at, 0xdeadbeef, m->schema, TL_ERROR_UNKNOWN);
}

/* MT-A11 MT-A12 MT-A13: in every field of every constructor and method, be it optional or a vector's
 * element, stands what may stand there: a constructor of another type, or one that nobody knows,
 * makes the whole object none, and so does `true` in place of a Bool */
static void
ids_in_every_field (void)
{
    const TlSchema *schemas[] = { &tl_all_api_schema, &tl_all_mtproto_schema,
                                  &tl_all_secret_schema };
    unsigned objects = 0, bools = 0;

    for (size_t s = 0; s < G_N_ELEMENTS (schemas); s++) {
        Maker m;
        maker_init (&m, schemas[s], (guint32)(s + 11));
        for (unsigned c = 0; c < m.schema->n_ctors; c++)
            for (unsigned i = 0; i < m.schema->ctors[c].n_fields; i++) {
                const TlCtor *ctor = &m.schema->ctors[c];
                const TlField *field = &fields_of (&m, ctor)[i];
                if (field->kind != TL_KIND_OBJECT && field->kind != TL_KIND_BOOL)
                    continue;
                try_ids (&m, ctor, field);
                objects += field->kind == TL_KIND_OBJECT;
                bools += field->kind == TL_KIND_BOOL;
            }
        maker_clear (&m);
    }
    g_assert_cmpuint (objects, >, 700);
    g_assert_cmpuint (bools, >, 20);
}

static gboolean
decodes_to (const TlSchema *schema, const uint8_t *data, size_t len, const TlWriter *want)
{
    g_autofree uint8_t *exact = g_memdup2 (data, len);
    g_autoptr (TlMessage) message = tl_message_decode (schema, exact, len, NULL);
    g_auto (TlWriter) again = { 0 };

    if (message == NULL)
        return FALSE;
    g_assert_true (tl_encode (schema, tl_message_root (message), &again));
    g_assert_cmpmem (again.data, again.len, want->data, want->len);
    return TRUE;
}

/* With its own bit alone set the field is there, and an object that is cut before it does not decode. A
 * bit that no field has is ignored, but in secret chats, where it makes the object undecodable. */
static void
try_bit (Maker *m, const TlCtor *ctor, const TlField *field)
{
    g_auto (TlWriter) wire = { 0 };
    uint32_t known = tl_ctor_known_bits (m->schema, ctor, field->flag_word), word;

    m->marked = field;
    m->at = m->word_at = 0;
    tl_writer_int (&wire, (int32_t)ctor->id);
    make_fields (m, &wire, ctor, 0);
    m->marked = NULL;
    memcpy (&word, wire.data + m->word_at, 4);
    word = GUINT32_FROM_LE (word);
    g_assert_cmphex (word, ==, 1u << field->flag_bit);
    g_assert_true (decodes_to (m->schema, wire.data, wire.len, &wire));
    if (field->kind != TL_KIND_TRUE)
        g_assert_false (decodes_to (m->schema, wire.data, m->at, &wire));
    for (unsigned bit = 0; bit < 32; bit++) {
        if ((known >> bit & 1) != 0)
            continue;
        g_autofree uint8_t *more = g_memdup2 (wire.data, wire.len);
        more[m->word_at + bit / 8] |= (uint8_t)(1u << bit % 8);
        g_assert_cmpint (decodes_to (m->schema, more, wire.len, &wire), ==,
                         !m->schema->strict_flags);
    }
}

/* MT-A10: each bit of each flag word alone, the second word's too */
static void
bits_alone (void)
{
    const TlSchema *schemas[] = { &tl_all_api_schema, &tl_all_mtproto_schema,
                                  &tl_all_secret_schema };
    unsigned first = 0, second = 0;

    for (size_t s = 0; s < G_N_ELEMENTS (schemas); s++) {
        Maker m;
        maker_init (&m, schemas[s], (guint32)(s + 21));
        for (unsigned c = 0; c < m.schema->n_ctors; c++)
            for (unsigned i = 0; i < m.schema->ctors[c].n_fields; i++) {
                const TlField *field = &fields_of (&m, &m.schema->ctors[c])[i];
                if (field->flag_word == 0)
                    continue;
                try_bit (&m, &m.schema->ctors[c], field);
                first += field->flag_word == 1;
                second += field->flag_word == 2;
            }
        maker_clear (&m);
    }
    g_assert_cmpuint (first, >, 500);
    g_assert_cmpuint (second, >, 10);
}

/* MT-A11: what is answered where a Bool is: one of its two, and nothing else or more */
static void
answers_that_are_bools (void)
{
    static const struct {
        uint32_t words[2];
        size_t len;
        gboolean good;
    } rows[] = { { { TL_BOOL_TRUE_ID }, 4, TRUE },
                 { { TL_BOOL_FALSE_ID }, 4, TRUE },
                 { { 0x3fedd339 }, 4, FALSE },
                 { { 0 }, 4, FALSE },
                 { { 1 }, 4, FALSE },
                 { { TL_BOOL_TRUE_ID, 0 }, 8, FALSE },
                 { { TL_BOOL_TRUE_ID }, 0, FALSE },
                 { { TL_VECTOR_ID, 0 }, 8, FALSE } };
    unsigned methods = 0;

    for (unsigned c = 0; c < tl_all_api_schema.n_ctors; c++) {
        const TlCtor *method = &tl_all_api_schema.ctors[c];
        if (!method->method)
            continue;
        const TlField *result =
            &tl_all_api_schema.fields[method->first_field + method->n_fields];
        if (result->kind != TL_KIND_BOOL || result->shape != TL_SHAPE_ONE)
            continue;
        for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
            uint32_t words[2] = { GUINT32_TO_LE (rows[i].words[0]),
                                  GUINT32_TO_LE (rows[i].words[1]) };
            TlBudget budget = TL_BUDGET_WHOLE;
            g_autoptr (TlMessage) answer = tl_message_decode_result (
                &tl_all_api_schema, method, (const uint8_t *)words, rows[i].len, &budget,
                NULL);
            g_assert_cmpint (answer != NULL, ==, rows[i].good);
            if (answer != NULL)
                g_assert_cmpuint (tl_message_root (answer)->id, ==, rows[i].words[0]);
        }
        methods++;
    }
    g_assert_cmpuint (methods, >, 5);
}

/* MT-A27: bytes that mean nothing, in front of them an id that does: nothing is read out of
 * bounds, no memory is taken on their word, and what decodes is stable */
static void
random_bytes_do_no_harm (void)
{
    const TlSchema *schemas[] = { &tl_all_api_schema, &tl_all_mtproto_schema,
                                  &tl_all_secret_schema };
    g_autoptr (GRand) rand = g_rand_new_with_seed (5);
    uint8_t data[256];
    unsigned decoded = 0;

    for (unsigned n = 0; n < OBJECTS; n++) {
        const TlSchema *schema = schemas[n % 3];
        const TlCtor *ctor =
            &schema->ctors[g_rand_int_range (rand, 0, (gint32)schema->n_ctors)];
        size_t len = (size_t)g_rand_int_range (rand, 4, sizeof data + 1);
        uint32_t id = GUINT32_TO_LE (ctor->id);
        for (size_t i = 0; i < len; i++) /* few bits: small counts and lengths */
            data[i] =
                n % 2 ? (uint8_t)g_rand_int (rand) : (uint8_t)(g_rand_int (rand) & 3);
        memcpy (data, &id, 4);
        decoded += assert_stable (schema, data, len);
    }
    g_assert_cmpuint (decoded, >, OBJECTS / 1000);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/tl/random/objects", random_objects_survive);
    g_test_add_func ("/tl/random/bytes", random_bytes_do_no_harm);
    g_test_add_func ("/tl/random/ids-in-every-field", ids_in_every_field);
    g_test_add_func ("/tl/random/bits-alone", bits_alone);
    g_test_add_func ("/tl/random/answers-that-are-bools", answers_that_are_bools);
    return g_test_run ();
}
