/* Pidgin's window with a key: picture, hex, how to compare, three buttons. The picture is
 * given to GdkPixbuf as the pixels that it is, so that no format and no decoder is needed. */
#include "tgp-compare.h"
#include "tgp-symbols.h"

#define CELL 16 /* pixels a side */
#define SIDE (CELL * TGP_COMPARE_CELLS)
#define ROW (SIDE * 3) /* bytes: red, green, blue */
#define SPACE 12       /* pixels between things */
#define LINE 46        /* characters, about, of the text beside the picture */

typedef struct {
    void *dialog;
    PurpleAccount *account;
    int32_t chat_id;
    TgpComparedFunc *answered;
} Window;

static GList *windows; /* Window */

static struct {
    void *(*dialog_new) (void);
    void *(*add_button) (void *dialog, const char *label, int response);
    void (*set_default) (void *dialog, int response);
    void *(*content) (void *dialog);
    void (*set_title) (void *window, const char *title);
    void (*set_resizable) (void *window, gboolean resizable);
    void (*present) (void *window);
    void (*set_border) (void *container, unsigned width);
    void *(*hbox) (gboolean same, int space);
    void *(*vbox) (gboolean same, int space);
    void (*pack) (void *box, void *child, gboolean expand, gboolean fill, unsigned space);
    void *(*label_new) (const char *text);
    void (*set_markup) (void *label, const char *markup);
    void (*set_wrap) (void *label, gboolean wrap);
    void (*set_width) (void *label, int characters);
    void (*align) (void *misc, float x, float y);
    void *(*pixbuf_new) (const uint8_t *pixels, int colours, gboolean alpha, int bits,
                         int width, int height, int row,
                         void (*let_go) (uint8_t *pixels, void *data), void *data);
    void *(*image_new) (void *pixbuf);
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
        { "gtk_dialog_set_default_response", &gtk.set_default },
        { "gtk_dialog_get_content_area", &gtk.content },
        { "gtk_window_set_title", &gtk.set_title },
        { "gtk_window_set_resizable", &gtk.set_resizable },
        { "gtk_window_present", &gtk.present },
        { "gtk_container_set_border_width", &gtk.set_border },
        { "gtk_hbox_new", &gtk.hbox },
        { "gtk_vbox_new", &gtk.vbox },
        { "gtk_box_pack_start", &gtk.pack },
        { "gtk_label_new", &gtk.label_new },
        { "gtk_label_set_markup", &gtk.set_markup },
        { "gtk_label_set_line_wrap", &gtk.set_wrap },
        { "gtk_label_set_width_chars", &gtk.set_width },
        { "gtk_misc_set_alignment", &gtk.align },
        { "gdk_pixbuf_new_from_data", &gtk.pixbuf_new },
        { "gtk_image_new_from_pixbuf", &gtk.image_new },
        { "gtk_widget_get_accessible", &gtk.accessible },
        { "atk_object_set_name", &gtk.set_name },
        { "gtk_widget_show_all", &gtk.show_all },
        { "gtk_widget_destroy", &gtk.destroy },
    };
    static TgpSymbolsKnown known;

    return tgp_symbols_known (symbols, G_N_ELEMENTS (symbols), &known);
}

/* --- the picture (SC-K2) --- */

static void
let_go_cb (uint8_t *pixels, void *data)
{
    g_free (pixels);
}

/* The caller owns it. */
static void *
pixbuf_of (const uint8_t *cells)
{
    static const uint8_t colours[4][3] = { { 0xff, 0xff, 0xff },
                                           { 0xd5, 0xe6, 0xf3 },
                                           { 0x2d, 0x57, 0x75 },
                                           { 0x2f, 0x99, 0xc9 } };
    uint8_t *pixels = g_malloc (SIDE * ROW);

    for (size_t i = 0; i < SIDE * ROW; i++) {
        size_t x = i % ROW / 3 / CELL, y = i / ROW / CELL;
        pixels[i] = colours[cells[y * TGP_COMPARE_CELLS + x]][i % 3];
    }
    return gtk.pixbuf_new (pixels, 0, FALSE, 8, SIDE, SIDE, ROW, let_go_cb, NULL);
}

/* --- the window --- */

static void
destroyed_cb (void *dialog, Window *window)
{
    windows = g_list_remove (windows, window);
    g_free (window);
}

/* Any other response is that of a window that was closed. */
static void
response_cb (void *dialog, int response, Window *window)
{
    TgpComparedFunc *done = window->answered;
    PurpleAccount *account = window->account;
    int32_t chat_id = window->chat_id;

    gtk.destroy (dialog); /* with it the window */
    done (account, chat_id,
          response == TGP_COMPARE_EQUAL || response == TGP_COMPARE_DIFFERENT
              ? (TgpCompared)response
              : TGP_COMPARE_LATER);
}

/* A label at the left edge, between two of Pango's tags. */
static void
add_label (void *box, const char *open, const char *text, const char *close)
{
    g_autofree char *escaped = g_markup_escape_text (text, -1);
    g_autofree char *markup = g_strconcat (open, escaped, close, NULL);
    void *label = gtk.label_new (NULL);

    gtk.set_markup (label, markup);
    gtk.set_wrap (label, TRUE);
    gtk.set_width (label, LINE);
    gtk.align (label, 0, 0);
    gtk.pack (box, label, FALSE, FALSE, 0);
}

static void
fill (void *dialog, const TgpCompareView *view)
{
    void *pixbuf = pixbuf_of (view->cells);
    void *picture = gtk.image_new (pixbuf);
    void *beside = gtk.vbox (FALSE, SPACE), *all = gtk.hbox (FALSE, SPACE);

    g_object_unref (pixbuf);
    gtk.align (picture, 0, 0);
    gtk.set_name (gtk.accessible (picture), view->title);
    add_label (beside, "<b>", view->text, "</b>");
    add_label (beside, "<tt>", view->hex, "</tt>");
    add_label (beside, "", view->more, "");
    gtk.pack (all, picture, FALSE, FALSE, 0);
    gtk.pack (all, beside, TRUE, TRUE, 0);
    gtk.set_border (all, SPACE);
    gtk.pack (gtk.content (dialog), all, TRUE, TRUE, 0);
}

gboolean
tgp_compare_pidgin (const TgpCompareView *view, TgpComparedFunc *answered)
{
    if (!look_up ())
        return FALSE;
    for (GList *l = windows; l != NULL; l = l->next) {
        Window *open = l->data;
        if (open->account == view->account && open->chat_id == view->chat_id) {
            gtk.present (open->dialog);
            return TRUE;
        }
    }
    Window *window = g_new0 (Window, 1);
    window->dialog = gtk.dialog_new ();
    window->account = view->account;
    window->chat_id = view->chat_id;
    window->answered = answered;
    windows = g_list_prepend (windows, window);
    gtk.set_title (window->dialog, view->title);
    gtk.set_resizable (window->dialog, FALSE);
    for (int i = 0; i < (int)G_N_ELEMENTS (view->labels); i++)
        gtk.add_button (window->dialog, view->labels[i], i);
    gtk.set_default (window->dialog, TGP_COMPARE_LATER);
    fill (window->dialog, view);
    g_signal_connect (window->dialog, "response", G_CALLBACK (response_cb), window);
    g_signal_connect (window->dialog, "destroy", G_CALLBACK (destroyed_cb), window);
    gtk.show_all (window->dialog);
    return TRUE;
}

void
tgp_compare_pidgin_tidy (TgpCompareLivesFunc *lives)
{
    for (GList *l = windows, *next; l != NULL; l = next) {
        Window *window = l->data;
        next = l->next;
        if (lives == NULL || !lives (window->account, window->chat_id))
            gtk.destroy (window->dialog);
    }
}
