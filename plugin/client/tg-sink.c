/* See tg-sink.h. */
#include "tg-sink.h"

#include "crypto-secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAMES_MAX 1000 /* "name (1000)" is tried last */

struct TgSink {
    const Host *host;
    TgLink *link;
    char *folder, *name;
    char *temporary; /* path; NULL: it has no name, or is finished */
    char *path;      /* when finished */
    int fd;
    uint8_t *data;
    size_t len;
    gboolean finish; /* the job: else data are written */
    gboolean running, aborted, done;
    gboolean told; /* that it is finished */
    char *error;
    TgSinkFunc func;
    void *user;
};

TgSink *
tg_sink_new (TgClient *client, const char *folder, const char *name, TgSinkFunc func,
             void *user)
{
    TgSink *sink = g_new0 (TgSink, 1);

    sink->host = client->host;
    sink->link = tg_link_ref (client->link);
    sink->folder = g_strdup (folder);
    sink->name = g_strdup (name);
    sink->fd = -1;
    sink->func = func;
    sink->user = user;
    return sink;
}

static void
forget_data (TgSink *sink)
{
    if (sink->data != NULL)
        crypto_wipe (sink->data, sink->len);
    g_clear_pointer (&sink->data, g_free);
    sink->len = 0;
}

/* What was not finished goes, or was not wanted any more meanwhile. Of what is large that takes
 * its time. */
static void
discard (TgSink *sink)
{
    if (sink->fd >= 0)
        close (sink->fd);
    sink->fd = -1;
    if (sink->temporary != NULL)
        unlink (sink->temporary);
    g_clear_pointer (&sink->temporary, g_free);
    if (sink->path != NULL && !sink->told)
        unlink (sink->path);
    g_clear_pointer (&sink->path, g_free);
}

static void
sink_free (TgSink *sink)
{
    discard (sink);
    forget_data (sink);
    tg_link_unref (sink->link);
    g_free (sink->folder);
    g_free (sink->name);
    g_free (sink->error);
    g_free (sink);
}

/* --- on a worker --- */

static gboolean
fail (TgSink *sink)
{
    sink->error = g_strdup (g_strerror (errno));
    return FALSE;
}

static char *
own_path (const TgSink *sink)
{
    return g_strdup_printf ("/proc/self/fd/%d", sink->fd);
}

/* That a process which is killed leaves nothing: without a name, where the file system knows
 * such files and they can be given one; else under a temporary one. */
static gboolean
open_file (TgSink *sink)
{
    if (sink->fd >= 0)
        return TRUE;
    g_autofree char *path = g_build_filename (sink->folder, ".mtproto-XXXXXX", NULL);
    sink->fd = open (sink->folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    g_autofree char *own = own_path (sink);
    if (sink->fd >= 0 && access (own, F_OK) == 0)
        return TRUE;
    if (sink->fd >= 0)
        close (sink->fd);
    sink->fd = g_mkstemp_full (path, O_WRONLY | O_CLOEXEC, 0600);
    if (sink->fd < 0)
        return fail (sink);
    sink->temporary = g_steal_pointer (&path);
    return TRUE;
}

static gboolean
write_all (TgSink *sink)
{
    size_t at = 0;

    if (!open_file (sink))
        return FALSE;
    while (at < sink->len) {
        ssize_t n = write (sink->fd, sink->data + at, sink->len - at);
        if (n < 0 && errno != EINTR)
            return fail (sink);
        at += n > 0 ? (size_t)n : 0;
    }
    return TRUE;
}

/* FALSE: errno says why; EEXIST: that name is somebody's. */
static gboolean
put_at (TgSink *sink, const char *path)
{
    if (sink->temporary == NULL) {
        g_autofree char *own = own_path (sink);
        return linkat (AT_FDCWD, own, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0;
    }
    int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return FALSE;
    close (fd); /* it is ours, and empty */
    if (rename (sink->temporary, path) == 0) {
        g_clear_pointer (&sink->temporary, g_free);
        return TRUE;
    }
    int why = errno;
    unlink (path);
    errno = why;
    return FALSE;
}

/* Under a name that nobody has: "photo.jpg", "photo (2).jpg". NULL: errno says why. */
static char *
take_name (TgSink *sink)
{
    const char *dot = strrchr (sink->name, '.');
    int stem = dot != NULL && dot > sink->name ? (int)(dot - sink->name)
                                               : (int)strlen (sink->name);

    for (int i = 1; i <= NAMES_MAX; i++) {
        g_autofree char *name = i == 1 ? g_strdup (sink->name)
                                       : g_strdup_printf ("%.*s (%d)%s", stem, sink->name,
                                                          i, sink->name + stem);
        g_autofree char *path = g_build_filename (sink->folder, name, NULL);
        if (put_at (sink, path))
            return g_steal_pointer (&path);
        if (errno != EEXIST)
            return NULL;
    }
    return NULL;
}

static gboolean
shut (TgSink *sink)
{
    int fd = sink->fd;

    sink->fd = -1;
    return fd < 0 || close (fd) == 0;
}

static gboolean
finish (TgSink *sink)
{
    if (!open_file (sink)) /* of no byte */
        return FALSE;
    if (fsync (sink->fd) != 0 || (sink->temporary != NULL && !shut (sink)))
        return fail (sink);
    sink->path = take_name (sink);
    if (sink->path == NULL)
        return fail (sink);
    shut (sink); /* all of it was written */
    return TRUE;
}

static void
work_cb (void *data)
{
    TgSink *sink = data;

    if (sink->finish)
        finish (sink);
    else
        write_all (sink);
    sink->done = TRUE;
}

static void
discard_cb (void *data)
{
    discard (data);
}

/* --- on the loop --- */

static void
discarded_cb (void *data)
{
    sink_free (data);
}

/* On a worker, but at the program's end. */
static void
let_go (TgSink *sink)
{
    const TgClient *client = sink->link->client;
    gboolean clean =
        sink->fd < 0 && sink->temporary == NULL && (sink->path == NULL || sink->told);

    if (clean || client == NULL || client->dying)
        sink_free (sink);
    else
        sink->host->ops->work (sink->host->self, FALSE, discard_cb, discarded_cb, sink);
}

static void
done_cb (void *data)
{
    TgSink *sink = data;
    TgClient *client = sink->link->client;

    sink->running = FALSE;
    forget_data (sink);
    if (sink->aborted || client == NULL || client->dying || client->stopped) {
        if (sink->aborted)
            let_go (sink);
        return;
    }
    sink->told = sink->path != NULL;
    g_auto (TgAct) act = tg_act (client);
    sink->func (sink->user, sink->done ? sink->error : "");
}

static void
start (TgSink *sink)
{
    sink->running = TRUE;
    sink->done = FALSE;
    sink->host->ops->work (sink->host->self, FALSE, work_cb, done_cb, sink);
}

void
tg_sink_rename (TgSink *sink, const char *name)
{
    g_return_if_fail (!sink->running && !sink->finish);
    g_free (sink->name);
    sink->name = g_strdup (name);
}

void
tg_sink_write (TgSink *sink, uint8_t *data, size_t len)
{
    g_return_if_fail (!sink->running);
    sink->data = data;
    sink->len = len;
    start (sink);
}

void
tg_sink_finish (TgSink *sink)
{
    g_return_if_fail (!sink->running);
    sink->finish = TRUE;
    start (sink);
}

const char *
tg_sink_path (const TgSink *sink)
{
    return sink->path;
}

void
tg_sink_abort (TgSink *sink)
{
    if (sink == NULL)
        return;
    sink->aborted = TRUE;
    if (!sink->running)
        let_go (sink);
}
