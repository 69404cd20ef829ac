/* Sound by itself: MP3 and FLAC (see media-look.h). */
#include "media-look-private.h"

#include <string.h>

#define DURATION_MAX (100 * 86400)
#define SKIPPED_MAX 4096 /* bytes of nothing before the first frame */

/* --- MP3 --- */

typedef struct {
    unsigned rate, samples; /* a second; of this frame */
    unsigned bits;          /* a second, 0: it does not say */
    size_t side;            /* bytes before what an encoder writes of the whole */
} Frame;

/* Layer III, of any version. */
static gboolean
read_frame (const uint8_t *p, Frame *frame)
{
    static const unsigned rates[] = { 44100, 48000, 32000 };
    static const unsigned kbits[2][15] = {
        { 0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320 },
        { 0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160 },
    };
    unsigned version = p[1] >> 3 & 3, layer = p[1] >> 1 & 3;
    unsigned bits = p[2] >> 4, rate = p[2] >> 2 & 3;
    gboolean first = version == 3, mono = p[3] >> 6 == 3;

    if (p[0] != 0xff || (p[1] & 0xe0) != 0xe0 || version == 1 || layer != 1 ||
        bits == 15 || rate == 3)
        return FALSE;
    frame->rate = rates[rate] >> (first ? 0 : version == 2 ? 1 : 2);
    frame->samples = first ? 1152 : 576;
    frame->bits = 1000 * kbits[first ? 0 : 1][bits];
    frame->side = first ? (mono ? 17 : 32) : (mono ? 9 : 17);
    return TRUE;
}

static int64_t
length_of (const Frame *frame, const uint8_t *p)
{
    return frame->bits > 0
               ? (int64_t)frame->samples / 8 * frame->bits / frame->rate + (p[2] >> 1 & 1)
               : 0;
}

/* Behind tags at the beginning. */
static int64_t
behind_tags (MediaWalk *walk)
{
    const uint8_t *p = media_walk_get (walk, 0, 10);

    if (p == NULL || memcmp (p, "ID3", 3) != 0)
        return 0;
    return 10 + media_synchsafe (p + 6);
}

/* Two frames, one behind the other: else it is something that looks like one. */
static int64_t
first_frame (MediaWalk *walk, Frame *frame)
{
    int64_t from = behind_tags (walk);
    Frame next;

    for (int64_t at = from; at < from + SKIPPED_MAX; at++) {
        const uint8_t *p = media_walk_get (walk, at, 4);
        if (p == NULL)
            return -1;
        int64_t len = read_frame (p, frame) ? length_of (frame, p) : 0;
        if (len > 0 && (p = media_walk_get (walk, at + len, 4)) != NULL &&
            read_frame (p, &next) && next.rate == frame->rate)
            return at;
        if (from == 0)
            return -1; /* it begins with one, or with tags */
    }
    return -1;
}

static int32_t
whole_seconds (uint64_t samples, uint64_t rate)
{
    uint64_t seconds = rate > 0 ? samples / rate + (samples % rate != 0) : 0;

    return seconds <= DURATION_MAX ? (int32_t)seconds : 0;
}

gboolean
media_look_is_mp3 (MediaWalk *walk)
{
    Frame frame;

    return first_frame (walk, &frame) >= 0;
}

void
media_look_mp3 (MediaWalk *walk, MediaLook *look)
{
    Frame frame;
    int64_t at = first_frame (walk, &frame);

    if (at < 0)
        return;
    look->has_sound = TRUE;
    const uint8_t *p = media_walk_get (walk, at + 4 + (int64_t)frame.side, 12);
    if (p != NULL && (memcmp (p, "Xing", 4) == 0 || memcmp (p, "Info", 4) == 0) &&
        (p[7] & 1) != 0)
        look->duration =
            whole_seconds ((uint64_t)media_be32 (p + 8) * frame.samples, frame.rate);
    else if (frame.bits > 0)
        look->duration = whole_seconds ((uint64_t)(look->size - at) * 8, frame.bits);
}

/* --- FLAC --- */

void
media_look_flac (MediaWalk *walk, MediaLook *look)
{
    const uint8_t *p = media_walk_get (walk, 4, 22);

    if (p == NULL || (p[0] & 0x7f) != 0)
        return;
    look->has_sound = TRUE;
    uint64_t rate = media_be32 (p + 14) >> 12;
    uint64_t samples = (uint64_t)(p[17] & 0xf) << 32 | media_be32 (p + 18);
    look->duration = whole_seconds (samples, rate);
}
