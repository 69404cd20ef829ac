/* Pictures and links in Pidgin's window. A link is a tag of ours around words of ours: no text of
 * another can become one. A picture's pixels lie in memory of ours, wiped when the line goes;
 * libpurple's image store, from which pictures are copied into logs and saved by a menu, never has it. */
#include "tgp-media.h"

#include "tgp-decode-pidgin.h"
#include "tgp-links-pidgin.h"
#include "tgp-moving-pidgin.h"
#include "tgp-symbols.h"
#include "tgp-words-show.h"

#include <string.h>

#define TEXT_WINDOW 2 /* GTK_TEXT_WINDOW_TEXT */
#define BUTTON_PRESS 4
#define BUTTON_RELEASE 7
#define ARROW 68 /* GDK_LEFT_PTR */
#define HAND 60
#define CONNECTED "mtproto-links" /* data of a view */

/* A GtkTextIter is 14 words at most; room to spare. */
typedef struct {
    void *words[24];
} Iter;

/* The beginning of a GdkEventButton. */
typedef struct {
    int type;
    void *window;
    int8_t sent;
    uint32_t time;
    double x, y;
    double *axes;
    unsigned state, button;
} Button;

/* The beginning of a GdkEventMotion. */
typedef struct {
    int type;
    void *window;
    int8_t sent;
    uint32_t time;
    double x, y;
} Motion;

static struct {
    void *(*pixbuf_new) (const uint8_t *pixels, int colours, gboolean alpha, int bits,
                         int width, int height, int row,
                         void (*let_go) (uint8_t *pixels, void *data), void *data);
    void (*insert_pixbuf) (void *buffer, Iter *at, void *pixbuf);
    void (*insert) (void *buffer, Iter *at, const char *text, int len);
    void (*insert_with_tags) (void *buffer, Iter *at, const char *text, int len,
                              void *tag, ...);
    void *(*tag_table) (void *buffer);
    void *(*tag_lookup) (void *table, const char *name);
    void *(*create_tag) (void *buffer, const char *name, const char *property, ...);
    void *(*get_buffer) (void *view);
    void (*to_buffer) (void *view, int window, int x, int y, int *bx, int *by);
    void (*iter_at) (void *view, Iter *iter, int x, int y);
    gboolean (*has_tag) (const Iter *iter, void *tag);
    void *(*cursor_new) (int type);
    void (*set_cursor) (void *window, void *cursor);
} gtk;

static const struct {
    TgpLink link;
    const char *tag;
} links_of[] = {
    { TGP_LINK_SHOW, "mtproto-show" },   { TGP_LINK_PLAY, "mtproto-play" },
    { TGP_LINK_STOP, "mtproto-stop" },   { TGP_LINK_SAVE, "mtproto-save" },
    { TGP_LINK_ALBUM, "mtproto-album" },
};

static gboolean moves; /* pictures can */
static TgpMediaClicked *clicked;
static GSList *views; /* in which links are, or were */

static gboolean
look_up (void)
{
    static const TgpSymbol symbols[] = {
        { "gdk_pixbuf_new_from_data", &gtk.pixbuf_new },
        { "gtk_text_buffer_insert_pixbuf", &gtk.insert_pixbuf },
        { "gtk_text_buffer_insert", &gtk.insert },
        { "gtk_text_buffer_insert_with_tags", &gtk.insert_with_tags },
        { "gtk_text_buffer_get_tag_table", &gtk.tag_table },
        { "gtk_text_tag_table_lookup", &gtk.tag_lookup },
        { "gtk_text_buffer_create_tag", &gtk.create_tag },
        { "gtk_text_view_get_buffer", &gtk.get_buffer },
        { "gtk_text_view_window_to_buffer_coords", &gtk.to_buffer },
        { "gtk_text_view_get_iter_at_location", &gtk.iter_at },
        { "gtk_text_iter_has_tag", &gtk.has_tag },
        { "gdk_cursor_new", &gtk.cursor_new },
        { "gdk_window_set_cursor", &gtk.set_cursor },
    };

    return tgp_symbols_find (symbols, G_N_ELEMENTS (symbols));
}

/* --- pictures --- */

static void
wipe_pixels (uint8_t *pixels, void *len)
{
    explicit_bzero (pixels, GPOINTER_TO_SIZE (len));
    g_free (pixels);
}

/* Its first frame, in memory of its own. */
static void *
pixbuf_of (const TgpDecoded *decoded)
{
    return gtk.pixbuf_new (g_memdup2 (decoded->frames[0].pixels, decoded->bytes), 0,
                           decoded->alpha, 8, decoded->width, decoded->height,
                           decoded->row, wipe_pixels, GSIZE_TO_POINTER (decoded->bytes));
}

/* --- links --- */

typedef struct {
    PurpleConversation *conv;
    int64_t id;
    TgpLink link;
} Click;

static gboolean
click_later_cb (gpointer data)
{
    Click *click = data;

    if (g_list_find (purple_get_conversations (), click->conv) != NULL)
        clicked (click->conv, click->id, click->link);
    g_free (click);
    return FALSE;
}

/* Pressed and let go on the same one; the cursor stays where somebody types. */
static gboolean
tag_cb (void *tag, void *view, const Button *event, const Iter *place, void *link)
{
    static int64_t pressed;
    PurpleConversation *conv;

    if ((event->type != BUTTON_PRESS && event->type != BUTTON_RELEASE) ||
        event->button != 1)
        return FALSE;
    int64_t id = tgp_lines_at (view, place, &conv);
    if (event->type == BUTTON_PRESS) {
        pressed = id;
        return TRUE;
    }
    if (id == 0 || id != pressed)
        return FALSE;
    Click *click = g_new (Click, 1);
    *click = (Click){ conv, id, (TgpLink)GPOINTER_TO_INT (link) };
    purple_timeout_add (0, click_later_cb, click);
    return TRUE;
}

/* A hand over a link; behind GtkIMHtml's own, which knows its own links only. */
static gboolean
motion_cb (void *view, const Motion *event, void *data)
{
    void *table = gtk.tag_table (gtk.get_buffer (view));
    gboolean over = FALSE, was = g_object_get_data (view, CONNECTED) == &links_of[1];
    int x, y;
    Iter at;

    gtk.to_buffer (view, TEXT_WINDOW, (int)event->x, (int)event->y, &x, &y);
    gtk.iter_at (view, &at, x, y);
    for (size_t i = 0; !over && i < G_N_ELEMENTS (links_of); i++) {
        void *tag = gtk.tag_lookup (table, links_of[i].tag);
        over = tag != NULL && gtk.has_tag (&at, tag);
    }
    if (over != was) {
        static void *cursors[2];
        if (cursors[over] == NULL)
            cursors[over] = gtk.cursor_new (over ? HAND : ARROW);
        gtk.set_cursor (event->window, cursors[over]);
        g_object_set_data (view, CONNECTED, (gpointer)&links_of[over]);
    }
    return FALSE;
}

static void
view_gone_cb (void *data, GObject *view)
{
    views = g_slist_remove (views, view);
}

static void *
tag_of (void *view, void *buffer, size_t i)
{
    void *tag = gtk.tag_lookup (gtk.tag_table (buffer), links_of[i].tag);

    if (tag == NULL) {
        TgpColour colour = tgp_links_colour (view);
        tag = gtk.create_tag (buffer, links_of[i].tag, "foreground-gdk", &colour,
                              "underline", 1, NULL);
        g_signal_connect (tag, "event", G_CALLBACK (tag_cb),
                          GINT_TO_POINTER ((int)links_of[i].link));
    }
    if (g_object_get_data (view, CONNECTED) == NULL) {
        g_object_set_data (view, CONNECTED, (gpointer)&links_of[0]);
        views = g_slist_prepend (views, view);
        g_object_weak_ref (view, view_gone_cb, NULL);
        g_signal_connect_after (view, "motion-notify-event", G_CALLBACK (motion_cb),
                                NULL);
    }
    return tag;
}

static void
disconnect_view (void *view)
{
    void *table = gtk.tag_table (gtk.get_buffer (view));

    for (size_t i = 0; i < G_N_ELEMENTS (links_of); i++) {
        void *tag = gtk.tag_lookup (table, links_of[i].tag);
        if (tag != NULL)
            g_signal_handlers_disconnect_matched (tag, G_SIGNAL_MATCH_FUNC, 0, 0, NULL,
                                                  NULL, (gpointer)tag_cb);
    }
    g_signal_handlers_disconnect_matched (view, G_SIGNAL_MATCH_FUNC, 0, 0, NULL, NULL,
                                          (gpointer)motion_cb);
    g_object_set_data (view, CONNECTED, NULL);
    g_object_weak_unref (view, view_gone_cb, NULL);
}

/* --- both, at a line --- */

typedef struct {
    unsigned links;
    TgpDecoded *decoded; /* or NULL; taken where it moves */
} Put;

static void
put_cb (void *view, void *buffer, void *place, void *user)
{
    Put *put = user;

    for (size_t i = 0; i < G_N_ELEMENTS (links_of); i++) {
        if ((put->links & links_of[i].link) == 0)
            continue;
        gtk.insert (buffer, place, " [", -1);
        gtk.insert_with_tags (buffer, place, tgp_words_link (links_of[i].link), -1,
                              tag_of (view, buffer, i), NULL);
        gtk.insert (buffer, place, "]", -1);
    }
    if (put->decoded == NULL)
        return;
    gtk.insert (buffer, place, "\n", -1);
    void *pixbuf = pixbuf_of (put->decoded);
    if (put->decoded->n > 1 && moves)
        tgp_moving_put (g_steal_pointer (&put->decoded), view, buffer, place, pixbuf);
    else
        gtk.insert_pixbuf (buffer, place, pixbuf);
    g_object_unref (pixbuf); /* the line has it */
}

static void
offer (PurpleConversation *conv, int64_t id, unsigned links)
{
    Put put = { links, NULL };

    tgp_lines_put (conv, id, put_cb, &put);
}

static gboolean
picture (PurpleConversation *conv, int64_t id, TgpDecoded *decoded, unsigned links)
{
    Put put = { links, decoded };
    gboolean there = tgp_lines_put (conv, id, put_cb, &put);

    tgp_decoded_free (put.decoded);
    return there;
}

/* The module goes: nobody is there to be called. */
static void
disconnect (void)
{
    for (GSList *l = views; l != NULL; l = l->next)
        disconnect_view (l->data);
    g_clear_pointer (&views, g_slist_free);
    tgp_moving_close ();
}

const TgpMediaUi *
tgp_media_pidgin (TgpMediaClicked *func)
{
    static const TgpMediaUi ui = { offer,   tgp_decode,       tgp_decoded_free,
                                   picture, tgp_decode_reads, disconnect };
    static enum { NOT_YET, THERE, MISSING } state;

    if (state == NOT_YET) {
        state = look_up () && tgp_decode_find () ? THERE : MISSING;
        moves = tgp_moving_find ();
    }
    clicked = func;
    return state == THERE ? &ui : NULL;
}
