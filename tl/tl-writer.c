/* Growing output buffer. Outgrown memory is wiped, since plaintext and keys pass here. */
#include "tl-writer.h"

#include <string.h>

#define WRITER_FIRST_SIZE 256
#define STRING_MAX ((1u << 24) - 1) /* three bytes of length (MT-A4) */

/* What was written; behind that is memory that nobody has touched, and that is often not even
 * there yet. */
static void
forget (TlWriter *writer)
{
    if (writer->data != NULL)
        explicit_bzero (writer->data, writer->len);
    g_free (writer->data);
}

void
tl_writer_clear (TlWriter *writer)
{
    forget (writer);
    *writer = (TlWriter){ 0 };
}

uint8_t *
tl_writer_steal (TlWriter *writer)
{
    uint8_t *data = writer->data;

    *writer = (TlWriter){ 0 };
    return data;
}

uint8_t *
tl_writer_space (TlWriter *writer, size_t len)
{
    if (writer->size - writer->len < len) {
        size_t size = MAX (writer->size * 2, WRITER_FIRST_SIZE);
        while (size - writer->len < len)
            size *= 2;
        uint8_t *data = g_malloc (size);
        if (writer->len > 0)
            memcpy (data, writer->data, writer->len);
        forget (writer);
        writer->data = data;
        writer->size = size;
    }
    writer->len += len;
    return writer->data + writer->len - len;
}

void
tl_writer_raw (TlWriter *writer, const void *data, size_t len)
{
    if (len > 0)
        memcpy (tl_writer_space (writer, len), data, len);
}

void
tl_writer_int (TlWriter *writer, int32_t value)
{
    uint32_t wire = GUINT32_TO_LE ((uint32_t)value);
    tl_writer_raw (writer, &wire, 4);
}

void
tl_writer_long (TlWriter *writer, int64_t value)
{
    uint64_t wire = GUINT64_TO_LE ((uint64_t)value);
    tl_writer_raw (writer, &wire, 8);
}

void
tl_writer_bytes (TlWriter *writer, const void *data, size_t len)
{
    size_t head = len < 254 ? 1 : 4;

    if (len > STRING_MAX) {
        writer->failed = TRUE;
        return;
    }
    size_t padding = (4 - (head + len) % 4) % 4;
    uint8_t *p = tl_writer_space (writer, head + len + padding);
    if (head == 1) {
        p[0] = (uint8_t)len;
    } else {
        p[0] = 254;
        p[1] = (uint8_t)len;
        p[2] = (uint8_t)(len >> 8);
        p[3] = (uint8_t)(len >> 16);
    }
    if (len > 0)
        memcpy (p + head, data, len);
    memset (p + head + len, 0, padding);
}
