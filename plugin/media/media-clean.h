/* A picture without what cameras and programs write beside it: where it was taken, when, by what,
 * and small copies of it. Its pixels stay as they are. */
#pragma once

#include "media-look.h"

/* Of a JPEG, PNG or WebP only what a decoder needs is kept, and which way a JPEG is turned. NULL:
 * it is none of these, or broken. */
GBytes *media_clean (const uint8_t *data, size_t len, MediaKind kind);
