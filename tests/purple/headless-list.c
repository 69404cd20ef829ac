/* The buddy list of the headless host: what a user does there, as Pidgin and Finch do it. */
#include "headless.h"

#include <dlfcn.h>
#include <string.h>

/* --- accounts --- */

static gboolean unlisted;

void
list_init (const char *front)
{
    unlisted = g_str_equal (front, "bitlbee");
}

/* BitlBee gives none of its accounts to libpurple's list: there the module finds an empty one. */
GList *
purple_accounts_get_all (void)
{
    static GList *(*all) (void);
    Dl_info who;

    if (all == NULL) {
        void *found = dlsym (RTLD_NEXT, "purple_accounts_get_all");
        memcpy (&all, &found, sizeof all);
    }
    if (unlisted && dladdr (__builtin_return_address (0), &who) != 0 &&
        g_str_has_suffix (who.dli_fname, "/mtproto.so"))
        return NULL;
    return all ();
}

/* --- who is there --- */

static PurpleAccount *used; /* not the first one */

PurpleAccount *
the_account (void)
{
    GList *accounts = purple_accounts_get_all ();

    if (g_list_find (accounts, used) != NULL)
        return used;
    return accounts != NULL ? accounts->data : NULL;
}

PurpleBuddy *
newest_secret (void)
{
    g_autoptr (GSList) buddies = NULL;
    PurpleBuddy *newest = NULL;

    for (GList *a = purple_accounts_get_all (); a != NULL; a = a->next) {
        buddies = purple_find_buddies (a->data, NULL);
        for (GSList *l = buddies; l != NULL; l = l->next)
            if (g_str_has_prefix (purple_buddy_get_name (l->data), "secret") &&
                (newest == NULL || PURPLE_BUDDY_IS_ONLINE ((PurpleBuddy *)l->data)))
                newest = l->data;
    }
    return newest;
}

PurpleBuddy *
find_buddy (const char *name)
{
    g_autoptr (GSList) buddies = purple_find_buddies (the_account (), NULL);

    if (g_str_equal (name, "secret"))
        return newest_secret ();
    for (GSList *l = buddies; l != NULL; l = l->next) {
        const char *alias = purple_buddy_get_alias (l->data);
        if (g_str_equal (purple_buddy_get_name (l->data), name) ||
            (name[0] == '@' && g_str_has_prefix (alias, name + 1) &&
             g_str_has_prefix (purple_buddy_get_name (l->data), "id")))
            return l->data;
    }
    return NULL;
}

static void
dump_buddies (void)
{
    g_autoptr (GSList) buddies =
        the_account () != NULL ? purple_find_buddies (the_account (), NULL) : NULL;

    for (GSList *l = buddies; l != NULL; l = l->next) {
        PurplePlugin *prpl = purple_find_prpl ("prpl-mtproto");
        g_autofree char *status =
            PURPLE_PLUGIN_PROTOCOL_INFO (prpl)->status_text (l->data);
        /* BitlBee never asks for a status text (FRONTENDS 4) */
        const char *message = purple_status_get_attr_string (
            purple_presence_get_active_status (purple_buddy_get_presence (l->data)),
            "message");
        gboolean bitlbee = g_str_equal (purple_core_get_ui (), "BitlBee");
        const char *shown = bitlbee ? message : status;
        say ("buddy %s %s [%s] %s", purple_buddy_get_name (l->data),
             purple_buddy_get_alias (l->data),
             PURPLE_BUDDY_IS_ONLINE ((PurpleBuddy *)l->data) ? "online" : "offline",
             shown != NULL ? shown : "");
    }
    say ("buddies end");
}

static void
say_emblem (const char *name)
{
    PurpleBuddy *buddy = find_buddy (name);
    PurplePlugin *prpl = purple_find_prpl ("prpl-mtproto");
    const char *emblem =
        buddy != NULL ? PURPLE_PLUGIN_PROTOCOL_INFO (prpl)->list_emblem (buddy) : NULL;

    say ("emblem %s", emblem != NULL ? emblem : "none");
}

static void
say_setting (const char *name)
{
    PurpleBuddy *buddy = find_buddy (name);
    const char *said =
        buddy != NULL ? purple_blist_node_get_string (&buddy->node, "lastsaid") : NULL;

    say ("setting lastsaid: %s", said != NULL ? said : "none");
}

static void
dump_groups (void)
{
    for (PurpleBlistNode *g = purple_blist_get_root (); g != NULL; g = g->next)
        for (PurpleBlistNode *c = g->child; c != NULL; c = c->next)
            for (PurpleBlistNode *b = c->child; b != NULL; b = b->next)
                say ("group %s: %s of %d", purple_group_get_name ((PurpleGroup *)g),
                     purple_buddy_get_name ((PurpleBuddy *)b),
                     ((PurpleContact *)c)->totalsize);
    say ("groups end");
}

/* --- menus --- */

static void
free_items (GList *items)
{
    for (GList *l = items; l != NULL; l = l->next) {
        free_items (((PurpleMenuAction *)l->data)->children);
        purple_menu_action_free (l->data);
    }
    g_list_free (items);
}

/* What stands there; a value that is ticked is pressed like any other. */
static PurpleMenuAction *
find_item (GList *items, char **labels)
{
    for (GList *l = items; l != NULL; l = l->next) {
        PurpleMenuAction *item = l->data;
        g_autofree char *label = g_strdup (item->label);
        if (g_str_has_suffix (label, " \u2713"))
            label[strlen (label) - strlen (" \u2713")] = '\0';
        if (g_str_equal (label, labels[0]))
            return labels[1] == NULL ? item : find_item (item->children, labels + 1);
    }
    return NULL;
}

static GList *
menu_of (PurpleBuddy *buddy)
{
    PurplePlugin *prpl = purple_find_prpl ("prpl-mtproto");

    return PURPLE_PLUGIN_PROTOCOL_INFO (prpl)->blist_node_menu (
        PURPLE_BLIST_NODE (buddy));
}

void
run_menu (const char *name, const char *path)
{
    PurpleBuddy *buddy = find_buddy (name);
    g_auto (GStrv) labels = g_strsplit (path, "/", 0);

    if (buddy == NULL) {
        say ("no buddy %s", name);
        return;
    }
    GList *items = menu_of (buddy);
    /* Finch does that to the entries, not to those of their sub-menus */
    for (GList *l = items; l != NULL; l = l->next)
        ((PurpleMenuAction *)l->data)->data = buddy;
    PurpleMenuAction *found = find_item (items, labels);
    if (found != NULL && found->callback != NULL)
        ((void (*) (PurpleBlistNode *, gpointer))found->callback) (
            PURPLE_BLIST_NODE (buddy), found->data);
    else
        say ("no entry %s", path);
    free_items (items);
}

/* All that stands in the buddy's menu, a line each: "item PATH". */
static void
say_items (GList *items, const char *above)
{
    for (GList *l = items; l != NULL; l = l->next) {
        PurpleMenuAction *item = l->data;
        g_autofree char *path = g_strconcat (above, "/", item->label, NULL);
        say ("item %s", path + 1);
        say_items (item->children, path);
    }
}

static void
list_menu (const char *name)
{
    PurpleBuddy *buddy = find_buddy (name);

    if (buddy == NULL) {
        say ("no buddy %s", name);
        return;
    }
    GList *items = menu_of (buddy);
    say_items (items, "");
    say ("items end");
    free_items (items);
}

/* An entry of the account's own menu; "" says which there are. */
static void
run_account_action (const char *label)
{
    PurpleConnection *gc = purple_account_get_connection (the_account ());
    GList *list = gc != NULL ? gc->prpl->info->actions (gc->prpl, gc) : NULL;
    gboolean found = FALSE;

    for (GList *l = list; l != NULL; l = l->next) {
        PurplePluginAction *action = l->data;
        action->plugin = gc->prpl;
        action->context = gc;
        if (*label == '\0')
            say ("item %s", action->label);
        else if (g_str_has_prefix (action->label, label)) {
            found = TRUE;
            action->callback (action);
        }
    }
    if (*label == '\0')
        say ("items end");
    else if (!found)
        say ("no entry %s", label);
    g_list_free_full (list, (GDestroyNotify)purple_plugin_action_free);
}

/* --- changing the list --- */

/* The protocol hears of it first, then the entry goes. */
static void
remove_entry (PurpleBuddy *buddy)
{
    purple_account_remove_buddy (purple_buddy_get_account (buddy), buddy,
                                 purple_buddy_get_group (buddy));
    purple_blist_remove_buddy (buddy);
}

static PurpleGroup *
group (const char *name)
{
    PurpleGroup *found = purple_find_group (name);

    if (found == NULL) {
        found = purple_group_new (name);
        purple_blist_add_group (found, NULL);
    }
    return found;
}

static void
copy_entry (const PurpleBuddy *buddy, const char *to)
{
    PurpleBuddy *copy = purple_buddy_new (purple_buddy_get_account (buddy),
                                          purple_buddy_get_name (buddy), NULL);

    purple_blist_add_buddy (copy, NULL, group (to), NULL);
    purple_account_add_buddy (purple_buddy_get_account (buddy), copy);
}

static void
rename_a_group (const char *rest)
{
    g_auto (GStrv) names = g_strsplit (rest, "/", 2);
    PurpleGroup *found = purple_find_group (names[0]);

    if (found != NULL && names[1] != NULL)
        purple_blist_rename_group (found, names[1]);
    else
        say ("no group %s", rest);
}

static void
remove_a_group (const char *name)
{
    PurpleBlistNode *found = PURPLE_BLIST_NODE (purple_find_group (name));
    g_autoptr (GList) all = NULL;

    for (PurpleBlistNode *c = found != NULL ? found->child : NULL; c != NULL; c = c->next)
        for (PurpleBlistNode *b = c->child; b != NULL; b = b->next)
            all = g_list_prepend (all, b);
    for (GList *l = all; l != NULL; l = l->next)
        remove_entry (l->data);
    if (found != NULL)
        purple_blist_remove_group ((PurpleGroup *)found);
    else
        say ("no group %s", name);
}

/* Onto another entry; what is in the secret chat's window already is sent at once. */
/* `path`: of a file that is dropped there too early, or NULL: something is typed. */
static void
drag (PurpleBuddy *buddy, PurpleBuddy *other, const char *path)
{
    PurpleBuddy *secret =
        g_str_has_prefix (purple_buddy_get_name (buddy), "secret") ? buddy : other;
    PurpleConversation *conv = purple_find_conversation_with_account (
        PURPLE_CONV_TYPE_IM, purple_buddy_get_name (secret), the_account ());

    purple_blist_add_buddy (buddy, purple_buddy_get_contact (other), NULL, NULL);
    if (path != NULL)
        serv_send_file (purple_account_get_connection (the_account ()),
                        purple_buddy_get_name (secret), path);
    else if (conv != NULL && purple_account_is_connected (the_account ()))
        purple_conv_im_send (PURPLE_CONV_IM (conv), "typed too early");
}

static void
buddy_command (const char *verb, PurpleBuddy *buddy, const char *rest)
{
    PurpleBuddy *other = NULL;
    g_auto (GStrv) where = g_strsplit (rest, " ", 2);
    /* its "block" writes the list and leaves the rule */
    gboolean bitlbee = g_str_equal (purple_core_get_ui (), "BitlBee");

    if (g_str_equal (verb, "remove"))
        remove_entry (buddy);
    else if (g_str_equal (verb, "move"))
        purple_blist_add_buddy (buddy, NULL, group (rest), NULL);
    else if (g_str_equal (verb, "copy"))
        copy_entry (buddy, rest);
    else if (g_str_equal (verb, "onto") && where[0] != NULL &&
             (other = find_buddy (where[0])) != NULL)
        drag (buddy, other, where[1]);
    else if (g_str_equal (verb, "block") && bitlbee)
        purple_privacy_deny_add (the_account (), purple_buddy_get_name (buddy), FALSE);
    else if (g_str_equal (verb, "unblock") && bitlbee)
        purple_privacy_deny_remove (the_account (), purple_buddy_get_name (buddy), FALSE);
    else if (g_str_equal (verb, "block"))
        purple_privacy_deny (the_account (), purple_buddy_get_name (buddy), FALSE, FALSE);
    else if (g_str_equal (verb, "unblock"))
        purple_privacy_allow (the_account (), purple_buddy_get_name (buddy), FALSE,
                              FALSE);
    else
        say ("no buddy %s", rest);
}

gboolean
list_command (const char *verb, const char *rest)
{
    static const char *const of_buddies[] = { "remove", "move",    "copy", "onto",
                                              "block",  "unblock", NULL };
    g_auto (GStrv) words = g_strsplit (rest, " ", 2);
    const char *name = words[0] != NULL ? words[0] : "";
    const char *more = *name != '\0' && words[1] != NULL ? words[1] : "";

    if (g_str_equal (verb, "buddies"))
        dump_buddies ();
    else if (g_str_equal (verb, "use"))
        used = purple_accounts_find (rest, "prpl-mtproto");
    else if (g_str_equal (verb, "emblem"))
        say_emblem (rest);
    else if (g_str_equal (verb, "settings"))
        say_setting (rest);
    else if (g_str_equal (verb, "groups"))
        dump_groups ();
    else if (g_str_equal (verb, "items"))
        list_menu (name);
    else if (g_str_equal (verb, "menu"))
        run_menu (name, more);
    else if (g_str_equal (verb, "account-menu"))
        run_account_action (rest);
    else if (g_str_equal (verb, "account-entries"))
        run_account_action ("");
    else if (g_str_equal (verb, "group-rename"))
        rename_a_group (rest);
    else if (g_str_equal (verb, "group-remove"))
        remove_a_group (rest);
    else if (!g_strv_contains (of_buddies, verb))
        return FALSE;
    else if (find_buddy (name) != NULL)
        buddy_command (verb, find_buddy (name), more);
    else
        say ("no buddy %s", name);
    return TRUE;
}
