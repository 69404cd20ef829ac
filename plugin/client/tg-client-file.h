/* Files sent to secret chats. Part of the contract, beside tg-client.h. */
#pragma once

#include "tg-client.h"

#define TG_THUMB_MAX 6000                        /* bytes (SC-H10) */
#define TG_FILE_MAX ((int64_t)4000 * 512 * 1024) /* as many parts as go up (MT-H2) */

/* A file that is to go to a secret chat. All is copied. */
typedef struct {
    const char
        *path;     /* absolute; read in pieces by workers when its turn comes; or NULL: */
    GBytes *bytes; /* the file itself (a picture made smaller, one of the front end's) */
    TalkContent
        content;      /* PHOTO, VIDEO, AUDIO, VOICE or FILE, as received ones are told */
    TalkMedia look;   /* sides, duration, animated, round; its size is found out */
    const char *name; /* as the peer is to see it; NULL: a photo, or a path's own */
    const char *mime; /* or NULL */
    const char *title, *performer;     /* of AUDIO; "" or NULL: nobody knows */
    GBytes *thumb;                     /* a JPEG of at most TG_THUMB_MAX, or NULL */
    int32_t thumb_width, thumb_height; /* at most 100 each */
    TalkTyped
        caption; /* what is written with it ("" or NULL: nothing), what it answers */
    gboolean silent;
    int64_t album; /* the same of 2 to 10 that belong together, or 0 (SC-H17) */
} TgFileOut;

/* Why the file at that path cannot go, as far as can be seen without opening it (a pipe would be waited
 * for), NONE: it can; and its size. On any thread. */
TalkSendFile tg_file_look (const char *path, int64_t *size);
/* The own line comes as MESSAGE once it is durable, with its number, as a received file's; then
 * SENDING, at most once in 10 s and when it waits for something else; SENT; or FAILED, whose
 * `file` says why. Where it can be seen at once that it cannot go there is no MESSAGE, only
 * FAILED; where it could not be stored, LOST. The id in any case in *id, of TALK_DONE only. NOT_READY,
 * IS_CLOSED, INVALID (the caption is too long, or too many files wait) as for texts; a chat that
 * is not ready yet is waited for. What ends with the program is FAILED (RESTART) at the next start. */
TalkCode tg_secret_send_file (TgClient *client, int32_t chat_id, const TgFileOut *file,
                              int64_t *id);
/* The file of a message of the other side goes on to another chat, without being fetched and with
 * the key that it has (SC-H18). NOTHING: there is none that may (what has a timer: DECISIONS 31). The own
 * line comes as MESSAGE, then SENT or FAILED. */
TalkCode tg_secret_forward_file (TgClient *client, int32_t from, int64_t id, int32_t to,
                                 const TalkTyped *caption, int64_t *sent);
/* Before its message has a number; FAILED follows. FALSE: it is not going up. */
gboolean tg_secret_send_cancel (TgClient *client, int32_t chat_id, int64_t id);
/* All that are on their way up; `func` must not change anything. */
typedef void (*TgSendingFunc) (int32_t chat_id, const TalkSending *sending, void *user);
void tg_client_each_sending (TgClient *client, TgSendingFunc func, void *user);
