/* Files of secret chats, from the server to a folder. */
#include "fake-host.h"
#include "files.h"
#include "media.h"
#include "net.h"
#include "tg-client-fetch.h"
#include "tg-client-save.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MINUTE 60000
#define PART 131072

static unsigned
in_folder (Files *f)
{
    g_autoptr (GDir) dir = g_dir_open (f->folder, 0, NULL);
    unsigned n = 0;

    while (g_dir_read_name (dir) != NULL)
        n++;
    return n;
}

/* Of them, this process has so many open, whether they have a name or not. */
static unsigned
in_hand (Files *f)
{
    g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
    const char *name;
    unsigned n = 0;

    while ((name = g_dir_read_name (dir)) != NULL) {
        g_autofree char *path = g_build_filename ("/proc/self/fd", name, NULL);
        g_autofree char *target = g_file_read_link (path, NULL);
        n += target != NULL && g_str_has_prefix (target, f->folder) &&
             target[strlen (f->folder)] == '/';
    }
    return n;
}

static gboolean no_proc; /* as if a file without a name could not be given one */

int __real_access (const char *path, int mode);
int __wrap_access (const char *path, int mode);

int
__wrap_access (const char *path, int mode)
{
    return no_proc && g_str_has_prefix (path, "/proc/") ? -1 : __real_access (path, mode);
}

static int
    no_tmpfile; /* what the file system says to a file without a name; 0: nothing */
static unsigned asked_without; /* how often it said so */

int __real_open64 (const char *path, int flags, ...);
int __wrap_open64 (const char *path, int flags, ...);

int
__wrap_open64 (const char *path, int flags, ...)
{
    va_list args;

    va_start (args, flags);
    mode_t mode = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE
                      ? va_arg (args, mode_t)
                      : 0;
    va_end (args);
    if (no_tmpfile == 0 || (flags & O_TMPFILE) != O_TMPFILE)
        return __real_open64 (path, flags, mode);
    asked_without++;
    errno = no_tmpfile;
    return -1;
}

static gboolean no_rename; /* the disk breaks when a file gets its name */

int __real_rename (const char *from, const char *to);
int __wrap_rename (const char *from, const char *to);

int
__wrap_rename (const char *from, const char *to)
{
    if (!no_rename || strstr (from, "/.mtproto-") == NULL)
        return __real_rename (from, to);
    errno = EIO;
    return -1;
}

/* While a worker writes the last of it, just before it gets its name. */
static Files *cancels;
static int64_t cancelled;

int __real_fsync (int fd);
int __wrap_fsync (int fd);

int
__wrap_fsync (int fd)
{
    Files *f = cancels;

    if (f != NULL && in_hand (f) > 0) {
        cancels = NULL;
        g_assert_true (
            tg_secret_save_cancel (f->alice->client, f->alice->chat, cancelled));
    }
    return __real_fsync (fd);
}

/* What can be seen of a file that is not whole: nothing, where files can be without a name. */
static unsigned
unfinished (Files *f)
{
    int fd = no_proc ? -1 : open (f->folder, O_TMPFILE | O_WRONLY, 0600);

    if (fd >= 0)
        close (fd);
    return fd >= 0 ? 0 : 1;
}

static void
empty_folder (Files *f)
{
    g_autoptr (GDir) dir = g_dir_open (f->folder, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name (dir)) != NULL) {
        g_autofree char *path = g_build_filename (f->folder, name, NULL);
        g_unlink (path);
    }
}

/* Bob sends a file that lies at that data centre. */
static int64_t
bob_sends (Files *f, int dc, size_t len, const char *name, int32_t ttl)
{
    g_autofree uint8_t *data = flow_bytes (len);
    MediaSealed sealed = media_seal (data, len);
    g_autofree char *path = g_build_filename (f->flow->directory, "sealed", NULL);
    g_autofree char *line =
        g_strdup_printf ("attach %d %d %s", dc, sealed.fingerprint, path);
    int64_t id;

    g_assert_true (g_file_set_contents (path, (const char *)sealed.sealed->data,
                                        sealed.sealed->len, NULL));
    flow_control (f->flow, line);
    g_unlink (path);
    g_assert_true (media_send (f->bob->client, f->bob->chat, &sealed, name == NULL,
                               name != NULL ? name : "", "text/plain", (int64_t)len,
                               "caption", ttl, &id));
    g_byte_array_unref (sealed.sealed);
    person_hears (f->alice, "message caption");
    return id;
}

static TalkCode
save_in (Files *f, int64_t id, const char *folder)
{
    TgSaveTo to = { .id = id, .number = 1, .folder = folder, .fallback = "photo-1" };

    return tg_secret_save (f->alice->client, f->alice->chat, &to);
}

static void
begins (Files *f, int64_t id)
{
    f->told.ended = 0;
    g_assert_cmpint (save_in (f, id, f->folder), ==, TALK_DONE);
}

/* It is whole, nobody else's, and under that name. */
static void
assert_saved (Files *f, size_t len, const char *name)
{
    g_autofree uint8_t *want = flow_bytes (len);
    g_autofree char *data = NULL, *base = NULL;
    struct stat st;
    size_t got;

    ends (f, TALK_SAVE_DONE);
    g_assert_true (g_file_get_contents (f->told.path, &data, &got, NULL));
    g_assert_cmpmem (data, got, want, len);
    g_assert_cmpint (stat (f->told.path, &st), ==, 0);
    g_assert_cmpint (st.st_mode & 07777, ==, 0600);
    base = g_path_get_basename (f->told.path);
    g_assert_cmpstr (base, ==, name);
}

/* SC-H1 SC-H7 MT-H9 MT-H10 MT-H26: files of every length at the edges of blocks and parts */
static void
test_lengths (void)
{
    static const size_t lengths[] = {
        0, 1, 15, 16, 17, PART - 1, PART, PART + 1, 512 * 1024, 8 * PART + 5
    };
    g_autoptr (Files) f = files_new (21);

    for (size_t i = 0; i < G_N_ELEMENTS (lengths); i++) {
        g_autofree char *name = g_strdup_printf ("%zu.txt", i);
        begins (f, bob_sends (f, 0, lengths[i], name, 0));
        assert_saved (f, lengths[i], name);
    }
    g_assert_cmpuint (in_folder (f), ==, G_N_ELEMENTS (lengths));
}

/* SC-H12 MT-H17: nothing is overwritten; no name is a path, hides itself or is missing */
static void
test_names (void)
{
    static const char *const rows[][2] = {
        { "a.txt", "a.txt" },        { "a.txt", "a (2).txt" },
        { "a.txt", "a (3).txt" },    { "../../b", "b" },
        { ".hidden", "hidden" },     { "noext", "noext" },
        { "noext", "noext (2)" },    { NULL, "photo-1.jpg" },
        { NULL, "photo-1 (2).jpg" }, { "/etc/passwd", "passwd" },
        { "..", "photo-1" },         { "-rf", "rf" },
        { "--", "photo-1 (2)" },
    };
    g_autoptr (Files) f = files_new (22);

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        begins (f, bob_sends (f, 0, 100 + i, rows[i][0], 0));
        assert_saved (f, 100 + i, rows[i][1]);
    }
    g_assert_cmpuint (in_folder (f), ==, G_N_ELEMENTS (rows));
}

/* MT-H11 MT-H16: from where it is, whatever was said of it; at a place that has no login yet, or that wants to be left alone
 * for a while */
static void
test_elsewhere (void)
{
    static const char *const passing[] = { "error upload.getFile 2 420 FLOOD_WAIT_5",
                                           "error upload.getFile 2 500 INTERNAL",
                                           "drop upload.getFile 2", "disconnect Alice" };
    g_autoptr (Files) f = files_new (23);

    begins (f, bob_sends (f, 4, 3 * PART, "far", 0));
    assert_saved (f, 3 * PART, "far");
    flow_control (f->flow, "error upload.getFile 2 303 FILE_MIGRATE_4");
    begins (f, bob_sends (f, 2, 3 * PART, "moved", 0));
    assert_saved (f, 3 * PART, "moved");
    for (size_t i = 0; i < G_N_ELEMENTS (passing); i++) {
        g_autofree char *name = g_strdup_printf ("later %zu", i);
        int64_t id = bob_sends (f, 4, 6 * PART, name, 0);
        begins (f, id);
        flow_wait (f->flow, 60);
        flow_control (f->flow, passing[i]);
        assert_saved (f, 6 * PART, name);
    }
}

/* MT-H10 SC-H7: what is not the file that was announced is not kept; nor what is not there */
static void
test_wrong_parts (void)
{
    static const struct {
        const char *line;
        TalkSave what;
    } rows[] = {
        { "files short", TALK_SAVE_DAMAGED },
        { "files long", TALK_SAVE_DAMAGED },
        { "files gone", TALK_SAVE_REFUSED },
        { "error upload.getFile 3 400 FILE_ID_INVALID", TALK_SAVE_REFUSED },
    };
    g_autoptr (Files) f = files_new (24);
    int64_t id = bob_sends (f, 0, 4 * PART + 7, "big", 0);

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_test_message ("%s", rows[i].line);
        flow_control (f->flow, rows[i].line);
        begins (f, id);
        ends (f, rows[i].what);
        flow_wait (f->flow, 1000);
        g_assert_cmpuint (in_folder (f), ==, 0);
        flow_control (f->flow, "files true");
        flow_control (f->flow, "reset");
    }
    begins (f, id);
    assert_saved (f, 4 * PART + 7, "big");
}

/* MT-H14 MT-H16: what passes is waited for, and the file goes on where it was */
static void
test_goes_on (void)
{
    static const char *const lines[] = {
        "error upload.getFile 2 420 FLOOD_WAIT_5",
        "error upload.getFile 3 500 INTERNAL",
        "drop upload.getFile 2",
        "disconnect Alice",
    };
    g_autoptr (Files) f = files_new (25);
    int64_t id = bob_sends (f, 0, 6 * PART + 7, "big", 0);

    for (size_t i = 0; i < G_N_ELEMENTS (lines); i++) {
        g_test_message ("%s", lines[i]);
        begins (f, id);
        flow_wait (f->flow, 60);
        flow_control (f->flow, lines[i]);
        assert_saved (f, 6 * PART + 7,
                      i == 0   ? "big"
                      : i == 1 ? "big (2)"
                      : i == 2 ? "big (3)"
                               : "big (4)");
    }
}

/* MT-H28 SC-G7: cancelled, deleted by the other side, the program's end: nothing stays; after
 * a start it is there to be had */
static void
test_nothing_stays (void)
{
    g_autoptr (Files) f = files_new (26);
    int64_t first = bob_sends (f, 0, 20 * PART, "first", 0);
    int64_t second = bob_sends (f, 0, 20 * PART, "second", 0);

    begins (f, first);
    g_assert_cmpint (save_in (f, first, f->folder), ==, TALK_INVALID); /* it runs */
    flow_wait (f->flow, 400);
    flow_control (f->flow, "delay upload.getFile 60000");
    flow_wait (f->flow, 1000); /* nothing is being written */
    g_assert_cmpuint (in_hand (f), ==, 1);
    g_assert_cmpuint (in_folder (f), ==, unfinished (f)); /* would a kill leave */
    g_assert_true (tg_secret_save_cancel (f->alice->client, f->alice->chat, first));
    g_assert_cmpuint (in_hand (f), ==, 1); /* a worker takes it away: it may be large */
    ends (f, TALK_SAVE_CANCELLED);
    flow_wait (f->flow, 1000);
    g_assert_cmpuint (in_hand (f), ==, 0);
    g_assert_cmpuint (in_folder (f), ==, 0);
    g_assert_false (tg_secret_save_cancel (f->alice->client, f->alice->chat, first));
    flow_control (f->flow, "reset");

    begins (f, second);
    flow_wait (f->flow, 400);
    g_assert_cmpuint (f->told.ended, ==, 0);
    g_assert_cmpint (tg_secret_delete (f->bob->client, f->bob->chat, &second, 1), ==,
                     TALK_DONE);
    ends (f, TALK_SAVE_GONE);
    flow_wait (f->flow, 1000);
    g_assert_cmpuint (in_folder (f), ==, 0);
    g_assert_cmpint (save_in (f, second, f->folder), ==, TALK_NOTHING);

    begins (f, first);
    flow_wait (f->flow, 400);
    g_assert_cmpuint (in_hand (f), ==, 1);
    person_stop (f->alice);
    g_assert_cmpuint (in_hand (f), ==, 0);
    g_assert_cmpuint (in_folder (f), ==, 0);
    person_start (f->alice);
    person_hears (f->alice, "online");
    begins (f, first);
    assert_saved (f, 20 * PART, "first");
}

/* MT-H28: cancelled while a worker gives it its name: it is not kept */
static void
test_cancelled_late (void)
{
    g_autoptr (Files) f = files_new (31);

    cancels = f;
    cancelled = bob_sends (f, 0, 2 * PART, "late", 0);
    begins (f, cancelled);
    ends (f, TALK_SAVE_CANCELLED);
    g_assert_null (cancels);
    flow_wait (f->flow, 1000);
    g_assert_cmpuint (in_hand (f), ==, 0);
    g_assert_cmpuint (in_folder (f), ==, 0);
}

/* MT-H28 MT-F36: the log-out ends it, which is told, and nothing stays */
static void
test_logged_out (void)
{
    g_autoptr (Files) f = files_new (32);
    int64_t id = bob_sends (f, 0, 20 * PART, "big", 0);

    begins (f, id);
    flow_wait (f->flow, 400);
    g_assert_cmpuint (f->told.ended, ==, 0);
    tg_client_log_out (f->alice->client);
    ends (f, TALK_SAVE_CUT);
    flow_wait (f->flow, 1000);
    g_assert_cmpuint (in_hand (f), ==, 0);
    g_assert_cmpuint (in_folder (f), ==, 0);
}

/* The same where every file has a name. */
static void
test_named (void)
{
    no_proc = TRUE;
    test_names ();
    test_nothing_stays ();
    test_cancelled_late ();
    no_proc = FALSE;
}

/* The only file in the folder; g_free() it. */
static char *
only_file (Files *f)
{
    g_autoptr (GDir) dir = g_dir_open (f->folder, 0, NULL);
    char *name = g_strdup (g_dir_read_name (dir));

    g_assert_nonnull (name);
    g_assert_null (g_dir_read_name (dir));
    return name;
}

/* SC-H12 MT-H28: where the file system knows no file without a name, until it is whole it has a hidden one that says whose it
 * is, and is nobody else's, whatever the umask */
static void
until_whole (Files *f)
{
    int64_t id = bob_sends (f, 0, 20 * PART, "whole", 0);
    struct stat st;

    begins (f, id);
    flow_wait (f->flow, 400);
    flow_control (f->flow, "delay upload.getFile 60000");
    flow_wait (f->flow, 1000);
    g_assert_cmpuint (f->told.ended, ==, 0);
    g_autofree char *name = only_file (f);
    g_autofree char *path = g_build_filename (f->folder, name, NULL);
    g_assert_true (g_str_has_prefix (name, ".mtproto-"));
    g_assert_cmpint (stat (path, &st), ==, 0);
    g_assert_cmpint (st.st_mode & 07777, ==, 0600);
    g_assert_cmpint (st.st_size, <, 20 * PART);
    flow_control (f->flow, "reset");
    flow_wait (f->flow, 70000);
    assert_saved (f, 20 * PART, "whole");
    g_autofree char *whole = only_file (f);
    g_assert_cmpstr (whole, ==, "whole");
}

/* MT-H28: it is whole, and cannot have its name: that is told, and neither stays */
static void
nameless_in_the_end (Files *f)
{
    int64_t id = bob_sends (f, 0, 100, "nameless", 0);

    no_rename = TRUE;
    begins (f, id);
    ends (f, TALK_SAVE_DISK);
    no_rename = FALSE;
    flow_wait (f->flow, 1000);
    g_assert_cmpuint (in_hand (f), ==, 0);
    g_assert_cmpuint (in_folder (f), ==, 0);
}

/* The same, and all else of it, where no file can be without a name: as kernels and file systems say it. */
static void
test_without_tmpfile (void)
{
    static const int errors[] = { EOPNOTSUPP, EISDIR, EINVAL };
    mode_t before = umask (0);

    for (size_t i = 0; i < G_N_ELEMENTS (errors); i++) {
        g_autoptr (Files) f = files_new (33);
        no_tmpfile = errors[i];
        asked_without = 0;
        until_whole (f);
        empty_folder (f);
        nameless_in_the_end (f);
        g_assert_cmpuint (asked_without, >=, 2);
    }
    test_names ();
    test_nothing_stays ();
    test_cancelled_late ();
    test_logged_out ();
    no_tmpfile = 0;
    umask (before);
}

/* DECISIONS 31: what has a timer is never saved. MT-H28: no folder, no file, and the reason */
static void
test_not_saved (void)
{
    g_autoptr (Files) f = files_new (27);
    int64_t timed = bob_sends (f, 0, 100, NULL, 10),
            hour = bob_sends (f, 0, 100, "x", 3600);
    int64_t file = bob_sends (f, 0, 100, "y", 0);
    g_autofree char *nowhere = g_build_filename (f->folder, "nowhere", NULL);

    g_assert_cmpint (save_in (f, timed, f->folder), ==, TALK_NOTHING);
    g_assert_cmpint (save_in (f, hour, f->folder), ==, TALK_NOTHING);
    g_assert_cmpint (save_in (f, 5, f->folder), ==, TALK_NOTHING);
    g_assert_cmpint (save_in (f, file, nowhere), ==, TALK_DONE);
    ends (f, TALK_SAVE_DISK);
    g_assert_nonnull (f->told.path); /* the system's words */
    g_assert_cmpuint (in_folder (f), ==, 0);
}

/* MT-H11: at a data centre that cannot be there is no file that can be had; nor after a start */
static void
test_nowhere (void)
{
    static const int places[] = { NET_DC_MAX + 1, 1000000, -3 };
    g_autoptr (Files) f = files_new (28);
    int64_t ids[G_N_ELEMENTS (places)];

    for (size_t i = 0; i < G_N_ELEMENTS (places); i++)
        ids[i] = bob_sends (f, places[i], 100, "x", 0);
    for (int start = 0; start < 2; start++) {
        for (size_t i = 0; i < G_N_ELEMENTS (places); i++) {
            g_assert_cmpint (save_in (f, ids[i], f->folder), ==, TALK_NOTHING);
            flow_wait (f->flow, 1000);
        }
        person_stop (f->alice);
        person_start (f->alice);
        person_hears (f->alice, "online");
    }
}

/* MT-H11 MT-H14: where two cannot be reached, the one behind them begins when they are given up */
static void
test_behind (void)
{
    g_autoptr (Files) f = files_new (29);
    int64_t far[] = { bob_sends (f, 5, 100, "a", 0), bob_sends (f, 5, 100, "b", 0) };
    int64_t here = bob_sends (f, 0, 100, "c", 0);
    int64_t given_up = -1;

    for (int i = 0; i < 2; i++)
        g_assert_cmpint (save_in (f, far[i], f->folder), ==, TALK_DONE);
    begins (f, here);
    for (int64_t waited = 0; f->told.ended < 3; waited += 100) {
        flow_wait (f->flow, 100);
        if (f->told.ended >= 2 && given_up < 0)
            given_up = waited;
        g_assert_cmpint (waited, <, 10 * MINUTE);
        g_assert_true (given_up < 0 || waited - given_up < 3000);
    }
    f->told.ended = 1; /* of them all */
    assert_saved (f, 100, "c");
}

/* --- into memory --- */

/* SC-H1 SC-H7 MT-H10: files of every length come into memory, with a timer, too; what is too large
 * does not, and nothing is on the disk */
static void
test_fetched (void)
{
    static const size_t lengths[] = { 0, 1, 16, 17, PART, PART + 1, 8 * PART + 5 };
    g_autoptr (Files) f = files_new (30);

    for (size_t i = 0; i < G_N_ELEMENTS (lengths); i++)
        assert_fetched (f, bob_sends (f, 0, lengths[i], "x", i % 2 == 0 ? 0 : 3600),
                        lengths[i]);
    assert_fetched (f, bob_sends (f, 0, TG_FETCH_MAX, "most", 0), TG_FETCH_MAX);
    g_assert_cmpint (fetch (f, bob_sends (f, 0, TG_FETCH_MAX + 1, "more", 0)), ==,
                     TALK_NOTHING);
    g_assert_cmpint (fetch (f, 5), ==, TALK_NOTHING);
    g_assert_cmpuint (in_folder (f), ==, 0);
    g_assert_cmpuint (in_hand (f), ==, 0);
}

/* MT-H10 MT-H28 SC-G7: what is not that file is not shown; cancelled; its message deleted while it
 * comes; the connection goes on; and what is saved holds nothing up */
static void
test_not_fetched (void)
{
    g_autoptr (Files) f = files_new (31);
    int64_t id = bob_sends (f, 0, 20 * PART, "a", 0);
    int64_t saved[] = { bob_sends (f, 5, 100, "b", 0), bob_sends (f, 5, 100, "c", 0) };

    flow_control (f->flow, "files long");
    g_assert_cmpint (fetch (f, id), ==, TALK_DONE);
    ends (f, TALK_SAVE_DAMAGED);
    g_assert_null (f->told.bytes);
    flow_control (f->flow, "files true");
    flow_control (f->flow, "error upload.getFile 2 420 FLOOD_WAIT_5");
    assert_fetched (f, id, 20 * PART);

    for (int i = 0; i < 2; i++) /* neither can be reached */
        g_assert_cmpint (save_in (f, saved[i], f->folder), ==, TALK_DONE);
    assert_fetched (f, id, 20 * PART);

    g_assert_cmpint (fetch (f, id), ==, TALK_DONE);
    g_assert_cmpint (fetch (f, id), ==, TALK_INVALID); /* it comes */
    g_assert_true (tg_secret_fetch_cancel (f->alice->client, f->alice->chat, id));
    ends (f, TALK_SAVE_CANCELLED);
    g_assert_false (tg_secret_fetch_cancel (f->alice->client, f->alice->chat, id));

    flow_control (f->flow, "delay upload.getFile 60000");
    g_assert_cmpint (fetch (f, id), ==, TALK_DONE);
    flow_wait (f->flow, 400);
    g_assert_cmpuint (f->told.ended, ==, 0);
    g_assert_cmpint (tg_secret_delete (f->bob->client, f->bob->chat, &id, 1), ==,
                     TALK_DONE);
    ends (f, TALK_SAVE_GONE);
    g_assert_null (f->told.bytes);
    g_assert_cmpint (fetch (f, id), ==, TALK_NOTHING);
}

static void
opened_hook (Person *person, const TalkEvent *event)
{
    unsigned *n = person->hook_user;

    *n += event->kind == TALK_EVENT_OPENED;
}

/* SC-G4 SC-E5: fetching opens nothing; opening tells the other side, once, and the timer runs out
 * from then */
static void
test_opened (void)
{
    g_autoptr (Files) f = files_new (32);
    unsigned opened = 0;
    int64_t id = bob_sends (f, 0, 100, NULL, 10);

    f->bob->hook = opened_hook;
    f->bob->hook_user = &opened;
    assert_fetched (f, id, 100);
    flow_wait (f->flow, 60000);
    assert_fetched (f, id, 100); /* it does not burn yet */
    g_assert_cmpuint (opened, ==, 0);
    for (int i = 0; i < 2; i++)
        g_assert_cmpint (tg_secret_open_media (f->alice->client, f->alice->chat, id), ==,
                         TALK_DONE);
    flow_wait (f->flow, 9000);
    assert_fetched (f, id, 100);
    flow_wait (f->flow, 2000);
    g_assert_cmpint (fetch (f, id), ==, TALK_NOTHING);
    g_assert_cmpuint (opened, ==, 1);
}

static const uint8_t small[] = { 0xff, 0xd8, 0xff, 0xc0, 0, 11,   8,    0,   60, 0,
                                 90,   1,    1,    0x11, 0, 0xff, 0xda, 0,   8,  1,
                                 1,    0,    0,    0x3f, 0, 0x7f, 0xff, 0xd9 };

/* The first takes all of them away. */
static gboolean
offered_cb (int32_t chat_id, const TalkMessage *message, void *user)
{
    Files *f = user;
    g_autoptr (GArray) ids = tg_secret_unseen (f->alice->client, chat_id);

    if (ids->len > 0)
        g_assert_cmpint (tg_secret_delete (f->alice->client, chat_id,
                                           (const int64_t *)(void *)ids->data, ids->len),
                         ==, TALK_DONE);
    size_t len;
    const void *data = g_bytes_get_data (message->beside.thumb, &len);
    g_assert_cmpmem (data, len, small, sizeof small);
    f->told.ended++;
    return TRUE;
}

/* What is offered has its small picture until it was, whatever is done meanwhile */
static void
test_offered (void)
{
    g_autoptr (Files) f = files_new (33);
    g_autoptr (GBytes) thumb = g_bytes_new_static (small, sizeof small);

    media_beside (thumb, 0);
    bob_sends (f, 0, 100, NULL, 0);
    bob_sends (f, 0, 100, NULL, 0);
    media_beside (NULL, 0);
    flow_wait (f->flow, 2000);
    g_assert_true (
        tg_secret_each_waiting (f->alice->client, f->alice->chat, offered_cb, f));
    g_assert_cmpuint (f->told.ended, ==, 2);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/flow/files/lengths", test_lengths);
    g_test_add_func ("/flow/files/names", test_names);
    g_test_add_func ("/flow/files/elsewhere", test_elsewhere);
    g_test_add_func ("/flow/files/wrong-parts", test_wrong_parts);
    g_test_add_func ("/flow/files/goes-on", test_goes_on);
    g_test_add_func ("/flow/files/nothing-stays", test_nothing_stays);
    g_test_add_func ("/flow/files/cancelled-late", test_cancelled_late);
    g_test_add_func ("/flow/files/logged-out", test_logged_out);
    g_test_add_func ("/flow/files/named", test_named);
    g_test_add_func ("/flow/files/without-tmpfile", test_without_tmpfile);
    g_test_add_func ("/flow/files/not-saved", test_not_saved);
    g_test_add_func ("/flow/files/nowhere", test_nowhere);
    g_test_add_func ("/flow/files/behind", test_behind);
    g_test_add_func ("/flow/files/fetched", test_fetched);
    g_test_add_func ("/flow/files/not-fetched", test_not_fetched);
    g_test_add_func ("/flow/files/opened", test_opened);
    g_test_add_func ("/flow/files/offered", test_offered);
    return g_test_run ();
}
