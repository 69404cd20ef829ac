/* Where the sealing key lives: moves between places, refusals, and a crash at every step.
 * The secret service is one of our own, in memory shared with the processes that crash.
 */
#include "store-key-file.h"
#include "store-secret-service.h"
#include "store.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define ENTRIES 8
#define CRASHED 9

typedef struct {
    gboolean running, locked, forgetful, changes;
    int asked; /* the user, to unlock */
    struct {
        char id[33];
        uint8_t key[32];
    } entries[ENTRIES];
} Service;

static Service *service;
static int steps_left; /* calls that change something until the process ends; 0 = never */

static void
step (void)
{
    if (steps_left > 0 && --steps_left == 0)
        _exit (CRASHED);
}

/* --- calls that change a disk --- */

#define WRAP(type, name, params, args)                                                   \
    type __real_##name params;                                                           \
    type __wrap_##name params;                                                           \
    type __wrap_##name params                                                            \
    {                                                                                    \
        step ();                                                                         \
        return __real_##name args;                                                       \
    }

WRAP (int, fsync, (int fd), (fd))
WRAP (int, rename, (const char *from, const char *to), (from, to))
WRAP (int, link, (const char *from, const char *to), (from, to))
WRAP (int, unlink, (const char *path), (path))
WRAP (ssize_t, pwrite64, (int fd, const void *data, size_t len, off_t at),
      (fd, data, len, at))

/* What is written asks for 64 MB a guess; here a guess is cheap. */
gboolean __real_crypto_scrypt (const CryptoScrypt *cost, const char *passphrase,
                               const void *salt, size_t salt_len, uint8_t *out,
                               size_t len);
gboolean __wrap_crypto_scrypt (const CryptoScrypt *cost, const char *passphrase,
                               const void *salt, size_t salt_len, uint8_t *out,
                               size_t len);
gboolean
__wrap_crypto_scrypt (const CryptoScrypt *cost, const char *passphrase, const void *salt,
                      size_t salt_len, uint8_t *out, size_t len)
{
    return __real_crypto_scrypt (&(CryptoScrypt){ 4, 8, 1 }, passphrase, salt, salt_len,
                                 out, len);
}

/* --- the service --- */

static int
find (const char *id)
{
    for (int i = 0; i < ENTRIES; i++)
        if (g_str_equal (service->entries[i].id, id))
            return i;
    return -1;
}

static unsigned
entries (void)
{
    unsigned n = 0;

    for (int i = 0; i < ENTRIES; i++)
        n += service->entries[i].id[0] != '\0';
    return n;
}

static gboolean
answers (GError **error)
{
    if (!service->running || service->locked)
        g_set_error (error, STORE_ERROR, STORE_ERROR_SERVICE, "no answer");
    service->asked += service->running && service->locked;
    return service->running && !service->locked;
}

gboolean
store_service_usable (GCancellable *cancel)
{
    return service->running && !service->locked;
}

gboolean
store_service_store (const char *id, const char *label, const uint8_t key[static 32],
                     GCancellable *cancel, GError **error)
{
    int i = find ("");

    g_assert_cmpstr (label, ==, "label");
    g_assert_cmpint (i, >=, 0);
    if (!answers (error))
        return FALSE;
    step ();
    g_strlcpy (service->entries[i].id, service->forgetful ? "" : id, 33);
    memcpy (service->entries[i].key, key, 32);
    service->entries[i].key[0] ^= service->changes;
    step ();
    return TRUE;
}

gboolean
store_service_lookup (const char *id, uint8_t key[static 32], GCancellable *cancel,
                      GError **error)
{
    int i = find (id);

    if (!answers (error))
        return FALSE;
    if (i >= 0)
        memcpy (key, service->entries[i].key, 32);
    else
        g_set_error (error, STORE_ERROR, STORE_ERROR_SERVICE, "not there");
    return i >= 0;
}

gboolean
store_service_clear (const char *id, GCancellable *cancel, GError **error)
{
    int i = find (id);

    if (!answers (error))
        return FALSE;
    step ();
    if (i >= 0)
        memset (&service->entries[i], 0, sizeof service->entries[i]);
    step ();
    return TRUE;
}

/* --- fixture --- */

typedef struct {
    char *directory, *path;
    StoreKeyWish wish;
    uint8_t key[32], again[32];
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
    f->directory = g_dir_make_tmp ("store-key-XXXXXX", NULL);
    f->path = g_build_filename (f->directory, "seal.key", NULL);
    f->wish.label = "label";
    memset (service, 0, sizeof *service);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
    g_autoptr (GDir) dir = g_dir_open (f->directory, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name (dir)) != NULL) {
        g_autofree char *path = g_build_filename (f->directory, name, NULL);
        g_unlink (path);
    }
    g_rmdir (f->directory);
    g_free (f->directory);
    g_free (f->path);
}

static void
loads (Fixture *f)
{
    GError *error = NULL;

    memset (f->again, 0, 32);
    store_key_load (f->directory, &f->wish, f->again, &error);
    g_assert_no_error (error);
    g_assert_cmpmem (f->key, 32, f->again, 32);
}

static void
makes (Fixture *f)
{
    g_assert_true (store_key_load (f->directory, &f->wish, f->key, NULL));
    loads (f);
}

/* Refused with `code`, and not a byte of the directory or an entry of the service
 * changes. */
static void
refuses (Fixture *f, int code)
{
    g_autofree char *before = NULL, *after = NULL;
    g_autoptr (GError) error = NULL;
    size_t before_len = 0, after_len = 0;
    unsigned n = entries ();
    uint8_t key[32];

    g_file_get_contents (f->path, &before, &before_len, NULL);
    g_assert_false (store_key_load (f->directory, &f->wish, key, &error));
    g_assert_error (error, STORE_ERROR, code);
    g_file_get_contents (f->path, &after, &after_len, NULL);
    g_assert_cmpmem (before, before_len, after, after_len);
    g_assert_cmpuint (entries (), ==, n);
}

/* Whether the key's bytes are in a file of the directory; and that only seal.key is
 * there. */
static gboolean
lies_open (Fixture *f)
{
    g_autoptr (GDir) dir = g_dir_open (f->directory, 0, NULL);
    gboolean found = FALSE;
    const char *name;

    while ((name = g_dir_read_name (dir)) != NULL) {
        g_autofree char *path = g_build_filename (f->directory, name, NULL);
        g_autofree char *text = NULL;
        size_t len;
        struct stat st;
        g_assert_cmpstr (name, ==, "seal.key");
        g_assert_cmpint (stat (path, &st), ==, 0);
        g_assert_cmpint (st.st_mode & 0777, ==, 0600);
        g_assert_true (g_file_get_contents (path, &text, &len, NULL));
        found = found || memmem (text, len, f->key, 32) != NULL;
    }
    return found;
}

/* --- stories --- */

/* SC-L11: mode 0600; a damaged file is an error, not a reason for a new key */
static void
makes_a_key_once (Fixture *f, gconstpointer data)
{
    makes (f);
    g_assert_true (lies_open (f));
    g_assert_cmpint (truncate (f->path, 31), ==, 0);
    refuses (f, STORE_ERROR_KEY);
    g_assert_true (g_file_set_contents (
        f->path, "purple-mtproto seal.key 2\nsecret-service 00\n", -1, NULL));
    refuses (f, STORE_ERROR_KEY);
}

/* Never a new key over what another one sealed */
static void
makes_none_beside_a_store (Fixture *f, gconstpointer data)
{
    g_autofree char *store = g_build_filename (f->directory, "store.db", NULL);

    g_assert_true (g_file_set_contents (store, "x", 1, NULL));
    refuses (f, STORE_ERROR_KEY);
    g_assert_false (g_file_test (f->path, G_FILE_TEST_EXISTS));
}

/* SC-L11: into the service at the next start where one runs, and back */
static void
moves_with_the_wish (Fixture *f, gconstpointer data)
{
    f->wish.service = TRUE;
    makes (f);
    g_assert_true (lies_open (f)); /* none runs yet */
    service->running = service->locked = TRUE;
    loads (f);
    g_assert_true (lies_open (f));
    g_assert_cmpint (service->asked, ==, 0); /* it can wait */
    service->locked = FALSE;
    loads (f);
    g_assert_false (lies_open (f));
    g_assert_cmpuint (entries (), ==, 1);
    loads (f);
    g_assert_cmpuint (entries (), ==, 1);
    f->wish.service = FALSE;
    loads (f);
    g_assert_true (lies_open (f));
    g_assert_cmpuint (entries (), ==, 0);
}

static void
starts_in_the_service (Fixture *f, gconstpointer data)
{
    f->wish.service = service->running = TRUE;
    makes (f);
    g_assert_false (lies_open (f));
    service->running = FALSE;
    refuses (f, STORE_ERROR_SERVICE);
    service->running = service->locked = TRUE;
    refuses (f, STORE_ERROR_SERVICE);
    service->locked = FALSE;
    loads (f);
    memset (service->entries, 0, sizeof service->entries);
    refuses (f, STORE_ERROR_SERVICE);
}

/* What does not come back as it was given is not believed. */
static void
distrusts_a_service (Fixture *f, gconstpointer data)
{
    f->wish.service = service->running = service->forgetful = TRUE;
    makes (f);
    g_assert_true (lies_open (f));
    service->forgetful = FALSE;
    service->changes = TRUE;
    loads (f);
    g_assert_true (lies_open (f));
    g_assert_cmpuint (entries (), ==, 0);
}

static void
asks_for_a_passphrase (Fixture *f, gconstpointer data)
{
    f->wish.service = service->running = TRUE;
    makes (f);
    g_assert_true (
        store_key_set_passphrase (f->directory, &f->wish, f->key, "correct horse", NULL));
    g_assert_false (lies_open (f));
    g_assert_cmpuint (entries (), ==, 0);
    refuses (f, STORE_ERROR_PASSPHRASE);
    f->wish.passphrase = "correct hors";
    refuses (f, STORE_ERROR_PASSPHRASE);
    f->wish.passphrase = "correct horse";
    loads (f);
    g_assert_cmpuint (entries (), ==, 0); /* it stays sealed */
    g_assert_true (
        store_key_set_passphrase (f->directory, &f->wish, f->key, "battery", NULL));
    refuses (f, STORE_ERROR_PASSPHRASE);
    g_assert_true (store_key_set_passphrase (f->directory, &f->wish, f->key, NULL, NULL));
    g_assert_cmpuint (entries (), ==, 1);
    g_assert_false (lies_open (f));
    f->wish.passphrase = NULL;
    loads (f);
    f->wish.service = FALSE;
    loads (f);
    g_assert_true (
        store_key_set_passphrase (f->directory, &f->wish, f->key, "again", NULL));
    g_assert_false (lies_open (f));
    g_assert_true (store_key_set_passphrase (f->directory, &f->wish, f->key, NULL, NULL));
    g_assert_true (lies_open (f));
}

/* A cost that was made cheaper, or another salt, does not open: they are sealed with the
 * key. */
static void
notices_a_doctored_file (Fixture *f, gconstpointer data)
{
    g_autofree char *text = NULL;
    size_t len;

    makes (f);
    g_assert_true (store_key_set_passphrase (f->directory, &f->wish, f->key, "x", NULL));
    g_assert_true (g_file_get_contents (f->path, &text, &len, NULL));
    f->wish.passphrase = "x";
    char *digit = strstr (text, "scrypt 16 8 2 "); /* what users get */
    g_assert_nonnull (digit);
    digit += strlen ("scrypt 16 8 2 ");
    *digit = *digit == '0' ? '1' : '0';
    g_assert_true (g_file_set_contents (f->path, text, (gssize)len, NULL));
    refuses (f, STORE_ERROR_PASSPHRASE);
    g_assert_true (g_file_set_contents (f->path, text, (gssize)len - 2, NULL));
    refuses (f, STORE_ERROR_KEY);
    g_autofree char *longer = g_strconcat (text, "more\n", NULL);
    g_assert_true (g_file_set_contents (f->path, longer, -1, NULL));
    refuses (f, STORE_ERROR_KEY);
}

/* DECISIONS 13: sealed by the token from the first moment, whatever lay there before */
static void
is_sealed_by_a_token (Fixture *f, gconstpointer data)
{
    makes (f);
    g_assert_true (lies_open (f));
    f->wish.token = "token";
    f->wish.service = service->running = TRUE;
    loads (f);
    g_assert_false (lies_open (f));
    g_assert_cmpuint (entries (), ==, 0);
    f->wish.token = "another";
    f->wish.passphrase = "token"; /* the token alone counts */
    refuses (f, STORE_ERROR_PASSPHRASE);
    g_assert_cmpint (unlink (f->path), ==, 0);
    makes (f);
    g_assert_false (lies_open (f));
    g_assert_cmpint (unlink (f->path), ==, 0);
    f->wish.token = NULL;
    makes (f);
    f->wish.token = "another";
    refuses (f, STORE_ERROR_SERVICE);
}

/* --- crashes --- */

/* One move: from what `prepare` made to what `act` does. */
typedef struct {
    void (*prepare) (Fixture *f);
    void (*act) (Fixture *f);
} Move;

static void
in_file (Fixture *f)
{
    f->wish.service = service->running = FALSE;
    makes (f);
}

static void
in_service (Fixture *f)
{
    f->wish.service = service->running = TRUE;
    makes (f);
}

static void
sealed (Fixture *f)
{
    in_file (f);
    f->wish.passphrase = "x";
    g_assert_true (store_key_set_passphrase (f->directory, &f->wish, f->key, "x", NULL));
}

static void
to_service (Fixture *f)
{
    f->wish.service = service->running = TRUE;
    store_key_load (f->directory, &f->wish, f->again, NULL);
}

static void
to_file (Fixture *f)
{
    f->wish.service = FALSE;
    store_key_load (f->directory, &f->wish, f->again, NULL);
}

static void
to_passphrase (Fixture *f)
{
    store_key_set_passphrase (f->directory, &f->wish, f->key, "x", NULL);
}

static void
from_passphrase (Fixture *f)
{
    store_key_set_passphrase (f->directory, &f->wish, f->key, NULL, NULL);
}

static const Move moves[] = { { in_file, to_service },
                              { in_service, to_file },
                              { in_file, to_passphrase },
                              { in_service, to_passphrase },
                              { sealed, from_passphrase } };

/* The move ends at its n-th step: TRUE. FALSE when it has fewer steps. */
static gboolean
crashes_at (Fixture *f, const Move *move, int n)
{
    int status;
    pid_t child = fork ();

    if (child == 0) {
        steps_left = n;
        move->act (f);
        _exit (0);
    }
    g_assert_cmpint (waitpid (child, &status, 0), ==, child);
    g_assert_true (WIFEXITED (status));
    return WEXITSTATUS (status) == CRASHED;
}

/* Whether the key's bytes are still where seal.key was under another name. */
static gboolean
lies_where_it_was (Fixture *f, const char *other_name)
{
    g_autofree char *text = NULL;
    size_t len;

    g_assert_true (g_file_get_contents (other_name, &text, &len, NULL));
    g_assert_cmpint (unlink (other_name), ==, 0);
    return memmem (text, len, f->key, 32) != NULL;
}

/* SC-L11, SC-L12: the key is there after a crash at any point, and once it has moved,
 * nowhere else, its old blocks included */
static void
survives_crashes (Fixture *f, gconstpointer data)
{
    const Move *move = data;
    g_autofree char *other_name = g_strconcat (f->directory, "-link", NULL);
    int n = 1;

    for (gboolean crashed = TRUE; crashed; n++) {
        move->prepare (f);
        g_assert_cmpint (link (f->path, other_name), ==, 0);
        crashed = crashes_at (f, move, n);
        f->wish.passphrase = "x";
        service->running = TRUE;
        loads (f);
        lies_open (f); /* there is nothing but seal.key again */
        move->act (f);
        f->wish.service = move->act == to_service || move->prepare == in_service;
        if (move->act == to_file)
            f->wish.service = FALSE;
        loads (f);
        g_assert_cmpint (lies_open (f), ==,
                         move->act == to_file || move->act == from_passphrase);
        g_assert_false (lies_where_it_was (f, other_name));
        f->wish.passphrase = NULL;
        g_assert_cmpint (unlink (f->path), ==, 0);
        memset (service, 0, sizeof *service);
    }
    g_assert_cmpint (n, >, 6);
}

/* SC-L12: the key is overwritten where it lay before */
static void
overwrites_what_it_leaves (Fixture *f, gconstpointer data)
{
    g_autofree char *name = g_strconcat (f->directory, "-link", NULL);
    g_autofree char *text = NULL;
    static const char zeros[32];
    size_t len;

    makes (f);
    g_assert_cmpint (link (f->path, name), ==, 0);
    f->wish.service = service->running = TRUE;
    loads (f);
    g_assert_true (g_file_get_contents (name, &text, &len, NULL));
    g_assert_cmpmem (text, len, zeros, 32);
    g_assert_cmpint (unlink (name), ==, 0);
}

/* The other name of the key in use is no leftover. */
static void
spares_the_key_in_use (Fixture *f, gconstpointer data)
{
    g_autofree char *old = g_strconcat (f->path, ".old", NULL);

    makes (f);
    g_assert_cmpint (link (f->path, old), ==, 0);
    loads (f);
    g_assert_true (lies_open (f));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    service = mmap (NULL, sizeof *service, PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
    ADD ("/store/key/makes-a-key-once", makes_a_key_once);
    ADD ("/store/key/makes-none-beside-a-store", makes_none_beside_a_store);
    ADD ("/store/key/moves-with-the-wish", moves_with_the_wish);
    ADD ("/store/key/starts-in-the-service", starts_in_the_service);
    ADD ("/store/key/distrusts-a-service", distrusts_a_service);
    ADD ("/store/key/asks-for-a-passphrase", asks_for_a_passphrase);
    ADD ("/store/key/notices-a-doctored-file", notices_a_doctored_file);
    ADD ("/store/key/is-sealed-by-a-token", is_sealed_by_a_token);
    ADD ("/store/key/overwrites-what-it-leaves", overwrites_what_it_leaves);
    ADD ("/store/key/spares-the-key-in-use", spares_the_key_in_use);
    for (size_t i = 0; i < G_N_ELEMENTS (moves); i++) {
        g_autofree char *path = g_strdup_printf ("/store/key/survives-crashes/%zu", i);
        g_test_add (path, Fixture, &moves[i], set_up, survives_crashes, tear_down);
    }
    return g_test_run ();
}
