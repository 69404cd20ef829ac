/* Stores that earlier versions wrote: they open, nothing is missing, both ends go on
 * (DECISIONS 30). With --write FOLDER this program writes one instead. */
#include "yesterday.h"

#include "store-bytes.h"
#include "store-whole.h"
#include "tg-secrets.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- dying at a sync, or at a write of SQLite's, which does not happen --- */

static int syncs_left = -1, writes_left = -1; /* negative: never */

static void
count (int *left)
{
    if (*left == 0)
        raise (SIGKILL);
    if (*left > 0)
        --*left;
}

/* Nothing is synced in truth: a killed process loses nothing of what it wrote. */
__attribute__ ((visibility ("default"))) int
fsync (int fd)
{
    count (&syncs_left);
    return 0;
}

__attribute__ ((visibility ("default"))) int
fdatasync (int fd)
{
    count (&syncs_left);
    return 0;
}

static ssize_t
count_write (int fd, const void *data, size_t len, off_t at)
{
    count (&writes_left);
    return pwrite (fd, data, len, at);
}

static void
watch_writes (void)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find (NULL);

    vfs->xSetSystemCall (vfs, "pwrite64", (sqlite3_syscall_ptr)count_write);
    vfs->xSetSystemCall (vfs, "pwrite", (sqlite3_syscall_ptr)count_write);
}

static GPtrArray *folders; /* of tests/data, the oldest first */

static const char *
newest_folder (void)
{
    return g_ptr_array_index (folders, folders->len - 1);
}

/* --- what is to be found --- */

/* The ends are not told of an end but where there is one. */
static void
assert_states (Story *story, Person *person, gboolean later)
{
    for (Chat chat = 0; chat < CHATS; chat++) {
        TalkSecret info = story_info (story, person, chat);
        TalkState state = TALK_STATE_READY;
        gboolean alice = person == story->alice;
        if (chat == CHAT_CLOSED || (chat == CHAT_ENDING && (alice || later)))
            state = TALK_STATE_CLOSED;
        else if (chat == CHAT_WAITING && !later)
            state = alice ? TALK_STATE_WAITING : TALK_STATE_REQUESTED;
        else if (chat == CHAT_REQUESTED && !later)
            state = alice ? TALK_STATE_REQUESTED : TALK_STATE_WAITING;
        g_test_message ("%s's chat %d", person->name, chat);
        g_assert_cmpint (info.state, ==, state);
        if (state == TALK_STATE_CLOSED)
            g_assert_cmpint (info.closed, ==,
                             alice ? TALK_CLOSED_BY_US : TALK_CLOSED_BY_PEER);
    }
}

static void
assert_keys (Story *story, Person *person)
{
    for (Chat chat = 0; chat < CHATS; chat++) {
        g_autofree char *saved = story_saved_hash (story, chat);
        TalkSecret info = story_info (story, person, chat);
        g_autofree char *hash = g_base64_encode (info.key_hash, sizeof info.key_hash);
        if (info.has_key_hash)
            g_assert_cmpstr (hash, ==, saved);
        else
            g_assert_true (chat == CHAT_WAITING || chat == CHAT_REQUESTED);
    }
}

/* DECISIONS 25, 30: what waits for the user's word is there as it was typed */
static void
held_cb (const TgHeld *held, void *user)
{
    g_assert_cmpint (held->id, ==, 1);
    g_assert_cmpint (held->user_id, ==, 0);
    g_assert_cmpstr (held->who, ==, "@carol");
    g_assert_cmpstr (held->text, ==, "held back");
    g_assert_cmpuint (held->spans->n, ==, 1);
    g_assert_cmpuint (held->spans->all[0].to, ==, 4);
    ++*(unsigned *)user;
}

static gboolean
looks_cb (int32_t chat_id, const TalkMessage *message, void *user)
{
    if (g_str_equal (message->text, "shown, not seen")) {
        g_assert_cmpuint (message->spans->n, ==, 1);
        g_assert_cmpint (message->spans->all[0].style, ==, TALK_STYLE_BOLD);
        g_assert_cmpuint (message->spans->all[0].to, ==, 5);
        ++*(unsigned *)user;
    }
    return TRUE;
}

static void
file_cb (const TalkMessage *message, void *user)
{
    if (message->media.file == TALK_FILE_NONE || message->content == TALK_CONTENT_AUDIO ||
        message->content == TALK_CONTENT_STICKER)
        return;
    g_assert_cmpint (message->media.file, ==, TALK_FILE_THERE);
    g_assert_cmpint (message->content, ==, TALK_CONTENT_PHOTO);
    g_assert_cmpint (message->media.size, ==, 9);
    g_assert_cmpint (message->media.width, ==, 640);
    ++*(unsigned *)user;
}

static gboolean
small_cb (int32_t chat_id, const TalkMessage *message, void *user)
{
    if (message->beside.thumb != NULL) {
        g_assert_cmpint (message->beside.album, ==, 77);
        g_assert_cmpint (message->beside.album_place, ==, 1);
        ++*(unsigned *)user;
    }
    return TRUE;
}

static gboolean
track_cb (int32_t chat_id, const TalkMessage *message, void *user)
{
    if (message->content == TALK_CONTENT_AUDIO) {
        g_assert_cmpstr (message->text, ==, "a track");
        g_assert_cmpstr (message->detail, ==, "Somebody \u2013 A title");
        *(int64_t *)user = message->id;
    }
    return TRUE;
}

/* Of a version that did not keep apart what it is called its line says that, and its file does not. */
static void
assert_track (Story *story)
{
    TgClient *client = story->alice->client;
    int32_t chat_id = story->chats[CHAT_ANSWERER];
    int64_t id = 0;

    tg_secret_each_waiting (client, chat_id, track_cb, &id);
    g_assert_cmpint (id != 0, ==, story_has_track (story));
    if (id == 0)
        return;
    const MediaFile *file = secret_chat_file (tg_secrets_find (client, chat_id), id);
    g_assert_cmpint (file->look.file, ==, TALK_FILE_THERE);
    g_assert_cmpstr (file->title, ==, story_has_title (story) ? "A title" : NULL);
    g_assert_cmpstr (file->performer, ==, story_has_title (story) ? "Somebody" : NULL);
}

static gboolean
sticker_cb (int32_t chat_id, const TalkMessage *message, void *user)
{
    if (message->content == TALK_CONTENT_STICKER) {
        g_assert_true (message->media.public);
        g_assert_cmpstr (message->detail, ==, "meow");
        *(int64_t *)user = message->id;
    }
    return TRUE;
}

/* SC-H14: where it lies, and the set that has a reference to it. */
static void
assert_sticker (Story *story)
{
    TgClient *client = story->alice->client;
    int32_t chat_id = story->chats[CHAT_ANSWERER];
    int64_t id = 0;

    tg_secret_each_waiting (client, chat_id, sticker_cb, &id);
    g_assert_cmpint (id != 0, ==, story_has_sticker (story));
    if (id == 0)
        return;
    const MediaFile *file = secret_chat_file (tg_secrets_find (client, chat_id), id);
    g_assert_cmpint (file->look.file, ==, TALK_FILE_THERE);
    g_assert_cmpint (file->place.dc, ==, 2);
    g_assert_cmpint (file->place.id, ==, 11);
    g_assert_cmpint (file->place.access_hash, ==, 12);
    g_assert_cmpint (file->place.size, ==, 9);
    g_assert_cmpstr (file->set, ==, "Cats");
}

/* DECISIONS 30: without any connection, as each of the two left it */
static void
nothing_is_missing (gconstpointer folder)
{
    g_autoptr (Story) story = yesterday_open (folder);
    Person *alice = story->alice, *bob = story->bob;

    world_weather (story->flow->world)->dead = TRUE;
    alice->accept = bob->accept = FALSE;
    person_start (alice);
    person_start (bob);
    flow_wait (story->flow, 1000);
    if (story_has_refused (story)) /* DECISIONS 25 */
        person_hears (alice, "failed DATA_INVALID refused");
    if (story_has_uploads (story)) /* MT-H16 */
        person_hears (alice, "failed RESTART a file on its way up");
    person_never_heard (alice, "failed*");
    assert_states (story, alice, FALSE);
    assert_states (story, bob, FALSE);
    assert_keys (story, alice);
    assert_keys (story, bob);
    g_assert_true (story_info (story, alice, CHAT_TIMER).verified);
    g_assert_false (story_info (story, alice, CHAT_HOLE).verified);
    g_assert_cmpint (story_info (story, alice, CHAT_TIMER).ttl, ==, 3600);
    g_assert_cmpint (story_info (story, bob, CHAT_TIMER).ttl, ==, 3600);
    g_assert_cmpuint (story_running (alice), ==, 2);
    g_assert_cmpuint (story_running (bob), ==, 2);
    g_assert_cmpuint (story_info (story, alice, CHAT_HOLE).queued, ==, 2);
    g_assert_cmpuint (story_info (story, alice, CHAT_OUTBOX).unacknowledged, >=, 4);
    g_assert_true (story_info (story, alice, CHAT_REQUESTER).rekeying);
    g_assert_true (story_info (story, alice, CHAT_ANSWERER).rekeying);
    g_assert_true (story_info (story, bob, CHAT_ANSWERER).rekeying);
    g_assert_cmpuint (story_info (story, alice, CHAT_WAITING).drafts, ==,
                      story_has_drafts (story) ? 2 : 0);
    unsigned held = 0;
    tg_held_each (alice->client, held_cb, &held);
    g_assert_cmpuint (held, ==, story_has_held (story));
    g_autoptr (GArray) unseen =
        tg_secret_unseen (alice->client, story->chats[CHAT_UNSEEN]);
    g_assert_cmpuint (unseen->len, ==, 1); /* the other one was not shown */
    unsigned files = 0, bold = 0, small = 0;
    tg_secret_each_message (alice->client, story->chats[CHAT_ANSWERER], file_cb, &files);
    g_assert_cmpuint (files, ==, story_has_file (story) + story_has_thumb (story));
    tg_secret_each_waiting (alice->client, story->chats[CHAT_ANSWERER], small_cb, &small);
    g_assert_cmpuint (small, ==, story_has_thumb (story));
    assert_track (story);
    assert_sticker (story);
    if (story_has_looks (story)) {
        tg_secret_each_waiting (alice->client, story->chats[CHAT_UNSEEN], looks_cb,
                                &bold);
        g_assert_cmpuint (bold, ==, 1);
    }
}

/* --- going on --- */

static void
says_both_ways (Story *story, Chat chat)
{
    Person *ends[] = { story->alice, story->bob };

    for (int i = 0; i < 2; i++) {
        g_autofree char *text = g_strdup_printf ("today %d of %s", chat, ends[i]->name);
        g_autofree char *line = g_strconcat ("message ", text, NULL);
        story_says (story, ends[i], chat, text);
        person_hears (ends[1 - i], line);
    }
}

static void
assert_both_agree (Story *story)
{
    for (Chat chat = 0; chat < CHATS; chat++) {
        TalkSecret a = story_info (story, story->alice, chat),
                   b = story_info (story, story->bob, chat);
        g_assert_false (a.rekeying);
        g_assert_false (b.rekeying);
        if (a.state != TALK_STATE_READY)
            continue;
        g_assert_cmpmem (a.key_hash, sizeof a.key_hash, b.key_hash, sizeof b.key_hash);
        g_assert_cmpuint (a.raw_in, ==, b.raw_out);
        g_assert_cmpuint (b.raw_in, ==, a.raw_out);
        g_assert_cmpuint (a.queued, ==, 0);
        g_assert_cmpuint (b.queued, ==, 0);
        if (chat == CHAT_REQUESTER || chat == CHAT_ANSWERER) /* the key is a new one */
            g_assert_cmpint (a.key_created, >, story_saved_created (story, chat));
    }
}

static void
goes_on (Story *story, gboolean shows)
{
    Person *alice = story->alice, *bob = story->bob;

    bob->accept = alice->accept = TRUE; /* what was asked for is accepted at once */
    person_start (alice);
    person_hears (alice, "online");
    if (shows)
        story_heard_once (alice, "never shown");
    person_start (bob);
    person_hears (bob, "online");
    flow_wait (story->flow, 10000);
    static const char *const to_alice[] = { "on its way", "lost", "behind one",
                                            "behind two" };
    static const char *const to_bob[] = { "unacknowledged one", "unacknowledged two",
                                          "unsent one", "unsent two" };
    for (size_t i = 0; i < G_N_ELEMENTS (to_alice); i++)
        story_heard_once (alice, to_alice[i]);
    for (size_t i = 0; i < G_N_ELEMENTS (to_bob); i++)
        story_heard_once (bob, to_bob[i]);
    if (story_has_uploads (story)) { /* MT-H5: it cannot be uploaded once more */
        person_hears (alice, "failed RESTART a file that waits");
        person_never_heard (bob, "message a file*");
    }
    if (story_has_drafts (story)) {
        story_heard_once (bob, "before it is accepted");
        story_heard_once (bob, "and one more");
    }
    for (int round = 0; round < 3; round++) {
        for (Chat chat = 0; chat < CHATS; chat++)
            if (chat != CHAT_CLOSED && chat != CHAT_ENDING)
                says_both_ways (story, chat);
        flow_wait (story->flow, 5000);
    }
    assert_states (story, alice, TRUE);
    assert_states (story, bob, TRUE);
    assert_both_agree (story);
    flow_wait (story->flow, 3600 * 1000);
    person_hears (alice, "expired*");
    person_hears (bob, "expired*");
    g_assert_cmpuint (story_running (alice), ==, 0);
    g_assert_cmpuint (story_running (bob), ==, 0);
    assert_states (story, alice, TRUE);
}

/* DECISIONS 30: both ends in this version go on with what an earlier one left */
static void
the_story_goes_on (gconstpointer folder)
{
    g_autoptr (Story) story = yesterday_open (folder);
    goes_on (story, TRUE);
}

/* --- dying while it opens --- */

/* What the process that died had on its screen; shared with it. */
static gboolean *shown;

/* Alice's process opens her store without a network and ends; at its n-th write or sync
 * if that comes first. TRUE: it lived. */
static gboolean
opening_lives (Story *story, int *left, int n)
{
    int status;
    pid_t pid = fork ();

    if (pid == 0) {
        World *world = story->flow->world;
        int64_t end = world_now (world).mono + 3000;
        watch_writes ();
        *left = n;
        world_weather (world)->dead = TRUE;
        person_start (story->alice);
        while (world_now (world).mono < end && world_step (world))
            *shown |= story->alice->texts->len > 0;
        person_stop (story->alice);
        _exit (0);
    }
    g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
    g_assert_true (WIFSIGNALED (status) ? WTERMSIG (status) == SIGKILL
                                        : WEXITSTATUS (status) == 0);
    return !WIFSIGNALED (status);
}

static gboolean
is_first_or_last (const char *folder)
{
    return g_str_equal (folder, g_ptr_array_index (folders, 0)) ||
           g_str_equal (folder, newest_folder ());
}

/* The oldest and the newest at every point, those between at some: the time of the test
 * must not grow with each of them. Where each costs twenty times as much (valgrind), a
 * few show what is looked for there. */
static int
stride (const char *folder)
{
    if (g_getenv ("FLOW_SOME") != NULL)
        return 25;
    return is_first_or_last (folder) ? 1 : 7;
}

/* DECISIONS 30: killed at each write and each sync of its opening, the account opens all
 * the same, and goes on */
static void
survives_deaths (gconstpointer folder)
{
    int *const kinds[] = { &writes_left, &syncs_left };
    unsigned points = 0;

    for (size_t kind = 0; kind < G_N_ELEMENTS (kinds); kind++) {
        gboolean lives = FALSE;
        for (int n = 0; !lives; n += stride (folder)) {
            g_autoptr (Story) story = yesterday_open (folder);
            *shown = FALSE;
            lives = opening_lives (story, kinds[kind], n);
            points += !lives;
            goes_on (story, !*shown);
        }
    }
    g_test_message ("%u deaths", points);
    g_assert_cmpuint (points, >=,
                      stride (folder) == 1   ? 20
                      : stride (folder) == 7 ? 3
                                             : 1);
}

/* --- written by a newer version --- */

static void
assert_refused (Story *story)
{
    Person *alice = story->alice;
    g_autofree char *before = story_files (alice->directory);
    g_autofree char *line = g_strdup_printf ("offline %d*", TALK_OFFLINE_STORE_NEWER);

    for (int i = 0; i < 2; i++) {
        person_start (alice);
        person_hears (alice, line);
        flow_wait (story->flow, 1000);
        person_never_heard (alice, "*");
        person_stop (alice);
        g_autofree char *after = story_files (alice->directory);
        g_assert_cmpstr (before, ==, after);
    }
}

static void
leave_beside (Person *person, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename (person->directory, name, NULL);
    g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* DECISIONS 30: a version that this program does not know: a sentence of its own, and not
 * a byte is changed, whatever lies beside the store; also a lock is not made */
static void
a_newer_version_is_left_alone (void)
{
    g_autoptr (Story) story = yesterday_open (newest_folder ());
    Person *alice = story->alice;
    g_autofree char *lock = g_build_filename (alice->directory, "lock", NULL);
    g_autofree char *sql =
        g_strdup_printf ("PRAGMA user_version = %d", STORE_VERSION + 1);

    bytes_run_sql (alice->directory, sql);
    g_unlink (lock);
    leave_beside (alice, "store.db-journal", "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7 hot");
    leave_beside (alice, "seal.key.old", "the key before");
    leave_beside (alice, "seal.key.new", "unfinished");
    assert_refused (story);
}

/* ... and a record that opens but cannot be read, of each kind and of one that is not known */
static void
newer_records_are_left_alone (void)
{
    for (StoreKind kind = STORE_ACCOUNT; kind <= STORE_KINDS; kind++) {
        g_autoptr (Story) story = yesterday_open (newest_folder ());
        Person *alice = story->alice;
        static const uint8_t unknown[] = { 0x9a, 0x02, 0x4f, 0x71, 1, 0, 0, 0 };
        g_autofree char *path = g_build_filename (alice->directory, "seal.key", NULL);
        g_autofree char *key = NULL;
        size_t len;
        g_assert_true (g_file_get_contents (path, &key, &len, NULL));
        g_assert_cmpuint (len, ==, 32);
        Store *store = store_open (alice->directory, (const uint8_t *)key, NULL);
        g_autoptr (StoreBatch) batch = store_batch_new ();
        store_batch_put (batch, (StoreKey){ kind, 77, 88 }, unknown, sizeof unknown);
        g_assert_true (store_commit (store, batch, NULL));
        store_close (store);
        assert_refused (story);
    }
}

/* --- the tests --- */

static int
compare_names (const void *a, const void *b)
{
    return strcmp (*(char *const *)a, *(char *const *)b);
}

static GPtrArray *
all_folders (void)
{
    GPtrArray *found = g_ptr_array_new ();
    g_autoptr (GDir) dir = g_dir_open (DATA, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name (dir)) != NULL)
        if (g_str_has_prefix (name, "store-"))
            g_ptr_array_add (found, g_build_filename (DATA, name, NULL));
    g_ptr_array_sort (found, compare_names);
    g_assert_cmpuint (found->len, >=, 1);
    return found;
}

static void
add (const char *test, const char *folder, GTestDataFunc func)
{
    g_autofree char *base = g_path_get_basename (folder);
    g_autofree char *path = g_strdup_printf ("/flow/yesterday/%s/%s", base, test);
    g_test_add_data_func (path, folder, func);
}

int
main (int argc, char **argv)
{
    if (argc == 3 && g_str_equal (argv[1], "--write")) {
        yesterday_write (argv[2]);
        return 0;
    }
    g_test_init (&argc, &argv, NULL);
    shown = mmap (NULL, sizeof *shown, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                  -1, 0);
    folders = all_folders ();
    for (unsigned i = 0; i < folders->len; i++) {
        const char *folder = g_ptr_array_index (folders, i);
        add ("nothing-is-missing", folder, nothing_is_missing);
        add ("goes-on", folder, the_story_goes_on);
        if (g_getenv ("FLOW_SOME") == NULL || is_first_or_last (folder))
            add ("survives-deaths", folder, survives_deaths);
    }
    g_test_add_func ("/flow/yesterday/newer-version", a_newer_version_is_left_alone);
    g_test_add_func ("/flow/yesterday/newer-records", newer_records_are_left_alone);
    return g_test_run ();
}
