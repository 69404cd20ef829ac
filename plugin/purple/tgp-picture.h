/* Own pictures made fit to be sent: upright, smaller, and without what cameras write beside them.
 * With gdk-pixbuf, found at run time; where there is none what is not the picture is cut out of
 * the file. For workers: nothing here knows libpurple. */
#pragma once

#include "media-look.h"

#define TGP_PICTURE_SIDE 2560 /* pixels, at most */
#define TGP_THUMB_SIDE 90
#define TGP_THUMB_BYTES 6000

typedef struct {
    GBytes *bytes;
    int32_t width, height; /* as it is seen */
    const char *mime;
    GBytes *thumb; /* a JPEG, or NULL */
    int32_t thumb_width, thumb_height;
} TgpPicture;

/* What this is as a photo; FALSE: nobody here can make one of it. Only what `look` says fits
 * (MEDIA_PREPARED) may be given. */
gboolean tgp_picture_make (GBytes *file, const MediaLook *look, TgpPicture *picture);
void tgp_picture_clear (TgpPicture *picture);
