/* The menus of the buddy list: of a person, of a secret chat. */
#include "tgp-account.h"

static TgpAccount *
node_account (PurpleBlistNode *node, int64_t *id)
{
    PurpleBuddy *buddy = PURPLE_BUDDY (node);
    PurpleConnection *gc =
        purple_account_get_connection (purple_buddy_get_account (buddy));

    tgp_name_parse (purple_buddy_get_name (buddy), id);
    return gc != NULL ? tgp_account (gc) : NULL;
}

static void
menu_start (PurpleBlistNode *node, gpointer data)
{
    int64_t id;
    TgpAccount *tgp = node_account (node, &id);
    TgSecretInfo info;

    if (tgp == NULL)
        return;
    if (GPOINTER_TO_INT (data) != 0) /* of a chat that ended: with the same person */
        id = tgp_has_info (tgp, (int32_t)id, &info) ? info.user_id : 0;
    tgp_secret_start (tgp, id);
}

static void
menu_accept (PurpleBlistNode *node, gpointer data)
{
    int64_t id;
    TgpAccount *tgp = node_account (node, &id);

    if (tgp != NULL && GPOINTER_TO_INT (data) != 0)
        tg_secret_accept (tgp->client, (int32_t)id, NULL);
    else if (tgp != NULL)
        tg_secret_reject (tgp->client, (int32_t)id, NULL);
}

static void
menu_leave (PurpleBlistNode *node, gpointer data)
{
    int64_t id;
    TgpAccount *tgp = node_account (node, &id);

    if (tgp != NULL)
        tg_secret_leave (tgp->client, (int32_t)id, NULL);
}

static void
menu_verify (PurpleBlistNode *node, gpointer data)
{
    int64_t id;
    TgpAccount *tgp = node_account (node, &id);

    if (tgp != NULL)
        tgp_secret_verify (tgp, (int32_t)id, GPOINTER_TO_INT (data) != 0);
}

static void
menu_rekey (PurpleBlistNode *node, gpointer data)
{
    int64_t id;
    TgpAccount *tgp = node_account (node, &id);

    if (tgp != NULL)
        tg_secret_rekey (tgp->client, (int32_t)id, NULL);
}

static void
menu_ttl (PurpleBlistNode *node, gpointer data)
{
    int64_t id;
    TgpAccount *tgp = node_account (node, &id);

    if (tgp != NULL)
        tg_secret_set_ttl (tgp->client, (int32_t)id, GPOINTER_TO_INT (data), NULL);
}

static void
menu_delete (PurpleBlistNode *node, gpointer data)
{
    int64_t id;
    TgpAccount *tgp = node_account (node, &id);
    g_autoptr (GError) error = NULL;

    if (tgp != NULL && !tg_secret_delete (tgp->client, (int32_t)id, NULL, 0, &error))
        tgp_secret_write (tgp, (int32_t)id, TRUE, _ ("There is nothing to delete."));
}

static void
menu_flush (PurpleBlistNode *node, gpointer data)
{
    int64_t id;
    TgpAccount *tgp = node_account (node, &id);

    if (tgp != NULL)
        tgp_secret_ask_flush (tgp, (int32_t)id);
}

static void
menu_screenshot (PurpleBlistNode *node, gpointer data)
{
    int64_t id;
    TgpAccount *tgp = node_account (node, &id);

    if (tgp != NULL)
        tg_secret_screenshot (tgp->client, (int32_t)id, NULL);
}

static void
menu_info (PurpleBlistNode *node, gpointer data)
{
    int64_t id;
    TgpAccount *tgp = node_account (node, &id);
    TgSecretInfo info;

    if (tgp == NULL || !tgp_has_info (tgp, (int32_t)id, &info))
        return;
    g_autofree char *text = tgp_secret_info_text (tgp, &info);
    g_autofree char *key =
        info.has_key_hash ? tgp_secret_key_text (&info) : g_strdup ("");
    g_autofree char *all = g_strdup_printf ("%s\n\n%s", text, key);
    g_autofree char *escaped = g_markup_escape_text (all, -1);
    g_autofree char *html = purple_strdup_withhtml (escaped);
    purple_notify_formatted (
        tgp->gc, _ ("Secret chat"), _ ("Secret chat"),
        _ ("Compare the key with the other side's over another channel."), html, NULL,
        NULL);
}

static void
menu_close (PurpleBlistNode *node, gpointer data)
{
    int64_t id;
    TgpAccount *tgp = node_account (node, &id);

    if (tgp != NULL)
        tgp_secret_ask_close (tgp, (int32_t)id);
}

static void
menu_erase (PurpleBlistNode *node, gpointer data)
{
    int64_t id;
    TgpAccount *tgp = node_account (node, &id);

    if (tgp != NULL)
        tgp_secret_ask_erase (tgp, (int32_t)id);
}

static GList *
add_item (GList *menu, const char *label, void (*run) (PurpleBlistNode *, gpointer),
          int data, GList *children)
{
    return g_list_append (menu,
                          purple_menu_action_new (label, PURPLE_CALLBACK (run),
                                                  GINT_TO_POINTER (data), children));
}

static GList *
timer_menu (void)
{
    static const int32_t times[] = { 0, 5, 30, 60, 3600, 86400, 7 * 86400 };
    GList *menu = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS (times); i++) {
        g_autofree char *label = tgp_duration (times[i]);
        menu = add_item (menu, label, menu_ttl, times[i], NULL);
    }
    return menu;
}

static GList *
secret_menu (const TgSecretInfo *info)
{
    GList *menu = NULL;

    if (info->state == TG_SECRET_REQUESTED) {
        menu = add_item (menu, _ ("Accept"), menu_accept, 1, NULL);
        menu = add_item (menu, _ ("Reject"), menu_accept, 0, NULL);
        menu = add_item (menu, _ ("Leave it to my other devices"), menu_leave, 0, NULL);
    }
    if (info->state == TG_SECRET_READY) {
        menu = add_item (menu, _ ("Self-destruct timer"), NULL, 0, timer_menu ());
        menu = add_item (menu, _ ("Delete my last message"), menu_delete, 0, NULL);
        menu = add_item (menu, _ ("Delete all messages..."), menu_flush, 0, NULL);
        menu = add_item (menu, _ ("Tell about a screenshot"), menu_screenshot, 0, NULL);
        menu = add_item (menu, _ ("Renew the key"), menu_rekey, 0, NULL);
    }
    menu = add_item (menu, _ ("Key and information"), menu_info, 0, NULL);
    if (info->state == TG_SECRET_READY && info->verified)
        menu = add_item (menu, _ ("Take the verified mark away"), menu_verify, 0, NULL);
    else if (info->state == TG_SECRET_READY)
        menu = add_item (menu, _ ("I compared the key: it is verified"), menu_verify, 1,
                         NULL);
    if (info->state == TG_SECRET_CLOSED)
        menu = add_item (menu, _ ("Start a new secret chat"), menu_start, 1, NULL);
    else
        menu = add_item (menu, _ ("End secret chat..."), menu_close, 0, NULL);
    if (info->state != TG_SECRET_CLOSED)
        menu = add_item (menu, _ ("End and delete secret chat..."), menu_erase, 0, NULL);
    return menu;
}

GList *
tgp_node_menu (PurpleBlistNode *node)
{
    int64_t id;
    TgSecretInfo info;

    if (!PURPLE_BLIST_NODE_IS_BUDDY (node))
        return NULL;
    TgpAccount *tgp = node_account (node, &id);
    if (tgp == NULL || tgp->client == NULL)
        return NULL;
    switch (tgp_name_parse (purple_buddy_get_name (PURPLE_BUDDY (node)), &id)) {
    case TGP_NAME_PERSON:
        return add_item (NULL, _ ("Start secret chat"), menu_start, 0, NULL);
    case TGP_NAME_SECRET:
        return tgp_has_info (tgp, (int32_t)id, &info) ? secret_menu (&info) : NULL;
    default:
        return NULL;
    }
}
