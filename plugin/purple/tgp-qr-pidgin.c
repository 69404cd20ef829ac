/* Pidgin's window with a QR code: the picture, how to scan it, two buttons. It is drawn as in
 * tgp-compare-pidgin.c: no format, no decoder. A new code takes the place of the old one in
 * the same window, which keeps its place and takes nobody's cursor. */
#include "tgp-qr.h"
#include "tgp-symbols.h"

#define MODULE 6 /* pixels a side */
#define MARGIN 4 /* modules around it, as the standard wants */
#define SPACE 12 /* pixels between things */
#define LINE 44  /* characters, about, of the text below */

enum { BY_CODE, CANCEL };

typedef struct {
    void *dialog, *picture;
    TgpAccount *tgp; /* outlives it */
    TgpQrAnswered answered;
} Window;

static struct {
    void *(*dialog_new) (void);
    void *(*add_button) (void *dialog, const char *label, int response);
    void *(*content) (void *dialog);
    void (*set_title) (void *window, const char *title);
    void (*set_resizable) (void *window, gboolean resizable);
    void (*set_border) (void *container, unsigned width);
    void *(*vbox) (gboolean same, int space);
    void (*pack) (void *box, void *child, gboolean expand, gboolean fill, unsigned space);
    void *(*label_new) (const char *text);
    void (*set_wrap) (void *label, gboolean wrap);
    void (*set_width) (void *label, int characters);
    void *(*pixbuf_new) (const uint8_t *pixels, int colours, gboolean alpha, int bits,
                         int width, int height, int row,
                         void (*let_go) (uint8_t *pixels, void *data), void *data);
    void *(*image_new) (void);
    void (*set_pixbuf) (void *image, void *pixbuf);
    void *(*accessible) (void *widget);
    void (*set_name) (void *accessible, const char *name);
    void (*show_all) (void *widget);
    void (*destroy) (void *widget);
} gtk;

static gboolean
look_up (void)
{
    static const TgpSymbol symbols[] = {
        { "gtk_dialog_new", &gtk.dialog_new },
        { "gtk_dialog_add_button", &gtk.add_button },
        { "gtk_dialog_get_content_area", &gtk.content },
        { "gtk_window_set_title", &gtk.set_title },
        { "gtk_window_set_resizable", &gtk.set_resizable },
        { "gtk_container_set_border_width", &gtk.set_border },
        { "gtk_vbox_new", &gtk.vbox },
        { "gtk_box_pack_start", &gtk.pack },
        { "gtk_label_new", &gtk.label_new },
        { "gtk_label_set_line_wrap", &gtk.set_wrap },
        { "gtk_label_set_width_chars", &gtk.set_width },
        { "gdk_pixbuf_new_from_data", &gtk.pixbuf_new },
        { "gtk_image_new", &gtk.image_new },
        { "gtk_image_set_from_pixbuf", &gtk.set_pixbuf },
        { "gtk_widget_get_accessible", &gtk.accessible },
        { "atk_object_set_name", &gtk.set_name },
        { "gtk_widget_show_all", &gtk.show_all },
        { "gtk_widget_destroy", &gtk.destroy },
    };
    static TgpSymbolsKnown known;

    return tgp_symbols_known (symbols, G_N_ELEMENTS (symbols), &known);
}

static void
let_go_cb (uint8_t *pixels, void *data)
{
    g_free (pixels);
}

void
tgp_qr_pidgin_draw (void *window, const TgpQrCode *code)
{
    int side = (code->side + 2 * MARGIN) * MODULE;
    uint8_t *pixels = g_malloc0 ((size_t)side * (size_t)side * 3);

    for (int i = 0; i < side * side; i++) {
        int x = i % side / MODULE - MARGIN, y = i / side / MODULE - MARGIN;
        gboolean inside = x >= 0 && y >= 0 && x < code->side && y < code->side;
        if (!inside || !code->dark[y * code->side + x])
            pixels[3 * i] = pixels[3 * i + 1] = pixels[3 * i + 2] = 0xff;
    }
    void *pixbuf =
        gtk.pixbuf_new (pixels, 0, FALSE, 8, side, side, 3 * side, let_go_cb, NULL);
    gtk.set_pixbuf (((Window *)window)->picture, pixbuf);
    g_object_unref (pixbuf);
}

static void
destroyed_cb (void *dialog, Window *window)
{
    g_free (window);
}

/* Any other response is that of a window that was closed. */
static void
response_cb (void *dialog, int response, Window *window)
{
    TgpQrAnswered done = window->answered;
    TgpAccount *tgp = window->tgp;

    gtk.destroy (dialog); /* with it the window */
    done (tgp, response == BY_CODE);
}

void *
tgp_qr_pidgin_open (TgpAccount *tgp, const char *title, const char *text,
                    const char *code_label, const char *cancel_label,
                    TgpQrAnswered answered)
{
    if (!look_up ())
        return NULL;
    Window *window = g_new0 (Window, 1);
    window->tgp = tgp;
    window->answered = answered;
    window->dialog = gtk.dialog_new ();
    window->picture = gtk.image_new ();
    void *all = gtk.vbox (FALSE, SPACE), *label = gtk.label_new (text);
    gtk.set_name (gtk.accessible (window->picture), title);
    gtk.set_wrap (label, TRUE);
    gtk.set_width (label, LINE);
    gtk.pack (all, window->picture, FALSE, FALSE, 0);
    gtk.pack (all, label, FALSE, FALSE, 0);
    gtk.set_border (all, SPACE);
    gtk.pack (gtk.content (window->dialog), all, TRUE, TRUE, 0);
    gtk.set_title (window->dialog, title);
    gtk.set_resizable (window->dialog, FALSE);
    if (code_label != NULL)
        gtk.add_button (window->dialog, code_label, BY_CODE);
    gtk.add_button (window->dialog, cancel_label, CANCEL);
    g_signal_connect (window->dialog, "response", G_CALLBACK (response_cb), window);
    g_signal_connect (window->dialog, "destroy", G_CALLBACK (destroyed_cb), window);
    gtk.show_all (window->dialog);
    return window;
}

void
tgp_qr_pidgin_close (void *window)
{
    gtk.destroy (((Window *)window)->dialog);
}
