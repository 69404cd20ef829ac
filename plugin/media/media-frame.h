/* The first picture of an animation. */
#pragma once

#include <glib.h>
#include <stdint.h>

/* The bytes of a GIF up to the end of its first picture, behind which nothing is but the end that
 * is put there; freed by whoever asked, who wipes it. NULL: there is no whole one. */
uint8_t *media_frame_first (const uint8_t *data, size_t len, size_t *out_len);
