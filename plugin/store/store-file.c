/* Files beside the database (store-file.h). */
#include "store-file.h"

#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK "mark"
#define MARK_SIZE 32              /* bytes; a decimal number and a newline */
#define JOURNAL_KEPT (128 * 1024) /* bytes; a longer one gives its blocks back */

G_DEFINE_QUARK (store_error_quark, store_error)

gboolean
store_directory_sync (const char *directory)
{
    int fd = g_open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    gboolean good = fd >= 0 && fsync (fd) == 0;

    if (fd >= 0)
        close (fd);
    return good;
}

int64_t
store_mark_read (const char *directory)
{
    g_autofree char *path = g_build_filename (directory, MARK, NULL);
    char text[MARK_SIZE + 1] = "";
    char *end;
    int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0);

    if (fd < 0)
        return 0;
    ssize_t len = read (fd, text, MARK_SIZE);
    close (fd);
    int64_t generation = g_ascii_strtoll (text, &end, 10);
    return len > 1 && end != text && *end == '\n' && generation > 0 ? generation : 0;
}

gboolean
store_mark_write (const char *directory, int64_t generation, GError **error)
{
    g_autofree char *path = g_build_filename (directory, MARK, NULL);
    g_autofree char *temporary = g_strconcat (path, ".new", NULL);
    char text[MARK_SIZE];
    int len = g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT "\n", generation);

    g_unlink (temporary);
    int fd =
        g_open (temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    gboolean written = fd >= 0 && write (fd, text, (size_t)len) == len && fsync (fd) == 0;
    if (fd >= 0)
        written &= close (fd) == 0;
    if (!written || g_rename (temporary, path) != 0) {
        g_set_error (error, STORE_ERROR, STORE_ERROR_IO, "%s: %s", path,
                     g_strerror (errno));
        return FALSE;
    }
    store_directory_sync (directory);
    return TRUE;
}

/* A journal that SQLite may still need begins with its magic; one that is done with, with
 * zeros. */
static gboolean
is_done_with (int fd)
{
    uint8_t head[8] = { 0 };
    static const uint8_t none[8] = { 0 };

    return pread (fd, head, sizeof head, 0) >= 0 && memcmp (head, none, sizeof head) == 0;
}

/* Not synced: the next transaction's sync takes the zeros along, the next opening writes
 * them again. Blocks that are given back are zero on the disk before that. */
void
store_journal_wipe (const char *path)
{
    static const uint8_t zeros[16384];
    struct stat st;
    int fd = g_open (path, O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0);

    if (fd < 0)
        return;
    if (is_done_with (fd) && fstat (fd, &st) == 0) {
        for (off_t at = 0; at < st.st_size;) {
            size_t len = (size_t)MIN (st.st_size - at, (off_t)sizeof zeros);
            ssize_t n = pwrite (fd, zeros, len, at);
            if (n <= 0)
                break;
            at += n;
        }
        if (st.st_size > JOURNAL_KEPT && fdatasync (fd) == 0 &&
            ftruncate (fd, JOURNAL_KEPT) != 0)
            g_debug ("[store] the journal stays long: %s", g_strerror (errno));
    }
    close (fd);
}
