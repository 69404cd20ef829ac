/* See media-frame.h. */
#include "media-frame.h"

#include <string.h>

#define HEAD 13 /* bytes: signature, sides, flags */
#define PICTURE 0x2c
#define EXTENSION 0x21
#define END 0x3b

static size_t
colours (uint8_t flags)
{
    return (flags & 0x80) != 0 ? (size_t)3 << ((flags & 7) + 1) : 0;
}

/* Behind the row of blocks that begins there; 0: it does not end. */
static size_t
behind_blocks (const uint8_t *data, size_t len, size_t at)
{
    while (at < len && data[at] != 0)
        at += (size_t)data[at] + 1;
    return at < len ? at + 1 : 0;
}

/* Where the first picture ends; 0: it does not. */
static size_t
end_of_first (const uint8_t *data, size_t len)
{
    size_t at = len > HEAD ? HEAD + colours (data[10]) : len;

    while (at + 2 < len && data[at] == EXTENSION)
        if ((at = behind_blocks (data, len, at + 2)) == 0)
            return 0;
    if (at + 10 >= len || data[at] != PICTURE)
        return 0;
    at += 10 + colours (data[at + 9]) + 1; /* the width of the first code */
    return behind_blocks (data, len, at);
}

uint8_t *
media_frame_first (const uint8_t *data, size_t len, size_t *out_len)
{
    size_t end = end_of_first (data, len);

    if (end == 0 || memcmp (data, "GIF8", 4) != 0)
        return NULL;
    uint8_t *out = g_malloc (end + 1);
    memcpy (out, data, end);
    out[end] = END;
    *out_len = end + 1;
    return out;
}
