/* Sentences about what is shown and played. What is returned as char * is g_free()d. */
#pragma once

#include "tgp-medium.h"

const char *tgp_words_link (TgpLink link); /* what is clicked, as short as can be */

/* Why a message is not shown, or heard. */
typedef enum {
    TGP_SHOW_NO_FILE,
    TGP_SHOW_DAMAGED, /* it cannot be opened */
    TGP_SHOW_OFFLINE,
    TGP_SHOW_BUSY,
    TGP_SHOW_NO_PICTURE, /* but something else */
    TGP_SHOW_LARGE,      /* in bytes */
    TGP_SHOW_SIDES,
    TGP_SHOW_UNPACKED,  /* in memory, or in what it takes to draw it */
    TGP_SHOW_BROKEN,    /* it is no whole picture */
    TGP_SHOW_NO_READER, /* for its kind */
    TGP_SHOW_NO_MEMORY, /* no folder in memory, in a front end that cannot show */
    TGP_SHOW_STOPPED,
    TGP_SHOW_GONE, /* its message was deleted, or its time is over */
    TGP_SHOW_REFUSED,
    TGP_SHOW_CUT,
    TGP_SHOW_OTHER,     /* what came is not what was announced */
    TGP_PLAY_NOT_HERE,  /* the front end has no sound */
    TGP_PLAY_NO_READER, /* nor anything that reads it */
    TGP_PLAY_FAILED,    /* it began, and GStreamer could not go on */
    TGP_PLAY_MUTED,
    TGP_PLAY_NO_VOICE,
} TgpNotShown;

TgpNotShown tgp_not_fetched (TalkSave what); /* how fetching it ended, but for DONE */
/* `medium`: with the sides that were found; what has a timer cannot be saved. */
char *tgp_words_not_shown (const TgpMedium *medium, TgpNotShown why);
/* It lies in memory as that file: its time begins; or it has none. */
char *tgp_words_shown_as (const TgpMedium *medium, const char *path, int32_t seconds,
                          gboolean elsewhere); /* TgpFrontend's */
/* It lies there since it was asked for before. */
char *tgp_words_lies (const TgpMedium *medium, const char *path, gboolean elsewhere);
/* Once an account: how what has a timer is seen, or heard. `opens`: as TalkMessage. */
char *tgp_words_show_how (int number, gboolean opens);
