/* Finch's window: byte ranges of the text view. A range leaves as a tag whose text
 * becomes nothing; the tag's struct is libgnt's own affair, so it is checked before it is
 * trusted, and where it differs the view is drawn anew. */
#include "tgp-lines.h"
#include "tgp-symbols.h"
#include "tgp-ui.h"

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
    int (*lines_below) (void *view);
    void (*scroll) (void *view, int lines);
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
    static const TgpSymbol symbols[] = {
        { "gnt_text_view_new", &gnt.view_new },
        { "gnt_text_view_append_text_with_tag", &gnt.append },
        { "gnt_text_view_tag_change", &gnt.tag_change },
        { "gnt_widget_draw", &gnt.draw },
        { "gnt_text_view_get_lines_below", &gnt.lines_below },
        { "gnt_text_view_scroll", &gnt.scroll },
        { "gnt_widget_destroy", &gnt.destroy },
        { "gnt_widget_get_gtype", &gnt.widget_type },
        { "finch_conv_get_ui_ops", &gnt.get_ui_ops },
    };

    return tgp_symbols_find (symbols, G_N_ELEMENTS (symbols));
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

/* --- signs --- */

#define DIM 8 /* GNT_TEXT_FLAG_DIM */

static char *
sign_name (const TgpLine *line)
{
    return g_strdup_printf ("mtproto-sign-%u", line->sign_tag);
}

/* Our records of lines behind that byte move with their text. */
static void
shift (GPtrArray *lines, int behind, int bytes)
{
    for (unsigned i = lines->len; i > 0; i--) {
        TgpLine *line = g_ptr_array_index (lines, i - 1);
        if (line->from < behind && line->from >= 0)
            break; /* they stand in order */
        if (line->from < 0)
            continue;
        line->from += bytes;
        line->to += bytes;
    }
}

/* "is typing..." leaves the end for a moment; NULL: it is not there. */
static char *
take_typing (void *view)
{
    for (GList *l = tail_of (view)->tags; l != NULL; l = l->next) {
        const Tag *tag = l->data;
        if (strcmp (tag->name, "typing") != 0)
            continue;
        char *text = g_strndup (tail_of (view)->string->str + tag->start,
                                (size_t)(tag->end - tag->start));
        gnt.tag_change (view, "typing", NULL, TRUE);
        return text;
    }
    return NULL;
}

/* Of the last line only: libgnt writes at the end. */
static void
begin_sign (PurpleConversation *conv, void *view, TgpLine *line, const char *text)
{
    if (line->from < 0 || line->to != length_of (conv))
        return;
    gboolean ended = gnt.lines_below (view) <= 1;
    g_autofree char *typing = take_typing (view);
    line->sign_tag = ++serial;
    g_autofree char *name = sign_name (line);
    gnt.append (view, " ", 0, NULL);
    gnt.append (view, text, DIM, name);
    line->to = (int)tail_of (view)->string->len;
    if (typing != NULL)
        gnt.append (view, typing, DIM, "typing");
    if (ended)
        gnt.scroll (view, 0);
}

static void
draw_sign (PurpleConversation *conv, TgpLine *line, GPtrArray *lines, const char *text)
{
    void *view = view_of (conv);

    if (view == NULL || !tags_known)
        return;
    if (line->sign_tag == 0) {
        if (*text != '\0')
            begin_sign (conv, view, line, text);
        return;
    }
    g_autofree char *name = sign_name (line);
    int before = (int)tail_of (view)->string->len;
    gnt.tag_change (view, name, *text != '\0' ? text : NULL, TRUE);
    int bytes = (int)tail_of (view)->string->len - before;
    shift (lines, line->to, bytes);
    line->to += bytes;
    if (*text == '\0')
        line->sign_tag = 0;
}

/* The terminal's fonts cannot be asked: of all signs those that are in most. */
static TgpSigns
signs (PurpleConversation *conv)
{
    return g_get_charset (NULL) ? TGP_SIGNS_TICKS : TGP_SIGNS_WORDS;
}

/* --- removing --- */

/* Blanks of the same bytes and columns, so that nothing moves: libgnt knows where its lines
 * begin by the byte. */
static const char *
blank_for (gunichar c)
{
    static const char *const narrow[] = { "", " ", "\u00a0", "\u2003", "\u2003 " };
    static const char *const wide[] = { "", " ", "\u00a0", "\u3000", "\u2003 " };
    static const char *const none[] = { "", " ", "\u034f", "\u200b", "\u200b " };
    int bytes = g_unichar_to_utf8 (c, NULL);

    return g_unichar_iszerowidth (c) ? none[bytes]
           : g_unichar_iswide (c)    ? wide[bytes]
                                     : narrow[bytes];
}

/* `text` stands there, too, where there is room of its letters' size. */
static void
blank_out (char *start, size_t len, const char *text)
{
    const char *from = start, *stop = start + len;
    size_t room = strlen (text);
    gboolean fits = room <= len;

    for (size_t i = 0; fits && i < room; i++)
        fits = g_ascii_isprint (start[i]) && g_ascii_isprint (text[i]);
    while (from < stop) {
        const char *next = g_utf8_next_char (from);
        memcpy (start + (from - start), blank_for (g_utf8_get_char (from)),
                (size_t)(next - from));
        from = next;
    }
    if (fits)
        memcpy (start, text, room);
}

static gboolean
unquote (PurpleConversation *conv, TgpLine *line, const char *text)
{
    void *view = view_of (conv);

    if (view == NULL || !tags_known || line->from < 0 ||
        (size_t)line->to > tail_of (view)->string->len)
        return FALSE;
    char *from = tail_of (view)->string->str + line->from;
    char *found = g_strstr_len (from, line->to - line->from, line->quote);
    size_t len = strlen (line->quote);
    if (found == NULL) { /* as another plugin changed it: up to the first line's end */
        found = g_strstr_len (from, line->to - line->from, TGP_ANSWERS);
        const char *end =
            found != NULL
                ? g_strstr_len (found, from + (line->to - line->from) - found, "\n")
                : NULL;
        if (end == NULL)
            return FALSE;
        len = (size_t)(end - found);
    }
    blank_out (found, len, text);
    gnt.draw (view);
    return TRUE;
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
    if (line->sign_tag != 0) { /* inside it: its place would be wrong from then on */
        g_autofree char *sign = sign_name (line);
        int before = (int)tail->string->len;
        gnt.tag_change (view, sign, NULL, TRUE);
        int bytes = before - (int)tail->string->len;
        shift (lines, line->to, -bytes);
        line->to -= bytes;
        line->sign_tag = 0;
    }
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
    shift (lines, line->to, -size);
    return TRUE;
}

/* The view is another text from now on: nothing of what stood where is true any more. */
static void
forget_places (GPtrArray *lines)
{
    for (unsigned i = 0; i < lines->len; i++) {
        TgpLine *line = g_ptr_array_index (lines, i);
        line->from = line->to = -1;
        line->sign_tag = 0;
    }
}

/* Everything but this line is drawn anew by the front end's own function. */
static void
redraw (PurpleConversation *conv, TgpLine *line, GPtrArray *lines)
{
    PurpleConversationUiOps *ops = purple_conversation_get_ui_ops (conv);
    void *unseen = purple_conversation_get_data (conv, "unseen-count");
    g_autoptr (GList) oldest_first =
        g_list_reverse (g_list_copy (purple_conversation_get_message_history (conv)));

    forget_places (lines);
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
wipe_entry (PurpleConversation *conv, const TgpLine *line, const char *text)
{
    FinchWindow *window = view_of (conv) != NULL ? conv->ui_data : NULL;

    if (window == NULL || window->entry == NULL || !tags_known)
        return;
    EntryTail *entry = (EntryTail *)((char *)window->entry + widget_size);
    for (GList *l = entry->history; l != NULL; l = l->next)
        if (l->data != NULL && tgp_lines_typed_it (line, text, l->data))
            memset (l->data, ' ', strlen (l->data));
}

const TgpLinesUi *
tgp_lines_finch (int *handle)
{
    static const TgpLinesUi ui = { .before = before,
                                   .after = after,
                                   .remove = remove_line,
                                   .wipe_entry = wipe_entry,
                                   .sign = draw_sign,
                                   .signs = signs,
                                   .unquote = unquote };
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
