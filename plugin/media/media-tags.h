/* What a music file says it is called, and by whom: looked up at places, with a bounded number of
 * looks, as media-look.h does. */
#pragma once

#include "media-look.h"

#define MEDIA_TAG_MAX 256 /* bytes of each, that are read */

/* Valid UTF-8 of one line, as they are shown; "": it does not say. */
typedef struct {
    char title[MEDIA_TAG_MAX + 1], performer[MEDIA_TAG_MAX + 1];
} MediaTags;

/* Of what `look` was told of this source: of all but sound nothing. */
void media_tags (const MediaSource *source, const MediaLook *look, MediaTags *tags);
