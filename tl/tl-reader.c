/* Checked cursor: every length is compared with what is left before it is used (MT-A7).
 */
#include "tl-reader.h"

#include <string.h>

void
tl_reader_init (TlReader *reader, const void *data, size_t len)
{
    *reader = (TlReader){ .data = data, .len = len };
}

void
tl_reader_fail (TlReader *reader)
{
    reader->failed = TRUE;
    reader->len = 0;
}

const uint8_t *
tl_reader_raw (TlReader *reader, size_t len)
{
    if (reader->failed || len > reader->len) {
        tl_reader_fail (reader);
        return NULL;
    }
    const uint8_t *data = reader->data;
    reader->data += len;
    reader->len -= len;
    return data;
}

int32_t
tl_reader_int (TlReader *reader)
{
    const uint8_t *p = tl_reader_raw (reader, 4);
    uint32_t value;

    if (p == NULL)
        return 0;
    memcpy (&value, p, 4);
    return (int32_t)GUINT32_FROM_LE (value);
}

int64_t
tl_reader_long (TlReader *reader)
{
    const uint8_t *p = tl_reader_raw (reader, 8);
    uint64_t value;

    if (p == NULL)
        return 0;
    memcpy (&value, p, 8);
    return (int64_t)GUINT64_FROM_LE (value);
}

double
tl_reader_double (TlReader *reader)
{
    int64_t bits = tl_reader_long (reader);
    double value;

    memcpy (&value, &bits, 8);
    return value;
}

TlBytes
tl_reader_bytes (TlReader *reader)
{
    const uint8_t *p = tl_reader_raw (reader, 1);
    size_t len, head = 1;

    if (p == NULL)
        return (TlBytes){ 0 };
    len = p[0];
    if (len == 255) { /* no published form begins so (MT-A6) */
        tl_reader_fail (reader);
        return (TlBytes){ 0 };
    }
    if (len == 254) {
        const uint8_t *q = tl_reader_raw (reader, 3);
        if (q == NULL)
            return (TlBytes){ 0 };
        len = q[0] | (size_t)q[1] << 8 | (size_t)q[2] << 16;
        head = 4;
    }
    const uint8_t *data = tl_reader_raw (reader, len);
    tl_reader_raw (reader,
                   (4 - (head + len) % 4) % 4); /* any padding, but all of it (MT-A5) */
    if (reader->failed)
        return (TlBytes){ 0 };
    return (TlBytes){ data, len };
}

gboolean
tl_reader_ok (const TlReader *reader)
{
    return !reader->failed;
}

gboolean
tl_reader_finished (const TlReader *reader)
{
    return !reader->failed && reader->len == 0;
}
