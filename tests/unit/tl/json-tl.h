/* JSON of the vectors -> structs, by the tables: every field is named, so a codec that
 * mixed two of them up cannot pass. */
#pragma once

#include "tl-schema.h"
#include "vectors.h"

/* NULL where the schema does not know something inside. Freed with json_tl_clear(). */
TlObject *json_to_tl (const TlSchema *schema, JsonObject *json);
/* Compares `object` with what json_to_tl() would make; aborts where a field differs. */
void json_tl_compare (const TlSchema *schema, JsonObject *json, const TlObject *object);
void json_tl_clear (void);
