/* What media-look.c has of media-look-play.c, and that of media-look-brand.c. */
#pragma once

#include "media-walk.h"

/* Of a file that begins as one: what it says goes into `look`. */
void media_look_mp4 (MediaWalk *walk, MediaLook *look);
void media_look_ogg (MediaWalk *walk, MediaLook *look);
void media_look_mp3 (MediaWalk *walk, MediaLook *look);
void media_look_flac (MediaWalk *walk, MediaLook *look);
/* Of a file that begins with an "ftyp": its kind, type and ending, as that says. FALSE: in no word that is
 * known here. */
gboolean media_look_brand (MediaWalk *walk, MediaLook *look);
/* Of what begins so that type ("image/heic") is one. */
gboolean media_look_brand_tells (const char *mime);
/* Four letters, among `names`, which are so many times four. */
gboolean media_look_is_one_of (const uint8_t name[static 4], const char *names);
/* It has no beginning of its own: frames follow each other, maybe behind tags. */
gboolean media_look_is_mp3 (MediaWalk *walk);
