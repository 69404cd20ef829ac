/* Stickers of public sets, from their message to their bytes. */
#include "fake-host.h"
#include "files.h"
#include "media.h"
#include "net.h"
#include "tg-client-fetch.h"
#include "tg-client-file.h"
#include "tg-client-save.h"

#include <glib/gstdio.h>
#include <string.h>

#define PART 131072
#define STICKER_MAX (1024 * 1024)
#define SET "Cats_by_Bob"

/* It lies there, and Bob tells of it as lying at `said`. */
static int64_t
bob_sends (Files *s, int dc, int said, size_t len, MediaPublic more)
{
    g_autofree uint8_t *data = flow_bytes (len);
    g_autofree char *path = g_build_filename (s->flow->directory, "sticker", NULL);
    int64_t message;
    unsigned before = s->told.lines;

    g_assert_true (g_file_set_contents (path, (const char *)data, (gssize)len, NULL));
    more.id = 1000 + s->told.lines;
    more.access_hash = 77;
    more.dc = said;
    if (more.size == 0)
        more.size = (int32_t)len;
    if (more.mime == NULL)
        more.mime = "image/webp";
    if (more.set == NULL)
        more.set = SET;
    more.emoji = "\xf0\x9f\x90\xb1";
    g_autofree char *line = g_strdup_printf (
        "sticker %d %" G_GINT64_FORMAT " 77 " SET " %s", dc, more.id, path);
    flow_control (s->flow, line);
    g_unlink (path);
    g_assert_true (media_send_public (s->bob->client, s->bob->chat, &more, 0, &message));
    for (int i = 0; i < 200 && s->told.lines == before; i++)
        flow_wait (s->flow, 100);
    g_assert_cmpuint (s->told.lines, ==, before + 1);
    g_assert_cmpint (s->told.content, ==, TALK_CONTENT_STICKER);
    g_assert_cmpstr (s->told.detail, ==, more.emoji);
    return message;
}

/* How often any client asked for a set. */
static void
assert_sets_asked (Files *s, unsigned n)
{
    g_autofree char *want = g_strdup_printf ("ok %u", n);
    g_autofree char *got = dc_control (world_dc (s->flow->world), "stickers");

    g_assert_cmpstr (got, ==, want);
}

/* SC-H14 SC-M32 MT-H12: nothing is asked for until somebody wants it; then it comes, whatever its reference is like, and from
 * wherever it is */
static void
test_comes (void)
{
    g_autoptr (Files) s = files_new (51);
    int64_t here = bob_sends (s, 0, 2, 30000, (MediaPublic){ 0 });

    g_assert_true (s->told.media.public);
    g_assert_false (s->told.media.animated);
    g_assert_cmpint (s->told.media.file, ==, TALK_FILE_THERE);
    flow_wait (s->flow, 60000);
    assert_sets_asked (s, 0);
    flow_control (s->flow, "stickers taken");
    assert_fetched (s, here, 30000);
    assert_sets_asked (s, 0);
    flow_control (s->flow, "stickers true");
    assert_fetched (s, here, 30000);
    assert_sets_asked (s, 1);
    int64_t far = bob_sends (s, 4, 4, 5 * PART + 3, (MediaPublic){ 0 });
    assert_fetched (s, far, 5 * PART + 3);
    assert_sets_asked (s, 2);
    int64_t moved = bob_sends (s, 4, 2, STICKER_MAX, (MediaPublic){ 0 });
    assert_fetched (s, moved, STICKER_MAX); /* its set says where */
    assert_sets_asked (s, 3);
    flow_control (s->flow, "stickers taken");
    assert_fetched (s, moved, STICKER_MAX); /* or the server does */
    flow_control (s->flow, "stickers true");
    person_stop (s->alice);
    person_start (s->alice);
    person_hears (s->alice, "online");
    assert_fetched (s, here, 30000);
    assert_fetched (s, far, 5 * PART + 3);
}

/* MT-H12 MT-H14: what passes is waited for */
static void
test_goes_on (void)
{
    static const char *const lines[] = {
        "error messages.getStickerSet 2 420 FLOOD_WAIT_5",
        "error messages.getStickerSet 1 500 INTERNAL",
        "drop messages.getStickerSet 1",
        "error upload.getFile 2 420 FLOOD_WAIT_5",
        "disconnect Alice",
    };
    g_autoptr (Files) s = files_new (52);
    int64_t id = bob_sends (s, 4, 4, 3 * PART, (MediaPublic){ 0 });

    for (size_t i = 0; i < G_N_ELEMENTS (lines); i++) {
        g_test_message ("%s", lines[i]);
        flow_control (s->flow, lines[i]);
        assert_fetched (s, id, 3 * PART);
    }
}

/* MT-H12 MT-H10: a reference that stays old, a set without it, no set, other bytes: told once, and asked for once */
static void
test_does_not_come (void)
{
    static const struct {
        const char *line;
        TalkSave what;
    } rows[] = {
        { "stickers old", TALK_SAVE_REFUSED },
        { "stickers other", TALK_SAVE_REFUSED },
        { "stickers gone", TALK_SAVE_REFUSED },
        { "error messages.getStickerSet 1 400 FILE_REFERENCE_EXPIRED",
          TALK_SAVE_REFUSED },
        { "files short", TALK_SAVE_DAMAGED },
        { "files long", TALK_SAVE_DAMAGED },
        { "error upload.getFile 4 400 LOCATION_INVALID", TALK_SAVE_REFUSED },
    };
    g_autoptr (Files) s = files_new (53);
    int64_t id = bob_sends (s, 0, 2, 2 * PART + 7, (MediaPublic){ 0 });
    int64_t larger = bob_sends (s, 0, 2, PART, (MediaPublic){ .size = PART + 5 });
    int64_t loner = bob_sends (s, 0, 2, 100, (MediaPublic){ .set = "" });
    int64_t odd = bob_sends (s, 0, 2, 100, (MediaPublic){ .set = "../etc" });

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_test_message ("%s", rows[i].line);
        flow_control (s->flow, rows[i].line);
        g_assert_cmpint (fetch (s, id), ==, TALK_DONE);
        ends (s, rows[i].what);
        flow_control (s->flow, "stickers true");
        flow_control (s->flow, "files true");
        flow_control (s->flow, "reset");
    }
    assert_sets_asked (s, 6);
    g_assert_cmpint (fetch (s, larger), ==, TALK_DONE);
    ends (s, TALK_SAVE_DAMAGED);
    assert_sets_asked (s, 7);
    g_assert_cmpint (fetch (s, loner), ==, TALK_DONE);
    ends (s, TALK_SAVE_REFUSED);
    g_assert_cmpint (fetch (s, odd), ==, TALK_DONE);
    ends (s, TALK_SAVE_REFUSED);
    assert_sets_asked (s, 7); /* nobody is asked for a set of no name */
    flow_control (s->flow, "stickers taken");
    assert_fetched (s, loner, 100);
    assert_fetched (s, id, 2 * PART + 7);
}

/* SC-H14 MT-H11: too large, of no size, or nowhere: there is no file, and the emoji stands there */
static void
test_cannot_be_had (void)
{
    static const struct {
        int dc;
        int32_t size;
    } rows[] = { { 2, STICKER_MAX + 1 },
                 { 2, -1 },
                 { 2, G_MAXINT32 },
                 { 0, 100 },
                 { -1, 100 },
                 { NET_DC_MAX + 1, 100 },
                 { 1 << 30, 100 } };
    g_autoptr (Files) s = files_new (54);

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        int64_t id =
            bob_sends (s, 0, rows[i].dc, 100, (MediaPublic){ .size = rows[i].size });
        g_assert_cmpint (s->told.media.file, ==, TALK_FILE_NONE);
        g_assert_cmpint (fetch (s, id), ==, TALK_NOTHING);
    }
    assert_sets_asked (s, 0);
}

/* MT-H28: it can be saved, by what it is; and cancelled at any moment */
static void
test_saved_and_cancelled (void)
{
    static const char *const mimes[][2] = { { "image/webp", "sticker-1.webp" },
                                            { "application/x-tgsticker",
                                              "sticker-1.tgs" },
                                            { "video/webm", "sticker-1.webm" } };
    static const char *const at[] = { "delay upload.getFile 60000",
                                      "delay messages.getStickerSet 60000" };
    g_autoptr (Files) s = files_new (55);
    int64_t id = 0;

    for (size_t i = 0; i < G_N_ELEMENTS (mimes); i++) {
        TgSaveTo to = { .number = 1, .folder = s->folder, .fallback = "sticker-1" };
        to.id = id = bob_sends (s, 4, 4, PART + 9, (MediaPublic){ .mime = mimes[i][0] });
        g_assert_cmpint (s->told.media.animated, ==, i > 0);
        s->told.ended = 0;
        g_assert_cmpint (tg_secret_save (s->alice->client, s->alice->chat, &to), ==,
                         TALK_DONE);
        ends (s, TALK_SAVE_DONE);
        g_autofree char *base = g_path_get_basename (s->told.path);
        g_assert_cmpstr (base, ==, mimes[i][1]);
        g_unlink (s->told.path);
    }
    for (size_t i = 0; i < G_N_ELEMENTS (at); i++) {
        flow_control (s->flow, at[i]);
        g_assert_cmpint (fetch (s, id), ==, TALK_DONE);
        flow_wait (s->flow, 3000);
        g_assert_cmpuint (s->told.ended, ==, 0);
        g_assert_true (tg_secret_fetch_cancel (s->alice->client, s->alice->chat, id));
        ends (s, TALK_SAVE_CANCELLED);
        flow_wait (s->flow, 120000);
        g_assert_cmpuint (s->told.ended, ==, 1);
        flow_control (s->flow, "reset");
    }
    flow_control (s->flow, "delay messages.getStickerSet 60000");
    g_assert_cmpint (fetch (s, id), ==, TALK_DONE);
    flow_wait (s->flow, 3000);
    person_stop (s->alice);
    person_start (s->alice);
    person_hears (s->alice, "online");
    flow_control (s->flow, "reset");
    assert_fetched (s, id, PART + 9);
}

/* What Alice had goes on to Bob by another chat, where he has it as she had it. */
static void
goes_on (Files *s, int32_t from, int64_t id, int32_t to, const char *emoji, size_t len)
{
    g_autofree uint8_t *want = flow_bytes (len);
    Told *bob = &s->bob_told;
    unsigned before = bob->lines;
    int64_t sent;

    g_assert_cmpint (tg_secret_forward_file (s->alice->client, from, id, to,
                                             &(TalkTyped){ .text = "" }, &sent),
                     ==, TALK_DONE);
    for (int i = 0; i < 200 && bob->lines == before; i++)
        flow_wait (s->flow, 100);
    g_assert_cmpuint (bob->lines, ==, before + 1);
    g_assert_cmpint (bob->id, ==, sent);
    g_assert_cmpint (bob->content, ==, TALK_CONTENT_STICKER);
    g_assert_cmpstr (bob->detail, ==, emoji);
    g_assert_true (bob->media.public);
    g_assert_cmpint (bob->media.size, ==, len);
    bob->ended = 0;
    g_assert_cmpint (tg_secret_fetch (s->bob->client, to, sent), ==, TALK_DONE);
    for (int i = 0; i < 60 && bob->ended == 0; i++)
        flow_wait (s->flow, 500);
    g_assert_cmpint (bob->what, ==, TALK_SAVE_DONE);
    g_assert_cmpmem (g_bytes_get_data (bob->bytes, NULL), g_bytes_get_size (bob->bytes),
                     want, len);
}

/* SC-H14 SC-H18: it goes on as what it is, with its set, wherever it lies: nothing is asked of the server for that, nor
 * goes there; even before the chat is ready, and after the program's end. What it stands for goes with it while this process
 * knows it */
static void
test_sent_on (void)
{
    g_autoptr (Files) s = files_new (56);
    const char *cat = "\xf0\x9f\x90\xb1";
    int64_t here = bob_sends (s, 0, 2, 30000, (MediaPublic){ 0 });
    int64_t moved = bob_sends (s, 4, 2, PART + 9, (MediaPublic){ 0 });
    int32_t from = s->alice->chat, to;

    person_reads (s->alice);
    to = person_starts (s->alice, s->bob);
    goes_on (s, from, here, to, cat, 30000);
    assert_sets_asked (s, 1); /* by Bob */
    goes_on (s, from, moved, to, cat, PART + 9);
    assert_sets_asked (s, 2);
    person_stop (s->alice);
    person_start (s->alice);
    person_hears (s->alice, "online");
    goes_on (s, from, here, to, NULL, 30000);
    assert_sets_asked (s, 3);
    g_autofree char *counts = dc_control (world_dc (s->flow->world), "stats");
    g_assert_nonnull (strstr (counts, "messages.sendEncrypted="));
    g_assert_null (strstr (counts, "upload.save"));
    g_assert_null (strstr (counts, "sendEncryptedFile"));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/flow/stickers/comes", test_comes);
    g_test_add_func ("/flow/stickers/goes-on", test_goes_on);
    g_test_add_func ("/flow/stickers/does-not-come", test_does_not_come);
    g_test_add_func ("/flow/stickers/cannot-be-had", test_cannot_be_had);
    g_test_add_func ("/flow/stickers/saved-and-cancelled", test_saved_and_cancelled);
    g_test_add_func ("/flow/stickers/sent-on", test_sent_on);
    return g_test_run ();
}
