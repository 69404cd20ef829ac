/* A connection's life beside libpurple's: an address is nobody else's while somebody may have it, and what
 * libpurple forgets is given back. The loop is real. */
#include "tgp-account.h"

#include <string.h>

static PurpleEventLoopUiOps loop = { .timeout_add = g_timeout_add,
                                     .timeout_add_seconds = g_timeout_add_seconds,
                                     .timeout_remove = g_source_remove };

/* --- libpurple's --- */

gulong __wrap_purple_signal_connect (void *instance, const char *signal, void *handle,
                                     PurpleCallback func, void *data);
void __wrap_purple_signals_disconnect_by_handle (void *handle);
void __wrap_purple_account_disconnect (PurpleAccount *account);
GList *__wrap_purple_accounts_get_all (void);
GList *__wrap_purple_connections_get_all (void);

static void (*quitting) (void *data);
static void (*removed) (PurpleAccount *account, void *data);
static PurpleConnection *ended;      /* the last */
static GList *connections, accounts; /* the one account */

gulong
__wrap_purple_signal_connect (void *instance, const char *signal, void *handle,
                              PurpleCallback func, void *data)
{
    if (g_str_equal (signal, "quitting"))
        memcpy (&quitting, &func, sizeof quitting);
    else if (g_str_equal (signal, "account-removed"))
        memcpy (&removed, &func, sizeof removed);
    else
        g_assert_not_reached ();
    return 1;
}

void
__wrap_purple_signals_disconnect_by_handle (void *handle)
{
}

GList *
__wrap_purple_accounts_get_all (void)
{
    return &accounts;
}

GList *
__wrap_purple_connections_get_all (void)
{
    return connections;
}

/* close() is called, and the account has no connection. */
void
__wrap_purple_account_disconnect (PurpleAccount *account)
{
    ended = purple_account_get_connection (account);
    tgp_account_ends (tgp_account (ended));
    connections = g_list_remove (connections, ended);
    purple_account_set_connection (account, NULL);
}

static TgpAccount *
begin (PurpleAccount *account, PurpleConnection *gc)
{
    *gc = (PurpleConnection){ .account = account };
    purple_account_set_connection (account, gc);
    accounts.data = account;
    connections = g_list_prepend (connections, gc);
    return tgp_account_begins (gc);
}

static void
run_loop (void)
{
    while (g_main_context_iteration (NULL, FALSE))
        continue;
}

/* --- tests --- */

static TgpAccount *
end_and_begin (PurpleAccount *account, PurpleConnection gc[static 2])
{
    TgpAccount *old = begin (account, &gc[0]);

    g_assert_true (tgp_lives (old));
    purple_account_disconnect (account);
    TgpAccount *new = begin (account, &gc[1]);
    g_assert_true (new != old);
    g_assert_false (tgp_lives (old));
    g_assert_true (tgp_lives (new));
    return old;
}

/* DECISIONS 25: code that is still running when a line ended its account does not take the next one for it */
static void
test_address (void)
{
    PurpleAccount account = { 0 };
    PurpleConnection gc[2];

    end_and_begin (&account, gc);
    purple_account_disconnect (&account);
    run_loop ();
}

/* It waits in a loop of its own, as a dialog's. */
static gboolean
inner_cb (gpointer data)
{
    PurpleAccount account = { 0 };
    PurpleConnection gc[2];
    TgpAccount *old = end_and_begin (&account, gc);

    run_loop ();
    g_assert_null (old->gc); /* it is there, and empty */
    PurpleConnection others[16];
    for (size_t i = 0; i < G_N_ELEMENTS (others); i++)
        g_assert_true (begin (&account, &others[i]) != old);
    for (size_t i = 0; i < G_N_ELEMENTS (others); i++)
        tgp_account_ends (tgp_account (&others[i]));
    tgp_account_ends (tgp_account (&gc[1]));
    return FALSE;
}

static void
test_address_inside (void)
{
    g_idle_add (inner_cb, NULL);
    run_loop ();
    tgp_accounts_uninit ();
}

/* A connection of "signed-off" is libpurple's own. */
static void
test_forgotten (void)
{
    PurpleAccount account = { 0 };
    PurpleConnection gc[2];

    begin (&account, &gc[0]);
    purple_account_set_connection (&account, NULL);
    run_loop ();
    g_assert_true (purple_account_get_connection (&account) == &gc[0]);
    begin (&account, &gc[1]);
    purple_account_set_connection (&account, NULL);
    quitting (NULL); /* before the loop runs: the older one ends */
    g_assert_true (ended == &gc[0] || ended == &gc[1]);
    PurpleConnection *left = ended == &gc[0] ? &gc[1] : &gc[0];
    g_assert_true (purple_account_get_connection (&account) == left);
    g_assert_false (tgp_lives (tgp_account (ended)));
    run_loop ();
    g_assert_true (purple_account_get_connection (&account) == left);
    purple_account_disconnect (&account);
    run_loop ();
}

/* ... and goes with its account, if that is removed before. */
static void
test_forgotten_and_removed (void)
{
    PurpleAccount account = { 0 };
    PurpleConnection gc;
    TgpAccount *tgp = begin (&account, &gc);

    purple_account_set_connection (&account, NULL);
    removed (&account, NULL);
    g_assert_true (ended == &gc);
    g_assert_false (tgp_lives (tgp));
    run_loop ();
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    purple_eventloop_set_ui_ops (&loop);
    g_test_add_func ("/purple-account/address", test_address);
    g_test_add_func ("/purple-account/address-inside", test_address_inside);
    g_test_add_func ("/purple-account/forgotten", test_forgotten);
    g_test_add_func ("/purple-account/forgotten-and-removed", test_forgotten_and_removed);
    return g_test_run ();
}
