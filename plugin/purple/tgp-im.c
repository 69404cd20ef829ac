/* Incoming messages, typing, reading: what a conversation window does. */
#include "tgp-account.h"
#include "tgp-frontend.h"
#include "tgp-lines.h"
#include "tgp-list.h"
#include "tgp-send.h"

#include <string.h>

#define TYPING_AGAIN 5 /* s: libpurple repeats while the user types */
#define TYPING_TIMEOUT                                                                   \
    15 /* s: longer than the other side repeats; it tells the end itself */
#define CHECK_DELAY 150 /* ms after the last event, when focus has settled */
#define IDLE_MAX 60     /* s without a key: nobody is looking */
#define IDLE_AGAIN 2000 /* ms */

static int handle;
static gboolean connected;

/* --- typing
 * -------------------------------------------------------------------------------- */

unsigned
tgp_send_typing (PurpleConnection *gc, const char *name, PurpleTypingState state)
{
    TgpAccount *tgp = tgp_account (gc);
    int64_t id;

    if (tgp_name_parse (name, &id) != TGP_NAME_SECRET)
        return 0;
    /* each chat knows by itself whether it said that we type; a pause is no end */
    if (state != PURPLE_TYPED)
        tg_secret_typing (tgp->client, (int32_t)id, state == PURPLE_TYPING);
    return state == PURPLE_TYPING ? TYPING_AGAIN : 0;
}

/* --- receiving
 * ----------------------------------------------------------------------------- */

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
    case TG_CONTENT_LINK:
        return _ ("link");
    case TG_CONTENT_MISSING:
        return _ ("missing file");
    case TG_CONTENT_UNSUPPORTED:
        return _ ("unsupported message");
    }
    return _ ("unsupported message");
}

static char *
message_text (const TgSecretMessage *message)
{
    GString *text = g_string_new (NULL);
    const char *label = content_label (message->content);

    if (message->reply_text != NULL) {
        g_autofree char *quote = g_utf8_substring (
            message->reply_text, 0, MIN (g_utf8_strlen (message->reply_text, -1), 60));
        g_string_append_printf (text, "> %s\n", quote);
    }
    if (label != NULL && message->detail != NULL)
        g_string_append_printf (text, "[%s: %s]", label, message->detail);
    else if (label != NULL)
        g_string_append_printf (text, "[%s]", label);
    if (label != NULL && *message->text != '\0')
        g_string_append_c (text, ' ');
    g_string_append (text, message->text);
    return g_string_free (text, FALSE);
}

static void
remember_unseen (TgpAccount *tgp, int32_t chat_id, int64_t id)
{
    GArray *ids = g_hash_table_lookup (tgp->unseen, GINT_TO_POINTER (chat_id));

    if (ids == NULL) {
        ids = g_array_new (FALSE, FALSE, sizeof (int64_t));
        g_hash_table_insert (tgp->unseen, GINT_TO_POINTER (chat_id), ids);
    }
    g_array_append_val (ids, id);
}

void
tgp_secret_message (void *user, int32_t chat_id, const TgSecretMessage *message)
{
    TgpAccount *tgp = user;
    g_autofree char *name = tgp_name_secret (chat_id);
    g_autofree char *plain = message_text (message);
    g_autofree char *text = tgp_line_unforged (plain);
    g_autofree char *escaped = g_markup_escape_text (text, -1); /* once (SC-M35) */
    g_autofree char *html = purple_strdup_withhtml (escaped);

    TgSecretInfo info;
    if (tgp_has_info (tgp, chat_id, &info))
        tgp_person_back (tgp, info.user_id); /* who writes is in the list again */
    remember_unseen (tgp, chat_id, message->id);
    tgp_lines_begin_named (tgp->account, name, message->id);
    serv_got_im (tgp->gc, name, html, PURPLE_MESSAGE_RECV,
                 message->date > 0 ? message->date : time (NULL));
    tgp_lines_end ();
    tgp_schedule_check (tgp);
}

void
tgp_secret_read (void *user, int32_t chat_id, int32_t max_date)
{
    /* libpurple knows no read marks; the timer's effect is what shows */
}

void
tgp_secret_gone (void *user, int32_t chat_id, const int64_t *ids, size_t n,
                 gboolean expired)
{
    TgpAccount *tgp = user;
    PurpleConversation *conv = tgp_secret_conversation (tgp, chat_id, FALSE);
    GArray *unseen = g_hash_table_lookup (tgp->unseen, GINT_TO_POINTER (chat_id));

    g_debug ("[chat %d] %zu lines go%s", chat_id, n,
             expired ? ", their time is over" : "");
    if (n == 0) {
        tgp_send_flushed (tgp, chat_id);
        g_hash_table_remove (tgp->unseen, GINT_TO_POINTER (chat_id));
        if (conv != NULL)
            tgp_lines_remove_all (conv);
    }
    for (size_t i = 0; i < n; i++) {
        for (unsigned k = 0; unseen != NULL && k < unseen->len; k++)
            if (g_array_index (unseen, int64_t, k) == ids[i])
                g_array_remove_index (unseen, k--);
        if (conv != NULL)
            tgp_lines_remove (conv, ids[i]);
    }
}

void
tgp_secret_typing (void *user, int32_t chat_id, gboolean typing)
{
    TgpAccount *tgp = user;
    g_autofree char *name = tgp_name_secret (chat_id);

    if (typing)
        serv_got_typing (tgp->gc, name, TYPING_TIMEOUT, PURPLE_TYPING);
    else
        serv_got_typing_stopped (tgp->gc, name);
}

/* --- seen
 * ---------------------------------------------------------------------------------- */

void
tgp_mark_seen (TgpAccount *tgp, int32_t chat_id)
{
    GArray *ids = g_hash_table_lookup (tgp->unseen, GINT_TO_POINTER (chat_id));

    if (ids == NULL || ids->len == 0)
        return;
    g_autoptr (GArray) seen = g_array_ref (ids);
    g_hash_table_remove (tgp->unseen, GINT_TO_POINTER (chat_id));
    tg_secret_seen (tgp->client, chat_id, (const int64_t *)(void *)seen->data, seen->len);
}

void
tgp_look_around (TgpAccount *tgp, int32_t chat_id)
{
    PurpleConversation *conv = tgp_secret_conversation (tgp, chat_id, FALSE);
    PurpleConversationUiOps *ops =
        conv != NULL ? purple_conversation_get_ui_ops (conv) : NULL;
    /* where lines belong to somebody else (bitlbee) they are taken to stand still */
    gboolean kept = ops != NULL && ops->has_focus == NULL;
    g_autoptr (GArray) ids = tg_secret_unseen (tgp->client, chat_id);
    g_autoptr (GArray) missed = g_array_new (FALSE, FALSE, sizeof (int64_t));

    g_hash_table_remove (tgp->unseen, GINT_TO_POINTER (chat_id));
    for (unsigned i = 0; ids != NULL && i < ids->len; i++) {
        int64_t id = g_array_index (ids, int64_t, i);
        if (conv != NULL && (kept || tgp_lines_has (conv, id)))
            remember_unseen (tgp, chat_id, id);
        else
            g_array_append_val (missed, id);
    }
    if (missed->len > 0)
        tg_secret_missed (tgp->client, chat_id, (const int64_t *)(void *)missed->data,
                          missed->len);
    tgp_schedule_check (tgp);
}

/* The user closed the window: what was not seen there will not be. */
static void
window_gone_cb (PurpleConversation *conv, void *data)
{
    PurpleAccount *account = purple_conversation_get_account (conv);
    PurpleConnection *gc = purple_conversation_get_gc (conv);
    gboolean ours = g_strcmp0 (purple_account_get_protocol_id (account), TGP_ID) == 0;
    TgpAccount *tgp = ours && gc != NULL ? tgp_account (gc) : NULL;
    int64_t id;

    if (tgp == NULL || tgp->client == NULL ||
        tgp_name_parse (purple_conversation_get_name (conv), &id) != TGP_NAME_SECRET)
        return;
    GArray *ids = g_hash_table_lookup (tgp->unseen, GINT_TO_POINTER ((int32_t)id));
    if (ids == NULL)
        return;
    g_autoptr (GArray) missed = g_array_ref (ids);
    g_hash_table_remove (tgp->unseen, GINT_TO_POINTER ((int32_t)id));
    tg_secret_missed (tgp->client, (int32_t)id, (const int64_t *)(void *)missed->data,
                      missed->len);
}

void
tgp_im_connect (void)
{
    if (!connected)
        purple_signal_connect (purple_conversations_get_handle (),
                               "deleting-conversation", &handle,
                               PURPLE_CALLBACK (window_gone_cb), NULL);
    connected = TRUE;
}

void
tgp_im_disconnect (void)
{
    purple_signals_disconnect_by_handle (&handle);
    connected = FALSE;
}

static gboolean
is_idle (void)
{
    PurpleIdleUiOps *idle = purple_idle_get_ui_ops ();

    return idle != NULL && idle->get_time_idle != NULL &&
           idle->get_time_idle () >= IDLE_MAX;
}

/* The focused window's chats were seen; in a front end without focus nothing is, until
 * the user answers. */
static gboolean
check_cb (gpointer data)
{
    TgpAccount *tgp = data;
    g_autoptr (GList) chats = g_hash_table_get_keys (tgp->unseen);
    gboolean again = FALSE;

    tgp->check_timer = 0;
    for (GList *l = chats; l != NULL; l = l->next) {
        int32_t chat_id = GPOINTER_TO_INT (l->data);
        PurpleConversation *conv = tgp_secret_conversation (tgp, chat_id, FALSE);
        PurpleConversationUiOps *conv_ops =
            conv != NULL ? purple_conversation_get_ui_ops (conv) : NULL;
        if (conv_ops == NULL || conv_ops->has_focus == NULL ||
            !purple_conversation_has_focus (conv))
            continue;
        if (is_idle ())
            again = TRUE; /* somebody has to come back to the keyboard first */
        else
            tgp_mark_seen (tgp, chat_id);
    }
    if (again)
        tgp->check_timer = purple_timeout_add (IDLE_AGAIN, check_cb, tgp);
    return FALSE;
}

void
tgp_schedule_check (TgpAccount *tgp)
{
    if (tgp->check_timer != 0)
        purple_timeout_remove (tgp->check_timer);
    tgp->check_timer = purple_timeout_add (CHECK_DELAY, check_cb, tgp);
}
