/* See tgp-picture.h. */
#include "tgp-picture.h"

#include "media-clean.h"

#include <gmodule.h>
#include <string.h>

#define PIXBUF "libgdk_pixbuf-2.0.so.0"
#define GOBJECT "libgobject-2.0.so.0"
#define WHITE 0xffffffff  /* behind what is transparent: a JPEG is not */
#define BILINEAR 2        /* GDK_INTERP_BILINEAR */
#define PIECE (256 << 10) /* bytes handed over at once, for GIFs (FRONTENDS 7) */

/* --- gdk-pixbuf --- */

static struct {
    void *(*loader_new) (const char *type, GError **error);
    gboolean (*loader_write) (void *loader, const uint8_t *data, size_t len,
                              GError **error);
    gboolean (*loader_close) (void *loader, GError **error);
    void *(*loader_picture) (void *loader);
    void (*loader_set_size) (void *loader, int width, int height);
    void *(*upright) (void *picture);
    int (*width) (const void *picture);
    int (*height) (const void *picture);
    gboolean (*has_alpha) (const void *picture);
    void *(*scale) (const void *picture, int width, int height, int how);
    void *(*flatten) (const void *picture, int width, int height, int how, int alpha,
                      int check, uint32_t color1, uint32_t color2);
    gboolean (*save) (void *picture, char **data, size_t *len, const char *type,
                      GError **error, ...);
    unsigned long (*connect) (void *object, const char *signal, void (*func) (void),
                              void *data, void *destroy, int flags);
    void (*unref) (void *object);
} gdk;

/* It stays: its types cannot go again. */
static gboolean
find_all (GModule *pixbuf, GModule *object)
{
    const struct {
        GModule *module;
        const char *name;
        void *place;
    } symbols[] = {
        { pixbuf, "gdk_pixbuf_loader_new_with_type", &gdk.loader_new },
        { pixbuf, "gdk_pixbuf_loader_write", &gdk.loader_write },
        { pixbuf, "gdk_pixbuf_loader_close", &gdk.loader_close },
        { pixbuf, "gdk_pixbuf_loader_get_pixbuf", &gdk.loader_picture },
        { pixbuf, "gdk_pixbuf_loader_set_size", &gdk.loader_set_size },
        { pixbuf, "gdk_pixbuf_apply_embedded_orientation", &gdk.upright },
        { pixbuf, "gdk_pixbuf_get_width", &gdk.width },
        { pixbuf, "gdk_pixbuf_get_height", &gdk.height },
        { pixbuf, "gdk_pixbuf_get_has_alpha", &gdk.has_alpha },
        { pixbuf, "gdk_pixbuf_scale_simple", &gdk.scale },
        { pixbuf, "gdk_pixbuf_composite_color_simple", &gdk.flatten },
        { pixbuf, "gdk_pixbuf_save_to_buffer", &gdk.save },
        { object, "g_signal_connect_data", &gdk.connect },
        { object, "g_object_unref", &gdk.unref },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (symbols); i++) {
        gpointer found = NULL;
        if (!g_module_symbol (symbols[i].module, symbols[i].name, &found) ||
            found == NULL)
            return FALSE;
        memcpy (symbols[i].place, &found, sizeof found);
    }
    g_module_make_resident (pixbuf);
    g_module_make_resident (object);
    return TRUE;
}

static gboolean
has_gdk (void)
{
    static gsize known; /* 1: no, 2: yes */

    if (g_once_init_enter (&known)) {
        GModuleFlags flags = G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL;
        GModule *pixbuf = g_module_open (PIXBUF, flags);
        GModule *object = g_module_open (GOBJECT, flags);
        gboolean all = pixbuf != NULL && object != NULL && find_all (pixbuf, object);
        g_once_init_leave (&known, all ? 2 : 1);
    }
    return known == 2;
}

/* --- making --- */

static void
fit_into (int *width, int *height, int side)
{
    int most = MAX (*width, *height);

    if (most <= side)
        return;
    *width = MAX (1, (int)((int64_t)*width * side / most));
    *height = MAX (1, (int)((int64_t)*height * side / most));
}

/* A JPEG is decoded smaller at once. */
static void
size_cb (void *loader, int width, int height, void *data)
{
    fit_into (&width, &height, TGP_PICTURE_SIDE);
    gdk.loader_set_size (loader, width, height);
}

/* Upright and without a transparent part; NULL: it cannot be decoded. By its format, so that no
 * other decoder is found for it. */
static void *
decode (GBytes *file, const char *format)
{
    size_t len;
    const uint8_t *data = g_bytes_get_data (file, &len);
    void *loader = gdk.loader_new (format, NULL), *upright = NULL;

    if (loader == NULL)
        return NULL;
    gdk.connect (loader, "size-prepared", (void (*) (void))size_cb, NULL, NULL, 0);
    gboolean whole = TRUE;
    for (size_t at = 0; whole && at < len; at += PIECE)
        whole = gdk.loader_write (loader, data + at, MIN (len - at, PIECE), NULL);
    whole = gdk.loader_close (loader, NULL) && whole; /* must be closed */
    void *picture = whole ? gdk.loader_picture (loader) : NULL;
    if (picture != NULL)
        upright = gdk.upright (picture);
    gdk.unref (loader);
    if (upright == NULL || !gdk.has_alpha (upright))
        return upright;
    void *flat = gdk.flatten (upright, gdk.width (upright), gdk.height (upright),
                              BILINEAR, 255, 8, WHITE, WHITE);
    gdk.unref (upright);
    return flat;
}

static GBytes *
encode (void *picture, const char *quality)
{
    char *data;
    size_t len;

    return gdk.save (picture, &data, &len, "jpeg", NULL, "quality", quality, NULL)
               ? g_bytes_new_take (data, len)
               : NULL;
}

static void
make_thumb (void *whole, TgpPicture *picture)
{
    static const char *const qualities[] = { "80", "60", "40", "20" };
    int width = gdk.width (whole), height = gdk.height (whole);

    fit_into (&width, &height, TGP_THUMB_SIDE);
    void *small = gdk.scale (whole, width, height, BILINEAR);
    for (size_t i = 0; small != NULL && i < G_N_ELEMENTS (qualities); i++) {
        g_autoptr (GBytes) bytes = encode (small, qualities[i]);
        if (bytes == NULL || g_bytes_get_size (bytes) > TGP_THUMB_BYTES)
            continue;
        picture->thumb = g_steal_pointer (&bytes);
        picture->thumb_width = width;
        picture->thumb_height = height;
        break;
    }
    if (small != NULL)
        gdk.unref (small);
}

static gboolean
remake (GBytes *file, const MediaLook *look, TgpPicture *picture)
{
    void *whole = decode (file, look->format);

    if (whole == NULL)
        return FALSE;
    picture->bytes = encode (whole, "87");
    picture->width = gdk.width (whole);
    picture->height = gdk.height (whole);
    picture->mime = "image/jpeg";
    if (picture->bytes != NULL)
        make_thumb (whole, picture);
    gdk.unref (whole);
    return picture->bytes != NULL;
}

gboolean
tgp_picture_make (GBytes *file, const MediaLook *look, TgpPicture *picture)
{
    size_t len;
    const uint8_t *data = g_bytes_get_data (file, &len);

    memset (picture, 0, sizeof *picture);
    if (has_gdk () && remake (file, look, picture))
        return TRUE;
    picture->bytes = media_clean (data, len, look->kind);
    media_look_sides (look, &picture->width, &picture->height);
    picture->mime = look->mime;
    return picture->bytes != NULL;
}

void
tgp_picture_clear (TgpPicture *picture)
{
    g_clear_pointer (&picture->bytes, g_bytes_unref);
    g_clear_pointer (&picture->thumb, g_bytes_unref);
}
