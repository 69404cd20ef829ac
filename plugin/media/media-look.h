/* What a file is, by its bytes: read at places, never as a whole, with a bounded number of looks
 * and no memory but the stack's. Its name says nothing. What is here is what the file claims; the
 * limits are for that, before anything decodes it. */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef enum {
    MEDIA_KIND_OTHER, /* or two of these at once: nothing to show */
    MEDIA_KIND_JPEG,
    MEDIA_KIND_PNG,
    MEDIA_KIND_GIF,
    MEDIA_KIND_WEBP,
    MEDIA_KIND_MP4,
    MEDIA_KIND_OGG,
    MEDIA_KIND_MP3,
    MEDIA_KIND_FLAC,
    MEDIA_KIND_HEIF, /* or AVIF: a picture that is neither shown nor made smaller here */
} MediaKind;

/* Where the bytes come from. */
typedef struct {
    /* Up to `len` bytes from `at`: how many; fewer: it ends, or cannot be read. */
    size_t (*read) (void *user, int64_t at, uint8_t *out, size_t len);
    void *user;
    int64_t size;
} MediaSource;

typedef struct {
    MediaKind kind;
    const char *mime;   /* static; NULL: of OTHER */
    const char *ending; /* ".jpg"; static; "": of OTHER */
    const char *format; /* of a picture: as decoders are asked for, "jpeg"; else NULL */
    int64_t size;
    /* 0: not known. Of a picture as its bytes lie, before `orientation` turns it; of several
     * frames what holds all of them; of a video as it is seen. */
    int32_t width, height;
    int orientation; /* of a JPEG, as EXIF has it: 1 to 8; else 1 */
    int frames;      /* of a picture, MEDIA_FRAMES_MANY: that many, or more */
    gboolean
        whole; /* all of it was walked: of a picture, so that `frames` is true; of an Ogg, so that
                         there is nothing in it but `has_...` */
    int scans;                     /* of a JPEG: so often a decoder goes over it */
    int32_t duration;              /* s, rounded up; 0: not known */
    gboolean has_video, has_sound; /* of what is no picture */
    gboolean voice;                /* Ogg with Opus: what a voice message is made of */
} MediaLook;

#define MEDIA_FRAMES_MANY 1000

void media_look (const MediaSource *source, MediaLook *look);
void media_look_bytes (const uint8_t *data, size_t len, MediaLook *look);
/* That type ("image/png") is told by the bytes: what was not found to be of it is none. */
gboolean media_look_tells (const char *mime);
/* Its sides as they are seen: turned as `orientation` says. */
void media_look_sides (const MediaLook *look, int32_t *width, int32_t *height);

/* Why a picture is not given to a decoder. */
typedef enum {
    MEDIA_FITS,
    MEDIA_NO_PICTURE,
    MEDIA_BROKEN, /* it says no sides, or has nothing in it */
    MEDIA_BYTES,
    MEDIA_SIDES,  /* a side, or both together */
    MEDIA_SCANS,  /* so often a decoder would go over it */
    MEDIA_FRAMES, /* the animation; its first frame alone fits */
} MediaFit;

typedef struct {
    int64_t bytes, pixels; /* the pixels of all frames together, too */
    int32_t side;
    int frames;
} MediaLimits;

/* What is shown of others ... */
#define MEDIA_SHOWN                                                                      \
    ((MediaLimits){ .bytes = 10000000, .pixels = 16000000, .side = 8192, .frames = 60 })
/* ... and what is made smaller of the user's own: cameras have more. */
#define MEDIA_PREPARED                                                                   \
    ((MediaLimits){ .bytes = 50000000,                                                   \
                    .pixels = 64000000,                                                  \
                    .side = 20000,                                                       \
                    .frames = MEDIA_FRAMES_MANY })

MediaFit media_look_fits (const MediaLook *look, const MediaLimits *limits);
/* By MEDIA_SHOWN; `why` may be NULL. */
gboolean media_look_is_showable (const MediaLook *look, MediaFit *why);
