/* The menus of the buddy list: of a person, of a secret chat.
 *
 * One function an entry: front ends use an entry's `data` for themselves (Finch puts the
 * node there), so nothing is ever read from it. */
#include "tgp-menu.h"

#include "tgp-chat-menu.h"
#include "tgp-request.h"
#include "tgp-secret-buddy.h"

/* The account is online, and the node is one of its buddies: what it names in `id`. */
static TgpAccount *
node_account (PurpleBlistNode *node, int64_t *id)
{
    PurpleBuddy *buddy = PURPLE_BUDDY (node);
    PurpleConnection *gc =
        purple_account_get_connection (purple_buddy_get_account (buddy));
    TgpAccount *tgp = gc != NULL ? tgp_account (gc) : NULL;

    if (tgp_name_parse (purple_buddy_get_name (buddy), id) == TGP_NAME_OTHER)
        return NULL;
    return tgp != NULL && tgp->client != NULL ? tgp : NULL;
}

static void
menu_start (PurpleBlistNode *node, gpointer data)
{
    int64_t id;
    TgpAccount *tgp = node_account (node, &id);

    if (tgp != NULL)
        tgp_secret_start (tgp, id, NULL);
}

/* Of a person's open requests for secret chats. */
static void
menu_accept (PurpleBlistNode *node, gpointer data)
{
    int64_t id;
    TgpAccount *tgp = node_account (node, &id);

    if (tgp != NULL)
        tgp_request_accept (tgp, id);
}

static void
menu_reject (PurpleBlistNode *node, gpointer data)
{
    int64_t id;
    TgpAccount *tgp = node_account (node, &id);

    if (tgp != NULL)
        tgp_request_reject (tgp, id);
}

static void
menu_leave (PurpleBlistNode *node, gpointer data)
{
    int64_t id;
    TgpAccount *tgp = node_account (node, &id);

    if (tgp != NULL)
        tgp_request_leave (tgp, id);
}

/* An entry of a secret chat's menu, as libpurple calls it. */
static void
act (PurpleBlistNode *node, TgpChatAct what)
{
    PurpleBuddy *buddy = PURPLE_BUDDY (node);
    int64_t id;

    if (tgp_name_parse (purple_buddy_get_name (buddy), &id) == TGP_NAME_SECRET)
        tgp_chat_act (purple_buddy_get_account (buddy), (int32_t)id, what);
}

#define ACT(name)                                                                        \
    static void menu_##name (PurpleBlistNode *node, gpointer data)                       \
    {                                                                                    \
        act (node, TGP_CHAT_##name);                                                     \
    }
#define TIME(name, seconds) ACT (TIMER_##name)
TGP_CHAT_ACTS (ACT)
TGP_CHAT_TIMES (TIME)

#define ACT_ROW(name) [TGP_CHAT_##name] = menu_##name,
#define TIME_ROW(name, seconds) ACT_ROW (TIMER_##name)
static void (*const acts[TGP_CHAT_N_ACTS]) (PurpleBlistNode *,
                                            gpointer) = { TGP_CHAT_ACTS (ACT_ROW)
                                                              TGP_CHAT_TIMES (TIME_ROW) };

static GList *
add_item (GList *menu, const char *label, void (*run) (PurpleBlistNode *, gpointer),
          GList *children)
{
    return g_list_append (
        menu, purple_menu_action_new (label, PURPLE_CALLBACK (run), NULL, children));
}

/* libpurple's menus have no ticks: the present value carries one in its label. */
static GList *
items_of (GPtrArray *entries)
{
    GList *menu = NULL;

    for (unsigned i = 0; i < entries->len; i++) {
        const TgpChatEntry *entry = g_ptr_array_index (entries, i);
        g_autofree char *label =
            g_strconcat (entry->label, entry->chosen ? " \u2713" : NULL, NULL);
        menu = add_item (menu, label, acts[entry->act],
                         entry->below != NULL ? items_of (entry->below) : NULL);
    }
    return menu;
}

/* One entry with all of them below: the list has entries of its own, and Pidgin shows
 * these under "More" in the window, too. */
static GList *
secret_menu (const TalkSecret *info)
{
    g_autoptr (GPtrArray) entries = tgp_chat_menu (info);

    return add_item (NULL, tgp_chat_menu_title (), NULL, items_of (entries));
}

static GList *
person_menu (TgpAccount *tgp, int64_t user_id)
{
    GList *menu = NULL;

    if (tgp_request_of (tgp, user_id) != 0) {
        menu = add_item (menu, _ ("Accept secret chat"), menu_accept, NULL);
        menu = add_item (menu, _ ("Reject secret chat"), menu_reject, NULL);
        menu = add_item (menu, _ ("Leave it to my phone"), menu_leave, NULL);
    }
    return add_item (menu, _ ("Start secret chat"), menu_start, NULL);
}

GList *
tgp_node_menu (PurpleBlistNode *node)
{
    int64_t id;
    TalkSecret info;

    if (!PURPLE_BLIST_NODE_IS_BUDDY (node))
        return NULL;
    TgpAccount *tgp = node_account (node, &id);
    if (tgp == NULL || tgp->client == NULL)
        return NULL;
    switch (tgp_name_parse (purple_buddy_get_name (PURPLE_BUDDY (node)), &id)) {
    case TGP_NAME_PERSON:
        return person_menu (tgp, id);
    case TGP_NAME_SECRET:
        return tgp_has_info (tgp, (int32_t)id, &info) ? secret_menu (&info) : NULL;
    default:
        return NULL;
    }
}
