/* What is said of a message's file. */
#pragma once

#include <glib.h>
#include <stdint.h>

/* Whether a message's file can be had. */
typedef enum {
    TALK_FILE_NONE, /* it has none, or nobody knows where it lies */
    TALK_FILE_THERE,
    TALK_FILE_DAMAGED, /* what came with it does not open it (SC-H3, H5, H8) */
} TalkFile;

/* What is said of it, 0 = it is not. */
typedef struct {
    TalkFile file;
    gboolean animated; /* of a video: without sound, again and again */
    gboolean round;    /* of a video: a message like a voice's */
    int64_t size;      /* bytes */
    int32_t width, height;
    int32_t duration; /* seconds */
} TalkMedia;
