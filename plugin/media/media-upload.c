/* See media-upload.h. */
#include "media-upload.h"

#include "crypto-aes-ige.h"
#include "crypto-hash.h"
#include "crypto-secret.h"

#include <string.h>

#define BLOCK 16

/* Where the stream is between two parts. */
typedef struct {
    uint8_t iv[MEDIA_KEY_LEN];
} Mark;

struct MediaUpload {
    uint8_t key[MEDIA_KEY_LEN];
    uint8_t pad[MEDIA_PAD_LEN];
    int64_t size, sealed;
    int32_t part, parts, next;
    Mark *marks;    /* before each part so far, and after the last */
    CryptoMd5 *md5; /* NULL: it is big */
    uint8_t digest[16];
};

MediaUpload *
media_upload_new (const uint8_t key[static MEDIA_KEY_LEN],
                  const uint8_t iv[static MEDIA_KEY_LEN], int64_t size,
                  const uint8_t pad[static MEDIA_PAD_LEN])
{
    if (size <= 0 || size > MEDIA_UP_MAX) /* MT-H1, MT-H2 */
        return NULL;
    MediaUpload *u = g_new0 (MediaUpload, 1);
    memcpy (u->key, key, sizeof u->key);
    memcpy (u->pad, pad, sizeof u->pad);
    u->size = size;
    u->sealed = (size + BLOCK - 1) / BLOCK * BLOCK;
    u->part = MEDIA_UP_PART_MIN;
    while ((u->sealed + u->part - 1) / u->part > MEDIA_UP_PARTS_MAX)
        u->part *= 2;
    u->parts = (int32_t)((u->sealed + u->part - 1) / u->part);
    u->marks = g_new0 (Mark, u->parts + 1);
    memcpy (u->marks[0].iv, iv, MEDIA_KEY_LEN);
    u->md5 = u->sealed <= MEDIA_SMALL_MAX ? crypto_md5_new () : NULL;
    return u;
}

void
media_upload_free (MediaUpload *u)
{
    if (u == NULL)
        return;
    crypto_wipe (u->marks, ((size_t)u->parts + 1) * sizeof *u->marks);
    g_free (u->marks);
    crypto_md5_free (u->md5);
    crypto_wipe (u, sizeof *u);
    g_free (u);
}

int32_t
media_upload_parts (const MediaUpload *u)
{
    return u->parts;
}

gboolean
media_upload_is_big (const MediaUpload *u)
{
    return u->sealed > MEDIA_SMALL_MAX;
}

int64_t
media_upload_offset (const MediaUpload *u, int32_t n)
{
    return (int64_t)n * u->part;
}

size_t
media_upload_len (const MediaUpload *u, int32_t n)
{
    return (size_t)CLAMP (u->size - media_upload_offset (u, n), 0, u->part);
}

static void
go_on (MediaUpload *u, const GByteArray *sealed, const Mark *after)
{
    u->marks[++u->next] = *after;
    if (u->md5 == NULL)
        return;
    crypto_md5_feed (u->md5, sealed->data, sealed->len);
    if (u->next == u->parts)
        crypto_md5_end (u->md5, u->digest);
}

gboolean
media_upload_seal (MediaUpload *u, int32_t n, GByteArray *part)
{
    size_t len = part->len;

    if (n < 0 || n > u->next || n >= u->parts || len != media_upload_len (u, n))
        return FALSE;
    gboolean again = n < u->next;
    Mark mark = u->marks[n];
    if (len % BLOCK != 0) /* the last one (SC-H1) */
        g_byte_array_append (part, u->pad, (unsigned)(BLOCK - len % BLOCK));
    crypto_ige_encrypt (u->key, mark.iv, part->data, part->data, part->len);
    if (!again)
        go_on (u, part, &mark);
    /* In IGE whatever differs is in all that follows: other bytes end elsewhere. */
    gboolean same = crypto_equal (mark.iv, u->marks[n + 1].iv, sizeof mark.iv);
    crypto_wipe (&mark, sizeof mark);
    return same;
}

void
media_upload_md5 (MediaUpload *u, char out[static MEDIA_MD5_LEN])
{
    static const char hex[] = "0123456789abcdef";

    g_return_if_fail (u->md5 != NULL && u->next == u->parts);
    for (size_t i = 0; i < sizeof u->digest; i++) {
        out[2 * i] = hex[u->digest[i] >> 4];
        out[2 * i + 1] = hex[u->digest[i] & 15];
    }
    out[MEDIA_MD5_LEN - 1] = '\0';
}
