/* Own texts that did not go: a line says "Not sent", with the text (DECISIONS 25).
 *
 * What nobody could be told waits here until the chat is opened, and in the store, over
 * the program's end, until its line stands. */
#include "tgp-unsent.h"

#include "tgp-conv.h"
#include "tgp-frontend.h"
#include "tgp-lines.h"
#include "tgp-secret-buddy.h"
#include "tgp-text.h"
#include "tgp-words-media.h"
#include "tgp-words-message.h"

#include <string.h>

typedef struct {
    PurpleAccount *account;
    int32_t chat_id;
    GArray *ids;   /* of its parts, if it got any; or of what is kept in the store */
    int64_t first; /* id of the whole text's first part, 0 = it is no part */
    unsigned part; /* the last one that is in here */
    char *token;   /* why: as the store knows it ... */
    char *reason;  /* ... and as a sentence */
    char *text;
    TalkSpans *spans; /* how it looks */
    int64_t line;     /* the line that says so; 0: there was no window */
    gboolean lost;    /* by the store: said once more when that is well again */
    gboolean follows; /* what becomes of the text's later parts is not known yet */
} Unsent;

static int handle;
static gboolean connected;
static GList *unsent;
static unsigned opened_timer;

static void
unsent_free (Unsent *item)
{
    g_array_unref (item->ids);
    g_free (item->token);
    g_free (item->reason);
    tgp_text_wipe (item->text);
    talk_spans_unref (item->spans);
    g_free (item);
}

/* --- its line --- */

static const int64_t *
ids_of (const Unsent *item)
{
    return (const int64_t *)(void *)item->ids->data;
}

/* A line's handlers may close its window, and with it go those that were said there; or end the
 * account. */
static gboolean
is_unsent (const Unsent *item)
{
    return g_list_find (unsent, item) != NULL;
}

/* Until it stands the store has it; what was refused there is there already. */
static void
keep_unsent (TgpAccount *tgp, Unsent *item)
{
    int64_t id;

    if (item->ids->len > 0 &&
        tg_secret_has_own (tgp->client, item->chat_id, ids_of (item)[0]))
        return;
    TalkTyped typed = { .text = item->text, .spans = item->spans };
    if (tg_secret_keep (tgp->client, item->chat_id, &typed, item->token, &id) !=
        TALK_DONE)
        return; /* tried again when the account comes back */
    g_array_set_size (item->ids, 0);
    g_array_append_val (item->ids, id);
}

/* If it stands, nothing is kept for another start. */
static void
write_unsent (TgpAccount *tgp, PurpleConversation *conv, Unsent *item)
{
    g_autoptr (GArray) ids = g_array_ref (item->ids);
    int64_t id = ids->len > 0 ? ids_of (item)[0] : tgp_lines_local ();
    int32_t chat_id = item->chat_id;

    tgp_lines_begin (conv, id);
    if (*item->text != '\0')
        tgp_notice_looks (conv, item->reason, item->text, item->spans);
    else
        tgp_notice (conv, item->reason);
    tgp_lines_end ();
    if (!is_unsent (item))
        return;
    gboolean open = tgp_conv_lives (conv), stands = open && tgp_lines_has (conv, id);
    gboolean handed_on = open && tgp_frontend ()->windowless; /* nothing is heard of it */
    gboolean online = tgp_lives (tgp);
    if (online && !stands && !handed_on) /* closed, or swallowed */
        keep_unsent (tgp, item);
    if (stands ||
        handed_on) /* else the next window tries again, or the account's next start */
        item->line = id;
    if (online && item->line != 0 && ids->len > 0)
        tg_secret_told (tgp->client, chat_id, (const int64_t *)(void *)ids->data,
                        ids->len);
}

/* Says that this was not sent, if there is a window; else the entry says that something
 * waits. */
static void
show_unsent (TgpAccount *tgp, Unsent *item)
{
    gboolean make = tgp_frontend ()->windowless; /* a line needs none to be seen */
    int32_t chat_id = item->chat_id;
    PurpleConversation *conv = tgp_secret_conversation (tgp, item->chat_id, make);
    TalkSecret info;

    if (conv != NULL)
        write_unsent (tgp, conv, item);
    else
        keep_unsent (tgp, item);
    if (!tgp_lives (tgp))
        return;
    if (conv == NULL && tgp_has_info (tgp, chat_id, &info))
        tgp_secret_make (tgp, &info);
    else
        tgp_secret_refresh (tgp, chat_id);
}

static gboolean
is_said (const Unsent *item)
{
    return item->line != 0 && !item->lost;
}

/* What was said and need not be said again is forgotten; `conv` is going: also what more
 * might have come to. */
static void
forget_said (PurpleConversation *conv)
{
    int64_t id;

    for (GList *l = unsent, *next; l != NULL; l = next) {
        Unsent *item = l->data;
        gboolean goes = conv != NULL &&
                        purple_conversation_get_account (conv) == item->account &&
                        tgp_name_parse (purple_conversation_get_name (conv), &id) ==
                            TGP_NAME_SECRET &&
                        id == item->chat_id;
        next = l->next;
        if (is_said (item) && (goes || !item->follows)) {
            unsent_free (item);
            unsent = g_list_delete_link (unsent, l);
        }
    }
}

/* --- what it is of --- */

static gboolean
was_declined (TgpAccount *tgp, int32_t chat_id)
{
    TalkSecret info;

    return tgp_has_info (tgp, chat_id, &info) && info.closed == TALK_CLOSED_DECLINED;
}

static char *
reason_of (TgpAccount *tgp, int32_t chat_id, const TalkFailed *failed)
{
    if (failed->why == TALK_UNSENT_CLOSED && failed->file == TALK_SEND_NONE &&
        was_declined (tgp, chat_id))
        return g_strdup (tgp_words_declined_unsent ());
    if (failed->file != TALK_SEND_NONE)
        return tgp_words_file_not_sent (failed->content, failed->name, failed->file);
    return g_strdup (g_str_equal (failed->token, TGP_NOT_STORED) ? tgp_words_not_stored ()
                     : g_str_equal (failed->token, TGP_NOT_TAKEN)
                         ? tgp_words_not_sent (TALK_NOTHING)
                         : tgp_words_server_refused (failed->why));
}

/* Takes `reason`. */
static Unsent *
add_unsent (TgpAccount *tgp, int32_t chat_id, const int64_t *ids, size_t n,
            const char *token, char *reason, const char *text, const TalkSpans *spans)
{
    PurpleConversation *conv = tgp_secret_conversation (tgp, chat_id, FALSE);
    Unsent *item = g_new0 (Unsent, 1);

    for (size_t i = 0; conv != NULL && i < n; i++)
        tgp_lines_remove (conv, ids[i]); /* it stood as sent */
    item->account = tgp->account;
    item->chat_id = chat_id;
    item->ids = g_array_new (FALSE, FALSE, sizeof (int64_t));
    if (n > 0)
        g_array_append_vals (item->ids, ids, (unsigned)n);
    item->token = g_strdup (token);
    item->reason = reason;
    item->text = g_strdup (text);
    item->spans = talk_spans_ref (spans);
    unsent = g_list_append (unsent, item);
    return item;
}

/* Of two texts, one `by` bytes behind the other's begin. */
static TalkSpans *
join_spans (const TalkSpans *one, const TalkSpans *other, size_t by)
{
    g_autoptr (TalkSpans) moved = talk_spans_moved (other, by);
    g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (TalkSpan));

    if (one != NULL)
        g_array_append_vals (all, one->all, one->n);
    if (moved != NULL)
        g_array_append_vals (all, moved->all, moved->n);
    return talk_spans_new ((const TalkSpan *)(void *)all->data, all->len);
}

/* The server refuses one part of a long text after the other: one line says it of all. */
static void
join_unsent (TgpAccount *tgp, Unsent *item, const TalkFailed *failed, const char *text)
{
    PurpleConversation *conv = tgp_secret_conversation (tgp, item->chat_id, FALSE);
    const char *between = failed->part == item->part + 1 ? "" : "\n"; /* another went */
    char *joined = g_strconcat (item->text, between, text, NULL);
    TalkSpans *spans =
        join_spans (item->spans, failed->spans, strlen (item->text) + strlen (between));

    if (conv != NULL && item->line != 0)
        tgp_lines_remove (conv, item->line);
    if (conv != NULL)
        tgp_lines_remove (conv, failed->id);
    g_array_append_val (item->ids, failed->id);
    g_free (item->token);
    g_free (item->reason);
    item->token = g_strdup (failed->token);
    item->reason = reason_of (tgp, item->chat_id, failed);
    tgp_text_wipe (item->text);
    talk_spans_unref (item->spans);
    item->text = joined;
    item->spans = spans;
    item->part = failed->part;
    item->follows = failed->follows;
    item->line = 0;
}

/* The same message, or an earlier part of the same text. */
static Unsent *
find_unsent (TgpAccount *tgp, int32_t chat_id, const TalkFailed *failed)
{
    for (GList *l = unsent; l != NULL; l = l->next) {
        Unsent *item = l->data;
        if (item->account == tgp->account && item->chat_id == chat_id &&
            (tgp_has_id (item->ids, failed->id) || item->first == failed->first))
            return item;
    }
    return NULL;
}

void
tgp_unsent_refused (TgpAccount *tgp, int32_t chat_id, const char *reason,
                    const TalkTyped *typed, int64_t kept)
{
    Unsent *item = add_unsent (tgp, chat_id, &kept, kept != 0 ? 1 : 0, TGP_NOT_TAKEN,
                               g_strdup (reason), typed->text, typed->spans);

    show_unsent (tgp, item);
    forget_said (NULL);
}

void
tgp_unsent_lost (TgpAccount *tgp, int32_t chat_id, const int64_t *ids, size_t n,
                 const TalkTyped *typed, gboolean again)
{
    Unsent *item =
        add_unsent (tgp, chat_id, ids, n, TGP_NOT_STORED,
                    g_strdup (tgp_words_not_stored ()), typed->text, typed->spans);

    item->lost = again;
    show_unsent (tgp, item);
}

void
tgp_unsent_failed (TgpAccount *tgp, int32_t chat_id, const TalkFailed *failed)
{
    PurpleConversation *conv = tgp_secret_conversation (tgp, chat_id, FALSE);
    g_autofree char *stood =
        *failed->text == '\0' && conv != NULL ? tgp_lines_text (conv, failed->id) : NULL;
    const char *text = stood != NULL ? stood : failed->text;
    Unsent *item = find_unsent (tgp, chat_id, failed);

    g_debug ("[chat %d] a message is refused: %s", chat_id, failed->token);
    if (item == NULL) {
        item = add_unsent (
            tgp, chat_id, &failed->id, 1, failed->token, reason_of (tgp, chat_id, failed),
            failed->file != TALK_SEND_NONE ? failed->text : text, failed->spans);
        item->first = failed->first;
        item->part = failed->part;
        item->follows = failed->follows;
    } else if (!tgp_has_id (item->ids, failed->id)) {
        join_unsent (tgp, item, failed, text);
    } else if (conv != NULL && item->line != 0) {
        tgp_lines_remove (conv, item->line); /* that it stood was not stored */
    }
    show_unsent (tgp, item);
    forget_said (NULL);
    tgp_text_wipe (g_steal_pointer (&stood));
}

void
tgp_unsent_flushed (TgpAccount *tgp, int32_t chat_id)
{
    for (GList *l = unsent, *next; l != NULL; l = next) {
        Unsent *item = l->data;
        next = l->next;
        if (item->account == tgp->account && item->chat_id == chat_id) {
            unsent_free (item);
            unsent = g_list_delete_link (unsent, l);
        }
    }
}

/* --- later --- */

static void
settle (TgpAccount *tgp, int32_t chat_id, gboolean well_again)
{
    g_autoptr (GList) all = g_list_copy (unsent);
    unsigned stand = 0;

    for (GList *l = all; l != NULL && tgp_lives (tgp); l = l->next) {
        Unsent *item = l->data;
        if (!is_unsent (item) || item->account != tgp->account ||
            item->chat_id != chat_id)
            continue;
        PurpleConversation *conv = tgp_secret_conversation (tgp, chat_id, FALSE);
        gboolean stands =
            conv != NULL && item->line != 0 && tgp_lines_has (conv, item->line);
        if (well_again)
            item->lost = FALSE;
        if (stands && well_again)
            stand++;
        else if (!stands)
            item->line = 0;
        if (item->line == 0)
            show_unsent (tgp, item);
    }
    if (stand > 0 && tgp_lives (tgp)) {
        g_autofree char *text = tgp_words_stand_above (stand);
        tgp_secret_write (tgp, chat_id, FALSE, text);
    }
    forget_said (NULL);
}

void
tgp_unsent_settle (TgpAccount *tgp, int32_t chat_id)
{
    settle (tgp, chat_id, TRUE);
}

unsigned
tgp_unsent_waiting (PurpleAccount *account, int32_t chat_id)
{
    unsigned n = 0;

    for (GList *l = unsent; l != NULL; l = l->next) {
        const Unsent *item = l->data;
        n += item->account == account && item->chat_id == chat_id && item->line == 0;
    }
    return n;
}

/* Windows were opened; not inside the signal, when they are not whole (FRONTENDS 0.2). */
static gboolean
opened_cb (gpointer data)
{
    g_autoptr (GList) all = tgp_conv_all ();

    opened_timer = 0;
    for (GList *l = all; l != NULL; l = l->next) {
        PurpleConversation *conv = l->data;
        if (!tgp_conv_lives (conv))
            continue;
        TgpAccount *tgp = tgp_conv_account (conv);
        TalkPeer peer = tgp_conv_peer (conv);
        if (tgp != NULL && peer.kind == TALK_PEER_SECRET &&
            tgp_unsent_waiting (tgp->account, (int32_t)peer.id) > 0)
            settle (tgp, (int32_t)peer.id, FALSE);
    }
    return FALSE;
}

/* What was said in a window goes with it. */
static void
deleting_cb (PurpleConversation *conv, void *data)
{
    forget_said (conv);
}

static void
created_cb (PurpleConversation *conv, void *data)
{
    if (unsent != NULL && opened_timer == 0)
        opened_timer = purple_timeout_add (0, opened_cb, NULL);
}

/* Nothing of an account that is gone is kept. */
static void
destroying_cb (PurpleAccount *account, void *data)
{
    for (GList *l = unsent, *next; l != NULL; l = next) {
        next = l->next;
        if (((Unsent *)l->data)->account == account) {
            unsent_free (l->data);
            unsent = g_list_delete_link (unsent, l);
        }
    }
}

void
tgp_unsent_connect (void)
{
    if (connected)
        return;
    connected = TRUE;
    purple_signal_connect (purple_conversations_get_handle (), "conversation-created",
                           &handle, PURPLE_CALLBACK (created_cb), NULL);
    purple_signal_connect (purple_conversations_get_handle (), "deleting-conversation",
                           &handle, PURPLE_CALLBACK (deleting_cb), NULL);
    purple_signal_connect (purple_accounts_get_handle (), "account-destroying", &handle,
                           PURPLE_CALLBACK (destroying_cb), NULL);
}

void
tgp_unsent_disconnect (void)
{
    purple_signals_disconnect_by_handle (&handle);
    connected = FALSE;
    if (opened_timer != 0)
        purple_timeout_remove (opened_timer);
    opened_timer = 0;
    g_list_free_full (g_steal_pointer (&unsent), (GDestroyNotify)unsent_free);
}
