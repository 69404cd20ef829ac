/* Finch's windows: the menu "Secret chat" beside "Conversation" (F10). libgnt takes no item
 * out of a menu again, but what hangs on an item can be another menu at any time. */
#include "tgp-places.h"

#include "tgp-chat-menu.h"
#include "tgp-conv.h"
#include "tgp-symbols.h"
#include "tgp-ui.h"

#define MINE "mtproto-secret-chat" /* our item, by the data of the window's menu */
#define ENTRIES "mtproto-entries"  /* what hangs on it now, as a text */
#define PRESS "mtproto-press"
#define TITLE "mtproto-title" /* whom the window's title names, by the data of its menu */
#define POPUP 2               /* kind of menu */

static struct {
    PurpleConversationUiOps *(*get_ui_ops) (void);
    GType (*menu_type) (void);
    void *(*menu_new) (int kind);
    void (*add_item) (void *menu, void *item);
    void *(*item_new) (const char *label);
    void *(*tick_new) (const char *label);
    void (*set_ticked) (void *item, gboolean ticked);
    void (*set_submenu) (void *item, void *menu);
    void (*set_callback) (void *item, void (*run) (void *item, void *data), void *data);
} gnt;

static void *shown;    /* the one of our menus that is open; compared only */
static unsigned timer; /* it has closed: what changed meanwhile is due */

static gboolean
look_up (void)
{
    static const TgpSymbol symbols[] = {
        { "finch_conv_get_ui_ops", &gnt.get_ui_ops },
        { "gnt_menu_get_gtype", &gnt.menu_type },
        { "gnt_menu_new", &gnt.menu_new },
        { "gnt_menu_add_item", &gnt.add_item },
        { "gnt_menuitem_new", &gnt.item_new },
        { "gnt_menuitem_check_new", &gnt.tick_new },
        { "gnt_menuitem_check_set_checked", &gnt.set_ticked },
        { "gnt_menuitem_set_submenu", &gnt.set_submenu },
        { "gnt_menuitem_set_callback", &gnt.set_callback },
    };

    return tgp_symbols_find (symbols, G_N_ELEMENTS (symbols));
}

/* --- a menu's entries --- */

static void
pressed_cb (void *item, void *data)
{
    tgp_chat_press (data);
}

static void
fill (void *menu, const GPtrArray *entries, PurpleAccount *account, int32_t chat_id)
{
    for (unsigned i = 0; i < entries->len; i++) {
        const TgpChatEntry *entry = g_ptr_array_index (entries, i);
        void *item =
            entry->choice ? gnt.tick_new (entry->label) : gnt.item_new (entry->label);
        if (entry->choice)
            gnt.set_ticked (item, entry->chosen);
        gnt.add_item (menu, item);
        if (entry->below != NULL) {
            void *below = gnt.menu_new (POPUP);
            fill (below, entry->below, account, chat_id);
            gnt.set_submenu (item, below);
        } else {
            TgpChatPress *press = tgp_chat_press_new (account, chat_id, entry->act);
            g_object_set_data_full (item, PRESS, press, g_free);
            gnt.set_callback (item, pressed_cb, press);
        }
    }
}

static void
describe (GString *text, const GPtrArray *entries)
{
    for (unsigned i = 0; i < entries->len; i++) {
        const TgpChatEntry *entry = g_ptr_array_index (entries, i);
        g_string_append_printf (text, "%d%d %s\n", entry->act, entry->chosen,
                                entry->label);
        if (entry->below != NULL)
            describe (text, entry->below);
    }
}

/* --- the windows --- */

static void look (void);

static gboolean
closed_cb (void *data)
{
    timer = 0;
    look ();
    return FALSE;
}

static void
drawn_cb (void *menu, void *data)
{
    shown = menu;
}

static void
hidden_cb (void *menu, void *data)
{
    if (shown != menu)
        return;
    shown = NULL;
    if (timer == 0)
        timer = purple_timeout_add (0, closed_cb, NULL);
}

/* The window's menu, if that conversation is the one that it shows; else NULL. */
static void *
menu_of (PurpleConversation *conv)
{
    FinchWindow *window =
        purple_conversation_get_ui_ops (conv) == gnt.get_ui_ops () ? conv->ui_data : NULL;

    return window != NULL && window->active == conv && window->menu != NULL &&
                   g_type_check_instance_is_a (window->menu, gnt.menu_type ())
               ? window->menu
               : NULL;
}

/* A menu that is open is left alone: it would go under the user's hand. */
static void
hang (void *item, const GPtrArray *entries, PurpleConversation *conv, int32_t chat_id)
{
    g_autoptr (GString) text = g_string_new (NULL);

    if (entries != NULL)
        describe (text, entries);
    if (shown != NULL || g_strcmp0 (g_object_get_data (item, ENTRIES), text->str) == 0)
        return;
    void *menu = entries != NULL ? gnt.menu_new (POPUP) : NULL;
    if (menu != NULL) {
        fill (menu, entries, purple_conversation_get_account (conv), chat_id);
        g_signal_connect (menu, "draw", G_CALLBACK (drawn_cb), NULL);
        g_signal_connect (menu, "hide", G_CALLBACK (hidden_cb), NULL);
    }
    gnt.set_submenu (item, menu); /* lets the one before go */
    g_object_set_data_full (item, ENTRIES, g_strdup (text->str), g_free);
}

static void
look_at (PurpleConversation *conv, void *menu)
{
    TalkPeer peer = tgp_conv_peer (conv);
    TgpAccount *tgp = peer.kind == TALK_PEER_SECRET ? tgp_conv_account (conv) : NULL;
    void *item = g_object_get_data (menu, MINE);
    TalkSecret info;

    if (peer.kind != TALK_PEER_SECRET && item == NULL)
        return;
    if (item == NULL) {
        item = gnt.item_new (tgp_chat_menu_title ());
        gnt.add_item (menu, item);
        g_object_set_data (menu, MINE, item); /* the menu owns it */
    }
    gboolean online = tgp != NULL && tgp_has_info (tgp, (int32_t)peer.id, &info);
    g_autoptr (GPtrArray) entries = online ? tgp_chat_menu (&info) : NULL;
    hang (item, entries, conv, (int32_t)peer.id);
}

/* Finch writes a window's title when it makes one, and when somebody types or stops: a new name
 * is told so (FRONTENDS 4). */
static void
name_window (PurpleConversation *conv, void *menu)
{
    const char *title = purple_conversation_get_title (conv);
    gboolean types =
        purple_conv_im_get_typing_state (PURPLE_CONV_IM (conv)) == PURPLE_TYPING;

    if (tgp_conv_peer (conv).kind == TALK_PEER_NONE ||
        g_strcmp0 (g_object_get_data (menu, TITLE), title) == 0)
        return;
    g_object_set_data_full (menu, TITLE, g_strdup (title), g_free);
    purple_signal_emit (purple_conversations_get_handle (),
                        types ? "buddy-typing" : "buddy-typing-stopped",
                        purple_conversation_get_account (conv),
                        purple_conversation_get_name (conv));
}

static void
look (void)
{
    g_autoptr (GList) all = g_list_copy (purple_get_ims ());

    for (GList *l = all; l != NULL; l = l->next) {
        void *menu = tgp_conv_lives (l->data) ? menu_of (l->data) : NULL;
        if (menu == NULL)
            continue;
        look_at (l->data, menu);
        name_window (l->data, menu);
    }
}

static void
remove_all (void)
{
    if (timer != 0)
        purple_timeout_remove (timer);
    timer = 0;
    shown = NULL;
    for (GList *l = purple_get_ims (); l != NULL; l = l->next) {
        void *menu = menu_of (l->data);
        void *item = menu != NULL ? g_object_get_data (menu, MINE) : NULL;
        if (item != NULL)
            hang (item, NULL, l->data, 0);
    }
}

const TgpPlaces *
tgp_places_finch (void)
{
    static const TgpPlaces places = { .look = look, .remove = remove_all };

    return look_up () ? &places : NULL;
}
