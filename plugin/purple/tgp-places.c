/* See tgp-places.h. */
#include "tgp-places.h"

#include "tgp-frontend.h"

static const TgpPlaces
    *places;       /* NULL: this front end has none, or nobody is online yet */
static int handle; /* of the signals */
static unsigned timer;

static gboolean
look_cb (void *data)
{
    timer = 0;
    places->look ();
    return FALSE;
}

/* Not within a signal: a conversation that is being made has no window yet, and one that
 * goes still has its own (FRONTENDS 0.2). */
void
tgp_places_changed (void)
{
    if (places != NULL && timer == 0)
        timer = purple_timeout_add (0, look_cb, NULL);
}

static void
changed_cb (void *what, void *data)
{
    tgp_places_changed ();
}

static void
updated_cb (PurpleConversation *conv, PurpleConvUpdateType type, void *data)
{
    if (type == PURPLE_CONV_UPDATE_TITLE)
        tgp_places_changed ();
}

static void
buddy_cb (PurpleBuddy *buddy, void *data)
{
    if (tgp_is_ours (purple_buddy_get_account (buddy)))
        tgp_places_changed ();
}

/* Whoever changes what an entry shows has the list ask for it again. */
static void
status_cb (PurpleBuddy *buddy, PurpleStatus *before, PurpleStatus *now, void *data)
{
    buddy_cb (buddy, NULL);
}

void
tgp_places_connect (void)
{
    void *conversations = purple_conversations_get_handle ();
    void *list = purple_blist_get_handle ();
    void *connections = purple_connections_get_handle ();

    if (places != NULL)
        return;
    switch (tgp_frontend ()->windows) {
    case TGP_WINDOWS_PIDGIN:
        places = tgp_places_pidgin ();
        break;
    case TGP_WINDOWS_FINCH:
        places = tgp_places_finch ();
        break;
    case TGP_WINDOWS_OTHER:
        break;
    }
    if (places == NULL)
        return;
    purple_signal_connect (conversations, "conversation-created", &handle,
                           PURPLE_CALLBACK (changed_cb), NULL);
    purple_signal_connect (conversations, "deleting-conversation", &handle,
                           PURPLE_CALLBACK (changed_cb), NULL);
    purple_signal_connect (conversations, "conversation-updated", &handle,
                           PURPLE_CALLBACK (updated_cb), NULL);
    purple_signal_connect (connections, "signed-on", &handle,
                           PURPLE_CALLBACK (changed_cb), NULL);
    purple_signal_connect (connections, "signed-off", &handle,
                           PURPLE_CALLBACK (changed_cb), NULL);
    purple_signal_connect (list, "buddy-signed-on", &handle, PURPLE_CALLBACK (buddy_cb),
                           NULL);
    purple_signal_connect (list, "buddy-signed-off", &handle, PURPLE_CALLBACK (buddy_cb),
                           NULL);
    purple_signal_connect (list, "buddy-status-changed", &handle,
                           PURPLE_CALLBACK (status_cb), NULL);
    for (const char *const *s = places->signals; s != NULL && *s != NULL; s++)
        purple_signal_connect (places->handle (), *s, &handle,
                               PURPLE_CALLBACK (changed_cb), NULL);
    tgp_places_changed ();
}

void
tgp_places_disconnect (void)
{
    purple_signals_disconnect_by_handle (&handle);
    if (timer != 0)
        purple_timeout_remove (timer);
    timer = 0;
    if (places != NULL)
        places->remove ();
    places = NULL;
}
