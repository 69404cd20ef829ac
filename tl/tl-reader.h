/* Checked cursor over borrowed bytes. After the first bad read everything returns zero;
 * ask tl_reader_ok() once at the end (they fail sticky). */
#pragma once

#include "tl-schema.h"

typedef struct {
    const uint8_t *data;
    size_t len; /* what is left */
    gboolean failed;
} TlReader;

void tl_reader_init (TlReader *reader, const void *data, size_t len);
int32_t tl_reader_int (TlReader *reader);
int64_t tl_reader_long (TlReader *reader);
double tl_reader_double (TlReader *reader);
/* `len` bytes as they stand, borrowed; NULL on failure. */
const uint8_t *tl_reader_raw (TlReader *reader, size_t len);
TlBytes tl_reader_bytes (TlReader *reader); /* MT-A5 to A7; borrowed */
void tl_reader_fail (TlReader *reader);
gboolean tl_reader_ok (const TlReader *reader);       /* nothing failed so far */
gboolean tl_reader_finished (const TlReader *reader); /* and nothing is left */
