/* What media-look.c has of media-look-play.c. */
#pragma once

#include "media-walk.h"

/* Of a file that begins as one: what it says goes into `look`. */
void media_look_mp4 (MediaWalk *walk, MediaLook *look);
void media_look_ogg (MediaWalk *walk, MediaLook *look);
