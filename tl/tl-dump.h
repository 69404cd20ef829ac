/* Bytes -> text for logs; fields marked `!` in used/<schema>.used print as ###. */
#pragma once

#include "tl-schema.h"

/* One line, newly allocated; "malformed: ..." where it does not decode. */
char *tl_dump (const TlSchema *schema, const uint8_t *data, size_t len);
