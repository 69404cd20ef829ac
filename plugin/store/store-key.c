/* The sealing key's file: written whole under another name, synced, then renamed. */
#include "store-key.h"

#include "crypto-secret.h"
#include "store-file.h"
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define KEY_SIZE 32

static gboolean
io_error (GError **error, const char *what)
{
    g_set_error (error, STORE_ERROR, STORE_ERROR_IO, "%s: %s", what, g_strerror (errno));
    return FALSE;
}

static gboolean
make_key (const char *directory, const char *path, uint8_t key[static 32], GError **error)
{
    g_autofree char *temporary = g_strconcat (path, ".new", NULL);

    if (!crypto_random_fill (crypto_random_system (), key, KEY_SIZE)) {
        errno = EIO;
        return io_error (error, "random source");
    }
    g_unlink (temporary);
    int fd =
        g_open (temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return io_error (error, temporary);
    gboolean written = write (fd, key, KEY_SIZE) == KEY_SIZE && fsync (fd) == 0;
    if (close (fd) != 0 || !written || g_rename (temporary, path) != 0)
        return io_error (error, path);
    store_sync_directory (directory);
    return TRUE;
}

gboolean
store_key_load (const char *directory, uint8_t key[static 32], GError **error)
{
    g_autofree char *path = g_build_filename (directory, "seal.key", NULL);
    uint8_t more;

    if (g_mkdir_with_parents (directory, 0700) != 0 || g_chmod (directory, 0700) != 0)
        return io_error (error, directory);
    int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0);
    if (fd < 0 && errno == ENOENT)
        return make_key (directory, path, key, error);
    if (fd < 0)
        return io_error (error, path);
    gboolean whole = read (fd, key, KEY_SIZE) == KEY_SIZE && read (fd, &more, 1) == 0;
    close (fd);
    if (!whole)
        g_set_error (error, STORE_ERROR, STORE_ERROR_KEY, "%s is damaged", path);
    return whole;
}
