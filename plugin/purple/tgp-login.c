/* login() and close(). */
#include "tgp-drafts.h"
#include "tgp-login.h"

#include "tgp-about.h"
#include "tgp-after.h"
#include "tgp-apart.h"
#include "tgp-click.h"
#include "tgp-compare.h"
#include "tgp-conv.h"
#include "tgp-events.h"
#include "tgp-find.h"
#include "tgp-folder.h"
#include "tgp-frontend.h"
#include "tgp-keys.h"
#include "tgp-lines.h"
#include "tgp-list.h"
#include "tgp-log.h"
#include "tgp-look.h"
#include "tgp-marks.h"
#include "tgp-offer.h"
#include "tgp-photos.h"
#include "tgp-places.h"
#include "tgp-profile.h"
#include "tgp-qr.h"
#include "tgp-question.h"
#include "tgp-removal.h"
#include "tgp-recall.h"
#include "tgp-request.h"
#include "tgp-save.h"
#include "tgp-seen.h"
#include "tgp-secret-buddy.h"
#include "tgp-self.h"
#include "tgp-send.h"
#include "tgp-ends.h"
#include "tgp-people.h"
#include "tgp-sessions.h"
#include "tgp-show.h"
#include "tgp-wait.h"
#include "tgp-windows.h"
#include "tgp-xfer.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

static const char *
option (PurpleAccount *account, const char *name, const char *fallback)
{
    const char *value = purple_account_get_string (account, name, NULL);
    return value != NULL && *value != '\0' ? value : fallback;
}

/* --- login --- */

/* Users that are logged in here, in the same environment (MT-F32). */
static GArray *
other_ids (TgpAccount *tgp, gboolean test)
{
    GArray *ids = g_array_new (FALSE, FALSE, sizeof (int64_t));

    for (GList *l = purple_connections_get_all (); l != NULL; l = l->next) {
        PurpleAccount *account = purple_connection_get_account (l->data);
        TgpAccount *other = tgp_is_ours (account) ? tgp_account (l->data) : NULL;
        if (other == NULL || other == tgp || other->client == NULL ||
            purple_account_get_bool (account, "test-environment", FALSE) != test)
            continue;
        int64_t id = tg_client_own_id (other->client);
        if (id != 0)
            g_array_append_val (ids, id);
    }
    return ids;
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
    g_autoptr (GArray) others = other_ids (tgp, test);
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
        .by_qr = purple_account_get_bool (account, "qr-login", FALSE),
        .other_ids = (const int64_t *)(void *)others->data,
        .n_other_ids = others->len,
        .server = option (account, "server", NULL),
        .server_key = option (account, "server-key", NULL),
        .proxy = option (account, "mtproxy", NULL),
        .directory = directory,
        .typing_actions = purple_account_get_bool (account, "typing-actions", TRUE),
        .key_service = tgp_keys_in_service (account),
        .key_label = label,
        .key_token = token,
    };
    tgp->client = tg_client_new (tgp_host_get (tgp->host), &config, tgp_event, tgp);
    tgp_self_tell (tgp);
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
    TgpAccount *tgp = tgp_account_begins (gc);

    tgp_log_connect ();
    tgp_after_connect ();
    tgp_lines_connect (tgp_frontend ()->lines, tgp_send_echoed, tgp_marks_tip,
                       tgp_show_connect (tgp_clicked));
    tgp_windows_connect ();
    tgp_photos_connect ();
    tgp_places_connect ();
    tgp_apart_connect (tgp_secret_rename);
    tgp_list_connect ();
    tgp_send_connect ();
    tgp_drafts_connect ();
    tgp_offers_connect ();
    tgp_wait_connect ();
    purple_signal_connect (purple_network_get_handle (), "network-configuration-changed",
                           gc, PURPLE_CALLBACK (network_changed_cb), gc);
    tgp_removal_connect ();
    gc->flags |= PURPLE_CONNECTION_HTML | PURPLE_CONNECTION_NO_BGCOLOR |
                 PURPLE_CONNECTION_NO_FONTSIZE;
    tgp->seen = tgp_seen_new (tgp, tgp_look);
    tgp->shows = tgp_shows_new (tgp);
    tgp->names = g_hash_table_new_full (talk_id_hash, g_int64_equal, g_free, g_free);
    tgp->namesakes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    tgp->requests = g_hash_table_new (talk_id_hash, g_int64_equal);
    tgp->by_rule = g_hash_table_new (NULL, NULL);
    tgp->counted = g_hash_table_new (NULL, NULL);
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

/* Nothing that other plugins hear of is in here: see tgp-after.h. */
void
tgp_close (PurpleConnection *gc)
{
    TgpAccount *tgp = tgp_account (gc);

    if (tgp == NULL)
        return;
    purple_signals_disconnect_by_handle (gc);
    tg_client_each_countdown (tgp->client, countdown_cb, tgp);
    tgp_show_close (tgp);
    tgp_save_close (tgp);
    tgp_xfer_close (tgp);
    gc->proto_data = NULL;
    for (GList *l = purple_get_ims (); l != NULL; l = l->next) /* FRONTENDS 0.13 */
        if (purple_conversation_get_account (l->data) == tgp->account)
            purple_conv_im_stop_typing_timeout (
                PURPLE_CONV_IM ((PurpleConversation *)l->data));
    tgp_offers_close (tgp);
    tgp_requests_free (tgp);
    tgp_recall_free (tgp);
    tgp_qr_close (tgp);
    tgp_questions_free (tgp);
    tgp_compare_tidy ();
    tgp_list_free (tgp);
    purple_request_close_with_handle (gc);
    tg_client_free (tgp->client);
    tgp_find_close (gc);
    tgp_about_close (gc);
    tgp_profile_close (gc);
    tgp_host_free (tgp->host);
    tgp_keys_clear (tgp);
    tgp_sessions_free (tgp);
    tgp_people_free (tgp);
    tgp_ends_free (tgp);
    tgp_seen_free (tgp->seen);
    tgp_shows_free (tgp->shows);
    g_hash_table_unref (tgp->names);
    g_hash_table_unref (tgp->namesakes);
    g_hash_table_unref (tgp->by_rule);
    g_hash_table_unref (tgp->counted);
    tgp_account_ends (tgp);
}
