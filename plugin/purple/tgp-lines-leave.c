/* How a message leaves the front end: by tgp_lines_remove(), whoever ended it. */
#include "tgp-lines-private.h"

#include "tgp-begins.h"
#include "tgp-clock.h"
#include "tgp-text.h"
#include "tgp-words.h"

#include <string.h>

/* What stands below, where the line answers something; further lines may be indented. */
static const char *
below (const TgpLine *line, const char *text)
{
    const char *own = line->answers ? strchr (text, '\n') : NULL;

    return own != NULL ? own + 1 + strspn (own + 1, " ") : text;
}

gboolean
tgp_lines_typed_it (const TgpLine *line, const char *text, const char *entry)
{
    if (tgp_begins_named (entry, below (line, text)))
        return TRUE;
    if (line->message == NULL || (line->message->flags & PURPLE_MESSAGE_SEND) == 0)
        return FALSE;
    if (line->typed != 0 && tgp_lines_hash (entry) == line->typed)
        return TRUE;
    return *entry == '/' ? g_str_has_suffix (entry, text) : g_str_equal (entry, text);
}

static void
leave_entry (PurpleConversation *conv, const TgpLine *line)
{
    if (tgp_lines_ui == NULL || tgp_lines_ui->wipe_entry == NULL || line->message == NULL)
        return;
    char *text = tgp_text_plain (line->message->what);
    tgp_lines_ui->wipe_entry (conv, line, text);
    tgp_text_wipe (text);
}

typedef enum { NO_LINE, LEFT, STAYS } Removal;

/* The last of the lines that show this message, from wherever it stands. */
static Removal
remove_one (PurpleConversation *conv, int64_t id)
{
    TgpLines *lines = tgp_lines_of (conv, FALSE);
    GPtrArray *same = lines != NULL ? g_hash_table_lookup (lines->by_id, &id) : NULL;
    TgpLine *line = same != NULL ? g_ptr_array_index (same, same->len - 1) : NULL;

    if (line == NULL)
        return NO_LINE;
    leave_entry (conv, line);
    gboolean removed =
        tgp_lines_ui != NULL &&
        (tgp_lines_ui->remove == NULL || tgp_lines_ui->remove (conv, line, lines->all));
    g_debug ("[lines] a line leaves the window: %s", removed ? "yes" : "no");
    if (line->message != NULL)
        tgp_lines_unlink (conv, line->message);
    tgp_lines_drop (lines, line);
    return removed ? LEFT : STAYS;
}

/* The quote's place in markup, up to the first line's end where it does not stand as it was
 * written; FALSE: it has none. */
static gboolean
find_quote (const char *what, const char *quote, const char **start, const char **end)
{
    g_autofree char *escaped = g_markup_escape_text (quote, -1);

    *start = strstr (what, escaped);
    *end = *start != NULL ? *start + strlen (escaped) : NULL;
    if (*start == NULL && (*start = strstr (what, TGP_ANSWERS)) != NULL)
        *end = strstr (*start, "<BR>");
    return *end != NULL;
}

static void
unquote_message (PurpleConvMessage *message, const char *quote)
{
    g_autofree char *instead = g_markup_escape_text (tgp_words_earlier (), -1);
    const char *start, *end;

    if (!find_quote (message->what, quote, &start, &end))
        return;
    g_autofree char *head = g_strndup (message->what, (size_t)(start - message->what));
    char *what = g_strconcat (head, instead, end, NULL);
    tgp_text_wipe (message->what);
    message->what = what;
}

/* Quotes of that message in other lines; one that cannot be taken out takes its line along,
 * so that these two call each other. */
static gboolean
unquote (PurpleConversation *conv, int64_t id)
{
    GPtrArray *all = tgp_lines_all (conv);
    gboolean gone = TRUE;

    for (unsigned i = all != NULL ? all->len : 0; i > 0; i--) {
        TgpLine *line = g_ptr_array_index (all, i - 1);
        if (line->quoted == 0 || line->quoted != id)
            continue;
        gboolean out = tgp_lines_ui != NULL && line->quote != NULL &&
                       (tgp_lines_ui->unquote == NULL ||
                        tgp_lines_ui->unquote (conv, line, tgp_words_earlier ()));
        if (line->message != NULL && line->quote != NULL)
            unquote_message (line->message, line->quote);
        g_clear_pointer (&line->quote, tgp_text_wipe);
        line->quoted = 0;
        gone &= out || (tgp_lines_ui != NULL && tgp_lines_remove (conv, line->id));
        i = MIN (i, all->len + 1);
    }
    return gone;
}

/* A line that repeats something of this message, 0 = there is none. */
static int64_t
find_about (PurpleConversation *conv, int64_t id)
{
    const TgpLines *lines = tgp_lines_of (conv, FALSE);

    for (unsigned i = 0; lines != NULL && lines->repeats && i < lines->all->len; i++) {
        const TgpLine *line = g_ptr_array_index (lines->all, i);
        if (line->about == id)
            return line->id;
    }
    return 0;
}

gboolean
tgp_lines_remove (PurpleConversation *conv, int64_t id)
{
    const TgpLines *lines = tgp_lines_of (conv, FALSE);
    gboolean gone = lines == NULL || !lines->forgot || tgp_lines_has (conv, id);
    int64_t about;

    for (Removal one; (one = remove_one (conv, id)) != NO_LINE;)
        gone &= one == LEFT; /* a long message has several lines */
    while (id != 0 && (about = find_about (conv, id)) != 0)
        gone &= remove_one (conv, about) == LEFT;
    return unquote (conv, id) && gone;
}

gboolean
tgp_lines_remove_all (PurpleConversation *conv)
{
    TgpLines *lines;
    gboolean gone = TRUE;

    while ((lines = tgp_lines_of (conv, FALSE)) != NULL && lines->all->len > 0) {
        TgpLine *last = g_ptr_array_index (lines->all, lines->all->len - 1);
        gone &= tgp_lines_remove (conv, last->id);
    }
    if (lines != NULL) { /* and those of which nothing is known */
        gone &= !lines->forgot;
        lines->forgot = FALSE;
    }
    return gone;
}

typedef struct {
    PurpleConversation *conv; /* dies with its lines, and these with their timers */
    int64_t id;
} Later;

static void
later_cb (void *data)
{
    Later *later = data;
    TgpLine *line = tgp_lines_find (later->conv, later->id);

    if (line != NULL) {
        PurpleConversation *conv = later->conv; /* goes with the line */
        line->timer = 0;                        /* this one */
        if (!tgp_lines_remove (conv, later->id))
            purple_conversation_write (conv, NULL, tgp_words_line_stays (),
                                       PURPLE_MESSAGE_SYSTEM | PURPLE_MESSAGE_NO_LOG,
                                       time (NULL));
    }
}

void
tgp_lines_remove_later (PurpleConversation *conv, int64_t id, int64_t left)
{
    TgpLine *line = tgp_lines_find (conv, id);

    if (line == NULL)
        return;
    if (line->timer != 0)
        tgp_clock_remove (line->timer);
    g_free (line->later);
    Later *later = line->later = g_new (Later, 1);
    *later = (Later){ conv, id };
    line->timer = tgp_clock_add (MAX (left, 1), later_cb, later);
}
