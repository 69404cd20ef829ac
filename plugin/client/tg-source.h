/* A file that is being read and sealed, on workers that are not the one that commits; or bytes,
 * which are wiped in the end (SC-H1; MT-H7). */
#pragma once

#include "tg-core.h"

#include "media-upload.h"

typedef struct TgSource TgSource;
/* A part that was asked for is there, or not. Never after abort(). */
typedef void (*TgSourceFunc) (void *user);

/* Which file it is, and how long. */
typedef struct {
    int64_t size;
    uint64_t device, inode;
} TgSourceSeen;

/* What can be seen at once, and whether it can go at all (NONE: it can). */
TalkSendFile tg_source_look (const char *path, TgSourceSeen *seen);

/* From `path`, if it still leads to what was `seen`, or where that is NULL from `bytes`; as long as
 * `file` says, and sealed with its key. All is copied; nothing is opened yet. NULL: it cannot be
 * sent. */
TgSource *tg_source_new (TgClient *client, const char *path, const TgSourceSeen *seen,
                         GBytes *bytes, const MediaFile *file, TgSourceFunc func,
                         void *user);
/* How it is cut; not while a part is read. */
MediaUpload *tg_source_upload (const TgSource *source);
int32_t tg_source_parts (const TgSource *source);
/* One at a time; each is answered. */
void tg_source_read (TgSource *source, int32_t n);
GByteArray *tg_source_take (TgSource *source);       /* sealed; NULL: */
TalkSendFile tg_source_why (const TgSource *source); /* why not */
void tg_source_abort (TgSource *source); /* freed, now or when the worker is done */
