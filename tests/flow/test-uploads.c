/* Files sent to secret chats, from a folder to another one. */
#include "fake-host.h"
#include "flow.h"
#include "tg-client-file.h"
#include "tg-client-save.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PART 131072
#define MIB ((size_t)1 << 20)

/* What Alice and Bob were told. */
typedef struct {
    TalkSendFile said; /* of sending, the last */
    unsigned n_sending, n_runs, n_pauses, n_lasts, n_saving;
    int64_t done, total;
    unsigned failed;
    TalkSendFile why;
    char *name, *name_before;
    TalkMessage came; /* Bob's last; of what it points to only */
    char *came_detail;
    unsigned n_came;
    char *saved;
    unsigned n_saved;
} Told;

typedef struct {
    Flow *flow;
    Person *alice, *bob;
    char *out, *in; /* folders */
    Told told;
} Uploads;

static void
hook (Person *person, const TalkEvent *event)
{
    Told *told = person->hook_user;

    if (event->kind == TALK_EVENT_SENDING) {
        told->said = event->u.sending.what;
        told->done = event->u.sending.done;
        told->total = event->u.sending.total;
        told->n_sending++;
        told->n_runs += told->said == TALK_SEND_RUNS;
        told->n_pauses += told->said == TALK_SEND_PAUSE;
        told->n_lasts += event->u.sending.lasts;
        g_assert_cmpint (told->done, <=, told->total); /* MT-H4 */
    } else if (event->kind == TALK_EVENT_FAILED) {
        told->failed++;
        told->why = event->u.failed.file;
        g_free (told->name_before);
        told->name_before = told->name;
        told->name = g_strdup (event->u.failed.name);
    } else if (event->kind == TALK_EVENT_MESSAGE && !event->u.message.outgoing &&
               event->u.message.content != TALK_CONTENT_TEXT) {
        told->came = event->u.message;
        told->n_came++;
        g_free (told->came_detail);
        told->came_detail = g_strdup (event->u.message.detail);
    } else if (event->kind == TALK_EVENT_SAVING &&
               event->u.saving.what == TALK_SAVE_RUNS) {
        told->n_saving++;
        told->n_lasts += event->u.saving.lasts;
    } else if (event->kind == TALK_EVENT_SAVING) {
        g_assert_cmpint (event->u.saving.what, ==, TALK_SAVE_DONE);
        told->n_saved++;
        g_free (told->saved);
        told->saved = g_strdup (event->u.saving.path);
    }
}

static Uploads *
uploads_new (uint64_t seed)
{
    Uploads *u = g_new0 (Uploads, 1);

    u->flow = flow_with_chat (seed);
    u->alice = flow_person (u->flow, 0);
    u->bob = flow_person (u->flow, 1);
    u->alice->hook = u->bob->hook = hook;
    u->alice->hook_user = u->bob->hook_user = &u->told;
    u->out = g_build_filename (u->flow->directory, "out", NULL);
    u->in = g_build_filename (u->flow->directory, "in", NULL);
    g_assert_cmpint (g_mkdir (u->out, 0700), ==, 0);
    g_assert_cmpint (g_mkdir (u->in, 0700), ==, 0);
    return u;
}

static void
uploads_free (Uploads *u)
{
    flow_free (u->flow);
    g_free (u->out);
    g_free (u->in);
    g_free (u->told.name);
    g_free (u->told.name_before);
    g_free (u->told.saved);
    g_free (u->told.came_detail);
    g_free (u);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Uploads, uploads_free)

static char *
file_of (Uploads *u, const char *name, size_t len)
{
    char *path = g_build_filename (u->out, name, NULL);
    g_autofree uint8_t *data = flow_bytes (len);

    g_assert_true (g_file_set_contents (path, (const char *)data, (gssize)len, NULL));
    return path;
}

static TgFileOut
as_file (const char *path)
{
    return (TgFileOut){ .path = path,
                        .content = TALK_CONTENT_FILE,
                        .mime = "text/plain",
                        .caption = { .text = "caption" } };
}

static int64_t
sends (Uploads *u, const TgFileOut *file)
{
    int64_t id;

    u->told.failed = u->told.n_saved = u->told.n_came = 0;
    u->told.n_sending = u->told.n_runs = u->told.n_pauses = 0;
    u->told.n_lasts = u->told.n_saving = 0;
    u->told.said = TALK_SEND_NONE;
    g_assert_cmpint (tg_secret_send_file (u->alice->client, u->alice->chat, file, &id),
                     ==, TALK_DONE);
    return id;
}

static int64_t
sends_path (Uploads *u, const char *path)
{
    TgFileOut file = as_file (path);

    return sends (u, &file);
}

/* Bob has it, whole. */
static void
arrives (Uploads *u, size_t len)
{
    g_autofree uint8_t *want = flow_bytes (len);
    g_autofree char *data = NULL;
    size_t got;

    person_hears (u->alice, "own *");
    for (int i = 0; i < 600 && u->told.n_came == 0 && u->told.failed == 0; i++)
        flow_wait (u->flow, 500);
    g_assert_cmpuint (u->told.failed, ==, 0);
    g_assert_cmpuint (u->told.n_came, ==, 1); /* once */
    g_assert_cmpint (u->told.came.media.file, ==, TALK_FILE_THERE);
    g_assert_cmpint (u->told.came.media.size, ==, (int64_t)len);
    TgSaveTo to = {
        .id = u->told.came.id, .number = 1, .folder = u->in, .fallback = "photo"
    };
    g_assert_cmpint (tg_secret_save (u->bob->client, u->bob->chat, &to), ==, TALK_DONE);
    for (int i = 0; i < 600 && u->told.n_saved == 0; i++)
        flow_wait (u->flow, 500);
    g_assert_true (g_file_get_contents (u->told.saved, &data, &got, NULL));
    g_assert_cmpmem (data, got, want, len);
    g_unlink (u->told.saved);
    person_hears (u->alice, "sent");
    g_assert_cmpint (u->told.said, ==, TALK_SEND_WHOLE);
}

static void
fails (Uploads *u, TalkSendFile why, const char *name)
{
    for (int i = 0; i < 60 * 20 && u->told.failed == 0; i++)
        flow_wait (u->flow, 500);
    g_assert_cmpuint (u->told.failed, ==, 1);
    g_assert_cmpint (u->told.why, ==, why);
    g_assert_cmpstr (u->told.name, ==, name);
    g_assert_cmpuint (u->told.n_came, ==, 0);
}

static unsigned
parts (Uploads *u)
{
    g_autofree char *answer = dc_control (world_dc (u->flow->world), "parts");
    return (unsigned)atoi (answer + strlen ("ok "));
}

static void
nothing_runs (TalkSendFile *none, int32_t chat_id, const TalkSending *sending)
{
    g_assert_not_reached ();
}

static void
each_cb (int32_t chat_id, const TalkSending *sending, void *user)
{
    nothing_runs (user, chat_id, sending);
}

/* SC-H1 SC-H4 SC-H5 MT-H1 MT-H3 MT-H4: files of every length at the edges of blocks and parts, small
 * and big; a text goes as before */
static void
test_lengths (void)
{
    static const size_t lengths[] = { 1,
                                      15,
                                      16,
                                      17,
                                      512 * 1024 - 1,
                                      512 * 1024,
                                      512 * 1024 + 1,
                                      10 * MIB - 1,
                                      10 * MIB,
                                      10 * MIB + 1 };
    g_autoptr (Uploads) u = uploads_new (31);

    for (size_t i = 0; i < G_N_ELEMENTS (lengths); i++) {
        g_autofree char *path = file_of (u, "a b.txt", lengths[i]);
        sends_path (u, path);
        arrives (u, lengths[i]);
        g_assert_cmpstr (u->told.came_detail, ==, "a b.txt");
        g_assert_cmpint (u->told.came.content, ==, TALK_CONTENT_FILE);
    }
    person_says (u->alice, "and a text");
    person_hears (u->bob, "message and a text");
    tg_client_each_sending (u->alice->client, each_cb, NULL);
}

/* SC-H1: bytes from memory go as well; twice the same is sealed with two keys */
static void
test_bytes (void)
{
    g_autoptr (Uploads) u = uploads_new (32);
    g_autofree uint8_t *data = flow_bytes (3 * PART + 1);
    g_autoptr (GBytes) bytes = g_bytes_new (data, 3 * PART + 1);
    TgFileOut photo = { .bytes = bytes,
                        .content = TALK_CONTENT_PHOTO,
                        .look = { .width = 640, .height = 480 },
                        .caption = { .text = "caption" } };

    for (int i = 0; i < 2; i++) {
        sends (u, &photo);
        arrives (u, 3 * PART + 1);
        g_assert_cmpint (u->told.came.content, ==, TALK_CONTENT_PHOTO);
        g_assert_cmpint (u->told.came.media.width, ==, 640);
        g_assert_cmpint (u->told.came.media.height, ==, 480);
    }
}

/* MT-H1 MT-H2 MT-H7: what cannot go is said at once, or as soon as it shows; nothing arrives */
static void
test_no_file (void)
{
    g_autoptr (Uploads) u = uploads_new (33);
    g_autofree char *none = file_of (u, "none", 0);
    g_autofree char *gone = g_build_filename (u->out, "gone", NULL);
    g_autofree char *pipe = g_build_filename (u->out, "pipe", NULL);
    g_autofree char *large = file_of (u, "large", 1);
    const struct {
        const char *path;
        TalkSendFile why;
        const char *name;
    } rows[] = {
        { none, TALK_SEND_EMPTY, "none" },
        { gone, TALK_SEND_GONE, "gone" },
        { u->out, TALK_SEND_FOLDER, "out" },
        { pipe, TALK_SEND_UNREADABLE, "pipe" },
        { "/dev/zero", TALK_SEND_UNREADABLE, "zero" },
        { large, TALK_SEND_LARGE, "large" },
    };

    g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
    g_assert_cmpint (truncate (large, TG_FILE_MAX + 1), ==, 0); /* sparse */
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_test_message ("%s", rows[i].path);
        sends_path (u, rows[i].path);
        fails (u, rows[i].why, rows[i].name);
    }
    g_assert_cmpuint (parts (u), ==, 0);
    person_never_heard (u->alice, "own *");
}

/* Another time, in its smallest part: what is written in place leaves no more than that. */
static void
touch (const char *path)
{
    struct stat st;

    g_assert_cmpint (stat (path, &st), ==, 0);
    struct timespec times[2] = { st.st_atim, st.st_mtim };
    times[1].tv_nsec ^= 1;
    g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
}

/* MT-H7: it shrinks, grows, is written to in place or anew, or goes, while it is read */
static void
test_changes (void)
{
    g_autoptr (Uploads) u = uploads_new (34);

    for (int i = 0; i < 5; i++) {
        g_autofree char *path = file_of (u, "x", 30 * PART);
        sends_path (u, path);
        flow_control (u->flow, "delay upload.saveBigFilePart 1000");
        flow_control (u->flow, "delay upload.saveFilePart 1000");
        flow_wait (u->flow, 500);
        if (i == 0)
            g_assert_cmpint (truncate (path, 5), ==, 0);
        else if (i == 1)
            g_assert_cmpint (truncate (path, 31 * PART), ==, 0);
        else if (i == 2)
            touch (path);
        else if (i == 3)
            g_assert_true (g_file_set_contents (path, "another one", -1, NULL));
        else
            g_unlink (path); /* it stays what it was: this one is read on */
        if (i < 3)
            fails (u, TALK_SEND_CHANGED, "x");
        else
            arrives (u, 30 * PART);
        flow_control (u->flow, "reset");
    }
    person_says (u->alice, "goes on");
    person_hears (u->bob, "message goes on");
}

/* MT-H7: what is read is what was looked at, not what was put into its place meanwhile */
static void
test_replaced (void)
{
    g_autoptr (Uploads) u = uploads_new (43);
    g_autofree char *path = file_of (u, "x", 1000);
    g_autofree char *secret = file_of (u, "secret", 1000);

    sends_path (u, path);
    g_assert_cmpint (g_unlink (path), ==, 0);
    g_assert_cmpint (symlink (secret, path), ==, 0);
    fails (u, TALK_SEND_CHANGED, "x");
    g_assert_cmpuint (parts (u), ==, 0);
    sends_path (u, path); /* a link is as good as what it leads to */
    arrives (u, 1000);
}

static const char *becomes_a_pipe; /* when it is opened */

int __real_open64 (const char *path, int flags, ...);
int __wrap_open64 (const char *path, int flags, ...);

int
__wrap_open64 (const char *path, int flags, ...)
{
    va_list args;

    if (becomes_a_pipe != NULL && g_str_equal (path, becomes_a_pipe)) {
        becomes_a_pipe = NULL;
        g_assert_cmpint (g_unlink (path), ==, 0);
        g_assert_cmpint (mkfifo (path, 0600), ==, 0);
    }
    va_start (args, flags);
    int mode = va_arg (args, int); /* or nothing that counts */
    va_end (args);
    return __real_open64 (path, flags, mode);
}

/* MT-H7: a pipe that gets into its place when it is opened holds no worker up */
static void
test_pipe (void)
{
    g_autoptr (Uploads) u = uploads_new (44);
    g_autofree char *path = file_of (u, "x", 1000);

    sends_path (u, path);
    becomes_a_pipe = path;
    fails (u, TALK_SEND_UNREADABLE, "x");
    g_assert_null (becomes_a_pipe);
}

/* MT-H4 MT-H5 MT-H16: what passes is waited for, and only what is missing goes again */
static void
test_goes_on (void)
{
    static const struct {
        const char *line;
        unsigned parts; /* that are given */
    } rows[] = {
        { "parts false", 11 },
        { "error upload.saveFilePart 3 420 FLOOD_WAIT_5", 10 },
        { "error upload.saveFilePart 3 500 INTERNAL", 10 },
        { "error upload.saveFilePart 3 420 FLOOD_PREMIUM_WAIT_3", 10 },
        { "disconnect Alice", 0 },
        { "error upload.saveFilePart 3 400 FILE_PART_INVALID", 0 },
        { "forgets 3", 11 },
        { "forgets all", 21 },
        { "error messages.sendEncryptedFile 1 400 FILE_PARTS_INVALID", 20 },
        { "error messages.sendEncryptedFile 1 400 MD5_CHECKSUM_INVALID", 20 },
    };
    g_autoptr (Uploads) u = uploads_new (35);
    g_autofree char *path = file_of (u, "x", 10 * PART);

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        unsigned before = parts (u);
        g_test_message ("%s", rows[i].line);
        flow_control (u->flow, rows[i].line);
        sends_path (u, path);
        flow_wait (u->flow, 50);
        if (g_str_has_prefix (rows[i].line, "disconnect"))
            flow_control (u->flow, rows[i].line);
        arrives (u, 10 * PART);
        if (i == 0) /* else the message would find it missing */
            g_assert_cmpuint (u->told.n_pauses, ==, 1);
        if (rows[i].parts > 0)
            g_assert_cmpuint (parts (u) - before, ==, rows[i].parts);
    }
}

/* MT-H5 MT-H8 SC-D28: not for ever; a text behind it goes */
static void
test_given_up (void)
{
    static const char *const lines[] = {
        "error messages.sendEncryptedFile 0 400 FILE_PARTS_INVALID",
        "error messages.sendEncryptedFile 0 400 FILE_PART_2_MISSING",
        "error messages.sendEncryptedFile 0 400 FILE_PART_99_MISSING",
        "error messages.sendEncryptedFile 0 400 DATA_INVALID",
        "error upload.saveFilePart 0 400 FILE_PART_INVALID",
        "error upload.saveFilePart 0 400 SOMETHING",
    };
    g_autoptr (Uploads) u = uploads_new (36);
    g_autofree char *path = file_of (u, "x", 4 * PART);

    for (size_t i = 0; i < G_N_ELEMENTS (lines); i++) {
        unsigned before = parts (u);
        g_autofree char *text = g_strdup_printf ("text %zu", i);
        g_autofree char *heard = g_strdup_printf ("message text %zu", i);
        g_test_message ("%s", lines[i]);
        flow_control (u->flow, lines[i]);
        sends_path (u, path);
        fails (u, TALK_SEND_REFUSED, "x");
        g_assert_cmpuint (parts (u) - before, <=, 9); /* twice at most, and one */
        person_says (u->alice, text);
        person_hears (u->bob, heard);
        flow_control (u->flow, "reset");
    }
}

/* Texts pass an upload; two at once, the third waits; cancelled, deleted: it goes no further, and
 * no number was drawn for it (MT-H6, MT-H14, MT-H28) */
static void
test_many (void)
{
    g_autoptr (Uploads) u = uploads_new (37);
    g_autofree char *path = file_of (u, "x", 20 * PART);
    int64_t ids[3];
    uint32_t out = person_info (u->alice).raw_out;

    flow_control (u->flow, "delay upload.saveFilePart 60000");
    for (int i = 0; i < 3; i++)
        ids[i] = sends_path (u, path);
    flow_wait (u->flow, 1000);
    g_assert_cmpint (u->told.said, ==, TALK_SEND_TURN);
    g_assert_cmpuint (u->told.n_lasts, ==, 0);
    flow_wait (
        u->flow,
        10000); /* MT-H28: nothing comes, and it is told that it waits still, once */
    g_assert_cmpint (u->told.said, ==, TALK_SEND_TURN);
    g_assert_cmpuint (u->told.n_lasts, ==, 1);
    flow_wait (u->flow, 12000);
    g_assert_cmpuint (u->told.n_lasts, ==, 1);
    person_says (u->alice, "passes");
    person_hears (u->bob, "message passes");
    g_assert_cmpuint (person_info (u->alice).raw_out, ==, out + 1);
    g_assert_cmpuint (parts (u), ==, 4); /* at once, on a line of their own */
    g_assert_true (tg_secret_send_cancel (u->alice->client, u->alice->chat, ids[0]));
    fails (u, TALK_SEND_CANCELLED, "x");
    g_assert_false (tg_secret_send_cancel (u->alice->client, u->alice->chat, ids[0]));
    g_assert_cmpint (tg_secret_delete (u->alice->client, u->alice->chat, &ids[1], 1), ==,
                     TALK_DONE);
    flow_wait (u->flow, 1000);
    g_assert_cmpuint (person_info (u->alice).raw_out, ==, out + 1);
    flow_control (u->flow, "reset");
    u->told.failed = 0;
    arrives (u, 20 * PART);
}

/* SC-H17: an album arrives in its order, whichever of its files was up first; what is cancelled holds nothing up */
static void
test_album (void)
{
    g_autoptr (Uploads) u = uploads_new (46);
    g_autofree char *large = file_of (u, "large", 30 * PART);
    g_autofree char *small = file_of (u, "small", 100);

    for (int cancelled = 0; cancelled < 2; cancelled++) {
        TgFileOut first = as_file (large), second = as_file (small);
        first.album = second.album = 7 + cancelled;
        if (cancelled)
            flow_control (u->flow, "delay upload.saveFilePart 60000");
        int64_t id = sends (u, &first);
        flow_wait (u->flow, cancelled ? 1000 : 0); /* its first parts are late */
        flow_control (u->flow, "reset");
        sends (u, &second);
        flow_wait (u->flow, cancelled ? 5000 : 0);
        g_assert_cmpuint (u->told.n_came, ==, 0);
        if (cancelled)
            g_assert_true (tg_secret_send_cancel (u->alice->client, u->alice->chat, id));
        for (int i = 0; i < 60 && u->told.n_came < (cancelled ? 1 : 2); i++)
            flow_wait (u->flow, 500);
        g_assert_cmpuint (u->told.n_came, ==, cancelled ? 1 : 2);
        g_assert_cmpstr (u->told.came_detail, ==, "small"); /* the last */
    }
}

static int64_t
now (Uploads *u)
{
    return world_now (u->flow->world).mono;
}

/* MT-H28: how far it is is told all the time, ten times a second at most; and that it lasts, once, ten seconds after it began */
static void
test_progress (void)
{
    g_autoptr (Uploads) u = uploads_new (45);
    g_autofree char *path = file_of (u, "x", 60 * PART);

    sends_path (u, path);
    int64_t began = now (u);
    arrives (u, 60 * PART);
    g_assert_cmpuint (u->told.n_runs, >=, 2);
    g_assert_cmpint (u->told.n_runs + u->told.n_saving, <=, (now (u) - began) / 100 + 2);
    g_assert_cmpuint (u->told.n_lasts, ==, 0);
    flow_control (u->flow, "delay upload.saveFilePart 1500");
    sends_path (u, path);
    flow_wait (u->flow, 8000);
    g_assert_cmpuint (u->told.n_runs, >=, 5);
    g_assert_cmpint (u->told.done, >, 8 * PART);
    g_assert_cmpuint (u->told.n_lasts, ==, 0);
    arrives (u, 60 * PART);
    g_assert_cmpuint (u->told.n_runs, >=, 15);
    g_assert_cmpuint (u->told.n_lasts, ==, 1);
    g_assert_cmpuint (u->told.n_saving, >=, 2);

    flow_control (u->flow, "reset");
    flow_control (u->flow, "delay upload.getFile 1500");
    sends_path (u, path);
    arrives (u, 60 * PART);
    g_assert_cmpuint (u->told.n_saving, >=, 10);
    g_assert_cmpuint (u->told.n_lasts, ==, 1);
}

/* MT-H16: a start tells what was not at the server as not sent, once; what had its number goes */
static void
test_restart (void)
{
    g_autoptr (Uploads) u = uploads_new (38);
    g_autofree char *path = file_of (u, "x", 4 * PART);

    flow_control (u->flow, "delay upload.saveFilePart 60000");
    int64_t id = sends_path (u, path);
    flow_wait (u->flow, 1000);
    person_stop (u->alice);
    flow_control (u->flow, "reset");
    person_start (u->alice);
    person_hears (u->alice, "online");
    fails (u, TALK_SEND_RESTART, "x");
    tg_secret_told (u->alice->client, u->alice->chat, &id, 1);
    flow_wait (u->flow, 1000);
    person_stop (u->alice);
    person_start (u->alice);
    person_hears (u->alice, "online");
    g_assert_cmpuint (u->told.failed, ==, 1);

    flow_control (u->flow, "drop messages.sendEncryptedFile 1");
    flow_control (u->flow, "delay messages.sendEncryptedFile 60000");
    sends_path (u, path);
    person_hears (u->alice, "own *");
    while (u->told.said != TALK_SEND_WHOLE)
        flow_wait (u->flow, 200);
    flow_wait (u->flow, 1000);
    person_stop (u->alice);
    flow_control (u->flow, "reset");
    person_start (u->alice);
    person_hears (u->alice, "sent");
    flow_wait (u->flow, 5000);
    g_assert_cmpuint (u->told.n_came, ==, 1);
    g_assert_cmpuint (u->told.failed, ==, 0);
}

/* MT-H16 SC-H17: what is at the server, and waits for the one before it in its album, is not sent either, and each says so */
static void
test_restart_in_album (void)
{
    g_autoptr (Uploads) u = uploads_new (47);
    g_autofree char *large = file_of (u, "large", 30 * PART);
    g_autofree char *small = file_of (u, "small", 100);
    TgFileOut first = as_file (large), second = as_file (small);

    first.album = second.album = 7;
    sends (u, &first);
    sends (u, &second);
    for (int i = 0; i < 3000 && u->told.said != TALK_SEND_WHOLE; i++)
        flow_wait (u->flow, 10);
    g_assert_cmpint (u->told.total, ==, 100); /* the small one is there */
    person_stop (u->alice);
    person_start (u->alice);
    flow_wait (u->flow, 5000);
    g_assert_cmpuint (u->told.failed, ==, 2);
    g_assert_cmpint (u->told.why, ==, TALK_SEND_RESTART);
    g_assert_cmpstr (u->told.name_before, ==, "large");
    g_assert_cmpstr (u->told.name, ==, "small");
    g_assert_cmpuint (u->told.n_came, ==, 0);
}

/* SC-H18: from one chat to another one, even before that is ready, without a part going up; the same
 * after a restart; refused by the server it is told */
static void
test_sent_on (void)
{
    g_autoptr (Uploads) u = uploads_new (39);
    g_autofree char *path = file_of (u, "x.txt", 3 * PART);
    TalkTyped caption = { .text = "look" };
    int32_t first = u->alice->chat;
    int64_t id, sent;

    sends_path (u, path);
    arrives (u, 3 * PART);
    id = u->told.came.id;
    unsigned before = parts (u);
    person_stop (u->bob);
    person_start (u->bob);
    person_hears (u->bob, "online");
    int32_t second = person_starts (u->bob, u->alice);
    u->told.n_came = u->told.n_saved = 0;
    g_assert_cmpint (
        tg_secret_forward_file (u->bob->client, first, id, second, &caption, &sent), ==,
        TALK_DONE);
    person_hears (u->alice, "message look");
    TgSaveTo to = {
        .id = u->told.came.id, .number = 1, .folder = u->in, .fallback = "x"
    };
    g_assert_cmpint (tg_secret_save (u->alice->client, second, &to), ==, TALK_DONE);
    for (int i = 0; i < 600 && u->told.n_saved == 0; i++)
        flow_wait (u->flow, 500);
    g_autofree char *data = NULL;
    g_autofree uint8_t *want = flow_bytes (3 * PART);
    size_t got;
    g_assert_true (g_file_get_contents (u->told.saved, &data, &got, NULL));
    g_assert_cmpmem (data, got, want, 3 * PART);
    g_assert_cmpuint (parts (u), ==, before);
    g_assert_cmpint (
        tg_secret_forward_file (u->bob->client, first, 7, second, &caption, &sent), ==,
        TALK_NOTHING);
    flow_control (u->flow, "error messages.sendEncryptedFile 1 400 FILE_ID_INVALID");
    u->told.failed = u->told.n_came = 0;
    g_assert_cmpint (
        tg_secret_forward_file (u->bob->client, first, id, second, &caption, &sent), ==,
        TALK_DONE);
    fails (u, TALK_SEND_REFUSED, "x.txt");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/flow/uploads/lengths", test_lengths);
    g_test_add_func ("/flow/uploads/bytes", test_bytes);
    g_test_add_func ("/flow/uploads/no-file", test_no_file);
    g_test_add_func ("/flow/uploads/changes", test_changes);
    g_test_add_func ("/flow/uploads/replaced", test_replaced);
    g_test_add_func ("/flow/uploads/pipe", test_pipe);
    g_test_add_func ("/flow/uploads/goes-on", test_goes_on);
    g_test_add_func ("/flow/uploads/given-up", test_given_up);
    g_test_add_func ("/flow/uploads/many", test_many);
    g_test_add_func ("/flow/uploads/album", test_album);
    g_test_add_func ("/flow/uploads/progress", test_progress);
    g_test_add_func ("/flow/uploads/restart", test_restart);
    g_test_add_func ("/flow/uploads/restart-in-album", test_restart_in_album);
    g_test_add_func ("/flow/uploads/sent-on", test_sent_on);
    return g_test_run ();
}
