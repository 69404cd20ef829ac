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

/* What becomes of a file that is to be saved. */
typedef enum {
    TALK_SAVE_RUNS, /* done of total */
    TALK_SAVE_DONE, /* path */
    /* Nothing is kept: */
    TALK_SAVE_CANCELLED,
    TALK_SAVE_GONE,    /* its message is */
    TALK_SAVE_REFUSED, /* the server does not have it (any more) */
    TALK_SAVE_CUT,     /* it cannot be reached */
    TALK_SAVE_DAMAGED, /* what came is not that file */
    TALK_SAVE_DISK,    /* path: the system's text */
} TalkSave;

typedef struct {
    TalkSave what;
    int64_t id; /* the message's, and its number */
    int32_t number;
    int64_t done, total;
    const char *path; /* or NULL */
    const char *name; /* as it will be called, if nothing is called so there */
    gboolean lasts;   /* RUNS: ten seconds by now; TRUE in one event of a file */
} TalkSaving;

/* What becomes of a file that is to be sent. */
typedef enum {
    TALK_SEND_NONE,  /* it is no file */
    TALK_SEND_CHAT,  /* waits for the chat to be ready */
    TALK_SEND_TURN,  /* waits: others go before it */
    TALK_SEND_RUNS,  /* done of total */
    TALK_SEND_PAUSE, /* the server does not take it at present; it goes on by itself */
    TALK_SEND_WHOLE, /* the server has it all; now its message goes, in its turn */
    /* Not sent: */
    TALK_SEND_EMPTY,      /* it has no byte */
    TALK_SEND_FOLDER,     /* it is one */
    TALK_SEND_GONE,       /* it is not there (any more) */
    TALK_SEND_LARGE,      /* larger than may be sent */
    TALK_SEND_CHANGED,    /* while it was read */
    TALK_SEND_UNREADABLE, /* not allowed, or no file: a device, a pipe */
    TALK_SEND_CUT,        /* the server could not be reached */
    TALK_SEND_REFUSED,    /* by the server, or the chat ended */
    TALK_SEND_CANCELLED,  /* by the user */
    TALK_SEND_RESTART,    /* the program ended before its message could go */
} TalkSendFile;

typedef struct {
    TalkSendFile what;
    int64_t id; /* the message's, and its number */
    int32_t number;
    int64_t done, total;
    /* TURN, RUNS: ten seconds by now; TRUE in one event of each of a file. */
    gboolean lasts;
} TalkSending;
/* A file that was wanted in memory. */
typedef struct {
    TalkSave what; /* DONE, or why not */
    int64_t id;    /* the message's */
    GBytes *bytes; /* of DONE: wiped when the last one lets go of it */
} TalkFetched;

/* What is said of it, 0 = it is not. */
typedef struct {
    TalkFile file;
    gboolean animated; /* of a video: without sound, again and again */
    gboolean gif;      /* of that: its sender says that it is a picture */
    gboolean round;    /* of a video: a message like a voice's */
    /* It lies at the server as it is, for everybody: who asks for it says which one it is (SC-M32). */
    gboolean public;
    int64_t size; /* bytes */
    int32_t width, height;
    int32_t duration; /* seconds */
} TalkMedia;

/* What came with a medium of the other side's. */
typedef struct {
    /* What it looks like, a JPEG that was looked at (SC-H10), wiped with its last owner; never of
     * what opens. Or NULL. */
    GBytes *thumb;
    int64_t album;   /* those with the same one belong together; 0 = none */
    int album_place; /* in it, from 1 */
} TalkBeside;
