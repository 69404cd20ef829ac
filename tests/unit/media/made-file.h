/* Files that tests make, piece by piece. */
#pragma once

#include "media-look.h"

#include <string.h>

static inline void
add (GByteArray *out, const char *bytes, size_t len)
{
    g_byte_array_append (out, (const uint8_t *)bytes, (unsigned)len);
}

#define ADD(out, text) add (out, text, sizeof (text) - 1)

static inline void
add_number (GByteArray *out, uint64_t n, int len, gboolean little)
{
    for (int i = 0; i < len; i++) {
        uint8_t byte = (uint8_t)(n >> 8 * (little ? i : len - 1 - i));
        g_byte_array_append (out, &byte, 1);
    }
}

static inline void
add_zeros (GByteArray *out, size_t len)
{
    g_byte_array_set_size (out, out->len + (unsigned)len);
    memset (out->data + out->len - len, 0, len);
}

/* --- as a source --- */

typedef struct {
    const uint8_t *data;
    size_t len;
} Made;

static inline size_t
made_read (void *user, int64_t at, uint8_t *out, size_t len)
{
    const Made *made = user;
    size_t n = MIN (len, made->len - (size_t)at);

    memcpy (out, made->data + at, n);
    return n;
}

static inline MediaSource
made_source (Made *made)
{
    return (MediaSource){ made_read, made, (int64_t)made->len };
}
