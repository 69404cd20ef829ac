/* Struct -> bytes. Flag words are computed here, never by hand. */
#pragma once

#include "tl-schema.h"
#include "tl-writer.h"

/* Appends `object` boxed. FALSE (and writer->failed) for an id the schema has no struct
 * for, a string that is too long, or a NULL in a required field. */
gboolean tl_encode (const TlSchema *schema, const TlObject *object, TlWriter *writer);
