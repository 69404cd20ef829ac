/* Unpacking of gzip_packed (MT-A21, MT-A22). */
#pragma once

#include <glib.h>
#include <stdint.h>

#define TL_GUNZIP_MAX ((size_t)64 << 20) /* bytes of one unpacked answer */

/* gzip or zlib, found out by itself. NULL with `error` (TL_ERROR_MALFORMED) for corrupt
 * or cut data, trailing bytes, or more than `limit` bytes of output; memory grows with
 * what was really unpacked. */
GByteArray *tl_gunzip (const uint8_t *data, size_t len, size_t limit, GError **error);
