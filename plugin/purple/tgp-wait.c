/* See tgp-wait.h. */
#include "tgp-wait.h"

#include "tgp-conv.h"
#include "tgp-cursor.h"
#include "tgp-dialog.h"
#include "tgp-list.h"
#include "tgp-question.h"
#include "tgp-removal.h"
#include "tgp-qr.h"
#include "tgp-seen.h"
#include "tgp-secret-buddy.h"
#include "tgp-words-account.h"

/* --- for a while --- */

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
    tgp_dialog_tell (tgp->gc, PURPLE_NOTIFY_MSG_WARNING, _ ("Telegram"), text, NULL);
    tgp_cursor_release (hold);
}

/* It is online. */
static void
over (TgpAccount *tgp)
{
    if (said != NULL && g_hash_table_remove (said, tgp->account))
        tgp_tell_windows (tgp, tgp_words_connected ());
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
    g_autofree char *text = tgp_words_wait (reason, tgp_host_error (tgp->host));
    g_autofree char *line = tgp_words_wait_for (text, seconds);
    purple_connection_update_progress (tgp->gc, line, tgp->step, TGP_STEPS);
    say_where_nothing_shows (tgp, line);
}

void
tgp_step (TgpAccount *tgp, TalkStep step)
{
    if (tgp->connected)
        return; /* reconnects are the client's own business */
    tgp->step = step;
    if (step != TALK_STEP_ONLINE) {
        purple_connection_update_progress (tgp->gc, tgp_words_step (step), step,
                                           TGP_STEPS);
        return;
    }
    tgp->connected = TRUE;
    tgp_qr_close (tgp);
    tgp_secret_sweep (tgp);
    over (tgp);
    if (!tgp_lives (tgp))
        return;
    purple_account_set_bool (tgp->account, TGP_LOGGED_IN, TRUE);
    purple_connection_set_state (tgp->gc, PURPLE_CONNECTED);
    if (tgp_lives (tgp))
        tgp_list_look_over (tgp); /* what was put together meanwhile */
}

/* --- until the user does something --- */

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
    case TALK_OFFLINE_PROXY_LINK:
    case TALK_OFFLINE_PROXY_SOCKS:
    case TALK_OFFLINE_PROXY_SERVER:
    case TALK_OFFLINE_PROXY_PORT:
    case TALK_OFFLINE_PROXY_SECRET:
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
    case TALK_OFFLINE_ENVIRONMENT:
    case TALK_OFFLINE_NO_CODE:
    case TALK_OFFLINE_PAYMENT:
    case TALK_OFFLINE_OFFICIAL_APP:
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
    g_autofree char *text =
        reason == TALK_OFFLINE_NETWORK
            ? tgp_words_wait (tgp->waits_for, tgp_host_error (tgp->host))
            : tgp_words_offline (reason, detail);
    g_autofree char *erased = tgp_seen_erased (tgp);
    g_autofree char *both =
        erased != NULL ? g_strdup_printf ("%s %s", text, erased) : NULL;

    if (tgp->failed)
        return; /* only the first counts */
    tgp->failed = TRUE;
    if (reason == TALK_OFFLINE_NETWORK)
        say_where_nothing_shows (tgp, text);
    if (!tgp_lives (tgp))
        return;
    if (reason == TALK_OFFLINE_LOGGED_OUT || reason == TALK_OFFLINE_DELETED)
        purple_account_set_bool (tgp->account, TGP_LOGGED_IN, FALSE);
    purple_connection_error_reason (tgp->gc, severity (reason),
                                    both != NULL ? both : text);
}
