/* The interpreter that decodes: one walk over the tables for every constructor there is.
 *
 * Objects lie in an arena that belongs to the message; strings point into a private copy
 * of the input, so that the caller's buffer may go. Nothing is allocated on the strength
 * of a length alone: a vector's count is first compared with what the remaining bytes
 * could hold (MT-A7, MT-A8, SC-C18), and every object with what the input may still make
 * (tl-budget.h).
 */
#include "tl-message.h"

#include "tl-reader.h"
#include "tl-tables.h"

#include <string.h>

#define ARENA_CHUNK                                                                      \
    960 /* bytes; above 1 kB the C library tidies its heap at each, which costs more than
         * most messages */

typedef struct Chunk Chunk;
struct Chunk {
    Chunk *next;
    size_t used;
    size_t size;
    max_align_t data[];
};

struct TlMessage {
    unsigned refs;
    uint8_t *bytes;
    size_t len;
    size_t size; /* of all of it */
    Chunk *chunks;
    const TlObject *root;
};

typedef struct {
    const TlSchema *schema;
    TlMessage *message;
    TlReader in;
    unsigned depth;
    TlBudget *budget;
    gboolean over;    /* the budget ended it */
    uint32_t unknown; /* the constructor that ended it, 0 if the bytes did */
    const char *why;
} Decoder;

G_DEFINE_QUARK (tl_error_quark, tl_error)

static gboolean decode_boxed (Decoder *decoder, unsigned type, const TlObject **out);
static const TlObject *decode_fields (Decoder *decoder, const TlCtor *ctor);

static gboolean
fail (Decoder *decoder, const char *why)
{
    if (decoder->why == NULL)
        decoder->why = why;
    tl_reader_fail (&decoder->in);
    return FALSE;
}

static gboolean
take (Decoder *decoder, size_t *left, size_t n)
{
    if (tl_budget_take (left, n))
        return TRUE;
    decoder->over |= decoder->why == NULL && decoder->unknown == 0;
    return fail (decoder, "more than one input may hold");
}

/* NULL: it would take more than there may be. */
static void *
arena_alloc (Decoder *decoder, size_t size)
{
    TlMessage *message = decoder->message;
    Chunk *chunk = message->chunks;

    size =
        (size + sizeof (max_align_t) - 1) / sizeof (max_align_t) * sizeof (max_align_t);
    if (chunk == NULL || chunk->size - chunk->used < size) {
        size_t room = MAX (size, ARENA_CHUNK);
        if (!take (decoder, &decoder->budget->memory, sizeof (Chunk) + room))
            return NULL;
        chunk = g_malloc (sizeof (Chunk) + room);
        *chunk = (Chunk){ .next = message->chunks, .size = room };
        message->chunks = chunk;
        message->size += sizeof (Chunk) + room;
    }
    void *memory = (uint8_t *)chunk->data + chunk->used;
    chunk->used += size;
    return memset (memory, 0, size);
}

/* Bytes one element takes on the wire at least. */
static size_t
least_size (unsigned kind)
{
    switch (kind) {
    case TL_KIND_LONG:
    case TL_KIND_DOUBLE:
        return 8;
    case TL_KIND_INT128:
        return 16;
    case TL_KIND_INT256:
        return 32;
    default:
        return 4;
    }
}

static gboolean
decode_bool (Decoder *decoder, gboolean *out)
{
    uint32_t id = (uint32_t)tl_reader_int (&decoder->in);

    if (id != TL_BOOL_TRUE_ID && id != TL_BOOL_FALSE_ID)
        return fail (decoder, "not a Bool"); /* MT-A11 */
    *out = id == TL_BOOL_TRUE_ID;
    return TRUE;
}

/* One value of `kind` to `out`, which is tl_kind_size() bytes. */
static gboolean
decode_value (Decoder *decoder, unsigned kind, unsigned target, void *out)
{
    TlReader *in = &decoder->in;

    switch (kind) {
    case TL_KIND_INT:
        *(int32_t *)out = tl_reader_int (in);
        break;
    case TL_KIND_LONG:
    case TL_KIND_DOUBLE: /* as bits, see tl-encode.c */
        memcpy (out, &(int64_t){ tl_reader_long (in) }, 8);
        break;
    case TL_KIND_INT128:
    case TL_KIND_INT256: {
        const uint8_t *p = tl_reader_raw (in, tl_kind_size (kind));
        if (p != NULL)
            memcpy (out, p, tl_kind_size (kind));
        break;
    }
    case TL_KIND_BYTES:
        *(TlBytes *)out = tl_reader_bytes (in);
        break;
    case TL_KIND_RAW: {
        size_t len = in->len;
        const uint8_t *p = tl_reader_raw (in, len);
        *(TlBytes *)out = (TlBytes){ p, len };
        break;
    }
    case TL_KIND_BOOL:
        return decode_bool (decoder, out);
    case TL_KIND_OBJECT:
        return decode_boxed (decoder, target, out);
    case TL_KIND_BARE:
        *(const TlObject **)out =
            decode_fields (decoder, &decoder->schema->ctors[target]);
        break;
    default:
        return fail (decoder, "not a value");
    }
    return tl_reader_ok (in) || fail (decoder, "cut off");
}

static gboolean
decode_vector (Decoder *decoder, const TlField *field, TlVector *out)
{
    TlReader *in = &decoder->in;

    if (field->shape == TL_SHAPE_VECTOR && (uint32_t)tl_reader_int (in) != TL_VECTOR_ID)
        return fail (decoder, "not a vector");
    int32_t count = tl_reader_int (in);
    if (!tl_reader_ok (in) || count < 0 ||
        (size_t)count > in->len / least_size (field->kind))
        return fail (decoder, "a vector's count is wrong");

    size_t step = tl_kind_size (field->kind);
    uint8_t *items = arena_alloc (decoder, MAX ((size_t)count * step, 1));
    if (items == NULL)
        return FALSE;
    for (int32_t i = 0; i < count; i++)
        if (!decode_value (decoder, field->kind, field->target, items + (size_t)i * step))
            return FALSE;
    *out = (TlVector){ items, (size_t)count };
    return TRUE;
}

static gboolean
decode_field (Decoder *decoder, const TlField *field, uint8_t *object)
{
    union {
        int64_t number;
        uint8_t big[32];
        TlBytes bytes;
        TlVector vector;
        const TlObject *object;
    } forgotten;
    void *out = object != NULL && field->offset != TL_NONE
                    ? (void *)(object + field->offset)
                    : (void *)&forgotten;

    if (object != NULL && field->has != TL_NONE)
        *(gboolean *)(object + field->has) = TRUE;
    if (field->shape != TL_SHAPE_ONE)
        return decode_vector (decoder, field, out);
    return decode_value (decoder, field->kind, field->target, out);
}

/* The fields of `ctor`, without its id. NULL on failure. */
static const TlObject *
decode_fields (Decoder *decoder, const TlCtor *ctor)
{
    const TlSchema *schema = decoder->schema;
    uint32_t flags[3] = { 0 };
    unsigned words = 0;

    if (decoder->depth >= schema->depth_max) { /* MT-A15, SC-B20 */
        fail (decoder, "nested too deep");
        return NULL;
    }
    decoder->depth++;
    if (!take (decoder, &decoder->budget->objects, 1))
        return NULL;
    TlObject *object =
        arena_alloc (decoder, ctor->size != 0 ? ctor->size : sizeof (TlObject));
    if (object == NULL)
        return NULL;
    object->id = ctor->id;
    uint8_t *memory = ctor->size != 0 ? (uint8_t *)object : NULL;

    for (unsigned i = 0; i < ctor->n_fields; i++) {
        const TlField *field = &schema->fields[ctor->first_field + i];
        if (field->kind == TL_KIND_FLAGS) {
            flags[++words] = (uint32_t)tl_reader_int (&decoder->in);
            if (schema->strict_flags &&
                (flags[words] & ~tl_ctor_known_bits (schema, ctor, words)) != 0)
                fail (decoder, "an unknown flag bit"); /* SC-C17 */
        } else if (field->flag_word != 0 &&
                   (flags[field->flag_word] >> field->flag_bit & 1) == 0) {
            continue; /* MT-A10 */
        } else if (field->kind == TL_KIND_TRUE) {
            if (memory != NULL && field->offset != TL_NONE)
                *(gboolean *)(memory + field->offset) = TRUE;
        } else {
            decode_field (decoder, field, memory);
        }
        if (!tl_reader_ok (&decoder->in)) {
            fail (decoder, "cut off");
            return NULL;
        }
    }
    decoder->depth--;
    return object;
}

/* An object with its id; of `type`, unless that is TL_NONE. */
static gboolean
decode_boxed (Decoder *decoder, unsigned type, const TlObject **out)
{
    uint32_t id = (uint32_t)tl_reader_int (&decoder->in);

    if (!tl_reader_ok (&decoder->in))
        return fail (decoder, "cut off");
    const TlCtor *ctor = tl_schema_find (decoder->schema, id);
    if (ctor == NULL) {
        if (decoder->why == NULL)
            decoder->unknown = id;
        return fail (decoder, "an unknown constructor");
    }
    if (type != TL_NONE && ctor->type != type)
        return fail (decoder, "a constructor of another type"); /* MT-A13 */
    *out = decode_fields (decoder, ctor);
    return *out != NULL;
}

/* A decoder with the message it fills: the input is copied. */
static Decoder
begin (const TlSchema *schema, const uint8_t *data, size_t len, TlBudget *budget)
{
    TlMessage *message = g_new0 (TlMessage, 1);
    Decoder decoder = { .schema = schema, .message = message, .budget = budget };
    gboolean fits = take (&decoder, &budget->memory, sizeof *message + len);

    message->refs = 1;
    message->len = fits ? len : 0;
    message->size = sizeof *message + message->len;
    message->bytes = g_malloc (MAX (message->len, 1));
    if (message->len > 0)
        memcpy (message->bytes, data, len);
    if (fits)
        tl_reader_init (&decoder.in, message->bytes, message->len);
    return decoder;
}

static TlMessage *
finish (Decoder *decoder, gboolean prefix, size_t *used, GError **error)
{
    if (tl_reader_ok (&decoder->in) && !prefix && decoder->in.len > 0)
        fail (decoder, "bytes are left over"); /* MT-A14, SC-B17 */
    if (used != NULL)
        *used = decoder->message->len - decoder->in.len;
    if (tl_reader_ok (&decoder->in))
        return decoder->message;

    if (decoder->over)
        g_set_error (error, TL_ERROR, TL_ERROR_BUDGET, "%s: %s", decoder->schema->name,
                     decoder->why);
    else if (decoder->unknown != 0)
        g_set_error (error, TL_ERROR, TL_ERROR_UNKNOWN, "%s: unknown constructor %08x",
                     decoder->schema->name, decoder->unknown);
    else
        g_set_error (error, TL_ERROR, TL_ERROR_MALFORMED, "%s: %s", decoder->schema->name,
                     decoder->why != NULL ? decoder->why : "cut off");
    tl_message_unref (decoder->message);
    return NULL;
}

static TlMessage *
decode (const TlSchema *schema, const uint8_t *data, size_t len, gboolean prefix,
        size_t *used, TlBudget *budget, GError **error)
{
    Decoder decoder = begin (schema, data, len, budget);

    decode_boxed (&decoder, TL_NONE, &decoder.message->root);
    return finish (&decoder, prefix, used, error);
}

TlMessage *
tl_message_decode (const TlSchema *schema, const uint8_t *data, size_t len,
                   GError **error)
{
    TlBudget own = TL_BUDGET_WHOLE;
    return decode (schema, data, len, FALSE, NULL, &own, error);
}

TlMessage *
tl_message_decode_within (const TlSchema *schema, const uint8_t *data, size_t len,
                          TlBudget *budget, GError **error)
{
    return decode (schema, data, len, FALSE, NULL, budget, error);
}

TlMessage *
tl_message_decode_prefix (const TlSchema *schema, const uint8_t *data, size_t len,
                          size_t *used, GError **error)
{
    TlBudget own = TL_BUDGET_WHOLE;
    return decode (schema, data, len, TRUE, used, &own, error);
}

TlMessage *
tl_message_decode_result (const TlSchema *schema, const TlCtor *method,
                          const uint8_t *data, size_t len, TlBudget *budget,
                          GError **error)
{
    const TlField *result = &schema->fields[method->first_field + method->n_fields];
    Decoder decoder = begin (schema, data, len, budget);
    TlMessage *message = decoder.message;

    if (result->shape != TL_SHAPE_ONE) {
        TlVectorObject *vector = arena_alloc (&decoder, sizeof *vector);
        if (vector != NULL) {
            vector->base.id = TlVectorObject_ID;
            message->root = &vector->base;
            decode_vector (&decoder, result, &vector->items);
        }
    } else if (result->kind == TL_KIND_BOOL) {
        TlObject *object = arena_alloc (&decoder, sizeof *object);
        gboolean value = FALSE;
        decode_bool (&decoder, &value);
        if (object != NULL)
            object->id = value ? TL_BOOL_TRUE_ID : TL_BOOL_FALSE_ID;
        message->root = object;
    } else {
        decode_boxed (&decoder, result->kind == TL_KIND_OBJECT ? result->target : TL_NONE,
                      &message->root);
    }
    return finish (&decoder, FALSE, NULL, error);
}

const TlObject *
tl_message_root (const TlMessage *message)
{
    return message->root;
}

size_t
tl_message_size (const TlMessage *message)
{
    return message->size;
}

TlMessage *
tl_message_ref (TlMessage *message)
{
    message->refs++;
    return message;
}

void
tl_message_unref (TlMessage *message)
{
    if (message == NULL || --message->refs > 0)
        return;
    for (Chunk *chunk = message->chunks, *next; chunk != NULL; chunk = next) {
        next = chunk->next;
        explicit_bzero (chunk->data, chunk->used);
        g_free (chunk);
    }
    explicit_bzero (message->bytes, message->len);
    g_free (message->bytes);
    g_free (message);
}
