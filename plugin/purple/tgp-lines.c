/* Bookkeeping of lines, the same in every front end. */
#include "tgp-lines.h"

#include "tgp-account.h"
#include "tgp-clock.h"
#include "tgp-text.h"
#include "tgp-words.h"

#include <gmodule.h>
#include <string.h>

static int handle;
static gboolean connected;
static const TgpLinesUi *ui;
static TgpLinesForeignFunc *foreign_written;
gboolean tgp_lines_redrawing;
static GHashTable *conversations; /* PurpleConversation -> Lines */

/* Of one conversation. */
typedef struct {
    GPtrArray *all;    /* TgpLine, owned, in order */
    GHashTable *by_id; /* message id -> GPtrArray of its TgpLines, in order */
} Lines;

/* The line being written; `outer` meanwhile, when somebody writes another inside its
 * signals. */
typedef struct {
    gboolean active;
    gboolean writing; /* it is this one, and not another in the same conversation */
    PurpleMessageFlags kind;
    gboolean received;         /* libpurple lets it through to the front end, ... */
    gboolean announced, wrote; /* which asks libpurple to write it; it was written */
    gboolean foreign; /* somebody else writes an own line: a pounce, another plugin */
    PurpleAccount *account;
    char *name;
    int64_t id;
    TgpLine *line;
} Current;

static Current current, outer;

static void
line_free (TgpLine *line)
{
    if (line->timer != 0)
        tgp_clock_remove (line->timer);
    g_free (line->later);
    if (line->others != NULL)
        g_array_unref (line->others);
    g_free (line);
}

static void
lines_free (Lines *lines)
{
    g_hash_table_unref (lines->by_id);
    g_ptr_array_unref (lines->all);
    g_free (lines);
}

static Lines *
lines_of (PurpleConversation *conv, gboolean make)
{
    Lines *lines = g_hash_table_lookup (conversations, conv);

    if (lines == NULL && make) {
        lines = g_new (Lines, 1);
        lines->all = g_ptr_array_new_with_free_func ((GDestroyNotify)line_free);
        lines->by_id = g_hash_table_new_full (talk_id_hash, g_int64_equal, g_free,
                                              (GDestroyNotify)g_ptr_array_unref);
        g_hash_table_insert (conversations, conv, lines);
    }
    return lines;
}

static void
index_id (Lines *lines, int64_t id, TgpLine *line)
{
    GPtrArray *same = g_hash_table_lookup (lines->by_id, &id);

    if (same == NULL) {
        same = g_ptr_array_new ();
        g_hash_table_insert (lines->by_id, g_memdup2 (&id, sizeof id), same);
    }
    g_ptr_array_add (same, line);
}

static void
forget_id (Lines *lines, int64_t id, TgpLine *line)
{
    GPtrArray *same = g_hash_table_lookup (lines->by_id, &id);

    if (same != NULL && g_ptr_array_remove (same, line) && same->len == 0)
        g_hash_table_remove (lines->by_id, &id);
}

/* By all its ids, or not any more. */
static void
index_line (Lines *lines, TgpLine *line, void (*change) (Lines *, int64_t, TgpLine *))
{
    change (lines, line->id, line);
    for (unsigned i = 0; line->others != NULL && i < line->others->len; i++)
        change (lines, g_array_index (line->others, int64_t, i), line);
}

/* The last lines are found at once: those are what goes one by one. */
static void
drop_line (Lines *lines, TgpLine *line)
{
    unsigned i = lines->all->len;

    index_line (lines, line, forget_id);
    while (i > 0 && g_ptr_array_index (lines->all, i - 1) != line)
        i--;
    if (i > 0)
        g_ptr_array_remove_index (lines->all, i - 1);
}

/* The first line of that message. */
static TgpLine *
find_line (PurpleConversation *conv, int64_t id)
{
    Lines *lines = lines_of (conv, FALSE);
    GPtrArray *same = lines != NULL ? g_hash_table_lookup (lines->by_id, &id) : NULL;

    return same != NULL ? g_ptr_array_index (same, 0) : NULL;
}

int64_t
tgp_lines_local (void)
{
    /* the other side chooses its messages' ids: none that it could know */
    return (int64_t)((uint64_t)g_random_int () << 32 | g_random_int ());
}

static gboolean
is_current (PurpleConversation *conv)
{
    return current.active && purple_conversation_get_account (conv) == current.account &&
           g_strcmp0 (purple_conversation_get_name (conv), current.name) == 0;
}

TgpLine *
tgp_lines_current (PurpleConversation *conv)
{
    if (!is_current (conv) || !current.writing)
        return NULL;
    if (current.line == NULL) {
        current.line = g_new0 (TgpLine, 1);
        current.line->id = current.id;
        current.line->from = current.line->to = -1;
        Lines *lines = lines_of (conv, TRUE);
        g_ptr_array_add (lines->all, current.line);
        index_line (lines, current.line, index_id);
    }
    return current.line;
}

static void
wipe (char *text)
{
    volatile char *p = text;

    while (p != NULL && *p != '\0')
        *p++ = ' ';
}

/* libpurple may be built without D-Bus. */
static void
unregister_pointer (void *pointer)
{
    static void (*func) (void *);
    static gboolean looked;

    if (!looked) {
        GModule *self = g_module_open (NULL, 0);
        if (self == NULL ||
            !g_module_symbol (self, "purple_dbus_unregister_pointer", (gpointer *)&func))
            func = NULL;
        if (self != NULL)
            g_module_close (self);
        looked = TRUE;
    }
    if (func != NULL)
        func (pointer);
}

static void
unlink_message (PurpleConversation *conv, PurpleConvMessage *message)
{
    GList *node = g_list_find (conv->message_history, message);

    if (node == NULL)
        return; /* trimmed away */
    conv->message_history = g_list_delete_link (conv->message_history, node);
    wipe (message->what);
    g_free (message->who);
    g_free (message->alias);
    g_free (message->what);
    unregister_pointer (message);
    g_free (message);
}

void
tgp_lines_begin_named (PurpleAccount *account, const char *name, int64_t id)
{
    tgp_lines_end ();
    current.active = TRUE;
    current.kind = PURPLE_MESSAGE_RECV;
    current.account = account;
    current.name = g_strdup (name);
    current.id = id;
}

void
tgp_lines_begin (PurpleConversation *conv, int64_t id)
{
    tgp_lines_begin_named (purple_conversation_get_account (conv),
                           purple_conversation_get_name (conv), id);
    current.kind = PURPLE_MESSAGE_RECV | PURPLE_MESSAGE_SYSTEM;
}

void
tgp_lines_begin_own (PurpleConversation *conv, int64_t id)
{
    tgp_lines_begin (conv, id);
    current.kind = PURPLE_MESSAGE_SEND;
}

/* It was announced, but another plugin kept it from the window. */
static void
drop_unwritten (void)
{
    GHashTableIter iter;
    gpointer conv, lines;

    g_hash_table_iter_init (&iter, conversations);
    while (current.line != NULL && g_hash_table_iter_next (&iter, &conv, &lines)) {
        if (!g_ptr_array_find (((Lines *)lines)->all, current.line, NULL))
            continue;
        if (ui != NULL && ui->forget != NULL)
            ui->forget (conv, current.line);
        drop_line (lines, current.line);
        current.line = NULL;
    }
}

/* A front end that draws lines itself (BitlBee) gets them without a word of libpurple's;
 * then only what comes before tells. */
gboolean
tgp_lines_shown (PurpleConversation *conv)
{
    PurpleConversationUiOps *ops =
        conv != NULL ? purple_conversation_get_ui_ops (conv) : NULL;

    if (!current.active)
        return FALSE;
    if (current.wrote && conv != NULL && ui != NULL && ui->drawn != NULL &&
        !ui->drawn (conv, current.line)) { /* swallowed at the very last */
        unlink_message (conv, current.line->message);
        current.wrote = FALSE;
    }
    if (current.wrote || !current.received || current.announced || ops == NULL ||
        ops->write_im == NULL)
        return current.wrote && conv != NULL;
    current.writing = current.wrote = TRUE;
    return tgp_lines_current (conv) != NULL;
}

void
tgp_lines_end (void)
{
    if (current.announced && !current.wrote)
        drop_unwritten ();
    g_free (current.name);
    g_free (outer.name);
    memset (&current, 0, sizeof current);
    memset (&outer, 0, sizeof outer);
}

void *
tgp_lines_suspend (void)
{
    Current *both = g_new0 (Current, 2);

    both[0] = current;
    both[1] = outer;
    memset (&current, 0, sizeof current);
    memset (&outer, 0, sizeof outer);
    return both;
}

void
tgp_lines_resume (void *take_line)
{
    Current *both = take_line;

    tgp_lines_end ();
    current = both[0];
    outer = both[1];
    g_free (both);
}

static void
begin_foreign (PurpleConversation *conv)
{
    outer = current;
    memset (&current, 0, sizeof current);
    current.active = TRUE;
    current.foreign = TRUE;
    current.kind = PURPLE_MESSAGE_SEND;
    current.account = purple_conversation_get_account (conv);
    current.name = g_strdup (purple_conversation_get_name (conv));
    current.id = tgp_lines_local ();
}

static void
end_foreign (void)
{
    g_free (current.name);
    current = outer;
    memset (&outer, 0, sizeof outer);
}

/* --- signals --- */

/* An own line in a secret chat that is not written by us. */
static gboolean
is_foreign (PurpleConversation *conv, PurpleMessageFlags flags)
{
    int64_t id;

    return conv != NULL && (flags & PURPLE_MESSAGE_SEND) != 0 &&
           !(is_current (conv) && (current.kind & PURPLE_MESSAGE_SEND) != 0) &&
           tgp_is_ours (purple_conversation_get_account (conv)) &&
           tgp_name_parse (purple_conversation_get_name (conv), &id) == TGP_NAME_SECRET;
}

static gboolean
writing_cb (PurpleAccount *account, const char *who, char **message,
            PurpleConversation *conv, PurpleMessageFlags flags, void *data)
{
    if (current.foreign) { /* it was announced, but did not come */
        drop_unwritten ();
        end_foreign ();
    }
    if (is_foreign (conv, flags))
        begin_foreign (conv);
    current.writing = conv != NULL && is_current (conv) && (flags & current.kind) != 0;
    if (current.writing) {
        current.announced = TRUE;
        TgpLine *line = tgp_lines_current (conv);
        if (ui != NULL && ui->before != NULL)
            ui->before (conv, line);
    }
    return FALSE;
}

static void
received_cb (PurpleAccount *account, const char *who, const char *message,
             PurpleConversation *conv, PurpleMessageFlags flags, void *data)
{
    current.received |= current.active && current.kind == PURPLE_MESSAGE_RECV &&
                        account == current.account && g_strcmp0 (who, current.name) == 0;
}

static void
wrote_cb (PurpleAccount *account, const char *who, const char *message,
          PurpleConversation *conv, PurpleMessageFlags flags, void *data)
{
    TgpLine *line = conv != NULL ? tgp_lines_current (conv) : NULL;
    if (line == NULL)
        return;
    GList *history = purple_conversation_get_message_history (conv);
    line->message = history != NULL ? history->data : NULL;
    if (ui != NULL && ui->after != NULL)
        ui->after (conv, line);
    current.writing = FALSE;
    current.wrote = TRUE;
    if (current.foreign) {
        int64_t id = line->id;
        end_foreign ();
        foreign_written (conv, id, message);
    }
}

static void
forget (PurpleConversation *conv)
{
    Lines *lines = lines_of (conv, FALSE);

    for (unsigned i = 0; lines != NULL && i < lines->all->len; i++)
        if (ui != NULL && ui->forget != NULL)
            ui->forget (conv, g_ptr_array_index (lines->all, i));
    g_hash_table_remove (conversations, conv);
}

static void
deleting_cb (PurpleConversation *conv, void *data)
{
    forget (conv);
}

/* Also while a conversation dies, when nothing of it may be touched (FRONTENDS 0.3). */
static void
cleared_cb (PurpleConversation *conv, void *data)
{
    if (tgp_lines_redrawing)
        return;
    if (g_list_find (purple_get_conversations (), conv) == NULL || conv->name == NULL)
        g_hash_table_remove (conversations, conv);
    else
        forget (conv);
}

void
tgp_lines_connect (TgpLinesFind *find, TgpLinesForeignFunc *foreign)
{
    void *conversations_handle = purple_conversations_get_handle ();

    if (connected)
        return;
    connected = TRUE;
    conversations = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)lines_free);
    ui = find != NULL ? find (&handle) : NULL;
    foreign_written = foreign;
    purple_signal_connect (conversations_handle, "received-im-msg", &handle,
                           PURPLE_CALLBACK (received_cb), NULL);
    /* first, because whoever swallows a line keeps it from all behind */
    purple_signal_connect_priority (conversations_handle, "writing-im-msg", &handle,
                                    PURPLE_CALLBACK (writing_cb), NULL,
                                    PURPLE_SIGNAL_PRIORITY_LOWEST);
    purple_signal_connect (conversations_handle, "wrote-im-msg", &handle,
                           PURPLE_CALLBACK (wrote_cb), NULL);
    purple_signal_connect (conversations_handle, "deleting-conversation", &handle,
                           PURPLE_CALLBACK (deleting_cb), NULL);
    purple_signal_connect (conversations_handle, "cleared-message-history", &handle,
                           PURPLE_CALLBACK (cleared_cb), NULL);
}

void
tgp_lines_disconnect (void)
{
    purple_signals_disconnect_by_handle (&handle);
    g_clear_pointer (&conversations, g_hash_table_unref);
    connected = FALSE;
}

/* --- removing --- */

gboolean
tgp_lines_has (PurpleConversation *conv, int64_t id)
{
    return find_line (conv, id) != NULL;
}

gboolean
tgp_lines_rename (PurpleConversation *conv, int64_t id, const int64_t *ids, size_t n)
{
    TgpLine *line = find_line (conv, id);

    if (line == NULL || n == 0)
        return FALSE;
    index_line (lines_of (conv, FALSE), line, forget_id);
    line->id = ids[0];
    if (line->others != NULL)
        g_array_unref (line->others);
    line->others = g_array_new (FALSE, FALSE, sizeof (int64_t));
    g_array_append_vals (line->others, ids + 1, (unsigned)n - 1);
    index_line (lines_of (conv, FALSE), line, index_id);
    return TRUE;
}

char *
tgp_lines_text (PurpleConversation *conv, int64_t id)
{
    const TgpLine *line = find_line (conv, id);

    if (line == NULL || line->message == NULL ||
        g_list_find (conv->message_history, line->message) == NULL)
        return NULL;
    return tgp_text_plain (line->message->what);
}

/* The last of the lines that show this message; FALSE: there is none (any more). */
static gboolean
remove_one (PurpleConversation *conv, int64_t id)
{
    Lines *lines = lines_of (conv, FALSE);
    GPtrArray *same = lines != NULL ? g_hash_table_lookup (lines->by_id, &id) : NULL;
    TgpLine *line = same != NULL ? g_ptr_array_index (same, same->len - 1) : NULL;

    if (line == NULL)
        return FALSE;
    if (ui != NULL && ui->wipe_entry != NULL && line->message != NULL &&
        (line->message->flags & PURPLE_MESSAGE_SEND) != 0) {
        g_autofree char *text = purple_unescape_html (line->message->what);
        ui->wipe_entry (conv, text);
        wipe (text);
    }
    gboolean removed =
        ui == NULL || ui->remove == NULL || ui->remove (conv, line, lines->all);
    g_debug ("[lines] a line leaves the window: %s", removed ? "yes" : "no");
    if (line->message != NULL)
        unlink_message (conv, line->message);
    drop_line (lines, line);
    if (!removed)
        purple_conversation_write (conv, NULL, tgp_words_line_stays (),
                                   PURPLE_MESSAGE_SYSTEM | PURPLE_MESSAGE_NO_LOG,
                                   time (NULL));
    return TRUE;
}

void
tgp_lines_remove (PurpleConversation *conv, int64_t id)
{
    while (remove_one (conv, id))
        continue; /* a long message has several lines */
}

void
tgp_lines_remove_all (PurpleConversation *conv)
{
    Lines *lines;

    while ((lines = lines_of (conv, FALSE)) != NULL && lines->all->len > 0) {
        TgpLine *last = g_ptr_array_index (lines->all, lines->all->len - 1);
        tgp_lines_remove (conv, last->id);
    }
}

typedef struct {
    PurpleConversation *conv; /* dies with its lines, and these with their timers */
    int64_t id;
} Later;

static void
later_cb (void *data)
{
    Later *later = data;
    TgpLine *line = find_line (later->conv, later->id);

    if (line != NULL) {
        line->timer = 0; /* this one */
        tgp_lines_remove (later->conv, later->id);
    }
}

void
tgp_lines_remove_later (PurpleConversation *conv, int64_t id, int64_t left)
{
    TgpLine *line = find_line (conv, id);

    if (line == NULL)
        return;
    if (line->timer != 0)
        tgp_clock_remove (line->timer);
    g_free (line->later);
    Later *later = line->later = g_new (Later, 1);
    *later = (Later){ conv, id };
    line->timer = tgp_clock_add (MAX (left, 1), later_cb, later);
}

void
tgp_lines_logging_off (PurpleConversation *conv)
{
    if (ui != NULL && ui->logging_off != NULL)
        ui->logging_off (conv);
}
