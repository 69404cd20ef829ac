/* What media show: one line of text each (SECRET-CHATS.md sections C, H). */
#include "spell.h"

#include <string.h>

/* --- media in all their forms --- */

/* Media alone; text and detail that must come of it. "-" = no detail. */
static const struct {
    const char *media;
    TalkContent content;
    const char *detail, *text;
} old_forms[] = {
    { "32798a8c b9 i9 i9 i9 i9 i9 b32 b32", TALK_CONTENT_PHOTO, "-", "" },
    { "f1fa8d78 b9 i9 i9 i9 i9 i9 b32 b32 'caption'", TALK_CONTENT_PHOTO, "-",
      "caption" },
    { "4cee6ef3 b9 i9 i9 i9 i9 i9 i9 b32 b32", TALK_CONTENT_VIDEO, "-", "" },
    { "524a415d b9 i9 i9 i9 '' i9 i9 i9 b32 b32", TALK_CONTENT_VIDEO, "-", "" },
    { "970c8c0e b9 i9 i9 i9 '' i9 i9 i9 b32 b32 'caption'", TALK_CONTENT_VIDEO, "-",
      "caption" },
    { "6080758f i9 i9 b32 b32", TALK_CONTENT_VOICE, "-", "" },
    { "57e0a9cb i9 '' i9 b32 b32", TALK_CONTENT_VOICE, "-", "" },
    { "b095434b b9 i9 i9 'old.txt' '' i9 b32 b32", TALK_CONTENT_FILE, "old.txt", "" },
    { "7afe8ae2 b9 i9 i9 '' i9 b32 b32 v1 15590068 'x.pdf' 'caption'", TALK_CONTENT_FILE,
      "x.pdf", "caption" },
    { "6abd9782 b9 i9 i9 '' l9 b32 b32 v1 15590068 'x.pdf' 'caption'", TALK_CONTENT_FILE,
      "x.pdf", "caption" },
    { "6abd9782 b9 i9 i9 'image/png' l9 b32 b32 v2 15590068 'x.png' 6c37c15c i9 i9 ''",
      TALK_CONTENT_FILE, "x.png", "" },
    { "7afe8ae2 b9 i9 i9 '' i9 b32 b32 v1 fb0a5727 ''", TALK_CONTENT_STICKER, "-", "" },
    { "7afe8ae2 b9 i9 i9 '' i9 b32 b32 v2 3a556302 '\xf0\x9f\x91\x8d' ffb62b95 "
      "15590068 'x.webp' ''",
      TALK_CONTENT_STICKER, "\xf0\x9f\x91\x8d", "" },
    { "7afe8ae2 b9 i9 i9 '' i9 b32 b32 v2 3a556302 '' ffb62b95 15590068 'x.webp' ''",
      TALK_CONTENT_STICKER, "x.webp", "" },
    { "fa95b0dd l1 l2 i3 'image/webp' i4 0e17e23c 's' i5 v1 3a556302 "
      "'\xf0\x9f\x91\x8d' ffb62b95",
      TALK_CONTENT_STICKER, "\xf0\x9f\x91\x8d", "" },
    { "7afe8ae2 b9 i9 i9 '' i9 b32 b32 v1 051448e5 i9 ''", TALK_CONTENT_AUDIO, "-", "" },
    { "7afe8ae2 b9 i9 i9 '' i9 b32 b32 v2 ded218e0 i9 't' 'p' 15590068 'x.mp3' ''",
      TALK_CONTENT_AUDIO, "p \u2013 t", "" },
    { "7afe8ae2 b9 i9 i9 '' i9 b32 b32 v2 9852f9c6 i1 i9 'AC/DC' 15590068 'x.mp3' ''",
      TALK_CONTENT_AUDIO, "AC/DC", "" },
    { "7afe8ae2 b9 i9 i9 '' i9 b32 b32 v2 9852f9c6 i2 i9 'p' 15590068 'x.mp3' ''",
      TALK_CONTENT_AUDIO, "x.mp3", "" },
    { "7afe8ae2 b9 i9 i9 '' i9 b32 b32 v1 9852f9c6 i1031 i9 't' 'p' b20 ''",
      TALK_CONTENT_VOICE, "-", "" },
    { "7afe8ae2 b9 i9 i9 '' i9 b32 b32 v1 5910cccb i9 i9 i9 ''", TALK_CONTENT_VIDEO, "-",
      "" },
    { "7afe8ae2 b9 i9 i9 '' i9 b32 b32 v2 11b58939 15590068 'x.gif' ''",
      TALK_CONTENT_VIDEO, "x.gif", "" },
    { "35480a59 ~52.5 ~-13.25", TALK_CONTENT_GEO, "52.500000, -13.250000", "" },
    { "588a0a97 '+49 1' 'Ada' 'L' i7", TALK_CONTENT_CONTACT, "Ada L, +49 1", "" },
    { "089f5c4a", TALK_CONTENT_TEXT, "-", "" },
};

/* Of the API's schema, leaked by an Android version (SC-C14). */
static const struct {
    const char *attribute;
    TalkContent content;
} leaked[] = {
    { "d38ff1c2 i15 ~9.5 i9 i9 i9", TALK_CONTENT_VIDEO },
    { "17399fad i31 ~9.5 i9 i9 i9 ~1.5", TALK_CONTENT_VIDEO },
    { "43c57c48 i63 ~9.5 i9 i9 i9 ~1.5 'h264'", TALK_CONTENT_VIDEO },
    { "17399fad i0 ~nan i9 i9", TALK_CONTENT_VIDEO },
    { "17399fad i0 ~1e300 i9 i9", TALK_CONTENT_VIDEO },
    { "9801d2f7", TALK_CONTENT_FILE },
    { "fd149899 i3 'a' ffb62b95", TALK_CONTENT_FILE },
    { "6319d612 i3 'a' 9de7a269 l1 l2 aed6dbb2 i1 ~1 ~1 ~1", TALK_CONTENT_STICKER },
};

/* SC-C16 SC-C14 SC-H13: one message per old form, in each of the old messages */
static void
every_old_form_shows_something (World *w)
{
    static const char *const messages[] = { "1f814f1f l%d b15 '%s' %s",
                                            "204d3878 l%d i0 '%s' %s",
                                            "36b091de i512 l%d i0 '%s' %s",
                                            "91cc4674 i512 l%d i0 '%s' %s" };
    End *bob = w->bob;
    Shown shown;
    int id = 10;

    watch_shown (w, &shown);
    bob->env.current_g = 7; /* no new key meanwhile */
    for (size_t m = 0; m < G_N_ELEMENTS (messages); m++) {
        g_auto (GStrv) part = g_strsplit_set (messages[m], "%", 4);
        for (size_t i = 0; i < G_N_ELEMENTS (old_forms); i++) {
            for (int text = 0; text < 2; text++, id++) {
                gboolean two = text == 1 && *old_forms[i].text != '\0';
                unsigned before = shown.n;
                send_spelled (w, w->alice, "%s%d%s%s%s%s", part[0], id, part[1] + 1,
                              text ? "text" : "", part[2] + 1, old_forms[i].media);
                g_test_message ("%s", old_forms[i].media);
                if (old_forms[i].content == TALK_CONTENT_TEXT && text == 0) {
                    g_assert_cmpuint (shown.n, ==, before); /* nothing at all (SC-I8) */
                    continue;
                }
                g_autofree char *want = g_strconcat (
                    text ? "text" : "", two ? "\n\n" : "", old_forms[i].text, NULL);
                g_assert_cmpuint (shown.n, ==, before + 1);
                g_assert_cmpint (shown.content, ==, old_forms[i].content);
                g_assert_cmpstr (shown.detail, ==, old_forms[i].detail);
                g_assert_cmpstr (shown.text, ==, want);
            }
        }
    }
    for (size_t i = 0; i < G_N_ELEMENTS (leaked); i++) {
        unsigned before = shown.n;
        send_spelled (w, w->alice,
                      "91cc4674 i512 l%zu i5 '' 6abd9782 b9 i9 i9 '' l9 b32 b32 v1 %s ''",
                      1000 + i, leaked[i].attribute);
        g_assert_cmpuint (shown.n, ==, before + 1);
        g_assert_cmpint (shown.content, ==, leaked[i].content);
    }
    /* entities that leaked are ignored, their text is not */
    send_spelled (w, w->alice,
                  "91cc4674 i128 l2000 i0 'leaked' v6 761e6af4 i0 i1 f1ccaaac i1 i0 i1 "
                  "4c4e743f i0 i1 352dca58 i0 i1 i7 dc7b1140 i0 i1 l7 9b69e34b i0 i1");
    g_assert_cmpstr (shown.text, ==, "leaked");
    g_assert_cmpint (shown.content, ==, TALK_CONTENT_TEXT);
}

/* Section H: what is wrong with a file's key, picture or size does not take the message
 * away, and nothing of a picture is kept or looked at. */
static void
damaged_files_still_show_their_line (World *w)
{
    static const char *const media[] = {
        "f1fa8d78 b9 i9 i9 i9 i9 i9 b31 b33 'c'",
        "f1fa8d78 b9 i9 i9 i9 i9 i9 b0 b0 'c'",
        "f1fa8d78 b999999 i9 i9 i9 i9 i9 b32 b32 'c'",
        "f1fa8d78 b9 i-9 i2147483647 i-1 i-1 i-1 b32 b32 'c'",
        "6abd9782 b9 i-1 i-1 '' l-1 b31 b0 v0 'c'",
    };
    Shown shown;

    watch_shown (w, &shown);
    for (size_t i = 0; i < G_N_ELEMENTS (media); i++) {
        send_spelled (w, w->alice, "91cc4674 i512 l%zu i0 '' %s", i + 1, media[i]);
        g_assert_cmpuint (shown.n, ==, i + 1);
        g_assert_cmpstr (shown.text, ==, "c");
    }
}

/* SC-H9 SC-G4: a file that should be there and is not, or is and should not: the text
 * shows with a word of it, and its timer is that of a text; also behind a hole and after
 * a restart */
static void
a_missing_file_is_told (void)
{
    static const char photo[] = "91cc4674 i512 l%d i30 'text' f1fa8d78 b0 i0 i0 i1 i1 i1 "
                                "b32 b32 'caption'";
    static const char link[] = "91cc4674 i512 l%d i30 'text' e50511d8 'http://x.org/'";
    static const char set[] = "91cc4674 i512 l%d i30 'text' fa95b0dd l1 l1 i1 '' i1 "
                              "0e17e23c '' i1 v0";
    static const struct {
        const char *words;
        gboolean with_file;
        TalkContent content;
    } rows[] = {
        { photo, TRUE, TALK_CONTENT_PHOTO }, { photo, FALSE, TALK_CONTENT_MISSING },
        { link, FALSE, TALK_CONTENT_TEXT },  { link, TRUE, TALK_CONTENT_MISSING },
        { set, FALSE, TALK_CONTENT_FILE },   { set, TRUE, TALK_CONTENT_MISSING }
    };

    for (int hole = 0; hole < 2; hole++) {
        for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
            g_autoptr (World) w = world_ready_at (19);
            End *alice = w->alice, *bob = w->bob;
            Shown shown;
            g_auto (GStrv) half = g_strsplit (rows[i].words, "%d", 2);
            g_autoptr (GByteArray) body = spell ("%s5%s", half[0], half[1]);
            g_autoptr (GByteArray) noop = spell ("73164160 l1 a82fdd63");
            g_autoptr (GBytes) data =
                forge_raw (alice, 144, 2, hole ? 5 : 3, body->data, body->len);
            g_autoptr (GBytes) fills =
                forge_raw (alice, 144, 2, 3, noop->data, noop->len);
            w->hold = TRUE;
            watch_shown (w, &shown);
            w->with_file = rows[i].with_file;
            inject (bob, data);
            w->with_file = FALSE;
            if (hole) {
                end_restarts (bob, NULL, NULL);
                inject (bob, fills);
            }
            g_assert_cmpuint (shown.n, ==, 1);
            g_assert_cmpint (shown.content, ==, rows[i].content);
            g_assert_true (g_str_has_prefix (shown.text, "text"));
            end_restarts (bob, NULL, NULL); /* not yet displayed: shown again, the same */
            g_assert_cmpint (shown.content, ==, rows[i].content);
            g_assert_cmpint (secret_note_find (bob->chat, 5)->opens, ==, i == 0);
        }
    }
}

static gboolean
is_public (const MediaFile *file)
{
    return file != NULL && file->look.public;
}

static void
assert_public (const MediaFile *file, const char *set)
{
    g_assert_true (is_public (file));
    g_assert_cmpint (file->look.file, ==, TALK_FILE_THERE);
    g_assert_cmpint (file->look.size, ==, 4);
    g_assert_cmpint (file->place.dc, ==, 5);
    g_assert_cmpint (file->place.id, ==, 1);
    g_assert_cmpint (file->place.access_hash, ==, 2);
    g_assert_cmpint (file->look.animated, ==, !g_str_has_prefix (file->mime, "image/"));
    g_assert_cmpstr (file->set, ==, *set != '\0' ? set : NULL);
}

/* SC-H14: stickers of public sets by their document; animated ones inside an encrypted
 * file are plain files */
static void
stickers_come_from_sets (World *w)
{
    static const struct {
        const char *media;
        TalkContent content;
        const char *set; /* it is public, and of that one, or of none */
    } rows[] = {
        { "fa95b0dd l1 l2 i3 'image/webp' i4 0e17e23c 's' i5 v1 3a556302 'a' 861cc8a0 "
          "'set'",
          TALK_CONTENT_STICKER, "set" },
        { "fa95b0dd l1 l2 i3 'application/x-tgsticker' i4 0e17e23c 's' i5 v1 3a556302 "
          "'a' 861cc8a0 'set'",
          TALK_CONTENT_STICKER, "set" },
        { "fa95b0dd l1 l2 i3 'image/webp' i4 e9a734fa 's' 53d69076 i1 l2 i3 l4 i9 i9 b99 "
          "i5 v1 fb0a5727",
          TALK_CONTENT_STICKER, "" },
        { "fa95b0dd l1 l2 i3 'image/webp' i4 0e17e23c 's' i5 v1 3a556302 'a' 861cc8a0 "
          "'a-b'",
          TALK_CONTENT_STICKER, "" },
        { "fa95b0dd l1 l2 i3 'image/webp' i4 0e17e23c 's' i6 v1 3a556302 'a' ffb62b95",
          TALK_CONTENT_STICKER },
        { "fa95b0dd l1 l2 i3 'image/webp' i1048577 0e17e23c 's' i5 v1 3a556302 'a' "
          "ffb62b95",
          TALK_CONTENT_STICKER },
        { "fa95b0dd l1 l2 i3 'image/webp' i0 0e17e23c 's' i5 v1 3a556302 'a' ffb62b95",
          TALK_CONTENT_STICKER },
        { "fa95b0dd l1 l2 i3 'image/gif' i4 77bfb61b 's' 7c596b46 l1 i2 l3 i9 i9 i9 i5 "
          "v0",
          TALK_CONTENT_FILE },
        { "7afe8ae2 b9 i9 i9 'image/webp' i9 b32 b32 v1 3a556302 'a' ffb62b95 ''",
          TALK_CONTENT_STICKER },
        { "7afe8ae2 b9 i9 i9 'application/x-tgsticker' i9 b32 b32 v1 3a556302 'a' "
          "861cc8a0 'set' ''",
          TALK_CONTENT_FILE },
        { "6abd9782 b9 i9 i9 'application/x-tgsticker' l9 b32 b32 v2 3a556302 'a' "
          "861cc8a0 'set' 11b58939 ''",
          TALK_CONTENT_FILE },
    };
    End *bob = w->bob;
    Shown shown;

    watch_shown (w, &shown);
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        send_spelled (w, w->alice, "91cc4674 i512 l%zu i0 '' %s", i + 1, rows[i].media);
        g_assert_cmpuint (shown.n, ==, i + 1);
        g_assert_cmpint (shown.content, ==, rows[i].content);
        gboolean says = shown.content == TALK_CONTENT_STICKER &&
                        strstr (rows[i].media, "'a'") != NULL;
        g_assert_cmpstr (shown.detail, ==, says ? "a" : "-"); /* no set's name */
        g_assert_cmpuint (bob->calls.length, ==, 0);          /* nothing is fetched */
        if (rows[i].set != NULL)
            assert_public (secret_chat_file (bob->chat, (int64_t)i + 1), rows[i].set);
        else
            g_assert_false (is_public (secret_chat_file (bob->chat, (int64_t)i + 1)));
        end_restarts (bob, NULL, NULL); /* and the same from its record */
        watch_shown (w, &shown);
        shown.n = i + 1;
        if (rows[i].set != NULL)
            assert_public (secret_chat_file (bob->chat, (int64_t)i + 1), rows[i].set);
    }
}

/* SC-H15 SC-C21 MT-A2: places on this planet only; people and places are text on one line, and
 * whose account a contact is said to be counts for nothing */
static void
places_and_people_are_text (World *w)
{
    static const struct {
        const char *media;
        TalkContent content;
        const char *detail;
    } rows[] = {
        { "35480a59 ~90 ~180", TALK_CONTENT_GEO, "90.000000, 180.000000" },
        { "35480a59 ~-90 ~-180", TALK_CONTENT_GEO, "-90.000000, -180.000000" },
        { "35480a59 ~90.001 ~0", TALK_CONTENT_UNSUPPORTED, "-" },
        { "35480a59 ~-91 ~0", TALK_CONTENT_UNSUPPORTED, "-" },
        { "35480a59 ~0 ~180.5", TALK_CONTENT_UNSUPPORTED, "-" },
        { "35480a59 ~0 ~-181", TALK_CONTENT_UNSUPPORTED, "-" },
        { "35480a59 ~nan ~0", TALK_CONTENT_UNSUPPORTED, "-" },
        { "35480a59 ~0 ~nan", TALK_CONTENT_UNSUPPORTED, "-" },
        { "35480a59 ~inf ~0", TALK_CONTENT_UNSUPPORTED, "-" },
        { "35480a59 ~0 ~-inf", TALK_CONTENT_UNSUPPORTED, "-" },
        { "8a0df56f ~1 ~2 'Cafe' 'Street 1' 'foursquare' 'id'", TALK_CONTENT_VENUE,
          "Cafe, Street 1, 1.000000, 2.000000" },
        { "8a0df56f ~nan ~2 'Cafe' 'Street 1' '' ''", TALK_CONTENT_UNSUPPORTED, "-" },
        { "8a0df56f ~1 ~2 'a\nb\tc' '' '' ''", TALK_CONTENT_VENUE,
          "a b c, 1.000000, 2.000000" },
        { "588a0a97 '+1' '' '' i-1", TALK_CONTENT_CONTACT, "+1" },
        { "588a0a97 '+1' 'A\nB' 'C' i2147483647", TALK_CONTENT_CONTACT, "A B C, +1" },
        { "588a0a97 '' 'A' '' i42", TALK_CONTENT_CONTACT, "A, " },
    };
    Shown shown;

    watch_shown (w, &shown);
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_test_message ("%s", rows[i].media);
        send_spelled (w, w->alice, "91cc4674 i512 l%zu i0 'kept' %s", i + 1,
                      rows[i].media);
        g_assert_cmpint (shown.content, ==, rows[i].content);
        g_assert_cmpstr (shown.detail, ==, rows[i].detail);
        g_assert_cmpstr (shown.text, ==, "kept");
        g_assert_cmpuint (w->bob->calls.length, ==, 0);
    }
    /* a mention of a user by 64 bits, too */
    send_spelled (w, w->alice,
                  "91cc4674 i128 l99 i0 'you' v1 dc7b1140 i0 i3 l9223372036854775807");
    g_assert_cmpstr (shown.text, ==, "you");
}

/* SC-H12 SC-C19: the last component of a name, and nothing that does more than be a name
 */
static void
names_of_files_are_only_names (World *w)
{
    static const struct {
        const char *name, *want;
    } rows[] = {
        { "../../.profile", ".profile" },
        { "C:\\x", "x" },
        { "C:x", "x" },
        { "/etc/passwd", "passwd" },
        { "..", "-" },
        { ".", "-" },
        { "a/..", "-" },
        { "", "-" },
        { "/", "-" },
        { "con", "-" },
        { "NUL.txt", "-" },
        { "Com7.tar.gz", "-" },
        { "lpt1", "-" },
        { "aux .x", "-" },
        { "console.txt", "console.txt" },
        { "com.txt", "-" },
        { "x.exe. . ", "x.exe" },
        { "a\nb\tc.txt", "a b c.txt" },
        { "a\x1b[2Jb", "a[2Jb" },
        { "\xe2\x80\xaegpj.exe", "gpj.exe" },
        { "\xff\xfe.txt", "\xef\xbf\xbd\xef\xbf\xbd.txt" },
        { "good name (1).pdf", "good name (1).pdf" },
        { "evil.desktop", "evil.desktop" }, /* which nobody opens or may run */
    };
    Shown shown;

    watch_shown (w, &shown);
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        send_spelled (w, w->alice,
                      "91cc4674 i512 l%zu i0 '' 7afe8ae2 b0 i0 i0 '' i1 b32 b32 v1 "
                      "15590068 '%s' ''",
                      i + 1, rows[i].name);
        g_assert_cmpstr (shown.detail, ==, rows[i].want);
        g_assert_cmpint (shown.content, ==, TALK_CONTENT_FILE);
    }
    send_spelled (w, w->alice,
                  "91cc4674 i512 l90 i0 '' 7afe8ae2 b0 i0 i0 '' i1 b32 b32 v1 15590068 "
                  "x612e706466002e657865 ''"); /* "a.pdf", NUL, ".exe" */
    g_assert_cmpstr (shown.detail, ==, "a.pdf\xef\xbf\xbd.exe");
    static const int lengths[] = { 200, 201, 4096, 100000 };
    for (size_t i = 0; i < G_N_ELEMENTS (lengths); i++) {
        send_spelled (w, w->alice,
                      "91cc4674 i512 l%zu i0 '' b095434b b0 i0 i0 b%d '' i1 b32 b32",
                      100 + i, lengths[i]);
        g_assert_cmpuint (strlen (shown.detail), ==, 200);
    }
    g_autofree char *wide = g_strnfill (3 * 300, 'x');
    for (size_t i = 0; i < 300; i++)
        memcpy (wide + 3 * i, "\xe2\x82\xac", 3);
    send_spelled (w, w->alice,
                  "91cc4674 i512 l999 i0 '' b095434b b0 i0 i0 '%s' '' i1 b32 b32", wide);
    g_assert_true (g_utf8_validate (shown.detail, -1, NULL)); /* cut at a character */
    g_assert_cmpuint (strlen (shown.detail), ==, 198);
}

/* SC-C19: text that is no text does not end the chat: in every place where text stands */
static void
bad_text_is_made_good (World *w)
{
#define BAD "a\xff\xc0\x80z\xe2\x80\xae\x01"
    static const char *const bodies[] = {
        "91cc4674 i0 l%zu i0 '" BAD "'",
        "91cc4674 i2048 l%zu i0 'x' '" BAD "'",
        "91cc4674 i512 l%zu i0 '' f1fa8d78 b0 i0 i0 i0 i0 i0 b32 b32 '" BAD "'",
        "91cc4674 i512 l%zu i0 '' 7afe8ae2 b0 i0 i0 '" BAD
        "' i1 b32 b32 v1 15590068 '" BAD "' ''",
        "91cc4674 i512 l%zu i0 '' 7afe8ae2 b0 i0 i0 '' i1 b32 b32 v1 9852f9c6 i3 i1 '" BAD
        "' '" BAD "' ''",
        "91cc4674 i512 l%zu i0 '' 8a0df56f ~1 ~2 '" BAD "' '" BAD "' '" BAD "' '" BAD "'",
        "91cc4674 i512 l%zu i0 '' 588a0a97 '" BAD "' '" BAD "' '" BAD "' i0",
        "91cc4674 i512 l%zu i0 'x' e50511d8 'http://" BAD "/'",
        "91cc4674 i128 l%zu i0 'xyz' v1 76a6d327 i0 i3 'http://" BAD "/'",
        "91cc4674 i128 l%zu i0 'xyz' v1 73924be0 i0 i3 '" BAD "'",
        "204d3878 l%zu i0 '" BAD "' 089f5c4a",
        "1f814f1f l%zu b15 '" BAD "' 089f5c4a",
    };
    Shown shown;

    watch_shown (w, &shown);
    for (size_t i = 0; i < G_N_ELEMENTS (bodies); i++) {
        g_auto (GStrv) part = g_strsplit (bodies[i], "%zu", 2);
        send_spelled (w, w->alice, "%s%zu%s", part[0], i + 1, part[1]);
        g_assert_cmpuint (shown.n, ==, i + 1);
        g_assert_true (g_utf8_validate (shown.text, -1, NULL));
        g_assert_true (g_utf8_validate (shown.detail, -1, NULL));
        g_assert_null (strstr (shown.text, "\xe2\x80\xae"));
        g_assert_null (strstr (shown.detail, "\xe2\x80\xae"));
        g_assert_null (strchr (shown.text, 1));
        g_assert_null (strchr (shown.detail, 1));
    }
    send_spelled (w, w->alice, "91cc4674 i0 l99 i0 'kept: \n\ttab, new line'");
    g_assert_cmpstr (shown.text, ==, "kept: \n\ttab, new line");
    static const char zero[] = "\x74\x46\xcc\x91\0\0\0\0\x64\0\0\0\0\0\0\0\0\0\0\0\3a\0b";
    g_autoptr (GBytes) data = forge_next (w, w->alice, (const uint8_t *)zero, 24);
    inject (w->bob, data); /* a zero byte inside */
    g_assert_cmpstr (shown.text, ==,
                     "a\xef\xbf\xbd"
                     "b");
    w->alice->chat->numbers.raw_out++;
    world_run (w);
    assert_alive (w);
}

/* SC-H13: message and caption: one, the other, both; entities count in the message, in
 * the caption where that stands alone */
static void
a_caption_is_text (World *w)
{
    static const struct {
        const char *message, *caption, *want;
    } rows[] = {
        { "a link here", "", "a link (http://t/) here" },
        { "", "a link here", "a link (http://t/) here" },
        { "a link here", "and another", "a link (http://t/) here\n\nand another" },
        { "", "", "" },
    };
    Shown shown;

    watch_shown (w, &shown);
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        send_spelled (
            w, w->alice,
            "91cc4674 i640 l%zu i0 '%s' f1fa8d78 b0 i0 i0 i1 i1 i1 b32 b32 '%s' "
            "v1 76a6d327 i2 i4 'http://t/'",
            i + 1, rows[i].message, rows[i].caption);
        g_assert_cmpstr (shown.text, ==, rows[i].want);
        g_assert_cmpint (shown.content, ==, TALK_CONTENT_PHOTO);
    }
}

/* SC-H13 DECISIONS 32: a caption of any length is told as a text of that length */
static void
a_caption_has_no_length (World *w)
{
    static const int lengths[] = { 1024, 100000, 999999 };
    Shown shown;

    watch_shown (w, &shown);
    for (size_t i = 0; i < G_N_ELEMENTS (lengths); i++) {
        send_spelled (w, w->alice,
                      "91cc4674 i512 l%zu i0 '' f1fa8d78 b0 i0 i0 i1 i1 i1 b32 b32 b%d",
                      i + 1, lengths[i]);
        g_assert_cmpuint (shown.n, ==, i + 1);
        g_assert_cmpint (shown.content, ==, TALK_CONTENT_PHOTO);
        g_assert_cmpuint (shown.text_len, ==, lengths[i]);
    }
}

/* SC-H16 SC-M32: a page's link only if it is one, and nothing is asked of anybody */
static void
only_links_to_pages_are_shown (World *w)
{
    static const struct {
        const char *text, *url, *want;
    } rows[] = {
        { "see", "http://example.org/a?b#c", "see\n\nhttp://example.org/a?b#c" },
        { "see", "HTTPS://example.org", "see\n\nHTTPS://example.org" },
        { "see http://x.org/ there", "http://x.org/", "see http://x.org/ there" },
        { "", "https://example.org/", "https://example.org/" },
        { "see", "file:///etc/passwd", "see" },
        { "see", "javascript:alert(1)", "see" },
        { "see", "tg://resolve?domain=x", "see" },
        { "see", "mailto:a@b", "see" },
        { "see", "http://", "see" },
        { "see", "http:///path", "see" },
        { "see", "http://:80/", "see" },
        { "see", "http://user@/", "see" },
        { "see", "http://x.org/a b", "see" },
        { "see", "https://user@x.org:8/", "see\n\nhttps://user@x.org:8/" },
        { "see", "example.org", "see" },
        { "see", "", "see" },
    };
    End *bob = w->bob;
    Shown shown;
    g_autofree char *fill = g_strnfill (64 * 1024, 'x');

    watch_shown (w, &shown);
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_test_message ("%s", rows[i].url);
        send_spelled (w, w->alice, "91cc4674 i512 l%zu i0 '%s' e50511d8 '%s'", i + 1,
                      rows[i].text, rows[i].url);
        g_assert_cmpstr (shown.text, ==, rows[i].want);
        g_assert_cmpint (shown.content, ==, TALK_CONTENT_TEXT);
        g_assert_cmpuint (bob->calls.length, ==, 0);
    }
    send_spelled (w, w->alice, "91cc4674 i512 l98 i0 'long' e50511d8 'http://x.org/%s'",
                  fill);
    g_assert_cmpstr (shown.text, ==, "long");
    unsigned n = shown.n;
    send_spelled (w, w->alice, "91cc4674 i512 l99 i0 '' e50511d8 'file:x'");
    g_assert_cmpuint (shown.n, ==, n); /* no text, no usable media (SC-I8) */
}

/* SC-H17: an album is so many messages; one that is missing takes nothing along */
static void
an_album_shows_what_there_is_of_it (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    int32_t raw = (int32_t)end_info (bob).raw_in;
    static const int64_t groups[] = { 5, -5, INT64_MIN, INT64_MAX };

    w->hold = TRUE;
    for (int i = 0; i < 8; i++) {
        g_autoptr (GByteArray) body =
            spell ("91cc4674 i131584 l%d i0 '' f1fa8d78 b0 i0 i0 i1 i1 i1 b32 b32 '%d' "
                   "l%" G_GINT64_FORMAT,
                   i + 1, i, groups[i / 2]);
        g_autoptr (GBytes) data =
            forge_raw (alice, 144, 2, 2 * (raw + i) + 1, body->data, body->len);
        g_autoptr (GByteArray) gone = spell ("73164160 l1 65614304 v1 l99");
        g_autoptr (GBytes) stand_in =
            forge_raw (alice, 144, 2, 2 * (raw + i) + 1, gone->data, gone->len);
        w->with_file = i != 3;
        inject (bob, i == 3 ? stand_in : data);
    }
    assert_events (bob, "message '0' ttl 0 content 2\nmessage '1' ttl 0 content 2\n"
                        "message '2' ttl 0 content 2\nmessage '4' ttl 0 content 2\n"
                        "message '5' ttl 0 content 2\nmessage '6' ttl 0 content 2\n"
                        "message '7' ttl 0 content 2\n");
}

/* What is kept of the newest message's file; NULL: nothing. */
static const MediaFile *
file_of (End *end, int64_t id)
{
    const SecretNote *note = secret_note_find (end->chat, id);

    g_assert_nonnull (note);
    return note->file;
}

/* SC-H2 SC-H5 SC-H6 SC-H10 SC-H11: a received file is a value within bounds: where it lies, what
 * opens it, what it is; it comes back from the store, and stays when its text was read */
static void
a_file_is_a_value (World *w)
{
    static const struct {
        const char *media;
        TalkMedia look;
        const char *name, *mime;
    } rows[] = {
        { "f1fa8d78 b9 i1 i1 i640 i480 i9 b32 b32 ''",
          { TALK_FILE_THERE, .size = 9, .width = 640, .height = 480 },
          NULL,
          "image/jpeg" },
        { "f1fa8d78 b999999 i-1 i-1 i480 i-640 i0 b32 b32 ''", /* also a huge thumbnail */
          { TALK_FILE_DAMAGED, .size = 0 },
          NULL,
          "image/jpeg" },
        { "f1fa8d78 b0 i0 i0 i480 i100001 i9 b32 b32 ''",
          { TALK_FILE_THERE, .size = 9 },
          NULL,
          "image/jpeg" },
        { "970c8c0e b0 i0 i0 i61 'video/mp4' i320 i200 i16 b32 b32 ''",
          { TALK_FILE_THERE, .size = 16, .width = 320, .height = 200, .duration = 61 },
          NULL,
          "video/mp4" },
        { "57e0a9cb i-5 'audio/ogg' i1 b32 b32",
          { TALK_FILE_THERE, .size = 1 },
          NULL,
          "audio/ogg" },
        { "6abd9782 b0 i0 i0 'image/gif' l9 b32 b32 v3 11b58939 15590068 '../x.gif' "
          "6c37c15c i10 i20 ''",
          { TALK_FILE_THERE, .animated = TRUE, .gif = TRUE, .size = 9, .width = 10,
            .height = 20 },
          "x.gif",
          "image/gif" },
        { "6abd9782 b0 i0 i0 'video/mp4' l9 b32 b32 v1 11b58939 ''",
          { TALK_FILE_THERE, .animated = TRUE, .size = 9 },
          NULL,
          "video/mp4" },
        { "6abd9782 b0 i0 i0 'image/gif' l9 b32 b32 v0 ''",
          { TALK_FILE_THERE, .size = 9 },
          NULL,
          "image/gif" },
        { "6abd9782 b0 i0 i0 'audio/mpeg' l9 b32 b32 v2 9852f9c6 i3 i61 '../t' 'p' "
          "15590068 "
          "'../x.mp3' ''",
          { TALK_FILE_THERE, .size = 9, .duration = 61 },
          "x.mp3", /* whatever it is called: it is saved so */
          "audio/mpeg" },
        { "6abd9782 b0 i0 i0 '' l9 b32 b32 v1 0ef02ce6 i1 i3 i240 i240 ''",
          { TALK_FILE_THERE, .round = TRUE, .size = 9, .width = 240, .height = 240,
            .duration = 3 },
          NULL,
          NULL },
        { "6abd9782 b0 i0 i0 b101 l9 b32 b32 v0 ''",
          { TALK_FILE_THERE, .size = 9 },
          NULL,
          NULL },
    };
    End *bob = w->bob;

    for (int again = 0; again < 2; again++) {
        for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
            int64_t id = 1 + (int64_t)i;
            gboolean empty = rows[i].look.file == TALK_FILE_DAMAGED;
            w->file.size = empty ? 32 : 16;
            if (!again)
                send_spelled (w, w->alice, "91cc4674 i512 l%zu i0 '' %s", i + 1,
                              rows[i].media);
            const MediaFile *file = file_of (bob, id);
            g_test_message ("%s", rows[i].media);
            g_assert_nonnull (file);
            g_assert_cmpint (file->look.file, ==, rows[i].look.file);
            g_assert_cmpint (file->look.animated, ==, rows[i].look.animated);
            g_assert_cmpint (file->look.gif, ==, rows[i].look.gif);
            g_assert_cmpint (file->look.round, ==, rows[i].look.round);
            g_assert_cmpint (file->look.size, ==, rows[i].look.size);
            g_assert_cmpint (file->look.width, ==, rows[i].look.width);
            g_assert_cmpint (file->look.height, ==, rows[i].look.height);
            g_assert_cmpint (file->look.duration, ==, rows[i].look.duration);
            g_assert_cmpstr (file->name, ==, rows[i].name);
            g_assert_cmpstr (file->mime, ==, rows[i].mime);
            g_assert_cmpint (file->place.dc, ==, 2);
            g_assert_cmpint (file->place.id, ==, 77);
            g_assert_cmpint (file->place.access_hash, ==, 78);
            g_assert_cmpint (file->key[31], ==, empty ? 0 : 'B'); /* nothing is opened */
            g_assert_cmpint (file->iv[0], ==, empty ? 0 : 'B');
            secret_chat_seen (bob->chat, &id, 1, w->now);
        }
        end_turn (bob);
        end_restarts (bob, NULL, NULL);
    }
    w->file.size = 16;
}

/* SC-H3 SC-H5 SC-H8: what came with a file does not open it: it is told to be damaged, and
 * its key is not kept; the edge on the good side is there */
static void
a_file_that_does_not_open_is_damaged (World *w)
{
    static const struct {
        const char *key, *iv;
        int64_t size, sealed;
        int32_t flip;
        TalkFile want;
    } rows[] = {
        { "b32", "b32", 16, 16, 0, TALK_FILE_THERE },
        { "b32", "b32", 0, 0, 0, TALK_FILE_THERE },
        { "b32", "b32", 1, 16, 0, TALK_FILE_THERE },
        { "b32", "b32", 0, 16, 0, TALK_FILE_DAMAGED }, /* 16 too many */
        { "b32", "b32", 17, 16, 0, TALK_FILE_DAMAGED },
        { "b32", "b32", 16, 17, 0, TALK_FILE_DAMAGED }, /* no whole block */
        { "b32", "b32", -1, 16, 0, TALK_FILE_DAMAGED },
        { "b32", "b32", INT64_MIN, 0, 0, TALK_FILE_DAMAGED },
        { "b32", "b32", INT64_MAX, INT64_MAX - 15, 0, TALK_FILE_DAMAGED },
        { "b32", "b32", MEDIA_SIZE_MAX, MEDIA_SIZE_MAX, 0, TALK_FILE_THERE },
        { "b32", "b32", MEDIA_SIZE_MAX + 16, MEDIA_SIZE_MAX + 16, 0, TALK_FILE_DAMAGED },
        { "b32", "b32", MEDIA_SIZE_MAX + 16, MEDIA_SIZE_MAX, 0, TALK_FILE_DAMAGED },
        { "b32", "b32", 16, 16, 1, TALK_FILE_DAMAGED }, /* the fingerprint */
        { "b32", "b32", 16, 16, INT32_MIN, TALK_FILE_DAMAGED },
        { "b31", "b32", 16, 16, 0, TALK_FILE_DAMAGED },
        { "b33", "b32", 16, 16, 0, TALK_FILE_DAMAGED },
        { "b32", "b31", 16, 16, 0, TALK_FILE_DAMAGED },
        { "b32", "b33", 16, 16, 0, TALK_FILE_DAMAGED }, /* of that length it would fit */
        { "b0", "b0", 16, 16, 0, TALK_FILE_DAMAGED },
    };
    static const uint8_t nothing[MEDIA_KEY_LEN];
    End *bob = w->bob;
    int32_t fingerprint = w->file.fingerprint;

    for (int again = 0; again < 2; again++) {
        for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
            w->file.size = rows[i].sealed;
            w->file.fingerprint = fingerprint ^ rows[i].flip;
            if (!again)
                send_spelled (
                    w, w->alice,
                    "91cc4674 i512 l%zu i0 '' 6abd9782 b0 i0 i0 '' l%" G_GINT64_FORMAT
                    " %s %s v0 'caption'",
                    i + 1, rows[i].size, rows[i].key, rows[i].iv);
            const MediaFile *file = file_of (bob, 1 + (int64_t)i);
            g_test_message ("row %zu", i);
            g_assert_cmpint (file->look.file, ==, rows[i].want);
            if (rows[i].want == TALK_FILE_DAMAGED)
                g_assert_cmpmem (file->key, sizeof file->key, nothing, sizeof nothing);
        }
        end_restarts (bob, NULL, NULL);
    }
    assert_alive (w);
}

/* SC-H9 SC-G7: nothing is kept of a file that a message only seems to have; what is kept goes
 * with its message, and where a file lies comes through a hole and a restart */
static void
a_file_goes_with_its_message (World *w)
{
    static const char photo[] =
        "91cc4674 i512 l%d i0 '' f1fa8d78 b0 i0 i0 i1 i1 i9 b32 b32 ''";
    End *alice = w->alice, *bob = w->bob;
    int32_t raw = (int32_t)end_info (bob).raw_in;
    g_auto (GStrv) half = g_strsplit (photo, "%d", 2);
    g_autoptr (GByteArray) first = spell ("%s1%s", half[0], half[1]);
    g_autoptr (GByteArray) second = spell ("%s2%s", half[0], half[1]);
    g_autoptr (GBytes) a =
        forge_raw (alice, 144, 2, 2 * raw + 1, first->data, first->len);
    g_autoptr (GBytes) b =
        forge_raw (alice, 144, 2, 2 * (raw + 1) + 1, second->data, second->len);

    w->hold = TRUE;
    w->with_file = TRUE;
    inject (bob, b);
    w->with_file = FALSE;
    end_restarts (bob, NULL, NULL);
    g_assert_cmpuint (end_info (bob).queued, ==, 1);
    inject (bob, a); /* its file is missing */
    g_assert_null (file_of (bob, 1));
    g_assert_cmpint (file_of (bob, 2)->look.file, ==, TALK_FILE_THERE);
    g_assert_cmpint (file_of (bob, 2)->place.access_hash, ==, 78);
    int64_t id = 2;
    secret_chat_delete (bob->chat, &id, 1, w->now);
    end_turn (bob);
    g_assert_null (secret_note_find (bob->chat, 2));
    end_restarts (bob, NULL, NULL);
    g_assert_null (secret_note_find (bob->chat, 2));
}

static const Story stories[] = {
    STORY (a_file_is_a_value, PLAIN),
    STORY (a_file_that_does_not_open_is_damaged, PLAIN),
    STORY (a_file_goes_with_its_message, PLAIN),
    STORY (every_old_form_shows_something, PLAIN),
    STORY (damaged_files_still_show_their_line, PLAIN),
    STORY (stickers_come_from_sets, PLAIN),
    STORY (places_and_people_are_text, PLAIN),
    STORY (names_of_files_are_only_names, PLAIN),
    STORY (bad_text_is_made_good, PLAIN),
    STORY (a_caption_is_text, PLAIN),
    STORY (a_caption_has_no_length, PLAIN),
    STORY (only_links_to_pages_are_shown, PLAIN),
    STORY (an_album_shows_what_there_is_of_it, PLAIN),
};

int
main (int argc, char **argv)
{
    stories_init (&argc, &argv);
    stories_add ("content", stories, G_N_ELEMENTS (stories));
#define ADD(f) g_test_add_func ("/secret/content/" #f, f)
    ADD (a_missing_file_is_told);
    return g_test_run ();
}
