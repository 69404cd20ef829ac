/* See tgp-after.h. */
#include "tgp-after.h"

#include "tgp-frontend.h"

typedef struct {
    PurpleAccount *account;
    TgpAfterFunc *func;
    void *data;
    GDestroyNotify free_data;
} After;

static GQueue waiting = G_QUEUE_INIT; /* After */
static unsigned timer;
static int handle; /* of the signals */
static gboolean connected, quitting;

static void
after_free (After *after)
{
    after->free_data (after->data);
    g_free (after);
}

/* Of an account, or all; not what comes meanwhile. */
static void
run (const PurpleAccount *account)
{
    unsigned n = waiting.length;

    for (unsigned i = 0; i < n && waiting.length > 0; i++) {
        After *after = g_queue_pop_head (&waiting);
        if (account == NULL || after->account == account) {
            after->func (after->account, after->data);
            after_free (after);
        } else {
            g_queue_push_tail (&waiting, after);
        }
    }
}

static gboolean
timer_cb (gpointer data)
{
    timer = 0;
    run (NULL);
    return FALSE;
}

void
tgp_after (PurpleAccount *account, TgpAfterFunc *func, void *data,
           GDestroyNotify free_data)
{
    After *after = g_new (After, 1);

    *after = (After){ account, func, data, free_data };
    if (tgp_frontend ()->windowless)
        func (account, data);
    if (tgp_frontend ()->windowless || quitting) {
        after_free (after);
        return;
    }
    g_queue_push_tail (&waiting, after);
    if (timer == 0)
        timer = purple_timeout_add (0, timer_cb, NULL);
}

gboolean
tgp_after_stays (const PurpleAccount *account)
{
    return tgp_frontend ()->windowless ||
           g_list_find (purple_accounts_get_all (), account) != NULL;
}

static void
removed_cb (PurpleAccount *account, void *data)
{
    run (account);
}

static void
quitting_cb (void *data)
{
    run (NULL);
    quitting = TRUE;
}

void
tgp_after_connect (void)
{
    if (connected)
        return;
    connected = TRUE;
    purple_signal_connect (purple_accounts_get_handle (), "account-removed", &handle,
                           PURPLE_CALLBACK (removed_cb), NULL);
    purple_signal_connect (purple_get_core (), "quitting", &handle,
                           PURPLE_CALLBACK (quitting_cb), NULL);
}

void
tgp_after_disconnect (void)
{
    purple_signals_disconnect_by_handle (&handle);
    connected = FALSE;
    if (timer != 0)
        purple_timeout_remove (timer);
    timer = 0;
    g_queue_clear_full (&waiting, (GDestroyNotify)after_free);
}
