/* What is asked of a decoder, and what is left in its memory: beside one that is played here. */
#include "tgp-decode-pidgin.h"

#include <glib-object.h>
#include <gmodule.h>
#include <string.h>

#define FRAMES_MAX 8

/* What the file holds. */
static struct {
    int width, height;
    unsigned n;
    int delays[FRAMES_MAX], sides[FRAMES_MAX]; /* side 0: as all others */
    gboolean broken;
    int *stop; /* set by the first piece; or NULL */
} file;

/* What was asked. */
static struct {
    int width, height; /* of the loader; 0: as it is */
    gboolean refused;
    size_t piece, bytes;
    unsigned drawn, unwiped, alive;
} asked;

/* --- objects --- */

typedef struct {
    GObject parent;
    int width, height;
    uint8_t *pixels;
} Pixbuf;
typedef GObjectClass PixbufClass;

static GType pixbuf_get_type (void);
G_DEFINE_TYPE (Pixbuf, pixbuf, G_TYPE_OBJECT)

static size_t
size_of (const Pixbuf *pixbuf)
{
    return (size_t)pixbuf->width * (size_t)pixbuf->height * 4;
}

static void
pixbuf_finalize (GObject *object)
{
    Pixbuf *pixbuf = (Pixbuf *)object;

    for (size_t i = 0; i < size_of (pixbuf); i++)
        if (pixbuf->pixels[i] != 0) {
            asked.unwiped++;
            break;
        }
    asked.alive--;
    g_free (pixbuf->pixels);
    G_OBJECT_CLASS (pixbuf_parent_class)->finalize (object);
}

static void
pixbuf_class_init (PixbufClass *class)
{
    class->finalize = pixbuf_finalize;
}

static void
pixbuf_init (Pixbuf *pixbuf)
{
    asked.alive++;
}

static Pixbuf *
pixbuf_new (int width, int height, int colour)
{
    Pixbuf *pixbuf = g_object_new (pixbuf_get_type (), NULL);

    pixbuf->width = width;
    pixbuf->height = height;
    pixbuf->pixels = g_malloc (size_of (pixbuf));
    memset (pixbuf->pixels, colour, size_of (pixbuf));
    return pixbuf;
}

/* Loader, animation and its iter in one; they own the picture. */
typedef struct {
    GObject parent;
    Pixbuf *now;
    unsigned at;
} Loader;
typedef GObjectClass LoaderClass;

static GType loader_get_type (void);
G_DEFINE_TYPE (Loader, loader, G_TYPE_OBJECT)

static void
loader_finalize (GObject *object)
{
    g_clear_object (&((Loader *)object)->now);
    G_OBJECT_CLASS (loader_parent_class)->finalize (object);
}

static void
loader_class_init (LoaderClass *class)
{
    class->finalize = loader_finalize;
    g_signal_new ("size-prepared", loader_get_type (), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_INT);
}

static void
loader_init (Loader *loader)
{
}

static void
draw (Loader *loader)
{
    int side = file.sides[loader->at],
        width = side > 0          ? side
                : asked.width > 0 ? asked.width
                                  : file.width,
        height = side > 0           ? side
                 : asked.height > 0 ? asked.height
                                    : file.height;

    asked.drawn++;
    if (loader->now == NULL || loader->now->width != width) {
        g_clear_object (&loader->now);
        loader->now = pixbuf_new (width, height, 0); /* else upon the one before */
    }
    memset (loader->now->pixels, 1 + (int)loader->at, size_of (loader->now));
}

/* --- as gdk-pixbuf has it --- */

G_MODULE_EXPORT void *gdk_pixbuf_loader_new_with_type (const char *format, void **error);
G_MODULE_EXPORT gboolean gdk_pixbuf_loader_write (void *loader, const uint8_t *data,
                                                  size_t len, void **error);
G_MODULE_EXPORT gboolean gdk_pixbuf_loader_close (void *loader, void **error);
G_MODULE_EXPORT void *gdk_pixbuf_loader_get_pixbuf (Loader *loader);
G_MODULE_EXPORT void gdk_pixbuf_loader_set_size (void *loader, int width, int height);
G_MODULE_EXPORT void *gdk_pixbuf_apply_embedded_orientation (void *pixbuf);
G_MODULE_EXPORT void *gdk_pixbuf_scale_simple (const Pixbuf *pixbuf, int width,
                                               int height, int how);
G_MODULE_EXPORT uint8_t *gdk_pixbuf_get_pixels (const Pixbuf *pixbuf);
G_MODULE_EXPORT int gdk_pixbuf_get_width (const Pixbuf *pixbuf);
G_MODULE_EXPORT int gdk_pixbuf_get_height (const Pixbuf *pixbuf);
G_MODULE_EXPORT int gdk_pixbuf_get_rowstride (const Pixbuf *pixbuf);
G_MODULE_EXPORT gboolean gdk_pixbuf_get_has_alpha (const Pixbuf *pixbuf);
G_MODULE_EXPORT size_t gdk_pixbuf_get_byte_length (const Pixbuf *pixbuf);
G_MODULE_EXPORT void *gdk_pixbuf_loader_get_animation (void *loader);
G_MODULE_EXPORT gboolean gdk_pixbuf_animation_is_static_image (void *animation);
G_MODULE_EXPORT void *gdk_pixbuf_animation_get_iter (Loader *animation, const void *from);
G_MODULE_EXPORT gboolean gdk_pixbuf_animation_iter_advance (Loader *iter, const void *to);
G_MODULE_EXPORT int gdk_pixbuf_animation_iter_get_delay_time (Loader *iter);
G_MODULE_EXPORT void *gdk_pixbuf_animation_iter_get_pixbuf (Loader *iter);

void *
gdk_pixbuf_loader_new_with_type (const char *format, void **error)
{
    return g_str_equal (format, "none") ? NULL : g_object_new (loader_get_type (), NULL);
}

gboolean
gdk_pixbuf_loader_write (void *loader, const uint8_t *data, size_t len, void **error)
{
    if (asked.bytes == 0)
        g_signal_emit_by_name (loader, "size-prepared", file.width, file.height);
    asked.bytes += len;
    asked.piece = MAX (asked.piece, len);
    if (file.broken || file.stop != NULL)
        draw (loader);
    if (file.stop != NULL)
        *file.stop = 1;
    return !asked.refused;
}

gboolean
gdk_pixbuf_loader_close (void *loader, void **error)
{
    return !file.broken;
}

void
gdk_pixbuf_loader_set_size (void *loader, int width, int height)
{
    asked.width = width;
    asked.height = height;
    asked.refused = width == 0;
}

void *
gdk_pixbuf_loader_get_pixbuf (Loader *loader)
{
    if (asked.refused || asked.bytes == 0)
        return NULL; /* nothing is there yet */
    draw (loader);
    return loader->now;
}

void *
gdk_pixbuf_apply_embedded_orientation (void *pixbuf)
{
    return g_object_ref (pixbuf);
}

void *
gdk_pixbuf_scale_simple (const Pixbuf *pixbuf, int width, int height, int how)
{
    return pixbuf_new (width, height, *pixbuf->pixels);
}

uint8_t *
gdk_pixbuf_get_pixels (const Pixbuf *pixbuf)
{
    return pixbuf->pixels;
}

int
gdk_pixbuf_get_width (const Pixbuf *pixbuf)
{
    return pixbuf->width;
}

int
gdk_pixbuf_get_height (const Pixbuf *pixbuf)
{
    return pixbuf->height;
}

int
gdk_pixbuf_get_rowstride (const Pixbuf *pixbuf)
{
    return pixbuf->width * 4;
}

gboolean
gdk_pixbuf_get_has_alpha (const Pixbuf *pixbuf)
{
    return TRUE;
}

size_t
gdk_pixbuf_get_byte_length (const Pixbuf *pixbuf)
{
    return size_of (pixbuf);
}

void *
gdk_pixbuf_loader_get_animation (void *loader)
{
    return loader;
}

gboolean
gdk_pixbuf_animation_is_static_image (void *animation)
{
    return file.n == 1;
}

void *
gdk_pixbuf_animation_get_iter (Loader *animation, const void *from)
{
    draw (animation);
    return g_object_ref (animation);
}

gboolean
gdk_pixbuf_animation_iter_advance (Loader *iter, const void *to)
{
    iter->at = (iter->at + 1) % file.n; /* it begins again */
    draw (iter);
    return TRUE;
}

int
gdk_pixbuf_animation_iter_get_delay_time (Loader *iter)
{
    return file.delays[iter->at];
}

void *
gdk_pixbuf_animation_iter_get_pixbuf (Loader *iter)
{
    return iter->now;
}

/* --- what is tested --- */

static TgpDecoded *
decode (const char *format, unsigned side, unsigned frames)
{
    static const uint8_t bytes[1000000] = { 1 };
    TgpEncoded picture = { bytes, sizeof bytes, format, side, frames };

    memset (&asked, 0, sizeof asked);
    g_assert_true (tgp_decode_find ());
    return tgp_decode (&picture);
}

static void
holds (int width, int height, unsigned frames)
{
    memset (&file, 0, sizeof file);
    file.width = width;
    file.height = height;
    file.n = frames;
}

/* All frames in their order, each once, of the size that is shown; in the decoder nothing of them is left */
static void
test_frames (void)
{
    static const int sizes[][4] = { { 40, 30, 40, 30 },
                                    { 900, 600, 400, 266 },
                                    { 1, 900, 1, 400 },
                                    { 401, 401, 400, 400 } };

    for (size_t i = 0; i < G_N_ELEMENTS (sizes); i++) {
        holds (sizes[i][0], sizes[i][1], 3);
        file.delays[1] = 19;
        file.delays[2] = 20;
        TgpDecoded *decoded = decode ("gif", 400, 3);
        g_assert_nonnull (decoded);
        g_assert_cmpuint (decoded->n, ==, 3);
        g_assert_cmpint (decoded->width, ==, sizes[i][2]);
        g_assert_cmpint (decoded->height, ==, sizes[i][3]);
        g_assert_cmpint (decoded->row, ==, sizes[i][2] * 4);
        g_assert_cmpuint (decoded->bytes, ==, sizes[i][2] * sizes[i][3] * 4);
        for (unsigned n = 0; n < 3; n++) {
            g_assert_cmpint (decoded->frames[n].pixels[decoded->bytes - 1], ==, n + 1);
            g_assert_cmpuint (decoded->frames[n].delay, ==, n < 2 ? 100 : 20);
        }
        g_assert_cmpuint (asked.drawn, ==, 3);
        g_assert_cmpint (asked.width, ==, 0);
        g_assert_cmpuint (asked.alive, ==, 0);
        g_assert_cmpuint (asked.unwiped, ==, 0);
        tgp_decoded_free (decoded);
    }
}

/* SC-M36: no more than was counted before, nor one that is not as large as the first; one, where all would be too much */
static void
test_no_more (void)
{
    holds (20, 20, 5);
    TgpDecoded *decoded = decode ("gif", 400, 3);
    g_assert_cmpuint (decoded->n, ==, 3);
    g_assert_cmpuint (asked.drawn, ==, 3);
    tgp_decoded_free (decoded);
    file.sides[2] = 21;
    decoded = decode ("gif", 400, 5);
    g_assert_cmpuint (decoded->n, ==, 2);
    g_assert_cmpuint (asked.drawn, ==, 3);
    tgp_decoded_free (decoded);
    for (int more = 0; more < 2; more++) {
        holds (1024, 1280 + more, 8); /* eight of them are TGP_DECODED_MAX */
        decoded = decode ("gif", 4096, 8);
        g_assert_cmpuint (decoded->n, ==, more > 0 ? 1 : 8);
        g_assert_cmpuint (asked.unwiped, ==, 0);
        tgp_decoded_free (decoded);
    }
}

/* What stands still is made smaller here, but a JPEG by its decoder, to a half, a quarter or an eighth */
static void
test_still (void)
{
    static const struct {
        const char *format;
        int width, height, decoded_width, decoded_height, shown_width, shown_height;
    } rows[] = {
        { "png", 900, 600, 0, 0, 400, 266 },
        { "gif", 900, 600, 0, 0, 400, 266 },
        { "png", 300, 200, 0, 0, 300, 200 },
        { "jpeg", 300, 200, 0, 0, 300, 200 },
        { "jpeg", 798, 600, 0, 0, 400, 300 },
        { "jpeg", 799, 600, 400, 300, 400, 300 },
        { "jpeg", 1601, 801, 401, 201, 400, 200 },
        { "jpeg", 4000, 3999, 500, 500, 400, 400 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        holds (rows[i].width, rows[i].height, 1);
        TgpDecoded *decoded = decode (rows[i].format, 400, 1);
        g_assert_nonnull (decoded);
        g_assert_cmpuint (decoded->n, ==, 1);
        g_assert_cmpint (asked.width, ==, rows[i].decoded_width);
        g_assert_cmpint (asked.height, ==, rows[i].decoded_height);
        g_assert_cmpint (decoded->width, ==, rows[i].shown_width);
        g_assert_cmpint (decoded->height, ==, rows[i].shown_height);
        g_assert_cmpuint (asked.alive, ==, 0);
        g_assert_cmpuint (asked.unwiped, ==, 0);
        tgp_decoded_free (decoded);
    }
}

/* SC-M36: more than 16 million pixels are not decoded, whatever else its header said; the bytes go in pieces */
static void
test_refused (void)
{
    holds (4000, 4000, 1);
    TgpDecoded *decoded = decode ("png", 400, 1);
    g_assert_nonnull (decoded);
    g_assert_cmpuint (asked.bytes, ==, 1000000);
    g_assert_cmpuint (asked.piece, ==, 256 * 1024);
    tgp_decoded_free (decoded);
    holds (4000, 4001, 1);
    g_assert_null (decode ("png", 400, 1));
    g_assert_cmpuint (asked.drawn, ==, 0);
    g_assert_cmpuint (asked.piece, ==, asked.bytes); /* and no further one */
    holds (30, 30, 2);
    file.broken = TRUE;
    g_assert_null (decode ("gif", 400, 2));
    g_assert_cmpuint (asked.drawn, >, 0);
    g_assert_cmpuint (asked.unwiped, ==, 0); /* what there was of it, too */
    g_assert_null (decode ("none", 400, 2));
    g_assert_false (tgp_decode_reads ("none"));
    g_assert_true (tgp_decode_reads ("gif"));
}

/* What nobody wants any more is left before its next piece. */
static void
test_stopped (void)
{
    static const uint8_t bytes[1000000] = { 1 };
    int stop = 0;
    TgpEncoded picture = { bytes, sizeof bytes, "gif", 400, 2, &stop };

    holds (30, 30, 2);
    memset (&asked, 0, sizeof asked);
    TgpDecoded *decoded = tgp_decode (&picture);
    g_assert_nonnull (decoded);
    tgp_decoded_free (decoded);
    memset (&asked, 0, sizeof asked);
    file.stop = &stop;
    g_assert_null (tgp_decode (&picture));
    g_assert_cmpuint (asked.bytes, ==, 256 * 1024);
    g_assert_cmpuint (asked.unwiped, ==, 0);
    g_assert_cmpuint (asked.alive, ==, 0);
    memset (&asked, 0, sizeof asked);
    g_assert_null (tgp_decode (&picture));
    g_assert_cmpuint (asked.bytes, ==, 0);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/purple/decode/frames", test_frames);
    g_test_add_func ("/purple/decode/no-more", test_no_more);
    g_test_add_func ("/purple/decode/still", test_still);
    g_test_add_func ("/purple/decode/refused", test_refused);
    g_test_add_func ("/purple/decode/stopped", test_stopped);
    return g_test_run ();
}
