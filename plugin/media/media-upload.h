/* A file on its way to the server, as a machine without I/O: how it is cut, and each part sealed,
 * one stream from the first to the last (SC-H1, SC-H4; MT-H1 to H4). It may be used on a
 * worker, by one thread at a time. */
#pragma once

#include "media-file.h"

#define MEDIA_SMALL_MAX                                                                  \
    (10 * 1024 * 1024) /* sealed bytes: what is larger is told otherwise */
#define MEDIA_UP_PARTS_MAX 4000
#define MEDIA_UP_PART_MAX (512 * 1024)
#define MEDIA_UP_PART_MIN                                                                \
    (128 * 1024) /* sealed, and put into a packet, in a millisecond each */
#define MEDIA_UP_MAX ((int64_t)MEDIA_UP_PARTS_MAX * MEDIA_UP_PART_MAX)
#define MEDIA_PAD_LEN 16

typedef struct MediaUpload MediaUpload;

/* Of so many bytes, 1 to MEDIA_UP_MAX, else NULL; `pad` is what random bytes its end is filled up
 * with: all is copied. */
MediaUpload *media_upload_new (const uint8_t key[static MEDIA_KEY_LEN],
                               const uint8_t iv[static MEDIA_KEY_LEN], int64_t size,
                               const uint8_t pad[static MEDIA_PAD_LEN]);
void media_upload_free (MediaUpload *upload); /* wipes it */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MediaUpload, media_upload_free)

int32_t media_upload_parts (const MediaUpload *upload);
gboolean media_upload_is_big (const MediaUpload *upload);
/* Which bytes of the file part `n` is. */
int64_t media_upload_offset (const MediaUpload *upload, int32_t n);
size_t media_upload_len (const MediaUpload *upload, int32_t n);
/* Part `n`, the next, or an earlier one again, of the same bytes: sealed where it stands, and filled
 * up. FALSE: it is not its turn, or these are other bytes than the last time, of which nobody may
 * ever see what the same key makes of them: whatever stands there is to be wiped. */
gboolean media_upload_seal (MediaUpload *upload, int32_t n, GByteArray *part);
/* All parts were sealed: the MD5 of the sealed file in hex, of one that is not big. */
#define MEDIA_MD5_LEN 33
void media_upload_md5 (MediaUpload *upload, char out[static MEDIA_MD5_LEN]);
