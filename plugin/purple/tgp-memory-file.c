/* See tgp-memory-file.h. Each is locked by the program that it belongs to, so that another one, or
 * the next start, knows which are nobody's any more. */
#include "tgp-memory-file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define FOLDER "purple-mtproto"
#define TMPFS 0x01021994
#define RAMFS 0x858458f6

struct TgpMemoryFile {
    char *path;
    int fd;
    size_t len;
};

/* Ours, nobody else's, and memory; made where there is none. -1: there is no such place. */
static int
open_folder (gboolean make, char **path)
{
    const char *runtime = g_getenv ("XDG_RUNTIME_DIR");
    struct stat st;
    struct statfs fs;

    if (runtime == NULL || !g_path_is_absolute (runtime))
        return -1;
    *path = g_build_filename (runtime, FOLDER, NULL);
    if (make)
        mkdir (*path, 0700); /* what is there is looked at below */
    int fd = open (*path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return -1;
    if (fstat (fd, &st) == 0 && st.st_uid == geteuid () && (st.st_mode & 077) == 0 &&
        fstatfs (fd, &fs) == 0 &&
        ((unsigned long)fs.f_type == TMPFS || (unsigned long)fs.f_type == RAMFS))
        return fd;
    close (fd);
    return -1;
}

gboolean
tgp_memory_write (int fd, const uint8_t *data, size_t len)
{
    for (size_t at = 0; at < len;) {
        ssize_t n = write (fd, data + at, len - at);
        if (n < 0 && errno != EINTR)
            return FALSE;
        at += n > 0 ? (size_t)n : 0;
    }
    return TRUE;
}

/* Whoever still has it open reads nothing. */
static void
overwrite (int fd, size_t len)
{
    static const uint8_t zeros[65536];

    if (lseek (fd, 0, SEEK_SET) == 0)
        for (size_t at = 0; at < len; at += sizeof zeros)
            if (!tgp_memory_write (fd, zeros, MIN (sizeof zeros, len - at)))
                break;
    if (ftruncate (fd, 0) != 0)
        return; /* then its pages go with its name */
}

TgpMemoryFile *
tgp_memory_file_new (const uint8_t *data, size_t len, const char *ending)
{
    g_autofree char *folder = NULL;
    g_autofree char *name =
        g_strdup_printf ("%08x%08x%08x%08x%s", g_random_int (), g_random_int (),
                         g_random_int (), g_random_int (), ending);
    int dir = open_folder (TRUE, &folder);

    if (dir < 0)
        return NULL;
    int fd = openat (dir, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    gboolean ours = fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) == 0;
    if (ours && tgp_memory_write (fd, data, len)) {
        close (dir);
        TgpMemoryFile *file = g_new (TgpMemoryFile, 1);
        *file = (TgpMemoryFile){ g_build_filename (folder, name, NULL), fd, len };
        return file;
    }
    if (ours)
        overwrite (fd, len);
    if (fd >= 0) {
        unlinkat (dir, name, 0);
        close (fd);
    }
    close (dir);
    return NULL;
}

const char *
tgp_memory_file_path (const TgpMemoryFile *file)
{
    return file->path;
}

gboolean
tgp_memory_file_lives (const TgpMemoryFile *file)
{
    struct stat ours, there;

    return fstat (file->fd, &ours) == 0 && lstat (file->path, &there) == 0 &&
           ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

void
tgp_memory_file_free (TgpMemoryFile *file)
{
    struct stat st;

    if (fstat (file->fd, &st) == 0 && (size_t)st.st_size > file->len)
        file->len = (size_t)st.st_size; /* somebody made it longer */
    overwrite (file->fd, file->len);
    unlink (file->path);
    close (file->fd);
    g_free (file->path);
    g_free (file);
}

void
tgp_memory_file_sweep (void)
{
    g_autofree char *folder = NULL;
    int dir = open_folder (FALSE, &folder);
    g_autoptr (GDir) names = dir >= 0 ? g_dir_open (folder, 0, NULL) : NULL;
    const char *name;
    struct stat st;

    while (names != NULL && (name = g_dir_read_name (names)) != NULL) {
        int fd = openat (dir, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (fd < 0)
            continue;
        if (fstat (fd, &st) == 0 && S_ISREG (st.st_mode) &&
            flock (fd, LOCK_EX | LOCK_NB) == 0) {
            overwrite (fd, (size_t)st.st_size);
            unlinkat (dir, name, 0);
        }
        close (fd);
    }
    if (dir >= 0)
        close (dir);
}
