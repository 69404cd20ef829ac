/* Walks the tables as the codec does, with JSON on the other side. */
#include "json-tl.h"

#include "tl-tables.h"

#include <string.h>

static GPtrArray *arena;

static void *
keep (size_t len)
{
    if (arena == NULL)
        arena = g_ptr_array_new_with_free_func (g_free);
    void *p = g_malloc0 (len + 1);
    g_ptr_array_add (arena, p);
    return p;
}

void
json_tl_clear (void)
{
    g_clear_pointer (&arena, g_ptr_array_unref);
}

static TlBytes
bytes_of (JsonNode *node)
{
    if (JSON_NODE_HOLDS_OBJECT (node)) {
        g_autoptr (GBytes) bytes = vector_hex (json_node_get_object (node), "hex");
        TlBytes out = { NULL, g_bytes_get_size (bytes) };
        uint8_t *copy = keep (out.len);
        if (out.len > 0)
            memcpy (copy, g_bytes_get_data (bytes, NULL), out.len);
        out.data = copy;
        return out;
    }
    const char *text = json_node_get_string (node);
    TlBytes out = { NULL, strlen (text) };
    char *copy = keep (out.len);
    memcpy (copy, text, out.len);
    out.data = (uint8_t *)copy;
    return out;
}

static int64_t
number_of (JsonNode *node)
{
    if (json_node_get_value_type (node) == G_TYPE_STRING) {
        const char *text = json_node_get_string (node);
        return text[0] == '-' ? g_ascii_strtoll (text, NULL, 10)
                              : (int64_t)g_ascii_strtoull (text, NULL, 10);
    }
    return json_node_get_int (node);
}

static double
double_of (JsonNode *node)
{
    if (json_node_get_value_type (node) == G_TYPE_STRING)
        return g_ascii_strtod (json_node_get_string (node), NULL);
    return json_node_get_double (node);
}

static gboolean
value_to_tl (const TlSchema *schema, unsigned kind, JsonNode *node, uint8_t *out)
{
    TlBytes bytes;

    switch (kind) {
    case TL_KIND_INT: {
        int32_t value = (int32_t)number_of (node);
        memcpy (out, &value, 4);
        return TRUE;
    }
    case TL_KIND_LONG: {
        int64_t value = number_of (node);
        memcpy (out, &value, 8);
        return TRUE;
    }
    case TL_KIND_DOUBLE: {
        double value = double_of (node);
        memcpy (out, &value, 8);
        return TRUE;
    }
    case TL_KIND_INT128:
    case TL_KIND_INT256:
        bytes = bytes_of (node);
        g_assert_cmpuint (bytes.len, ==, kind == TL_KIND_INT128 ? 16 : 32);
        memcpy (out, bytes.data, bytes.len);
        return TRUE;
    case TL_KIND_BYTES:
        bytes = bytes_of (node);
        memcpy (out, &bytes, sizeof bytes);
        return TRUE;
    case TL_KIND_BOOL: {
        gboolean value = json_node_get_boolean (node);
        memcpy (out, &value, sizeof value);
        return TRUE;
    }
    case TL_KIND_OBJECT:
    case TL_KIND_BARE: {
        if (!JSON_NODE_HOLDS_OBJECT (node))
            return FALSE;
        TlObject *object = json_to_tl (schema, json_node_get_object (node));
        memcpy (out, &object, sizeof object);
        return object != NULL;
    }
    default:
        return FALSE; /* an object of a type the schema leaves open */
    }
}

static gboolean
vector_to_tl (const TlSchema *schema, const TlField *field, JsonNode *node, TlVector *out)
{
    JsonArray *array = json_node_get_array (node);
    size_t size = tl_kind_size (field->kind);

    out->len = json_array_get_length (array);
    uint8_t *items = keep (out->len * size);
    out->items = (void *)items;
    for (size_t i = 0; i < out->len; i++)
        if (!value_to_tl (schema, field->kind, json_array_get_element (array, i),
                          items + i * size))
            return FALSE;
    return TRUE;
}

static const TlCtor *
ctor_of (const TlSchema *schema, JsonObject *json)
{
    return tl_schema_find (
        schema,
        (uint32_t)g_ascii_strtoull (json_object_get_string_member (json, "#"), NULL, 16));
}

/* Whether the schema has every member: the vectors are of several layers. */
static gboolean
knows_all (const TlSchema *schema, const TlCtor *ctor, JsonObject *json)
{
    unsigned members = json_object_get_size (json);

    for (unsigned i = 0; i < ctor->n_fields; i++)
        members -= json_object_has_member (
            json, schema->names + schema->fields[ctor->first_field + i].name);
    return members == 2; /* "_" and "#" */
}

TlObject *
json_to_tl (const TlSchema *schema, JsonObject *json)
{
    const TlCtor *ctor = ctor_of (schema, json);

    if (ctor == NULL || !knows_all (schema, ctor, json))
        return NULL;
    uint8_t *object = keep (MAX (ctor->size, sizeof (TlObject)));
    ((TlObject *)(void *)object)->id = ctor->id;
    for (unsigned i = 0; i < ctor->n_fields; i++) {
        const TlField *field = &schema->fields[ctor->first_field + i];
        if (field->kind == TL_KIND_FLAGS)
            continue;
        JsonNode *node = json_object_get_member (json, schema->names + field->name);
        if (node == NULL || JSON_NODE_HOLDS_NULL (node)) {
            g_assert_cmpuint (field->flag_word, !=, 0);
            continue;
        }
        if (field->has != TL_NONE)
            *(gboolean *)(void *)(object + field->has) = TRUE;
        if (field->kind == TL_KIND_TRUE)
            *(gboolean *)(void *)(object + field->offset) = json_node_get_boolean (node);
        else if (field->shape != TL_SHAPE_ONE
                     ? !vector_to_tl (schema, field, node,
                                      (void *)(object + field->offset))
                     : !value_to_tl (schema, field->kind, node, object + field->offset))
            return NULL;
    }
    return (TlObject *)(void *)object;
}

/* --- comparing --- */

static void
compare_value (const TlSchema *schema, unsigned kind, JsonNode *node, const uint8_t *in)
{
    uint8_t want[sizeof (TlBytes) + 32];

    if (kind == TL_KIND_OBJECT || kind == TL_KIND_BARE) {
        json_tl_compare (schema, json_node_get_object (node),
                         *(const TlObject *const *)(const void *)in);
        return;
    }
    memset (want, 0, sizeof want);
    g_assert_true (value_to_tl (schema, kind, node, want));
    if (kind == TL_KIND_BYTES) {
        const TlBytes *a = (const void *)in, *b = (const void *)want;
        g_assert_cmpmem (a->data, a->len, b->data, b->len);
    } else {
        size_t size = tl_kind_size (kind);
        g_assert_cmpmem (in, size, want, size);
    }
}

void
json_tl_compare (const TlSchema *schema, JsonObject *json, const TlObject *object)
{
    const TlCtor *ctor = ctor_of (schema, json);
    const uint8_t *in = (const void *)object;

    g_assert_nonnull (ctor);
    g_assert_nonnull (object);
    g_assert_cmphex (object->id, ==, ctor->id);
    for (unsigned i = 0; i < ctor->n_fields; i++) {
        const TlField *field = &schema->fields[ctor->first_field + i];
        if (field->kind == TL_KIND_FLAGS || field->offset == TL_NONE)
            continue;
        JsonNode *node = json_object_get_member (json, schema->names + field->name);
        gboolean there = node != NULL && !JSON_NODE_HOLDS_NULL (node);
        if (field->has != TL_NONE)
            g_assert_cmpint (*(const gboolean *)(const void *)(in + field->has), ==,
                             there);
        if (field->kind == TL_KIND_TRUE) {
            g_assert_cmpint (*(const gboolean *)(const void *)(in + field->offset), ==,
                             there && json_node_get_boolean (node));
        } else if (there && field->shape != TL_SHAPE_ONE) {
            const TlVector *vector = (const void *)(in + field->offset);
            JsonArray *array = json_node_get_array (node);
            g_assert_cmpuint (vector->len, ==, json_array_get_length (array));
            for (size_t k = 0; k < vector->len; k++)
                compare_value (schema, field->kind, json_array_get_element (array, k),
                               (const uint8_t *)vector->items +
                                   k * tl_kind_size (field->kind));
        } else if (there) {
            compare_value (schema, field->kind, node, in + field->offset);
        }
    }
}
