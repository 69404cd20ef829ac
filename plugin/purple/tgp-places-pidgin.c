/* Pidgin's windows: the menu "Secret chat" in the menu bar, and a button in the tab's own
 * head, beside the person's picture, which shows padlock, timer and verification and opens
 * the same menu. What GTK owns dies with its window; nothing of it is kept here. */
#include "tgp-places.h"

#include "tgp-chat-menu.h"
#include "tgp-conv.h"
#include "tgp-person.h"
#include "tgp-symbols.h"
#include "tgp-ui.h"
#include "tgp-words.h"

#define MINE "mtproto-secret-chat" /* our widget, by its neighbour's data */
#define SPACE 4                    /* pixels */
#define ICON_SIZE 1                /* as in menus */

typedef struct {
    int x, y, width, height;
} Box;

static struct {
    void *(*get_handle) (void);
    PurpleConversationUiOps *(*get_ui_ops) (void);
    GList *(*frames) (void);
    PurpleConversation *(*in_front) (const void *frame);
    void *(*menu_new) (void);
    void *(*item_new) (const char *label);
    void *(*tick_new) (const char *label);
    void (*set_radio) (void *item, gboolean radio);
    void (*set_ticked) (void *item, gboolean ticked);
    void (*set_submenu) (void *item, void *menu);
    void (*append) (void *menu, void *item);
    void (*insert) (void *menu, void *item, int position);
    GList *(*children) (void *container);
    void (*attach) (void *menu, void *widget, void *detached);
    void (*popup) (void *menu, void *shell, void *item,
                   void (*place) (void *menu, int *x, int *y, gboolean *push, void *data),
                   void *data, unsigned button, uint32_t when);
    uint32_t (*when) (void);
    void *(*button_new) (void);
    void (*focus_on_click) (void *button, gboolean focus);
    void *(*image_new) (void);
    void (*set_stock) (void *image, const char *stock, int size);
    void *(*label_new) (const char *text);
    void (*set_text) (void *label, const char *text);
    void *(*hbox) (gboolean same, int space);
    void *(*vbox) (gboolean same, int space);
    void (*pack) (void *box, void *child, gboolean expand, gboolean fill, unsigned space);
    void (*pack_end) (void *box, void *child, gboolean expand, gboolean fill,
                      unsigned space);
    void (*add) (void *container, void *child);
    void (*set_tip) (void *widget, const char *text);
    void *(*accessible) (void *widget);
    void (*set_name) (void *accessible, const char *name);
    void (*set_sensitive) (void *widget, gboolean sensitive);
    void (*show) (void *widget);
    void (*show_all) (void *widget);
    void (*hide) (void *widget);
    void (*destroy) (void *widget);
    void (*get_box) (void *widget, Box *box);
    void *(*get_gdk) (void *widget);
    int (*get_origin) (void *gdk, int *x, int *y);
} gtk;

static gboolean
look_up (void)
{
    static const TgpSymbol symbols[] = {
        { "pidgin_conversations_get_handle", &gtk.get_handle },
        { "pidgin_conversations_get_conv_ui_ops", &gtk.get_ui_ops },
        { "pidgin_conv_windows_get_list", &gtk.frames },
        { "pidgin_conv_window_get_active_conversation", &gtk.in_front },
        { "gtk_menu_new", &gtk.menu_new },
        { "gtk_menu_item_new_with_label", &gtk.item_new },
        { "gtk_check_menu_item_new_with_label", &gtk.tick_new },
        { "gtk_check_menu_item_set_draw_as_radio", &gtk.set_radio },
        { "gtk_check_menu_item_set_active", &gtk.set_ticked },
        { "gtk_menu_item_set_submenu", &gtk.set_submenu },
        { "gtk_menu_shell_append", &gtk.append },
        { "gtk_menu_shell_insert", &gtk.insert },
        { "gtk_container_get_children", &gtk.children },
        { "gtk_menu_attach_to_widget", &gtk.attach },
        { "gtk_menu_popup", &gtk.popup },
        { "gtk_get_current_event_time", &gtk.when },
        { "gtk_button_new", &gtk.button_new },
        { "gtk_button_set_focus_on_click", &gtk.focus_on_click },
        { "gtk_image_new", &gtk.image_new },
        { "gtk_image_set_from_stock", &gtk.set_stock },
        { "gtk_label_new", &gtk.label_new },
        { "gtk_label_set_text", &gtk.set_text },
        { "gtk_hbox_new", &gtk.hbox },
        { "gtk_vbox_new", &gtk.vbox },
        { "gtk_box_pack_start", &gtk.pack },
        { "gtk_box_pack_end", &gtk.pack_end },
        { "gtk_container_add", &gtk.add },
        { "gtk_widget_set_tooltip_text", &gtk.set_tip },
        { "gtk_widget_get_accessible", &gtk.accessible },
        { "atk_object_set_name", &gtk.set_name },
        { "gtk_widget_set_sensitive", &gtk.set_sensitive },
        { "gtk_widget_show", &gtk.show },
        { "gtk_widget_show_all", &gtk.show_all },
        { "gtk_widget_hide", &gtk.hide },
        { "gtk_widget_destroy", &gtk.destroy },
        { "gtk_widget_get_allocation", &gtk.get_box },
        { "gtk_widget_get_window", &gtk.get_gdk },
        { "gdk_window_get_origin", &gtk.get_origin },
    };

    return tgp_symbols_find (symbols, G_N_ELEMENTS (symbols));
}

static gboolean
is_a (void *widget, const char *type)
{
    GType wanted = g_type_from_name (type);

    return widget != NULL && wanted != 0 && g_type_check_instance_is_a (widget, wanted);
}

/* The tab, if that conversation is the one that it shows; else NULL. */
static PidginConv *
tab_of (PurpleConversation *conv)
{
    PidginConv *tab =
        purple_conversation_get_ui_ops (conv) == gtk.get_ui_ops () ? conv->ui_data : NULL;

    return tab != NULL && tab->active == conv && is_a (tab->infopane_hbox, "GtkBox")
               ? tab
               : NULL;
}

/* It is a secret chat of ours. FALSE in `*online`: nothing can be done in it now. */
static gboolean
is_secret (PurpleConversation *conv, TalkSecret *info, gboolean *online)
{
    TalkPeer peer = conv != NULL ? tgp_conv_peer (conv) : (TalkPeer){ TALK_PEER_NONE, 0 };
    TgpAccount *tgp = peer.kind == TALK_PEER_SECRET ? tgp_conv_account (conv) : NULL;

    *online = tgp != NULL && tgp_has_info (tgp, (int32_t)peer.id, info);
    return peer.kind == TALK_PEER_SECRET;
}

/* --- a menu's entries --- */

static void
pressed_cb (void *item, TgpChatPress *press)
{
    tgp_chat_press (press);
}

static void
press_free (void *press, GClosure *closure)
{
    g_free (press);
}

static void
fill (void *menu, const GPtrArray *entries, PurpleAccount *account, int32_t chat_id)
{
    for (unsigned i = 0; i < entries->len; i++) {
        const TgpChatEntry *entry = g_ptr_array_index (entries, i);
        void *item =
            entry->choice ? gtk.tick_new (entry->label) : gtk.item_new (entry->label);
        if (entry->choice) {
            gtk.set_radio (item, TRUE);
            gtk.set_ticked (item, entry->chosen);
        }
        if (entry->below != NULL) {
            void *below = gtk.menu_new ();
            fill (below, entry->below, account, chat_id);
            gtk.set_submenu (item, below);
        } else {
            TgpChatPress *press = tgp_chat_press_new (account, chat_id, entry->act);
            g_signal_connect_data (item, "activate", G_CALLBACK (pressed_cb), press,
                                   press_free, 0);
        }
        gtk.append (menu, item);
        gtk.show (item);
    }
}

/* As the chat is now. */
static void
refill (void *menu, PurpleConversation *conv)
{
    g_autoptr (GList) old = gtk.children (menu);
    TalkSecret info;
    gboolean online;

    for (GList *l = old; l != NULL; l = l->next)
        gtk.destroy (l->data);
    if (!is_secret (conv, &info, &online) || !online)
        return;
    g_autoptr (GPtrArray) entries = tgp_chat_menu (&info);
    fill (menu, entries, purple_conversation_get_account (conv), info.id);
}

/* --- the menu bar: one item a window, of the tab in front --- */

/* GTK shows a menu before it measures it. */
static void
menu_shown_cb (void *menu, PidginFrame *frame)
{
    refill (menu, gtk.in_front (frame));
}

/* Behind all other menus: before the tray, which stands at the right. "Send To", which
 * Pidgin makes anew, goes where it was. */
static int
position (void *bar)
{
    g_autoptr (GList) items = gtk.children (bar);
    int n = 0;

    for (GList *l = items; l != NULL && !is_a (l->data, "PidginMenuTray"); l = l->next)
        n++;
    return n;
}

static void *
menu_item (const PidginFrame *frame)
{
    void *bar = frame->menu.menubar;

    return is_a (bar, "GtkMenuShell") ? g_object_get_data (bar, MINE) : NULL;
}

static void *
make_item (PidginFrame *frame)
{
    void *bar = frame->menu.menubar;
    void *menu = gtk.menu_new (), *item = gtk.item_new (tgp_chat_menu_title ());

    gtk.set_submenu (item, menu);
    g_signal_connect (menu, "show", G_CALLBACK (menu_shown_cb), frame);
    gtk.insert (bar, item, position (bar));
    gtk.show (item);
    g_object_set_data (bar, MINE, item);
    return item;
}

static void
drop_item (PidginFrame *frame)
{
    void *item = menu_item (frame);

    if (item == NULL)
        return;
    g_object_set_data (frame->menu.menubar, MINE, NULL);
    gtk.destroy (item);
}

static void
look_at_frame (PidginFrame *frame)
{
    TalkSecret info;
    gboolean online, secret = is_secret (gtk.in_front (frame), &info, &online);
    void *item = menu_item (frame);

    if (!secret)
        drop_item (frame);
    else if (item != NULL || is_a (frame->menu.menubar, "GtkMenuShell"))
        gtk.set_sensitive (item != NULL ? item : make_item (frame), online);
}

/* --- the button --- */

typedef struct {
    void *around; /* in the tab's head; the others are in it */
    void *button, *lock, *label, *mark;
    char *name; /* what it shows, in words */
} Glance;

/* Right below the button, its left edges together. */
static void
below_cb (void *menu, int *x, int *y, gboolean *push, void *button)
{
    Box box;

    gtk.get_origin (gtk.get_gdk (button), x, y); /* of the window that it is drawn on */
    gtk.get_box (button, &box);
    *x += box.x;
    *y += box.y + box.height;
    *push = TRUE;
}

static void
clicked_cb (void *button, PidginConv *tab)
{
    void *menu = gtk.menu_new ();

    gtk.attach (menu, button, NULL); /* it does not outlive the button */
    refill (menu, tab->active);
    g_signal_connect (menu, "selection-done", G_CALLBACK (gtk.destroy), NULL);
    gtk.popup (menu, NULL, NULL, below_cb, button, 0, gtk.when ());
}

static void
glance_free (void *data)
{
    Glance *glance = data;

    g_free (glance->name);
    g_free (glance);
}

static Glance *
glance_new (PidginConv *tab)
{
    Glance *glance = g_new0 (Glance, 1);
    void *in_button = gtk.hbox (FALSE, SPACE);

    glance->around = gtk.vbox (FALSE, 0); /* as high as it has to be, and no higher */
    glance->button = gtk.button_new ();
    glance->lock = gtk.image_new ();
    glance->label = gtk.label_new (NULL);
    glance->mark = gtk.image_new ();
    gtk.focus_on_click (glance->button, FALSE); /* what is typed goes on in the entry */
    gtk.pack (in_button, glance->lock, FALSE, FALSE, 0);
    gtk.pack (in_button, glance->label, FALSE, FALSE, 0);
    gtk.pack (in_button, glance->mark, FALSE, FALSE, 0);
    gtk.add (glance->button, in_button);
    gtk.pack (glance->around, glance->button, TRUE, FALSE, 0);
    g_signal_connect (glance->button, "clicked", G_CALLBACK (clicked_cb), tab);
    gtk.pack_end (tab->infopane_hbox, glance->around, FALSE, FALSE, SPACE);
    gtk.show_all (glance->around);
    g_object_set_data_full (tab->infopane_hbox, MINE, glance, glance_free);
    return glance;
}

/* `info`: NULL if the account is offline. */
static void
set_glance (Glance *glance, const TalkSecret *info, const char *who)
{
    gboolean ready = info != NULL && info->state == TALK_STATE_READY;
    g_autofree char *text = tgp_words_glance (info);
    g_autofree char *tip = info != NULL ? tgp_words_glance_how (info, who) : NULL;

    gtk.set_text (glance->label, text);
    gtk.set_stock (glance->lock,
                   ready                              ? "gtk-dialog-authentication"
                   : info == NULL                     ? "gtk-disconnect"
                   : info->state == TALK_STATE_CLOSED ? "gtk-stop"
                                                      : "gtk-refresh",
                   ICON_SIZE);
    if (ready) {
        gtk.set_stock (glance->mark, info->verified ? "gtk-apply" : "gtk-dialog-warning",
                       ICON_SIZE);
        gtk.show (glance->mark);
    } else
        gtk.hide (glance->mark);
    gtk.set_tip (glance->button, tip);
    gtk.set_name (gtk.accessible (glance->button), glance->name);
    gtk.set_sensitive (glance->button, info != NULL);
}

static void
look_at_tab (PurpleConversation *conv, PidginConv *tab)
{
    TalkSecret info;
    gboolean online, secret = is_secret (conv, &info, &online);
    Glance *glance = g_object_get_data (tab->infopane_hbox, MINE);

    if (!secret && glance != NULL)
        gtk.hide (glance->around);
    if (!secret)
        return;
    if (glance == NULL)
        glance = glance_new (tab);
    gtk.show (glance->around);
    g_autofree char *name = tgp_words_glance_name (online ? &info : NULL);
    if (g_strcmp0 (glance->name, name) == 0)
        return;
    g_free (glance->name);
    glance->name = g_steal_pointer (&name);
    g_autofree char *who =
        online ? tgp_person_in_sentence (tgp_conv_account (conv), info.user_id) : NULL;
    set_glance (glance, online ? &info : NULL, who);
}

/* --- all of them --- */

static void
look (void)
{
    for (GList *l = gtk.frames (); l != NULL; l = l->next)
        look_at_frame (l->data);
    for (GList *l = purple_get_ims (); l != NULL; l = l->next) {
        PidginConv *tab = tab_of (l->data);
        if (tab != NULL)
            look_at_tab (l->data, tab);
    }
}

static void
remove_all (void)
{
    for (GList *l = gtk.frames (); l != NULL; l = l->next)
        drop_item (l->data);
    for (GList *l = purple_get_ims (); l != NULL; l = l->next) {
        PidginConv *tab = tab_of (l->data);
        Glance *glance =
            tab != NULL ? g_object_get_data (tab->infopane_hbox, MINE) : NULL;
        if (glance == NULL)
            continue;
        gtk.destroy (glance->around);
        g_object_set_data (tab->infopane_hbox, MINE, NULL);
    }
}

static void *
get_handle (void)
{
    return gtk.get_handle ();
}

const TgpPlaces *
tgp_places_pidgin (void)
{
    /* a tab comes to the front, is made, or moves into another window */
    static const char *const signals[] = { "conversation-switched",
                                           "conversation-displayed",
                                           "conversation-hiding", NULL };
    static const TgpPlaces places = { look, remove_all, get_handle, signals };

    return look_up () ? &places : NULL;
}
