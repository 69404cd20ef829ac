/* See tgp-drafts.h. */
#include "tgp-drafts.h"

#include "tgp-conv.h"
#include "tgp-send.h"

static int handle; /* of the signals */
static gboolean connected;
static unsigned opened_timer;

/* Where a line of it stands already there comes no other. */
static void
draft_cb (int32_t chat_id, int64_t id, const char *text, const TalkSpans *spans,
          void *user)
{
    /* no timer before it is sent */
    TalkOwnText own = { .id = id, .text = text, .spans = spans };

    tgp_secret_own (user, chat_id, &own);
}

/* Windows were opened; not inside the signal, when they are not whole (FRONTENDS 0.2). */
static gboolean
opened_cb (gpointer data)
{
    g_autoptr (GList) all = tgp_conv_all ();

    opened_timer = 0;
    for (GList *l = all; l != NULL; l = l->next) {
        if (!tgp_conv_lives (l->data))
            continue;
        TgpAccount *tgp = tgp_conv_account (l->data);
        TalkPeer peer = tgp_conv_peer (l->data);
        if (tgp != NULL && tgp->client != NULL && peer.kind == TALK_PEER_SECRET)
            tg_secret_each_draft (tgp->client, (int32_t)peer.id, draft_cb, tgp);
    }
    return FALSE;
}

void
tgp_drafts_look (void)
{
    if (opened_timer == 0)
        opened_timer = purple_timeout_add (0, opened_cb, NULL);
}

static void
created_cb (PurpleConversation *conv, void *data)
{
    if (tgp_conv_peer (conv).kind == TALK_PEER_SECRET)
        tgp_drafts_look ();
}

void
tgp_drafts_connect (void)
{
    if (connected)
        return;
    connected = TRUE;
    purple_signal_connect (purple_conversations_get_handle (), "conversation-created",
                           &handle, PURPLE_CALLBACK (created_cb), NULL);
}

void
tgp_drafts_disconnect (void)
{
    purple_signals_disconnect_by_handle (&handle);
    connected = FALSE;
    if (opened_timer != 0)
        purple_timeout_remove (opened_timer);
    opened_timer = 0;
}
