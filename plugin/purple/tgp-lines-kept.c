/* Which lines of a conversation are known, and of which messages they are. */
#include "tgp-lines-private.h"

#include "talk-id.h"
#include "tgp-clock.h"
#include "tgp-text.h"

#include <gmodule.h>

#define KEPT 4096 /* lines of a conversation whose front end draws them, and 64 more */

const TgpLinesUi *tgp_lines_ui;
TgpLinesStandsFunc *tgp_lines_stands;
static GHashTable *conversations; /* PurpleConversation -> TgpLines */

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
lines_free (TgpLines *lines)
{
    g_hash_table_unref (lines->by_id);
    g_ptr_array_unref (lines->all);
    g_free (lines);
}

void
tgp_lines_keep (gboolean on)
{
    g_clear_pointer (&conversations, g_hash_table_unref);
    if (on)
        conversations =
            g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)lines_free);
}

void
tgp_lines_forgotten (PurpleConversation *conv)
{
    g_hash_table_remove (conversations, conv);
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

void
tgp_lines_add (PurpleConversation *conv, TgpLine *line)
{
    TgpLines *lines = tgp_lines_of (conv, TRUE);

    g_ptr_array_add (lines->all, line);
    lines->repeats |= line->about != 0;
    index_line (lines, line, index_id);
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

TgpLines *
tgp_lines_with (TgpLine *line, PurpleConversation **conv)
{
    GHashTableIter iter;
    gpointer key, lines;

    g_hash_table_iter_init (&iter, conversations);
    while (g_hash_table_iter_next (&iter, &key, &lines))
        if (g_ptr_array_find (((TgpLines *)lines)->all, line, NULL)) {
            *conv = key;
            return lines;
        }
    return NULL;
}

int64_t
tgp_lines_local (void)
{
    /* the other side chooses its messages' ids: none that it could know */
    return (int64_t)((uint64_t)g_random_int () << 32 | g_random_int ());
}

GPtrArray *
tgp_lines_all (PurpleConversation *conv)
{
    TgpLines *lines = tgp_lines_of (conv, FALSE);

    return lines != NULL ? lines->all : NULL;
}

GPtrArray *
tgp_lines_media (PurpleConversation *conv)
{
    TgpLines *lines = tgp_lines_of (conv, FALSE);

    return lines != NULL && lines->media ? lines->all : NULL;
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

/* --- what goes --- */

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

/* A line is where the last of its messages is. */
TalkOwn
tgp_lines_own (const TgpLine *line)
{
    TalkOwn own = line->sign.state;

    for (unsigned i = 0; line->others != NULL && i < line->others->len; i++)
        own = MIN (own, g_array_index (line->others, TgpPart, i).state);
    return own;
}

void
tgp_lines_bound (PurpleConversation *conv)
{
    TgpLines *lines = tgp_lines_of (conv, FALSE);

    if (lines == NULL || lines->all->len <= KEPT + 64)
        return;
    for (unsigned i = 0; lines->all->len > KEPT && i + 1 < lines->all->len;) {
        TgpLine *line = g_ptr_array_index (lines->all, i);
        if (line->timer != 0 ||
            (line->sign.own && tgp_lines_own (line) == TALK_OWN_WAITING)) {
            i++;
            continue;
        }
        tgp_lines_drop (lines, line);
        lines->forgot = TRUE;
    }
}
