/* Unpacking of gzip_packed (MT-A21, MT-A22). */
#pragma once

#include <glib.h>
#include <stdint.h>

/* gzip or zlib, found out by itself. NULL with `error`: TL_ERROR_MALFORMED for corrupt
 * or cut data and trailing bytes, TL_ERROR_BUDGET for more than `limit` bytes of output;
 * memory grows with what was really unpacked. */
GByteArray *tl_gunzip (const uint8_t *data, size_t len, size_t limit, GError **error);
