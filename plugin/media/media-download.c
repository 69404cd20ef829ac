/* See media-download.h. */
#include "media-download.h"

#include "crypto-aes-ige.h"
#include "crypto-secret.h"

#include <string.h>

typedef struct {
    int64_t offset;
    gboolean used, here; /* asked for; and answered */
    uint8_t *data;
    size_t len;
} Part;

struct MediaDownload {
    const MediaDownloadOps *ops;
    void *user;
    uint8_t key[MEDIA_KEY_LEN], iv[MEDIA_KEY_LEN]; /* the stream's, as it goes on */
    int64_t size, plain;                           /* to come, and of it */
    int64_t asked, opened, done;                   /* up to here; done: plain bytes */
    Part parts[MEDIA_PARTS_AHEAD];
    gboolean sealed, writing, ended;
};

MediaDownload *
media_download_new (const MediaFile *file, const MediaDownloadOps *ops, void *user)
{
    MediaDownload *d = g_new0 (MediaDownload, 1);

    d->ops = ops;
    d->user = user;
    memcpy (d->key, file->key, sizeof d->key);
    memcpy (d->iv, file->iv, sizeof d->iv);
    d->sealed = !file->look.public;
    d->size = file->place.size;
    d->plain = file->look.size;
    return d;
}

static void
drop (Part *part)
{
    if (part->data != NULL)
        crypto_wipe (part->data, part->len);
    g_free (part->data);
    *part = (Part){ 0 };
}

void
media_download_free (MediaDownload *d)
{
    if (d == NULL)
        return;
    for (int i = 0; i < MEDIA_PARTS_AHEAD; i++)
        drop (&d->parts[i]);
    crypto_wipe (d, sizeof *d);
    g_free (d);
}

static void
end (MediaDownload *d, gboolean whole)
{
    d->ended = TRUE;
    d->ops->end (d->user, whole);
}

static Part *
find (MediaDownload *d, int64_t offset)
{
    for (int i = 0; i < MEDIA_PARTS_AHEAD; i++)
        if (d->parts[i].used && d->parts[i].offset == offset)
            return &d->parts[i];
    return NULL;
}

static void
ask (MediaDownload *d)
{
    for (int i = 0; i < MEDIA_PARTS_AHEAD && d->asked < d->size; i++) {
        if (d->parts[i].used)
            continue;
        d->parts[i] = (Part){ .offset = d->asked, .used = TRUE };
        d->asked += MEDIA_PART;
        d->ops->get (d->user, d->parts[i].offset, MEDIA_PART);
    }
}

/* The next part in order is opened and written, one at a time: what waits is bounded. */
static void
step (MediaDownload *d)
{
    Part *next = find (d, d->opened);

    if (d->ended || d->writing)
        return;
    if (d->opened >= d->size) {
        end (d, TRUE);
        return;
    }
    if (next != NULL && next->here) {
        size_t n = (size_t)MIN ((int64_t)next->len, d->plain - d->opened);
        if (d->sealed)
            crypto_ige_decrypt (d->key, d->iv, next->data, next->data, next->len);
        d->opened += (int64_t)next->len;
        d->writing = TRUE;
        d->done += (int64_t)n;
        crypto_wipe (next->data + n,
                     next->len - n); /* what the file was filled up with */
        uint8_t *data = next->data;
        *next = (Part){ 0 };
        d->ops->write (d->user, data, n);
    }
    ask (d);
}

void
media_download_start (MediaDownload *d)
{
    step (d);
}

void
media_download_got (MediaDownload *d, int64_t offset, TlBytes data)
{
    Part *part = find (d, offset);

    if (d->ended || part == NULL || part->here)
        return;
    if ((int64_t)data.len != MIN (MEDIA_PART, d->size - offset)) { /* MT-H10 */
        end (d, FALSE);
        return;
    }
    part->here = TRUE;
    part->data = g_memdup2 (data.data, data.len);
    part->len = data.len;
    step (d);
}

void
media_download_written (MediaDownload *d)
{
    d->writing = FALSE;
    step (d);
}

int64_t
media_download_done (const MediaDownload *d)
{
    return d->done;
}
