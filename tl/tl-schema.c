/* Look-up in the generated tables: by id (binary search). */
#include "tl-tables.h"

const TlCtor *
tl_schema_find (const TlSchema *schema, uint32_t id)
{
    size_t low = 0, high = schema->n_ctors;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (schema->ctors[middle].id == id)
            return &schema->ctors[middle];
        if (schema->ctors[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const char *
tl_schema_name (const TlSchema *schema)
{
    return schema->name;
}

int
tl_schema_layer (const TlSchema *schema)
{
    return schema->layer;
}

const char *
tl_id_name (const TlSchema *schema, uint32_t id)
{
    const TlCtor *ctor = tl_schema_find (schema, id);
    return ctor != NULL ? schema->names + ctor->name : "?";
}

uint32_t
tl_ctor_known_bits (const TlSchema *schema, const TlCtor *ctor, unsigned word)
{
    uint32_t bits = 0;

    for (unsigned i = 0; i < ctor->n_fields; i++) {
        const TlField *field = &schema->fields[ctor->first_field + i];
        if (field->flag_word == word)
            bits |= 1u << field->flag_bit;
    }
    return bits;
}

size_t
tl_kind_size (unsigned kind)
{
    switch (kind) {
    case TL_KIND_INT:
    case TL_KIND_BOOL:
        return 4;
    case TL_KIND_LONG:
    case TL_KIND_DOUBLE:
        return 8;
    case TL_KIND_INT128:
        return 16;
    case TL_KIND_INT256:
        return 32;
    case TL_KIND_OBJECT:
    case TL_KIND_BARE:
        return sizeof (TlObject *);
    default:
        return sizeof (TlBytes);
    }
}
