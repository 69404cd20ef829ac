/* See tgp-windows.h. */
#include "tgp-windows.h"

#include "tgp-conv.h"
#include "tgp-lines.h"
#include "tgp-rest.h"
#include "tgp-secret-buddy.h"
#include "tgp-seen-private.h"
#include "tgp-seen.h"

static int handle; /* of the signals */
static gboolean connected;

/* The account and the chat of a conversation of ours that is online, else NULL. */
static TgpAccount *
account_of (PurpleConversation *conv, int32_t *chat_id)
{
    TgpAccount *tgp = tgp_conv_account (conv);
    TalkPeer peer = tgp_conv_peer (conv);

    if (tgp == NULL || tgp->client == NULL || peer.kind != TALK_PEER_SECRET)
        return NULL;
    *chat_id = (int32_t)peer.id;
    return tgp;
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
    g_hash_table_remove_all (tgp->seen->skipped);
    tgp_seen_open_soon (tgp);
    tgp_schedule_check (tgp);
}

/* Something newer is let through and is about to open a window: what waits comes first,
 * also what was swallowed before, if it is let through now. (libpurple looks for the window
 * again behind this signal. Not tried before: whoever swallows may do something each time.) */
static void
received_cb (PurpleAccount *account, const char *who, const char *message,
             PurpleConversation *conv, PurpleMessageFlags flags, void *data)
{
    PurpleConnection *gc = purple_account_get_connection (account);
    TgpAccount *tgp = tgp_is_ours (account) && gc != NULL ? tgp_account (gc) : NULL;
    int64_t id;

    if (tgp == NULL || tgp->client == NULL || tgp->seen->newer == 0 ||
        tgp_name_parse (who, &id) != TGP_NAME_SECRET || tgp->seen->newer != id)
        return;
    tgp->seen->newer = 0;
    void *line = tgp_lines_suspend ();
    gboolean alive = tgp_seen_show_waiting (tgp, (int32_t)id, TRUE) &&
                     tgp_rest_flush (tgp->seen->rest, (int32_t)id);
    tgp_lines_resume (line);
    if (alive) /* by the window that it opened: all was tried */
        g_hash_table_remove (tgp->seen->opened, GINT_TO_POINTER ((int32_t)id));
}

/* The front end counts its unseen lines anew: somebody looks, perhaps; or libpurple gave
 * the list's name to a window (FRONTENDS 4). */
static void
window_updated_cb (PurpleConversation *conv, PurpleConvUpdateType type, void *data)
{
    gboolean unseen = type == PURPLE_CONV_UPDATE_UNSEEN;
    TgpAccount *tgp =
        unseen || type == PURPLE_CONV_UPDATE_TITLE ? tgp_conv_account (conv) : NULL;

    if (tgp == NULL || tgp_conv_peer (conv).kind != TALK_PEER_SECRET)
        return;
    if (unseen)
        tgp_schedule_check (tgp);
    else
        tgp_secret_title (tgp, conv);
}

/* What was not seen in a window that closes waits from now on. */
static void
window_gone_cb (PurpleConversation *conv, void *data)
{
    int32_t chat_id;
    TgpAccount *tgp = account_of (conv, &chat_id);

    if (tgp == NULL)
        return;
    tgp_standing_drop_all (tgp->seen->standing, chat_id);
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

    if (gc != NULL && tgp_is_ours (account))
        tgp_seen_privacy_changed (gc);
}

void
tgp_windows_connect (void)
{
    void *conversations = purple_conversations_get_handle ();

    if (connected)
        return;
    connected = TRUE;
    purple_signal_connect (conversations, "conversation-created", &handle,
                           PURPLE_CALLBACK (window_new_cb), NULL);
    purple_signal_connect (conversations, "conversation-updated", &handle,
                           PURPLE_CALLBACK (window_updated_cb), NULL);
    purple_signal_connect (conversations, "deleting-conversation", &handle,
                           PURPLE_CALLBACK (window_gone_cb), NULL);
    /* before the line that it announces is known to come */
    purple_signal_connect_priority (conversations, "received-im-msg", &handle,
                                    PURPLE_CALLBACK (received_cb), NULL,
                                    PURPLE_SIGNAL_PRIORITY_LOWEST);
    purple_signal_connect (purple_blist_get_handle (), "buddy-privacy-changed", &handle,
                           PURPLE_CALLBACK (privacy_cb), NULL);
}

void
tgp_windows_disconnect (void)
{
    purple_signals_disconnect_by_handle (&handle);
    connected = FALSE;
}
