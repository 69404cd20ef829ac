/* Which accounts there are. */
#include "tgp-account.h"

#define AGAIN 1 /* s, until the loop is looked at again: is it the outermost one? */

static GList *accounts; /* TgpAccount */
static GList *gone;     /* ended ones, whose address a caller may still have */
static unsigned gone_timer;
static int handle; /* of the signals */
static gboolean connected;

/* The outermost loop is running, none that a dialog, say, runs inside it: then no caller of what ended an
 * account, or of what is ending it, has still to return. */
static gboolean
is_outermost (void)
{
    return g_main_depth () <= 1;
}

/* --- libpurple's connection --- */

/* The last that libpurple does to end a connection, after `signed-off`, is to set the account's to NULL: a
 * connection that was made in between is forgotten, cannot be ended, and keeps the program from ending
 * (FRONTENDS 0.14). It is given back to its account here. */
static void
belong (TgpAccount *tgp)
{
    PurpleAccount *account = tgp->account;
    PurpleConnection *other = purple_account_get_connection (account);

    if (other == tgp->gc)
        return;
    purple_account_set_connection (account, tgp->gc);
    if (other == NULL)
        return;
    purple_account_disconnect (account); /* the account was connected once more since */
    if (g_list_find (purple_accounts_get_all (), account) != NULL &&
        g_list_find (purple_connections_get_all (), other) != NULL)
        purple_account_set_connection (account, other);
}

static gboolean
begun_cb (gpointer data)
{
    TgpAccount *tgp = data;

    tgp->begun_timer =
        is_outermost () ? 0 : purple_timeout_add_seconds (AGAIN, begun_cb, tgp);
    if (tgp->begun_timer == 0)
        belong (tgp);
    return FALSE;
}

/* It goes for good, and with it what its connection, which libpurple forgot, would use. */
static void
removed_cb (PurpleAccount *account, void *data)
{
    g_autoptr (GList) all = g_list_copy (accounts);

    for (GList *l = all; l != NULL; l = l->next) {
        TgpAccount *tgp = l->data;
        if (!tgp_lives (tgp) || tgp->account != account)
            continue;
        purple_account_set_connection (account, tgp->gc);
        purple_account_disconnect (account);
    }
}

static void
quitting_cb (void *data)
{
    g_autoptr (GList) all = g_list_copy (accounts);

    for (GList *l = all; l != NULL; l = l->next)
        if (tgp_lives (l->data))
            belong (l->data);
}

/* --- life --- */

TgpAccount *
tgp_account_begins (PurpleConnection *gc)
{
    TgpAccount *tgp = g_new0 (TgpAccount, 1);

    tgp->gc = gc;
    tgp->account = purple_connection_get_account (gc);
    gc->proto_data = tgp;
    accounts = g_list_prepend (accounts, tgp);
    tgp->begun_timer = purple_timeout_add (0, begun_cb, tgp);
    if (!connected) {
        purple_signal_connect (purple_get_core (), "quitting", &handle,
                               PURPLE_CALLBACK (quitting_cb), NULL);
        purple_signal_connect (purple_accounts_get_handle (), "account-removed", &handle,
                               PURPLE_CALLBACK (removed_cb), NULL);
    }
    connected = TRUE;
    return tgp;
}

static gboolean
gone_cb (gpointer data)
{
    gone_timer = is_outermost () ? 0 : purple_timeout_add_seconds (AGAIN, gone_cb, NULL);
    if (gone_timer == 0)
        g_list_free_full (g_steal_pointer (&gone), g_free);
    return FALSE;
}

void
tgp_account_ends (TgpAccount *tgp)
{
    accounts = g_list_remove (accounts, tgp);
    if (tgp->begun_timer != 0)
        purple_timeout_remove (tgp->begun_timer);
    /* a caller that does not ask whether it lives finds it empty, not freed */
    *tgp = (TgpAccount){ .account = tgp->account };
    gone = g_list_prepend (gone, tgp);
    if (gone_timer == 0)
        gone_timer = purple_timeout_add (0, gone_cb, NULL);
}

void
tgp_accounts_uninit (void)
{
    purple_signals_disconnect_by_handle (&handle);
    connected = FALSE;
    if (gone_timer != 0)
        purple_timeout_remove (gone_timer);
    gone_timer = 0;
    g_list_free_full (g_steal_pointer (&gone), g_free);
}

gboolean
tgp_lives (const TgpAccount *tgp)
{
    return g_list_find (accounts, tgp) != NULL;
}
