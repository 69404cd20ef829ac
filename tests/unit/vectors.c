/* JSON vectors for the unit tests; json-glib does the reading. */
#include "vectors.h"

#include <string.h>

JsonParser *
vectors_open (const char *topic, JsonArray **cases)
{
    g_autofree char *name = g_strconcat (topic, ".json", NULL);
    g_autofree char *path = g_build_filename (VECTORS_DIR, name, NULL);
    JsonParser *parser = json_parser_new ();
    g_autoptr (GError) error = NULL;

    json_parser_load_from_file (parser, path, &error);
    g_assert_no_error (error);
    *cases = json_object_get_array_member (
        json_node_get_object (json_parser_get_root (parser)), "cases");
    g_assert_cmpuint (json_array_get_length (*cases), >, 0);
    return parser;
}

void
vectors_each (const char *topic, VectorFunc func)
{
    JsonArray *cases;
    g_autoptr (JsonParser) parser = vectors_open (topic, &cases);

    for (unsigned i = 0; i < json_array_get_length (cases); i++) {
        JsonObject *object = json_array_get_object_element (cases, i);
        VectorCase c = {
            .id = json_object_get_string_member (object, "id"),
            .in = json_object_has_member (object, "in")
                      ? json_object_get_object_member (object, "in")
                      : object,
            .out = json_object_has_member (object, "out")
                       ? json_object_get_object_member (object, "out")
                       : object,
        };
        g_test_message ("case %s", c.id);
        func (&c);
    }
}

GBytes *
vector_bytes (const char *hex)
{
    size_t len = strlen (hex) / 2;
    uint8_t *data = g_malloc (len + 1);

    for (size_t i = 0; i < len; i++)
        data[i] = (uint8_t)(g_ascii_xdigit_value (hex[2 * i]) << 4 |
                            g_ascii_xdigit_value (hex[2 * i + 1]));
    return g_bytes_new_take (data, len);
}

GBytes *
vector_hex (JsonObject *object, const char *name)
{
    if (!json_object_has_member (object, name))
        return NULL;
    return vector_bytes (json_object_get_string_member (object, name));
}

GBytes *
vector_item (JsonArray *array, unsigned i)
{
    return vector_bytes (json_array_get_string_element (array, i));
}

void
vector_fixed (JsonObject *object, const char *name, uint8_t *out, size_t len)
{
    g_autoptr (GBytes) bytes = vector_hex (object, name);

    g_assert_nonnull (bytes);
    g_assert_cmpuint (g_bytes_get_size (bytes), ==, len);
    memcpy (out, g_bytes_get_data (bytes, NULL), len);
}

int64_t
vector_int (JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member (object, name);

    g_assert_nonnull (node);
    if (json_node_get_value_type (node) == G_TYPE_STRING) {
        const char *text = json_node_get_string (node);
        return text[0] == '-' ? g_ascii_strtoll (text, NULL, 10)
                              : (int64_t)g_ascii_strtoull (text, NULL, 10);
    }
    return json_node_get_int (node);
}

const char *
vector_text (JsonObject *object, const char *name)
{
    return json_object_has_member (object, name)
               ? json_object_get_string_member (object, name)
               : NULL;
}
