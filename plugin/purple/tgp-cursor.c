/* Where the cursor goes: only there where the user's own act leads it, and never away from
 * a text that is being typed. Functions of Pidgin and Finch are looked up in the running
 * process; nothing is linked. */
#include "tgp-cursor.h"

#include "tgp-frontend.h"
#include "tgp-symbols.h"
#include "tgp-ui.h"

static struct {
    gboolean pidgin, finch;
    /* Pidgin */
    void *(*get_active) (void *window);
    void (*switch_to) (void *window, void *conv);
    int (*char_count) (void *buffer);
    void (*focus_on_map) (void *window, gboolean take);
    void (*grab_focus) (void *widget);
    /* Finch */
    const char *(*entry_text) (void *entry);
    gboolean (*has_focus) (void *widget);
    void (*draw) (void *widget);
    GType (*manager_type) (void);
    void (*raise_window) (void *manager, void *window);
    void (*select_row) (void *tree, void *key);
    void *(*list_tree) (void);
} ui;

static void
look_up (void)
{
    static const TgpSymbol pidgin[] = {
        { "pidgin_conv_window_get_active_gtkconv", &ui.get_active },
        { "pidgin_conv_window_switch_gtkconv", &ui.switch_to },
        { "gtk_text_buffer_get_char_count", &ui.char_count },
        { "gtk_window_set_focus_on_map", &ui.focus_on_map },
        { "gtk_widget_grab_focus", &ui.grab_focus },
    };
    static const TgpSymbol finch[] = {
        { "gnt_entry_get_text", &ui.entry_text },
        { "gnt_widget_has_focus", &ui.has_focus },
        { "gnt_screen_update", &ui.draw },
        { "gnt_wm_get_gtype", &ui.manager_type },
        { "gnt_wm_raise_window", &ui.raise_window },
        { "gnt_tree_set_selected", &ui.select_row },
        { "finch_blist_get_tree", &ui.list_tree },
    };
    static TgpSymbolsKnown of_pidgin, of_finch;

    ui.pidgin = tgp_frontend ()->windows == TGP_WINDOWS_PIDGIN &&
                tgp_symbols_known (pidgin, G_N_ELEMENTS (pidgin), &of_pidgin);
    ui.finch = tgp_frontend ()->windows == TGP_WINDOWS_FINCH &&
               tgp_symbols_known (finch, G_N_ELEMENTS (finch), &of_finch);
}

/* Something stands in its entry that was not sent. */
static gboolean
holds_text (PurpleConversation *conv)
{
    const PidginConv *gtk = ui.pidgin ? conv->ui_data : NULL;
    const FinchWindow *gnt = ui.finch ? conv->ui_data : NULL;

    if (gtk != NULL)
        return gtk->entry_buffer != NULL && ui.char_count (gtk->entry_buffer) > 0;
    return gnt != NULL && gnt->entry != NULL && *ui.entry_text (gnt->entry) != '\0';
}

/* Another conversation that is in front is being typed into. */
static gboolean
is_busy (PurpleConversation *conv, PurpleConversation *from)
{
    const PidginConv *gtk = ui.pidgin ? conv->ui_data : NULL;
    const PidginConv *active = gtk != NULL ? ui.get_active (gtk->window) : NULL;

    if (active != NULL && active != gtk && active->active != from &&
        holds_text (active->active))
        return TRUE; /* the tab in front, though its window may be behind */
    for (GList *l = purple_get_conversations (); l != NULL; l = l->next)
        if (l->data != conv && l->data != from &&
            purple_conversation_has_focus (l->data) && holds_text (l->data))
            return TRUE;
    return FALSE;
}

void
tgp_front (PurpleConversation *conv, PurpleConversation *from)
{
    look_up ();
    if (is_busy (conv, from))
        return;
    purple_conversation_present (conv);
    const PidginConv *gtk = ui.pidgin ? conv->ui_data : NULL;
    if (gtk == NULL)
        return;
    ui.switch_to (gtk->window, conv->ui_data); /* `present`: for keys and presses only */
    if (gtk->entry != NULL) /* the change may leave the focus on the tab */
        ui.grab_focus (gtk->entry);
}

static gboolean
updates_cb (GSignalInvocationHint *hint, guint n, const GValue *values, gpointer manager)
{
    *(void **)manager = g_value_get_object (&values[0]);
    return FALSE; /* once */
}

/* libgnt brings windows to the front within a key's own event only, and keeps its window
 * manager to itself; that one tells when something is drawn. */
void
tgp_front_dialog (void *dialog)
{
    void *manager = NULL;
    unsigned signal = 0;

    look_up ();
    if (!ui.finch ||
        (signal = g_signal_lookup ("window_update", ui.manager_type ())) == 0)
        return;
    unsigned long hook =
        g_signal_add_emission_hook (signal, 0, updates_cb, &manager, NULL);
    ui.draw (dialog);
    if (manager != NULL)
        ui.raise_window (manager, dialog);
    else
        g_signal_remove_emission_hook (signal, hook);
}

gboolean
tgp_dialog_is_front (void *dialog)
{
    look_up ();
    return ui.finch && ui.has_focus (dialog);
}

void
tgp_front_entry (PurpleBuddy *buddy)
{
    look_up ();
    void *tree = ui.finch ? ui.list_tree () : NULL;

    if (tree != NULL) /* the row of a contact with one entry is the contact's */
        ui.select_row (tree, purple_buddy_get_contact (buddy));
}

/* --- dialogs that nobody asked for --- */

static gboolean
realized_cb (GSignalInvocationHint *hint, guint n, const GValue *values, gpointer data)
{
    void *widget = g_value_get_object (&values[0]);
    GType window = g_type_from_name ("GtkWindow");

    if (window != 0 && g_type_is_a (G_OBJECT_TYPE (widget), window))
        ui.focus_on_map (widget, FALSE);
    return TRUE;
}

/* A window is realized before it is mapped, and mapped before we are told what it is. */
unsigned long
tgp_cursor_hold (void)
{
    GType widget = g_type_from_name ("GtkWidget");
    unsigned signal = 0;

    look_up ();
    if (!ui.pidgin || widget == 0 || (signal = g_signal_lookup ("realize", widget)) == 0)
        return 0;
    return g_signal_add_emission_hook (signal, 0, realized_cb, NULL, NULL);
}

void
tgp_cursor_release (unsigned long hold)
{
    if (hold != 0)
        g_signal_remove_emission_hook (
            g_signal_lookup ("realize", g_type_from_name ("GtkWidget")), hold);
}
