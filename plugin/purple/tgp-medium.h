/* What a line has beside its text: a picture, a voice, a file. */
#pragma once

#include "talk.h"

/* The picture, voice or file of the other side's message, as its line has to know it. */
typedef struct {
    int32_t number; /* the message's; 0: there is none that can be had */
    TalkContent content;
    TalkMedia look;
    int32_t ttl;
    gboolean opens;   /* as TalkMessage has it */
    gboolean heads;   /* it is the first of an album */
    gboolean stood;   /* the line stood in the view, what belongs to it was put there */
    gboolean unasked; /* it was fetched since somebody looks there, or is to be no more */
    gboolean shown;   /* it stands there */
    gboolean plays;   /* it is heard just now */
    GBytes *thumb; /* of a line's, which owns it: what stands there until then; or NULL */
} TgpMedium;

/* It is looked at, and not played. */
static inline gboolean
tgp_medium_is_picture (TalkContent content, const TalkMedia *look)
{
    return content == TALK_CONTENT_PHOTO ||
           (content == TALK_CONTENT_STICKER && !(look->public && look->animated)) ||
           (content == TALK_CONTENT_VIDEO && look->gif);
}

static inline TgpMedium
tgp_medium_of (const TalkMessage *message)
{
    return (TgpMedium){ .number = message->number,
                        .content = message->content,
                        .look = message->media,
                        .ttl = message->ttl,
                        .opens = message->opens,
                        .heads = message->beside.album_place == 1 };
}

/* That of a line to be; what there is of it goes over. */
static inline TgpMedium
tgp_medium_take (TgpMedium *medium)
{
    TgpMedium taken = *medium;

    medium->thumb = NULL;
    return taken;
}

/* What is offered behind a line's text: a set of these. */
typedef enum {
    TGP_LINK_SHOW = 1 << 0,
    TGP_LINK_PLAY = 1 << 1,
    TGP_LINK_SAVE = 1 << 2,
    TGP_LINK_ALBUM = 1 << 3, /* all of its album is saved */
    TGP_LINK_STOP = 1 << 4,  /* what plays */
} TgpLink;

#define TGP_LINKS_SAVING ((unsigned)(TGP_LINK_SAVE | TGP_LINK_ALBUM))
