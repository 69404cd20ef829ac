/* See tgp-alert-pidgin.h. */
#include "tgp-alert-pidgin.h"

#include "tgp-frontend.h"
#include "tgp-symbols.h"

#include <glib-object.h>

#define ICON "pidgin-dialog-question"

typedef void ButtonFunc (void *dialog, void *button, void *data);

static struct {
    gboolean looked, found;
    void *(*list) (void);
    void *(*make) (const char *title, const char *text, const char *icon);
    void *(*add_button) (void *dialog, const char *label, ButtonFunc *func, void *data);
    void (*add_alert) (void *widget);
    void (*show) (void *widget);
    void (*set_sensitive) (void *widget, int sensitive);
    void (*destroy) (void *widget);
} ui;

static gboolean
look_up (void)
{
    const TgpSymbol symbols[] = { { "pidgin_blist_get_default_gtk_blist", &ui.list },
                                  { "pidgin_mini_dialog_new", &ui.make },
                                  { "pidgin_mini_dialog_add_button", &ui.add_button },
                                  { "pidgin_blist_add_alert", &ui.add_alert },
                                  { "gtk_widget_show_all", &ui.show },
                                  { "gtk_widget_set_sensitive", &ui.set_sensitive },
                                  { "gtk_widget_destroy", &ui.destroy } };

    if (!ui.looked)
        ui.found = tgp_frontend ()->windows == TGP_WINDOWS_PIDGIN &&
                   tgp_symbols_find (symbols, G_N_ELEMENTS (symbols));
    ui.looked = TRUE;
    return ui.found && ui.list () != NULL;
}

/* One button of one notice. */
typedef struct {
    TgpAlertFunc *func;
    void *data;
} Button;

/* Pidgin takes the notice away by itself, a moment later: no button answers until then. */
static void
pressed_cb (void *dialog, void *widget, void *user)
{
    Button *button = user;

    ui.set_sensitive (dialog, FALSE);
    button->func (button->data);
}

static void
gone_cb (void *user, GObject *dialog)
{
    g_free (user);
}

void *
tgp_alert_pidgin (const char *title, const char *text, const char *const *labels,
                  TgpAlertFunc *const *funcs, unsigned n, void *data)
{
    if (!look_up ())
        return NULL;
    void *dialog = ui.make (title, text, ICON);
    for (unsigned i = 0; i < n; i++) {
        Button *button = g_new (Button, 1);
        *button = (Button){ funcs[i], data };
        ui.add_button (dialog, labels[i], pressed_cb, button);
        g_object_weak_ref (dialog, gone_cb, button);
    }
    ui.show (dialog);
    ui.add_alert (dialog);
    return dialog;
}

void
tgp_alert_pidgin_close (void *alert)
{
    ui.destroy (alert);
}
