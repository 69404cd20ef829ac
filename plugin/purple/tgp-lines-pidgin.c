/* Pidgin's window: two marks around every line of ours, taken out with GtkIMHtml's own
 * function. Everything of GTK is looked up in the running process; nothing is linked. */
#include "tgp-lines.h"
#include "tgp-ui.h"

#include <gmodule.h>
#include <string.h>

/* A GtkTextIter is 14 words at most; room to spare. */
typedef struct {
    void *words[24];
} Iter;

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
    PurpleConversation *(*in_front) (const void *frame);
    gboolean (*ticked) (void *item);
    void (*set_ticked) (void *item, gboolean ticked);
} gtk;

static gboolean
look_up (void)
{
    static const struct {
        const char *name;
        void *place;
    } symbols[] = {
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
        { "pidgin_conv_window_get_active_conversation", &gtk.in_front },
        { "gtk_check_menu_item_get_active", &gtk.ticked },
        { "gtk_check_menu_item_set_active", &gtk.set_ticked },
    };
    GModule *self = g_module_open (NULL, 0);
    gboolean all = self != NULL;

    for (size_t i = 0; all && i < G_N_ELEMENTS (symbols); i++) {
        gpointer found = NULL;
        all = g_module_symbol (self, symbols[i].name, &found) && found != NULL;
        memcpy (symbols[i].place, &found, sizeof found);
    }
    if (self != NULL)
        g_module_close (self);
    return all;
}

static PidginConv *
window_of (PurpleConversation *conv)
{
    return purple_conversation_get_ui_ops (conv) == gtk.get_ui_ops () ? conv->ui_data
                                                                      : NULL;
}

static void *
mark_end (PurpleConversation *conv)
{
    PidginConv *window = window_of (conv);
    Iter end;

    if (window == NULL || window->imhtml == NULL)
        return NULL;
    void *buffer = gtk.get_buffer (window->imhtml);
    gtk.get_end_iter (buffer, &end);
    return g_object_ref (gtk.create_mark (buffer, NULL, &end, TRUE));
}

static gboolean
displaying_cb (PurpleAccount *account, const char *who, char **message,
               PurpleConversation *conv, int flags, void *data)
{
    TgpLine *line = tgp_lines_current (conv);

    if (line != NULL && line->start == NULL)
        line->start = mark_end (conv);
    return FALSE;
}

static void
displayed_cb (PurpleAccount *account, const char *who, const char *message,
              PurpleConversation *conv, int flags, void *data)
{
    TgpLine *line = tgp_lines_current (conv);

    if (line != NULL && line->end == NULL)
        line->end = mark_end (conv);
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
    void **marks[] = { &line->start, &line->end };

    for (size_t i = 0; i < G_N_ELEMENTS (marks); i++) {
        if (*marks[i] == NULL)
            continue;
        if (window != NULL && window->imhtml != NULL && !gtk.mark_deleted (*marks[i]))
            gtk.delete_mark (gtk.get_buffer (window->imhtml), *marks[i]);
        g_object_unref (*marks[i]);
        *marks[i] = NULL;
    }
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
wipe_entry (PurpleConversation *conv, const char *text)
{
    PidginConv *window = window_of (conv);

    for (GList *l = window != NULL ? window->send_history : NULL; l != NULL;
         l = l->next) {
        if (l->data == NULL)
            continue;
        g_autofree char *plain = purple_unescape_html (l->data);
        if (strcmp (plain, text) == 0)
            memset (l->data, ' ', strlen (l->data));
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
                                   .wipe_entry = wipe_entry };

    if (!look_up ())
        return NULL;
    purple_signal_connect (gtk.get_handle (), "displaying-im-msg", handle,
                           PURPLE_CALLBACK (displaying_cb), NULL);
    purple_signal_connect (gtk.get_handle (), "displayed-im-msg", handle,
                           PURPLE_CALLBACK (displayed_cb), NULL);
    return &ui;
}
