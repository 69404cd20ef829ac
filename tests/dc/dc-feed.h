/* What an account is told by pts and seq, kept for those who missed it. */
#pragma once

#include "dc-private.h"

/* What an account missed, maybe; the objects point into it. */
typedef struct {
    int32_t pts;
    int64_t random_id; /* of one that this user sent */
    char *text;
    SrvPeerUser from; /* or to whom */
    SrvMessage message;
} DcLetter;

typedef struct {
    int32_t date;
    SrvPeerUser peer;
    SrvUpdatePeerBlocked update;
} DcNews;

void dc_feed_init (DcUser *user);
void dc_feed_clear (DcUser *user);
/* An ordinary message, pushed in its short form or in `updates`. */
void dc_letter (Dc *dc, DcUser *from, DcUser *to, const char *text, gboolean whole);
/* What the caller sent, whose other devices are told; the letter is the user's. */
const DcLetter *dc_letter_sent (DcCall *call, const DcUser *to, const char *text,
                                int64_t random_id);
/* Another device of `user` blocks somebody, or takes that back: an update with a seq. */
void dc_news_blocked (Dc *dc, DcUser *user, DcUser *who, gboolean blocked);
