/* login() and close(), the questions between them, and reasons in words. */
#include "tgp-account.h"
#include "tgp-conv.h"
#include "tgp-ends.h"
#include "tgp-events.h"
#include "tgp-frontend.h"
#include "tgp-lines.h"
#include "tgp-list.h"
#include "tgp-log.h"
#include "tgp-question.h"
#include "tgp-request.h"
#include "tgp-seen.h"
#include "tgp-send.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

typedef struct {
    PurpleConnection *gc;
    unsigned attempt;
} Question;

static const char *
option (PurpleAccount *account, const char *name, const char *fallback)
{
    const char *value = purple_account_get_string (account, name, NULL);
    return value != NULL && *value != '\0' ? value : fallback;
}

/* --- progress --- */

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
        purple_connection_update_progress (tgp->gc, texts[step], step, TGP_STEPS);
        return;
    }
    tgp->connected = TRUE;
    tgp_wait_over (tgp);
    purple_connection_set_state (tgp->gc, PURPLE_CONNECTED);
    purple_account_set_bool (tgp->account, TGP_LOGGED_IN, TRUE);
    tgp_list_look_over (tgp); /* what was put together meanwhile */
}

/* --- questions --- */

static void
answered_cb (Question *question, const char *text)
{
    TgpAccount *tgp = tgp_account_alive (question->gc);

    if (tgp != NULL)
        tg_client_answer (tgp->client, question->attempt, text);
    g_free (question);
}

static void
cancelled_cb (Question *question, const char *text)
{
    answered_cb (question, NULL);
}

static char *
code_text (const TalkAsk *ask)
{
    const char *how;

    if (ask->detail == NULL)
        how = _ ("Enter the login code that you received.");
    else if (g_str_equal (ask->detail, "app"))
        how = _ ("The login code was sent to your other Telegram apps.");
    else if (g_str_equal (ask->detail, "sms"))
        how = _ ("The login code was sent to you as a text message.");
    else if (g_str_equal (ask->detail, "call"))
        how = _ ("You are being called on the phone and told the login code.");
    else if (g_str_equal (ask->detail, "missed-call"))
        how = _ ("You are being called: enter the last digits of the caller's number.");
    else if (g_str_equal (ask->detail, "fragment"))
        how = _ ("The login code waits for you at fragment.com.");
    else if (g_str_equal (ask->detail, "email"))
        how = _ ("The login code was sent to your e-mail address.");
    else
        how = _ ("The login code was sent to you; it may be words.");
    const char *before = "";
    if (ask->expired)
        before = _ ("That code came too late. A new one was sent. ");
    else if (ask->again)
        before = _ ("That code was wrong. ");
    return g_strdup_printf ("%s%s", before, how);
}

static char *
password_text (const TalkAsk *ask)
{
    g_autofree char *hint = ask->detail != NULL && *ask->detail != '\0'
                                ? g_strdup_printf (_ (" Your hint: %s"), ask->detail)
                                : g_strdup ("");
    return g_strdup_printf ("%s%s%s", ask->again ? _ ("That password was wrong. ") : "",
                            _ ("This account is protected by a password (two-step "
                               "verification)."),
                            hint);
}

static char *
passphrase_text (const TalkAsk *ask)
{
    return g_strdup_printf ("%s%s", ask->again ? _ ("That passphrase was wrong. ") : "",
                            _ ("The stored keys of this account are sealed with a "
                               "passphrase of yours."));
}

/* --- questions where the front end has no dialogs for them --- */

#define ASKING "Telegram" /* the other side of such a conversation */

/* What is typed is the answer: no echo, no log (FRONTENDS 0.7). */
static void
ask_in_conversation (TgpAccount *tgp, unsigned attempt, const char *text)
{
    PurpleConversation *conv = tgp_conv_named (tgp->account, ASKING, TRUE);

    if (purple_conversation_get_ui_ops (conv) == NULL) { /* nowhere at all */
        tgp_offline (tgp, TALK_OFFLINE_CANNOT_ASK, NULL, TRUE);
        return;
    }
    purple_conversation_set_logging (conv, FALSE);
    g_autofree char *line = g_strdup_printf (_ ("%s Write the answer here."), text);
    tgp_notice (conv, line);
    tgp->asked = attempt;
}

gboolean
tgp_take_answer (TgpAccount *tgp, const char *who, const char *text)
{
    unsigned attempt = tgp->asked;

    if (attempt == 0 || !g_str_equal (who, ASKING))
        return FALSE;
    tgp->asked = 0;
    tg_client_answer (tgp->client, attempt, text);
    return TRUE;
}

static gboolean
has_dialogs (void)
{
    PurpleRequestUiOps *ops = purple_request_get_ui_ops ();
    return ops != NULL && ops->request_input != NULL;
}

void
tgp_ask (TgpAccount *tgp, const TalkAsk *ask)
{

    if (ask->kind == TALK_ASK_LOG_IN_ANEW) {
        tgp_ends_ask_anew (tgp, ask);
        return;
    }
    const char *titles[] = { [TALK_ASK_CODE] = _ ("Login code"),
                             [TALK_ASK_PASSWORD] = _ ("Password"),
                             [TALK_ASK_PASSPHRASE] = _ ("Passphrase") };
    G_STATIC_ASSERT (G_N_ELEMENTS (titles) == TALK_ASK_LOG_IN_ANEW);
    g_autofree char *text = ask->kind == TALK_ASK_CODE       ? code_text (ask)
                            : ask->kind == TALK_ASK_PASSWORD ? password_text (ask)
                                                             : passphrase_text (ask);
    const char *title = titles[ask->kind];
    if (!has_dialogs ()) {
        ask_in_conversation (tgp, ask->attempt, text);
        return;
    }
    Question *question = g_new0 (Question, 1);

    question->gc = tgp->gc;
    question->attempt = ask->attempt;
    if (purple_request_input (
            tgp->gc, title, title, text, NULL, FALSE, ask->kind != TALK_ASK_CODE, NULL,
            _ ("OK"), G_CALLBACK (answered_cb), _ ("Cancel"), G_CALLBACK (cancelled_cb),
            tgp->account, NULL, NULL, question) == NULL)
        g_free (question);
}

static void
start_client (TgpAccount *tgp)
{
    PurpleAccount *account = tgp->account;
    gboolean test = purple_account_get_bool (account, "test-environment", FALSE);
    g_autofree char *directory = tgp_state_directory (account, test);
    g_autofree char *label = g_strdup_printf (_ ("Secret chats of %s (Telegram)"),
                                              purple_account_get_username (account));
    char *token = tgp_keys_token (account);
    struct utsname os;

    if (uname (&os) != 0)
        memset (&os, 0, sizeof os);
    g_autofree char *system = g_strdup_printf ("%s %s", os.sysname, os.release);
    g_autofree char *device = g_strdup_printf ("purple-mtproto (%s)",
                                               tgp_frontend_name ()); /* honest: MT-F41 */
    TgConfig config = {
        .api_id = atoi (option (account, "api-id", TGP_API_ID)),
        .api_hash = option (account, "api-hash", TGP_API_HASH),
        .phone = purple_account_get_username (account),
        .device = device,
        .system = system,
        .version = TGP_VERSION,
        .lang = "en",
        .test_dc = test,
        .server = option (account, "server", NULL),
        .server_key = option (account, "server-key", NULL),
        .directory = directory,
        .typing_actions = purple_account_get_bool (account, "typing-actions", TRUE),
        .key_service = tgp_keys_in_service (account),
        .key_label = label,
        .key_token = token,
    };
    tgp->client = tg_client_new (tgp_host_get (tgp->host), &config, tgp_event, tgp);
    tgp_removal_restore (directory);
    tg_client_start (tgp->client);
    if (token != NULL)
        explicit_bzero (token, strlen (token));
    g_free (token);
}

/* MT-B32: no use in waiting for a time-out. */
static void
network_changed_cb (PurpleConnection *gc)
{
    TgpAccount *tgp = tgp_account (gc);

    if (tgp != NULL)
        tg_client_wake (tgp->client);
}

void
tgp_login (PurpleAccount *account)
{
    PurpleConnection *gc = purple_account_get_connection (account);
    TgpAccount *tgp = g_new0 (TgpAccount, 1);

    tgp_log_connect ();
    tgp_lines_connect (tgp_frontend ()->lines, tgp_send_echoed);
    tgp_seen_connect ();
    tgp_list_connect ();
    tgp_send_connect ();
    purple_signal_connect (purple_network_get_handle (), "network-configuration-changed",
                           gc, PURPLE_CALLBACK (network_changed_cb), gc);
    tgp_removal_connect ();
    gc->proto_data = tgp;
    gc->flags |= PURPLE_CONNECTION_NO_BGCOLOR | PURPLE_CONNECTION_NO_FONTSIZE |
                 PURPLE_CONNECTION_NO_IMAGES;
    tgp->gc = gc;
    tgp->account = account;
    tgp->seen = tgp_seen_new (tgp);
    tgp->names = g_hash_table_new_full (talk_id_hash, g_int64_equal, g_free, g_free);
    tgp->namesakes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    tgp->requests = g_hash_table_new (talk_id_hash, g_int64_equal);
    tgp->by_rule = g_hash_table_new (NULL, NULL);
    tgp->host = tgp_host_new (gc);
    start_client (tgp);
}

/* The line's time goes on without the client. */
static void
countdown_cb (int32_t chat_id, int64_t id, int64_t left, void *user)
{
    PurpleConversation *conv = tgp_secret_conversation (user, chat_id, FALSE);

    if (conv != NULL)
        tgp_lines_remove_later (conv, id, left);
}

void
tgp_close (PurpleConnection *gc)
{
    TgpAccount *tgp = tgp_account (gc);

    if (tgp == NULL)
        return;
    purple_signals_disconnect_by_handle (gc);
    tg_client_each_countdown (tgp->client, countdown_cb, tgp);
    gc->proto_data = NULL;
    for (GList *l = purple_get_ims (); l != NULL; l = l->next) /* FRONTENDS 0.13 */
        if (purple_conversation_get_account (l->data) == tgp->account)
            purple_conv_im_stop_typing_timeout (
                PURPLE_CONV_IM ((PurpleConversation *)l->data));
    tgp_requests_free (tgp);
    tgp_questions_free (tgp);
    tgp_list_free (tgp);
    purple_request_close_with_handle (gc);
    tg_client_free (tgp->client);
    tgp_find_close (gc);
    tgp_host_free (tgp->host);
    tgp_keys_clear (tgp);
    tgp_seen_free (tgp->seen);
    g_hash_table_unref (tgp->names);
    g_hash_table_unref (tgp->namesakes);
    g_hash_table_unref (tgp->by_rule);
    g_free (tgp);
}
