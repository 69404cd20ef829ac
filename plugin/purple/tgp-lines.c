/* The line that is being written, and what libpurple says of it: the same in every front end. */
#include "tgp-lines-private.h"

#include "tgp-account.h"
#include "tgp-text.h"

#include <string.h>

static int handle;
static gboolean connected;
static TgpLinesForeignFunc *foreign_written;
static TgpLinesTipFunc *tip_of;
gboolean tgp_lines_redrawing;

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
current_clear (Current *what)
{
    g_free (what->name);
    tgp_text_wipe (what->quote);
    g_clear_pointer (&what->medium.thumb, g_bytes_unref);
    memset (what, 0, sizeof *what);
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
        tgp_lines_add (conv, current.line);
    }
    return current.line;
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
    PurpleConversation *conv;
    TgpLines *lines = current.line != NULL ? tgp_lines_with (current.line, &conv) : NULL;

    if (lines == NULL)
        return;
    if (tgp_lines_ui != NULL && tgp_lines_ui->forget != NULL)
        tgp_lines_ui->forget (conv, current.line);
    tgp_lines_drop (lines, current.line);
    current.line = NULL;
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
        tgp_lines_bound (conv);
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
    tgp_lines_forgotten (conv);
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
    tgp_lines_keep (TRUE);
    tgp_lines_ui = find != NULL ? find (&handle) : NULL;
    foreign_written = foreign;
    tip_of = tip;
    tgp_lines_stands = stands;
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
    tgp_lines_keep (FALSE);
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

void
tgp_lines_logging_off (PurpleConversation *conv)
{
    if (tgp_lines_ui != NULL && tgp_lines_ui->logging_off != NULL)
        tgp_lines_ui->logging_off (conv);
}
