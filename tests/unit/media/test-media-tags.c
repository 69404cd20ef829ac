/* What music says it is called (SC-H11), and what lies about it. */
#include "made-file.h"

#include "media-tags.h"

#include <string.h>

/* Takes the file. */
static MediaLook
tags_of (GByteArray *take_file, MediaTags *tags)
{
    g_autoptr (GByteArray) file = take_file;
    g_autofree uint8_t *exact = g_memdup2 (file->data, file->len);
    Made made = { exact, file->len };
    MediaSource source = made_source (&made);
    MediaLook look;

    media_look (&source, &look);
    media_tags (&source, &look, tags);
    g_assert_true (g_utf8_validate (tags->title, -1, NULL));
    g_assert_true (g_utf8_validate (tags->performer, -1, NULL));
    return look;
}

static void
assert_tags (GByteArray *take_file, const char *title, const char *performer)
{
    MediaTags tags;

    MediaLook look = tags_of (take_file, &tags);
    g_assert_true (look.has_sound);
    g_assert_cmpstr (tags.title, ==, title);
    g_assert_cmpstr (tags.performer, ==, performer);
}

/* --- MP3 --- */

/* 128 kbit/s, 44100 Hz, two channels: 417 bytes, 26 ms. */
static void
add_frames (GByteArray *out, unsigned n)
{
    while (n-- > 0) {
        ADD (out, "\xff\xfb\x90\x00");
        add_zeros (out, 413);
    }
}

static void
add_synchsafe (GByteArray *out, size_t n)
{
    for (int i = 3; i >= 0; i--)
        add_number (out, n >> 7 * i & 0x7f, 1, FALSE);
}

static void
add_frame (GByteArray *out, int version, const char *id, const char *text, size_t len)
{
    add (out, id, version == 2 ? 3 : 4);
    if (version == 4)
        add_synchsafe (out, len);
    else
        add_number (out, len, version == 2 ? 3 : 4, FALSE);
    if (version > 2)
        add_zeros (out, 2);
    add (out, text, len);
}

#define FRAME(out, version, id, text)                                                    \
    add_frame (out, version, id, text, sizeof (text) - 1)

/* Takes the frames of a tag. */
static GByteArray *
mp3 (int version, GByteArray *take_tag)
{
    GByteArray *out = g_byte_array_new ();

    ADD (out, "ID3");
    add_number (out, (unsigned)version, 1, FALSE);
    add_zeros (out, 2);
    add_synchsafe (out, take_tag->len);
    g_byte_array_append (out, take_tag->data, take_tag->len);
    g_byte_array_unref (take_tag);
    add_frames (out, 100);
    return out;
}

/* SC-H11: each version, in each encoding; the first of a kind counts */
static void
mp3_is_called (void)
{
    for (int version = 2; version <= 4; version++) {
        const char *title = version == 2 ? "TT2" : "TIT2";
        const char *by = version == 2 ? "TP1" : "TPE1";
        GByteArray *tag = g_byte_array_new ();
        FRAME (tag, version, version == 2 ? "TAL" : "TALB", "\0Album");
        FRAME (tag, version, title, "\0Caf\xe9");
        FRAME (tag, version, by,
               "\1\xff\xfe"
               "B\0j\0\xf6\0r\0k\0\0\0x\0");
        FRAME (tag, version, title, "\0second");
        add_zeros (tag, 200);
        assert_tags (mp3 (version, tag), "Café", "Björk");
        tag = g_byte_array_new ();
        FRAME (tag, version, title, "\2\x04\x1c\x04\x38\x04\x40");
        FRAME (tag, version, by, "\3\xd0\x90 \xe2\x80\xae X\n\t Y");
        assert_tags (mp3 (version, tag), "Мир", "А X Y");
    }
}

/* SC-H11: how long it is: by what its encoder wrote, else by its bytes; two frames at least */
static void
mp3_is_so_long (void)
{
    MediaTags tags;
    GByteArray *file = g_byte_array_new ();

    add_frames (file, 383); /* 10.005 s, 159711 bytes */
    MediaLook look = tags_of (file, &tags);
    g_assert_cmpint (look.kind, ==, MEDIA_KIND_MP3);
    g_assert_cmpstr (look.mime, ==, "audio/mpeg");
    g_assert_cmpint (look.duration, ==, 10);
    file = g_byte_array_new ();
    add_frames (file, 3);
    memcpy (file->data + 36, "Xing\0\0\0\1\0\0\x30\0", 12); /* 12288 frames */
    look = tags_of (file, &tags);
    g_assert_cmpint (look.duration, ==, 321);
    for (unsigned n = 0; n < 2; n++) {
        file = g_byte_array_new ();
        add_frames (file, n);
        ADD (file, "\xff\xff\xff\xff");
        look = tags_of (file, &tags);
        g_assert_cmpint (look.kind, ==, MEDIA_KIND_OTHER);
    }
}

/* SC-H11: at the end, as it was first */
static void
mp3_of_old_is_called (void)
{
    GByteArray *file = g_byte_array_new ();

    add_frames (file, 4);
    ADD (file, "TAGOld title");
    add_zeros (file, 21);
    ADD (file, "Old performer that is too lon");
    add_zeros (file, 1 + 128 - 63);
    assert_tags (file, "Old title", "Old performer that is too lon");
}

/* --- Ogg, FLAC, MP4 --- */

/* The comments; `n`: as many as it says. */
static void
add_comments (GByteArray *out, uint32_t n, const char *const *all)
{
    add_number (out, 3, 4, TRUE);
    ADD (out, "lib");
    add_number (out, n, 4, TRUE);
    for (; *all != NULL; all++) {
        add_number (out, strlen (*all), 4, TRUE);
        add (out, *all, strlen (*all));
    }
}

static void
add_page (GByteArray *out, GByteArray *take_packet)
{
    ADD (out, "OggS");
    add_zeros (out, 22);
    add_number (out, take_packet->len / 255 + 1, 1, TRUE);
    for (unsigned left = take_packet->len;; left -= 255) {
        add_number (out, MIN (left, 255), 1, TRUE);
        if (left < 255)
            break;
    }
    g_byte_array_append (out, take_packet->data, take_packet->len);
    g_byte_array_unref (take_packet);
}

static GByteArray *
ogg (gboolean opus, uint32_t n, const char *const *all)
{
    GByteArray *out = g_byte_array_new (), *head = g_byte_array_new (),
               *list = g_byte_array_new ();

    if (opus)
        ADD (head, "OpusHead\1\2\0\0\x80\xbb\0\0\0\0\0");
    else
        ADD (head, "\1vorbis\0\0\0\0\2\x44\xac\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xb8\1");
    add_page (out, head);
    if (opus)
        ADD (list, "OpusTags");
    else
        ADD (list, "\3vorbis");
    add_comments (list, n, all);
    add_page (out, list);
    return out;
}

static GByteArray *
flac (uint32_t n, const char *const *all)
{
    GByteArray *out = g_byte_array_new (), *list = g_byte_array_new ();

    ADD (out, "fLaC\0\0\0\x22");
    add_zeros (out, 10);
    add_number (out,
                (uint64_t)44100 << 44 | (uint64_t)1 << 41 | (uint64_t)15 << 36 | 441001,
                8, FALSE);
    add_zeros (out, 16);
    add_comments (list, n, all);
    add_number (out, 0x84000000 | list->len, 4, FALSE);
    g_byte_array_append (out, list->data, list->len);
    g_byte_array_unref (list);
    return out;
}

/* SC-H11: comments of Ogg and FLAC, whose names know no case; also where they say that there are
 * more than there are */
static void
comments_are_read (void)
{
    static const char *const all[] = { "",
                                       "ALBUM=x",
                                       "Title=\xc3\x9c"
                                       "ber",
                                       "title=second",
                                       "ARTIST=Who",
                                       NULL };

    static const uint32_t told[] = { 5, 6, 0x7fffffff, 0xffffffff };

    for (size_t i = 0; i < G_N_ELEMENTS (told); i++) {
        assert_tags (ogg (TRUE, told[i], all), "Über", "Who");
        assert_tags (ogg (FALSE, told[i], all), "Über", "Who");
        assert_tags (flac (told[i], all), "Über", "Who");
    }
    MediaTags tags;
    MediaLook look = tags_of (flac (5, all), &tags);
    g_assert_cmpstr (look.mime, ==, "audio/flac");
    g_assert_cmpint (look.duration, ==, 11);
    assert_tags (ogg (TRUE, 0, all), "", "");
}

static void
add_box (GByteArray *out, const char *name, GByteArray *take_inner)
{
    add_number (out, take_inner->len + 8, 4, FALSE);
    add (out, name, 4);
    g_byte_array_append (out, take_inner->data, take_inner->len);
    g_byte_array_unref (take_inner);
}

static GByteArray *
in_box (const char *name, GByteArray *take_inner)
{
    GByteArray *out = g_byte_array_new ();

    add_box (out, name, take_inner);
    return out;
}

static GByteArray *
entry (const char *name, const char *text)
{
    GByteArray *data = g_byte_array_new ();

    ADD (data, "\0\0\0\1\0\0\0\0");
    add (data, text, strlen (text));
    return in_box (name, in_box ("data", data));
}

/* SC-H11 */
static void
mp4_is_called (void)
{
    GByteArray *file = g_byte_array_new (), *movie = g_byte_array_new ();
    GByteArray *handler = g_byte_array_new (), *meta = g_byte_array_new ();
    GByteArray *list = entry ("\251nam", "Der Titel");
    g_autoptr (GByteArray) by = entry ("\251ART", "Die Leute");

    add_box (file, "ftyp",
             g_byte_array_append (g_byte_array_new (), (const uint8_t *)"M4A ", 4));
    ADD (handler, "\0\0\0\0\0\0\0\0soun");
    add_box (movie, "trak", in_box ("mdia", in_box ("hdlr", handler)));
    g_byte_array_append (list, by->data, by->len);
    add_zeros (meta, 4);
    add_box (meta, "ilst", list);
    add_box (movie, "udta", in_box ("meta", meta));
    add_box (file, "moov", movie);
    assert_tags (file, "Der Titel", "Die Leute");
}

/* SC-H11: bytes that were put between others, so that nobody takes a tag for sound, are no title */
static void
what_was_put_between_is_none (void)
{
    for (int between = 0; between < 2; between++) {
        GByteArray *tag = g_byte_array_new ();
        if (between)
            FRAME (tag, 3, "TIT2", "\1\xff\0\xfeh\0i\0");
        else
            FRAME (tag, 3, "TIT2", "\1\xff\xfeh\0i\0");
        FRAME (tag, 3, "TPE1", "\0who");
        GByteArray *file = mp3 (3, tag);
        file->data[5] = between ? 0x80 : 0;
        assert_tags (file, between ? "" : "hi", "who");
    }
}

/* --- hostile --- */

/* SC-H11: what is longer is cut between two characters, what is no text is none, what lies about its
 * length ends with the file */
static void
lies_are_bounded (void)
{
    MediaTags tags;
    g_autofree char *many = g_strnfill (100000, 'x');
    GString *wide = g_string_new ("\3");
    GByteArray *tag = g_byte_array_new ();

    while (wide->len < 1000)
        g_string_append (wide, "\xe2\x82\xac");
    add_frame (tag, 3, "TIT2", wide->str, wide->len);
    FRAME (tag, 3, "TPE1", "\3\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8");
    g_string_free (wide, TRUE);
    tags_of (mp3 (3, tag), &tags);
    g_assert_cmpuint (strlen (tags.title), >, 200);
    g_assert_cmpuint (strlen (tags.title), <=, MEDIA_TAG_MAX);
    g_assert_cmpstr (tags.performer, ==, "");
    static const uint32_t lengths[] = { 0, 1, 0x7fffffff, 0x80000000, 0xffffffff };
    for (size_t i = 0; i < G_N_ELEMENTS (lengths); i++) {
        tag = g_byte_array_new ();
        ADD (tag, "TIT2");
        add_number (tag, lengths[i], 4, FALSE);
        ADD (tag, "\0\0\0x");
        assert_tags (mp3 (3, tag), "", "");
    }
    const char *const huge[] = { many, NULL };
    assert_tags (flac (1, huge), "", "");
    GByteArray *file = flac (1, huge);
    memset (file->data + 46, 0xff, 4); /* who made it */
    assert_tags (file, "", "");
    for (size_t len = 0; len < 200; len++) { /* whatever is cut off */
        static const char *const all[] = { "TITLE=t", "ARTIST=p", NULL };
        file = len % 2 ? ogg (TRUE, 2, all) : flac (2, all);
        g_byte_array_set_size (file, MIN (file->len, (unsigned)len));
        tags_of (file, &tags);
    }
}

/* SC-H11: of what is no sound nothing is read */
static void
only_sound_is_called (void)
{
    GByteArray *file = g_byte_array_new ();
    MediaTags tags;

    ADD (file, "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\1\0\0\0\1TITLE=x");
    tags_of (file, &tags);
    g_assert_cmpstr (tags.title, ==, "");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
#define TEST(f) g_test_add_func ("/media/tags/" #f, f)
    TEST (mp3_is_called);
    TEST (mp3_is_so_long);
    TEST (mp3_of_old_is_called);
    TEST (comments_are_read);
    TEST (mp4_is_called);
    TEST (what_was_put_between_is_none);
    TEST (lies_are_bounded);
    TEST (only_sound_is_called);
    return g_test_run ();
}
