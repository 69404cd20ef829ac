/* Records of earlier versions are read as what they meant (tl/schema/record.tl). */
#include "forge.h"
#include "spell.h"

#include "record.tl.h"

/* The chat's record of `end` as the version before would have written it. */
static void
put_old_chat (End *end, gboolean has_v2)
{
    SecretChat *chat = end->chat;
    g_auto (TlWriter) writer = { 0 };
    RecChatKey key =
        TL_NEW (RecChatKey, .fingerprint = chat->keys.now.fingerprint,
                .key = TL_BYTES (chat->keys.now.key, 256),
                .created = chat->keys.now.created, .messages = chat->keys.now.messages);
    RecChat1 old =
        TL_NEW (RecChat1, .outgoing = chat->outgoing, .has_v2 = has_v2,
                .wrapped_seen = TRUE, .id = chat->id, .access_hash = chat->access_hash,
                .user_id = chat->user_id, .state = (int32_t)chat->state, .ttl = 77,
                .peer_layer = chat->layers.peer, .told_layer = chat->layers.told,
                .sent_layer = chat->layers.sent, .raw_in = chat->numbers.raw_in,
                .raw_out = chat->numbers.raw_out, .peer_in = chat->numbers.peer_in,
                .in_floor = chat->numbers.in_floor, .rekey_peer_at = -1, .has_g = TRUE,
                .g = chat->handshake.g, .p = TL_BYTES (chat->handshake.p, 256),
                .key_hash = TL_BYTES (chat->keys.hash, 36), .key = TL_OBJ (&key));

    g_assert_true (tl_encode (&tl_record_schema, TL_OBJ (&old), &writer));
    store_batch_put (end_batch (end), (StoreKey){ STORE_CHAT, chat->id, 0 }, writer.data,
                     writer.len);
}

static void
put_old_gap (End *end, int32_t raw_in)
{
    g_auto (TlWriter) writer = { 0 }, body = { 0 };
    SecretDecryptedMessage message = TL_NEW (SecretDecryptedMessage, .random_id = 5,
                                             .message = TL_STR ("from the queue"));
    g_assert_true (tl_encode (&tl_secret_schema, TL_OBJ (&message), &body));
    RecGap1 old = TL_NEW (RecGap1, .raw_in = raw_in, .date = 1, .layer = 144,
                          .in_seq_no = 2, .fingerprint = end->chat->keys.now.fingerprint,
                          .body = TL_BYTES (body.data, body.len));

    g_assert_true (tl_encode (&tl_record_schema, TL_OBJ (&old), &writer));
    store_batch_put (end_batch (end), (StoreKey){ STORE_QUEUED, end->chat->id, raw_in },
                     writer.data, writer.len);
}

/* SC-L10: a changed form of a record does not look like a damaged one */
static void
records_of_the_version_before_are_read (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    w->forged++;
    put_old_chat (bob, TRUE);
    put_old_gap (bob, 2);
    end_restarts (bob, NULL, NULL);
    g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_READY);
    g_assert_cmpint (end_info (bob).ttl, ==, 77);
    g_assert_cmpuint (end_info (bob).queued, ==, 1);
    g_assert_true (bob->chat->numbers.has_v2);
    g_assert_cmpint (bob->chat->numbers.first_v2, ==,
                     0); /* nothing older opens (SC-B13) */
    g_assert_false (bob->chat->keys.verified);
    g_free (end_events (bob));
    end_says (alice, "fills the hole");
    alice->chat->numbers.raw_out++;
    world_run (w);
    assert_events (bob, "message 'fills the hole' ttl 0 content 0\n"
                        "message 'from the queue' ttl 0 content 0\n");
}

/* SC-L10: the same of a message that came before the chat was ready */
static void
an_early_message_of_the_version_before_is_read (World *w)
{
    End *bob = w->bob;
    g_auto (TlWriter) writer = { 0 };
    RecEarly1 old = TL_NEW (RecEarly1, .date = 7, .data = TL_STR ("sealed"));

    bob->thinks = TRUE;
    end_asks (w->alice);
    world_run (w);
    g_assert_true (tl_encode (&tl_record_schema, TL_OBJ (&old), &writer));
    store_batch_put (end_batch (bob), (StoreKey){ STORE_EARLY, bob->chat->id, 1 },
                     writer.data, writer.len);
    end_restarts (bob, NULL, NULL);
    g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_REQUESTED);
    g_assert_cmpuint (bob->chat->handshake.early->len, ==, 1);
    const SecretEarly *early = bob->chat->handshake.early->pdata[0];
    g_assert_cmpint (early->date, ==, 7);
    g_assert_cmpmem (early->data->data, early->data->len, "sealed", 6);
}

/* SC-L8: what the newer record holds comes back from it */
static void
the_newer_record_comes_back_whole (World *w)
{
    End *bob = w->bob;

    bob->chat->numbers.first_v2 = 5;
    bob->chat->keys.verified = TRUE;
    bob->chat->holes.told = TRUE;
    bob->chat->end.save = TRUE;
    secret_settle (bob->chat, w->now);
    end_restarts (bob, NULL, NULL);
    g_assert_true (bob->chat->numbers.has_v2);
    g_assert_cmpint (bob->chat->numbers.first_v2, ==, 5);
    g_assert_true (bob->chat->keys.verified);
    g_assert_true (bob->chat->holes.told);
    secret_chat_close (bob->chat, FALSE, TALK_CLOSED_BY_US, w->now);
    g_assert_false (end_info (bob).verified); /* SC-K4: ends with the chat */
    end_restarts (bob, NULL, NULL);
    g_assert_false (end_info (bob).verified);
}

/* What a version wrote that knew of a file, but not where it lies. */
static void
put_old (End *end, StoreKind kind, int64_t id, const TlObject *record)
{
    g_auto (TlWriter) writer = { 0 };

    g_assert_true (tl_encode (&tl_record_schema, record, &writer));
    store_batch_put (end_batch (end), (StoreKey){ kind, end->chat->id, id }, writer.data,
                     writer.len);
}

/* SC-L10 SC-H9: a message with a file from before files were kept, shown or behind a hole, is
 * the line that it was, and its file is not there */
static void
files_of_the_version_before_are_lines (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    g_autoptr (GByteArray) body =
        spell ("91cc4674 i512 l6 i0 '' f1fa8d78 b0 i0 i0 i1 i1 i9 b32 b32 ''");
    RecGap2 gap = TL_NEW (RecGap2, .has_file = TRUE, .raw_in = 2, .date = 1, .layer = 144,
                          .in_seq_no = 2, .fingerprint = bob->chat->keys.now.fingerprint,
                          .body = TL_BYTES (body->data, body->len));
    RecChatMessage2 note =
        TL_NEW (RecChatMessage2, .random_id = 5, .order = 1, .date = 1,
                .content = TALK_CONTENT_PHOTO, .text = TL_STR ("caption"));

    w->forged++;
    put_old_chat (bob, TRUE);
    put_old (bob, STORE_QUEUED, 2, TL_OBJ (&gap));
    put_old (bob, STORE_MESSAGE, 5, TL_OBJ (&note));
    end_restarts (bob, NULL, NULL);
    assert_events (bob, "message 'caption' ttl 0 content 2\n");
    g_assert_null (secret_note_find (bob->chat, 5)->file);
    end_says (alice, "fills the hole");
    alice->chat->numbers.raw_out++;
    world_run (w);
    assert_events (bob, "message 'fills the hole' ttl 0 content 0\n"
                        "message '' ttl 0 content 2\n");
    g_assert_cmpint (secret_note_find (bob->chat, 6)->file->look.file, ==,
                     TALK_FILE_NONE);
}

/* SC-L10 SC-H10 SC-H17: what a version wrote that kept neither small pictures nor albums, nor what music is
 * called, is read: it has none, and all the rest */
static void
media_of_the_version_before_are_alone (World *w)
{
    End *bob = w->bob;
    static const uint8_t key[MEDIA_KEY_LEN];
    RecFilePlace place = TL_NEW (RecFilePlace, .dc = 2, .id = 1, .size = 16,
                                 .fingerprint = media_key_fingerprint (key, key));
    RecFile1 file = TL_NEW (RecFile1, .animated = TRUE, .place = TL_OBJ (&place),
                            .size = 9, .width = 3, .height = 4, .duration = 5,
                            .key = TL_BYTES (key, 32), .iv = TL_BYTES (key, 32),
                            .name = TL_STR ("x.mp3"), .mime = TL_STR ("audio/mpeg"));
    RecChatMessage3 old = TL_NEW (RecChatMessage3, .random_id = 5, .order = 1, .date = 1,
                                  .content = TALK_CONTENT_PHOTO, .text = TL_STR ("old"),
                                  .file = TL_OBJ (&file));

    w->forged++;
    put_old (bob, STORE_MESSAGE, 5, TL_OBJ (&old));
    for (int again = 0; again < 2; again++) {
        end_restarts (bob, NULL, NULL);
        const SecretNote *note = secret_note_find (bob->chat, 5);
        g_assert_cmpint (note->file->look.file, ==, TALK_FILE_THERE);
        g_assert_null (note->thumb);
        g_assert_true (note->file->look.animated);
        g_assert_cmpint (note->file->look.width, ==, 3);
        g_assert_cmpint (note->file->look.height, ==, 4);
        g_assert_cmpint (note->file->look.duration, ==, 5);
        g_assert_cmpstr (note->file->name, ==, "x.mp3");
        g_assert_cmpstr (note->file->mime, ==, "audio/mpeg");
        g_assert_null (note->file->title);
        g_assert_null (note->file->performer);
        g_assert_cmpint (note->album, ==, 0);
        g_assert_cmpint (note->album_place, ==, 0);
        secret_save_note (bob->chat, note); /* ... and written as every other */
        end_turn (bob);
    }
}

/* SC-L10 SC-H10: nothing in a record is trusted: of a small picture that is none nothing is kept,
 * nor of an own message's, and no place in an album is beyond it */
static void
what_a_record_says_is_bounded (World *w)
{
    static const struct {
        gboolean outgoing;
        const char *text;
        int32_t says, place;
    } rows[] = { { FALSE, "in", 11, 10 }, { FALSE, "in", -1, 1 }, { TRUE, "out", 3, 0 } };
    End *bob = w->bob;
    g_autofree char *no_picture = g_strnfill (MEDIA_THUMB_MAX, 'B');

    w->forged++;
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        RecChatMessage bad = TL_NEW (
            RecChatMessage, .outgoing = rows[i].outgoing, .random_id = 5, .order = 1,
            .date = 1, .content = TALK_CONTENT_PHOTO, .text = TL_STR (rows[i].text),
            .thumb = TL_STR (no_picture), .has_album = TRUE, .album = 7,
            .has_album_place = TRUE, .album_place = rows[i].says);
        put_old (bob, STORE_MESSAGE, 5, TL_OBJ (&bad));
        end_restarts (bob, NULL, NULL);
        const SecretNote *note = secret_note_find (bob->chat, 5);
        g_assert_null (note->thumb);
        g_assert_cmpuint (bob->chat->notes.thumbs, ==, 0);
        g_assert_cmpint (note->album_place, ==, rows[i].place);
    }
}

/* SC-L10: the same before the chat was ready */
static void
an_early_file_of_the_version_before_is_read (World *w)
{
    End *bob = w->bob;
    RecEarly2 old =
        TL_NEW (RecEarly2, .has_file = TRUE, .date = 7, .data = TL_STR ("sealed"));

    bob->thinks = TRUE;
    end_asks (w->alice);
    world_run (w);
    put_old (bob, STORE_EARLY, 1, TL_OBJ (&old));
    end_restarts (bob, NULL, NULL);
    g_assert_cmpuint (bob->chat->handshake.early->len, ==, 1);
    const SecretEarly *early = bob->chat->handshake.early->pdata[0];
    g_assert_true (early->has_file);
    g_assert_cmpint (early->file.dc, ==, 0);
}

static const Story stories[] = {
    STORY (files_of_the_version_before_are_lines, PLAIN),
    STORY (media_of_the_version_before_are_alone, PLAIN),
    STORY (what_a_record_says_is_bounded, PLAIN),
    STORY (an_early_file_of_the_version_before_is_read, PLAIN | FROM_BIRTH),
    STORY (records_of_the_version_before_are_read, PLAIN),
    STORY (an_early_message_of_the_version_before_is_read, PLAIN | FROM_BIRTH),
    STORY (the_newer_record_comes_back_whole, PLAIN),
};

int
main (int argc, char **argv)
{
    stories_init (&argc, &argv);
    stories_add ("old-record", stories, G_N_ELEMENTS (stories));
    return g_test_run ();
}
