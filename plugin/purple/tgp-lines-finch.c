/* Finch's window: byte ranges of the text view. A range leaves as a tag whose text
 * becomes nothing; the tag's struct is libgnt's own affair, so it is checked before it is
 * trusted, and where it differs the view is drawn anew. */
#include "tgp-lines.h"
#include "tgp-ui.h"

#include <gmodule.h>
#include <string.h>

/* What follows a GntWidget in a text view and in an entry. */
typedef struct {
    GString *string;
    GList *list;
    GList *tags; /* Tag, by start */
} ViewTail;

typedef struct {
    int flag;
    char *start, *end, *scroll, *cursor;
    size_t buffer;
    int max;
    gboolean masked;
    GList *history; /* GString or char *, see history_text() */
} EntryTail;

typedef struct {
    char *name;
    int start;
    int end;
} Tag;

static struct {
    void *(*view_new) (void);
    void (*append) (void *view, const char *text, int flags, const char *tag);
    int (*tag_change) (void *view, const char *name, const char *text, gboolean all);
    void (*draw) (void *widget);
    void (*destroy) (void *widget);
    GType (*widget_type) (void);
    PurpleConversationUiOps *(*get_ui_ops) (void);
} gnt;

static size_t widget_size; /* of GntWidget */
static gboolean tags_known;
static unsigned serial;

static gboolean
look_up (void)
{
    static const struct {
        const char *name;
        void *place;
    } symbols[] = {
        { "gnt_text_view_new", &gnt.view_new },
        { "gnt_text_view_append_text_with_tag", &gnt.append },
        { "gnt_text_view_tag_change", &gnt.tag_change },
        { "gnt_widget_draw", &gnt.draw },
        { "gnt_widget_destroy", &gnt.destroy },
        { "gnt_widget_get_gtype", &gnt.widget_type },
        { "finch_conv_get_ui_ops", &gnt.get_ui_ops },
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

static ViewTail *
tail_of (void *view)
{
    return (ViewTail *)((char *)view + widget_size);
}

/* Two strings with tags in a view nobody sees: is everything where we think it is? */
static gboolean
check_tags (void)
{
    void *view = gnt.view_new ();
    gboolean good = FALSE;

    g_object_ref_sink (view);
    gnt.append (view, "first", 0, "one");
    gnt.append (view, "second", 0, "two");
    const ViewTail *tail = tail_of (view);
    if (tail->string != NULL && tail->string->len == strlen ("firstsecond") &&
        strcmp (tail->string->str, "firstsecond") == 0 &&
        g_list_length (tail->tags) == 2) {
        for (GList *l = tail->tags; l != NULL; l = l->next) {
            const Tag *tag = l->data;
            good =
                tag->name != NULL &&
                ((strcmp (tag->name, "one") == 0 && tag->start == 0 && tag->end == 5) ||
                 (strcmp (tag->name, "two") == 0 && tag->start == 5 && tag->end == 11));
            if (!good)
                break;
        }
    }
    gnt.destroy (view);
    return good;
}

static void *
view_of (PurpleConversation *conv)
{
    FinchWindow *window =
        purple_conversation_get_ui_ops (conv) == gnt.get_ui_ops () ? conv->ui_data : NULL;
    return window != NULL ? window->view : NULL;
}

/* Bytes of the lines; "is typing..." stands behind them, and goes and comes with every
 * line that is written. */
static int
length_of (PurpleConversation *conv)
{
    void *view = tags_known ? view_of (conv) : NULL;

    if (view == NULL)
        return -1;
    int length = (int)tail_of (view)->string->len;
    for (GList *l = tail_of (view)->tags; l != NULL; l = l->next) {
        const Tag *tag = l->data;
        if (strcmp (tag->name, "typing") == 0)
            length -= tag->end - tag->start;
    }
    return length;
}

static void
before (PurpleConversation *conv, TgpLine *line)
{
    line->from = length_of (conv);
}

static void
after (PurpleConversation *conv, TgpLine *line)
{
    line->to = length_of (conv);
    if (line->from > line->to) /* the window was cleared meanwhile */
        line->from = -1;
}

static int
by_start (gconstpointer a, gconstpointer b)
{
    return ((const Tag *)a)->start - ((const Tag *)b)->start;
}

/* The view's tags at or behind the cut move with their text; libgnt does that itself when
 * it changes a tag, but our own records of other lines must follow. */
static gboolean
cut_range (void *view, TgpLine *line, GPtrArray *lines)
{
    ViewTail *tail = tail_of (view);
    int size = line->to - line->from;
    size_t length = tail->string->len;
    g_autofree char *name = g_strdup_printf ("mtproto-%u", serial++);
    Tag *tag = g_new0 (Tag, 1);

    tag->name = g_strdup (name);
    tag->start = line->from;
    tag->end = line->to;
    tail->tags = g_list_insert_sorted (tail->tags, tag, by_start);
    gnt.tag_change (view, name, NULL, TRUE);
    gnt.draw (view);
    if (tail->string->len != length - (size_t)size)
        return FALSE;
    for (unsigned i = 0; i < lines->len; i++) {
        TgpLine *other = g_ptr_array_index (lines, i);
        if (other != line && other->from >= line->to) {
            other->from -= size;
            other->to -= size;
        }
    }
    return TRUE;
}

/* Everything but this line is drawn anew by the front end's own function. */
static void
redraw (PurpleConversation *conv, TgpLine *line, GPtrArray *lines)
{
    PurpleConversationUiOps *ops = purple_conversation_get_ui_ops (conv);
    void *unseen = purple_conversation_get_data (conv, "unseen-count");
    g_autoptr (GList) oldest_first =
        g_list_reverse (g_list_copy (purple_conversation_get_message_history (conv)));

    tgp_lines_redrawing = TRUE;
    purple_signal_emit (purple_conversations_get_handle (), "cleared-message-history",
                        conv);
    for (GList *l = oldest_first; l != NULL; l = l->next) {
        PurpleConvMessage *message = l->data;
        if (message != line->message && ops->write_conv != NULL)
            ops->write_conv (conv, message->who, message->alias, message->what,
                             message->flags, message->when);
    }
    tgp_lines_redrawing = FALSE;
    purple_conversation_set_data (conv, "unseen-count", unseen);
    purple_conversation_update (conv, PURPLE_CONV_UPDATE_UNSEEN);
}

static gboolean
remove_line (PurpleConversation *conv, TgpLine *line, GPtrArray *lines)
{
    void *view = view_of (conv);

    if (view == NULL)
        return FALSE;
    if (tags_known && line->from >= 0 && line->to > line->from &&
        (size_t)line->to <= tail_of (view)->string->len)
        return cut_range (view, line, lines);
    if (line->message == NULL)
        return FALSE;
    redraw (conv, line, lines);
    return TRUE;
}

/* Ctrl+Up brings back what was typed: not this any more. */
static void
wipe_entry (PurpleConversation *conv, const char *text)
{
    FinchWindow *window = view_of (conv) != NULL ? conv->ui_data : NULL;

    if (window == NULL || window->entry == NULL || !tags_known)
        return;
    EntryTail *entry = (EntryTail *)((char *)window->entry + widget_size);
    for (GList *l = entry->history; l != NULL; l = l->next)
        if (l->data != NULL && strcmp (l->data, text) == 0)
            memset (l->data, ' ', strlen (l->data));
}

const TgpLinesUi *
tgp_lines_finch (int *handle)
{
    static const TgpLinesUi ui = {
        .before = before, .after = after, .remove = remove_line, .wipe_entry = wipe_entry
    };
    GTypeQuery query;

    if (!look_up ())
        return NULL;
    g_type_query (gnt.widget_type (), &query);
    widget_size = query.instance_size;
    tags_known = widget_size > 0 && check_tags ();
    g_debug ("[lines] Finch's text view: %s",
             tags_known ? "lines are cut out" : "lines go by drawing anew");
    return &ui;
}
