/* See tg-source.h. */
#include "tg-source.h"

#include "crypto-secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct TgSource {
    const Host *host;
    TgLink *link;
    char *path;
    CryptoSecret *bytes; /* in the place of a path */
    MediaUpload *upload; /* the worker's while it runs */
    TgSourceSeen seen;   /* before it was opened */
    int32_t parts;
    int fd;
    struct stat was; /* when it was opened */
    int32_t n;       /* the job */
    GByteArray *sealed;
    TalkSendFile why;
    gboolean running, aborted;
    TgSourceFunc func;
    void *user;
};

static TalkSendFile
why_not (const struct stat *what)
{
    return S_ISDIR (what->st_mode)        ? TALK_SEND_FOLDER
           : !S_ISREG (what->st_mode)     ? TALK_SEND_UNREADABLE
           : what->st_size == 0           ? TALK_SEND_EMPTY
           : what->st_size > MEDIA_UP_MAX ? TALK_SEND_LARGE
                                          : TALK_SEND_NONE;
}

static TalkSendFile
why_errno (void)
{
    return errno == ENOENT || errno == ENOTDIR ? TALK_SEND_GONE : TALK_SEND_UNREADABLE;
}

TalkSendFile
tg_source_look (const char *path, TgSourceSeen *seen)
{
    struct stat what;

    *seen = (TgSourceSeen){ 0 };
    if (stat (path, &what) != 0)
        return why_errno ();
    *seen = (TgSourceSeen){ S_ISREG (what.st_mode) ? what.st_size : 0, what.st_dev,
                            what.st_ino };
    return why_not (&what);
}

TgSource *
tg_source_new (TgClient *client, const char *path, const TgSourceSeen *seen,
               GBytes *bytes, const MediaFile *file, TgSourceFunc func, void *user)
{
    uint8_t pad[MEDIA_PAD_LEN];

    if (!crypto_random_fill (crypto_random_system (), pad, sizeof pad))
        return NULL;
    MediaUpload *upload = media_upload_new (file->key, file->iv, file->look.size, pad);
    if (upload == NULL)
        return NULL;
    TgSource *source = g_new0 (TgSource, 1);
    source->host = client->host;
    source->link = tg_link_ref (client->link);
    source->path = g_strdup (path);
    if (path == NULL) {
        size_t len;
        const void *data = g_bytes_get_data (bytes, &len);
        source->bytes = crypto_secret_new (data, len);
    }
    source->upload = upload;
    source->seen = *seen;
    source->parts = media_upload_parts (upload);
    source->fd = -1;
    source->func = func;
    source->user = user;
    return source;
}

static void
source_free (TgSource *source)
{
    if (source->fd >= 0)
        close (source->fd);
    media_upload_free (source->upload);
    g_clear_pointer (&source->sealed, g_byte_array_unref);
    crypto_secret_free (source->bytes);
    tg_link_unref (source->link);
    g_free (source->path);
    g_free (source);
}

MediaUpload *
tg_source_upload (const TgSource *source)
{
    return source->upload;
}

int32_t
tg_source_parts (const TgSource *source)
{
    return source->parts;
}

/* --- on a worker --- */

/* What was looked at before it is opened: to open a device may do something, and a pipe's other
 * end is not waited for. */
static TalkSendFile
open_file (TgSource *source)
{
    TgSourceSeen now;
    TalkSendFile why = tg_source_look (source->path, &now);

    if (why != TALK_SEND_NONE)
        return why;
    source->fd = open (source->path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (source->fd < 0 || fstat (source->fd, &source->was) != 0)
        return why_errno ();
    why = why_not (&source->was);
    if (why != TALK_SEND_NONE)
        return why;
    return source->was.st_size == source->seen.size &&
                   source->was.st_dev == source->seen.device &&
                   source->was.st_ino == source->seen.inode
               ? TALK_SEND_NONE
               : TALK_SEND_CHANGED;
}

/* MT-H7: it is still the file that it was. */
static gboolean
is_same (const TgSource *source)
{
    struct stat is;

    return fstat (source->fd, &is) == 0 && is.st_size == source->was.st_size &&
           is.st_mtim.tv_sec == source->was.st_mtim.tv_sec &&
           is.st_mtim.tv_nsec == source->was.st_mtim.tv_nsec;
}

static TalkSendFile
read_file (TgSource *source, uint8_t *plain, size_t len)
{
    TalkSendFile why = source->fd < 0 ? open_file (source) : TALK_SEND_NONE;
    int64_t offset = media_upload_offset (source->upload, source->n);
    size_t at = 0;

    while (why == TALK_SEND_NONE && at < len) {
        ssize_t n = pread (source->fd, plain + at, len - at, offset + (int64_t)at);
        if (n == 0)
            why = TALK_SEND_CHANGED;
        else if (n < 0 && errno != EINTR)
            why = TALK_SEND_UNREADABLE;
        at += n > 0 ? (size_t)n : 0;
    }
    if (why == TALK_SEND_NONE && !is_same (source))
        why = TALK_SEND_CHANGED;
    return why;
}

static void
work_cb (void *data)
{
    TgSource *source = data;
    size_t len = media_upload_len (source->upload, source->n);
    /* one block more: it never grows */
    g_autoptr (GByteArray) part = g_byte_array_sized_new ((unsigned)len + MEDIA_PAD_LEN);

    source->why = TALK_SEND_NONE;
    g_byte_array_set_size (part, (unsigned)len);
    if (source->bytes != NULL)
        memcpy (part->data,
                source->bytes->data + media_upload_offset (source->upload, source->n),
                len);
    else
        source->why = read_file (source, part->data, len);
    if (source->why == TALK_SEND_NONE &&
        !media_upload_seal (source->upload, source->n, part))
        source->why = TALK_SEND_CHANGED;
    if (source->why == TALK_SEND_NONE)
        source->sealed = g_steal_pointer (&part);
    else
        crypto_wipe (part->data, part->len);
}

/* --- on the loop --- */

static void
done_cb (void *data)
{
    TgSource *source = data;
    TgClient *client = source->link->client;

    source->running = FALSE;
    if (source->aborted || client == NULL || client->dying || client->stopped) {
        if (source->aborted)
            source_free (source);
        return;
    }
    g_auto (TgAct) act = tg_act (client);
    source->func (source->user);
}

void
tg_source_read (TgSource *source, int32_t n)
{
    g_return_if_fail (!source->running);
    g_clear_pointer (&source->sealed, g_byte_array_unref);
    source->n = n;
    source->running = TRUE;
    source->host->ops->work (source->host->self, FALSE, work_cb, done_cb, source);
}

GByteArray *
tg_source_take (TgSource *source)
{
    return g_steal_pointer (&source->sealed);
}

TalkSendFile
tg_source_why (const TgSource *source)
{
    return source->why;
}

void
tg_source_abort (TgSource *source)
{
    if (source == NULL)
        return;
    source->aborted = TRUE;
    if (!source->running)
        source_free (source);
}
