/* See tgp-wait.h. Every sentence says what can be done, or that nothing has to. */
#include "tgp-wait.h"

#include "tgp-conv.h"
#include "tgp-cursor.h"
#include "tgp-list.h"
#include "tgp-question.h"
#include "tgp-seen.h"

#include <string.h>

#define STEPS 5 /* of the progress */

/* --- for a while --- */

/* "1 hour 23 minutes"; never more exact than it needs to be. */
static char *
duration (int64_t seconds)
{
    int minutes = (int)((seconds + 59) / 60), hours = minutes / 60, days = hours / 24;
    int large = days > 0 ? days : hours, small = days > 0 ? hours % 24 : minutes % 60;

    if (hours == 0)
        return g_strdup_printf (
            ngettext ("%d minute", "%d minutes", (unsigned long)minutes), minutes);
    g_autofree char *first = g_strdup_printf (
        days > 0 ? ngettext ("%d day", "%d days", (unsigned long)large)
                 : ngettext ("%d hour", "%d hours", (unsigned long)large),
        large);
    if (small == 0)
        return g_steal_pointer (&first);
    g_autofree char *second = g_strdup_printf (
        days > 0 ? ngettext ("%d hour", "%d hours", (unsigned long)small)
                 : ngettext ("%d minute", "%d minutes", (unsigned long)small),
        small);
    /* TRANSLATORS: two parts of a time: "1 hour 23 minutes" */
    return g_strdup_printf (_ ("%s %s"), first, second);
}

static char *
no_connection (TgpAccount *tgp)
{
    const char *error = tgp_host_error (tgp->host);

    return error != NULL
               ? g_strdup_printf (_ ("No connection to the server (%s)."), error)
               : g_strdup (_ ("No connection to the server."));
}

static char *
reason_text (TgpAccount *tgp, TalkWait reason)
{
    switch (reason) {
    case TALK_WAIT_NONE:
    case TALK_WAIT_NETWORK:
        return no_connection (tgp);
    case TALK_WAIT_NO_ANSWER:
        return g_strdup (_ ("The server does not answer."));
    case TALK_WAIT_GARBAGE:
        return g_strdup (
            _ ("The connection is disturbed: what arrives does not come from "
               "the server."));
    case TALK_WAIT_EXCHANGE:
        return g_strdup (_ ("No key can be agreed on with the server: the connection may "
                            "be disturbed."));
    case TALK_WAIT_LOGIN_UNKNOWN:
        return g_strdup (_ ("The answer is that this login is not known. Anybody on the "
                            "way can say so: nothing is deleted for that."));
    case TALK_WAIT_BUSY:
        return g_strdup (_ ("There are too many connections from here to the server."));
    case TALK_WAIT_WRONG_SERVER:
        return g_strdup (
            _ ("The answer is that this is another server than the account's. "
               "If you set a server in the account's Advanced settings, "
               "check it."));
    case TALK_WAIT_REFUSED:
        return g_strdup (_ ("The server refuses the connection."));
    case TALK_WAIT_SERVER_KEY:
        return g_strdup (
            _ ("The server cannot prove who it is. If you set a server and its "
               "public key file in the account's Advanced settings, check "
               "them; else somebody on the way may stand in its place."));
    case TALK_WAIT_FLOOD:
        return g_strdup (_ ("There were too many attempts to log in."));
    case TALK_WAIT_CODE:
        return g_strdup (_ ("A login code was asked for a moment ago."));
    case TALK_WAIT_SERVER_ERROR:
        return g_strdup (_ ("The server has a fault of its own."));
    }
    return no_connection (tgp);
}

/* Finch shows no progress (nor a disconnection that passes): there the reason is said once,
 * where the user looks, and that it is over. The accounts it was said for. */
static GHashTable *said;

static int handle; /* of the signal */
static gboolean connected;

static void
destroying_cb (PurpleAccount *account, void *data)
{
    if (said != NULL)
        g_hash_table_remove (said, account);
}

void
tgp_wait_connect (void)
{
    if (!connected)
        purple_signal_connect (purple_accounts_get_handle (), "account-destroying",
                               &handle, PURPLE_CALLBACK (destroying_cb), NULL);
    connected = TRUE;
}

void
tgp_wait_disconnect (void)
{
    purple_signals_disconnect_by_handle (&handle);
    connected = FALSE;
    g_clear_pointer (&said, g_hash_table_unref);
}

static void
say_where_nothing_shows (TgpAccount *tgp, const char *text)
{
    const PurpleConnectionUiOps *ops = purple_connections_get_ui_ops ();

    if (ops != NULL && ops->connect_progress != NULL)
        return;
    if (said == NULL)
        said = g_hash_table_new (NULL, NULL);
    if (!g_hash_table_add (said, tgp->account) || tgp_tell_windows (tgp, text))
        return;
    unsigned long hold = tgp_cursor_hold ();
    purple_notify_warning (tgp->gc, _ ("Telegram"), text, NULL);
    tgp_cursor_release (hold);
}

/* It is online. */
static void
over (TgpAccount *tgp)
{
    if (said != NULL && g_hash_table_remove (said, tgp->account))
        tgp_tell_windows (tgp, _ ("The connection is there again."));
}

void
tgp_waiting (TgpAccount *tgp, TalkWait reason, int64_t seconds)
{

    if (reason == TALK_WAIT_NONE) {
        g_clear_pointer (&tgp->anew, tgp_question_close);
        return;
    }
    tgp->waits_for = reason;
    if (tgp->connected)
        return; /* an offline event follows */
    g_autofree char *text = reason_text (tgp, reason);
    g_autofree char *time = seconds >= 60 ? duration (seconds) : NULL;
    g_autofree char *line =
        time != NULL ? g_strdup_printf (_ ("%s Trying again in %s."), text, time)
                     : g_strdup_printf (_ ("%s Trying again."), text);
    purple_connection_update_progress (tgp->gc, line, tgp->step, STEPS);
    say_where_nothing_shows (tgp, line);
}

void
tgp_step (TgpAccount *tgp, TalkStep step)
{
    const char *texts[] = { [TALK_STEP_CONNECTING] = _ ("Connecting"),
                            [TALK_STEP_EXCHANGING_KEY] = _ ("Agreeing on a key"),
                            [TALK_STEP_LOGGING_IN] = _ ("Logging in"),
                            [TALK_STEP_SYNCHRONISING] = _ ("Fetching what was missed") };
    G_STATIC_ASSERT (G_N_ELEMENTS (texts) == TALK_STEP_ONLINE);

    if (tgp->connected)
        return; /* reconnects are the client's own business */
    tgp->step = step;
    if (step != TALK_STEP_ONLINE) {
        purple_connection_update_progress (tgp->gc, texts[step], step, STEPS);
        return;
    }
    tgp->connected = TRUE;
    over (tgp);
    purple_connection_set_state (tgp->gc, PURPLE_CONNECTED);
    purple_account_set_bool (tgp->account, TGP_LOGGED_IN, TRUE);
    tgp_list_look_over (tgp); /* what was put together meanwhile */
}

/* --- until the user does something --- */

static char *
account_text (TalkOffline reason, const char *detail)
{
    switch (reason) {
    case TALK_OFFLINE_STORE:
        return g_strdup_printf (_ ("The account's data cannot be read or written: %s"),
                                detail);
    case TALK_OFFLINE_STORE_LOCKED:
        return g_strdup (_ ("This account is in use by another program."));
    case TALK_OFFLINE_STORE_KEY:
        return g_strdup_printf (_ ("The account's data cannot be opened, because their "
                                   "key is missing, damaged "
                                   "or another one: %s. Put seal.key back from where it "
                                   "was moved; without it "
                                   "only a new login helps."),
                                detail);
    case TALK_OFFLINE_STORE_NEWER:
        return g_strdup (
            _ ("This account's data were written by a newer version of this program, "
               "which this one cannot read. Nothing was changed. Use the newer version "
               "again."));
    case TALK_OFFLINE_KEY_SERVICE:
        return g_strdup_printf (
            _ ("The key of the account's data is in the desktop's password store (secret "
               "service), which does not hand it out: %s. Unlock it, then switch the "
               "account on again."),
            detail);
    case TALK_OFFLINE_KEY_TOKEN:
        return g_strdup (
            _ ("The account's data are sealed with another password than the account has "
               "now. Set the old one again."));
    case TALK_OFFLINE_LOGGED_OUT:
        return g_strdup (_ ("This session was ended. Its secret chats are closed; log in "
                            "again to start new ones."));
    case TALK_OFFLINE_DELETED:
        return g_strdup (
            _ ("This Telegram account was deleted or banned. Its secret chats "
               "are closed."));
    case TALK_OFFLINE_KEY_DUPLICATED:
        return g_strdup (_ ("This account's key is in use in two places: was the profile "
                            "copied? Log in again."));
    case TALK_OFFLINE_OTHER_USER:
        return g_strdup (_ (
            "The server says that this is another user than before. What is stored here "
            "belongs to the one before, and is kept. To start anew, remove this account, "
            "start the program again, and add the account."));
    case TALK_OFFLINE_CANCELLED:
        return g_strdup (_ ("The login was cancelled."));
    default:
        return g_strdup (_ ("Unknown error"));
    }
}

static char *
login_text (TalkOffline reason, const char *detail)
{
    switch (reason) {
    case TALK_OFFLINE_NO_API_ID:
        return g_strdup (
            _ ("This build has no API id. Get your own at "
               "https://my.telegram.org and enter API id and API hash in the "
               "account's Advanced settings."));
    case TALK_OFFLINE_API_ID_INVALID:
        return g_strdup (
            _ ("The server refuses this API id and API hash. Check them in the "
               "account's Advanced settings."));
    case TALK_OFFLINE_API_ID_PUBLISHED:
        return g_strdup (_ (
            "This API id has become public, and the server takes no new login with it. "
            "Get your own at https://my.telegram.org and enter API id and API hash in "
            "the account's Advanced settings."));
    case TALK_OFFLINE_SERVER_ADDRESS:
        return g_strdup_printf (
            _ ("\"%s\" is not the address of a server: it needs a name and a port, like "
               "example.org:443. Correct it in the account's Advanced settings."),
            detail);
    case TALK_OFFLINE_SERVER_KEY:
        return g_strdup_printf (
            _ ("\"%s\" cannot be read, or is not the public key of a server (RSA, 2048 "
               "bits). Correct it in the account's Advanced settings."),
            detail);
    case TALK_OFFLINE_PHONE_INVALID:
        return g_strdup (
            _ ("This is not a valid phone number. Use the international form, "
               "like +1 555 0100."));
    case TALK_OFFLINE_PHONE_BANNED:
        return g_strdup (_ (
            "Telegram has banned this phone number. Only Telegram can lift that: try to "
            "log in with an official app, which says how to write to them."));
    case TALK_OFFLINE_SIGN_UP_NEEDED:
        return g_strdup (_ ("There is no account for this number. Register it with an "
                            "official app first."));
    case TALK_OFFLINE_NO_CODE:
        return g_strdup (
            _ ("The server sends no login code for this program. Log in with an official "
               "app first, then here: the code comes to that app."));
    case TALK_OFFLINE_TOO_OLD:
        return g_strdup (_ ("The server takes no new login of this version. Get a newer "
                            "one."));
    case TALK_OFFLINE_PASSWORD_UNKNOWN:
        return g_strdup (_ (
            "The server asks for the password in a way that this version does not know "
            "or that is not safe. Get a newer one."));
    case TALK_OFFLINE_CANNOT_ASK:
        return g_strdup (
            _ ("This program has no way to ask for what is needed to log in. Log "
               "in with another one, like Finch, in the same folder."));
    case TALK_OFFLINE_LOGIN_REFUSED:
        return g_strdup_printf (_ ("The server refused the login (%s)."), detail);
    default:
        return account_text (reason, detail);
    }
}

/* Only NETWORK_ERROR leaves the account switched on (FRONTENDS 6). */
static PurpleConnectionError
severity (TalkOffline reason)
{
    switch (reason) {
    case TALK_OFFLINE_NETWORK:
        return PURPLE_CONNECTION_ERROR_NETWORK_ERROR;
    case TALK_OFFLINE_NO_API_ID:
    case TALK_OFFLINE_API_ID_INVALID:
    case TALK_OFFLINE_API_ID_PUBLISHED:
    case TALK_OFFLINE_SERVER_ADDRESS:
    case TALK_OFFLINE_SERVER_KEY:
        return PURPLE_CONNECTION_ERROR_INVALID_SETTINGS;
    case TALK_OFFLINE_PHONE_INVALID:
    case TALK_OFFLINE_PHONE_BANNED:
    case TALK_OFFLINE_SIGN_UP_NEEDED:
        return PURPLE_CONNECTION_ERROR_INVALID_USERNAME;
    case TALK_OFFLINE_STORE_LOCKED:
    case TALK_OFFLINE_KEY_DUPLICATED:
        return PURPLE_CONNECTION_ERROR_NAME_IN_USE;
    case TALK_OFFLINE_STORE:
    case TALK_OFFLINE_STORE_KEY:
    case TALK_OFFLINE_STORE_NEWER:
    case TALK_OFFLINE_KEY_SERVICE:
    case TALK_OFFLINE_OTHER_USER:
    case TALK_OFFLINE_NO_CODE:
    case TALK_OFFLINE_TOO_OLD:
    case TALK_OFFLINE_PASSWORD_UNKNOWN:
        return PURPLE_CONNECTION_ERROR_OTHER_ERROR;
    default:
        return PURPLE_CONNECTION_ERROR_AUTHENTICATION_FAILED;
    }
}

void
tgp_offline (TgpAccount *tgp, TalkOffline reason, const char *detail, gboolean fatal)
{
    g_autofree char *text = reason == TALK_OFFLINE_NETWORK
                                ? reason_text (tgp, tgp->waits_for)
                                : login_text (reason, detail != NULL ? detail : "?");
    g_autofree char *erased = tgp_seen_erased (tgp);
    g_autofree char *both =
        erased != NULL ? g_strdup_printf ("%s %s", text, erased) : NULL;

    if (tgp->failed)
        return; /* only the first counts */
    tgp->failed = TRUE;
    if (reason == TALK_OFFLINE_NETWORK)
        say_where_nothing_shows (tgp, text);
    if (reason == TALK_OFFLINE_LOGGED_OUT || reason == TALK_OFFLINE_DELETED)
        purple_account_set_bool (tgp->account, TGP_LOGGED_IN, FALSE);
    purple_connection_error_reason (tgp->gc, severity (reason),
                                    both != NULL ? both : text);
}
