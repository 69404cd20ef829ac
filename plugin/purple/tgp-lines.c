/* Bookkeeping of lines, the same in every front end. */
#include "tgp-lines-private.h"

#include "tgp-account.h"
#include "tgp-clock.h"
#include "tgp-text.h"
#include "tgp-words.h"

#include <gmodule.h>
#include <string.h>

#define KEPT 4096 /* lines of a conversation whose front end draws them, and 64 more */

static int handle;
static gboolean connected;
const TgpLinesUi *tgp_lines_ui;
static TgpLinesForeignFunc *foreign_written;
static TgpLinesTipFunc *tip_of;
static TgpLinesStandsFunc *stands_now;
gboolean tgp_lines_redrawing;
static GHashTable *conversations; /* PurpleConversation -> TgpLines */

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
    int32_t ttl, number; /* what the line is to have */
    int64_t quoted;
    char *quote;
    unsigned typed;
    int64_t about;
    TgpMedium medium;
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
    tgp_text_wipe (line->quote);
    g_clear_pointer (&line->medium.thumb, g_bytes_unref);
    g_free (line);
}

static void
current_clear (Current *what)
{
    g_free (what->name);
    tgp_text_wipe (what->quote);
    g_clear_pointer (&what->medium.thumb, g_bytes_unref);
    memset (what, 0, sizeof *what);
}

static void
lines_free (TgpLines *lines)
{
    g_hash_table_unref (lines->by_id);
    g_ptr_array_unref (lines->all);
    g_free (lines);
}

TgpLines *
tgp_lines_of (PurpleConversation *conv, gboolean make)
{
    TgpLines *lines = g_hash_table_lookup (conversations, conv);

    if (lines == NULL && make) {
        lines = g_new0 (TgpLines, 1);
        lines->all = g_ptr_array_new_with_free_func ((GDestroyNotify)line_free);
        lines->by_id = g_hash_table_new_full (talk_id_hash, g_int64_equal, g_free,
                                              (GDestroyNotify)g_ptr_array_unref);
        g_hash_table_insert (conversations, conv, lines);
    }
    return lines;
}

static void
index_id (TgpLines *lines, int64_t id, TgpLine *line)
{
    GPtrArray *same = g_hash_table_lookup (lines->by_id, &id);

    if (same == NULL) {
        same = g_ptr_array_new ();
        g_hash_table_insert (lines->by_id, g_memdup2 (&id, sizeof id), same);
    }
    g_ptr_array_add (same, line);
}

static void
forget_id (TgpLines *lines, int64_t id, TgpLine *line)
{
    GPtrArray *same = g_hash_table_lookup (lines->by_id, &id);

    if (same != NULL && g_ptr_array_remove (same, line) && same->len == 0)
        g_hash_table_remove (lines->by_id, &id);
}

/* By all its ids, or not any more. */
static void
index_line (TgpLines *lines, TgpLine *line,
            void (*change) (TgpLines *, int64_t, TgpLine *))
{
    change (lines, line->id, line);
    for (unsigned i = 0; line->others != NULL && i < line->others->len; i++)
        change (lines, g_array_index (line->others, TgpPart, i).id, line);
}

/* The last lines are found at once: those are what goes one by one. */
void
tgp_lines_drop (TgpLines *lines, TgpLine *line)
{
    unsigned i = lines->all->len;

    index_line (lines, line, forget_id);
    while (i > 0 && g_ptr_array_index (lines->all, i - 1) != line)
        i--;
    if (i > 0)
        g_ptr_array_remove_index (lines->all, i - 1);
}

/* The first line of that message. */
TgpLine *
tgp_lines_find (PurpleConversation *conv, int64_t id)
{
    TgpLines *lines = tgp_lines_of (conv, FALSE);
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
        current.line->about = current.about;
        current.line->from = current.line->to = -1;
        current.line->sign.own = (current.kind & PURPLE_MESSAGE_SEND) != 0;
        current.line->sign.ttl = current.ttl;
        current.line->sign.number = current.number;
        current.line->answers = current.quote != NULL;
        current.line->quoted = current.quoted;
        current.line->quote = g_strdup (current.quote);
        current.line->typed = current.typed;
        current.line->medium = tgp_medium_take (&current.medium);
        TgpLines *lines = tgp_lines_of (conv, TRUE);
        g_ptr_array_add (lines->all, current.line);
        lines->repeats |= current.about != 0;
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

void
tgp_lines_unlink (PurpleConversation *conv, PurpleConvMessage *message)
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

void
tgp_lines_expect_signs (int32_t ttl, int32_t number)
{
    current.ttl = ttl;
    current.number = number;
}

void
tgp_lines_expect_quote (int64_t id, const char *quote)
{
    tgp_text_wipe (current.quote);
    current.quoted = id;
    current.quote = g_strdup (quote);
}

unsigned
tgp_lines_hash (const char *text)
{
    return MAX (g_str_hash (text), 1);
}

void
tgp_lines_expect_typed (const char *text)
{
    current.typed = tgp_lines_hash (text);
}

void
tgp_lines_expect_medium (const TalkMessage *message)
{
    if (message->outgoing || message->media.file != TALK_FILE_THERE)
        return;
    current.medium = tgp_medium_of (message);
    /* kept only where something can be put into a line */
    if (message->beside.thumb != NULL && tgp_lines_ui != NULL &&
        tgp_lines_ui->put != NULL)
        current.medium.thumb = g_bytes_ref (message->beside.thumb);
}

void
tgp_lines_begin_about (PurpleConversation *conv, int64_t id)
{
    tgp_lines_begin (conv, tgp_lines_local ());
    current.about = id;
}

/* It was announced, but another plugin kept it from the window. */
static void
drop_unwritten (void)
{
    GHashTableIter iter;
    gpointer conv, lines;

    g_hash_table_iter_init (&iter, conversations);
    while (current.line != NULL && g_hash_table_iter_next (&iter, &conv, &lines)) {
        if (!g_ptr_array_find (((TgpLines *)lines)->all, current.line, NULL))
            continue;
        if (tgp_lines_ui != NULL && tgp_lines_ui->forget != NULL)
            tgp_lines_ui->forget (conv, current.line);
        tgp_lines_drop (lines, current.line);
        current.line = NULL;
    }
}

/* A line is where the last of its messages is. */
static TalkOwn
own_of (const TgpLine *line)
{
    TalkOwn own = line->sign.state;

    for (unsigned i = 0; line->others != NULL && i < line->others->len; i++)
        own = MIN (own, g_array_index (line->others, TgpPart, i).state);
    return own;
}

/* These records grow with what was said: the oldest go, but those that wait for something. That they
 * stand is not forgotten: tgp_lines_remove() says so of every message that has no line. */
static void
bound (PurpleConversation *conv)
{
    TgpLines *lines = tgp_lines_of (conv, FALSE);

    if (lines == NULL || lines->all->len <= KEPT + 64)
        return;
    for (unsigned i = 0; lines->all->len > KEPT && i + 1 < lines->all->len;) {
        TgpLine *line = g_ptr_array_index (lines->all, i);
        if (line->timer != 0 || (line->sign.own && own_of (line) == TALK_OWN_WAITING)) {
            i++;
            continue;
        }
        tgp_lines_drop (lines, line);
        lines->forgot = TRUE;
    }
}

/* A front end that draws lines itself (BitlBee) gets them without a word of libpurple's;
 * then only what comes before tells. */
gboolean
tgp_lines_shown (PurpleConversation *conv)
{
    if (g_list_find (purple_get_conversations (), conv) == NULL)
        conv = NULL; /* a handler of the line closed it */
    PurpleConversationUiOps *ops =
        conv != NULL ? purple_conversation_get_ui_ops (conv) : NULL;
    gboolean typed = (current.kind & PURPLE_MESSAGE_SEND) != 0; /* it has been there */

    if (!current.active)
        return FALSE;
    if (current.wrote && conv != NULL && tgp_lines_ui != NULL &&
        tgp_lines_ui->drawn != NULL &&
        !tgp_lines_ui->drawn (conv, current.line)) { /* swallowed at the very last */
        tgp_lines_unlink (conv, current.line->message);
        current.wrote = FALSE;
    }
    if (current.wrote || !(current.received || typed) || current.announced ||
        ops == NULL || ops->write_im == NULL)
        return current.wrote && conv != NULL;
    current.writing = current.wrote = TRUE;
    TgpLine *line = tgp_lines_current (conv);
    if (line != NULL) { /* nobody takes it out of there, and no history has it */
        g_clear_pointer (&line->quote, tgp_text_wipe);
        bound (conv);
    }
    return line != NULL;
}

void
tgp_lines_end (void)
{
    if (current.announced && !current.wrote)
        drop_unwritten ();
    current_clear (&current);
    current_clear (&outer);
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
    current_clear (&current);
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
        if (tgp_lines_ui != NULL && tgp_lines_ui->before != NULL)
            tgp_lines_ui->before (conv, line);
    }
    return FALSE;
}

/* --- signs --- */

/* Of all its messages (`id` 0), or of one; never back. */
static void
set_own (TgpLine *line, int64_t id, TalkOwn own)
{
    if (id == 0 || line->id == id)
        line->sign.state = MAX (line->sign.state, own);
    for (unsigned i = 0; line->others != NULL && i < line->others->len; i++) {
        TgpPart *part = &g_array_index (line->others, TgpPart, i);
        if (id == 0 || part->id == id)
            part->state = MAX (part->state, own);
    }
}

gboolean
tgp_lines_numbered (PurpleAccount *account)
{
    return purple_account_get_bool (account, TGP_SHOW_NUMBERS, FALSE);
}

void
tgp_lines_drawn (PurpleConversation *conv, TgpLine *line)
{
    if (tgp_lines_ui == NULL || tgp_lines_ui->sign == NULL)
        return;
    if (line->medium.number > 0 && !line->medium.stood && tgp_lines_ui->put != NULL) {
        line->medium.stood = TRUE;
        stands_now (conv, line->id, &line->medium);
    }
    g_autofree char *sign =
        line->sign.own
            ? tgp_words_sign (own_of (line), line->sign.ttl, tgp_lines_ui->signs (conv))
        : line->sign.ttl > 0
            ? tgp_words_timer_sign (line->sign.ttl, tgp_lines_ui->signs (conv))
            : g_strdup ("");
    PurpleAccount *account = purple_conversation_get_account (conv);
    g_autofree char *text =
        tgp_words_numbered (tgp_lines_numbered (account) ? line->sign.number : 0, sign);
    tgp_lines_ui->sign (conv, line, tgp_lines_of (conv, TRUE)->all, text);
}

/* Of what the client forgot there is no word: its line stands before one of which there is. */
static void
mark_read_before (PurpleConversation *conv, const TgpLine *read)
{
    GPtrArray *all = tgp_lines_all (conv);
    unsigned i = all->len;

    while (i > 0 && g_ptr_array_index (all, i - 1) != read)
        i--;
    for (i = i > 0 ? i - 1 : 0; i > 0; i--) {
        TgpLine *line = g_ptr_array_index (all, i - 1);
        if (!line->sign.own || own_of (line) == TALK_OWN_WAITING)
            continue;
        if (own_of (line) == TALK_OWN_READ)
            break;
        set_own (line, 0, TALK_OWN_READ);
        tgp_lines_drawn (conv, line);
    }
}

void
tgp_lines_mark (PurpleConversation *conv, int64_t id, TalkOwn own)
{
    TgpLine *line = tgp_lines_find (conv, id);

    if (line == NULL || !line->sign.own)
        return;
    TalkOwn before = own_of (line);
    set_own (line, id, own);
    if (own_of (line) == before)
        return;
    tgp_lines_drawn (conv, line);
    if (own_of (line) == TALK_OWN_READ)
        mark_read_before (conv, line);
}

void
tgp_lines_set_timer (PurpleConversation *conv, int64_t id, int32_t ttl)
{
    TgpLine *line = tgp_lines_find (conv, id);

    if (line == NULL || line->sign.ttl == ttl)
        return;
    line->sign.ttl = ttl;
    tgp_lines_drawn (conv, line);
}

void
tgp_lines_unmark (PurpleConversation *conv, int64_t id)
{
    TgpLine *line = tgp_lines_find (conv, id);

    if (line == NULL)
        return;
    line->sign = (TgpSign){ 0 };
    tgp_lines_drawn (conv, line);
}

void
tgp_lines_each_unread (PurpleConversation *conv, TgpLinesUnreadFunc *func, void *user)
{
    GPtrArray *all = tgp_lines_all (conv);
    g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (int64_t));

    for (unsigned i = 0; all != NULL && i < all->len; i++) {
        const TgpLine *line = g_ptr_array_index (all, i);
        if (!line->sign.own || own_of (line) == TALK_OWN_READ)
            continue;
        g_array_append_val (ids, line->id);
        for (unsigned k = 0; line->others != NULL && k < line->others->len; k++)
            g_array_append_val (ids, g_array_index (line->others, TgpPart, k).id);
    }
    for (unsigned i = 0; i < ids->len; i++)
        func (conv, g_array_index (ids, int64_t, i), user);
}

GPtrArray *
tgp_lines_all (PurpleConversation *conv)
{
    TgpLines *lines = tgp_lines_of (conv, FALSE);

    return lines != NULL ? lines->all : NULL;
}

TgpLine *
tgp_lines_of_message (PurpleConversation *conv, const void *message)
{
    GPtrArray *all = tgp_lines_all (conv);

    for (unsigned i = all != NULL ? all->len : 0; i > 0; i--) {
        TgpLine *line = g_ptr_array_index (all, i - 1);
        if (line->message == message)
            return line;
    }
    return NULL;
}

char *
tgp_lines_tip (PurpleConversation *conv, const TgpLine *line)
{
    return tip_of (conv, line->id);
}

/* --- more signals --- */

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
    gboolean lives = g_list_find (purple_get_conversations (), conv) != NULL;
    TgpLine *line = lives ? tgp_lines_current (conv) : NULL;
    if (line == NULL)
        return;
    GList *history = purple_conversation_get_message_history (conv);
    line->message = history != NULL ? history->data : NULL;
    if (tgp_lines_ui != NULL && tgp_lines_ui->after != NULL)
        tgp_lines_ui->after (conv, line);
    if (tgp_lines_ui != NULL &&
        (tgp_lines_ui->drawn == NULL || tgp_lines_ui->drawn (conv, line)))
        tgp_lines_drawn (conv, line);
    current.writing = FALSE;
    current.wrote = TRUE;
    if (current.foreign) {
        int64_t id = line->id;
        end_foreign ();
        foreign_written (conv, id, message);
    }
}

/* The line that is being written goes with its window, within its own signals. */
static void
let_go (const TgpLines *lines, Current *what)
{
    if (what->line == NULL || !g_ptr_array_find (lines->all, what->line, NULL))
        return;
    what->line = NULL;
    what->writing = what->wrote = FALSE;
}

static void
forget_lines (PurpleConversation *conv)
{
    TgpLines *lines = tgp_lines_of (conv, FALSE);

    if (lines == NULL)
        return;
    let_go (lines, &current);
    let_go (lines, &outer);
    g_hash_table_remove (conversations, conv);
}

static void
forget (PurpleConversation *conv)
{
    TgpLines *lines = tgp_lines_of (conv, FALSE);

    for (unsigned i = 0; lines != NULL && i < lines->all->len; i++)
        if (tgp_lines_ui != NULL && tgp_lines_ui->forget != NULL)
            tgp_lines_ui->forget (conv, g_ptr_array_index (lines->all, i));
    forget_lines (conv);
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
        forget_lines (conv);
    else
        forget (conv);
}

void
tgp_lines_connect (TgpLinesFind *find, TgpLinesForeignFunc *foreign, TgpLinesTipFunc *tip,
                   TgpLinesStandsFunc *stands)
{
    void *conversations_handle = purple_conversations_get_handle ();

    if (connected)
        return;
    connected = TRUE;
    conversations = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)lines_free);
    tgp_lines_ui = find != NULL ? find (&handle) : NULL;
    foreign_written = foreign;
    tip_of = tip;
    stands_now = stands;
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
    if (connected && tgp_lines_ui != NULL && tgp_lines_ui->disconnect != NULL)
        tgp_lines_ui->disconnect ();
    purple_signals_disconnect_by_handle (&handle);
    g_clear_pointer (&conversations, g_hash_table_unref);
    connected = FALSE;
}

gboolean
tgp_lines_can_leave (void)
{
    return tgp_lines_ui != NULL;
}

const TgpLinesUi *
tgp_lines_history (int *unused)
{
    static const TgpLinesUi none = { NULL };

    return &none;
}

/* --- lines that stand --- */

gboolean
tgp_lines_has (PurpleConversation *conv, int64_t id)
{
    return tgp_lines_find (conv, id) != NULL;
}

gboolean
tgp_lines_rename (PurpleConversation *conv, int64_t id, const int64_t *ids, size_t n)
{
    TgpLine *line = tgp_lines_find (conv, id);

    if (line == NULL || n == 0)
        return FALSE;
    index_line (tgp_lines_of (conv, FALSE), line, forget_id);
    line->id = ids[0];
    if (line->others != NULL)
        g_array_unref (line->others);
    line->others = g_array_new (FALSE, FALSE, sizeof (TgpPart));
    for (size_t i = 1; i < n; i++) {
        TgpPart part = { ids[i], TALK_OWN_WAITING };
        g_array_append_val (line->others, part);
    }
    index_line (tgp_lines_of (conv, FALSE), line, index_id);
    return TRUE;
}

char *
tgp_lines_text (PurpleConversation *conv, int64_t id)
{
    const TgpLine *line = tgp_lines_find (conv, id);

    if (line == NULL || line->message == NULL ||
        g_list_find (conv->message_history, line->message) == NULL)
        return NULL;
    char *text = tgp_text_plain (line->message->what);
    const char *own = line->answers ? strchr (text, '\n') : NULL;
    if (own == NULL)
        return text;
    memmove (text, own + 1, strlen (own));
    return g_strchug (text); /* further lines may be indented */
}

void
tgp_lines_logging_off (PurpleConversation *conv)
{
    if (tgp_lines_ui != NULL && tgp_lines_ui->logging_off != NULL)
        tgp_lines_ui->logging_off (conv);
}
