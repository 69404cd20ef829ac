/* Incoming messages: lines, their windows, and who looks at them. */
#include "tgp-seen.h"

#include "tgp-frontend.h"
#include "tgp-lines.h"
#include "tgp-request.h"
#include "tgp-rest.h"
#include "tgp-send.h"

#include <string.h>

#define CHECK_DELAY 150 /* ms after the last event, when focus has settled */
#define IDLE_MAX 60     /* s without a key: nobody is looking */
#define IDLE_AGAIN 2000 /* ms */
#define QUOTE_MAX 60    /* characters */

struct TgpSeen {
    TgpAccount *tgp;
    GHashTable *standing; /* chat id -> GArray of message ids: lines, not seen */
    GHashTable *opened;   /* chat ids: a window came, what waits is not yet in it */
    GHashTable *blocked;  /* chat ids of which something was held back */
    GHashTable *deleted;  /* chat id -> how many unseen ones went while it was blocked */
    GHashTable *counted;  /* chat id -> how many were said to wait */
    GHashTable *greeted;  /* chat ids: "2 unread" was said at the login */
    int64_t growing;      /* the message whose parts are being shown; 0 = none */
    int32_t showing;      /* chat id, or 0 */
    TgpRest *rest;        /* lines that are to follow */
    unsigned check_timer, open_timer;
    gboolean privacy; /* somebody was blocked, or is not any more */
    unsigned erased;  /* unseen messages that went with the login */
};

static int handle;
static gboolean connected;

static gboolean show_waiting (TgpAccount *tgp, int32_t chat_id, gboolean only_again,
                              gboolean at_once);

/* --- words ---------------------------------------------------------------------------
 */

/* What stands for a message that is no text. */
static const char *
content_label (TgContent content)
{
    switch (content) {
    case TG_CONTENT_TEXT:
        return NULL;
    case TG_CONTENT_PHOTO:
        return _ ("photo");
    case TG_CONTENT_VIDEO:
        return _ ("video");
    case TG_CONTENT_AUDIO:
        return _ ("audio");
    case TG_CONTENT_VOICE:
        return _ ("voice message");
    case TG_CONTENT_FILE:
        return _ ("file");
    case TG_CONTENT_STICKER:
        return _ ("sticker");
    case TG_CONTENT_GEO:
    case TG_CONTENT_VENUE:
        return _ ("place");
    case TG_CONTENT_CONTACT:
        return _ ("contact");
    case TG_CONTENT_MISSING:
        return _ ("missing file");
    case TG_CONTENT_UNSUPPORTED:
        return _ ("unsupported message");
    }
    return _ ("unsupported message");
}

/* The beginning of what is answered, on one line; to be freed. */
static char *
quote_of (PurpleConversation *conv, const TgSecretMessage *message)
{
    g_autofree char *line = conv != NULL && !message->reply_timed
                                ? tgp_lines_text (conv, message->reply_to)
                                : NULL;
    const char *text = line != NULL ? line : message->reply_text;

    if (text == NULL || *text == '\0')
        return g_strdup (_ ("(earlier message)"));
    gboolean cut = g_utf8_strlen (text, -1) > QUOTE_MAX;
    g_autofree char *start =
        g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), QUOTE_MAX));
    return g_strconcat (g_strdelimit (start, "\n\t", ' '), cut ? "\u2026" : "", NULL);
}

static char *
message_text (PurpleConversation *conv, const TgSecretMessage *message)
{
    GString *text = g_string_new (NULL);
    const char *label = message->part == 0 ? content_label (message->content) : NULL;

    if (message->reply_to != 0) {
        g_autofree char *quote = quote_of (conv, message);
        g_string_append_printf (text, "> %s\n", quote);
    }
    if (label != NULL && message->detail != NULL)
        g_string_append_printf (text, "[%s: %s]", label, message->detail);
    else if (label != NULL)
        g_string_append_printf (text, "[%s]", label);
    if (label != NULL && *message->text != '\0')
        g_string_append_c (text, ' ');
    g_string_append (text, message->text);
    if (message->hidden > 0) {
        g_autofree char *more = g_strdup_printf (
            ngettext ("\u2026 %d character not shown", "\u2026 %d characters not shown",
                      (unsigned long)message->hidden),
            (int)message->hidden);
        g_string_append_printf (text, "\n%s", more);
    }
    return g_string_free (text, FALSE);
}

/* --- where lines stand ---------------------------------------------------------------
 */

gboolean
tgp_knows_focus (PurpleConversation *conv)
{
    static enum { MAYBE, YES, NO } known;
    PurpleConversationUiOps *ops =
        conv != NULL ? purple_conversation_get_ui_ops (conv) : NULL;

    if (ops != NULL)
        known = ops->has_focus != NULL ? YES : NO;
    return known == MAYBE ? g_strcmp0 (purple_core_get_ui (), "BitlBee") != 0
                          : known == YES;
}

static gboolean
stands (TgpAccount *tgp, int32_t chat_id, int64_t id)
{
    PurpleConversation *conv = tgp_secret_conversation (tgp, chat_id, FALSE);
    return conv != NULL && tgp_lines_has (conv, id);
}

static void
remember_standing (TgpAccount *tgp, int32_t chat_id, int64_t id)
{
    GHashTable *standing = tgp->seen->standing;
    if (tgp_rest_has (tgp->seen->rest, chat_id, id))
        return; /* not all of it, yet */
    GArray *ids = g_hash_table_lookup (standing, GINT_TO_POINTER (chat_id));

    if (ids == NULL) {
        ids = g_array_new (FALSE, FALSE, sizeof (int64_t));
        g_hash_table_insert (standing, GINT_TO_POINTER (chat_id), ids);
    }
    for (unsigned i = 0; i < ids->len; i++)
        if (g_array_index (ids, int64_t, i) == id)
            return;
    g_array_append_val (ids, id);
}

/* --- showing -------------------------------------------------------------------------
 */

/* BitlBee hands lines on to somebody who keeps them: the second time is the last. */
static gboolean
is_last_time (TgpAccount *tgp, int32_t chat_id, const TgSecretMessage *message)
{
    return message->again &&
           !tgp_knows_focus (tgp_secret_conversation (tgp, chat_id, FALSE));
}

/* "Alice: 2 unread", before the first that is shown again. */
static void
greet (TgpAccount *tgp, int32_t chat_id)
{
    g_autoptr (GArray) waiting = tg_secret_waiting (tgp->client, chat_id);
    TgSecretInfo info;

    if (waiting == NULL || waiting->len == 0 || !tgp_has_info (tgp, chat_id, &info) ||
        !g_hash_table_add (tgp->seen->greeted, GINT_TO_POINTER (chat_id)))
        return;
    g_autofree char *who = tgp_person_in_sentence (tgp, info.user_id);
    g_autofree char *text = g_strdup_printf (
        ngettext ("%s: %u unread", "%s: %u unread", waiting->len), who, waiting->len);
    tgp_secret_write (tgp, chat_id, TRUE, text);
}

gboolean
tgp_seen_is_showing (TgpAccount *tgp, int32_t chat_id)
{
    return tgp->seen->showing == chat_id;
}

/* Finch's "(2)" behind the name, before it stands in a window. */
static void
drop_count (TgpAccount *tgp, const TgSecretInfo *info)
{
    g_autofree char *name = tgp_name_secret (info->id);
    PurpleBuddy *buddy = purple_find_buddy (tgp->account, name);

    if (buddy == NULL)
        return;
    g_hash_table_remove (tgp->seen->counted, GINT_TO_POINTER (info->id));
    tgp->seen->showing = info->id;
    g_autofree char *alias = tgp_secret_alias (tgp, info, buddy);
    tgp_alias (tgp, name, alias);
    tgp->seen->showing = 0;
}

/* All lines of a message stand. */
static void
whole_cb (TgpAccount *tgp, int32_t chat_id, int64_t id, gboolean last)
{
    remember_standing (tgp, chat_id, id);
    if (last)
        tg_secret_let_go (tgp->client, chat_id, id);
    tgp_schedule_check (tgp);
    if (!tgp_rest_has (tgp->seen->rest, chat_id, 0) &&
        g_hash_table_contains (tgp->seen->opened, GINT_TO_POINTER (chat_id)))
        show_waiting (tgp, chat_id, FALSE, FALSE);
}

/* TRUE: a line stands now. */
static gboolean
show (TgpAccount *tgp, int32_t chat_id, const TgSecretMessage *message)
{
    gboolean last = message->part == 0 && is_last_time (tgp, chat_id, message);
    g_autofree char *plain =
        message_text (tgp_secret_conversation (tgp, chat_id, FALSE), message);
    g_autofree char *text =
        last ? g_strdup_printf (_ ("(again) %s"), plain) : g_strdup (plain);

    TgSecretInfo info;
    if (tgp_has_info (tgp, chat_id, &info)) {
        tgp_person_back (tgp, info.user_id); /* who writes is in the list again */
        drop_count (tgp, &info);
    }
    if (last)
        greet (tgp, chat_id);
    if (!tgp_rest_flush (tgp->seen->rest, chat_id))
        return FALSE;
    if (message->part == 0 && stands (tgp, chat_id, message->id))
        return TRUE; /* it waited behind what came now */
    if (!tgp_rest_write (tgp->seen->rest, chat_id, message, text, last))
        return FALSE;
    if (tgp_rest_has (tgp->seen->rest, chat_id, message->id))
        return TRUE; /* whole_cb() */
    remember_standing (tgp, chat_id, message->id);
    if (last)
        tg_secret_let_go (tgp->client, chat_id, message->id);
    return TRUE;
}

typedef struct {
    TgpAccount *tgp;
    gboolean only_again; /* what never had a line is not tried */
    gboolean at_once;    /* something newer comes behind it */
    gboolean more;       /* goes on when the long one stands */
} Walk;

static gboolean
waiting_cb (int32_t chat_id, const TgSecretMessage *message, void *user)
{
    Walk *walk = user;
    TgpAccount *tgp = walk->tgp;

    if (stands (tgp, chat_id, message->id)) {
        remember_standing (tgp, chat_id, message->id);
        return TRUE;
    }
    if (!walk->at_once && tgp_rest_has (tgp->seen->rest, chat_id, 0)) {
        walk->more = TRUE;
        return FALSE;
    }
    return (message->again || !walk->only_again) && show (tgp, chat_id, message);
}

/* What was not kept, and what went, while nothing of the chat could be shown. */
static void
tell_lost (TgpAccount *tgp, int32_t chat_id)
{
    gpointer key = GINT_TO_POINTER (chat_id);
    unsigned deleted = GPOINTER_TO_UINT (g_hash_table_lookup (tgp->seen->deleted, key));
    TgSecretInfo info;

    if (tgp_has_info (tgp, chat_id, &info) && info.lost > 0) {
        g_autofree char *text = g_strdup_printf (
            ngettext ("%u older message could not be shown, and is not kept any more.",
                      "%u older messages could not be shown, and are not kept any more.",
                      info.lost),
            info.lost);
        tgp_secret_write (tgp, chat_id, TRUE, text);
        tg_secret_lost_told (tgp->client, chat_id);
    }
    g_hash_table_remove (tgp->seen->deleted, key);
    if (deleted > 0)
        tgp_seen_notice (tgp, chat_id, TG_NOTICE_UNSEEN_DELETED_BY_PEER, deleted);
}

/* FALSE: the account went meanwhile. */
static gboolean
show_waiting (TgpAccount *tgp, int32_t chat_id, gboolean only_again, gboolean at_once)
{
    Walk walk = { tgp, only_again, at_once, FALSE };

    g_hash_table_remove (tgp->seen->opened, GINT_TO_POINTER (chat_id));
    if (tgp_secret_is_blocked (tgp, chat_id)) {
        g_hash_table_add (tgp->seen->blocked, GINT_TO_POINTER (chat_id));
        return TRUE;
    }
    tell_lost (tgp, chat_id);
    if (!tg_secret_each_waiting (tgp->client, chat_id, waiting_cb, &walk))
        return FALSE;
    if (walk.more)
        g_hash_table_add (tgp->seen->opened, GINT_TO_POINTER (chat_id));
    tgp_schedule_check (tgp);
    return TRUE;
}

gboolean
tgp_secret_message (void *user, int32_t chat_id, const TgSecretMessage *message)
{
    TgpAccount *tgp = user;
    TgpSeen *seen = tgp->seen;
    gboolean shown = TRUE;

    if (message->part > 0) { /* goes where the first part went */
        if (seen->growing != message->id)
            return stands (tgp, chat_id, message->id);
        if (!message->follows)
            seen->growing = 0;
        return show (tgp, chat_id, message);
    }
    seen->growing = 0;
    if (tgp_secret_is_blocked (tgp, chat_id)) {
        g_hash_table_add (seen->blocked, GINT_TO_POINTER (chat_id));
        return stands (tgp, chat_id, message->id);
    }
    if (stands (tgp, chat_id, message->id)) {
        remember_standing (tgp, chat_id, message->id);
    } else {
        gboolean open = tgp_secret_conversation (tgp, chat_id, FALSE) != NULL;
        gboolean fresh = g_hash_table_contains (seen->opened, GINT_TO_POINTER (chat_id));
        /* what waits comes before what is newer */
        if (!message->again && (!open || fresh) &&
            !show_waiting (tgp, chat_id, !open, TRUE))
            return FALSE;
        shown = show (tgp, chat_id, message);
        if (shown && message->follows)
            seen->growing = message->id;
    }
    tgp_schedule_check (tgp);
    return shown;
}

/* --- what goes unseen ----------------------------------------------------------------
 */

void
tgp_secret_gone (void *user, int32_t chat_id, const int64_t *ids, size_t n,
                 gboolean expired)
{
    TgpAccount *tgp = user;
    PurpleConversation *conv = tgp_secret_conversation (tgp, chat_id, FALSE);
    GArray *standing =
        g_hash_table_lookup (tgp->seen->standing, GINT_TO_POINTER (chat_id));

    g_debug ("[chat %d] %zu lines go%s", chat_id, n,
             expired ? ", their time is over" : "");
    if (n == 0) {
        tgp_send_flushed (tgp, chat_id);
        tgp_rest_drop (tgp->seen->rest, chat_id, 0);
        g_hash_table_remove (tgp->seen->standing, GINT_TO_POINTER (chat_id));
        if (conv != NULL)
            tgp_lines_remove_all (conv);
    }
    for (size_t i = 0; i < n; i++) {
        for (unsigned k = 0; standing != NULL && k < standing->len; k++)
            if (g_array_index (standing, int64_t, k) == ids[i])
                g_array_remove_index (standing, k--);
        tgp_rest_drop (tgp->seen->rest, chat_id, ids[i]);
        if (conv != NULL)
            tgp_lines_remove (conv, ids[i]);
    }
    tgp_schedule_check (tgp);
}

/* In the chat's window; where there is neither window nor entry any more, beside it. */
static void
tell (TgpAccount *tgp, int32_t chat_id, const char *text)
{
    TgSecretInfo info;
    gboolean gone = !tgp_has_info (tgp, chat_id, &info) || info.gone;

    if (gone && tgp_secret_conversation (tgp, chat_id, FALSE) == NULL)
        purple_notify_info (tgp->gc, _ ("Secret chat"), text, NULL);
    else
        tgp_secret_write (tgp, chat_id, TRUE, text);
}

gboolean
tgp_seen_notice (TgpAccount *tgp, int32_t chat_id, TgNotice notice, int64_t number)
{
    unsigned n = (unsigned)CLAMP (number, 0, G_MAXINT);
    TgSecretInfo info;
    g_autofree char *text = NULL;
    g_autofree char *who = tgp_has_info (tgp, chat_id, &info)
                               ? tgp_person_in_sentence (tgp, info.user_id)
                               : g_strdup ("?");

    if (notice == TG_NOTICE_UNSEEN_ERASED) {
        tgp->seen->erased += n;
        return TRUE;
    }
    if (notice == TG_NOTICE_UNSEEN_DELETED_BY_US) {
        text = g_strdup_printf (
            ngettext ("%u message that was deleted had not been seen by you.",
                      "%u messages that were deleted had not been seen by you.", n),
            n);
    } else if (notice == TG_NOTICE_UNSEEN_DELETED_BY_PEER) {
        if (tgp_secret_is_blocked (tgp, chat_id)) {
            gpointer key = GINT_TO_POINTER (chat_id);
            unsigned so_far =
                GPOINTER_TO_UINT (g_hash_table_lookup (tgp->seen->deleted, key));
            g_hash_table_insert (tgp->seen->deleted, key, GUINT_TO_POINTER (so_far + n));
            return TRUE;
        }
        text = n == 1
                   ? g_strdup_printf (_ ("A message you had not seen was deleted by %s."),
                                      who)
                   : g_strdup_printf (
                         ngettext ("%u message you had not seen was deleted by %s.",
                                   "%u messages you had not seen were deleted by %s.", n),
                         n, who);
    } else {
        return FALSE;
    }
    tell (tgp, chat_id, text);
    return TRUE;
}

char *
tgp_seen_erased (TgpAccount *tgp)
{
    unsigned n = tgp->seen->erased;

    return n == 0 ? NULL
                  : g_strdup_printf (
                        ngettext ("%u message you had not seen was erased.",
                                  "%u messages you had not seen were erased.", n),
                        n);
}

/* --- seen ----------------------------------------------------------------------------
 */

/* Of the chat's unseen lines those that still stand were seen. */
static void
mark_seen (TgpAccount *tgp, int32_t chat_id)
{
    GArray *ids = g_hash_table_lookup (tgp->seen->standing, GINT_TO_POINTER (chat_id));

    if (ids == NULL || ids->len == 0)
        return;
    g_autoptr (GArray) seen = g_array_ref (ids);
    g_hash_table_remove (tgp->seen->standing, GINT_TO_POINTER (chat_id));
    for (unsigned i = seen->len; i > 0; i--) /* the view may have been cleared */
        if (!stands (tgp, chat_id, g_array_index (seen, int64_t, i - 1)))
            g_array_remove_index (seen, i - 1);
    if (seen->len > 0)
        tg_secret_seen (tgp->client, chat_id, (const int64_t *)(void *)seen->data,
                        seen->len);
}

void
tgp_answered (TgpAccount *tgp, int32_t chat_id)
{
    PurpleConversation *conv = tgp_secret_conversation (tgp, chat_id, FALSE);

    if (conv == NULL || tgp_secret_is_blocked (tgp, chat_id))
        return;
    if (tgp_knows_focus (conv)) { /* who sends need not be the user */
        tgp_schedule_check (tgp);
        return;
    }
    g_autoptr (GArray) ids = tg_secret_unseen (tgp->client, chat_id);
    g_hash_table_remove (tgp->seen->standing, GINT_TO_POINTER (chat_id));
    if (ids != NULL && ids->len > 0)
        tg_secret_seen (tgp->client, chat_id, (const int64_t *)(void *)ids->data,
                        ids->len);
    tgp_schedule_check (tgp);
}

void
tgp_look_around (TgpAccount *tgp, int32_t chat_id)
{
    g_autoptr (GArray) ids = tg_secret_unseen (tgp->client, chat_id);

    for (unsigned i = 0; ids != NULL && i < ids->len; i++)
        if (stands (tgp, chat_id, g_array_index (ids, int64_t, i)))
            remember_standing (tgp, chat_id, g_array_index (ids, int64_t, i));
    if (tgp_secret_is_blocked (tgp, chat_id))
        g_hash_table_add (tgp->seen->blocked, GINT_TO_POINTER (chat_id));
    else
        tell_lost (tgp, chat_id);
    tgp_schedule_check (tgp);
}

static gboolean
is_idle (void)
{
    PurpleIdleUiOps *idle = purple_idle_get_ui_ops ();

    return idle != NULL && idle->get_time_idle != NULL &&
           idle->get_time_idle () >= IDLE_MAX;
}

/* The focused window's chats were seen; in a front end without focus nothing is, until
 * the user answers. TRUE: somebody has to come back to the keyboard first. */
static gboolean
check_focus (TgpAccount *tgp)
{
    g_autoptr (GList) chats = g_hash_table_get_keys (tgp->seen->standing);
    gboolean again = FALSE;

    for (GList *l = chats; l != NULL; l = l->next) {
        int32_t chat_id = GPOINTER_TO_INT (l->data);
        PurpleConversation *conv = tgp_secret_conversation (tgp, chat_id, FALSE);
        if (conv == NULL || !tgp_knows_focus (conv) ||
            !purple_conversation_has_focus (conv) || tgp_secret_is_blocked (tgp, chat_id))
            continue;
        if (is_idle ())
            again = TRUE;
        else
            mark_seen (tgp, chat_id);
    }
    return again;
}

/* Whoever asked while blocked is asked about now. */
static void
request_cb (const TgSecretInfo *info, void *user)
{
    if (info->state == TG_SECRET_REQUESTED)
        tgp_request (user, info);
}

/* FALSE: the account went meanwhile. */
static gboolean
check_blocked (TgpAccount *tgp)
{
    if (tgp->seen->privacy)
        tg_client_each_secret (tgp->client, request_cb, tgp);
    tgp->seen->privacy = FALSE;
    g_autoptr (GList) chats = g_hash_table_get_keys (tgp->seen->blocked);

    for (GList *l = chats; l != NULL; l = l->next) {
        int32_t chat_id = GPOINTER_TO_INT (l->data);
        if (tgp_secret_is_blocked (tgp, chat_id))
            continue;
        g_hash_table_remove (tgp->seen->blocked, l->data);
        if (!show_waiting (tgp, chat_id, FALSE, FALSE))
            return FALSE;
    }
    return TRUE;
}

static void
count_cb (const TgSecretInfo *info, void *user)
{
    TgpAccount *tgp = user;
    gpointer key = GINT_TO_POINTER (info->id);
    g_autofree char *name = tgp_name_secret (info->id);
    PurpleBuddy *buddy = purple_find_buddy (tgp->account, name);
    unsigned n = buddy != NULL ? tgp_seen_count (tgp, info->id) : 0;

    if (n == GPOINTER_TO_UINT (g_hash_table_lookup (tgp->seen->counted, key)))
        return;
    g_hash_table_insert (tgp->seen->counted, key, GUINT_TO_POINTER (n));
    if (buddy == NULL)
        return;
    g_autofree char *alias = tgp_secret_alias (tgp, info, buddy);
    tgp_alias (tgp, name, alias);
    tgp_secret_refresh (tgp, info->id);
}

/* --- when to look --------------------------------------------------------------------
 */

static gboolean
check_cb (gpointer data)
{
    TgpAccount *tgp = data;

    tgp->seen->check_timer = 0;
    if (!check_blocked (tgp))
        return FALSE;
    gboolean again = check_focus (tgp);
    tg_client_each_secret (tgp->client, count_cb, tgp);
    if (again && tgp->seen->check_timer == 0)
        tgp->seen->check_timer = purple_timeout_add (IDLE_AGAIN, check_cb, tgp);
    return FALSE;
}

void
tgp_schedule_check (TgpAccount *tgp)
{
    TgpSeen *seen = tgp->seen;

    if (seen->check_timer != 0)
        purple_timeout_remove (seen->check_timer);
    seen->check_timer = purple_timeout_add (CHECK_DELAY, check_cb, tgp);
}

/* The account and the chat of a conversation of ours that is online, else NULL. */
static TgpAccount *
account_of (PurpleConversation *conv, int32_t *chat_id)
{
    PurpleAccount *account = purple_conversation_get_account (conv);
    PurpleConnection *gc = purple_conversation_get_gc (conv);
    gboolean ours = g_strcmp0 (purple_account_get_protocol_id (account), TGP_ID) == 0;
    TgpAccount *tgp = ours && gc != NULL ? tgp_account (gc) : NULL;
    int64_t id;

    if (tgp == NULL || tgp->client == NULL ||
        tgp_name_parse (purple_conversation_get_name (conv), &id) != TGP_NAME_SECRET)
        return NULL;
    *chat_id = (int32_t)id;
    return tgp;
}

static gboolean
opened_cb (gpointer data)
{
    TgpAccount *tgp = data;
    g_autoptr (GList) chats = g_hash_table_get_keys (tgp->seen->opened);

    tgp->seen->open_timer = 0;
    for (GList *l = chats; l != NULL; l = l->next)
        if (!show_waiting (tgp, GPOINTER_TO_INT (l->data), FALSE, FALSE))
            return FALSE;
    return FALSE;
}

/* The user opens a chat, or we do: what waits comes into it. Not within the signal, where
 * the front end has no window yet (FRONTENDS 0.2). */
static void
window_new_cb (PurpleConversation *conv, void *data)
{
    int32_t chat_id;
    TgpAccount *tgp = account_of (conv, &chat_id);

    if (tgp == NULL)
        return;
    g_hash_table_add (tgp->seen->opened, GINT_TO_POINTER (chat_id));
    if (tgp->seen->open_timer == 0)
        tgp->seen->open_timer = purple_timeout_add (0, opened_cb, tgp);
}

/* What was not seen in a window that closes waits from now on. */
static void
window_gone_cb (PurpleConversation *conv, void *data)
{
    int32_t chat_id;
    TgpAccount *tgp = account_of (conv, &chat_id);

    if (tgp == NULL)
        return;
    g_hash_table_remove (tgp->seen->standing, GINT_TO_POINTER (chat_id));
    g_hash_table_remove (tgp->seen->opened, GINT_TO_POINTER (chat_id));
    tgp_rest_drop (tgp->seen->rest, chat_id, 0);
    tgp_schedule_check (tgp);
}

void
tgp_seen_privacy_changed (PurpleConnection *gc)
{
    TgpAccount *tgp = tgp_account (gc);

    if (tgp == NULL)
        return;
    tgp->seen->privacy = TRUE;
    tgp_schedule_check (tgp);
}

static void
privacy_cb (PurpleBuddy *buddy, void *data)
{
    PurpleAccount *account = purple_buddy_get_account (buddy);
    PurpleConnection *gc = purple_account_get_connection (account);

    if (gc != NULL && g_strcmp0 (purple_account_get_protocol_id (account), TGP_ID) == 0)
        tgp_seen_privacy_changed (gc);
}

void
tgp_seen_connect (void)
{
    void *conversations = purple_conversations_get_handle ();

    if (connected)
        return;
    connected = TRUE;
    purple_signal_connect (conversations, "conversation-created", &handle,
                           PURPLE_CALLBACK (window_new_cb), NULL);
    purple_signal_connect (conversations, "deleting-conversation", &handle,
                           PURPLE_CALLBACK (window_gone_cb), NULL);
    purple_signal_connect (purple_blist_get_handle (), "buddy-privacy-changed", &handle,
                           PURPLE_CALLBACK (privacy_cb), NULL);
}

void
tgp_seen_disconnect (void)
{
    purple_signals_disconnect_by_handle (&handle);
    connected = FALSE;
}

TgpSeen *
tgp_seen_new (TgpAccount *tgp)
{
    TgpSeen *seen = g_new0 (TgpSeen, 1);

    seen->tgp = tgp;
    seen->rest = tgp_rest_new (tgp, whole_cb);
    seen->standing =
        g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
    seen->opened = g_hash_table_new (NULL, NULL);
    seen->blocked = g_hash_table_new (NULL, NULL);
    seen->deleted = g_hash_table_new (NULL, NULL);
    seen->counted = g_hash_table_new (NULL, NULL);
    seen->greeted = g_hash_table_new (NULL, NULL);
    return seen;
}

void
tgp_seen_free (TgpSeen *seen)
{
    if (seen->check_timer != 0)
        purple_timeout_remove (seen->check_timer);
    if (seen->open_timer != 0)
        purple_timeout_remove (seen->open_timer);
    tgp_rest_free (seen->rest);
    g_hash_table_unref (seen->standing);
    g_hash_table_unref (seen->opened);
    g_hash_table_unref (seen->blocked);
    g_hash_table_unref (seen->deleted);
    g_hash_table_unref (seen->counted);
    g_hash_table_unref (seen->greeted);
    g_free (seen);
}
