/* The menus of the buddy list: of a person, of a secret chat.
 *
 * One function an entry: front ends use an entry's `data` for themselves (Finch puts the
 * node there), so nothing is ever read from it. */
#include "tgp-menu.h"

#include "tgp-ends.h"
#include "tgp-info.h"
#include "tgp-request.h"
#include "tgp-secret-buddy.h"
#include "tgp-words-act.h"
#include "tgp-words.h"

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

/* An entry of a secret chat's menu, as libpurple calls it; `does` gets tgp and chat_id. */
#define CHAT_ENTRY(name, does)                                                           \
    static void name (PurpleBlistNode *node, gpointer data)                              \
    {                                                                                    \
        int64_t id;                                                                      \
        TgpAccount *tgp = node_account (node, &id);                                      \
        if (tgp != NULL)                                                                 \
            does (tgp, (int32_t)id);                                                     \
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

static void
start_again (TgpAccount *tgp, int32_t chat_id)
{
    TalkSecret info;

    if (tgp_has_info (tgp, chat_id, &info))
        tgp_secret_start (tgp, info.user_id, NULL);
}

static void
verify (TgpAccount *tgp, int32_t chat_id)
{
    tgp_secret_verify (tgp, chat_id, TRUE);
}

static void
unverify (TgpAccount *tgp, int32_t chat_id)
{
    tgp_secret_verify (tgp, chat_id, FALSE);
}

static void
rekey (TgpAccount *tgp, int32_t chat_id)
{
    tg_secret_rekey (tgp->client, chat_id);
}

static void
screenshot (TgpAccount *tgp, int32_t chat_id)
{
    tg_secret_screenshot (tgp->client, chat_id);
}

static void
show_info (TgpAccount *tgp, int32_t chat_id)
{
    TalkSecret info;

    if (!tgp_has_info (tgp, chat_id, &info))
        return;
    g_autofree char *text = tgp_secret_info_text (tgp, &info);
    g_autofree char *key =
        info.has_key_hash ? tgp_secret_key_text (&info) : g_strdup ("");
    g_autofree char *all = g_strdup_printf ("%s\n\n%s", text, key);
    g_autofree char *escaped = g_markup_escape_text (all, -1);
    g_autofree char *html = purple_strdup_withhtml (escaped);
    purple_notify_formatted (tgp->gc, _ ("Secret chat"), _ ("Secret chat"),
                             tgp_words_compare_how (), html, NULL, NULL);
}

CHAT_ENTRY (menu_start_again, start_again)
CHAT_ENTRY (menu_verify, verify)
CHAT_ENTRY (menu_unverify, unverify)
CHAT_ENTRY (menu_rekey, rekey)
CHAT_ENTRY (menu_delete, tgp_ends_ask_delete_last)
CHAT_ENTRY (menu_flush, tgp_ends_ask_flush)
CHAT_ENTRY (menu_screenshot, screenshot)
CHAT_ENTRY (menu_info, show_info)
CHAT_ENTRY (menu_close, tgp_ends_ask_close)
CHAT_ENTRY (menu_erase, tgp_ends_ask_erase)

/* X (name, seconds) for every time that the menu offers. */
#define TIMES(X)                                                                         \
    X (off, 0)                                                                           \
    X (5_seconds, 5)                                                                     \
    X (30_seconds, 30)                                                                   \
    X (minute, 60)                                                                       \
    X (hour, 3600)                                                                       \
    X (day, 86400)                                                                       \
    X (week, 7 * 86400)

#define TIME_ENTRY(name, seconds)                                                        \
    static void set_##name (TgpAccount *tgp, int32_t chat_id)                            \
    {                                                                                    \
        tg_secret_set_ttl (tgp->client, chat_id, seconds);                               \
    }                                                                                    \
    CHAT_ENTRY (menu_##name, set_##name)
TIMES (TIME_ENTRY)

static GList *
add_item (GList *menu, const char *label, void (*run) (PurpleBlistNode *, gpointer),
          GList *children)
{
    return g_list_append (
        menu, purple_menu_action_new (label, PURPLE_CALLBACK (run), NULL, children));
}

static GList *
timer_menu (void)
{
#define TIME_ROW(name, seconds) { seconds, menu_##name },
    static const struct {
        int32_t seconds;
        void (*run) (PurpleBlistNode *node, gpointer data);
    } times[] = { TIMES (TIME_ROW) };
    GList *menu = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS (times); i++) {
        g_autofree char *label = tgp_words_duration (times[i].seconds);
        menu = add_item (menu, label, times[i].run, NULL);
    }
    return menu;
}

static GList *
secret_menu (const TalkSecret *info)
{
    GList *menu = NULL;

    if (info->state == TALK_STATE_READY) {
        menu = add_item (menu, _ ("Self-destruct timer"), NULL, timer_menu ());
        menu = add_item (menu, _ ("Delete my last message..."), menu_delete, NULL);
        menu = add_item (menu, _ ("Delete all messages..."), menu_flush, NULL);
        menu = add_item (menu, _ ("Tell about a screenshot"), menu_screenshot, NULL);
        menu = add_item (menu, _ ("Renew the key"), menu_rekey, NULL);
    }
    menu = add_item (menu, _ ("Key and information"), menu_info, NULL);
    if (info->state == TALK_STATE_READY && info->verified)
        menu = add_item (menu, _ ("Take the verified mark away"), menu_unverify, NULL);
    else if (info->state == TALK_STATE_READY)
        menu =
            add_item (menu, _ ("I compared the key: it is verified"), menu_verify, NULL);
    if (info->state == TALK_STATE_CLOSED)
        menu = add_item (menu, _ ("Start a new secret chat"), menu_start_again, NULL);
    else
        menu = add_item (menu, _ ("End secret chat..."), menu_close, NULL);
    if (info->state != TALK_STATE_CLOSED)
        menu = add_item (menu, _ ("End and delete secret chat..."), menu_erase, NULL);
    return menu;
}

static GList *
person_menu (TgpAccount *tgp, int64_t user_id)
{
    GList *menu = NULL;

    if (tgp_request_of (tgp, user_id) != 0) {
        menu = add_item (menu, _ ("Accept secret chat"), menu_accept, NULL);
        menu = add_item (menu, _ ("Reject secret chat"), menu_reject, NULL);
        menu = add_item (menu, _ ("Leave it to my other devices"), menu_leave, NULL);
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
