/* Three forms of seal.key:
 *
 *   32 raw bytes                                            the key
 *   "purple-mtproto seal.key 1\nsecret-service ID\n"        the secret service has it
 *   "purple-mtproto seal.key 1\nscrypt LOGN R P SALT\nSEALED\n"   sealed by a passphrase
 *
 * A new one is written beside it (.new), synced, read back and renamed. The old one keeps
 * a name (.old) until it is overwritten, so that a crash between the two does not leave
 * the key in free blocks; and it is overwritten only when the new name is on disk, so
 * that a power failure does not leave us with neither. */
#include "store-key-file.h"

#include "crypto-secret.h"
#include "store-file.h"
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME "seal.key"
#define HEAD "purple-mtproto seal.key 1\n"
#define FILE_MAX 512 /* bytes; the longest form has some 220 */

/* 64 MB and some 0.3 s for every guess (OWASP's table of equal costs). */
static const CryptoScrypt cost_now = { 16, 8, 2 };

static gboolean
io_error (GError **error, const char *what)
{
    g_set_error (error, STORE_ERROR, STORE_ERROR_IO, "%s: %s", what, g_strerror (errno));
    return FALSE;
}

static char *
path_of (const char *directory, const char *suffix)
{
    g_autofree char *name = g_strconcat (NAME, suffix, NULL);
    return g_build_filename (directory, name, NULL);
}

/* --- overwriting --- */

static gboolean
overwrite (int fd)
{
    static const uint8_t zeros[4096];
    struct stat st;

    if (fstat (fd, &st) != 0 || !S_ISREG (st.st_mode))
        return FALSE;
    for (off_t at = 0; at < st.st_size;) {
        ssize_t n = pwrite (fd, zeros, MIN ((size_t)(st.st_size - at), sizeof zeros), at);
        if (n <= 0)
            return FALSE;
        at += n;
    }
    return fsync (fd) == 0;
}

gboolean
store_file_wipe (const char *path)
{
    int fd = g_open (path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0);

    if (fd >= 0) {
        overwrite (fd);
        close (fd);
    }
    return g_unlink (path) == 0 || errno == ENOENT;
}

static gboolean
same_file (const char *a, const char *b)
{
    struct stat sa, sb;
    return lstat (a, &sa) == 0 && lstat (b, &sb) == 0 && sa.st_dev == sb.st_dev &&
           sa.st_ino == sb.st_ino;
}

/* What a crash left: an unfinished file, and the one before, which may still be the one.
 */
static void
clean_up (const char *directory)
{
    g_autofree char *path = path_of (directory, "");
    g_autofree char *unfinished = path_of (directory, ".new");
    g_autofree char *before = path_of (directory, ".old");

    if (g_access (unfinished, F_OK) == 0)
        store_file_wipe (unfinished);
    if (g_access (before, F_OK) != 0)
        return;
    if (same_file (path, before))
        g_unlink (before);
    else if (store_directory_sync (directory))
        store_file_wipe (before);
}

/* --- text --- */

static void
to_hex (const uint8_t *data, size_t len, char *out)
{
    for (size_t i = 0; i < len; i++)
        snprintf (out + 2 * i, 3, "%02x", data[i]);
}

static void
from_hex (const char *hex, size_t len, uint8_t *out)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)(g_ascii_xdigit_value (hex[2 * i]) << 4 |
                           g_ascii_xdigit_value (hex[2 * i + 1]));
}

/* What stands before the sealed key, and is authenticated with it. */
static char *
scrypt_head (const StoreKeyFile *file)
{
    char salt[2 * sizeof file->salt + 1];

    to_hex (file->salt, sizeof file->salt, salt);
    return g_strdup_printf (HEAD "scrypt %u %u %u %s\n", file->cost.log_n, file->cost.r,
                            file->cost.p, salt);
}

static CryptoSecret *
render (const StoreKeyFile *file)
{
    g_autofree char *text = NULL;

    if (file->place == STORE_PLACE_FILE)
        return crypto_secret_new (file->key, sizeof file->key);
    if (file->place == STORE_PLACE_SERVICE) {
        text = g_strdup_printf (HEAD "secret-service %s\n", file->id);
    } else {
        char sealed[2 * sizeof file->sealed + 1];
        g_autofree char *head = scrypt_head (file);
        to_hex (file->sealed, sizeof file->sealed, sealed);
        text = g_strdup_printf ("%s%s\n", head, sealed);
    }
    return crypto_secret_new (text, strlen (text));
}

/* Strict: a text that we would not write like this is damaged. `text` ends with a NUL. */
static gboolean
parse (const uint8_t *text, size_t len, StoreKeyFile *file)
{
    char salt[2 * sizeof file->salt + 1], sealed[2 * sizeof file->sealed + 1];
    const char *line = (const char *)text + strlen (HEAD);

    if (len == sizeof file->key) {
        file->place = STORE_PLACE_FILE;
        memcpy (file->key, text, len);
        return TRUE;
    }
    if (len < strlen (HEAD) || memcmp (text, HEAD, strlen (HEAD)) != 0)
        return FALSE;
    if (sscanf (line, "secret-service %32[0-9a-f]", file->id) == 1) {
        file->place = STORE_PLACE_SERVICE;
    } else if (sscanf (line, "scrypt %u %u %u %32[0-9a-f] %120[0-9a-f]",
                       &file->cost.log_n, &file->cost.r, &file->cost.p, salt,
                       sealed) == 5 &&
               strlen (salt) == sizeof salt - 1 && strlen (sealed) == sizeof sealed - 1) {
        file->place = STORE_PLACE_PASSPHRASE;
        from_hex (salt, sizeof file->salt, file->salt);
        from_hex (sealed, sizeof file->sealed, file->sealed);
    } else {
        return FALSE;
    }
    g_autoptr (CryptoSecret) again = render (file);
    return again->len == len && memcmp (again->data, text, len) == 0;
}

/* --- the file --- */

gboolean
store_key_file_read (const char *directory, StoreKeyFile *file, GError **error)
{
    g_autofree char *path = path_of (directory, "");
    g_autoptr (CryptoSecret) text = crypto_secret_new (NULL, FILE_MAX + 1);

    memset (file, 0, sizeof *file);
    int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0);
    if (fd < 0 && errno == ENOENT)
        return TRUE;
    if (fd < 0)
        return io_error (error, path);
    ssize_t len = read (fd, text->data, FILE_MAX);
    close (fd);
    if (len < 0)
        return io_error (error, path);
    if (!parse (text->data, (size_t)len, file)) {
        g_set_error (error, STORE_ERROR, STORE_ERROR_KEY, "%s is damaged", path);
        return FALSE;
    }
    clean_up (directory);
    return TRUE;
}

static gboolean
write_new (const char *path, const CryptoSecret *text, GError **error)
{
    g_autoptr (CryptoSecret) again = crypto_secret_new (NULL, text->len + 1);

    store_file_wipe (path);
    int fd = g_open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return io_error (error, path);
    errno = EIO;
    gboolean good = write (fd, text->data, text->len) == (ssize_t)text->len &&
                    fsync (fd) == 0 &&
                    pread (fd, again->data, again->len, 0) == (ssize_t)text->len &&
                    memcmp (again->data, text->data, text->len) == 0;
    if (!good)
        io_error (error, path);
    close (fd);
    return good;
}

gboolean
store_key_file_write (const char *directory, const StoreKeyFile *file, GError **error)
{
    g_autofree char *path = path_of (directory, "");
    g_autofree char *unfinished = path_of (directory, ".new");
    g_autofree char *before = path_of (directory, ".old");
    g_autoptr (CryptoSecret) text = render (file);

    if (!write_new (unfinished, text, error)) {
        store_file_wipe (unfinished);
        return FALSE;
    }
    int old = g_open (path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0);
    if (old >= 0 && link (path, before) != 0)
        g_debug ("no second name for %s: %s", path, g_strerror (errno));
    gboolean good = g_rename (unfinished, path) == 0 || io_error (error, path);
    if (good && store_directory_sync (directory) && old >= 0) {
        overwrite (old);
        g_unlink (before);
    }
    if (old >= 0)
        close (old);
    return good;
}

/* --- the passphrase --- */

gboolean
store_key_file_wrap (StoreKeyFile *file, const uint8_t key[static 32],
                     const char *passphrase, GError **error)
{
    uint8_t wrapping[32];

    file->place = STORE_PLACE_PASSPHRASE;
    file->cost = cost_now;
    gboolean good =
        crypto_random_fill (crypto_random_system (), file->salt, sizeof file->salt) &&
        crypto_scrypt (&file->cost, passphrase, file->salt, sizeof file->salt, wrapping,
                       sizeof wrapping);
    if (good) {
        g_autofree char *head = scrypt_head (file);
        good = crypto_seal (wrapping, head, strlen (head), key, STORE_KEY_SIZE,
                            file->sealed);
    }
    crypto_wipe (wrapping, sizeof wrapping);
    if (!good)
        g_set_error (error, STORE_ERROR, STORE_ERROR_IO, "the key could not be sealed");
    return good;
}

gboolean
store_key_file_unwrap (const StoreKeyFile *file, const char *passphrase,
                       uint8_t key[static 32])
{
    g_autofree char *head = scrypt_head (file);
    uint8_t wrapping[32];
    gboolean good = crypto_scrypt (&file->cost, passphrase, file->salt, sizeof file->salt,
                                   wrapping, sizeof wrapping) &&
                    crypto_unseal (wrapping, head, strlen (head), file->sealed,
                                   sizeof file->sealed, key);

    crypto_wipe (wrapping, sizeof wrapping);
    return good;
}
