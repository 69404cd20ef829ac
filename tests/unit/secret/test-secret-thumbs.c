/* What comes beside a medium: its small picture, and which album it is of (SECRET-CHATS.md
 * section H). */
#include "spell.h"

#include <string.h>

/* Headers of JPEGs of 90 x 60, 320 x 1 and 321 x 1, and what is none. */
#define HEAD "xffd8ffc0000b08"
#define TAIL "01011100ffda0008010100003f007fffd9"
#define SMALL HEAD "003c005a" TAIL
#define WIDE HEAD "00010140" TAIL
#define WIDER HEAD "00010141" TAIL
#define PNG "x89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"

/* The newest message that an end was told of. */
typedef struct {
    unsigned n;
    GBytes *thumb; /* or NULL */
    int64_t album;
    int place;
} Told;

static void
watch_cb (World *w, End *end, const TalkEvent *event)
{
    Told *told = w->user;

    if (event->kind != TALK_EVENT_MESSAGE)
        return;
    g_clear_pointer (&told->thumb, g_bytes_unref);
    if (event->u.message.beside.thumb != NULL)
        told->thumb = g_bytes_ref (event->u.message.beside.thumb);
    told->album = event->u.message.beside.album;
    told->place = event->u.message.beside.album_place;
    told->n++;
}

static void
watch (World *w, Told *told)
{
    *told = (Told){ 0 };
    w->user = told;
    w->watch = watch_cb;
}

static void
unwatch (World *w, Told *told)
{
    w->watch = NULL;
    g_clear_pointer (&told->thumb, g_bytes_unref);
}

static void
sends_photo (World *w, int64_t id, const char *thumb, int32_t ttl)
{
    send_spelled (w, w->alice,
                  "91cc4674 i512 l%" G_GINT64_FORMAT
                  " i%d '' f1fa8d78 %s i90 i60 i640 i480 i9 b32 b32 ''",
                  id, ttl, thumb);
}

static GBytes *
kept (End *end, int64_t id)
{
    const SecretNote *note = secret_note_find (end->chat, id);

    g_assert_nonnull (note);
    return note->thumb;
}

/* SC-H10 SC-H11: a small picture is a JPEG by its bytes, within its bounds, of what is looked at;
 * whatever else stands there is none, and takes nothing with it */
static void
a_small_picture_is_small (World *w)
{
    static const struct {
        const char *media;
        gboolean there;
    } rows[] = {
        { "f1fa8d78 " SMALL " i90 i60 i640 i480 i9 b32 b32 ''", TRUE },
        { "f1fa8d78 " SMALL " i0 i0 i640 i480 i9 b32 b32 ''", TRUE },
        { "32798a8c " SMALL " i90 i60 i640 i480 i9 b32 b32", TRUE },
        { "4cee6ef3 " SMALL " i90 i60 i9 i320 i200 i9 b32 b32", TRUE },
        { "524a415d " SMALL " i90 i60 i9 '' i320 i200 i9 b32 b32", TRUE },
        { "970c8c0e " SMALL " i90 i60 i9 '' i320 i200 i9 b32 b32 ''", TRUE },
        { "b095434b " SMALL " i90 i60 'a.pdf' '' i9 b32 b32", TRUE },
        { "7afe8ae2 " SMALL " i90 i60 '' i9 b32 b32 v0 ''", TRUE },
        { "6abd9782 " SMALL " i90 i60 '' l9 b32 b32 v0 ''", TRUE },
        { "f1fa8d78 " WIDE " i90 i60 i640 i480 i9 b32 b32 ''", TRUE },
        { "f1fa8d78 " WIDER " i90 i60 i640 i480 i9 b32 b32 ''", FALSE },
        { "f1fa8d78 " HEAD "00000000" TAIL " i90 i60 i640 i480 i9 b32 b32 ''", FALSE },
        { "f1fa8d78 " HEAD "ffffffff" TAIL " i90 i60 i640 i480 i9 b32 b32 ''", FALSE },
        { "f1fa8d78 xffd8ff i90 i60 i640 i480 i9 b32 b32 ''", FALSE },
        { "f1fa8d78 " PNG " i1 i1 i640 i480 i9 b32 b32 ''", FALSE },
        { "f1fa8d78 '<svg width=\"9\" height=\"9\"/>' i9 i9 i640 i480 i9 b32 b32 ''",
          FALSE },
        { "f1fa8d78 " SMALL " i-1 i60 i640 i480 i9 b32 b32 ''", FALSE },
        { "f1fa8d78 " SMALL " i90 i-1 i640 i480 i9 b32 b32 ''", FALSE },
        { "f1fa8d78 b0 i0 i0 i640 i480 i9 b32 b32 ''", FALSE },
        { "f1fa8d78 b20000 i90 i60 i640 i480 i9 b32 b32 ''", FALSE },
        { "f1fa8d78 b999999 i90 i60 i640 i480 i9 b32 b32 ''", FALSE },
        /* of sound, and of what stands for a text */
        { "6abd9782 " SMALL " i90 i60 '' l9 b32 b32 v1 9852f9c6 i0 i9 ''", FALSE },
        { "6abd9782 " SMALL " i90 i60 '' l9 b32 b32 v1 9852f9c6 i1024 i9 ''", FALSE },
        { "6abd9782 " SMALL " i90 i60 '' l9 b32 b32 v1 3a556302 'a' ffb62b95 ''", FALSE },
    };
    End *bob = w->bob;
    Told told;

    watch (w, &told);
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        int64_t id = 1 + (int64_t)i;
        send_spelled (w, w->alice, "91cc4674 i512 l%zu i0 '' %s", i + 1, rows[i].media);
        g_test_message ("%s", rows[i].media);
        g_assert_cmpuint (told.n, ==, i + 1);
        g_assert_true ((told.thumb != NULL) == rows[i].there);
        g_assert_true ((kept (bob, id) != NULL) == rows[i].there);
        g_assert_cmpint (secret_note_find (bob->chat, id)->file->look.file, ==,
                         TALK_FILE_THERE);
    }
    unwatch (w, &told);
}

/* SC-H10: 20000 bytes may be, one more may not */
static void
its_bytes_are_bounded (World *w)
{
    for (int more = 0; more < 2; more++) {
        GString *jpeg = g_string_new ("xffd8ffc0000b08003c005a01011100");
        while (jpeg->len < 1 + 2 * (size_t)(MEDIA_THUMB_MAX - 12 + more))
            g_string_append (jpeg, "00");
        g_string_append (jpeg, "ffda0008010100003f00ffd9");
        sends_photo (w, 1 + more, jpeg->str, 0);
        g_string_free (jpeg, TRUE);
        GBytes *thumb = kept (w->bob, 1 + more);
        g_assert_true ((thumb == NULL) == (more == 1));
        if (thumb != NULL)
            g_assert_cmpuint (g_bytes_get_size (thumb), ==, MEDIA_THUMB_MAX);
    }
}

/* SC-H10 DECISIONS 3 DECISIONS 23: it comes back with a message that nobody has seen, and goes when
 * its text goes: seen, let go, deleted */
static void
it_goes_with_the_text (World *w)
{
    End *bob = w->bob;
    Told told;
    int64_t ids[] = { 1, 2, 3 };

    watch (w, &told);
    for (int i = 0; i < 3; i++)
        sends_photo (w, ids[i], SMALL, 0);
    end_restarts (bob, NULL, NULL);
    g_assert_nonnull (told.thumb);
    g_assert_cmpuint (told.n, ==, 6);
    g_assert_cmpuint (bob->chat->notes.thumbs, ==, 3);
    g_assert_cmpuint (g_bytes_get_size (kept (bob, 1)), ==,
                      g_bytes_get_size (told.thumb));
    secret_chat_seen (bob->chat, &ids[0], 1, w->now);
    secret_chat_let_go (bob->chat, ids[1]);
    secret_chat_delete (bob->chat, &ids[2], 1, w->now);
    end_turn (bob);
    for (int again = 0; again < 2; again++) {
        g_assert_null (kept (bob, 1));
        g_assert_null (kept (bob, 2));
        g_assert_null (secret_note_find (bob->chat, 3));
        g_assert_cmpuint (bob->chat->notes.thumbs, ==, 0);
        end_restarts (bob, NULL, NULL);
    }
    unwatch (w, &told);
}

/* SC-G4 SC-H10: what is opened is not seen before, not even small */
static void
what_opens_has_none (World *w)
{
    Told told;

    watch (w, &told);
    for (int again = 0; again < 2; again++) {
        for (int32_t ttl = 1; ttl <= 61 && !again; ttl += 30) {
            sends_photo (w, ttl, SMALL, ttl);
            g_assert_true ((told.thumb != NULL) == (ttl == 61));
        }
        g_assert_null (kept (w->bob, 1));
        g_assert_null (kept (w->bob, 31));
        g_assert_nonnull (kept (w->bob, 61));
        end_restarts (w->bob, NULL, NULL);
    }
    unwatch (w, &told);
}

/* SC-H10: of a flood all are told, and the first are kept */
static void
so_many_are_kept (World *w)
{
    End *bob = w->bob;
    Told told;

    bob->env.current_g = 7; /* no new key meanwhile */
    watch (w, &told);
    for (int i = 0; i < 2 * SECRET_THUMBS_MAX; i++) {
        sends_photo (w, 1 + i, SMALL, 0);
        g_assert_nonnull (told.thumb);
    }
    for (int again = 0; again < 2; again++) {
        g_assert_cmpuint (bob->chat->notes.thumbs, ==, SECRET_THUMBS_MAX);
        g_assert_nonnull (kept (bob, SECRET_THUMBS_MAX));
        g_assert_null (kept (bob, SECRET_THUMBS_MAX + 1));
        end_restarts (bob, NULL, NULL);
    }
    end_sees (bob);
    g_assert_cmpuint (bob->chat->notes.thumbs, ==, 0);
    unwatch (w, &told);
}

/* SC-H10 DECISIONS 32: of ten thousand files the small pictures that are kept are few, and when they were
 * seen a thousand are remembered */
static void
ten_thousand_files_are_few (World *w)
{
    End *bob = w->bob;
    Told told;

    bob->env.current_g = 7; /* no new key meanwhile */
    watch (w, &told);
    for (int i = 0; i < 10000; i++) {
        sends_photo (w, 1 + i, SMALL, 0);
        if (i % 1000 == 999 && i < 5000)
            end_sees (bob);
        g_assert_cmpuint (bob->chat->notes.thumbs, <=, SECRET_THUMBS_MAX);
    }
    g_assert_cmpuint (told.n, ==, 10000);
    end_sees (bob);
    sends_photo (w, 10001, SMALL, 0); /* now it is looked which of them go */
    g_assert_cmpuint (g_hash_table_size (bob->chat->notes.table), <=, 1250);
    g_assert_cmpuint (bob->chat->notes.thumbs, ==, 1);
    unwatch (w, &told);
}

/* Of that album, or with a `medium` of that kind. */
static void
sends_of_album (World *w, int64_t id, int64_t album)
{
    send_spelled (w, w->alice,
                  "91cc4674 i131584 l%" G_GINT64_FORMAT
                  " i0 '' f1fa8d78 b0 i0 i0 i1 i1 i9 b32 b32 '' l%" G_GINT64_FORMAT,
                  id, album);
}

/* SC-H17: what is of an album says so, and which of it it is: ten at most, counted on over the
 * program's end, whatever comes between, and from anew with another one */
static void
an_album_is_counted (World *w)
{
    static const struct {
        int64_t album;
        int place;
        gboolean restarts;
    } rows[] = {
        { 5, 1, FALSE },         { 5, 2, FALSE },         { 0, 0, FALSE },
        { 5, 3, TRUE },          { 5, 4, FALSE },         { -6, 1, FALSE },
        { 5, 1, TRUE },          { INT64_MIN, 1, FALSE }, { INT64_MAX, 1, FALSE },
        { INT64_MAX, 2, FALSE }, { INT64_MAX, 3, FALSE }, { INT64_MAX, 4, FALSE },
        { INT64_MAX, 5, FALSE }, { INT64_MAX, 6, FALSE }, { INT64_MAX, 7, FALSE },
        { INT64_MAX, 8, FALSE }, { INT64_MAX, 9, FALSE }, { INT64_MAX, 10, FALSE },
        { INT64_MAX, 0, FALSE }, { INT64_MAX, 0, TRUE },  { 7, 1, FALSE },
    };
    Told told;

    watch (w, &told);
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        if (rows[i].restarts) {
            end_sees (w->bob);
            end_restarts (w->bob, NULL, NULL);
        }
        sends_of_album (w, 1 + (int64_t)i, rows[i].album);
        g_test_message ("%zu", i);
        g_assert_cmpint (told.place, ==, rows[i].place);
        g_assert_cmpint (told.album, ==, rows[i].place > 0 ? rows[i].album : 0);
    }
    /* a text, and a place on the map, are of none */
    send_spelled (w, w->alice, "91cc4674 i131072 l90 i0 'text' l7");
    g_assert_cmpint (told.place, ==, 0);
    send_spelled (w, w->alice, "91cc4674 i131584 l91 i0 '' 35480a59 ~52.5 ~-13.25 l7");
    g_assert_cmpint (told.place, ==, 0);
    unwatch (w, &told);
}

/* SC-H17: of a hundred albums of a hundred each has ten, the other messages are of none */
static void
a_hundred_albums_of_a_hundred (World *w)
{
    Told told;

    w->bob->env.current_g = 7; /* no new key meanwhile */
    watch (w, &told);
    for (int i = 0; i < 10000; i++) {
        sends_of_album (w, 1 + i, 1 + i / 100);
        g_assert_cmpint (told.place, ==, i % 100 < 10 ? i % 100 + 1 : 0);
        if (i % 1000 == 999)
            end_sees (w->bob);
    }
    g_assert_cmpuint (told.n, ==, 10000);
    unwatch (w, &told);
}

/* SC-H17: an album that goes says so, too, and what comes meanwhile is counted apart */
static void
an_own_album_is_counted_apart (World *w)
{
    SecretFileOut photo = { .content = TALK_CONTENT_PHOTO,
                            .look = { .size = 77, .width = 640, .height = 480 } };
    Told told;
    int64_t id;

    watch (w, &told);
    w->lawless = TRUE;
    for (int i = 1; i <= 3; i++) {
        sends_of_album (w, i, 5);
        g_assert_cmpint (told.album, ==, 5);
        g_assert_cmpint (told.place, ==, i);
        photo.album = i < 3 ? 6 : 0;
        g_assert_cmpint (secret_chat_send_file (w->bob->chat, &photo, w->now, &id), ==,
                         TALK_DONE);
        end_turn (w->bob);
        g_assert_cmpint (told.album, ==, photo.album);
        g_assert_cmpint (told.place, ==, i < 3 ? i : 0);
    }
    unwatch (w, &told);
}

static const Story stories[] = {
    STORY (a_small_picture_is_small, PLAIN),
    STORY (its_bytes_are_bounded, PLAIN),
    STORY (it_goes_with_the_text, PLAIN),
    STORY (what_opens_has_none, PLAIN),
    STORY (so_many_are_kept, PLAIN),
    STORY (ten_thousand_files_are_few, PLAIN),
    STORY (an_album_is_counted, PLAIN),
    STORY (an_own_album_is_counted_apart, PLAIN),
    STORY (a_hundred_albums_of_a_hundred, PLAIN),
};

int
main (int argc, char **argv)
{
    stories_init (&argc, &argv);
    stories_add ("thumbs", stories, G_N_ELEMENTS (stories));
    return g_test_run ();
}
