/* Reads tests/vectors: each case goes to a function; hex and numbers are taken out by
 * name. */
#pragma once

#include <glib.h>
#include <json-glib/json-glib.h>
#include <stdint.h>

typedef struct {
    const char *id;
    JsonObject *in;
    JsonObject *out;
} VectorCase;

typedef void (*VectorFunc) (const VectorCase *c);

/* Runs `func` for every case of tests/vectors/<topic>.json; aborts if there is none. */
void vectors_each (const char *topic, VectorFunc func);
/* The cases themselves, for tests that change one; they live as long as the parser. */
JsonParser *vectors_open (const char *topic, JsonArray **cases);
GBytes *vector_bytes (const char *hex);
/* Element `i` of an array of hex strings as bytes. */
GBytes *vector_item (JsonArray *array, unsigned i);
/* Member of `object` as bytes; NULL where it is absent. */
GBytes *vector_hex (JsonObject *object, const char *name);
/* Exactly `len` bytes, or the test fails. */
void vector_fixed (JsonObject *object, const char *name, uint8_t *out, size_t len);
int64_t vector_int (JsonObject *object,
                    const char *name); /* number, or decimal in quotes */
const char *vector_text (JsonObject *object, const char *name);
#define vector_assert_equal(bytes, data, len)                                            \
    g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), data, len)
