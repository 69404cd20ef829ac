/* Files on their way into a secret chat, by whatever way the user gave them: looked at and made
 * ready on a worker, then given to the client. */
#pragma once

#include "tgp-account.h"

typedef struct {
    const char *path; /* absolute; or NULL: */
    GBytes *bytes;
    const char *name; /* what it is called; NULL: as the path says */
    /* To be seen at once, made fit for that (tgp-picture.h): or, if it is no picture, as it is
     * (LIKE), or not at all (MUST). FILE: nothing of it is touched. */
    enum { TGP_UPLOAD_FILE, TGP_UPLOAD_LIKE_PHOTO, TGP_UPLOAD_MUST_PHOTO } how;
    /* If not NULL: called once, when the client has it as that message; 0: it is not sent. Why,
     * was told in the chat; where that could not be, `reason` (with the caption) is to be told at once,
     * else it is NULL. If there is nobody to call, a dialog tells it. */
    void (*taken) (void *user, int64_t id, const char *reason);
    void *user;
} TgpUpload;

/* All of them, in this order; several pictures are an album. The caption is the first one's. What
 * becomes of each is told in the chat. All is copied. */
void tgp_upload (TgpAccount *tgp, int32_t chat_id, const TgpUpload *files, size_t n,
                 const TalkTyped *caption);
/* The client says how it goes on. */
void tgp_upload_runs (TgpAccount *tgp, int32_t chat_id, const TalkSending *sending);
