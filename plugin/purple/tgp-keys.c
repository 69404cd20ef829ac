/* The key of what is stored: where it is wished, and its passphrase. */
#include "tgp-account.h"

#include <string.h>

static void
wipe (char **text)
{
    if (*text != NULL)
        explicit_bzero (*text, strlen (*text));
    g_clear_pointer (text, g_free);
}

void
tgp_keys_clear (TgpAccount *tgp)
{
    wipe (&tgp->passphrase);
}

gboolean
tgp_keys_in_service (PurpleAccount *account)
{
    return TGP_SECRET_SERVICE &&
           purple_account_get_bool (account, "secret-service", TRUE);
}

/* --- the passphrase: asked for twice, one after the other, as every front end can
 * ----------- */

static TgpAccount *
alive (PurpleConnection *gc)
{
    return g_list_find (purple_connections_get_all (), gc) != NULL ? tgp_account (gc)
                                                                   : NULL;
}

static void
set_cb (const char *error, void *user)
{
    TgpAccount *tgp = user;

    if (error != NULL)
        purple_notify_error (tgp->gc, _ ("Passphrase"),
                             _ ("The passphrase for stored keys is as before."), error);
    else
        purple_notify_info (tgp->gc, _ ("Passphrase"),
                            tgp->passphrase != NULL
                                ? _ ("The stored keys are sealed with this passphrase. "
                                     "Without it nobody can read them, you included.")
                                : _ ("The stored keys want no passphrase now."),
                            NULL);
    wipe (&tgp->passphrase);
}

static void
second_cb (PurpleConnection *gc, const char *text)
{
    TgpAccount *tgp = alive (gc);

    if (tgp == NULL || tgp->passphrase == NULL)
        return;
    if (g_strcmp0 (tgp->passphrase, text) == 0) {
        tg_client_set_passphrase (tgp->client, tgp->passphrase, set_cb, tgp);
        return;
    }
    wipe (&tgp->passphrase);
    purple_notify_error (gc, _ ("Passphrase"),
                         _ ("The passphrase for stored keys is as before."),
                         _ ("The two passphrases differ."));
}

static void
cancelled_cb (PurpleConnection *gc, const char *text)
{
    TgpAccount *tgp = alive (gc);

    if (tgp != NULL)
        wipe (&tgp->passphrase);
}

static void
first_cb (PurpleConnection *gc, const char *text)
{
    TgpAccount *tgp = alive (gc);

    if (tgp == NULL)
        return;
    wipe (&tgp->passphrase);
    if (text == NULL || *text == '\0') {
        tg_client_set_passphrase (tgp->client, NULL, set_cb, tgp);
        return;
    }
    tgp->passphrase = g_strdup (text);
    purple_request_input (gc, _ ("Passphrase"), _ ("Passphrase for stored keys"),
                          _ ("The same once more."), NULL, FALSE, TRUE, NULL, _ ("OK"),
                          G_CALLBACK (second_cb), _ ("Cancel"), G_CALLBACK (cancelled_cb),
                          tgp->account, NULL, NULL, gc);
}

void
tgp_keys_action (PurplePluginAction *action)
{
    PurpleConnection *gc = action->context;

    purple_request_input (
        gc, _ ("Passphrase"), _ ("Passphrase for stored keys"),
        _ ("It is asked for at every start. Leave it empty to remove it."), NULL, FALSE,
        TRUE, NULL, _ ("OK"), G_CALLBACK (first_cb), _ ("Cancel"),
        G_CALLBACK (cancelled_cb), purple_connection_get_account (gc), NULL, NULL, gc);
}
