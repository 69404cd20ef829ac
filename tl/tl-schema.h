/* Descriptor tables of one schema, as tlgen.py writes them, and look-up by id.
 *
 * C representation of a decoded object or of a request on the stack:
 *   int -> int32_t         long -> int64_t         double -> double
 *   int128 -> uint8_t[16]  int256 -> uint8_t[32]   Bool, true -> gboolean
 *   string, bytes, !X, Object -> TlBytes           Vector<T> -> TlVector
 *   any boxed type -> TlObject *                   flag words: not represented
 *
 * A struct begins with `TlObject base`. Optional scalars have a gboolean
 * has_<field> before them; optional pointers, bytes and vectors are absent when NULL
 * (`.data`, `.items`).
 *
 * Names (SCHEMA is Api, Mtp, Secret or Rec): constructor `messages.sendEncrypted` becomes
 * struct ApiMessagesSendEncrypted with its id ApiMessagesSendEncrypted_ID; underscores of
 * a TL name vanish (decryptedMessage -> SecretDecryptedMessage). Fields keep their schema
 * names; C keywords get a trailing underscore. Old forms of secret.tl carry the layer
 * that introduced them behind their name, the newest form has none:
 * SecretDecryptedMessage is #91cc4674, SecretDecryptedMessage45 is #36b091de, ...17 is
 * #204d3878, ...8 is #1f814f1f. A constructor that used/<schema>.used does not list
 * decodes to a bare TlObject.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef struct {
    uint32_t id; /* constructor id; 0 never occurs */
} TlObject;

typedef struct {
    const uint8_t *data; /* NULL = absent; not NUL-terminated */
    size_t len;
} TlBytes;

typedef struct {
    const void
        *items; /* int32_t, int64_t, TlBytes or TlObject * in a row; NULL = absent */
    size_t len;
} TlVector;

/* Root of an answer of type Vector<T>; id is the vector's 1cb5c415. */
typedef struct {
    TlObject base;
    TlVector items;
} TlVectorObject;
#define TlVectorObject_ID 0x1cb5c415u

typedef struct TlCtor TlCtor;     /* one constructor or method */
typedef struct TlSchema TlSchema; /* one schema: tables, name, layer */

/* The struct behind `obj` if it is a Type, else NULL; `obj` may be NULL. The only cast.
 */
#define TL_AS(obj, Type) ((const Type *)tl_object_as ((obj), Type##_ID))
/* A request or part of one on the stack: TL_NEW (ApiInputEncryptedChat, .chat_id = 1). */
#define TL_NEW(Type, ...) ((Type){ .base = { Type##_ID }, __VA_ARGS__ })
#define TL_OBJ(ptr) (&(ptr)->base)
#define TL_BYTES(ptr, n) ((TlBytes){ (const uint8_t *)(ptr), (n) })
#define TL_STR(s) ((TlBytes){ (const uint8_t *)(s), strlen (s) })
/* NULL: the field is not there. */
#define TL_STR_OPTIONAL(s) ((s) != NULL ? TL_STR (s) : (TlBytes){ NULL, 0 })
#define TL_ITEM(vector, T, i) (((const T *)(vector).items)[i])
#define TL_ITEM_OBJ(vector, i) (((TlObject *const *)(vector).items)[i])

static inline const TlObject *
tl_object_as (const TlObject *obj, uint32_t id)
{
    return obj != NULL && obj->id == id ? obj : NULL;
}

/* NULL for an unknown id. Tables are constant; nothing to free. */
const TlCtor *tl_schema_find (const TlSchema *schema, uint32_t id);
const char *tl_schema_name (const TlSchema *schema); /* "api", "mtproto", ... */
int tl_schema_layer (const TlSchema *schema);        /* 227; 0 where there is none */
/* "messages.sendEncrypted" or "?" for logs. */
const char *tl_id_name (const TlSchema *schema, uint32_t id);
