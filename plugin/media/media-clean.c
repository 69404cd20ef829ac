/* See media-clean.h. */
#include "media-clean.h"

#include "media-walk.h"

#include <string.h>

#define JFIF_LEN 14 /* what is behind it is a small copy */

/* --- JPEG --- */

/* An EXIF of nothing but that. */
static void
add_orientation (GByteArray *out, int orientation)
{
    static const uint8_t head[] = "\xff\xe1\0\x22"
                                  "Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0";
    uint8_t tail[] = { (uint8_t)orientation, 0, 0, 0, 0, 0, 0 };

    g_byte_array_append (out, head, sizeof head - 1);
    g_byte_array_append (out, tail, sizeof tail);
}

/* How colours are meant: a profile, or Adobe's word. */
static gboolean
is_needed (uint8_t marker, const uint8_t *body, size_t len)
{
    if (marker == 0xe2)
        return len >= 12 && memcmp (body, "ICC_PROFILE\0", 12) == 0;
    if (marker == 0xe0)
        return len >= JFIF_LEN && memcmp (body, "JFIF\0", 5) == 0;
    if (marker == 0xee)
        return len >= 5 && memcmp (body, "Adobe", 5) == 0;
    return marker < 0xe0; /* no application's, no comment */
}

static void
add_segment (GByteArray *out, const uint8_t *segment, size_t len)
{
    unsigned begin = out->len;

    if (segment[1] != 0xe0) {
        g_byte_array_append (out, segment, (unsigned)len);
        return;
    }
    g_byte_array_append (out, segment, 4 + JFIF_LEN);
    out->data[begin + 2] = 0;
    out->data[begin + 3] = 2 + JFIF_LEN;
    memset (out->data + begin + 2 + JFIF_LEN, 0, 2); /* the copy's sides */
}

/* Without a length: decoders go on behind it. */
static gboolean
is_bare (uint8_t marker)
{
    return marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

/* Behind the scan's bytes: at a marker. */
static size_t
scan_end (const uint8_t *data, size_t len, size_t at)
{
    for (; at + 1 < len; at++)
        if (data[at] == 0xff && data[at + 1] != 0 && data[at + 1] != 0xff &&
            (data[at + 1] < 0xd0 || data[at + 1] > 0xd7))
            return at;
    return len;
}

static gboolean
clean_jpeg (const uint8_t *data, size_t len, GByteArray *out)
{
    MediaLook look;
    size_t at = 2;

    media_look_bytes (data, len, &look);
    g_byte_array_append (out, data, 2);
    if (look.orientation != 1)
        add_orientation (out, look.orientation);
    while (at + 4 <= len) {
        if (data[at] != 0xff)
            return FALSE;
        uint8_t marker = data[at + 1];
        if (marker == 0xff) { /* a filling */
            at++;
            continue;
        }
        if (marker == 0xd9)
            break;
        if (is_bare (marker)) {
            at += 2;
            continue;
        }
        size_t body = media_be16 (data + at + 2), end = at + 2 + body;
        if (body < 2 || end > len || marker < 0xc0)
            return FALSE;
        if (marker == 0xda)
            end = scan_end (data, len, end);
        if (is_needed (marker, data + at + 4, body - 2))
            add_segment (out, data + at, end - at);
        at = end;
    }
    g_byte_array_append (out, (const uint8_t *)"\xff\xd9", 2); /* behind it nothing */
    return look.scans > 0;
}

/* --- PNG, WebP: chunks --- */

static gboolean
is_one_of (const uint8_t *name, const char *names)
{
    for (; *names != '\0'; names += 4)
        if (memcmp (name, names, 4) == 0)
            return TRUE;
    return FALSE;
}

static gboolean
clean_png (const uint8_t *data, size_t len, GByteArray *out)
{
    size_t at = 8;

    g_byte_array_append (out, data, 8);
    while (at + 12 <= len) {
        uint64_t body = media_be32 (data + at);
        const uint8_t *name = data + at + 4;
        if (body > len - at - 12)
            return FALSE;
        if (is_one_of (name,
                       "IHDRPLTEIDATIENDtRNSgAMAcHRMsRGBiCCPsBITbKGDpHYsacTLfcTLfdAT"))
            g_byte_array_append (out, data + at, (unsigned)(body + 12));
        if (is_one_of (name, "IEND"))
            return TRUE;
        at += body + 12;
    }
    return FALSE;
}

static gboolean
clean_webp (const uint8_t *data, size_t len, GByteArray *out)
{
    size_t at = 12;

    g_byte_array_append (out, data, 12);
    while (at + 8 <= len) {
        uint64_t body = media_le32 (data + at + 4);
        size_t whole = (size_t)MIN (body + (body & 1), len - at - 8) + 8;
        unsigned begin = out->len;
        if (body > len - at - 8)
            return FALSE;
        if (is_one_of (data + at, "VP8 VP8LVP8XALPHANIMANMFICCP"))
            g_byte_array_append (out, data + at, (unsigned)whole);
        if (is_one_of (data + at, "VP8X") && body >= 10)
            out->data[begin + 8] &= (uint8_t)~0x0c; /* it has no EXIF, no XMP */
        at += whole;
    }
    uint32_t size = GUINT32_TO_LE (out->len - 8);
    memcpy (out->data + 4, &size, 4);
    return out->len > 12;
}

GBytes *
media_clean (const uint8_t *data, size_t len, MediaKind kind)
{
    GByteArray *out = g_byte_array_new ();
    gboolean whole = FALSE;

    if (kind == MEDIA_KIND_JPEG && len >= 4)
        whole = clean_jpeg (data, len, out);
    else if (kind == MEDIA_KIND_PNG && len >= 8)
        whole = clean_png (data, len, out);
    else if (kind == MEDIA_KIND_WEBP && len >= 12)
        whole = clean_webp (data, len, out);
    if (whole)
        return g_byte_array_free_to_bytes (out);
    g_byte_array_unref (out);
    return NULL;
}
