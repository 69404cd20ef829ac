/* How much may move in Pidgin's windows, and for how long: beside a GTK that is played. */
#include "tgp-moving-pidgin.h"

#include "tgp-ui.h"

#include <gmodule.h>
#include <purple.h>
#include <string.h>

#define MIB (1 << 20)
#define TIMERS_MAX 32

/* --- libpurple's timers --- */

static struct {
    GSourceFunc func;
    gpointer data;
    unsigned ms;
} timers[TIMERS_MAX];

static PurpleCallback updated;

guint __wrap_purple_timeout_add (guint ms, GSourceFunc func, gpointer data);
gboolean __wrap_purple_timeout_remove (guint id);
void *__wrap_purple_conversations_get_handle (void);
gulong __wrap_purple_signal_connect (void *instance, const char *signal, void *handle,
                                     PurpleCallback func, void *data);
void __wrap_purple_signals_disconnect_by_handle (void *handle);

guint
__wrap_purple_timeout_add (guint ms, GSourceFunc func, gpointer data)
{
    for (guint i = 0; i < TIMERS_MAX; i++)
        if (timers[i].func == NULL) {
            timers[i].func = func;
            timers[i].data = data;
            timers[i].ms = ms;
            return i + 1;
        }
    g_assert_not_reached ();
}

gboolean
__wrap_purple_timeout_remove (guint id)
{
    timers[id - 1].func = NULL;
    return TRUE;
}

void *
__wrap_purple_conversations_get_handle (void)
{
    return &updated;
}

gulong
__wrap_purple_signal_connect (void *instance, const char *signal, void *handle,
                              PurpleCallback func, void *data)
{
    updated = func;
    return 1;
}

void
__wrap_purple_signals_disconnect_by_handle (void *handle)
{
    updated = NULL;
}

static unsigned
running (void)
{
    unsigned n = 0;

    for (unsigned i = 0; i < TIMERS_MAX; i++)
        n += timers[i].func != NULL;
    return n;
}

/* All that are due now. */
static void
tick (void)
{
    gpointer due[TIMERS_MAX];
    GSourceFunc func[TIMERS_MAX];

    for (unsigned i = 0; i < TIMERS_MAX; i++) {
        func[i] = timers[i].func;
        due[i] = timers[i].data;
        timers[i].func = NULL;
    }
    for (unsigned i = 0; i < TIMERS_MAX; i++)
        if (func[i] != NULL)
            g_assert_false (func[i](due[i]));
}

/* --- GTK --- */

typedef struct {
    GObject parent;
    uint8_t pixels[16]; /* of a picture, as much as is looked at */
    gboolean gone;      /* of a mark: its picture is not there any more */
    void *pixbuf;
} Thing;
typedef GObjectClass ThingClass;

static GType thing_get_type (void);
G_DEFINE_TYPE (Thing, thing, G_TYPE_OBJECT)

static void
thing_class_init (ThingClass *class)
{
    g_signal_new ("button-press-event", thing_get_type (), G_SIGNAL_RUN_LAST, 0, NULL,
                  NULL, NULL, G_TYPE_BOOLEAN, 1, G_TYPE_POINTER);
    g_signal_new ("delete-range", thing_get_type (), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 2, G_TYPE_POINTER, G_TYPE_POINTER);
}

static void
thing_init (Thing *thing)
{
}

static Thing *last_mark;
static gboolean viewable = TRUE;

G_MODULE_EXPORT uint8_t *gdk_pixbuf_get_pixels (Thing *pixbuf);
G_MODULE_EXPORT void *gtk_text_buffer_create_mark (void *buffer, const char *name,
                                                   const void *where, gboolean left);
G_MODULE_EXPORT void gtk_text_buffer_delete_mark (void *buffer, Thing *mark);
G_MODULE_EXPORT gboolean gtk_text_mark_get_deleted (Thing *mark);
G_MODULE_EXPORT void gtk_text_buffer_get_iter_at_mark (void *buffer, void **iter,
                                                       Thing *mark);
G_MODULE_EXPORT void *gtk_text_iter_get_pixbuf (void *const *iter);
G_MODULE_EXPORT void gtk_text_buffer_insert_pixbuf (void *buffer, void *at, void *pixbuf);
G_MODULE_EXPORT void gtk_text_view_get_iter_location (void *view, const void *iter,
                                                      void *box);
G_MODULE_EXPORT void gtk_text_view_buffer_to_window_coords (void *view, int window,
                                                            int bx, int by, int *x,
                                                            int *y);
G_MODULE_EXPORT void *gtk_text_view_get_window (void *view, int which);
G_MODULE_EXPORT gboolean gdk_window_is_viewable (void *window);
G_MODULE_EXPORT void gdk_window_invalidate_rect (void *window, const void *box,
                                                 gboolean children);

uint8_t *
gdk_pixbuf_get_pixels (Thing *pixbuf)
{
    return pixbuf->pixels;
}

void *
gtk_text_buffer_create_mark (void *buffer, const char *name, const void *where,
                             gboolean left)
{
    last_mark = g_object_new (thing_get_type (), NULL);
    return last_mark;
}

void
gtk_text_buffer_delete_mark (void *buffer, Thing *mark)
{
    g_object_unref (mark);
}

gboolean
gtk_text_mark_get_deleted (Thing *mark)
{
    return FALSE;
}

void
gtk_text_buffer_get_iter_at_mark (void *buffer, void **iter, Thing *mark)
{
    *iter = mark;
}

void *
gtk_text_iter_get_pixbuf (void *const *iter)
{
    const Thing *mark = *iter;

    return mark->gone ? NULL : mark->pixbuf;
}

void
gtk_text_buffer_insert_pixbuf (void *buffer, void *at, void *pixbuf)
{
    last_mark->pixbuf = pixbuf;
}

void
gtk_text_view_get_iter_location (void *view, const void *iter, void *box)
{
    memset (box, 0, 4 * sizeof (int));
}

void
gtk_text_view_buffer_to_window_coords (void *view, int window, int bx, int by, int *x,
                                       int *y)
{
    *x = bx;
    *y = by;
}

void *
gtk_text_view_get_window (void *view, int which)
{
    return view;
}

gboolean
gdk_window_is_viewable (void *window)
{
    return viewable;
}

void
gdk_window_invalidate_rect (void *window, const void *box, gboolean children)
{
}

/* --- what is tested --- */

typedef struct {
    Thing *view, *buffer;
} Window;

static Window
window_new (void)
{
    return (Window){ g_object_new (thing_get_type (), NULL),
                     g_object_new (thing_get_type (), NULL) };
}

static void
window_free (Window *window)
{
    g_object_unref (window->view);
    g_object_unref (window->buffer);
}

/* So large, but for what is looked at of it; who else has the picture still is asked by its references. */
static Thing *
put (Window *window, unsigned frames, size_t bytes)
{
    TgpDecoded *decoded = g_new0 (TgpDecoded, 1);
    Thing *pixbuf = g_object_new (thing_get_type (), NULL);

    *decoded = (TgpDecoded){ .width = 2,
                             .height = 2,
                             .row = 8,
                             .bytes = bytes,
                             .frames = g_new0 (TgpFrame, frames),
                             .n = frames };
    for (unsigned i = 0; i < frames; i++)
        decoded->frames[i] = (TgpFrame){ g_malloc (bytes), 10 * (i + 1) };
    tgp_moving_put (decoded, window->view, window->buffer, NULL, pixbuf);
    return pixbuf;
}

/* It moves: something of ours holds it. */
static gboolean
is_held (Thing *pixbuf)
{
    return G_OBJECT (pixbuf)->ref_count > 1;
}

static void
begin (void)
{
    g_assert_true (tgp_moving_find ());
    viewable = TRUE;
}

/* 40 MiB of a window and 80 MiB of all move; the oldest of that window, or of all, stand still */
static void
test_room (void)
{
    Window windows[3];
    Thing *first, *second, *third, *others[4];

    begin ();
    for (int i = 0; i < 3; i++)
        windows[i] = window_new ();
    first = put (&windows[0], 2, 10 * MIB);
    second = put (&windows[0], 4, 5 * MIB);
    g_assert_true (is_held (first) && is_held (second));
    third = put (&windows[0], 2, 8); /* some bytes too many */
    g_assert_false (is_held (first));
    g_assert_true (is_held (second) && is_held (third));
    for (int i = 0; i < 2; i++)
        others[i] = put (&windows[1], 2, 10 * MIB);
    g_assert_true (is_held (second) && is_held (third) && is_held (others[0]));
    others[2] = put (&windows[2], 2, 10 * MIB - 8); /* all that there is room for */
    g_assert_true (is_held (second) && is_held (third));
    g_assert_cmpuint (running (), ==, 5);
    others[3] = put (&windows[2], 2, 8);
    g_assert_false (is_held (second));
    g_assert_true (is_held (third) && is_held (others[0]));
    g_assert_cmpuint (running (), ==, 5);
    tgp_moving_close ();
    g_assert_cmpuint (running (), ==, 0);
    g_assert_null (updated);
    g_assert_false (is_held (others[3]) || is_held (third));
    for (int i = 0; i < 4; i++)
        g_object_unref (others[i]);
    g_object_unref (first);
    g_object_unref (second);
    g_object_unref (third);
    for (int i = 0; i < 3; i++)
        window_free (&windows[i]);
}

/* One frame after the other, for as long as each says; not while nobody can see it, until somebody presses there */
static void
test_moves (void)
{
    Window window = window_new ();
    gboolean taken;

    begin ();
    Thing *pixbuf = put (&window, 3, 16);
    for (unsigned i = 0; i < 7; i++) {
        g_assert_cmpuint (running (), ==, 1);
        g_assert_cmpuint (timers[0].ms, ==, 10 * (i % 3 + 1));
        tick ();
    }
    viewable = FALSE;
    tick ();
    g_assert_cmpuint (running (), ==, 0);
    viewable = TRUE;
    g_signal_emit_by_name (window.view, "button-press-event", NULL, &taken);
    g_assert_false (taken);
    g_assert_cmpuint (running (), ==, 1);
    tgp_moving_close ();
    g_object_unref (pixbuf);
    window_free (&window);
}

/* It goes with its picture, and with its view, whoever took them away */
static void
test_leaves (void)
{
    Window window = window_new ();

    begin ();
    Thing *pixbuf = put (&window, 2, 16), *other = put (&window, 2, 16);
    g_signal_emit_by_name (window.buffer, "delete-range", NULL, NULL);
    g_assert_true (is_held (pixbuf) && is_held (other));
    last_mark->gone = TRUE;
    g_signal_emit_by_name (window.buffer, "delete-range", NULL, NULL);
    g_assert_true (is_held (pixbuf));
    g_assert_false (is_held (other));
    g_assert_cmpuint (running (), ==, 1);
    g_object_unref (window.view);
    g_assert_false (is_held (pixbuf));
    g_assert_cmpuint (running (), ==, 0);
    g_object_unref (window.buffer);
    g_object_unref (pixbuf);
    g_object_unref (other);
    tgp_moving_close ();
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/purple/moving/room", test_room);
    g_test_add_func ("/purple/moving/moves", test_moves);
    g_test_add_func ("/purple/moving/leaves", test_leaves);
    return g_test_run ();
}
