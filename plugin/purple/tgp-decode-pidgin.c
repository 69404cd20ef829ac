/* See tgp-decode-pidgin.h. */
#include "tgp-decode-pidgin.h"

#include "tgp-symbols.h"

#include <glib-object.h>
#include <string.h>

#define PIXELS_MAX 16000000
#define PIECE (256 << 10) /* bytes handed over at once */
#define BILINEAR 2        /* GDK_INTERP_BILINEAR */
#define DELAY_MIN 20      /* ms of a frame; what is less ... */
#define DELAY_ELSE 100    /* ... is this, as browsers have it */

/* A GTimeVal, of a time that only the decoder knows. */
typedef struct {
    long s, us;
} Moment;

static struct {
    void *(*loader_new) (const char *format, void **error);
    gboolean (*loader_write) (void *loader, const uint8_t *data, size_t len,
                              void **error);
    gboolean (*loader_close) (void *loader, void **error);
    void *(*loader_pixbuf) (void *loader);
    void (*loader_size) (void *loader, int width, int height);
    void *(*turned) (void *pixbuf);
    void *(*scale) (const void *pixbuf, int width, int height, int how);
    uint8_t *(*pixels) (const void *pixbuf);
    int (*width) (const void *pixbuf);
    int (*height) (const void *pixbuf);
    int (*row) (const void *pixbuf);
    gboolean (*alpha) (const void *pixbuf);
    size_t (*bytes) (const void *pixbuf);
    void *(*animation_of) (void *loader);
    gboolean (*is_static) (void *animation);
    void *(*get_iter) (void *animation, const Moment *from);
    gboolean (*advance) (void *iter, const Moment *to);
    int (*delay) (void *iter);
    void *(*picture) (void *iter);
} gdk;

gboolean
tgp_decode_find (void)
{
    static const TgpSymbol symbols[] = {
        { "gdk_pixbuf_loader_new_with_type", &gdk.loader_new },
        { "gdk_pixbuf_loader_write", &gdk.loader_write },
        { "gdk_pixbuf_loader_close", &gdk.loader_close },
        { "gdk_pixbuf_loader_get_pixbuf", &gdk.loader_pixbuf },
        { "gdk_pixbuf_loader_set_size", &gdk.loader_size },
        { "gdk_pixbuf_apply_embedded_orientation", &gdk.turned },
        { "gdk_pixbuf_scale_simple", &gdk.scale },
        { "gdk_pixbuf_get_pixels", &gdk.pixels },
        { "gdk_pixbuf_get_width", &gdk.width },
        { "gdk_pixbuf_get_height", &gdk.height },
        { "gdk_pixbuf_get_rowstride", &gdk.row },
        { "gdk_pixbuf_get_has_alpha", &gdk.alpha },
        { "gdk_pixbuf_get_byte_length", &gdk.bytes },
        { "gdk_pixbuf_loader_get_animation", &gdk.animation_of },
        { "gdk_pixbuf_animation_is_static_image", &gdk.is_static },
        { "gdk_pixbuf_animation_get_iter", &gdk.get_iter },
        { "gdk_pixbuf_animation_iter_advance", &gdk.advance },
        { "gdk_pixbuf_animation_iter_get_delay_time", &gdk.delay },
        { "gdk_pixbuf_animation_iter_get_pixbuf", &gdk.picture },
    };

    return tgp_symbols_find (symbols, G_N_ELEMENTS (symbols));
}

gboolean
tgp_decode_reads (const char *format)
{
    void *loader = gdk.loader_new (format, NULL);

    if (loader == NULL)
        return FALSE;
    gdk.loader_close (loader, NULL);
    g_object_unref (loader);
    return TRUE;
}

/* --- sizes --- */

static int
part (int side, int of)
{
    return (side + of - 1) / of;
}

/* Only what fits is decoded. Of a JPEG the decoder itself makes a half, a quarter or an eighth, and
 * nothing larger: the smallest of them that is no smaller than what is shown. */
static void
prepared_cb (void *loader, int width, int height, void *user)
{
    const TgpEncoded *picture = user;
    int longer = MAX (width, height), of = 8;

    if (width < 1 || height < 1 || (int64_t)width * height > PIXELS_MAX) {
        gdk.loader_size (loader, 0, 0);
        return;
    }
    while (of > 1 && part (longer, of) < (int)picture->side)
        of /= 2;
    if (of > 1 && strcmp (picture->format, "jpeg") == 0)
        gdk.loader_size (loader, part (width, of), part (height, of));
}

/* --- frames --- */

static gboolean
is_wanted (const TgpEncoded *picture)
{
    return picture->stop == NULL || g_atomic_int_get (picture->stop) == 0;
}

static void
wipe (const void *pixbuf)
{
    explicit_bzero (gdk.pixels (pixbuf), gdk.bytes (pixbuf));
}

/* As large as it is. FALSE: it is not as large as the first. */
static gboolean
add_whole (TgpDecoded *decoded, const void *pixbuf, int delay)
{
    TgpDecoded as = { .width = gdk.width (pixbuf),
                      .height = gdk.height (pixbuf),
                      .row = gdk.row (pixbuf),
                      .alpha = gdk.alpha (pixbuf),
                      .bytes = gdk.bytes (pixbuf) };

    if (decoded->n > 0 && (as.bytes != decoded->bytes || as.width != decoded->width ||
                           as.height != decoded->height || as.row != decoded->row ||
                           as.alpha != decoded->alpha))
        return FALSE;
    as.frames = decoded->frames;
    as.n = decoded->n;
    *decoded = as;
    decoded->frames[decoded->n++] = (TgpFrame){
        g_memdup2 (gdk.pixels (pixbuf), as.bytes),
        delay < DELAY_MIN ? DELAY_ELSE : (unsigned)delay,
    };
    return TRUE;
}

/* At most `side` pixels a side. */
static gboolean
add (TgpDecoded *decoded, const void *pixbuf, int side, int delay)
{
    int width = gdk.width (pixbuf), height = gdk.height (pixbuf),
        longer = MAX (width, height);

    if (longer <= side)
        return add_whole (decoded, pixbuf, delay);
    void *smaller = gdk.scale (pixbuf, MAX ((int)((int64_t)width * side / longer), 1),
                               MAX ((int)((int64_t)height * side / longer), 1), BILINEAR);
    if (smaller == NULL)
        return FALSE;
    gboolean added = add_whole (decoded, smaller, delay);
    wipe (smaller);
    g_object_unref (smaller);
    return added;
}

static void
take_still (TgpDecoded *decoded, void *loader, int side)
{
    void *pixbuf = gdk.loader_pixbuf (loader);
    void *turned = pixbuf != NULL ? gdk.turned (pixbuf) : NULL;

    if (turned == NULL)
        return;
    add (decoded, turned, side, 0);
    wipe (turned);
    if (turned != pixbuf)
        wipe (pixbuf);
    g_object_unref (turned);
}

/* The decoder draws each upon the one before. */
static void
take_moving (TgpDecoded *decoded, void *animation, const TgpEncoded *picture)
{
    Moment at = { 1, 0 };
    void *iter = gdk.get_iter (animation, &at);
    const void *last;
    unsigned frames = picture->frames;

    while ((last = gdk.picture (iter)) != NULL && is_wanted (picture)) {
        int delay = gdk.delay (iter);
        if (!add (decoded, last, (int)picture->side, delay))
            break;
        if (decoded->bytes > TGP_DECODED_MAX / frames || decoded->n == frames)
            break;
        int64_t us = at.us + MAX (delay, 1) * (int64_t)1000;
        at.s += (long)(us / G_USEC_PER_SEC);
        at.us = (long)(us % G_USEC_PER_SEC);
        if (!gdk.advance (iter, &at))
            break;
    }
    if (last != NULL)
        wipe (last);
    g_object_unref (iter);
}

/* In pieces: of a GIF GdkPixbuf moves what it has not read yet for each block of 255 bytes, and draws
 * the first frame anew for each piece. Ten megabytes at once take it most of a minute (FRONTENDS 7). */
static gboolean
feed (void *loader, const TgpEncoded *picture)
{
    gboolean whole = TRUE;

    for (size_t at = 0; whole && at < picture->len; at += PIECE)
        whole = is_wanted (picture) &&
                gdk.loader_write (loader, picture->data + at,
                                  MIN (picture->len - at, PIECE), NULL);
    return gdk.loader_close (loader, NULL) && whole; /* must be closed */
}

/* What there is of a picture that ends too early. */
static void
wipe_part (void *loader)
{
    const void *pixbuf = gdk.loader_pixbuf (loader);

    if (pixbuf != NULL)
        wipe (pixbuf);
}

TgpDecoded *
tgp_decode (const TgpEncoded *picture)
{
    void *loader = gdk.loader_new (picture->format, NULL);

    if (loader == NULL)
        return NULL;
    TgpDecoded *decoded = g_new0 (TgpDecoded, 1);
    decoded->frames = g_new0 (TgpFrame, MAX (picture->frames, 1));
    g_signal_connect (loader, "size-prepared", G_CALLBACK (prepared_cb),
                      (gpointer)picture);
    if (feed (loader, picture)) {
        void *animation = picture->frames > 1 ? gdk.animation_of (loader) : NULL;
        if (animation != NULL && !gdk.is_static (animation))
            take_moving (decoded, animation, picture);
        else
            take_still (decoded, loader, (int)picture->side);
    } else {
        wipe_part (loader);
    }
    g_object_unref (loader);
    if (decoded->n == 0 || !is_wanted (picture))
        g_clear_pointer (&decoded, tgp_decoded_free);
    return decoded;
}

void
tgp_decoded_free (TgpDecoded *decoded)
{
    if (decoded == NULL)
        return;
    for (unsigned i = 0; i < decoded->n; i++) {
        explicit_bzero (decoded->frames[i].pixels, decoded->bytes);
        g_free (decoded->frames[i].pixels);
    }
    g_free (decoded->frames);
    g_free (decoded);
}
