/* A walk over a file's bytes for media-look: so many looks, and no more. */
#pragma once

#include "media-look.h"

#define MEDIA_WALK_STEPS 1000000 /* some milliseconds */
#define MEDIA_WALK_AHEAD 4096    /* bytes read at once */

typedef struct {
    const MediaSource *source;
    unsigned steps;
    int64_t at; /* of what is in `bytes` */
    size_t len;
    uint8_t bytes[MEDIA_WALK_AHEAD];
} MediaWalk;

void media_walk_init (MediaWalk *walk, const MediaSource *source);
void media_walk_end (MediaWalk *walk); /* wipes what it read */
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MediaWalk, media_walk_end)
/* `len` bytes (1 to 128) that lie there, until the next call; NULL: they do not, or the steps are
 * at their end. */
const uint8_t *media_walk_get (MediaWalk *walk, int64_t at, size_t len);
/* Those that are there, at least `least` and at most MEDIA_WALK_AHEAD; their number, 0: fewer. */
size_t media_walk_some (MediaWalk *walk, int64_t at, size_t least, const uint8_t **bytes);
gboolean media_walk_is_over (const MediaWalk *walk); /* the steps are at their end */

static inline uint32_t
media_be16 (const uint8_t *p)
{
    return (uint32_t)p[0] << 8 | p[1];
}

static inline uint32_t
media_be32 (const uint8_t *p)
{
    return media_be16 (p) << 16 | media_be16 (p + 2);
}

static inline uint64_t
media_be64 (const uint8_t *p)
{
    return (uint64_t)media_be32 (p) << 32 | media_be32 (p + 4);
}

static inline uint32_t
media_le16 (const uint8_t *p)
{
    return (uint32_t)p[1] << 8 | p[0];
}

static inline uint32_t
media_le24 (const uint8_t *p)
{
    return media_le16 (p) | (uint32_t)p[2] << 16;
}

static inline uint32_t
media_le32 (const uint8_t *p)
{
    return media_le16 (p) | media_le16 (p + 2) << 16;
}

/* Of an ID3 tag: seven bits a byte. */
static inline int64_t
media_synchsafe (const uint8_t *p)
{
    return (int64_t)(p[0] & 0x7f) << 21 | (int64_t)(p[1] & 0x7f) << 14 |
           (int64_t)(p[2] & 0x7f) << 7 | (p[3] & 0x7f);
}
