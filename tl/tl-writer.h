/* Growing output buffer for TL; its memory is wiped when it grows and when it is freed.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef struct {
    uint8_t *data;
    size_t len;
    size_t size;
    gboolean failed; /* sticky: a string of 2^24 bytes or more (MT-A4) */
} TlWriter;

void tl_writer_clear (TlWriter *writer); /* wipes and frees; usable again */
/* What it holds, `len` bytes, for the caller to wipe and g_free(); NULL: nothing was written. */
uint8_t *tl_writer_steal (TlWriter *writer);
/* So many bytes at its end, for the caller to fill before anything else is written. */
uint8_t *tl_writer_space (TlWriter *writer, size_t len);
void tl_writer_int (TlWriter *writer, int32_t value);
void tl_writer_long (TlWriter *writer, int64_t value);
void tl_writer_raw (TlWriter *writer, const void *data, size_t len); /* as it stands */
void tl_writer_bytes (TlWriter *writer, const void *data,
                      size_t len); /* length, padding */
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TlWriter, tl_writer_clear)
