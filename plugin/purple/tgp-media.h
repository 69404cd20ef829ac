/* Pictures in a line, and what can be clicked there, by the front end's own means. */
#pragma once

#include "tgp-lines.h"

/* What is decoded: of whom nobody knows that it is harmless but for its header. */
typedef struct {
    const uint8_t *data;
    size_t len;
    const char *format; /* the decoder's name for it: no other one sees it */
    unsigned side;      /* at most so many pixels a side are shown */
    /* It moves, and no more of them are looked at; 0 or 1: it stands still. */
    unsigned frames;
    const int *stop; /* atomic: not 0 once nobody wants it any more; NULL: it is wanted */
} TgpEncoded;

/* ... and what became of it, in memory that is wiped. */
typedef struct TgpDecoded TgpDecoded;

typedef struct {
    /* In the place of what was offered or shown there. */
    void (*offer) (PurpleConversation *conv, int64_t id, unsigned links);
    /* On any thread: it may take seconds. NULL: it cannot be decoded. */
    TgpDecoded *(*decode) (const TgpEncoded *picture);
    void (*drop) (TgpDecoded *decoded); /* that was not shown; NULL: nothing */
    /* As `offer`, with a picture below, which is taken. FALSE: no such line stands there. */
    gboolean (*picture) (PurpleConversation *conv, int64_t id, TgpDecoded *picture,
                         unsigned links);
    gboolean (*reads) (const char *format); /* there is a decoder for it */
    void (*disconnect) (void);              /* the module goes */
} TgpMediaUi;

/* Never from within the click. */
typedef void TgpMediaClicked (PurpleConversation *conv, int64_t id, TgpLink link);
/* NULL: what it needs is not there. */
typedef const TgpMediaUi *TgpMediaFind (TgpMediaClicked *clicked);

TgpMediaFind tgp_media_pidgin;
