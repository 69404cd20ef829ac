/* The first half of the story, and the way from one half to the other. */
#include "yesterday.h"

#include "media.h"
#include "tg-client-file.h"

#include <glib/gstdio.h>
#include <string.h>

#define SEED 30
#define TTL 3600

static const char *const names[CHATS] = {
    "hole",     "outbox",  "timer",     "unseen", "requester",
    "answerer", "waiting", "requested", "closed", "ending",
};

/* --- acts --- */

void
story_says (Story *story, Person *person, Chat chat, const char *text)
{
    person->chat = story->chats[chat];
    person_says (person, text);
}

TalkSecret
story_info (Story *story, Person *person, Chat chat)
{
    TalkSecret info;

    g_assert_true (tg_secret_info (person->client, story->chats[chat], &info));
    return info;
}

char *
story_saved_hash (Story *story, Chat chat)
{
    return g_key_file_get_string (story->file, names[chat], "key_hash", NULL);
}

int64_t
story_saved_created (Story *story, Chat chat)
{
    return g_key_file_get_int64 (story->file, names[chat], "key_created", NULL);
}

gboolean
story_has_refused (Story *story)
{
    return g_key_file_get_boolean (story->file, names[CHAT_UNSEEN], "refused", NULL);
}

gboolean
story_has_looks (Story *story)
{
    return g_key_file_get_boolean (story->file, names[CHAT_UNSEEN], "looks", NULL);
}

gboolean
story_has_file (Story *story)
{
    return g_key_file_get_boolean (story->file, names[CHAT_ANSWERER], "file", NULL);
}

gboolean
story_has_thumb (Story *story)
{
    return g_key_file_get_boolean (story->file, names[CHAT_ANSWERER], "thumb", NULL);
}

gboolean
story_has_track (Story *story)
{
    return g_key_file_get_boolean (story->file, names[CHAT_ANSWERER], "track", NULL);
}

gboolean
story_has_title (Story *story)
{
    return g_key_file_get_boolean (story->file, names[CHAT_ANSWERER], "title", NULL);
}

gboolean
story_has_sticker (Story *story)
{
    return g_key_file_get_boolean (story->file, names[CHAT_ANSWERER], "sticker", NULL);
}

gboolean
story_has_uploads (Story *story)
{
    return g_key_file_get_boolean (story->file, names[CHAT_OUTBOX], "uploads", NULL);
}

gboolean
story_has_drafts (Story *story)
{
    return g_key_file_get_boolean (story->file, names[CHAT_WAITING], "drafts", NULL);
}

gboolean
story_has_held (Story *story)
{
    return g_key_file_get_boolean (story->file, names[CHAT_WAITING], "held", NULL);
}

void
story_heard_once (Person *person, const char *text)
{
    unsigned n = 0;

    for (unsigned i = 0; i < person->texts->len; i++)
        n += g_strcmp0 (g_ptr_array_index (person->texts, i), text) == 0;
    if (n != 1)
        g_error ("%s was shown \"%s\" %u times:\n%s", person->name, text, n,
                 person->told->str);
}

static void
running_cb (int32_t chat_id, int64_t id, int64_t left, void *user)
{
    g_assert_cmpint (left, >, 0);
    g_assert_cmpint (left, <=, TTL * 1000);
    ++*(unsigned *)user;
}

unsigned
story_running (Person *person)
{
    unsigned running = 0;

    tg_client_each_countdown (person->client, running_cb, &running);
    return running;
}

static void
switches (Story *story, const char *before, Chat chat, const char *after)
{
    g_autofree char *line =
        g_strdup_printf ("%s %d%s", before, story->chats[chat], after);
    flow_control (story->flow, line);
}

static void
forget_told (Story *story)
{
    g_string_truncate (story->alice->told, 0);
    g_string_truncate (story->bob->told, 0);
}

static void
ask_for (Story *story, Chat chat, Person *from, Person *to)
{

    g_assert_cmpint (tg_secret_start (from->client, to->id, &story->chats[chat]), ==,
                     TALK_DONE);
}

static void
have_chat (Story *story, Chat chat, Person *from, Person *to)
{
    ask_for (story, chat, from, to);
    person_hears (from, "chat ready");
    person_hears (to, "chat ready");
    flow_wait (story->flow, 3000);
    g_autofree char *there = g_strconcat (names[chat], " there", NULL);
    g_autofree char *back = g_strconcat (names[chat], " back", NULL);
    g_autofree char *there_heard = g_strconcat ("message ", there, NULL);
    g_autofree char *back_heard = g_strconcat ("message ", back, NULL);
    story_says (story, from, chat, there);
    person_hears (to, there_heard);
    to->chat = story->chats[chat];
    person_reads (to);
    story_says (story, to, chat, back);
    person_hears (from, back_heard);
    person_reads (from);
    flow_wait (story->flow, 3000);
    forget_told (story);
}

/* --- the folders --- */

static gboolean
is_folder (const char *path)
{
    return g_file_test (path, G_FILE_TEST_IS_DIR);
}

/* A journal that is done with begins with zeros and says nothing. */
static gboolean
is_done_journal (const char *name, const char *data, size_t len)
{
    return g_str_has_suffix (name, "-journal") && (len == 0 || data[0] == 0);
}

static void
copy_folder (const char *from, const char *to)
{
    g_autoptr (GDir) dir = g_dir_open (from, 0, NULL);
    const char *name;

    g_assert_nonnull (dir);
    g_assert_cmpint (g_mkdir_with_parents (to, 0700), ==, 0);
    while ((name = g_dir_read_name (dir)) != NULL) {
        g_autofree char *a = g_build_filename (from, name, NULL);
        g_autofree char *b = g_build_filename (to, name, NULL);
        g_autofree char *data = NULL;
        size_t len;
        if (is_folder (a)) {
            copy_folder (a, b);
            continue;
        }
        g_assert_true (g_file_get_contents (a, &data, &len, NULL));
        if (!is_done_journal (name, data, len))
            g_assert_true (g_file_set_contents_full (
                b, data, (gssize)len, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    }
}

static int
compare_lines (const void *a, const void *b)
{
    return strcmp (*(char *const *)a, *(char *const *)b);
}

char *
story_files (const char *folder)
{
    g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
    g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
    const char *name;

    while ((name = g_dir_read_name (dir)) != NULL) {
        g_autofree char *path = g_build_filename (folder, name, NULL);
        g_autofree char *data = NULL;
        GStatBuf st;
        size_t len;
        g_assert_true (g_file_get_contents (path, &data, &len, NULL));
        g_assert_cmpint (g_stat (path, &st), ==, 0);
        g_autofree char *sum =
            g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guchar *)data, len);
        g_ptr_array_add (lines,
                         g_strdup_printf ("%s %o %zu %s", name, st.st_mode, len, sum));
    }
    g_ptr_array_sort (lines, compare_lines);
    g_ptr_array_add (lines, NULL);
    return g_strjoinv ("\n", (char **)lines->pdata);
}

/* --- the first half --- */

static void
all_chats (Story *story)
{
    Person *alice = story->alice, *bob = story->bob;

    have_chat (story, CHAT_HOLE, alice, bob);
    have_chat (story, CHAT_OUTBOX, bob, alice);
    have_chat (story, CHAT_TIMER, alice, bob);
    have_chat (story, CHAT_UNSEEN, bob, alice);
    have_chat (story, CHAT_REQUESTER, alice, bob);
    have_chat (story, CHAT_ANSWERER, bob, alice);
    have_chat (story, CHAT_CLOSED, alice, bob);
    have_chat (story, CHAT_ENDING, bob, alice);
    g_assert_cmpint (tg_secret_close (alice->client, story->chats[CHAT_CLOSED], FALSE),
                     ==, TALK_DONE);
    person_hears (bob, "chat closed 3*");
    alice->accept = bob->accept = FALSE;
    ask_for (story, CHAT_WAITING, alice, bob);
    person_hears (bob, "chat requested");
    story_says (story, alice, CHAT_WAITING, "before it is accepted");
    story_says (story, alice, CHAT_WAITING, "and one more");
    g_key_file_set_boolean (story->file, names[CHAT_WAITING], "drafts", TRUE);
    TalkSpan bold = { .style = TALK_STYLE_BOLD, .from = 0, .to = 4 };
    g_autoptr (TalkSpans) looks = talk_spans_new (&bold, 1);
    g_assert_cmpint (
        tg_held_keep (alice->client,
                      &(TgHeld){ .who = "@carol", .text = "held back", .spans = looks }),
        ==, 1);
    g_key_file_set_boolean (story->file, names[CHAT_WAITING], "held", TRUE);
    ask_for (story, CHAT_REQUESTED, bob, alice);
    person_hears (alice, "chat requested");
    flow_wait (story->flow, 3000);
    forget_told (story);
}

static void
timers (Story *story)
{
    Person *alice = story->alice, *bob = story->bob;
    int32_t chat = story->chats[CHAT_TIMER];

    g_assert_cmpint (tg_secret_set_verified (alice->client, chat, TRUE), ==, TALK_DONE);
    g_assert_cmpint (tg_secret_set_ttl (alice->client, chat, TTL), ==, TALK_DONE);
    person_hears (bob, "timer by peer 3600");
    story_says (story, bob, CHAT_TIMER, "Bob's burns");
    person_hears (alice, "message Bob's burns");
    alice->chat = chat;
    person_reads (alice);
    person_hears (bob, "read");
    story_says (story, alice, CHAT_TIMER, "Alice's burns");
    person_hears (bob, "message Alice's burns");
    person_reads (bob);
    person_hears (alice, "read");
}

/* Of nine bytes, at the server. */
static void
sends_photo (Story *story, const char *caption)
{
    static const uint8_t bytes[9] = "its bytes";
    Person *alice = story->alice, *bob = story->bob;
    MediaSealed sealed = media_seal (bytes, sizeof bytes);
    g_autofree char *path = g_build_filename (story->flow->directory, "sealed", NULL);
    g_autofree char *line = g_strdup_printf ("attach 0 %d %s", sealed.fingerprint, path);
    g_autofree char *heard = g_strconcat ("message ", caption, NULL);
    int64_t id;

    g_assert_true (g_file_set_contents (path, (const char *)sealed.sealed->data,
                                        sealed.sealed->len, NULL));
    flow_control (story->flow, line);
    g_unlink (path);
    g_assert_true (media_send (bob->client, story->chats[CHAT_ANSWERER], &sealed, TRUE,
                               "", "", sizeof bytes, caption, 0, &id));
    g_byte_array_unref (sealed.sealed);
    person_hears (alice, heard);
    alice->chat = story->chats[CHAT_ANSWERER];
}

/* Its text was read; it can still be saved. */
static void
a_file (Story *story)
{
    sends_photo (story, "a photo");
    person_reads (story->alice);
    flow_wait (story->flow, 3000);
    g_key_file_set_boolean (story->file, names[CHAT_ANSWERER], "file", TRUE);
}

/* Nobody has seen it: what it looks like is kept, and that it is the first of an album. */
static void
a_small_picture (Story *story)
{
    static const uint8_t jpeg[] = { 0xff, 0xd8, 0xff, 0xc0, 0, 11,   8,    0,   60, 0,
                                    90,   1,    1,    0x11, 0, 0xff, 0xda, 0,   8,  1,
                                    1,    0,    0,    0x3f, 0, 0x7f, 0xff, 0xd9 };
    g_autoptr (GBytes) thumb = g_bytes_new_static (jpeg, sizeof jpeg);

    media_beside (thumb, 77);
    sends_photo (story, "a small picture");
    media_beside (NULL, 0);
    flow_wait (story->flow, 3000);
    g_key_file_set_boolean (story->file, names[CHAT_ANSWERER], "thumb", TRUE);
}

/* Nobody has seen it; it says what it is called, and by whom. */
static void
a_track (Story *story)
{
    static const uint8_t bytes[9] = "its bytes";
    g_autoptr (GBytes) file = g_bytes_new_static (bytes, sizeof bytes);
    TgFileOut out = { .bytes = file,
                      .content = TALK_CONTENT_AUDIO,
                      .name = "x.mp3",
                      .title = "A title",
                      .performer = "Somebody",
                      .caption = { .text = "a track" } };
    int64_t id;

    g_assert_cmpint (
        tg_secret_send_file (story->bob->client, story->chats[CHAT_ANSWERER], &out, &id),
        ==, TALK_DONE);
    person_hears (story->alice, "message a track");
    flow_wait (story->flow, 3000);
    g_key_file_set_boolean (story->file, names[CHAT_ANSWERER], "track", TRUE);
    g_key_file_set_boolean (story->file, names[CHAT_ANSWERER], "title", TRUE);
}

/* Of a public set: it can still be fetched. */
static void
a_sticker (Story *story)
{
    MediaPublic sticker = { .dc = 2,
                            .id = 11,
                            .access_hash = 12,
                            .size = 9,
                            .mime = "image/webp",
                            .set = "Cats",
                            .emoji = "meow" };
    int64_t id;

    g_assert_true (media_send_public (story->bob->client, story->chats[CHAT_ANSWERER],
                                      &sticker, 0, &id));
    person_hears (story->alice, "message *");
    flow_wait (story->flow, 3000);
    story->alice->chat = story->chats[CHAT_ANSWERER];
    g_key_file_set_boolean (story->file, names[CHAT_ANSWERER], "sticker", TRUE);
}

/* From here on Bob gets nothing more of these chats. */
static void
half_done (Story *story)
{
    Person *alice = story->alice, *bob = story->bob;

    a_file (story);
    a_small_picture (story);
    a_track (story);
    a_sticker (story);
    switches (story, "drop-delivery", CHAT_HOLE, " 1 Alice");
    switches (story, "hold", CHAT_HOLE, " Bob");
    story_says (story, bob, CHAT_HOLE, "lost");
    flow_wait (story->flow, 1000);
    story_says (story, bob, CHAT_HOLE, "behind one");
    story_says (story, bob, CHAT_HOLE, "behind two");
    switches (story, "hold", CHAT_REQUESTER, " Bob");
    g_assert_cmpint (tg_secret_rekey (alice->client, story->chats[CHAT_REQUESTER]), ==,
                     TALK_DONE);
    switches (story, "hold", CHAT_ANSWERER, " Bob");
    g_assert_cmpint (tg_secret_rekey (bob->client, story->chats[CHAT_ANSWERER]), ==,
                     TALK_DONE);
    switches (story, "hold", CHAT_OUTBOX, "");
    story_says (story, alice, CHAT_OUTBOX, "unacknowledged one");
    story_says (story, alice, CHAT_OUTBOX, "unacknowledged two");
    story_says (story, bob, CHAT_OUTBOX, "on its way");
    flow_wait (story->flow, 3000);
    g_assert_true (story_info (story, alice, CHAT_REQUESTER).rekeying);
    g_assert_false (story_info (story, bob, CHAT_REQUESTER).rekeying);
    g_assert_true (story_info (story, alice, CHAT_ANSWERER).rekeying);
    g_assert_true (story_info (story, bob, CHAT_ANSWERER).rekeying);
    g_assert_cmpuint (story_info (story, alice, CHAT_HOLE).queued, ==, 2);
}

static void
sends_file (Story *story, Chat chat, const char *caption)
{
    static const uint8_t bytes[9] = "its bytes";
    g_autoptr (GBytes) file = g_bytes_new_static (bytes, sizeof bytes);
    TgFileOut out = { .bytes = file,
                      .content = TALK_CONTENT_FILE,
                      .name = "x.txt",
                      .caption = { .text = caption } };
    int64_t id;

    g_assert_cmpint (
        tg_secret_send_file (story->alice->client, story->chats[chat], &out, &id), ==,
        TALK_DONE);
    person_hears (story->alice, "own *");
    flow_wait (story->flow, 3000);
}

/* One has its number, and waits behind texts; the other one is not up. */
static void
uploads (Story *story)
{
    sends_file (story, CHAT_OUTBOX, "a file that waits");
    flow_control (story->flow, "delay upload.saveFilePart 5000000");
    sends_file (story, CHAT_UNSEEN, "a file on its way up");
    g_key_file_set_boolean (story->file, names[CHAT_OUTBOX], "uploads", TRUE);
}

static void
unsent (Story *story)
{
    Person *alice = story->alice;

    flow_control (story->flow, "error messages.discardEncryption 1 420 FLOOD_WAIT_5000");
    g_assert_cmpint (tg_secret_close (alice->client, story->chats[CHAT_ENDING], FALSE),
                     ==, TALK_DONE);
    flow_wait (story->flow, 3000);
    person_hears (alice, "sent"); /* the two before this */
    person_hears (alice, "sent");
    flow_control (story->flow, "error messages.sendEncrypted 1 400 DATA_INVALID");
    story_says (story, alice, CHAT_UNSEEN, "refused");
    person_hears (alice, "failed DATA_INVALID refused");
    flow_wait (story->flow, 3000);
    g_key_file_set_boolean (story->file, names[CHAT_UNSEEN], "refused", TRUE);
    flow_control (story->flow, "error messages.sendEncrypted 1 420 FLOOD_WAIT_5000");
    story_says (story, alice, CHAT_OUTBOX, "unsent one");
    story_says (story, alice, CHAT_OUTBOX, "unsent two"); /* keeps its place */
    flow_wait (story->flow, 3000);
    uploads (story);
    person_never_heard (alice, "sent");
}

typedef struct {
    Person *person;
    char *folder;
} Death;

/* What lies on the disk at that moment is the end: nothing is put in order. */
static void
died_cb (void *user)
{
    Death *death = user;

    copy_folder (death->person->directory, death->folder);
    person_stop (death->person);
}

static gboolean
is_dead (void *user)
{
    return ((Person *)user)->client == NULL;
}

static void
says_in_bold (Story *story)
{
    static const TalkSpan shown = { TALK_STYLE_BOLD, 0, 5, NULL };
    g_autoptr (TalkSpans) spans = talk_spans_new (&shown, 1);
    TalkTyped typed = { .text = "shown, not seen", .spans = spans };
    g_autofree int64_t *ids = NULL;
    size_t n;

    g_assert_cmpint (
        tg_secret_write (story->bob->client, story->chats[CHAT_UNSEEN], &typed, &ids, &n),
        ==, TALK_DONE);
    g_key_file_set_boolean (story->file, names[CHAT_UNSEEN], "looks", TRUE);
}

/* Alice's process ends between storing a text and showing it. */
static void
die_before_showing (Story *story, char *folder)
{
    Person *alice = story->alice, *bob = story->bob;
    Death death = { alice, folder };

    says_in_bold (story);
    person_hears (alice, "message shown, not seen");
    flow_wait (story->flow, 5000);
    story_says (story, bob, CHAT_UNSEEN, "never shown");
    fake_host_die_after (alice->host, 1, died_cb, &death);
    g_assert_true (world_until (story->flow->world, is_dead, alice, 5000));
    person_never_heard (alice, "message never shown");
    flow_wait (story->flow, 1000);
    person_stop (bob);
}

/* --- both halves --- */

static Story *
story_new (Flow *flow)
{
    Story *story = g_new0 (Story, 1);

    story->flow = flow;
    story->alice = flow_person (flow, 0);
    story->bob = flow_person (flow, 1);
    story->file = g_key_file_new ();
    return story;
}

void
story_free (Story *story)
{
    g_key_file_unref (story->file);
    flow_free (story->flow);
    g_free (story);
}

void
yesterday_write (const char *folder)
{
    g_autoptr (Story) story = story_new (flow_new (SEED));
    g_autofree char *ini = g_build_filename (folder, "world.ini", NULL);
    g_autofree char *alice = g_build_filename (folder, "Alice", NULL);
    g_autofree char *bob = g_build_filename (folder, "Bob", NULL);

    flow_log_in (story->alice);
    flow_log_in (story->bob);
    flow_wait (story->flow, 2000);
    all_chats (story);
    timers (story);
    half_done (story);
    unsent (story);
    for (Chat chat = 0; chat < CHATS; chat++) {
        TalkSecret info = story_info (story, story->alice, chat);
        g_autofree char *hash = g_base64_encode (info.key_hash, sizeof info.key_hash);
        g_key_file_set_integer (story->file, names[chat], "id", story->chats[chat]);
        g_key_file_set_string (story->file, names[chat], "key_hash", hash);
        g_key_file_set_int64 (story->file, names[chat], "key_created", info.key_created);
    }
    die_before_showing (story, alice);
    flow_control (story->flow, "reset"); /* what was held waits at the devices now */
    dc_save (world_dc (story->flow->world), story->file);
    copy_folder (story->bob->directory, bob);
    g_assert_true (g_key_file_save_to_file (story->file, ini, NULL));
}

Story *
yesterday_open (const char *folder)
{
    Story *story = story_new (flow_new (SEED + 1));
    World *world = story->flow->world;
    g_autofree char *ini = g_build_filename (folder, "world.ini", NULL);
    g_autofree char *alice = g_build_filename (folder, "Alice", NULL);
    g_autofree char *bob = g_build_filename (folder, "Bob", NULL);
    g_autoptr (GError) error = NULL;

    g_key_file_load_from_file (story->file, ini, G_KEY_FILE_NONE, &error);
    g_assert_no_error (error);
    for (Chat chat = 0; chat < CHATS; chat++)
        story->chats[chat] =
            g_key_file_get_integer (story->file, names[chat], "id", NULL);
    world_run (world, g_key_file_get_int64 (story->file, "centre", "wall_ms", NULL) -
                          world_now (world).wall);
    dc_load (world_dc (world), story->file);
    copy_folder (alice, story->alice->directory);
    copy_folder (bob, story->bob->directory);
    return story;
}
