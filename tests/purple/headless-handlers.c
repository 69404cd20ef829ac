/* What other plugins do behind a line, an entry, an end, in the middle of whatever brought it about:
 * "swallow" of headless.c. */
#include "headless.h"

#include <string.h>

/* --- they keep lines from the windows, or change them --- */

static const char *swallowing = "nothing";

static void
change (char **message, const char *before, const char *behind)
{
    char *old = *message;

    if (!g_str_equal (swallowing, "changing"))
        return;
    *message = g_strconcat (before, old, behind, NULL);
    g_free (old);
}

static gboolean
receiving_cb (PurpleAccount *account, char **who, char **message,
              PurpleConversation *conv, PurpleMessageFlags *flags, void *data)
{
    change (message, "", ", said somebody");
    return g_str_equal (swallowing, "receiving") && strstr (*message, "swallow") != NULL;
}

static gboolean
writing_cb (PurpleAccount *account, const char *who, char **message,
            PurpleConversation *conv, PurpleMessageFlags flags, void *data)
{
    change (message, "<i>changed</i>: ", "");
    return g_str_equal (swallowing, "all") ||
           (g_str_equal (swallowing, "writing") && strstr (*message, "swallow") != NULL);
}

/* purple-plugin-pack's "Last Seen" keeps what was said, in the buddy list's file. */
static void
received_cb (PurpleAccount *account, char *who, char *message, PurpleConversation *conv,
             PurpleMessageFlags flags, void *data)
{
    PurpleBuddy *buddy = purple_find_buddy (account, who);

    if (g_str_equal (swallowing, "keeping") && buddy != NULL)
        purple_blist_node_set_string (PURPLE_BLIST_NODE (buddy), "lastsaid", message);
}

static gboolean
any_account (PurpleAccount *account)
{
    return g_list_find (purple_accounts_get_all (), account) != NULL;
}

/* A plugin that connects the account: if it is off; and ends it again; or ends it first. */
static void
connect_by_line (PurpleAccount *account)
{
    gboolean off = any_account (account) && purple_account_is_disconnected (account);

    if (g_str_equal (swallowing, "connecting") && off) {
        purple_account_connect (account);
        say ("connected by a line");
    }
    if (g_str_equal (swallowing, "flapping") && off) {
        purple_account_connect (account);
        purple_account_disconnect (account);
        say ("on and off by a line");
    }
    if (g_str_equal (swallowing, "reviving") && purple_account_is_connected (account)) {
        purple_account_disconnect (account);
        purple_account_connect (account);
        say ("off and on by a line");
    }
}

static void
signed_off_cb (PurpleConnection *gc, void *data)
{
    if (!g_str_equal (swallowing, "returning"))
        return;
    swallowing = "nothing";
    purple_account_connect (purple_connection_get_account (gc));
    say ("connected when it was off");
}

/* A plugin that closes every window of the account once something is written in one, or ends the
 * account. */
static void
wrote_cb (PurpleAccount *account, const char *who, const char *message,
          PurpleConversation *conv, PurpleMessageFlags flags, void *data)
{
    while (g_str_equal (swallowing, "closing") && purple_get_ims () != NULL)
        purple_conversation_destroy (purple_get_ims ()->data);
    if (g_str_equal (swallowing, "ending-all"))
        for (GList *l = purple_accounts_get_all (); l != NULL; l = l->next)
            if (purple_account_is_connected (l->data)) {
                purple_account_disconnect (l->data);
                say ("all ended by a line");
            }
    if (g_str_equal (swallowing, "ending") && purple_account_is_connected (account)) {
        purple_account_disconnect (account);
        say ("ended by a line");
    }
    if (g_str_equal (swallowing, "deleting") && any_account (account)) {
        swallowing = "nothing";
        purple_accounts_delete (account);
        say ("deleted by a line");
    }
    connect_by_line (account);
}

/* A plugin that ends it where something in the list changes: of anybody, or of a secret chat. */
static void
end_by (const char *what, PurpleBlistNode *node)
{
    PurpleBuddy *buddy = PURPLE_BLIST_NODE_IS_BUDDY (node) ? PURPLE_BUDDY (node) : NULL;

    if (!g_str_equal (swallowing, what) || buddy == NULL ||
        !purple_account_is_connected (buddy->account) ||
        !(g_str_has_prefix (buddy->name, "secret") ||
          ((g_str_equal (what, "adding") || g_str_equal (what, "leaving")) &&
           g_str_has_prefix (buddy->name, "id"))))
        return;
    purple_account_disconnect (buddy->account);
    say ("ended by %s", what);
}

static void
added_cb (PurpleBuddy *buddy, void *data)
{
    end_by ("adding", PURPLE_BLIST_NODE (buddy));
}

static void
aliased_cb (PurpleBlistNode *node, const char *before, void *data)
{
    end_by ("naming", node);
}

static void
status_cb (PurpleBuddy *buddy, PurpleStatus *before, PurpleStatus *now, void *data)
{
    end_by ("presence", PURPLE_BLIST_NODE (buddy));
}

static void
left_cb (PurpleBuddy *buddy, void *data)
{
    end_by ("leaving", PURPLE_BLIST_NODE (buddy));
}

/* ... or where it is told who somebody is. */
static void
shown_cb (PurpleAccount *account, const char *who, PurpleNotifyUserInfo *info, void *data)
{
    if (!g_str_equal (swallowing, "showing"))
        return;
    swallowing = "nothing";
    purple_account_disconnect (account);
    say ("ended by showing");
}

/* A plugin that takes out of the list what comes there. */
static void
node_added_cb (PurpleBlistNode *node, void *data)
{
    PurpleBuddy *buddy = PURPLE_BLIST_NODE_IS_BUDDY (node) ? PURPLE_BUDDY (node) : NULL;

    if (!g_str_equal (swallowing, "taking") || buddy == NULL ||
        *buddy->name == '+') /* which the front end still works on */
        return;
    purple_blist_remove_buddy (buddy);
    say ("taken out");
}

/* A plugin that ends it where a transfer is over. */
static void
transfer_cb (PurpleXfer *xfer, void *data)
{
    if (!g_str_equal (swallowing, "transfers") ||
        !purple_account_is_connected (purple_xfer_get_account (xfer)))
        return;
    purple_account_disconnect (purple_xfer_get_account (xfer));
    say ("ended by a transfer");
}

void
handlers_do (const char *what)
{
    static const char *const whats[] = {
        "receiving", "writing",    "changing", "keeping",  "closing",   "ending",
        "adding",    "ending-all", "naming",   "presence", "all",       "nothing",
        "deleting",  "connecting", "flapping", "reviving", "returning", "showing",
        "taking",    "leaving",    "transfers"
    };

    for (size_t i = 0; i < G_N_ELEMENTS (whats); i++)
        if (g_str_equal (whats[i], what))
            swallowing = whats[i];
}

void
handlers_connect (void)
{
    static int handle;
    static const char *const over[] = { "file-recv-complete", "file-recv-cancel",
                                        "file-send-complete", "file-send-cancel" };
    void *conversations = purple_conversations_get_handle ();

    purple_signal_connect (conversations, "receiving-im-msg", &handle,
                           PURPLE_CALLBACK (receiving_cb), NULL);
    purple_signal_connect (conversations, "writing-im-msg", &handle,
                           PURPLE_CALLBACK (writing_cb), NULL);
    purple_signal_connect (conversations, "received-im-msg", &handle,
                           PURPLE_CALLBACK (received_cb), NULL);
    purple_signal_connect_priority (conversations, "wrote-im-msg", &handle,
                                    PURPLE_CALLBACK (wrote_cb), NULL,
                                    PURPLE_SIGNAL_PRIORITY_HIGHEST);
    purple_signal_connect (purple_blist_get_handle (), "buddy-added", &handle,
                           PURPLE_CALLBACK (added_cb), NULL);
    purple_signal_connect (purple_blist_get_handle (), "blist-node-aliased", &handle,
                           PURPLE_CALLBACK (aliased_cb), NULL);
    purple_signal_connect (purple_blist_get_handle (), "buddy-status-changed", &handle,
                           PURPLE_CALLBACK (status_cb), NULL);
    purple_signal_connect (purple_blist_get_handle (), "buddy-signed-off", &handle,
                           PURPLE_CALLBACK (left_cb), NULL);
    purple_signal_connect (purple_connections_get_handle (), "signed-off", &handle,
                           PURPLE_CALLBACK (signed_off_cb), NULL);
    purple_signal_connect (purple_notify_get_handle (), "displaying-userinfo", &handle,
                           PURPLE_CALLBACK (shown_cb), NULL);
    purple_signal_connect (purple_blist_get_handle (), "blist-node-added", &handle,
                           PURPLE_CALLBACK (node_added_cb), NULL);
    for (size_t i = 0; i < G_N_ELEMENTS (over); i++)
        purple_signal_connect (purple_xfers_get_handle (), over[i], &handle,
                               PURPLE_CALLBACK (transfer_cb), NULL);
}
