/* Pictures decoded by the GdkPixbuf that Pidgin has, at the size at which they are shown, into
 * memory of ours that is wiped. What GdkPixbuf itself decoded is wiped, too, as far as it hands it
 * out: so it is not asked to make a picture smaller, as it would keep the larger one. */
#pragma once

#include "tgp-media.h"

#include <stdint.h>

#define TGP_DECODED_MAX (40 << 20) /* bytes of all frames: 60 of the largest shown */

typedef struct {
    uint8_t *pixels;
    unsigned delay; /* ms */
} TgpFrame;

struct TgpDecoded {
    int width, height, row; /* of each frame */
    gboolean alpha;
    size_t bytes; /* of a frame */
    TgpFrame *frames;
    unsigned n; /* at least one */
};

/* FALSE: a function that is needed is missing: no picture can be shown. */
gboolean tgp_decode_find (void);
/* There is a decoder for that format. */
gboolean tgp_decode_reads (const char *format);
/* On any thread. NULL: it is not what its header says, or broken, or was stopped. All frames are as large as
 * the first; there are no more than were asked for, and one where they would be more than TGP_DECODED_MAX. */
TgpDecoded *tgp_decode (const TgpEncoded *picture);
void tgp_decoded_free (TgpDecoded *decoded); /* wipes; NULL: nothing */
