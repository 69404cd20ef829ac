/* What media-look.c has of media-look-play.c. */
#pragma once

#include "media-walk.h"

/* Of a file that begins as one: what it says goes into `look`. */
void media_look_mp4 (MediaWalk *walk, MediaLook *look);
void media_look_ogg (MediaWalk *walk, MediaLook *look);
void media_look_mp3 (MediaWalk *walk, MediaLook *look);
void media_look_flac (MediaWalk *walk, MediaLook *look);
/* It has no beginning of its own: frames follow each other, maybe behind tags. */
gboolean media_look_is_mp3 (MediaWalk *walk);
