/* One decoded message: the bytes' owner and arena of everything inside it (MT-A1 to A16).
 */
#pragma once

#include "tl-budget.h"
#include "tl-schema.h"

#define TL_ERROR (tl_error_quark ())
GQuark tl_error_quark (void);
typedef enum {
    TL_ERROR_MALFORMED, /* cut, trailing, wrong id or count, too deep */
    TL_ERROR_UNKNOWN,   /* a constructor that the schema does not know (MT-A12, SC-C13) */
    TL_ERROR_BUDGET,    /* would make more of itself than it may (tl-budget.h) */
} TlError;

typedef struct TlMessage TlMessage; /* reference counted; not thread-safe */

/* Decodes exactly one boxed object of any type; nothing may be left over. `data` is
 * copied where needed. NULL with `error` set (first error wins). With a budget of its own.
 */
TlMessage *tl_message_decode (const TlSchema *schema, const uint8_t *data, size_t len,
                              GError **error);
/* The same within what is left of `budget`, which shrinks, also if it fails. */
TlMessage *tl_message_decode_within (const TlSchema *schema, const uint8_t *data,
                                     size_t len, TlBudget *budget, GError **error);
/* The same, but bytes may remain behind it; `*used` gets the object's length (MT-C6). */
TlMessage *tl_message_decode_prefix (const TlSchema *schema, const uint8_t *data,
                                     size_t len, size_t *used, GError **error);
/* Decodes the answer of `method` by its result type (MT-D40). A Vector answer has a
 * TlVectorObject as root, Bool a bare TlObject. */
TlMessage *tl_message_decode_result (const TlSchema *schema, const TlCtor *method,
                                     const uint8_t *data, size_t len, TlBudget *budget,
                                     GError **error);

const TlObject *tl_message_root (const TlMessage *message);
size_t tl_message_size (const TlMessage *message); /* bytes of memory it holds */
TlMessage *tl_message_ref (TlMessage *message);
void tl_message_unref (TlMessage *message); /* wipes the arena (keys may be inside) */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlMessage, tl_message_unref)
