/* Pictures in a line, and what can be clicked there, by the front end's own means. */
#pragma once

#include "tgp-lines.h"

/* What is decoded: of whom nobody knows that it is harmless but for its header. */
typedef struct {
    const uint8_t *data;
    size_t len;
    const char *format; /* the decoder's name for it: no other one sees it */
    unsigned side;      /* at most so many pixels a side are shown */
    unsigned
        frames; /* it moves, and no more of them are looked at; 0 or 1: it stands still */
    size_t pixels; /* of each, before it is made smaller */
} TgpEncoded;

typedef struct {
    /* In the place of what was offered or shown there. */
    void (*offer) (PurpleConversation *conv, int64_t id, unsigned links);
    /* The same with a picture below. FALSE: it cannot be decoded, and nothing changed. */
    gboolean (*picture) (PurpleConversation *conv, int64_t id, const TgpEncoded *picture,
                         unsigned links);
    gboolean (*reads) (const char *format); /* there is a decoder for it */
    void (*disconnect) (void);              /* the module goes */
} TgpMediaUi;

/* Never from within the click. */
typedef void TgpMediaClicked (PurpleConversation *conv, int64_t id, TgpLink link);
/* NULL: what it needs is not there. */
typedef const TgpMediaUi *TgpMediaFind (TgpMediaClicked *clicked);

TgpMediaFind tgp_media_pidgin;
