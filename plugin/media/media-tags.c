/* See media-tags.h. ID3 (of MP3), Vorbis comments (of Ogg and FLAC) and the list of an MP4; of each
 * two entries. What is longer than a line is cut. */
#include "media-tags.h"

#include "media-walk.h"
#include "tl-text.h"

#include <string.h>

#define CHUNK 128    /* what media_walk_get() gives at once */
#define ENTRIES 1000 /* in a list, at most */
#define LONGEST 12   /* characters of a comment's name and its "=", and more */
#define ID3V1_LEN 128

/* Bytes as they lie there. */
typedef struct {
    uint8_t bytes[MEDIA_TAG_MAX];
    size_t len;
} Raw;

/* At most MEDIA_TAG_MAX of `len` bytes. */
static void
take (MediaWalk *walk, int64_t at, int64_t len, Raw *raw)
{
    raw->len = 0;
    while (raw->len < (size_t)MIN (len, MEDIA_TAG_MAX)) {
        size_t n = MIN ((size_t)MIN (len, MEDIA_TAG_MAX) - raw->len, CHUNK);
        const uint8_t *p = media_walk_get (walk, at + (int64_t)raw->len, n);
        if (p == NULL)
            break;
        memcpy (raw->bytes + raw->len, p, n);
        raw->len += n;
    }
}

/* The first one counts. A character that is cut off goes. */
static void
put (char *tag, const char *text, size_t len)
{
    const char *end;
    size_t whole = 0;

    if (*tag != '\0')
        return;
    if (!g_utf8_validate (text, (gssize)len, &end) && (size_t)(end - text) + 4 < len)
        end = text; /* it is none */
    whole = (size_t)(end - text);
    g_autofree char *line = tl_text_line (TL_BYTES (text, whole), MEDIA_TAG_MAX);
    while (strlen (line) > MEDIA_TAG_MAX)
        *g_utf8_find_prev_char (line, line + strlen (line)) = '\0';
    g_strlcpy (tag, line, MEDIA_TAG_MAX + 1);
}

static void
put_utf8 (char *tag, const Raw *raw)
{
    put (tag, (const char *)raw->bytes, strnlen ((const char *)raw->bytes, raw->len));
}

static void
put_latin1 (char *tag, const uint8_t *bytes, size_t len)
{
    char text[2 * MEDIA_TAG_MAX];
    size_t n = 0;

    for (size_t i = 0; i < len && bytes[i] != 0; i++)
        n += (size_t)g_unichar_to_utf8 (bytes[i], text + n);
    put (tag, text, n);
}

static void
put_utf16 (char *tag, const uint8_t *bytes, size_t len, gboolean little)
{
    gunichar2 units[MEDIA_TAG_MAX / 2];
    size_t n = 0;
    long made = 0;

    for (size_t i = 0; i + 1 < len; i += 2) {
        gunichar2 unit =
            (gunichar2)(little ? media_le16 (bytes + i) : media_be16 (bytes + i));
        if (unit == 0)
            break;
        units[n++] = unit;
    }
    g_autofree char *text = g_utf16_to_utf8 (units, (long)n, NULL, &made, NULL);
    if (text != NULL)
        put (tag, text, (size_t)made);
}

/* --- ID3 --- */

/* An encoding, then the text. */
static void
put_id3 (char *tag, const Raw *raw)
{
    const uint8_t *text = raw->bytes + 1;
    size_t len = raw->len > 0 ? raw->len - 1 : 0;
    gboolean mark = len >= 2 && ((text[0] == 0xff && text[1] == 0xfe) ||
                                 (text[0] == 0xfe && text[1] == 0xff));

    if (len == 0)
        return;
    switch (raw->bytes[0]) {
    case 0:
        put_latin1 (tag, text, len);
        break;
    case 1:
        put_utf16 (tag, mark ? text + 2 : text, mark ? len - 2 : len,
                   !mark || text[0] == 0xff);
        break;
    case 2:
        put_utf16 (tag, text, len, FALSE);
        break;
    case 3:
        put (tag, (const char *)text, strnlen ((const char *)text, len));
        break;
    default:
        break;
    }
}

/* Frames from `at` to `end`, of version 2, 3 or 4. `between`: behind a 0xff there may be a byte that
 * is not the text's; a text with one is left out. */
static void
id3_frames (MediaWalk *walk, int64_t at, int64_t end, int version, gboolean between,
            MediaTags *tags)
{
    size_t head = version == 2 ? 6 : 10;

    for (int i = 0; i < ENTRIES && end - at >= (int64_t)head; i++) {
        const uint8_t *p = media_walk_get (walk, at, head);
        if (p == NULL || p[0] == 0)
            return; /* what is left is filled up */
        int64_t len = version == 2   ? (int64_t)(media_be32 (p + 2) & 0xffffff)
                      : version == 3 ? (int64_t)media_be32 (p + 4)
                                     : media_synchsafe (p + 4);
        gboolean packed = version > 2 && p[9] != 0; /* packed, or sealed */
        gboolean title =
            memcmp (p, version == 2 ? "TT2" : "TIT2", version == 2 ? 3 : 4) == 0;
        gboolean by =
            memcmp (p, version == 2 ? "TP1" : "TPE1", version == 2 ? 3 : 4) == 0;
        at += (int64_t)head;
        if (len > end - at)
            return;
        if ((title || by) && !packed) {
            Raw raw;
            take (walk, at, len, &raw);
            if (!between || memchr (raw.bytes, 0xff, raw.len) == NULL)
                put_id3 (title ? tags->title : tags->performer, &raw);
        }
        at += len;
    }
}

static void
id3 (MediaWalk *walk, int64_t size, MediaTags *tags)
{
    const uint8_t *p = media_walk_get (walk, 0, 10);

    if (p != NULL && memcmp (p, "ID3", 3) == 0 && p[3] >= 2 && p[3] <= 4) {
        int version = p[3];
        gboolean more = (p[5] & 0x40) != 0, between = (p[5] & 0x80) != 0;
        int64_t at = 10, end = 10 + media_synchsafe (p + 6);
        if (more && version > 2 && (p = media_walk_get (walk, at, 4)) != NULL)
            at += version == 3 ? 4 + (int64_t)media_be32 (p) : media_synchsafe (p);
        if (!more || version > 2)
            id3_frames (walk, at, MIN (end, size), version, between, tags);
    }
    if (*tags->title == '\0' && *tags->performer == '\0' && size >= ID3V1_LEN &&
        (p = media_walk_get (walk, size - ID3V1_LEN, ID3V1_LEN)) != NULL &&
        memcmp (p, "TAG", 3) == 0) {
        put_latin1 (tags->title, p + 3, 30);
        put_latin1 (tags->performer, p + 33, 30);
    }
}

/* --- Vorbis comments --- */

/* "ARTIST=who"; names know no case. */
static void
comment (MediaWalk *walk, int64_t at, int64_t len, MediaTags *tags)
{
    static const char title[] = "title=", artist[] = "artist=";
    const uint8_t *p = media_walk_get (walk, at, (size_t)MIN (len, LONGEST));
    size_t n = (size_t)MIN (len, LONGEST), skip = 0;
    char *tag = NULL;
    Raw raw;

    if (p != NULL && n > strlen (title) &&
        g_ascii_strncasecmp ((const char *)p, title, strlen (title)) == 0) {
        tag = tags->title;
        skip = strlen (title);
    } else if (p != NULL && n > strlen (artist) &&
               g_ascii_strncasecmp ((const char *)p, artist, strlen (artist)) == 0) {
        tag = tags->performer;
        skip = strlen (artist);
    }
    if (tag == NULL)
        return;
    take (walk, at + (int64_t)skip, len - (int64_t)skip, &raw);
    put_utf8 (tag, &raw);
}

/* Who made the list, their number, and so many of them. */
static void
comments (MediaWalk *walk, int64_t at, int64_t end, MediaTags *tags)
{
    const uint8_t *p = end - at >= 4 ? media_walk_get (walk, at, 4) : NULL;

    if (p == NULL)
        return;
    at += 4 + (int64_t)media_le32 (p);
    p = end - at >= 4 ? media_walk_get (walk, at, 4) : NULL;
    int64_t n = p != NULL ? MIN ((int64_t)media_le32 (p), ENTRIES) : 0;
    for (at += 4; n > 0 && end - at >= 4; n--) {
        if ((p = media_walk_get (walk, at, 4)) == NULL)
            return;
        int64_t len = media_le32 (p);
        at += 4;
        if (len > 0)
            comment (walk, at, MIN (len, end - at), tags);
        at += len;
    }
}

/* In the second packet; as far as its first page goes. */
static void
ogg (MediaWalk *walk, MediaTags *tags)
{
    int64_t at = 0, len = 0;
    const uint8_t *p;

    for (int page = 0; page < 2; page++) {
        at += len;
        if ((p = media_walk_get (walk, at, 27)) == NULL || memcmp (p, "OggS", 4) != 0)
            return;
        unsigned segments = p[26];
        at += 27;
        len = 0;
        for (unsigned i = 0; i < segments; i++) {
            if ((p = media_walk_get (walk, at + i, 1)) == NULL)
                return;
            len += *p;
        }
        at += segments;
    }
    if ((p = media_walk_get (walk, at, 8)) == NULL)
        return;
    if (memcmp (p, "OpusTags", 8) == 0)
        comments (walk, at + 8, at + len, tags);
    else if (memcmp (p, "\3vorbis", 7) == 0)
        comments (walk, at + 7, at + len, tags);
}

static void
flac (MediaWalk *walk, MediaTags *tags)
{
    int64_t at = 4;
    const uint8_t *p;

    for (int i = 0; i < ENTRIES && (p = media_walk_get (walk, at, 4)) != NULL; i++) {
        int64_t len = media_be32 (p) & 0xffffff;
        uint8_t kind = *p;
        at += 4;
        if ((kind & 0x7f) == 4)
            comments (walk, at, at + len, tags);
        if ((kind & 0x80) != 0)
            return;
        at += len;
    }
}

/* --- MP4 --- */

/* The next box of that name from `*at` on: *at behind its head, *end its end. */
static gboolean
box (MediaWalk *walk, const char *name, int64_t *at, int64_t *end)
{
    const uint8_t *p;

    for (int i = 0; i < ENTRIES && *end - *at >= 8; i++) {
        if ((p = media_walk_get (walk, *at, 8)) == NULL)
            return FALSE;
        int64_t size = media_be32 (p), left = *end - *at;
        int64_t head = 8;
        gboolean is_it = memcmp (p + 4, name, 4) == 0;
        if (size == 1 && left >= 16 && (p = media_walk_get (walk, *at + 8, 8)) != NULL) {
            uint64_t large = media_be64 (p);
            size = large > (uint64_t)left ? left : (int64_t)large;
            head = 16;
        } else if (size == 0 || size > left) {
            size = left;
        }
        if (size < head)
            return FALSE;
        if (is_it) {
            *end = *at + size;
            *at += head;
            return TRUE;
        }
        *at += size;
    }
    return FALSE;
}

static void
mp4_entry (MediaWalk *walk, const char *name, int64_t at, int64_t end, char *tag)
{
    Raw raw;

    if (!box (walk, name, &at, &end) || !box (walk, "data", &at, &end) || end - at < 8)
        return;
    take (walk, at + 8, end - at - 8, &raw); /* behind its kind and its language */
    put_utf8 (tag, &raw);
}

static void
mp4 (MediaWalk *walk, int64_t size, MediaTags *tags)
{
    int64_t at = 0, end = size;

    if (!box (walk, "moov", &at, &end) || !box (walk, "udta", &at, &end) ||
        !box (walk, "meta", &at, &end))
        return;
    at += 4; /* its version */
    if (!box (walk, "ilst", &at, &end))
        return;
    mp4_entry (walk, "\251nam", at, end, tags->title);
    mp4_entry (walk, "\251ART", at, end, tags->performer);
}

void
media_tags (const MediaSource *source, const MediaLook *look, MediaTags *tags)
{
    g_auto (MediaWalk) walk;

    memset (tags, 0, sizeof *tags);
    if (!look->has_sound || look->has_video)
        return;
    media_walk_init (&walk, source);
    switch (look->kind) {
    case MEDIA_KIND_MP3:
        id3 (&walk, look->size, tags);
        break;
    case MEDIA_KIND_OGG:
        ogg (&walk, tags);
        break;
    case MEDIA_KIND_FLAC:
        flac (&walk, tags);
        break;
    case MEDIA_KIND_MP4:
        mp4 (&walk, look->size, tags);
        break;
    default:
        break;
    }
}
