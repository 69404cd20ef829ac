/* See media-walk.h. */
#include "media-walk.h"

#include "crypto-secret.h"

void
media_walk_init (MediaWalk *walk, const MediaSource *source)
{
    walk->source = source;
    walk->steps = 0;
    walk->at = 0;
    walk->len = 0;
}

void
media_walk_end (MediaWalk *walk)
{
    crypto_wipe (walk->bytes, sizeof walk->bytes);
    walk->len = 0;
}

gboolean
media_walk_is_over (const MediaWalk *walk)
{
    return walk->steps >= MEDIA_WALK_STEPS;
}

static gboolean
has (const MediaWalk *walk, int64_t at, size_t len)
{
    return at >= walk->at && at - walk->at <= (int64_t)walk->len &&
           len <= walk->len - (size_t)(at - walk->at);
}

static void
fill (MediaWalk *walk, int64_t at)
{
    const MediaSource *source = walk->source;
    int64_t left = source->size - at;
    size_t want = (size_t)MIN (left, MEDIA_WALK_AHEAD);

    walk->at = at;
    walk->len = source->read (source->user, at, walk->bytes, want);
    if (walk->len > want)
        walk->len = want;
}

const uint8_t *
media_walk_get (MediaWalk *walk, int64_t at, size_t len)
{
    if (media_walk_is_over (walk) || at < 0 || at > walk->source->size ||
        (int64_t)len > walk->source->size - at)
        return NULL;
    walk->steps++;
    if (!has (walk, at, len))
        fill (walk, at);
    return has (walk, at, len) ? walk->bytes + (at - walk->at) : NULL;
}

size_t
media_walk_some (MediaWalk *walk, int64_t at, size_t least, const uint8_t **bytes)
{
    *bytes = media_walk_get (walk, at, least);
    return *bytes != NULL ? walk->len - (size_t)(at - walk->at) : 0;
}
