/* Pidgin's window: two marks around every line of ours, taken out with GtkIMHtml's own
 * function. Everything of GTK is looked up in the running process; nothing is linked. */
#include "tgp-lines.h"
#include "tgp-links-pidgin.h"
#include "tgp-symbols.h"
#include "tgp-text.h"
#include "tgp-ui.h"

#include <string.h>

/* A GtkTextIter is 14 words at most; room to spare. */
typedef struct {
    void *words[24];
} Iter;

#define TIP "mtproto-tip" /* data of a view: it tells what is known of its lines */

static struct {
    void *(*get_handle) (void);
    PurpleConversationUiOps *(*get_ui_ops) (void);
    void *(*get_buffer) (void *view);
    void (*get_end_iter) (void *buffer, Iter *iter);
    void *(*create_mark) (void *buffer, const char *name, const Iter *where,
                          gboolean left);
    void (*iter_at_mark) (void *buffer, Iter *iter, void *mark);
    void (*delete_mark) (void *buffer, void *mark);
    gboolean (*mark_deleted) (void *mark);
    int (*iter_offset) (const Iter *iter);
    gboolean (*forward_char) (Iter *iter);
    void (*imhtml_delete) (void *imhtml, Iter *start, Iter *end);
    void (*scroll_to_end) (void *imhtml, gboolean smooth);
    void (*delete) (void *buffer, Iter *start, Iter *end);
    void (*insert) (void *buffer, Iter *at, const char *text, int len);
    void (*insert_with_tags) (void *buffer, Iter *at, const char *text, int len,
                              void *tag, ...);
    void *(*tag_table) (void *buffer);
    void *(*tag_lookup) (void *table, const char *name);
    void *(*create_tag) (void *buffer, const char *name, const char *property, ...);
    gboolean (*search) (const Iter *from, const char *text, int flags, Iter *start,
                        Iter *end, const Iter *limit);
    void *(*adjustment) (void *view);
    double (*value) (void *adjustment);
    double (*upper) (void *adjustment);
    double (*page) (void *adjustment);
    void *(*layout) (void *widget, const char *text);
    int (*unknown_glyphs) (void *layout);
    void (*to_buffer) (void *view, int window, int x, int y, int *bx, int *by);
    void (*iter_at) (void *view, Iter *iter, int x, int y);
    void (*set_tip) (void *tooltip, const char *text);
    PurpleConversation *(*in_front) (const void *frame);
    gboolean (*ticked) (void *item);
    void (*set_ticked) (void *item, gboolean ticked);
} gtk;

static gboolean
look_up (void)
{
    static const TgpSymbol symbols[] = {
        { "pidgin_conversations_get_handle", &gtk.get_handle },
        { "pidgin_conversations_get_conv_ui_ops", &gtk.get_ui_ops },
        { "gtk_text_view_get_buffer", &gtk.get_buffer },
        { "gtk_text_buffer_get_end_iter", &gtk.get_end_iter },
        { "gtk_text_buffer_create_mark", &gtk.create_mark },
        { "gtk_text_buffer_get_iter_at_mark", &gtk.iter_at_mark },
        { "gtk_text_buffer_delete_mark", &gtk.delete_mark },
        { "gtk_text_mark_get_deleted", &gtk.mark_deleted },
        { "gtk_text_iter_get_offset", &gtk.iter_offset },
        { "gtk_text_iter_forward_char", &gtk.forward_char },
        { "gtk_imhtml_delete", &gtk.imhtml_delete },
        { "gtk_imhtml_scroll_to_end", &gtk.scroll_to_end },
        { "gtk_text_buffer_delete", &gtk.delete },
        { "gtk_text_buffer_insert", &gtk.insert },
        { "gtk_text_buffer_insert_with_tags", &gtk.insert_with_tags },
        { "gtk_text_buffer_get_tag_table", &gtk.tag_table },
        { "gtk_text_tag_table_lookup", &gtk.tag_lookup },
        { "gtk_text_buffer_create_tag", &gtk.create_tag },
        { "gtk_text_iter_forward_search", &gtk.search },
        { "gtk_text_view_get_vadjustment", &gtk.adjustment },
        { "gtk_adjustment_get_value", &gtk.value },
        { "gtk_adjustment_get_upper", &gtk.upper },
        { "gtk_adjustment_get_page_size", &gtk.page },
        { "gtk_widget_create_pango_layout", &gtk.layout },
        { "pango_layout_get_unknown_glyphs_count", &gtk.unknown_glyphs },
        { "gtk_text_view_window_to_buffer_coords", &gtk.to_buffer },
        { "gtk_text_view_get_iter_at_location", &gtk.iter_at },
        { "gtk_tooltip_set_text", &gtk.set_tip },
        { "pidgin_conv_window_get_active_conversation", &gtk.in_front },
        { "gtk_check_menu_item_get_active", &gtk.ticked },
        { "gtk_check_menu_item_set_active", &gtk.set_ticked },
    };

    return tgp_symbols_find (symbols, G_N_ELEMENTS (symbols));
}

static PidginConv *
window_of (PurpleConversation *conv)
{
    return purple_conversation_get_ui_ops (conv) == gtk.get_ui_ops () ? conv->ui_data
                                                                      : NULL;
}

/* The view of a conversation that has one. */
static void *
view_of (PurpleConversation *conv)
{
    PidginConv *window = window_of (conv);
    return window != NULL ? window->imhtml : NULL;
}

static void *
mark_at (void *buffer, const Iter *where)
{
    return g_object_ref (gtk.create_mark (buffer, NULL, where, TRUE));
}

static void *
mark_end (PurpleConversation *conv)
{
    void *view = view_of (conv);
    Iter end;

    if (view == NULL)
        return NULL;
    void *buffer = gtk.get_buffer (view);
    gtk.get_end_iter (buffer, &end);
    return mark_at (buffer, &end);
}

/* A mark gets another place. */
static void
move_mark (void *buffer, void **mark, const Iter *where)
{
    if (!gtk.mark_deleted (*mark))
        gtk.delete_mark (buffer, *mark);
    g_object_unref (*mark);
    *mark = mark_at (buffer, where);
}

/* Of a line that is being written; or one of the history that comes into a window late, when
 * Pidgin has hidden it till then. */
static TgpLine *
line_drawn (PurpleConversation *conv)
{
    PidginConv *window = window_of (conv);

    if (window == NULL || window->attach.timer == 0 || window->attach.current == NULL)
        return tgp_lines_current (conv);
    return tgp_lines_of_message (conv, window->attach.current->data);
}

static gboolean
displaying_cb (PurpleAccount *account, const char *who, char **message,
               PurpleConversation *conv, int flags, void *data)
{
    TgpLine *line = line_drawn (conv);

    if (line != NULL && line->start == NULL)
        line->start = mark_end (conv);
    if (line != NULL && view_of (conv) != NULL)
        tgp_links_watch (view_of (conv));
    return FALSE;
}

static gboolean tip_cb (void *view, int x, int y, gboolean keys, void *tooltip,
                        void *data);

static void
displayed_cb (PurpleAccount *account, const char *who, const char *message,
              PurpleConversation *conv, int flags, void *data)
{
    TgpLine *line = line_drawn (conv);

    if (line == NULL || line->end != NULL)
        return;
    line->end = mark_end (conv);
    if (line != tgp_lines_current (conv))
        tgp_lines_drawn (conv, line);
}

/* Another plugin may stop it before the window; one that is being filled draws later. */
static gboolean
drawn (PurpleConversation *conv, const TgpLine *line)
{
    PidginConv *window = window_of (conv);
    return line->end != NULL || (window != NULL && window->attach.timer != 0);
}

static void
drop_marks (PurpleConversation *conv, TgpLine *line)
{
    PidginConv *window = window_of (conv);
    void **marks[] = { &line->start, &line->end, &line->sign_at, &line->put_at };

    for (size_t i = 0; i < G_N_ELEMENTS (marks); i++) {
        if (*marks[i] == NULL)
            continue;
        if (window != NULL && window->imhtml != NULL && !gtk.mark_deleted (*marks[i]))
            gtk.delete_mark (gtk.get_buffer (window->imhtml), *marks[i]);
        g_object_unref (*marks[i]);
        *marks[i] = NULL;
    }
}

/* --- signs --- */

#define WINDOW_WIDGET 1 /* GTK_TEXT_WINDOW_WIDGET */
#define GREY "#808080"
/* As GtkIMHtml names its own: it copies as markup what stands in it. */
#define GREY_TAG "FORECOLOR " GREY

static gboolean
at_end (void *view)
{
    void *adjustment = gtk.adjustment (view);
    return adjustment == NULL ||
           gtk.value (adjustment) + gtk.page (adjustment) >= gtk.upper (adjustment) - 1;
}

static void
insert_grey (void *buffer, Iter *at, const char *text)
{
    void *tag = gtk.tag_lookup (gtk.tag_table (buffer), GREY_TAG);

    if (tag == NULL)
        tag = gtk.create_tag (buffer, GREY_TAG, "foreground", GREY, NULL);
    gtk.insert_with_tags (buffer, at, text, -1, tag, NULL);
}

/* The next line, if its start is where this one ends. */
static TgpLine *
touching (void *buffer, TgpLine *line, GPtrArray *lines, const Iter *end)
{
    TgpLine *next = NULL;
    Iter start;

    for (unsigned i = lines->len; i > 0 && g_ptr_array_index (lines, i - 1) != line; i--)
        next = g_ptr_array_index (lines, i - 1);
    if (next == NULL || next->start == NULL || gtk.mark_deleted (next->start))
        return NULL;
    gtk.iter_at_mark (buffer, &start, next->start);
    return gtk.iter_offset (&start) == gtk.iter_offset (end) ? next : NULL;
}

/* What is inserted at the line's end stands behind the marks that are there: this line's end,
 * and the next one's start. */
static void
begin_sign (void *buffer, TgpLine *line, GPtrArray *lines, const char *text)
{
    g_autofree char *spaced = g_strconcat (" ", text, NULL);
    Iter at;

    gtk.iter_at_mark (buffer, &at, line->end);
    TgpLine *next = touching (buffer, line, lines, &at);
    line->sign_at = mark_at (buffer, &at);
    insert_grey (buffer, &at, spaced);
    move_mark (buffer, &line->end, &at);
    if (next != NULL)
        move_mark (buffer, &next->start, &at);
}

/* The new sign comes in between the blank and the old one, where no mark is. */
static void
change_sign (void *buffer, TgpLine *line, const char *text)
{
    Iter at, end;

    gtk.iter_at_mark (buffer, &at, line->sign_at);
    if (*text != '\0') {
        gtk.forward_char (&at);
        insert_grey (buffer, &at, text);
    }
    gtk.iter_at_mark (buffer, &end, line->end);
    gtk.delete(buffer, &at, &end);
    if (*text == '\0') {
        gtk.delete_mark (buffer, line->sign_at);
        g_clear_object (&line->sign_at);
    }
}

static gboolean
is_marked (const TgpLine *line)
{
    return line->start != NULL && line->end != NULL && !gtk.mark_deleted (line->start) &&
           !gtk.mark_deleted (line->end);
}

/* A chat's view tells what is known of the line under the pointer. */
static void
connect_tip (void *view)
{
    if (g_object_get_data (view, TIP) != NULL)
        return;
    g_object_set_data (view, TIP, GINT_TO_POINTER (TRUE));
    g_object_set (view, "has-tooltip", TRUE, NULL);
    g_signal_connect (view, "query-tooltip", G_CALLBACK (tip_cb), NULL);
}

/* The module goes, and knows of no lines any more. */
static void
disconnect (void)
{
    for (GList *l = purple_get_conversations (); l != NULL; l = l->next) {
        void *view = view_of (l->data);
        if (view != NULL)
            tgp_links_unwatch (view);
        if (view == NULL || g_object_get_data (view, TIP) == NULL)
            continue;
        g_object_set_data (view, TIP, NULL);
        g_signal_handlers_disconnect_matched (view, G_SIGNAL_MATCH_FUNC, 0, 0, NULL,
                                              (gpointer)tip_cb, NULL);
    }
}

static void
draw_sign (PurpleConversation *conv, TgpLine *line, GPtrArray *lines, const char *text)
{
    void *view = view_of (conv);

    if (view == NULL || !is_marked (line) || (line->sign_at == NULL && *text == '\0'))
        return;
    gboolean ended = at_end (view);
    connect_tip (view);
    if (line->sign_at == NULL)
        begin_sign (gtk.get_buffer (view), line, lines, text);
    else
        change_sign (gtk.get_buffer (view), line, text);
    if (ended)
        gtk.scroll_to_end (view, FALSE);
}

/* --- what is put below a line --- */

/* What was put there before goes. */
static void
take_out (void *view, TgpLine *line)
{
    void *buffer = gtk.get_buffer (view);
    Iter from, to;

    if (line->put_at == NULL)
        return;
    gtk.iter_at_mark (buffer, &from, line->put_at);
    gtk.iter_at_mark (buffer, &to, line->sign_at != NULL ? line->sign_at : line->end);
    if (gtk.iter_offset (&from) < gtk.iter_offset (&to))
        gtk.imhtml_delete (view, &from, &to);
    gtk.delete_mark (buffer, line->put_at);
    g_clear_object (&line->put_at);
}

/* The marks are of left gravity: what is inserted stands behind all that are there. */
static gboolean
put (PurpleConversation *conv, TgpLine *line, GPtrArray *lines, TgpLinesPutFunc *func,
     void *user)
{
    void *view = view_of (conv);
    Iter at;

    if (view == NULL || !is_marked (line))
        return FALSE;
    gboolean ended = at_end (view);
    void *buffer = gtk.get_buffer (view);
    take_out (view, line);
    gtk.iter_at_mark (buffer, &at, line->sign_at != NULL ? line->sign_at : line->end);
    TgpLine *next = line->sign_at == NULL ? touching (buffer, line, lines, &at) : NULL;
    line->put_at = mark_at (buffer, &at);
    func (view, buffer, &at, user);
    move_mark (buffer, line->sign_at != NULL ? &line->sign_at : &line->end, &at);
    if (next != NULL)
        move_mark (buffer, &next->start, &at);
    if (ended)
        gtk.scroll_to_end (view, FALSE);
    return TRUE;
}

/* Whether there is a font with a clock. */
static TgpSigns
signs (PurpleConversation *conv)
{
    static gboolean known;
    static TgpSigns found;
    void *view = view_of (conv);

    if (!known && view != NULL) {
        void *layout = gtk.layout (view, "\u23f1");
        known = TRUE;
        found = gtk.unknown_glyphs (layout) == 0 ? TGP_SIGNS_CLOCKS : TGP_SIGNS_TICKS;
        g_object_unref (layout);
    }
    return known ? found : TGP_SIGNS_TICKS;
}

/* The line at that place: they stand in order. */
static TgpLine *
line_at (void *buffer, GPtrArray *lines, int offset)
{
    for (unsigned i = lines->len; i > 0; i--) {
        TgpLine *line = g_ptr_array_index (lines, i - 1);
        Iter start, end;
        if (!is_marked (line))
            continue;
        gtk.iter_at_mark (buffer, &start, line->start);
        gtk.iter_at_mark (buffer, &end, line->end);
        if (gtk.iter_offset (&start) <= offset)
            return offset < gtk.iter_offset (&end) ? line : NULL;
    }
    return NULL;
}

/* Several conversations may stand in one view: those of one contact. */
static TgpLine *
line_at_place (void *view, const void *place, PurpleConversation **conv)
{
    TgpLine *line = NULL;

    for (GList *l = purple_get_ims (); line == NULL && l != NULL; l = l->next) {
        GPtrArray *lines = view_of (l->data) == view ? tgp_lines_all (l->data) : NULL;
        *conv = l->data;
        if (lines != NULL)
            line = line_at (gtk.get_buffer (view), lines, gtk.iter_offset (place));
    }
    return line;
}

static gboolean
tip_cb (void *view, int x, int y, gboolean keys, void *tooltip, void *data)
{
    PurpleConversation *conv;
    g_autofree char *text = NULL;
    Iter at;

    if (keys)
        return FALSE;
    gtk.to_buffer (view, WINDOW_WIDGET, x, y, &x, &y);
    gtk.iter_at (view, &at, x, y);
    if (tgp_links_is_at (&at)) /* where that leads is told there */
        return FALSE;
    const TgpLine *line = line_at_place (view, &at, &conv);
    text = line != NULL ? tgp_lines_tip (conv, line) : NULL;
    if (text != NULL)
        gtk.set_tip (tooltip, text);
    return text != NULL;
}

/* --- removing --- */

/* As it was written; where a smiley or another plugin changed it, up to the first line's end.
 */
static gboolean
unquote (PurpleConversation *conv, TgpLine *line, const char *text)
{
    void *view = view_of (conv);
    Iter start, end, limit;

    if (view == NULL || !is_marked (line))
        return view != NULL; /* emptied meanwhile */
    void *buffer = gtk.get_buffer (view);
    gtk.iter_at_mark (buffer, &limit, line->end);
    Iter from;
    gtk.iter_at_mark (buffer, &from, line->start);
    if (!gtk.search (&from, line->quote, 0, &start, &end, &limit)) {
        Iter behind;
        if (!gtk.search (&from, TGP_ANSWERS, 0, &from, &start, &limit) ||
            !gtk.search (&start, "\n", 0, &end, &behind, &limit))
            return FALSE;
    }
    gtk.imhtml_delete (view, &start, &end);
    gtk.insert (buffer, &start, text, -1);
    return TRUE;
}

static gboolean
remove_line (PurpleConversation *conv, TgpLine *line, GPtrArray *lines)
{
    PidginConv *window = window_of (conv);
    Iter start, end;

    if (window == NULL || window->imhtml == NULL || line->start == NULL ||
        line->end == NULL)
        return FALSE;
    if (gtk.mark_deleted (line->start) || gtk.mark_deleted (line->end))
        return TRUE; /* the view was emptied in the meantime */
    void *buffer = gtk.get_buffer (window->imhtml);
    gtk.iter_at_mark (buffer, &start, line->start);
    gtk.iter_at_mark (buffer, &end, line->end);
    if (gtk.iter_offset (&start) < gtk.iter_offset (&end)) {
        if (gtk.iter_offset (&start) == 0)
            gtk.forward_char (
                &end); /* the next line's newline goes with the first line */
        gtk.imhtml_delete (window->imhtml, &start, &end);
    }
    drop_marks (conv, line);
    return TRUE;
}

/* Ctrl+Up brings back what was typed: not this any more. */
static void
wipe_entry (PurpleConversation *conv, const TgpLine *line, const char *text)
{
    PidginConv *window = window_of (conv);

    for (GList *l = window != NULL ? window->send_history : NULL; l != NULL;
         l = l->next) {
        char *plain = l->data != NULL ? tgp_text_plain (l->data) : NULL;
        if (plain != NULL && tgp_lines_typed_it (line, text, plain))
            memset (l->data, ' ', strlen (l->data));
        tgp_text_wipe (plain);
    }
}

/* The item with the tick, if that conversation is in front; of other tabs Pidgin sets it
 * when they come there. */
static void *
logging_item (PurpleConversation *conv)
{
    PidginConv *window = window_of (conv);
    PidginFrame *frame = window != NULL ? window->window : NULL;
    GType type = g_type_from_name ("GtkCheckMenuItem");

    if (frame == NULL || g_list_find (frame->tabs, window) == NULL || type == 0 ||
        gtk.in_front (frame) != conv || frame->menu.logging == NULL ||
        !g_type_check_instance_is_a (frame->menu.logging, type))
        return NULL;
    return frame->menu.logging;
}

/* Logging is off already: Pidgin finds nothing to do, and says nothing. */
static void
logging_off (PurpleConversation *conv)
{
    void *item = logging_item (conv);

    if (item != NULL && !purple_conversation_is_logging (conv) && gtk.ticked (item))
        gtk.set_ticked (item, FALSE);
}

const TgpLinesUi *
tgp_lines_pidgin (int *handle)
{
    static const TgpLinesUi ui = { .drawn = drawn,
                                   .remove = remove_line,
                                   .forget = drop_marks,
                                   .logging_off = logging_off,
                                   .wipe_entry = wipe_entry,
                                   .sign = draw_sign,
                                   .signs = signs,
                                   .unquote = unquote,
                                   .put = put,
                                   .at = line_at_place,
                                   .disconnect = disconnect };

    if (!look_up ())
        return NULL;
    purple_signal_connect (gtk.get_handle (), "displaying-im-msg", handle,
                           PURPLE_CALLBACK (displaying_cb), NULL);
    purple_signal_connect (gtk.get_handle (), "displayed-im-msg", handle,
                           PURPLE_CALLBACK (displayed_cb), NULL);
    return &ui;
}
