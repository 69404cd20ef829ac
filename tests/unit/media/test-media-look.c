/* What a file says it is, and what no decoder is given. */
#include "made-file.h"

#include <string.h>

static MediaLook
look_at (GByteArray *file)
{
    MediaLook look;
    /* an exact copy, so that reading behind the end is seen */
    g_autofree uint8_t *exact = g_memdup2 (file->data, file->len);

    media_look_bytes (exact, file->len, &look);
    g_byte_array_unref (file);
    return look;
}

static MediaFit
fit (const MediaLook *look)
{
    MediaFit why;

    g_assert_true (media_look_is_showable (look, &why) == (why == MEDIA_FITS));
    return why;
}

/* --- pictures --- */

static GByteArray *
png (uint32_t width, uint32_t height, size_t len)
{
    GByteArray *out = g_byte_array_new ();

    ADD (out, "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR");
    add_number (out, width, 4, FALSE);
    add_number (out, height, 4, FALSE);
    add_zeros (out, len - out->len);
    return out;
}

static void
test_png (void)
{
    MediaLook look = look_at (png (640, 480, 300));

    g_assert_cmpint (look.kind, ==, MEDIA_KIND_PNG);
    g_assert_cmpstr (look.mime, ==, "image/png");
    g_assert_cmpint (look.width, ==, 640);
    g_assert_cmpint (look.height, ==, 480);
    g_assert_cmpint (look.frames, ==, 1);
    g_assert_cmpint (fit (&look), ==, MEDIA_FITS);
}

static void
test_bombs (void)
{
    static const struct {
        uint32_t width, height;
        MediaFit fit;
    } rows[] = {
        { 60000, 60000, MEDIA_SIDES },
        { 4000, 4000, MEDIA_FITS },
        { 4000, 4001, MEDIA_SIDES },
        { 8192, 1953, MEDIA_FITS },
        { 8193, 1, MEDIA_SIDES },
        { 1, 8193, MEDIA_SIDES },
        { 0, 5, MEDIA_BROKEN },
        { 5, 0, MEDIA_BROKEN },
        { UINT32_MAX, 1, MEDIA_SIDES },
        { 0x80000000, 0x80000000, MEDIA_SIDES },
        { UINT32_MAX, UINT32_MAX, MEDIA_SIDES },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        MediaLook look = look_at (png (rows[i].width, rows[i].height, 254));
        g_assert_cmpint (fit (&look), ==, rows[i].fit);
    }
    MediaLook look = look_at (png (60000, 60000, 254));
    g_assert_cmpint (media_look_fits (&look, &MEDIA_PREPARED), ==, MEDIA_SIDES);
    look = look_at (png (8000, 8000, 254)); /* the user's own may be larger */
    g_assert_cmpint (media_look_fits (&look, &MEDIA_PREPARED), ==, MEDIA_FITS);
    look = look_at (png (640, 480, 10000000));
    g_assert_cmpint (fit (&look), ==, MEDIA_FITS);
    look = look_at (png (640, 480, 10000001));
    g_assert_cmpint (fit (&look), ==, MEDIA_BYTES);
}

/* An APP1 that says which way it is turned, or none. */
static void
add_exif (GByteArray *out, int orientation, gboolean little)
{
    ADD (out, "\xff\xe1");
    add_number (out, 2 + 6 + 8 + 2 + 2 * 12, 2, FALSE);
    ADD (out, "Exif\0\0");
    add (out, little ? "II*\0" : "MM\0*", 4);
    add_number (out, 8, 4, little);
    add_number (out, 2, 2, little);
    for (int i = 0; i < 2; i++) {
        add_number (out, i == 0 ? 0x0100 : 0x0112, 2, little);
        add_number (out, 3, 2, little);
        add_number (out, 1, 4, little);
        add_number (out, (uint64_t)(i == 0 ? 640 : orientation), 2, little);
        add_number (out, 0, 2, little);
    }
}

static void
add_frame (GByteArray *out, uint32_t width, uint32_t height)
{
    ADD (out, "\xff\xc2\0\x0b\x08");
    add_number (out, height, 2, FALSE);
    add_number (out, width, 2, FALSE);
    ADD (out, "\1\1\x11\0");
}

static void
add_scans (GByteArray *out, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        ADD (out, "\xff\xda\0\x08\1\1\0\0\x3f\0"
                  "abc\xff\0\xff\xd0\xff\xff\0");
}

static GByteArray *
jpeg (uint32_t width, uint32_t height, int orientation, unsigned scans)
{
    GByteArray *out = g_byte_array_new ();

    ADD (out, "\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0");
    if (orientation != 0)
        add_exif (out, orientation, orientation % 2 == 0);
    ADD (out, "\xff\xfe\0\x05\xff\xc0x");
    add_frame (out, width, height);
    add_scans (out, scans);
    ADD (out, "\xff\xd9");
    return out;
}

static void
test_jpeg (void)
{
    for (int i = 0; i <= 9; i++) {
        int32_t width, height;
        MediaLook look = look_at (jpeg (4000, 3000, i, 3));
        g_assert_cmpint (look.kind, ==, MEDIA_KIND_JPEG);
        g_assert_cmpstr (look.mime, ==, "image/jpeg");
        g_assert_cmpint (look.width, ==, 4000);
        g_assert_cmpint (look.height, ==, 3000);
        g_assert_cmpint (look.orientation, ==, i >= 1 && i <= 8 ? i : 1);
        g_assert_cmpint (look.scans, ==, 3);
        g_assert_true (look.whole);
        g_assert_cmpint (fit (&look), ==, MEDIA_FITS);
        media_look_sides (&look, &width, &height);
        g_assert_cmpint (width, ==, i >= 5 && i <= 8 ? 3000 : 4000);
        g_assert_cmpint (height, ==, i >= 5 && i <= 8 ? 4000 : 3000);
    }
}

/* Each of a JPEG's beginnings is looked at; one without its sides is no picture. */
static void
test_truncated_jpeg (void)
{
    g_autoptr (GByteArray) whole = jpeg (640, 480, 6, 1);

    for (unsigned len = 3; len < whole->len; len++) {
        GByteArray *part = g_byte_array_new ();
        g_byte_array_append (part, whole->data, len);
        MediaLook look = look_at (part);
        g_assert_cmpint (look.kind, ==, MEDIA_KIND_JPEG);
        g_assert_false (look.whole);
        g_assert_cmpint (fit (&look), ==, look.scans > 0 ? MEDIA_FITS : MEDIA_BROKEN);
        if (look.scans > 0)
            g_assert_cmpint (look.width, ==, 640);
    }
}

/* A few bytes make a decoder go over all of it again. */
static void
test_scans (void)
{
    MediaLook look = look_at (jpeg (640, 480, 0, 200));

    g_assert_cmpint (fit (&look), ==, MEDIA_FITS);
    look = look_at (jpeg (640, 480, 0, 201));
    g_assert_cmpint (fit (&look), ==, MEDIA_SCANS);
    look = look_at (jpeg (4000, 4000, 0, 20)); /* which takes long of a large one */
    g_assert_cmpint (fit (&look), ==, MEDIA_FITS);
    look = look_at (jpeg (4000, 4000, 0, 21));
    g_assert_cmpint (fit (&look), ==, MEDIA_SCANS);
    look = look_at (jpeg (4000, 4000, 0, 200));
    g_assert_cmpint (media_look_fits (&look, &MEDIA_PREPARED), ==, MEDIA_SCANS);
    GByteArray *bytes = jpeg (4000, 3000, 0, 1); /* what nobody can count is not drawn */
    g_byte_array_set_size (bytes, bytes->len - 2);
    for (unsigned i = 0; i < 1000000; i++)
        ADD (bytes, "\xff\0");
    look = look_at (bytes);
    g_assert_cmpint (fit (&look), ==, MEDIA_SCANS);
}

/* Of two beginnings in one file the larger counts. */
static void
test_two_frames (void)
{
    GByteArray *bytes = jpeg (640, 480, 0, 1);

    g_byte_array_set_size (bytes, bytes->len - 2);
    add_frame (bytes, 60000, 60000);
    MediaLook look = look_at (bytes);
    g_assert_cmpint (fit (&look), ==, MEDIA_SIDES);
}

static GByteArray *
gif (uint32_t width, uint32_t height, unsigned frames, uint32_t frame_width,
     gboolean ends)
{
    GByteArray *out = g_byte_array_new ();

    ADD (out, "GIF89a");
    add_number (out, width, 2, TRUE);
    add_number (out, height, 2, TRUE);
    ADD (out, "\x80\0\0abcdef!\xff\x0bNETSCAPE2.0\3\1\0\0\0");
    for (unsigned i = 0; i < frames; i++) {
        ADD (out, "!\xf9\4\0\0\0\0\0,\0\0\0\0");
        add_number (out, frame_width, 2, TRUE);
        add_number (out, height, 2, TRUE);
        ADD (out, "\x81"
                  "012345678901\2\3abc\0");
    }
    if (ends)
        ADD (out, ";");
    return out;
}

static void
test_gif (void)
{
    static const struct {
        uint32_t width, height;
        unsigned frames;
        uint32_t frame_width;
        gboolean ends;
        MediaFit fit;
    } rows[] = {
        { 500, 500, 1, 500, TRUE, MEDIA_FITS },
        { 500, 500, 60, 500, TRUE, MEDIA_FITS },
        { 500, 500, 61, 500, TRUE, MEDIA_FRAMES },
        { 600, 500, 60, 600, TRUE, MEDIA_FRAMES }, /* 18 Mpixel */
        { 10, 10, 2000, 10, TRUE, MEDIA_FRAMES },
        { 10, 10, 2, 10, FALSE, MEDIA_FRAMES }, /* nobody knows what follows */
        { 10, 10, 1, 60000, TRUE, MEDIA_SIDES },
        { 65535, 65535, 1, 1, TRUE, MEDIA_SIDES },
        { 10, 10, 0, 10, TRUE, MEDIA_BROKEN },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        MediaLook look = look_at (gif (rows[i].width, rows[i].height, rows[i].frames,
                                       rows[i].frame_width, rows[i].ends));
        g_assert_cmpint (look.kind, ==, MEDIA_KIND_GIF);
        g_assert_cmpint (look.frames, ==, MIN (rows[i].frames, MEDIA_FRAMES_MANY));
        g_assert_cmpint (fit (&look), ==, rows[i].fit);
    }
}

static size_t
endless_cb (void *user, int64_t at, uint8_t *out, size_t len)
{
    const GByteArray *start = user;

    for (size_t i = 0; i < len; i++, at++) /* blocks of one byte, for ever */
        out[i] = at < start->len ? start->data[at] : 1;
    return len;
}

static void
test_endless_gif (void)
{
    g_autoptr (GByteArray) start = gif (10, 10, 2, 10, FALSE);
    MediaSource source = { endless_cb, start, INT64_MAX };
    MediaLook look;

    g_byte_array_set_size (start, start->len - 1); /* the second picture's blocks go on */
    media_look (&source, &look);
    g_assert_cmpint (look.frames, ==, 2);
    g_assert_false (look.whole);
    look.size = 1000;
    g_assert_cmpint (fit (&look), ==, MEDIA_FRAMES);
}

static GByteArray *
webp (void)
{
    GByteArray *out = g_byte_array_new ();

    ADD (out, "RIFF\0\0\0\0WEBP");
    return out;
}

static void
test_webp (void)
{
    GByteArray *out = webp ();
    ADD (out, "VP8 \x0a\0\0\0\x10\0\0\x9d\x01\x2a\x40\x01\xf0\x40");
    MediaLook look = look_at (out);
    g_assert_cmpint (look.kind, ==, MEDIA_KIND_WEBP);
    g_assert_cmpint (look.width, ==, 320);
    g_assert_cmpint (look.height, ==, 240);
    g_assert_cmpint (fit (&look), ==, MEDIA_FITS);

    out = webp ();
    ADD (out, "VP8L\5\0\0\0\x2f\x3f\xc1\x3b\0\0");
    look = look_at (out);
    g_assert_cmpint (look.width, ==, 320);
    g_assert_cmpint (look.height, ==, 240);

    out = webp ();
    ADD (out, "VP8X\x0a\0\0\0\2\0\0\0\x3f\1\0\xef\0\0");
    for (int i = 0; i < 61; i++)
        ADD (out, "ANMF\x10\0\0\0\0\0\0\0\0\0\x3f\1\0\xef\0\0\0\0\0\0");
    look = look_at (out);
    g_assert_cmpint (look.width, ==, 320);
    g_assert_cmpint (look.height, ==, 240);
    g_assert_cmpint (look.frames, ==, 61);
    g_assert_cmpint (fit (&look), ==, MEDIA_FRAMES);

    /* of what moves all was seen, or it is not shown */
    for (int more = 0; more < 2; more++) {
        out = webp ();
        ADD (out, "VP8X\x0a\0\0\0\2\0\0\0\x3f\1\0\xef\0\0");
        for (int i = 0; i < 2; i++)
            ADD (out, "ANMF\x10\0\0\0\0\0\0\0\0\0\x3f\1\0\xef\0\0\0\0\0\0");
        add (out, "ANM", more * 3);
        look = look_at (out);
        g_assert_cmpint (look.frames, ==, 2);
        g_assert_cmpint (fit (&look), ==, more ? MEDIA_FRAMES : MEDIA_FITS);
    }
}

/* Names say nothing, and decoders that search are not misled. */
static void
test_others (void)
{
    static const char *const texts[] = {
        "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>",
        "GIF89a\1\0\1\0\0\0\0!\xfe\4<svg",
        "#!/bin/sh\n",
        "\xff\xd8\xff\xfe\xff\xff <!DOCTYPE svg>",
        "BM",
        "",
    };

    for (size_t i = 0; i < G_N_ELEMENTS (texts); i++) {
        GByteArray *out = g_byte_array_new ();
        add (out, texts[i], i == 1 ? 20 : strlen (texts[i]));
        MediaLook look = look_at (out);
        g_assert_cmpint (look.kind, ==, MEDIA_KIND_OTHER);
        g_assert_null (look.mime);
        g_assert_cmpint (fit (&look), ==, MEDIA_NO_PICTURE);
    }
}

/* --- video and sound --- */

static unsigned
begin_box (GByteArray *out, const char *name)
{
    add_number (out, 0, 4, FALSE);
    add (out, name, 4);
    return out->len - 8;
}

static void
end_box (GByteArray *out, unsigned at)
{
    uint32_t len = GUINT32_TO_BE (out->len - at);

    memcpy (out->data + at, &len, 4);
}

static void
add_track (GByteArray *out, const char *handler, uint32_t width, uint32_t height,
           gboolean lies)
{
    unsigned trak = begin_box (out, "trak"), box = begin_box (out, "tkhd");

    add_zeros (out, 40);
    for (int i = 0; i < 9; i++)
        add_number (out, (lies ? i == 1 || i == 3 : i == 0 || i == 4) ? 0x10000 : 0, 4,
                    FALSE);
    add_number (out, width << 16, 4, FALSE);
    add_number (out, height << 16, 4, FALSE);
    end_box (out, box);
    unsigned mdia = begin_box (out, "mdia");
    box = begin_box (out, "hdlr");
    add_zeros (out, 8);
    add (out, handler, 4);
    add_zeros (out, 13);
    end_box (out, box);
    end_box (out, mdia);
    end_box (out, trak);
}

/* The part that says what it is stands at the end, behind 5 GB that nobody reads. */
static size_t
large_cb (void *user, int64_t at, uint8_t *out, size_t len)
{
    const GByteArray *file = user;
    int64_t gap = 5000000000;

    for (size_t i = 0; i < len; i++, at++)
        out[i] = at < 28                ? file->data[at]
                 : at < 28 + gap        ? 0xaa
                 : at - gap < file->len ? file->data[at - gap]
                                        : 0;
    return len;
}

static void
add_movie (GByteArray *out, gboolean video, gboolean sound, gboolean lies)
{
    unsigned moov = begin_box (out, "moov"), box = begin_box (out, "mvhd");

    add_zeros (out, 12);
    add_number (out, 600, 4, FALSE);
    add_number (out, 12 * 600 + 1, 4, FALSE);
    add_zeros (out, 80);
    end_box (out, box);
    if (video)
        add_track (out, "vide", 1280, 720, lies);
    if (sound)
        add_track (out, "soun", 0, 0, FALSE);
    end_box (out, moov);
}

static void
test_mp4 (void)
{
    for (int i = 0; i < 8; i++) {
        GByteArray *out = g_byte_array_new ();
        gboolean video = (i & 1) != 0, sound = (i & 2) != 0, lies = (i & 4) != 0;
        ADD (out, "\0\0\0\x0c"
                  "ftypisom");
        add_movie (out, video, sound, lies);
        MediaLook look = look_at (out);
        g_assert_cmpint (look.kind, ==, MEDIA_KIND_MP4);
        g_assert_cmpstr (look.mime, ==, sound && !video ? "audio/mp4" : "video/mp4");
        g_assert_cmpint (look.has_video, ==, video);
        g_assert_cmpint (look.has_sound, ==, sound);
        g_assert_cmpint (look.width, ==, !video ? 0 : lies ? 720 : 1280);
        g_assert_cmpint (look.height, ==, !video ? 0 : lies ? 1280 : 720);
        g_assert_cmpint (look.duration, ==, 13);
        g_assert_cmpint (fit (&look), ==, MEDIA_NO_PICTURE);
    }
}

/* SC-H11: a picture that is packed as a video is, and QuickTime, by the brands in the first box: those
 * of a picture without a form of its own, too; what nobody knows is a video where something plays */
static void
test_brands (void)
{
    static const struct {
        const char *box; /* behind "ftyp" */
        gboolean video;
        MediaKind kind;
        const char *mime, *ending;
    } rows[] = {
        { "heic\1\1\1\1mif1heic", FALSE, MEDIA_KIND_HEIF, "image/heic", ".heic" },
        { "heix\1\1\1\1mif1heix", TRUE, MEDIA_KIND_HEIF, "image/heic", ".heic" },
        { "mif1\1\1\1\1mif1heic", FALSE, MEDIA_KIND_HEIF, "image/heic", ".heic" },
        { "mif1\1\1\1\1miafavif", FALSE, MEDIA_KIND_HEIF, "image/avif", ".avif" },
        { "mif1\1\1\1\1miaf", FALSE, MEDIA_KIND_HEIF, "image/heif", ".heif" },
        { "mif1", FALSE, MEDIA_KIND_HEIF, "image/heif", ".heif" },
        { "msf1\1\1\1\1hevc", TRUE, MEDIA_KIND_HEIF, "image/heic-sequence", ".heics" },
        { "avif\1\1\1\1mif1", FALSE, MEDIA_KIND_HEIF, "image/avif", ".avif" },
        { "qt  \1\1\1\1qt  ", TRUE, MEDIA_KIND_MP4, "video/quicktime", ".mov" },
        { "qt  ", FALSE, MEDIA_KIND_MP4, "video/quicktime", ".mov" },
        { "3gp4\1\1\1\1", TRUE, MEDIA_KIND_MP4, "video/3gpp", ".3gp" },
        { "mp42\1\1\1\1heic", FALSE, MEDIA_KIND_MP4, "video/mp4", ".mp4" },
        { "none\1\1\1\1", TRUE, MEDIA_KIND_MP4, "video/mp4", ".mp4" },
        { "crx \1\1\1\1isom", FALSE, MEDIA_KIND_OTHER, NULL, "" },
        { "he", FALSE, MEDIA_KIND_OTHER, NULL, "" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        GByteArray *out = g_byte_array_new ();
        add_number (out, 8 + strlen (rows[i].box), 4, FALSE);
        add (out, "ftyp", 4);
        add (out, rows[i].box, strlen (rows[i].box));
        if (rows[i].video)
            add_movie (out, TRUE, FALSE, FALSE);
        else
            ADD (out, "\0\0\0\x10mdathevcavif"); /* no brands */
        MediaLook look = look_at (out);
        g_assert_cmpint (look.kind, ==, rows[i].kind);
        g_assert_cmpstr (look.mime, ==, rows[i].mime);
        g_assert_cmpstr (look.ending, ==, rows[i].ending);
        g_assert_cmpint (look.has_video, ==,
                         rows[i].video && look.kind == MEDIA_KIND_MP4);
        g_assert_cmpint (fit (&look), ==, MEDIA_NO_PICTURE);
    }
}

static void
test_large_mp4 (void)
{
    g_autoptr (GByteArray) out = g_byte_array_new ();
    MediaSource source = { large_cb, out, 0 };
    MediaLook look;

    ADD (out, "\0\0\0\x0c"
              "ftypisom\0\0\0\1mdat");
    add_number (out, 16 + 5000000000, 8, FALSE);
    add_movie (out, TRUE, TRUE, FALSE);
    source.size = 5000000000 + out->len;
    media_look (&source, &look);
    g_assert_cmpint (look.width, ==, 1280);
    g_assert_cmpint (look.duration, ==, 13);
    g_assert_cmpint (look.size, ==, source.size);
}

static void
test_hostile_mp4 (void)
{
    GByteArray *out = g_byte_array_new ();

    ADD (out, "\0\0\0\x0c"
              "ftypisom");
    for (int i = 0; i < 1000; i++) /* one in the other */
        ADD (out, "\0\0\0\0moov");
    look_at (out);
    out = g_byte_array_new ();
    ADD (out, "\0\0\0\x0c"
              "ftypisom\0\0\0\1moov\xff\xff\xff\xff\xff\xff\xff\xff");
    look_at (out);
    out = g_byte_array_new ();
    ADD (out, "\0\0\0\x0c"
              "ftypisom\0\0\0\1moov\0\0\0\0\0\0\0\1");
    look_at (out);
    out = g_byte_array_new ();
    ADD (out, "\0\0\0\x0c"
              "ftypisom\0\0\0\7moov\0\0\0\0");
    look_at (out);
}

/* A page of that stream, which begins it or not, with so many zeros behind. */
static void
add_page (GByteArray *out, gboolean begins, uint64_t samples, const char *data,
          size_t len, size_t zeros)
{
    size_t whole = len + zeros;

    ADD (out, "OggS");
    add_number (out, begins ? 0x0200 : 0, 2, FALSE);
    out->data[out->len - 2] = 0;
    out->data[out->len - 1] = begins ? 2 : 0;
    add_number (out, samples, 8, TRUE);
    add_zeros (out, 12);
    add_number (out, whole / 255 + 1, 1, TRUE);
    for (size_t i = 0; i < whole / 255; i++)
        ADD (out, "\xff");
    add_number (out, whole % 255, 1, TRUE);
    add (out, data, len);
    add_zeros (out, zeros);
}

static GByteArray *
ogg (const char *codec, size_t codec_len, uint64_t samples)
{
    GByteArray *out = g_byte_array_new ();

    add_page (out, TRUE, 0, codec, codec_len, 0);
    for (int i = 0; i < 2; i++)
        add_page (out, FALSE, 0, "", 0, 60000);
    add_page (out, FALSE, samples, "", 0, 10);
    return out;
}

static void
test_ogg (void)
{
    static const char opus[] = "OpusHead\1\1\x38\1\x80\xbb\0\0\0\0\0";
    static const char vorbis[] = "\1vorbis\0\0\0\0\2\x44\xac\0\0";
    MediaLook look = look_at (ogg (opus, sizeof opus - 1, 48000 * 12 + 312));

    g_assert_cmpint (look.kind, ==, MEDIA_KIND_OGG);
    g_assert_cmpstr (look.mime, ==, "audio/ogg");
    g_assert_true (look.voice);
    g_assert_cmpint (look.duration, ==, 12);
    g_assert_cmpint (fit (&look), ==, MEDIA_NO_PICTURE);
    look = look_at (ogg (vorbis, sizeof vorbis - 1, 44100 * 7));
    g_assert_false (look.voice);
    g_assert_true (look.has_sound);
    g_assert_cmpint (look.duration, ==, 7);
    look = look_at (ogg ("\x80theora", 7, 5));
    g_assert_cmpstr (look.mime, ==, "application/ogg");
    look = look_at (ogg (opus, sizeof opus - 1, UINT64_MAX)); /* no sample is in it */
    g_assert_cmpint (look.duration, ==, 0);
}

/* What a player would give to another decoder is no voice: beside the sound, behind it, or where
 * nobody looked */
static void
test_ogg_of_two (void)
{
    static const char opus[] = "OpusHead\1\1\x38\1\x80\xbb\0\0\0\0\0";
    static const char vorbis[30] = "\1vorbis\0\0\0\0\2\x44\xac";
    static const char no_rate[30] = "\1vorbis\0\0\0\0\2";
    static const char speex[80] = "Speex   1.2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                                  "\1\0\0\0\x50\0\0\0\x80\x3e";
    static const char flac[51] = "\177FLAC\1\0\0\1fLaC\0\0\0\x22\x10\0\x10\0\0\0\0\0\0\0"
                                 "\x0a\xc4\x42\xf0";
    static const struct {
        const char *codec;
        size_t len;
        gboolean video;
    } rows[] = {
        { "\x80theora\3\2\1", 10, TRUE },
        { "fishead\0\3", 9, TRUE },
        { "OVP80\1\1\0", 8, TRUE },
        { "BBCD\0\0\0\0", 8, TRUE },
        { "", 0, TRUE },
        { vorbis, sizeof vorbis, FALSE },
        { speex, sizeof speex, FALSE },
        { flac, sizeof flac, FALSE },
        { opus, 18, TRUE }, /* what is no header lets the next packet say what it is */
        { vorbis, 29, TRUE },
        { no_rate, sizeof no_rate, TRUE },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        for (int behind = 0; behind < 2; behind++) {
            GByteArray *out =
                behind ? ogg (opus, sizeof opus - 1, 48000) : g_byte_array_new ();
            if (!behind)
                add_page (out, TRUE, 0, opus, sizeof opus - 1, 0);
            add_page (out, TRUE, 0, rows[i].codec, rows[i].len, 0);
            add_page (out, FALSE, 48000, "", 0, 300);
            MediaLook look = look_at (out);
            g_assert_true (look.whole);
            g_assert_true (look.has_sound);
            g_assert_true (look.has_video == rows[i].video);
            g_assert_true (look.voice == !rows[i].video);
            g_assert_cmpstr (look.mime, ==, rows[i].video ? "video/ogg" : "audio/ogg");
        }
    }
    GByteArray *out = ogg (opus, sizeof opus - 1, 48000);
    ADD (out, "something else, long enough to hold a page");
    g_assert_false (look_at (out).whole);
    out = ogg (opus, sizeof opus - 1, 48000);
    g_byte_array_set_size (out, out->len - 5); /* cut off in its last page */
    g_assert_true (look_at (out).whole);
}

/* What a player finds that takes pages and packets apart otherwise than by their sizes: a packet
 * that begins nowhere is dropped, a page that is damaged is searched, one of another version is
 * none. */
static void
test_ogg_hidden (void)
{
    static const char opus[] = "OpusHead\1\1\x38\1\x80\xbb\0\0\0\0\0";
    static const char video[] = "\x80theora\3\2\1";
    enum { CONTINUED, INSIDE, VERSION, OPEN, ALL };

    for (int way = 0; way < ALL; way++) {
        GByteArray *out = ogg (opus, sizeof opus - 1, 48000);
        g_autoptr (GByteArray) inner = g_byte_array_new ();
        unsigned at = out->len;
        add_page (inner, TRUE, 0, video, sizeof video - 1, 0);
        if (way == INSIDE)
            add_page (out, FALSE, 0, (const char *)inner->data, inner->len, 0);
        else
            add_page (out, TRUE, 0, opus, sizeof opus - 1, way == OPEN ? 236 : 0);
        if (way == CONTINUED)
            out->data[at + 5] |= 1;
        if (way == VERSION)
            out->data[at + 4] = 1;
        if (way == OPEN) { /* its first packet goes on in the next page */
            out->data[at + 26] = 1;
            g_byte_array_remove_index (out, at + 28);
        }
        add_page (out, FALSE, 0, video, sizeof video - 1, 0);
        MediaLook look = look_at (out);
        g_assert_true (look.has_video || !look.whole);
    }
}

/* SC-H11: what would have been found, and what nothing is known of */
static void
test_tells (void)
{
    static const struct {
        const char *mime;
        gboolean tells;
    } rows[] = { { "image/jpeg", TRUE },   { "image/webp", TRUE },
                 { "video/mp4", TRUE },    { "audio/mp4", TRUE },
                 { "audio/mpeg", TRUE },   { "audio/ogg", TRUE },
                 { "video/ogg", TRUE },    { "text/plain", FALSE },
                 { "image/heic", TRUE },   { "image/heic-sequence", TRUE },
                 { "image/heif", TRUE },   { "image/heif-sequence", TRUE },
                 { "image/avif", TRUE },   { "video/quicktime", TRUE },
                 { "video/3gpp", TRUE },   { "video/x-matroska", FALSE },
                 { "image/tiff", FALSE },  { "", FALSE },
                 { "image/jpeg2", FALSE }, { "image/", FALSE } };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
        g_assert_true (media_look_tells (rows[i].mime) == rows[i].tells);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/media/look/tells", test_tells);
    g_test_add_func ("/media/look/png", test_png);
    g_test_add_func ("/media/look/bombs", test_bombs);
    g_test_add_func ("/media/look/jpeg", test_jpeg);
    g_test_add_func ("/media/look/truncated-jpeg", test_truncated_jpeg);
    g_test_add_func ("/media/look/scans", test_scans);
    g_test_add_func ("/media/look/two-frames", test_two_frames);
    g_test_add_func ("/media/look/gif", test_gif);
    g_test_add_func ("/media/look/endless-gif", test_endless_gif);
    g_test_add_func ("/media/look/webp", test_webp);
    g_test_add_func ("/media/look/others", test_others);
    g_test_add_func ("/media/look/mp4", test_mp4);
    g_test_add_func ("/media/look/brands", test_brands);
    g_test_add_func ("/media/look/large-mp4", test_large_mp4);
    g_test_add_func ("/media/look/hostile-mp4", test_hostile_mp4);
    g_test_add_func ("/media/look/ogg", test_ogg);
    g_test_add_func ("/media/look/ogg-of-two", test_ogg_of_two);
    g_test_add_func ("/media/look/ogg-hidden", test_ogg_hidden);
    return g_test_run ();
}
