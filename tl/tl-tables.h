/* The layout of the generated tables; for the codec (tl-*.c) and the generated files
 * only. */
#pragma once

#include "tl-schema.h"

enum {
    TL_KIND_INT,
    TL_KIND_LONG,
    TL_KIND_DOUBLE,
    TL_KIND_INT128,
    TL_KIND_INT256,
    TL_KIND_BYTES,
    TL_KIND_BOOL,
    TL_KIND_TRUE,  /* a flag bit alone */
    TL_KIND_FLAGS, /* a flag word; the first is number 1 */
    TL_KIND_RAW,   /* Object, !X: all the bytes that are left */
    TL_KIND_OBJECT,
    TL_KIND_BARE, /* an object without its id */
};

enum { TL_SHAPE_ONE, TL_SHAPE_VECTOR, TL_SHAPE_BARE_VECTOR };

#define TL_NONE 0xffff
#define TL_VECTOR_ID 0x1cb5c415u
#define TL_BOOL_TRUE_ID 0x997275b5u
#define TL_BOOL_FALSE_ID 0xbc799737u

typedef struct {
    uint16_t name; /* offset in names */
    uint8_t kind;  /* of the elements, for a vector */
    uint8_t shape;
    uint8_t flag_word; /* 0 = always there */
    uint8_t flag_bit;
    uint8_t secret;  /* hidden in dumps */
    uint16_t target; /* type of an OBJECT, constructor index of a BARE */
    uint16_t offset; /* in the struct; TL_NONE: decoded and forgotten */
    uint16_t has;    /* of has_<field>; TL_NONE where presence shows in the value */
} TlField;

struct TlCtor {
    uint32_t id;
    uint16_t name;
    uint16_t type; /* TL_NONE for methods */
    uint16_t first_field;
    uint8_t n_fields; /* a method's result stands behind its fields */
    uint8_t method;
    uint16_t size; /* of the struct; 0 = there is none */
};

struct TlSchema {
    const char *name;
    int layer;
    const char *names;
    const TlField *fields;
    const TlCtor *ctors; /* sorted by id */
    uint16_t n_ctors;
    uint8_t depth_max;
    gboolean
        strict_flags; /* unknown flag bits are an error (DECISIONS 9 of the design) */
};

/* Which bits of flag word `word` (1, 2 ...) the constructor defines. */
uint32_t tl_ctor_known_bits (const TlSchema *schema, const TlCtor *ctor, unsigned word);

/* Bytes one value of `kind` takes in a struct or a vector. */
size_t tl_kind_size (unsigned kind);
