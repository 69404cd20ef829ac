/* See tg-picture.h. */
#include "tg-picture.h"

#include <string.h>

#define SCANS_MAX 32 /* of a progressive JPEG; each is a pass over the whole picture */

static unsigned
big16 (const uint8_t *p)
{
    return (unsigned)p[0] << 8 | p[1];
}

static gboolean
sides (uint64_t width, uint64_t height, unsigned max)
{
    return width >= 1 && width <= max && height >= 1 && height <= max;
}

static gboolean
png_is_sane (const uint8_t *data, size_t len, unsigned max)
{
    static const uint8_t start[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n',
                                     0,    0,   0,   13,  'I',  'H',  'D',  'R' };

    if (len < sizeof start + 8 || memcmp (data, start, sizeof start) != 0)
        return FALSE;
    const uint8_t *size = data + sizeof start;
    return sides ((uint64_t)big16 (size) << 16 | big16 (size + 2),
                  (uint64_t)big16 (size + 4) << 16 | big16 (size + 6), max);
}

/* In coded data a marker's first byte is followed by 0 where it is none. */
static gboolean
has_few_scans (const uint8_t *data, size_t len)
{
    unsigned scans = 0;

    for (size_t i = 0; i + 1 < len; i++)
        scans += data[i] == 0xff && data[i + 1] == 0xda;
    return scans <= SCANS_MAX;
}

static gboolean
jpeg_is_sane (const uint8_t *data, size_t len, unsigned max)
{
    size_t at = 2;

    if (len < 4 || data[0] != 0xff || data[1] != 0xd8)
        return FALSE;
    while (at + 4 <= len && data[at] == 0xff) {
        uint8_t marker = data[at + 1];
        if (marker == 0xff) { /* filling */
            at++;
            continue;
        }
        size_t size = big16 (data + at + 2);
        gboolean frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 &&
                         marker != 0xc8 && marker != 0xcc;
        if (frame)
            return size >= 8 && at + 9 <= len &&
                   sides (big16 (data + at + 7), big16 (data + at + 5), max) &&
                   has_few_scans (data, len);
        if (size < 2 || marker < 0xc0 || (marker >= 0xd0 && marker <= 0xda))
            return FALSE; /* none of these stands before the frame's header */
        at += 2 + size;
    }
    return FALSE;
}

gboolean
tg_picture_is_sane (const uint8_t *data, size_t len, unsigned max)
{
    return png_is_sane (data, len, max) || jpeg_is_sane (data, len, max);
}
