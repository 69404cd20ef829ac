/* Video and sound (see media-look.h). */
#include "media-look-private.h"

#include <string.h>

#define DEPTH_MAX 8
#define OPUS_RATE 48000       /* samples a second, whatever was recorded */
#define OGG_PAGE_MAX 65307    /* bytes: the last page begins no further from the end */
#define PLAYED_MAX (16 << 20) /* bytes: of more nobody asks whether it is `whole` */
#define DURATION_MAX (100 * 86400)

static int32_t
seconds (uint64_t samples, uint64_t rate)
{
    if (rate == 0)
        return 0;
    uint64_t whole = samples / rate + (samples % rate != 0);
    return whole <= DURATION_MAX ? (int32_t)whole : 0;
}

/* --- MP4 --- */

static void
mp4_movie (MediaWalk *walk, int64_t at, MediaLook *look)
{
    const uint8_t *p = media_walk_get (walk, at, 1);

    if (p != NULL && *p == 0 && (p = media_walk_get (walk, at + 12, 8)) != NULL)
        look->duration = seconds (media_be32 (p + 4), media_be32 (p));
    else if (p != NULL && *p == 1 && (p = media_walk_get (walk, at + 20, 12)) != NULL)
        look->duration = seconds (media_be64 (p + 4), media_be32 (p));
}

/* Sides in 16.16; the matrix before them may lay it on its side. */
static void
mp4_track (MediaWalk *walk, int64_t at, MediaLook *look)
{
    const uint8_t *p = media_walk_get (walk, at, 1);
    int64_t matrix = at + (p != NULL && *p == 1 ? 52 : 40);

    if (p == NULL || (p = media_walk_get (walk, matrix, 44)) == NULL ||
        media_be16 (p + 36) == 0 || media_be16 (p + 40) == 0)
        return; /* of sound */
    gboolean lies = media_be32 (p) == 0 && media_be32 (p + 4) != 0;
    look->width = (int32_t)media_be16 (p + (lies ? 40 : 36));
    look->height = (int32_t)media_be16 (p + (lies ? 36 : 40));
}

static void
mp4_handler (MediaWalk *walk, int64_t at, MediaLook *look)
{
    const uint8_t *p = media_walk_get (walk, at + 8, 4);

    if (p == NULL)
        return;
    look->has_video |= memcmp (p, "vide", 4) == 0;
    look->has_sound |= memcmp (p, "soun", 4) == 0;
}

/* The boxes from `at` to `end`; those that hold others lie on a stack. */
static void
mp4_boxes (MediaWalk *walk, int64_t at, int64_t end, MediaLook *look)
{
    int64_t ends[DEPTH_MAX] = { end };
    int depth = 0;
    const uint8_t *p;

    while (depth >= 0) {
        if (ends[depth] - at < 8) {
            at = ends[depth--];
            continue;
        }
        if ((p = media_walk_get (walk, at, 8)) == NULL)
            return;
        uint64_t size = media_be32 (p);
        int64_t head = 8, left = ends[depth] - at;
        uint8_t name[4];
        memcpy (name, p + 4, 4);
        if (size == 1) {
            head = 16;
            if (left < head || (p = media_walk_get (walk, at + 8, 8)) == NULL)
                return;
            size = media_be64 (p);
        }
        if (size == 0 || size > (uint64_t)left)
            size = (uint64_t)left;
        if (size < (uint64_t)head)
            return;
        if (media_look_is_one_of (name, "mvhd"))
            mp4_movie (walk, at + head, look);
        else if (media_look_is_one_of (name, "tkhd"))
            mp4_track (walk, at + head, look);
        else if (media_look_is_one_of (name, "hdlr"))
            mp4_handler (walk, at + head, look);
        if (media_look_is_one_of (name, "moovtrakmdia") && depth + 1 < DEPTH_MAX) {
            ends[++depth] = at + (int64_t)size;
            at += head;
        } else {
            at += (int64_t)size;
        }
    }
}

/* What says that it is of a kind that nobody knows here is one only where something in it plays. */
void
media_look_mp4 (MediaWalk *walk, MediaLook *look)
{
    gboolean known = media_look_brand (walk, look);

    if (look->kind == MEDIA_KIND_HEIF)
        return;
    mp4_boxes (walk, 0, look->size, look);
    if (!look->has_video) {
        look->width = look->height = 0;
        if (look->has_sound)
            look->mime = "audio/mp4";
    }
    if (!known && !look->has_video && !look->has_sound)
        *look = (MediaLook){ .size = look->size, .ending = "" };
}

/* --- Ogg --- */

/* How many pages seem to begin from `at` on; *last: where the last one does. */
static unsigned
ogg_marks (MediaWalk *walk, int64_t at, int64_t *last)
{
    const uint8_t *p, *found;
    unsigned marks = 0;
    size_t n;

    while ((n = media_walk_some (walk, at, 4, &p)) > 0) {
        while ((found = memmem (p, n, "OggS", 4)) != NULL) {
            *last = at + (found - p);
            n -= (size_t)(found - p) + 4;
            at = *last + 4;
            p = found + 4;
            marks++;
        }
        at += (int64_t)n - 3;
    }
    return marks;
}

/* The packet at `at` begins a sound that is known. Of one that it does not take for that a player
 * lets the next packet say what it is. */
static gboolean
is_sound (MediaWalk *walk, int64_t at, int64_t len)
{
    const uint8_t *p = media_walk_get (walk, at, (size_t)MIN (len, 80));

    if (p == NULL)
        return FALSE;
    return (len >= 19 && memcmp (p, "OpusHead", 8) == 0) ||
           (len >= 30 && memcmp (p, "\1vorbis", 7) == 0 && media_le32 (p + 12) != 0) ||
           (len >= 80 && memcmp (p, "Speex   ", 8) == 0 && media_le32 (p + 36) != 0) ||
           (len >= 51 && memcmp (p, "\177FLAC", 5) == 0 &&
            media_be32 (p + 27) >> 12 != 0);
}

/* Page by page: a stream that begins anywhere and is no sound is one that a player would give to
 * another decoder. Where a page is damaged it looks for the next one inside of it: there is none. */
static void
ogg_streams (MediaWalk *walk, MediaLook *look)
{
    const uint8_t *p;
    int64_t at = 0, last = 0;
    unsigned pages = 0;

    for (; look->size - at >= 27; pages++) {
        if ((p = media_walk_get (walk, at, 27)) == NULL || memcmp (p, "OggS", 4) != 0 ||
            p[4] != 0)
            return; /* nobody knows what is here */
        gboolean begins = (p[5] & 2) != 0, continued = (p[5] & 1) != 0;
        unsigned left = p[26];
        int64_t len = 0, first = -1; /* of its first packet, if that ends here */
        at += 27;
        for (size_t n; left > 0; left -= (unsigned)n, at += (int64_t)n) {
            n = MIN (left, 128);
            if ((p = media_walk_get (walk, at, n)) == NULL)
                return;
            for (size_t i = 0; i < n; i++) {
                len += p[i];
                if (first < 0 && p[i] < 255)
                    first = len;
            }
        }
        if (begins)
            look->has_video |= continued || first < 0 || !is_sound (walk, at, first);
        at += len;
    }
    look->whole = look->size <= PLAYED_MAX && ogg_marks (walk, 0, &last) == pages;
}

void
media_look_ogg (MediaWalk *walk, MediaLook *look)
{
    const uint8_t *p = media_walk_get (walk, 28, 16);
    uint64_t rate = 0, before = 0;

    if (p != NULL && memcmp (p, "OpusHead", 8) == 0) {
        rate = OPUS_RATE;
        before = media_le16 (p + 10);
        look->voice = TRUE;
    } else if (p != NULL && memcmp (p, "\1vorbis", 7) == 0) {
        rate = media_le32 (p + 12);
    } else {
        look->mime = "application/ogg";
        return;
    }
    look->has_sound = TRUE;
    ogg_streams (walk, look);
    if (look->has_video) {
        look->mime = "video/ogg";
        look->voice = FALSE;
    }
    int64_t last = 0;
    ogg_marks (walk, MAX (look->size - OGG_PAGE_MAX, 0), &last);
    if ((p = media_walk_get (walk, last + 6, 8)) == NULL)
        return;
    uint64_t samples = media_le32 (p) | (uint64_t)media_le32 (p + 4) << 32;
    if (samples > before && samples < (uint64_t)1 << 62)
        look->duration = seconds (samples - before, rate);
}
