/* The interpreter that encodes: the same tables, the other way. */
#include "tl-encode.h"

#include "tl-tables.h"

#include <string.h>

static gboolean encode_fields (const TlSchema *schema, const TlCtor *ctor,
                               const void *object, TlWriter *writer);

static gboolean
fail (TlWriter *writer)
{
    writer->failed = TRUE;
    return FALSE;
}

static gboolean
encode_value (const TlSchema *schema, unsigned kind, unsigned target, const void *in,
              TlWriter *writer)
{
    const TlBytes *bytes = in;
    int64_t bits;

    switch (kind) {
    case TL_KIND_INT:
        tl_writer_int (writer, *(const int32_t *)in);
        return TRUE;
    case TL_KIND_LONG:
    case TL_KIND_DOUBLE: /* as bits: i386's registers would change a signalling NaN */
        memcpy (&bits, in, 8);
        tl_writer_long (writer, bits);
        return TRUE;
    case TL_KIND_INT128:
        tl_writer_raw (writer, in, 16);
        return TRUE;
    case TL_KIND_INT256:
        tl_writer_raw (writer, in, 32);
        return TRUE;
    case TL_KIND_BYTES:
        tl_writer_bytes (writer, bytes->data, bytes->len);
        return !writer->failed;
    case TL_KIND_RAW:
        tl_writer_raw (writer, bytes->data, bytes->len);
        return TRUE;
    case TL_KIND_BOOL:
        tl_writer_int (writer, (int32_t)(*(const gboolean *)in ? TL_BOOL_TRUE_ID
                                                               : TL_BOOL_FALSE_ID));
        return TRUE;
    case TL_KIND_OBJECT: {
        const TlObject *object = *(const TlObject *const *)in;
        const TlCtor *ctor = object != NULL ? tl_schema_find (schema, object->id) : NULL;
        if (ctor == NULL || ctor->type != target)
            return fail (writer);
        return tl_encode (schema, object, writer);
    }
    case TL_KIND_BARE: {
        const TlObject *object = *(const TlObject *const *)in;
        if (object == NULL || object->id != schema->ctors[target].id)
            return fail (writer);
        return encode_fields (schema, &schema->ctors[target], object, writer);
    }
    default:
        return fail (writer);
    }
}

static gboolean
is_present (const TlField *field, const uint8_t *object)
{
    if (field->offset == TL_NONE)
        return FALSE;
    if (field->has != TL_NONE)
        return *(const gboolean *)(object + field->has);
    if (field->kind == TL_KIND_TRUE)
        return *(const gboolean *)(object + field->offset);
    if (field->shape != TL_SHAPE_ONE)
        return ((const TlVector *)(object + field->offset))->items != NULL;
    if (field->kind == TL_KIND_BYTES)
        return ((const TlBytes *)(object + field->offset))->data != NULL;
    return *(const TlObject *const *)(object + field->offset) != NULL;
}

static uint32_t
flags_of (const TlSchema *schema, const TlCtor *ctor, unsigned word,
          const uint8_t *object)
{
    uint32_t flags = 0;

    for (unsigned i = 0; i < ctor->n_fields; i++) {
        const TlField *field = &schema->fields[ctor->first_field + i];
        if (field->flag_word == word && is_present (field, object))
            flags |= 1u << field->flag_bit;
    }
    return flags;
}

static gboolean
encode_vector (const TlSchema *schema, const TlField *field, const TlVector *vector,
               TlWriter *writer)
{
    if (field->shape == TL_SHAPE_VECTOR)
        tl_writer_int (writer, (int32_t)TL_VECTOR_ID);
    if (vector->len > G_MAXINT32)
        return fail (writer);
    tl_writer_int (writer, (int32_t)vector->len);
    for (size_t i = 0; i < vector->len; i++)
        if (!encode_value (
                schema, field->kind, field->target,
                (const uint8_t *)vector->items + i * tl_kind_size (field->kind), writer))
            return FALSE;
    return TRUE;
}

static gboolean
encode_fields (const TlSchema *schema, const TlCtor *ctor, const void *data,
               TlWriter *writer)
{
    const uint8_t *object = data;
    unsigned words = 0;

    if (ctor->size == 0 && ctor->n_fields > 0)
        return fail (writer); /* no struct: used/<schema>.used does not list it */
    for (unsigned i = 0; i < ctor->n_fields; i++) {
        const TlField *field = &schema->fields[ctor->first_field + i];
        if (field->kind == TL_KIND_FLAGS) {
            tl_writer_int (writer, (int32_t)flags_of (schema, ctor, ++words, object));
            continue;
        }
        if (field->kind == TL_KIND_TRUE ||
            (field->flag_word != 0 && !is_present (field, object)))
            continue;
        if (field->offset == TL_NONE)
            return fail (writer); /* a required field that the struct leaves out */
        const void *in = object + field->offset;
        if (field->shape != TL_SHAPE_ONE
                ? !encode_vector (schema, field, in, writer)
                : !encode_value (schema, field->kind, field->target, in, writer))
            return FALSE;
    }
    return TRUE;
}

gboolean
tl_encode (const TlSchema *schema, const TlObject *object, TlWriter *writer)
{
    const TlCtor *ctor = tl_schema_find (schema, object->id);

    if (ctor == NULL)
        return fail (writer);
    tl_writer_int (writer, (int32_t)ctor->id);
    return encode_fields (schema, ctor, object, writer);
}
