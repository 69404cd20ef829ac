/* Own texts on their way: a line stands when it is true (DECISIONS 25).
 *
 *   send_im -> tg_secret_send() ....... secret_own    it is on disk: the line is written
 *                          \........... secret_lost   "Not sent" (tgp-unsent.c)
 *              ... the server ......... secret_failed the line becomes "Not sent"
 *   the account ends in between: the next client is asked (tgp_send_settle)
 *
 * Whoever calls send_im may write the line itself, before or after, within one turn of the
 * main loop; then that line is the message's. */
#include "tgp-send.h"

#include "tgp-conv.h"
#include "tgp-lines.h"
#include "tgp-marks.h"
#include "tgp-markup.h"
#include "tgp-quote.h"
#include "tgp-recall.h"
#include "tgp-secret-buddy.h"
#include "tgp-text.h"
#include "tgp-unsent.h"
#include "tgp-words-message.h"

#include <string.h>

#define DELAYED_TOLD "mtproto-delayed" /* data of a conversation */

/* Given to the client, which has not said yet what became of it. */
typedef struct {
    PurpleAccount *account;
    int32_t chat_id;
    GArray *ids; /* of its parts */
    char *text;
    TalkSpans *spans; /* how it looks */
    time_t when;
    gboolean fresh; /* whoever called may still write the line */
} Text;

/* An own line that somebody else wrote, in this turn of the main loop. */
typedef struct {
    PurpleConversation *conv;
    int64_t id;
    char *text;
} Echo;

static int handle;
static gboolean connected;
static GList *texts, *echoes;
static unsigned fresh_timer;

static void
text_free (Text *text)
{
    g_array_unref (text->ids);
    tgp_text_wipe (text->text);
    talk_spans_unref (text->spans);
    g_free (text);
}

static void
echo_free (Echo *echo)
{
    tgp_text_wipe (echo->text);
    g_free (echo);
}

/* --- lines --- */

/* `typed`: all of it, where this is a part; or NULL. */
static void
write_own (TgpAccount *tgp, PurpleConversation *conv, const TalkMessage *message,
           const char *typed, time_t when)
{
    g_autofree char *quote = tgp_quote (tgp, (int32_t)tgp_conv_peer (conv).id, message);
    size_t at;
    g_autofree char *text = tgp_words_message (message, quote, &at);
    g_autoptr (TalkSpans) spans = talk_spans_moved (message->spans, at);
    g_autofree char *html = tgp_markup_own (text, spans);

    tgp_lines_begin_own (conv, message->id);
    tgp_lines_expect_signs (message->ttl, message->number);
    if (quote != NULL)
        tgp_lines_expect_quote (message->reply_to, quote);
    if (typed != NULL)
        tgp_lines_expect_typed (typed);
    purple_conv_im_write (PURPLE_CONV_IM (conv), NULL, html, PURPLE_MESSAGE_SEND, when);
    tgp_lines_shown (conv); /* what is handed on is known, too */
    tgp_lines_end ();
}

static TalkMessage
message_of (const TalkOwnText *own)
{
    return (TalkMessage){ .id = own->id,
                          .number = own->number,
                          .outgoing = TRUE,
                          .ttl = own->ttl,
                          .text = own->text,
                          .spans = own->spans,
                          .reply_to = own->reply_to,
                          .reply_timed = own->reply_timed,
                          .reply_text = own->reply_text };
}

/* --- who writes the line --- */

/* The call of send_im is over: what was not claimed until now will not be. */
static gboolean
fresh_over_cb (gpointer data)
{
    fresh_timer = 0;
    for (GList *l = texts; l != NULL; l = l->next)
        ((Text *)l->data)->fresh = FALSE;
    for (GList *l = echoes; l != NULL; l = l->next) {
        const Echo *echo = l->data; /* nothing was sent for it */
        if (g_list_find (purple_get_conversations (), echo->conv) != NULL)
            tgp_lines_unmark (echo->conv, echo->id);
    }
    g_list_free_full (g_steal_pointer (&echoes), (GDestroyNotify)echo_free);
    return FALSE;
}

static void
start_fresh (void)
{
    if (fresh_timer == 0)
        fresh_timer = purple_timeout_add (0, fresh_over_cb, NULL);
}

static gboolean
claim (PurpleConversation *conv, int64_t line, Text *text)
{
    if (!tgp_lines_rename (conv, line, (const int64_t *)(void *)text->ids->data,
                           text->ids->len))
        return FALSE;
    text->fresh = FALSE; /* one line, and no other */
    return TRUE;
}

void
tgp_send_echoed (PurpleConversation *conv, int64_t id, const char *markup)
{
    g_autofree char *plain = tgp_text_plain (markup);
    PurpleAccount *account = purple_conversation_get_account (conv);
    TalkPeer peer = tgp_conv_peer (conv);

    if (peer.kind != TALK_PEER_SECRET)
        return;
    tgp_text_cut_offer (plain);
    for (GList *l = texts; l != NULL; l = l->next) {
        Text *text = l->data;
        if (text->fresh && text->account == account && text->chat_id == peer.id &&
            g_str_equal (text->text, plain) && claim (conv, id, text))
            return;
    }
    Echo *echo = g_new0 (Echo, 1);
    *echo = (Echo){ conv, id, g_steal_pointer (&plain) };
    echoes = g_list_append (echoes, echo);
    start_fresh ();
}

/* Given to the client: its line comes when it is durable, unless the caller wrote it. */
void
tgp_send_expect (TgpAccount *tgp, int32_t chat_id, const int64_t *ids, size_t n,
                 const char *typed, const TalkSpans *spans)
{
    PurpleConversation *conv = tgp_secret_conversation (tgp, chat_id, FALSE);
    Text *text = g_new0 (Text, 1);

    text->account = tgp->account;
    text->chat_id = chat_id;
    text->ids = g_array_new (FALSE, FALSE, sizeof (int64_t));
    g_array_append_vals (text->ids, ids, (unsigned)n);
    text->text = g_strdup (typed);
    text->spans = talk_spans_part (spans, 0, strlen (typed));
    text->when = time (NULL);
    text->fresh = TRUE;
    texts = g_list_append (texts, text);
    start_fresh ();
    for (GList *l = echoes; l != NULL; l = l->next) {
        Echo *echo = l->data;
        if (echo->conv != conv || !g_str_equal (echo->text, typed))
            continue;
        if (claim (conv, echo->id, text)) {
            echoes = g_list_delete_link (echoes, l);
            echo_free (echo);
            return;
        }
    }
}

static Text *
find_text (PurpleAccount *account, int32_t chat_id, int64_t id)
{
    for (GList *l = texts; l != NULL; l = l->next) {
        Text *text = l->data;
        if (text->account == account && text->chat_id == chat_id &&
            tgp_has_id (text->ids, id))
            return text;
    }
    return NULL;
}

/* Nothing more is to be heard of this part. */
static void
answered (Text *text, int64_t id)
{
    for (unsigned i = 0; i < text->ids->len; i++)
        if (g_array_index (text->ids, int64_t, i) == id)
            g_array_remove_index (text->ids, i--);
    if (text->ids->len > 0)
        return;
    texts = g_list_remove (texts, text);
    text_free (text);
}

/* --- what became of it --- */

void
tgp_secret_own (TgpAccount *tgp, int32_t chat_id, const TalkOwnText *own)
{
    PurpleConversation *conv = tgp_secret_conversation (tgp, chat_id, FALSE);
    PurpleAccount *account = tgp->account;
    Text *given = find_text (account, chat_id, own->id);
    time_t when = given != NULL ? given->when : time (NULL);
    TalkMessage message = message_of (own);

    if (conv != NULL && !tgp_lines_has (conv, own->id))
        write_own (tgp, conv, &message, given != NULL ? given->text : NULL, when);
    else if (conv != NULL)
        tgp_lines_set_timer (conv, own->id, own->ttl);
    given = find_text (account, chat_id, own->id); /* handlers may do anything */
    if (given != NULL)
        answered (given, own->id);
    if (own->ttl == 0 && tgp_lives (tgp))
        tgp_recall_add (tgp, chat_id, own->id, own->text);
}

gboolean
tgp_secret_own_file (TgpAccount *tgp, int32_t chat_id, const TalkMessage *message)
{
    PurpleConversation *conv = tgp_secret_conversation (tgp, chat_id, FALSE);

    if (conv != NULL && !tgp_lines_has (conv, message->id))
        write_own (tgp, conv, message, NULL, time (NULL));
    if (!tgp_lives (tgp))
        return FALSE; /* nobody asks */
    if (message->ttl == 0 && *message->text != '\0')
        tgp_recall_add (tgp, chat_id, message->id, message->text);
    conv = tgp_secret_conversation (tgp, chat_id, FALSE);
    return conv != NULL && tgp_lines_has (conv, message->id);
}

void
tgp_secret_lost (TgpAccount *tgp, int32_t chat_id, const int64_t *ids, size_t n,
                 const char *text)
{
    Text *given = n > 0 ? find_text (tgp->account, chat_id, ids[0]) : NULL;
    g_autoptr (TalkSpans) spans = given != NULL ? talk_spans_ref (given->spans) : NULL;

    for (size_t i = 0; i < n; i++)
        if ((given = find_text (tgp->account, chat_id, ids[i])) != NULL)
            answered (given, ids[i]);
    TalkTyped typed = { .text = text, .spans = spans };
    tgp_unsent_lost (tgp, chat_id, ids, n, &typed, TRUE);
}

void
tgp_secret_failed (TgpAccount *tgp, int32_t chat_id, const TalkFailed *failed)
{
    PurpleConversation *conv = tgp_secret_conversation (tgp, chat_id, FALSE);

    if (conv != NULL)
        purple_conversation_set_data (conv, DELAYED_TOLD, NULL);
    tgp_unsent_failed (tgp, chat_id, failed);
}

void
tgp_send_delayed (TgpAccount *tgp, int32_t chat_id)
{
    PurpleConversation *conv = tgp_secret_conversation (tgp, chat_id, FALSE);

    if (conv != NULL)
        purple_conversation_set_data (conv, DELAYED_TOLD, GINT_TO_POINTER (TRUE));
}

void
tgp_secret_sent (TgpAccount *tgp, int32_t chat_id, int64_t id, int32_t date)
{
    PurpleConversation *conv = tgp_secret_conversation (tgp, chat_id, FALSE);

    if (conv != NULL)
        tgp_lines_mark (conv, id, TALK_OWN_SENT);
    if (conv == NULL || purple_conversation_get_data (conv, DELAYED_TOLD) == NULL)
        return;
    purple_conversation_set_data (conv, DELAYED_TOLD, NULL);
    tgp_secret_write (tgp, chat_id, FALSE, tgp_words_taken_now ());
}

/* --- later --- */

/* A text that the last client stored, or did not, and could not say so any more. */
static void
settle_text (TgpAccount *tgp, const Text *text)
{
    PurpleConversation *conv = tgp_secret_conversation (tgp, text->chat_id, FALSE);
    const int64_t *ids = (const int64_t *)(void *)text->ids->data;
    TalkKnown known;

    if (!tg_secret_known (tgp->client, text->chat_id, ids[0], &known) ||
        !known.outgoing) {
        TalkTyped typed = { .text = text->text, .spans = text->spans };
        tgp_unsent_lost (tgp, text->chat_id, ids, text->ids->len, &typed, FALSE);
    } else if (conv != NULL && !tgp_lines_has (conv, ids[0])) {
        TalkMessage message = { .id = ids[0],
                                .number = known.number,
                                .outgoing = TRUE,
                                .text = text->text,
                                .spans = text->spans };
        write_own (tgp, conv, &message, NULL, text->when);
        if (tgp_conv_lives (conv))
            tgp_lines_rename (conv, ids[0], ids, text->ids->len);
    }
}

/* Handlers of a line may add others, or end the account, which comes back to the rest. */
static void
settle_texts (TgpAccount *tgp, int32_t chat_id)
{
    g_autoptr (GList) all = g_list_copy (texts);

    for (GList *l = all; l != NULL && tgp_lives (tgp); l = l->next) {
        Text *text = l->data;
        if (g_list_find (texts, text) == NULL || text->account != tgp->account ||
            text->chat_id != chat_id)
            continue;
        texts = g_list_remove (texts, text);
        settle_text (tgp, text);
        text_free (text);
    }
}

void
tgp_send_settle (TgpAccount *tgp, int32_t chat_id)
{
    settle_texts (tgp, chat_id);
    if (!tgp_lives (tgp))
        return;
    tgp_marks_settle (tgp, chat_id);
    tgp_unsent_settle (tgp, chat_id);
}

/* Nothing of an account that is gone is kept. */
static void
destroying_cb (PurpleAccount *account, void *data)
{
    for (GList *l = texts, *next; l != NULL; l = next) {
        next = l->next;
        if (((Text *)l->data)->account == account) {
            text_free (l->data);
            texts = g_list_delete_link (texts, l);
        }
    }
}

void
tgp_send_connect (void)
{
    if (connected)
        return;
    connected = TRUE;
    tgp_unsent_connect ();
    purple_signal_connect (purple_accounts_get_handle (), "account-destroying", &handle,
                           PURPLE_CALLBACK (destroying_cb), NULL);
}

void
tgp_send_disconnect (void)
{
    purple_signals_disconnect_by_handle (&handle);
    connected = FALSE;
    if (fresh_timer != 0)
        purple_timeout_remove (fresh_timer);
    fresh_timer = 0;
    g_list_free_full (g_steal_pointer (&texts), (GDestroyNotify)text_free);
    tgp_unsent_disconnect ();
    g_list_free_full (g_steal_pointer (&echoes), (GDestroyNotify)echo_free);
}
