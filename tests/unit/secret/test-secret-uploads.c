/* Own files: what their messages say, and what becomes of them (SECRET-CHATS.md section H). */
#include "secret-chat-file.h"
#include "spell.h"

#include "tl-text.h"

#include <string.h>

#define MIB ((int64_t)1 << 20)

static int64_t
sends (End *end, const SecretFileOut *file)
{
    int64_t id = 0;

    end->world->lawless = TRUE; /* what is sent here nobody said */
    g_assert_cmpint (secret_chat_send_file (end->chat, file, end->world->now, &id), ==,
                     TALK_DONE);
    end_turn (end);
    return id;
}

static const SecretFileOut a_file = { .content = TALK_CONTENT_FILE,
                                      .look = { .size = 5 },
                                      .name = "a.txt",
                                      .mime = "text/plain" };

/* What went to the server last, opened. */
static const SecretDecryptedMessage *
opened (End *from, TlMessage **message)
{
    size_t len;
    const uint8_t *data = g_bytes_get_data (newest (from), &len);

    *message = forge_opens (from->chat, from->index == 0, TL_BYTES (data, len));
    g_assert_nonnull (*message);
    const SecretDecryptedMessageLayer *layer =
        TL_AS (tl_message_root (*message), SecretDecryptedMessageLayer);
    return TL_AS (layer->message, SecretDecryptedMessage);
}

static void
speaks (End *end, int32_t layer)
{
    end->chat->layers.peer = layer;
    end->chat->layers.sent = MIN (end->chat->layers.sent, layer);
}

/* --- what is said --- */

static const TlVector *
attributes_of (const TlObject *media, int64_t *size)
{
    const SecretDecryptedMessageMediaDocument *now =
        TL_AS (media, SecretDecryptedMessageMediaDocument);
    const SecretDecryptedMessageMediaDocument45 *old =
        TL_AS (media, SecretDecryptedMessageMediaDocument45);

    *size = now != NULL ? now->size : old->size;
    return now != NULL ? &now->attributes : &old->attributes;
}

/* SC-H6 SC-H11: each kind in each layer has the form that TDLib gives it */
static void
every_kind_in_every_layer (World *w)
{
    static const struct {
        TalkContent content;
        TalkMedia look;
        uint32_t attributes[5];
    } rows[] = {
        { TALK_CONTENT_FILE, { 0 }, { SecretDocumentAttributeFilename_ID } },
        { TALK_CONTENT_FILE,
          { .width = 3, .height = 4 },
          { SecretDocumentAttributeFilename_ID, SecretDocumentAttributeImageSize_ID } },
        { TALK_CONTENT_VIDEO,
          { .width = 3, .height = 4, .duration = 5 },
          { SecretDocumentAttributeFilename_ID, SecretDocumentAttributeVideo_ID } },
        { TALK_CONTENT_VIDEO,
          { .width = 3, .height = 4, .duration = 5, .animated = TRUE },
          { SecretDocumentAttributeFilename_ID, SecretDocumentAttributeVideo_ID,
            SecretDocumentAttributeImageSize_ID, SecretDocumentAttributeAnimated_ID } },
        { TALK_CONTENT_VIDEO,
          { .width = 3, .height = 3, .duration = 5, .round = TRUE },
          { SecretDocumentAttributeVideo_ID } },
        { TALK_CONTENT_AUDIO,
          { .duration = 5 },
          { SecretDocumentAttributeFilename_ID, SecretDocumentAttributeAudio_ID } },
        { TALK_CONTENT_VOICE, { .duration = 5 }, { SecretDocumentAttributeAudio_ID } },
    };
    static const int32_t layers[] = { 73, 101, 144 };
    End *alice = w->alice;

    for (size_t l = 0; l < G_N_ELEMENTS (layers); l++) {
        speaks (alice, layers[l]);
        for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
            SecretFileOut file = a_file;
            g_autoptr (TlMessage) message = NULL;
            int64_t size;
            file.content = rows[i].content;
            file.look = rows[i].look;
            file.look.size = 5;
            sends (alice, &file);
            world_run (w);
            const TlObject *media = opened (alice, &message)->media;
            g_assert_cmphex (media->id, ==,
                             layers[l] >= 143 ? SecretDecryptedMessageMediaDocument_ID
                                              : SecretDecryptedMessageMediaDocument45_ID);
            const TlVector *attributes = attributes_of (media, &size);
            g_assert_cmpint (size, ==, 5);
            for (size_t a = 0; a < attributes->len; a++)
                g_assert_cmphex (TL_ITEM_OBJ (*attributes, a)->id, ==,
                                 rows[i].attributes[a]);
            g_assert_cmphex (rows[i].attributes[attributes->len], ==, 0);
        }
    }
}

/* Of music that went to the server last; g_free() both. */
static void
last_is_called (End *from, char **title, char **performer)
{
    g_autoptr (TlMessage) message = NULL;
    int64_t size;
    const TlVector *attributes = attributes_of (opened (from, &message)->media, &size);
    const SecretDocumentAttributeAudio *audio = TL_AS (
        TL_ITEM_OBJ (*attributes, attributes->len - 1), SecretDocumentAttributeAudio);

    *title = tl_text_own (audio->title);
    *performer = tl_text_own (audio->performer);
}

/* SC-H11: music says what it is called and by whom, if that is known, on one line; nothing else does */
static void
music_is_called (World *w)
{
    static const struct {
        TalkContent content;
        const char *title, *performer, *wants_title, *wants_performer;
    } rows[] = {
        { TALK_CONTENT_AUDIO, "A title", "Somebody", "A title", "Somebody" },
        { TALK_CONTENT_AUDIO, "A\n\xe2\x80\xaetitle", "", "A title", NULL },
        { TALK_CONTENT_AUDIO, NULL, "Somebody", NULL, "Somebody" },
        { TALK_CONTENT_VOICE, "A title", "Somebody", NULL, NULL },
    };
    End *alice = w->alice;

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        SecretFileOut file = a_file;
        g_autofree char *title = NULL, *performer = NULL;
        file.content = rows[i].content;
        file.title = rows[i].title;
        file.performer = rows[i].performer;
        sends (alice, &file);
        world_run (w);
        last_is_called (alice, &title, &performer);
        g_assert_cmpstr (title, ==, rows[i].wants_title);
        g_assert_cmpstr (performer, ==, rows[i].wants_performer);
    }
}

/* SC-H10 SC-H13 SC-H17 SC-G1 SC-I1: caption alone, how it looks, thumbnail, album, timer, answer */
static void
a_photo_says_all_of_it (World *w)
{
    static const uint8_t jpeg[6001] = { 0xff, 0xd8 };
    TalkSpan bold = { .style = TALK_STYLE_BOLD, .from = 0, .to = 3 };
    g_autoptr (TalkSpans) spans = talk_spans_new (&bold, 1);
    End *alice = w->alice;
    int64_t asked = end_says (alice, "what");
    SecretFileOut photo = {
        .content = TALK_CONTENT_PHOTO,
        .look = { .size = 77, .width = 640, .height = 480 },
        .thumb = jpeg,
        .thumb_len = 6000,
        .thumb_width = 100,
        .thumb_height = 75,
        .caption = { .text = "see", .spans = spans, .reply_to = asked },
        .silent = TRUE,
        .album = 99
    };
    for (int i = 0; i < 3; i++) {
        g_autoptr (TlMessage) opens = NULL;
        photo.thumb_len = i == 1 ? 6001 : 6000;
        photo.thumb_width = i == 2 ? 101 : 100;
        end_sets_ttl (alice, 7);
        sends (alice, &photo);
        const SecretCall *call;
        while ((call = server_call (alice, 0)) != NULL &&
               (call->kind != SECRET_CALL_SEND ||
                call->u.send.file.kind == SECRET_FILE_NONE))
            server_answers (alice);
        g_assert_nonnull (call);
        g_assert_true (call->u.send.silent);
        world_run (w);
        const SecretDecryptedMessage *message = opened (alice, &opens);
        const SecretDecryptedMessageMediaPhoto *media =
            TL_AS (message->media, SecretDecryptedMessageMediaPhoto);
        g_assert_cmpuint (message->message.len, ==, 0);
        g_assert_cmpmem (media->caption.data, media->caption.len, "see", 3);
        g_assert_cmpuint (message->entities.len, ==, 1);
        g_assert_cmpint (message->grouped_id, ==, 99);
        g_assert_cmpint (message->ttl, ==, 7);
        g_assert_cmpint (message->reply_to_random_id, ==, asked);
        g_assert_true (message->silent);
        g_assert_cmpint (media->size, ==, 77);
        g_assert_cmpint (media->w, ==, 640);
        g_assert_cmpuint (media->thumb.len, ==, i == 0 ? 6000 : 0);
        g_assert_cmpint (media->thumb_w, ==, i == 0 ? 100 : 0);
        g_assert_cmpuint (media->key.len, ==, 32);
        g_assert_cmpuint (media->iv.len, ==, 32);
    }
}

/* SC-H6: by size only */
static void
too_large_is_said (World *w)
{
    static const struct {
        int32_t layer;
        TalkContent content;
        int64_t size;
        gboolean goes;
    } rows[] = {
        { 101, TALK_CONTENT_FILE, 2000 * MIB, TRUE },
        { 101, TALK_CONTENT_FILE, 2000 * MIB + 1, FALSE },
        { 144, TALK_CONTENT_FILE, 2000 * MIB + 1, TRUE },
        { 144, TALK_CONTENT_PHOTO, 2000 * MIB + 1, FALSE },
        { 144, TALK_CONTENT_FILE, 4000 * MIB, TRUE },
        { 144, TALK_CONTENT_FILE, 4000 * MIB + 1, FALSE },
    };
    End *alice = w->alice;

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        SecretFileOut file = a_file;
        file.content = rows[i].content;
        file.look.size = rows[i].size;
        speaks (alice, rows[i].layer);
        g_free (end_events (alice));
        int64_t id = sends (alice, &file);
        g_autofree char *told = end_events (alice);
        g_assert_cmpint (secret_chat_needs_file (alice->chat, id), ==, rows[i].goes);
        g_assert_cmpint (strstr (told, "failed") == NULL, ==, rows[i].goes);
        server_forgets_calls (alice);
    }
}

/* SC-H6: nor where the other side turns out older while it goes up; no number is drawn for it */
static void
too_large_for_who_is_older (World *w)
{
    End *alice = w->alice;
    SecretFileOut file = a_file;
    unsigned before = end_info (alice).raw_out;

    file.look.size = 2000 * MIB + 1;
    sends (alice, &file);
    speaks (alice, 101);
    g_free (end_events (alice));
    server_answers (alice);
    g_autofree char *told = end_events (alice);
    g_assert_nonnull (strstr (told, "failed"));
    g_assert_cmpuint (end_info (alice).raw_out, ==, before);
}

/* SC-I3: what was never sent needs no file any more, and nothing says that it answers it */
static void
nothing_answers_what_was_not_sent (World *w)
{
    g_autoptr (TlMessage) opens = NULL;
    End *alice = w->alice;
    SecretFileOut file = a_file;

    file.refused = TALK_SEND_GONE;
    int64_t gone = sends (alice, &file);
    g_assert_nonnull (secret_note_find (alice->chat, gone));
    g_assert_false (secret_chat_needs_file (alice->chat, gone));
    file = a_file;
    file.caption.reply_to = gone;
    sends (alice, &file);
    world_run (w);
    g_assert_false (opened (alice, &opens)->has_reply_to_random_id);
}

/* --- what becomes of it --- */

static unsigned
raw_out (End *end)
{
    return end_info (end).raw_out;
}

/* SC-D2: texts pass it; it has no number until it is up, and never one where it is not */
static void
it_has_no_number_before (World *w)
{
    End *alice = w->alice;
    unsigned before = raw_out (alice);
    int64_t id = sends (alice, &a_file);
    const SecretCall *call = server_call (alice, 0);

    g_assert_cmpint (call->kind, ==, SECRET_CALL_UPLOAD);
    g_assert_cmpint (call->u.upload.id, ==, id);
    g_assert_true (secret_chat_uploads (alice->chat, id, call->token));
    g_assert_cmpuint (raw_out (alice), ==, before);
    end_says (alice, "passes");
    g_assert_cmpuint (raw_out (alice), ==, before + 1);
    g_assert_cmpint (secret_chat_cancel (alice->chat, id, w->now), ==, TALK_DONE);
    g_assert_cmpint (secret_chat_cancel (alice->chat, id, w->now), ==, TALK_NOTHING);
    g_assert_false (secret_chat_uploads (alice->chat, id, call->token));
    world_run (w); /* the server's answer comes too late */
    g_assert_cmpuint (raw_out (alice), ==, before + 1);
    g_assert_cmpstr (w->bob->texts->str, ==, "passes ");
}

/* SC-D21: sent again it is named by what the server called it, and not uploaded twice; also by
 * another process */
static void
sent_again_it_is_not_uploaded (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    for (int i = 0; i < 2; i++) {
        unsigned uploads = w->server.files->len;
        bob->policy.lose = alice->policy.lose = 0;
        alice->policy.lose = 1;
        end_sends (alice, i == 0 ? "lost" : "lost too");
        world_run (w);
        if (i == 1)
            end_restarts (alice, NULL, NULL);
        unsigned with_file = w->server.file_messages;
        end_says (alice, i == 0 ? "next" : "next one");
        world_run (w);
        g_assert_nonnull (
            strstr (bob->texts->str, i == 0 ? "lost next " : "lost too next one "));
        g_assert_cmpuint (w->server.files->len, ==, uploads + 1);
        g_assert_cmpuint (w->server.file_messages, >, with_file);
    }
}

/* SC-E13: it stops what was said of typing, as a text does: typing behind it is told anew */
static void
it_stops_typing (World *w)
{
    End *alice = w->alice;

    end_types (alice, TRUE);
    world_run (w);
    sends (alice, &a_file);
    end_types (alice, TRUE);
    g_assert_cmpuint (server_count_calls (alice, SECRET_CALL_TYPING), ==, 1);
}

/* SC-D3: what was on its way when the connection went is asked for again, once */
static void
it_is_asked_for_again (World *w)
{
    End *alice = w->alice;

    sends (alice, &a_file);
    g_assert_cmpuint (server_count_calls (alice, SECRET_CALL_UPLOAD), ==, 1);
    end_reconnects (alice);
    g_assert_cmpuint (server_count_calls (alice, SECRET_CALL_UPLOAD), ==, 1);
    world_run (w);
    g_assert_cmpuint (w->server.files->len, ==, 1);
    g_assert_cmpuint (w->server.file_messages, ==, 1);
}

/* SC-E14: its date is that of its way out, not of the hour before it */
static void
its_date_is_when_it_goes (World *w)
{
    End *alice = w->alice;
    int64_t id = sends (alice, &a_file);

    world_pass (w, 3600 * 1000);
    server_answers (alice); /* it is up, and nobody answers its message */
    g_assert_cmpint (secret_note_find (alice->chat, id)->date, ==,
                     (int32_t)(w->now.wall / 1000));
}

static unsigned lie; /* which one is told */

static void
lies_cb (World *w, MediaPlace *place)
{
    switch (lie) {
    case 0:
        place->size += 16;
        break;
    case 1:
        place->size = -1;
        break;
    case 2:
        place->fingerprint ^= 1;
        break;
    case 3:
        place->dc = 0;
        break;
    default:
        return;
    }
    place->id = 99; /* where nothing lies */
    place->access_hash = 0;
}

/* SC-H2 SC-H5 SC-D21: what the server says of an own file that cannot be that one is not believed: sent
 * again it is named by its parts, and nothing of it is told to be damaged */
static void
a_place_that_cannot_be_is_not_believed (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    w->lies = lies_cb;
    for (lie = 0; lie <= 4; lie++) {
        g_autofree char *caption = g_strdup_printf ("lost %u", lie);
        g_autofree char *next = g_strdup_printf ("next %u", lie);
        g_autofree char *both = g_strdup_printf ("%s %s ", caption, next);
        unsigned uploads = w->server.files->len;
        bob->policy.lose = alice->policy.lose = 0;
        alice->policy.lose = 1;
        int64_t id = end_sends (alice, caption);
        world_run (w);
        const SecretNote *note = secret_note_find (alice->chat, id);
        g_assert_cmpint (note->file->look.file, ==,
                         lie == 4 ? TALK_FILE_THERE : TALK_FILE_NONE);
        if (lie == 1)
            end_restarts (alice, NULL, NULL);
        end_says (alice, next);
        world_run (w);
        g_assert_nonnull (strstr (bob->texts->str, both));
        g_assert_cmpuint (w->server.files->len, ==, uploads + 1);
    }
}

/* SC-H18: what was received goes on by reference, with key and iv as they are; also where the process
 * ends in between, and not what has a timer */
static void
a_file_is_sent_on (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    TalkTyped caption = { .text = "look" };
    int64_t sent, first;

    end_sends (bob, "his");
    world_run (w);
    first = g_array_index (alice->shown, int64_t, 0);
    const MediaFile *file = secret_chat_file (alice->chat, first);
    g_assert_nonnull (file);
    for (int i = 0; i < 2; i++) {
        g_autoptr (TlMessage) opens = NULL;
        w->lawless = TRUE;
        g_assert_cmpint (secret_chat_forward_file (alice->chat, file, TALK_CONTENT_PHOTO,
                                                   &caption, w->now, &sent),
                         ==, TALK_DONE);
        end_turn (alice);
        if (i == 1) {
            end_restarts (alice, NULL, NULL);
            file = secret_chat_file (alice->chat, first);
        }
        world_run (w);
        const SecretDecryptedMessageMediaPhoto *media =
            TL_AS (opened (alice, &opens)->media, SecretDecryptedMessageMediaPhoto);
        g_assert_cmpmem (media->key.data, media->key.len, file->key, sizeof file->key);
        g_assert_cmpmem (media->iv.data, media->iv.len, file->iv, sizeof file->iv);
        g_assert_cmpint (media->size, ==, 100);
        g_assert_cmpuint (w->server.files->len, ==, 1); /* uploaded once, by Bob */
        g_assert_nonnull (secret_chat_file (
            bob->chat, g_array_index (bob->shown, int64_t, bob->shown->len - 1)));
    }
    end_sets_ttl (bob, 60);
    world_run (w);
    end_sends (bob, "timed");
    world_run (w);
    g_assert_null (secret_chat_file (
        alice->chat, g_array_index (alice->shown, int64_t, alice->shown->len - 1)));
}

/* SC-H11, SC-H18, SC-L8: music goes on with what it is called and by whom, also after the process ended; what
 * is kept of either is a line */
static void
music_is_sent_on (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    TalkTyped caption = { .text = "" };
    SecretFileOut music = a_file;
    g_autofree char *much = g_strnfill (5000, 'x');
    int64_t sent;

    music.content = TALK_CONTENT_AUDIO;
    music.title = "A title";
    music.performer = "Somebody";
    for (int i = 0; i < 3; i++) {
        g_autofree char *title = NULL, *performer = NULL;
        if (i == 2)
            music.title = much;
        sends (bob, &music);
        world_run (w);
        if (i > 0)
            end_restarts (alice, NULL, NULL);
        const MediaFile *file = secret_chat_file (
            alice->chat, g_array_index (alice->shown, int64_t, alice->shown->len - 1));
        g_assert_nonnull (file);
        w->lawless = TRUE;
        g_assert_cmpint (secret_chat_forward_file (alice->chat, file, TALK_CONTENT_AUDIO,
                                                   &caption, w->now, &sent),
                         ==, TALK_DONE);
        end_turn (alice);
        world_run (w);
        last_is_called (alice, &title, &performer);
        g_assert_cmpstr (performer, ==, "Somebody");
        if (i < 2)
            g_assert_cmpstr (title, ==, "A title");
        else
            g_assert_cmpint (g_utf8_strlen (title, -1), ==, MEDIA_TITLE_MAX);
    }
}

/* SC-H11, SC-H14, SC-H18: a sticker goes on as one, also after the process ended, with what it stands for where that is
 * known */
static void
a_sticker_is_sent_on (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    TalkTyped caption = { .text = "" };
    SecretFileOut sticker = a_file;
    int64_t sent;

    sticker.content = TALK_CONTENT_STICKER;
    sends (bob, &sticker);
    world_run (w);
    end_restarts (alice, NULL, NULL);
    int64_t first = g_array_index (alice->shown, int64_t, 0);
    SecretNote *came = secret_note_find (alice->chat, first);
    g_assert_cmpint (came->content, ==, TALK_CONTENT_STICKER);
    media_file_set_emoji (came->file, TL_STR ("ok"));
    w->lawless = TRUE;
    g_assert_cmpint (
        secret_chat_forward_file (alice->chat, secret_chat_file (alice->chat, first),
                                  TALK_CONTENT_STICKER, &caption, w->now, &sent),
        ==, TALK_DONE);
    end_turn (alice);
    world_run (w);
    const SecretNote *there = secret_note_find (bob->chat, sent);
    g_assert_cmpint (there->content, ==, TALK_CONTENT_STICKER);
    g_assert_cmpstr (there->file->emoji, ==, "ok");
}

/* What Alice's last message says of a sticker of a public set, as Bob's said it. */
static void
assert_public (End *alice, const char *emoji)
{
    g_autoptr (TlMessage) opens = NULL;
    const SecretDecryptedMessage *message = opened (alice, &opens);
    const SecretDecryptedMessageMediaExternalDocument *media =
        TL_AS (message->media, SecretDecryptedMessageMediaExternalDocument);

    g_assert_nonnull (media);
    g_assert_cmpint (media->id, ==, 1007);
    g_assert_cmpint (media->access_hash, ==, -77);
    g_assert_cmpint (media->dc_id, ==, 4);
    g_assert_cmpint (media->size, ==, 30000);
    g_assert_cmpmem (media->mime_type.data, media->mime_type.len, "image/webp", 10);
    g_assert_cmphex (media->thumb->id, ==, SecretPhotoSizeEmpty_ID);
    g_assert_cmpuint (media->attributes.len, ==, 2);
    const SecretDocumentAttributeImageSize *sides =
        TL_AS (TL_ITEM_OBJ (media->attributes, 0), SecretDocumentAttributeImageSize);
    g_assert_cmpint (sides->w, ==, 512);
    g_assert_cmpint (sides->h, ==, 400);
    const SecretDocumentAttributeSticker *sticker =
        TL_AS (TL_ITEM_OBJ (media->attributes, 1), SecretDocumentAttributeSticker);
    g_assert_cmpmem (sticker->alt.data, sticker->alt.len, emoji, strlen (emoji));
    const SecretInputStickerSetShortName *set =
        TL_AS (sticker->stickerset, SecretInputStickerSetShortName);
    g_assert_cmpmem (set->short_name.data, set->short_name.len, "Cats", 4);
}

/* SC-H14, SC-H18: a sticker of a public set goes on as what it is, in each layer, with nothing beside its message; what
 * it stands for goes with it as long as that is known: in this process, after it until it was seen */
static void
a_public_sticker_is_sent_on (World *w)
{
    static const int32_t layers[] = { 73, 101, 144, 144, 144 };
    End *alice = w->alice, *bob = w->bob;
    TalkTyped caption = { .text = "" };
    int64_t sent;

    for (int i = 0; i < (int)G_N_ELEMENTS (layers); i++) {
        gboolean seen = i != 3, restarts = i >= 3;
        g_autofree char *words =
            g_strdup_printf ("91cc4674 i512 l%d i0 '' fa95b0dd l1007 l-77 i1 "
                             "'image/webp' i30000 0e17e23c 's' i4 "
                             "v2 6c37c15c i512 i400 3a556302 'ok' 861cc8a0 'Cats'",
                             500 + i);
        g_autoptr (GByteArray) bytes = spell ("%s", words);
        g_autoptr (TlMessage) said =
            tl_message_decode (&tl_secret_schema, bytes->data, bytes->len, NULL);
        g_assert_nonnull (said);
        w->lawless = TRUE;
        send_object (w, bob, tl_message_root (said));
        while (world_step (w))
            ;
        if (seen)
            secret_chat_seen (alice->chat, &(int64_t){ 500 + i }, 1, w->now);
        end_turn (alice);
        if (restarts)
            end_restarts (alice, NULL, NULL);
        const MediaFile *file = secret_chat_file (alice->chat, 500 + i);
        g_assert_nonnull (file);
        speaks (alice, layers[i]);
        g_assert_cmpint (secret_chat_forward_file (alice->chat, file,
                                                   TALK_CONTENT_STICKER, &caption, w->now,
                                                   &sent),
                         ==, TALK_DONE);
        end_turn (alice);
        world_run (w);
        assert_public (alice, seen && restarts ? "" : "ok");
        g_assert_cmpuint (w->server.files->len, ==, 0);
        const SecretNote *there = secret_note_find (bob->chat, sent);
        g_assert_cmpint (there->content, ==, TALK_CONTENT_STICKER);
        g_assert_cmpint (there->file->look.file, ==, TALK_FILE_THERE);
        g_assert_true (there->file->look.public);
    }
}

/* SC-A33: before the chat is ready it waits; where it ends, it is told */
static void
it_waits_for_the_chat (World *w)
{
    End *alice = w->alice;

    w->bob->thinks = TRUE;
    end_asks (alice);
    world_run (w);
    sends (alice, &a_file);
    world_run (w);
    g_assert_cmpuint (w->server.files->len, ==, 0);
    end_accepts (w->bob);
    world_run (w);
    g_assert_cmpuint (w->server.files->len, ==, 1);
    g_assert_cmpuint (w->server.file_messages, ==, 1);
    sends (alice, &a_file);
    g_free (end_events (alice));
    end_closes (alice, FALSE);
    g_autofree char *told = end_events (alice);
    g_assert_nonnull (strstr (told, "failed"));
}

int
main (int argc, char **argv)
{
    static const Story stories[] = {
        STORY (every_kind_in_every_layer, PLAIN),
        STORY (music_is_called, PLAIN),
        STORY (a_photo_says_all_of_it, PLAIN),
        STORY (too_large_is_said, PLAIN),
        STORY (too_large_for_who_is_older, PLAIN),
        STORY (nothing_answers_what_was_not_sent, PLAIN | MUTE),
        STORY (it_has_no_number_before, PLAIN),
        STORY (it_stops_typing, PLAIN),
        STORY (it_is_asked_for_again, PLAIN),
        STORY (its_date_is_when_it_goes, PLAIN),
        STORY (a_place_that_cannot_be_is_not_believed, PLAIN),
        STORY (sent_again_it_is_not_uploaded, PLAIN),
        STORY (a_file_is_sent_on, PLAIN),
        STORY (music_is_sent_on, PLAIN),
        STORY (a_sticker_is_sent_on, PLAIN),
        STORY (a_public_sticker_is_sent_on, PLAIN),
        STORY (it_waits_for_the_chat, PLAIN | FROM_BIRTH),
    };

    stories_init (&argc, &argv);
    stories_add ("uploads", stories, G_N_ELEMENTS (stories));
    return g_test_run ();
}
