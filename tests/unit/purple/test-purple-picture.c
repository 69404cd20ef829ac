/* Own pictures, made fit to be sent: where gdk-pixbuf is, and (argument "without") where it is not. */
#include "tgp-picture.h"

#include <gmodule.h>
#include <string.h>

static gboolean without;

GModule *__real_g_module_open (const char *name, GModuleFlags flags);
GModule *__wrap_g_module_open (const char *name, GModuleFlags flags);

GModule *
__wrap_g_module_open (const char *name, GModuleFlags flags)
{
    return without ? NULL : __real_g_module_open (name, flags);
}

static size_t largest; /* bytes that the decoder was given at once */
static gboolean (*real_write) (void *loader, const uint8_t *data, size_t len,
                               GError **error);

static gboolean
write_cb (void *loader, const uint8_t *data, size_t len, GError **error)
{
    largest = MAX (largest, len);
    return real_write (loader, data, len, error);
}

gboolean __real_g_module_symbol (GModule *module, const char *name, gpointer *symbol);
gboolean __wrap_g_module_symbol (GModule *module, const char *name, gpointer *symbol);

gboolean
__wrap_g_module_symbol (GModule *module, const char *name, gpointer *symbol)
{
    gboolean found = __real_g_module_symbol (module, name, symbol);
    gboolean (*mine) (void *, const uint8_t *, size_t, GError **) = write_cb;

    if (!found || !g_str_equal (name, "gdk_pixbuf_loader_write"))
        return found;
    memcpy (&real_write, symbol, sizeof real_write);
    memcpy (symbol, &mine, sizeof mine);
    return TRUE;
}

static GBytes *
file (const char *name)
{
    g_autofree char *path = g_build_filename (PICTURES, name, NULL);
    char *data;
    size_t len;

    g_assert_true (g_file_get_contents (path, &data, &len, NULL));
    return g_bytes_new_take (data, len);
}

static MediaLook
look_at (GBytes *bytes)
{
    MediaLook look;
    size_t len;
    const uint8_t *data = g_bytes_get_data (bytes, &len);

    media_look_bytes (data, len, &look);
    return look;
}

static gboolean
has (GBytes *bytes, const char *text)
{
    size_t len;
    const void *data = g_bytes_get_data (bytes, &len);

    return memmem (data, len, text, strlen (text)) != NULL;
}

static void
make (const char *name, TgpPicture *picture)
{
    g_autoptr (GBytes) bytes = file (name);
    MediaLook look = look_at (bytes);

    g_assert_cmpint (media_look_fits (&look, &MEDIA_PREPARED), ==, MEDIA_FITS);
    g_assert_true (tgp_picture_make (bytes, &look, picture));
}

/* Where it was taken and by what does not leave; it is upright. */
static void
test_turned (void)
{
    g_autoptr (GBytes) before = file ("turned.jpg");
    TgpPicture picture;

    g_assert_true (has (before, "SECRET"));
    make ("turned.jpg", &picture);
    MediaLook look = look_at (picture.bytes);
    g_assert_cmpint (look.kind, ==, MEDIA_KIND_JPEG);
    g_assert_cmpstr (picture.mime, ==, "image/jpeg");
    g_assert_cmpint (picture.width, ==, 200);
    g_assert_cmpint (picture.height, ==, 300);
    g_assert_false (has (picture.bytes, "SECRET"));
    g_assert_cmpint (look.orientation, ==, without ? 6 : 1);
    g_assert_cmpint (look.width, ==, without ? 300 : 200);
    g_assert_true (has (picture.bytes, "Exif") == without); /* which way it is turned */
    g_assert_true ((picture.thumb == NULL) == without);
    if (picture.thumb != NULL) { /* SC-H10 */
        MediaLook thumb = look_at (picture.thumb);
        g_assert_cmpint (thumb.kind, ==, MEDIA_KIND_JPEG);
        g_assert_cmpint (thumb.width, ==, 60);
        g_assert_cmpint (thumb.height, ==, 90);
        g_assert_cmpint (picture.thumb_width, ==, 60);
        g_assert_cmpint (picture.thumb_height, ==, 90);
        g_assert_cmpuint (g_bytes_get_size (picture.thumb), <=, TGP_THUMB_BYTES);
        g_assert_false (has (picture.thumb, "SECRET"));
        g_assert_false (has (picture.thumb, "Exif"));
    }
    tgp_picture_clear (&picture);
}

static void
test_wide (void)
{
    TgpPicture picture;

    make ("wide.jpg", &picture);
    g_assert_cmpint (picture.width, ==, without ? 5200 : TGP_PICTURE_SIDE);
    g_assert_cmpint (picture.height, ==, without ? 40 : 19);
    tgp_picture_clear (&picture);
}

/* A JPEG has nothing to be seen through. */
static void
test_clear (void)
{
    TgpPicture picture;

    make ("clear.png", &picture);
    MediaLook look = look_at (picture.bytes);
    g_assert_cmpint (look.kind, ==, without ? MEDIA_KIND_PNG : MEDIA_KIND_JPEG);
    g_assert_cmpstr (picture.mime, ==, look.mime);
    g_assert_cmpint (picture.width, ==, 60);
    g_assert_cmpint (picture.height, ==, 40);
    tgp_picture_clear (&picture);
}

/* One that breaks off is none for a decoder; without one it is cut where it can be. */
static void
test_broken (void)
{
    g_autoptr (GBytes) whole = file ("clear.png");
    g_autoptr (GBytes) part = g_bytes_new_from_bytes (whole, 0, 60);
    MediaLook look = look_at (part);
    TgpPicture picture;

    g_assert_false (tgp_picture_make (part, &look, &picture));
    g_assert_null (picture.bytes);
    g_assert_null (picture.thumb);
}

/* A decoder is given a large file in pieces, to its end. */
static void
test_large (void)
{
    g_autoptr (GBytes) picture = file ("turned.jpg");
    g_autoptr (GByteArray) all = g_byte_array_new ();
    TgpPicture made;

    g_byte_array_set_size (all, 1000000);
    memset (all->data, 0, all->len); /* behind its end nothing counts */
    memcpy (all->data, g_bytes_get_data (picture, NULL), g_bytes_get_size (picture));
    g_autoptr (GBytes) large = g_bytes_new (all->data, all->len);
    MediaLook look = look_at (large);
    largest = 0;
    g_assert_true (tgp_picture_make (large, &look, &made));
    g_assert_cmpint (made.height, ==, 300);
    g_assert_cmpuint (largest, ==, without ? 0 : 256 * 1024);
    tgp_picture_clear (&made);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    without = argc > 1 || __real_g_module_open ("libgdk_pixbuf-2.0.so.0", 0) == NULL;
    g_test_add_func ("/purple/picture/turned", test_turned);
    g_test_add_func ("/purple/picture/wide", test_wide);
    g_test_add_func ("/purple/picture/clear", test_clear);
    g_test_add_func ("/purple/picture/broken", test_broken);
    g_test_add_func ("/purple/picture/large", test_large);
    return g_test_run ();
}
