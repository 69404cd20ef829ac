/* See media-look.h. Pictures here; video and sound in media-look-play.c. */
#include "media-look.h"

#include "media-look-private.h"

#include <string.h>

#define SIDE_MAX 0x7fffffff
#define SNIFFED 4096   /* bytes in which decoders look for an SVG's beginning */
#define SCANS_MAX 200  /* a progressive JPEG has some ten ... */
#define SCANS_LARGE 20 /* ... and no more, with all the pixels that may be */

/* What holds it, too. */
static void
hold (MediaLook *look, uint64_t width, uint64_t height)
{
    look->width = MAX (look->width, (int32_t)MIN (width, SIDE_MAX));
    look->height = MAX (look->height, (int32_t)MIN (height, SIDE_MAX));
}

static gboolean
starts (MediaWalk *walk, int64_t at, const char *with, size_t len)
{
    const uint8_t *p = media_walk_get (walk, at, len);

    return p != NULL && memcmp (p, with, len) == 0;
}

/* --- JPEG --- */

/* The first directory of a TIFF at `at`, `end` behind it: which way it is turned; 0: it does not
 * say. */
static int
tiff_orientation (MediaWalk *walk, int64_t at, int64_t end)
{
    const uint8_t *p = end - at >= 8 ? media_walk_get (walk, at, 8) : NULL;

    if (p == NULL || (memcmp (p, "II*\0", 4) != 0 && memcmp (p, "MM\0*", 4) != 0))
        return 0;
    gboolean little = p[0] == 'I';
    int64_t entry = at + (little ? media_le32 (p + 4) : media_be32 (p + 4));
    if (entry > end - 2 || (p = media_walk_get (walk, entry, 2)) == NULL)
        return 0;
    unsigned n = little ? media_le16 (p) : media_be16 (p);
    for (entry += 2; n > 0 && entry <= end - 12; n--, entry += 12) {
        if ((p = media_walk_get (walk, entry, 12)) == NULL)
            return 0;
        if ((little ? media_le16 (p) : media_be16 (p)) != 0x0112)
            continue;
        unsigned turned = little ? media_le16 (p + 8) : media_be16 (p + 8);
        return turned >= 1 && turned <= 8 ? (int)turned : 0;
    }
    return 0;
}

/* The next marker from `at` on, as decoders find it: over all that is none. 0: there is none. */
static uint8_t
jpeg_marker (MediaWalk *walk, int64_t *at)
{
    const uint8_t *p, *found;
    gboolean escaped = FALSE;
    size_t n;

    while ((n = media_walk_some (walk, *at, 1, &p)) > 0) {
        if (escaped && *p != 0xff) {
            ++*at;
            escaped = FALSE;
            if (*p != 0)
                return *p;
            continue;
        }
        if (!escaped) {
            found = memchr (p, 0xff, n);
            *at += found != NULL ? found - p : (int64_t)n;
            escaped = found != NULL;
            n = 1;
            if (!escaped)
                continue;
        }
        ++*at;
    }
    return 0;
}

static gboolean
is_frame (uint8_t marker)
{
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 &&
           marker != 0xcc;
}

static gboolean
is_bare (uint8_t marker)
{
    return marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

static void
look_jpeg (MediaWalk *walk, MediaLook *look)
{
    int64_t at = 2;
    uint8_t marker;

    look->frames = 1;
    while ((marker = jpeg_marker (walk, &at)) != 0 && marker != 0xd9) {
        if (is_bare (marker))
            continue;
        const uint8_t *p = media_walk_get (walk, at, 2);
        int64_t len = p != NULL ? media_be16 (p) : 0;
        if (len < 2)
            return;
        if (is_frame (marker) && (p = media_walk_get (walk, at, 7)) != NULL)
            hold (look, media_be16 (p + 5), media_be16 (p + 3));
        if (marker == 0xe1 && look->orientation == 0 &&
            starts (walk, at + 2, "Exif\0\0", 6))
            look->orientation = tiff_orientation (walk, at + 8, at + len);
        if (marker == 0xda)
            look->scans++;
        at += len;
    }
    look->whole = marker == 0xd9;
    if (media_walk_is_over (walk))
        look->scans = SCANS_MAX + 1; /* nobody knows */
}

/* --- PNG --- */

static void
look_png (MediaWalk *walk, MediaLook *look)
{
    const uint8_t *p = media_walk_get (walk, 8, 16);

    look->frames = 1; /* of an animated one the first is shown */
    look->whole = TRUE;
    if (p != NULL && memcmp (p + 4, "IHDR", 4) == 0)
        hold (look, media_be32 (p + 8), media_be32 (p + 12));
}

/* --- GIF --- */

static size_t
gif_table (uint8_t flags)
{
    return (flags & 0x80) != 0 ? (size_t)3 << ((flags & 7) + 1) : 0;
}

/* Behind the blocks at *at; FALSE: they do not end. */
static gboolean
gif_skip (MediaWalk *walk, int64_t *at)
{
    const uint8_t *p;

    while ((p = media_walk_get (walk, *at, 1)) != NULL) {
        *at += 1 + *p;
        if (*p == 0)
            return TRUE;
    }
    return FALSE;
}

static void
look_gif (MediaWalk *walk, MediaLook *look)
{
    const uint8_t *p = media_walk_get (walk, 6, 7);
    int64_t at = 13;

    if (p == NULL)
        return;
    hold (look, media_le16 (p), media_le16 (p + 2));
    at += (int64_t)gif_table (p[4]);
    while (look->frames < MEDIA_FRAMES_MANY) {
        p = media_walk_get (walk, at, 1);
        if (p == NULL || *p == 0x3b) {
            look->whole = p != NULL;
            return;
        }
        if (*p == 0x21) { /* an extension: its kind, then blocks */
            at += 2;
        } else if (*p == 0x2c && (p = media_walk_get (walk, at, 10)) != NULL) {
            look->frames++;
            hold (look, media_le16 (p + 1) + media_le16 (p + 5),
                  media_le16 (p + 3) + media_le16 (p + 7));
            at += 10 + (int64_t)gif_table (p[9]) + 1;
        } else {
            return;
        }
        if (!gif_skip (walk, &at))
            return;
    }
}

/* --- WebP --- */

static void
webp_picture (MediaWalk *walk, int64_t at, const uint8_t *chunk, MediaLook *look)
{
    const uint8_t *p;

    if (memcmp (chunk, "VP8 ", 4) == 0 && (p = media_walk_get (walk, at, 10)) != NULL)
        hold (look, media_le16 (p + 6) & 0x3fff, media_le16 (p + 8) & 0x3fff);
    else if (memcmp (chunk, "VP8L", 4) == 0 && (p = media_walk_get (walk, at, 5)) != NULL)
        hold (look, (media_le32 (p + 1) & 0x3fff) + 1,
              (media_le32 (p + 1) >> 14 & 0x3fff) + 1);
    else
        return;
    look->frames++;
}

static void
look_webp (MediaWalk *walk, MediaLook *look)
{
    const uint8_t *p;
    int64_t at = 12;

    while (look->frames < MEDIA_FRAMES_MANY && (p = media_walk_get (walk, at, 8))) {
        uint8_t chunk[4];
        int64_t len = media_le32 (p + 4);
        memcpy (chunk, p, 4);
        at += 8;
        if (memcmp (chunk, "VP8X", 4) == 0 && (p = media_walk_get (walk, at, 10)) != NULL)
            hold (look, (uint64_t)media_le24 (p + 4) + 1,
                  (uint64_t)media_le24 (p + 7) + 1);
        else if (memcmp (chunk, "ANMF", 4) == 0 &&
                 (p = media_walk_get (walk, at, 16)) != NULL) {
            look->frames++;
            hold (look, 2 * (uint64_t)media_le24 (p) + media_le24 (p + 6) + 1,
                  2 * (uint64_t)media_le24 (p + 3) + media_le24 (p + 9) + 1);
        } else {
            webp_picture (walk, at, chunk, look);
        }
        at += len + (len & 1);
    }
    look->whole = at >= look->size && !media_walk_is_over (walk);
}

/* --- which --- */

/* Decoders that search for an SVG's beginning anywhere would take it for one. */
static gboolean
is_svg_too (MediaWalk *walk)
{
    const uint8_t *p = NULL;
    size_t n = MIN (media_walk_some (walk, 0, 1, &p), SNIFFED);

    return n > 0 && p != NULL &&
           (memmem (p, n, "<svg", 4) != NULL ||
            memmem (p, n, "<!DOCTYPE svg", 13) != NULL);
}

static const struct {
    int at;
    const char *bytes;
    size_t len;
    MediaKind kind;
    const char *mime, *ending, *format;
    void (*look) (MediaWalk *walk, MediaLook *look);
} kinds[] = {
    { 0, "\xff\xd8\xff", 3, MEDIA_KIND_JPEG, "image/jpeg", ".jpg", "jpeg", look_jpeg },
    { 0, "\x89PNG\r\n\x1a\n", 8, MEDIA_KIND_PNG, "image/png", ".png", "png", look_png },
    { 0, "GIF87a", 6, MEDIA_KIND_GIF, "image/gif", ".gif", "gif", look_gif },
    { 0, "GIF89a", 6, MEDIA_KIND_GIF, "image/gif", ".gif", "gif", look_gif },
    { 8, "WEBPVP8", 7, MEDIA_KIND_WEBP, "image/webp", ".webp", "webp", look_webp },
    { 4, "ftyp", 4, MEDIA_KIND_MP4, "video/mp4", ".mp4", NULL, media_look_mp4 },
    { 0, "OggS", 4, MEDIA_KIND_OGG, "audio/ogg", ".ogg", NULL, media_look_ogg },
    { 0, "fLaC", 4, MEDIA_KIND_FLAC, "audio/flac", ".flac", NULL, media_look_flac },
    { 0, "ID3", 3, MEDIA_KIND_MP3, "audio/mpeg", ".mp3", NULL, media_look_mp3 },
    { 0, "\xff", 1, MEDIA_KIND_MP3, "audio/mpeg", ".mp3", NULL, media_look_mp3 },
};

void
media_look (const MediaSource *source, MediaLook *look)
{
    g_auto (MediaWalk) walk;

    *look = (MediaLook){ .size = source->size, .ending = "" };
    media_walk_init (&walk, source);
    for (size_t i = 0; i < G_N_ELEMENTS (kinds); i++) {
        if (!starts (&walk, kinds[i].at, kinds[i].bytes, kinds[i].len) ||
            (kinds[i].kind == MEDIA_KIND_WEBP && !starts (&walk, 0, "RIFF", 4)) ||
            (kinds[i].kind == MEDIA_KIND_MP3 && !media_look_is_mp3 (&walk)))
            continue;
        if (kinds[i].kind <= MEDIA_KIND_WEBP && is_svg_too (&walk))
            break;
        look->kind = kinds[i].kind;
        look->mime = kinds[i].mime;
        look->ending = kinds[i].ending;
        look->format = kinds[i].format;
        kinds[i].look (&walk, look);
        break;
    }
    if (look->orientation == 0)
        look->orientation = 1;
}

gboolean
media_look_tells (const char *mime)
{
    static const char *const further[] = { "audio/mp4", "video/ogg", "application/ogg" };
    gboolean told = media_look_brand_tells (mime);

    for (size_t i = 0; i < G_N_ELEMENTS (kinds); i++)
        told |= strcmp (mime, kinds[i].mime) == 0;
    for (size_t i = 0; i < G_N_ELEMENTS (further); i++)
        told |= strcmp (mime, further[i]) == 0;
    return told;
}

typedef struct {
    const uint8_t *data;
    size_t len;
} Bytes;

static size_t
read_bytes (void *user, int64_t at, uint8_t *out, size_t len)
{
    const Bytes *bytes = user;
    size_t n = MIN (len, bytes->len - (size_t)at);

    memcpy (out, bytes->data + at, n);
    return n;
}

void
media_look_bytes (const uint8_t *data, size_t len, MediaLook *look)
{
    Bytes bytes = { data, len };
    MediaSource source = { read_bytes, &bytes, (int64_t)len };

    media_look (&source, look);
}

void
media_look_sides (const MediaLook *look, int32_t *width, int32_t *height)
{
    gboolean lies = look->orientation >= 5;

    *width = lies ? look->height : look->width;
    *height = lies ? look->width : look->height;
}

/* --- limits --- */

MediaFit
media_look_fits (const MediaLook *look, const MediaLimits *limits)
{
    int64_t pixels = (int64_t)look->width * look->height;

    if (look->kind < MEDIA_KIND_JPEG || look->kind > MEDIA_KIND_WEBP)
        return MEDIA_NO_PICTURE;
    if (look->width <= 0 || look->height <= 0 || look->frames == 0 ||
        (look->kind == MEDIA_KIND_JPEG && look->scans == 0))
        return MEDIA_BROKEN;
    if (look->size > limits->bytes)
        return MEDIA_BYTES;
    if (look->width > limits->side || look->height > limits->side ||
        pixels > limits->pixels)
        return MEDIA_SIDES;
    if (look->scans > SCANS_MAX || look->scans * pixels > SCANS_LARGE * limits->pixels)
        return MEDIA_SCANS;
    if (look->frames > 1 && (!look->whole || look->frames > limits->frames ||
                             look->frames * pixels > limits->pixels))
        return MEDIA_FRAMES;
    return MEDIA_FITS;
}

gboolean
media_look_is_showable (const MediaLook *look, MediaFit *why)
{
    MediaFit fit = media_look_fits (look, &MEDIA_SHOWN);

    if (why != NULL)
        *why = fit;
    return fit == MEDIA_FITS;
}
