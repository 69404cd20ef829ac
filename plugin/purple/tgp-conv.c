/* People and chats <-> libpurple's conversations (see tgp-conv.h). */
#include "tgp-conv.h"

#include "tgp-after.h"
#include "tgp-blocked.h"
#include "tgp-dialog.h"
#include "tgp-frontend.h"
#include "tgp-markup.h"
#include "tgp-text.h"
#include "tgp-words-act.h"

#include <string.h>

PurpleConversation *
tgp_conv_named (PurpleAccount *account, const char *name, gboolean make)
{
    PurpleConversation *conv =
        purple_find_conversation_with_account (PURPLE_CONV_TYPE_IM, name, account);

    if (conv == NULL && make)
        conv = purple_conversation_new (PURPLE_CONV_TYPE_IM, account, name);
    return conv;
}

PurpleConversation *
tgp_secret_conversation (TgpAccount *tgp, int32_t chat_id, gboolean make)
{
    g_autofree char *name = tgp_name_secret (chat_id);

    return tgp_lives (tgp) ? tgp_conv_named (tgp->account, name, make) : NULL;
}

static gboolean
is_ours (PurpleConversation *conv)
{
    PurpleAccount *account = purple_conversation_get_account (conv);

    return account != NULL && tgp_is_ours (account);
}

TalkPeer
tgp_conv_peer (PurpleConversation *conv)
{
    const char *name = purple_conversation_get_name (conv); /* NULL while it dies */
    TalkPeer peer = { TALK_PEER_NONE, 0 };

    switch (is_ours (conv) && name != NULL ? tgp_name_parse (name, &peer.id)
                                           : TGP_NAME_OTHER) {
    case TGP_NAME_PERSON:
        peer.kind = TALK_PEER_USER;
        break;
    case TGP_NAME_SECRET:
        peer.kind = TALK_PEER_SECRET;
        break;
    case TGP_NAME_OTHER:
        break;
    }
    return peer;
}

gboolean
tgp_conv_lives (PurpleConversation *conv)
{
    return g_list_find (purple_get_conversations (), conv) != NULL;
}

GList *
tgp_conv_all (void)
{
    return g_list_copy (purple_get_conversations ());
}

TgpAccount *
tgp_conv_account (PurpleConversation *conv)
{
    PurpleConnection *gc = is_ours (conv) ? purple_conversation_get_gc (conv) : NULL;

    return gc != NULL ? tgp_account (gc) : NULL;
}

/* --- lines of the module's own --- */

/* A line before it may have closed the window. */
static void
write_notice (PurpleConversation *conv, const char *html)
{
    if (!tgp_conv_lives (conv))
        return;
    /* as an IM line: BitlBee shows no other kind (FRONTENDS 4) */
    purple_conv_im_write (PURPLE_CONV_IM (conv), purple_conversation_get_name (conv),
                          html, PURPLE_MESSAGE_SYSTEM | PURPLE_MESSAGE_NO_LOG,
                          time (NULL));
}

void
tgp_notice (PurpleConversation *conv, const char *text)
{
    g_autofree char *marked = tgp_line_marked (text, NULL);
    g_autofree char *escaped = g_markup_escape_text (marked, -1);
    g_autofree char *html = purple_strdup_withhtml (escaped);

    write_notice (conv, html);
}

gboolean
tgp_notice_later (PurpleConnection *gc, const char *name, const char *text)
{
    TgpAccount *tgp = tgp_account_alive (gc);
    PurpleConversation *conv =
        tgp != NULL ? tgp_conv_named (tgp->account, name, FALSE) : NULL;

    if (conv != NULL)
        tgp_notice (conv, text);
    return conv != NULL;
}

void
tgp_notice_looks (PurpleConversation *conv, const char *reason, const char *text,
                  const TalkSpans *spans)
{
    gboolean unbold = spans != NULL && tgp_frontend ()->bold_notices;
    size_t head = strlen (reason) + 1;
    g_autofree char *line = g_strdup_printf ("%s\n%s", reason, text);
    g_autofree uint32_t *places = g_new (uint32_t, strlen (line) + 1);
    g_autofree char *marked = tgp_line_marked (line, places);
    g_autoptr (TalkSpans) moved = talk_spans_moved (spans, head);
    g_autoptr (TalkSpans) placed = talk_spans_placed (moved, places);
    g_autofree char *start = g_strndup (marked, unbold ? places[head] : 0);
    g_autoptr (TalkSpans) rest =
        talk_spans_part (placed, strlen (start), strlen (marked) - strlen (start));
    g_autofree char *first = tgp_markup_own (start, NULL);
    g_autofree char *own = tgp_markup_own (marked + strlen (start), rest);
    g_autofree char *html =
        g_strconcat (first, unbold ? "</b>" : "", own, unbold ? "<b>" : "", NULL);

    write_notice (conv, html);
    tgp_text_wipe (g_steal_pointer (&line));
    tgp_text_wipe (g_steal_pointer (&marked));
    tgp_text_wipe (g_steal_pointer (&own));
    tgp_text_wipe (g_steal_pointer (&html));
}

/* --- of an account that goes --- */

typedef struct {
    char *name, *reason;
    char *text; /* of the user's; NULL: none */
    TalkSpans *spans;
} Last;

static void
last_free (void *data)
{
    Last *last = data;

    g_free (last->name);
    g_free (last->reason);
    tgp_text_wipe (last->text);
    talk_spans_unref (last->spans);
    g_free (last);
}

static void
last_cb (PurpleAccount *account, void *data)
{
    const Last *last = data;
    gboolean make = last->text != NULL && tgp_frontend ()->windowless;
    gboolean stays = tgp_after_stays (account);
    PurpleConversation *conv = stays ? tgp_conv_named (account, last->name, make) : NULL;

    if (conv != NULL && last->text != NULL)
        tgp_notice_looks (conv, last->reason, last->text, last->spans);
    else if (conv != NULL)
        tgp_notice (conv, last->reason);
    else if (last->text != NULL) {
        /* for an account that is off no window can be made; one that is removed takes its
         * dialogs with it */
        char *text = g_strconcat (last->reason, "\n", last->text, NULL);
        tgp_dialog_tell (stays ? account : NULL, PURPLE_NOTIFY_MSG_ERROR,
                         _ ("Secret chat"), text, NULL);
        tgp_text_wipe (text);
    }
}

void
tgp_notice_after (PurpleAccount *account, const char *name, const char *reason,
                  const TalkTyped *typed)
{
    Last *last = g_new0 (Last, 1);

    last->name = g_strdup (name);
    last->reason = g_strdup (reason);
    last->text = typed != NULL ? g_strdup (typed->text) : NULL;
    last->spans = typed != NULL ? talk_spans_ref (typed->spans) : NULL;
    tgp_after (account, last_cb, last, last_free);
}

void
tgp_secret_write (TgpAccount *tgp, int32_t chat_id, gboolean present, const char *text)
{
    gboolean make = present && tgp_lives (tgp) && !tgp_secret_is_blocked (tgp, chat_id);
    PurpleConversation *conv = tgp_secret_conversation (tgp, chat_id, make);

    if (conv != NULL)
        tgp_notice (conv, text);
}

void
tgp_secret_tell (TgpAccount *tgp, int32_t chat_id, const char *text)
{
    if (tgp_secret_conversation (tgp, chat_id, FALSE) != NULL)
        tgp_secret_write (tgp, chat_id, FALSE, text);
    else
        tgp_dialog_tell (tgp->gc, PURPLE_NOTIFY_MSG_INFO, _ ("Secret chat"), text, NULL);
}

void
tgp_secret_report (TgpAccount *tgp, int32_t chat_id, TalkCode code)
{
    if (code != TALK_DONE)
        tgp_secret_write (tgp, chat_id, TRUE, tgp_words_refused (code));
}

gboolean
tgp_tell_windows (TgpAccount *tgp, const char *text)
{
    gboolean told = FALSE;

    g_autoptr (GList) all = tgp_conv_all ();

    for (GList *l = all; l != NULL; l = l->next) {
        if (!tgp_conv_lives (l->data) || tgp_conv_account (l->data) != tgp ||
            tgp_conv_peer (l->data).kind != TALK_PEER_SECRET)
            continue;
        tgp_notice (l->data, text);
        told = TRUE;
    }
    return told;
}
