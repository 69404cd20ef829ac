/* See tgp-apart.h. */
#include "tgp-apart.h"

#include "tgp-frontend.h"
#include "tgp-number.h"
#include "tgp-person.h"
#include "tgp-text.h"

#include <string.h>

#define ALIAS_COLUMNS 8 /* of the user's own name for an account */
#define ALIAS_NARROW 4
#define WAYS 5 /* to call an account, the best one first */

/* --- what accounts are called --- */

static char *
last_digits (const char *identity, size_t n)
{
    size_t len = strlen (identity);

    return strspn (identity, G_CSET_DIGITS) == len && len > n
               ? g_strdup_printf ("\u2026%s", identity + len - n)
               : NULL;
}

/* NULL: not that way. The last one is whole, and no other account's (DECISIONS 29). */
static char *
called (PurpleAccount *account, int way)
{
    gboolean narrow = tgp_frontend ()->narrow;
    int columns = narrow ? ALIAS_NARROW : ALIAS_COLUMNS;
    g_autofree char *identity =
        tgp_number_identity (purple_account_get_username (account));
    const char *alias = purple_account_get_alias (account);

    switch (way) {
    case 0:
        return alias != NULL && *alias != '\0' ? tgp_text_fit (alias, columns) : NULL;
    case 1: /* the person is to be seen beside it, and "(1)" */
        return narrow ? last_digits (identity, 2) : NULL;
    case 2:
        return last_digits (identity, 4);
    case 3:
        return tgp_text_fit (identity, columns);
    default:
        return g_steal_pointer (&identity);
    }
}

/* --- who has such a chat --- */

typedef struct {
    TgpAccount *tgp;
    const char *name; /* folded */
    gboolean has;
} Chat;

static void
chat_cb (const TalkSecret *info, void *user)
{
    Chat *chat = user;

    if (chat->has)
        return;
    g_autofree char *entry = tgp_name_secret (info->id);
    g_autofree char *name =
        g_utf8_casefold (tgp_person_name (chat->tgp, info->user_id), -1);
    chat->has = g_str_equal (name, chat->name) &&
                purple_find_buddy (chat->tgp->account, entry) != NULL;
}

/* Only what is online is in a list. */
static TgpAccount *
online (PurpleConnection *gc)
{
    TgpAccount *tgp =
        tgp_is_ours (purple_connection_get_account (gc)) ? tgp_account (gc) : NULL;

    return tgp != NULL && tgp->client != NULL && PURPLE_CONNECTION_IS_CONNECTED (gc)
               ? tgp
               : NULL;
}

/* Accounts but this one, to be freed. */
static GSList *
others (TgpAccount *tgp, const char *name)
{
    g_autofree char *folded = g_utf8_casefold (name, -1);
    GSList *found = NULL;

    for (GList *l = purple_connections_get_all (); l != NULL; l = l->next) {
        Chat chat = { online (l->data), folded, FALSE };
        if (chat.tgp == NULL || chat.tgp == tgp ||
            tgp_person_namesakes (chat.tgp, name, NULL) == 0)
            continue;
        tg_client_each_secret (chat.tgp->client, chat_cb, &chat);
        if (chat.has)
            found = g_slist_prepend (found, chat.tgp->account);
    }
    return found;
}

static gboolean
is_taken (GSList *accounts, int way, const char *sign)
{
    for (GSList *l = accounts; l != NULL; l = l->next) {
        g_autofree char *other = called (l->data, way);
        if (g_strcmp0 (other, sign) == 0)
            return TRUE;
    }
    return FALSE;
}

char *
tgp_apart_sign (TgpAccount *tgp, int64_t user_id)
{
    g_autoptr (GSList) accounts = others (tgp, tgp_person_name (tgp, user_id));

    for (int way = 0; accounts != NULL && way < WAYS; way++) {
        g_autofree char *sign = called (tgp->account, way);
        if (sign != NULL && (way == WAYS - 1 || !is_taken (accounts, way, sign)))
            return g_steal_pointer (&sign);
    }
    return NULL;
}

/* --- when that changes --- */

static void (*renamed) (TgpAccount *tgp);
static int handle; /* of the signals */
static unsigned timer;
static gboolean several; /* accounts were online */

static gboolean
look_cb (void *data)
{
    g_autoptr (GList) all = g_list_copy (purple_connections_get_all ());
    unsigned n = 0;

    timer = 0;
    for (GList *l = all; l != NULL; l = l->next)
        n += online (l->data) != NULL;
    gboolean look = n > 1 || several;
    several = n > 1;
    for (GList *l = all; look && l != NULL; l = l->next) {
        TgpAccount *tgp = tgp_account_alive (l->data) != NULL ? online (l->data) : NULL;
        if (tgp != NULL)
            renamed (tgp);
    }
    return FALSE;
}

static void
look_soon (void)
{
    if (timer == 0)
        timer = purple_timeout_add (0, look_cb, NULL);
}

static void
connection_cb (PurpleConnection *gc, void *data)
{
    if (tgp_is_ours (purple_connection_get_account (gc)))
        look_soon ();
}

static void
buddy_cb (PurpleBuddy *buddy, void *data)
{
    if (tgp_is_ours (purple_buddy_get_account (buddy)))
        look_soon ();
}

static void
aliased_cb (PurpleBlistNode *node, const char *before, void *data)
{
    if (PURPLE_BLIST_NODE_IS_BUDDY (node))
        buddy_cb (PURPLE_BUDDY (node), NULL);
}

static void
account_cb (PurpleAccount *account, const char *before, void *data)
{
    if (tgp_is_ours (account))
        look_soon ();
}

void
tgp_apart_connect (void (*func) (TgpAccount *tgp))
{
    void *connections = purple_connections_get_handle ();
    void *list = purple_blist_get_handle ();

    if (renamed != NULL || !tgp_frontend ()->locks)
        return;
    renamed = func;
    purple_signal_connect (connections, "signed-on", &handle,
                           PURPLE_CALLBACK (connection_cb), NULL);
    purple_signal_connect (connections, "signed-off", &handle,
                           PURPLE_CALLBACK (connection_cb), NULL);
    purple_signal_connect (list, "buddy-added", &handle, PURPLE_CALLBACK (buddy_cb),
                           NULL);
    purple_signal_connect (list, "buddy-removed", &handle, PURPLE_CALLBACK (buddy_cb),
                           NULL);
    purple_signal_connect (list, "blist-node-aliased", &handle,
                           PURPLE_CALLBACK (aliased_cb), NULL);
    purple_signal_connect (purple_accounts_get_handle (), "account-alias-changed",
                           &handle, PURPLE_CALLBACK (account_cb), NULL);
}

void
tgp_apart_disconnect (void)
{
    purple_signals_disconnect_by_handle (&handle);
    if (timer != 0)
        purple_timeout_remove (timer);
    timer = 0;
    renamed = NULL;
    several = FALSE;
}
