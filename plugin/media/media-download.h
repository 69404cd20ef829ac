/* A file of a secret chat on its way here, as a machine without I/O: which parts to ask for,
 * opened in order (what is public needs no key), never more than was announced. (SC-H7; MT-H9, H10, H16, H26.) */
#pragma once

#include "media-file.h"

#ifndef MEDIA_PART        /* a fuzzer has smaller ones */
#define MEDIA_PART 131072 /* bytes of one question (MT-H9); opened within a millisecond */
#endif
#define MEDIA_PARTS_AHEAD 2 /* so many are asked for, or wait to be written */

typedef struct MediaDownload MediaDownload;

/* Called from inside the machine's inputs; none may call back into it. */
typedef struct {
    void (*get) (void *user, int64_t offset, int32_t limit); /* answered by got() */
    /* The next `len` plain bytes, to be wiped and freed with g_free() when they are kept or written:
     * then written() is called. */
    void (*write) (void *user, uint8_t *data, size_t len);
    /* Once; TRUE: the whole file was written; FALSE: what came is not the file. */
    void (*end) (void *user, gboolean whole);
} MediaDownloadOps;

/* `file` is copied. */
MediaDownload *media_download_new (const MediaFile *file, const MediaDownloadOps *ops,
                                   void *user);
void media_download_free (MediaDownload *download); /* wipes it; no call afterwards */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MediaDownload, media_download_free)

/* Inputs. A part that nobody asked for is not taken. */
void media_download_start (MediaDownload *download);
void media_download_got (MediaDownload *download, int64_t offset, TlBytes data);
void media_download_written (MediaDownload *download);
int64_t media_download_done (const MediaDownload *download); /* plain bytes so far */
