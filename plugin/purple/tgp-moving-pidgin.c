/* See tgp-moving-pidgin.h. The view shows one pixbuf, into which the frame that is due is copied:
 * neither the text nor its layout changes. */
#include "tgp-moving-pidgin.h"

#include "tgp-symbols.h"
#include "tgp-ui.h"

#include <purple.h>

#include <stdint.h>
#include <string.h>

#define TEXT_WINDOW 2              /* GTK_TEXT_WINDOW_TEXT */
#define MOVES 30                   /* s from the last look */
#define WINDOW_MAX TGP_DECODED_MAX /* bytes of a window's frames ... */
#define ALL_MAX (2 * WINDOW_MAX)   /* ... and of all windows' */

/* A GtkTextIter is 14 words at most; room to spare. */
typedef struct {
    void *words[24];
} Iter;

/* A GdkRectangle. */
typedef struct {
    int x, y, width, height;
} Box;

typedef struct {
    TgpDecoded *decoded;
    unsigned now; /* which frame shows */
    void *view, *buffer, *mark, *pixbuf;
    unsigned timer; /* 0: it rests */
    int64_t until;  /* us, monotonic */
} TgpMoving;

static struct {
    uint8_t *(*pixels) (const void *pixbuf);
    void *(*create_mark) (void *buffer, const char *name, const void *where,
                          gboolean left);
    void (*delete_mark) (void *buffer, void *mark);
    gboolean (*mark_deleted) (void *mark);
    void (*iter_at_mark) (void *buffer, Iter *iter, void *mark);
    void *(*pixbuf_at) (const Iter *iter);
    void (*insert_pixbuf) (void *buffer, void *at, void *pixbuf);
    void (*location) (void *view, const Iter *iter, Box *box);
    void (*to_window) (void *view, int window, int bx, int by, int *x, int *y);
    void *(*window) (void *view, int which);
    gboolean (*is_viewable) (void *window);
    void (*invalidate) (void *window, const Box *box, gboolean children);
} gtk;

static GPtrArray *all; /* TgpMoving, owned, the oldest first; or NULL */
static int handle;     /* of the signals */

gboolean
tgp_moving_find (void)
{
    static const TgpSymbol symbols[] = {
        { "gdk_pixbuf_get_pixels", &gtk.pixels },
        { "gtk_text_buffer_create_mark", &gtk.create_mark },
        { "gtk_text_buffer_delete_mark", &gtk.delete_mark },
        { "gtk_text_mark_get_deleted", &gtk.mark_deleted },
        { "gtk_text_buffer_get_iter_at_mark", &gtk.iter_at_mark },
        { "gtk_text_iter_get_pixbuf", &gtk.pixbuf_at },
        { "gtk_text_buffer_insert_pixbuf", &gtk.insert_pixbuf },
        { "gtk_text_view_get_iter_location", &gtk.location },
        { "gtk_text_view_buffer_to_window_coords", &gtk.to_window },
        { "gtk_text_view_get_window", &gtk.window },
        { "gdk_window_is_viewable", &gtk.is_viewable },
        { "gdk_window_invalidate_rect", &gtk.invalidate },
    };

    return tgp_symbols_find (symbols, G_N_ELEMENTS (symbols));
}

static void
moving_free (void *data)
{
    TgpMoving *moving = data;

    tgp_decoded_free (moving->decoded);
    g_free (moving);
}

/* --- in the view --- */

static void stop (TgpMoving *moving);

static void
view_gone_cb (void *data, GObject *view)
{
    ((TgpMoving *)data)->view = NULL;
    stop (data);
}

/* Does it stand where it was put? */
static gboolean
stands (const TgpMoving *moving, Iter *at)
{
    if (gtk.mark_deleted (moving->mark))
        return FALSE;
    gtk.iter_at_mark (moving->buffer, at, moving->mark);
    return gtk.pixbuf_at (at) == moving->pixbuf;
}

/* A copy of it may be held elsewhere, as what somebody selected is: that stands still. */
static void
deleted_cb (void *buffer, void *from, void *to, void *data)
{
    Iter at;

    if (!stands (data, &at))
        stop (data);
}

static unsigned
delay_of (const TgpMoving *moving)
{
    return moving->decoded->frames[moving->now].delay;
}

static gboolean tick_cb (gpointer data);

static void
move_on (TgpMoving *moving)
{
    moving->until = g_get_monotonic_time () + MOVES * (int64_t)G_USEC_PER_SEC;
    if (moving->timer == 0)
        moving->timer = purple_timeout_add (delay_of (moving), tick_cb, moving);
}

static gboolean
pressed_cb (void *view, void *event, void *data)
{
    move_on (data);
    return FALSE;
}

/* A window gets the keys (of which GTK knows only later), or one's tab comes to the front: nothing
 * in it is unseen now. */
static void
updated_cb (PurpleConversation *conv, PurpleConvUpdateType type)
{
    const PidginConv *window = conv->ui_data;

    if (type != PURPLE_CONV_UPDATE_UNSEEN || window == NULL || window->unseen_state != 0)
        return;
    for (unsigned i = 0; i < all->len; i++) {
        TgpMoving *moving = g_ptr_array_index (all, i);
        if (moving->view == window->imhtml)
            move_on (moving);
    }
}

/* What shows stays, and is the view's. */
static void
stop (TgpMoving *moving)
{
    if (moving->timer != 0)
        purple_timeout_remove (moving->timer);
    if (moving->view != NULL) {
        g_signal_handlers_disconnect_matched (moving->view, G_SIGNAL_MATCH_DATA, 0, 0,
                                              NULL, NULL, moving);
        g_object_weak_unref (moving->view, view_gone_cb, moving);
    }
    g_signal_handlers_disconnect_matched (moving->buffer, G_SIGNAL_MATCH_DATA, 0, 0, NULL,
                                          NULL, moving);
    if (!gtk.mark_deleted (moving->mark))
        gtk.delete_mark (moving->buffer, moving->mark);
    g_object_unref (moving->mark);
    g_object_unref (moving->buffer);
    g_object_unref (moving->pixbuf);
    g_ptr_array_remove (all, moving); /* frees it */
}

static void
show (TgpMoving *moving, const Iter *at, void *window)
{
    Box box;

    memcpy (gtk.pixels (moving->pixbuf), moving->decoded->frames[moving->now].pixels,
            moving->decoded->bytes);
    gtk.location (moving->view, at, &box);
    gtk.to_window (moving->view, TEXT_WINDOW, box.x, box.y, &box.x, &box.y);
    gtk.invalidate (window, &box, FALSE);
}

static gboolean
tick_cb (gpointer data)
{
    TgpMoving *moving = data;
    void *window = gtk.window (moving->view, TEXT_WINDOW);
    Iter at;

    moving->timer = 0;
    if (g_get_monotonic_time () >= moving->until || window == NULL ||
        !gtk.is_viewable (window))
        return FALSE;
    if (!stands (moving, &at)) {
        stop (moving);
        return FALSE;
    }
    moving->now = (moving->now + 1) % moving->decoded->n;
    show (moving, &at, window);
    moving->timer = purple_timeout_add (delay_of (moving), tick_cb, moving);
    return FALSE;
}

/* The oldest of that view, or of all (NULL), stand still until there is room. */
static void
make_room (const void *view, size_t most)
{
    TgpMoving *oldest = NULL;
    size_t sum = 0;

    for (unsigned i = all->len; i > 0; i--) {
        TgpMoving *moving = g_ptr_array_index (all, i - 1);
        if (view == NULL || moving->view == view) {
            oldest = moving;
            sum += moving->decoded->n * moving->decoded->bytes;
        }
    }
    if (sum <= most)
        return;
    stop (oldest);
    make_room (view, most);
}

void
tgp_moving_put (TgpDecoded *take_decoded, void *view, void *buffer, void *place,
                void *pixbuf)
{
    TgpMoving *moving = g_new0 (TgpMoving, 1);

    moving->decoded = take_decoded;
    if (all == NULL) {
        all = g_ptr_array_new_with_free_func (moving_free);
        purple_signal_connect (purple_conversations_get_handle (), "conversation-updated",
                               &handle, PURPLE_CALLBACK (updated_cb), NULL);
    }
    moving->view = view;
    moving->buffer = g_object_ref (buffer);
    moving->pixbuf = g_object_ref (pixbuf);
    moving->mark = g_object_ref (gtk.create_mark (buffer, NULL, place, TRUE));
    gtk.insert_pixbuf (buffer, place, pixbuf);
    g_object_weak_ref (view, view_gone_cb, moving);
    g_signal_connect_after (buffer, "delete-range", G_CALLBACK (deleted_cb), moving);
    g_signal_connect (view, "button-press-event", G_CALLBACK (pressed_cb), moving);
    g_ptr_array_add (all, moving);
    move_on (moving);
    make_room (view, WINDOW_MAX);
    make_room (NULL, ALL_MAX);
}

void
tgp_moving_close (void)
{
    if (all == NULL)
        return;
    while (all->len > 0)
        stop (g_ptr_array_index (all, 0));
    purple_signals_disconnect_by_handle (&handle);
    g_clear_pointer (&all, g_ptr_array_unref);
}
