/* The key of what is stored: where it is wished, its passphrase, and in BitlBee its
 * token. */
#include "tgp-keys.h"

#include "tgp-dialog.h"
#include "tgp-frontend.h"
#include "tgp-words-account.h"

#include <string.h>
#include <unistd.h>

#define TOKEN_SIZE 16 /* bytes, random */

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
    return TGP_SECRET_SERVICE && !tgp_frontend ()->keeps_password &&
           purple_account_get_bool (account, "secret-service", TRUE);
}

/* --- the token
 * -------------------------------------------------------------------------------
 */

/* Whoever takes the nick of an IRC user comes to the same files, identified or not. So
 * the key is sealed by what BitlBee keeps, encrypted, for the one who identified: the
 * account's password, which means nothing else to us (DECISIONS 13). */
char *
tgp_keys_token (PurpleAccount *account)
{
    const char *password = purple_account_get_password (account);
    uint8_t random[TOKEN_SIZE];

    if (!tgp_frontend ()->keeps_password)
        return NULL;
    if (password != NULL && *password != '\0')
        return g_strdup (password);
    GString *token = g_string_new (NULL);
    if (getentropy (random, sizeof random) != 0)
        g_error ("no random numbers");
    for (size_t i = 0; i < sizeof random; i++)
        g_string_append_printf (token, "%02x", random[i]);
    explicit_bzero (random, sizeof random);
    purple_account_set_password (account, token->str);
    purple_signal_emit (purple_accounts_get_handle (), "bitlbee-set-account-password",
                        account, token->str);
    tgp_dialog_tell (purple_account_get_connection (account), PURPLE_NOTIFY_MSG_INFO,
                     _ ("Password"), tgp_words_token (), NULL);
    return g_string_free (token, FALSE);
}

/* --- the passphrase: asked for twice, one after the other, as every front end can --- */

static void
set_cb (const char *error, void *user)
{
    TgpAccount *tgp = user;

    if (error != NULL)
        tgp_dialog_tell (tgp->gc, PURPLE_NOTIFY_MSG_ERROR, _ ("Passphrase"),
                         tgp_words_passphrase (TGP_PASSPHRASE_AS_BEFORE), error);
    else
        tgp_dialog_tell (tgp->gc, PURPLE_NOTIFY_MSG_INFO, _ ("Passphrase"),
                         tgp->passphrase != NULL
                             ? tgp_words_passphrase (TGP_PASSPHRASE_SET)
                             : tgp_words_passphrase (TGP_PASSPHRASE_NONE),
                         NULL);
    wipe (&tgp->passphrase);
}

static void
second_cb (PurpleConnection *gc, const char *text)
{
    TgpAccount *tgp = tgp_account_alive (gc);

    if (tgp == NULL || tgp->passphrase == NULL)
        return;
    if (g_strcmp0 (tgp->passphrase, text) == 0) {
        tg_client_set_passphrase (tgp->client, tgp->passphrase, set_cb, tgp);
        return;
    }
    wipe (&tgp->passphrase);
    tgp_dialog_tell (gc, PURPLE_NOTIFY_MSG_ERROR, _ ("Passphrase"),
                     tgp_words_passphrase (TGP_PASSPHRASE_AS_BEFORE),
                     tgp_words_passphrase (TGP_PASSPHRASE_DIFFER));
}

static void
cancelled_cb (PurpleConnection *gc, const char *text)
{
    TgpAccount *tgp = tgp_account_alive (gc);

    if (tgp != NULL)
        wipe (&tgp->passphrase);
}

static void
first_cb (PurpleConnection *gc, const char *text)
{
    TgpAccount *tgp = tgp_account_alive (gc);

    if (tgp == NULL)
        return;
    if (tgp->passphrase != NULL)
        return; /* another change is on its way */
    if (text == NULL || *text == '\0') {
        tg_client_set_passphrase (tgp->client, NULL, set_cb, tgp);
        return;
    }
    tgp->passphrase = g_strdup (text);
    tgp_dialog_ask (tgp->account, _ ("Passphrase"), _ ("Passphrase for stored keys"),
                    tgp_words_passphrase (TGP_PASSPHRASE_TYPE_AGAIN), TRUE,
                    G_CALLBACK (second_cb), G_CALLBACK (cancelled_cb), gc);
}

void
tgp_keys_action (PurplePluginAction *action)
{
    PurpleConnection *gc = action->context;

    tgp_dialog_ask (purple_connection_get_account (gc), _ ("Passphrase"),
                    _ ("Passphrase for stored keys"),
                    tgp_words_passphrase (TGP_PASSPHRASE_TYPE), TRUE,
                    G_CALLBACK (first_cb), G_CALLBACK (cancelled_cb), gc);
}
