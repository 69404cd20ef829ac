/* Messages, typing, reading: what a conversation window does. */
#include "tgp-account.h"
#include "tgp-frontend.h"
#include "tgp-lines.h"
#include "tgp-list.h"

#include <errno.h>
#include <string.h>

#define TYPING_AGAIN 5 /* s: libpurple repeats while the user types */
#define TYPING_TIMEOUT                                                                   \
    15 /* s: longer than the other side repeats; it tells the end itself */
#define CHECK_DELAY 150 /* ms after the last event, when focus has settled */
#define IDLE_MAX 60     /* s without a key: nobody is looking */
#define IDLE_AGAIN 2000 /* ms */

static int handle;
static gboolean connected;

/* --- sending
 * ------------------------------------------------------------------------------ */

/* Our own line with its id, part by part; the front end's echo would know no ids. */
static int
send_secret (TgpAccount *tgp, int32_t chat_id, const char *message)
{
    PurpleConversation *conv = tgp_secret_conversation (tgp, chat_id, TRUE);
    g_autofree char *text = purple_unescape_html (message);
    const char *rest = text;

    tgp_mark_seen (tgp, chat_id); /* who answers has read, where no focus is known */
    while (*rest != '\0') {
        g_autofree char *part = g_strndup (rest, tg_secret_split (rest));
        g_autoptr (GError) error = NULL;
        g_autofree int64_t *ids = NULL;
        size_t n;
        if (!tg_secret_send (tgp->client, chat_id, part, &ids, &n, &error)) {
            gboolean closed = g_error_matches (error, TG_ERROR, TG_ERROR_CLOSED) ||
                              g_error_matches (error, TG_ERROR, TG_ERROR_NO_CHAT);
            tgp_secret_write (
                tgp, chat_id, TRUE,
                closed
                    ? _ ("Not sent: this secret chat is over. /secret new starts a new "
                         "one.")
                    : _ ("Not sent: this secret chat is not ready yet."));
            return 0;
        }
        rest += strlen (part);
        g_autofree char *escaped = g_markup_escape_text (part, -1);
        g_autofree char *html = purple_strdup_withhtml (escaped);
        tgp_lines_begin (conv, ids[0]);
        purple_conv_im_write (PURPLE_CONV_IM (conv), NULL, html, PURPLE_MESSAGE_SEND,
                              time (NULL));
        tgp_lines_end ();
    }
    return 0;
}

/* Never in clear (DECISIONS 6). */
static int
refuse_person (TgpAccount *tgp, const char *who)
{
    PurpleConversation *conv =
        purple_find_conversation_with_account (PURPLE_CONV_TYPE_IM, who, tgp->account);

    if (conv != NULL)
        tgp_notice (conv, _ ("Not sent: this program writes in secret chats only. Type "
                             "/secret to start one with this person."));
    return 0;
}

/* Until the entry stands alone again, its window may be somebody else's, too. */
static int
refuse_shared (PurpleConversation *conv, const char *message)
{
    g_autofree char *plain = purple_unescape_html (message);
    g_autofree char *text = g_strdup_printf (
        _ ("Not sent, because the entry of this secret chat stands together with another "
           "one: %s"),
        plain);

    if (conv != NULL)
        tgp_notice (conv, text);
    return 0;
}

int
tgp_send_im (PurpleConnection *gc, const char *who, const char *message,
             PurpleMessageFlags flags)
{
    TgpAccount *tgp = tgp_account (gc);
    int64_t id;
    TgpNameKind kind = tgp_name_parse (who, &id);
    PurpleConversation *conv =
        purple_find_conversation_with_account (PURPLE_CONV_TYPE_IM, who, tgp->account);

    if ((flags & PURPLE_MESSAGE_AUTO_RESP) != 0)
        return 0; /* nobody is told that a secret chat's user is away */
    if (conv == NULL && kind != TGP_NAME_OTHER)
        conv = purple_conversation_new (PURPLE_CONV_TYPE_IM, tgp->account, who);
    if (conv != NULL && g_str_equal (purple_core_get_ui (), "BitlBee") &&
        tgp_run_command (conv, message))
        return 0;
    switch (kind) {
    case TGP_NAME_SECRET:
        if (!tgp_list_is_alone (tgp->account, who))
            return refuse_shared (conv, message);
        return send_secret (tgp, (int32_t)id, message);
    case TGP_NAME_PERSON:
        return refuse_person (tgp, who);
    default:
        return tgp_find_and_offer (tgp, who) ? 0 : -EINVAL;
    }
}

unsigned
tgp_send_typing (PurpleConnection *gc, const char *name, PurpleTypingState state)
{
    TgpAccount *tgp = tgp_account (gc);
    int64_t id;

    if (tgp_name_parse (name, &id) != TGP_NAME_SECRET)
        return 0;
    if (state == PURPLE_TYPING) {
        tgp->typing = TRUE;
        tg_secret_typing (tgp->client, (int32_t)id, TRUE);
        return TYPING_AGAIN;
    }
    if (state == PURPLE_NOT_TYPING && tgp->typing) { /* a pause is no end */
        tgp->typing = FALSE;
        tg_secret_typing (tgp->client, (int32_t)id, FALSE);
    }
    return 0;
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

    remember_unseen (tgp, chat_id, message->id);
    tgp_lines_begin_named (tgp->account, name, message->id);
    serv_got_im (tgp->gc, name, html, PURPLE_MESSAGE_RECV,
                 message->date > 0 ? message->date : time (NULL));
    tgp_lines_end ();
    tgp_schedule_check (tgp);
}

void
tgp_secret_sent (void *user, int32_t chat_id, int64_t id, int32_t date)
{
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
